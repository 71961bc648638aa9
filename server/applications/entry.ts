/**
 * A filing point enters what stands on workers' paper forms: rows typed and overwritten, each filed by itself under one
 * of the unions that the point serves. On paper the filing time is this entry (R2). Typing decides nothing.
 */
import type { ApplicationState } from '../../domain/application.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Filed } from '../../contract/applications.ts'
import type { EntryList, EntryView, PaperConsent, SaveEntry, ServedUnions } from '../../contract/entries.ts'
import { entryLimits, entryProblems } from '../../contract/entryCheck.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import type { DraftForm } from '../../contract/form.ts'
import { record } from '../audit/audit.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { atCommit, inOrder } from '../db/open.ts'
import { eraseFilesOfDraft } from '../files/file.ts'
import { type Route, unionsServed } from '../organisations/organisation.ts'
import { activePolicy } from '../policies/policy.ts'
import { beginDraft, keepDraft } from './draft.ts'
import { completeForm, filingRefusal, judge, requireOpen, writeClaim } from './filing.ts'
import { openDraft, readForms, sealDraft } from './forms.ts'
import { requireCorrectable, standing } from './standing.ts'
import type { ApplicationRow } from './sql.ts'
import * as rows from './sql.ts'

/** Filed ones shown beside the rows, so that a slip can be printed again. */
const enteredShown = 50

type DraftRow = NonNullable<Awaited<ReturnType<typeof rows.selectDraft>>>

function viewOf(deps: Deps, draft: DraftRow, filed?: ApplicationRow): EntryView {
  return {
    id: draft.id,
    version: draft.version,
    updatedAt: draft.updated_at,
    form: openDraft(deps, draft.id, draft.body),
    paper: (draft.paper ?? {}) as PaperConsent,
    place: draft.place ?? 0,
    ...(filed && {
      correcting: {
        receiptNumber: filed.receipt_number,
        state: filed.state as ApplicationState,
        version: filed.version,
      },
    }),
  }
}

/** The unions a point serves, with the rows that wait to be filed for each. */
export function listServedUnions(deps: Deps, viewer: Viewer, now: Instant): Promise<ServedUnions> {
  const point = viewer.organisation!.id
  return inViewersScope(deps, viewer, async (trx) => {
    const [served, counted] = await Promise.all([
      unionsServed(trx, point, shanghaiDate(now)),
      rows.countRows(trx, point),
    ])
    const rowsOf = new Map(counted.map((each) => [each.base_union_id, Number(each.rows)]))
    return {
      unions: served.map(({ id, name, district, unit, facts }) => ({
        id,
        name,
        district,
        rows: rowsOf.get(id) ?? 0,
        ...(unit && { unit }),
        ...(facts && { facts }),
      })),
    }
  })
}

/** @throws {Refused} entry.union-not-served */
async function requireServed(trx: Trx, viewer: Viewer, baseUnionId: string | undefined, today: PlainDate) {
  const served = await unionsServed(trx, viewer.organisation!.id, today)
  if (!baseUnionId || !served.some(({ id }) => id === baseUnionId)) {
    const says = errorSays('entry.union-not-served')
    throw new Refused('entry.union-not-served', {}, [{ field: 'baseUnionId', says }])
  }
  return baseUnionId
}

/** The rows of one union. They hold what workers wrote, so that looking at them is recorded. */
export function listEntries(deps: Deps, viewer: Viewer, union: string, now: Instant): Promise<EntryList> {
  const point = viewer.organisation!.id
  return inViewersScope(deps, viewer, async (trx) => {
    await requireServed(trx, viewer, union, shanghaiDate(now))
    const [drafts, entered] = await Promise.all([
      rows.selectRows(trx, point, union, entryLimits.rowsOfUnion),
      rows.selectEntered(trx, point, union, enteredShown),
    ])
    const forms = await readForms(
      trx,
      deps,
      entered.map(({ id }) => id),
    )
    if (drafts.length + entered.length > 0) {
      const detail = { rows: drafts.length, entered: entered.length }
      const entry = { kind: 'entries.viewed', objectKind: 'organisation', objectId: union } as const
      await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at: now, detail })
    }
    return {
      rows: drafts.map((draft) => viewOf(deps, draft)),
      entered: entered.map(({ id, receipt_number, received_at, state }) => ({
        id,
        receiptNumber: receipt_number,
        receivedAt: received_at,
        state: state as ApplicationState,
        name: forms.get(id)?.name ?? '',
      })),
    }
  })
}

