/** What commands share: the database of this installation, as one of the server's roles, and its keys. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ConfigRefused, openKeys, readConfig } from '../server/config.ts'
import { type Db, openDatabase } from '../server/db/open.ts'
import { borrowPostgres } from '../server/db/postgres.ts'
import { openSecrets, type Secrets } from '../server/secrets.ts'

/**
 * Beside a running server it uses that server's database; otherwise it starts the database for as long as it is needed.
 * @throws {ConfigRefused} for a wrong setting, or where nothing is installed
 */
export async function asRole<T>(
  role: 'jiangsheng_app' | 'jiangsheng_worker',
  work: (db: Db, secrets: Secrets) => Promise<T>,
): Promise<T> {
  const config = readConfig()
  if (!config.database && !existsSync(path.join(config.dataDir, 'postgres')))
    throw new ConfigRefused(`${config.dataDir} holds no database: nothing was ever started there`)
  const secrets = openSecrets(openKeys(config))
  const postgres = config.database ? undefined : await borrowPostgres({ dataDir: config.dataDir })
  const db = openDatabase({
    ...(postgres
      ? { connection: postgres.connection(role) }
      : { connection: { connectionString: config.database!.url }, role }),
    statementTimeoutMs: 600_000,
  })
  try {
    return await work(db, secrets)
  } finally {
    await db.close()
    await postgres?.stop()
  }
}

/** @throws {ConfigRefused} as `asRole` */
export const asWorker = <T>(work: (db: Db, secrets: Secrets) => Promise<T>): Promise<T> =>
  asRole('jiangsheng_worker', work)
