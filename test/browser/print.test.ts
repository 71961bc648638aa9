/** The annex on a phone, at the printer, and back again as a scan with its seals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import type { MyApplications } from '../../contract/applications.ts'
import { certificateNumber, idNumber } from '../applications/claim.ts'
import * as form from './form.ts'
import { withHouse } from './house.ts'
import { menu, photo } from './people.ts'

const house = await withHouse()
const { page: phone } = await house.phone('13800006021')
const { page: desk } = await house.desk('qiheng.gonghui')
const { applications } = (await (await phone.request.get('/api/v1/applications')).json()) as MyApplications
const { id, receiptNumber } = applications.find(({ state }) => state === 'inReview')!

test('the phone shows the form as a picture to keep, and says where to take it', async () => {
  await phone.goto(`/applications/${id}`)
  await phone.getByRole('link', { name: '申请表' }).click()
  const picture = phone.getByRole('img', { name: `填好的申请表，受理号${receiptNumber}` })
  await picture.and(phone.locator(':not(.unread)')).waitFor()
  assert.ok(await picture.evaluate((shown: HTMLImageElement) => shown.naturalWidth > 1600))
  await phone.getByText('交给上海启衡精密机械有限公司工会盖章').waitFor()
  const download = phone.waitForEvent('download')
  await phone.getByRole('link', { name: '下载PDF去打印' }).click()
  assert.equal((await download).suggestedFilename(), `申请表 ${receiptNumber}.pdf`)
})

test('who has it sealed first prints the filled form before it is filed; it says that it is not', async () => {
  const { page } = await house.phone('13800008041')
  await form.fillForm(page, {
    name: '顾连舟',
    idNumber: idNumber(841),
    authority: '上海市人社局',
    certificateNumber: certificateNumber(841),
  })
  await page.getByRole('link', { name: '打印这张没有提交的申请表' }).click()
  await page.getByRole('img', { name: '填好、还没有提交的申请表' }).and(page.locator(':not(.unread)')).waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载PDF去打印' }).click()
  assert.equal((await download).suggestedFilename(), '申请表 没有提交.pdf')
  await page.goBack()
  await form.handIn(page).click()
  await form.receiptNumber(page)
})

test('everybody finds the blank form', async () => {
  await phone.goto('/')
  await phone.getByRole('link', { name: /空白申请表/ }).click()
  await phone.getByRole('img', { name: '空白的申请表' }).and(phone.locator(':not(.unread)')).waitFor()
})

test('an officer prints what is picked, and one case; a case at another desk says why not', async () => {
  await menu(desk, '待初审')
  await desk
    .getByRole('checkbox', { name: /^选中JS26/ })
    .first()
    .check()
  const many = desk.waitForEvent('download')
  await desk.getByRole('button', { name: '打印所选1张' }).click()
  assert.equal((await many).suggestedFilename(), '申请表 1张.pdf')
  await desk.getByText('1张申请表已下载').waitFor()
  await desk.getByRole('link', { name: /^JS26/ }).first().click()
  const one = desk.waitForEvent('download')
  await desk.getByRole('button', { name: '打印申请表' }).click()
  assert.match((await one).suggestedFilename(), /^申请表 JS26-\d{7}\.pdf$/)
  await desk.goto(`/desk/cases/${id}`)
  await desk.getByText('此件不在你办的环节，号码是遮盖的，轮到你办时再打。').waitFor()
})

test('a turned and blurred scan finds its case, one without a code is typed, what is no picture says so', async () => {
  const png = await (await phone.request.get(`/api/v1/applications/${id}/annex.png`)).body()
  const scan = await sharp(png)
    .toColourspace('srgb')
    .rotate(92, { background: '#c8c4bc' })
    .blur(1)
    .jpeg({ quality: 60 })
    .toBuffer()
  await desk.goto('/desk/queue')
  await menu(desk, '盖章件扫描')
  await desk.getByLabel('选盖章件').setInputFiles([
    { name: '扫描3.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html></html>') },
    { name: '扫描1.jpg', mimeType: 'image/jpeg', buffer: scan },
    { ...(await photo('糊了')), name: '扫描2.jpg' },
  ])
  const row = (name: string) => desk.getByRole('listitem').filter({ hasText: name })
  await row('扫描1.jpg').getByText('已归入').waitFor()
  await row('扫描3.jpg').getByText('这是网页').waitFor()
  const second = row('扫描2.jpg')
  await second.getByText('没有读到二维码').waitFor({ timeout: 60_000 })
  await second.getByLabel('纸上的受理号').fill('JS26-9999999')
  await second.getByRole('button', { name: '归入' }).click()
  await second.getByText('不在你们单位的范围里').waitFor()
  await second.getByLabel('纸上的受理号').fill(receiptNumber)
  await second.getByLabel('纸上的受理号').press('Enter')
  await second.getByText('已归入').waitFor()
  await row('扫描1.jpg').getByRole('link', { name: receiptNumber }).click()
  await desk.getByRole('button', { name: /^盖章件/ }).click()
  await desk.getByRole('img', { name: '盖章件' }).first().waitFor()
})
