/**
 * The life of a payout: one attempt to pay one award (四.一.5, 四.二.3, 四.三; R26). The award is the debt, and there is one;
 * attempts follow one another, and at most one of them is on its way or done.
 */

export const payoutStates = [
  'made', // named in a batch that nobody has released
  'released', // a second person released the batch; nothing has left yet
  'sent', // handed to the bank, or its file was given out: whatever comes, it is never sent under another reference
  'unknown', // the bank cannot say, or what was recorded is taken back: it is asked, never sent again
  'settled', // on the worker's account
  'failed', // the bank refused it
  'bounced', // 退票: given back after it had been settled, even weeks later
  'cancelled', // taken out of its batch before release, or, while it was at home still, with its award by a correction
] as const
export type PayoutState = (typeof payoutStates)[number]

/** What the bank says of a payout; `reopened` is ours: what was recorded of it was wrong. */
export const payoutOutcomes = ['settled', 'failed', 'unknown', 'bounced', 'reopened'] as const
export type PayoutOutcome = (typeof payoutOutcomes)[number]

/** Why a bank does not pay. Banks have codes of their own; each connector and format maps them to these. */
export const failureCodes = [
  'nameMismatch', // 户名不符
  'noSuchAccount', // 账号不存在
  'accountClosed', // 销户
  'notActivated', // 未激活
  'accountBlocked', // 冻结、挂失、睡眠户
  'limitExceeded', // 限额
  'idMismatch', // 证件不符
  'bankNumberWrong', // 行号错
  'payerFunds', // 余额不足
  'duplicate', // 重复
  'other',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** What the bank said, in the few words that finance and worker both read. */
export const failureTitles: Readonly<Record<FailureCode, string>> = {
  nameMismatch: '户名不符',
  noSuchAccount: '账号不存在',
  accountClosed: '账户已销户',
  notActivated: '未激活',
  accountBlocked: '账户冻结、挂失或睡眠',
  limitExceeded: '超过账户限额',
  idMismatch: '证件不符',
  bankNumberWrong: '开户行行号错',
  payerFunds: '付款账户余额不足',
  duplicate: '银行认为重复',
  other: '其他原因',
}

/** Nothing about the account was wrong: the payer pays once more, and nobody else has to do anything. */
export const failureIsThePayers = (code: FailureCode): boolean => code === 'payerFunds'

/** The same account can never take it; with the others it may, once whoever it is has done what the bank wants. */
export const wantsAnotherAccount = (code: FailureCode): boolean =>
  code === 'nameMismatch' || code === 'noSuchAccount' || code === 'accountClosed' || code === 'idMismatch'

/** Money of the award is promised to this attempt, or gone: no other attempt may stand beside it. */
export const isLive = (state: PayoutState): boolean =>
  state !== 'failed' && state !== 'bounced' && state !== 'cancelled'

/** It may have left the house: only the bank's word settles it. */
export const isOut = (state: PayoutState): boolean => state === 'sent' || state === 'unknown'

/**
 * The state after the bank's word. `payout_follows` in the database says the same.
 * @returns undefined where the word changes nothing because it was heard before; `refused` where it contradicts what is
 * recorded: then nothing changes, and a person looks at it
 */
export function afterOutcome(state: PayoutState, outcome: PayoutOutcome): PayoutState | undefined | 'refused' {
  if (outcome === state) return undefined
  switch (outcome) {
    case 'settled':
      // What was given back had been settled: this word only comes late.
      if (state === 'bounced') return undefined
      return isOut(state) ? outcome : 'refused'
    case 'failed':
      return isOut(state) ? outcome : 'refused'
    case 'unknown':
      return state === 'sent' ? 'unknown' : 'refused'
    // A bank that gives money back had paid it: the word of the payment itself may have been lost.
    case 'bounced':
      return state === 'settled' || isOut(state) ? 'bounced' : 'refused'
    case 'reopened':
      return state === 'settled' || state === 'failed' || state === 'bounced' ? 'unknown' : 'refused'
  }
}

/** Why a batch waits for a person before it is released. */
export const payoutStops = [
  'oneAccountManyPeople',
  'onePersonManyAccounts',
  'accountChanged', // since the batch was made
  'disputed', // somebody objects to the certificate
  'typedBack', // that the attempt before came back is a word somebody typed
] as const
export type PayoutStop = (typeof payoutStops)[number]

/**
 * A reason that somebody can accept with words; the others take the line out of the batch. What was typed is accepted by
 * anybody but who typed it.
 */
export const mayBeAccepted = (stop: PayoutStop): boolean =>
  stop === 'oneAccountManyPeople' || stop === 'onePersonManyAccounts' || stop === 'typedBack'
