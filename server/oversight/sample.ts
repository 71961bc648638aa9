/**
 * 经审 draws samples of what was decided and paid, and writes down what it finds. A sample says from what it was drawn
 * and how, so that the same seed over the same frame draws the same cases; nothing of it touches an application.
 */
import { randomBytes } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { DrawSample, GiveVerdict, SampleDetail, SampleFilter, Samples } from '../../contract/oversight.ts'
import type { SampleView, VerdictView } from '../../contract/oversight.ts'
import { type ApplicationState, stateTitles } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import type { Level } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import { once, refuseTakenId } from '../commands.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import * as rows from './sql.ts'

const statesOf: { readonly [O in SampleFilter['outcome']]: readonly ApplicationState[] | undefined } = {
  approved: ['approved', 'awarded', 'paid', 'bounced'],
  paid: ['paid'],
  declined: ['declined'],
  all: undefined,
}

/** Draws a sample, once. @throws {Refused} sample.empty, request.reused-id */
export async function drawSample(
  deps: Deps,
  viewer: Viewer,
  id: string,
  plan: DrawSample,
  at: Instant,
): Promise<SampleDetail> {
  const { accountId } = viewer
  await inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, { id, kind: 'oversight.draw-sample', accountId, body: plan, at }, async () => {
      const { filter, method, wanted } = plan
      const policy = await activePolicy(trx)
      const seed = method === 'random' ? (plan.seed ?? randomBytes(8).toString('hex')) : null
      const number = await rows.nextNumber(trx)
      const frame = await rows.drawFrame(
        trx,
        policy.id,
        { ...filter, states: statesOf[filter.outcome] },
        { seed, wanted },
      )
      if (frame.size === 0) throw new Refused('sample.empty')
      await rows.insertSample(trx, {
        id,
        number,
        policy_id: policy.id,
        filter,
        method,
        seed,
        wanted,
        frame_size: frame.size,
        frame_fen: frame.fen,
        frame_digest: frame.digest,
        drawn_by: accountId,
        drawn_at: at,
      })
      await rows.insertCases(trx, id, frame.drawn)
      await recordSample(trx, deps, viewer, 'sample.drawn', id, at, { frame: frame.size, drawn: frame.drawn.length })
      return { id }
    }),
  ).catch(refuseTakenId)
  return readSample(deps, viewer, id, at)
}

const recordSample = (
  trx: Trx,
  { secrets }: Deps,
  { accountId }: Viewer,
  kind: 'sample.drawn' | 'sample.viewed' | 'sample.judged',
  objectId: string,
  at: Instant,
  detail: Record<string, string | number> = {},
) => record(trx, secrets, { kind, objectKind: 'audit_sample', objectId, accountId, at, detail })

type SampleRow = Awaited<ReturnType<typeof rows.selectSamples>>[number]

const viewOf = (row: SampleRow): SampleView => ({
  id: row.id,
  number: row.number,
  filter: row.filter as SampleFilter,
  ...(row.district && { district: row.district }),
  method: row.method as SampleView['method'],
  ...(row.seed !== null && { seed: row.seed }),
  wanted: row.wanted,
  frameSize: row.frame_size,
  frameFen: row.frame_fen,
  frameDigest: row.frame_digest.toString('hex'),
  drawnBy: row.drawer ?? '',
  drawnAt: row.drawn_at,
  drawnFen: row.drawn_fen,
  counts: { drawn: row.drawn, clear: row.clear, problem: row.problem, open: row.drawn - row.clear - row.problem },
})

const pageSize = 50

/** Newest first; `before` is the number the page before ended with. */
export function listSamples(deps: Deps, viewer: Viewer, before: number | undefined): Promise<Samples> {
  return inViewersScope(deps, viewer, async (trx) => {
    const [found, districts] = await Promise.all([
      rows.selectSamples(trx, { ...(before !== undefined && { before }), limit: pageSize + 1 }),
      rows.selectDistricts(trx),
    ])
    const page = found.slice(0, pageSize)
    return {
      samples: page.map(viewOf),
      districts,
      ...(found.length > pageSize && { nextCursor: page.at(-1)!.number }),
    }
  })
}

const verdictSeal = (id: string) => ({ table: 'audit_verdict', column: 'body', row: id })

type VerdictRow = Awaited<ReturnType<typeof rows.selectVerdicts>>[number]
const verdictOf = ({ secrets }: Deps, row: VerdictRow): VerdictView => ({
  id: row.id,
  outcome: row.outcome as VerdictView['outcome'],
  by: row.giver ?? '',
  at: row.given_at,
  ...(row.body !== null && { words: secrets.openText(verdictSeal(row.id), row.body as Envelope) }),
})

/** @throws {Refused} not-found */
export async function sampleRow(trx: Trx, id: string): Promise<SampleView> {
  const [row] = await rows.selectSamples(trx, { id })
  if (!row) throw new Refused('not-found')
  return viewOf(row)
}

export const verdictsOf = async (trx: Trx, deps: Deps, sampleId: string, place: number): Promise<VerdictView[]> =>
  (await rows.selectVerdicts(trx, sampleId, place)).map((row) => verdictOf(deps, row))

/** A sample with its cases; the latest verdict of each counts. @throws {Refused} not-found */
export function readSample(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<SampleDetail> {
  return inViewersScope(deps, viewer, async (trx) => {
    const sample = await sampleRow(trx, id)
    const [cases, verdicts] = [await rows.selectSampleCases(trx, id), await rows.selectVerdicts(trx, id)]
    const latest = new Map(verdicts.map((row) => [row.place, row]))
    await recordSample(trx, deps, viewer, 'sample.viewed', id, at)
    return {
      ...sample,
      cases: cases.map((row) => {
        const verdict = latest.get(row.place)
        return {
          place: row.place,
          applicationId: row.application_id,
          receiptNumber: row.receipt_number,
          level: row.level as Level,
          occupationName: row.occupation_name,
          district: row.district,
          stateTitle: stateTitles[row.state as ApplicationState],
          amountFen: row.amount_fen,
          moved: row.version_now !== row.version,
          ...(verdict && { verdict: verdictOf(deps, verdict) }),
        }
      }),
    }
  })
}

/** What the auditor finds in one case, once. @throws {Refused} not-found, sample.words, request.reused-id */
export async function giveVerdict(
  deps: Deps,
  viewer: Viewer,
  { id, place, verdictId }: { id: string; place: number; verdictId: string },
  { outcome, words }: GiveVerdict,
  at: Instant,
): Promise<SampleDetail> {
  const { accountId } = viewer
  if (outcome === 'problem' && !words) throw new Refused('sample.words')
  const body = { id, place, outcome, words }
  await inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, { id: verdictId, kind: 'oversight.give-verdict', accountId, body, at }, async () => {
      const cases = await rows.selectSampleCases(trx, id)
      if (!cases.some((each) => each.place === place)) throw new Refused('not-found')
      await rows.insertVerdict(trx, {
        id: verdictId,
        sample_id: id,
        place,
        outcome,
        body: words ? deps.secrets.seal(verdictSeal(verdictId), words) : null,
        given_by: accountId,
        given_at: at,
      })
      await recordSample(trx, deps, viewer, 'sample.judged', id, at, { place, outcome })
      return { id: verdictId }
    }),
  ).catch(refuseTakenId)
  return readSample(deps, viewer, id, at)
}
