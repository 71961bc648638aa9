/** Why the ledger moved money. */
export const causeTitles: { readonly [cause: string]: string } = {
  approve: '终审批准',
  funding: '资金到位',
  allocation: '划拨',
  onward: '转拨',
  pay: '发放',
  reversal: '冲正',
}
