/** The order 先到先发 as every union sees it, and whether it was kept (四.一.5). */
import type { QueueEntry, TransferQueue } from '../../contract/transfers.ts'
import type { Instant } from '../../domain/dates.ts'
import { outOfOrder, waitingBefore } from '../../domain/transferOrder.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { type QueueRow, selectQueue } from './sql.ts'

function stageOf(row: QueueRow): QueueEntry['stage'] {
  if (row.superseded) return 'superseded'
  if (row.received_on !== null) return 'received'
  if (row.released_at !== null) return 'transferred'
  return row.made_at !== null ? 'made' : 'confirmed'
}

/** Every confirmation by place; the order that was kept is computed from places and times, never claimed. */
export async function transferQueue(trx: Trx, viewer: Viewer): Promise<TransferQueue> {
  const rows = await selectQueue(trx)
  const seesAll = viewer.role !== 'districtFinance' && viewer.role !== 'unionFinance'
  const isOwn = (row: QueueRow) => row.district_id === viewer.organisation?.id
  const placed = rows
    .filter((row) => !row.superseded)
    .map((row) => ({
      place: row.place,
      confirmedAt: row.confirmed_at as Instant,
      releasedAt: (row.released_at ?? undefined) as Instant | undefined,
    }))
  const waits = rows.find((row) => isOwn(row) && !row.superseded && row.released_at === null)
  return {
    entries: rows.map((row) => ({
      place: row.place,
      district: row.district,
      number: row.number,
      lineCount: row.line_count,
      totalFen: row.total_fen,
      confirmedAt: row.confirmed_at,
      stage: stageOf(row),
      ...(row.released_at !== null && { releasedAt: row.released_at }),
      own: isOwn(row),
      ...((seesAll || isOwn(row)) && { noticeId: row.notice_id }),
    })),
    ...(waits && { own: { place: waits.place, before: waitingBefore(placed, waits.place) } }),
    released: placed.filter((each) => each.releasedAt !== undefined).length,
    outOfOrder: outOfOrder(placed),
  }
}
