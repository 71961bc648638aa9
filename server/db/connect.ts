import type { Config } from '../config.ts'
import { migrate, requireMigrated } from './migrate.ts'
import { type ConnectionConfig, type Db, openDatabase, requirePlainUser } from './open.ts'
import { borrowPostgres, startPostgres } from './postgres.ts'

export type Database = {
  /** Pools of the server's roles, under row-level security. */
  readonly open: (role: 'app' | 'worker', options?: { readonly max?: number }) => Db
  /** Names of the migrations applied just now. */
  readonly migrated: readonly string[]
  /** Ends the embedded database where this process started it; an outside one stays. */
  readonly stop: () => Promise<void>
}

type Options = {
  readonly log: (line: string) => void
  /** For a command beside a running server: use the server's database, or start it just for now. */
  readonly borrow?: boolean
  /** Ends an embedded database that is still starting. */
  readonly signal?: AbortSignal
}

/**
 * The database of a configuration, running and migrated: the embedded one, or an outside one by its url.
 * @throws DataDirInUse, MigrationRefused, and Error where the outside user is not a plain one
 */
export async function connectDatabase(config: Config, { log, borrow = false, signal }: Options): Promise<Database> {
  const pools = (connection: (role: 'app' | 'worker') => ConnectionConfig, setRole: boolean): Database['open'] => {
    return (role, options) =>
      openDatabase({
        connection: connection(role),
        ...options,
        ...(setRole && { role: `jiangsheng_${role}` }),
        onBroken: () => log('a database connection broke; another takes its place'),
      })
  }
  if (config.database) {
    const { url, adminUrl } = config.database
    const login = { connectionString: url }
    const migrated = adminUrl ? await migrate({ connectionString: adminUrl }, login) : []
    if (!adminUrl) await requireMigrated(login)
    await requirePlainUser(login)
    return { open: pools(() => login, true), migrated, stop: async () => {} }
  }
  const postgres = await (borrow ? borrowPostgres : startPostgres)({
    dataDir: config.dataDir,
    log,
    ...(signal && { signal }),
  })
  try {
    const migrated = await migrate(postgres.connection('jiangsheng_owner'))
    return { open: pools((role) => postgres.connection(`jiangsheng_${role}`), false), migrated, stop: postgres.stop }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
