import { type Insertable, type Selectable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { CorrectionTable, RecoveryTable, SurplusTransferTable } from '../db/tables.ts'

// Awards ----------------------------------------------------------------------------------------------------------------

export type SubjectRow = {
  id: string
  application_id: string
  receipt_number: string
  level: string
  policy_id: string
  policy_revision: number
  amount_fen: number
  payer_id: string
  payer: string
  payer_kind: string
  stands_on: string
  /** Whose name the account bears that it stands on. */
  lies_with: string | null
  notice_id: string | null
  cancelled_at: number | null
  payee: unknown
  open: boolean
  recovery: 'open' | 'closed' | null
  displaced: boolean
  payout_id: string | null
  payout_state: string | null
  payout_tail: string | null
  paid_on: string | null
  line: number | null
  batch_number: string | null
  /** The attempt whose record may be wrong: one of which the bank says what cannot be, or the last that it spoke of. */
  recorded_id: string | null
  recorded_route: string | null
  contradicted: boolean
  /** Another attempt is in a batch, with the bank, or paid. */
  another: boolean
}

const contradicted = (payout: string) =>
  sql`(select t.trouble = 'contradicts' from bank_order t where t.payout_id = ${sql.ref(`${payout}.id`)})`

/** An award as a correction sees it, of one payer or of all. */
export const selectSubject = async (
  trx: Trx,
  by: { awardId: string } | { receiptNumber: string },
  payerId: string | undefined,
): Promise<SubjectRow | undefined> => {
  const which = 'awardId' in by ? sql`w.id = ${by.awardId}` : sql`a.receipt_number = ${by.receiptNumber}`
  const { rows } = await sql<SubjectRow>`
    select w.id, w.application_id, a.receipt_number, a.level, a.policy_id, a.policy_revision, w.amount_fen, w.payer_id,
      o.name as payer, o.kind as payer_kind, w.stands_on, h.name as lies_with, w.notice_id, w.cancelled_at, w.payee,
      exists (select from correction c where c.award_id = w.id and c.confirmed_by is null and c.refused_by is null) as open,
      (select case when r.confirmed_by is null then 'open' else 'closed' end from recovery r where r.award_id = w.id
        order by r.opened_at desc limit 1) as recovery,
      granted_late(w.application_id) as displaced,
      p.id as payout_id, p.state as payout_state, p.payee_tail as payout_tail, p.paid_on, p.line, b.number as batch_number,
      e.id as recorded_id, (select d.route from payout_batch d where d.id = e.batch_id) as recorded_route,
      coalesce(${contradicted('e')}, false) as contradicted,
      exists (select from payout x where x.award_id = w.id and x.id is distinct from e.id
        and x.state in ('made', 'sent', 'unknown', 'settled')) as another
    from award w join application a on a.id = w.application_id join organisation o on o.id = w.payer_id
    left join organisation h on h.id = case when w.stands_on ~ '^(union|surplus):' then split_part(w.stands_on, ':', 2)::uuid end
    left join payout p on p.id = (select x.id from payout x where x.award_id = w.id and x.state <> 'cancelled'
      and x.attempt > w.attempts_before order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1)
    left join payout_batch b on b.id = p.batch_id
    left join payout e on e.id = (select x.id from payout x where x.award_id = w.id
      and x.state in ('settled', 'failed', 'bounced') and x.attempt > w.attempts_before
      order by ${contradicted('x')} desc nulls last, x.attempt desc limit 1)
    where ${which} and (${payerId ?? null}::uuid is null or w.payer_id = ${payerId ?? null})`.execute(trx)
  return rows[0]
}

export const serviceCentreId = async (trx: Trx): Promise<string> => {
  const row = await trx
    .selectFrom('organisation')
    .select('id')
    .where('kind', '=', 'serviceCentre')
    .executeTakeFirstOrThrow()
  return row.id
}

// Corrections -------------------------------------------------------------------------------------------------------------

export const insertCorrection = (trx: Trx, row: Insertable<CorrectionTable>) =>
  trx.insertInto('correction').values(row).execute()

export const lockCorrection = (trx: Trx, id: string) =>
  trx.selectFrom('correction').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const answerCorrection = (
  trx: Trx,
  id: string,
  set:
    | { confirmed_by: string; confirmed_at: number }
    | { refused_by: string; refused_at: number; refused_words: string },
) => trx.updateTable('correction').set(set).where('id', '=', id).execute()

const ofAward = sql`w.application_id, a.receipt_number, a.level, w.amount_fen, w.payee, w.stands_on, w.payer_id, o.name as payer,
  o.kind as payer_kind`
const awardOf = (alias: string) => sql`join award w on w.id = ${sql.ref(`${alias}.award_id`)}
  join application a on a.id = w.application_id join organisation o on o.id = w.payer_id`

type OfAward = {
  application_id: string
  receipt_number: string
  level: string
  amount_fen: number
  payee: unknown
  stands_on: string
  payer_id: string
  payer: string
  payer_kind: string
}
export type CorrectionRow = Selectable<CorrectionTable> &
  OfAward & { proposer: string | null; confirmer: string | null; refuser: string | null; did: string | null }

const shown = 100

/** What waits, the oldest first; what was answered, the newest first. */
export const selectCorrections = async (
  trx: Trx,
  view: 'open' | 'closed',
  payerId: string | undefined,
): Promise<CorrectionRow[]> => {
  const open = view === 'open'
  const { rows } = await sql<CorrectionRow>`
    select c.*, ${ofAward}, p.display_name as proposer, f.display_name as confirmer, r.display_name as refuser,
      -- where the money lay when it was confirmed
      coalesce((select g.debit_account from posting g where g.award_id = c.award_id and g.cause_id = c.id limit 1),
        case when exists (select from recovery v where v.correction_id = c.id) then 'worker'
          when c.kind = 'recordedWrongly' and c.confirmed_by is not null then case when exists (select from payout y
            where y.award_id = c.award_id and y.withdrawn_at = c.confirmed_at) then 'payment' else 'bounced' end end) as did
    from correction c ${awardOf('c')} join account p on p.id = c.proposed_by
      left join account f on f.id = c.confirmed_by left join account r on r.id = c.refused_by
    where (c.confirmed_by is null and c.refused_by is null) = ${open}
      and (${payerId ?? null}::uuid is null or w.payer_id = ${payerId ?? null})
    order by case when ${open} then c.proposed_at end, c.proposed_at desc, c.id limit ${shown}`.execute(trx)
  return rows
}

// Recoveries --------------------------------------------------------------------------------------------------------------

export const insertRecovery = (trx: Trx, row: Insertable<RecoveryTable>) =>
  trx.insertInto('recovery').values(row).execute()

export const lockRecovery = (trx: Trx, id: string) =>
  trx.selectFrom('recovery').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateRecovery = (
  trx: Trx,
  id: string,
  set:
    | { confirmed_by: string; confirmed_at: number }
    | Pick<
        Insertable<RecoveryTable>,
        'received_on' | 'voucher_number' | 'scan_file_id' | 'recorded_by' | 'recorded_at'
      >,
) => trx.updateTable('recovery').set(set).where('id', '=', id).execute()

/** The day on which what is asked back had been paid. */
export const selectPaidOn = async (trx: Trx, awardId: string): Promise<string> => {
  const row = await trx
    .selectFrom('payout')
    .select('paid_on')
    .where('award_id', '=', awardId)
    .where('paid_on', 'is not', null)
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return row.paid_on!
}

export type RecoveryRow = Selectable<RecoveryTable> & OfAward & { recorder: string | null; confirmer: string | null }

export const selectRecoveries = async (
  trx: Trx,
  view: 'open' | 'closed',
  payerId: string | undefined,
): Promise<RecoveryRow[]> => {
  const open = view === 'open'
  const { rows } = await sql<RecoveryRow>`
    select r.*, ${ofAward}, m.display_name as recorder, f.display_name as confirmer
    from recovery r ${awardOf('r')} left join account m on m.id = r.recorded_by left join account f on f.id = r.confirmed_by
    where (r.confirmed_by is null) = ${open} and (${payerId ?? null}::uuid is null or r.payer_id = ${payerId ?? null})
    order by case when ${open} then r.opened_at end, r.opened_at desc, r.id limit ${shown}`.execute(trx)
  return rows
}

// 结余退回 ---------------------------------------------------------------------------------------------------------------

export type HeldRow = {
  id: string
  receipt_number: string
  level: string
  amount_fen: number
  cancelled_at: number
  cause: string | null
  to_id: string
  to: string
}

/** Awards whose surplus lies with an organisation and stands in no transfer, the longest there first. */
export const selectHeld = async (
  trx: Trx,
  organisationId: string,
  awardIds?: readonly string[],
): Promise<HeldRow[]> => {
  const { rows } = await sql<HeldRow>`
    select h.*, o.name as to from (
      select w.id, a.receipt_number, a.level, w.amount_fen, w.cancelled_at, surplus_goes_to(w.id, ${organisationId}) as to_id,
        (select c.cause from correction c where c.award_id = w.id and c.kind = 'cancel' and c.confirmed_by is not null
          order by c.confirmed_at desc limit 1) as cause
      from award w join application a on a.id = w.application_id
      where w.stands_on = ${`surplus:${organisationId}`} and w.stands_on like 'surplus:%'
        and (${awardIds ?? null}::uuid[] is null or w.id = any (${awardIds ?? null}::uuid[]))
        and not exists (select from surplus_transfer_line l join surplus_transfer t on t.id = l.transfer_id
          where l.award_id = w.id and t.received_at is null and t.dropped_at is null)) h
    join organisation o on o.id = h.to_id order by h.cancelled_at, h.receipt_number`.execute(trx)
  return rows
}

export const nextSurplusNumber = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select nextval('surplus_transfer_number') as n`.execute(trx)
  return rows[0]!.n
}

export const insertSurplus = (trx: Trx, row: Insertable<SurplusTransferTable>) =>
  trx.insertInto('surplus_transfer').values(row).execute()

export const insertSurplusLines = (
  trx: Trx,
  transferId: string,
  lines: readonly { id: string; amount_fen: number }[],
) =>
  sql`insert into surplus_transfer_line (transfer_id, award_id, amount_fen) select ${transferId}::uuid, i.id, i.fen
    from unnest(${lines.map((each) => each.id)}::uuid[], ${lines.map((each) => each.amount_fen)}::bigint[]) i (id, fen)
    order by i.id`.execute(trx)

export const lockSurplus = (trx: Trx, id: string) =>
  trx.selectFrom('surplus_transfer').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateSurplus = (
  trx: Trx,
  id: string,
  set:
    | { released_by: string; released_at: number; voucher_number: string }
    | { dropped_by: string; dropped_at: number }
    | { received_by: string; received_at: number; received_on: string; receipt_number: string },
) => trx.updateTable('surplus_transfer').set(set).where('id', '=', id).execute()

/** Transfers an organisation gives or receives, newest first; with the one named alone. */
export const selectSurplusTransfers = (trx: Trx, organisationId: string) =>
  trx
    .selectFrom('surplus_transfer as t')
    .innerJoin('organisation as f', 'f.id', 't.from_id')
    .innerJoin('organisation as o', 'o.id', 't.to_id')
    .innerJoin('account as m', 'm.id', 't.made_by')
    .leftJoin('account as r', 'r.id', 't.released_by')
    .leftJoin('account as e', 'e.id', 't.received_by')
    .selectAll('t')
    .select(['f.name as from', 'o.name as to', 'm.display_name as maker', 'r.display_name as releaser'])
    .select('e.display_name as receiver')
    .select(sql<boolean>`(t.receiving_account is distinct from o.receiving_account)`.as('account_changed'))
    .where((eb) => eb.or([eb('t.from_id', '=', organisationId), eb('t.to_id', '=', organisationId)]))
    .orderBy('t.made_at', 'desc')
    .orderBy('t.id')
    .limit(shown)
    .execute()

export const selectSurplusLines = async (trx: Trx, transferIds: readonly string[]) => {
  const { rows } = await sql<{
    transfer_id: string
    award_id: string
    receipt_number: string
    level: string
    amount_fen: number
  }>`select l.transfer_id, l.award_id, a.receipt_number, a.level, l.amount_fen from surplus_transfer_line l
      join award w on w.id = l.award_id join application a on a.id = w.application_id
    where l.transfer_id = any (${transferIds}::uuid[]) order by a.receipt_number`.execute(trx)
  return rows
}

export const kindOf = async (trx: Trx, organisationId: string): Promise<string> => {
  const row = await trx
    .selectFrom('organisation')
    .select('kind')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow()
  return row.kind
}

// Second looks ----------------------------------------------------------------------------------------------------------

export type Looker = {
  readonly accountId: string
  /** Whose money; absent for who looks at every payer's corrections and at nothing else. */
  readonly organisationId: string | undefined
  /** The kinds of corrections this person may confirm. */
  readonly corrections: readonly string[]
}

/** What others have made or proposed, and this person may release, confirm or receive; each counted up to a limit. */
export async function countSecondLooks(trx: Trx, { accountId, organisationId, corrections }: Looker, limit: number) {
  const own = sql`${organisationId ?? null}::uuid`
  const me = sql`${accountId}::uuid`
  const counted = (found: ReturnType<typeof sql>) => sql`(select count(*)::int from (${found} limit ${limit}) x)`
  const { rows } = await sql<{ batches: number; payees: number; corrections: number; surplus: number }>`select
    ${counted(sql`select from payout_batch b where b.payer_id = ${own} and b.made_by <> ${me}
      and b.released_at is null and b.dropped_at is null`)} as batches,
    ${counted(sql`select from payee_change c join award w on w.id = c.award_id where w.payer_id = ${own}
      and c.confirmed_by is null and c.refused_by is null and c.proposed_by <> ${me}`)} as payees,
    ${counted(sql`select from correction c join award w on w.id = c.award_id
        where (${own} is null or w.payer_id = ${own}) and c.kind = any (${corrections}::text[])
          and c.confirmed_by is null and c.refused_by is null and c.proposed_by <> ${me}
      union all select from recovery r where r.payer_id = ${own} and r.confirmed_by is null
        and r.recorded_by <> ${me}`)} as corrections,
    ${counted(sql`select from surplus_transfer t where t.dropped_at is null and t.received_at is null
      and (t.from_id = ${own} and t.released_at is null and t.made_by <> ${me}
        or t.to_id = ${own} and t.released_at is not null)`)} as surplus`.execute(trx)
  return rows[0]!
}
