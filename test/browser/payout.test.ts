/** Two clerks of a district pay: one makes a batch, the other looks at what stops it and releases it, the bank answers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { readPayFormats } from '../../connectors/payFile/formatFile.ts'
import { type BankAnswer, resultFileFor } from '../../connectors/payFile/resultFile.ts'
import { plainDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { readCsv } from '../payments/secondReader.ts'
import { withHouse } from './house.ts'
import { confirmed, dialogGone, freshCode, menu, pressInDialog } from './people.ts'

const house = await withHouse()
const [maker, releaser] = ['jiading.caiwu1', 'jiading.caiwu2'] as const
const at = async (loginName: string): Promise<Page> => (await house.desk(loginName)).page
const region = (page: Page, name: string) => page.getByRole('region', { name })
const lineOf = (page: Page, name: string) => region(page, '明细').getByRole('row').filter({ hasText: name })
let batch = ''
let file = Buffer.alloc(0)

/** The menu has 发放确认单, too. */
async function payouts(page: Page): Promise<void> {
  const navigation = page.getByRole('navigation', { name: '主导航' })
  await navigation.getByRole('link', { name: '发放', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '发放', exact: true }).waitFor()
}

/** The bank's answer to what was given out. */
function answers(of: (place: number) => Partial<BankAnswer>): Buffer {
  const { payments } = readCsv(file)
  const rows = payments.map(({ reference, account, name, fen: amount }, place): BankAnswer => ({
    ...{ reference, account, name, amountFen: fen(Number(amount)), outcome: 'settled' },
    ...{ serial: `2026071500${place + 1}`, on: plainDate('2026-07-15')! },
    ...of(place),
  }))
  return Buffer.from(resultFileFor(readPayFormats().get('csv-utf8')!, rows))
}
const upload = (page: Page, buffer: Buffer) =>
  page.getByLabel('选回盘文件').setInputFiles({ name: '回盘.csv', mimeType: 'text/csv', buffer })

test('a batch is given up, and made anew; its maker cannot release it', async () => {
  const page = await at(maker)
  await payouts(page)
  await page.getByRole('link', { name: '付〔2026〕2号' }).click()
  await page.getByText(/等另一位财务放行。/).waitFor()
  await page.getByRole('button', { name: '撤销这一批…' }).click()
  await confirmed(page, '撤销这一批')
  await page.getByRole('heading', { name: '这一批已撤销' }).waitFor()

  await payouts(page)
  const row = region(page, '可以发放的').getByRole('row').filter({ hasText: '技协划〔2026〕1号' })
  await row.getByText('3,000.00').waitFor()
  await row.getByText('1笔没付成，等收款账户').waitFor()
  await page.getByRole('button', { name: '制单…' }).click()
  await page.getByRole('dialog').getByText('叁仟元整').waitFor()
  await confirmed(page, '制单，2笔')
  batch = await page.getByRole('heading', { level: 1, name: /付〔2026〕\d+号$/ }).innerText()
  const release = region(page, '放行').getByRole('button', { name: /^放行2笔/ })
  assert.equal(await release.getAttribute('aria-disabled'), 'true')
})

test('another clerk sees why it stops, says why it may go, and releases it with a fresh code', async () => {
  const page = await at(releaser)
  await payouts(page)
  await page.getByRole('link', { name: batch.replace(/^发放批次\s*/, '') }).click()
  const stops = region(page, '放行前先看')
  await stops.getByText('这一批里有2个人用它收款').waitFor()
  const release = region(page, '放行').getByRole('button', { name: /^放行2笔/ })
  assert.equal(await release.getAttribute('aria-disabled'), 'true')
  const words = '已电话核实是夫妻，用陈秀英的卡'
  await stops.getByLabel(/^为什么可以发/).fill(words)
  await release.click()

  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('动态码').fill('000000')
  await page.keyboard.press('Enter')
  await dialog.getByText(/^动态码不对/).waitFor()
  assert.equal(await stops.getByLabel(/^为什么可以发/).inputValue(), words)
  await dialog.getByLabel('动态码').fill(await freshCode(page, releaser))
  await page.keyboard.press('Enter')
  await dialogGone(page)
  await region(page, '到哪一步').getByText('待下载').waitFor()
})

test('its file is downloaded, and who did so stands beside it', async () => {
  const page = await at(maker)
  await page.reload()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载文件' }).click(),
  ])
  file = readFileSync(await download.path())
  const { payments, totalFen, sha256 } = readCsv(file)
  assert.deepEqual([payments.length, totalFen], [2, 300000n])
  const files = region(page, '银行文件')
  await files.getByText(/^顾明远 7月15日/).waitFor()
  await files.getByRole('button', { name: `复制SHA-256校验值 ${sha256}` }).waitFor()
})

test("a result file that was altered changes nothing; the bank's own says of each what became of it", async () => {
  const page = await at(maker)
  await upload(
    page,
    answers((place) => (place === 1 ? { amountFen: fen(100) } : {})),
  )
  await page.getByText(/第3行与这一批对不上：金额不是送出的金额。一行也没有登记/).waitFor()
  await lineOf(page, '陈秀英').getByText('等结果', { exact: true }).waitFor()

  await upload(
    page,
    answers((place) => (place === 0 ? { outcome: 'failed', code: 'notActivated' } : {})),
  )
  await page.getByText('回盘.csv已登记：到账1笔，没付成1笔，银行还不确定0笔。').waitFor()
  await lineOf(page, '赵国栋').getByText('没付成：未激活').waitFor()
  await lineOf(page, '陈秀英').getByText('已发放 7月15日').waitFor()
  await region(page, '到哪一步').getByText('没付成1笔').waitFor()
})

test('what the bank gives back later is typed in, with its cause', async () => {
  const page = await at(releaser)
  await page.reload()
  await page.getByRole('button', { name: '登记陈秀英的结果' }).click()
  await pressInDialog(page, '登记')
  await page.getByText('选银行给的原因，职工要照着它办。').waitFor()
  await page.getByLabel('银行给的原因').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '账户已销户' }).click()
  await confirmed(page, '登记')
  await lineOf(page, '陈秀英').getByText('退票：账户已销户').waitFor()
  await menu(page, '发放确认单')
  await page.getByRole('link', { name: '技协划〔2026〕1号' }).click()
  const line = page.getByRole('row').filter({ hasText: '陈秀英' })
  await line.getByText('退票：账户已销户').waitFor()
  await line.getByRole('link', { name: '看批次' }).waitFor()
})
