/** Where an application stands: as a viewer finds it, and as the assessment sees it now. */
import type { Actor } from '../../domain/application.ts'
import { lastChangedAt } from '../../domain/application.ts'
import { assess } from '../../domain/assessment.ts'
import type { EvidenceBasis } from '../../domain/certificateEvidence.ts'
import type { Assessment, RegisterAnswer } from '../../domain/facts.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { Channel, Policy, StepKind } from '../../domain/policy.ts'
import type { Duty, Role, StaffRole } from '../../domain/roles.ts'
import { stepRole } from '../../domain/roles.ts'
import { Refused } from '../../contract/errors.ts'
import { factsOf } from '../../contract/facts.ts'
import type { Form } from '../../contract/form.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
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
  return {
    row,
    chain,
    actor: {
      accountId: viewer.accountId,
      role: viewer.role,
      isApplicant: row.account_id === viewer.accountId || (ownIndex?.equals(row.applicant_index) ?? false),
      ...(duty && { holds: duty.duty as Duty }),
      standsInFor: served ? standsInFor(viewer, row, served) : [],
    },
  }
}

/** The queues list by the same rule (`reviews/sql.ts`). */
export const servedBelow = (trx: Trx, row: ApplicationRow, today: PlainDate): Promise<Served> =>
  rows.selectServed(trx, row.id, today)

/**
 * The district takes the place of a base union that has nobody who may decide; where nobody serves the filing point,
 * the union's own officer forwards, or the district. An HR department without an account seals on paper, and who
 * forwards records it.
 */
export function roleAt(step: StepKind, { hr, union, point }: Served): StaffRole {
  if (step === 'hrOpinion' && !hr) return point ? 'filingPoint' : union ? 'unionOfficer' : 'districtReviewer'
  if (step === 'firstReview' && !union) return 'districtReviewer'
  if (step === 'forwarding' && !point) return union ? 'unionOfficer' : 'districtReviewer'
  return stepRole[step]
}

const mayStandIn: readonly Role[] = ['districtReviewer', 'unionOfficer', 'filingPoint']

function standsInFor(viewer: Viewer, row: ApplicationRow, served: Served): StepKind[] {
  const isDistrict = viewer.role === 'districtReviewer' && viewer.organisation?.id === row.district_id
  const isUnion = viewer.role === 'unionOfficer' && viewer.organisation?.id === row.base_union_id
  const isPoint = viewer.role === 'filingPoint' && viewer.organisation?.id === row.filing_point_id
  if (!isDistrict && !isUnion && !isPoint) return []
  const steps: readonly StepKind[] = ['hrOpinion', 'firstReview', 'forwarding']
  return steps.filter((step) => roleAt(step, served) === viewer.role)
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
