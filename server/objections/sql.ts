import { sql } from 'kysely'
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Trx } from '../db/open.ts'
import { statement } from '../db/statement.ts'
import type { ObjectionTable } from '../db/tables.ts'

export type ObjectionRow = Selectable<ObjectionTable>

export const selectObjection = (trx: Trx, id: string) =>
  trx.selectFrom('objection').selectAll().where('id', '=', id).executeTakeFirst()

/** Waits for whoever else decides it. */
export const lockObjection = (trx: Trx, id: string) =>
  trx.selectFrom('objection').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const selectMine = (trx: Trx, accountId: string) =>
  trx
    .selectFrom('objection')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('raised_at', 'desc')
    .limit(50)
    .execute()

/** Open ones, the oldest first; or those decided, the newest first. */
export function selectDesk(
  trx: Trx,
  view: 'open' | 'decided',
  after: { readonly raisedAt: number; readonly id: string } | undefined,
  limit: number,
) {
  const order = view === 'open' ? 'asc' : 'desc'
  let query = trx
    .selectFrom('objection')
    .selectAll()
    .where('state', view === 'open' ? '=' : '<>', 'open')
  if (after) {
    const beyond = sql.raw(view === 'open' ? '>' : '<')
    query = query.where(sql<boolean>`(raised_at, id) ${beyond} (${after.raisedAt}, ${after.id}::uuid)`)
  }
  return query.orderBy('raised_at', order).orderBy('id', order).limit(limit).execute()
}

/** Lets one objection of an account at a time count and insert, until its transaction ends. */
export const lockObjections = (trx: Trx, accountId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`objections ${accountId}`}, 0))`.execute(trx)

export async function countObjections(trx: Trx, accountId: string, policyId: string): Promise<number> {
  const row = await trx
    .selectFrom('objection')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account_id', '=', accountId)
    .where('policy_id', '=', policyId)
    .executeTakeFirstOrThrow()
  return row.n
}

export async function nextNumber(trx: Trx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select nextval('objection_number') as n`.execute(trx)
  return rows[0]!.n
}

export const insertObjection = (trx: Trx, row: Insertable<ObjectionTable>) =>
  trx.insertInto('objection').values(row).execute()

export const updateObjection = (trx: Trx, id: string, set: Updateable<ObjectionTable>) =>
  trx.updateTable('objection').set(set).where('id', '=', id).execute()

/** The certificate of a number somebody has filed, and whether another claim or an award has it. */
export async function certificateObjectedTo(trx: Trx, space: string, number: string, draftId: string) {
  const { rows } = await sql<{ certificate_id: string; taken: 'awarded' | 'filed' | null }>`
    select * from certificate_objected_to(${space}, ${number}, ${draftId})`.execute(trx)
  return rows[0]
}

/** Whether the account itself has a live claim of the certificate. */
export async function hasOwnClaim(trx: Trx, accountId: string, certificateId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('application')
    .select('id')
    .where('account_id', '=', accountId)
    .where('certificate_id', '=', certificateId)
    .where('state', 'not in', ['declined', 'withdrawn', 'cancelled'])
    .executeTakeFirst()
  return row !== undefined
}

/** The live claim of the certificate an objection is about. */
export async function claimObjectedTo(trx: Trx, objectionId: string): Promise<string | undefined> {
  const { rows } = await sql<{ application_id: string }>`
    select application_id from claim_objected_to(${objectionId})`.execute(trx)
  return rows[0]?.application_id
}

export const selectClaim = (trx: Trx, id: string) =>
  trx
    .selectFrom('application')
    .select(['id', 'receipt_number', 'state', 'applicant_index'])
    .where('id', '=', id)
    .executeTakeFirst()

export const selectStaff = (trx: Trx, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : trx
        .selectFrom('account')
        .select(['id', 'display_name', 'id_number_index'])
        .where('id', 'in', [...ids])
        .execute()

// What was granted --------------------------------------------------------------------------------------------------
export const selectGrants = statement((trx, accountId: string, now: number) =>
  trx
    .selectFrom('objection')
    .select(['id', 'certificate_id', 'raised_at'])
    .where('account_id', '=', accountId)
    .where('filed_as', 'is', null)
    .where('file_before', '>', now),
)

/** By who cancels the award of a claim, and sees no objection. */
export const freeCertificate = (trx: Trx, applicationId: string, at: number, fileBefore: number) =>
  sql`select free_for_who_objected(${applicationId}, ${at}, ${fileBefore})`.execute(trx)
