/** Where an application stands: as a viewer finds it, and as the assessment sees it now. */
import type { Actor, Permission } from '../../domain/application.ts'
import { fold, lastChangedAt, mayAct, standsSince } from '../../domain/application.ts'
import { assess } from '../../domain/assessment.ts'
import type { EvidenceBasis } from '../../domain/certificateEvidence.ts'
import type { Assessment, RegisterAnswer } from '../../domain/facts.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Channel, Policy, StepKind } from '../../domain/policy.ts'
import { belowDistrict, channelRules, mayTakeOver } from '../../domain/policy.ts'
import type { Duty, Role, StaffRole } from '../../domain/roles.ts'
import { stepRole } from '../../domain/roles.ts'
import type { GuardedField } from '../../domain/visibility.ts'
import { clearFields, guardedFields } from '../../domain/visibility.ts'
import { Refused } from '../../contract/errors.ts'
import { factsOf } from '../../contract/facts.ts'
import type { Form } from '../../contract/form.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { policyOf } from '../policies/policy.ts'
import { actionOf } from './actions.ts'
import type { ActionRow, ApplicationRow, CheckRow, InquiryRow, Served } from './sql.ts'
import * as rows from './sql.ts'

export type Standing = { readonly row: ApplicationRow; readonly chain: readonly ActionRow[]; readonly actor: Actor }

/**
 * The application as a viewer finds it, and what is known of the viewer before it; all asked together.
 * @param select `lockApplication` waits for whoever is acting on it, so that what is judged is what stands
 * @throws {Refused} not-found
 */
export async function standing(
  trx: Trx,
  viewer: Viewer,
  id: string,
  today: PlainDate,
  select: typeof rows.selectApplication = rows.selectApplication,
): Promise<Standing> {
  const isWorker = viewer.role === 'worker'
  const [row, chain, duty, ownIndex, served] = await Promise.all([
    select(trx, id),
    rows.selectActions(trx, [id]),
    isWorker ? undefined : rows.selectDuty(trx, id, viewer.accountId),
    isWorker ? undefined : rows.selectOwnIdIndex(trx, viewer.accountId),
    mayStandIn.includes(viewer.role) ? rows.selectServed(trx, id, today) : undefined,
  ])
  if (!row) throw new Refused('not-found')
  const undone =
    viewer.role === 'districtReviewer'
      ? leftUndone(await policyOf(trx, row.policy_id, row.policy_revision), row, chain, today)
      : undefined
  return {
    row,
    chain,
    actor: {
      accountId: viewer.accountId,
      role: viewer.role,
      isApplicant: row.account_id === viewer.accountId || (ownIndex?.equals(row.applicant_index) ?? false),
      ...(duty && { holds: duty.duty as Duty }),
      ...(isPointOf(viewer, row) && row.entered_by !== null && { entersFor: true }),
      standsInFor: served ? standsInFor(viewer, row, served, undone) : [],
      declinedIt: row.declined_by === viewer.accountId,
    },
  }
}

const isPointOf = (viewer: Viewer, row: ApplicationRow) =>
  viewer.role === 'filingPoint' && viewer.organisation?.id === row.filing_point_id

/**
 * It may be opened to be corrected: amended before the first decision, or completed once it was sent back.
 * @throws {Refused} act.not-yours, act.not-in-this-state
 */
export function requireCorrectable(standing: Standing): void {
  const permission = mayCorrect(standing)
  if (!permission.allowed) throw new Refused(permission.why)
}

function mayCorrect({ chain, actor }: Standing): Permission {
  const application = fold(chain.map(actionOf))
  return mayAct(application, actor, application.state === 'returned' ? 'resubmit' : 'amend')
}

/** It waits for a decision of theirs. */
export function holdsTask({ chain, actor }: Standing): boolean {
  const actions = chain.map(actionOf)
  const application = fold(actions)
  return (['pass', 'uphold'] as const).some((kind) => mayAct(application, actor, kind, actions.at(-1)).allowed)
}

/** What they see in clear on its pictures: what their task shows; everything where they correct it for its worker. */
export const clearOnPictures = (standing: Standing): readonly GuardedField[] =>
  mayCorrect(standing).allowed ? guardedFields : clearFields(standing.actor.role, holdsTask(standing))

/** One application in the viewer's scope. @throws {Refused} not-found */
export async function rowOf(trx: Trx, id: string): Promise<ApplicationRow> {
  const row = await rows.selectApplication(trx, id)
  if (!row) throw new Refused('not-found')
  return row
}

/** The queues list by the same rule (`reviews/sql.ts`). */
export const servedBelow = (trx: Trx, row: ApplicationRow, today: PlainDate): Promise<Served> =>
  rows.selectServed(trx, row.id, today)

/**
 * The district takes the place of a base union whose only officer is the applicant; where nobody serves the filing point,
 * the union's own officer forwards, or the district. An HR department or a union without an account seals on paper: who
 * forwards records the one, the filing point the other.
 */
