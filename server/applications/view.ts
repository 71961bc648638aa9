/** One application as somebody may see it: form masked for their task, checks, history, what they may do. */
import type { ActionKind, ApplicationState } from '../../domain/application.ts'
import { isDead, mayAct } from '../../domain/application.ts'
import type { EvidenceBasis } from '../../domain/certificateEvidence.ts'
import type { Assessment } from '../../domain/facts.ts'
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { maskAccount } from '../../domain/bankCard.ts'
import { maskIdentityNumber } from '../../domain/identityNumber.ts'
import { maskMobile } from '../../domain/phone.ts'
import type { GuardedField } from '../../domain/visibility.ts'
import { clearFields, hiddenFields, hiddenPictures, knowsOfObjection, readsWords } from '../../domain/visibility.ts'
import type { ApplicationView, MyApplications } from '../../contract/applications.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import type { DraftForm, Form } from '../../contract/form.ts'
import { type AuditKind, record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { deskView } from '../desk/assignment.ts'
import { filesOfApplication } from '../files/file.ts'
import { originalOf } from '../paper/originals.ts'
import { sealsOf } from '../paper/seals.ts'
import { ownPayee } from '../payees/standing.ts'
import type { Envelope } from '../secrets.ts'
import { actionOf, noteSeal } from './actions.ts'
import { readForms } from './forms.ts'
import type { Progress } from './progress.ts'
import { declineOf, reReviewClosed, reReviewUntil } from './reReview.ts'
import { moneyOf, progressOf, stepViews, summary, takenBack } from './progress.ts'
import type { ActionRow, ApplicationRow, CheckRow, InquiryRow } from './sql.ts'
import * as rows from './sql.ts'
import type { Standing } from './standing.ts'
import { assessNow, checksOf, clearOnPictures, holdsTask, inquiriesOf, standing } from './standing.ts'
import { checkTitles, titleOf } from './words.ts'

const offered: readonly ActionKind[] = [
  ...(['amend', 'withdraw', 'resubmit', 'pass', 'return', 'decline', 'undo'] as const),
  ...(['requestReReview', 'uphold', 'overturn', 'redirect'] as const),
]

const masks: { readonly [F in GuardedField]: (value: string) => string } = {
  idNumber: maskIdentityNumber,
  phone: maskMobile,
  accountNumber: maskAccount,
}

export function maskedForm(form: Form, viewer: Viewer, clear: readonly GuardedField[]): DraftForm {
  const hidden = hiddenFields(viewer.role)
  const shown = Object.fromEntries(Object.entries(form).filter(([key]) => !hidden.includes(key))) as DraftForm
  for (const field of Object.keys(masks) as GuardedField[]) {
    const value = shown[field]
    if (value !== undefined && !clear.includes(field)) shown[field] = masks[field](value)
  }
  return shown
}

async function history(trx: Trx, deps: Deps, row: ApplicationRow, chain: readonly ActionRow[], viewer: Viewer) {
  const seals = await sealsOf(
    trx,
    row.id,
    chain.map((action) => ({ ...actionOf(action), id: action.id })),
  )
  const staff = await rows.selectStaffNames(trx, [...new Set(chain.map((action) => action.account_id))])
  const notes = new Map(
    (await rows.selectNotes(trx, row.id)).map((note) => [
      note.action_id,
      deps.secrets.openText(noteSeal(note.action_id), note.body as Envelope),
    ]),
  )
  const nameOf = (accountId: string) =>
    accountId === row.account_id
      ? viewer.role === 'worker'
        ? '你'
        : '申请人'
      : (staff.find((each) => each.id === accountId)?.display_name ?? '')
  const unionIds = chain.flatMap(({ from_union_id, to_union_id }) =>
    [from_union_id, to_union_id].filter((id) => id !== null),
  )
  const unions = unionIds.length === 0 ? [] : await rows.selectOrganisationNames(trx, unionIds)
  const unionName = (id: string | null) => unions.find((each) => each.id === id)?.name ?? ''
  return chain.map((action) => {
    const { kind, role, ...folded } = actionOf(action)
    const isOwn = action.account_id === viewer.accountId
    const words = readsWords(viewer.role, kind, isOwn) ? notes.get(action.id) : undefined
    const seal = seals.get(action.id)
    return {
      seq: folded.seq,
      kind,
      role,
      at: action.at,
      title: titleOf(kind, action.step, role),
      by: nameOf(action.account_id),
      ...(folded.step && { step: folded.step }),
      ...(words && { words }),
      ...(action.document_number && { documentNumber: action.document_number }),
      ...(seal && { seal }),
      ...(kind === 'redirect' && {
        redirected: { from: unionName(action.from_union_id), to: unionName(action.to_union_id) },
      }),
    }
  })
}

const refusedAs = (why: ErrorCode) => ({ allowed: false, why, says: errorSays(why) })

function permissionsOf(
  { application, policy }: Progress,
  { actor, chain }: Standing,
  now: Instant,
): ApplicationView['permissions'] {
  const last = actionOf(chain.at(-1)!)
  const closed = application.declined && reReviewClosed(policy, application.declined.at, now)
  return Object.fromEntries(
    offered.map((kind) => {
      const permission = mayAct(application, actor, kind, last)
      if (permission.allowed && kind === 'requestReReview' && closed)
        return [kind, { allowed: false, why: closed.code, says: errorSays(closed.code, closed.params) }]
      if (permission.allowed) return [kind, { allowed: true }]
      return [
        kind,
        {
          allowed: false,
          why: permission.why,
          says: errorSays(permission.why, permission.holds ? { holds: permission.holds } : {}),
        },
      ]
    }),
  )
}

/** Of the claim's own pictures only those of the latest form; evidence that unions added stays. */
function currentFiles(files: Awaited<ReturnType<typeof filesOfApplication>>, form: Form): ApplicationView['files'] {
  const claimed: { readonly [purpose: string]: string } = form.files
  return files
    .filter(({ id, purpose }) => claimed[purpose] === undefined || claimed[purpose] === id)
    .map(({ id, purpose, pageCount, masked }) => ({ id, purpose, pageCount, ...(masked && { masked: true as const }) }))
}

/** A worker is not told of other claims. */
const nothingBeside = { alike: 0, same: false, unanswered: false }

/** Another claim with what is, or may be, the same certificate. */
function stoppedByAnother(step: string | null, { same, unanswered }: typeof nothingBeside): ErrorCode | undefined {
  if (same) return 'act.same-certificate'
  return unanswered && step === 'verification' ? 'act.compare-first' : undefined
}

const withoutAccount = (progress: Progress): Progress =>
  progress.money ? { ...progress, money: { ...progress.money, payee_tail: null } } : progress

/**
 * @param seen how a view by staff is logged, which happens by itself
 * @throws {Refused} not-found, also where the scope hides it
 */
export async function viewApplication(
  deps: Deps,
  viewer: Viewer,
  id: string,
  now: Instant,
  seen: AuditKind = 'application.viewed',
): Promise<ApplicationView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const before = await standing(trx, viewer, id, shanghaiDate(now))
    const { row, chain } = before
    const [whole, forms, checks, inquiries, files, entries, standings, original, desk, objection, payee] =
      await Promise.all([
        progressOf(trx, row, chain, shanghaiDate(now)),
        readForms(trx, deps, [id]),
        checksOf(trx, before),
        inquiriesOf(trx, before),
        filesOfApplication(trx, viewer, id, clearOnPictures(before)),
        history(trx, deps, row, chain, viewer),
        viewer.role === 'worker' ? nothingBeside : rows.certificateStanding(trx, row.certificate_id, id),
        originalOf(trx, viewer, id),
        viewer.role === 'worker' ? undefined : deskView(trx, deps, row),
        knowsOfObjection(viewer.role) ? openObjection(trx, row) : {},
        viewer.role === 'worker' ? ownPayee(trx, deps, id) : {},
      ])
    const progress = hiddenFields(viewer.role).includes('accountNumber') ? withoutAccount(whole) : whole
    const form = forms.get(id)!
    const permissions = permissionsOf(progress, before, now)
    const clear = clearFields(viewer.role, holdsTask(before))
    const stopped = permissions.pass?.allowed && stoppedByAnother(row.step, standings)
    if (stopped) permissions.pass = refusedAs(stopped)
    if (viewer.role !== 'worker') {
      await record(trx, deps.secrets, {
        kind: seen,
        objectKind: 'application',
        objectId: id,
        accountId: viewer.accountId,
        at: now,
        detail: { clear: clear.join(',') },
      })
    }
    return {
      ...summary(progress),
      version: row.version,
      steps: stepViews(progress),
      filingAuthority: row.filing_authority as ApplicationView['filingAuthority'],
      ...(progress.batch && { batchNumber: progress.batch.number }),
      unions: unionsOf(progress),
      form: maskedForm(form, viewer, clear),
      clear: [...clear],
      files: currentFiles(files, form),
      assessment: onTheWire(assessNow(progress.policy, row, form, checks, inquiries)),
      checks: (await checkViews(trx, checks)).map((check) => asShownTo(viewer, check)),
      inquiries: inquiries.map(inquiryView),
      history: entries,
      ...decisionOf(progress, entries, viewer),
      ...reReviewOf(progress, entries),
      ...moneyOf(progress),
      ...payee,
      ...(progress.copies && { copies: progress.copies }),
      ...(original && { original }),
      permissions,
      sameCertificateCases: standings.alike,
      ...(desk && { desk }),
      ...objection,
    }
  })
}

