import { type Insertable, type Selectable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { PayeeChangeTable } from '../db/tables.ts'

/** The attempt to pay an award `w` that has its money, or else the last of those that stayed in their batch. */
const lastAttempt = sql<string>`(select x.id from payout x where x.award_id = w.id and x.state <> 'cancelled'
  order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1)`

/** How an award stands that may be paid to another account. */
const standings = (trx: Trx) =>
  trx
    .selectFrom('award as w')
    .innerJoin('application as a', 'a.id', 'w.application_id')
    .innerJoin('organisation as o', 'o.id', 'w.payer_id')
    .leftJoin('payout as p', (join) => join.onRef('p.award_id', '=', 'w.id').on('p.id', '=', lastAttempt))
    .leftJoin('payee_change as c', (join) =>
      join.onRef('c.award_id', '=', 'w.id').on('c.confirmed_by', 'is', null).on('c.refused_by', 'is', null),
    )
    .select(['w.id as award_id', 'w.payer_id', 'w.payee', 'w.payee_tail', 'o.name as payer'])
    .select(['a.id as application_id', 'a.state', 'a.channel', 'a.policy_id', 'a.policy_revision', 'a.account_id'])
    .select(['p.id as payout_id', 'p.state as payout_state', 'p.code as payout_code', 'c.id as open_id'])
    .where('w.cancelled_at', 'is', null)
export const selectStanding = (trx: Trx, applicationId: string) =>
  standings(trx).where('w.application_id', '=', applicationId).executeTakeFirst()
export const standingOfAward = (trx: Trx, awardId: string) =>
  standings(trx).where('w.id', '=', awardId).executeTakeFirst()
export type Standing = NonNullable<Awaited<ReturnType<typeof selectStanding>>>

/** What left the house for an award, first to last, with when the bank last said something of it. */
export const selectAttempts = (trx: Trx, awardId: string) =>
  trx
    .selectFrom('payout as p')
    .select(['p.id', 'p.state', 'p.code', 'p.payee_tail', 'p.paid_on'])
    .select((eb) =>
      eb
        .selectFrom('payout_result as r')
        .select((inner) => inner.fn.max('r.recorded_at').as('at'))
        .whereRef('r.payout_id', '=', 'p.id')
        .as('heard_at'),
    )
    .where('p.award_id', '=', awardId)
    .where('p.state', 'not in', ['made', 'cancelled'])
    .orderBy('p.attempt')
    .execute()

export const selectLastChange = (trx: Trx, awardId: string) =>
  trx
    .selectFrom('payee_change')
    .selectAll()
    .where('award_id', '=', awardId)
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

export const insertChange = (trx: Trx, row: Insertable<PayeeChangeTable>) =>
  trx.insertInto('payee_change').values(row).execute()

export const isProposed = async (trx: Trx, id: string): Promise<boolean> =>
  (await trx.selectFrom('payee_change').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

/** Held to the end of the transaction. */
export const lockChange = (trx: Trx, id: string) =>
  trx.selectFrom('payee_change').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** As it stands: of two who answer it at once, the second finds it answered. */
export const selectChange = (trx: Trx, id: string) =>
  trx.selectFrom('payee_change').selectAll().where('id', '=', id).executeTakeFirst()

export const updateChange = (trx: Trx, id: string, set: Partial<Selectable<PayeeChangeTable>>) =>
  trx.updateTable('payee_change').set(set).where('id', '=', id).execute()

export async function countShared(trx: Trx, id: string): Promise<number> {
  const { rows } = await sql<{ n: number | null }>`select payee_change_shared(${id}) as n`.execute(trx)
  return rows[0]!.n ?? 0
}

/** A paper that this person handed in, for the first time. */
export async function hasPaper(trx: Trx, fileId: string, ownerId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('file')
    .select('id')
    .where('id', '=', fileId)
    .where('purpose', '=', 'accountPaper')
    .where('owner_account_id', '=', ownerId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

export const selectPaper = (trx: Trx, fileId: string) =>
  trx.selectFrom('file').select(['id', 'page_count']).where('id', '=', fileId).executeTakeFirst()

// Lists -----------------------------------------------------------------------------------------------------------------

export type Place = { readonly at: number; readonly id: string }

export type ItemRow = {
  /** Of the proposal, or of the award where there is none. */
  key: string
  id: string | null
  award_id: string
  application_id: string
  receipt_number: string
  level: string
  channel: string
  policy_id: string
  policy_revision: number
  account_id: string | null
  amount_fen: number
  current_payee: unknown
  code: string | null
  payout_state: string | null
  since: number
  tail: string
  payee: unknown
  new_tail: string | null
  same_account: boolean | null
  proposed_by: string | null
  proposer: string | null
  confirmed_by: string | null
  refused_by: string | null
  answerer: string | null
  answered_at: number | null
  words: unknown
  refused_words: unknown
  proof_file_id: string | null
}

const columns = sql`w.id as award_id, w.application_id, a.receipt_number, a.level, a.channel, a.policy_id, a.policy_revision,
  a.account_id, w.amount_fen, p.code, p.state as payout_state`

const proposals = sql`select c.id as key, c.id, ${columns}, c.replaces as current_payee, c.replaces_tail as tail,
    c.proposed_at as since, c.payee, c.payee_tail as new_tail,
    c.same_account, c.proposed_by, s.display_name as proposer, c.confirmed_by, c.refused_by, n.display_name as answerer,
    coalesce(c.confirmed_at, c.refused_at) as answered_at, c.words, c.refused_words, c.proof_file_id
  from payee_change c join award w on w.id = c.award_id join application a on a.id = w.application_id
  left join payout p on p.id = c.payout_id
  left join account s on s.id = c.proposed_by and s.kind = 'staff'
  left join account n on n.id = coalesce(c.confirmed_by, c.refused_by)`

export async function selectOpen(trx: Trx, payerId: string, after: Place | undefined, limit: number) {
  const { rows } = await sql<ItemRow>`${proposals}
    where w.payer_id = ${payerId} and c.confirmed_by is null and c.refused_by is null
      and (${after?.at ?? null}::bigint is null or (c.proposed_at, c.id) > (${after?.at ?? null}::bigint, ${after?.id ?? null}::uuid))
    order by c.proposed_at, c.id limit ${limit}`.execute(trx)
  return rows
}

export async function selectAnswered(trx: Trx, payerId: string, before: Place | undefined, limit: number) {
  const { rows } = await sql<ItemRow>`${proposals}
    where w.payer_id = ${payerId} and coalesce(c.confirmed_at, c.refused_at) is not null
      and (${before?.at ?? null}::bigint is null
        or (coalesce(c.confirmed_at, c.refused_at), c.id) < (${before?.at ?? null}::bigint, ${before?.id ?? null}::uuid))
    order by coalesce(c.confirmed_at, c.refused_at) desc, c.id desc limit ${limit}`.execute(trx)
  return rows
}

/** Refused by the bank for a reason that is not the payer's own, and nobody has proposed anything since. */
export async function selectWanted(trx: Trx, payerId: string, after: Place | undefined, limit: number) {
  const { rows } = await sql<ItemRow>`select * from (
      select w.id as key, null::uuid as id, ${columns}, w.payee as current_payee, w.payee_tail as tail,
        (select max(r.recorded_at) from payout_result r where r.payout_id = p.id) as since, null::jsonb as payee,
        null as new_tail, null::boolean as same_account, null::uuid as proposed_by, null as proposer,
        null::uuid as confirmed_by, null::uuid as refused_by, null as answerer, null::bigint as answered_at,
        null::jsonb as words, null::jsonb as refused_words, null::uuid as proof_file_id
      from award w join application a on a.id = w.application_id join payout p on p.id = ${lastAttempt}
      where w.payer_id = ${payerId} and w.stands_on = 'bounced:' || w.id and w.stands_on not like 'worker:%'
        and p.state in ('failed', 'bounced') and p.code is distinct from 'payerFunds'
        and not exists (select from payee_change c where c.award_id = w.id and c.refused_by is null
          and (c.payout_id = p.id or c.confirmed_by is null))) x
    where ${after?.at ?? null}::bigint is null or (x.since, x.key) > (${after?.at ?? null}::bigint, ${after?.id ?? null}::uuid)
    order by x.since, x.key limit ${limit}`.execute(trx)
  return rows
}

export async function selectProposal(trx: Trx, id: string, payerId: string): Promise<ItemRow | undefined> {
  const { rows } = await sql<ItemRow>`${proposals} where c.id = ${id} and w.payer_id = ${payerId}`.execute(trx)
  return rows[0]
}
