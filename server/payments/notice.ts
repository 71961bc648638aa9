/**
 * Allocation notices, one for each district union of an approved list, and what the unions answer: the disbursement
 * confirmation, which gives the place in 先到先发, and the receipt of the money (四.一.5).
 */
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { Refused } from '../../contract/errors.ts'
import type {
  Confirm,
  IssueNotices,
  NoticeDetail,
  Notices,
  NoticeView,
  RecordReceipt,
} from '../../contract/payments.ts'
import { type Instant, type PlainDate, plainDate, shanghaiDate, yearOf } from '../../domain/dates.ts'
import type { FailureCode, PayoutState } from '../../domain/payout.ts'
import { fen, yuanInSentence } from '../../domain/money.ts'
import { type ChannelRules, channelRules, type Level, payDueOn } from '../../domain/policy.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { isHandedIn } from '../files/file.ts'
import { lotsOf } from '../ledger/ledger.ts'
import { receivingAccountOf, receivingAccountPlace } from '../organisations/organisation.ts'
import { policyOf } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import { openPayee } from './payee.ts'
import {
  insertConfirmation,
  insertNotice,
  insertReceipt,
  lockList,
  nameInNotice,
  nextNumber,
  type NoticeRow,
  selectAtCentre,
  selectAwardsOfList,
  selectNotices,
  selectPayLines,
  selectReceivers,
  selectRevisions,
  takePlace,
} from './sql.ts'

/** @throws {Refused} not-found */
export async function noticeOf(trx: Trx, id: string): Promise<NoticeRow> {
  const [notice] = await selectNotices(trx, { id })
  if (!notice) throw new Refused('not-found')
  return notice
}

/** @throws {Refused} money.superseded where it was issued anew */
export function requireCurrent({ replaced_by, ended_at }: NoticeRow): void {
  if (replaced_by !== null || ended_at !== null) throw new Refused('money.superseded')
}

/** In no notice yet, and nobody objects. @throws {Refused} money.done, money.disputed */
async function awardsToIssue(trx: Trx, listId: string, { issuedBefore }: IssueNotices) {
  const all = await selectAwardsOfList(trx, listId)
  const issued = await selectNotices(trx, { listId })
  const rest = all.filter((each) => each.notice_id === null && !each.cancelled)
  if (issued.length !== issuedBefore || rest.length === 0) throw new Refused('money.done')
  const awards = rest.filter((each) => !each.disputed)
  if (awards.length === 0) throw new Refused('money.disputed')
  return awards
}

/**
 * One allocation notice for each district union of an approved list. What somebody objects to is left out; once that has
 * an answer, the same is asked again for the rest, by how many notices there are already.
 * @throws {Refused} not-found, act.not-in-this-state, money.done, money.disputed, money.no-account
 */
export function issueNotices(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  listId: string,
  body: IssueNotices,
  at: Instant,
): Promise<{ listId: string }> {
  const { accountId, role } = viewer
  const kind = 'payments.issue-notices'
  return once(trx, deps, { id: commandId(deps, kind, listId, body), kind, accountId, body, at }, async () => {
    const list = await lockList(trx, listId)
    if (!list) throw new Refused('not-found')
    if (list.approved_at === null || list.route !== 'viaUnions') throw new Refused('act.not-in-this-state')
    const awards = await awardsToIssue(trx, listId, body)
    const byDistrict = Map.groupBy(awards, (each) => each.district_id)
    const receivers = await selectReceivers(trx, [...byDistrict.keys()])
    const noticeIds = new Map<string, string>()
    for (const { id: districtId, name, receiving_account_tail: tail } of receivers.toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (tail === null) throw new Refused('money.no-account', { union: name })
      const of = byDistrict.get(districtId)!
      const id = randomUUID()
      noticeIds.set(districtId, id)
      await insertNotice(trx, {
        id,
        policy_id: list.policy_id,
        number: `技协划〔${yearOf(shanghaiDate(at))}〕${await nextNumber(trx, 'allocation_notice')}号`,
        approval_list_id: listId,
        district_id: districtId,
        line_count: of.length,
        total_fen: of.reduce((sum, each) => sum + each.amount_fen, 0),
        receiving_account_tail: tail,
        issued_by: accountId,
        issued_at: at,
      })
      await record(trx, deps.secrets, {
        kind: 'allocation-notice.issued',
        objectKind: 'allocation_notice',
        objectId: id,
        accountId,
        at,
      })
    }
    for (const lot of lotsOf(awards)) {
      await appendActions(
        trx,
        deps,
        lot.map((each) => ({
          applicationId: each.application_id,
          id: randomUUID(),
          kind: 'award' as const,
          accountId,
          role,
          at,
        })),
      )
      await nameInNotice(
        trx,
        lot.map((each) => ({ awardId: each.id, noticeId: noticeIds.get(each.district_id)! })),
      )
    }
    return { listId }
  })
}

