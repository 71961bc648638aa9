/** The worker's form, step by step, as a thumb goes through it. */
import type { Page } from 'playwright-core'
import { photo } from './people.ts'

export type Claim = {
  readonly name: string
  readonly idNumber: string
  readonly authority: string
  readonly certificateNumber: string
  /** Part of its name; 启衡 where it is left out. */
  readonly union?: string
}

const next = (page: Page, step: string) => page.getByRole('button', { name: `下一步：${step}` }).click()

/** Opens the sheet of a box and presses one of its choices. */
export async function pick(page: Page, field: string | RegExp, choice: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: field }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: choice }).first().click()
  await sheet.waitFor({ state: 'detached' })
}

export async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: '填一份申请表' }).click()
  await page.getByLabel('姓名').waitFor()
}

export async function fillPerson(page: Page, { name, idNumber }: Pick<Claim, 'name' | 'idNumber'>): Promise<void> {
  await page.getByLabel('姓名').fill(name)
  await page.getByLabel('身份证号码').fill(idNumber)
  await page.getByLabel('手机号码').fill('13800006021')
  await pick(page, /^学历/, '大学专科')
  await pick(page, /^职称/, '无')
  await page.getByText('否', { exact: true }).click()
}

export async function fillUnit(page: Page, union = '启衡'): Promise<void> {
  await page.getByRole('button', { name: /^单位工会/ }).click()
  await page.getByLabel('找单位工会').fill(union)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(union) })
    .click()
  await page.getByText('单位情况已带出').waitFor()
}

export async function fillCertificate(
  page: Page,
  { authority, certificateNumber }: Pick<Claim, 'authority' | 'certificateNumber'>,
): Promise<void> {
  await pick(page, /^证书在哪里备案/, authority)
  await pick(page, /^技能等级/, '技师（二级）')
  await page.getByRole('button', { name: /^职业（工种）/ }).click()
  await page.getByLabel('找职业（工种）').fill('机床装调维修工')
  await page.getByRole('button', { name: /照证书填/ }).click()
  await page.getByLabel(/职业编码/).fill('6-20-03-01')
  await page.getByRole('button', { name: '用这个名称' }).click()
  await page.getByLabel('证书编号').fill(certificateNumber)
  await page.getByRole('button', { name: /^发证日期/ }).click()
  await page.getByLabel(/直接输8位数字/).fill('20251120')
  await page.getByRole('button', { name: /^用\d{4}年/ }).click()
  await pick(page, /^原有最高技能等级/, '高级工')
}

/** Takes a picture where `file` is one that is taken. */
export async function hand(page: Page, title: string, file: Awaited<ReturnType<typeof photo>>): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: new RegExp(`^(拍照|重拍)：${title}`) }).click()
  await (await chooser).setFiles(file)
}

export async function fillMaterials(page: Page): Promise<void> {
  for (const title of ['身份证人像面', '身份证国徽面', '技能等级证书', '收款卡']) {
    await hand(page, title, await photo(title))
    await page.getByRole('button', { name: `重拍：${title}` }).waitFor()
  }
}

/** The last steps, up to the button that hands the form in. */
export async function fillAccount(page: Page): Promise<void> {
  await page.getByText('工会会员服务卡', { exact: true }).click()
  await page.getByLabel(/卡号/).fill('6224780000000012')
  await next(page, '确认')
  await page.getByRole('checkbox').first().waitFor()
  for (const box of await page.getByRole('checkbox').all()) await box.check()
}

/** From an empty form to everything but handing it in. */
export async function fillForm(page: Page, claim: Claim): Promise<void> {
  await begin(page)
  await fillPerson(page, claim)
  await next(page, '单位')
  await fillUnit(page, claim.union)
  await next(page, '证书')
  await fillCertificate(page, claim)
  await next(page, '材料')
  await fillMaterials(page)
  await next(page, '收款')
  await fillAccount(page)
}

export const handIn = (page: Page) => page.getByRole('button', { name: '提交给单位工会' })

/** @returns the number on the receipt that stands on the phone */
export async function receiptNumber(page: Page): Promise<string> {
  await page.getByRole('heading', { name: '已收到' }).waitFor()
  const said = await page.getByRole('main').innerText()
  return /JS26-\d{7}/.exec(said)![0]
}