const inquiryView = (inquiry: InquiryRow): ApplicationView['inquiries'][number] => ({
  id: inquiry.id,
  letterNumber: inquiry.letter_number,
  addressedTo: inquiry.addressed_to,
  sentOn: inquiry.sent_on,
  by: inquiry.sender ?? '',
  ...(inquiry.replied_on !== null && { repliedOn: inquiry.replied_on }),
})

async function openObjection(trx: Trx, row: ApplicationRow): Promise<Pick<ApplicationView, 'objection'>> {
  const { since, id } = await rows.openObjection(trx, row.certificate_id)
  return since === null || isDead(row.state as ApplicationState) ? {} : { objection: { since, ...(id && { id }) } }
}

function unionsOf({ row, names }: Progress): ApplicationView['unions'] {
  return {
    baseUnion: names.of(row.base_union_id)!,
    district: names.of(row.district_id)!,
    ...(row.unit_id && { unit: names.of(row.unit_id)! }),
    ...(row.filing_point_id && { filingPoint: names.of(row.filing_point_id)! }),
  }
}

async function checkViews(trx: Trx, checks: readonly CheckRow[]): Promise<ApplicationView['checks']> {
  const lookers = checks.map((check) => check.account_id).filter((id) => id !== null)
  const staff = await rows.selectStaffNames(trx, [...new Set(lookers)])
  return checks.map((check) => {
    const by = staff.find((each) => each.id === check.account_id)?.display_name
    return {
      id: check.id,
      name: check.name,
      title: checkTitles[check.name] ?? check.name,
      source: check.source,
      outcome: check.outcome as ApplicationView['checks'][number]['outcome'],
      shown: check.shown as ApplicationView['checks'][number]['shown'],
      at: check.at,
      ...(by && { by }),
      ...(check.file_id && { evidenceFileId: check.file_id }),
      ...(check.basis && { basis: check.basis as EvidenceBasis }),
      ...(check.inquiry_id && { inquiryId: check.inquiry_id, repliedOn: check.replied_on! }),
    }
  })
}

