/** 异议: raised by who finds a certificate taken, decided by the service centre between the two. */
import { mayAct, fold, stateTitles } from '../../domain/application.ts'
import type { ApplicationState } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import { addWorkingDays, endOfDay, inChineseWithoutYear, shanghaiDate, UnknownYear } from '../../domain/dates.ts'
import type { Level, Policy } from '../../domain/policy.ts'
import { clearFields } from '../../domain/visibility.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import { formProblems, normalisedForm } from '../../contract/formCheck.ts'
import { Form } from '../../contract/form.ts'
import type {
  DecideObjection,
  MyObjections,
  ObjectionCase,
  ObjectionDecided,
  ObjectionDeskQuery,
  ObjectionPage,
  ObjectionView,
  RaiseObjection,
} from '../../contract/objections.ts'
import { actionOf, appendActions } from '../applications/actions.ts'
import { readDraft } from '../applications/draft.ts'
import { requireOpen } from '../applications/filing.ts'
import { numberKey } from '../applications/forms.ts'
import { standing } from '../applications/standing.ts'
import { maskedForm } from '../applications/view.ts'
import { record } from '../audit/audit.ts'
import { once, takenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import { attachEvidence, filesOfObjection, lendPicture } from '../files/file.ts'
import { activePolicy, policyOf } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import type { ObjectionRow } from './sql.ts'
import * as rows from './sql.ts'

const pageSize = 50
const titles = { open: '核实中', granted: '异议成立', rejected: '异议不成立' } as const
type State = keyof typeof titles

type Raised = { readonly words: string; readonly form: Form }
const bodySeal = (id: string) => ({ table: 'objection', column: 'body', row: id })
const answerSeal = (id: string) => ({ table: 'objection', column: 'answer', row: id })
const opened = (deps: Deps, row: ObjectionRow): Raised =>
  JSON.parse(deps.secrets.openText(bodySeal(row.id), row.body as Envelope)) as Raised
const answerOf = (deps: Deps, row: ObjectionRow): string | undefined =>
  row.answer ? deps.secrets.openText(answerSeal(row.id), row.answer as Envelope) : undefined

// Who objects -------------------------------------------------------------------------------------------------------
/**
 * Raises an objection with the form as its draft stands; a repeat answers the same.
 * @throws {Refused} not-found, filing.closed, filing.not-open, objection.*, file.missing, request.reused-id
 */
export async function raiseObjection(
  deps: Deps,
  viewer: Viewer,
  id: string,
  message: RaiseObjection,
  now: Instant,
): Promise<ObjectionView> {
  const known = await inViewersScope(deps, viewer, (trx) => rows.selectObjection(trx, id))
  if (known) return readObjection(deps, viewer, id, now)
  const draft = await readDraft(deps, viewer, message.draftId)
  try {
    await inViewersScope(deps, viewer, async (trx) => {
      await rows.lockObjections(trx, viewer.accountId)
      if (await rows.selectObjection(trx, id)) return
      const policy = await activePolicy(trx)
      requireOpen(policy, now)
      const normal = normalisedForm(draft.form, shanghaiDate(now))
      const form = Form.safeParse(normal)
      const problems = formProblems(normal, policy, shanghaiDate(now))
      if (problems.length > 0 || !form.success) throw new Refused('objection.form-incomplete', {}, problems)
      await insert(trx, deps, viewer, policy, { id, now, message, form: form.data })
    })
  } catch (error) {
    if (refusalOf(error)?.constraint === 'objection_one_open') throw new Refused('objection.already-open')
    throw takenId(error)
  }
  return readObjection(deps, viewer, id, now)
}

async function insert(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  policy: Policy,
  { id, now, message, form }: { id: string; now: Instant; message: RaiseObjection; form: Form },
): Promise<void> {
  const { space, number } = numberKey(form.certificateNumber, form.filingAuthority)
  const certificate = await rows.certificateObjectedTo(trx, space, number, message.draftId)
  if (!certificate?.taken) throw new Refused('objection.not-taken')
  if (await rows.hasOwnClaim(trx, accountId, certificate.certificate_id)) throw new Refused('objection.own-claim')
  const most = policy.ours.objectionsPerAccount
  if ((await rows.countObjections(trx, accountId, policy.id)) >= most) throw new Refused('objection.too-many', { most })
  const receiptNumber = `YY${String(policy.year).slice(2)}-${String(await rows.nextNumber(trx)).padStart(7, '0')}`
  await rows.insertObjection(trx, {
    id,
    receipt_number: receiptNumber,
    policy_id: policy.id,
    policy_revision: policy.revision,
    account_id: accountId,
    applicant_index: deps.secrets.blindIndex('idNumber', form.idNumber),
    certificate_id: certificate.certificate_id,
    draft_id: message.draftId,
    body: JSON.stringify(deps.secrets.seal(bodySeal(id), JSON.stringify({ words: message.words, form }))),
    raised_at: now,
  })
  await attachEvidence(trx, accountId, message.files, { objectionId: id })
  await lendPicture(trx, { id: form.files.certificate, purpose: 'certificate', accountId, objectionId: id })
  await record(trx, deps.secrets, {
    kind: 'objection.raised',
    objectKind: 'objection',
    objectId: id,
    accountId,
    at: now,
  })
}

/** @throws {Refused} not-found */
export const readObjection = (deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<ObjectionView> =>
  inViewersScope(deps, viewer, async (trx) => {
    const row = await rows.selectObjection(trx, id)
    if (!row) throw new Refused('not-found')
    const { words, form } = opened(deps, row)
    const answer = answerOf(deps, row)
    const files = await filesOfObjection(trx, id)
    return {
      ...mineOf(deps, row, now),
      draftId: row.draft_id,
      certificateNumber: form.certificateNumber,
      words,
      files: files.map(({ id: fileId, purpose, pageCount }) => ({ id: fileId, purpose, pageCount })),
      ...(answer && { answer: { words: answer, at: row.decided_at! } }),
      ...(row.file_before !== null && { fileBefore: row.file_before }),
    }
  })

export const listObjections = (deps: Deps, viewer: Viewer, now: Instant): Promise<MyObjections> =>
  inViewersScope(deps, viewer, async (trx) => ({
    objections: (await rows.selectMine(trx, viewer.accountId)).map((row) => mineOf(deps, row, now)),
  }))

function mineOf(deps: Deps, row: ObjectionRow, now: Instant): MyObjections['objections'][number] {
  const { level, occupationName } = opened(deps, row).form
  const state = row.state as State
  return {
    id: row.id,
    receiptNumber: row.receipt_number,
    state,
    stateTitle: titles[state],
    says: standsAt(row, now),
    raisedAt: row.raised_at,
    level,
    occupationName,
    ...(row.filed_as && { filedAs: row.filed_as }),
  }
}

function standsAt(row: ObjectionRow, now: Instant): string {
  if (row.state === 'open') return '市职工技协服务中心正在核实，答复在这里显示。申请表还在，先不用动。'
  if (row.state === 'rejected') return '证书仍归原来的申报。编号填错了就改；有新的证据，可以再提一次。'
  if (row.approved_already)
    return '这张证书的资助先前已经批准，要追回后才能重新申报。追回另外办理，有疑问打55885659问。'
  if (row.filed_as) return '已经申报，申报时间按提出异议的时间算。'
  const last = inChineseWithoutYear(shanghaiDate((row.file_before! - 1) as Instant))
  if (now >= row.file_before!) return `没有在${last}24:00前提交，证书不再为你留着。还要申报，打55885659问。`
  return `证书归你申报。${last}24:00前提交申请表，申报时间按提出异议的时间算。`
}

// The centre --------------------------------------------------------------------------------------------------------
const cursorOf = (row: ObjectionRow) => Buffer.from(`${row.raised_at}.${row.id}`).toString('base64url')
function afterCursor(cursor: string) {
  const match = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  )
  if (!match) throw new Refused('request.malformed')
  return { raisedAt: Number(match[1]), id: match[2]! }
}

export const objectionDesk = (deps: Deps, viewer: Viewer, query: ObjectionDeskQuery): Promise<ObjectionPage> =>
  inViewersScope(deps, viewer, async (trx) => {
    const after = query.cursor ? afterCursor(query.cursor) : undefined
    const found = await rows.selectDesk(trx, query.view, after, pageSize + 1)
    const page = found.slice(0, pageSize)
    const deciders = page.map((row) => row.decided_by).filter((id) => id !== null)
    const staff = await rows.selectStaff(trx, [...new Set(deciders)])
    return {
      items: page.map((row) => itemOf(deps, row, staff.find(({ id }) => id === row.decided_by)?.display_name)),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
    }
  })

function itemOf(deps: Deps, row: ObjectionRow, by: string | null | undefined): ObjectionPage['items'][number] {
  const { level, occupationName } = opened(deps, row).form
  const state = row.state as State
  return {
    id: row.id,
    receiptNumber: row.receipt_number,
    state,
    stateTitle: titles[state],
    raisedAt: row.raised_at,
    level: level as Level,
    occupationName,
    ...(row.decided_at !== null && { decidedAt: row.decided_at }),
    ...(by && { decidedBy: by }),
  }
}

const endable: readonly string[] = ['inReview', 'returned', 'reReview']

/** Both sides; the view is logged by itself. @throws {Refused} not-found */
export const objectionCase = (deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<ObjectionCase> =>
  inViewersScope(deps, viewer, async (trx) => {
    const row = await rows.selectObjection(trx, id)
    if (!row) throw new Refused('not-found')
    const claimId = row.against_id ?? (row.state === 'open' ? await rows.claimObjectedTo(trx, id) : undefined)
    const [claim, files, staff, own] = await Promise.all([
      claimId ? rows.selectClaim(trx, claimId) : undefined,
      filesOfObjection(trx, id),
      rows.selectStaff(trx, row.decided_by ? [row.decided_by] : []),
      isParty(trx, viewer, row),
    ])
    const { words, form } = opened(deps, row)
    const answer = answerOf(deps, row)
    const open = row.state === 'open'
    const clear = clearFields(viewer.role, open)
    await record(trx, deps.secrets, {
      kind: 'objection.viewed',
      objectKind: 'objection',
      objectId: id,
      accountId: viewer.accountId,
      at: now,
      detail: { clear: clear.join(',') },
    })
    const refused = !open ? new Refused('objection.decided') : own ? new Refused('objection.own') : undefined
    return {
      ...itemOf(deps, row, staff[0]?.display_name),
      words,
      form: maskedForm(form, viewer, clear),
      files: files.map(({ id: fileId, purpose, pageCount }) => ({ id: fileId, purpose, pageCount })),
      ...(claim && {
        claim: {
          id: claim.id,
          receiptNumber: claim.receipt_number,
          state: claim.state as ApplicationState,
          stateTitle: stateTitles[claim.state as ApplicationState],
          ends: endable.includes(claim.state),
          sameHolder: claim.applicant_index.equals(row.applicant_index),
        },
      }),
      permission: refused ? { allowed: false, says: errorSays(refused.code) } : { allowed: true },
      ...(answer && { answer }),
      ...(row.approved_already !== null && { approvedAlready: row.approved_already }),
      ...(row.file_before !== null && { fileBefore: row.file_before }),
    }
  })

/** Whether who looks at it raised it, by account or by the ID number on the form. */
async function isParty(trx: Trx, viewer: Viewer, row: ObjectionRow): Promise<boolean> {
  const [self] = await rows.selectStaff(trx, [viewer.accountId])
  return row.account_id === viewer.accountId || (self?.id_number_index?.equals(row.applicant_index) ?? false)
}

/**
 * Decides between the two, once. Granted: the other claim ends where it is not approved yet, and the certificate waits
 * for who objected; approved already, only the decision is kept, as money comes back by another way.
 * @throws {Refused} not-found, objection.decided, objection.own, objection.claim-moved, act.*, request.reused-id
 */
export async function decideObjection(
  deps: Deps,
  viewer: Viewer,
  id: string,
  actionId: string,
  message: DecideObjection,
  now: Instant,
): Promise<ObjectionDecided> {
  const { accountId } = viewer
  const command = { id: actionId, kind: 'objections.decide', accountId, body: { id, message }, at: now }
  try {
    return await inViewersScope(deps, viewer, (trx) =>
      once(trx, deps, command, () => decide(trx, deps, viewer, { id, actionId, message, now })),
    )
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'objection_by_no_party') throw new Refused('objection.own')
    if (constraint === 'grant_of_a_free_certificate') throw new Refused('objection.claim-moved')
    throw takenId(error)
  }
}

type Deciding = {
  readonly id: string
  readonly actionId: string
  readonly message: DecideObjection
  readonly now: Instant
}

async function decide(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, actionId, message, now }: Deciding,
): Promise<ObjectionDecided> {
  const row = await rows.lockObjection(trx, id)
  if (!row) throw new Refused('not-found')
  if (row.state !== 'open') throw new Refused('objection.decided')
  if (await isParty(trx, viewer, row)) throw new Refused('objection.own')
  const claimId = await rows.claimObjectedTo(trx, id)
  const claim = claimId ? await standing(trx, viewer, claimId, shanghaiDate(now)) : undefined
  if (claim?.actor.isApplicant) throw new Refused('objection.own')
  const granted = message.kind === 'granted'
  const displaced = granted && claim !== undefined && endable.includes(claim.row.state)
  if (displaced) {
    const permission = mayAct(fold(claim.chain.map(actionOf)), claim.actor, 'displace')
    if (!permission.allowed) throw new Refused(permission.why, permission.holds ? { holds: permission.holds } : {})
    await appendActions(trx, deps, [
      {
        applicationId: claim.row.id,
        id: actionId,
        kind: 'displace',
        accountId: viewer.accountId,
        role: viewer.role,
        at: now,
        words: message.wordsToOther ?? '有人对这张证书提出异议，服务中心核实后认定证书归对方申报。',
      },
    ])
  }
  const approvedAlready = granted && claim !== undefined && !displaced
  const policy = await policyOf(trx, row.policy_id, row.policy_revision)
  await rows.updateObjection(trx, id, {
    state: message.kind,
    decided_by: viewer.accountId,
    decided_at: now,
    against_id: claim?.row.id ?? null,
    approved_already: approvedAlready,
    answer: JSON.stringify(deps.secrets.seal(answerSeal(id), message.words)),
    file_before: granted && !approvedAlready ? filingEnds(policy, now) : null,
  })
  await record(trx, deps.secrets, {
    kind: 'objection.decided',
    objectKind: 'objection',
    objectId: id,
    accountId: viewer.accountId,
    at: now,
    detail: { decision: message.kind, displaced },
  })
  return { id, state: message.kind, displaced }
}

/** So long the certificate waits for who objected. @throws {Refused} objection.calendar-missing */
function filingEnds(policy: Policy, now: Instant): Instant {
  try {
    return endOfDay(addWorkingDays(policy.calendar, shanghaiDate(now), policy.ours.objectionFilingWorkingDays))
  } catch (error) {
    if (error instanceof UnknownYear) throw new Refused('objection.calendar-missing', { year: error.year })
    throw error
  }
}

/**
 * The award of a claim that an objection was granted against after approval is cancelled: the certificate waits for who
 * objected, as if the objection had been granted before, and they are told.
 * @throws {Refused} objection.calendar-missing
 */
export async function freeForWhoObjected(
  trx: Trx,
  claim: { readonly id: string; readonly policyId: string; readonly policyRevision: number },
  now: Instant,
): Promise<void> {
  const policy = await policyOf(trx, claim.policyId, claim.policyRevision)
  await rows.freeCertificate(trx, claim.id, now, filingEnds(policy, now))
}
