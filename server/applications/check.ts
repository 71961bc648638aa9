/** Checks: what a register or a reply showed, recorded with its evidence by the person who looked; and letters sent. */
import { evidenceProblem } from '../../domain/certificateEvidence.ts'
import { fold, mayAct } from '../../domain/application.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { plainDate, shanghaiDate } from '../../domain/dates.ts'
import type { FilingAuthority, StepKind } from '../../domain/policy.ts'
import type { Acted, RegisterRecord, SendInquiry } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import { once, refuseTakenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { attachFiles } from '../files/file.ts'
import { policyOf } from '../policies/policy.ts'
import { actionOf } from './actions.ts'
import { readForms } from './forms.ts'
import type { Standing } from './standing.ts'
import { assessNow, checksOf, findingSummary, inquiriesOf, standing } from './standing.ts'
import * as rows from './sql.ts'

/**
 * Records what the official register showed (四.一.4), once. Silence is recorded as silence.
 * @returns the application, whose version stays
 * @throws {Refused} not-found, act.*, act.inquiry-missing, file.missing, request.reused-id
 */
export async function recordCheck(
  deps: Deps,
  viewer: Viewer,
  id: string,
  checkId: string,
  message: RegisterRecord,
  now: Instant,
): Promise<Acted> {
  const { accountId } = viewer
  const command = { id: checkId, kind: 'applications.record-check', accountId, body: { id, message }, at: now }
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const { row, chain } = await verifying(trx, viewer, id, now)
      const letter = await letterOf(trx, { row, chain }, message)
      const evidence = { basis: message.basis, outcome: message.outcome, isKept: message.evidenceFileId !== undefined }
      const authority = row.filing_authority as FilingAuthority
      const problem = evidenceProblem(authority, { ...evidence, letter }, shanghaiDate(now))
      if (problem) throw new Refused(problem)
      if (message.evidenceFileId) {
        const purpose = message.basis === 'inquiry' ? 'inquiryReply' : 'registerEvidence'
        await attachFiles(trx, accountId, id, { [purpose]: message.evidenceFileId })
      }
      await rows.insertCheck(trx, {
        id: checkId,
        application_id: id,
        name: 'certificateRegister',
        source: message.source,
        outcome: message.outcome,
        shown: message.shown,
        file_id: message.evidenceFileId ?? null,
        basis: message.basis,
        ...(letter && { inquiry_id: message.inquiry!.id, replied_on: letter.repliedOn }),
        account_id: accountId,
        at: now,
      })
      const policy = await policyOf(trx, row.policy_id, row.policy_revision)
      const form = (await readForms(trx, deps, [id])).get(id)!
      const [checks, inquiries] = [await checksOf(trx, { row, chain }), await inquiriesOf(trx, { row, chain })]
      const assessment = assessNow(policy, row, form, checks, inquiries)
      await rows.updateApplication(trx, id, { finding: findingSummary(assessment) })
      await record(trx, deps.secrets, {
        kind: 'check.recorded',
        objectKind: 'application',
        objectId: id,
        accountId,
        at: now,
        detail: { outcome: message.outcome, basis: message.basis },
      })
      return actedOf(row)
    }),
  )
}

/** Where a verifier may look and ask: it waits for their verification. @throws {Refused} not-found, act.* */
async function verifying(trx: Trx, viewer: Viewer, id: string, now: Instant): Promise<Standing> {
  const before = await standing(trx, viewer, id, shanghaiDate(now))
  const permission = mayAct(fold(before.chain.map(actionOf)), before.actor, 'pass')
  if (!permission.allowed || before.row.step !== 'verification')
    throw new Refused(permission.allowed ? 'act.not-your-step' : permission.why)
  return before
}

/** The letter a record rests on, about the form as it stands. @throws {Refused} act.inquiry-missing */
async function letterOf(trx: Trx, before: Pick<Standing, 'row' | 'chain'>, { basis, inquiry }: RegisterRecord) {
  if (basis !== 'inquiry' || !inquiry) return undefined
  const sent = (await inquiriesOf(trx, before)).find((each) => each.id === inquiry.id)
  const repliedOn = plainDate(inquiry.repliedOn)
  if (!sent || !repliedOn) throw new Refused('act.inquiry-missing')
  return { sentOn: sent.sent_on as PlainDate, repliedOn }
}

/**
 * Records that a letter asks the authority about the certificate, once. It is an open fact until the reply is recorded.
 * @throws {Refused} not-found, act.*, request.malformed, request.reused-id
 */
export function sendInquiry(
  deps: Deps,
  viewer: Viewer,
  id: string,
  inquiryId: string,
  message: SendInquiry,
  now: Instant,
): Promise<Acted> {
  const { accountId } = viewer
  const command = { id: inquiryId, kind: 'applications.send-inquiry', accountId, body: { id, message }, at: now }
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const { row, chain } = await verifying(trx, viewer, id, now)
      const sentOn = plainDate(message.sentOn)
      if (!sentOn || sentOn > shanghaiDate(now))
        throw new Refused('request.malformed', {}, [{ field: 'sentOn', says: '写发函的日期，不晚于今天。' }])
      await rows.insertInquiry(trx, {
        id: inquiryId,
        application_id: id,
        letter_number: message.letterNumber,
        addressed_to: message.addressedTo,
        sent_on: sentOn,
        sent_by: accountId,
        at: now,
      })
      const policy = await policyOf(trx, row.policy_id, row.policy_revision)
      const form = (await readForms(trx, deps, [id])).get(id)!
      const [checks, inquiries] = [await checksOf(trx, { row, chain }), await inquiriesOf(trx, { row, chain })]
      await rows.updateApplication(trx, id, {
        finding: findingSummary(assessNow(policy, row, form, checks, inquiries)),
      })
      const entry = { kind: 'inquiry.sent', objectKind: 'application', objectId: id } as const
      await record(trx, deps.secrets, { ...entry, accountId, at: now, detail: { inquiry: inquiryId } })
      return actedOf(row)
    }),
  ).catch(refuseTakenId)
}

const actedOf = ({ id, version, state, step }: Standing['row']): Acted => ({
  id,
  version,
  state: state as Acted['state'],
  ...(step && { step: step as StepKind }),
})
