/** 发放: a district union records each worker it paid, with date and proof (四.一.5). */
import type { z } from 'zod'
import { Refused } from '../../contract/errors.ts'
import type { RecordPayout } from '../../contract/payments.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { post } from '../ledger/ledger.ts'
import { dayBetween } from './notice.ts'
import { hasFile, insertPayout, selectPayable } from './sql.ts'

/**
 * Records that one worker was paid; the application is then 已发放. The payout's id is that of its action.
 * @throws {Refused} not-found, money.not-received, money.done, money.disputed, request.malformed, act.four-eyes,
 * act.own-application, request.reused-id
 */
export function recordPayout(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: z.infer<typeof RecordPayout>,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId, role } = viewer
  return once(trx, deps, { id, kind: 'payments.record-payout', accountId, body, at }, async () => {
    const award = await selectPayable(trx, body.awardId)
    if (!award || award.application_id === null) throw new Refused('not-found')
    if (award.payout_id !== null) throw new Refused('money.done')
    if (award.disputed) throw new Refused('money.disputed')
    if (award.received_on === null) throw new Refused('money.not-received')
    const paidOn = dayBetween(
      'paidOn',
      body.paidOn,
      award.received_on as PlainDate,
      '这一天还没收到划拨资金，请填实际发放的日期。',
      at,
    )
    if (body.proofFileId !== undefined && !(await hasFile(trx, body.proofFileId, 'payoutProof', accountId)))
      throw new Refused('request.malformed', {}, [{ field: 'proofFileId', says: '凭证没有收到，请重新上传。' }])
    await insertPayout(trx, {
      id,
      award_id: award.id,
      paid_on: paidOn,
      voucher_number: body.voucherNumber,
      proof_file_id: body.proofFileId ?? null,
      recorded_by: accountId,
      recorded_at: at,
    })
    await appendActions(trx, deps, [{ applicationId: award.application_id, id, kind: 'pay', accountId, role, at }])
    await post(trx, deps.secrets, [
      {
        awardId: award.id,
        from: `union:${award.district_id}`,
        to: `worker:${award.id}`,
        amountFen: award.amount_fen,
        causeKind: 'pay',
        causeId: id,
        at,
      },
    ])
    await record(trx, deps.secrets, { kind: 'payout.recorded', objectKind: 'payout', objectId: id, accountId, at })
    return { id }
  })
}
