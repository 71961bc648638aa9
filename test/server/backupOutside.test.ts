/** An outside database comes back in another cluster, by an owner who is no superuser. */
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { migrate } from '../../server/db/migrate.ts'
import { databaseName, startPostgres } from '../../server/db/postgres.ts'
import { serverLogin } from '../cluster.ts'
import { runCommand } from '../command.ts'
import { withDatabase } from '../database.ts'
import { startServer } from '../serverProcess.ts'

const make = (name: string) => mkdtempSync(path.join(os.tmpdir(), `jiangsheng-${name}-`))
const [dataDir, elsewhere, clusterFolder, place] = [make('source'), make('elsewhere'), make('cluster'), make('backup')]
const folder = path.join(place, 'backup')
const source = await withDatabase()
const environment = { DATA_DIR: dataDir, ...source.environment }

/** A cluster of its own, which has counted few transactions; its database has no table, and its owner rules nothing else. */
const other = await startPostgres({ dataDir: clusterFolder, settings: { fsync: 'off' } })
const maker = new pg.Client(other.connection('postgres'))
await maker.connect()
const client = new pg.Pool({ host: other.socketDir, user: 'postgres', database: 'empty' })
after(async () => {
  await Promise.all([maker.end(), client.end()])
  await other.stop()
  for (const each of [dataDir, elsewhere, clusterFolder, place]) rmSync(each, { recursive: true, force: true })
})
const urlOf = (user: string, database = databaseName) =>
  `postgres://${user}@localhost/${database}?host=${encodeURIComponent(other.socketDir)}`
await maker.query(`create role ${serverLogin} login in role jiangsheng_app`)
await maker.query(`grant jiangsheng_worker to ${serverLogin} with inherit false, set true`)
await maker.query(`create database empty owner jiangsheng_owner`)
const target = {
  DATA_DIR: elsewhere,
  KEYS: path.join(dataDir, 'keys.json'),
  DATABASE_URL: urlOf(serverLogin, 'empty'),
  DATABASE_ADMIN_URL: urlOf('jiangsheng_owner', 'empty'),
}

/** What every table holds, as one number for each, and where each sequence stands. */
async function digests(client: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; kind: string }>(
    `select relname as name, relkind as kind from pg_class
      where relkind in ('r', 'S') and relnamespace = 'public'::regnamespace and relname <> 'migration' order by relname`,
  )
  const found: Record<string, string> = {}
  for (const { name, kind } of rows) {
    const { rows: content } = await client.query<{ digest: string }>(
      kind === 'S'
        ? `select concat(last_value, is_called) as digest from ${name}`
        : `select concat(count(*), ' ', sum(hashtextextended(t::text, 0))) as digest from ${name} t`,
    )
    found[name] = content[0]!.digest
  }
  return found
}

/** Constraints, triggers and policies: what a restore must leave as the migrations made it. */
const guards = `select concat(conname, pg_get_constraintdef(oid), convalidated) as guard from pg_constraint
    where connamespace = 'public'::regnamespace
  union all select concat(tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
  union all select concat(polrelid::regclass, polname) from pg_policy order by 1`

test('an outside database with its files comes back in another cluster', async () => {
  const server = await startServer(environment)
  await server.stop()
  const refused = await runCommand('backup', { DATA_DIR: dataDir, DATABASE_URL: environment.DATABASE_URL }, folder)
  assert.deepEqual([refused.code, /DATABASE_ADMIN_URL/.test(refused.errors)], [2, true])
  const backedUp = await runCommand('backup', environment, folder)
  assert.equal(backedUp.code, 0, backedUp.errors)
  const before = await digests(source.owner)

  const same = await runCommand('restore', environment, folder)
  assert.deepEqual([same.code, /in use: make an empty one/.test(same.errors)], [2, true])
  assert.deepEqual(await digests(source.owner), before)

  const busy = new pg.Client({ connectionString: target.DATABASE_ADMIN_URL })
  await busy.connect()
  const notAlone = await runCommand('restore', target, folder)
  assert.deepEqual([notAlone.code, /stop the servers that use it/.test(notAlone.errors)], [2, true])
  await busy.end()
})

test('it verifies, goes on, and holds its guards', async () => {
  const restored = await runCommand('restore', target, folder)
  assert.equal(restored.code, 0, restored.errors)
  const [before, now] = [await digests(source.owner), await digests(client)]
  for (const changed of ['session', 'audit_event', 'restoration']) {
    delete before[changed]
    delete now[changed]
  }
  assert.deepEqual(now, before)
  const mark = await client.query('select restored_at > backup_made_at as later from restoration')
  assert.deepEqual(mark.rows, [{ later: true }], 'so that payments wait for the send log')
  assert.deepEqual((await client.query(guards)).rows, (await source.owner.query(guards)).rows)

  const sealed = async () =>
    Number((await client.query('select max(to_txid::text::bigint) as x from audit_lot')).rows[0].x)
  const lastSealed = await sealed()
  const server = await startServer(target)
  const end = Date.now() + 20_000
  while ((await sealed()) === lastSealed) assert.ok(Date.now() < end, 'the log is sealed on over the restored lots')
  await server.stop()
  for (const name of ['audit-verify', 'ledger-verify']) {
    const verified = await runCommand(name, target)
    assert.deepEqual([verified.code, verified.errors], [0, ''])
  }
})

test('a backup of an older version comes back as it was, and is brought up to date', async () => {
  const of = (database: string) => ({
    ...target,
    DATABASE_URL: urlOf(serverLogin, database),
    DATABASE_ADMIN_URL: urlOf('jiangsheng_owner', database),
  })
  for (const name of ['older', 'newer']) await maker.query(`create database ${name} owner jiangsheng_owner`)
  const level = globSync('*.sql', { cwd: path.join(import.meta.dirname, '../../server/db/migrations') }).length - 1
  await migrate(other.connection('jiangsheng_owner', 'older'), undefined, undefined, level)
  const older = path.join(place, 'older')
  const backedUp = await runCommand('backup', of('older'), older)
  assert.equal(backedUp.code, 0, backedUp.errors)
  const restored = await runCommand('restore', of('newer'), older)
  assert.equal(restored.code, 0, restored.errors)
  const newer = new pg.Client(other.connection('postgres', 'newer'))
  await newer.connect()
  const { rows } = await newer.query(`select (select count(*)::int from migration) as level,
    (select array_agg(kind order by txid) from audit_event) as events`)
  await newer.end()
  assert.deepEqual(rows, [{ level: level + 1, events: ['backup.made', 'backup.restored'] }])
})
