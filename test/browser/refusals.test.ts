/** What is refused, as a person sees it: a sentence that says what to do, and nothing typed is lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { certificateNumber, idNumber } from '../applications/claim.ts'
import * as form from './form.ts'
import { withHouse } from './house.ts'
import { confirmed, menu, openCase, passed } from './people.ts'

// the first morning on which one may file: nobody has filed yet
const house = await withHouse('2026-06-16T09:00:00+08:00')
const claim = {
  name: '秦晓岚',
  idNumber: idNumber(701),
  authority: '上海市人社局',
  certificateNumber: certificateNumber(701),
}
let receipt = ''

/** Everything is with the server; then the page is opened anew. */
async function reopen(page: Page) {
  await page.getByText(/^已保存/).waitFor()
  await page.reload()
}
const onward = (page: Page) => page.getByRole('button', { name: /^下一步/ })

test('a wrong ID number and a number of another level are told under their box, and stay typed', async () => {
  const { page } = await house.phone('13800007011')
  await form.begin(page)
  const wrong = claim.idNumber.replace(/.$/, (last) => (last === '1' ? '2' : '1'))
  await form.fillPerson(page, { ...claim, idNumber: wrong })
  await page.getByText('身份证号最后一位对不上，请看着证件再输一遍。').waitFor()
  // off to a reader, and yet it answers: it leads to what is wrong
  await onward(page).click({ force: true })
  assert.equal(await page.getByLabel('身份证号码').evaluate((box) => box === document.activeElement), true)
  await page.getByText('改好上面1处才能到下一步').waitFor()
  await reopen(page)
  assert.equal(await page.getByLabel('身份证号码').inputValue(), wrong)
  assert.equal(await page.getByLabel('姓名').inputValue(), claim.name)
  await page.getByText('身份证号最后一位对不上，请看着证件再输一遍。').waitFor()
  await page.getByLabel('身份证号码').fill(claim.idNumber)
  await onward(page).click()

  await form.fillUnit(page)
  await onward(page).click()
  const otherLevel = claim.certificateNumber.replace(/2(?=\d{6}$)/, '3')
  await form.fillCertificate(page, { ...claim, certificateNumber: otherLevel })
  const says = '编号第16位是3，表示高级工；上面选的是技师。请对照证书改其中一处。'
  await page.getByText(says).waitFor()
  await page.getByRole('button', { name: /^发证日期/ }).click()
  await page.getByLabel(/直接输8位数字/).fill('20240230')
  await page.getByText('没有这一天，请对照证书再输一次。').waitFor()
  assert.equal(await page.getByRole('button', { name: /^用\d{4}年/ }).getAttribute('aria-disabled'), 'true')
  await page.keyboard.press('Escape')
  await reopen(page)
  await page.getByText(says).waitFor()
  assert.equal(await page.getByLabel('证书编号').inputValue(), otherLevel)
  assert.match((await page.getByRole('button', { name: /^发证日期/ }).textContent())!, /2025年11月20日/)
  await page.getByLabel('证书编号').fill(claim.certificateNumber)
  await onward(page).click()
})

test('a file that is too large or is not what it says is told, and the next one is taken', async () => {
  const { page } = await house.phone('13800007011')
  const card = '收款卡'
  await form.hand(page, card, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(12 * 1024 * 1024, 1) })
  await page.getByText('12MB，超过10MB。请重拍一张。').waitFor()
  const html = Buffer.from('<!doctype html><script>alert(1)</script>'.repeat(40))
  await form.hand(page, card, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: html })
  await page.getByText('这是网页，这里收JPEG、PNG和PDF。请拍照上传，或另存为PDF再传。').waitFor()
  await form.fillMaterials(page)
  assert.equal(await page.getByText(/^12MB|这是网页/).count(), 0)
  await reopen(page)
  await page.getByText('已上传').nth(3).waitFor()
  await onward(page).click()
})

test('pressing twice hands in once', async () => {
  const { page } = await house.phone('13800007011')
  await form.fillAccount(page)
  await form.handIn(page).dblclick()
  receipt = await form.receiptNumber(page)
  await page.goto('/mine')
  await page.getByText(receipt).waitFor()
  assert.equal(await page.getByText(/JS26-\d{7}/).count(), 1)
  const { rows } = await house.database.owner.query('select receipt_number from application')
  assert.equal(rows.length, 1)
})

test('who files the same certificate, however it is written, learns that it is taken, and keeps the form', async () => {
  const { page } = await house.phone('13800007012')
  const digits = (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
  const written = ` ${claim.certificateNumber.slice(0, 13).toLowerCase()} ${digits(claim.certificateNumber.slice(13))}`
  await form.fillForm(page, { ...claim, name: '罗启明', idNumber: idNumber(702), certificateNumber: written })
  await form.handIn(page).click()
  const sheet = page.getByRole('alertdialog', { name: '这张证书已经有人申报' })
  await sheet.getByText(claim.certificateNumber).waitFor()
  assert.doesNotMatch(await sheet.innerText(), /秦|启衡|JS26/)
  await sheet.getByRole('button', { name: '先不交，回到确认' }).click()
  await page.getByText('这张证书已经有人申报。先核对编号；编号没错，可以提出异议。').waitFor()
  await page.reload()
  await page.getByRole('link', { name: '改证书' }).click()
  assert.equal((await page.getByLabel('证书编号').inputValue()).trim(), written.trim())
})

test('a case is reviewed with the keyboard alone', async () => {
  const { page } = await house.desk('qiheng.gonghui')
  await page.getByRole('link', { name: receipt }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^同意申报/ }).waitFor()
  // a key that was meant for the page before decides nothing here
  await page.waitForTimeout(700)
  await page.keyboard.press('a')
  await page.getByText('先核对职工是不是本会会员，勾上“是本市工会会员”再同意。').waitFor()
  await page.keyboard.press(' ')
  await page.keyboard.press('a')
  await passed(page, claim.name)
})

test('a view that has become old is refused: who, when, what; the words stay', async () => {
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await menu(centre, '申报批次')
  await centre.getByRole('button', { name: '开第1批…' }).click()
  await confirmed(centre, '开第1批')
  const { page: point } = await house.desk('gongyequ.shenbao')
  await openCase(point, receipt)
  await point.getByRole('button', { name: /^报送区局工会/ }).click()
  await confirmed(point, /^报送区局工会/)
  await passed(point, claim.name)

  const [{ page: first }, { page: second }] = [await house.desk('jiading.fushen1'), await house.desk('jiading.fushen2')]
  await openCase(first, receipt)
  await openCase(second, receipt)
  await second.getByRole('button', { name: /^退回补正/ }).click()
  const dialog = second.getByRole('dialog')
  await dialog.getByRole('checkbox').first().check()
  const words = '请重拍证书，编号要看得清。'
  await dialog.getByLabel('给申请人的话').fill(words)
  await first.getByRole('button', { name: /^同意申报/ }).click()
  await passed(first, claim.name)
  await dialog.getByRole('button', { name: /^退回补正/ }).click()
  await dialog.getByText(/^林知夏 \d\d:\d\d 已同意申报此件，你的操作没有提交。看最新内容再定。$/).waitFor()
  assert.equal(await dialog.getByLabel('给申请人的话').inputValue(), words)
  await dialog.getByRole('button', { name: '看最新内容' }).click()
  await second.getByText('这一步不归你的岗位办').waitFor()
})
