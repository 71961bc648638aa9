/**
 * The demonstration's claims, in every state. They are made through the functions that requests use, so that chains,
 * assessments, ledger and audit log are those of real claims; only the times are of the past.
 */
import type { PaperSeal, RegisterRecord } from '../../contract/applications.ts'
import { endOfDay, instant, type Instant, shanghaiDate } from '../../domain/dates.ts'
import type { Policy, StepKind } from '../../domain/policy.ts'
import { type Duty, recordsSeal } from '../../domain/roles.ts'
import { act } from '../applications/application.ts'
import { recordCheck, sendInquiry } from '../applications/check.ts'
import { saveDraft } from '../applications/draft.ts'
import { fileEntry, saveEntry } from '../applications/entry.ts'
import { fileApplication, stepKindsOf } from '../applications/filing.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { businessNow, clockStarted } from '../db/clock.ts'
import { inScope, type Scope, type Trx } from '../db/open.ts'
import { plantWorker, staffNamed } from '../people/account.ts'
import { activePolicy } from '../policies/policy.ts'
import { queue } from '../reviews/queue.ts'
import { listBatches } from '../reviews/review.ts'
import { type Applicant, applicants } from './applicants.ts'
import type { Deed, DemoClaim, StoryTime } from './deeds.ts'
import { demoId } from './demo.ts'
import { demoClaims } from './filings.ts'
import { formOf, picturesOf } from './forms.ts'
import { objectionDeeds } from './objections.ts'
import { decider, officeDeeds, staffViewer } from './offices.ts'
import { demoPlaces } from './organisations.ts'
import { plantPictures } from './pictures.ts'
import { plantRows } from './rows.ts'
import { demoStaff } from './staff.ts'
import { plantSurvey } from './survey.ts'

const loader = demoId('account', 'xitong')
const people: Scope = { kind: 'job', job: 'people', accountId: loader }
/** The story reaches to the morning on which a demonstration starts that was told no other time. */
const storyEnds = instant('2026-07-15T09:00:00+08:00')!
const toldAt = (text: StoryTime) => instant(`2026-${text.replace(' ', 'T')}:00+08:00`)!

/**
 * Loads the claims once, into a city without any. Every id is the same in every demonstration and each step is done
 * once, so that loading is taken up again where it was stopped. Of several servers that start at once, one loads and
 * the others wait.
 * @param signal stops between two steps
 * @returns whether this call told the story
 */
export async function loadClaims(deps: Deps, signal?: AbortSignal): Promise<boolean> {
  const { db, config } = deps
  const at = await businessNow(config, db)
  const command = (kind: string) => ({ id: demoId('command', kind), kind, accountId: loader, body: {}, at })
  // Decided once: what is loaded later is dated by it too.
  const begun = await inScope(db, people, (trx) =>
    once(trx, deps, command('demo.claims-begun'), async () => ({ until: (await storyTold(deps, trx, at)) ?? null })),
  )
  const { until } = begun
  if (until === null) return false
  let toldHere = false
  await inScope(db, people, (trx) =>
    once(trx, deps, command('demo.claims-loaded'), async () => {
      await new Story(deps, trx, await activePolicy(trx), until, signal).tell()
      await plantRows(deps, until)
      toldHere = true
      return { claims: demoClaims.length }
    }),
  )
  return toldHere
}

/** Until when the claims go; undefined where none are loaded: nothing has been open for a day, or it is not our city. */
async function storyTold(deps: Deps, trx: Trx, now: Instant): Promise<Instant | undefined> {
  const policy = await activePolicy(trx)
  const { opensOn, closedAt } = policy.window
  const until = Math.min(deps.config.clockStart ?? now, now, closedAt - 1) as Instant
  if (policy.id !== '2026' || until <= endOfDay(opensOn)) return undefined
  const names = demoStaff.map(({ loginName }) => loginName)
  if ((await staffNamed(trx, names)).length < names.length) return undefined
  const { batches } = await listBatches(deps, staffViewer('zhongxin.shenhe1'))
  const isEmpty = batches.length === 0 && (await versionsOf(deps, now)).size === 0
  return isEmpty ? until : undefined
}

