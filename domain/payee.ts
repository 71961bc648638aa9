/**
 * Another account for an award, or the same once more (四.一.5, 四.二.3; R26): when it may be proposed, and what a worker is
 * told of why the bank did not pay. The database says the same of when (`payee_change_begins`).
 */
import type { ApplicationState } from './application.ts'
import { type FailureCode, failureIsThePayers, type PayoutState, wantsAnotherAccount } from './payout.ts'
import type { Payee } from './policy.ts'

/** The last attempt to pay an award that was not taken out of its batch. */
export type LastAttempt = { readonly state: PayoutState; readonly code?: FailureCode }

/** What of the two may be proposed; the other is refused. */
export type Proposable = { readonly same: boolean; readonly another: boolean }
const nothing: Proposable = { same: false, another: false }

export const failed = ({ state }: Pick<LastAttempt, 'state'>): boolean => state === 'failed' || state === 'bounced'

/** The bank took it for a repetition: before it is paid once more, two people of the payer have asked the bank. */
export const payerAsksBank = (code: FailureCode): boolean => code === 'duplicate'

/** @param open a proposal waits for its answer: there is one at a time */
export function workerMayPropose(
  application: ApplicationState,
  last: LastAttempt | undefined,
  open: boolean,
): Proposable {
  if (open) return nothing
  if (last && failed(last)) {
    const code = last.code ?? 'other'
    if (failureIsThePayers(code) || payerAsksBank(code)) return nothing
    return { same: !wantsAnotherAccount(code), another: true }
  }
  // Nothing has left the house: the card may have changed since it was filed.
  const before = application === 'approved' || application === 'awarded'
  return before && (!last || last.state === 'made') ? { same: false, another: true } : nothing
}

/** The payer's finance speaks for a worker without an account of their own, and of what only it can ask the bank. */
export function payerMayPropose(last: LastAttempt | undefined, open: boolean, workerHasAccount: boolean): Proposable {
  if (open || !last || !failed(last)) return nothing
  const code = last.code ?? 'other'
  if (payerAsksBank(code)) return { same: true, another: !workerHasAccount }
  if (failureIsThePayers(code) || workerHasAccount) return nothing
  return { same: !wantsAnotherAccount(code), another: true }
}

/** What a worker is told. `{卡}` stands for the kind of card. */
type Told = {
  /** What is wrong, after 银行没有收下：; finance reads it too. */
  readonly cause: string
  /** 怎么办, one sentence. */
  readonly todo: string
  /** The way with the same card: its name, its steps, and what its button says; absent where it can never take it. */
  readonly mend?: { readonly title: string; readonly steps: readonly string[]; readonly button: string }
}

const told: { readonly [C in FailureCode]: Told } = {
  nameMismatch: { cause: '{卡}的户名和申请表上的姓名不一致', todo: '换一张本人名下的卡。' },
  noSuchAccount: { cause: '银行没有这个卡号', todo: '看着卡重新填一遍卡号。' },
  accountClosed: { cause: '{卡}已经销户', todo: '换一张本人正在用的卡。' },
  idMismatch: { cause: '{卡}在银行登记的证件和本人身份证不一致', todo: '换一张用本人身份证开的卡。' },
  notActivated: {
    cause: '{卡}还没有激活',
    todo: '带身份证到银行柜台激活，再点“已激活，重新发放”。',
    mend: {
      title: '激活这张卡',
      steps: ['带本人身份证和{卡}', '到发卡银行任一网点柜台激活', '回到这里点下面的按钮'],
      button: '已激活，重新发放',
    },
  },
  accountBlocked: {
    cause: '{卡}被冻结、挂失，或长期不用停了',
    todo: '带身份证到银行柜台恢复，再点“已恢复，重新发放”；恢复不了就换一张卡。',
    mend: {
      title: '恢复这张卡',
      steps: ['带本人身份证和{卡}', '到发卡银行任一网点柜台，问清原因并恢复', '回到这里点下面的按钮'],
      button: '已恢复，重新发放',
    },
  },
  limitExceeded: {
    cause: '{卡}的收款限额不够',
    todo: '带身份证到银行柜台提高限额，再点“已提高，重新发放”；也可以换一张卡。',
    mend: {
      title: '提高这张卡的限额',
      steps: ['带本人身份证和{卡}', '到发卡银行任一网点柜台，提高收款限额', '回到这里点下面的按钮'],
      button: '已提高，重新发放',
    },
  },
  bankNumberWrong: {
    cause: '开户银行对不上',
    todo: '问清开户支行的全称，重新填一遍；也可以换一张卡。',
    mend: {
      title: '还用这张卡',
      steps: ['打卡背面的客服电话，核对卡能正常收款', '支行名称写错的，走下面“换一张收款卡”重填'],
      button: '卡没有问题，重新发放',
    },
  },
  other: {
    cause: '银行没有说明细节',
    todo: '带身份证和卡到银行柜台问清原因，办好再点“已办好，重新发放”；也可以换一张卡。',
    mend: {
      title: '还用这张卡',
      steps: ['带本人身份证和{卡}', '到发卡银行任一网点柜台，问清为什么不能收款并办好', '回到这里点下面的按钮'],
      button: '已办好，重新发放',
    },
  },
  payerFunds: { cause: '付款账户当时余额不足，和收款的卡无关', todo: '你不用做什么，工会会再发。' },
  duplicate: { cause: '银行当成了重复的付款，和收款的卡无关', todo: '你不用做什么，工会向银行查清后会再发。' },
}

const cardWords: { readonly [P in Payee]: string } = { memberCard: '会员服务卡', bankCard: '银行卡' }

/** @param payee the kind of card, where it may be named */
export function failureTold(code: FailureCode, payee?: Payee): Told {
  const fill = (text: string) => text.replaceAll('{卡}', payee ? cardWords[payee] : '收款卡')
  const { cause, todo, mend } = told[code]
  return { cause: fill(cause), todo, ...(mend && { mend: { ...mend, steps: mend.steps.map(fill) } }) }
}
