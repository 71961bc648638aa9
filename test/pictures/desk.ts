/** The desk's pages, each as somebody of the demonstration meets it. */
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import type { PayoutBatches } from '../../contract/payouts.ts'
import type { Instant } from '../../domain/dates.ts'
import { openSendLog } from '../../server/bank/sendLog.ts'
import { photo } from '../browser/people.ts'
import { ask, id } from './ask.ts'
import type { Demonstration, Screen } from './screen.ts'

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
const opened = (name: string) => async (page: Page) => {
  await firstRow(page)
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('dialog').waitFor()
}
/** What was entered for a union, and from there the slips of all, or the correction of one that came back. */
const entered =
  (...presses: readonly RegExp[]) =>
  async (page: Page) => {
    await rowsOf(page)
    await page.getByRole('tab', { name: /^已提交/ }).click()
    await page.getByRole('checkbox', { name: '全选' }).check()
    for (const name of presses) {
      await page.getByRole('link', { name }).first().click()
      await page.waitForLoadState('networkidle')
    }
  }
const batch = (title: string) => async (page: Page) => {
  await page.getByRole('combobox', { name: '批次' }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: title }).click()
}
const originalsToSeal = async (page: Page) => {
  await batch('第2批')(page)
  await page.getByRole('checkbox', { name: /^选中/ }).first().check()
  await page.getByRole('button', { name: '登记盖章、入盒…' }).click()
  await page.getByRole('dialog').waitFor()
}
/** A call in which the caller has proved who they are. */
const call = async (page: Page) => {
  const said = { 身份证号: '310101199011143599', 登录手机号: '13800006021' }
  const form = page.getByRole('form', { name: '核对来电人' })
  for (const [label, text] of Object.entries(said)) await form.getByLabel(label).fill(text)
  await form.getByRole('button', { name: '核对并查看' }).click()
  await page.getByText('身份证号和登录手机号对上了').waitFor()
}
/** Drawn with the same seed each time; one that was drawn before is opened. */
const drawn = async (page: Page) => {
  const before = page.getByRole('table').getByRole('link').first()
  if (await before.isVisible()) {
    await before.click()
    await page.getByRole('heading', { level: 1, name: /号样本$/ }).waitFor()
    return
  }
  const plan = page.getByRole('form', { name: '抽一个样本' })
  await plan.getByLabel('抽几件').fill('5')
  await plan.getByLabel('种子（可以不填）').fill('35142')
  await plan.getByRole('button', { name: '抽样，记下抽法' }).click()
  await page.getByRole('heading', { level: 1, name: /号样本$/ }).waitFor()
}
const sampledCase = async (page: Page) => {
  await drawn(page)
  await page.getByRole('link', { name: '看下一件没看的' }).click()
  await page.getByRole('region', { name: '结论' }).waitFor()
  await page.waitForLoadState('networkidle')
}
/** One that the bank refused, and what may be corrected of it. */
const award = async (page: Page) => {
  await page.getByLabel('受理号').fill('JS26-0000002')
  await page.getByRole('button', { name: '找这笔资助' }).click()
  await page.getByText('取消资助', { exact: true }).click()
}
const firstNotice = async (page: Page) => {
  await page.locator('a[href*="/notices/"]').first().click()
  await page.waitForLoadState('networkidle')
}
export const payouts = { path: '/desk/payouts', route: '/desk/payouts/$id' } as const
export const payoutBatch = (n: number) => async (page: Page) => {
  await page.getByRole('link', { name: `付〔2026〕${n}号` }).click()
  await page.getByRole('region', { name: '到哪一步' }).waitFor()
}
const releasing = async (page: Page) => {
  await payoutBatch(2)(page)
  await page.getByLabel(/^为什么可以发/).fill('已电话核实是夫妻，用陈秀英的卡')
  await page.getByRole('button', { name: /^放行2笔/ }).click()
  await page.getByRole('dialog').waitFor()
}
const typingResult = async (page: Page) => {
  await payoutBatch(1)(page)
  await page
    .getByRole('button', { name: /^登记.*的结果$/ })
    .first()
    .click()
  await page.getByRole('dialog').waitFor()
}
const making = async (page: Page) => {
  await page.getByRole('button', { name: '制单…' }).click()
  await page.getByRole('dialog').getByText('叁仟元整').waitFor()
}
/** The batch that waits for release is given up. */
export async function dropsBatch(page: Page): Promise<void> {
  const { batches } = await ask<PayoutBatches>(page, 'GET', '/payout-batches')
  await ask(page, 'PUT', `/payout-batches/${batches[0]!.id}/drop`)
}
/** Of all that the union can pay now. */
export async function makesBatch(page: Page): Promise<void> {
  const { payable } = await ask<PayoutBatches>(page, 'GET', '/payout-batches')
  const body = { noticeId: payable[0]!.noticeId, format: 'csv-utf8', payOn: '2026-07-15' }
  await ask(page, 'PUT', `/payout-batches/${id()}`, body)
}
const compares = (page: Page) => ask(page, 'PUT', '/send-log/comparison')
/** Payments that the send log knows and the database does not: one by itself, and a batch of the bank's. */
async function sentByAnother({ dataDir, pageOf }: Demonstration): Promise<void> {
  const log = openSendLog(path.join(dataDir, 'send-log'))
  const at = Date.parse('2026-07-14T15:20:00+08:00') as Instant
  const batch = id()
  const line = (place: number) => ({
    ...{ reference: `JS5C3DD1FEE9708E32C95764${place}`, amountFen: 100_000, claims: [], at },
    ...(place === 0 ? { batch: id(), route: 'file' as const } : { batch, route: 'bank' as const }),
  })
  await log.appendSent([0, 1, 2].map(line))
  await log.close()
  await compares(await pageOf('shi.caiwu1'))
}
/** And the other way round: the log is lost. */
async function logLost({ dataDir, pageOf }: Demonstration): Promise<void> {
  await rm(path.join(dataDir, 'send-log'), { recursive: true })
  await compares(await pageOf('shi.caiwu1'))
}
const answering = async (page: Page) => {
  await page.getByRole('button', { name: '整批登记…' }).click()
  await page.getByRole('dialog').waitFor()
}
const queue = { path: '/desk/queue', reads: /\/queue$/ } as const