/** What was found stands there for everybody; the picture of it may name others. */
function asShownTo(viewer: Viewer, check: ApplicationView['checks'][number]): ApplicationView['checks'][number] {
  if (!hiddenPictures(viewer.role).includes('registerEvidence')) return check
  const { evidenceFileId: _hidden, ...rest } = check
  return rest
}

/** Every check ever recorded, for whoever looks back. */
export const everyCheck = async (trx: Trx, id: string): Promise<ApplicationView['checks']> =>
  checkViews(trx, await rows.selectChecks(trx, id))

/** Why it stands sent back or declined; for the desk also what final approval sent back from its list. */
function decisionOf(
  { application, chain, policy }: Progress,
  entries: Awaited<ReturnType<typeof history>>,
  viewer: Viewer,
): Pick<ApplicationView, 'decision'> {
  const last = entries.at(-1)!
  const sentBack = last.kind === 'sendBack' && readsWords(viewer.role, 'sendBack', false) ? last : undefined
  if (!['returned', 'declined', 'reReview'].includes(application.state) && !sentBack) return {}
  const decided =
    sentBack ?? entries.findLast(({ kind }) => ['return', 'decline', 'uphold', 'displace'].includes(kind))!
  const named = chain[decided.seq - 1]!.reasons ?? []
  const reasons = policy.reasons.filter((reason) => named.includes(reason.id))
  return {
    decision: {
      reasons: reasons.map(({ id, text, clause, quote }) => ({ id, text, clause, quote })),
      words: decided.words ?? '',
      by: decided.by,
      at: decided.at,
    },
  }
}

