/** Cases on the desk, of every kind, and the dialogs that open over them. */
import type { Page } from 'playwright-core'
import type { Screen } from './screen.ts'

const ready = (page: Page) =>
  page
    .getByRole('region', { name: /^(评估|审核结果|复核)$/ })
    .first()
    .waitFor()
const first = async (page: Page) => {
  await page
    .getByRole('link', { name: /^JS26-/ })
    .first()
    .click()
  await ready(page)
}
/** Over the first case of the list, what that button opens. */
const over = (button: RegExp) => async (page: Page) => {
  await first(page)
  const member = page.getByRole('checkbox', { name: /^是本市工会会员/ })
  if (await member.isVisible()) await member.check()
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('dialog').waitFor()
}
const kin = async (page: Page) => {
  await first(page)
  await page.getByRole('button', { name: /^并排比对/ }).scrollIntoViewIfNeeded()
}
/** Over the list, with rows picked, what that key opens. */
const picked = (key: string) => async (page: Page) => {
  await page
    .getByRole('link', { name: /^JS26-/ })
    .first()
    .waitFor()
  await page.keyboard.press('c')
  await page.getByText(/^选中了\d+件/).waitFor()
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
  await page.waitForLoadState('networkidle')
}

const [reviewer, colleague] = ['jiading.fushen1', 'jiading.fushen2'] as const
const todo = { path: '/desk/queue', route: '/desk/cases/$id' } as const
/** A case of the demonstration by the last six figures of its certificate. */
const found = (figures: string) => ({ path: `/desk/queue?view=all&find=${figures}`, route: '/desk/cases/$id' }) as const
const reads = /\/applications\/[^/]+$/

export const screens: readonly Screen[] = [
  { name: 'desk-case', who: reviewer, ...todo, open: first, reads },
  { name: 'desk-case-hr', who: 'qiheng.renli', ...todo, open: first },
  { name: 'desk-case-union', who: 'qiheng.gonghui', ...todo, open: first },
  { name: 'desk-case-point', who: 'gongyequ.shenbao', ...todo, open: first },
  { name: 'desk-case-held', who: reviewer, ...found('600418'), open: first },
  { name: 'desk-case-re-review', who: colleague, ...found('601063'), open: first },
  { name: 'desk-case-re-review-own', who: reviewer, ...found('601063'), open: first },
  { name: 'desk-uphold', who: colleague, ...found('601063'), open: over(/^复核维持/) },
  { name: 'desk-queue-re-review', who: colleague, path: '/desk/queue' },
  { name: 'desk-case-alike', who: reviewer, ...found('600915'), open: kin },
  { name: 'desk-comparison', who: reviewer, ...found('600915'), open: over(/^并排比对/) },
  { name: 'desk-hold', who: reviewer, ...todo, open: over(/^暂缓/) },
  { name: 'desk-return', who: reviewer, ...todo, open: over(/^退回补正/) },
  { name: 'desk-decline', who: reviewer, ...todo, open: over(/^审核不通过/) },
  { name: 'desk-redirect', who: 'qiheng.gonghui', ...todo, open: over(/^转送/) },
  { name: 'desk-seal', who: 'nanxiang.shenbao', ...found('601544'), open: over(/^登记纸上盖章/) },
  { name: 'desk-assign', who: reviewer, path: '/desk/queue', open: picked('g') },
  { name: 'desk-lot', who: colleague, path: '/desk/queue', open: picked('b') },
  { name: 'desk-queue-mine', who: reviewer, path: '/desk/queue?view=mine', reads: /\/queue$/, empties: true },
  { name: 'desk-queue-held', who: reviewer, path: '/desk/queue?view=held', reads: /\/queue$/, empties: true },
  { name: 'desk-verification', who: 'zhongxin.shenhe1', ...todo, open: first, reads },
  { name: 'desk-inquiry-open', who: 'zhongxin.shenhe1', ...found('211806'), open: first },
  { name: 'desk-inquiry-answered', who: 'zhongxin.shenhe1', ...found('600878'), open: first },
]
