/** Batches as they are shown: what can be paid now, how far each has come, and why one stops. */
import { Refused } from '../../contract/errors.ts'
import type {
  PayoutBatchDetail,
  PayoutBatches,
  PayoutBatchView,
  PayoutLine,
  PayoutLines,
  PayoutLinesQuery,
} from '../../contract/payouts.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { FailureCode, PayoutState, PayoutStop } from '../../domain/payout.ts'
import { channelRules, type Level, payDueOn } from '../../domain/policy.ts'
import { maskName } from '../../domain/visibility.ts'
import { record } from '../audit/audit.ts'
import { isPaused } from '../bank/sentBefore.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { activePolicy } from '../policies/policy.ts'
import { formats } from './payFile.ts'
import {
  type LineRow,
  selectBatches,
  selectDownloads,
  selectLines,
  selectPayable,
  selectPayFiles,
  selectResultFiles,
  selectStates,
  selectStops,
  type StopRow,
} from './sql.ts'
import { togetherIn } from './stopped.ts'

const pageSize = 100
const stopsShown = 200

type BatchRow = Awaited<ReturnType<typeof selectBatches>>[number]
type StateRow = Awaited<ReturnType<typeof selectStates>>[number]

const viewOf = (row: BatchRow, states: readonly StateRow[]): PayoutBatchView => ({
  id: row.id,
  number: row.number,
  policyId: row.policy_id,
  payer: row.payer,
  route: row.route as 'file' | 'bank',
  format: row.format,
  payOn: row.pay_on,
  lineCount: row.line_count,
  totalFen: row.total_fen,
  madeBy: row.maker ?? '',
  madeAt: row.made_at,
  ...(row.released_at !== null && { releasedBy: row.releaser ?? '', releasedAt: row.released_at }),
  ...(row.dropped_at !== null && { droppedBy: row.dropper ?? '', droppedAt: row.dropped_at }),
  byState: Object.fromEntries(
    states
      .filter((each) => each.batch_id === row.id)
      .map(({ state, count, total_fen }) => [state, { count, totalFen: total_fen }]),
  ),
})

/** The batches of the viewer's organisation, and what a new one could hold. */
export async function batches(trx: Trx, deps: Deps, viewer: Viewer): Promise<PayoutBatches> {
  const payerId = viewer.organisation!.id
  const [rows, payable, policy, paused] = await Promise.all([
    selectBatches(trx, { payerId }),
    selectPayable(trx, payerId),
    activePolicy(trx),
    isPaused(trx),
  ])
  const states = await selectStates(
    trx,
    rows.map((row) => row.id),
  )
  const due = (receivedOn: string) => payDueOn(channelRules(policy, 'unit'), receivedOn as PlainDate)
  return {
    payable: payable.map((row) => ({
      count: row.count,
      totalFen: row.total_fen,
      policyId: row.policy_id,
      again: row.again,
      disputed: row.disputed,
      awaitingAccount: row.awaiting_account,
      ...(row.notice_id !== null && { noticeId: row.notice_id, noticeNumber: row.notice_number ?? '' }),
      ...(row.received_on !== null && {
        receivedOn: row.received_on,
        ...(due(row.received_on) && { payDueOn: due(row.received_on)! }),
      }),
    })),
    batches: rows.map((row) => viewOf(row, states)),
    formats: [...formats].map(([name, { title }]) => ({ name, title })),
    bank: viewer.role === 'cityFinance' && deps.config.bank !== undefined,
    paused,
  }
}

const nameFor = (names: boolean, name: string): string => (names ? name : maskName(name))
type Sight = { readonly names: boolean }
/** Whose batch it is works with the people in it; the city's finance looks at how others' batches stand. */
const sightOf = (viewer: Viewer, payerId: string): Sight => ({ names: payerId === viewer.organisation!.id })

