/** A backup of the embedded database while people file, and what becomes of it: a restored installation, or a refusal. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Filed } from '../../contract/applications.ts'
import { type Manifest, writeArchive } from '../../server/backup/archive.ts'
import { restoreBackup } from '../../server/backup/restore.ts'
import { readConfig, writeKeys } from '../../server/config.ts'
import { openSecrets, type Keys } from '../../server/secrets.ts'
import { borrowPostgres } from '../../server/db/postgres.ts'
import { type Client, browserAt, signInWorker } from '../app.ts'
import { draft, file, view } from '../applications/claim.ts'
import { runCommand } from '../command.ts'
import { type ServerProcess, startServer } from '../serverProcess.ts'

const place = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-backup-'))
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-restored-'))
let server: ServerProcess | undefined
after(async () => {
  await server?.stop()
  for (const each of [place, dataDir]) rmSync(each, { recursive: true, force: true })
})
const environment = { DATA_DIR: dataDir }
const folder = path.join(place, 'backup')
const sendLog = path.join(dataDir, 'send-log', '2026-07.log')

const secretsOf = (keyFile: string) => openSecrets(JSON.parse(readFileSync(keyFile, 'utf8')) as Keys)
const restore = (from: string, further: Readonly<Record<string, string>> = {}) =>
  runCommand('restore', { ...environment, ...further }, from)

type Acknowledged = { readonly filed: Filed; readonly at: number; readonly worker: Client }

/** Files one claim after another until it is told to stop. */
async function keepFiling(worker: Client, from: number, acknowledged: Acknowledged[], stopped: AbortSignal) {
  for (let serial = from; !stopped.aborted; serial++) {
    const answer = await file(worker, await draft(worker, serial))
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    acknowledged.push({ filed: answer.body, at: Date.now(), worker })
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await sleep(20)) assert.ok(Date.now() < end, 'it never came')
}

/** Every file below a folder, by name and content. */
const contentOf = (below: string) =>
  readdirSync(below, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(below, name)).isFile())
    .map((name) => [name, readFileSync(path.join(below, name)).toString('base64')])
    .toSorted()

const acknowledged: Acknowledged[] = []
let began = 0
let ended = 0

test('a backup is taken while people file, and nobody but its owner reads it', async () => {
  const { url } = (server = await startServer(environment))
  mkdirSync(path.dirname(sendLog), { recursive: true })
  writeFileSync(sendLog, 'sent 1\n')
  const stop = new AbortController()
  const workers = await Promise.all(['13800001001', '13800001002'].map((n) => signInWorker(browserAt(url), n)))
  const filing = workers.map((worker, n) => keepFiling(worker, n * 500, acknowledged, stop.signal))
  await until(() => acknowledged.length >= 4)

  began = Date.now()
  const made = await runCommand('backup', environment, folder)
  ended = Date.now()
  assert.equal(made.code, 0, made.errors)
  assert.match(made.out, /the keys are not in it: without .*keys\.json/)
  const soFar = acknowledged.length
  await until(() => acknowledged.length >= soFar + 2)
  stop.abort()
  await Promise.all(filing)
  writeFileSync(sendLog, 'sent 1\nsent 2\n')

  const before = acknowledged.filter(({ at }) => at < began)
  assert.ok(before.length >= 4 && acknowledged.length > before.length, 'it was taken in the middle')
  for (const name of ['', 'tables', 'files', 'send-log'])
    assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o700)
  for (const name of ['manifest.json', 'pages.jsonl', 'tables/application.copy'])
    assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600)
  assert.ok(!JSON.stringify(readdirSync(folder, { recursive: true })).includes('keys.json'))
  assert.equal(readFileSync(path.join(folder, 'send-log/2026-07.log'), 'utf8'), 'sent 1\n')
  assert.deepEqual(readdirSync(place).toSorted(), ['backup'], 'no half-made folder is left')

  const again = await runCommand('backup', environment, folder)
  assert.deepEqual([again.code, /already there/.test(again.errors)], [2, true])
  const running = await restore(folder)
  assert.deepEqual([running.code, /is in use by process/.test(running.errors)], [2, true])
  for (const { worker, filed } of acknowledged.slice(-1)) assert.equal((await view(worker, filed.id)).id, filed.id)
  assert.equal(await server.stop(), 0)
})

