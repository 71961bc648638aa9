import { type Selectable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { PostingTable } from '../db/tables.ts'

export type PostingRow = Selectable<PostingTable>
export type NewPosting = Omit<PostingRow, 'seq'>

export const insertPostings = (trx: Trx, rows: readonly NewPosting[]) =>
  sql`insert into posting (id, debit_account, credit_account, amount_fen, award_id, cause_kind, cause_id, at, mac)
    select * from unnest(${rows.map((each) => each.id)}::uuid[], ${rows.map((each) => each.debit_account)}::text[],
      ${rows.map((each) => each.credit_account)}::text[], ${rows.map((each) => each.amount_fen)}::bigint[],
      ${rows.map((each) => each.award_id)}::uuid[], ${rows.map((each) => each.cause_kind)}::text[],
      ${rows.map((each) => each.cause_id)}::uuid[], ${rows.map((each) => each.at)}::bigint[],
      ${rows.map((each) => each.mac)}::bytea[])`.execute(trx)

export type IdentityRow = {
  source: 'postings' | 'records'
  district_id: string
  approved: number
  awaiting: number
  in_payment: number
  paid: number
  bounced: number
  cancelled: number
  awards: number
}

/** Sums by union and account: kept as postings are made, or added up from every posting. */
export type Sums = 'kept' | 'posted'
const sumsOf = { kept: sql`ledger_total`, posted: sql`postings_by_account()` }

/** The attempt to pay an award `w`, since it was granted, that has its money, or else the last that was released. */
const lastAttempt = sql`select x.id from payout x where x.award_id = w.id and x.state not in ('made', 'cancelled')
  and x.attempt > w.attempts_before
  order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1`
/** Where an award's money is by its own records alone: cancelled or not, its transfer, its last attempt. */
const whereByRecords = sql`case
  when w.cancelled_at is not null then 'cancelled'
  when p.state = 'settled' then 'paid'
  when p.state in ('failed', 'bounced') then 'bounced'
  when p.state is not null or t.released_at is not null then 'inPayment'
  else 'awaiting' end`

/**
 * The identity of each union twice over, in one statement so that both see the same moment: from the postings' sums, and
 * from the awards' own records.
 */
export const selectIdentities = async (trx: Trx, sums: Sums): Promise<IdentityRow[]> => {
  const { rows } = await sql<IdentityRow>`
    with side as (
      select district_id, split_part(account, ':', 1) as account, credit_fen - debit_fen as fen, debits from ${sumsOf[sums]})
    select 'postings' as source, district_id,
      coalesce(-sum(fen) filter (where account = 'cityBudget'), 0)::bigint as approved,
      coalesce(sum(fen) filter (where account in ('committed', 'serviceCentre')), 0)::bigint as awaiting,
      coalesce(sum(fen) filter (where account in ('union', 'payment')), 0)::bigint as in_payment,
      coalesce(sum(fen) filter (where account = 'worker'), 0)::bigint as paid,
      coalesce(sum(fen) filter (where account = 'bounced'), 0)::bigint as bounced,
      coalesce(sum(fen) filter (where account in ('surplus', 'cancelled')), 0)::bigint as cancelled,
      coalesce(sum(debits) filter (where account = 'cityBudget'), 0)::bigint as awards
    from side group by district_id
    union all
    select 'records', district_id, sum(amount_fen)::bigint,
      coalesce(sum(amount_fen) filter (where is_where = 'awaiting'), 0)::bigint,
      coalesce(sum(amount_fen) filter (where is_where = 'inPayment'), 0)::bigint,
      coalesce(sum(amount_fen) filter (where is_where = 'paid'), 0)::bigint,
      coalesce(sum(amount_fen) filter (where is_where = 'bounced'), 0)::bigint,
      coalesce(sum(amount_fen) filter (where is_where = 'cancelled'), 0)::bigint, count(*)
    from (select w.district_id, w.amount_fen, ${whereByRecords} as is_where
      from award w left join transfer t on t.notice_id = w.notice_id and t.kind = 'allocation'
      left join payout p on p.id = (${lastAttempt}) where w.application_id is not null) w
    group by district_id`.execute(trx)
  return rows
}

export const selectOrganisationNames = (trx: Trx, ids: readonly string[]) =>
  sql<{ id: string; name: string }>`select id, name from organisation where id = any (${ids}::uuid[])`.execute(trx)

/** Sums by account; the workers' many are one, and so are the bounced. */
export const selectAccounts = async (trx: Trx) => {
  const { rows } = await sql<{ account: string; debit: number; credit: number }>`
    select account, sum(debit_fen)::bigint as debit, sum(credit_fen)::bigint as credit
    from ledger_total group by account order by account`.execute(trx)
  return rows
}

export const selectLastPostings = (trx: Trx, limit: number) =>
  trx
    .selectFrom('posting as p')
    .innerJoin('award as w', 'w.id', 'p.award_id')
    .leftJoin('application as a', 'a.id', 'w.application_id')
    .select([
      'p.seq',
      'p.at',
      'p.debit_account',
      'p.credit_account',
      'p.amount_fen',
      'p.cause_kind',
      'a.receipt_number',
    ])
    .orderBy('p.seq', 'desc')
    .limit(limit)
    .execute()

export const selectPostingsOfAward = (trx: Trx, awardId: string) =>
  trx
    .selectFrom('posting')
    .select(['seq', 'at', 'debit_account', 'credit_account', 'amount_fen', 'cause_kind'])
    .where('award_id', '=', awardId)
    .orderBy('seq')
    .execute()

/** The next thousand in order. */
export const selectPostingsAfter = (trx: Trx, seq: number): Promise<PostingRow[]> =>
  trx.selectFrom('posting').selectAll().where('seq', '>', seq).orderBy('seq').limit(1000).execute()

export type BadPosting = { seq: number; id: string; why: string }

/** The first posting that does not continue its award's chain, has another amount, or has no cause that is done. */
export const selectBadPosting = async (trx: Trx): Promise<BadPosting | undefined> => {
  const { rows } = await sql<BadPosting>`
    with chain as (
      select p.*, coalesce(lag(p.credit_account) over (partition by p.award_id order by p.seq), 'cityBudget') as comes_from
      from posting p)
    select seq, id, why from (
      select c.seq, c.id, case
        when w.id is null then 'it has no award'
        when c.amount_fen <> w.amount_fen then 'its amount is not the award''s'
        when c.debit_account <> c.comes_from then 'the award''s money does not lie where it is taken from'
        when not case c.cause_kind
          when 'approve' then c.credit_account = 'committed' and exists (select from action a
            where a.id = c.cause_id and a.kind = 'approve' and a.application_id = w.application_id)
          when 'funding' then c.credit_account = 'serviceCentre' and exists (select from transfer t
            where t.id = c.cause_id and t.kind = 'funding' and t.released_at is not null)
          when 'allocation' then c.credit_account = 'union:' || w.district_id and exists (select from transfer t
              join notice_line l on l.notice_id = t.notice_id
            where t.id = c.cause_id and t.kind = 'allocation' and t.released_at is not null and l.award_id = w.id)
          when 'onward' then exists (select from transfer t join transfer_line l on l.transfer_id = t.id
            where t.id = c.cause_id and t.kind = 'onward' and t.released_at is not null and l.award_id = w.id
              and c.debit_account = 'union:' || t.from_id and c.credit_account = 'union:' || t.to_id)
          when 'release' then exists (select from payout y join payout_batch b on b.id = y.batch_id
            where y.id = c.cause_id and y.award_id = w.id and b.released_at is not null)
          when 'withdraw' then exists (select from payout y where y.id = c.cause_id and y.award_id = w.id and y.withdrawn_at = c.at)
          when 'pay' then exists (select from payout_result r join payout y on y.id = r.payout_id
            where (r.id = c.cause_id or y.id = c.cause_id) and y.award_id = w.id and r.outcome = 'settled')
          when 'bounce' then exists (select from payout_result r join payout y on y.id = r.payout_id
            where r.id = c.cause_id and y.award_id = w.id and r.outcome in ('failed', 'bounced'))
          when 'reversal' then exists (select from payout_result r join payout y on y.id = r.payout_id
            where r.id = c.cause_id and y.award_id = w.id and r.outcome = 'reopened')
          when 'cancel' then exists (select from correction k
            where k.id = c.cause_id and k.award_id = w.id and k.kind = 'cancel' and k.confirmed_by is not null)
          when 'recovery' then exists (select from recovery r
            where r.id = c.cause_id and r.award_id = w.id and r.confirmed_by is not null)
          when 'handBack' then exists (select from surplus_transfer t join surplus_transfer_line l on l.transfer_id = t.id
            where t.id = c.cause_id and l.award_id = w.id and t.received_by is not null and c.debit_account = 'surplus:' || t.from_id)
          when 'reinstate' then exists (select from correction k
            where k.id = c.cause_id and k.award_id = w.id and k.kind = 'reinstate' and k.confirmed_by is not null)
          else false end then 'its cause is not there or not released'
      end as why
      from chain c left join award w on w.id = c.award_id) judged
    where why is not null order by seq limit 1`.execute(trx)
  return rows[0]
}

/** The first award whose postings and application do not say what its own records say. */
export const selectBadAward = async (trx: Trx): Promise<{ id: string; why: string } | undefined> => {
  const { rows } = await sql<{ id: string; why: string }>`
    with last as (select distinct on (award_id) award_id, credit_account, seq from posting order by award_id, seq desc),
    funding as (select distinct p.award_id from posting p where p.cause_kind = 'funding'
      and not exists (select from posting r where r.award_id = p.award_id and r.cause_kind = 'reinstate' and r.seq > p.seq))
    select id, why from (
      select w.id, case
        when l.award_id is null then 'it has no posting'
        when l.credit_account is distinct from w.stands_on then 'it stands elsewhere than its last posting says'
        when case split_part(w.stands_on, ':', 1)
          when 'committed' then 'awaiting' when 'serviceCentre' then 'awaiting'
          when 'union' then 'inPayment' when 'payment' then 'inPayment'
          when 'worker' then 'paid' when 'bounced' then 'bounced' else 'cancelled' end is distinct from ${whereByRecords}
          or (f.award_id is null) <> (w.stands_on = 'committed') and ${whereByRecords} = 'awaiting'
          then 'its last posting is not where its records have the money'
        when ${whereByRecords} = 'paid' and a.state <> 'paid' or ${whereByRecords} = 'bounced' and a.state <> 'bounced'
          or ${whereByRecords} = 'cancelled' and a.state <> 'cancelled'
          or ${whereByRecords} in ('awaiting', 'inPayment') and a.state not in ('approved', 'awarded', 'bounced')
          then 'its application is in another state'
      end as why
      from award w left join last l on l.award_id = w.id left join funding f on f.award_id = w.id
      left join transfer t on t.notice_id = w.notice_id and t.kind = 'allocation'
      left join payout p on p.id = (${lastAttempt})
      left join application a on a.id = w.application_id
      where w.application_id is not null) judged
    where why is not null order by id limit 1`.execute(trx)
  return rows[0]
}
