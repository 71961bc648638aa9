import { sql } from 'kysely'
import type { StatementsQuery } from '../../contract/books.ts'
import type { Instant } from '../../domain/dates.ts'
import { levels, levelTitles } from '../../domain/policy.ts'
import { send, type Trx } from '../db/open.ts'

/** Postings or kept sums that are alike, in one row. */
export type MovedRow = {
  /** Absent: of no line, for the total alone. */
  key: string | null
  phase: 'before' | 'within' | 'kept'
  cause: string
  /** Kinds of account; of what is kept, where it stands. */
  source: string
  target: string
  count: number
  fen: number
}

export type Asked = {
  readonly by: StatementsQuery['by']
  readonly from: Instant
  readonly until: Instant
  readonly districtId: string | undefined
  /** A union, whose own awards these are; absent for the whole city. */
  readonly unionId: string | undefined
}

const dayMs = 86_400_000
const shanghaiMs = 8 * 3_600_000

/** What a line is made of: its key, and what it is found by. */
const lineOf = {
  district: { key: sql`w.district_id::text`, join: sql`` },
  baseUnion: { key: sql`a.base_union_id::text`, join: sql`join application a on a.id = w.application_id` },
  batch: {
    key: sql`y.batch_id::text`,
    join: sql`left join payout_result r on r.id = p.cause_id
      join payout y on y.id = coalesce(r.payout_id, p.cause_id) and y.batch_id is not null`,
  },
  day: { key: sql`((p.at + ${sql.lit(shanghaiMs)}) / ${sql.lit(dayMs)})::text`, join: sql`` },
} as const

/** The awards asked for; row-level security says the same of the union's. */
const among = ({
  districtId,
  unionId,
}: Asked) => sql`(${districtId ?? null}::uuid is null or w.district_id = ${districtId ?? null})
  and (${unionId ?? null}::uuid is null or ${unionId ?? null} = any (w.visible_to) or w.payer_id = ${unionId ?? null})`

/** The sums kept with the postings, or for batches the payouts' own states. */
function kept(asked: Asked) {
  if (asked.by === 'batch')
    return sql`select y.batch_id::text, 'kept', 'kept', y.state, '', count(*)::int, sum(y.amount_fen)::bigint
      from payout y join award w on w.id = y.award_id
      where y.batch_id is not null and y.state not in ('made', 'cancelled') and ${among(asked)} group by y.batch_id, y.state`
  return sql`select ${asked.by === 'district' ? sql`t.district_id::text` : sql`null`}, 'kept', 'kept',
      split_part(t.account, ':', 1), '', sum(t.debits)::int, sum(t.credit_fen - t.debit_fen)::bigint
    from ledger_total t where (${asked.districtId ?? null}::uuid is null or t.district_id = ${asked.districtId ?? null})
      and (${asked.unionId ?? null}::uuid is null or t.district_id = ${asked.unionId ?? null}) group by t.district_id, 4`
}

/** Every posting until then, added up by line, cause and accounts, and what is kept: in one statement, of one moment. */
export const selectMoved = async (trx: Trx, asked: Asked): Promise<MovedRow[]> => {
  const { key, join } = lineOf[asked.by]
  const { rows } = await sql<MovedRow>`
    select key, phase, cause, source, target, count(*)::int as count, sum(amount_fen)::bigint as fen
    from (select ${key} as key, case when p.at < ${asked.from} then 'before' else 'within' end as phase,
        p.cause_kind as cause, split_part(p.debit_account, ':', 1) as source, split_part(p.credit_account, ':', 1) as target,
        p.amount_fen
      from posting p join award w on w.id = p.award_id ${join}
      where p.at < ${asked.until} and ${among(asked)}) moved
    group by 1, 2, 3, 4, 5
    union all ${kept(asked)}`.execute(trx)
  return rows
}

/** How the lines are called. */
export const selectNames = async (
  trx: Trx,
  by: 'organisation' | 'batch',
  ids: readonly string[],
): Promise<Map<string, string>> => {
  const named =
    by === 'batch'
      ? sql<{ id: string; name: string }>`select b.id, b.number || ' ' || o.name as name
          from payout_batch b join organisation o on o.id = b.payer_id where b.id = any (${ids}::uuid[])`
      : sql<{ id: string; name: string }>`select id, name from organisation where id = any (${ids}::uuid[])`
  return new Map((await named.execute(trx)).rows.map(({ id, name }) => [id, name]))
}

