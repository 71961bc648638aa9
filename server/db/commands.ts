import { sql } from 'kysely'
import type { CommandTable } from './tables.ts'
import type { Trx } from './open.ts'

export type DoneCommand = Pick<CommandTable, 'digest' | 'answer'>

/**
 * Holds the command's id until the transaction ends, and says what was done under it. Two statements sent together, in
 * this order: the second takes its snapshot when the lock is held, so it sees what another transaction committed.
 */
export async function lockCommand(trx: Trx, id: string): Promise<DoneCommand | undefined> {
  const locked = sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx)
  const found = sql<DoneCommand>`select digest, answer from command where id = ${id}`.execute(trx)
  const [, { rows }] = await Promise.all([locked, found])
  return rows[0]
}

/** @throws the database's refusal by command_pkey where another account used the id, whose row is hidden */
export async function insertCommand(trx: Trx, row: CommandTable): Promise<void> {
  await trx.insertInto('command').values(row).execute()
}