const lineOf = (deps: Deps, { names }: Sight, row: LineRow, stops: readonly PayoutStop[]): PayoutLine => ({
  payoutId: row.id,
  line: row.line!,
  reference: row.reference,
  applicationId: row.application_id,
  receiptNumber: row.receipt_number,
  applicantName: nameFor(names, openPayee(deps, row.award_id, row.payee).name),
  level: row.level as Level,
  amountFen: row.amount_fen,
  payeeTail: row.payee_tail,
  attempt: row.tries,
  state: row.state as PayoutState,
  ...(row.withdrawn_at !== null && { withdrawnAt: row.withdrawn_at }),
  ...(row.code !== null && { code: row.code as FailureCode }),
  ...(row.state === 'settled' && row.paid_on !== null && { paidOn: row.paid_on }),
  ...(row.bank_serial !== null && { bankSerial: row.bank_serial }),
  stops: [...stops],
})

const viewed = (id: string) => ({ kind: 'payout-batch.viewed', objectKind: 'payout_batch', objectId: id }) as const

/**
 * A page of a batch's lines in the order of its file; they bear names, so who looked is on record.
 * @throws {Refused} not-found
 */
export async function batchLines(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  query: PayoutLinesQuery,
  at: Instant,
): Promise<PayoutLines> {
  const { accountId } = viewer
  const [batch] = await selectBatches(trx, { id })
  if (!batch) throw new Refused('not-found')
  const sight = sightOf(viewer, batch.payer_id)
  const found = await selectLines(trx, id, { ...query, limit: pageSize + 1 })
  const page = found.slice(0, pageSize)
  if (page.length > 0) await record(trx, deps.secrets, { ...viewed(id), accountId, at })
  return {
    lines: page.map((row) => lineOf(deps, sight, row, [])),
    ...(found.length > pageSize && { after: page.at(-1)!.line! }),
  }
}

/** The word by which the attempt before came back, where somebody typed it. A receipt bears names, too. */
function typedOf({ accountId }: Viewer, { names }: Sight, stops: readonly StopRow[]): PayoutLine['typed'] {
  const row = stops.find(({ typed_by }) => typed_by !== null)
  if (!row) return undefined
  return {
    by: row.typist ?? '',
    isOwn: row.typed_by === accountId,
    outcome: row.outcome as 'failed' | 'bounced',
    ...(row.code !== null && { code: row.code as FailureCode }),
    ...(row.on_day !== null && { on: row.on_day }),
    ...(names && row.proof_id !== null && { proof: { fileId: row.proof_id, pages: row.page_count! } }),
  }
}

/** @throws {Refused} not-found */
export async function batchDetail(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<PayoutBatchDetail> {
  const [row] = await selectBatches(trx, { id })
  if (!row) throw new Refused('not-found')
  const [states, files, downloads, results, stops, paused] = await Promise.all([
    selectStates(trx, [id]),
    selectPayFiles(trx, id),
    selectDownloads(trx, id),
    selectResultFiles(trx, id),
    selectStops(trx, id),
    isPaused(trx),
  ])
  const byPayout = Map.groupBy(stops, (stop) => stop.payout_id)
  const ids = [...byPayout.keys()]
  const found = ids.length > 0 ? await selectLines(trx, id, { ids, limit: stopsShown }) : []
  const stopped = found.map((line) => ({
    row: line,
    stops: byPayout.get(line.id)!.map((each) => each.stop as PayoutStop),
  }))
  const together = togetherIn(stopped)
  const sight = sightOf(viewer, row.payer_id)
  const { accountId } = viewer
  await record(trx, deps.secrets, { ...viewed(id), accountId, at })
  return {
    ...viewOf(row, states),
    digest: row.digest.toString('hex'),
    stopped: stopped.map((line) => ({
      ...lineOf(deps, sight, line.row, line.stops),
      together: together(line.row),
      typed: typedOf(viewer, sight, byPayout.get(line.row.id)!),
    })),
    stopCount: stops.length,
    files: files.map((file) => ({
      part: file.part,
      name: file.name,
      lineCount: file.line_count,
      totalFen: file.total_fen,
      byteSize: file.byte_size,
      sha256: file.sha256.toString('hex'),
      downloads: downloads
        .filter((each) => each.part === file.part)
        .map(({ by, at: then }) => ({ by: by ?? '', at: then })),
    })),
    results: results.map((file) => ({
      id: file.id,
      name: file.name,
      rowCount: file.row_count,
      sha256: file.sha256.toString('hex'),
      by: file.by ?? '',
      at: file.uploaded_at,
    })),
    paused,
  }
}
