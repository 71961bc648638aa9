/** The desk's screens, each as somebody of the demonstration meets it. */
import type { Page } from 'playwright-core'
import { photo } from '../browser/people.ts'
import type { Screen } from './screen.ts'

const caseOf = async (page: Page) => {
  await page
    .getByRole('link', { name: /^JS26-/ })
    .first()
    .click()
  await page.getByRole('region', { name: /^(评估|审核结果)$/ }).waitFor()
}
const firstRow = async (page: Page) => {
  await page.getByRole('table').getByRole('link').first().click()
  await page.waitForLoadState('networkidle')
}
/** One whose code cannot be read, and one that is no picture. */
const scan = async (page: Page) => {
  await page.getByLabel('选盖章件').setInputFiles([
    { ...(await photo('扫描')), name: '扫描0001.jpg' },
    { name: '扫描0002.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html></html>') },
  ])
  await page.getByText('没有读到二维码').waitFor()
}
const rowsOf = async (page: Page) => {
  await page.getByRole('button', { name: /衡川/ }).click()
  await page.getByRole('table', { name: '代录的职工' }).waitFor()
}
const queue = { path: '/desk/queue', reads: /\/queue$/ } as const

export const screens: readonly Screen[] = [
  { name: 'desk-sign-in', path: '/desk/' },
  { name: 'desk-queue-hr', who: 'qiheng.renli', ...queue, empties: true },
  { name: 'desk-queue-union', who: 'qiheng.gonghui', ...queue, empties: true },
  { name: 'desk-queue-point', who: 'gongyequ.shenbao', ...queue, empties: true },
  { name: 'desk-queue', who: 'jiading.fushen1', ...queue, empties: true },
  { name: 'desk-case', who: 'jiading.fushen1', path: '/desk/queue', open: caseOf, reads: /\/applications\/[^/]+$/ },
  { name: 'desk-queue-centre', who: 'zhongxin.shenhe1', ...queue, empties: true },
  {
    ...{ name: 'desk-verification', who: 'zhongxin.shenhe1', path: '/desk/queue', open: caseOf },
    reads: /\/applications\/[^/]+$/,
  },
  { name: 'desk-scans', who: 'qiheng.gonghui', path: '/desk/scans', open: scan, reads: /\/scans$/, empties: true },
  {
    name: 'desk-entry',
    who: 'gongyequ.shenbao',
    path: '/desk/entry',
    open: rowsOf,
    reads: /\/entries$/,
    empties: true,
  },
  {
    ...{ name: 'desk-overdue-below', who: 'jiading.fushen1', path: '/desk/queue?view=overdueBelow' },
    ...{ reads: /\/queue$/, empties: true },
  },
  {
    ...{ name: 'desk-messages', who: 'jiading.fushen1', path: '/desk/messages' },
    ...{ reads: /\/desk\/messages$/, empties: true },
  },
  { name: 'desk-message-words', who: 'zhongxin.shenhe1', path: '/desk/message-words', reads: /\/message-words$/ },
  {
    ...{ name: 'desk-undelivered', who: 'zhongxin.shenhe1', path: '/desk/undelivered' },
    ...{ reads: /\/undelivered$/, empties: true },
  },
  { name: 'desk-unit-facts', who: 'qiheng.gonghui', path: '/desk/unit-facts', reads: /\/unit-facts$/ },
  { name: 'desk-batches', who: 'zhongxin.shenhe1', path: '/desk/batches', reads: /\/filing-batches$/, empties: true },
  {
    ...{ name: 'desk-approval-lists', who: 'shi.zhongshen1', path: '/desk/approval-lists' },
    ...{ reads: /\/approval-lists$/, empties: true },
  },
  {
    ...{ name: 'desk-approval-list', who: 'shi.zhongshen1', path: '/desk/approval-lists', open: firstRow },
    reads: /\/approval-lists\/[^/]+$/,
  },
  { name: 'desk-funding', who: 'shi.caiwu1', path: '/desk/funding', reads: /\/approval-lists$/, empties: true },
  {
    name: 'desk-notices',
    who: 'zhongxin.caiwu1',
    path: '/desk/notices',
    reads: /\/allocation-notices$/,
    empties: true,
  },
  {
    ...{ name: 'desk-own-notices', who: 'jiading.caiwu1', path: '/desk/notices' },
    ...{ reads: /\/allocation-notices$/, empties: true },
  },
  {
    ...{ name: 'desk-payouts', who: 'jiading.caiwu1', path: '/desk/payouts' },
    ...{ reads: /\/allocation-notices/, empties: true },
  },
  { name: 'desk-ledger', who: 'shi.caiwu1', path: '/desk/ledger', reads: /\/ledger$/, empties: true },
  { name: 'desk-organisations', who: 'xitong', path: '/desk/organisations', reads: /\/organisations$/ },
  { name: 'desk-accounts', who: 'xitong', path: '/desk/accounts', reads: /\/accounts$/ },
  { name: 'desk-security', who: 'anquan', path: '/desk/security', reads: /\/security$/ },
  { name: 'desk-audit', who: 'shenji', path: '/desk/audit', reads: /\/audit-events$/ },
  { name: 'desk-consultation', who: 'zhongxin.zixun', path: '/desk/consultation', reads: /\/policy$/ },
  { name: 'desk-samples', who: 'jingshen', path: '/desk/samples', reads: /\/audit-samples$/, empties: true },
  { name: 'desk-feedback', who: 'gongyequ.shenbao', path: '/desk/feedback', reads: /\/feedback$/, empties: true },
  { name: 'desk-feedback-centre', who: 'zhongxin.shenhe1', path: '/desk/feedback', reads: /\/feedback$/ },
  { name: 'desk-policy', who: 'jiading.fushen1', path: '/desk/policy', reads: /\/policy$/ },
  { name: 'desk-my-sessions', who: 'jiading.fushen1', path: '/desk/my-sessions', reads: /\/sessions$/ },
]