test('a backup that is torn, altered, of other keys or of a newer version is refused, and nothing is touched', async () => {
  const untouched = contentOf(dataDir)
  const keyFile = path.join(dataDir, 'keys.json')
  const refused = async (says: RegExp, from: string, keys = keyFile) => {
    await assert.rejects(
      restoreBackup(readConfig(environment), secretsOf(keys), from, () => {}),
      says,
    )
    assert.deepEqual(contentOf(dataDir), untouched)
  }
  const spoilt = path.join(place, 'spoilt')
  const spoil = async (name: string, change: (content: Buffer) => Buffer, says: RegExp) => {
    cpSync(folder, spoilt, { recursive: true })
    writeFileSync(path.join(spoilt, name), change(readFileSync(path.join(spoilt, name))))
    await refused(says, spoilt)
    rmSync(spoilt, { recursive: true })
  }
  const shorter = (content: Buffer) => content.subarray(0, content.length - 1)
  const page = readdirSync(path.join(folder, 'files'), { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.1'),
  )!
  await spoil('tables/action.copy', shorter, /action\.copy is torn or altered/)
  await spoil(`files/${page}`, shorter, /\.1 is torn or altered/)
  const later = (content: Buffer) => Buffer.from(content.toString().replace('"madeAt": 1', '"madeAt": 2'))
  await spoil('manifest.json', later, /manifest\.json was altered/)
  await spoil('manifest.json', (content) => content.subarray(0, content.length / 2), /missing or torn/)

  const otherKeys = path.join(place, 'other-keys.json')
  writeKeys(otherKeys, false)
  await refused(/made with other keys/, folder, otherKeys)
  const byCommand = await restore(folder, { KEYS: otherKeys })
  assert.deepEqual([byCommand.code, /made with other keys/.test(byCommand.errors)], [2, true])
  const without = await restore(folder, { KEYS: path.join(place, 'nowhere.json') })
  assert.deepEqual([without.code, /is not there: put the key file/.test(without.errors)], [2, true])

  const { digest: _digest, ...manifest } = JSON.parse(
    readFileSync(path.join(folder, 'manifest.json'), 'utf8'),
  ) as Manifest & { digest: string }
  const newer = path.join(place, 'newer')
  const migrations = [...manifest.migrations, { name: '9999-later.sql', sha256: '0' }]
  await writeArchive(newer, secretsOf(keyFile), async (draftFolder) => {
    cpSync(folder, draftFolder, { recursive: true, filter: (name) => !name.endsWith('manifest.json') })
    return { ...manifest, migrations }
  })
  await refused(/9999-later\.sql, which this program does not know: it belongs to a newer version/, newer)
})

test('what was acknowledged before the backup began is there after a restore, and proves right', async () => {
  const after = acknowledged.filter(({ at }) => at > ended)
  const restored = await restore(folder)
  assert.equal(restored.code, 0, restored.errors)
  assert.match(restored.out, /restored as of/)
  const aside = /lies in (.*)/.exec(restored.out)![1]!
  assert.deepEqual(readdirSync(aside).toSorted(), ['files', 'postgres'], 'what stood there before is put aside')
  assert.equal(readFileSync(sendLog, 'utf8'), 'sent 1\nsent 2\n', 'the send log stays as it is')
  assert.ok(!existsSync(path.join(dataDir, 'restoring')))

  const { url } = (server = await startServer(environment))
  const before = Object.assign(browserAt(url), { cookie: acknowledged[0]!.worker.cookie })
  assert.equal((await before.ask('GET', '/api/v1/applications')).status, 401, 'who was signed in signs in again')
  const postgres = await borrowPostgres({ dataDir })
  const client = new pg.Client(postgres.connection('postgres'))
  await client.connect()
  await client.query('delete from one_time_code') // the next code may be asked for at once
  const again = {
    first: await signInWorker(browserAt(url), '13800001001'),
    second: await signInWorker(browserAt(url), '13800001002'),
  }
  const seen = async ({ id }: Filed) => {
    const answers = await Promise.all(Object.values(again).map((client) => view(client, id)))
    return answers.find((answer) => answer.id === id)
  }
  for (const { filed } of acknowledged.filter(({ at }) => at < began)) {
    const found = await seen(filed)
    assert.equal(found?.receiptNumber, filed.receiptNumber)
    for (const each of found!.files) {
      const shown = await Promise.all(
        Object.values(again).map((client) => client.ask('GET', `/api/v1/files/${each.id}/pages/1`)),
      )
      assert.ok(shown.some(({ status }) => status === 200))
    }
  }
  for (const { filed } of after) assert.equal(await seen(filed), undefined)
  const next = await file(again.first, await draft(again.first, 998))
  assert.equal(next.status, 200, JSON.stringify(next.body))

  const lots = async () => Number((await client.query('select count(*) from audit_lot')).rows[0].count)
  const sealed = await lots()
  for (const end = Date.now() + 20_000; (await lots()) === sealed; await sleep(100)) assert.ok(Date.now() < end)
  await client.end()
  for (const name of ['audit-verify', 'ledger-verify']) {
    const verified = await runCommand(name, environment)
    assert.deepEqual([verified.code, verified.errors], [0, ''])
  }
  assert.equal(await server.stop(), 0)
})

test('a restore that was interrupted keeps the server from beginning anew, and is run again', async () => {
  writeFileSync(path.join(dataDir, 'restore-unfinished'), '')
  renameSync(path.join(dataDir, 'postgres'), path.join(place, 'put-aside'))
  await assert.rejects(startServer(environment), /a restore into .* was interrupted: run it again/)
  assert.ok(!existsSync(path.join(dataDir, 'postgres')))
  const restored = await restore(folder)
  assert.equal(restored.code, 0, restored.errors)
})

test('a page that was lost is told by name, and the rest is backed up; no server has to run', async () => {
  const lost = readdirSync(path.join(dataDir, 'files'), { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.1'),
  )!
  rmSync(path.join(dataDir, 'files', lost))
  const made = await runCommand('backup', environment, path.join(place, 'second'))
  assert.equal(made.code, 1)
  assert.match(made.errors, new RegExp(`1 pages are not where they were stored: ${path.basename(lost)}`))
  assert.ok(existsSync(path.join(place, 'second', 'manifest.json')))
})
