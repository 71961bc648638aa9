/**
 * 结余退回: what was cancelled and lies with an organisation goes back the way it came, step by step, up to the city
 * (四.一.5). One person makes the transfer, a colleague releases it, who is above records that it has arrived.
 */
import type {
  MakeSurplusTransfer,
  ReceiveSurplusTransfer,
  ReleaseSurplusTransfer,
  Surplus,
  SurplusTransferView,
} from '../../contract/corrections.ts'
import { Refused } from '../../contract/errors.ts'
import type { CancelCause } from '../../domain/correction.ts'
import { type Instant, shanghaiDate, yearOf } from '../../domain/dates.ts'
import type { Level } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { lotsOf, post } from '../ledger/ledger.ts'
import { receivingAccountOf, receivingAccountPlace } from '../organisations/organisation.ts'
import { dayBetween } from '../payments/notice.ts'
import type { Envelope } from '../secrets.ts'
import {
  insertSurplus,
  insertSurplusLines,
  kindOf,
  lockSurplus,
  nextSurplusNumber,
  selectHeld,
  selectSurplusLines,
  selectSurplusTransfers,
  updateSurplus,
} from './sql.ts'

const ownOf = ({ organisation }: Viewer): string => organisation!.id

type Kind = 'surplus.made' | 'surplus.released' | 'surplus.dropped' | 'surplus.received'
const note = (trx: Trx, { secrets }: Deps, kind: Kind, id: string, { accountId }: Viewer, at: Instant) =>
  record(trx, secrets, { kind, objectKind: 'surplus_transfer', objectId: id, accountId, at })

/**
 * Makes a transfer of what lies with the viewer's organisation, all or named; nothing moves before a colleague releases it.
 * Where it came from several, it goes back to the one whose money has lain there longest.
 * @throws {Refused} money.no-surplus, money.no-account, request.reused-id
 */
export function makeSurplusTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  { awardIds }: MakeSurplusTransfer,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  return once(trx, deps, { id, kind: 'surplus.make', accountId, body: { awardIds }, at }, async () => {
    const held = await selectHeld(trx, ownOf(viewer), awardIds)
    const lines = held.filter((each) => each.to_id === held[0]!.to_id)
    if (lines.length === 0 || (awardIds && lines.length !== new Set(awardIds).size))
      throw new Refused('money.no-surplus')
    if (!(await receivingAccountOf(trx, deps.secrets, lines[0]!.to_id)))
      throw new Refused('money.no-account', { union: lines[0]!.to })
    await insertSurplus(trx, {
      id,
      number: `退〔${yearOf(shanghaiDate(at))}〕${await nextSurplusNumber(trx)}号`,
      from_id: ownOf(viewer),
      to_id: lines[0]!.to_id,
      line_count: lines.length,
      total_fen: lines.reduce((sum, line) => sum + line.amount_fen, 0),
      made_by: accountId,
      made_at: at,
    })
    for (const lot of lotsOf(lines)) await insertSurplusLines(trx, id, lot)
    await note(trx, deps, 'surplus.made', id, viewer, at)
    return { id }
  })
}

/** @throws {Refused} not-found */
async function lockOf(trx: Trx, viewer: Viewer, id: string, side: 'from_id' | 'to_id') {
  const transfer = await lockSurplus(trx, id)
  if (!transfer || transfer[side] !== ownOf(viewer)) throw new Refused('not-found')
  return transfer
}

/** @throws {Refused} not-found, money.done, money.same-person, money.account-changed */
export function releaseSurplusTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: ReleaseSurplusTransfer,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'surplus.release'
  return once(trx, deps, { id: commandId(deps, kind, id, [accountId, body]), kind, accountId, body, at }, async () => {
    const transfer = await lockOf(trx, viewer, id, 'from_id')
    if (transfer.released_at !== null || transfer.dropped_at !== null) throw new Refused('money.done')
    if (transfer.made_by === accountId) throw new Refused('money.same-person')
    const { voucherNumber } = body
    await updateSurplus(trx, id, { released_by: accountId, released_at: at, voucher_number: voucherNumber })
    await note(trx, deps, 'surplus.released', id, viewer, at)
    return { id }
  })
}

