/** Refusals of the accounts that money goes to: workers’ (payee) and organisations’; `errors.ts` takes them in. */
export const accountErrors = {
  'payee.on-its-way': { status: 409, says: '这笔钱已经在发放，或还没有结果，现在不能改收款卡。等银行有了结果再看。' },
  'payee.in-batch': { status: 409, says: '这一笔还在没有放行的批次里。先把它移出那一批，再确认新账户。' },
  'payee.not-wanted': { status: 409, says: '现在不用改收款卡，或已有一份在等核对。刷新后看最新内容。' },
  'payee.same-account': { status: 422, says: '还是原来那张卡，这张卡收不了这笔钱。换一张本人名下的卡，看着卡填卡号。' },
  'payee.unchanged': { status: 422, says: '还是原来那张卡，没有改动。卡没有换就不用填。' },
  'payee.kind': { status: 422, says: '这种申报只能发到本人的工会会员服务卡。看着会员服务卡填卡号。' },
  'payee.worker-proposes': { status: 403, says: '这位职工自己有账号。请他在手机上改，用短信验证码确认。' },
  'payee.paper-missing': { status: 422, says: '还没有职工签字的书面说明。上传后再提交。' },
  'payee.same-person': { status: 403, says: '提出和核对要两个人。请另一位财务核对。' },
  'payee.shared': {
    status: 409,
    says: (p) => `还有${p.count ?? 1}个人用这个账号。先问清楚：不是本人的卡就退回；确是本人的，写明理由再确认。`,
  },
  'money.no-account': {
    status: 409,
    says: (p) => `${p.union ?? '这家工会'}还没有登记收款账户。由它的财务在“收款账户”里登记，另一人核对后再办。`,
  },
  'money.account-changed': {
    status: 409,
    says: '制单以后，这家工会的收款账户改过，没有放行。看清新的账户，重新制单，再由另一人放行。',
  },
  'account.unchanged': { status: 422, says: '还是现在的收款账户，没有改动。账户没有换就不用登记。' },
  'account.open': { status: 409, says: '已有一个账户在等核对。等核对完，或由登记的人撤回，再登记。' },
  'account.same-person': { status: 403, says: '登记和核对要两个人。请另一个人核对。' },
} satisfies {
  readonly [code: string]: {
    readonly status: number
    readonly says: string | ((params: Readonly<Record<string, string | number>>) => string)
  }
}
