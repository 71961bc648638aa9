/** The desks' queues: what waits for a desk, most urgent first, and how much of it there is. */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { addDays, daysBetween, shanghaiDate, startOfDay } from '../../domain/dates.ts'
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
import type { QueueCounts, QueueItem, QueuePage, QueueQuery } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { openSummary, readForms } from '../applications/forms.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { takenFrom } from '../desk/assignment.ts'
import { activePolicy } from '../policies/policy.ts'
import * as rows from './sql.ts'
import type { CaseFilter, DeskFilter, Place, Stream } from './sql.ts'

const pageSize = 50
const countLimit = 1001
/** How long a desk is told that a colleague took a case. */
const toldForMs = 3 * 86_400_000
const dueSoonDays = 3

const deskColumn: { readonly [R in StaffRole]?: NonNullable<DeskFilter['column']> } = {
  hrOfficer: 'unit_id',
  unionOfficer: 'base_union_id',
  filingPoint: 'filing_point_id',
  districtReviewer: 'district_id',
}
const standsIn: { readonly [R in StaffRole]?: NonNullable<DeskFilter['standsIn']> } = {
  districtReviewer: 'district',
  unionOfficer: 'union',
  filingPoint: 'point',
}

function deskOf(viewer: Viewer): DeskFilter {
  const role = viewer.role as StaffRole
  const step = (Object.entries(stepRole) as [StepKind, StaffRole][]).findLast(([, each]) => each === role)?.[0]
  if (!step) throw new Refused('forbidden')
  const [column, place] = [deskColumn[role], standsIn[role]]
  return {
    step,
    ...(place && { standsIn: place }),
    ...(column && { column, organisationId: viewer.organisation!.id }),
  }
}

/** The steps a desk's own list is made of; a list over everything has no such parts. */
async function policyAndStreams(trx: Trx, desk: DeskFilter, view: QueueQuery['view'], today: PlainDate) {
  const asksBelow = desk.standsIn === 'district' && ['todo', 'mine', 'held', 'returned'].includes(view)
  const [policy, below] = await Promise.all([
    activePolicy(trx),
    asksBelow ? rows.selectUnserved(trx, desk.organisationId!, today) : undefined,
  ])
  return { policy, parts: streams(policy, desk, view, below, today) }
}

function streams(
  policy: Policy,
  desk: DeskFilter,
  view: QueueQuery['view'],
  below: rows.Unserved | undefined,
  today: PlainDate,
): readonly (Stream | undefined)[] {
  if (view === 'done' || view === 'all') return [undefined]
  if (view !== 'overdueBelow') return rows.streamsOf(desk, below, today)
  return channelRules(policy, 'unit')
    .steps.filter(({ kind }) => belowDistrict.includes(kind))
    .map((step) => rows.overdueStream(step.kind, urgencyDueBefore(policy, step, today, [])))
}

function filterOf(
  viewer: Viewer,
  { view, kind, level, finding, materials, batch, union, officer, find }: QueueQuery,
): CaseFilter {
  return {
    accountId: viewer.accountId,
    ...(view === 'returned' && { state: 'returned' as const }),
    ...((view === 'todo' || view === 'mine' || view === 'held' || view === 'overdueBelow') && {
      state: 'inReview' as const,
    }),
    ...(view === 'held' && { held: true as const }),
    ...(view === 'done' && { done: true as const }),
    ...(officer && { assignee: officer }),
    ...(view === 'mine' && { assignee: viewer.accountId }),
    ...(kind && { authorities: filingAuthorities.filter((authority) => certificateKind(authority) === kind) }),
    ...(level && { level }),
    ...(finding && { finding }),
    ...(materials && { complete: materials === 'complete' }),
    ...(batch !== undefined && { batch }),
    ...(union && { union }),
    ...(find && { find: find.toUpperCase() }),
  }
}