export function roleAt(step: StepKind, { hr, union, point, unionOnPaper }: Served): StaffRole {
  if (step === 'hrOpinion' && !hr) return point ? 'filingPoint' : union ? 'unionOfficer' : 'districtReviewer'
  if (step === 'firstReview' && !union) return unionOnPaper && point ? 'filingPoint' : 'districtReviewer'
  if (step === 'forwarding' && !point) return union ? 'unionOfficer' : 'districtReviewer'
  return stepRole[step]
}

/** A step that was left undone past the reminder, which the district may take over while whoever has it still may act. */
export function leftUndone(
  policy: Policy,
  row: ApplicationRow,
  chain: readonly ActionRow[],
  today: PlainDate,
): StepKind | undefined {
  const step = channelRules(policy, row.channel as Channel).steps.find(({ kind }) => kind === row.step)
  if (row.state !== 'inReview' || !step) return undefined
  return mayTakeOver(policy.calendar, step, shanghaiDate(standsSince(chain.map(actionOf))), today)
    ? step.kind
    : undefined
}

const mayStandIn: readonly Role[] = ['districtReviewer', 'unionOfficer', 'filingPoint']

function standsInFor(viewer: Viewer, row: ApplicationRow, served: Served, undone: StepKind | undefined): StepKind[] {
  const isDistrict = viewer.role === 'districtReviewer' && viewer.organisation?.id === row.district_id
  const isUnion = viewer.role === 'unionOfficer' && viewer.organisation?.id === row.base_union_id
  const isPoint = isPointOf(viewer, row)
  if (!isDistrict && !isUnion && !isPoint) return []
  // The paper may come sealed to the filing point also where the union has an account.
  const maySeal = (step: StepKind) => isPoint && step === 'firstReview' && (served.union || served.unionOnPaper)
  const takesOver = (step: StepKind) => isDistrict && step === undone
  return belowDistrict.filter((step) => roleAt(step, served) === viewer.role || maySeal(step) || takesOver(step))
}

/** The checks that speak of the form as it stands; earlier ones stay recorded and count no more. */
export const checksOf = async (trx: Trx, { row, chain }: Pick<Standing, 'row' | 'chain'>): Promise<CheckRow[]> =>
  stillCounting(await rows.selectChecks(trx, row.id), chain)

export function stillCounting(checks: readonly CheckRow[], chain: readonly ActionRow[]): CheckRow[] {
  const since = lastChangedAt(chain.map(actionOf))
  return checks.filter((check) => check.at > since || !lookedUpByPeople.includes(check.name))
}

/** Letters about the form as it stands. */
export async function inquiriesOf(trx: Trx, { row, chain }: Pick<Standing, 'row' | 'chain'>): Promise<InquiryRow[]> {
  const since = lastChangedAt(chain.map(actionOf))
  return (await rows.selectInquiries(trx, row.id)).filter((inquiry) => inquiry.at > since)
}
const lookedUpByPeople: readonly string[] = ['certificateRegister', 'membership']

const registerAnswer = (checks: readonly CheckRow[]): RegisterAnswer | undefined => {
  const latest = checks.findLast((check) => check.name === 'certificateRegister')
  if (!latest) return undefined
  if (latest.outcome === 'unavailable') return { outcome: 'unavailable' }
  if (latest.outcome === 'noData') return { outcome: 'notFound', askedAt: latest.at as Instant }
  const shown = latest.shown as Omit<Extract<RegisterAnswer, { outcome: 'found' }>, 'outcome' | 'basis'>
  return { outcome: 'found', ...shown, ...(latest.basis && { basis: latest.basis as EvidenceBasis }) }
}

/** The assessment as it stands now: what was filed, the seals the passed steps stand for, the register's answer. */
export function assessNow(
  policy: Policy,
  row: ApplicationRow,
  form: Form,
  checks: readonly CheckRow[],
  inquiries: readonly InquiryRow[] = [],
): Assessment {
  const passed = (step: StepKind) => {
    const at = row.step ? row.steps.indexOf(row.step) : row.steps.length
    return row.steps.indexOf(step) !== -1 && row.steps.indexOf(step) < at ? true : undefined
  }
  const register = registerAnswer(checks)
  const open = inquiries.findLast((inquiry) => inquiry.replied_on === null)
  const member = checks.findLast((check) => check.name === 'membership')?.outcome === 'pass' ? true : undefined
  const [unionPassed, hrPassed] = [passed('firstReview'), passed('hrOpinion')]
  return assess(
    policy,
    factsOf(form, {
      channel: row.channel as Channel,
      receivedAt: row.received_at as Instant,
      takenNumbers: [],
      ...(register && { register }),
      ...(open && { inquiredOn: open.sent_on as PlainDate }),
      ...(member && { member }),
      ...(unionPassed && { unionPassed }),
      ...(hrPassed && { hrPassed }),
    }),
  )
}

/** What the queues show of the findings; things that simply come later do not count against it. */
export function findingSummary(assessment: Assessment): 'allMet' | 'unknown' | 'unmet' {
  const open = assessment.findings.filter((finding) => finding.outcome !== 'met' && finding.consequence !== 'later')
  if (open.some((finding) => finding.outcome === 'unmet')) return 'unmet'
  return open.some((finding) => finding.condition !== 'membership') ? 'unknown' : 'allMet'
}
