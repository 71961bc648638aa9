/** Originals at the district: arrived, sealed after second review, kept in a box for ever (四.一.2, 四.一.3). */
import { stateTitles } from '../../domain/application.ts'
import type { ApplicationState } from '../../domain/application.ts'
import { type Instant, plainDate, shanghaiDate } from '../../domain/dates.ts'
import { channelRules } from '../../domain/policy.ts'
import type { Level, Policy } from '../../domain/policy.ts'
import type { ApplicationView } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import type {
  Arrived,
  MoveOriginals,
  OriginalsDone,
  OriginalsPage,
  OriginalsQuery,
  PaperItem,
  SealOriginals,
} from '../../contract/originals.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import { listBatches } from '../reviews/review.ts'
import * as rows from './sql.ts'
import type { PaperRow } from './sql.ts'

const pageSize = 50
const wholeSize = 500
const countLimit = 5000

/** The receipt number in what a hand scanner types: the number itself, or an address that holds it. */
const receiptIn = (scanned: string): string | undefined =>
  /JS\d{2}-\d{7}/.exec(scanned.normalize('NFKC').toUpperCase())?.[0]

const stageOf = (row: PaperRow): PaperItem['stage'] =>
  row.arrived_at === null ? 'waiting' : row.sealed_on === null ? 'arrived' : 'sealed'

function whereabouts(policy: Policy, row: PaperRow): string {
  const step = channelRules(policy, 'unit').steps.find(({ kind }) => kind === row.step)
  return row.state === 'inReview' ? (step?.title ?? '') : stateTitles[row.state as ApplicationState]
}

async function itemsOf(trx: Trx, deps: Deps, found: readonly PaperRow[]): Promise<PaperItem[]> {
  const policy = await activePolicy(trx)
  const forms = await readForms(
    trx,
    deps,
    found.map((row) => row.id),
  )
  return found.map((row) => ({
    applicationId: row.id,
    receiptNumber: row.receipt_number,
    applicantName: forms.get(row.id)!.name,
    level: row.level as Level,
    occupationName: row.occupation_name,
    baseUnion: row.employer_union,
    filingAuthority: row.filing_authority as PaperItem['filingAuthority'],
    ...(row.batch_number !== null && { batchNumber: row.batch_number }),
    stage: stageOf(row),
    reviewed: row.reviewed,
    whereabouts: whereabouts(policy, row),
    state: row.state as ApplicationState,
    ...(row.reviewed && row.reviewed_at !== null && { reviewedOn: shanghaiDate(row.reviewed_at as Instant) }),
    ...(row.arrived_at !== null && { arrivedOn: shanghaiDate(row.arrived_at as Instant) }),
    ...(row.sealed_on && { sealedOn: row.sealed_on }),
    ...(row.box && { box: row.box }),
  }))
}

/** What a district waits for, has, and keeps of one batch; or what stands under a receipt number or in a box. */
export async function originals(deps: Deps, viewer: Viewer, query: OriginalsQuery): Promise<OriginalsPage> {
  const districtId = viewer.organisation!.id
  const { find, cursor, stage, whole } = query
  const { batches } = await listBatches(deps, viewer)
  const batch = query.batch ? batches.find(({ id }) => id === query.batch) : batches[0]
  if (query.batch && !batch) throw new Refused('not-found')
  const size = whole ? wholeSize : pageSize
  return inViewersScope(deps, viewer, async (trx) => {
    const receipt = find && receiptIn(find)
    const after = cursor && { after: cursor }
    const found = find
      ? await rows.findPapers(trx, districtId, receipt ? { receipt } : { box: find, ...after }, size + 1)
      : batch
        ? await rows.selectPapers(trx, { districtId, batchId: batch.id, stage, ...after }, size + 1)
        : []
    const counts = batch
      ? await rows.countPapers(trx, districtId, batch.id, countLimit + 1)
      : { waiting: 0, arrived: 0, sealed: 0 }
    const page = found.slice(0, size)
    return {
      ...(batch && { batch: { id: batch.id, number: batch.number } }),
      items: await itemsOf(trx, deps, page),
      ...(found.length > size && { nextCursor: page.at(-1)!.receipt_number }),
      counts: { ...counts, more: counts.waiting + counts.arrived + counts.sealed > countLimit },
    }
  })
}

/** Forwarded to the district and not ended before it came. */
const isForwarded = (row: PaperRow) => row.reviewed || row.step === 'secondReview'

/**
 * A paper has come. Again changes nothing.
 * @throws {Refused} original.unknown-number, original.other-district (also where there is no such number),
 * original.not-forwarded
 */
