import { type Insertable, sql, type Updateable } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'

/** Of these, what a restored database found in the send log and two people agreed was sent. */
export const selectSentBefore = async (trx: Trx, references: readonly string[]): Promise<Set<string>> => {
  const rows = await trx
    .selectFrom('sent_before')
    .select('reference')
    .where(sql<boolean>`reference = any (${references}::text[])`)
    .where('answer', 'in', ['settled', 'failed', 'bounced'])
    .execute()
  return new Set(rows.map((row) => row.reference))
}

/**
 * Up to when lines of the send log are from before the last restore, or of what two people agreed was not sent;
 * `Number.MAX_SAFE_INTEGER` until a restore is acknowledged.
 */
export const selectSentUntil = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ until: number }>`
    select greatest(sent_until(), (select max(sent_at) from sent_before where answer = 'notSent' and agreed_by is not null))
      as until`.execute(trx)
  return rows[0]!.until
}

export type Claimed = {
  id: string
  reference: string
  line: number
  route: 'file' | 'bank'
  applicant_index: Buffer
  numbers: string[]
}

/** Of payouts: whose they are, and by which numbers the certificate is known. */
export const selectClaimed = async (trx: Trx, ids: readonly string[]): Promise<Claimed[]> => {
  const { rows } = await sql<Claimed>`
    select p.id, p.reference, p.line, b.route, p.applicant_index, coalesce((select array_agg(n.space || ' ' || n.number order by 1)
      from certificate_number n where n.certificate_id = w.certificate_id), array[w.certificate_id::text]) as numbers
    from payout p join payout_batch b on b.id = p.batch_id join award w on w.id = p.award_id
    where p.id = any (${ids}::uuid[])`.execute(trx)
  return rows
}

/** Of these claims (see `claimsOf`) what was paid before a restore under a reference that no payout bears. */
export const selectPaidBefore = async (trx: Trx, claims: readonly string[]): Promise<readonly string[]> => {
  const { rows } = await sql<{ claims: string[] }>`select claims from paid_before(${claims}::text[])`.execute(trx)
  return rows.flatMap((row) => row.claims)
}

// After a restore -------------------------------------------------------------------------------------------------------

/** Of what was sent then (machine time), what the database knows. */
export const selectKnown = async (
  trx: Trx,
  lines: readonly (readonly [reference: string, { readonly at: number }])[],
): Promise<Set<string>> => {
  const { rows } = await sql<{ reference: string }>`
    select reference from references_known(${lines.map(([reference]) => reference)}::text[],
      ${lines.map(([, { at }]) => at)}::bigint[])`.execute(trx)
  return new Set(rows.map((row) => row.reference))
}

/** The references of all payers that have left the house. */
export const selectSent = async (trx: Trx): Promise<Set<string>> => {
  const { rows } = await sql<{ reference: string }>`select reference from payouts_sent()`.execute(trx)
  return new Set(rows.map((row) => row.reference))
}

/** What the log holds and the database does not know: asked, also where it was once said not to have been sent before. */
export const writeFound = (
  trx: Trx,
  rows: readonly Pick<
    Insertable<Tables['sent_before']>,
    'reference' | 'amount_fen' | 'batch_id' | 'route' | 'claims' | 'sent_at'
  >[],
  at: number,
) => sql`select send_log_holds(${JSON.stringify(rows)}, ${at})`.execute(trx)

/** All that the send log lacks, of what the database counts as sent. */
export const writeMissing = (trx: Trx, references: readonly string[], at: number) =>
  sql`select send_log_lacks(${references}::text[], ${at})`.execute(trx)

/** What nobody has explained yet, and restores that two people have not acknowledged. */
export const countOpen = async (trx: Trx) => {
  const { rows } = await sql<{ open: number; unanswered: number; missing: number; restorations: number }>`
    select count(*) as open, count(*) filter (where answer is null) as unanswered, count(*) filter (where missing) as missing,
      (select count(*) from restoration where agreed_by is null) as restorations
    from sent_before where agreed_by is null`.execute(trx)
  return rows[0]!
}

export type Place = { batchId: string; reference: string }

