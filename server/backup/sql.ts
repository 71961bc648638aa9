/** The whole database as its owner reads and writes it, past every policy: for backups only. */
import pg from 'pg'
import { copyIn, copyOut } from '../db/copy.ts'
import { type ConnectionConfig, databaseTypes } from '../db/open.ts'
import type { Manifest, TablePart } from './archive.ts'

export type Owner = pg.Client
export type Shape = Pick<TablePart, 'table' | 'columns'>

/** A connection of the owner's, ended after the work. */
export async function asOwner<T>(connection: ConnectionConfig, work: (owner: Owner) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, types: databaseTypes, application_name: 'jiangsheng backup' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 0')
    return await work(client)
  } finally {
    await client.end()
  }
}

const name = (text: string) => pg.escapeIdentifier(text)

/** `migration` is not among them: which migrations there are is the program's and the manifest's to say. */
export async function selectShapes(owner: Owner): Promise<Shape[]> {
  const { rows } = await owner.query<{ table: string; columns: string[] }>(`
    select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
      and c.relname <> 'migration' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname collate "C"`)
  return rows
}

/** One moment of the whole database; tables keep their shape until the end, and nobody who writes waits. */
export async function inSnapshot<T>(owner: Owner, work: (shapes: readonly Shape[]) => Promise<T>): Promise<T> {
  const shapes = await selectShapes(owner)
  await owner.query('begin isolation level repeatable read read only')
  // before the first query, which takes the snapshot: what a migration changes between the two would be half seen
  await owner.query(`lock table ${shapes.map(({ table }) => name(table)).join(', ')} in access share mode`)
  const now = await selectShapes(owner)
  if (JSON.stringify(now) !== JSON.stringify(shapes))
    throw new Error('the database was migrated just now: take the backup again')
  const answer = await work(shapes)
  await owner.query('commit')
  return answer
}

export async function selectState(
  owner: Owner,
): Promise<Pick<Manifest, 'server' | 'migrations' | 'nextTransaction' | 'sequences'>> {
  const { rows } = await owner.query<{ version: string; system: string; next: string }>(
    `select current_setting('server_version') as version, system_identifier::text as system,
      pg_snapshot_xmax(pg_current_snapshot())::text as next from pg_control_system()`,
  )
  const { version, system, next } = rows[0]!
  const migrations = await owner.query<{ name: string; sha256: string }>(
    'select name, sha256 from migration order by name',
  )
  const sequences = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
      order by relname collate "C"`,
  )
  const values: Manifest['sequences'][number][] = []
  for (const sequence of sequences.rows) {
    // sequences know no snapshot: read now, they are at or past what the snapshot's rows took from them
    const { rows } = await owner.query<{ value: string; used: boolean }>(
      `select last_value::text as value, is_called as used from ${name(sequence.name)}`,
    )
    values.push({ name: sequence.name, ...rows[0]! })
  }
  return { server: { version, system }, migrations: migrations.rows, nextTransaction: next, sequences: values }
}

const columnsOf = ({ columns }: Shape) => columns.map(name).join(', ')

export const copyTableOut = (owner: Owner, shape: Shape, take: (block: Buffer) => Promise<void>): Promise<number> =>
  copyOut(owner, `copy ${name(shape.table)} (${columnsOf(shape)}) to stdout`, take)

/** The pages that hold content. */
export async function selectPages(owner: Owner): Promise<{ id: string; page: number }[]> {
  const { rows } = await owner.query<{ id: string; page: number }>(
    `select p.file_id as id, p.page from file_page p join file f on f.id = p.file_id
      where f.erased_at is null order by p.file_id, p.page`,
  )
  return rows
}

/** Which of these files still have their content, and when the others lost it (null: the row is gone). */
export async function selectErased(owner: Owner, ids: readonly string[]) {
  const { rows } = await owner.query<{ id: string; there: boolean; erased_at: number | null }>(
    `select w.id, f.id is not null and f.erased_at is null as there, f.erased_at
      from unnest($1::uuid[]) w (id) left join file f on f.id = w.id`,
    [ids],
  )
  return rows
}

/** True where nobody ever had an account: a database in which nothing was done. */
export async function isUnused(owner: Owner): Promise<boolean> {
  const { rows } = await owner.query<{ there: boolean }>("select to_regclass('account') is not null as there")
  if (!rows[0]!.there) return true
  const { rows: used } = await owner.query<{ used: boolean }>(
    'select exists(select from account) or exists(select from audit_event) as used',
  )
  return !used[0]!.used
}

/** How many others are connected to this database. */
export async function countOthers(owner: Owner): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and usename is not null and pid <> pg_backend_pid()`,
  )
  return rows[0]!.count
}

