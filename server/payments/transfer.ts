/**
 * Money between unions: the city funds an approved list, the service centre transfers to district unions in the order in
 * which their confirmations came (四.一.5). One person makes a transfer, another releases it.
 */
import type { z } from 'zod'
import { Refused } from '../../contract/errors.ts'
import type {
  MakeTransfer,
  MakeTransfers,
  ReleaseTransfers,
  RenewTransfer,
  TransferView,
} from '../../contract/payments.ts'
import type { Instant } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { post } from '../ledger/ledger.ts'
import { noticeOf, requireCurrent } from './notice.ts'
import {
  type AwardRow,
  insertTransfer,
  lockList,
  lockTransfer,
  markReleased,
  markRenewed,
  type NoticeRow,
  otherDuty,
} from './sql.ts'
import { selectAwardsOfList, selectAwardsOfNotice, selectBefore, selectTransfer } from './sql.ts'

type MakeTransferBody = z.infer<typeof MakeTransfer>

/** Who moves which money: the city funds, the centre allocates. */
const financeOf = { funding: 'cityFinance', allocation: 'centreFinance' } as const

async function requireFreeOfOtherDuty(
  trx: Trx,
  viewer: Viewer,
  listId: string,
  noticeId: string | null,
): Promise<void> {
  const holds = await otherDuty(trx, listId, noticeId, viewer.accountId, 'payment')
  if (holds) throw new Refused('act.four-eyes', { holds })
}

/** First confirmed, first transferred: nobody is passed over. */
async function requireTurn(trx: Trx, notice: NoticeRow, place: number, notYet: 'made' | 'released'): Promise<void> {
  const union = await selectBefore(trx, notice.policy_id, place, notYet)
  if (union !== undefined) throw new Refused('money.not-your-turn', { union })
}

/**
 * Makes a transfer; nothing moves before somebody else releases it.
 * @throws {Refused} forbidden, not-found, money.done, money.superseded, act.not-in-this-state (not approved, not confirmed),
 * money.not-funded, money.not-your-turn, act.four-eyes, act.own-application, request.reused-id
 */
export function makeTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: MakeTransferBody,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  if (viewer.role !== financeOf[body.kind]) throw new Refused('forbidden')
  return once(trx, deps, { id, kind: 'payments.make-transfer', accountId, body, at }, async () => {
    const subject = await (body.kind === 'funding' ? fundingOf(trx, body.subjectId) : allocationOf(trx, body.subjectId))
    await requireFreeOfOtherDuty(trx, viewer, subject.approval_list_id, subject.notice_id)
    await insertTransfer(trx, {
      id,
      kind: body.kind,
      ...subject,
      voucher_number: body.voucherNumber,
      made_by: accountId,
      made_at: at,
    })
    await record(trx, deps.secrets, {
      kind: 'transfer.made',
      objectKind: 'transfer',
      objectId: id,
      accountId,
      at,
      detail: { kind: body.kind, subjectId: body.subjectId },
    })
    return { id }
  })
}

/**
 * The next several of the order on one sheet: all are made, or none. The same sheet again makes nothing twice.
 * @throws {Refused} as `makeTransfer`
 */
export async function makeTransfers(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  sheetId: string,
  { noticeIds, voucherNumber }: MakeTransfers,
  at: Instant,
): Promise<{ ids: string[] }> {
  const ids: string[] = []
  for (const subjectId of noticeIds) {
    const body = { kind: 'allocation', subjectId, voucherNumber } as const
    const id = commandId(deps, 'payments.make-transfers', sheetId, subjectId)
    ids.push((await makeTransfer(trx, deps, viewer, id, body, at)).id)
  }
  return { ids }
}

/** Several that another person made: all are released, or none. @throws {Refused} as `releaseTransfer` */
export async function releaseTransfers(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { transferIds }: ReleaseTransfers,
  at: Instant,
): Promise<{ ids: string[] }> {
  for (const id of transferIds) await releaseTransfer(trx, deps, viewer, id, at)
  return { ids: transferIds }
}

const sumOf = (awards: readonly AwardRow[]) => awards.reduce((sum, each) => sum + each.amount_fen, 0)
/** What of a list the city has still to give: all of it at first, without what was cancelled; later what was granted once more. */
const unfunded = async (trx: Trx, listId: string) =>
  (await selectAwardsOfList(trx, listId)).filter((award) => award.stands_on === 'committed')

