/** Filing: a draft becomes an application, judged by the policy in force, received at the moment the system has it (R2). */
import { randomUUID } from 'node:crypto'
import { fold } from '../../domain/application.ts'
import { assess } from '../../domain/assessment.ts'
import type { Assessment } from '../../domain/facts.ts'
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Channel, FilingAuthority, Policy, StepKind } from '../../domain/policy.ts'
import { channelRules, stepsOf } from '../../domain/policy.ts'
import type { Filed } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { factsOf } from '../../contract/facts.ts'
import { formProblems, normalisedForm } from '../../contract/formCheck.ts'
import type { DraftForm, Form as FormContent } from '../../contract/form.ts'
import { Form } from '../../contract/form.ts'
import { record } from '../audit/audit.ts'
import { takenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { atCommit, inOrder, refusalOf } from '../db/open.ts'
import { holdFiles, type NamedFiles, tieFiles } from '../files/file.ts'
import { type Route, routeOf } from '../organisations/organisation.ts'
import { grantFor, openGrants, useUpGrant } from '../objections/grant.ts'
import { activePolicy } from '../policies/policy.ts'
import type { NewAction } from './actions.ts'
import { appendFirst, foldColumns } from './actions.ts'
import { formDigest, numberKey, openDraft, sealSummary, writeRevision } from './forms.ts'
import * as rows from './sql.ts'
import { findingSummary } from './standing.ts'

const channel: Channel = 'unit'

export type Judged = {
  readonly assessment: Assessment
  readonly certificateId: string
  readonly alike: number
  readonly route: Route
}

/** The draft as it stands, when it is complete. @throws {Refused} filing.incomplete with every field at once */
export function completeForm(policy: Policy, draft: DraftForm, now: Instant): FormContent {
  const today = shanghaiDate(now)
  const normal = normalisedForm(draft, today)
  const fields = formProblems(normal, policy, today)
  const parsed = Form.safeParse(normal)
  if (fields.length > 0) throw new Refused('filing.incomplete', { count: fields.length }, fields)
  if (!parsed.success) {
    throw new Refused(
      'filing.incomplete',
      {},
      parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), says: '这里没有填对，请再看一遍。' })),
    )
  }
  return parsed.data
}

/** What a form is filed for: by whom, and by when it counts as received. */
type Filing = {
  readonly applicationId: string
  readonly accountId: string
  readonly receivedAt: Instant
  readonly now: Instant
  /** The files that are still to be tied to it; without, all of the form's. */
  readonly files?: NamedFiles
  /** Where it goes, when not to the union on the form. */
  readonly unionId?: string
}

/**
 * What a form claims, eligible as far as can be known now; its certificate and its files are held for it until the
 * transaction ends. Asked together.
 * @throws {Refused} filing.*, file.missing
 */
export async function judge(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  form: FormContent,
  { applicationId, accountId, receivedAt, now, unionId, files = form.files }: Filing,
): Promise<Judged> {
  const [certificate, route, holdsFiles] = await inOrder([
    rows.claimCertificate(trx, {
      id: randomUUID(),
      ...numberKey(form.certificateNumber, form.filingAuthority),
      holder: deps.secrets.blindIndex('idNumber', form.idNumber),
      level: form.level,
      occupationCode: form.occupationCode ?? null,
      issuedOn: form.issuedOn,
      applicationId,
    }),
    routeOf(trx, unionId ?? form.baseUnionId, shanghaiDate(now)),
    holdFiles(trx, accountId, applicationId, files),
  ])
  const { id: certificateId, taken, alike } = certificate
  if (taken) throw new Refused(taken === 'awarded' ? 'filing.certificate-awarded' : 'filing.certificate-taken')
  const assessment = assess(policy, factsOf(form, { channel, receivedAt, takenNumbers: [] }))
  if (assessment.verdict === false) {
    const unmet = assessment.findings.filter(
      (finding) => finding.outcome === 'unmet' && finding.consequence === 'refuse',
    )
    throw new Refused(
      'filing.not-eligible',
      {},
      unmet.map((finding) => ({ field: finding.condition, says: finding.says })),
    )
  }
  if (!route)
    throw new Refused('filing.no-union', {}, [{ field: 'baseUnionId', says: '这家工会现在选不了，请再选一次。' }])
  if (!holdsFiles) throw new Refused('file.missing')
  return { assessment, certificateId, alike, route }
}

/** @throws {Refused} filing.not-open, filing.closed */
export function requireOpen(policy: Policy, at: Instant): void {
  if (at < policy.window.opensAt) throw new Refused('filing.not-open')
  if (at >= policy.window.closedAt) throw new Refused('filing.closed')
}

/**
 * Files the draft of that id; its receipt is the first receipt by the system (R2), or the objection that was granted for
 * its certificate. A repeat answers the same.
 * @throws {Refused} filing.*, draft.stale, not-found
 */
export async function fileApplication(
  deps: Deps,
  viewer: Viewer,
  id: string,
  draftVersion: number,
  now: Instant,
): Promise<Filed> {
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      // In this order: of one submission pressed twice, the second waits at the draft and then sees what the first filed.
      const [draft, already, policy, grants] = await inOrder([
        rows.lockDraft(trx, id),
        rows.selectApplication(trx, id),
        activePolicy(trx),
        openGrants(trx, viewer.accountId, now),
      ])
      if (already) return { id, receiptNumber: already.receipt_number, receivedAt: already.received_at }
      if (!draft) throw new Refused('not-found')
      if (draft.version !== draftVersion) throw new Refused('draft.stale')
      const form = openDraft(deps, id, draft.body)
      const grant = await grantFor(trx, grants, { id, form })
      requireOpen(policy, grant?.raisedAt ?? now)
      const filed = await fileDraft(trx, deps, viewer, policy, id, form, now, grant?.raisedAt ?? now)
      if (grant) atCommit(trx, () => useUpGrant(trx, grant, id))
      return filed
    })
  } catch (error) {
    throw filingRefusal(error)
  }
}