// Where a page ends: the last row shown of each part --------------------------------------------------------------------
type Places = ReadonlyMap<string, Place>
const partOf = (stream: Stream | undefined) => stream?.step ?? ''

const cursorOf = (places: Places) =>
  Buffer.from([...places].map(([part, [at, id]]) => `${part}.${at}.${id}`).join(',')).toString('base64url')

function placesOf(cursor: string | undefined): Places {
  const places = new Map<string, Place>()
  if (cursor === undefined) return places
  for (const text of Buffer.from(cursor, 'base64url').toString().split(',')) {
    const match = /^([A-Za-z]{0,20})\.(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text)
    if (!match) throw new Refused('request.malformed')
    places.set(match[1]!, [Number(match[2]), match[3]!])
  }
  return places
}

type CaseRow = Awaited<ReturnType<typeof rows.selectCases>>[number]
type Listed = { readonly row: CaseRow; readonly part: string; readonly dueOn: PlainDate | null | undefined }

/** When what waits at a step, or with the worker it was returned to, is due. */
function dueOf(policy: Policy, step: Step | undefined, row: CaseRow): PlainDate | null | undefined {
  if (row.state !== 'inReview') return row.returned_until as PlainDate | null
  const waitsSince = shanghaiDate(row.updated_at as Instant)
  return step && stepDueOn(policy.calendar, step, waitsSince, row.closed_on as PlainDate | null)
}

/** Each part comes in the order of its deadlines; what has none yet comes last. */
function merged(parts: readonly (readonly Listed[])[]): Listed[] {
  if (parts.length === 1) return [...parts[0]!]
  const key = ({ dueOn, row }: Listed) => [dueOn ?? '9999', row.updated_at, row.id] as const
  return parts.flat().toSorted((a, b) => {
    const [[dueA, sinceA, idA], [dueB, sinceB, idB]] = [key(a), key(b)]
    // Within a part the database's own order stands, so that a page never skips a row.
    if (a.part === b.part) return Number(a.row.urgency) - Number(b.row.urgency) || (idA < idB ? -1 : 1)
    return dueA < dueB ? -1 : dueA > dueB ? 1 : Number(sinceA) - Number(sinceB) || (idA < idB ? -1 : 1)
  })
}

export async function queue(deps: Deps, viewer: Viewer, query: QueueQuery, now: Instant): Promise<QueuePage> {
  const desk = deskOf(viewer)
  const today = shanghaiDate(now)
  if (query.view === 'overdueBelow' && viewer.role !== 'districtReviewer') throw new Refused('forbidden')
  const filter = filterOf(viewer, query)
  const places = placesOf(query.cursor)
  return inViewersScope(deps, viewer, async (trx) => {
    const { policy, parts } = await policyAndStreams(trx, desk, query.view, today)
    const steps = channelRules(policy, 'unit').steps
    const list = (of: CaseFilter, limit: number) =>
      Promise.all(
        parts.map(async (stream) => {
          const part = partOf(stream)
          const listed = await rows.selectCases(trx, desk, of, stream, places.get(part), limit)
          return listed.map((row) => {
            const step = steps.find((each) => each.kind === row.step)
            return { row, part, step, dueOn: dueOf(policy, step, row) }
          })
        }),
      )
    // Re-reviews are few and go first: they stand before the first page, and no query is the slower for them.
    const goFirst = query.view === 'todo' && query.cursor === undefined
    const [again, found] = await Promise.all([
      goFirst ? list({ ...filter, state: 'reReview' }, pageSize) : [],
      list(filter, pageSize + 1),
    ])
    const all = merged(found) as (Listed & { step: Step | undefined })[]
    const page = all.slice(0, pageSize)
    const ends = new Map(places)
    for (const { row, part } of page) ends.set(part, [part === '' ? row.received_at : row.urgency, row.id])
    return {
      items: await itemsOf(trx, deps, [...again.flat(), ...page], today),
      ...(all.length > pageSize && { nextCursor: cursorOf(ends) }),
    }
  })
}

