/**
 * Many clean cases passed at once. Before that the machine draws a few which must be looked at: the draw is recorded,
 * and whether they were opened since is read from the log of views, not believed of a screen.
 */
import { randomInt } from 'node:crypto'
import type { Instant } from '../../domain/dates.ts'
import type { CertificateKind, FilingAuthority, StepKind } from '../../domain/policy.ts'
import { certificateKind } from '../../domain/policy.ts'
import { recordsSeal } from '../../domain/roles.ts'
import type { Lot, LotPassed } from '../../contract/desk.ts'
import type { ErrorCode, ErrorParams } from '../../contract/errors.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import { act } from '../applications/application.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import * as rows from './sql.ts'

/** One in twenty, and never fewer than three where there are three. */
const sampleShare = 0.05
const smallestSample = 3
/** Verification looks each certificate up by itself, and final approval is by its list. */
const stepsInLots: readonly StepKind[] = ['hrOpinion', 'firstReview', 'forwarding', 'secondReview']
/** So many are decided side by side; more would keep others waiting. */
const atOnce = 4

type LeftOut = Lot['leftOut'][number]
type Case = Awaited<ReturnType<typeof rows.selectForLot>>[number]
const left = (each: { id: string; receipt_number: string }, why: ErrorCode, params: ErrorParams = {}): LeftOut => ({
  id: each.id,
  receiptNumber: each.receipt_number,
  why,
  says: errorSays(why, params),
})

const kindOf = (each: Case): CertificateKind => certificateKind(each.filing_authority as FilingAuthority)

/** Why a case may not go with the others; `first` sets what the others are like. */
function unfit(each: Case, first: Case | undefined, viewer: Viewer): LeftOut | undefined {
  const step = each.step as StepKind | null
  if (each.state !== 'inReview' || !step || !stepsInLots.includes(step)) return left(each, 'act.not-in-this-state')
  if (each.finding !== 'allMet' || recordsSeal(step, viewer.role)) return left(each, 'lot.not-clean')
  if (each.alike > 0) return left(each, 'lot.alike')
  if (each.hold_id) return left(each, 'lot.held')
  if (each.assignee_id && each.assignee_id !== viewer.accountId)
    return left(each, 'lot.anothers-case', { who: each.assignee ?? '' })
  if (first && (each.step !== first.step || kindOf(each) !== kindOf(first))) return left(each, 'lot.other-kind')
  return undefined
}

/** Floyd's way would do with fewer numbers; for two hundred a shuffle is plainer. */
function drawn(ids: readonly string[]): ReadonlySet<string> {
  const count = Math.min(ids.length, Math.max(smallestSample, Math.ceil(ids.length * sampleShare)))
  const pool = [...ids]
  for (let place = 0; place < count; place++) {
    const other = randomInt(place, pool.length)
    ;[pool[place], pool[other]] = [pool[other]!, pool[place]!]
  }
  return new Set(pool.slice(0, count))
}

/**
 * Draws which of the cases must be looked at; what may not go with the others is left out and named.
 * @throws {Refused} lot.nothing, request.reused-id
 */
export async function drawLot(
  deps: Deps,
  viewer: Viewer,
  id: string,
  ids: readonly string[],
  now: Instant,
): Promise<Lot> {
  const { accountId } = viewer
  const command = { id, kind: 'reviews.draw-lot', accountId, body: ids, at: now }
  const leftOut = await inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const found = await rows.selectForLot(trx, ids)
      const first = found.find((each) => !unfit(each, undefined, viewer))
      if (!first) throw new Refused('lot.nothing')
      const refused = found.flatMap((each) => unfit(each, first, viewer) ?? [])
      const fit = found.filter((each) => !refused.some((out) => out.id === each.id))
      const sample = drawn(fit.map((each) => each.id))
      const cases = fit.map(({ id: caseId, version }) => ({ id: caseId, version, sampled: sample.has(caseId) }))
      await rows.insertLot(trx, { id, accountId, step: first.step!, at: now }, cases)
      await record(trx, deps.secrets, {
        ...{ kind: 'review-lot.drawn', objectKind: 'review_lot', objectId: id, accountId, at: now },
        detail: { cases: cases.length, sample: sample.size },
      })
      return refused
    }),
  )
  return { ...(await lotNow(deps, viewer, id)), leftOut }
}