/** District unions that have awards in what the scope reaches. */
export const selectDistricts = async (trx: Trx): Promise<{ id: string; name: string }[]> => {
  const { rows } = await sql<{ id: string; name: string }>`
    select o.id, o.name from organisation o where o.id in (select district_id from ledger_total) order by o.name`.execute(
    trx,
  )
  return rows
}

/** A posting of a worker's award, or the award alone where nothing is posted yet. */
export type WorkerRow = {
  award_id: string
  application_id: string
  receipt_number: string
  level: string
  amount_fen: number
  payee: unknown
  stands_on: string
  at: number | null
  cause: string
  source: string
  target: string
  fen: number
  reference: string | null
  batch_id: string | null
  batch_number: string | null
}

/** Everything of the worker whose receipt number it is, as far as the scope reaches. */
export const selectWorker = async (
  trx: Trx,
  receiptNumber: string,
  unionId: string | undefined,
): Promise<WorkerRow[]> => {
  const { rows } = await sql<WorkerRow>`
    select w.id as award_id, a.id as application_id, a.receipt_number, a.level, w.amount_fen, w.payee, w.stands_on,
      p.at, p.cause_kind as cause, split_part(p.debit_account, ':', 1) as source,
      split_part(p.credit_account, ':', 1) as target, p.amount_fen as fen, y.reference, b.id as batch_id,
      b.number as batch_number
    from application asked join application a on a.applicant_index = asked.applicant_index
      join award w on w.application_id = a.id left join posting p on p.award_id = w.id
      left join payout_result r on r.id = p.cause_id left join payout y on y.id = coalesce(r.payout_id, p.cause_id)
      left join payout_batch b on b.id = y.batch_id
    where asked.receipt_number = ${receiptNumber} and exists (select from award v where v.application_id = asked.id
        and (${unionId ?? null}::uuid is null or ${unionId ?? null} = any (v.visible_to) or v.payer_id = ${unionId ?? null}))
      and (${unionId ?? null}::uuid is null or ${unionId ?? null} = any (w.visible_to) or w.payer_id = ${unionId ?? null})
    order by a.receipt_number, p.seq`.execute(trx)
  return rows
}

// Awards as a file ------------------------------------------------------------------------------------------------------

/** A spreadsheet takes what begins so for a formula: an apostrophe before it makes it text. */
const plain = (text: string) =>
  `case when ${text} ~ '^[-=+@\uFF1D\uFF0B\uFF0D\uFF20\\t\\r\\n]' then '''' || ${text} else ${text} end`

/** One row an award. Constants only: COPY takes no parameters. */
const awardColumns = `a.receipt_number as "受理号",
  case a.level ${levels.map((level) => `when '${level}' then '${levelTitles[level]}'`).join(' ')} end as "等级",
  (w.amount_fen / 100) || '.' || lpad((w.amount_fen % 100)::text, 2, '0') as "金额（元）",
  ${plain('d.name')} as "区局（产业）工会", ${plain('u.name')} as "基层工会",
  case split_part(w.stands_on, ':', 1) when 'committed' then '待发放' when 'serviceCentre' then '待发放'
    when 'union' then '发放中' when 'payment' then '发放中' when 'worker' then '已发放'
    when 'bounced' then '退票待重发' else '已取消' end as "资金",
  n.number as "划拨通知", b.number as "发放批次", y.reference as "付款编号", y.paid_on as "发放日期"`
const awardTables = `award w join application a on a.id = w.application_id
  join organisation d on d.id = w.district_id left join organisation u on u.id = a.base_union_id
  left join allocation_notice n on n.id = w.notice_id
  left join lateral (select x.batch_id, x.reference, case x.state when 'settled' then x.paid_on end as paid_on
    from payout x where x.award_id = w.id and x.state <> 'cancelled'
    order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1) y on true
  left join payout_batch b on b.id = y.batch_id`

/** @param scope the awards' condition; `true` for whoever passes row-level security */
export const awardsCopy = (scope: string): string =>
  `copy (select ${awardColumns} from ${awardTables} where ${scope} order by a.receipt_number) to stdout (format csv, header)`

/** The viewer's own scope, as row-level security has it. */
export const ownAwards = `((select scope_kind() = 'city' or scope_job() = 'oversight')
  or (select scope_kind() = 'union') and (select scope_organisation()) = any (w.visible_to))`

/** A whole city's awards go out at the pace of whoever takes them. */
export const allowLonger = (trx: Trx, ms: number) => send(trx, `set local statement_timeout = ${Math.trunc(ms)}`, [])

