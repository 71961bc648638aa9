/** Whatever happens to the phone while somebody types, what was typed is still there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { certificateNumber, idNumber } from '../applications/claim.ts'
import * as form from './form.ts'
import { withHouse } from './house.ts'
import { photo, signInByCode } from './people.ts'

const house = await withHouse('2026-06-16T09:00:00+08:00')
const claim = { name: '骆书遥', idNumber: idNumber(811), authority: '上海市人社局' }
const visit = await house.phone('13800008111')
const { page, context } = visit
// leaving with unsaved words is asked about; this owner leaves all the same
page.on('dialog', (dialog) => void dialog.accept())

const saves = '**/api/v1/drafts/*'
const uploads = '**/api/v1/files/**'
const onward = (of: Page) => of.getByRole('button', { name: /^下一步/ })
const saved = (of: Page) => of.getByText(/^已保存/).waitFor()

test('a reload while the network is gone finds what was typed and had not arrived', async () => {
  await form.begin(page)
  await form.fillPerson(page, claim)
  await saved(page)
  await page.route(saves, (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()))
  await page.getByLabel('姓名').fill('骆书瑶')
  await page.getByText('没有连上网络，填的内容还在这一页').waitFor()
  await page.reload()
  assert.equal(await page.getByLabel('姓名').inputValue(), '骆书瑶')
  await page.unroute(saves)
  await saved(page)
  await page.reload()
  assert.equal(await page.getByLabel('姓名').inputValue(), '骆书瑶')
  assert.equal(
    await page.evaluate(() => Object.keys(sessionStorage).length),
    0,
    'once the server has it, the phone keeps nothing',
  )
})

test('the back button leads a step back, and forward again to what was typed', async () => {
  await onward(page).click()
  await form.fillUnit(page)
  await page.getByLabel('单位电话').fill('02159990000')
  await page.goBack()
  assert.equal(await page.getByLabel('姓名').inputValue(), '骆书瑶')
  await page.goForward()
  assert.equal(await page.getByLabel('单位电话').inputValue(), '02159990000')
  await saved(page)
})

test('two pages of one form: the one that comes second loses neither its words nor the other’s', async () => {
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByLabel('单位地址').fill('嘉定区新路1号')
  await saved(other)
  await page.getByLabel('单位电话').fill('02158887777')
  await page.getByText(/另一个页面改过这份申报/).waitFor()
  await page.getByRole('button', { name: '用我刚写的' }).click()
  await saved(page)
  assert.equal(await page.getByLabel('单位电话').inputValue(), '02158887777')
  assert.equal(await page.getByLabel('单位地址').inputValue(), '嘉定区新路1号')
  await other.close()
})

test('a session that ends in between: one signs in again and goes on typing', async () => {
  const { owner } = house.database
  await owner.query("update session set ended_at = 1, ended_why = 'test' where ended_at is null")
  // a minute has gone by since the last code
  await owner.query('update one_time_code set sent_at = sent_at - 60000')
  await page.getByLabel('单位电话').fill('02151112222')
  await page.getByRole('heading', { name: '登录' }).waitFor()
  await signInByCode(page, '13800008111')
  assert.equal(await page.getByLabel('单位电话').inputValue(), '02151112222')
  await saved(page)
})

test('an upload that breaks off goes again without choosing the picture anew', async () => {
  await onward(page).click()
  await form.fillCertificate(page, { ...claim, certificateNumber: certificateNumber(811) })
  await onward(page).click()
  await page.route(uploads, (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()))
  await form.hand(page, '身份证人像面', await photo('身份证人像面'))
  await page.getByText(/没有传上去，照片还在这里/).waitFor()
  await page.unroute(uploads)
  await page.getByRole('button', { name: /^再传一次：身份证人像面/ }).click()
  await page.getByText('已上传').first().waitFor()
  await saved(page)
})