function stageOf(row: NoticeRow): NoticeView['stage'] {
  if (row.replaced_by !== null || row.ended_at !== null) return 'superseded'
  if (row.received_on !== null) return 'received'
  if (row.released_at !== null) return 'transferred'
  if (row.made_at !== null) return 'made'
  return row.place !== null ? 'confirmed' : 'issued'
}

type Rules = ReadonlyMap<string, ChannelRules>

/** The unit channel's rules by policy: they say when a union pays what it received. */
async function rulesOf(trx: Trx, notices: readonly NoticeRow[]): Promise<Rules> {
  const rules = new Map<string, ChannelRules>()
  for (const { policy_id, revision } of await selectRevisions(trx, [...new Set(notices.map((row) => row.policy_id))]))
    rules.set(policy_id, channelRules(await policyOf(trx, policy_id, revision), 'unit'))
  return rules
}

function noticeView(row: NoticeRow, rules: Rules): NoticeView {
  const payBy = row.received_on !== null && payDueOn(rules.get(row.policy_id)!, row.received_on as PlainDate)
  return {
    id: row.id,
    number: row.number,
    revision: row.revision,
    ...(row.replaces !== null && { replaces: row.replaces }),
    ...(row.replaced_by !== null && { replacedBy: row.replaced_by }),
    approvalListId: row.approval_list_id,
    documentNumber: row.document_number ?? '',
    districtId: row.district_id,
    district: row.district,
    lineCount: row.line_count,
    totalFen: row.total_fen,
    accountTail: row.receiving_account_tail,
    issuedAt: row.issued_at,
    stage: stageOf(row),
    ...(row.place !== null && { place: row.place }),
    ...(row.confirmed_at !== null && { confirmedAt: row.confirmed_at }),
    ...(row.transfer_id !== null && {
      transfer: {
        id: row.transfer_id,
        kind: 'allocation' as const,
        amountFen: row.transfer_fen!,
        voucherNumber: row.voucher_number!,
        madeBy: row.maker ?? '',
        madeAt: row.made_at!,
        ...(row.releaser !== null && { releasedBy: row.releaser }),
        ...(row.released_at !== null && { releasedAt: row.released_at }),
        ...(row.transfer_tail !== null && { accountTail: row.transfer_tail }),
        ...(row.released_at === null && row.account_changed && { accountChanged: true as const }),
      },
    }),
    ...(row.tail_now !== null && row.tail_now !== row.receiving_account_tail && { accountTailNow: row.tail_now }),
    ...(row.received_on !== null && { receivedOn: row.received_on }),
    ...(row.receipt_number !== null && { receiptNumber: row.receipt_number }),
    ...(payBy && { payDueOn: payBy }),
    paidCount: row.paid_count,
    paidFen: row.paid_fen,
    unpaidCount: row.unpaid_count,
    cancelledCount: row.cancelled_count,
    cancelledFen: row.cancelled_fen,
    funded: row.funded,
  }
}