// The bank's word against ours ------------------------------------------------------------------------------------------

export type DoubtRow = {
  id: string
  reference: string
  receipt_number: string
  batch_id: string
  batch_number: string
  payer: string
  amount_fen: number
  state: string
  released_at: number
  why: 'amountDiffers' | 'contradicts' | 'notPosted' | 'unheard'
  all_of_them: number
}

/** A word that moves money has its posting. */
const unposted = sql`r.outcome in ('settled', 'failed', 'bounced')
  and not exists (select from posting p where p.award_id = y.award_id and p.cause_id in (r.id, y.id)
    and p.cause_kind = case r.outcome when 'settled' then 'pay' else 'bounce' end)`

/** @param payerId whose payouts; absent for all */
export const selectDoubts = async (
  trx: Trx,
  payerId: string | undefined,
  unheardSince: Instant,
  limit: number,
): Promise<DoubtRow[]> => {
  const { rows } = await sql<DoubtRow>`
    with doubt as (
      select o.payout_id, o.trouble as why, 1 as turn from bank_order o where o.trouble is not null
      union all
      select y.id, 'notPosted', 2 from payout_result r join payout y on y.id = r.payout_id where ${unposted}
      union all
      select y.id, 'unheard', 3 from payout y join payout_batch b on b.id = y.batch_id
        where y.state in ('released', 'sent', 'unknown') and b.released_at < ${unheardSince})
    select y.id, y.reference, a.receipt_number, b.id as batch_id, b.number as batch_number, o.name as payer, y.amount_fen,
      y.state, b.released_at, d.why, count(*) over ()::int as all_of_them
    from (select distinct on (payout_id) * from doubt order by payout_id, turn) d
    join payout y on y.id = d.payout_id join payout_batch b on b.id = y.batch_id join organisation o on o.id = b.payer_id
    join award w on w.id = y.award_id join application a on a.id = w.application_id
    where ${payerId ?? null}::uuid is null or b.payer_id = ${payerId ?? null}
    order by d.turn, b.released_at, y.line limit ${limit}`.execute(trx)
  return rows
}

export type BankDayRow = {
  day: string
  outcome: 'settled' | 'returned'
  count: number
  fen: number
  posted_count: number
  posted_fen: number
}

export type BankDaysAsked = {
  /** Whose payouts; absent for all. */
  readonly payerId?: string | undefined
  /** Days as the bank names them. */
  readonly from?: string
  readonly to?: string
  /** Only words that were recorded from then until then. */
  readonly recorded?: { readonly from: Instant; readonly until: Instant }
  readonly limit?: number
}

/** What the bank booked each day by its own word, and of that what is posted; what differs first, then the newest days. */
export const selectBankDays = async (trx: Trx, asked: BankDaysAsked): Promise<BankDayRow[]> => {
  const { payerId, from = '0001-01-01', to = '9999-12-31', recorded, limit } = asked
  const { rows } = await sql<BankDayRow>`
    select r.day, r.outcome, count(*)::int as count, sum(r.amount_fen)::bigint as fen, count(p.id)::int as posted_count,
      coalesce(sum(p.amount_fen), 0)::bigint as posted_fen
    from (select r.id, y.id as payout_id, y.award_id, y.amount_fen, case r.outcome when 'settled' then 'settled' else 'returned' end as outcome,
        coalesce(r.on_day, (to_timestamp(r.recorded_at / 1000.0) at time zone 'Asia/Shanghai')::date)::text as day
      from payout_result r join payout y on y.id = r.payout_id join award w on w.id = y.award_id
      where r.outcome in ('settled', 'failed', 'bounced')
        and r.recorded_at >= ${recorded?.from ?? 0} and r.recorded_at < ${recorded?.until ?? Number.MAX_SAFE_INTEGER}
        and (${payerId ?? null}::uuid is null or w.payer_id = ${payerId ?? null})) r
    left join posting p on p.award_id = r.award_id and p.cause_id in (r.id, r.payout_id)
      and p.cause_kind = case r.outcome when 'settled' then 'pay' else 'bounce' end
    where r.day between ${from} and ${to} group by 1, 2
    order by count(*) = count(p.id), 1 desc, 2 limit ${limit ?? null}`.execute(trx)
  return rows
}

