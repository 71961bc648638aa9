/**
 * Approval lists: the service centre names all that wait for final approval, the city federation approves the list by
 * a document number (四.一.4), and every line becomes an award with its first posting.
 */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { Form } from '../../contract/form.ts'
import type { ApprovalLists, ApprovalListView, SendBackLines, TransferView } from '../../contract/payments.ts'
import { normaliseAccount } from '../../domain/bankCard.ts'
import { type Instant, type PlainDate, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { exceptionsOf, type LineException, type LineFacts } from '../../domain/lineExceptions.ts'
import { type Channel, channelRules, type Level, levels } from '../../domain/policy.ts'
import { appendActions } from '../applications/actions.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import { requireBudget } from '../budget/budget.ts'
import { canonicalJson } from '../canonicalJson.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { lotsOf, post } from '../ledger/ledger.ts'
import { policyOf } from '../policies/policy.ts'
import { sealPayee } from './payee.ts'
import {
  type Candidate,
  type FrozenLine,
  insertAwards,
  insertLines,
  insertList,
  lockList,
  lockListMaking,
  markApproved,
  nextNumber,
  otherDuty,
  replaceLists,
  countHeld,
  selectAwaitingCopies,
  selectCandidates,
  selectFrozenLines,
  selectLineFacts,
  selectLists,
  selectSpoiltLists,
  sumCandidates,
  takeLineOff,
} from './sql.ts'

/** What approval rests on: the person, certificate, amount, payee and policy revision of a line. */
const digestOf = ({ secrets }: Deps, line: Candidate, form: Form): Buffer =>
  secrets.mac(
    'approval line',
    canonicalJson({
      application: line.id,
      person: line.applicant_index,
      certificate: line.certificate_id,
      level: line.level,
      amountFen: line.amount_fen,
      policy: `${line.policy_id}/${line.policy_revision}`,
      payee: [form.payee, secrets.blindIndex('account', normaliseAccount(form.accountNumber)), form.name],
    }),
  )

const formOf = (forms: ReadonlyMap<string, Form>, id: string): Form => {
  const form = forms.get(id)
  if (!form) throw new Error(`application ${id} has no form`)
  return form
}

/**
 * Makes the list of all that wait for final approval and for nothing else: no copies (R17), no answer to an objection, no
 * other claim with the same certificate; and that stand on no other list that can still be approved. A list in which an
 * application has moved on is replaced by this one.
 * @throws {Refused} approval.nothing, request.reused-id
 */
export function makeList(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<{ id: string }> {
  const { accountId } = viewer
  return once(trx, deps, { id, kind: 'payments.make-list', accountId, body: {}, at }, async () => {
    await lockListMaking(trx)
    const spoilt = await selectSpoiltLists(trx)
    const waiting = await selectCandidates(trx, spoilt)
    const policyId = waiting.map((each) => each.policy_id).toSorted()[0]
    if (policyId === undefined) throw new Refused('approval.nothing')
    const { route, lines } = await ofOneRoute(
      trx,
      waiting.filter((each) => each.policy_id === policyId),
    )
    await insertList(trx, {
      id,
      policy_id: policyId,
      route,
      number: `报批〔${yearOf(shanghaiDate(at))}〕${await nextNumber(trx, 'approval_list')}号`,
      line_count: lines.length,
      total_fen: lines.reduce((sum, each) => sum + each.amount_fen, 0),
      made_by: accountId,
      made_at: at,
    })
    await replaceLists(trx, spoilt, id)
    for (const lot of lotsOf(lines)) {
      const forms = await readForms(
        trx,
        deps,
        lot.map((each) => each.id),
      )
      const exceptions = await exceptionsOfLines(trx, lot, forms)
      await insertLines(
        trx,
        id,
        lot.map((each) => ({
          applicationId: each.id,
          version: each.version,
          amountFen: each.amount_fen,
          digest: digestOf(deps, each, formOf(forms, each.id)),
          exceptions: exceptions.get(each.id)!,
        })),
      )
    }
    await record(trx, deps.secrets, {
      kind: 'approval-list.made',
      objectKind: 'approval_list',
      objectId: id,
      accountId,
      at,
    })
    return { id }
  })
}

/** Money of unions' claims goes by the unions, the other channels' straight from the city: each has lists of its own. */
async function ofOneRoute(trx: Trx, waiting: readonly Candidate[]) {
  const [first] = waiting
  const policy = await policyOf(trx, first!.policy_id, first!.policy_revision)
  const routeOf = ({ channel }: Candidate) => channelRules(policy, channel as Channel).payment.route
  const route = routeOf(waiting.toSorted((a, b) => (routeOf(a) < routeOf(b) ? 1 : -1))[0]!)
  return { route, lines: waiting.filter((each) => routeOf(each) === route) }
}

/** Why final approval looks at some of them first. */
async function exceptionsOfLines(trx: Trx, lot: readonly Candidate[], forms: ReadonlyMap<string, Form>) {
  const facts = new Map(
    (
      await selectLineFacts(
        trx,
        lot.map((each) => each.id),
      )
    ).map((row) => [row.id, row]),
  )
  const [first] = lot
  const policy = await policyOf(trx, first!.policy_id, first!.policy_revision)
  const review = channelRules(policy, 'unit').steps.find((step) => step.kind === 'secondReview')
  return new Map(
    lot.map(({ id }): [string, LineException[]] => {
      const row = facts.get(id)!
      return [
        id,
        exceptionsOf({
          finding: row.finding as LineFacts['finding'],
          mayBeTheSame: row.alike,
          reReviewed: row.re_reviewed,
          numberAsPrinted: formOf(forms, id).numberAsPrinted === true,
          basis: (row.basis ?? undefined) as LineFacts['basis'],
          reviewedOn: row.reviewed_at === null ? undefined : shanghaiDate(row.reviewed_at as Instant),
          batchClosedOn: (row.closed_on ?? undefined) as PlainDate | undefined,
          reviewDays: review?.dueDaysAfterBatchClose,
        }),
      ]
    }),
  )
}

/** Still exactly what was listed: any action since then has changed the version. */
const unchanged = (line: FrozenLine): boolean =>
  line.state === 'inReview' &&
  line.step === 'finalApproval' &&
  line.version === line.frozen_version &&
  line.amount_fen === line.frozen_fen

/**
 * Final approval of a whole list: every application approved, awarded and posted, or none.
 * @throws {Refused} not-found, approval.done, approval.changed, money.over-budget, act.four-eyes, act.own-application,
 * filing.certificate-awarded
 */
export async function approveList(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: { documentNumber: string },
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payments.approve-list'
  return once(trx, deps, { id: commandId(deps, kind, id, body), kind, accountId, body, at }, async () => {
    const list = await lockList(trx, id)
    if (!list) throw new Refused('not-found')
    if (list.approved_at !== null) throw new Refused('approval.done')
    if (list.replaced_by !== null) throw new Refused('approval.changed')
    if (list.made_by === accountId) throw new Refused('act.four-eyes', { holds: 'verification' })
    const holds = await otherDuty(trx, id, null, accountId, 'approval')
    if (holds) throw new Refused('act.four-eyes', { holds })
    const lines = await selectFrozenLines(trx, id)
    // Every line may have been sent back.
    if (lines.length === 0) throw new Refused('approval.nothing')
    if (lines.length !== list.line_count || !lines.every(unchanged)) throw new Refused('approval.changed')
    await requireBudget(trx, list.policy_id, list.total_fen)
    for (const lot of lotsOf(lines)) await approveLot(trx, deps, viewer, lot, { ...list, ...body }, at)
    await markApproved(trx, id, accountId, at, body.documentNumber)
    const detail = { lines: lines.length }
    await record(trx, deps.secrets, {
      kind: 'approval-list.approved',
      objectKind: 'approval_list',
      objectId: id,
      accountId,
      at,
      detail,
    })
    return { id }
  })
}

async function approveLot(
  trx: Trx,
  deps: Deps,
  { accountId, role }: Viewer,
  lot: readonly FrozenLine[],
  { route, documentNumber }: { route: string; documentNumber: string },
  at: Instant,
): Promise<void> {
  const actions = lot.map(({ id }) => ({
    applicationId: id,
    id: randomUUID(),
    kind: 'approve' as const,
    accountId,
    role,
    at,
    documentNumber,
  }))
  // Locks the applications; each must now have exactly one action more than the list knows.
  const after = await appendActions(trx, deps, actions).catch((error: unknown) => {
    const moved = error instanceof Refused && error.code === 'act.not-in-this-state'
    throw moved ? new Refused('approval.changed') : error
  })
  if (lot.some((line) => after.get(line.id)?.version !== line.frozen_version + 1)) throw new Refused('approval.changed')
  const forms = await readForms(
    trx,
    deps,
    lot.map((line) => line.id),
  )
  const awards = lot.map((line, index) => {
    const form = formOf(forms, line.id)
    if (!digestOf(deps, line, form).equals(line.digest)) throw new Refused('approval.changed')
    const awardId = randomUUID()
    return { id: awardId, applicationId: line.id, ...sealPayee(deps, awardId, form), line, action: actions[index]! }
  })
  await insertAwards(trx, at, route, awards)
  await post(
    trx,
    deps.secrets,
    awards.map(({ id, line, action }) => ({
      awardId: id,
      from: 'cityBudget',
      to: 'committed',
      amountFen: line.frozen_fen,
      causeKind: 'approve',
      causeId: action.id,
      at,
    })),
  )
}

type ListRow = Awaited<ReturnType<typeof selectLists>>[number]

const fundingOf = (row: ListRow, id: string): TransferView => ({
  id,
  kind: 'funding',
  amountFen: row.funding_fen!,
  voucherNumber: row.funding_voucher!,
  madeBy: row.funding_maker ?? '',
  madeAt: row.funding_made_at!,
  ...(row.funding_releaser !== null && { releasedBy: row.funding_releaser }),
  ...(row.funding_released_at !== null && { releasedAt: row.funding_released_at }),
})

export const listViewOf = (row: ListRow): ApprovalListView => ({
  id: row.id,
  number: row.number,
  route: row.route as ApprovalListView['route'],
  lineCount: row.line_count,
  totalFen: row.total_fen,
  madeBy: row.maker ?? '',
  madeAt: row.made_at,
  ...(row.document_number !== null && { documentNumber: row.document_number }),
  ...(row.approver !== null && { approvedBy: row.approver }),
  ...(row.approved_at !== null && { approvedAt: row.approved_at }),
  funded: row.funding_released_at !== null ? 'released' : row.funding_made_at !== null ? 'made' : 'no',
  ...(row.funding_id !== null && { funding: fundingOf(row, row.funding_id) }),
  unfundedFen: row.unfunded_fen ?? 0,
  notices: row.notices ?? 0,
  toIssue: row.to_issue ?? 0,
  disputed: row.disputed ?? 0,
})

/** The lists that count, newest first, and what a list made now would hold. */
export async function approvalLists(trx: Trx): Promise<ApprovalLists> {
  const [sums, awaiting, held, lists] = await Promise.all([
    selectSpoiltLists(trx).then((spoilt) => sumCandidates(trx, spoilt)),
    selectAwaitingCopies(trx),
    countHeld(trx),
    selectLists(trx),
  ])
  return {
    candidates: {
      count: sums.reduce((count, each) => count + each.count, 0),
      totalFen: sums.reduce((total, each) => total + each.total_fen, 0),
      // the highest level first, as the notice's amounts have it
      byLevel: sums
        .map(({ level, count, total_fen }) => ({ level: level as Level, count, totalFen: total_fen }))
        .toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level)),
      awaitingCopies: awaiting.map(({ district, count, under_way }) => ({ district, count, underWay: under_way })),
      ...held,
    },
    lists: lists.map(listViewOf),
  }
}

