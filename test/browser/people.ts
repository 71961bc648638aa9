/** What people do in the pages, by role and name, as they would say it themselves. */
import assert from 'node:assert/strict'
import sharp from 'sharp'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { DemoAccounts, SandboxInbox } from '../../contract/people.ts'

export type Visit = { readonly page: Page; readonly context: BrowserContext; close(): Promise<void> }

async function open(browser: Browser, url: string, size: { width: number; height: number }): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  return {
    page,
    context,
    async close() {
      await context.close()
      assert.deepEqual(broken, [], 'no page threw')
    },
  }
}

export const photo = (text: string) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: `hsl(${text.length * 40}, 40%, 80%)` } })
    .jpeg()
    .toBuffer()
    .then((buffer) => ({ name: `${text}.jpg`, mimeType: 'image/jpeg', buffer }))

/** A phone in whose browser a worker signs in by the code of a text message. */
export async function phone(browser: Browser, url: string, number: string): Promise<Visit> {
  const visit = await open(browser, url, { width: 360, height: 780 })
  const { page } = visit
  await page.goto('/sign-in')
  await page.getByLabel('手机号码').fill(number)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByText('验证码已发出').waitFor()
  const inbox = (await (await page.request.get('/api/v1/demo/inbox')).json()) as SandboxInbox
  const code = /\d{6}/.exec(inbox.messages.find((message) => message.phone === number)!.text)![0]
  await page.getByLabel('短信验证码').fill(code)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('heading', { name: '我的申报' }).waitFor()
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
  await page.getByText(account.name).first().waitFor()
  return visit
}

const pick = async (page: Page, field: string | RegExp, choice: string | RegExp) => {
  await page.getByRole('button', { name: field }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: choice }).first().click()
  await sheet.waitFor({ state: 'detached' })
}

export type Claim = {
  readonly name: string
  readonly idNumber: string
  readonly authority: string
  readonly certificateNumber: string
}

/** From 填一份申请表 to the receipt. @returns the receipt number */
export async function fileClaim(page: Page, claim: Claim): Promise<string> {
  await page.getByRole('button', { name: '填一份申请表' }).click()
  await page.getByLabel('姓名').fill(claim.name)
  await page.getByLabel('身份证号码').fill(claim.idNumber)
  await page.getByLabel('手机号码').fill('13800006021')
  await pick(page, /^学历/, '大学专科')
  await pick(page, /^职称/, '无')
  await page.getByRole('radio', { name: '否' }).check({ force: true })
  await page.getByRole('button', { name: '下一步：单位' }).click()

  await page.getByRole('button', { name: /^单位工会/ }).click()
  await page.getByLabel('找单位工会').fill('启衡')
  await page.getByRole('dialog').getByRole('button', { name: /启衡/ }).click()
  await page.getByText('单位情况已带出').waitFor()
  await page.getByRole('button', { name: '下一步：证书' }).click()

  await pick(page, /^证书在哪里备案/, claim.authority)
  await pick(page, /^技能等级/, '技师（二级）')
  await page.getByRole('button', { name: /^职业（工种）/ }).click()
  await page.getByLabel('找职业（工种）').fill('机床装调维修工')
  await page.getByRole('button', { name: /照证书填/ }).click()
  await page.getByLabel(/职业编码/).fill('6-20-03-01')
  await page.getByRole('button', { name: '用这个名称' }).click()
  await page.getByLabel('证书编号').fill(claim.certificateNumber)
  await pickDay(page, /^发证日期/, '20251120')
  await pick(page, /^原有最高技能等级/, '高级工')
  await page.getByRole('button', { name: '下一步：材料' }).click()

  for (const title of ['身份证人像面', '身份证国徽面', '技能等级证书', '收款卡']) {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: `拍照：${title}` }).click()
    await (await chooser).setFiles(await photo(title))
    await page.getByRole('button', { name: `重拍：${title}` }).waitFor()
  }
  await page.getByRole('button', { name: '下一步：收款' }).click()
  await page.getByRole('radio', { name: /会员服务卡/ }).check({ force: true })
  await page.getByLabel(/卡号/).fill('6224780000000012')
  await page.getByRole('button', { name: '下一步：确认' }).click()
  await page.getByRole('checkbox').first().waitFor()
  for (const box of await page.getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: '提交给单位工会' }).click()
  const receipt = page.getByText(/JS26-\d{7}/).first()
  await receipt.waitFor()
  return /JS26-\d{7}/.exec((await receipt.textContent()) ?? '')![0]
}

async function pickDay(page: Page, field: RegExp, digits: string) {
  await page.getByRole('button', { name: field }).first().click()
  await page.getByLabel(/直接输8位数字/).fill(digits)
  await page.getByRole('button', { name: /^用\d{4}年/ }).click()
}
