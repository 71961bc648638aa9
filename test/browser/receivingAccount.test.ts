/** 收款账户 in the pages: one clerk registers it with a code, the other checks it digit by digit; above, where there is one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { DemoAccounts } from '../../contract/people.ts'
import { withHouse } from './house.ts'

const house = await withHouse()
/** The code that an account signs with next. */
const codeOf = async (page: Page, loginName: string): Promise<string> => {
  const { accounts } = (await (await page.request.get('/api/v1/demo/accounts')).json()) as DemoAccounts
  return accounts.find((account) => account.loginName === loginName)!.code
}
const pageOf = async (loginName: string): Promise<Page> => {
  const { page } = await house.desk(loginName)
  await page.goto('/desk/receiving-account')
  return page
}
const register = async (page: Page, number: string, code: string) => {
  await page.getByLabel('账号', { exact: true }).fill(number)
  await page.getByLabel('动态码').fill(code)
  await page.getByRole('button', { name: '登记，送另一人核对' }).click()
}

test('registered by one, refused and then confirmed by the other; the old one stays by its tail', async () => {
  const clerk = await pageOf('jiading.caiwu1')
  await register(clerk, '12', '000000')
  await clerk.getByText('账号是9到30位，现在有2位').first().waitFor()
  await register(clerk, '3105 0166 3600 0000 9999', '000000')
  await clerk.getByText('动态码不对，或者刚用过').waitFor()
  await clerk.getByLabel('动态码').fill(await codeOf(clerk, 'jiading.caiwu1'))
  await clerk.getByRole('button', { name: '登记，送另一人核对' }).click()
  const waiting = clerk.getByRole('region', { name: '等核对的账户' })
  await waiting.getByText('尾号 1354 → 9999').waitFor()
  await waiting.getByRole('button', { name: '撤回这份登记' }).waitFor()

  const other = await pageOf('jiading.caiwu2')
  await other.getByText('有1份收款账户的登记等你核对').waitFor()
  await other.getByRole('link', { name: '核对嘉定区总工会的收款账户' }).click()
  await other.getByText('施予安 查看，已记录').waitFor()
  assert.match(
    (await other.getByRole('definition').allInnerTexts()).join(' ').replaceAll(/\s/g, ''),
    /31050166360000009999/,
  )
  await other.getByRole('button', { name: '核对无误，确认' }).click()
  await other.getByText('尾号9999').first().waitFor()
  await other.getByText('有1份收款账户的登记等你核对').waitFor({ state: 'detached' })

  await clerk.reload()
  const history = clerk.getByRole('region', { name: '登记过的' })
  await history.getByRole('row', { name: /尾号 1354 → 9999.*顾明远.*已确认.*施予安/ }).waitFor()
  await clerk.getByRole('form', { name: '换一个账户' }).waitFor()
})

test('a district with one clerk: the city’s finance checks it, and may send it back with words', async () => {
  const clerk = await pageOf('baoshan.caiwu1')
  await clerk.getByText('本单位没有第二位财务，由上海市总工会的财务核对后才用').waitFor()
  await register(clerk, '31050166360000005555', await codeOf(clerk, 'baoshan.caiwu1'))
  await clerk.getByRole('region', { name: '等核对的账户' }).waitFor()

  const city = await pageOf('shi.caiwu1')
  await city.getByRole('link', { name: '核对宝山区总工会的收款账户' }).click()
  await city.getByRole('button', { name: '退回…' }).click()
  const dialog = city.getByRole('dialog')
  await dialog.getByRole('button', { name: '退回，账户不变' }).click()
  await dialog.getByText('写明理由，一句话就行。').waitFor()
  await dialog.getByLabel('告诉登记的人').fill('先补开户资料')
  await dialog.getByRole('button', { name: '退回，账户不变' }).click()
  await dialog.waitFor({ state: 'detached' })

  await clerk.reload()
  await clerk.getByText('“先补开户资料”').waitFor()
  await clerk.getByText('尾号 1317', { exact: true }).waitFor()
})