/**
 * Takes lines off a list that waits for approval: each goes back to who verified it, with the words, and the totals
 * follow. The list stays to be approved without them.
 * @throws {Refused} not-found, approval.done, approval.changed, act.four-eyes, act.own-application
 */
export function sendLinesBack(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, returnId }: { id: string; returnId: string },
  { applicationIds, words }: SendBackLines,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId, role } = viewer
  const body = { id, applicationIds, words }
  return once(trx, deps, { id: returnId, kind: 'payments.send-lines-back', accountId, body, at }, async () => {
    const list = await lockList(trx, id)
    if (!list) throw new Refused('not-found')
    if (list.approved_at !== null) throw new Refused('approval.done')
    if (list.replaced_by !== null) throw new Refused('approval.changed')
    const wanted = new Set(applicationIds)
    const lines = (await selectFrozenLines(trx, id)).filter((line) => wanted.has(line.id))
    if (lines.length !== wanted.size || !lines.every(unchanged)) throw new Refused('approval.changed')
    const actions = lines.map((line) => ({
      applicationId: line.id,
      id: randomUUID(),
      kind: 'sendBack' as const,
      step: 'finalApproval' as const,
      accountId,
      role,
      at,
      reasons: [listReason],
      words,
    }))
    await appendActions(trx, deps, actions)
    for (const { applicationId, id: actionId } of actions) {
      await takeLineOff(trx, id, applicationId, actionId)
      const entry = { kind: 'application.acted', objectKind: 'application', objectId: applicationId } as const
      await record(trx, deps.secrets, { ...entry, accountId, at, detail: { action: 'sendBack', list: id } })
    }
    return { id }
  })
}
/** The policy's reason (四.一.4). */
const listReason = 'listIncorrect'
