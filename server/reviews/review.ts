/** The desks' queues, and the filing batches that the service centre opens and closes (四.一.3). */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { addDays, daysBetween, shanghaiDate } from '../../domain/dates.ts'
import type { Level, Policy, Step, StepKind } from '../../domain/policy.ts'
import {
  belowDistrict,
  certificateKind,
  channelRules,
  filingAuthorities,
  overdueAt,
  stepDueOn,
} from '../../domain/policy.ts'
import { stateTitles } from '../../domain/application.ts'
import type { ApplicationState } from '../../domain/application.ts'
import { stepRole } from '../../domain/roles.ts'
import type { StaffRole } from '../../domain/roles.ts'
import type { BatchList, QueueItem, QueuePage, QueueQuery } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import { announcedClosings } from '../messages/announcement.ts'
import { activePolicy } from '../policies/policy.ts'
import * as rows from './sql.ts'
import type { DeskFilter, QueueFilter } from './sql.ts'

const pageSize = 50
const countLimit = 1001

const deskColumn: { readonly [R in StaffRole]?: NonNullable<DeskFilter['column']> } = {
  hrOfficer: 'unit_id',
  unionOfficer: 'base_union_id',
  filingPoint: 'filing_point_id',
  districtReviewer: 'district_id',
}

function deskOf(viewer: Viewer): DeskFilter {
  const step = (Object.entries(stepRole) as [StepKind, StaffRole][]).findLast(([, role]) => role === viewer.role)?.[0]
  if (!step) throw new Refused('forbidden')
  const column = deskColumn[viewer.role as StaffRole]
  return {
    step,
    ...(viewer.role === 'districtReviewer' && { standsIn: 'district' as const }),
    ...(viewer.role === 'unionOfficer' && { standsIn: 'union' as const }),
    ...(viewer.role === 'filingPoint' && { standsIn: 'point' as const }),
    ...(column && { column, organisationId: viewer.organisation!.id }),
  }
}

const cursorOf = (row: { received_at: number; id: string }) =>
  Buffer.from(`${row.received_at}.${row.id}`).toString('base64url')
function afterCursor(cursor: string): NonNullable<QueueFilter['after']> {
  const match = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  )
  if (!match) throw new Refused('request.malformed')
  return { receivedAt: Number(match[1]), id: match[2]! }
}

function filterOf(viewer: Viewer, query: QueueQuery): QueueFilter {
  const { kind, find } = query
  if (query.view === 'overdueBelow' && viewer.role !== 'districtReviewer') throw new Refused('forbidden')
  return {
    view: query.view,
    accountId: viewer.accountId,
    ...(kind && { authorities: filingAuthorities.filter((authority) => certificateKind(authority) === kind) }),
    ...(query.level && { level: query.level }),
    ...(query.finding && { finding: query.finding }),
    ...(query.batch !== undefined && { batch: query.batch }),
    ...(find && { find: find.toUpperCase() }),
    ...(query.cursor && { after: afterCursor(query.cursor) }),
  }
}

type QueueRow = Awaited<ReturnType<typeof rows.selectQueue>>[number]

/** When what waits at a step, or with the worker it was returned to, is due. */
function dueOf(policy: Policy, step: Step | undefined, row: QueueRow): PlainDate | null | undefined {
  if (row.state !== 'inReview') return row.returned_until as PlainDate | null
  const waitsSince = shanghaiDate(row.updated_at as Instant)
  return step && stepDueOn(policy.calendar, step, waitsSince, row.closed_on as PlainDate | null)
}

async function itemsOf(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  found: readonly QueueRow[],
  today: PlainDate,
): Promise<QueueItem[]> {
  const forms = await readForms(
    trx,
    deps,
    found.map((row) => row.id),
  )
  const steps = channelRules(policy, 'unit').steps
  return found.map((row) => {
    const step = steps.find((each) => each.kind === row.step)
    const dueOn = dueOf(policy, step, row)
    const overdue = dueOn ? daysBetween(dueOn, today) : 0
    const form = forms.get(row.id)!
    return {
      id: row.id,
      receiptNumber: row.receipt_number,
      applicantName: form.name,
      employer: form.employer,
      level: row.level as Level,
      occupationName: row.occupation_name,
      filingAuthority: row.filing_authority as QueueItem['filingAuthority'],
      finding: row.finding as QueueItem['finding'],
      state: row.state as ApplicationState,
      ...(row.step && { step: row.step as StepKind }),
      stepTitle: row.state === 'inReview' ? (step?.title ?? '') : stateTitles[row.state as ApplicationState],
      sentBack: row.sent_back,
      receivedAt: row.received_at,
      amountFen: row.amount_fen,
      version: row.version,
      ...(dueOn && { dueOn }),
      ...(overdue > 0 && { overdueDays: overdue }),
    }
  })
}

