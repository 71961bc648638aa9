/** 对账单 of one worker: every award of theirs that the viewer reaches, and every posting of it in order. */
import type { WorkerStatement } from '../../contract/books.ts'
import { Refused } from '../../contract/errors.ts'
import type { Instant } from '../../domain/dates.ts'
import type { Level } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { selectWorker, type WorkerRow } from './sql.ts'
import { equal, moved, placeOf, unionOf, zero } from './statement.ts'

const postingOf = (row: WorkerRow) => ({
  at: row.at!,
  cause: row.cause,
  from: placeOf[row.source]!,
  to: placeOf[row.target]!,
  fen: row.fen,
  ...(row.reference !== null && { reference: row.reference }),
  ...(row.batch_id !== null && { batch: { id: row.batch_id, number: row.batch_number ?? '' } }),
})

/**
 * Who looked is on record. @param receiptNumber of any award of the worker's
 * @throws {Refused} books.no-award
 */
export async function workerStatement(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  receiptNumber: string,
  at: Instant,
): Promise<WorkerStatement> {
  const rows = await selectWorker(trx, receiptNumber, unionOf(viewer))
  const first = rows.find((row) => row.receipt_number === receiptNumber)
  if (!first) throw new Refused('books.no-award')
  const awards = [...Map.groupBy(rows, (row) => row.award_id).values()].map((of) => ({
    applicationId: of[0]!.application_id,
    receiptNumber: of[0]!.receipt_number,
    level: of[0]!.level as Level,
    amountFen: of[0]!.amount_fen,
    postings: of.filter((row) => row.at !== null).map(postingOf),
    stands: placeOf[of[0]!.stands_on.split(':')[0]!]!,
  }))
  const closing = moved(
    zero,
    awards.flatMap(({ postings }) => postings.map((posting) => ({ ...posting, count: 1 }))),
  )
  const kept = awards.map(({ amountFen, stands }) => [
    { from: 'outside' as const, to: 'awaiting' as const, cause: 'approve', count: 1, fen: amountFen },
    ...(stands === 'awaiting' ? [] : [{ from: 'awaiting' as const, to: stands, cause: '', count: 1, fen: amountFen }]),
  ])
  const { accountId } = viewer
  const entry = { kind: 'worker-statement.viewed', objectKind: 'application', objectId: first.application_id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at })
  return {
    ...(viewer.role !== 'auditor' && { name: openPayee(deps, first.award_id, first.payee).name }),
    awards,
    closing,
    agrees: equal(closing, moved(zero, kept.flat())),
  }
}
