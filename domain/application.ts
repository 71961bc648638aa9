/**
 * The life of an application: its actions, the state they fold to, and the one table that says who may do what.
 * The server guards with it, the screens draw their buttons from it.
 */
import type { Instant, PlainDate } from './dates.ts'
import { shanghaiDate } from './dates.ts'
import type { StepKind } from './policy.ts'
import { dutyOf, recordsSeal, stepRole } from './roles.ts'
import type { Duty, Role } from './roles.ts'

export const applicationStates = [
  'inReview',
  'returned',
  'declined',
  'reReview',
  'withdrawn',
  'approved',
  'awarded',
  'paid',
  'bounced',
  'cancelled',
] as const
export type ApplicationState = (typeof applicationStates)[number]

export const actionKinds = [
  'file', // the worker files, or the filing point enters what a worker filed on paper: the application begins
  'amend', // the worker changes what was filed, until the first decision
  'withdraw',
  'pass', // a step is passed (同意申报)
  'return', // sent back for correction
  'resubmit', // the worker completed what was asked
  'decline', // 审核不通过
  'undo', // takes back one's own last decision
  'redirect', // 转送: filed under the wrong union, it goes to the right one and keeps its place
  'sendBack', // final approval sends a line of its list back to who verified it
  'requestReReview', // 复核: the worker asks once that somebody else looks at a decline
  'uphold', // re-review: the decline stands
  'overturn', // re-review: the claim goes on where it was declined
  'displace', // an objection was granted: the certificate is somebody else's claim
  'approve', // final approval, by its document number
  'award', // named in an allocation notice, or in a batch that the city pays itself
  'takeOff', // its notice is issued anew without it
  'pay', // the bank says that it is on the worker's account
  'bounce', // the bank refused it, or gave it back (退票)
  'reopen', // what was recorded of the payment was wrong: the bank is asked again
  'correctAccount', // two people agreed on another account
  'cancel', // the award is taken back, and with it its money
  'reinstate', // it was taken back wrongly, and nobody else has the certificate
] as const
export type ActionKind = (typeof actionKinds)[number]

/** One appended action, as the fold needs it: ids and codes, no personal value. */
export type Action = {
  readonly seq: number
  readonly kind: ActionKind
  readonly at: Instant
  readonly accountId: string
  readonly role: Role
  /** The step decided, for pass, return, decline, undo, redirect, sendBack, uphold, overturn. */
  readonly step?: StepKind
  /** The steps ahead as the policy has them for this certificate: with file, amend, resubmit and redirect. */
  readonly steps?: readonly StepKind[]
  /** resubmit: whether a box of the printed form changed; then the unions look again from the first step. */
  readonly printedBoxChanged?: boolean
  /** return: complete it by the end of this day. */
  readonly returnedUntil?: PlainDate
  /** file, and a resubmit that came too late to keep its place (R3). */
  readonly receivedAt?: Instant
}

export type Application = {
  readonly version: number
  readonly state: ApplicationState
  readonly steps: readonly StepKind[]
  /** The step that has it now; absent once approved, declined or withdrawn. In re-review, the one that declined it. */
  readonly step?: StepKind
  readonly returnedUntil?: PlainDate
  readonly receivedAt: Instant
  /** What a re-review would look at: where it was declined, and when. */
  readonly declined?: { readonly step: StepKind; readonly at: Instant }
  /** A re-review was asked for; it is given once. */
  readonly reReviewed?: true
}

export class IllegalAction extends Error {
  readonly kind: ActionKind
  constructor(kind: ActionKind, application: Application | undefined) {
    super(
      `${kind} is not possible ${application ? `in ${application.state} ${application.step ?? ''}` : 'before filing'}`,
    )
    this.name = 'IllegalAction'
    this.kind = kind
  }
}

/** Ended for good as far as the unions go: no second filing rests on it, and its certificate is free again. */
export const isDead = (state: ApplicationState): boolean =>
  state === 'declined' || state === 'withdrawn' || state === 'cancelled'

const decisions: readonly ActionKind[] = ['pass', 'return', 'decline']

/** The steps at which the unions have it: until they have passed it, it can still go to another union. */
export const unionSteps: readonly StepKind[] = ['hrOpinion', 'firstReview', 'forwarding', 'secondReview']

