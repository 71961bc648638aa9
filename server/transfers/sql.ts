import { type Insertable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { AllocationNoticeTable, TransferTable } from '../db/tables.ts'

// Notices issued anew ---------------------------------------------------------------------------------------------------

/** Whoever confirms it, or makes its transfer, waits until this transaction has ended. */
export const lockNotice = async (trx: Trx, id: string): Promise<string | undefined> => {
  const { rows } = await sql<{ transfer_id: string | null }>`
    with notice as (select id from allocation_notice where id = ${id} for no key update)
    select t.id as transfer_id from notice n left join transfer t on t.notice_id = n.id`.execute(trx)
  return rows[0]?.transfer_id ?? undefined
}

export type NamedAward = {
  id: string
  application_id: string
  amount_fen: number
  notice_id: string | null
  cancelled: boolean
}

/** Whom a notice names, in the order in which applications are locked. */
export const selectNamed = async (trx: Trx, noticeId: string): Promise<NamedAward[]> => {
  const { rows } = await sql<NamedAward>`
    select w.id, w.application_id, l.amount_fen, w.notice_id, w.cancelled_at is not null as cancelled
    from notice_line l join award w on w.id = l.award_id where l.notice_id = ${noticeId} order by w.application_id`.execute(
    trx,
  )
  return rows
}

export const insertRevision = (trx: Trx, row: Insertable<AllocationNoticeTable>) =>
  trx.insertInto('allocation_notice').values(row).execute()

/** All but those that are taken off stand in the revision. */
export async function moveLines(trx: Trx, from: string, to: string, takenOff: readonly string[]): Promise<void> {
  await sql`insert into notice_line (notice_id, award_id, amount_fen)
    select ${to}::uuid, award_id, amount_fen from notice_line
    where notice_id = ${from} and award_id <> all (${takenOff}::uuid[])`.execute(trx)
  await sql`update award set notice_id = ${to} from notice_line l
    where l.notice_id = ${to} and l.award_id = award.id`.execute(trx)
}

export const endNotice = (trx: Trx, id: string, at: number) =>
  trx.updateTable('allocation_notice').set({ ended_at: at }).where('id', '=', id).execute()

export const freeAwards = (trx: Trx, ids: readonly string[]) =>
  sql`update award set notice_id = null where id = any (${ids}::uuid[]) and notice_id is not null`.execute(trx)

// The order ---------------------------------------------------------------------------------------------------------------

export type QueueRow = {
  notice_id: string
  number: string
  place: number
  district_id: string
  district: string
  line_count: number
  total_fen: number
  confirmed_at: number
  made_at: number | null
  released_at: number | null
  received_on: string | null
  superseded: boolean
}

/** The order of the newest policy by place, the same for every union. */
export const selectQueue = async (trx: Trx): Promise<QueueRow[]> => {
  const { rows } = await sql<QueueRow>`select * from transfer_queue()`.execute(trx)
  return rows
}

// Passed on ---------------------------------------------------------------------------------------------------------------

/**
 * Awards whose money lies with a union, received, and that are neither passed on nor paid out now, with the union next
 * below it that their workers are of.
 */
const passable = (fromId: string) => sql`from award w join application a on a.id = w.application_id
    join organisation u on u.id = a.base_union_id
    join organisation g on g.id = u.path[array_position(u.path, ${fromId}::uuid) + 1]
  where w.payer_id = ${fromId} and w.stands_on = 'union:' || ${fromId} and w.received_on is not null and w.cancelled_at is null
    and not exists (select from transfer_line l join transfer t on t.id = l.transfer_id
      where l.award_id = w.id and t.released_at is null and t.dropped_at is null) and not exists (select from payout y where y.award_id = w.id
      and y.state in ('made', 'released', 'sent', 'unknown', 'settled'))`

export type GroupRow = {
  id: string
  name: string
  tail: string | null
  account: unknown
  count: number
  total_fen: number
  award_ids: string[]
}

export const selectGroups = async (trx: Trx, fromId: string, noticeId: string | undefined): Promise<GroupRow[]> => {
  const { rows } = await sql<GroupRow>`
    select g.id, g.name, g.receiving_account_tail as tail, g.receiving_account as account, count(*)::int as count, sum(w.amount_fen)::bigint as total_fen,
      (array_agg(w.id order by a.receipt_number))[:2000] as award_ids
    ${passable(fromId)} and (${noticeId ?? null}::uuid is null or w.notice_id = ${noticeId ?? null})
    group by g.id, g.name, g.receiving_account_tail, g.receiving_account order by g.name`.execute(trx)
  return rows
}

/** What of these awards can be passed to that union now, and who may not pass them on for another duty they hold. */
export const selectPassable = async (
  trx: Trx,
  fromId: string,
  toId: string,
  awardIds: readonly string[],
  accountId: string,
) => {
  const { rows } = await sql<{ id: string; amount_fen: number; duty: string | null }>`
    select w.id, w.amount_fen, (select d.duty from duty d where d.application_id = w.application_id
      and d.account_id = ${accountId} and d.duty <> 'payment' limit 1) as duty
    ${passable(fromId)} and w.id = any (${awardIds}::uuid[]) and ${toId}::uuid = any (u.path)`.execute(trx)
  return rows
}

export async function insertOnward(
  trx: Trx,
  row: Insertable<TransferTable>,
  lines: readonly { id: string; amount_fen: number }[],
) {
  await trx.insertInto('transfer').values(row).execute()
  await sql`insert into transfer_line (transfer_id, award_id, amount_fen)
    select ${row.id}::uuid, * from unnest(${lines.map((each) => each.id)}::uuid[],
      ${lines.map((each) => each.amount_fen)}::bigint[])`.execute(trx)
}

export const lockOnward = (trx: Trx, id: string) =>
  trx
    .selectFrom('transfer')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'onward')
    .forUpdate()
    .executeTakeFirst()

