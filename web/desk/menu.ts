/** What each role finds in the menu: the work first, then what it may look up. */
import type { OrganisationKind, StaffRole } from '../../domain/roles.ts'
import type { IconName } from '../ui/icons.tsx'
import type { QueueQuery } from '../../contract/applications.ts'

/** Pages of the menu; a type of its own, since the router's addresses depend on this file. */
type Address =
  | '/queue'
  | '/scans'
  | '/policy'
  | '/unit-facts'
  | '/entry'
  | '/batches'
  | '/originals'
  | '/copies'
  | '/transmittals'
  | '/message-words'
  | '/undelivered'
  | '/approval-lists'
  | '/funding'
  | '/notices'
  | '/onward'
  | '/payouts'
  | '/payee-changes'
  | '/corrections'
  | '/surplus'
  | '/receiving-account'
  | '/ledger'
  | '/statements'
  | '/vouchers'
  | '/years'
  | '/reconciliation'
  | '/organisations'
  | '/accounts'
  | '/security'
  | '/audit'
  | '/objections'
  | '/survey'
  | '/consultation'
  | '/samples'
  | '/feedback'

export type MenuItem = {
  readonly title: string
  readonly icon: IconName
  readonly to: Address
  readonly view?: QueueQuery['view']
  /** The figure of the queue's counts shown beside it. */
  readonly count?: 'todo' | 'mine' | 'held' | 'returned'
  /** Only where the role is held at an organisation of this kind. */
  readonly onlyAt?: OrganisationKind
  /** Answers not read, and for the centre letters that wait, are shown beside it. */
  readonly letters?: true
}
export type MenuGroup = { readonly title: string; readonly items: readonly MenuItem[] }

const queue = (title: string, todo: string): MenuGroup => ({
  title,
  items: [
    { title: todo, icon: 'list', to: '/queue', view: 'todo', count: 'todo' },
    { title: '我的', icon: 'user', to: '/queue', view: 'mine', count: 'mine' },
    { title: '已暂缓', icon: 'pause', to: '/queue', view: 'held', count: 'held' },
    { title: '退回补正中', icon: 'return', to: '/queue', view: 'returned', count: 'returned' },
    { title: '已办', icon: 'checkCircle', to: '/queue', view: 'done' },
    { title: '全部', icon: 'find', to: '/queue', view: 'all' },
  ],
})
const rules: MenuGroup = {
  title: '规则',
  items: [
    { title: '通知与规则', icon: 'doc', to: '/policy' },
    { title: '问题和建议', icon: 'question', to: '/feedback', letters: true },
  ],
}
const paper: MenuGroup = { title: '纸质材料', items: [{ title: '盖章件扫描', icon: 'camera', to: '/scans' }] }
const unit: MenuGroup = { title: '单位', items: [{ title: '单位信息', icon: 'user', to: '/unit-facts' }] }
const entry: MenuItem = { title: '代录', icon: 'plus', to: '/entry' }
const ledger: MenuItem = { title: '账目', icon: 'list', to: '/ledger' }
const payeeChanges: MenuItem = { title: '收款账户更正', icon: 'return', to: '/payee-changes' }
const corrections: MenuItem = { title: '更正', icon: 'return', to: '/corrections' }
const surplus: MenuItem = { title: '结余退回', icon: 'up', to: '/surplus' }
const receivingAccount: MenuItem = { title: '收款账户', icon: 'lock', to: '/receiving-account' }
const statements: MenuItem = { title: '对账单', icon: 'doc', to: '/statements' }
const vouchers: MenuItem = { title: '记账凭证', icon: 'doc', to: '/vouchers' }
const years: MenuItem = { title: '年度结账', icon: 'lock', to: '/years' }
const reconciliation: MenuItem = { title: '银行对账', icon: 'checkCircle', to: '/reconciliation' }
const survey: MenuItem = { title: '收入问卷', icon: 'list', to: '/survey' }
const lists: MenuItem = { title: '报批清单', icon: 'doc', to: '/approval-lists' }
const accounts: MenuItem = { title: '账号', icon: 'user', to: '/accounts' }

