/**
 * All keyed cryptography of the server: sealed fields and files, blind indexes, keyed digests.
 * Plaintext, keys and row contents never appear in an error of this module.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export type SealAlgorithm = 'AES-256-GCM' | 'SM4-GCM'

/** The parsed key file. Every key is 32 bytes in base64; `keys` holds the present and the earlier sealing keys by id. */
export type Keys = {
  /** True for the keys that ship with the demonstration; production refuses them. */
  demo: boolean
  /** The id of the key that seals; the others only open. */
  current: string
  keys: Record<string, string>
  /** Keys the blind indexes. Changing it means computing every blind index anew. */
  indexKey: string
  /** Keys the digests of actions and audit rows. Changing it breaks the verification of everything before. */
  macKey: string
}

/** Where a sealed value stands. It is authenticated with the value, so that a value moved elsewhere does not open. */
export type SealContext = { table: string; column: string; row: string }

/** A sealed value as it is stored in JSON; nonce (12 bytes), ciphertext and tag (16 bytes) are base64. */
export type Envelope = { alg: SealAlgorithm; keyId: string; nonce: string; ciphertext: string; tag: string }

/** The kinds of value that are searched by equality without being readable. */
export type BlindIndexKind = 'idNumber' | 'phone' | 'account' | 'memberCard' | 'name'

/** A sealed value does not open: altered, moved to another row, or sealed with a key that is not in the key file. */
export class SealBroken extends Error {
  override name = 'SealBroken'
}

export type Secrets = {
  demo: boolean
  seal(context: SealContext, plaintext: string | Buffer): Envelope
  /** @throws SealBroken */
  open(context: SealContext, envelope: Envelope): Buffer
  /** `open` for a value that was sealed as text. @throws SealBroken */
  openText(context: SealContext, envelope: Envelope): string
  /** Like `seal` for files: one buffer, about 50 bytes longer than the content. */
  sealBytes(context: SealContext, content: Buffer): Buffer
  /** @throws SealBroken */
  openBytes(context: SealContext, sealed: Buffer): Buffer
  /** 32 bytes, equal for equal values of one kind only. The caller normalises. */
  blindIndex(kind: BlindIndexKind, normalised: string): Buffer
  /** 32 bytes: keyed digest of an action, an audit row or a request body; kinds never collide. */
  mac(kind: string, text: string): Buffer
}

const algorithms = {
  'AES-256-GCM': { cipher: 'aes-256-gcm', keyBytes: 32, mark: 1 },
  // node:crypto types do not list OpenSSL's SM4-GCM among the GCM ciphers; the call is the same.
  'SM4-GCM': { cipher: 'sm4-gcm' as 'aes-128-gcm', keyBytes: 16, mark: 2 },
} as const

const nonceBytes = 12
const tagBytes = 16
/** First bytes of a sealed file: "JSF" and the version of the layout. */
const magic = Buffer.from([0x4a, 0x53, 0x46, 1])
const keyIdPattern = /^[A-Za-z0-9._-]{1,32}$/

function keyBytes(name: string, value: unknown): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0)
  if (bytes.length !== 32 || bytes.toString('base64') !== value) throw new Error(`${name} is not 32 bytes in base64`)
  if (new Set(bytes).size < 8) throw new Error(`${name} is not random`)
  return bytes
}

/**
 * Checks the shape of a parsed key file.
 * @throws Error naming the wrong entry, never its value
 */
export function checkKeys(value: unknown): Keys {
  if (typeof value !== 'object' || value === null) throw new Error('key file: not an object')
  const file = value as Partial<Keys>
  if (typeof file.demo !== 'boolean') throw new Error('key file: demo is neither true nor false')
  if (typeof file.keys !== 'object' || file.keys === null) throw new Error('key file: keys is missing')
  const named = Object.entries(file.keys).map(([id, key]) => {
    if (!keyIdPattern.test(id)) throw new Error('key file: a key id has other characters than A-Z a-z 0-9 . _ -')
    return [`key file: keys.${id}`, key] as const
  })
  if (typeof file.current !== 'string' || !Object.hasOwn(file.keys, file.current))
    throw new Error('key file: current does not name one of keys')
  const all = [...named, ['key file: indexKey', file.indexKey] as const, ['key file: macKey', file.macKey] as const]
  const seen = new Set(all.map(([name, key]) => keyBytes(name, key).toString('base64')))
  if (seen.size !== all.length) throw new Error('key file: two entries are the same key')
  return file as Keys
}

function additionalData({ table, column, row }: SealContext): Buffer {
  if (`${table}${column}`.includes('|') || !table || !column || !row) throw new Error('a sealed value needs its place')
  return Buffer.from(`${table}|${column}|${row}`)
}

type Sealed = { alg: SealAlgorithm; keyId: string; nonce: Buffer; ciphertext: Buffer; tag: Buffer }