export async function queue(deps: Deps, viewer: Viewer, query: QueueQuery, now: Instant): Promise<QueuePage> {
  const desk = deskOf(viewer)
  const today = shanghaiDate(now)
  return inViewersScope(deps, viewer, async (trx) => {
    const policy = await activePolicy(trx)
    const count = (view: 'todo' | 'returned' | 'reReview') =>
      rows.countUpTo(trx, desk, { view, accountId: viewer.accountId }, today, countLimit)
    const overdueRules = channelRules(policy, 'unit').steps.flatMap(
      (step) => overdueAt(policy.calendar, step, today) ?? [],
    )
    const overdueBelow = overdueRules.filter(({ step }) => belowDistrict.includes(step))
    const filter = { ...filterOf(viewer, query), overdueBelow }
    // Re-reviews are few and go first: they stand before the first page, and no query is the slower for them.
    const before = query.view === 'todo' && !query.cursor
    const [again, found, waiting, inReReview, returned, overdue] = await Promise.all([
      before ? rows.selectQueue(trx, desk, { ...filter, view: 'reReview' }, today, pageSize) : [],
      rows.selectQueue(trx, desk, filter, today, pageSize + 1),
      count('todo'),
      count('reReview'),
      count('returned'),
      rows.countOverdue(trx, desk, viewer.accountId, today, overdueRules, countLimit),
    ])
    const page = found.slice(0, pageSize)
    const todo = waiting + inReReview
    const more = todo >= countLimit || returned >= countLimit || overdue >= countLimit
    const cap = (n: number) => Math.min(n, countLimit - 1)
    return {
      items: await itemsOf(trx, deps, policy, [...again, ...page], today),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
      counts: { todo: cap(todo), returned: cap(returned), overdue: cap(overdue), more },
    }
  })
}

// Filing batches ----------------------------------------------------------------------------------------------------
const reviewDays = (policy: Policy) =>
  channelRules(policy, 'unit').steps.find((step) => step.kind === 'secondReview')?.dueDaysAfterBatchClose

export async function listBatches(deps: Deps, viewer: Viewer): Promise<BatchList> {
  return inViewersScope(deps, viewer, async (trx) => ({ batches: await batchViews(trx) }))
}

async function batchViews(trx: Trx): Promise<BatchList['batches']> {
  const policy = await activePolicy(trx)
  const batches = await rows.selectBatches(trx, policy.id)
  const progress = await rows.batchProgress(
    trx,
    batches.map((batch) => batch.id),
  )
  const days = reviewDays(policy)
  const closings = await announcedClosings(
    trx,
    batches.map((batch) => batch.id),
  )
  return batches.map((batch) => {
    const lastClosesOn = closings.get(batch.id)
    const counts = progress.find((each) => each.batch_id === batch.id)
    return {
      id: batch.id,
      number: batch.number,
      openedOn: batch.opened_on,
      ...(batch.closed_on && { closedOn: batch.closed_on }),
      ...(lastClosesOn && { lastClosesOn }),
      ...(batch.closed_on && days !== undefined && { reviewDueOn: addDays(batch.closed_on as PlainDate, days) }),
      applications: counts?.applications ?? 0,
      reviewed: counts?.reviewed ?? 0,
    }
  })
}

type BatchView = BatchList['batches'][number]

/** Opens the next batch; its id makes a repeat harmless. @throws {Refused} batch.already-open */
export async function openBatch(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<BatchView> {
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      const batches = await batchViews(trx)
      const already = batches.find((batch) => batch.id === id)
      if (already) return already
      if (batches.some((batch) => !batch.closedOn)) throw new Refused('batch.already-open')
      const policy = await activePolicy(trx)
      await rows.insertBatch(trx, {
        id,
        policyId: policy.id,
        number: (batches[0]?.number ?? 0) + 1,
        openedOn: shanghaiDate(now),
        openedBy: viewer.accountId,
      })
      await rows.adoptForwarded(trx, policy.id, id)
      await record(trx, deps.secrets, {
        kind: 'batch.opened',
        objectKind: 'filing_batch',
        objectId: id,
        accountId: viewer.accountId,
        at: now,
      })
      return (await batchViews(trx)).find((batch) => batch.id === id)!
    })
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'filing_batch_one_open' || constraint === 'filing_batch_policy_id_number_key')
      throw new Refused('batch.already-open')
    throw error
  }
}

/** Closes a batch: the two weeks of second review run from this day. Closing twice changes nothing. */
export async function closeBatch(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<BatchView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const batch = await rows.selectBatch(trx, id)
    if (!batch) throw new Refused('not-found')
    if (!batch.closed_on) {
      await rows.closeBatch(trx, id, shanghaiDate(now), viewer.accountId)
      await record(trx, deps.secrets, {
        kind: 'batch.closed',
        objectKind: 'filing_batch',
        objectId: id,
        accountId: viewer.accountId,
        at: now,
      })
    }
    return (await batchViews(trx)).find((each) => each.id === id)!
  })
}