export async function arrive(deps: Deps, viewer: Viewer, scanned: string, at: Instant): Promise<Arrived> {
  const receipt = receiptIn(scanned)
  if (!receipt) throw new Refused('original.unknown-number')
  const { accountId, organisation } = viewer
  const districtId = organisation!.id
  return inViewersScope(deps, viewer, async (trx) => {
    const [row] = await rows.findPapers(trx, districtId, { receipt }, 1)
    if (!row) throw new Refused('original.other-district')
    if (!isForwarded(row))
      throw new Refused('original.not-forwarded', { receipt, where: whereabouts(await activePolicy(trx), row) })
    const isNew = await rows.insertOriginal(trx, {
      application_id: row.id,
      form_seq: row.form_seq,
      district_id: districtId,
      arrived_by: accountId,
      arrived_at: at,
    })
    const entry = { kind: 'original.arrived', objectKind: 'application', objectId: row.id } as const
    if (isNew) await record(trx, deps.secrets, { ...entry, accountId, at })
    const [now] = await rows.findPapers(trx, districtId, { receipt }, 1)
    const [item] = await itemsOf(trx, deps, [now!])
    return { item: item!, already: !isNew }
  })
}

async function named(trx: Trx, districtId: string, ids: readonly string[]): Promise<PaperRow[]> {
  const found = await rows.selectPapersById(trx, districtId, ids)
  if (found.length !== new Set(ids).size) throw new Refused('not-found')
  return found
}

/**
 * The district has sealed these originals and put them in a box: all or none.
 * @throws {Refused} not-found, original.not-arrived, original.not-reviewed, original.sealed-already, original.date
 */
export function seal(deps: Deps, viewer: Viewer, id: string, body: SealOriginals, at: Instant): Promise<OriginalsDone> {
  const { accountId, organisation } = viewer
  const { applicationIds: ids, box } = body
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, { id, kind: 'paper.seal-originals', accountId, body, at }, async () => {
      const found = await named(trx, organisation!.id, ids)
      const on = plainDate(body.sealedOn)
      if (!on || on > shanghaiDate(at)) throw new Refused('original.date')
      for (const row of found) {
        const receipt = row.receipt_number
        if (row.sealed_on) throw new Refused('original.sealed-already', { receipt, box: row.box ?? '' })
        if (!row.reviewed) throw new Refused('original.not-reviewed', { receipt })
        if (row.arrived_at === null) throw new Refused('original.not-arrived', { receipt })
        if (on < shanghaiDate(row.reviewed_at as Instant)) throw new Refused('original.date')
      }
      const { numAffectedRows } = await rows.sealOriginals(trx, { ids, on, box, by: accountId, at })
      if (numAffectedRows !== BigInt(found.length)) throw new Refused('original.sealed-already')
      await recordEach(trx, deps, 'original.sealed', found, { accountId, at, detail: { on } })
      return { count: found.length }
    }),
  )
}

/** Sealed originals go to another box. @throws {Refused} not-found, original.not-arrived where one is not sealed yet */
export function move(deps: Deps, viewer: Viewer, id: string, body: MoveOriginals, at: Instant): Promise<OriginalsDone> {
  const { accountId, organisation } = viewer
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, { id, kind: 'paper.move-originals', accountId, body, at }, async () => {
      const found = await named(trx, organisation!.id, body.applicationIds)
      const unsealed = found.find((row) => !row.sealed_on)
      if (unsealed) throw new Refused('original.not-arrived', { receipt: unsealed.receipt_number })
      await rows.moveOriginals(trx, body.applicationIds, body.box)
      await recordEach(trx, deps, 'original.moved', found, { accountId, at, detail: {} })
      return { count: found.length }
    }),
  )
}

type Done = { readonly accountId: string; readonly at: Instant; readonly detail: Readonly<Record<string, string>> }
async function recordEach(
  trx: Trx,
  { secrets }: Deps,
  kind: 'original.sealed' | 'original.moved',
  found: readonly PaperRow[],
  done: Done,
): Promise<void> {
  for (const { id } of found) await record(trx, secrets, { kind, objectKind: 'application', objectId: id, ...done })
}

/** Where the original of an application is, for the district that keeps it. */
export async function originalOf(
  trx: Trx,
  viewer: Viewer,
  applicationId: string,
): Promise<ApplicationView['original'] | undefined> {
  if (viewer.role !== 'districtReviewer') return undefined
  const row = await rows.selectOriginal(trx, applicationId)
  if (!row) return undefined
  return {
    arrivedOn: shanghaiDate(row.arrived_at as Instant),
    ...(row.sealed_on && { sealedOn: row.sealed_on }),
    ...(row.box && { box: row.box }),
  }
}
