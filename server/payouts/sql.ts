import { type Insertable, type Selectable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { PayFileTable, PayoutBatchTable, PayoutResultTable, PayoutTable, ResultFileTable } from '../db/tables.ts'

/** Somebody objects to the certificate of an award. */
const disputed = sql<boolean>`(w.certificate_id in (select certificate_id from certificates_disputed()))`

/** The last attempt to pay an award `w`. */
const lastAttempt = sql<string>`(select x.id from payout x where x.award_id = w.id order by x.attempt desc limit 1)`

/**
 * The bank refused it, and nobody has agreed on an account since; where the payer had no money, nobody needs to. Or
 * another account is proposed, and nobody has answered.
 */
const awaitsAccount = sql<boolean>`(coalesce(p.state in ('failed', 'bounced') and p.code is distinct from 'payerFunds'
    and not exists (select from payee_change c where c.payout_id = p.id and c.confirmed_at is not null), false)
  or exists (select from payee_change c where c.award_id = w.id and c.confirmed_by is null and c.refused_by is null))`

/**
 * Awards whose money lies with the payer: received by a union, given back by the bank, or approved and paid by the city
 * itself; of which no attempt is on its way, no correction is open, and that are not being passed on.
 */
const owed = (payerId: string) => sql`from award w left join payout p on p.id = ${lastAttempt}
  where w.payer_id = ${payerId} and w.cancelled_at is null
    and (w.stands_on = 'bounced:' || w.id or w.stands_on = 'union:' || w.payer_id and w.received_on is not null
      or w.stands_on = 'committed' and exists (select from organisation o where o.id = w.payer_id and o.kind = 'cityFederation'))
    and (p.state is null or p.state in ('failed', 'bounced', 'cancelled')) and not bank_contradicts(w.id)
    and not exists (select from transfer_line l join transfer t on t.id = l.transfer_id
      where l.award_id = w.id and t.released_at is null and t.dropped_at is null)
    and w.id not in (select c.award_id from correction c where c.confirmed_by is null and c.refused_by is null)
    and w.id not in (select r.award_id from recovery r where r.confirmed_by is null)`

export type PayableRow = {
  policy_id: string
  notice_id: string | null
  notice_number: string | null
  received_on: string | null
  count: number
  total_fen: number
  again: number
  disputed: number
  awaiting_account: number
}

/** What a payer can pay now, by notice, and what is left out of it. */
export const selectPayable = async (trx: Trx, payerId: string): Promise<PayableRow[]> => {
  const { rows } = await sql<PayableRow>`
    select w.policy_id, w.notice_id, n.number as notice_number, w.received_on,
      (count(*) filter (where free))::int as count, coalesce(sum(w.amount_fen) filter (where free), 0)::bigint as total_fen,
      (count(*) filter (where free and again))::int as again,
      (count(*) filter (where w.disputed))::int as disputed,
      (count(*) filter (where awaits and not w.disputed))::int as awaiting_account
    from (select w.*, not w.disputed and not w.awaits as free
      from (select w.policy_id, w.notice_id, w.received_on, w.amount_fen, ${disputed} as disputed,
          coalesce(${awaitsAccount}, false) as awaits,
          w.stands_on like 'bounced:%' as again ${owed(payerId)}) w) w
    left join allocation_notice n on n.id = w.notice_id
    group by w.policy_id, w.notice_id, n.number, w.received_on
    order by w.received_on, n.number`.execute(trx)
  return rows
}

export type ToPay = {
  id: string
  /** What stays the same of a certificate whatever happens to the database: its number. */
  certificate: string
  application_id: string
  certificate_id: string
  policy_id: string
  applicant_index: Buffer
  state: string
  amount_fen: number
  payee: unknown
  attempt: number
  /** Of those for the same certificate of the same person that left the house, whichever award they were of. */
  tries: number
  follows: string | null
}

/** Awards to be paid, in the order of their receipt numbers. */
export const selectToPay = async (
  trx: Trx,
  payerId: string,
  { noticeId, awardIds }: { noticeId?: string | undefined; awardIds?: readonly string[] | undefined },
): Promise<ToPay[]> => {
  const { rows } = await sql<ToPay>`
    with free as (select w.id, coalesce(p.attempt, 0) + 1 as attempt, p.id as follows ${owed(payerId)}
      and not ${disputed} and not coalesce(${awaitsAccount}, false)
      and (${noticeId ?? null}::uuid is null or w.notice_id = ${noticeId ?? null})
      and (${awardIds ?? null}::uuid[] is null or w.id = any (${awardIds ?? null}::uuid[])))
    select w.id, coalesce((select min(n.space || ' ' || n.number) from certificate_number n
        where n.certificate_id = w.certificate_id), w.certificate_id::text) as certificate,
      w.application_id, w.certificate_id, w.policy_id, a.applicant_index, a.state, w.amount_fen, w.payee,
      f.attempt, f.follows, payout_tries(w.certificate_id, a.applicant_index) + 1 as tries
    from free f join award w on w.id = f.id join application a on a.id = w.application_id
    order by a.receipt_number`.execute(trx)
  return rows
}

export const nextBatchNumber = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select nextval('payout_batch_number') as n`.execute(trx)
  return rows[0]!.n
}

export const insertBatch = (trx: Trx, row: Insertable<PayoutBatchTable>) =>
  trx.insertInto('payout_batch').values(row).execute()

export type NewPayout = {
  id: string
  reference: string
  award_id: string
  line: number
  attempt: number
  follows: string | null
  amount_fen: number
  payee: string
  payee_tail: string
  account_index: Buffer
  applicant_index: Buffer
}

export const insertPayouts = (trx: Trx, batchId: string, lines: readonly NewPayout[]) => {
  const of = <K extends keyof NewPayout>(key: K) => lines.map((line) => line[key])
  return sql`insert into payout (id, reference, award_id, batch_id, line, attempt, follows, amount_fen, payee, payee_tail,
      account_index, applicant_index, state)
    select i.id, i.reference, i.award_id, ${batchId}::uuid, i.line, i.attempt, i.follows, i.amount_fen, i.payee, i.payee_tail,
      i.account_index, i.applicant_index, 'made'
    from unnest(${of('id')}::uuid[], ${of('reference')}::text[], ${of('award_id')}::uuid[], ${of('line')}::int[],
      ${of('attempt')}::int[], ${of('follows')}::uuid[], ${of('amount_fen')}::bigint[], ${of('payee')}::jsonb[],
      ${of('payee_tail')}::text[], ${of('account_index')}::bytea[], ${of('applicant_index')}::bytea[])
      i (id, reference, award_id, line, attempt, follows, amount_fen, payee, payee_tail, account_index, applicant_index)`.execute(
    trx,
  )
}

export const lockBatch = (trx: Trx, id: string) =>
  trx.selectFrom('payout_batch').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
export type BatchRow = Selectable<PayoutBatchTable>

/** Batches the scope reaches with who made and released them, newest first. */
export const selectBatches = (trx: Trx, by: { id?: string; payerId?: string }) =>
  trx
    .selectFrom('payout_batch as b')
    .innerJoin('organisation as o', 'o.id', 'b.payer_id')
    .innerJoin('account as m', 'm.id', 'b.made_by')
    .leftJoin('account as r', 'r.id', 'b.released_by')
    .leftJoin('account as d', 'd.id', 'b.dropped_by')
    .selectAll('b')
    .select(['o.name as payer', 'm.display_name as maker', 'r.display_name as releaser', 'd.display_name as dropper'])
    .$if(by.id !== undefined, (query) => query.where('b.id', '=', by.id!))
    .$if(by.payerId !== undefined, (query) => query.where('b.payer_id', '=', by.payerId!))
    .orderBy('b.made_at', 'desc')
    .orderBy('b.number', 'desc')
    .limit(200)
    .execute()

export const selectStates = async (trx: Trx, batchIds: readonly string[]) => {
  const { rows } = await sql<{ batch_id: string; state: string; count: number; total_fen: number }>`
    select batch_id, state, count(*)::int as count, sum(amount_fen)::bigint as total_fen from payout
    where batch_id = any (${batchIds}::uuid[]) group by batch_id, state`.execute(trx)
  return rows
}

export type LineRow = Selectable<PayoutTable> & {
  application_id: string
  receipt_number: string
  level: string
  /** How often its award was on its way to the bank, this time counted. */
  tries: number
}

/** Lines of a batch in the order of its file. */
export const selectLines = (
  trx: Trx,
  batchId: string,
  by: {
    find?: string | undefined
    state?: string | undefined
    after?: number | undefined
    ids?: readonly string[]
    limit: number
  },
) =>
  trx
    .selectFrom('payout as p')
    .innerJoin('award as w', 'w.id', 'p.award_id')
    .innerJoin('application as a', 'a.id', 'w.application_id')
    .selectAll('p')
    .select(['a.id as application_id', 'a.receipt_number', 'a.level'])
    .select(
      sql<number>`1 + (select count(*)::int from payout e
        where e.award_id = p.award_id and e.attempt < p.attempt and e.state <> 'cancelled')`.as('tries'),
    )
    .where('p.batch_id', '=', batchId)
    .where('p.line', '>', by.after ?? 0)
    .$if(by.state !== undefined, (query) => query.where('p.state', '=', by.state!))
    .$if(by.ids !== undefined, (query) => query.where('p.id', 'in', [...by.ids!]))
    .$if(by.find !== undefined, (query) =>
      query.where((eb) =>
        eb.or([eb('a.receipt_number', 'ilike', `%${by.find}%`), eb('p.reference', 'ilike', `%${by.find}%`)]),
      ),
    )
    .orderBy('p.line')
    .limit(by.limit)
    .execute()

export type StopRow = {
  payout_id: string
  stop: string
  /** Of `typedBack`: the word, who typed it, and what proves it. */
  typed_by: string | null
  typist: string | null
  outcome: string | null
  code: string | null
  on_day: string | null
  proof_id: string | null
  page_count: number | null
}
export const selectStops = async (trx: Trx, batchId: string) => {
  const { rows } = await sql<StopRow>`
    select s.payout_id, s.stop, r.recorded_by as typed_by, a.display_name as typist, r.outcome, r.code, r.on_day,
      f.id as proof_id, f.page_count
    from payout_stops(${batchId}) s left join payout_result r on s.stop = 'typedBack' and r.id = typed_back(s.payout_id)
    left join account a on a.id = r.recorded_by left join file f on f.id = r.proof_file_id`.execute(trx)
  return rows
}

export const cancelPayouts = async (trx: Trx, batchId: string, ids: readonly string[] | null): Promise<number> => {
  const { numAffectedRows } = await sql`update payout set state = 'cancelled'
    where batch_id = ${batchId} and state = 'made' and (${ids}::uuid[] is null or id = any (${ids}::uuid[]))`.execute(
    trx,
  )
  return Number(numAffectedRows)
}

/** What is left in a batch, in order, for its sums and its digest. */
export const selectMade = (trx: Trx, batchId: string) =>
  trx
    .selectFrom('payout as p')
    .innerJoin('award as w', 'w.id', 'p.award_id')
    .select(['p.id', 'p.award_id', 'p.reference', 'p.line', 'p.amount_fen', 'p.account_index', 'p.applicant_index'])
    .select(['p.payee', 'w.certificate_id'])
    .where('p.batch_id', '=', batchId)
    .where('p.state', '=', 'made')
    .orderBy('p.line')
    .execute()
export type MadeRow = Awaited<ReturnType<typeof selectMade>>[number]

export const updateBatch = (trx: Trx, id: string, set: Partial<Selectable<PayoutBatchTable>>) =>
  trx.updateTable('payout_batch').set(set).where('id', '=', id).execute()

export const insertAccepted = (
  trx: Trx,
  rows: readonly { payout_id: string; stop: string; accepted_by: string; accepted_at: number; words: string }[],
) =>
  trx
    .insertInto('payout_accepted')
    .values([...rows])
    .execute()

/** The lines of a batch go out of the maker's hands. @returns each with where its money lies */
export const releasePayouts = async (trx: Trx, batchId: string) => {
  const { rows } = await sql<{
    id: string
    award_id: string
    reference: string
    amount_fen: number
    stands_on: string
  }>`
    update payout p set state = 'released' from award w where w.id = p.award_id and p.batch_id = ${batchId} and p.state = 'made'
    returning p.id, p.award_id, p.reference, p.amount_fen, w.stands_on`.execute(trx)
  return rows
}

export const selectReleased = (trx: Trx, awardId: string) =>
  trx
    .selectFrom('payout')
    .select(['id', 'reference'])
    .where('award_id', '=', awardId)
    .where('state', '=', 'released')
    .execute()

/**
 * The released line of an award that is at home still is taken back.
 * @returns with where its release took the money from; undefined where it has left
 */
export const withdrawPayout = async (trx: Trx, awardId: string, at: number) => {
  const { rows } = await sql<{ id: string; took_from: string }>`
    update payout p set state = 'cancelled', withdrawn_at = ${at} where p.award_id = ${awardId} and p.state = 'released'
    returning p.id, (select r.debit_account from posting r where r.cause_id = p.id and r.cause_kind = 'release') as took_from`.execute(
    trx,
  )
  return rows[0]
}

// Files -----------------------------------------------------------------------------------------------------------------

export const insertPayFiles = (trx: Trx, rows: readonly Insertable<PayFileTable>[]) =>
  trx
    .insertInto('pay_file')
    .values([...rows])
    .execute()

export const selectPayFiles = (trx: Trx, batchId: string) =>
  trx
    .selectFrom('pay_file')
    .select(['part', 'name', 'line_count', 'total_fen', 'byte_size', 'sha256'])
    .where('batch_id', '=', batchId)
    .orderBy('part')
    .execute()

export const selectPayFile = (trx: Trx, batchId: string, part: number) =>
  trx.selectFrom('pay_file').selectAll().where('batch_id', '=', batchId).where('part', '=', part).executeTakeFirst()

export const insertDownload = (
  trx: Trx,
  row: { id: string; batch_id: string; part: number; account_id: string; at: number },
) => trx.insertInto('pay_file_download').values(row).execute()

export const selectDownloads = (trx: Trx, batchId: string) =>
  trx
    .selectFrom('pay_file_download as d')
    .innerJoin('account as a', 'a.id', 'd.account_id')
    .select(['d.part', 'd.at', 'a.display_name as by'])
    .where('d.batch_id', '=', batchId)
    .orderBy('d.at')
    .execute()

export const insertResultFile = (trx: Trx, row: Insertable<ResultFileTable>) =>
  trx.insertInto('result_file').values(row).execute()

export const selectResultFiles = (trx: Trx, batchId: string) =>
  trx
    .selectFrom('result_file as f')
    .innerJoin('account as a', 'a.id', 'f.uploaded_by')
    .select(['f.id', 'f.name', 'f.row_count', 'f.sha256', 'f.uploaded_at', 'a.display_name as by'])
    .where('f.batch_id', '=', batchId)
    .orderBy('f.uploaded_at')
    .execute()

// The bank's word -------------------------------------------------------------------------------------------------------

export type Paying = {
  id: string
  batch_id: string
  reference: string
  award_id: string
  application_id: string
  amount_fen: number
  state: string
  code: string | null
  payee: unknown
  /** Where its award's money lies. */
  stands_on: string
  /** When it had left before a restore already, as two people agreed. */
  left_before: number | null
}

/** Payouts with their awards, locked in one order to the end of the transaction. */
export const lockPayouts = async (
  trx: Trx,
  by: { ids: readonly string[] } | { references: readonly string[] },
): Promise<Paying[]> => {
  const which =
    'ids' in by
      ? sql`p.id = any (${by.ids}::uuid[])`
      : sql`p.reference = any (${by.references}::text[]) and p.state <> 'cancelled'`
  const { rows } = await sql<Paying>`
    select p.id, p.batch_id, p.reference, p.award_id, w.application_id, p.amount_fen, p.state, p.code, p.payee, w.stands_on,
      (select s.sent_at from sent_before s where s.reference = p.reference and s.agreed_by is not null
        and s.answer in ('settled', 'failed', 'bounced')) as left_before
    from payout p join award w on w.id = p.award_id where ${which} order by p.id for update of p`.execute(trx)
  return rows
}

export const insertResults = (trx: Trx, rows: readonly Insertable<PayoutResultTable>[]) => {
  const of = <K extends keyof Insertable<PayoutResultTable>>(key: K) => rows.map((row) => row[key] ?? null)
  return sql`insert into payout_result (id, payout_id, outcome, code, bank_code, bank_serial, on_day, source, source_id,
      proof_file_id, recorded_by, recorded_at)
    select * from unnest(${of('id')}::uuid[], ${of('payout_id')}::uuid[], ${of('outcome')}::text[], ${of('code')}::text[],
      ${of('bank_code')}::text[], ${of('bank_serial')}::text[], ${of('on_day')}::date[], ${of('source')}::text[],
      ${of('source_id')}::uuid[], ${of('proof_file_id')}::uuid[], ${of('recorded_by')}::uuid[], ${of('recorded_at')}::bigint[])`.execute(
    trx,
  )
}

export type AfterResult = {
  id: string
  state: string
  paid_on: string | null
  bank_serial: string | null
  code: string | null
}
export const updatePayouts = (trx: Trx, rows: readonly AfterResult[]) => {
  const of = <K extends keyof AfterResult>(key: K) => rows.map((row) => row[key])
  return sql`update payout p set state = i.state,
      paid_on = case i.state when 'settled' then i.paid_on when 'bounced' then coalesce(p.paid_on, i.paid_on) end,
      bank_serial = coalesce(i.bank_serial, p.bank_serial), code = i.code
    from unnest(${of('id')}::uuid[], ${of('state')}::text[], ${of('paid_on')}::date[], ${of('bank_serial')}::text[],
      ${of('code')}::text[]) i (id, state, paid_on, bank_serial, code) where p.id = i.id`.execute(trx)
}

/** Payouts of a batch in one state with their sealed payees, in the order of the file; they stay so until `trx` ends. */
export const selectPayees = (trx: Trx, batchId: string, state: string) =>
  trx
    .selectFrom('payout as p')
    .select(['p.id', 'p.award_id', 'p.reference', 'p.line', 'p.amount_fen', 'p.payee', 'p.account_index', 'p.state'])
    .where('p.batch_id', '=', batchId)
    .where('p.state', '=', state)
    .orderBy('p.line')
    .forUpdate('p')
    .execute()

export const selectPayerName = async (trx: Trx, id: string): Promise<string> => {
  const row = await trx.selectFrom('organisation').select('name').where('id', '=', id).executeTakeFirstOrThrow()
  return row.name
}

/** Files of a payer that bear this day, of whichever batch: the next one's serial follows. */
export const countFilesOfDay = async (trx: Trx, payerId: string, payOn: string): Promise<number> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`pay files ${payerId} ${payOn}`}))`.execute(trx)
  const row = await trx
    .selectFrom('pay_file as f')
    .innerJoin('payout_batch as b', 'b.id', 'f.batch_id')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('b.payer_id', '=', payerId)
    .where('b.pay_on', '=', payOn)
    .executeTakeFirstOrThrow()
  return row.n
}
