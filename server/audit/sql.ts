import { type Selectable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import { insertRows } from '../db/statement.ts'
import type { AuditEventTable, AuditLotTable } from '../db/tables.ts'

export type EventRow = Selectable<AuditEventTable>
export type LotRow = Selectable<AuditLotTable>

export const insertEvent = (trx: Trx, row: Omit<EventRow, 'txid'>): Promise<void> =>
  insertRows(trx, 'audit_event', [{ ...row, detail: JSON.stringify(row.detail) }])

export type Range = { from_txid: string; to_txid: string; last?: LotRow }

/**
 * From where the last lot ended to the oldest transaction that still runs: everything before it is there for good.
 * The lock is held to the end of the transaction; undefined where another holds it, or nothing new can be sealed.
 */
export async function nextRange(trx: Trx): Promise<Range | undefined> {
  const lock = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(hashtext('seal audit')) got`.execute(trx)
  if (!lock.rows[0]?.got) return undefined
  const last = await lastLot(trx)
  const bound = await sql<{ to_txid: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text to_txid`.execute(
    trx,
  )
  const to_txid = bound.rows[0]!.to_txid
  const from_txid = last?.to_txid ?? '0'
  return BigInt(to_txid) > BigInt(from_txid) ? { from_txid, to_txid, ...(last && { last }) } : undefined
}

/** The digests of the events whose transactions lie in the range, in the order (txid, id). */
export const lotMacs = (trx: Trx, fromTxid: string, toTxid: string): Promise<{ mac: Buffer }[]> =>
  trx
    .selectFrom('audit_event')
    .select('mac')
    .where('txid', '>=', fromTxid)
    .where('txid', '<', toTxid)
    .orderBy('txid')
    .orderBy('id')
    .execute()

export async function insertLot(trx: Trx, row: LotRow): Promise<void> {
  await trx.insertInto('audit_lot').values(row).execute()
}

export const lastLot = (trx: Trx): Promise<LotRow | undefined> =>
  trx.selectFrom('audit_lot').selectAll().orderBy('lot', 'desc').limit(1).executeTakeFirst()

export const lotsAfter = (trx: Trx, lot: number): Promise<LotRow[]> =>
  trx.selectFrom('audit_lot').selectAll().where('lot', '>', lot).orderBy('lot').limit(1000).execute()

/** The next thousand in the order (txid, id). */
export const eventsAfter = (trx: Trx, last: EventRow | undefined): Promise<EventRow[]> =>
  trx
    .selectFrom('audit_event')
    .selectAll()
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(txid, id) > (${last!.txid}::xid8, ${last!.id}::uuid)`),
    )
    .orderBy('txid')
    .orderBy('id')
    .limit(1000)
    .execute()

/** A page of the newest, with the name of who did it where that is a member of staff. */
export const eventsBefore = (trx: Trx, before: { at: number; id: string } | undefined, limit: number) =>
  trx
    .selectFrom('audit_event')
    .leftJoin('account', (join) =>
      join.onRef('account.id', '=', 'audit_event.account_id').on('account.kind', '=', 'staff'),
    )
    .select(['audit_event.id', 'audit_event.at', 'audit_event.account_id', 'audit_event.kind', 'audit_event.txid'])
    .select(['audit_event.object_kind', 'audit_event.object_id', 'account.display_name'])
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(audit_event.at, audit_event.id) < (${before!.at}::bigint, ${before!.id}::uuid)`),
    )
    .orderBy('audit_event.at', 'desc')
    .orderBy('audit_event.id', 'desc')
    .limit(limit)
    .execute()
