import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

/** The database cannot be brought to what this program needs; the message says why and what to do. */
export class MigrationRefused extends Error {
  override name = 'MigrationRefused'
}

type Migration = { readonly name: string; readonly sha256: string; readonly text: string }
export type Applied = { readonly name: string; readonly sha256: string }

/** Any number of servers may start at once; one of them migrates, the others wait for it. */
const lockKey = 0x6a73_6d67
const oldestVersion = 18

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return names.map((name, at) => {
    if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(name) || name.slice(0, 4) === names[at + 1]?.slice(0, 4))
      throw new MigrationRefused(`${name}: a migration is named NNNN-name.sql, and no number is given twice`)
    const text = readFileSync(path.join(folder, name), 'utf8')
    return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
  })
}

/** The migrations that are not applied yet. @throws MigrationRefused where the database and the files disagree */
function pending(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const [at, { name, sha256 }] of applied.entries()) {
    const file = migrations[at]
    if (file?.name === name && file.sha256 === sha256) continue
    if (file?.name === name)
      throw new MigrationRefused(
        `${name} was changed after it was applied: restore it, and write a new migration instead`,
      )
    throw new MigrationRefused(
      migrations.some((migration) => migration.name === name)
        ? `${file?.name} stands before ${name}, which is already applied: give it a higher number`
        : `the database has ${name}, which this program does not know: it belongs to a newer version`,
    )
  }
  return migrations.slice(applied.length)
}

const migrationFolder = path.join(import.meta.dirname, 'migrations')

/**
 * Applies the numbered SQL files that the database does not have yet, each in a transaction of its own.
 * @param owner connection of the owning role, which also makes the group roles where they are missing
 * @param login the server's own connection to an outside database: its user is made a member of the group roles
 * @param level how many of the files; all of them, but where rows of an older schema are to come in first
 * @returns the names of the files applied
 * @throws MigrationRefused
 */
export async function migrate(
  owner: pg.ClientConfig,
  login?: pg.ClientConfig,
  folder = migrationFolder,
  level?: number,
): Promise<string[]> {
  const migrations = readMigrations(folder).slice(0, level)
  const client = new pg.Client({ ...owner, application_name: 'jiangsheng migrate' })
  client.on('error', () => {})
  await client.connect()
  try {
    await refuseOldServer(client)
    await client.query('select pg_advisory_lock($1)', [lockKey])
    if (login) await ensureGroupRoles(client, new pg.Client(login).user ?? '')
    await client.query(
      'create table if not exists migration (name text primary key, sha256 text not null, applied_at bigint not null)',
    )
    const todo = pending(migrations, await readApplied(client))
    for (const { name, sha256, text } of todo) {
      try {
        await client.query('begin')
        await client.query(text)
        await client.query('insert into migration values ($1, $2, $3)', [name, sha256, Date.now()])
        const { command } = await client.query('commit')
        if (command !== 'COMMIT') throw new Error('it was rolled back')
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw new MigrationRefused(`${name}: ${describeError(error, text)}`, { cause: error })
      }
    }
    await client.query('grant select on migration to jiangsheng_app')
    return todo.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/** @throws MigrationRefused where these are not the first of this program's own */
export function requireKnown(applied: readonly Applied[]): void {
  pending(readMigrations(migrationFolder), applied)
}

/** For a server that may not migrate. @throws MigrationRefused where migrations are missing */
export async function requireMigrated(login: pg.ClientConfig, folder = migrationFolder): Promise<void> {
  const client = new pg.Client(login)
  client.on('error', () => {})
  await client.connect()
  try {
    await refuseOldServer(client)
    const { rows } = await client.query<{ there: boolean }>("select to_regclass('migration') is not null there")
    const missing = pending(readMigrations(folder), rows[0]?.there ? await readApplied(client) : [])
    if (missing.length > 0)
      throw new MigrationRefused(
        `the database lacks ${missing.map(({ name }) => name).join(', ')}: start once with DATABASE_ADMIN_URL`,
      )
  } finally {
    await client.end()
  }
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  return (await client.query<Applied>('select name, sha256 from migration order by name')).rows
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>('show server_version')
  const version = rows[0]?.version ?? ''
  if (Number.parseInt(version, 10) < oldestVersion)
    throw new MigrationRefused(`PostgreSQL ${oldestVersion} or newer is needed; DATABASE_URL leads to ${version}`)
}

/**
 * At an outside database the server signs in with its own user and acts as the group roles: always `jiangsheng_app`, and
 * `jiangsheng_worker` only where it says so (`set role`).
 */
async function ensureGroupRoles(client: pg.Client, loginUser: string): Promise<void> {
  for (const role of ['jiangsheng_app', 'jiangsheng_worker']) {
    const { rows } = await client.query<{ exists: boolean; member: boolean }>(
      `select exists(select from pg_roles where rolname = $1), coalesce((select pg_has_role($2::name, oid, 'set')
        from pg_roles where rolname = $1), false) member`,
      [role, loginUser],
    )
    if (!rows[0]?.exists) await client.query(`create role ${role} nologin nosuperuser nobypassrls`)
    if (rows[0]?.member || role === loginUser) continue
    const inherit = role === 'jiangsheng_app'
    await client.query(`grant ${role} to ${pg.escapeIdentifier(loginUser)} with inherit ${inherit}, set true`)
  }
}

function describeError(error: unknown, text: string): string {
  const { message, position } = error as { message: string; position?: string }
  if (!position) return message
  return `line ${text.slice(0, Number(position) - 1).split('\n').length}: ${message}`
}