async function itemsOf(
  trx: Trx,
  deps: Deps,
  page: readonly (Listed & { readonly step: Step | undefined })[],
  today: PlainDate,
): Promise<QueueItem[]> {
  // Rows from before summaries were kept: their forms are opened.
  const without = page.flatMap(({ row }) => (row.summary === null ? [row.id] : []))
  const forms = without.length === 0 ? undefined : await readForms(trx, deps, without)
  return page.map(({ row, step, dueOn }) => {
    const overdue = dueOn ? daysBetween(dueOn, today) : 0
    const shown = row.summary === null ? forms!.get(row.id)! : openSummary(deps, row.id, row.summary)
    return {
      id: row.id,
      receiptNumber: row.receipt_number,
      applicantName: shown.name,
      employer: shown.employer,
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
      ...(row.assignee_id && { assignee: { id: row.assignee_id, name: row.assignee ?? '' } }),
      held: row.hold_id !== null,
    }
  })
}

// Counts ------------------------------------------------------------------------------------------------------------
type Batches = Awaited<ReturnType<typeof rows.selectBatches>>

/** The urgency below which what waits at a step is due before a day (`application_at_its_desk` makes it). */
function urgencyDueBefore(policy: Policy, step: Step, day: PlainDate, batches: Batches): number {
  const rule = overdueAt(policy.calendar, step, day)
  if (!rule) return 0
  if ('waitsSinceBefore' in rule) return startOfDay(rule.waitsSinceBefore)
  const over = batches.filter(({ closed_on: closed }) => closed !== null && closed < rule.batchClosedBefore)
  return over.length === 0 ? 0 : (Math.max(...over.map(({ number }) => number)) + 1) * 1e13
}

export async function queueCounts(deps: Deps, viewer: Viewer, now: Instant): Promise<QueueCounts> {
  const desk = deskOf(viewer)
  const today = shanghaiDate(now)
  const { accountId } = viewer
  return inViewersScope(deps, viewer, async (trx) => {
    const { policy, parts } = await policyAndStreams(trx, desk, 'todo', today)
    const batches = await rows.selectBatches(trx, policy.id)
    const steps = channelRules(policy, 'unit').steps
    const sum = async (filter: Omit<CaseFilter, 'accountId'>) => {
      const counted = await Promise.all(
        parts.map((stream) => {
          const step = steps.find((each) => each.kind === stream?.step)
          const before = (day: PlainDate) => (step ? urgencyDueBefore(policy, step, day, batches) : 0)
          const due = { overdue: before(today), dueSoon: before(addDays(today, dueSoonDays + 1)) }
          return rows.countCases(trx, desk, { accountId, ...filter }, stream, countLimit, due)
        }),
      )
      const total = (key: 'n' | 'overdue' | 'soon' | 'clean') => counted.reduce((so, each) => so + each[key], 0)
      return { n: total('n'), overdue: total('overdue'), soon: total('soon'), clean: total('clean') }
    }
    const [waiting, inReReview, mine, held, returned, taken] = await Promise.all([
      sum({ state: 'inReview' }),
      sum({ state: 'reReview' }),
      sum({ state: 'inReview', assignee: accountId }),
      sum({ state: 'inReview', held: true }),
      sum({ state: 'returned' }),
      takenFrom(trx, accountId, (now - toldForMs) as Instant),
    ])
    const figures = {
      todo: waiting.n + inReReview.n,
      mine: mine.n,
      held: held.n,
      returned: returned.n,
      overdue: waiting.overdue,
      dueSoon: waiting.soon,
      clean: waiting.clean,
    }
    const capped = Object.fromEntries(
      Object.entries(figures).map(([key, n]) => [key, Math.min(n, countLimit - 1)]),
    ) as typeof figures
    return { ...capped, more: Object.values(figures).some((n) => n >= countLimit), taken }
  })
}
