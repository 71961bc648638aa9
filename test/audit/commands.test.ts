/** A production installation from nothing, by its commands: first administrators, sign-in, verification of the log. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { text } from 'node:stream/consumers'
import { URI } from 'otpauth'
import type { SessionView } from '../../contract/session.ts'
import { buildApp } from '../../server/app.ts'
import { openKeys, readConfig, writeKeys } from '../../server/config.ts'
import { openSecrets } from '../../server/secrets.ts'
import { withDatabase } from '../database.ts'

const database = await withDatabase()
const folder = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-production-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const keyFile = path.join(folder, 'keys.json')
writeKeys(keyFile, false)
const environment = { APP_MODE: 'production', DATA_DIR: folder, KEYS: keyFile, ...database.environment }

async function command(name: string, input = '', env: NodeJS.ProcessEnv = environment) {
  const program = path.join(import.meta.dirname, `../../cli/${name}.ts`)
  const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, ...env } })
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { out, errors, code }
}

const password = 'three-clouds-over-pudong'
const administrator = (role: string, idNumber: string) => ({
  role,
  loginName: role.toLowerCase(),
  name: '管理员',
  idNumber,
  password,
})
const administrators = [
  administrator('systemAdministrator', '310113198209094375'),
  administrator('securityAdministrator', '310112198310164503'),
  administrator('auditAdministrator', '310101198411234639'),
]
const wish = (all: unknown) => JSON.stringify({ administrators: all })

test('the first three administrators are made once, by command', async () => {
  assert.equal((await command('admin', wish(administrators.slice(0, 2)))).code, 2)
  const weak = await command('admin', wish(administrators.map((each) => ({ ...each, password: 'gonghui-gonghui' }))))
  assert.deepEqual([weak.code, /密码太容易猜/.test(weak.errors)], [2, true])
  const samePerson = administrators.map((each) => ({ ...each, idNumber: administrators[0]!.idNumber }))
  assert.match((await command('admin', wish(samePerson))).errors, /一人一号/)

  const made = await command('admin', wish(administrators))
  assert.equal(made.code, 0, made.errors)
  const uris = made.out.match(/otpauth:\S+/g)!
  assert.equal(uris.length, 3)
  const again = await command('admin', wish(administrators))
  assert.deepEqual([again.code, again.out], [1, ''])

  const config = readConfig(environment)
  const app = await buildApp({ config, db: database.app, secrets: openSecrets(openKeys(config)) })
  after(() => app.close())
  const payload = { loginName: 'auditadministrator', password, code: URI.parse(uris[2]!).generate() }
  const headers = { 'x-jiangsheng': '1' }
  const entered = await app.inject({ method: 'POST', url: '/api/v1/sign-in/staff', payload, headers })
  assert.equal(entered.statusCode, 200, entered.body)
  const [cookie] = entered.cookies
  assert.deepEqual(
    [cookie!.name, cookie!.secure, cookie!.httpOnly, cookie!.sameSite, cookie!.path],
    ['__Host-jiangsheng', true, true, 'Lax', '/'],
  )
  const session = (
    await app.inject({ url: '/api/v1/session', cookies: { [cookie!.name]: cookie!.value } })
  ).json<SessionView>()
  assert.deepEqual([session.mode, session.account?.appointment?.organisationName], ['production', '上海市总工会'])
  assert.ok(Math.abs(session.now - Date.now()) < 60_000)
  assert.match(String(entered.headers['strict-transport-security']), /max-age/)
  for (const address of ['/api/v1/demo/accounts', '/api/v1/demo/inbox'])
    assert.equal((await app.inject(address)).statusCode, 404)
})

test('the verifying command says OK, or names the row that was altered', async () => {
  const whole = await command('audit-verify')
  assert.deepEqual([whole.code, whole.errors], [0, ''])
  assert.match(whole.out, /OK: 4 audit events/)
  const altered = "update audit_event set at = at + 1 where kind = 'sign-in.succeeded' returning id"
  const { rows } = await database.owner.query<{ id: string }>(altered)
  const found = await command('audit-verify')
  assert.deepEqual([found.code, found.out], [1, ''])
  assert.match(found.errors, new RegExp(`^audit_event ${rows[0]!.id}`))
})

test('where nothing was ever started, the verifying commands say so and start nothing', async () => {
  const empty = mkdtempSync(path.join(folder, 'empty-'))
  for (const name of ['audit-verify', 'ledger-verify']) {
    const { code, errors } = await command(name, '', { DATA_DIR: empty })
    assert.deepEqual([code, errors], [2, `${empty} holds no database: nothing was ever started there\n`])
  }
  assert.deepEqual(readdirSync(empty), [])
})
