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
import { confirmed, dialogGone, freshCode, menu, photo, pressInDialog } from './people.ts'

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

test("what the bank gives back later is typed in, with its cause and the bank's receipt", async () => {
  const page = await at(releaser)
  await page.reload()
  await page.getByRole('button', { name: '登记陈秀英的结果' }).click()
  await page.getByLabel('银行流水号（可以不填）').fill('T-1')
  await page.getByLabel('银行给的原因').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '付款账户余额不足' }).click()
  await pressInDialog(page, '登记')
  await page.getByText('先传银行给的回单或通知，再登记。').waitFor()
  assert.equal(await page.getByLabel('银行流水号（可以不填）').inputValue(), 'T-1')
  await page.getByLabel('银行回单').setInputFiles(await photo('回单'))
  await page.getByText('回单.jpg，1页').waitFor()
  await confirmed(page, '登记')
  await lineOf(page, '陈秀英').getByText('退票：付款账户余额不足').waitFor()
  await menu(page, '发放确认单')
  await page.getByRole('link', { name: '技协划〔2026〕1号' }).click()
  const line = page.getByRole('row').filter({ hasText: '陈秀英' })
  await line.getByText('退票：付款账户余额不足').waitFor()
  await line.getByRole('link', { name: '看批次' }).waitFor()
})

/** On its page, the number of the batch. */
async function numberOf(page: Page): Promise<string> {
  const heading = page.getByRole('heading', { level: 1, name: /付〔2026〕\d+号$/ })
  return (await heading.innerText()).replace(/^\S+\s+/, '')
}
const stopOf = (page: Page, title = '上一次没付成，是手工登记的') => page.getByRole('listitem', { name: title })
const why = /^为什么可以发/

test('what came back by a typed word is paid again when somebody else has looked at the receipt', async () => {
  const made = await at(maker)
  await payouts(made)
  await made.getByRole('button', { name: '制单…' }).click()
  await confirmed(made, '制单，1笔')
  const first = await numberOf(made)
  await stopOf(made).getByText('退票（付款账户余额不足）。对着回单看').waitFor()

  // who typed it cannot let it go, though somebody else made the batch
  const page = await at(releaser)
  await payouts(page)
  await page.getByRole('link', { name: first }).click()
  await stopOf(page).getByText('这次结果是你登记的，不能由你放行').waitFor()
  assert.equal(await stopOf(page).getByLabel(why).count(), 0)
  await stopOf(page).getByRole('button', { name: '把陈秀英移出这一批' }).click()
  await page.getByRole('heading', { name: '这一批已撤销' }).waitFor()
  await payouts(page)
  await page.getByRole('button', { name: '制单…' }).click()
  await confirmed(page, '制单，1笔')
  const second = await numberOf(page)

  await payouts(made)
  await made.getByRole('link', { name: second }).click()
  const link = made.getByRole('link', { name: '打开银行回单' })
  const [receipt] = await Promise.all([made.waitForEvent('popup'), link.click()])
  assert.equal((await receipt.request.get(receipt.url())).headers()['content-type'], 'image/jpeg')
  await receipt.close()
  const release = region(made, '放行').getByRole('button', { name: /^放行1笔/ })
  await stopOf(made, '同一个账户，几个人用').getByLabel(why).fill('夫妻共用，已电话核实')
  assert.equal(await release.getAttribute('aria-disabled'), 'true')
  await stopOf(made).getByLabel(why).fill('看过回单，余额不足退回，没有到账')
  await release.click()
  const code = await freshCode(made, maker)
  await made.getByRole('dialog').getByLabel('动态码').fill(code)
  await made.keyboard.press('Enter')
  await dialogGone(made)
  await region(made, '到哪一步').getByText('待下载').waitFor()
})
