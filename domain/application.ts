/**
 * The life of an application: its actions, the state they fold to, and the one table that says who may do what.
 * The server guards with it, the screens draw their buttons from it.
 */
import type { Instant, PlainDate } from './dates.ts'
import type { StepKind } from './policy.ts'
import { dutyOf, recordsSeal, stepRole } from './roles.ts'
import type { Duty, Role } from './roles.ts'

export const applicationStates = [
  'inReview',
  'returned',
  'declined',
  'withdrawn',
  'approved',
  'awarded',
  'paid',
  'bounced',
] as const
export type ApplicationState = (typeof applicationStates)[number]

export const actionKinds = [
  'file', // the worker files: the application begins
  'amend', // the worker changes what was filed, until the first decision
  'withdraw',
  'pass', // a step is passed (同意申报)
  'return', // sent back for correction
  'resubmit', // the worker completed what was asked
  'decline', // 审核不通过
  'undo', // takes back one's own last decision
  'approve', // final approval, by its document number
  'award', // named in an allocation notice
  'pay', // the payout is recorded
] as const
export type ActionKind = (typeof actionKinds)[number]

/** One appended action, as the fold needs it: ids and codes, no personal value. */
export type Action = {
  readonly seq: number
  readonly kind: ActionKind
  readonly at: Instant
  readonly accountId: string
  readonly role: Role
  /** The step decided, for pass, return, decline, undo. */
  readonly step?: StepKind
  /** The steps ahead as the policy has them for this certificate: with file, amend and resubmit. */
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
  /** The step that has it now; absent once approved, declined or withdrawn. */
  readonly step?: StepKind
  readonly returnedUntil?: PlainDate
  readonly receivedAt: Instant
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
export const isDead = (state: ApplicationState): boolean => state === 'declined' || state === 'withdrawn'

const decisions: readonly ActionKind[] = ['pass', 'return', 'decline']

/** The state after one more action. @throws {IllegalAction} when the table below does not know it in this state. */
function apply(before: Application | undefined, action: Action): Application {
  const illegal = () => new IllegalAction(action.kind, before)
  const version = action.seq
  if (!before) {
    const first = action.steps?.[0]
    if (action.kind !== 'file' || !first || action.receivedAt === undefined) throw illegal()
    return { version, state: 'inReview', steps: action.steps!, step: first, receivedAt: action.receivedAt }
  }
  const { steps, step, receivedAt } = before
  const atOwnStep = step !== undefined && action.step === step
  switch (action.kind) {
    case 'amend':
      if (before.state !== 'inReview' || step !== steps[0] || !action.steps?.[0]) throw illegal()
      return { version, state: 'inReview', steps: action.steps, step: action.steps[0], receivedAt }
    case 'withdraw':
      if (before.state !== 'inReview' && before.state !== 'returned') throw illegal()
      return { version, state: 'withdrawn', steps, receivedAt }
    case 'pass': {
      if (before.state !== 'inReview' || !atOwnStep || step === 'finalApproval') throw illegal()
      const next = steps[steps.indexOf(step) + 1]
      if (!next) throw illegal()
      return { version, state: 'inReview', steps, step: next, receivedAt }
    }
    case 'return':
      if (before.state !== 'inReview' || !atOwnStep || !action.returnedUntil) throw illegal()
      return { version, state: 'returned', steps, step, returnedUntil: action.returnedUntil, receivedAt }
    case 'decline':
      if (before.state !== 'inReview' || !atOwnStep) throw illegal()
      return { version, state: 'declined', steps, receivedAt }
    case 'resubmit': {
      const again = action.steps
      if (before.state !== 'returned' || !again?.[0] || step === undefined) throw illegal()
      const resumed = action.printedBoxChanged || !again.includes(step) ? again[0] : step
      return { version, state: 'inReview', steps: again, step: resumed, receivedAt: action.receivedAt ?? receivedAt }
    }
    case 'approve':
      if (before.state !== 'inReview' || step !== 'finalApproval') throw illegal()
      return { version, state: 'approved', steps, receivedAt }
    case 'award':
      if (before.state !== 'approved') throw illegal()
      return { version, state: 'awarded', steps, receivedAt }
    case 'pay':
      if (before.state !== 'awarded' && before.state !== 'bounced') throw illegal()
      return { version, state: 'paid', steps, receivedAt }
    case 'file':
    case 'undo':
      throw illegal()
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

/** When a printed box was last filled or changed: what was looked up before speaks of another form. */
export const lastChangedAt = (actions: readonly Action[]): Instant =>
  actions.findLast(
    ({ kind, printedBoxChanged }) => kind === 'file' || kind === 'amend' || (kind === 'resubmit' && printedBoxChanged),
  )!.at

/** What is known of a person who stands before an application. */
export type Actor = {
  readonly accountId: string
  readonly role: Role
  /** The application was filed by them, or their own ID number stands on it. */
  readonly isApplicant: boolean
  /** The duty they hold on it already. */
  readonly holds?: Duty
  /**
   * They take the place of a lower body that has nobody else: a district reviewer for a base union without an officer
   * (or whose only officer is the applicant), or for one without a filing point.
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
      if (actor.role !== 'worker' || !actor.isApplicant) return refused('act.not-yours')
      return application.state === 'inReview' && application.step === application.steps[0]
        ? allowed
        : refused('act.not-in-this-state')
    case 'withdraw':
      if (actor.role !== 'worker' || !actor.isApplicant) return refused('act.not-yours')
      return application.state === 'inReview' || application.state === 'returned'
        ? allowed
        : refused('act.not-in-this-state')
    case 'resubmit':
      if (actor.role !== 'worker' || !actor.isApplicant) return refused('act.not-yours')
      return application.state === 'returned' ? allowed : refused('act.not-in-this-state')
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
    case 'file':
    case 'award':
    case 'pay':
      return refused('act.not-in-this-state')
  }
}

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
  withdrawn: '已撤回',
  approved: '终审通过',
  awarded: '待发放',
  paid: '已发放',
  bounced: '退票',
}
