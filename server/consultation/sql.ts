import { type Insertable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { ConsultationTable } from '../db/tables.ts'

/** Look-ups of one consultant go one after the other, so that none passes the count. */
export const lockConsultant = (trx: Trx, accountId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`consultation ${accountId}`}, 0))`.execute(trx)

export const selectConsultation = (trx: Trx, id: string) =>
  trx.selectFrom('consultation').selectAll().where('id', '=', id).executeTakeFirst()

/** Look-ups of the account since then, and those of them that found nothing. */
export async function countLookUps(trx: Trx, accountId: string, since: number) {
  const { rows } = await sql<{ all: number; misses: number }>`
    select count(*)::int as all, (count(*) filter (where found = 0))::int as misses
    from consultation where account_id = ${accountId} and at > ${since}`.execute(trx)
  return rows[0]!
}

export const endOpen = (trx: Trx, accountId: string, at: number, id?: string) =>
  trx
    .updateTable('consultation')
    .set({ ended_at: at })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .execute()

/** False where that id is taken. */
export async function insertConsultation(trx: Trx, row: Insertable<ConsultationTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('consultation')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export type Facts = {
  readonly receipt: string | null
  readonly applicant: Buffer | null
  readonly phone: Buffer | null
}

/** Opens the cases that match every fact. @returns how many */
export async function openCases(trx: Trx, id: string, { receipt, applicant, phone }: Facts): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select consultation_open(${id}, ${receipt}, ${applicant}, ${phone}) as n`.execute(trx)
  return rows[0]!.n
}

export const selectCases = async (trx: Trx, consultationId: string): Promise<string[]> => {
  const found = await trx
    .selectFrom('consultation_case')
    .select('application_id')
    .where('consultation_id', '=', consultationId)
    .execute()
  return found.map((row) => row.application_id)
}

/** Notes of the last calls about these cases, oldest first. */
export const selectNotes = (trx: Trx, applicationIds: readonly string[]) =>
  trx
    .selectFrom('call_note as n')
    .innerJoin('account as w', 'w.id', 'n.account_id')
    .select(['n.id', 'n.application_id', 'n.consultation_id', 'n.body', 'n.at', 'w.display_name'])
    .where('n.application_id', 'in', [...applicationIds])
    .orderBy('n.at', 'desc')
    .limit(50)
    .execute()

export const selectNote = (trx: Trx, id: string) =>
  trx.selectFrom('call_note').select(['consultation_id', 'application_id']).where('id', '=', id).executeTakeFirst()

/** False where that id is taken. */
export async function insertNote(
  trx: Trx,
  row: { id: string; consultationId: string; applicationId: string; accountId: string; body: unknown; at: number },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('call_note')
    .values({
      id: row.id,
      consultation_id: row.consultationId,
      application_id: row.applicationId,
      account_id: row.accountId,
      body: JSON.stringify(row.body),
      at: row.at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
