/**
 * Approval lists: the service centre names all that wait for final approval, the city federation approves the list by
 * a document number (四.一.4), and every line becomes an award with its first posting.
 */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { Form } from '../../contract/form.ts'
import type { ApprovalListDetail, ApprovalLists, ApprovalListView, TransferView } from '../../contract/payments.ts'
import { normaliseAccount } from '../../domain/bankCard.ts'
import { type Instant, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { type Level, levels } from '../../domain/policy.ts'
import { appendActions } from '../applications/actions.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import { canonicalJson } from '../canonicalJson.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { lotsOf, post } from '../ledger/ledger.ts'
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
  selectAwaitingCopies,
  selectCandidates,
  selectFrozenLines,
  selectListLines,
  selectLists,
  selectSpoiltLists,
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
 * Makes the list of all that wait for final approval, for no copies (R17), and stand on no other list that can still be approved. A list in
 * which an application has moved on is replaced by this one.
 * @throws {Refused} approval.nothing, request.reused-id
 */
export function makeList(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<{ id: string }> {
  const { accountId } = viewer
  return once(trx, deps, { id, kind: 'payments.make-list', accountId, body: {}, at }, async () => {
    await lockListMaking(trx)
    const spoilt = await selectSpoiltLists(trx)
    const waiting = await selectCandidates(trx, spoilt)
    const policyId = waiting.map((each) => each.policy_id).toSorted()[0]
    const lines = waiting.filter((each) => each.policy_id === policyId)
    if (policyId === undefined) throw new Refused('approval.nothing')
    await insertList(trx, {
      id,
      policy_id: policyId,
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
      await insertLines(
        trx,
        id,
        lot.map((each) => ({
          applicationId: each.id,
          version: each.version,
          amountFen: each.amount_fen,
          digest: digestOf(deps, each, formOf(forms, each.id)),
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

/** Still exactly what was listed: any action since then has changed the version. */
const unchanged = (line: FrozenLine): boolean =>
  line.state === 'inReview' &&
  line.step === 'finalApproval' &&
  line.version === line.frozen_version &&
  line.amount_fen === line.frozen_fen

/**
 * Final approval of a whole list: every application approved, awarded and posted, or none.
 * @throws {Refused} not-found, approval.done, approval.changed, act.four-eyes, act.own-application,
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
    if (lines.length !== list.line_count || !lines.every(unchanged)) throw new Refused('approval.changed')
    for (const lot of lotsOf(lines)) await approveLot(trx, deps, viewer, lot, body.documentNumber, at)
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
  documentNumber: string,
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
  await insertAwards(trx, at, awards)
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

const viewOf = (row: ListRow): ApprovalListView => ({
  id: row.id,
  number: row.number,
  lineCount: row.line_count,
  totalFen: row.total_fen,
  madeBy: row.maker ?? '',
  madeAt: row.made_at,
  ...(row.document_number !== null && { documentNumber: row.document_number }),
  ...(row.approver !== null && { approvedBy: row.approver }),
  ...(row.approved_at !== null && { approvedAt: row.approved_at }),
  funded: row.funding_released_at !== null ? 'released' : row.funding_made_at !== null ? 'made' : 'no',
  ...(row.funding_id !== null && { funding: fundingOf(row, row.funding_id) }),
  allocated: Boolean(row.allocated),
})

const totals = (lines: readonly { amount_fen: number }[]) => ({
  count: lines.length,
  totalFen: lines.reduce((sum, each) => sum + each.amount_fen, 0),
})

/** The highest level first, as the notice's amounts have it. */
const totalsByLevel = (lines: readonly { level: string; amount_fen: number }[]) =>
  levels
    .map((level) => ({ level, ...totals(lines.filter((each) => each.level === level)) }))
    .filter(({ count }) => count > 0)
    .toReversed()

/** The lists that count, newest first, and what a list made now would hold. */
export async function approvalLists(trx: Trx): Promise<ApprovalLists> {
  const candidates = await selectCandidates(trx, await selectSpoiltLists(trx))
  const awaiting = await selectAwaitingCopies(trx)
  return {
    candidates: {
      ...totals(candidates),
      byLevel: totalsByLevel(candidates),
      awaitingCopies: awaiting.map(({ district, count, under_way }) => ({ district, count, underWay: under_way })),
    },
    lists: (await selectLists(trx)).map(viewOf),
  }
}

/** One list line by line, exceptions first. @throws {Refused} not-found */
export async function approvalList(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<ApprovalListDetail> {
  const [row] = await selectLists(trx, id)
  if (!row) throw new Refused('not-found')
  const { accountId } = viewer
  await record(trx, deps.secrets, {
    kind: 'approval-list.viewed',
    objectKind: 'approval_list',
    objectId: id,
    accountId,
    at,
  })
  const lines = await selectListLines(trx, id)
  const forms = new Map<string, Form>()
  for (const lot of lotsOf(lines.map((line) => line.id)))
    for (const [applicationId, form] of await readForms(trx, deps, lot)) forms.set(applicationId, form)
  return {
    ...viewOf(row),
    lines: lines.map((line) => ({
      applicationId: line.id,
      receiptNumber: line.receipt_number,
      applicantName: formOf(forms, line.id).name,
      level: line.level as Level,
      occupationName: line.occupation_name,
      district: line.district,
      category: line.category ?? '',
      finding: line.finding as 'allMet' | 'unknown' | 'unmet',
      amountFen: line.amount_fen,
    })),
    byDistrict: [...Map.groupBy(lines, (line) => line.district)].map(([district, of]) => ({ district, ...totals(of) })),
    byLevel: totalsByLevel(lines),
  }
}