export const countSentBefore = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from sent_before where agreed_by is null`.execute(trx)
  return rows[0]!.n
}

export const selectBankBatches = async (trx: Trx): Promise<{ id: string; number: string }[]> => {
  const { rows } = await sql<{ id: string; number: string }>`select id, number from payout_batch
    where route = 'bank' and released_at is not null order by released_at desc limit 50`.execute(trx)
  return rows
}

export type AskedLine = {
  reference: string
  receipt_number: string
  state: string
  amount_fen: number
}
/** Lines of a released batch of route bank, in order; nothing where it is no such batch. */
export const selectAskedLines = async (trx: Trx, batchId: string): Promise<AskedLine[]> => {
  const { rows } = await sql<AskedLine>`select y.reference, a.receipt_number, y.state, y.amount_fen
    from payout y join payout_batch b on b.id = y.batch_id join award w on w.id = y.award_id
    join application a on a.id = w.application_id
    where b.id = ${batchId} and b.route = 'bank' and b.released_at is not null and y.state not in ('made', 'cancelled')
    order by y.line`.execute(trx)
  return rows
}

// Vouchers ----------------------------------------------------------------------------------------------------------------

export type Keeper = { readonly id: string; readonly kind: string; readonly name: string }

/** City and centre, and every union that ever had money of an award. */
export const selectKeepers = async (trx: Trx): Promise<Keeper[]> => {
  const { rows } = await sql<Keeper>`select o.id, o.kind, o.name from organisation o
    where o.kind in ('cityFederation', 'serviceCentre') or o.id in (select split_part(t.account, ':', 2)::uuid
      from ledger_total t where t.account like 'union:%' or t.account like 'surplus:%')
    order by case o.kind when 'cityFederation' then 1 when 'serviceCentre' then 2 else 3 end, o.name, o.id`.execute(trx)
  return rows
}
export const selectKeeper = (trx: Trx, id: string): Promise<Keeper | undefined> =>
  trx.selectFrom('organisation').select(['id', 'kind', 'name']).where('id', '=', id).executeTakeFirst()

/**
 * Who has the money that lies on an account; nobody of us once it is with the worker. What is at the bank is that payer's
 * who sent it, whoever pays the award now; what was given back and then cancelled stays with whom it is entered.
 */
const holder = (account: 'debit_account' | 'credit_account') => sql`case split_part(p.${sql.ref(account)}, ':', 1)
  when 'serviceCentre' then (select id from organisation where kind = 'serviceCentre' order by id limit 1)
  when 'union' then split_part(p.${sql.ref(account)}, ':', 2)::uuid when 'surplus' then split_part(p.${sql.ref(account)}, ':', 2)::uuid
  when 'payment' then coalesce(b.payer_id, payer_of_batch(y.batch_id), w.payer_id)
  when 'bounced' then coalesce(b.payer_id, payer_of_batch(y.batch_id), case p.cause_kind when 'cancel' then nullif(split_part(p.credit_account, ':', 2), '')::uuid end,
    w.payer_id)
  when 'worker' then null
  else (select id from organisation where kind = 'cityFederation' order by id limit 1) end`

export type EntryRow = {
  keeper: string
  day: string
  cause: string
  side: 'out' | 'in'
  count: number
  attachments: number
  fen: number
}

/** What left an organisation, or each of them, and came to it, by day and cause, in order. */
export const selectEntries = async (
  trx: Trx,
  organisationId: string | undefined,
  from: Instant,
  until: Instant,
): Promise<EntryRow[]> => {
  const { rows } = await sql<EntryRow>`
    select keeper, (to_timestamp(at / 1000.0) at time zone 'Asia/Shanghai')::date::text as day, cause_kind as cause, side,
      count(*)::int as count, count(distinct document)::int as attachments, sum(amount_fen)::bigint as fen
    from (select p.at, p.cause_kind, p.amount_fen, coalesce(r.source_id, r.proof_file_id, p.cause_id) as document,
        ${holder('debit_account')} as gives, ${holder('credit_account')} as takes
      from posting p join award w on w.id = p.award_id left join payout_result r on r.id = p.cause_id
      left join payout y on y.id = coalesce(r.payout_id, p.cause_id) left join payout_batch b on b.id = y.batch_id
      where p.at >= ${from} and p.at < ${until}) p
    cross join lateral (values ('out', gives), ('in', takes)) s (side, keeper)
    where gives is distinct from takes and keeper is not null
      and (${organisationId ?? null}::uuid is null or keeper = ${organisationId ?? null})
    group by 1, 2, 3, 4 order by 1, 2, min(at), 3, 4`.execute(trx)
  return rows
}