/** The version of every application there is, by id. */
async function versionsOf(deps: Deps, now: Instant): Promise<Map<string, number>> {
  const versions = new Map<string, number>()
  let cursor: string | undefined
  do {
    const page = await queue(
      deps,
      staffViewer('zhongxin.shenhe1'),
      { view: 'all', ...(cursor !== undefined && { cursor }) },
      now,
    )
    for (const { id, version } of page.items) versions.set(id, version)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return versions
}

/** One thing done to one claim. */
type Step = { readonly told: Instant; readonly run: () => Promise<unknown> }
/** A claim with everything that is done to it. */
type Told = { readonly prepare: () => Promise<unknown>; readonly filing: Step; readonly deeds: readonly Step[] }

/** Claims go their ways beside each other, so many at once. */
const lanes = 6

/** Starts works in order, at most so many at once; where one fails, those behind it in its lane are not begun. */
function started(works: readonly (() => Promise<unknown>)[], atOnce: number): Promise<unknown>[] {
  const lastOf: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve())
  return works.map((work, index) => (lastOf[index % atOnce] = lastOf[index % atOnce]!.then(work)))
}

class Story {
  readonly #deps: Deps
  readonly #trx: Trx
  readonly #policy: Policy
  readonly #until: Instant
  readonly #signal: AbortSignal | undefined
  #versions = new Map<string, number>()

  constructor(deps: Deps, trx: Trx, policy: Policy, until: Instant, signal: AbortSignal | undefined) {
    this.#deps = deps
    this.#trx = trx
    this.#policy = policy
    this.#until = until
    this.#signal = signal
  }

