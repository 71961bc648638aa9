/** Titles of actions and checks, as histories show them. */
import type { ActionKind } from '../../domain/application.ts'
import type { Role } from '../../domain/roles.ts'

const actionTitles: { readonly [K in ActionKind]: string } = {
  file: '提交申报',
  amend: '修改申报',
  withdraw: '撤回',
  pass: '同意申报',
  return: '退回补正',
  resubmit: '补正后重新提交',
  decline: '审核不通过',
  undo: '撤销上一个决定',
  approve: '终审通过',
  redirect: '转送',
  sendBack: '退回审核',
  requestReReview: '申请复核',
  uphold: '复核维持',
  overturn: '复核改为继续办理',
  displace: '异议成立，停办',
  award: '列入划拨通知',
  takeOff: '移出划拨通知',
  pay: '发放到账',
  bounce: '退票',
  reopen: '撤回发放登记',
  correctAccount: '更正收款账户',
  cancel: '取消资助',
  reinstate: '恢复资助',
}

/** Forwarding decides nothing, and typing is no filing of one's own: both are named by what they do. */
export function titleOf(kind: ActionKind, step: string | null | undefined, role?: Role): string {
  if (kind === 'file' && role === 'filingPoint') return '申报点代录'
  return kind === 'pass' && step === 'forwarding' ? '报送' : actionTitles[kind]
}

export const checkTitles: { readonly [name: string]: string } = {
  certificateRegister: '证书登记',
  membership: '会员身份',
  previousAwards: '此前未资助',
  alikeCertificate: '同人同证',
}
