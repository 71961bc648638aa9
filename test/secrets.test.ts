import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { checkKeys, openSecrets, SealBroken, type Envelope, type Keys } from '../server/secrets.ts'

const key = () => randomBytes(32).toString('base64')
const keys: Keys = { demo: true, current: 'k1', keys: { k1: key() }, indexKey: key(), macKey: key() }
const secrets = openSecrets(keys)
const place = { table: 'applicant', column: 'id_number', row: 'a' }
const text = '310104199001011238 林知夏'

for (const algorithm of ['AES-256-GCM', 'SM4-GCM'] as const)
  test(`${algorithm}: what is sealed opens in its own place only, and through JSON`, () => {
    const own = openSecrets(keys, algorithm)
    const sealed = JSON.parse(JSON.stringify(own.seal(place, text))) as Envelope
    assert.equal(sealed.alg, algorithm)
    assert.equal(own.openText(place, sealed), text)
    assert.equal(own.openText(place, own.seal(place, '')), '')
    assert.deepEqual(own.open(place, own.seal(place, Buffer.from([0, 255]))), Buffer.from([0, 255]))
    for (const other of [
      { ...place, row: 'b' },
      { ...place, column: 'phone' },
      { ...place, table: 'member' },
    ])
      assert.throws(() => own.open(other, sealed), SealBroken)
    assert.notEqual(own.seal(place, text).nonce, sealed.nonce)
    assert.ok(!JSON.stringify(sealed).includes('310104'))

    const file = randomBytes(100_000)
    const bytes = own.sealBytes(place, file)
    assert.ok(bytes.length < file.length + 64)
    assert.deepEqual(own.openBytes(place, bytes), file)
    assert.throws(() => own.openBytes({ ...place, row: 'b' }, bytes), SealBroken)
  })

test('an altered value does not open, and the error does not show it', () => {
  const sealed = secrets.seal(place, text)
  const flip = (base64: string) => {
    const bytes = Buffer.from(base64, 'base64')
    bytes[0]! ^= 1
    return bytes.toString('base64')
  }
  const altered: Envelope[] = [
    { ...sealed, ciphertext: flip(sealed.ciphertext) },
    { ...sealed, nonce: flip(sealed.nonce) },
    { ...sealed, tag: flip(sealed.tag) },
    { ...sealed, tag: Buffer.from(sealed.tag, 'base64').subarray(0, 4).toString('base64') },
    { ...sealed, alg: 'SM4-GCM' },
    { ...sealed, alg: 'none' as 'SM4-GCM' },
    { ...sealed, keyId: 'k9' },
    { ...sealed, ciphertext: '' },
  ]
  for (const envelope of altered)
    assert.throws(
      () => secrets.open(place, envelope),
      (error) => error instanceof SealBroken && !error.message.includes(sealed.ciphertext || '?'),
    )
  const bytes = secrets.sealBytes(place, Buffer.from(text))
  for (let at = 0; at < bytes.length; at++) {
    const copy = Buffer.from(bytes)
    copy[at]! ^= 1
    assert.throws(() => secrets.openBytes(place, copy), SealBroken, `byte ${at}`)
    assert.throws(() => secrets.openBytes(place, bytes.subarray(0, at)), SealBroken, `cut at ${at}`)
  }
})

test('after a rotation old values open and new ones carry the new key', () => {
  const before = secrets.seal(place, text)
  const beforeBytes = secrets.sealBytes(place, Buffer.from(text))
  const rotated = openSecrets({ ...keys, current: 'k2', keys: { ...keys.keys, k2: key() } })
  assert.equal(rotated.openText(place, before), text)
  assert.equal(rotated.openBytes(place, beforeBytes).toString(), text)
  const after = rotated.seal(place, text)
  assert.equal(after.keyId, 'k2')
  assert.throws(() => secrets.open(place, after), SealBroken)
})

test('blind indexes and digests are stable, keyed and separate per kind', () => {
  const phone = secrets.blindIndex('phone', '13800006021')
  assert.equal(phone.length, 32)
  assert.deepEqual(openSecrets(keys).blindIndex('phone', '13800006021'), phone)
  assert.notDeepEqual(secrets.blindIndex('account', '13800006021'), phone)
  assert.notDeepEqual(secrets.mac('phone', '13800006021'), phone)
  assert.notDeepEqual(openSecrets({ ...keys, indexKey: key() }).blindIndex('phone', '13800006021'), phone)
  assert.notDeepEqual(secrets.mac('action', 'x'), secrets.mac('audit', 'x'))
  assert.notDeepEqual(secrets.mac('a', 'bc'), secrets.mac('ab', 'c'))
})

test('a wrong key file is refused by name of the entry, without its value', () => {
  const wrong: [unknown, RegExp][] = [
    [null, /not an object/],
    [{ ...keys, demo: undefined }, /demo/],
    [{ ...keys, current: 'k2' }, /current/],
    [{ ...keys, keys: { k1: 'c2hvcnQ=' } }, /keys\.k1/],
    [{ ...keys, keys: { 'k 1': key() }, current: 'k 1' }, /key id/],
    [{ ...keys, macKey: Buffer.alloc(32).toString('base64') }, /macKey is not random/],
    [{ ...keys, macKey: keys.indexKey }, /same key/],
  ]
  for (const [file, reason] of wrong) assert.throws(() => checkKeys(file), reason)
  assert.equal(checkKeys(JSON.parse(JSON.stringify(keys))).current, 'k1')
})
