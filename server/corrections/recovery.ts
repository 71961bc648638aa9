/**
 * 追回: a worker was paid, and the award is taken back. Until the money is back the award stays paid and the case stays
 * open; who pays records that it is back, and a colleague confirms it.
 */
import type { RecordRecovery, RecoveryView } from '../../contract/corrections.ts'
import { Refused } from '../../contract/errors.ts'
import { type CancelCause, financesPayouts, placeOf } from '../../domain/correction.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { Level } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { dayBetween } from '../payments/notice.ts'
import { openPayee } from '../payments/payee.ts'
import { isHandedIn } from '../files/file.ts'
import { takeBack } from './takeBack.ts'
import { lockRecovery, selectPaidOn, selectRecoveries, selectSubject, updateRecovery } from './sql.ts'

/** @throws {Refused} not-found, money.done */
async function lockOwn(trx: Trx, viewer: Viewer, id: string) {
  const recovery = await lockRecovery(trx, id)
  if (!recovery || recovery.payer_id !== viewer.organisation!.id) throw new Refused('not-found')
  if (recovery.confirmed_by !== null) throw new Refused('money.done')
  return recovery
}

/**
 * The worker has paid it back. Until a colleague confirms it, it can be recorded anew.
 * @throws {Refused} not-found, money.done, request.malformed, act.own-application, request.reused-id
 */
export function recordRecovery(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, receiptId }: { id: string; receiptId: string },
  body: RecordRecovery,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const command = { id: receiptId, kind: 'corrections.record-recovery', accountId, body: { id, ...body }, at }
  return once(trx, deps, command, async () => {
    const recovery = await lockOwn(trx, viewer, id)
    const paidOn = await selectPaidOn(trx, recovery.award_id)
    if (!(await isHandedIn(trx, body.scanFileId, 'payoutProof', accountId)))
      throw new Refused('request.malformed', {}, [{ field: 'scanFileId', says: '凭证没有收到，请重新上传。' }])
    await updateRecovery(trx, id, {
      received_on: dayBetween(
        'receivedOn',
        body.receivedOn,
        paidOn as PlainDate,
        '这一天还没有发放，请填钱退回的日期。',
        at,
      ),
      voucher_number: body.voucherNumber,
      scan_file_id: body.scanFileId,
      recorded_by: accountId,
      recorded_at: at,
    })
    const entry = { kind: 'recovery.recorded', objectKind: 'recovery', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at })
    return { id }
  })
}

/**
 * A colleague confirms that the money is back: the award is cancelled, and what was paid lies with the payer.
 * @throws {Refused} not-found, money.done, correction.not-back, correction.same-person, correction.on-its-way,
 * act.own-application, objection.calendar-missing
 */
export function confirmRecovery(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'corrections.confirm-recovery'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const recovery = await lockOwn(trx, viewer, id)
    if (recovery.recorded_by === null) throw new Refused('correction.not-back')
    if (recovery.recorded_by === accountId) throw new Refused('correction.same-person')
    await updateRecovery(trx, id, { confirmed_by: accountId, confirmed_at: at })
    const award = (await selectSubject(trx, { awardId: recovery.award_id }, viewer.organisation!.id))!
    const reason = recovery.cause as CancelCause
    const place = placeOf(award.stands_on)
    // Where the bank gave it back meanwhile, it is the bank's money that came back.
    if (place === 'bounced')
      await takeBack(trx, deps, viewer, award, { kind: 'cancel', id: recovery.correction_id, reason }, at)
    else if (place === 'worker') await takeBack(trx, deps, viewer, award, { kind: 'recovery', id, reason }, at)
    else throw new Refused('correction.on-its-way')
    const entry = { kind: 'recovery.confirmed', objectKind: 'recovery', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at })
    return { id }
  })
}

/** What a viewer can do: the payer's own record, then another of them confirms. */
function mayOf(viewer: Viewer, row: { payer_id: string; recorded_by: string | null; confirmed_by: string | null }) {
  if (row.confirmed_by !== null || row.payer_id !== viewer.organisation!.id || !financesPayouts(viewer.role))
    return undefined
  return row.recorded_by !== null && row.recorded_by !== viewer.accountId ? 'confirm' : 'record'
}

export async function recoveryViews(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  view: 'open' | 'closed',
): Promise<RecoveryView[]> {
  const payerId = viewer.role === 'approver' ? undefined : viewer.organisation!.id
  return (await selectRecoveries(trx, view, payerId)).map((row) => {
    const may = mayOf(viewer, row)
    return {
      id: row.id,
      cause: row.cause as CancelCause,
      awardId: row.award_id,
      applicationId: row.application_id,
      receiptNumber: row.receipt_number,
      applicantName: openPayee(deps, row.award_id, row.payee).name,
      level: row.level as Level,
      amountFen: row.amount_fen,
      payer: row.payer,
      openedAt: row.opened_at,
      ...(row.recorded_by !== null && {
        ...{ receivedOn: row.received_on!, voucherNumber: row.voucher_number!, scanFileId: row.scan_file_id! },
        recordedBy: row.recorder ?? '',
      }),
      ...(row.confirmed_at !== null && { confirmedBy: row.confirmer ?? '', confirmedAt: row.confirmed_at }),
      ...(may && { may }),
    }
  })
}
