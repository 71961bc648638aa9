import { sql } from 'kysely'
import type { CommandTable } from './tables.ts'
import type { Trx } from './open.ts'
import { insertRows, statement } from './statement.ts'

export type DoneCommand = Pick<CommandTable, 'digest' | 'answer'>

/**
 * Holds the command's id until the transaction ends, and says what was done under it. Two statements sent together, in
 * this order: the second takes its snapshot when the lock is held, so it sees what another transaction committed.
 */
export async function lockCommand(trx: Trx, id: string): Promise<DoneCommand | undefined> {
  const [, rows] = await Promise.all([idLocked(trx, id), commandById(trx, id)])
  return rows[0]
}
const idLocked = statement((_trx, id: string) => sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`)
const commandById = statement(
  (_trx, id: string) => sql<DoneCommand>`select digest, answer from command where id = ${id}`,
)

/** @throws the database's refusal by command_pkey where another account used the id, whose row is hidden */
export const insertCommand = (trx: Trx, row: CommandTable): Promise<void> => insertRows(trx, 'command', [row])
