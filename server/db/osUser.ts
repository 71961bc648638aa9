import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs'

/** The operating system's user that the database runs as: `undefined` ids mean the user who started this process. */
export type OsUser = { readonly uid?: number; readonly gid?: number }

/**
 * PostgreSQL refuses to run as root, so it runs as `nobody` then. The user is never made here: making users is not a
 * program's business.
 * @throws Error where root has no `nobody` to hand over to
 */
export function databaseOsUser(): OsUser {
  if (process.getuid?.() !== 0) return {}
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody')
  if (!entry) throw new Error('PostgreSQL does not run as root, and this machine has no user nobody to run it as')
  // macOS writes -2
  return { uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 }
}

/** Whether that user can enter a folder, all folders above it included. */
export function canEnter(user: OsUser, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}

/**
 * Lets the database's user pass through a folder of root's (such as one from `mktemp -d`) without being able to list it:
 * what lies inside keeps its own rights.
 */
export function letPass(user: OsUser, folder: string): void {
  if (user.uid === undefined || user.gid === undefined || canEnter(user, folder)) return
  const { uid, mode } = statSync(folder)
  if (uid !== 0 || (mode & 0o077) !== 0) return
  chownSync(folder, 0, user.gid)
  chmodSync(folder, (mode & 0o700) | 0o010)
}