/** What money actions follow upon, and what they lead to; without `to` the state stays. */
type MoneyAction = 'award' | 'takeOff' | 'pay' | 'bounce' | 'reopen' | 'correctAccount' | 'cancel' | 'reinstate'
const moneyActions: {
  readonly [K in MoneyAction]: { readonly from: readonly ApplicationState[]; readonly to?: ApplicationState }
} = {
  award: { from: ['approved'], to: 'awarded' },
  takeOff: { from: ['awarded'], to: 'approved' },
  pay: { from: ['awarded', 'bounced'], to: 'paid' },
  bounce: { from: ['awarded', 'paid', 'bounced'], to: 'bounced' },
  reopen: { from: ['paid', 'bounced'], to: 'awarded' },
  correctAccount: { from: ['approved', 'awarded', 'bounced'] },
  cancel: { from: ['approved', 'awarded', 'bounced', 'paid'], to: 'cancelled' },
  reinstate: { from: ['cancelled'], to: 'approved' },
}

/** The state after one more action. @throws {IllegalAction} when the table below does not know it in this state. */
function apply(before: Application | undefined, action: Action): Application {
  const illegal = () => new IllegalAction(action.kind, before)
  const version = action.seq
  if (!before) {
    const first = action.steps?.[0]
    if (action.kind !== 'file' || !first || action.receivedAt === undefined) throw illegal()
    return { version, state: 'inReview', steps: action.steps!, step: first, receivedAt: action.receivedAt }
  }
  const { state, steps, step, receivedAt } = before
  const kept = { version, steps, receivedAt, ...(before.reReviewed && { reReviewed: true as const }) }
  const isAt = (here: ApplicationState) => state === here && step !== undefined && action.step === step
  const need = (holds: boolean) => {
    if (!holds) throw illegal()
  }
  switch (action.kind) {
    case 'amend':
      need(state === 'inReview' && step === steps[0] && action.steps?.[0] !== undefined)
      return { ...kept, state: 'inReview', steps: action.steps!, step: action.steps![0]! }
    case 'withdraw':
      need(state === 'inReview' || state === 'returned')
      return { ...kept, state: 'withdrawn' }
    case 'pass': {
      const next = steps[steps.indexOf(step!) + 1]
      need(isAt('inReview') && step !== 'finalApproval' && next !== undefined)
      return { ...kept, state: 'inReview', step: next! }
    }
    case 'return':
      need(isAt('inReview') && action.returnedUntil !== undefined)
      return { ...kept, state: 'returned', step: step!, returnedUntil: action.returnedUntil! }
    case 'decline':
      need(isAt('inReview'))
      return { ...kept, state: 'declined', declined: { step: step!, at: action.at } }
    case 'resubmit': {
      const again = action.steps
      if (state !== 'returned' || !again?.[0] || step === undefined) throw illegal()
      const resumed = action.printedBoxChanged || !again.includes(step) ? again[0] : step
      return { ...kept, state: 'inReview', steps: again, step: resumed, receivedAt: action.receivedAt ?? receivedAt }
    }
    case 'redirect':
      need(isAt('inReview') && unionSteps.includes(step!) && action.steps?.[0] !== undefined)
      return { ...kept, state: 'inReview', steps: action.steps!, step: action.steps![0]! }
    case 'sendBack':
      need(isAt('inReview') && step === 'finalApproval' && steps.length > 1)
      return { ...kept, state: 'inReview', step: steps[steps.indexOf('finalApproval') - 1]! }
    case 'requestReReview':
      if (state !== 'declined' || !before.declined || before.reReviewed) throw illegal()
      return { ...kept, state: 'reReview', step: before.declined.step, reReviewed: true }
    case 'uphold':
      need(isAt('reReview'))
      return { ...kept, state: 'declined', declined: { step: step!, at: action.at } }
    case 'overturn':
      need(isAt('reReview'))
      return { ...kept, state: 'inReview', step: step! }
    case 'displace':
      need(state === 'inReview' || state === 'returned' || state === 'reReview')
      return { ...kept, state: 'declined' }
    case 'approve':
      need(state === 'inReview' && step === 'finalApproval')
      return { ...kept, state: 'approved' }
    case 'file':
    case 'undo':
      throw illegal()
    default: {
      const { from, to } = moneyActions[action.kind]
      need(from.includes(state))
      return { ...kept, state: to ?? state }
    }
  }
}

/**
 * The state the actions amount to. `undo` takes back the action right before it, which must be a decision other than
 * forwarding; what was decided stays in the chain. @throws {IllegalAction}
 */
