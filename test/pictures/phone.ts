/** The phone's screens, as workers of the demonstration meet them. */
import type { Page } from 'playwright-core'
import { pick } from '../browser/form.ts'
import type { Screen } from './screen.ts'

export const who = '13800006021'
/** Declined, and may still ask for a re-review; asked for one; had one. */
const [declined, asking, upheld] = ['13800006144', '13800006125', '13800006145'] as const
/** The bank did not take the money. */
export const bounced = '13800006101'
/** Who objected: waiting for the answer, and answered. */
const [objecting, answered] = ['13800006163', '13800006164'] as const

export const first =
  (...names: readonly RegExp[]) =>
  async (page: Page) => {
    for (const name of names) {
      await page.getByRole('link', { name }).first().click()
      await page.waitForLoadState('networkidle')
    }
  }
/** A page of the first application that stands like that. */
const pageOf = (name: RegExp, part: string) => async (page: Page) => {
  await first(name)(page)
  await page.goto(`${new URL(page.url()).pathname}/${part}`)
}
/** A fresh form, led to its step by the address. */
const step = (id: string) => async (page: Page) => {
  await page.getByRole('button', { name: '填一份申请表' }).click()
  await page.getByLabel('姓名').waitFor()
  if (id === 'person') return
  await page.goto(new URL(page.url()).pathname.replace(/[^/]+$/, id))
  await page.waitForLoadState('networkidle')
}
const sheet = (id: string, opener: RegExp) => async (page: Page) => {
  await step(id)(page)
  await page.getByRole('button', { name: opener }).click()
  await page.getByRole('dialog').waitFor()
}
/** The draft that stands before a certificate which is taken. */
const taken = (part: string) => async (page: Page) => {
  await first(/^技师 · 焊工/)(page)
  await page.goto(new URL(page.url()).pathname.replace(/[^/]+$/, part))
  await page.waitForLoadState('networkidle')
}
const duplicate = async (page: Page) => {
  await taken('confirmation')(page)
  await page.getByRole('button', { name: /^提交/ }).click()
  await page.getByRole('alertdialog').waitFor()
}

/** 测一测, answered to the end with that day of issue. */
const checked = (issuedOn: string) => async (page: Page) => {
  await pick(page, /^证书是哪一级/, /^技师/)
  await pick(page, /^证书在哪里备案/, '上海市人社局')
  await page.getByRole('button', { name: /^发证日期/ }).click()
  await page.getByLabel(/直接输8位数字/).fill(issuedOn)
  await page.getByRole('button', { name: /^用\d{4}年/ }).click()
  for (const answer of ['是本市工会会员', '有，能用', '不是']) await page.getByText(answer, { exact: true }).click()
  await page.getByRole('button', { name: '看结果' }).click()
}
const occupations = async (page: Page) => {
  await step('certificate')(page)
  await pick(page, /^技能等级/, /^高级工/)
  await page.getByRole('button', { name: /^职业（工种）/ }).click()
  await page.getByRole('dialog').waitFor()
}

/** The page of another card, until it is handed in where it has not been; then how it stands. */
const anotherCard = async (page: Page) => {
  await first(/退票/)(page)
  await page.getByRole('link', { name: '填新卡号' }).click()
  await page.getByRole('button', { name: '获取验证码' }).waitFor()
}
export const handedIn = async (page: Page) => {
  await anotherCard(page)
  await page.getByLabel('卡号').fill('6228480000000000158')
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByRole('button', { name: '填入这个验证码' }).click()
  await page.getByRole('button', { name: /^提交，请/ }).click()
  await page.getByRole('heading', { name: /^已收到/ }).waitFor()
}

const draft = { who, path: '/mine', route: '/drafts/:id/:step' } as const
const mine = { path: '/mine', route: '/applications/:id', reads: /\/applications\/[^/]+$/ } as const
export const large = { large: true } as const

