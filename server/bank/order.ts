/** Handing payouts over: what every way of sending has in common, and the connector's orders. */
import type { Instant } from '../../domain/dates.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openSendLog, type SendLog } from './sendLog.ts'
import { insertOrders, markSent, selectSentBefore } from './sql.ts'

/** One file of the log for this process and folder. */
const logs = new Map<string, SendLog>()
function logOf(folder: string): SendLog {
  const log = logs.get(folder) ?? openSendLog(folder)
  logs.set(folder, log)
  return log
}

/**
 * Counts payouts as sent: in the send log, safe on disk, and on record. Nothing leaves before; whoever sends does so once
 * this transaction is committed, or hands out bytes that nobody has before.
 */
export async function markOut(
  trx: Trx,
  { config }: Deps,
  batch: string,
  payouts: readonly { readonly id: string; readonly reference: string; readonly amount_fen: number }[],
  at: Instant,
): Promise<void> {
  await logOf(config.sendLog).appendSent(
    payouts.map(({ reference, amount_fen: amountFen }) => ({ reference, amountFen, batch, at })),
  )
  await markSent(
    trx,
    payouts.map(({ id }) => id),
  )
}

/** Leaves a released batch to the connector. What was sent before a restore is only asked for. */
export async function handOver(trx: Trx, payouts: readonly { id: string; reference: string }[]): Promise<void> {
  const before = await selectSentBefore(
    trx,
    payouts.map((payout) => payout.reference),
  )
  await insertOrders(
    trx,
    payouts.map(({ id, reference }) => ({ payout_id: id, state: before.has(reference) ? 'handed' : 'waiting' })),
  )
  await markSent(
    trx,
    payouts.filter(({ reference }) => before.has(reference)).map(({ id }) => id),
  )
}
