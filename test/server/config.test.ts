import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { ConfigRefused, openKeys, readConfig, writeKeys } from '../../server/config.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => path.join(folder, name)
const refused = (says: RegExp) => (error: unknown) => error instanceof ConfigRefused && says.test(error.message)

const production = { APP_MODE: 'production', DATA_DIR: at('production'), KEYS: at('keys.json') }
writeKeys(at('keys.json'), false)

test('a demonstration needs nothing, listens on this machine and starts inside the season', () => {
  const config = readConfig({ DATA_DIR: at('demo') })
  assert.deepEqual(config, {
    ...{ mode: 'demo', host: '127.0.0.1', port: 3000, dataDir: at('demo'), sendLog: at('demo/send-log') },
    clockStart: Date.parse('2026-07-15T09:00:00+08:00'),
  })
  assert.equal(readConfig({ APP_CLOCK: '2026-08-01' }).clockStart, Date.parse('2026-08-01T00:00:00+08:00'))
})

test('production refuses a clock, missing keys, and whatever belongs to a demonstration', () => {
  assert.equal(openKeys(readConfig(production)).demo, false)
  assert.equal(readConfig(production).clockStart, undefined)
  assert.throws(() => readConfig({ ...production, APP_CLOCK: '2026-07-15' }), refused(/APP_CLOCK/))
  assert.throws(() => readConfig({ ...production, KEYS: '' }), refused(/KEYS/))

  openKeys(readConfig({ DATA_DIR: at('demo') }))
  assert.throws(() => openKeys(readConfig({ ...production, KEYS: at('demo/keys.json') })), refused(/demonstration/))
  assert.throws(() => openKeys(readConfig({ ...production, DATA_DIR: at('demo') })), refused(/demonstration/))
})

test('every wrong setting is told at once', () => {
  const wrong = { APP_MODE: 'test', PORT: '70000', APP_CLOCK: '2026-02-30', DATABASE_URL: 'mysql://x' }
  assert.throws(
    () => readConfig(wrong),
    (error: Error) => error.message.split('\n').length === 4,
  )
  assert.throws(() => readConfig({ DATABASE_ADMIN_URL: 'postgres://x' }), refused(/DATABASE_URL/))
})

test('the bank has an address and a secret that is long enough, or there is none', () => {
  const BANK_SECRET = 's'.repeat(44)
  const { bank, sendLog } = readConfig({ ...production, BANK_URL: 'https://bank/', BANK_SECRET, SEND_LOG: at('sent') })
  assert.deepEqual([bank, sendLog], [{ url: 'https://bank', secret: BANK_SECRET }, at('sent')])
  assert.equal(readConfig(production).bank, undefined)
  const wrong = [
    { BANK_URL: 'https://bank' },
    { BANK_SECRET },
    { BANK_URL: 'https://bank', BANK_SECRET: 'short' },
    { BANK_URL: 'ftp://bank', BANK_SECRET },
    { BANK_URL: 'bank', BANK_SECRET },
  ]
  for (const settings of wrong) {
    const says = (error: Error) =>
      error instanceof ConfigRefused && /BANK/.test(error.message) && !/short|sss/.test(error.message)
    assert.throws(() => readConfig({ ...production, ...settings }), says)
  }
})

test('the keys of a demonstration are made once, for their owner only', () => {
  const config = readConfig({ DATA_DIR: at('kept') })
  const first = openKeys(config)
  assert.ok(first.demo)
  assert.deepEqual(openKeys(config), first)
  assert.equal(statSync(at('kept/keys.json')).mode & 0o777, 0o600)
})

test('a wrong key file is refused, and its content not shown', () => {
  const keys = JSON.parse(readFileSync(at('keys.json'), 'utf8')) as { macKey: string; indexKey: string }
  const attempts = {
    same: { ...keys, macKey: keys.indexKey },
    short: { ...keys, macKey: 'AAAA' },
    text: 'keys: secret',
  }
  for (const [name, content] of Object.entries(attempts)) {
    writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content))
    assert.throws(
      () => openKeys(readConfig({ ...production, KEYS: at(name) })),
      (error: Error) =>
        error instanceof ConfigRefused && !error.message.includes(keys.indexKey) && !error.message.includes('secret'),
    )
  }
  assert.throws(() => openKeys(readConfig({ ...production, KEYS: at('missing') })), refused(/ENOENT/))
})
