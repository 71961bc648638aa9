import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import pg from 'pg'
import { type ConnectionConfig, type Db, databaseTypes, openDatabase } from '../server/db/open.ts'
import { databaseName, type Role } from '../server/db/postgres.ts'
import { clusterVariable, serverLogin, startCluster } from './cluster.ts'

export type TestDatabase = {
  readonly name: string
  /** As the server connects: under row-level security. */
  readonly app: Db
  readonly worker: Db
  /** Past every policy and right: to plant rows and to look at them. */
  readonly owner: pg.Pool
  readonly connection: (role: Role) => ConnectionConfig
  /** What a server process needs in its environment to use this database as an outside one. */
  readonly environment: { readonly DATABASE_URL: string; readonly DATABASE_ADMIN_URL: string }
}

/**
 * A migrated database of the calling test file's own, with nothing in it, gone after its last test. In a test run all
 * files share one cluster; a file that is run by itself starts one.
 */
export async function withDatabase(): Promise<TestDatabase> {
  const running = process.env[clusterVariable]
  const cluster = running === undefined ? await startCluster() : undefined
  const host = cluster?.socketDir ?? running!
  const name = `test_${randomBytes(6).toString('hex')}`

  const maker = new pg.Client({ host, user: 'postgres', database: 'postgres' })
  await maker.connect()
  await maker.query(`create database ${name} template ${databaseName} owner jiangsheng_owner`)

  const connection = (user: Role) => ({ host, user, database: name })
  const app = openDatabase({ connection: connection('jiangsheng_app') })
  const worker = openDatabase({ connection: connection('jiangsheng_worker') })
  const owner = new pg.Pool({ ...connection('postgres'), types: databaseTypes })
  owner.on('error', () => {})
  after(async () => {
    await Promise.all([app.close(), worker.close(), owner.end()])
    await maker.query(`drop database ${name} with (force)`)
    await maker.end()
    await cluster?.stop()
  })
  const url = (user: string) => `postgres://${user}@localhost/${name}?host=${encodeURIComponent(host)}`
  return {
    name,
    app,
    worker,
    owner,
    connection,
    environment: { DATABASE_URL: url(serverLogin), DATABASE_ADMIN_URL: url('jiangsheng_owner') },
  }
}