const menus: { readonly [R in StaffRole]: readonly MenuGroup[] } = {
  hrOfficer: [queue('人力资源部门意见', '待出意见'), rules],
  unionOfficer: [queue('初审', '待初审'), paper, unit, rules],
  filingPoint: [queue('报送', '待报送'), { title: '纸质材料', items: [entry, ...paper.items] }, unit, rules],
  districtReviewer: [
    queue('复审', '待复审'),
    {
      title: '纸质材料',
      items: [
        ...paper.items,
        { title: '待盖章清单', icon: 'doc', to: '/originals' },
        { title: '复印件报送', icon: 'up', to: '/copies', onlyAt: 'districtFederation' },
      ],
    },
    { title: '下级', items: [{ title: '下级逾期', icon: 'clock', to: '/queue', view: 'overdueBelow' }] },
    rules,
  ],
  districtFinance: [
    {
      title: '资金',
      items: [
        { title: '发放确认单', icon: 'doc', to: '/notices' },
        { title: '发放', icon: 'list', to: '/payouts' },
        payeeChanges,
        corrections,
        surplus,
        receivingAccount,
        ledger,
        statements,
        vouchers,
        reconciliation,
      ],
    },
    rules,
  ],
  unionFinance: [
    {
      title: '资金',
      items: [
        { title: '收到转拨资金', icon: 'up', to: '/onward' },
        { title: '发放', icon: 'list', to: '/payouts' },
        payeeChanges,
        corrections,
        surplus,
        receivingAccount,
        statements,
        vouchers,
        reconciliation,
      ],
    },
    rules,
  ],
  verifier: [
    queue('审核', '待审核'),
    { title: '批次', items: [{ title: '申报批次', icon: 'clock', to: '/batches' }] },
    { title: '报批', items: [{ title: '复印件收件', icon: 'checkCircle', to: '/transmittals' }, lists] },
    {
      title: '消息',
      items: [
        { title: '消息文字', icon: 'bell', to: '/message-words' },
        { title: '没有送达的短信', icon: 'phone', to: '/undelivered' },
      ],
    },
    { title: '异议', items: [{ title: '异议', icon: 'question', to: '/objections' }, survey] },
    rules,
  ],
  centreFinance: [
    {
      title: '资金',
      items: [
        { title: '划拨次序', icon: 'up', to: '/notices' },
        lists,
        surplus,
        receivingAccount,
        ledger,
        statements,
        vouchers,
      ],
    },
    rules,
  ],
  approver: [
    { title: '终审', items: [lists] },
    { title: '资金', items: [corrections, ledger, statements, years] },
    { title: '调研', items: [survey] },
    rules,
  ],
  cityFinance: [
    {
      title: '资金',
      items: [
        { title: '资金到位', icon: 'up', to: '/funding' },
        { title: '直接发放', icon: 'list', to: '/payouts' },
        payeeChanges,
        corrections,
        surplus,
        receivingAccount,
        ledger,
        statements,
        vouchers,
        reconciliation,
        years,
      ],
    },
    rules,
  ],
  consultant: [{ title: '咨询', items: [{ title: '接听咨询', icon: 'phone', to: '/consultation' }] }, rules],
  auditor: [
    { title: '经审', items: [{ title: '抽样', icon: 'list', to: '/samples' }] },
    { title: '资金', items: [ledger, statements, vouchers, years] },
    rules,
  ],
  systemAdministrator: [
    {
      title: '组织',
      items: [{ title: '组织', icon: 'list', to: '/organisations' }, accounts],
    },
    rules,
  ],
  securityAdministrator: [
    { title: '安全', items: [{ title: '登录与锁定', icon: 'lock', to: '/security' }, accounts] },
    rules,
  ],
  auditAdministrator: [{ title: '审计', items: [{ title: '审计日志', icon: 'list', to: '/audit' }, ledger] }, rules],
}

/** @param at where the role is held; without it everything that the role can have. */
export const menuOf = (role: StaffRole, at?: OrganisationKind): readonly MenuGroup[] =>
  menus[role].map(({ title, items }) => ({
    title,
    items: items.filter(({ onlyAt }) => !at || !onlyAt || onlyAt === at),
  }))
/** Where one lands after signing in. */
export const homeOf = (role: StaffRole): MenuItem => menus[role][0]!.items[0]!
export const hasQueue = (role: StaffRole): boolean => homeOf(role).to === '/queue'