/** Open ones in the order of their batches. */
export const selectOpenSentBefore = (trx: Trx, after: Place | undefined, limit: number) =>
  trx
    .selectFrom('sent_before as s')
    .leftJoin('account as a', 'a.id', 's.answered_by')
    .selectAll('s')
    .select('a.display_name as answerer')
    .where('s.agreed_by', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(s.batch_id, s.reference) > (${after?.batchId}::uuid, ${after?.reference})`),
    )
    .orderBy('s.batch_id')
    .orderBy('s.reference')
    .limit(limit)
    .execute()

/** How many are open of each of these batches, and which of them are missing in the log. */
export const countOpenOfBatches = async (trx: Trx, batchIds: readonly string[]) => {
  const { rows } = await sql<{ batch_id: string; missing: boolean; n: number }>`
    select batch_id, missing, count(*) as n from sent_before
    where agreed_by is null and batch_id = any (${batchIds}::uuid[]) group by batch_id, missing`.execute(trx)
  return rows
}

export const selectOpenRestorations = (trx: Trx) =>
  trx
    .selectFrom('restoration as r')
    .leftJoin('account as a', 'a.id', 'r.acknowledged_by')
    .selectAll('r')
    .select('a.display_name as acknowledger')
    .where('r.agreed_by', 'is', null)
    .orderBy('r.restored_at')
    .execute()

export const lockRestoration = (trx: Trx, id: string) =>
  trx.selectFrom('restoration').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateRestoration = (trx: Trx, id: string, set: Updateable<Tables['restoration']>) =>
  trx.updateTable('restoration').set(set).where('id', '=', id).execute()

export const lockSentBefore = (trx: Trx, reference: string) =>
  trx.selectFrom('sent_before').selectAll().where('reference', '=', reference).forUpdate().executeTakeFirst()

/** Which open ones are meant: one, or all of a batch. */
export type Which = { readonly reference: string } | { readonly batchId: string }
const meant = (which: Which) =>
  'reference' in which ? sql`reference = ${which.reference}` : sql`batch_id = ${which.batchId}::uuid`

/** Open ones that may have gone to the city's bank, in their order. */
export const selectToAsk = async (
  trx: Trx,
  which: Which | undefined,
  after: string,
  limit: number,
): Promise<string[]> => {
  const { rows } = await sql<{ reference: string }>`
    select reference from sent_before where agreed_by is null and not missing and route is distinct from 'file'
      and reference > ${after} and ${which ? meant(which) : sql`true`}
    order by reference limit ${limit}`.execute(trx)
  return rows.map((row) => row.reference)
}

/** The bank's word beside each; an answer that says otherwise is taken back. */
export const writeBankWords = (trx: Trx, words: readonly { reference: string; state: string }[], at: number) =>
  sql`update sent_before s set bank_word = i.word, bank_asked_at = ${at},
      answer = case when i.belied then null else s.answer end, answered_by = case when i.belied then null else s.answered_by end,
      answered_at = case when i.belied then null else s.answered_at end
    from (select b.reference, w.word, b.answer = 'notSent' and w.word <> 'neverSeen' as belied from sent_before b
      join unnest(${words.map((each) => each.reference)}::text[], ${words.map((each) => each.state)}::text[]) w (reference, word)
        on w.reference = b.reference) i
    where s.reference = i.reference and s.agreed_by is null`.execute(trx)

/**
 * One person's answer: a second one where somebody else has given the same, a first one where nobody else has given any.
 * Only what agrees with the bank's word, where there is one, and `notSent` of what went to the city's bank only by it.
 */
export const writeAnswer = async (
  trx: Trx,
  which: Which,
  said: { answer: string; accountId: string; at: number; words: string },
): Promise<{ answered: number; agreed: number }> => {
  const { answer, accountId, at, words } = said
  const { rows } = await sql<{ answered: number; agreed: number }>`
    with open as (select reference, missing, route, bank_word, s.answer, answered_by,
        case when ${answer} <> 'asBankSays' then ${answer} when bank_word = 'neverSeen' then 'notSent'
          when bank_word <> 'inProgress' then bank_word end as said
      from sent_before s where agreed_by is null and ${meant(which)} order by reference for update),
    fit as (select * from open where missing = (said = 'explained') and case
        when bank_word in ('settled', 'failed', 'bounced') then said = bank_word
        when bank_word = 'neverSeen' then said = 'notSent' or route is distinct from 'bank'
        when bank_word = 'inProgress' or route = 'bank' then said <> 'notSent'
        else true end),
    agreed as (update sent_before s set agreed_by = ${accountId}, agreed_at = ${at} from fit
      where s.reference = fit.reference and fit.answered_by <> ${accountId} and fit.answer = fit.said returning 1),
    answered as (update sent_before s set answer = fit.said, answered_by = ${accountId}, answered_at = ${at},
        words = ${words}::jsonb from fit
      where s.reference = fit.reference and (fit.answered_by is null or fit.answered_by = ${accountId}) returning 1)
    select (select count(*) from answered) as answered, (select count(*) from agreed) as agreed`.execute(trx)
  return rows[0]!
}

// The bank's connector --------------------------------------------------------------------------------------------------

export const insertOrders = (trx: Trx, rows: readonly { payout_id: string; state: 'waiting' | 'handed' }[]) =>
  sql`insert into bank_order (payout_id, state, due_at)
    select i.payout_id, i.state, 0 from unnest(${rows.map((row) => row.payout_id)}::uuid[],
      ${rows.map((row) => row.state)}::text[]) i (payout_id, state)`.execute(trx)

export type DueOrder = {
  payout_id: string
  reference: string
  state: 'waiting' | 'handed'
  asks: number
  released_by: string
  released_at: number
}

/** Takes a lot of orders that are due, of one kind and one releaser, so that no other process does until the lease ends. */
export const takeDueOrders = async (trx: Trx, now: number, leaseUntil: number, limit: number): Promise<DueOrder[]> => {
  const { rows } = await sql<DueOrder>`select * from take_due_orders(${now}, ${leaseUntil}, ${limit})`.execute(trx)
  return rows
}

export const setOrders = async (
  trx: Trx,
  rows: readonly {
    payout_id: string
    state: 'waiting' | 'handed'
    due_at: number | null
    asks: number
    /** Handed over by this. */
    hands?: 1
    /** Absent: as it was. */
    trouble?: 'amountDiffers' | 'contradicts' | 'none'
  }[],
): Promise<void> => {
  if (rows.length === 0) return
  await sql`update bank_order o set state = i.state, due_at = i.due_at, asks = i.asks, hands = o.hands + i.hands,
      trouble = nullif(coalesce(i.trouble, o.trouble), 'none')
    from unnest(${rows.map((row) => row.payout_id)}::uuid[], ${rows.map((row) => row.state)}::text[],
      ${rows.map((row) => row.due_at)}::bigint[], ${rows.map((row) => row.asks)}::int[],
      ${rows.map((row) => row.hands ?? 0)}::int[],
      ${rows.map((row) => row.trouble ?? null)}::text[]) i (payout_id, state, due_at, asks, hands, trouble)
    where o.payout_id = i.payout_id`.execute(trx)
}

/** Those of them that were handed over once. */
export const selectHandedOnce = async (trx: Trx, ids: readonly string[]): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string }>`
    select payout_id as id from bank_order where payout_id = any (${ids}::uuid[]) and hands = 1`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

/** Those of them to whose certificate somebody objects; it stays so until the transaction ends. */
export const selectDisputed = async (trx: Trx, ids: readonly string[]): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string }>`select payouts_disputed(${ids}::uuid[]) as id`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

/** Asks at once about what was handed over. */
export const wakeOrders = (trx: Trx, references: readonly string[], now: number) =>
  sql`select wake_orders(${references}::text[], ${now})`.execute(trx)

/** Counts what was released as sent. @returns how many of them are out now, by this or before */
export const markSent = async (trx: Trx, ids: readonly string[]): Promise<number> => {
  await sql`update payout set state = 'sent' where id = any (${ids}::uuid[]) and state = 'released'`.execute(trx)
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from payout where id = any (${ids}::uuid[]) and state in ('sent', 'unknown')`.execute(trx)
  return rows[0]!.n
}
