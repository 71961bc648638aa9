/** 年度结账, 记账凭证 and the days of 银行对账 in the pages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withHouse } from './house.ts'
import { confirmed, menu } from './people.ts'

const house = await withHouse('2027-01-04T09:00:00+08:00')
const at = async (who: string) => (await house.desk(who)).page

test('a union has its vouchers and no year to close', async () => {
  const page = await at('jiading.caiwu1')
  assert.equal(await page.getByRole('link', { name: '年度结账' }).count(), 0)
  await page.goto('/desk/years')
  await page.getByText('没有读取成功').waitFor()
  await menu(page, '记账凭证')
  await page.getByText('这个月没有凭证').waitFor()
  await page.getByLabel('月份').fill('2026-09')
  await page.getByText('收到划拨的资助资金').waitFor()
  await page.getByText('借贷平衡').waitFor()
  assert.match(page.url(), /month=2026-09/)
  assert.equal(await page.getByRole('combobox', { name: '单位' }).count(), 0)
  const file = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载表格' }).click()
  assert.equal((await file).suggestedFilename(), 'vouchers-2026-09.csv')
})

test('the days of the bank stand in the address', async () => {
  const page = await at('jiading.caiwu1')
  await menu(page, '银行对账')
  const days = page.getByRole('region', { name: '按银行日期' })
  const span = page.getByRole('group', { name: '银行日期' })
  await days.getByRole('row').nth(2).waitFor()
  const whole = await days.getByRole('row').count()
  await span.getByLabel('从').fill('2026-09-15')
  await page.waitForFunction(
    (before) => document.querySelectorAll('section[aria-label="按银行日期"] tr').length < before,
    whole,
  )
  await page.reload()
  assert.equal(await span.getByLabel('从').inputValue(), '2026-09-15')
  await span.getByLabel('从').fill('2027-01-01')
  await days.getByText('这段时间银行没有结果').waitFor()
  await span.getByRole('button', { name: '清除筛选' }).click()
  await days
    .getByRole('row')
    .nth(whole - 1)
    .waitFor()
})

test('one proposes the close, another confirms it, and it says what stands over', async () => {
  const first = await at('shi.caiwu1')
  await menu(first, '年度结账')
  await first.getByText('可以结账').waitFor()
  await first.getByRole('button', { name: '提出结账…' }).click()
  await confirmed(first, '核对账目，提出结账')
  await first.getByText('这是你提出的，请另一位财务确认').waitFor()

  const looking = await at('shi.zhongshen1')
  await menu(looking, '年度结账')
  await looking.getByText('等确认').waitFor()
  assert.equal(await looking.getByRole('button', { name: /结账/ }).count(), 0)

  const second = await at('shi.caiwu2')
  await menu(second, '年度结账')
  await second.getByRole('button', { name: '确认结账…' }).click()
  await second
    .getByRole('dialog')
    .getByText(/不能再记进2026年，也不能撤销/)
    .waitFor()
  await confirmed(second, '结2026年的账')
  await second.getByText('已结账', { exact: true }).waitFor()
  await second.getByText(/保管30年，到2056年12月31日/).waitFor()
  await second.getByRole('tab', { name: '2027年' }).click()
  await second.getByText('2028年1月1日起可以提出结账').waitFor()
  const { code, out } = await house.command('ledger-verify')
  assert.equal(code, 0)
  assert.match(out, /OK: 2026 as closed/)
})