/** Gives a transfer up that nobody has released. @throws {Refused} not-found, money.done */
export function dropSurplusTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'surplus.drop'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const transfer = await lockOf(trx, viewer, id, 'from_id')
    if (transfer.released_at !== null || transfer.dropped_at !== null) throw new Refused('money.done')
    await updateSurplus(trx, id, { dropped_by: accountId, dropped_at: at })
    await note(trx, deps, 'surplus.dropped', id, viewer, at)
    return { id }
  })
}

/**
 * The one above has it: from here it is theirs to hand on, or back with the city.
 * @throws {Refused} not-found, money.not-released, money.done, request.malformed
 */
export function receiveSurplusTransfer(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: ReceiveSurplusTransfer,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'surplus.receive'
  return once(trx, deps, { id: commandId(deps, kind, id, [accountId, body]), kind, accountId, body, at }, async () => {
    const transfer = await lockOf(trx, viewer, id, 'to_id')
    if (transfer.released_at === null) throw new Refused('money.not-released')
    if (transfer.received_at !== null) throw new Refused('money.done')
    const released = shanghaiDate(transfer.released_at as Instant)
    await updateSurplus(trx, id, {
      received_by: accountId,
      received_at: at,
      received_on: dayBetween('receivedOn', body.receivedOn, released, '这一天还没有退出，请填钱到账的日期。', at),
      receipt_number: body.receiptNumber,
    })
    const isCity = (await kindOf(trx, transfer.to_id)) === 'cityFederation'
    await post(
      trx,
      deps.secrets,
      (await selectSurplusLines(trx, [id])).map((line) => ({
        ...{ awardId: line.award_id, amountFen: line.amount_fen, causeKind: 'handBack' as const, causeId: id, at },
        from: `surplus:${transfer.from_id}` as const,
        to: isCity ? ('cancelled' as const) : (`surplus:${transfer.to_id}` as const),
      })),
    )
    await note(trx, deps, 'surplus.received', id, viewer, at)
    return { id }
  })
}

/** What lies with the viewer's organisation, and the transfers it takes part in. */
export async function surplus(trx: Trx, { secrets }: Deps, viewer: Viewer): Promise<Surplus> {
  const own = ownOf(viewer)
  const [held, transfers] = await Promise.all([selectHeld(trx, own), selectSurplusTransfers(trx, own)])
  const lines = await selectSurplusLines(
    trx,
    transfers.map((row) => row.id),
  )
  return {
    organisation: viewer.organisation!.name,
    held: held.map((row) => ({
      awardId: row.id,
      receiptNumber: row.receipt_number,
      level: row.level as Level,
      amountFen: row.amount_fen,
      ...(row.cause !== null && { cause: row.cause as CancelCause }),
      since: row.cancelled_at,
      to: row.to,
    })),
    transfers: transfers.map((row): SurplusTransferView => ({
      id: row.id,
      number: row.number,
      from: row.from,
      to: row.to,
      side: row.from_id === own ? 'gives' : 'receives',
      lineCount: row.line_count,
      totalFen: row.total_fen,
      ...(row.from_id === own &&
        row.received_on === null &&
        row.receiving_account !== null && {
          toAccount: secrets.openText(receivingAccountPlace(row.to_id), row.receiving_account as Envelope),
        }),
      ...(row.released_at === null && row.account_changed && { accountChanged: true as const }),
      stage: stageOf(row),
      madeBy: row.maker ?? '',
      madeAt: row.made_at,
      own: row.made_by === viewer.accountId,
      ...(row.released_at !== null && {
        ...{ releasedBy: row.releaser ?? '', releasedAt: row.released_at, voucherNumber: row.voucher_number! },
      }),
      ...(row.received_on !== null && {
        ...{ receivedBy: row.receiver ?? '', receivedOn: row.received_on, receiptNumber: row.receipt_number! },
      }),
      lines: lines
        .filter((line) => line.transfer_id === row.id)
        .map((line) => ({
          awardId: line.award_id,
          receiptNumber: line.receipt_number,
          level: line.level as Level,
          amountFen: line.amount_fen,
        })),
    })),
  }
}

function stageOf(row: { received_on: string | null; released_at: number | null; dropped_at: number | null }) {
  if (row.dropped_at !== null) return 'dropped'
  if (row.received_on !== null) return 'received'
  return row.released_at !== null ? 'released' : 'made'
}