function packBytes({ alg, keyId, nonce, ciphertext, tag }: Sealed): Buffer {
  const id = Buffer.from(keyId, 'latin1')
  return Buffer.concat([magic, Buffer.from([algorithms[alg].mark, id.length]), id, nonce, tag, ciphertext])
}

/** Layout: magic 4 · algorithm 1 · length of key id 1 · key id · nonce 12 · tag 16 · ciphertext. */
function unpackBytes(sealed: Buffer): Sealed {
  const alg = (Object.keys(algorithms) as SealAlgorithm[]).find((name) => algorithms[name].mark === sealed[4])
  const nonceAt = 6 + (sealed[5] ?? 0)
  const tagAt = nonceAt + nonceBytes
  if (!alg || !sealed.subarray(0, 4).equals(magic) || sealed.length < tagAt + tagBytes) throw new SealBroken('no seal')
  return {
    alg,
    keyId: sealed.toString('latin1', 6, nonceAt),
    nonce: sealed.subarray(nonceAt, tagAt),
    tag: sealed.subarray(tagAt, tagAt + tagBytes),
    ciphertext: sealed.subarray(tagAt + tagBytes),
  }
}

/**
 * The secrets of one key file. New values are sealed under `keys.current` with `algorithm`; older ones open whatever
 * key and algorithm they name.
 * @throws Error where the key file is not well formed (see checkKeys)
 */
export function openSecrets(keys: Keys, algorithm: SealAlgorithm = 'AES-256-GCM'): Secrets {
  checkKeys(keys)
  const [indexKey, macKey] = [keys.indexKey, keys.macKey].map((key) => createSecretKey(key, 'base64')) as [
    KeyObject,
    KeyObject,
  ]
  // Each algorithm gets its own key from the master key: one key must never serve two ciphers.
  const derived = new Map<string, KeyObject>()
  for (const [id, master] of Object.entries(keys.keys))
    for (const [alg, { keyBytes }] of Object.entries(algorithms))
      derived.set(
        `${alg} ${id}`,
        createSecretKey(
          Buffer.from(hkdfSync('sha256', Buffer.from(master, 'base64'), '', `jiangsheng seal ${alg}`, keyBytes)),
        ),
      )

  function encrypt(context: SealContext, plaintext: Buffer): Sealed {
    const nonce = randomBytes(nonceBytes)
    const key = derived.get(`${algorithm} ${keys.current}`)!
    const cipher = createCipheriv(algorithms[algorithm].cipher, key, nonce)
    cipher.setAAD(additionalData(context))
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
    return { alg: algorithm, keyId: keys.current, nonce, ciphertext, tag: cipher.getAuthTag() }
  }

  function decrypt(context: SealContext, { alg, keyId, nonce, ciphertext, tag }: Sealed): Buffer {
    const key = derived.get(`${alg} ${keyId}`)
    const place = `${context.table}.${context.column}`
    if (!key) throw new SealBroken(`${place}: sealed with a key or algorithm that is not at hand`)
    // A shortened tag would be accepted by the cipher and is easier to forge.
    if (nonce.length !== nonceBytes || tag.length !== tagBytes) throw new SealBroken(`${place}: malformed seal`)
    const decipher = createDecipheriv(algorithms[alg].cipher, key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(additionalData(context))
    decipher.setAuthTag(tag)
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    } catch {
      throw new SealBroken(`${place}: altered, or sealed for another place`)
    }
  }

  const open = (context: SealContext, envelope: Envelope) =>
    decrypt(context, {
      alg: envelope.alg,
      keyId: envelope.keyId,
      nonce: Buffer.from(envelope.nonce, 'base64'),
      ciphertext: Buffer.from(envelope.ciphertext, 'base64'),
      tag: Buffer.from(envelope.tag, 'base64'),
    })
  const digest = (key: KeyObject, kind: string, text: string) => {
    if (!kind || kind.includes('\0')) throw new Error('a digest needs its kind')
    return createHmac('sha256', key).update(`${kind}\0${text}`, 'utf8').digest()
  }

  return {
    demo: keys.demo,
    seal(context, plaintext) {
      const sealed = encrypt(context, typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext)
      return {
        alg: sealed.alg,
        keyId: sealed.keyId,
        nonce: sealed.nonce.toString('base64'),
        ciphertext: sealed.ciphertext.toString('base64'),
        tag: sealed.tag.toString('base64'),
      }
    },
    open,
    openText: (context, envelope) => open(context, envelope).toString('utf8'),
    sealBytes: (context, content) => packBytes(encrypt(context, content)),
    openBytes: (context, sealed) => decrypt(context, unpackBytes(sealed)),
    blindIndex: (kind, normalised) => digest(indexKey, kind, normalised),
    mac: (kind, text) => digest(macKey, kind, text),
  }
}
