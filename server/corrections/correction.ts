/**
 * 更正: what was recorded or approved wrongly is set right by two people (四.三; R26). Nothing recorded before is changed:
 * a reversal is posted, an action appended, and where a worker was paid a recovery is opened (`recovery.ts`).
 */
import { randomUUID } from 'node:crypto'
import type {
  Corrections,
  CorrectionSubject,
  CorrectionView,
  ProposeCorrection,
  RefuseCorrection,
} from '../../contract/corrections.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import {
  type CancelCause,
  confirms,
  type CorrectionFacts,
  type CorrectionKind,
  correctionKinds,
  effectOf,
  placeOf,
  whyNotProposed,
} from '../../domain/correction.ts'
import type { Instant } from '../../domain/dates.ts'
import type { PayoutState } from '../../domain/payout.ts'
import type { Level } from '../../domain/policy.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { askAnew } from '../bank/order.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { post } from '../ledger/ledger.ts'
import { openPayee } from '../payments/payee.ts'
import { withdrawLine } from '../payouts/batch.ts'
import { hear, lockToHear } from '../payouts/outcome.ts'
import type { Envelope } from '../secrets.ts'
import { recoveryViews } from './recovery.ts'
import { takeBack } from './takeBack.ts'
import {
  answerCorrection,
  type CorrectionRow,
  insertCorrection,
  insertRecovery,
  lockCorrection,
  selectCorrections,
  selectSubject,
  type SubjectRow,
} from './sql.ts'

/** Whose awards: an approver's are all, a payer's its own. */
const payerOf = ({ role, organisation }: Viewer): string | undefined =>
  role === 'approver' ? undefined : organisation!.id

const sealed = (id: string, column: 'words' | 'refused_words') => ({ table: 'correction', column, row: id })

/** @throws {Refused} not-found */
async function subjectOf(trx: Trx, viewer: Viewer, by: { awardId: string } | { receiptNumber: string }) {
  const subject = await selectSubject(trx, by, payerOf(viewer))
  if (!subject) throw new Refused('not-found')
  return subject
}

const factsOf = (row: SubjectRow): CorrectionFacts => ({
  place: placeOf(row.stands_on),
  cancelled: row.cancelled_at !== null,
  named: row.notice_id !== null,
  open: row.open,
  ...(row.recovery !== null && { recovery: row.recovery }),
  ...(row.payout_state !== null && { payout: { state: row.payout_state } }),
  ...(row.recorded_id !== null && {
    recorded: { route: row.recorded_route === 'bank' ? 'bank' : 'file', contradicted: row.contradicted },
  }),
  another: row.another,
})

/**
 * Proposes a correction; nothing changes before another confirms it, and meanwhile the award is in no new batch.
 * @throws {Refused} not-found, forbidden, correction.*, act.own-application, request.malformed, request.reused-id
 */
export function propose(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: ProposeCorrection,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId, role } = viewer
  return once(trx, deps, { id, kind: 'corrections.propose', accountId, body, at }, async () => {
    const subject = await subjectOf(trx, viewer, { awardId: body.awardId })
    const why = whyNotProposed(body.kind, role, factsOf(subject))
    if (why) throw new Refused(why)
    if ((body.kind === 'cancel') !== (body.cause !== undefined))
      throw new Refused('request.malformed', {}, [{ field: 'cause', says: '选一个取消的原因，职工会看到它。' }])
    await insertCorrection(trx, {
      id,
      kind: body.kind,
      award_id: subject.id,
      payout_id: body.kind === 'recordedWrongly' ? subject.recorded_id : null,
      cause: body.cause ?? null,
      words: JSON.stringify(deps.secrets.seal(sealed(id, 'words'), body.words)),
      proposed_by: accountId,
      proposed_role: role,
      proposed_at: at,
    })
    await note(trx, deps, 'correction.proposed', id, viewer, at, { kind: body.kind })
    return { id }
  })
}

type Kind = 'correction.proposed' | 'correction.confirmed' | 'correction.refused'
const note = (
  trx: Trx,
  { secrets }: Deps,
  kind: Kind,
  id: string,
  { accountId }: Viewer,
  at: Instant,
  detail: Record<string, string> = {},
) => record(trx, secrets, { kind, objectKind: 'correction', objectId: id, accountId, at, detail })

