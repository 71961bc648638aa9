/** How far payouts have come, in the words of the desk. */
import type { PayoutBatchView, PayoutLine } from '../../../contract/payouts.ts'
import { failureTitles } from '../../../domain/payout.ts'
import type { PayoutOutcome, PayoutState, PayoutStop } from '../../../domain/payout.ts'
import type { StatusKind } from '../../ui/Status.tsx'
import { counted, dateOf, day } from '../../ui/words.ts'

export type Totals = { readonly count: number; readonly totalFen: number }
type ByState = PayoutBatchView['byState']

const nothing: Totals = { count: 0, totalFen: 0 }
export const totalOf = (byState: ByState, ...states: readonly PayoutState[]): Totals =>
  states.reduce((sum, state) => {
    const { count, totalFen } = byState[state] ?? nothing
    return { count: sum.count + count, totalFen: sum.totalFen + totalFen }
  }, nothing)

/** Of a batch: what the bank has not answered yet, and what it refused or gave back. */
export const outOf = (byState: ByState): Totals => totalOf(byState, 'sent', 'unknown')
export const backOf = (byState: ByState): Totals => totalOf(byState, 'failed', 'bounced')

/** Of a released batch: what was taken back before it left the house. Its own number and sum never change. */
export function withdrawnOf({ releasedAt, lineCount, totalFen, byState }: PayoutBatchView): Totals {
  if (releasedAt === undefined) return nothing
  const kept = totalOf(byState, 'released', 'sent', 'unknown', 'settled', 'failed', 'bounced')
  return { count: lineCount - kept.count, totalFen: totalFen - kept.totalFen }
}

export function stageOf(batch: PayoutBatchView): readonly [StatusKind, string] {
  if (batch.droppedAt !== undefined) return ['paused', '已撤销']
  if (batch.releasedAt === undefined) return ['active', '待放行']
  const [released, out, back] = [totalOf(batch.byState, 'released'), outOf(batch.byState), backOf(batch.byState)]
  if (released.count > 0) return ['active', batch.route === 'bank' ? '正在送银行' : '待下载']
  const open = out.count > 0 ? `等结果${counted(out.count)}笔` : ''
  if (back.count > 0) {
    const { failed, bounced } = batch.byState
    const what = !bounced ? '没付成' : !failed ? '退票' : '没付成和退票'
    return ['bounced', `${what}${counted(back.count)}笔${open && `，${open}`}`]
  }
  if (open) return ['active', open]
  return totalOf(batch.byState, 'settled').count > 0 ? ['met', '已全部发放'] : ['paused', '已全部撤回']
}

export const stateTitles: { readonly [S in PayoutState]: string } = {
  made: '等放行',
  released: '等送出',
  sent: '等结果',
  unknown: '银行还不确定',
  settled: '已发放',
  failed: '没付成',
  bounced: '退票',
  cancelled: '已移出',
}
const stateKinds: { readonly [S in PayoutState]: StatusKind } = {
  made: 'waiting',
  released: 'waiting',
  sent: 'active',
  unknown: 'person',
  settled: 'met',
  failed: 'bounced',
  bounced: 'bounced',
  cancelled: 'paused',
}
export function saysOfLine(
  { state, code, paidOn, withdrawnAt }: Pick<PayoutLine, 'state' | 'code' | 'paidOn' | 'withdrawnAt'>,
  today: string,
): readonly [StatusKind, string] {
  if (withdrawnAt !== undefined) return [stateKinds[state], `已撤回 ${day(dateOf(withdrawnAt), today)}`]
  const after = code ? `：${failureTitles[code]}` : state === 'settled' && paidOn ? ` ${day(paidOn, today)}` : ''
  return [stateKinds[state], `${stateTitles[state]}${after}`]
}

/** What the bank can say of a payout, from where it stands. */
export const outcomesFrom = (state: PayoutState): readonly Exclude<PayoutOutcome, 'reopened'>[] =>
  state === 'settled'
    ? ['bounced']
    : state === 'unknown'
      ? ['settled', 'failed', 'bounced']
      : state === 'sent'
        ? ['settled', 'failed', 'unknown', 'bounced']
        : []

export const outcomeTitles: { readonly [O in Exclude<PayoutOutcome, 'reopened'>]: string } = {
  settled: '已到账',
  failed: '没付成',
  unknown: '银行还不确定',
  bounced: '付了，又退回来（退票）',
}

/** Why nothing is released and no file is made while the send log is being looked into. */
export const pausedSays = '放行已停，查清以后再办'

/** What each stop asks a person to look at. */
export const stopTitles: { readonly [S in PayoutStop]: string } = {
  oneAccountManyPeople: '同一个账户，几个人用',
  onePersonManyAccounts: '同一个人，用几个账户',
  accountChanged: '收款账户改过',
  disputed: '有人提了异议',
  typedBack: '上一次没付成，是手工登记的',
}
