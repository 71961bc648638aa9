import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { processIdentity } from '../../server/processes.ts'
import { withDatabase } from '../database.ts'
import { answersHealthy, spawnServer, startServer } from '../serverProcess.ts'

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-life-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))
const environment = { DATA_DIR: dataDir }
const postmaster = () => Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await sleep(20)) assert.ok(Date.now() < end, 'it never came')
}

async function runToEnd(settings: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnServer(settings)
  await once(child, 'close')
  return { code: child.exitCode, output: output() }
}

test('a stop ends the database too, also where the signal comes twice', async () => {
  const server = await startServer(environment)
  const database = postmaster()
  server.child.kill('SIGINT')
  assert.equal(await server.stop('SIGINT'), 0)
  assert.equal(processIdentity(database), undefined)
})

test('a data folder in use is refused and goes on working', async () => {
  const server = await startServer(environment)
  const database = postmaster()
  const second = await runToEnd(environment)
  assert.equal(second.code, 3)
  assert.match(second.output, new RegExp(`in use by process ${server.child.pid}`))
  assert.equal(postmaster(), database)
  assert.ok(await answersHealthy(server.url))
  await server.stop()
})

test('a data folder whose owner was killed is taken over, its database ended first', async () => {
  const killed = await startServer(environment)
  const orphan = postmaster()
  await killed.stop('SIGKILL')
  assert.notEqual(processIdentity(orphan), undefined)
  const server = await startServer(environment)
  assert.equal(processIdentity(orphan), undefined)
  await server.stop()
})

test('a database that was killed comes back; meanwhile the server says that it cannot serve', async () => {
  const server = await startServer(environment)
  const before = postmaster()
  process.kill(before, 'SIGKILL')
  await until(async () => !(await answersHealthy(server.url)))
  await until(() => answersHealthy(server.url))
  assert.notEqual(postmaster(), before)
  assert.equal(await server.stop(), 0)
})

test('the database lets in nobody but by its socket, which stands where only its user can enter', async () => {
  const server = await startServer(environment)
  const folder = path.join(dataDir, 'postgres')
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const client = new pg.Client({ host: folder, user: 'postgres', database: 'postgres' })
  await client.connect()
  const { rows } = await client.query(
    `select current_setting('listen_addresses') listens, current_setting('fsync') fsync,
      current_setting('data_checksums') checksums, current_setting('log_min_messages') logs`,
  )
  await client.end()
  assert.deepEqual(rows[0], { listens: '', fsync: 'on', checksums: 'on', logs: 'log' })
  assert.equal(statSync(path.join(dataDir, 'keys.json')).mode & 0o777, 0o600)
  await server.stop()
})

test('an outside database is migrated by its owner and used by a plain user', async () => {
  const outside = await withDatabase()
  const server = await startServer({ ...environment, ...outside.environment })
  assert.equal(await server.stop(), 0)
  const migrated = await startServer({ ...environment, DATABASE_URL: outside.environment.DATABASE_URL })
  assert.equal(await migrated.stop(), 0)
})

test('an outside database is refused to a user who owns it', async () => {
  const outside = await withDatabase()
  const { code, output } = await runToEnd({ ...environment, DATABASE_URL: outside.environment.DATABASE_ADMIN_URL })
  assert.equal(code, 1)
  assert.match(output, /give the server a plain user/)
})

test('an outside database without its migrations is refused where nobody may migrate', async () => {
  const outside = await withDatabase()
  await outside.owner.query('delete from migration where name = (select max(name) from migration)')
  const { code, output } = await runToEnd({ ...environment, DATABASE_URL: outside.environment.DATABASE_URL })
  assert.equal(code, 1)
  assert.match(output, /start once with DATABASE_ADMIN_URL/)
})
