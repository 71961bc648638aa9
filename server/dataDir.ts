import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { processIdentity } from './processes.ts'

/** Somebody else's live process works in this folder; nothing in it was touched. */
export class DataDirInUse extends Error {
  override name = 'DataDirInUse'
  readonly pid: number
  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}: stop that one first, or give this one another DATA_DIR`)
    this.pid = pid
  }
}

/** A restore put the old database aside and was interrupted before the restored one was in its place. */
export class RestoreUnfinished extends Error {
  override name = 'RestoreUnfinished'
  constructor(dataDir: string) {
    super(`a restore into ${dataDir} was interrupted: run it again`)
  }
}

/** Stands in a data folder while a restore changes what lies there. */
export const restoreMark = (dataDir: string): string => path.join(dataDir, 'restore-unfinished')

type Owner = { pid: number; identity: string }

const ownerFile = (dataDir: string) => path.join(dataDir, 'owner.json')

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

/** The live process that holds the folder, if one does. */
export function ownerOf(dataDir: string): number | undefined {
  const owner = readOwner(ownerFile(dataDir))
  return owner && processIdentity(owner.pid) === owner.identity ? owner.pid : undefined
}

/**
 * Makes this process the owner of a data folder, or takes it over from an owner that is dead.
 * @returns what gives it up again
 * @throws DataDirInUse
 */
export function holdDataDir(dataDir: string): () => void {
  const file = ownerFile(dataDir)
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) })
  const draft = `${file}.${process.pid}.tmp`
  // Only the folder itself is private: the database's user passes through those above it.
  mkdirSync(path.dirname(dataDir), { recursive: true, mode: 0o755 })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(draft, mine, { mode: 0o600 })
  try {
    for (let tries = 0; !link(draft, file); tries++) {
      const owner = ownerOf(dataDir)
      if (owner !== undefined || tries > 100) throw new DataDirInUse(dataDir, owner ?? 0)
      // Two who find the same dead owner both move the file away, but only one of them gets it.
      const dead = `${file}.${process.pid}.dead.tmp`
      if (!rename(file, dead)) continue
      const moved = readOwner(dead)
      const alive = moved && processIdentity(moved.pid) === moved.identity
      if (alive) link(dead, file)
      rmSync(dead, { force: true })
      if (alive) throw new DataDirInUse(dataDir, moved.pid)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (readFileSync(file, 'utf8') === mine) rmSync(file)
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function rename(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
