/** 复核: declined, asked again from the phone, looked at by somebody else: once overturned and passed, once upheld. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { DemoAccounts } from '../../contract/people.ts'
import type { Client } from '../app.ts'
import { browserAt, signInWorker } from '../app.ts'
import { act, filed, view } from '../applications/claim.ts'
import { withHouse } from './house.ts'
import { confirmed, openCase, passed, photo } from './people.ts'

const house = await withHouse()
const worker = await signInWorker(browserAt(house.url), '13800006021')

async function staff(loginName: string): Promise<Client> {
  const client = browserAt(house.url)
  const { body } = await client.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
  const { password, code } = body.accounts.find((account) => account.loginName === loginName)!
  assert.equal((await client.ask('POST', '/api/v1/sign-in/staff', { loginName, password, code })).status, 200)
  return client
}
const [officer, point] = [await staff('qiheng.gonghui'), await staff('gongyequ.shenbao')]

async function atSecondReview(serial: number) {
  const id = await filed(worker, serial)
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
  const { receiptNumber, form } = await view(worker, id)
  return { id, receiptNumber, name: form.name! }
}

const declineWords = '照片上的发证日期看着是2022年。'
async function decline(page: Page, receipt: string, name: string) {
  await openCase(page, receipt)
  await page.getByRole('button', { name: /^审核不通过/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^发证日期不在期限内/ }).check()
  await dialog.getByLabel('给申请人的话').fill(declineWords)
  await confirmed(page, /^审核不通过/)
  await passed(page, name)
}

const reason = '证书上印的是2025年11月20日，请对着原件再看。'
async function askAgain(page: Page, id: string) {
  await page.goto(`/applications/${id}`)
  await page.getByText('这张证书这次不能资助').waitFor()
  await page.getByText(`“${declineWords}”`).waitFor()
  await page.getByRole('link', { name: /^觉得不对，申请复核.*7月29日24:00前/ }).click()
  await page.getByRole('button', { name: '提交，请另一个人重新看' }).click()
  await page.getByText('写一句哪里不对，再提交。').waitFor()
  await page.getByLabel('哪里不对').fill(reason)
  await page.reload()
  assert.equal(await page.getByLabel('哪里不对').inputValue(), reason, 'a reload loses nothing')
}

test('declined, looked at by another, taken back, and passed', async () => {
  const { id, receiptNumber, name } = await atSecondReview(801)
  const { page: first } = await house.desk('jiading.fushen1')
  await decline(first, receiptNumber, name)

  const { page } = await house.phoneOf(worker)
  await askAgain(page, id)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '拍照或选照片' }).click()
  await (await chooser).setFiles(await photo('证书'))
  await page.getByText('已上传').waitFor()
  await page.getByRole('button', { name: '提交，请另一个人重新看' }).click()
  await page.getByRole('heading', { name: '正在复核' }).waitFor()
  await page.getByText('嘉定区总工会').first().waitFor()
  await page.getByText(`“${reason}”`).waitFor()

  await first.goto('/desk/queue?view=todo')
  await first.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await first.getByRole('link', { name: receiptNumber }).count(), 0, 'not with who declined it')
  const { page: second } = await house.desk('jiading.fushen2')
  const row = second.getByRole('row').filter({ hasText: receiptNumber })
  await row.getByText('复核', { exact: true }).waitFor()
  await row.getByRole('link', { name: receiptNumber }).click()
  const sides = second.getByRole('region', { name: '复核' })
  await sides.getByText(`“${declineWords}”`).waitFor()
  await sides.getByText(`“${reason}”`).waitFor()
  await second.getByRole('button', { name: '看补充照片' }).waitFor()
  await second.getByRole('button', { name: /^复核改为继续办理/ }).click()
  await second.getByRole('dialog').getByLabel('给申请人的话').fill('原件上确实是2025年。')
  await confirmed(second, /^复核改为继续办理/)
  await passed(second, name)
  await second.getByRole('button', { name: /^同意申报/ }).click()
  await second.getByText(`${name}：已同意申报`).waitFor()
  await page.reload()
  await page.getByText('服务中心正在核验证书').waitFor()
  await page.getByText('复核改为继续办理').waitFor()
})

test('declined, looked at by another, upheld: the phone says so, and it is not asked again', async () => {
  const { id, receiptNumber, name } = await atSecondReview(802)
  const { page: first } = await house.desk('jiading.fushen1')
  await decline(first, receiptNumber, name)
  const { page } = await house.phoneOf(worker)
  await askAgain(page, id)
  await page.getByRole('button', { name: '提交，请另一个人重新看' }).click()
  await page.getByRole('heading', { name: '正在复核' }).waitFor()

  await first.goto(`/desk/cases/${id}`)
  await first.getByText('这个决定是你作的，复核要换一个人。可以交给同事。').waitFor()

  const { page: second } = await house.desk('jiading.fushen2')
  await second.goto('/desk/queue?view=todo')
  await openCase(second, receiptNumber)
  await second.getByRole('button', { name: /^复核维持/ }).click()
  await second.getByRole('dialog').getByLabel('给申请人的话').fill('官网登记的日期是2022年11月20日。')
  await confirmed(second, /^复核维持/)
  await passed(second, name)
  await page.reload()
  await page.getByText('复核维持原来的决定').waitFor()
  await page.getByText('“官网登记的日期是2022年11月20日。”').first().waitFor()
  assert.equal(await page.getByRole('link', { name: /申请复核/ }).count(), 0)
})
