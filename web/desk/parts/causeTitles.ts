/** Why the ledger moved money. */
export const causeTitles: { readonly [cause: string]: string } = {
  approve: '终审批准',
  funding: '资金到位',
  allocation: '划拨',
  onward: '转拨',
  release: '放行发放',
  withdraw: '撤回放行',
  pay: '发放',
  bounce: '退票',
  reversal: '冲正',
  cancel: '取消资助',
  recovery: '追回',
  handBack: '结余退回',
  reinstate: '恢复资助',
}
