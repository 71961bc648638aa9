/** What people do in the pages, by role and name, as they would say it themselves. */
import assert from 'node:assert/strict'
import sharp from 'sharp'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { DemoAccounts, SandboxInbox } from '../../contract/people.ts'
import type { Client } from '../app.ts'

export type Visit = { readonly page: Page; readonly context: BrowserContext; close(): Promise<void> }

async function open(browser: Browser, url: string, size: { width: number; height: number }): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // what still grows moves its buttons between the press of the mouse and its release
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('response', (response) => {
    if (response.status() >= 500) broken.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  return {
    page,
    context,
    async close() {
      await context.close()
      assert.deepEqual(broken, [], 'no page threw, no server error')
    },
  }
}

export const photo = (text: string) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: `hsl(${text.length * 40}, 40%, 80%)` } })
    .jpeg()
    .toBuffer()
    .then((buffer) => ({ name: `${text}.jpg`, mimeType: 'image/jpeg', buffer }))

/** A phone whose owner has not signed in. */
export const visitor = (browser: Browser, url: string): Promise<Visit> =>
  open(browser, url, { width: 360, height: 780 })

/** On the sign-in page: phone, code of the text message, in. */
export async function signInByCode(page: Page, number: string): Promise<void> {
  await page.getByLabel('手机号码').fill(number)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByText('验证码已发出').waitFor()
  const inbox = (await (await page.request.get('/api/v1/demo/inbox')).json()) as SandboxInbox
  const code = /\d{6}/.exec(
    inbox.messages.find(({ phone, text }) => phone === number && text.includes('验证码'))!.text,
  )![0]
  await page.getByLabel('短信验证码').fill(code)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** A phone in whose browser a worker signs in by the code of a text message. */
export async function phone(browser: Browser, url: string, number: string): Promise<Visit> {
  const visit = await open(browser, url, { width: 360, height: 780 })
  const { page } = visit
  await page.goto('/sign-in')
  await signInByCode(page, number)
  await page.getByRole('heading', { name: '我的申报' }).waitFor()
  return visit
}

/** A phone on which somebody is signed in already, as that client is. */
export async function phoneOf(browser: Browser, url: string, { cookie }: Client): Promise<Visit> {
  const visit = await open(browser, url, { width: 360, height: 780 })
  const [name = '', value = ''] = (cookie ?? '').split('=')
  await visit.context.addCookies([{ name, value, url }])
  return visit
}

/** A desk at which a member of staff signs in with password and code. */
export async function desk(browser: Browser, url: string, loginName: string): Promise<Visit> {
  const visit = await open(browser, url, { width: 1440, height: 900 })
  const { page } = visit
  await page.goto('/desk/')
  const { accounts } = (await (await page.request.get('/api/v1/demo/accounts')).json()) as DemoAccounts
  const account = accounts.find((each) => each.loginName === loginName)!
  await page.getByLabel('账号', { exact: true }).fill(loginName)
  await page.getByLabel('密码', { exact: true }).fill(account.password)
  await page.getByLabel(/^动态码/).fill(account.code)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('banner').getByRole('button', { name: account.name }).waitFor()
  return visit
}

/** A code that somebody has not used yet. */
export async function freshCode(page: Page, loginName: string): Promise<string> {
  const { accounts } = (await (await page.request.get('/api/v1/demo/accounts')).json()) as DemoAccounts
  return accounts.find((each) => each.loginName === loginName)!.code
}

/** Follows the desk's menu. */
export async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: item }).click()
  await page.getByRole('heading', { level: 1, name: item }).waitFor()
}

/** Finds a case by its receipt number and opens it. */
export async function openCase(page: Page, receipt: string): Promise<void> {
  await page.getByLabel(/^按受理号/).fill(receipt)
  await page.getByLabel(/^按受理号/).press('Enter')
  await page.getByRole('link', { name: receipt }).click()
  await page.getByRole('region', { name: /^(评估|审核结果)$/ }).waitFor()
}

/** Presses the button of the dialog that asks once more, and waits until it has gone. */
export async function confirmed(page: Page, go: string | RegExp): Promise<void> {
  await pressInDialog(page, go)
  await dialogGone(page)
}

/** Presses a button of the dialog that is open, whether it then stays or goes. */
export async function pressInDialog(page: Page, go: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  const button = dialog.getByRole('button', { name: go })
  await button.waitFor()
  // while it grows, its buttons move on between the press and the release of the mouse
  await dialog.evaluate(async (box) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    await Promise.allSettled(box.getAnimations({ subtree: true }).map(({ finished }) => finished))
  })
  await button.click()
}

/** @throws Error with what the dialog says, where it stays */
export async function dialogGone(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  try {
    await dialog.waitFor({ state: 'hidden' })
  } catch (cause) {
    throw new Error(`the dialog stays: ${await dialog.innerText()}`, { cause })
  }
}

/** Types where the dialog has put the focus. */
export async function typeInDialog(page: Page, words: string): Promise<void> {
  await page.getByRole('dialog').getByRole('textbox').and(page.locator(':focus')).waitFor()
  await page.keyboard.type(words)
}

/** The desk has said that this person's case was decided. */
export const passed = (page: Page, name: string) =>
  page
    .getByText(new RegExp(`^${name}：`))
    .first()
    .waitFor()