/** A decline that may be, is, or was looked at again. */
function reReviewOf(
  { application, chain, policy }: Progress,
  entries: Awaited<ReturnType<typeof history>>,
): Pick<ApplicationView, 'reReview'> {
  const asked = entries.findLast(({ kind }) => kind === 'requestReReview')
  if (!asked) {
    if (!application.declined) return {}
    const until = reReviewUntil(policy, declineOf(chain)!.at as Instant)
    return { reReview: until ? { until } : {} }
  }
  const decided = entries.find(({ seq, kind }) => seq > asked.seq && (kind === 'uphold' || kind === 'overturn'))
  return {
    reReview: {
      requested: { words: asked.words ?? '', at: asked.at },
      ...(decided && {
        outcome: {
          kind: decided.kind === 'uphold' ? ('uphold' as const) : ('overturn' as const),
          words: decided.words ?? '',
          by: decided.by,
          at: decided.at,
        },
      }),
    },
  }
}

/** The wire's arrays are not read-only; the assessment's are. */
const onTheWire = (assessment: Assessment): ApplicationView['assessment'] => ({
  ...assessment,
  findings: [...assessment.findings],
  openChannels: [...assessment.openChannels],
  clauses: [...assessment.clauses],
})

export async function listMine(deps: Deps, viewer: Viewer, now: Instant): Promise<MyApplications> {
  return inViewersScope(deps, viewer, async (trx) => {
    const mine = await rows.selectMine(trx, viewer.accountId)
    const chains =
      mine.length === 0
        ? []
        : await rows.selectActions(
            trx,
            mine.map((row) => row.id),
          )
    const byApplication = Map.groupBy(chains, (action) => action.application_id)
    const today = shanghaiDate(now)
    const progress = await Promise.all(mine.map((row) => progressOf(trx, row, byApplication.get(row.id)!, today)))
    return { applications: progress.map((each) => ({ ...summary(each), ...takenBack(each) })) }
  })
}

/** Shows one masked value for a stated reason; the view and its reason are logged. */
export async function unmask(
  deps: Deps,
  viewer: Viewer,
  id: string,
  field: GuardedField,
  reason: string,
  now: Instant,
): Promise<{ value: string }> {
  return inViewersScope(deps, viewer, async (trx) => {
    const form = (await readForms(trx, deps, [id])).get(id)
    if (!form || hiddenFields(viewer.role).includes(field)) throw new Refused('not-found')
    await record(trx, deps.secrets, {
      kind: 'application.unmasked',
      objectKind: 'application',
      objectId: id,
      accountId: viewer.accountId,
      at: now,
      // The reason is free text: its digest proves which one was given without keeping what somebody may have typed.
      detail: { field, reasonDigest: deps.secrets.mac('unmask-reason', reason).toString('base64') },
    })
    return { value: form[field] }
  })
}
