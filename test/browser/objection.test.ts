/** 异议: a second filer finds the certificate taken, objects with evidence, and is found right; then files by that time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserAt, signInWorker } from '../app.ts'
import { certificateNumber, filed, idNumber, view } from '../applications/claim.ts'
import * as form from './form.ts'
import { withHouse } from './house.ts'
import { confirmed, menu, photo, pressInDialog } from './people.ts'

const house = await withHouse()
const holder = await signInWorker(browserAt(house.url), '13800008031')
const claim = await filed(holder, 831)
const objector = '13800008032'
const words = '证书是我2025年11月在评价中心考的，原件在我手里。'
let raisedAt = ''
let receipt = ''

test('the second filer learns that it is taken, not by whom, and objects with evidence', async () => {
  const { page } = await house.phone(objector)
  await form.fillForm(page, {
    name: '罗启明',
    idNumber: idNumber(832),
    authority: '上海市人社局',
    certificateNumber: certificateNumber(831),
  })
  await form.handIn(page).click()
  await page.getByRole('alertdialog').getByRole('button', { name: '证书是我的，提出异议' }).click()
  const send = page.getByRole('button', { name: '提交给服务中心核实' })
  await send.click()
  await page.getByText('至少上传一张能证明证书是你的照片。').waitFor()
  await page.getByLabel('为什么证书是你的').fill(words)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '拍照或选照片' }).click()
  await (await chooser).setFiles(await photo('成绩单'))
  await page.getByText('已上传').waitFor()
  await page.reload()
  assert.equal(await page.getByLabel('为什么证书是你的').inputValue(), words)
  await page.getByText('已上传').waitFor()
  await send.click()
  await page.getByRole('heading', { name: '服务中心正在核实' }).waitFor()
  const said = await page.getByRole('main').innerText()
  receipt = /YY26-\d{7}/.exec(said)![0]
  assert.doesNotMatch(said, /陆文轩|JS26/)
  raisedAt = /\d+月\d+日 \d\d:\d\d:\d\d/.exec(said)![0]
  await page.goto('/mine')
  await page.getByText('没有填完的').waitFor()
  await page.getByRole('link', { name: /^异议：技师/ }).waitFor()
})

test('while it is open the phone of the first and the desk say so, and nobody by whom', async () => {
  const { page: other } = await house.phoneOf(holder)
  await other.goto(`/applications/${claim}`)
  await other.getByText('有人对这张证书提出异议，服务中心正在核实').waitFor()
  assert.doesNotMatch(await other.getByRole('main').innerText(), /罗启明|YY26/)
  const { page: union } = await house.desk('qiheng.gonghui')
  await union.goto(`/desk/cases/${claim}`)
  const strip = union.getByRole('status').filter({ hasText: '异议核实中' })
  await strip.waitFor()
  assert.equal(await strip.getByRole('link').count(), 0)
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await centre.goto(`/desk/cases/${claim}`)
  await centre.getByRole('link', { name: '看异议' }).click()
  await centre.getByText(`“${words}”`).waitFor()
})

test('the centre sees both sides and decides for the objector; the other claim ends', async () => {
  const { page } = await house.desk('zhongxin.shenhe1')
  await menu(page, '异议')
  await page.getByRole('link', { name: receipt }).click()
  await page.getByText(`“${words}”`).waitFor()
  await page.getByText('两份申报填的身份证号不同。').waitFor()
  await page.getByRole('cell', { name: '罗启明' }).waitFor()
  await page.getByRole('cell', { name: '陆文轩831' }).waitFor()
  await page.getByRole('img', { name: '证明第1页' }).waitFor()
  await page.getByRole('button', { name: '成立…', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await pressInDialog(page, '认定异议成立')
  await dialog.getByText('写明理由，一句话就行。').first().waitFor()
  await dialog.getByLabel('答复提出异议的人').fill('官网登记的持证人是你。')
  await dialog.getByLabel('告诉原来申报的人').fill('官网登记的持证人不是你。')
  await confirmed(page, '认定异议成立')
  await page.getByText('异议成立，双方都能看到').waitFor()
  assert.equal((await view(holder, claim)).state, 'declined')
})

test('both are told, and the objector files with the time of the objection', async () => {
  const { page: other } = await house.phoneOf(holder)
  await other.goto(`/applications/${claim}`)
  await other.getByText('证书经核实归别人申报').waitFor()
  await other.getByText('“官网登记的持证人不是你。”').waitFor()
  assert.doesNotMatch(await other.getByRole('main').innerText(), /罗启明/)

  const { page } = await house.phone(objector)
  await page.goto('/messages')
  await page.getByRole('link', { name: /异议成立/ }).click()
  await page.getByRole('heading', { name: '异议成立' }).waitFor()
  await page.getByText('“官网登记的持证人是你。”').waitFor()
  await page.getByRole('link', { name: '去提交申请表' }).click()
  await form.handIn(page).click()
  await form.receiptNumber(page)
  assert.ok((await page.getByRole('main').innerText()).includes(raisedAt), 'received when the objection was raised')
})
