import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { migrate } from '../server/db/migrate.ts'
import { databaseName, type Postgres, startPostgres } from '../server/db/postgres.ts'

/** The folder of the socket of a cluster that runs already, for every file of one test run. */
export const clusterVariable = 'TEST_CLUSTER'
/** Signs in the way a server does at an outside database: it owns nothing and is a member of the group roles. */
export const serverLogin = 'outside_server'

/** A cluster of its own in a temporary folder, whose database is migrated and serves as the template of all others. */
export async function startCluster(): Promise<Postgres> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-test-'))
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }
  const postgres = await startPostgres({ dataDir, settings })
  await migrate(postgres.connection('jiangsheng_owner'))
  const client = new pg.Client(postgres.connection('postgres', 'postgres'))
  await client.connect()
  await client.query(`create role ${serverLogin} login in role jiangsheng_app`)
  await client.query(`grant jiangsheng_worker to ${serverLogin} with inherit false, set true`)
  await client.query(`alter database ${databaseName} with allow_connections false is_template true`)
  await client.end()
  return {
    ...postgres,
    async stop() {
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
