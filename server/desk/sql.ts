import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { PlainDate } from '../../domain/dates.ts'
import type { Role } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'
import type { AssignmentTable, HoldTable } from '../db/tables.ts'

/** Who holds the same office today, the one who asks among them. */
export const colleagues = (trx: Trx, organisationId: string, role: Role, today: PlainDate) =>
  trx
    .selectFrom('appointment as p')
    .innerJoin('account as s', 's.id', 'p.account_id')
    .select(['s.id', 's.display_name as name'])
    .distinct()
    .where('p.organisation_id', '=', organisationId)
    .where('p.role', '=', role)
    .where('p.valid_from', '<=', today)
    .where((eb) => eb.or([eb('p.valid_to', 'is', null), eb('p.valid_to', '>=', today)]))
    .where('s.disabled_at', 'is', null)
    .orderBy('s.display_name')
    .$narrowType<{ name: string }>()
    .execute()

// Assignment --------------------------------------------------------------------------------------------------------
/** In id order, each locked until the transaction ends. */
export const lockCases = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('application')
    .select(['id', 'receipt_number', 'state', 'step', 'assignee_id'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()

/** The duties that somebody has on these already. */
export const dutiesOf = (trx: Trx, applicationIds: readonly string[], accountId: string) =>
  trx
    .selectFrom('duty')
    .select(['application_id', 'duty'])
    .where('application_id', 'in', [...applicationIds])
    .where('account_id', '=', accountId)
    .execute()

export const insertAssignments = (trx: Trx, rows: readonly Insertable<AssignmentTable>[]) =>
  trx
    .insertInto('assignment')
    .values([...rows])
    .execute()

/** The latest turns of a case, newest first, with the names of those concerned. */
export async function selectTurns(trx: Trx, applicationId: string, limit: number) {
  const { rows } = await sql<{
    at: number
    by: string
    to: string | null
    from: string | null
    assignee_id: string | null
  }>`
    select s.at, b.display_name as by, t.display_name as to, f.display_name as from, s.assignee_id
    from assignment s join account b on b.id = s.by_account_id left join account t on t.id = s.assignee_id
      left join account f on f.id = s.taken_from
    where s.application_id = ${applicationId}::uuid order by s.at desc, s.command_id desc limit ${limit}`.execute(trx)
  return rows
}

/** Cases taken from somebody since then, by others. */
export async function selectTaken(trx: Trx, accountId: string, since: number, limit: number) {
  const { rows } = await sql<{ id: string; receiptNumber: string; by: string; at: number }>`
    select s.application_id as id, a.receipt_number as "receiptNumber", b.display_name as by, s.at
    from assignment s join application a on a.id = s.application_id join account b on b.id = s.by_account_id
    where s.taken_from = ${accountId}::uuid and s.by_account_id <> s.taken_from and s.at >= ${since}
    order by s.at desc limit ${limit}`.execute(trx)
  return rows
}

export const selectName = async (trx: Trx, accountId: string): Promise<string | undefined> =>
  (await trx.selectFrom('account').select('display_name').where('id', '=', accountId).executeTakeFirst())
    ?.display_name ?? undefined

// Hold --------------------------------------------------------------------------------------------------------------
export const selectHold = (trx: Trx, id: string) =>
  trx
    .selectFrom('hold as h')
    .innerJoin('account as s', 's.id', 'h.held_by')
    .select(['h.id', 'h.application_id', 'h.held_by', 'h.held_at', 'h.reason', 'h.ended', 's.display_name as name'])
    .where('h.id', '=', id)
    .executeTakeFirst()

export const insertHold = (trx: Trx, row: Omit<Insertable<HoldTable>, 'reason'> & { reason: unknown }) =>
  trx
    .insertInto('hold')
    .values({ ...row, reason: JSON.stringify(row.reason) })
    .execute()

export const releaseHold = (trx: Trx, id: string, by: string, at: number, word: unknown) =>
  trx
    .updateTable('hold')
    .set({ ended: 'released', ended_by: by, ended_at: at, word: word === undefined ? null : JSON.stringify(word) })
    .where('id', '=', id)
    .execute()
