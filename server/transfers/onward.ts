/**
 * Money passed on to the unions below (转拨): a union that has received it passes that of named awards to the union next
 * below that their workers are of. One person makes it, another releases it; the union below records its receipt, and its
 * own two weeks run from there (四.一.5).
 */
import { Refused } from '../../contract/errors.ts'
import type { RecordReceipt } from '../../contract/payments.ts'
import type { MakeOnward, Onward, OnwardTransfer } from '../../contract/transfers.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { channelRules, payDueOn } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { post } from '../ledger/ledger.ts'
import { receivingAccountOf, receivingAccountPlace } from '../organisations/organisation.ts'
import { receiveTransfer } from '../payments/notice.ts'
import { activePolicy } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import {
  dropOnward,
  insertOnward,
  lockOnward,
  type OnwardRow,
  releaseOnward,
  selectGroups,
  selectOnward,
  selectOnwards,
  selectPassable,
  selectTransferLines,
} from './sql.ts'

const unionOf = ({ organisation }: Viewer): string => organisation!.id

type Change = 'transfer.made' | 'transfer.released' | 'transfer.dropped'
const told = (trx: Trx, { secrets }: Deps, kind: Change, id: string, accountId: string, at: Instant) =>
  record(trx, secrets, { kind, objectKind: 'transfer', objectId: id, accountId, at, detail: { kind: 'onward' } })

/**
 * Makes a transfer to a union below; nothing moves before somebody else releases it.
 * @throws {Refused} money.no-account, money.not-passable, act.four-eyes, act.own-application, request.reused-id
 */
export function makeOnward(trx: Trx, deps: Deps, viewer: Viewer, id: string, body: MakeOnward, at: Instant) {
  const { accountId, organisation } = viewer
  return once(trx, deps, { id, kind: 'transfers.make-onward', accountId, body, at }, async () => {
    const wanted = [...new Set(body.awardIds)]
    const found = await selectPassable(trx, unionOf(viewer), body.unionId, wanted, accountId)
    if (found.length !== wanted.length) throw new Refused('money.not-passable')
    const holds = found.find((award) => award.duty !== null)?.duty
    if (holds) throw new Refused('act.four-eyes', { holds })
    if (!(await receivingAccountOf(trx, deps.secrets, body.unionId))) throw new Refused('money.no-account')
    const row = {
      id,
      kind: 'onward',
      from_id: organisation!.id,
      to_id: body.unionId,
      amount_fen: found.reduce((sum, award) => sum + award.amount_fen, 0),
      voucher_number: body.voucherNumber,
      made_by: accountId,
      made_at: at,
    }
    await insertOnward(trx, row, found)
    await told(trx, deps, 'transfer.made', id, accountId, at)
    return { id }
  })
}

/** The union's own transfer, neither released nor dropped. @throws {Refused} not-found, money.done */
async function openTransfer(trx: Trx, viewer: Viewer, id: string) {
  const transfer = await lockOnward(trx, id)
  if (!transfer || transfer.from_id !== unionOf(viewer)) throw new Refused('not-found')
  if (transfer.released_at !== null || transfer.dropped_at !== null) throw new Refused('money.done')
  return transfer
}

/**
 * Releases a transfer that another person made, and posts it award by award.
 * @throws {Refused} not-found, money.done, money.same-person, money.account-changed, act.four-eyes, act.own-application
 */
export function releaseTransferOnward(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant) {
  const { accountId } = viewer
  const kind = 'transfers.release-onward'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    const transfer = await openTransfer(trx, viewer, id)
    if (transfer.made_by === accountId) throw new Refused('money.same-person')
    await releaseOnward(trx, id, accountId, at)
    const lines = await selectTransferLines(trx, id)
    await post(
      trx,
      deps.secrets,
      lines.map((line) => ({
        awardId: line.award_id,
        from: `union:${transfer.from_id}`,
        to: `union:${transfer.to_id}`,
        amountFen: line.amount_fen,
        causeKind: 'onward',
        causeId: id,
        at,
      })),
    )
    await told(trx, deps, 'transfer.released', id, accountId, at)
    return { id }
  })
}

/** Takes back a transfer that nobody has released. @throws {Refused} not-found, money.done */
export function dropTransferOnward(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant) {
  const { accountId } = viewer
  const kind = 'transfers.drop-onward'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    await openTransfer(trx, viewer, id)
    await dropOnward(trx, id, accountId, at)
    await told(trx, deps, 'transfer.dropped', id, accountId, at)
    return { id }
  })
}

/** The union below has the money. @throws {Refused} not-found, money.not-released, money.done, money.scan-missing, request.malformed */
export function receiveOnward(trx: Trx, deps: Deps, viewer: Viewer, id: string, body: RecordReceipt, at: Instant) {
  const { accountId } = viewer
  const kind = 'transfers.receive-onward'
  return once(trx, deps, { id: commandId(deps, kind, id, body), kind, accountId, body, at }, async () => {
    const transfer = await selectOnward(trx, id)
    if (!transfer || transfer.to_id !== unionOf(viewer)) throw new Refused('not-found')
    if (transfer.released_at === null) throw new Refused('money.not-released')
    await receiveTransfer(trx, deps, viewer, { id, released_at: transfer.released_at }, body, at)
    return { id }
  })
}

/** What can be passed on, by union below, and what was. */
export async function onward(trx: Trx, deps: Deps, viewer: Viewer, noticeId?: string): Promise<Onward> {
  const rules = channelRules(await activePolicy(trx), 'unit')
  const view = (row: OnwardRow): OnwardTransfer => {
    const payBy = row.received_on === null ? undefined : payDueOn(rules, row.received_on as PlainDate)
    return {
      id: row.id,
      from: row.from_name,
      to: row.to_name,
      incoming: row.to_id === unionOf(viewer),
      lineCount: row.count,
      totalFen: row.amount_fen,
      voucherNumber: row.voucher_number,
      ...(row.tail !== null && { accountTail: row.tail }),
      ...(row.released_at === null && row.account_changed && { accountChanged: true as const }),
      madeBy: row.maker,
      madeAt: row.made_at,
      ...(row.releaser !== null && { releasedBy: row.releaser }),
      ...(row.released_at !== null && { releasedAt: row.released_at }),
      ...(row.dropped_at !== null && { droppedAt: row.dropped_at }),
      ...(row.received_on !== null && { receivedOn: row.received_on }),
      ...(row.receipt_number !== null && { receiptNumber: row.receipt_number }),
      ...(row.scan_file_id !== null && { receiptScanFileId: row.scan_file_id }),
      ...(payBy && { payDueOn: payBy }),
      paidCount: row.paid,
    }
  }
  const [groups, transfers] = [
    await selectGroups(trx, unionOf(viewer), noticeId),
    await selectOnwards(trx, unionOf(viewer), { noticeId }),
  ]
  return {
    groups: groups.map((row) => ({
      unionId: row.id,
      union: row.name,
      ...(row.tail !== null && { accountTail: row.tail }),
      ...(row.account !== null && {
        receivingAccount: deps.secrets.openText(receivingAccountPlace(row.id), row.account as Envelope),
      }),
      count: row.count,
      totalFen: row.total_fen,
      awardIds: row.award_ids,
    })),
    transfers: transfers.map(view),
  }
}