/** @throws {Refused} not-found, money.done */
async function lockOpen(trx: Trx, viewer: Viewer, id: string) {
  const correction = await lockCorrection(trx, id)
  if (!correction) throw new Refused('not-found')
  const subject = await subjectOf(trx, viewer, { awardId: correction.award_id })
  if (correction.confirmed_by !== null || correction.refused_by !== null) throw new Refused('money.done')
  return { correction, subject }
}

/**
 * Does what somebody else proposed.
 * @throws {Refused} not-found, forbidden, money.done, correction.*, act.own-application, objection.calendar-missing
 */
export function confirm(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'corrections.confirm'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const { correction, subject } = await lockOpen(trx, viewer, id)
    const what = correction.kind as CorrectionKind
    if (!confirms(what, viewer.role)) throw new Refused('forbidden')
    if (correction.proposed_by === accountId) throw new Refused('correction.same-person')
    await answerCorrection(trx, id, { confirmed_by: accountId, confirmed_at: at })
    // As it stands now that the database holds the award for this transaction.
    let award = await subjectOf(trx, viewer, { awardId: subject.id })
    if (what !== 'reinstate' && placeOf(award.stands_on) === 'payment') {
      await withdrawLine(trx, deps, award, at)
      award = await subjectOf(trx, viewer, { awardId: subject.id })
    }
    if (what === 'recordedWrongly') await askAgain(trx, deps, viewer, id, correction.payout_id!, at)
    else if (what === 'reinstate') await grantAgain(trx, deps, viewer, id, award, at)
    else if (placeOf(award.stands_on) === 'worker')
      await insertRecovery(trx, {
        ...{ id: randomUUID(), award_id: award.id, correction_id: id, payer_id: award.payer_id },
        ...{ cause: correction.cause!, amount_fen: award.amount_fen, opened_at: at },
      })
    else await takeBack(trx, deps, viewer, award, { kind: 'cancel', id, reason: correction.cause as CancelCause }, at)
    await note(trx, deps, 'correction.confirmed', id, viewer, at, { kind: what })
    return { id }
  })
}

/** What was recorded of a payout is taken back: what became of it is then recorded the usual way. */
async function askAgain(trx: Trx, deps: Deps, viewer: Viewer, id: string, payoutId: string, at: Instant) {
  const payouts = await lockToHear(trx, { ids: [payoutId] })
  const words = new Map([[payoutId, { outcome: 'reopened' as const }]])
  const { heard } = await hear(trx, deps, viewer, { kind: 'correction', id }, payouts, words, at)
  if (heard.length !== 1) throw new Refused('correction.nothing-recorded')
  await askAnew(trx, payoutId)
}

async function grantAgain(trx: Trx, deps: Deps, viewer: Viewer, id: string, award: SubjectRow, at: Instant) {
  const base = { awardId: award.id, amountFen: award.amount_fen, at }
  await post(trx, deps.secrets, [{ ...base, from: 'cancelled', to: 'committed', causeKind: 'reinstate', causeId: id }])
  const { accountId, role } = viewer
  await appendActions(trx, deps, [
    { applicationId: award.application_id, id: randomUUID(), kind: 'reinstate', accountId, role, at },
  ])
}

/**
 * Leaves everything as it is: refused by who could have confirmed it, or taken back by who proposed it.
 * @throws {Refused} not-found, forbidden, money.done
 */
export function refuse(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: RefuseCorrection,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'corrections.refuse'
  return once(trx, deps, { id: commandId(deps, kind, id, [accountId, body]), kind, accountId, body, at }, async () => {
    const { correction } = await lockOpen(trx, viewer, id)
    if (correction.proposed_by !== accountId && !confirms(correction.kind as CorrectionKind, viewer.role))
      throw new Refused('forbidden')
    const words = JSON.stringify(deps.secrets.seal(sealed(id, 'refused_words'), body.words))
    await answerCorrection(trx, id, { refused_by: accountId, refused_at: at, refused_words: words })
    await note(trx, deps, 'correction.refused', id, viewer, at)
    return { id }
  })
}

// What is shown ---------------------------------------------------------------------------------------------------------

