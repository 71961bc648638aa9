/** The phone's screens, as a worker of the demonstration meets them. */
import type { Page } from 'playwright-core'
import type { Screen } from './screen.ts'

const who = '13800006021'
const first = (name: RegExp) => async (page: Page) => {
  await page.getByRole('link', { name }).first().click()
  await page.waitForLoadState('networkidle')
}
/** A fresh form, led to its step by the address. */
const step = (id: string) => async (page: Page) => {
  await page.getByRole('button', { name: '填一份申请表' }).click()
  await page.getByLabel('姓名').waitFor()
  if (id === 'person') return
  await page.goto(new URL(page.url()).pathname.replace(/[^/]+$/, id))
}

const annex = async (page: Page) => {
  await first(/办理中/)(page)
  await page.getByRole('link', { name: '申请表' }).click()
  await page.waitForLoadState('networkidle')
}

export const screens: readonly Screen[] = [
  { name: 'phone-home', path: '/', reads: /\/policy$/ },
  { name: 'phone-check', path: '/check', reads: /\/policy$/ },
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
  { name: 'phone-form-person', who, path: '/mine', open: step('person'), reads: /\/drafts\// },
  { name: 'phone-form-unit', who, path: '/mine', open: step('unit') },
  { name: 'phone-form-certificate', who, path: '/mine', open: step('certificate') },
  { name: 'phone-form-materials', who, path: '/mine', open: step('materials') },
  { name: 'phone-form-payee', who, path: '/mine', open: step('payee') },
  { name: 'phone-form-confirmation', who, path: '/mine', open: step('confirmation') },
  { name: 'phone-annex', who, path: '/mine', open: annex, reads: /\/annex\.png$/ },
  { name: 'phone-progress', who, path: '/mine', open: first(/办理中/), reads: /\/applications\/[^/]+$/ },
]
