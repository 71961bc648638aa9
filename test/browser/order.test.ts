/** 先到先发 in the pages: somebody is taken off, the order is seen by all, money goes on below, the budget holds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withHouse } from './house.ts'
import { confirmed, menu, photo, pressInDialog } from './people.ts'

const house = await withHouse()
const at = async (who: string) => (await house.desk(who)).page

test('the centre takes one off, and the notice is out again as its second revision', async () => {
  const page = await at('zhongxin.caiwu1')
  await page.getByRole('button', { name: '浦东新区总工会' }).click()
  await page.getByRole('link', { name: '看通知明细' }).click()
  await page.getByText('先在下面勾选要移出的行').waitFor()
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: '移出1张，重发通知…' }).click()
  await page.getByLabel('为什么移出').fill('职工已离职，单位来函撤回。')
  await confirmed(page, '移出，重发通知')
  await page.getByRole('heading', { level: 1, name: /第2版$/ }).waitFor()
  await page.getByRole('link', { name: '看第1版' }).click()
  await page.getByText(/这一版已经作废/).waitFor()
  assert.equal(await page.getByRole('checkbox').count(), 0)
})

test('every district sees the order and its own place, and that it was kept', async () => {
  const page = await at('minhang.caiwu1')
  const order = page.getByRole('region', { name: '划拨次序' })
  await order.getByText('你排第2位，轮到你了').waitFor()
  await order.getByText(/已划拨1家.*次序一致，没有跳过/).waitFor()
  assert.match((await order.getByRole('row').nth(1).textContent())!, /嘉定区总工会/)
  assert.equal(await order.getByRole('link', { name: '嘉定区总工会' }).count(), 0)
})

test('a district passes money on, and the union below records the receipt with its scan', async () => {
  const maker = await at('jiading.caiwu1')
  // what stands in a batch of the district's own is not passed on
  await maker.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '发放', exact: true }).click()
  await maker.getByRole('link', { name: '付〔2026〕2号' }).click()
  await maker.getByRole('button', { name: '撤销这一批…' }).click()
  await confirmed(maker, '撤销这一批')
  await maker.getByRole('heading', { name: '这一批已撤销' }).waitFor()
  await menu(maker, '发放确认单')
  await maker.locator('a[href*="/notices/"]').first().click()
  const below = maker.getByRole('region', { name: '转拨到下级工会' })
  await below.getByRole('button', { name: '转拨…' }).click()
  await maker.getByLabel('凭证号').fill('嘉转-2026-001')
  await confirmed(maker, '制单，送放行')
  await maker.getByText(/已制单，等另一位财务放行/).waitFor()

  const releaser = await at('jiading.caiwu2')
  await releaser.locator('a[href*="/notices/"]').first().click()
  await releaser.getByRole('button', { name: '放行…' }).click()
  await confirmed(releaser, '放行3,000元')
  await releaser.getByText('转拨到南翔镇总工会').first().waitFor()

  const union = await at('nanxiang.caiwu1')
  await menu(union, '收到转拨资金')
  await union.getByLabel('收据号').fill('南工收-001')
  await union.getByText('先上传收据扫描件').waitFor()
  await union.getByLabel('收据扫描件').setInputFiles(await photo('收据'))
  await union.getByText('收据.jpg，1页').waitFor()
  await union.getByRole('button', { name: '登记收到3,000元' }).click()
  await union.getByText('已登记收款，可以制单发放了').waitFor()
  await union.getByRole('link', { name: '收据南工收-001' }).waitFor()
})

test('a lower budget, confirmed by a second person, stops final approval beyond it', async () => {
  const first = await at('shi.caiwu1')
  await first.getByRole('button', { name: '调整预算…' }).click()
  await first.getByLabel('预算总额（元）').fill('8,000')
  await first.getByText('捌仟元整').waitFor()
  await first.getByLabel('预算文号').fill('沪工总财〔2026〕33号')
  await confirmed(first, '登记，送确认')
  await first.getByText('这是你登记的，请另一位财务确认').waitFor()

  const second = await at('shi.caiwu2')
  await second.getByRole('button', { name: '确认预算…' }).click()
  await confirmed(second, '确认预算')
  await second.getByText(/^预算已是8,000元/).waitFor()

  const approver = await at('shi.zhongshen1')
  await approver.locator('a[href*="/approval-lists/"]').first().click()
  await approver.getByText(/^批准这份清单会超出预算3,200元/).waitFor()
  await approver.getByLabel('终审文号').fill('沪工总演〔2026〕12号')
  await approver.getByRole('button', { name: '批准3张…' }).click()
  await pressInDialog(approver, '批准3张')
  await approver.getByText(/超出预算3,200元，没有终审/).waitFor()
})
