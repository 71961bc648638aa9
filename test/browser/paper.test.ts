/** The paper way: neither HR nor the union has an account; seals, originals and copies go by hand and are recorded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { fillForm, handIn, receiptNumber } from './form.ts'
import { withHouse } from './house.ts'
import { copiesReceived, copiesSent } from './paperwork.ts'
import { confirmed, menu, openCase, passed, photo, pressInDialog } from './people.ts'

const house = await withHouse()
const worker = '13800006021'
const claim = {
  name: '秦晓岚',
  idNumber: '310101199003078897',
  union: '嘉颐',
  authority: '国家行业主管部门',
  certificateNumber: 'S004231000025252000731',
}
const unit = '上海嘉颐养老服务有限公司'
let receipt = ''

const at = async (loginName: string): Promise<Page> => (await house.desk(loginName)).page

async function onThePhone(says: RegExp | string) {
  const { page } = await house.phone(worker)
  await page.reload()
  await page.getByText(says).first().waitFor()
}

test('a worker of a unit without accounts files', async () => {
  const { page } = await house.phone(worker)
  await fillForm(page, claim)
  await handIn(page).click()
  receipt = await receiptNumber(page)
  await page.getByRole('link', { name: '看进度', exact: true }).click()
  await page.getByText('南翔镇基层申报点').first().waitFor()
})

test('the filing point records both seals from the paper, with whose, which day and the scan; and forwards', async () => {
  const point = await at('nanxiang.shenbao')
  await menu(point, '待报送')
  await point.getByRole('link', { name: receipt }).click()
  const record = point.getByRole('button', { name: /^登记纸上盖章/ })
  await record.click()
  const dialog = point.getByRole('dialog')
  await pressInDialog(point, /^登记纸上盖章/)
  await dialog.getByText('写明纸上是谁盖的章').waitFor()
  await dialog.getByRole('radio', { name: '单位公章' }).check()
  assert.equal(await dialog.getByLabel('谁的章').inputValue(), unit)
  await dialog.getByLabel('哪一天盖的').fill('2026-07-15')
  await dialog.getByLabel('盖章申请表的扫描件').setInputFiles(await photo('盖章的表'))
  await dialog.getByText('盖章的表.jpg，1页').waitFor()
  await confirmed(point, /^登记纸上盖章/)
  await passed(point, claim.name)

  await openCase(point, receipt)
  await point.getByText(`人力资源部门意见：纸上盖章，${unit}（单位公章），7月15日，由常乐山登记`).waitFor()
  await record.click()
  await point.getByText('勾上“是本市工会会员”再同意').waitFor()
  await point.getByRole('checkbox', { name: /是本市工会会员/ }).check()
  await record.click()
  assert.equal(await dialog.getByLabel('谁的工会章').inputValue(), `${unit}工会`)
  await dialog.getByLabel('哪一天盖的').fill('2026-07-15')
  // the scan that is there already shows this seal too
  assert.ok(await dialog.getByRole('radio', { name: /^已有的第1份/ }).isChecked())
  await confirmed(point, /^登记纸上盖章/)
  await passed(point, claim.name)

  await openCase(point, receipt)
  await point.getByText(`初审：纸上盖章，${unit}工会（工会章），7月15日，由常乐山登记`).waitFor()
  await point.getByRole('button', { name: /^报送区局工会/ }).click()
  await confirmed(point, /^报送区局工会/)
  await passed(point, claim.name)
})

test('the district reviews; the original arrives by its number, is sealed into a box and found again', async () => {
  const district = await at('jiading.fushen1')
  await openCase(district, receipt)
  await district.getByRole('button', { name: /^同意申报/ }).click()
  await passed(district, claim.name)

  await menu(district, '待盖章清单')
  const box = district.getByLabel('登记收到原件')
  await box.fill(`HTTPS://SCAN.EXAMPLE/${receipt}`)
  await box.press('Enter')
  await district.getByText('已登记收到，可以盖章').waitFor()
  await box.fill(receipt)
  await box.press('Enter')
  await district.getByText('早已登记，7月15日收到').waitFor()

  await district.getByLabel('按受理号或盒号找').fill(receipt)
  await district.getByRole('checkbox', { name: `选中${receipt}` }).check()
  await district.getByRole('button', { name: /^登记盖章、入盒/ }).click()
  const dialog = district.getByRole('dialog')
  await pressInDialog(district, /^登记盖章1件/)
  await dialog.getByText('写上盒号，以后好找。').waitFor()
  await dialog.getByLabel('盒号').fill('嘉26-07')
  await confirmed(district, /^登记盖章1件/)
  await district.getByText('1件已登记盖章，在嘉26-07盒').waitFor()
  await district.getByLabel('按受理号或盒号找').fill('嘉26-07')
  await district.getByRole('row', { name: new RegExp(receipt) }).waitFor()
})

test('verified, it stays off the approval list until its copies have come, and the pages say why', async () => {
  const centre = await at('zhongxin.shenhe1')
  await openCase(centre, receipt)
  await centre.getByRole('button', { name: '官网显示的与申报全部一致' }).click()
  await centre.getByLabel('官网页面的截图').setInputFiles(await photo('官网'))
  await centre.getByText('官网.jpg，1页').waitFor()
  await centre.getByRole('radio', { name: /^查到，相符/ }).check()
  await centre.getByRole('button', { name: '记录查询结果' }).click()
  await centre.getByText('查询结果已记录').waitFor()
  await centre.getByText('收到复印件后才能报批').waitFor()
  await centre.getByRole('button', { name: /^审核通过/ }).click()
  await passed(centre, claim.name)

  await menu(centre, '报批清单')
  const waits = centre.getByText(/复印件还没有收到，先不编入：嘉定区总工会1张/)
  await waits.waitFor()
  const before = await candidates(centre)
  await onThePhone('证书已核对，等复印件送到')
  await onThePhone('嘉定区总工会')

  await copiesSent(await at('jiading.fushen1'), receipt)
  await onThePhone(/复印件已送出/)
  await copiesReceived(centre, receipt)
  await onThePhone('市总工会正在终审')

  await menu(centre, '报批清单')
  // what the page had read before stands until it has read again
  await waits.waitFor({ state: 'detached' })
  assert.equal(await candidates(centre), before + 1)
  await centre.getByRole('button', { name: '编一份清单…' }).click()
  await confirmed(centre, /^编\d+张报批/)
  const made = /(\S+)已编好/.exec(await centre.getByText(/已编好/).innerText())![1]!
  await centre.getByRole('link', { name: made, exact: true }).click()
  await centre.getByRole('cell', { name: receipt, exact: true }).waitFor()
})

/** How many a list made now would hold. */
async function candidates(centre: Page): Promise<number> {
  const said = await centre.getByRole('main').innerText()
  return Number(/审核通过，等编清单\s*([\d,]+)/.exec(said)![1]!.replaceAll(',', ''))
}