/** A lot as it stands, and which of its sample were opened. @throws {Refused} not-found */
export const showLot = async (deps: Deps, viewer: Viewer, id: string): Promise<Lot> => ({
  ...(await lotNow(deps, viewer, id)),
  leftOut: [],
})

const lotNow = (deps: Deps, viewer: Viewer, id: string) =>
  inViewersScope(deps, viewer, async (trx) => {
    const { lot, cases, opened } = await readLot(trx, id)
    return {
      id,
      step: lot.step as StepKind,
      cases: cases.map((each) => each.id),
      sample: cases
        .filter((each) => each.sampled)
        .map((each) => ({ id: each.id, receiptNumber: each.receipt_number, opened: opened.has(each.id) })),
    }
  })

async function readLot(trx: Trx, id: string) {
  const [lot, cases, opened] = await Promise.all([
    rows.selectLot(trx, id),
    rows.selectLotCases(trx, id),
    rows.selectOpened(trx, id),
  ])
  if (!lot) throw new Refused('not-found')
  return { lot, cases, opened: new Set(opened) }
}

/**
 * Passes the cases of a lot, each by an action of its own whose id follows from the lot's: sent again, it answers the
 * same. What has moved since the draw, or no longer is clean, is left out and named.
 * @throws {Refused} not-found, lot.sample-unseen, lot.sample-failed, act.membership-unconfirmed
 */
export async function passLot(
  deps: Deps,
  viewer: Viewer,
  id: string,
  membershipConfirmed: boolean,
  now: Instant,
): Promise<LotPassed> {
  const { lot, cases, standing } = await inViewersScope(deps, viewer, async (trx) => {
    const read = await readLot(trx, id)
    const unseen = read.cases.filter((each) => each.sampled && !read.opened.has(each.id))
    if (unseen.length > 0) throw new Refused('lot.sample-unseen', { count: unseen.length })
    const failed = read.cases.filter((each) => each.sampled && ['returned', 'declined'].includes(each.state))
    if (failed.length > 0) throw new Refused('lot.sample-failed', { count: failed.length })
    if (read.lot.step === 'firstReview' && !membershipConfirmed) throw new Refused('act.membership-unconfirmed')
    const ids = read.cases.map((each) => each.id)
    return { ...read, standing: await rows.selectForLot(trx, ids) }
  })
  const done = new Set<string>()
  const leftOut: LeftOut[] = []
  const passOne = async (each: (typeof cases)[number]) => {
    const stands = standing.find((candidate) => candidate.id === each.id)!
    // Moved: perhaps by this very lot, and then its own action answers again; otherwise it is refused below.
    const why = stands.version === each.version ? unfit(stands, undefined, viewer) : undefined
    if (why) return leftOut.push(why)
    const actionId = commandId(deps, 'reviews.pass-lot', each.id, id)
    const membership = lot.step === 'firstReview' && { membershipConfirmed: true }
    try {
      await act(deps, viewer, each.id, actionId, { kind: 'pass', expectedVersion: each.version, ...membership }, now)
      return done.add(each.id)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return leftOut.push(error.code === 'act.stale' ? left(each, 'lot.moved') : left(each, error.code, error.params))
    }
  }
  for (let from = 0; from < cases.length; from += atOnce)
    await Promise.all(cases.slice(from, from + atOnce).map(passOne))
  // Side by side, they end in any order; a repeat answers in the same.
  const inOrder = cases.map((each) => each.id)
  const passed = inOrder.filter((each) => done.has(each))
  leftOut.sort((a, b) => inOrder.indexOf(a.id) - inOrder.indexOf(b.id))
  await inViewersScope(deps, viewer, (trx) =>
    record(trx, deps.secrets, {
      ...{ kind: 'review-lot.passed', objectKind: 'review_lot', objectId: id, at: now, accountId: viewer.accountId },
      detail: { passed: passed.length, leftOut: leftOut.length },
    }),
  )
  return { passed, leftOut }
}