export const screens: readonly Screen[] = [
  { name: 'phone-home', path: '/', reads: /\/policy$/ },
  { name: 'phone-check', path: '/check', route: '/check/:part?', reads: /\/policy$/ },
  { name: 'phone-check-eligible', path: '/check', route: '/check/:part?', open: checked('20251120'), ...large },
  { name: 'phone-check-not-eligible', path: '/check', route: '/check/:part?', open: checked('20221120'), ...large },
  { name: 'phone-notice', path: '/notice', reads: /\/policy$/ },
  { name: 'phone-occupations', path: '/occupations', reads: /\/policy$/ },
  { name: 'phone-blank-form', path: '/blank-form', reads: /\/annex\.png$/ },
  { name: 'phone-contacts', path: '/contacts', reads: /\/policy$/ },
  { name: 'phone-sign-in', path: '/sign-in' },
  { name: 'phone-not-here', path: '/nowhere' },
  { name: 'phone-mine', who, path: '/mine', reads: /\/applications$/, empties: true },
  { name: 'phone-paper-claim', who, path: '/paper-claim' },
  { name: 'phone-messages', who, path: '/messages', reads: /\/messages$/, empties: true },
  { name: 'phone-devices', who, path: '/devices', reads: /\/sessions$/ },
  { name: 'phone-form-person', ...draft, open: step('person'), reads: /\/drafts\// },
  { name: 'phone-form-unit', ...draft, open: step('unit') },
  { name: 'phone-form-certificate', ...draft, open: step('certificate') },
  { name: 'phone-form-materials', ...draft, open: step('materials') },
  { name: 'phone-form-payee', ...draft, open: step('payee') },
  { name: 'phone-form-confirmation', ...draft, open: step('confirmation') },
  { name: 'phone-form-unions', ...draft, open: sheet('unit', /^单位工会/), ...large },
  { name: 'phone-form-occupations', ...draft, open: occupations, ...large },
  {
    ...{ name: 'phone-annex', who, path: '/mine', route: '/applications/:id/form' },
    ...{ open: first(/办理中/, /^申请表$/), reads: /\/annex\.png$/ },
  },
  {
    ...{ name: 'phone-annex-of-draft', who: answered, path: '/mine', route: '/drafts/:id/form' },
    ...{ open: taken('form'), reads: /\/annex\.png$/, ...large },
  },
  { name: 'phone-progress', who, ...mine, open: first(/办理中/) },
  { name: 'phone-returned', who, ...mine, open: first(/退回补正/), ...large },
  { name: 'phone-paid', who, ...mine, open: first(/已发放/), ...large },
  { name: 'phone-payee-bounced', who: bounced, ...mine, open: first(/退票/), ...large },
  {
    ...{ name: 'phone-payee-form', who: bounced, path: '/mine', route: '/applications/:id/payee' },
    ...{ open: anotherCard, reads: /\/applications\/[^/]+$/, ...large },
  },
  // from here on it waits for a second person, on the desk too
  { name: 'phone-payee-open', who: bounced, ...mine, open: handedIn, ...large },
  {
    ...{ name: 'phone-receipt', who, path: '/mine', route: '/applications/:id/receipt' },
    ...{ open: pageOf(/办理中/, 'receipt'), reads: /\/applications\/[^/]+$/, ...large },
  },
  {
    ...{ name: 'phone-survey', who, path: '/mine', route: '/applications/:id/survey' },
    ...{ open: pageOf(/办理中/, 'survey'), reads: /\/policy$/, ...large },
  },
  { name: 'phone-declined', who: declined, ...mine, open: first(/^技师/), ...large },
  {
    ...{ name: 'phone-re-review', who: declined, path: '/mine', route: '/applications/:id/re-review' },
    ...{ open: pageOf(/^技师/, 're-review'), reads: /\/applications\/[^/]+$/, ...large },
  },
  { name: 'phone-re-review-asked', who: asking, ...mine, open: first(/^高级技师/), ...large },
  { name: 'phone-re-review-upheld', who: upheld, ...mine, open: first(/^技师/), ...large },
  {
    ...{ name: 'phone-duplicate', who: answered, path: '/mine', route: '/drafts/:id/:step' },
    ...{ open: duplicate, ...large },
  },
  {
    ...{ name: 'phone-objection', who: answered, path: '/mine', route: '/drafts/:id/objection' },
    ...{ open: taken('objection'), reads: /\/drafts\//, ...large },
  },
  { name: 'phone-mine-objecting', who: objecting, path: '/mine', ...large },
  {
    ...{ name: 'phone-objection-asked', who: objecting, path: '/mine', route: '/objections/:id' },
    ...{ open: first(/^异议/), reads: /\/objections\/[^/]+$/, ...large },
  },
  {
    ...{ name: 'phone-objection-answered', who: answered, path: '/mine', route: '/objections/:id' },
    ...{ open: first(/^异议/), ...large },
  },
]
