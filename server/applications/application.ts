/** What a worker or a desk does to an application, one action at a time. */
import { randomUUID } from 'node:crypto'
import type { Action } from '../../domain/application.ts'
import { fold, mayAct } from '../../domain/application.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { addWorkingDays, inChineseWithoutYear, shanghaiDate, shanghaiTime, UnknownYear } from '../../domain/dates.ts'
import { openQuestions } from '../../domain/facts.ts'
import type { Policy, StepKind } from '../../domain/policy.ts'
import { readingNumber, readingOf } from '../../domain/policy.ts'
import { recordsSeal } from '../../domain/roles.ts'
import type { Act, Acted } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import type { Form } from '../../contract/form.ts'
import { record } from '../audit/audit.ts'
import { once, takenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { atCommit, inOrder, refusalOf } from '../db/open.ts'
import { comeByRight } from '../desk/assignment.ts'
import { recordSeal } from '../paper/seals.ts'
import { policyOf } from '../policies/policy.ts'
import type { ActionBase, NewAction } from './actions.ts'
import { actionOf, appendAction } from './actions.ts'
import { correction } from './correction.ts'
import { readForms } from './forms.ts'
import { askedAgain, redirected } from './reReview.ts'
import type { Standing } from './standing.ts'
import { assessNow, standing, stillCounting } from './standing.ts'
import type { CheckRow } from './sql.ts'
import * as rows from './sql.ts'
import { titleOf } from './words.ts'

/** R3: so many working days to complete what was sent back. */
function correctionEnds(policy: Policy, today: PlainDate): PlainDate {
  try {
    return addWorkingDays(policy.calendar, today, readingNumber(policy, 'R3'))
  } catch (error) {
    if (error instanceof UnknownYear) throw new Refused('act.calendar-missing', { year: error.year })
    throw error
  }
}

/**
 * Does one action to one application, once.
 * @throws {Refused} not-found, act.*, filing.* and draft.stale for a correction, request.reused-id
 */
export async function act(
  deps: Deps,
  viewer: Viewer,
  id: string,
  actionId: string,
  message: Act,
  now: Instant,
): Promise<Acted> {
  const { accountId, role } = viewer
  const command = { id: actionId, kind: 'applications.act', accountId, body: { id, message }, at: now }
  const base = { applicationId: id, id: actionId, accountId, role, at: now }
  try {
    return await inViewersScope(deps, viewer, (trx) =>
      once(
        trx,
        deps,
        command,
        (found) => appendOne(trx, deps, viewer, found, base, message),
        () => look(trx, deps, viewer, base, message),
      ),
    )
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'application_one_live_per_certificate')
      throw new Refused(message.kind === 'requestReReview' ? 're-review.certificate-taken' : 'filing.certificate-taken')
    if (constraint === 'certificate_reserved')
      throw new Refused(message.kind === 'undo' ? 'act.certificate-taken' : 're-review.certificate-taken')
    throw takenId(error)
  }
}

type Found = { readonly before: Standing; readonly papers?: Papers }
/** What a step is passed on: the form as it was filed last, and what was looked up. */
type Papers = { readonly form: Form; readonly checks: readonly CheckRow[] }

/** Everything that is read to judge the action, asked together and locked. */
async function look(trx: Trx, deps: Deps, viewer: Viewer, base: ActionBase, message: Act): Promise<Found> {
  const { applicationId: id, at } = base
  const isPass = message.kind === 'pass'
  const [before, forms, checks] = await inOrder([
    standing(trx, viewer, id, shanghaiDate(at), rows.lockApplication),
    isPass ? readForms(trx, deps, [id]) : undefined,
    isPass ? rows.selectChecks(trx, id) : undefined,
  ])
  return {
    before,
    ...(forms && checks && { papers: { form: forms.get(id)!, checks: stillCounting(checks, before.chain) } }),
  }
}

async function appendOne(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  found: Found,
  base: ActionBase,
  message: Act,
): Promise<Acted> {
  const { applicationId: id, accountId, at } = base
  const { before } = found
  if (before.row.version !== message.expectedVersion) throw await stale(trx, before, at)
  const application = fold(before.chain.map(actionOf))
  const permission = mayAct(application, before.actor, message.kind, actionOf(before.chain.at(-1)!))
  if (!permission.allowed) throw new Refused(permission.why, permission.holds ? { holds: permission.holds } : {})
  const { kind, takesFrom } = message
  await comeByRight(trx, deps, viewer, before.row, { id: base.id, kind, takesFrom }, at)
  const policy = await policyOf(trx, before.row.policy_id, before.row.policy_revision)
  const entry = await prepare(trx, deps, policy, found, base, message)
  const after = appendAction(trx, deps, before.chain, entry)
  await record(trx, deps.secrets, {
    kind: 'application.acted',
    objectKind: 'application',
    objectId: id,
    accountId,
    at,
    detail: { action: message.kind, ...(entry.step && { step: entry.step }) },
  })
  // Last: who sends it elsewhere may see it no more.
  if (entry.redirect) atCommit(trx, () => rows.moveToUnion(trx, id, shanghaiDate(at)))
  return { id, version: after.version, state: after.state, ...(after.step && { step: after.step }) }
}

