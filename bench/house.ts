/** What is measured: the server as its real process, on the embedded PostgreSQL as it always runs, with data of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { Policy } from '../domain/policy.ts'
import { openKeys, readConfig } from '../server/config.ts'
import type { Deps } from '../server/context.ts'
import { type ConnectionConfig, databaseTypes, inScope, openDatabase } from '../server/db/open.ts'
import { borrowPostgres } from '../server/db/postgres.ts'
import { activePolicy } from '../server/policies/policy.ts'
import { openSecrets } from '../server/secrets.ts'
import { startServer } from '../test/serverProcess.ts'

export type House = {
  readonly port: number
  /** CPU seconds that the server process has used so far; PostgreSQL has processes of its own. */
  readonly cpuSeconds: () => number
  /** Connected to the server's database with the server's keys, to plant what it will find. */
  readonly deps: Deps
  readonly policy: Policy
  /** Past every policy and right. */
  readonly owner: pg.Client
  /** As the server connects. */
  readonly connection: ConnectionConfig
  readonly stop: () => Promise<void>
}

const ticksPerSecond = 100

/** utime and stime of /proc/<pid>/stat; what stands before them may hold spaces, but ends with the last bracket. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** A demonstration in a folder of its own, its clock on a working morning of the season. */
export async function openHouse(): Promise<House> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-bench-'))
  const server = await startServer({ DATA_DIR: dataDir })
  // the server has a database of its own to end, so it must not outlive a bench that is stopped halfway
  process.once('exit', () => server.child.kill('SIGINT'))
  const postgres = await borrowPostgres({ dataDir })
  const connection = postgres.connection('jiangsheng_app')
  const config = readConfig({ DATA_DIR: dataDir })
  const deps: Deps = { config, secrets: openSecrets(openKeys(config)), db: openDatabase({ connection, max: 8 }) }
  const owner = new pg.Client({ ...postgres.connection('postgres'), types: databaseTypes })
  await owner.connect()
  return {
    port: Number(new URL(server.url).port),
    cpuSeconds: () => cpuSecondsOf(server.child.pid!),
    deps,
    policy: await inScope(deps.db, { kind: 'job', job: 'public' }, activePolicy),
    owner,
    connection,
    async stop() {
      await owner.end()
      await deps.db.close()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