const liesWith = (row: SubjectRow): string => {
  switch (placeOf(row.stands_on)) {
    case 'committed':
      return '市总工会，还没有拨出'
    case 'serviceCentre':
      return '市职工技协服务中心'
    case 'union':
      return row.lies_with ?? row.payer
    case 'payment':
      return row.payout_state === 'released' ? `${row.payer}，已放行，还没有送银行` : '银行，等结果'
    case 'worker':
      return '已到职工账户'
    case 'bounced':
      return `${row.payer}，银行退回`
    case 'surplus':
      return `${row.lies_with ?? row.payer}，结余`
    case 'cancelled':
      return '市总工会，已退回'
  }
}

/** An award by its receipt number, and what can be proposed of it; the view is logged. @throws {Refused} not-found */
export async function correctionSubject(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  receiptNumber: string,
  at: Instant,
): Promise<CorrectionSubject> {
  const row = await subjectOf(trx, viewer, { receiptNumber })
  const facts = factsOf(row)
  const { accountId, role } = viewer
  const entry = { kind: 'award.viewed', objectKind: 'award', objectId: row.id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at })
  return {
    awardId: row.id,
    applicationId: row.application_id,
    receiptNumber: row.receipt_number,
    applicantName: openPayee(deps, row.id, row.payee).name,
    level: row.level as Level,
    amountFen: row.amount_fen,
    payer: row.payer,
    liesWith: liesWith(row),
    ...(row.batch_number !== null && {
      payout: {
        ...{ batchNumber: row.batch_number, line: row.line!, state: row.payout_state as PayoutState },
        ...(row.paid_on !== null && { paidOn: row.paid_on }),
        payeeTail: row.payout_tail!,
      },
    }),
    kinds: correctionKinds.flatMap((kind) => {
      const why = whyNotProposed(kind, role, facts)
      if (why === 'forbidden') return []
      const effect = effectOf(kind, facts.place, row.payer_kind === 'cityFederation')
      return [{ kind, effect, ...(why && { says: errorSays(why) }) }]
    }),
    displaced: row.displaced,
  }
}

function correctionView(deps: Deps, viewer: Viewer, row: CorrectionRow): CorrectionView {
  const kind = row.kind as CorrectionKind
  const open = row.confirmed_by === null && row.refused_by === null
  const own = row.proposed_by === viewer.accountId
  const words = (column: 'words' | 'refused_words') =>
    deps.secrets.openText(sealed(row.id, column), row[column] as Envelope)
  return {
    id: row.id,
    kind,
    ...(row.cause !== null && { cause: row.cause as CancelCause }),
    awardId: row.award_id,
    applicationId: row.application_id,
    receiptNumber: row.receipt_number,
    applicantName: openPayee(deps, row.award_id, row.payee).name,
    level: row.level as Level,
    amountFen: row.amount_fen,
    payer: row.payer,
    words: words('words'),
    effect: effectOf(kind, placeOf(row.did ?? row.stands_on), row.payer_kind === 'cityFederation'),
    proposedBy: row.proposer ?? '',
    proposedAt: row.proposed_at,
    ...(row.confirmed_at !== null && { confirmedBy: row.confirmer ?? '', confirmedAt: row.confirmed_at }),
    ...(row.refused_at !== null && {
      ...{ refusedBy: row.refuser ?? '', refusedAt: row.refused_at, refusedWords: words('refused_words') },
    }),
    own,
    ...(open && own && { says: errorSays('correction.same-person') }),
    ...(open &&
      !own &&
      !confirms(kind, viewer.role) && {
        says: errorSays(kind === 'recordedWrongly' ? 'correction.colleague' : 'correction.confirmer'),
      }),
  }
}

/** What waits for somebody, or what was closed. */
export async function corrections(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  view: 'open' | 'closed',
  at: Instant,
): Promise<Corrections> {
  const found = await selectCorrections(trx, view, payerOf(viewer))
  const recoveries = await recoveryViews(trx, deps, viewer, view)
  const entry = { kind: 'corrections.viewed', objectKind: 'correction' } as const
  await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at, detail: { view } })
  return { corrections: found.map((row) => correctionView(deps, viewer, row)), recoveries }
}
