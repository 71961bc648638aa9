import { chownSync, existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { canEnter, letPass, type OsUser } from './osUser.ts'

/**
 * Where the cluster of a data folder stands: `postgres` inside it. Where root runs the server and the database's user
 * cannot enter the data folder, `postgres` is a link to a folder that it can enter; the link's target is named at
 * random, so that a data folder made anew never meets the cluster of an earlier one.
 */
export function placeCluster(dataDir: string, user: OsUser): { folder: string; outside: boolean } {
  const inside = path.join(realpathSync(dataDir), 'postgres')
  const there = lstatSync(inside, { throwIfNoEntry: false })
  if (there?.isSymbolicLink()) {
    if (existsSync(inside)) return { folder: realpathSync(inside), outside: true }
    throw new Error(`${inside} points to a folder that is gone`)
  }
  if (user.uid === undefined || user.gid === undefined) return { folder: inside, outside: false }
  letPass(user, dataDir)
  if (canEnter(user, dataDir)) return { folder: inside, outside: false }
  if (there) throw new Error(`the database's user nobody can no longer enter ${dataDir}`)
  const outside = path.join(systemDataDir, `database-${randomBytes(6).toString('hex')}`)
  mkdirSync(systemDataDir, { recursive: true, mode: 0o755 })
  mkdirSync(outside, { mode: 0o700 })
  chownSync(outside, user.uid, user.gid)
  symlinkSync(outside, inside)
  return { folder: outside, outside: true }
}

/** Where root keeps what another user's program has to reach. */
export const systemDataDir = '/var/lib/jiangsheng'