export const screens: readonly Screen[] = [
  { name: 'desk-sign-in', path: '/desk/' },
  { name: 'desk-queue-hr', who: 'qiheng.renli', ...queue, empties: true },
  { name: 'desk-queue-union', who: 'qiheng.gonghui', ...queue, empties: true },
  { name: 'desk-queue-point', who: 'gongyequ.shenbao', ...queue, empties: true },
  { name: 'desk-queue', who: 'jiading.fushen1', ...queue, empties: true },
  { name: 'desk-queue-centre', who: 'zhongxin.shenhe1', ...queue, empties: true },
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
    ...{ name: 'desk-entered', who: 'gongyequ.shenbao', path: '/desk/entry' },
    ...{ open: entered(), reads: /\/entries$/ },
  },
  {
    ...{ name: 'desk-slips', who: 'gongyequ.shenbao', path: '/desk/entry', route: '/desk/slips' },
    ...{ open: entered(/^打印2张回执/), reads: /\/applications\/[^/]+$/, prints: true },
  },
  {
    ...{ name: 'desk-correction', who: 'gongyequ.shenbao', path: '/desk/entry', route: '/desk/entry/$id' },
    ...{ open: entered(/^代职工补正/), reads: /\/applications\/[^/]+$/ },
  },
  {
    ...{ name: 'desk-originals', who: 'jiading.fushen1', path: '/desk/originals', reads: /\/originals$/ },
    ...{ empties: true, prints: true },
  },
  {
    ...{ name: 'desk-originals-arrived', who: 'jiading.fushen1', path: '/desk/originals?tab=arrived' },
    ...{ open: batch('第2批'), empties: true },
  },
  {
    ...{ name: 'desk-originals-seal', who: 'jiading.fushen1', path: '/desk/originals?tab=arrived' },
    open: originalsToSeal,
  },
  {
    ...{ name: 'desk-copies', who: 'jiading.fushen1', path: '/desk/copies' },
    ...{ reads: /\/copies\/to-send$/, empties: true },
  },
  {
    ...{ name: 'desk-transmittals', who: 'zhongxin.shenhe1', path: '/desk/transmittals' },
    ...{ reads: /\/transmittals$/, empties: true },
  },
  {
    ...{ name: 'desk-transmittal', who: 'zhongxin.shenhe1', path: '/desk/transmittals' },
    ...{ route: '/desk/transmittals/$id', open: firstRow, reads: /\/transmittals\/[^/]+$/ },
  },
  {
    ...{ name: 'desk-objections', who: 'zhongxin.shenhe1', path: '/desk/objections' },
    ...{ reads: /\/objection-desk$/, empties: true },
  },
  {
    ...{ name: 'desk-objection', who: 'zhongxin.shenhe1', path: '/desk/objections', route: '/desk/objections/$id' },
    ...{ open: firstRow, reads: /\/objection-desk\/[^/]+$/ },
  },
  {
    ...{ name: 'desk-objection-granting', who: 'zhongxin.shenhe1', path: '/desk/objections' },
    ...{ route: '/desk/objections/$id', open: opened('成立…') },
  },
  {
    ...{ name: 'desk-objection-answered', who: 'zhongxin.shenhe1', path: '/desk/objections?tab=decided' },
    ...{ route: '/desk/objections/$id', open: firstRow },
  },
  { name: 'desk-survey', who: 'shi.zhongshen1', path: '/desk/survey', reads: /\/survey$/, empties: true },
  { name: 'desk-survey-sectors', who: 'shi.zhongshen1', path: '/desk/survey?tab=sector' },
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
    route: '/desk/approval-lists/$id',
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
    ...{ name: 'desk-notice', who: 'zhongxin.caiwu1', path: '/desk/notices', route: '/desk/notices/$id' },
    ...{ open: firstNotice, reads: /\/allocation-notices\/[^/]+$/, prints: true },
  },
  {
    ...{ name: 'desk-own-notice', who: 'jiading.caiwu1', path: '/desk/notices', route: '/desk/notices/$id' },
    open: firstNotice,
  },
  { name: 'desk-onward', who: 'nanxiang.caiwu1', path: '/desk/onward', reads: /\/onward-transfers$/, empties: true },
  {
    ...{ name: 'desk-payouts', who: 'jiading.caiwu1', path: '/desk/payouts' },
    ...{ reads: /\/payout-batches$/, empties: true },
  },
  {
    ...{ name: 'desk-payee-changes', who: 'jiading.caiwu1', path: '/desk/payee-changes' },
    ...{ reads: /\/payee-changes$/, empties: true },
  },
  {
    ...{ name: 'desk-payee-change', who: 'jiading.caiwu1', path: '/desk/payee-changes' },
    ...{ route: '/desk/payee-changes/$id', open: firstRow, reads: /\/payee-changes\/[^/]+$/ },
  },
  { name: 'desk-payouts-city', who: 'shi.caiwu1', path: '/desk/payouts' },
  {
    ...{ name: 'desk-payout-partly', who: 'jiading.caiwu1', ...payouts },
    ...{ open: payoutBatch(1), reads: /\/payout-batches\/[^/]+$/ },
  },
  { name: 'desk-payout-made', who: 'jiading.caiwu1', ...payouts, open: payoutBatch(2) },
  { name: 'desk-payout-stopped', who: 'jiading.caiwu2', ...payouts, open: payoutBatch(2) },
  { name: 'desk-payout-releasing', who: 'jiading.caiwu2', ...payouts, open: releasing },
  { name: 'desk-payout-result', who: 'jiading.caiwu1', ...payouts, open: typingResult },
  // gives the second batch up, so it stays the last of them
  {
    ...{ name: 'desk-payout-making', who: 'jiading.caiwu1', path: '/desk/payouts', open: making },
    plant: async ({ pageOf }) => dropsBatch(await pageOf('jiading.caiwu1')),
  },
  { name: 'desk-sent-before', who: 'shi.caiwu1', path: '/desk/sent-before', reads: /\/sent-before$/ },
  {
    ...{ name: 'desk-corrections', who: 'jiading.caiwu1', path: '/desk/corrections' },
    ...{ reads: /\/corrections$/, empties: true },
  },
  { name: 'desk-corrections-propose', who: 'jiading.caiwu1', path: '/desk/corrections?tab=propose', open: award },
  { name: 'desk-surplus', who: 'jiading.caiwu1', path: '/desk/surplus', reads: /\/surplus$/, empties: true },
  {
    ...{ name: 'desk-receiving-account', who: 'jiading.caiwu1', path: '/desk/receiving-account' },
    ...{ reads: /\/receiving-account$/, empties: true },
  },
  { name: 'desk-receiving-account-city', who: 'shi.caiwu1', path: '/desk/receiving-account' },
  { name: 'desk-receiving-account-none', who: 'zhongxin.caiwu1', path: '/desk/receiving-account' },
  { name: 'desk-receiving-account-waits', who: 'nanxiang.caiwu1', path: '/desk/receiving-account' },
  {
    ...{ name: 'desk-receiving-account-change', who: 'shi.caiwu1', path: '/desk/receiving-account' },
    ...{ route: '/desk/receiving-account/$id', open: firstRow, reads: /\/receiving-account-changes\/[^/]+$/ },
  },
  { name: 'desk-ledger', who: 'shi.caiwu1', path: '/desk/ledger', reads: /\/ledger$/, empties: true },
  {
    ...{ name: 'desk-statements', who: 'shi.caiwu1', path: '/desk/statements' },
    ...{ reads: /\/books\/statements$/, empties: true, prints: true },
  },
  {
    ...{ name: 'desk-reconciliation', who: 'shi.caiwu1', path: '/desk/reconciliation' },
    ...{ reads: /\/books\/reconciliation$/, empties: true },
  },
  {
    ...{ name: 'desk-vouchers', who: 'jiading.caiwu1', path: '/desk/vouchers' },
    ...{ reads: /\/books\/vouchers$/, empties: true, prints: true },
  },
  { name: 'desk-years', who: 'shi.caiwu1', path: '/desk/years', reads: /\/books\/years$/, empties: true },
  { name: 'desk-organisations', who: 'xitong', path: '/desk/organisations', reads: /\/organisations$/ },
  { name: 'desk-accounts', who: 'xitong', path: '/desk/accounts', reads: /\/accounts$/ },
  { name: 'desk-security', who: 'anquan', path: '/desk/security', reads: /\/security$/ },
  { name: 'desk-audit', who: 'shenji', path: '/desk/audit', reads: /\/audit-events$/ },
  { name: 'desk-consultation', who: 'zhongxin.zixun', path: '/desk/consultation', reads: /\/policy$/ },
  {
    ...{ name: 'desk-consultation-call', who: 'zhongxin.zixun', path: '/desk/consultation', open: call },
  },
  {
    ...{ name: 'desk-sample', who: 'jingshen', path: '/desk/samples', route: '/desk/samples/$id' },
    ...{ open: drawn, reads: /\/audit-samples\/[^/]+$/ },
  },
  {
    ...{ name: 'desk-sampled-case', who: 'jingshen', path: '/desk/samples', route: '/desk/samples/$id/$place' },
    ...{ open: sampledCase, reads: /\/audit-samples\/.*\/cases\//, prints: true },
  },
  { name: 'desk-samples', who: 'jingshen', path: '/desk/samples', reads: /\/audit-samples$/, empties: true },
  { name: 'desk-feedback', who: 'gongyequ.shenbao', path: '/desk/feedback', reads: /\/feedback$/, empties: true },
  { name: 'desk-feedback-centre', who: 'zhongxin.shenhe1', path: '/desk/feedback', reads: /\/feedback$/ },
  { name: 'desk-policy', who: 'jiading.fushen1', path: '/desk/policy', reads: /\/policy$/ },
  { name: 'desk-my-sessions', who: 'jiading.fushen1', path: '/desk/my-sessions', reads: /\/sessions$/ },
  // stops every release, so it stays the last of them
  {
    ...{ name: 'desk-sent-before-found', who: 'shi.caiwu1', path: '/desk/sent-before' },
    plant: sentByAnother,
  },
  { name: 'desk-sent-before-answering', who: 'shi.caiwu1', path: '/desk/sent-before', open: answering },
  { name: 'desk-payouts-paused', who: 'jiading.caiwu1', path: '/desk/payouts' },
  { name: 'desk-payouts-city-paused', who: 'shi.caiwu1', path: '/desk/payouts' },
  {
    ...{ name: 'desk-payout-paused', who: 'jiading.caiwu2', ...payouts, open: payoutBatch(3) },
    plant: async ({ pageOf }) => makesBatch(await pageOf('jiading.caiwu1')),
  },
  {
    ...{ name: 'desk-sent-before-missing', who: 'shi.caiwu1', path: '/desk/sent-before' },
    plant: logLost,
  },
]
