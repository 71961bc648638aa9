/** Handing payouts over: what every way of sending has in common, and the connector's orders. */
import { Refused } from '../../contract/errors.ts'
import type { Instant } from '../../domain/dates.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openSendLog, type SendLog } from './sendLog.ts'
import {
  type Claimed,
  insertOrders,
  markSent,
  selectClaimed,
  selectDisputed,
  selectPaidBefore,
  selectSentBefore,
  selectSentUntil,
  setOrders,
} from './sql.ts'

/** One file of the log for this process and folder. */
const logs = new Map<string, SendLog>()
function logOf(folder: string): SendLog {
  const log = logs.get(folder) ?? openSendLog(folder)
  logs.set(folder, log)
  return log
}

/** Whom a payment is for, by whichever number of the certificate, so that only this house knows it. */
const claimsOf = ({ secrets }: Deps, { applicant_index, numbers }: Claimed): string[] =>
  numbers.map((number) =>
    secrets
      .mac('sent claim', canonicalJson([applicant_index.toString('hex'), number]))
      .toString('hex')
      .slice(0, 32),
  )

/**
 * Counts payouts as sent: in the send log, safe on disk, and on record. Nothing leaves before; whoever sends does so once
 * this transaction is committed, or hands out bytes that nobody has before.
 * @throws {Refused} money.paused, while a restore is not acknowledged
 */
export async function markOut(
  trx: Trx,
  deps: Deps,
  batch: string,
  payouts: readonly { readonly id: string; readonly reference: string; readonly amount_fen: number }[],
): Promise<void> {
  if (payouts.length === 0) return
  const ids = payouts.map(({ id }) => id)
  const until = await selectSentUntil(trx)
  if (until === Number.MAX_SAFE_INTEGER) throw new Refused('money.paused')
  // Machine time; where that lags, still after whatever the log held at the last restore.
  const at = Math.max(Date.now(), until + 1) as Instant
  if ((await markSent(trx, ids)) !== ids.length) throw new Error(`batch ${batch}: not all that is to leave may`)
  const claimed = new Map((await selectClaimed(trx, ids)).map((row) => [row.id, row]))
  await logOf(deps.config.sendLog).appendSent(
    payouts.map(({ id, reference, amount_fen: amountFen }) => {
      const of = claimed.get(id)!
      return { reference, amountFen, batch, route: of.route, claims: claimsOf(deps, of), at }
    }),
  )
}

/**
 * Those of these payouts whose certificate was paid before a restore, as two people agreed, and by a reference that the
 * database has not made again: whatever it is called now, it would be paid twice. Under the same reference it goes nowhere:
 * `keepBack` has it wait for the bank's word.
 */
async function paidBefore(trx: Trx, deps: Deps, ids: readonly string[]): Promise<Claimed[]> {
  const claimed = await selectClaimed(trx, ids)
  const lines = new Map(claimed.flatMap((row) => claimsOf(deps, row).map((claim) => [claim, row] as const)))
  const paid = await selectPaidBefore(trx, [...lines.keys()])
  return [...new Set(paid.flatMap((claim) => lines.get(claim) ?? []))]
}

/** @throws {Refused} money.paid-before */
export async function requireUnpaid(trx: Trx, deps: Deps, payouts: readonly { readonly id: string }[]): Promise<void> {
  const [row] = await paidBefore(
    trx,
    deps,
    payouts.map(({ id }) => id),
  )
  if (row) throw new Refused('money.paid-before', { line: row.line })
}

/**
 * What becomes of a released batch: route bank leaves it to the connector, route file to whoever downloads it. What was
 * sent before a restore goes nowhere again: it waits for the bank's word.
 */
export async function handOver(
  trx: Trx,
  route: string,
  payouts: readonly { id: string; reference: string }[],
): Promise<void> {
  const before = await keepBack(trx, payouts)
  if (route === 'bank')
    await insertOrders(
      trx,
      payouts.map(({ id }) => ({ payout_id: id, state: before.has(id) ? 'handed' : 'waiting' })),
    )
}

/** Counts what was sent before a restore as sent. @returns its ids */
export async function keepBack(trx: Trx, payouts: readonly { id: string; reference: string }[]): Promise<Set<string>> {
  const before = await selectSentBefore(
    trx,
    payouts.map((payout) => payout.reference),
  )
  const ids = payouts.filter(({ reference }) => before.has(reference)).map(({ id }) => id)
  if (ids.length > 0) await markSent(trx, ids)
  return new Set(ids)
}

/** What was recorded of a payout is taken back: the bank is asked about it at once, where the connector sent it. */
export const askAnew = (trx: Trx, payoutId: string): Promise<void> =>
  setOrders(trx, [{ payout_id: payoutId, state: 'handed', asks: 0, due_at: 0, trouble: 'none' }])

/**
 * Those of these released payouts that stay at home: somebody objects to the certificate, a correction waits, the bank
 * contradicts another attempt, or the certificate was paid before a restore. It stays so until `trx` ends.
 */
export async function heldOf(trx: Trx, deps: Deps, ids: readonly string[]): Promise<Set<string>> {
  const paid = await paidBefore(trx, deps, ids)
  return (await selectDisputed(trx, ids)).union(new Set(paid.map(({ id }) => id)))
}