export const selectOnward = (trx: Trx, id: string) =>
  trx.selectFrom('transfer').selectAll().where('id', '=', id).where('kind', '=', 'onward').executeTakeFirst()

export const releaseOnward = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('transfer').set({ released_by: by, released_at: at }).where('id', '=', id).execute()

export const dropOnward = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('transfer').set({ dropped_by: by, dropped_at: at }).where('id', '=', id).execute()

export const selectTransferLines = (trx: Trx, id: string) =>
  trx
    .selectFrom('transfer_line')
    .select(['award_id', 'amount_fen'])
    .where('transfer_id', '=', id)
    .orderBy('award_id')
    .execute()

/** Onward transfers from or to a union, newest first. */
export const selectOnwards = async (trx: Trx, unionId: string, by: { noticeId?: string | undefined; id?: string }) => {
  const { rows } = await sql<OnwardRow>`
    select t.id, f.name as from_name, o.name as to_name, t.to_id, t.amount_fen, t.voucher_number, m.display_name as maker,
      t.made_at, r.display_name as releaser, t.released_at, t.dropped_at, e.received_on, e.receipt_number, e.scan_file_id,
      lines.count, lines.paid, lines.policy_id, t.receiving_account_tail as tail,
      t.receiving_account is distinct from o.receiving_account as account_changed
    from transfer t join organisation f on f.id = t.from_id join organisation o on o.id = t.to_id
      join account m on m.id = t.made_by left join account r on r.id = t.released_by
      left join transfer_receipt e on e.transfer_id = t.id
      cross join lateral (select count(*)::int as count, (count(*) filter (where w.stands_on like 'worker:%'))::int as paid,
        min(w.policy_id) as policy_id from transfer_line l join award w on w.id = l.award_id where l.transfer_id = t.id) lines
    where t.kind = 'onward' and (t.from_id = ${unionId} or t.to_id = ${unionId} and t.released_at is not null)
      and (${by.id ?? null}::uuid is null or t.id = ${by.id ?? null})
      and (${by.noticeId ?? null}::uuid is null or exists (select from transfer_line l join award w on w.id = l.award_id
        where l.transfer_id = t.id and w.notice_id = ${by.noticeId ?? null}))
    order by t.made_at desc, t.id limit 200`.execute(trx)
  return rows
}

export type OnwardRow = {
  id: string
  from_name: string
  to_name: string
  to_id: string
  amount_fen: number
  voucher_number: string
  maker: string
  made_at: number
  releaser: string | null
  released_at: number | null
  dropped_at: number | null
  received_on: string | null
  receipt_number: string | null
  scan_file_id: string | null
  count: number
  paid: number
  policy_id: string
  tail: string | null
  account_changed: boolean
}