export function fold(actions: readonly Action[]): Application {
  const history: Application[] = []
  for (const [index, action] of actions.entries()) {
    const current = history.at(-1)
    if (action.seq !== index + 1) throw new IllegalAction(action.kind, current)
    if (action.kind !== 'undo') {
      history.push(apply(current, action))
      continue
    }
    const undone = actions[index - 1]
    const before = history.at(-2)
    if (
      !undone ||
      !before ||
      !decisions.includes(undone.kind) ||
      undone.step === 'forwarding' ||
      action.step !== undone.step
    ) {
      throw new IllegalAction('undo', current)
    }
    history.push({ ...before, version: action.seq })
  }
  const last = history.at(-1)
  if (!last) throw new IllegalAction('file', undefined)
  return last
}

/** When a printed box was last filled or changed, or the union; `form_since` in the database says the same. */
const lastChange = (actions: readonly Action[]): Action =>
  actions.findLast(
    ({ kind, printedBoxChanged }) =>
      kind === 'file' || kind === 'amend' || kind === 'redirect' || (kind === 'resubmit' && printedBoxChanged),
  )!

/** Since when it stands as it does: what was undone counts as if it had not been. `stands_since` in the database says the same. */
export function standsSince(actions: readonly Pick<Action, 'kind' | 'at'>[]): Instant {
  let last = actions.length - 1
  while (actions[last]?.kind === 'undo') last -= 2
  return actions[last]!.at
}

/** What was looked up before speaks of another form. */
export const lastChangedAt = (actions: readonly Action[]): Instant => lastChange(actions).at

/** A seal that was recorded with an action counts while the printed form stands and the action was not taken back. */
export const sealCounts = (actions: readonly Action[], seq: number): boolean =>
  seq > lastChange(actions).seq && actions[seq]?.kind !== 'undo'

/** The worker filled it in, or it was changed after it had been sent back: it is to be printed, and sealed anew. */
const asksForPaper = ({ kind, role, printedBoxChanged }: Action): boolean =>
  kind === 'resubmit' ? printedBoxChanged === true : (kind === 'file' || kind === 'amend') && role === 'worker'

/**
 * The first day on which the form as it stands can have been sealed: the day its boxes were last filled. Undefined where
 * the filing point typed in what had been filled on paper before. `paper_since` in the database says the same.
 */
export function sealableFrom(actions: readonly Action[]): PlainDate | undefined {
  const filled = actions.findLast(asksForPaper)
  return filled && shanghaiDate(filled.at)
}

/** Since when there can be a scan of it: an earlier one shows another form, or the seal of the union it was at before. */
export const scannableFrom = (actions: readonly Action[]): Instant | undefined =>
  actions.findLast((action) => action.kind === 'redirect' || asksForPaper(action))?.at

/** The duty an action makes its person hold; the database says the same (`duty_of`), and a test holds them together. */
export function dutyTaken(kind: ActionKind, step: StepKind | undefined, role: Role): Duty | undefined {
  switch (kind) {
    case 'pay':
      return 'payment'
    case 'approve':
    case 'sendBack':
      return 'approval'
    case 'displace':
      return 'verification'
    case 'pass':
    case 'return':
    case 'decline':
    case 'uphold':
    case 'overturn':
      return step && dutyOf(step, role)
    default:
      return undefined
  }
}

/** What is known of a person who stands before an application. */
export type Actor = {
  readonly accountId: string
  readonly role: Role
  /** The application was filed by them, or their own ID number stands on it. */
  readonly isApplicant: boolean
  /** The duty they hold on it already. */
  readonly holds?: Duty
  /** They typed it in for the worker, or serve as filing point the union it was entered for: they may correct it for them. */
  readonly entersFor?: boolean
  /** They took the decision that the worker asked to have looked at again: neither this nor that step is theirs any more. */
  readonly declinedIt?: boolean
  /**
   * They take the place of a lower body: a district reviewer for a base union without an officer (or whose only officer
   * is the applicant), for one without a filing point, or where a step was left undone past the reminder.
   */
  readonly standsInFor?: readonly StepKind[]
}

/** Why something may not be done; each has its Chinese sentence in the contract's errors. */
export type Refusal =
  | 'act.not-your-step'
  | 'act.own-application'
  | 'act.four-eyes'
  | 'act.not-in-this-state'
  | 'act.not-yours'
  | 'act.re-review-by-another'

export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly why: Refusal; readonly holds?: Duty }

const allowed: Permission = { allowed: true }
const refused = (why: Refusal, holds?: Duty): Permission => ({ allowed: false, why, ...(holds && { holds }) })

