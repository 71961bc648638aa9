import { BackupRefused } from '../server/backup/archive.ts'
import { ConfigRefused } from '../server/config.ts'
import { DataDirInUse, RestoreUnfinished } from '../server/dataDir.ts'
import { MigrationRefused } from '../server/db/migrate.ts'

/** Says why neither backup nor restore was made. @returns the exit code */
export function backupFailed(error: unknown): 1 | 2 {
  const refused = [BackupRefused, ConfigRefused, DataDirInUse, RestoreUnfinished, MigrationRefused]
  if (refused.some((kind) => error instanceof kind)) {
    console.error((error as Error).message)
    return 2
  }
  console.error(error)
  return 1
}
