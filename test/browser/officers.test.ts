/** Final approval sends a line back, the verifier finds it marked, asks the authority by letter, and decides on the reply. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withHouse } from './house.ts'
import { confirmed, menu, openCase, photo } from './people.ts'

const house = await withHouse()
let receipt = ''

test('the approver sends one line back with words; the totals follow', async () => {
  const { page } = await house.desk('shi.zhongshen1')
  await menu(page, '报批清单')
  await page
    .getByRole('link', { name: /^报批〔2026〕2号/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: '报批〔2026〕2号清单' }).waitFor()
  const lines = page.getByRole('region', { name: '清单全文' })
  const row = lines.getByRole('row').filter({ hasText: 'JS26' }).first()
  receipt = /JS26-\d{7}/.exec(await row.innerText())![0]
  const before = await page.getByText(/^批准\d+张…$/).innerText()
  await page.getByText('先在下面勾选要退回的行').waitFor()
  await row.getByRole('checkbox').check()
  await page.getByRole('button', { name: '退回1行…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('同时向市总工会报批').waitFor()
  await dialog.getByLabel('给审核人的话').fill('发证日期请再核一次')
  await confirmed(page, '退回审核')
  await page.getByText('已退回审核', { exact: true }).waitFor()
  const after = await page.getByText(/^批准\d+张…$/).innerText()
  assert.equal(Number(/\d+/.exec(after)![0]), Number(/\d+/.exec(before)![0]) - 1)
  await lines.getByRole('link', { name: receipt }).waitFor({ state: 'hidden' })
})

test('the verifier finds it marked; a letter without reply stays an open fact, and the reply decides', async () => {
  const { page } = await house.desk('zhongxin.shenhe1')
  await page.getByRole('row').filter({ hasText: receipt }).getByText('终审退回').waitFor()
  const other = await house.desk('zhongxin.shenhe2')
  await openCase(other.page, receipt)
  await other.page.getByRole('heading', { name: '终审退回审核' }).waitFor()
  await other.page.getByText('发证日期请再核一次').first().waitFor()

  const letters = other.page.getByRole('region', { name: '函询' })
  await letters.getByRole('button', { name: '登记发函' }).click()
  await letters.getByLabel('函号').fill('沪技协函〔2026〕5号')
  await letters.getByLabel('发给哪个部门').fill('上海市职业技能鉴定中心')
  await letters.getByLabel('发函日期').fill('2026-07-14')
  await letters.getByRole('button', { name: '登记这封函' }).click()
  await letters.getByText('已函询 7月14日，未复').waitFor()

  await other.page.getByRole('button', { name: '再查一次' }).click()
  const result = other.page.getByRole('region', { name: '审核结果' })
  await result.getByText('上海备案的证书要查官网，只凭复印件不够').waitFor()
  assert.equal(await result.getByRole('radio', { name: '复印件' }).count(), 0)
  await result.getByRole('radio', { name: '函询' }).check()
  await result.getByRole('radio', { name: /^查无此证/ }).check()
  await result.getByText('选是哪一封函的回函。').waitFor()
  await result.getByLabel('哪一封函').click()
  await other.page.locator('.ant-select-item-option').filter({ hasText: '沪技协函〔2026〕5号' }).click()
  await result.getByLabel('回函日期').fill('2026-07-15')
  await result.locator('input[type="file"]').setInputFiles(await photo('回函'))
  await result.getByText('回函.jpg，1页').waitFor()
  await result.getByRole('button', { name: '记录查询结果' }).click()
  await letters.getByText('已函询 7月14日，7月15日回函').waitFor()
})