/** What the database's keys refuse of a filing, in the contract's words; any other error as it is. */
export function filingRefusal(error: unknown): unknown {
  const isTaken = refusalOf(error)?.constraint === 'application_one_live_per_certificate'
  return isTaken ? new Refused('filing.certificate-taken') : takenId(error)
}

async function fileDraft(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  policy: Policy,
  id: string,
  draft: DraftForm,
  now: Instant,
  receivedAt: Instant,
): Promise<Filed> {
  const { accountId } = viewer
  const form = completeForm(policy, draft, now)
  const [judged, number] = await inOrder([
    judge(trx, deps, policy, form, { applicationId: id, accountId, receivedAt, now }),
    rows.nextReceiptNumber(trx),
  ])
  const by = { accountId, role: 'worker' } as const
  const files = form.files
  const receiptNumber = writeClaim(trx, deps, policy, { id, form, files, judged, number, by, now, receivedAt })
  await record(trx, deps.secrets, {
    kind: 'application.filed',
    objectKind: 'application',
    objectId: id,
    accountId,
    at: now,
  })
  return { id, receiptNumber, receivedAt }
}

/** What was judged, about to become an application. */
type Claim = {
  readonly id: string
  readonly form: FormContent
  readonly files: NamedFiles
  readonly judged: Judged
  /** Of its receipt. */
  readonly number: number
  /** Who files it: the worker, whose claim it is, or the filing point that types it for one without an account. */
  readonly by: { readonly accountId: string; readonly role: 'worker' | 'filingPoint' }
  readonly now: Instant
  readonly receivedAt: Instant
}

/**
 * Everything of a claim in its first version, at the end of the transaction; its draft goes.
 * @returns its receipt number
 */
export function writeClaim(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  { id, form, files, judged, number, by, now, receivedAt }: Claim,
): string {
  const { assessment, certificateId, alike, route } = judged
  const { accountId, role } = by
  const receiptNumber = receiptOf(policy, number)
  const first: NewAction = {
    applicationId: id,
    id,
    kind: 'file',
    accountId,
    role,
    at: now,
    receivedAt,
    form: { revision: 1, digest: formDigest(deps.secrets, form) },
    steps: stepKindsOf(policy, form.filingAuthority),
  }
  const row = {
    id,
    receipt_number: receiptNumber,
    policy_id: policy.id,
    policy_revision: policy.revision,
    channel,
    ...(role === 'worker' ? { account_id: accountId } : { account_id: null, entered_by: accountId }),
    ...certificateColumns(deps, id, form, assessment, certificateId),
    ...foldColumns(fold([{ ...first, seq: 1 }])),
    form_revision: 1,
    ...unionColumns(route),
    updated_at: now,
  }
  atCommit(trx, () => rows.insertApplication(trx, row))
  atCommit(trx, () => writeRevision(trx, deps, { applicationId: id, revision: 1, form, madeBy: accountId, at: now }))
  atCommit(trx, () => appendFirst(trx, deps, first))
  atCommit(trx, () => keepAssessment(trx, id, 1, assessment, now))
  atCommit(trx, () => automaticChecks(trx, id, alike, now))
  atCommit(trx, () => tieFiles(trx, id, files))
  atCommit(trx, () => rows.deleteDraft(trx, id))
  return receiptNumber
}

/** JS26-0000123 */
const receiptOf = (policy: Policy, number: number): string =>
  `JS${String(policy.year).slice(2)}-${String(number).padStart(7, '0')}`

export const stepKindsOf = (policy: Policy, authority: FilingAuthority): StepKind[] =>
  stepsOf(channelRules(policy, channel), authority).map((step) => step.kind)

export const certificateColumns = (
  deps: Deps,
  id: string,
  form: FormContent,
  assessment: Assessment,
  certificateId: string,
) => ({
  applicant_index: deps.secrets.blindIndex('idNumber', form.idNumber),
  certificate_id: certificateId,
  filing_authority: form.filingAuthority,
  level: form.level,
  occupation_name: form.occupationName,
  amount_fen: assessment.amountIfMetFen ?? assessment.amountFen ?? 0,
  finding: findingSummary(assessment),
  summary: sealSummary(deps, id, form),
})

/** The unions it is filed under. */
export const unionColumns = (route: Route) => ({
  unit_id: route.unitId ?? null,
  base_union_id: route.baseUnionId,
  filing_point_id: route.filingPointId ?? null,
  district_id: route.districtId,
  visible_to: [...route.visibleTo],
})

/** The full assessment, as it was when this version was filed. */
export const keepAssessment = (trx: Trx, applicationId: string, version: number, body: Assessment, at: Instant) =>
  rows.insertAssessment(trx, { application_id: applicationId, version, verdict: String(body.verdict), body, at })

/** What the system itself has looked up when a form is filed. */
function automaticChecks(trx: Trx, applicationId: string, alike: number, at: Instant) {
  const check = (name: string, outcome: string, shown: object) => ({
    id: randomUUID(),
    application_id: applicationId,
    name,
    source: '历年资助名单和在办申报',
    outcome,
    shown,
    at,
  })
  return rows.insertCheck(
    trx,
    check('previousAwards', 'pass', {}),
    check('alikeCertificate', alike === 0 ? 'pass' : 'noData', { count: alike }),
  )
}
