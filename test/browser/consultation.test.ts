/** 咨询, from a worker who calls to the note that the next consultant reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MyApplications } from '../../contract/applications.ts'
import { applicants } from '../../server/demo/applicants.ts'
import { withHouse } from './house.ts'
import { menu, openCase, pressInDialog } from './people.ts'

const house = await withHouse()
const caller = applicants.find(({ name }) => name === '陆文轩')!

/** What the worker reads off their own phone. */
async function receiptOf(phone: Page, state: string): Promise<string> {
  const { applications } = (await (await phone.request.get('/api/v1/applications')).json()) as MyApplications
  return applications.find(({ stateTitle }) => stateTitle === state)!.receiptNumber
}
async function lookUp(page: Page, said: { 受理号?: string; 身份证号?: string; 登录手机号?: string }) {
  const form = page.getByRole('form', { name: '核对来电人' })
  for (const [label, text] of Object.entries(said)) await form.getByLabel(label).fill(text)
  await form.getByRole('button', { name: '核对并查看' }).click()
}

test('a caller proves themselves, hears why the claim came back and what to do, and the call is noted', async () => {
  const { page: phone } = await house.phone(caller.phone)
  await phone.goto('/mine')
  await phone
    .getByText(/JS26-\d{7}/)
    .first()
    .waitFor()
  const { page: desk } = await house.desk('zhongxin.zixun')
  await desk.getByRole('heading', { level: 1, name: '接听咨询' }).waitFor()

  await lookUp(desk, { 身份证号: caller.idNumber, 登录手机号: '13800006101' })
  await desk.getByText('没有对上。请来电人看着受理单和证件再报一遍，核对后再查。').waitFor()
  await lookUp(desk, { 登录手机号: caller.phone })
  await desk.getByText('身份证号和登录手机号对上了').waitFor()
  const returned = desk.getByRole('article').filter({ hasText: '为什么退回' })
  await returned.getByText('在职工本人手里').waitFor()
  await returned.getByText(/补好退回说明的地方/).waitFor()
  await returned.getByText('138****6021').waitFor()
  assert.ok((await returned.locator('.quote').count()) > 0, 'the reason quotes its clause')
  const whole = await desk.getByRole('main').innerText()
  for (const secret of [caller.name, caller.idNumber, caller.phone, caller.account, caller.account.slice(-4)])
    assert.ok(!whole.includes(secret), 'nothing stands in clear')
  assert.equal(await desk.getByRole('main').locator('img').count(), 0)
  assert.equal(await desk.getByRole('button', { name: /同意|退回补正|不通过|显示/ }).count(), 0)

  const note = returned.getByRole('region', { name: '来电记录' })
  await note.getByLabel('问了什么').fill('问退回后要不要重新盖章')
  await note.getByLabel('怎么答的').fill('没有改印在表上的内容，不用再盖章')
  await note.getByRole('button', { name: '记下这次来电' }).click()
  await note.getByText('答：没有改印在表上的内容，不用再盖章').waitFor()
  await desk.reload()
  await note.getByText('问：问退回后要不要重新盖章').waitFor()

  await desk.getByRole('button', { name: '结束这通咨询' }).click()
  await desk.getByText('还没有核对来电人').waitFor()
  assert.equal(await desk.getByText('138****6021').count(), 0)
})

test('a receipt number alone tells only how far it has come; the rules stand beside it with their words', async () => {
  const { page: phone } = await house.phone(caller.phone)
  const receipt = await receiptOf(phone, '退回补正')
  const { page: desk } = await house.desk('zhongxin.zixun')
  await lookUp(desk, { 受理号: receipt })
  const told = desk.getByRole('article', { name: `受理号${receipt}` })
  await told.getByText('在职工本人手里').waitFor()
  await desk.getByText(/没有核对本人：下面只有办理进度/).waitFor()
  assert.equal(await told.getByText(/138\*\*\*\*|问退回后/).count(), 0)
  const rules = desk.getByRole('region', { name: '规则', exact: true })
  await rules.getByLabel('在规则里找').fill('首席技师')
  await rules.getByText('首席技师资助4000元', { exact: true }).first().waitFor()
  assert.equal(await rules.getByText('申报时间').count(), 0)
})

test('the centre reads what was said on the phone beside the case', async () => {
  const { page: phone } = await house.phone(caller.phone)
  const receipt = await receiptOf(phone, '退回补正')
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await openCase(centre, receipt)
  await centre.getByText('没有改印在表上的内容，不用再盖章').waitFor()
})

test('out of a case a letter goes to the centre with its receipt number, and nothing else of it', async () => {
  const { page: phone } = await house.phone(caller.phone)
  const receipt = await receiptOf(phone, '退回补正')
  const { page: officer } = await house.desk('qiheng.gonghui')
  await openCase(officer, receipt)
  await officer.getByRole('button', { name: '问题和建议' }).click()
  const dialog = officer.getByRole('dialog', { name: '问题和建议' })
  await dialog.getByText(`说的是 ${receipt}`).waitFor()
  assert.ok(!(await dialog.innerText()).includes(caller.name))
  await dialog.getByLabel('内容').fill('这一件的证书照片要不要重拍')
  await pressInDialog(officer, '送服务中心')
  await officer.getByText('已送到服务中心，答复在“问题和建议”里').waitFor()
  await dialog.waitFor({ state: 'detached' })
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await centre.goto('/desk/feedback')
  const letter = centre.getByRole('listitem').filter({ hasText: '要不要重拍' })
  await letter.getByRole('link', { name: receipt }).waitFor()
  await officer.goto('/desk/')
})

test('an officer writes to the centre, the centre answers, and the answer waits unread', async () => {
  const { page: officer } = await house.desk('qiheng.gonghui')
  await menu(officer, '问题和建议')
  await officer.getByLabel('内容').fill('职工问会员服务卡正在补办，能不能先报')
  await officer.getByRole('button', { name: '送服务中心' }).click()
  await officer.getByText('服务中心还没有答复').first().waitFor()
  const { page: centre } = await house.desk('zhongxin.shenhe1')
  await centre.goto('/desk/feedback')
  const letter = centre.getByRole('listitem').filter({ hasText: '正在补办' })
  await letter.getByLabel('答复邱丽萍').fill('可以先报，选银行卡收款。')
  await letter.getByRole('button', { name: '发出答复' }).click()
  await centre.getByText('已答复邱丽萍').waitFor()
  await centre.getByRole('region', { name: '答复所有人' }).getByLabel('问题').fill('会员服务卡在补办怎么办')
  await centre.getByLabel('统一答复').fill('先选银行卡收款，不影响申报。')
  await centre.getByRole('button', { name: '发给所有人' }).click()
  await centre.getByText('先选银行卡收款，不影响申报。').waitFor()
  await officer.goto('/desk/policy')
  await officer.getByRole('link', { name: '问题和建议 1' }).click()
  await officer.getByText('有新答复').waitFor()
  await officer.getByText('可以先报，选银行卡收款。').waitFor()
  await officer.getByRole('region', { name: '常见答复' }).getByText('会员服务卡在补办怎么办').waitFor()
})