/** What lies with the centre and goes on in the order. */
export const atCentre = (trx: Trx): Promise<number> => selectAtCentre(trx)

/** The notices the scope reaches, in order of place; those not yet confirmed after them. */
export async function notices(trx: Trx, listId?: string): Promise<Notices> {
  const rows = await selectNotices(trx, listId === undefined ? {} : { listId })
  const rules = await rulesOf(trx, rows)
  return { notices: rows.map((row) => noticeView(row, rules)) }
}

/** Where its money went, by its transfer; until that is released, where the union receives money now. */
async function accountOf(trx: Trx, deps: Deps, row: NoticeRow): Promise<string | undefined> {
  if (row.released_at !== null && row.receiving_account !== null)
    return deps.secrets.openText(receivingAccountPlace(row.district_id), row.receiving_account as Envelope)
  return (await receivingAccountOf(trx, deps.secrets, row.district_id))?.number
}

/**
 * A notice line by line. Of accounts everybody has the last four digits: they go into the bank's file whole.
 * @throws {Refused} not-found
 */
export async function noticeDetail(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<NoticeDetail> {
  const row = await noticeOf(trx, id)
  const lines = await selectPayLines(trx, id)
  const { accountId } = viewer
  const account = viewer.role === 'centreFinance' ? await accountOf(trx, deps, row) : undefined
  await record(trx, deps.secrets, {
    kind: 'allocation-notice.viewed',
    objectKind: 'allocation_notice',
    objectId: id,
    accountId,
    at,
  })
  return {
    ...noticeView(row, await rulesOf(trx, [row])),
    ...(account !== undefined && { receivingAccount: account }),
    ...(row.scan_file_id !== null && { scanFileId: row.scan_file_id }),
    ...(row.receipt_scan_file_id !== null && { receiptScanFileId: row.receipt_scan_file_id }),
    lines: lines.map((line) => {
      const payee = openPayee(deps, line.id, line.payee)
      return {
        awardId: line.id,
        applicationId: line.application_id,
        receiptNumber: line.receipt_number,
        applicantName: payee.name,
        level: line.level as Level,
        amountFen: line.amount_fen,
        payeeKind: payee.kind,
        payeeTail: line.payee_tail ?? '',
        ...(payee.bankName !== undefined && { bankName: payee.bankName }),
        ...(line.state === 'settled' && line.paid_on !== null && { paidOn: line.paid_on }),
        ...(line.bank_serial !== null && { bankSerial: line.bank_serial }),
        ...(line.state !== null && { state: line.state as PayoutState }),
        ...(line.code !== null && { code: line.code as FailureCode }),
        ...(line.batch_id !== null && { batchId: line.batch_id }),
        ...(line.disputed && line.state !== 'settled' && { disputed: true as const }),
        ...(line.passed_to !== null && { passedTo: line.passed_to }),
        ...(line.notice_id === null && { takenOff: true as const }),
        ...(line.cancelled && { cancelled: true as const }),
      }
    }),
  }
}

/** 少1张、少1,000元 */
function differenceOf(notice: NoticeRow, said: z.infer<typeof Confirm>): string | undefined {
  const count = said.lineCount - notice.line_count
  const amount = said.totalFen - notice.total_fen
  const words = [
    ...(count === 0 ? [] : [`${count < 0 ? '少' : '多'}${Math.abs(count)}张`]),
    ...(amount === 0 ? [] : [`${amount < 0 ? '少' : '多'}${yuanInSentence(fen(Math.abs(amount)))}`]),
    ...(said.accountTail === notice.receiving_account_tail
      ? []
      : [`收款账户尾号是${said.accountTail}，通知上是${notice.receiving_account_tail}`]),
  ]
  return words.length > 0 ? words.join('、') : undefined
}

/**
 * Takes a disbursement confirmation that equals the notice, and gives it its place (R12).
 * @throws {Refused} not-found, money.superseded, money.done, money.confirmation-differs, money.scan-missing
 */
export function confirm(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  noticeId: string,
  body: z.infer<typeof Confirm>,
  at: Instant,
): Promise<{ place: number; confirmedAt: number }> {
  const { accountId } = viewer
  const kind = 'payments.confirm'
  return once(trx, deps, { id: commandId(deps, kind, noticeId, body), kind, accountId, body, at }, async () => {
    const notice = await noticeOf(trx, noticeId)
    requireCurrent(notice)
    if (notice.place !== null) throw new Refused('money.done')
    const difference = differenceOf(notice, body)
    if (difference !== undefined) throw new Refused('money.confirmation-differs', { difference })
    if (!(await isHandedIn(trx, body.scanFileId, 'confirmationScan', accountId)))
      throw new Refused('money.scan-missing')
    const place = await takePlace(trx, notice.policy_id)
    const { confirmed_at: confirmedAt } = await insertConfirmation(trx, {
      notice_id: noticeId,
      policy_id: notice.policy_id,
      place,
      line_count: body.lineCount,
      total_fen: body.totalFen,
      account_tail: body.accountTail,
      scan_file_id: body.scanFileId,
      confirmed_by: accountId,
      confirmed_at: at,
    })
    await record(trx, deps.secrets, {
      kind: 'allocation-notice.confirmed',
      objectKind: 'allocation_notice',
      objectId: noticeId,
      accountId,
      at,
      detail: { place },
    })
    return { place, confirmedAt }
  })
}

/** A day between two others, both included. @throws {Refused} request.malformed naming the field */
export function dayBetween(field: string, text: string, from: PlainDate, tooEarly: string, at: Instant): PlainDate {
  const day = plainDate(text)
  const wrong = (says: string) => new Refused('request.malformed', {}, [{ field, says }])
  if (!day) throw wrong('没有这一天，请再看一遍日期。')
  if (day > shanghaiDate(at)) throw wrong('这一天还没到，请填实际的日期。')
  if (day < from) throw wrong(tooEarly)
  return day
}

/** @throws {Refused} not-found, money.not-released, money.done, money.scan-missing, request.malformed */
export function recordReceipt(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  noticeId: string,
  body: z.infer<typeof RecordReceipt>,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payments.record-receipt'
  return once(trx, deps, { id: commandId(deps, kind, noticeId, body), kind, accountId, body, at }, async () => {
    const notice = await noticeOf(trx, noticeId)
    if (notice.transfer_id === null || notice.released_at === null) throw new Refused('money.not-released')
    if (notice.received_on !== null) throw new Refused('money.done')
    const transfer = { id: notice.transfer_id, released_at: notice.released_at }
    await receiveTransfer(trx, deps, viewer, transfer, body, at)
    return { id: noticeId }
  })
}

/**
 * The receipt of a transfer that was released: its number, its scan, and the day from which the two weeks run (四.一.5).
 * @throws {Refused} money.scan-missing, request.malformed, money.done
 */
export async function receiveTransfer(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  transfer: { id: string; released_at: number },
  { receivedOn, receiptNumber, scanFileId }: RecordReceipt,
  at: Instant,
): Promise<void> {
  const released = shanghaiDate(transfer.released_at as Instant)
  const day = dayBetween('receivedOn', receivedOn, released, '这一天还没有划拨，请填钱到账的日期。', at)
  if (!(await isHandedIn(trx, scanFileId, 'receiptScan', accountId))) throw new Refused('money.scan-missing')
  await insertReceipt(trx, {
    transfer_id: transfer.id,
    received_on: day,
    receipt_number: receiptNumber,
    scan_file_id: scanFileId,
    recorded_by: accountId,
    recorded_at: at,
  })
  const entry = { kind: 'transfer.received', objectKind: 'transfer', objectId: transfer.id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at })
}