const advancedAtOnce = 1_000_000n

/**
 * Makes the cluster count its transactions on from `next`: rows carry the numbers of the transactions that wrote them,
 * and what seals and tells them goes by their order. A number can be passed over only by a transaction that takes it.
 */
export async function advanceTransactions(owner: Owner, next: string, tell: (left: bigint) => void): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ now: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as now')
    const left = BigInt(next) - BigInt(rows[0]!.now)
    if (left <= 0n) return
    tell(left)
    const count = left < advancedAtOnce ? left : advancedAtOnce
    await owner.query(`do $$ begin for n in 1..${count} loop perform pg_current_xact_id(); rollback; end loop; end $$`)
  }
}

type ForeignKey = { table: string; key: string; made: string }

/** When a database was restored, and from which moment; `id` is the restore's own. */
export type Restoration = { readonly id: string; readonly restoredAt: number; readonly backupMadeAt: number }

/**
 * Replaces all rows by those of a backup, in one transaction, and marks the database as restored. Foreign keys are taken
 * off and made anew, which checks every row; triggers keep still, as what they write is among the rows.
 * @param read the bytes of one table
 * @param beforeCommit what has to be done by then, or not at all
 * @returns false where the schema is too old to hold the mark
 */
export async function replaceRows(
  owner: Owner,
  { tables, sequences, erasedMeanwhile }: Manifest,
  read: (table: string) => AsyncIterable<Buffer>,
  restoration: Restoration,
  beforeCommit: () => Promise<void>,
): Promise<boolean> {
  const all = tables.map(({ table }) => name(table))
  await owner.query('begin')
  await owner.query(`truncate ${all.join(', ')}`)
  const keys = await owner.query<ForeignKey>(
    `select conrelid::regclass::text as table, quote_ident(conname) as key, pg_get_constraintdef(oid) as made
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  for (const { table, key } of keys.rows) await owner.query(`alter table ${table} drop constraint ${key}`)
  for (const table of all) await owner.query(`alter table ${table} disable trigger user`)
  for (const part of tables) {
    const text = `copy ${name(part.table)} (${columnsOf(part)}) from stdin`
    const rows = await copyIn(owner, text, read(part.table))
    if (rows !== part.rows) throw new Error(`${part.table}: ${rows} rows came in, and the backup has ${part.rows}`)
  }
  for (const { id, erasedAt } of erasedMeanwhile)
    await owner.query('update file set erased_at = $2 where id = $1 and erased_at is null', [id, erasedAt])
  // a session that was ended since the backup would be open again
  const ended = `update session set ended_at = $1, ended_why = 'restored' where ended_at is null`
  await owner.query(ended, [restoration.restoredAt])
  for (const { table, key, made } of keys.rows) await owner.query(`alter table ${table} add constraint ${key} ${made}`)
  for (const table of all) await owner.query(`alter table ${table} enable trigger user`)
  for (const { name: sequence, value, used } of sequences)
    await owner.query('select setval($1::regclass, $2, $3)', [name(sequence), value, used])
  const marked = await markRestored(owner, restoration)
  await beforeCommit()
  const { command } = await owner.query('commit')
  if (command !== 'COMMIT') throw new Error('the restored rows were rolled back')
  return marked
}

/** Marks the database, for those who must not go on as if nothing had happened; false where it has no place for it. */
export async function markRestored(owner: Owner, restoration: Restoration): Promise<boolean> {
  const { rows } = await owner.query<{ there: boolean }>("select to_regclass('restoration') is not null as there")
  if (!rows[0]!.there) return false
  await owner.query('insert into restoration (id, restored_at, backup_made_at) values ($1, $2, $3)', [
    restoration.id,
    restoration.restoredAt,
    restoration.backupMadeAt,
  ])
  return true
}

/** What the planner goes by. */
export const analyze = (owner: Owner) => owner.query('analyze')
