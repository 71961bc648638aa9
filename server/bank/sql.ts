import { sql } from 'kysely'
import type { Trx } from '../db/open.ts'

/** Of these, what a restored database found in the send log and two people agreed was sent. */
export const selectSentBefore = async (trx: Trx, references: readonly string[]): Promise<Set<string>> => {
  const rows = await trx
    .selectFrom('sent_before')
    .select('reference')
    .where('reference', 'in', [...references])
    .where('answer', '<>', 'notSent')
    .execute()
  return new Set(rows.map((row) => row.reference))
}

// After a restore -------------------------------------------------------------------------------------------------------

/** Of what was sent then (machine time), what the database knows, and whether it counts it as sent. */
export const selectKnown = async (
  trx: Trx,
  lines: readonly (readonly [reference: string, { readonly at: number }])[],
): Promise<readonly { reference: string; is_sent: boolean }[]> => {
  const { rows } = await sql<{ reference: string; is_sent: boolean }>`
    select reference, is_sent from references_known(${lines.map(([reference]) => reference)}::text[],
      ${lines.map(([, { at }]) => at)}::bigint[])`.execute(trx)
  return rows
}

/** How many payouts of all payers have left the house. */
export const countSent = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select payouts_sent() as n`.execute(trx)
  return rows[0]!.n
}

export const insertSentBefore = (
  trx: Trx,
  rows: readonly { reference: string; amount_fen: number; batch_id: string; sent_at: number; found_at: number }[],
) =>
  trx
    .insertInto('sent_before')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .execute()

export const countOpenSentBefore = async (trx: Trx): Promise<number> => {
  const row = await trx
    .selectFrom('sent_before')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('agreed_by', 'is', null)
    .executeTakeFirstOrThrow()
  return row.n
}

export const selectSentBeforeAll = (trx: Trx) =>
  trx
    .selectFrom('sent_before as s')
    .leftJoin('account as a', 'a.id', 's.answered_by')
    .leftJoin('account as g', 'g.id', 's.agreed_by')
    .selectAll('s')
    .select(['a.display_name as answerer', 'g.display_name as agreer'])
    .orderBy('s.sent_at')
    .limit(1000)
    .execute()

export const lockSentBefore = (trx: Trx, reference: string) =>
  trx.selectFrom('sent_before').selectAll().where('reference', '=', reference).forUpdate().executeTakeFirst()

export const updateSentBefore = (
  trx: Trx,
  reference: string,
  set: {
    answer?: string
    answered_by?: string
    answered_at?: number
    words?: string
    agreed_by?: string
    agreed_at?: number
  },
) => trx.updateTable('sent_before').set(set).where('reference', '=', reference).execute()

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

export const markSent = (trx: Trx, ids: readonly string[]) =>
  sql`update payout set state = 'sent' where id = any (${ids}::uuid[]) and state = 'released'`.execute(trx)