async function stale(trx: Trx, { chain, row }: Standing, now: Instant): Promise<Refused> {
  const last = chain.at(-1)!
  const [name] = await rows.selectStaffNames(trx, [last.account_id])
  const who = last.account_id === row.account_id ? '申请人' : (name?.display_name ?? '有人')
  const [day, today] = [shanghaiDate(last.at as Instant), shanghaiDate(now)]
  const when = `${day === today ? '' : `${inChineseWithoutYear(day)} `}${shanghaiTime(last.at as Instant)}`
  return new Refused('act.stale', {
    who,
    when,
    what: titleOf(last.kind as Action['kind'], last.step),
    version: row.version,
  })
}

/** The action to append, with everything it writes beside itself. @throws {Refused} */
async function prepare(
  trx: Trx,
  deps: Deps,
  policy: Policy,
  { before, papers }: Found,
  base: ActionBase,
  message: Act,
): Promise<NewAction> {
  const step = before.row.step as StepKind | null
  switch (message.kind) {
    case 'withdraw':
      return { ...base, kind: 'withdraw', ...(message.words && { words: message.words }) }
    case 'amend':
    case 'resubmit':
      return correction(trx, deps, policy, before, base, message)
    case 'requestReReview':
      return askedAgain(trx, policy, before, base, message)
    case 'redirect':
      return redirected(trx, policy, before, base, message)
    case 'overturn':
      return { ...base, kind: 'overturn', step: step!, words: message.words }
    case 'return':
    case 'decline':
    case 'uphold': {
      const outcome = message.kind === 'return' ? 'return' : 'decline'
      const known = policy.reasons.filter((reason) => reason.outcome === outcome && reason.steps.includes(step!))
      if (!message.reasons.every((id) => known.some((reason) => reason.id === id)))
        throw new Refused('act.reason-missing')
      const until = message.kind === 'return' && {
        returnedUntil: correctionEnds(policy, shanghaiDate(base.at)),
      }
      return { ...base, kind: message.kind, step: step!, reasons: message.reasons, words: message.words, ...until }
    }
    case 'undo':
      // What was declined since may be another's by now.
      if (before.row.state === 'declined') await requireFree(trx, before)
      return { ...base, kind: 'undo', step: before.chain.at(-1)!.step as StepKind, words: message.words }
    case 'pass':
      await mayPass(trx, policy, before, papers!, message, base.at)
      if (recordsSeal(step!, base.role)) {
        const { applicationId, id: actionId, accountId, at } = base
        const actions = before.chain.map(actionOf)
        await recordSeal(trx, deps, { actionId, applicationId, step: step!, accountId, at, actions }, message.seal)
      }
      return { ...base, kind: 'pass', step: step!, ...(message.words && { words: message.words }) }
  }
}

/** @throws {Refused} act.certificate-taken */
async function requireFree(trx: Trx, { row }: Standing): Promise<void> {
  const { taken } = await rows.certificateStanding(trx, row.certificate_id, row.id)
  if (taken) throw new Refused('act.certificate-taken')
}

/** What a step demands before it may be passed: nothing unmet, open questions answered in words, its own check done. */
async function mayPass(
  trx: Trx,
  policy: Policy,
  before: Standing,
  { form, checks }: Papers,
  message: Extract<Act, { kind: 'pass' }>,
  now: Instant,
): Promise<void> {
  const { row } = before
  const at = { application_id: row.id, account_id: before.actor.accountId, at: now }
  const onPaper = recordsSeal(row.step as StepKind, before.actor.role)
  if (onPaper && !message.seal) throw new Refused('act.seal-unnamed')
  if (!onPaper && message.seal) throw new Refused('act.seal-not-here')
  if (row.step === 'firstReview') {
    if (!message.membershipConfirmed) throw new Refused('act.membership-unconfirmed')
    const looked = {
      name: 'membership',
      source: onPaper ? '申请表上的工会章' : '单位工会核对',
      outcome: 'pass',
      shown: {},
    }
    atCommit(trx, () => rows.insertCheck(trx, { ...at, ...looked, id: randomUUID() }))
  }
  if (row.step === 'secondReview' && readingOf(policy, 'R13').value === false) {
    const batch = row.batch_id ? await rows.selectBatch(trx, row.batch_id) : undefined
    if (!batch?.closed_on) throw new Refused('act.batch-open')
  }
  if (row.step === 'forwarding') {
    const batch = await rows.openBatch(trx, row.policy_id)
    if (batch && !row.batch_id) await rows.updateApplication(trx, row.id, { batch_id: batch.id })
  }
  const assessment = assessNow(policy, row, form, checks)
  if (assessment.verdict === false) throw new Refused('act.not-eligible')
  if (
    row.step === 'verification' &&
    checks.findLast((check) => check.name === 'certificateRegister')?.outcome !== 'pass'
  ) {
    throw new Refused('act.register-missing')
  }
  const mismatch =
    row.step === 'verification' &&
    assessment.findings.some((finding) => finding.outcome === 'unmet' && finding.consequence === 'return')
  if (mismatch) throw new Refused('act.not-eligible')
  if (openQuestions(assessment.findings).length > 0 && !message.words) throw new Refused('act.question-open')
}
