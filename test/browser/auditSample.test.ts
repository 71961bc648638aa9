/** 经审: appointed until a day, draws a sample, sees the whole chain of a paid case with vouchers, and says what it found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withHouse } from './house.ts'
import { confirmed, menu } from './people.ts'

const house = await withHouse()

test('an auditor is appointed with a last day', async () => {
  const { page } = await house.desk('xitong')
  await menu(page, '账号')
  await page.getByRole('button', { name: '开一个账号' }).click()
  const form = page.getByRole('form', { name: '开一个账号' })
  await form.getByLabel('单位').fill('上海市总工会')
  await page
    .getByRole('option', { name: /上海市总工会/ })
    .first()
    .waitFor({ state: 'attached' })
  await form.getByLabel('单位').press('Enter')
  await form.getByLabel('岗位').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '经审' }).click()
  await form.getByLabel('姓名').fill('季明察')
  await form.getByLabel('身份证号').fill('310104197209194893')
  await form.getByLabel('账号名').fill('jingshen2')
  await form.getByLabel('初始密码').fill('Correct-horse-77')
  await form.getByText('先填任职到哪一天').waitFor()
  await form.getByLabel('任职到哪一天').fill('2026-09-30')
  await form.getByRole('button', { name: '开账号，取动态码密钥' }).click()
  await page.getByText('账号jingshen2已开好').waitFor()
  await page.getByRole('button', { name: '已交给本人' }).click()
  await page.getByRole('button', { name: 'jingshen2' }).click()
  await page.getByText('到9月30日').waitFor()
})

test('a sample is drawn, each case read with its vouchers, and the verdict stands in the sample', async () => {
  const { page } = await house.desk('jingshen')
  await page.getByText('还没有样本').waitFor()
  const plan = page.getByRole('form', { name: '抽一个样本' })
  await plan.getByLabel('哪些申报').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '已发放的' }).click()
  await plan.getByLabel('抽几件').fill('2')
  await plan.getByLabel('种子（可以不填）').fill('35142')
  await plan.getByRole('button', { name: '抽样，记下抽法' }).click()
  await page.getByRole('heading', { level: 1, name: '第1号样本' }).waitFor()
  await page.getByText('35142').waitFor()
  await page.getByRole('link', { name: '看下一件没看的' }).click()

  await page.getByText(/次操作和申请表的摘要都对得上/).waitFor()
  const actions = page.getByRole('region', { name: '每次操作' })
  for (const said of ['提交申报', '终审通过', '登记发放', '文号沪工总演〔2026〕7号'])
    await actions.getByText(said).first().waitFor()
  const money = page.getByRole('region', { name: '资金' })
  for (const said of ['市总拨-2026-031', '第1位', '技协划-2026-018', '嘉工收-0026', '嘉工付-010'])
    await money.getByText(said).first().waitFor()
  const vouchers = page.getByRole('region', { name: '材料和凭证' })
  const scan = vouchers.getByRole('img', { name: '发放确认单' })
  await scan.waitFor()
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.vouchers img')].every((img) => (img as HTMLImageElement).naturalWidth > 0),
  )
  const form = page.getByRole('region', { name: '申请表' })
  assert.match(await form.innerText(), /310\*{6}/)
  await form.getByRole('button', { name: '显示身份证号' }).click()
  await confirmed(page, '显示30秒')
  await form.getByText(/明文，\d+秒后遮回/).waitFor()

  const verdict = page.getByRole('region', { name: '结论' })
  await verdict.getByText('有问题', { exact: true }).click()
  await verdict.getByText('写明是什么问题').waitFor()
  await verdict.getByLabel('写明').fill('确认单的日期早于划拨通知')
  await verdict.getByRole('button', { name: '记下结论，看下一件' }).click()
  await page.getByRole('heading', { level: 1, name: /第2件/ }).waitFor()
  await verdict.getByText('无问题', { exact: true }).click()
  await verdict.getByRole('button', { name: '记下结论，看下一件' }).click()
  await page.getByRole('heading', { level: 1, name: '第1号样本' }).waitFor()
  await page.getByText('确认单的日期早于划拨通知').waitFor()
  await menu(page, '抽样')
  await page.getByText('1件有问题').waitFor()
})
