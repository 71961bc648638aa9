/**
 * What may be set right after approval (更正): what was recorded of a payment, or the award itself. One person proposes it,
 * another confirms it; a closed batch never changes.
 */
import type { Role } from './roles.ts'

export const correctionKinds = [
  'recordedWrongly', // 发放登记有误: what was recorded of the payout is taken back, and the bank is asked again
  'cancel', // 取消资助
  'reinstate', // 恢复资助: it was cancelled wrongly, and the city has the money back
] as const
export type CorrectionKind = (typeof correctionKinds)[number]

/** Why an award is taken back. */
export const cancelCauses = [
  'certificateRevoked', // 证书被撤销
  'displaced', // 异议成立: the certificate is somebody else's
  'undeliverable', // 无法发放
  'other',
] as const
export type CancelCause = (typeof cancelCauses)[number]

export const correctionTitles: { readonly [K in CorrectionKind]: string } = {
  recordedWrongly: '发放登记有误',
  cancel: '取消资助',
  reinstate: '恢复资助',
}
export const cancelCauseTitles: { readonly [C in CancelCause]: string } = {
  certificateRevoked: '证书被撤销',
  displaced: '异议成立，证书归别人',
  undeliverable: '无法发放',
  other: '其他原因',
}

/** Where an award's money is, as far as a correction asks. */
export type MoneyPlace =
  | 'committed'
  | 'serviceCentre'
  | 'union'
  | 'payment'
  | 'worker'
  | 'bounced'
  | 'surplus'
  | 'cancelled'
export const placeOf = (account: string): MoneyPlace => account.split(':')[0] as MoneyPlace

/** What a confirmed correction does with the money. */
export type CorrectionEffect = 'asksAgain' | 'takesBackAndAsks' | 'backToCity' | 'surplus' | 'recovery' | 'again'
export function effectOf(kind: CorrectionKind, place: MoneyPlace, payerIsCity: boolean): CorrectionEffect {
  // What is promised to a payment then is that of the attempt after, which is at home.
  if (kind === 'recordedWrongly') return place === 'payment' ? 'takesBackAndAsks' : 'asksAgain'
  if (kind === 'reinstate') return 'again'
  if (place === 'worker') return 'recovery'
  return place === 'committed' || (payerIsCity && (place === 'bounced' || place === 'payment'))
    ? 'backToCity'
    : 'surplus'
}

export type CorrectionFacts = {
  readonly place: MoneyPlace
  readonly cancelled: boolean
  /** A notice names it. */
  readonly named: boolean
  /** A correction of it waits for a second person. */
  readonly open: boolean
  /** The worker is asked to pay it back, or has. */
  readonly recovery?: 'open' | 'closed'
  /** Its last attempt that was not taken out of its batch. */
  readonly payout?: { readonly state: string }
  /** The attempt whose record may be wrong: one that the bank contradicts, or the last that it said something of. */
  readonly recorded?: { readonly route: 'file' | 'bank'; readonly contradicted: boolean }
  /** Another attempt is in a batch, with the bank, or paid. */
  readonly another?: boolean
}

export type CorrectionRefusal =
  | 'forbidden'
  | 'correction.open'
  | 'correction.in-recovery'
  | 'correction.not-cancelled'
  | 'correction.cancelled'
  | 'correction.nothing-recorded'
  | 'correction.bank-route'
  | 'correction.in-batch'
  | 'correction.on-its-way'
  | 'correction.in-notice'

/**
 * Why somebody in this role cannot propose it now; undefined where they can. `correction_stands` in the database says the
 * same, and more: whether the certificate is free, and whether money is on its way to the centre.
 */
export function whyNotProposed(
  kind: CorrectionKind,
  role: Role,
  facts: CorrectionFacts,
): CorrectionRefusal | undefined {
  if (kind === 'reinstate' ? role !== 'approver' : kind === 'recordedWrongly' && role === 'approver') return 'forbidden'
  if (facts.open) return 'correction.open'
  if (facts.recovery === 'open') return 'correction.in-recovery'
  if (kind === 'reinstate')
    return facts.cancelled && facts.place === 'cancelled' && !facts.recovery ? undefined : 'correction.not-cancelled'
  if (facts.cancelled) return 'correction.cancelled'
  const state = facts.payout?.state
  if (kind === 'recordedWrongly') {
    // The connector asks its bank by itself; where the bank says otherwise than it did, people look.
    if (facts.recorded?.route === 'bank' && !facts.recorded.contradicted) return 'correction.bank-route'
    // What was released because of that record, and has not left, is taken back with it.
    return facts.recorded && !facts.another ? undefined : 'correction.nothing-recorded'
  }
  if (state === 'made') return 'correction.in-batch'
  // What was released and has not left is taken back with its award.
  if (state === 'sent' || state === 'unknown') return 'correction.on-its-way'
  if (facts.named && (facts.place === 'committed' || facts.place === 'serviceCentre')) return 'correction.in-notice'
  return undefined
}

/** Who is one of the payer's own: they propose, and confirm what a colleague recorded. */
export const financesPayouts = (role: Role): boolean =>
  role === 'districtFinance' || role === 'unionFinance' || role === 'cityFinance'

/** Whose second look it takes. */
export const confirms = (kind: CorrectionKind, role: Role): boolean =>
  kind === 'recordedWrongly' ? financesPayouts(role) : role === 'approver'