/**
 * Saves a row as typed so far; the point's officers share it. A repeat answers the same.
 * @throws {Refused} entry.union-not-served, entry.too-many-rows, draft.stale, not-found, request.reused-id,
 * act.not-in-this-state
 */
export function saveEntry(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { version, form, paper, place }: SaveEntry,
  now: Instant,
): Promise<EntryView> {
  const { accountId } = viewer
  return inViewersScope(deps, viewer, async (trx) => {
    const baseUnionId = await requireServed(trx, viewer, form.baseUnionId, shanghaiDate(now))
    const point = { filingPointId: viewer.organisation!.id, baseUnionId, paper, place }
    const body = sealDraft(deps, id, form)
    const filed = await rows.selectApplication(trx, id)
    if (filed) requireCorrectable(await standing(trx, viewer, id, shanghaiDate(now)))
    const saved = { id, updatedAt: now, form, paper, place }
    if (version === 0 && !filed) {
      const [count] = await rows.countRows(trx, point.filingPointId, baseUnionId)
      if (Number(count?.rows ?? 0) >= entryLimits.rowsOfUnion && !(await rows.selectDraft(trx, id)))
        throw new Refused('entry.too-many-rows', { rows: entryLimits.rowsOfUnion })
      if (await beginDraft(trx, { id, accountId, body, at: now, point })) return { ...saved, version: 1 }
    }
    const draft = await rows.lockDraft(trx, id)
    if (!draft) throw new Refused(filed ? 'request.reused-id' : 'not-found')
    if (draft.version === version) {
      await keepDraft(trx, { id, accountId, body, version: version + 1, at: now, point })
      return viewOf(deps, { ...draft, body, ...pointOf(saved), version: version + 1, updated_at: now }, filed)
    }
    const before = viewOf(deps, draft, filed)
    const same = canonicalJson([before.form, before.paper]) === canonicalJson([form, paper])
    if (draft.version !== version + 1 || !same) throw new Refused('draft.stale')
    return before
  })
}
const pointOf = ({ paper, place }: { paper: PaperConsent; place: number }) => ({ paper, place })

/** A row as it stands, or the unfinished correction of what was entered. @throws {Refused} not-found, act.not-in-this-state */
export function readEntry(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<EntryView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const draft = await rows.lockDraft(trx, id)
    if (!draft) throw new Refused('not-found')
    if (await rows.selectApplication(trx, id))
      return viewOf(deps, draft, await openForPoint(trx, deps, viewer, id, now))
    const entry = { kind: 'entries.viewed', objectKind: 'organisation', objectId: draft.base_union_id! } as const
    await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at: now, detail: { row: id } })
    return viewOf(deps, draft)
  })
}

/**
 * A claim that the point entered and may correct as it stands now; that it is opened in clear is recorded.
 * @throws {Refused} not-found, act.not-in-this-state
 */
async function openForPoint(trx: Trx, deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<ApplicationRow> {
  const found = await standing(trx, viewer, id, shanghaiDate(now))
  const { row } = found
  if (row.entered_by === null || row.filing_point_id !== viewer.organisation!.id) throw new Refused('not-found')
  requireCorrectable(found)
  const entry = { kind: 'application.viewed', objectKind: 'application', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at: now, detail: { clear: 'correction' } })
  return row
}