  /** Told up to another moment the story ends there; in less time than it takes, it goes faster. */
  #at(told: Instant): Instant {
    const { opensAt } = this.#policy.window
    const pace = Math.min(1, (this.#until - opensAt) / (storyEnds - toldAt('06-16 00:00')))
    return Math.round(this.#until - (storyEnds - told) * pace) as Instant
  }

  /** Before every step: nobody has stopped the loading, and the transaction that guards it has not been left idle. */
  async #next(): Promise<void> {
    this.#signal?.throwIfAborted()
    await clockStarted(this.#trx)
  }

  async tell(): Promise<void> {
    this.#versions = await versionsOf(this.#deps, this.#until)
    const workers = new Map<string, Viewer>()
    for (const applicant of applicants) workers.set(applicant.name, await this.#workerOf(applicant))
    const told = demoClaims.map((claim, turn) => this.#claim(claim, turn, workers.get(claim.applicant)!))
    const preparing = started(
      told.map(({ prepare }) => prepare),
      lanes,
    )
    const prepared = Promise.allSettled(preparing)
    try {
      let from = -Infinity
      const byTime = [...officeDeeds, ...objectionDeeds].toSorted((a, b) => toldAt(a.at) - toldAt(b.at))
      for (const deed of [...byTime, undefined]) {
        const to = deed ? toldAt(deed.at) : storyEnds
        await this.#tellBetween(from, to, told, preparing)
        from = to
        await this.#next()
        if (deed) await deed.does(this.#deps, this.#at(to), workers)
      }
      await plantSurvey(this.#deps, workers, this.#signal)
    } finally {
      await prepared
    }
  }

  /** What happened to claims between two things that happened to many of them. */
  async #tellBetween(from: number, to: Instant, told: readonly Told[], preparing: readonly Promise<unknown>[]) {
    const isNow = (step: Step) => step.told >= from && step.told < to
    const run = async (step: Step) => {
      await this.#next()
      await step.run()
    }
    const filed = new Map<Told, Promise<unknown>>()
    // filed one after the other, so that receipt numbers follow the hours of filing
    let last: Promise<unknown> = Promise.resolve()
    for (const [index, each] of told.entries()) {
      if (!isNow(each.filing)) continue
      last = Promise.all([last, preparing[index]]).then(() => run(each.filing))
      filed.set(each, last)
    }
    const ways = told.map((each) => async () => {
      await filed.get(each)
      for (const step of each.deeds.filter(isNow)) await run(step)
    })
    const ended = await Promise.allSettled([...filed.values(), ...started(ways, lanes)])
    for (const each of ended) if (each.status === 'rejected') throw each.reason
  }

  async #workerOf({ phone, name }: Applicant): Promise<Viewer> {
    const at = this.#policy.window.opensAt
    const wish = { id: demoId('account', phone), phone, at }
    // in a transaction of its own: what the worker files refers to it
    const accountId = await inScope(this.#deps.db, people, (trx) => plantWorker(trx, this.#deps.secrets, wish))
    return { accountId, sessionId: demoId('session', phone), name, role: 'worker' }
  }

  /** Hands in the pictures and saves the draft. */
  async #prepare(claim: DemoClaim, worker: Viewer): Promise<void> {
    const id = demoId('application', claim.certificateNumber)
    if (this.#versions.has(id)) return
    await this.#next()
    const at = this.#at(toldAt(claim.filedAt))
    const form = formOf(claim, this.#policy)
    const pictures = picturesOf(form, id, at)
    if (claim.enteredBy === undefined) {
      await plantPictures(this.#deps, worker, ...pictures)
      await saveDraft(this.#deps, worker, id, { version: 0, form }, at)
      return
    }
    const officer = staffViewer(claim.enteredBy)
    const scan = { id: demoId('file', `${id} consent`), purpose: 'consent', draftId: id, at } as const
    await plantPictures(this.#deps, officer, ...pictures, scan)
    const paper = { consentedOn: shanghaiDate(at), scanId: scan.id, scanIs: 'consent' } as const
    await saveEntry(this.#deps, officer, id, { version: 0, place: 0, form, paper }, at)
  }

  /** The claim step by step. A step that was done before a stop is known by the application's version. */
  #claim(claim: DemoClaim, turn: number, worker: Viewer): Told {
    const id = demoId('application', claim.certificateNumber)
    const ahead = stepKindsOf(this.#policy, claim.authority)
    const duties = new Map<string, Duty>()
    const isDone = (version: number) => (this.#versions.get(id) ?? 0) >= version
    let version = 1
    let declinedBy: Viewer | undefined
    const filing: Step = {
      told: toldAt(claim.filedAt),
      run: async () => {
        if (isDone(1)) return
        const at = this.#at(toldAt(claim.filedAt))
        if (claim.enteredBy === undefined) await fileApplication(this.#deps, worker, id, 1, at)
        else await fileEntry(this.#deps, staffViewer(claim.enteredBy), id, 1, at)
        this.#versions.set(id, 1)
      },
    }
    const deeds = claim.deeds.map((deed): Step => {
      const [text, kind = 'pass'] = typeof deed === 'string' ? [deed] : deed
      const told = toldAt(text)
      const at = this.#at(told)
      const before = version
      const isAction = !looks.includes(kind)
      if (isAction) version++
      const step = ahead[0]!
      const viewer = byWorker.includes(kind) ? worker : decider(step, claim.union, turn, duties, declinedBy)
      if (kind === 'pass') ahead.shift()
      if (kind === 'decline') declinedBy = viewer
      const run = async () => {
        if (isDone(before + 1)) return
        await this.#do(claim, id, deed, { viewer, step, at, expectedVersion: before })
        if (isAction) this.#versions.set(id, before + 1)
      }
      return { told, run }
    })
    return { prepare: () => this.#prepare(claim, worker), filing, deeds }
  }

  async #do(claim: DemoClaim, id: string, deed: Deed, now: Moment): Promise<void> {
    const { viewer, at, step, expectedVersion } = now
    const doing = typeof deed === 'string' ? ([deed, 'pass', ''] as const) : deed
    const actionId = demoId('action', `${id} ${expectedVersion}`)
    const acts = (message: Parameters<typeof act>[4]) => act(this.#deps, viewer, id, actionId, message, at)
    switch (doing[1]) {
      case 'check':
        await this.#check(claim, id, doing[2], now)
        return
      case 'inquire': {
        const letter = { letterNumber: doing[2], addressedTo: doing[3], sentOn: shanghaiDate(at) }
        await sendInquiry(this.#deps, viewer, id, letterId(id), letter, at)
        return
      }
      case 'replied':
        await this.#reply(claim, id, doing[2], now)
        return
      case 'pass': {
        if (step === 'verification') await this.#check(claim, id, 'pass', now)
        const words = doing[2] === '' ? {} : { words: doing[2] }
        const seal = recordsSeal(step, viewer.role) && { seal: await this.#seal(claim, id, now) }
        await acts({
          kind: 'pass',
          expectedVersion,
          ...(step === 'firstReview' && { membershipConfirmed: true }),
          ...words,
          ...seal,
        })
        return
      }
      case 'return':
      case 'decline':
      case 'uphold':
        await acts({ kind: doing[1], expectedVersion, reasons: [doing[2]], words: doing[3] })
        return
      case 'withdraw':
      case 'requestReReview':
        await acts({ kind: doing[1], expectedVersion, words: doing[2] })
        return
      case 'resubmit': {
        const card = demoId('file', `${claim.certificateNumber} card again`)
        await plantPictures(this.#deps, viewer, { id: card, purpose: 'card', draftId: id, at })
        const form = formOf(claim, this.#policy)
        const again = { ...form, files: { ...form.files, card } }
        const { version: draftVersion } = await saveDraft(this.#deps, viewer, id, { version: 0, form: again }, at)
        await acts({ kind: 'resubmit', expectedVersion, draftVersion })
      }
    }
  }

  /** The union has sealed the paper; the filing point hands in its scan. */
  async #seal({ union }: DemoClaim, id: string, { viewer, at }: Moment): Promise<PaperSeal> {
    const fileId = demoId('file', `${id} stamped`)
    await plantPictures(this.#deps, viewer, { id: fileId, purpose: 'stampedForm', applicationId: id, at })
    const whose = demoPlaces.find(({ key }) => key === union)!.name
    return { kind: 'unionSeal', whose, sealedOn: shanghaiDate(at), fileId }
  }

  /** The authority wrote back that the certificate is as it was filed. */
  async #reply(claim: DemoClaim, id: string, on: string, { viewer, at }: Moment): Promise<void> {
    const reply = { id: demoId('file', `${id} reply`), purpose: 'inquiryReply', at } as const
    await plantPictures(this.#deps, viewer, reply)
    const record: RegisterRecord = {
      basis: 'inquiry',
      inquiry: { id: letterId(id), repliedOn: shanghaiDate(this.#at(toldAt(`${on} 17:00` as StoryTime))) },
      source: '函询回函',
      outcome: 'pass',
      shown: { ...printedOn(claim), valid: true },
      evidenceFileId: reply.id,
    }
    await recordCheck(this.#deps, viewer, id, demoId('check', `${id} reply`), record, at)
  }

  async #check(
    claim: DemoClaim,
    id: string,
    outcome: RegisterRecord['outcome'],
    { viewer, at }: Moment,
  ): Promise<void> {
    const isFound = outcome === 'pass' || outcome === 'fail'
    const evidence = { id: demoId('file', `${id} register`), purpose: 'registerEvidence', at } as const
    // What an industry has filed stands in no register the centre can open.
    const basis = claim.authority === 'industry' && isFound ? 'copies' : 'site'
    const isKept = isFound && basis === 'site'
    if (isKept) await plantPictures(this.#deps, viewer, evidence)
    await recordCheck(
      this.#deps,
      viewer,
      id,
      demoId('check', `${id} ${outcome}`),
      {
        basis,
        source: basis === 'copies' ? '证书复印件' : '职业技能鉴定中心官网',
        outcome,
        shown: isFound ? { ...printedOn(claim), valid: outcome === 'pass' } : {},
        ...(isKept && { evidenceFileId: evidence.id }),
      },
      at,
    )
  }
}

/** What is looked at or asked leaves the application where it is. */
const looks: readonly string[] = ['check', 'inquire', 'replied']
const byWorker: readonly string[] = ['withdraw', 'resubmit', 'requestReReview']
const letterId = (id: string) => demoId('inquiry', id)

const printedOn = ({ level, occupationCode, occupationName, issuedOn }: DemoClaim): RegisterRecord['shown'] => ({
  level,
  ...(occupationCode && { occupationCode }),
  occupationName,
  issuedOn,
  holderMatches: true,
})

type Moment = {
  readonly viewer: Viewer
  readonly step: StepKind
  readonly at: Instant
  readonly expectedVersion: number
}