async function fundingOf(trx: Trx, listId: string) {
  const list = await lockList(trx, listId)
  if (!list) throw new Refused('not-found')
  if (list.approved_at === null || list.route !== 'viaUnions') throw new Refused('act.not-in-this-state')
  const amountFen = sumOf(await unfunded(trx, listId))
  if (amountFen === 0) throw new Refused('money.done')
  return { approval_list_id: listId, notice_id: null, amount_fen: amountFen }
}

async function allocationOf(trx: Trx, noticeId: string) {
  const notice = await noticeOf(trx, noticeId)
  requireCurrent(notice)
  if (notice.transfer_id !== null) throw new Refused('money.done')
  if (notice.place === null) throw new Refused('act.not-in-this-state')
  await requireTurn(trx, notice, notice.place, 'made')
  const awards = await selectAwardsOfNotice(trx, noticeId, notice.approval_list_id)
  if (awards.some((award) => award.stands_on !== 'serviceCentre')) throw new Refused('money.not-funded')
  return { approval_list_id: notice.approval_list_id, notice_id: noticeId, amount_fen: notice.total_fen }
}

/**
 * Releases a transfer that another person made, and posts it award by award.
 * @throws {Refused} not-found, forbidden, money.done, money.same-person, money.not-your-turn, money.account-changed,
 * act.four-eyes, act.own-application
 */
export function releaseTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payments.release-transfer'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    const transfer = await lockTransfer(trx, id)
    if (!transfer) throw new Refused('not-found')
    const { kind: of, approval_list_id: listId, notice_id: noticeId } = transfer
    if ((of !== 'funding' && of !== 'allocation') || listId === null) throw new Refused('not-found')
    if (viewer.role !== financeOf[of]) throw new Refused('forbidden')
    if (transfer.released_at !== null) throw new Refused('money.done')
    if (transfer.made_by === accountId) throw new Refused('money.same-person')
    await requireFreeOfOtherDuty(trx, viewer, listId, noticeId)
    if (noticeId !== null) {
      const notice = await noticeOf(trx, noticeId)
      await requireTurn(trx, notice, notice.place!, 'released')
    }
    await markReleased(trx, id, accountId, at)
    const awards = noticeId === null ? await unfunded(trx, listId) : await selectAwardsOfNotice(trx, noticeId, listId)
    if (sumOf(awards) !== transfer.amount_fen) throw new Error(`transfer ${id} is not the sum of its awards`)
    await post(
      trx,
      deps.secrets,
      awards.map((award) => ({
        awardId: award.id,
        ...(noticeId === null
          ? { from: 'committed', to: 'serviceCentre', causeKind: 'funding' }
          : { from: 'serviceCentre', to: `union:${award.district_id}`, causeKind: 'allocation' }),
        amountFen: award.amount_fen,
        causeId: id,
        at,
      })),
    )
    await record(trx, deps.secrets, { kind: 'transfer.released', objectKind: 'transfer', objectId: id, accountId, at })
    return { id }
  })
}

/**
 * Makes a transfer anew, for the account that the union has now: whoever does it is its maker, another releases it.
 * @throws {Refused} not-found, money.done where the account is the same, act.four-eyes, act.own-application
 */
export function renewTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: RenewTransfer,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payments.renew-transfer'
  const command = { id: commandId(deps, kind, id, [accountId, body]), kind, accountId, body, at }
  return once(trx, deps, command, async () => {
    const transfer = await lockTransfer(trx, id)
    if (!transfer || transfer.kind !== 'allocation') throw new Refused('not-found')
    if (transfer.made_at !== body.madeAt || transfer.released_at !== null) throw new Refused('money.done')
    await requireFreeOfOtherDuty(trx, viewer, transfer.approval_list_id!, transfer.notice_id)
    await markRenewed(trx, id, at)
    await record(trx, deps.secrets, { kind: 'transfer.renewed', objectKind: 'transfer', objectId: id, accountId, at })
    return { id }
  })
}

/** @throws {Refused} not-found */
export async function transferView(trx: Trx, id: string): Promise<TransferView> {
  const row = await selectTransfer(trx, id)
  if (!row) throw new Refused('not-found')
  return {
    id: row.id,
    kind: row.kind as TransferView['kind'],
    amountFen: row.amount_fen,
    voucherNumber: row.voucher_number,
    madeBy: row.maker ?? '',
    madeAt: row.made_at,
    ...(row.receiving_account_tail !== null && { accountTail: row.receiving_account_tail }),
    ...(row.releaser !== null && { releasedBy: row.releaser }),
    ...(row.released_at !== null && { releasedAt: row.released_at }),
  }
}
