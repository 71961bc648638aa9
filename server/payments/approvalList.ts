/** One approval list as it is looked at: totals of all, what is looked at first, and its lines page by page. */
import { Refused } from '../../contract/errors.ts'
import type { ApprovalLine, ApprovalLines, ApprovalLinesQuery, ApprovalListDetail } from '../../contract/payments.ts'
import type { Instant } from '../../domain/dates.ts'
import type { LineException } from '../../domain/lineExceptions.ts'
import { type Level, levels } from '../../domain/policy.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { listViewOf } from './approval.ts'
import { type ListLine, selectListCounts, selectListLines, selectLists, selectListTotals } from './sql.ts'

const pageSize = 100
const exceptionsShown = 200

async function linesOf(trx: Trx, deps: Deps, lines: readonly ListLine[]): Promise<ApprovalLine[]> {
  const forms = await readForms(
    trx,
    deps,
    lines.map((line) => line.id),
  )
  return lines.map((line) => ({
    applicationId: line.id,
    receiptNumber: line.receipt_number,
    applicantName: forms.get(line.id)?.name ?? '',
    level: line.level as Level,
    occupationName: line.occupation_name,
    district: line.district,
    category: line.category ?? '',
    finding: line.finding as ApprovalLine['finding'],
    exceptions: line.exceptions as LineException[],
    amountFen: line.amount_fen,
  }))
}

/** A page of lines in order of receipt. */
export async function approvalLines(
  trx: Trx,
  deps: Deps,
  id: string,
  { find, cursor }: ApprovalLinesQuery,
): Promise<ApprovalLines> {
  const found = await selectListLines(trx, id, { find, after: cursor, limit: pageSize + 1 })
  const page = found.slice(0, pageSize)
  return {
    lines: await linesOf(trx, deps, page),
    ...(found.length > pageSize && { nextCursor: page.at(-1)!.receipt_number }),
  }
}

/** One list: totals, what is looked at first, and the first page. The look is logged. @throws {Refused} not-found */
export async function approvalList(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<ApprovalListDetail> {
  const [row] = await selectLists(trx, id)
  if (!row) throw new Refused('not-found')
  const { accountId } = viewer
  const entry = { kind: 'approval-list.viewed', objectKind: 'approval_list', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at })
  const [totals, counts, first, exceptions] = await Promise.all([
    selectListTotals(trx, id),
    selectListCounts(trx, id),
    approvalLines(trx, deps, id, {}),
    selectListLines(trx, id, { exceptionsOnly: true, limit: exceptionsShown }),
  ])
  const by = (way: 'level' | 'district' | 'category') =>
    totals
      .filter((each) => each.by === way)
      .map(({ key, count, total_fen }) => ({ key: key ?? '', count, totalFen: total_fen }))
  return {
    ...listViewOf(row),
    ...first,
    exceptions: await linesOf(trx, deps, exceptions),
    exceptionCount: counts.exceptions,
    // the highest level first, as the notice's amounts have it
    byLevel: by('level')
      .map(({ key, ...sums }) => ({ level: key as Level, ...sums }))
      .toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level)),
    byDistrict: by('district').map(({ key, ...sums }) => ({ district: key, ...sums })),
    byCategory: by('category').map(({ key, ...sums }) => ({ category: key, ...sums })),
    sentBack: { count: counts.sent_back, totalFen: counts.sent_back_fen },
  }
}