/** Who decides at a step: its role, or who stands in for it. */
const decidesAt = (actor: Actor, step: StepKind) =>
  stepRole[step] === actor.role || (actor.standsInFor?.includes(step) ?? false)

/**
 * The table: may this person do this to an application in this state? Scope (whether they see it at all) is the
 * database's matter; money actions are guarded in `payments`, batch by batch.
 * @param lastAction the last action appended, for `undo`.
 */
export function mayAct(application: Application, actor: Actor, kind: ActionKind, lastAction?: Action): Permission {
  switch (kind) {
    case 'amend':
      if (!speaksForApplicant(actor)) return refused('act.not-yours')
      return application.state === 'inReview' && application.step === application.steps[0]
        ? allowed
        : refused('act.not-in-this-state')
    case 'withdraw':
      if (!speaksForApplicant(actor)) return refused('act.not-yours')
      return application.state === 'inReview' || application.state === 'returned'
        ? allowed
        : refused('act.not-in-this-state')
    case 'resubmit':
      if (!speaksForApplicant(actor)) return refused('act.not-yours')
      return application.state === 'returned' ? allowed : refused('act.not-in-this-state')
    case 'requestReReview':
      if (!speaksForApplicant(actor)) return refused('act.not-yours')
      return application.state === 'declined' && application.declined && !application.reReviewed
        ? allowed
        : refused('act.not-in-this-state')
    case 'uphold':
    case 'overturn':
      if (application.state !== 'reReview' || !application.step) return refused('act.not-in-this-state')
      if (actor.declinedIt) return refused('act.re-review-by-another')
      // Who records a seal on paper does not judge what the union declined.
      if (recordsSeal(application.step, actor.role)) return refused('act.not-your-step')
      return mayDecide(application.step, actor)
    case 'redirect':
      if (application.state !== 'inReview' || !application.step || !unionSteps.includes(application.step))
        return refused('act.not-in-this-state')
      return decidesAt(actor, application.step) || (actor.role === 'filingPoint' && application.step !== 'secondReview')
        ? allowed
        : refused('act.not-your-step')
    case 'sendBack':
      if (application.state !== 'inReview' || application.step !== 'finalApproval')
        return refused('act.not-in-this-state')
      return mayDecide('finalApproval', actor)
    case 'displace':
      if (!['inReview', 'returned', 'reReview'].includes(application.state)) return refused('act.not-in-this-state')
      return mayDecide('verification', actor)
    case 'pass':
    case 'return':
    case 'decline':
      if (application.state !== 'inReview' || !application.step) return refused('act.not-in-this-state')
      if (kind === 'pass' && application.step === 'finalApproval') return refused('act.not-in-this-state')
      if (kind === 'decline' && application.step === 'forwarding') return refused('act.not-in-this-state')
      // Who records a seal on paper does not speak for HR: what bears none is sent back.
      if (kind === 'decline' && recordsSeal(application.step, actor.role)) {
        return refused('act.not-in-this-state')
      }
      if (actor.declinedIt) return refused('act.re-review-by-another')
      return mayDecide(application.step, actor)
    case 'approve':
      if (application.state !== 'inReview' || application.step !== 'finalApproval')
        return refused('act.not-in-this-state')
      return mayDecide('finalApproval', actor)
    case 'undo': {
      const undoable =
        lastAction && decisions.includes(lastAction.kind) && lastAction.step && lastAction.step !== 'forwarding'
      if (!undoable) return refused('act.not-in-this-state')
      return lastAction.accountId === actor.accountId ? allowed : refused('act.not-yours')
    }
    default:
      return refused('act.not-in-this-state')
  }
}

/** The worker themselves, or the filing point that typed it in for them. */
const speaksForApplicant = (actor: Actor) =>
  actor.role === 'worker' ? actor.isApplicant : actor.role === 'filingPoint' && actor.entersFor === true

function mayDecide(step: StepKind, actor: Actor): Permission {
  if (!decidesAt(actor, step)) return refused('act.not-your-step')
  if (actor.isApplicant) return refused('act.own-application')
  const duty = dutyOf(step, actor.role)
  if (duty && actor.holds && actor.holds !== duty) return refused('act.four-eyes', actor.holds)
  return allowed
}

export const stateTitles: { readonly [S in ApplicationState]: string } = {
  inReview: '办理中',
  returned: '退回补正',
  declined: '审核不通过',
  reReview: '复核中',
  withdrawn: '已撤回',
  approved: '终审通过',
  awarded: '待发放',
  paid: '已发放',
  bounced: '退票',
  cancelled: '资助已取消',
}
