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
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import { attachFiles } from '../files/file.ts'
import { type Route, routeOf } from '../organisations/organisation.ts'
import { activePolicy } from '../policies/policy.ts'
import type { NewAction } from './actions.ts'
import { appendFirst, foldColumns } from './actions.ts'
import { formDigest, numberKey, openDraft, writeRevision } from './forms.ts'
import * as rows from './sql.ts'
import { findingSummary } from './standing.ts'

const channel: Channel = 'unit'

export type Judged = {
  readonly form: FormContent
  readonly assessment: Assessment
  readonly certificateId: string
  readonly alike: number
}

/** The draft as it stands, complete and eligible as far as can be known now. @throws {Refused} with every field at once */
export async function judge(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  draft: DraftForm,
  applicationId: string,
  receivedAt: Instant,
  now: Instant,
): Promise<Judged> {
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
  const form = parsed.data
  const holder = deps.secrets.blindIndex('idNumber', form.idNumber)
  const certificateId = await rows.certificateOf(trx, {
    id: randomUUID(),
    ...numberKey(form.certificateNumber, form.filingAuthority),
    holder,
    level: form.level,
    occupationCode: form.occupationCode ?? null,
    issuedOn: form.issuedOn,
    applicationId,
  })
  const { taken, alike } = await rows.certificateStanding(trx, certificateId, applicationId)
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
  return { form, assessment, certificateId, alike }
}

function requireOpen(policy: Policy, at: Instant): void {
  if (at < policy.window.opensAt) throw new Refused('filing.not-open')
  if (at >= policy.window.closedAt) throw new Refused('filing.closed')
}

/**
 * Files the draft of that id; its receipt is the first receipt by the system (R2). A repeat answers the same.
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
      const already = await rows.selectApplication(trx, id)
      if (already) return { id, receiptNumber: already.receipt_number, receivedAt: already.received_at }
      const policy = await activePolicy(trx)
      requireOpen(policy, now)
      const draft = await rows.lockDraft(trx, id)
      // The same submission pressed twice: the first one has taken the draft away meanwhile.
      const twin = draft ? undefined : await rows.selectApplication(trx, id)
      if (twin) return { id, receiptNumber: twin.receipt_number, receivedAt: twin.received_at }
      if (!draft) throw new Refused('not-found')
      if (draft.version !== draftVersion) throw new Refused('draft.stale')
      return fileDraft(trx, deps, viewer, policy, id, openDraft(deps, id, draft.body), now)
    })
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'application_one_live_per_certificate') throw new Refused('filing.certificate-taken')
    // Somebody else's application or action has the id: out of scope, but not out of the key.
    if (constraint === 'application_pkey' || constraint === 'action_id_key') throw new Refused('request.reused-id')
    throw error
  }
}

async function fileDraft(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  policy: Policy,
  id: string,
  draft: DraftForm,
  now: Instant,
): Promise<Filed> {
  const { form, assessment, certificateId, alike } = await judge(trx, deps, policy, draft, id, now, now)
  const route = await routeOf(trx, form.baseUnionId, shanghaiDate(now))
  if (!route)
    throw new Refused('filing.no-union', {}, [{ field: 'baseUnionId', says: '这家工会现在选不了，请再选一次。' }])
  const receiptNumber = `JS${String(policy.year).slice(2)}-${String(await rows.nextReceiptNumber(trx)).padStart(7, '0')}`
  const first: NewAction = {
    applicationId: id,
    id,
    kind: 'file',
    accountId: viewer.accountId,
    role: 'worker',
    at: now,
    receivedAt: now,
    form: { revision: 1, digest: formDigest(deps.secrets, form) },
    steps: stepKindsOf(policy, form.filingAuthority),
  }
  await rows.insertApplication(trx, {
    id,
    receipt_number: receiptNumber,
    policy_id: policy.id,
    policy_revision: policy.revision,
    channel,
    account_id: viewer.accountId,
    ...certificateColumns(deps, form, assessment, certificateId),
    ...foldColumns(fold([{ ...first, seq: 1 }])),
    form_revision: 1,
    ...unionColumns(route),
    updated_at: now,
  })
  await writeRevision(trx, deps, { applicationId: id, revision: 1, form, madeBy: viewer.accountId, at: now })
  await appendFirst(trx, deps, first)
  await keepAssessment(trx, id, 1, assessment, now)
  await automaticChecks(trx, id, alike, now)
  await attachFiles(trx, viewer.accountId, id, form.files)
  await rows.deleteDraft(trx, id)
  await record(trx, deps.secrets, {
    kind: 'application.filed',
    objectKind: 'application',
    objectId: id,
    accountId: viewer.accountId,
    at: now,
  })
  return { id, receiptNumber, receivedAt: now }
}

export const stepKindsOf = (policy: Policy, authority: FilingAuthority): StepKind[] =>
  stepsOf(channelRules(policy, channel), authority).map((step) => step.kind)

export const certificateColumns = (deps: Deps, form: FormContent, assessment: Assessment, certificateId: string) => ({
  applicant_index: deps.secrets.blindIndex('idNumber', form.idNumber),
  certificate_id: certificateId,
  filing_authority: form.filingAuthority,
  level: form.level,
  occupation_name: form.occupationName,
  amount_fen: assessment.amountIfMetFen ?? assessment.amountFen ?? 0,
  finding: findingSummary(assessment),
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

async function automaticChecks(trx: Trx, applicationId: string, alike: number, at: Instant): Promise<void> {
  const check = (name: string, outcome: string, shown: object) =>
    rows.insertCheck(trx, {
      id: randomUUID(),
      application_id: applicationId,
      name,
      source: '历年资助名单和在办申报',
      outcome,
      shown,
      at,
    })
  await check('previousAwards', 'pass', {})
  await check('alikeCertificate', alike === 0 ? 'pass' : 'noData', { count: alike })
}