/** Takes a row away with the pictures handed in for it; what was filed keeps its own. */
export async function discardEntry(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<void> {
  const emptyStore = await inViewersScope(deps, viewer, async (trx) => {
    await rows.deleteDraft(trx, id)
    return eraseFilesOfDraft(trx, deps, viewer, { draftId: id, at: now })
  })
  await emptyStore()
}

/**
 * A draft of what was entered, to correct it for the worker; an unfinished one is kept.
 * @throws {Refused} not-found, act.not-in-this-state
 */
export function correctEntry(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<EntryView> {
  const filingPointId = viewer.organisation!.id
  return inViewersScope(deps, viewer, async (trx) => {
    const filed = await openForPoint(trx, deps, viewer, id, now)
    if (!(await rows.selectDraft(trx, id))) {
      const form = (await readForms(trx, deps, [id])).get(id)!
      const point = { filingPointId, baseUnionId: filed.base_union_id, paper: {}, place: 0 }
      await beginDraft(trx, { id, accountId: viewer.accountId, body: sealDraft(deps, id, form), at: now, point })
    }
    // One that somebody else laid there shows nothing here.
    const draft = await rows.selectDraft(trx, id)
    if (!draft) throw new Refused('not-found')
    return viewOf(deps, draft, filed)
  })
}

/**
 * Files a row for its worker, who has no account here. Its receipt is this entry (R2). A repeat answers the same.
 * @throws {Refused} filing.*, entry.union-not-served, draft.stale, not-found, request.reused-id
 */
export async function fileEntry(
  deps: Deps,
  viewer: Viewer,
  id: string,
  draftVersion: number,
  now: Instant,
): Promise<Filed> {
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      // In this order: of one row pressed twice, the second waits at the draft and then sees what the first filed.
      const [draft, already, policy] = await inOrder([
        rows.lockDraft(trx, id),
        rows.selectApplication(trx, id),
        activePolicy(trx),
      ])
      if (already) {
        if (already.entered_by === null) throw new Refused('request.reused-id')
        return { id, receiptNumber: already.receipt_number, receivedAt: already.received_at }
      }
      requireOpen(policy, now)
      if (!draft) throw new Refused('not-found')
      if (draft.version !== draftVersion) throw new Refused('draft.stale')
      return fileRow(trx, deps, viewer, policy, viewOf(deps, draft), now)
    })
  } catch (error) {
    throw filingRefusal(error)
  }
}

async function fileRow(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  policy: Policy,
  { id, form: typed, paper }: EntryView,
  now: Instant,
): Promise<Filed> {
  const { accountId } = viewer
  const { consentedOn, scanId } = requireComplete(typed, paper, policy, now)
  const form = completeForm(policy, typed, now)
  const files = { ...form.files, [paper.scanIs ?? 'consent']: scanId }
  const [judged, , number] = await inOrder([
    judge(trx, deps, policy, form, { applicationId: id, accountId, receivedAt: now, now, files }),
    requireServed(trx, viewer, form.baseUnionId, shanghaiDate(now)),
    rows.nextReceiptNumber(trx),
  ])
  const route = routeOfPoint(viewer, judged.route)
  const filingPointId = route.filingPointId!
  const receiptNumber = writeClaim(trx, deps, policy, {
    ...{ id, form, files, number, now },
    judged: { ...judged, route },
    by: { accountId, role: 'filingPoint' },
    receivedAt: now,
  })
  const consent = {
    application_id: id,
    filing_point_id: filingPointId,
    entered_by: accountId,
    phone_index: deps.secrets.blindIndex('phone', form.phone),
    consents: [...form.consents],
    consented_on: consentedOn,
    consent_file_id: scanId,
    entered_at: now,
  }
  atCommit(trx, () => rows.insertEntry(trx, consent))
  await record(trx, deps.secrets, {
    kind: 'application.entered',
    objectKind: 'application',
    objectId: id,
    accountId,
    at: now,
    detail: { filingPoint: filingPointId, baseUnion: route.baseUnionId },
  })
  return { id, receiptNumber, receivedAt: now }
}

/** @throws {Refused} filing.incomplete with every field at once, the consent's among them */
function requireComplete(form: DraftForm, paper: PaperConsent, policy: Policy, now: Instant) {
  const fields = entryProblems(form, paper, policy, shanghaiDate(now))
  const { consentedOn, scanId } = paper
  if (fields.length > 0 || !consentedOn || !scanId)
    throw new Refused('filing.incomplete', { count: fields.length }, fields)
  return { consentedOn, scanId }
}

/** Under the unions that the base union stands under, with the point that enters it. */
function routeOfPoint(viewer: Viewer, { filingPointId: usual, visibleTo, ...rest }: Route): Route {
  const filingPointId = viewer.organisation!.id
  return { ...rest, filingPointId, visibleTo: [...visibleTo.filter((id) => id !== usual), filingPointId] }
}
