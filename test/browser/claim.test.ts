/** One claim from an empty form to the money on the card, by everybody's own pages; then its ledger and its log. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { readPdf } from '../paper/pdfPage.ts'
import { fillForm, handIn, receiptNumber } from './form.ts'
import { withHouse } from './house.ts'
import { copiesReceived, copiesSent } from './paperwork.ts'
import { confirmed, dialogGone, freshCode, menu, openCase, passed, photo } from './people.ts'

const house = await withHouse()
const worker = '13800006021'
const documentNumber = '沪工技签〔2026〕31号'
const claim = {
  name: '秦晓岚',
  idNumber: '310101199003078897',
  // an industry's certificate: the only kind on which the HR department is asked
  authority: '国家行业主管部门',
  certificateNumber: 'S004231000025252000731',
}
let receipt = ''

const at = async (loginName: string): Promise<Page> => (await house.desk(loginName)).page

/** What the worker's phone says now, after it is looked at again. */
async function onThePhone(says: RegExp | string) {
  const { page } = await house.phone(worker)
  await page.reload()
  await page.getByText(says).first().waitFor()
}

test('a worker fills in the form and gets a receipt', async () => {
  const { page } = await house.phone(worker)
  await fillForm(page, claim)
  await handIn(page).click()
  receipt = await receiptNumber(page)
  await page.getByRole('link', { name: '看进度', exact: true }).click()
  await page.getByText('单位人力资源部门正在办理').waitFor()
  await page.getByText('在谁手里').waitFor()
})

test('the HR department, the union, the filing point and the district agree', async () => {
  const hr = await at('qiheng.renli')
  await openCase(hr, receipt)
  await hr.getByRole('button', { name: /^同意申报/ }).click()
  await passed(hr, claim.name)
  await onThePhone('单位工会正在办理')

  const officer = await at('qiheng.gonghui')
  await openCase(officer, receipt)
  await officer.getByRole('checkbox', { name: /是本市工会会员/ }).check()
  await officer.getByRole('button', { name: /^同意申报/ }).click()
  await passed(officer, claim.name)

  await openBatch(await at('zhongxin.shenhe1'))
  const point = await at('gongyequ.shenbao')
  await openCase(point, receipt)
  await point.getByRole('button', { name: /^报送区局工会/ }).click()
  await confirmed(point, /^报送区局工会/)
  await passed(point, claim.name)
  await onThePhone('嘉定区总工会')
  await onThePhone('区局（产业）工会正在复审')

  const district = await at('jiading.fushen1')
  await openCase(district, receipt)
  await district.getByRole('button', { name: /^同意申报/ }).click()
  await passed(district, claim.name)
})

/** The centre opens a filing batch, where none is open. */
async function openBatch(centre: Page) {
  await menu(centre, '申报批次')
  const press = centre.getByRole('button', { name: /^(开|关闭)第\d+批/ })
  await press.waitFor()
  if ((await press.textContent())!.startsWith('关闭')) return
  await press.click()
  await confirmed(centre, /^开第\d+批/)
  await centre.getByText(/第\d+批已开/).waitFor()
}

test('the district federation sends copies of an industry’s certificate on, and the centre receives them', async () => {
  await copiesSent(await at('jiading.fushen1'), receipt)
  await copiesReceived(await at('zhongxin.shenhe1'), receipt)
})

test('the centre verifies the certificate and lists it; the city approves the list', async () => {
  await onThePhone('服务中心正在核验证书')
  const centre = await at('zhongxin.shenhe1')
  await openCase(centre, receipt)
  await centre.getByRole('button', { name: '官网显示的与申报全部一致' }).click()
  await centre.getByLabel('官网页面的截图').setInputFiles(await photo('官网'))
  await centre.getByText('官网.jpg，1页').waitFor()
  await centre.getByRole('radio', { name: /^查到，相符/ }).check()
  await centre.getByRole('button', { name: '记录查询结果' }).click()
  await centre.getByText('查询结果已记录').waitFor()
  await centre.getByRole('button', { name: /^审核通过/ }).click()
  await passed(centre, claim.name)

  await menu(centre, '报批清单')
  await centre.getByRole('button', { name: '编一份清单…' }).click()
  await confirmed(centre, /^编\d+张报批/)
  await centre.getByText(/已编好/).waitFor()

  const city = await at('shi.zhongshen1')
  await openList(city)
  await city.getByLabel('终审文号').fill(documentNumber)
  await city.getByRole('button', { name: /^批准\d+张…/ }).click()
  await confirmed(city, /^批准\d+张/)
  await city.getByText(/^已批准\d+张/).waitFor()
})

/** The newest list that waits for final approval, with this claim in it. */
async function openList(city: Page) {
  await menu(city, '报批清单')
  await city.getByRole('row').nth(1).getByRole('link').click()
  await city.getByRole('cell', { name: receipt }).first().waitFor()
}

test('the money goes from the city to the centre to the district, each time by two people', async () => {
  const city1 = await at('shi.caiwu1')
  await city1.getByRole('row', { name: documentNumber }).getByRole('button').click()
  await makeTransfer(city1, '沪工财2026-07-0031')
  const city2 = await at('shi.caiwu2')
  await city2.getByRole('row', { name: documentNumber }).getByRole('button').click()
  await release(city2)

  const centre1 = await at('zhongxin.caiwu1')
  await centre1.getByRole('button', { name: '发划拨通知…' }).last().click()
  await confirmed(centre1, '发通知')
  await centre1.getByText(/已向\d+家/).waitFor()

  const district = await at('jiading.caiwu1')
  await district
    .getByRole('row', { name: /等确认单/ })
    .getByRole('link', { name: '交确认单' })
    .click()
  await confirmNotice(district)

  await centre1.reload()
  const turn = centre1.getByRole('row', { name: /轮到划拨/ })
  for (let ours = false; !ours;) {
    await turn.getByRole('button').click()
    ours = /嘉定区总工会/.test((await turn.textContent())!)
    await transferInTurn(centre1)
  }
})

/** First confirmed, first transferred: what stands before this claim's notice goes first. */
async function transferInTurn(centre1: Page) {
  await makeTransfer(centre1, '划2026-0009')
  const centre2 = await at('zhongxin.caiwu2')
  await centre2.reload()
  await centre2
    .getByRole('row', { name: /等放行/ })
    .getByRole('button')
    .click()
  await release(centre2)
  await centre1.reload()
}

async function makeTransfer(page: Page, voucher: string) {
  await page.getByLabel('凭证号').fill(voucher)
  await page.getByRole('button', { name: '制单，送放行' }).click()
  await page.getByText(/已制单，等另一位财务放行/).waitFor()
  // whoever made it sees why the release is not theirs
  await page.getByText('制单和放行要两个人').waitFor()
}

async function release(page: Page) {
  await page.getByRole('button', { name: /^放行 [\d,]+元…/ }).click()
  await confirmed(page, /^放行[\d,]+元/)
  await page.getByText(/元已放行/).waitFor()
}

/** The first try says one certificate too many: refused, with the difference. */
async function confirmNotice(district: Page) {
  await district.getByRole('cell', { name: receipt }).waitFor()
  const figures = district.getByRole('main')
  const said = await figures.innerText()
  const [, yuan] = /合计\s*([\d,.]+)\s*元/.exec(said)!
  const [, tail] = /尾号\s*(\d{4})/.exec(said)!
  const count = Number(/证书\s*([\d,]+)\s*张/.exec(said)![1])
  const printed = district.waitForEvent('download')
  await district.getByRole('button', { name: '打印发放确认单' }).click()
  const [paper, ...more] = readPdf(await readFile(await (await printed).path()))
  assert.equal(more.length, 0)
  assert.ok(
    paper!.glyphs
      .map(({ text }) => text)
      .join('')
      .includes(yuan!),
  )
  await district.getByLabel('张数').fill(String(count + 1))
  await district.getByLabel('合计（元）').fill(yuan!)
  await district.getByLabel('收款账户最后四位').fill(tail!)
  await district.getByLabel('盖章扫描件').setInputFiles(await photo('盖章'))
  await district.getByText('盖章.jpg，1页').waitFor()
  await district.getByRole('button', { name: '交确认单' }).click()
  await district.getByText(/确认单与划拨通知不符/).waitFor()
  await district.getByLabel('张数').fill(String(count))
  await district.getByRole('button', { name: '交确认单' }).click()
  await district.getByText(/^确认单已收下，排第\d+位$/).waitFor()
}

/** The account has taken other payments: whoever releases says why that may be. */
async function releasePayouts(url: string) {
  const page = await at('jiading.caiwu2')
  await page.goto(url)
  await page.getByRole('region', { name: '放行前先看' }).waitFor()
  for (const words of await page.getByLabel(/^为什么可以发/).all()) await words.fill('已电话核实')
  await page.getByRole('button', { name: /^放行\d+笔/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('动态码').fill(await freshCode(page, 'jiading.caiwu2'))
  await page.keyboard.press('Enter')
  await dialogGone(page)
}

test('the district pays the worker, and the phone says when and to which card', async () => {
  const district = await at('jiading.caiwu1')
  await district.reload()
  await district.getByLabel('收据号').fill('嘉工收2026-118')
  await district.getByLabel('收据扫描件').setInputFiles(await photo('收据'))
  await district.getByText('收据.jpg，1页').waitFor()
  await district.getByRole('button', { name: /^登记收到/ }).click()
  await district.getByRole('button', { name: '去发放' }).click()
  await district.getByRole('button', { name: '制单…' }).click()
  await confirmed(district, /^制单，\d+笔$/)
  await district.getByRole('button', { name: '撤销这一批…' }).waitFor()
  await releasePayouts(district.url())
  await district.reload()
  await district.getByRole('button', { name: '下载文件' }).click()
  await district.getByRole('button', { name: `登记${claim.name}的结果` }).click()
  // by the keyboard: the dialog may still be opening, and a click would miss what moves
  await district.getByRole('radio', { name: '已到账' }).press(' ')
  await district.getByRole('radio', { name: '已到账', checked: true }).waitFor()
  await district.getByLabel('银行回单').setInputFiles(await photo('转账'))
  await district.getByText('转账.jpg，1页').waitFor()
  await confirmed(district, '登记')

  await onThePhone(/元已经到你的卡上/)
  const { page } = await house.phone(worker)
  const said = await page.getByRole('main').innerText()
  assert.match(said, /已发放/)
  assert.match(said, /发放日期\s*2026年7月15日/)
  assert.match(said, /尾号\s*0012/)
  assert.match(said, new RegExp(documentNumber))
})

test('the ledger and the log verify; each names the first row that is altered by SQL', async () => {
  const ledger = await house.command('ledger-verify')
  assert.deepEqual([ledger.code, ledger.errors], [0, ''])
  assert.match(ledger.out, /^OK: \d+ postings, \d+ awards/)
  const audit = await house.command('audit-verify')
  assert.deepEqual([audit.code, audit.errors], [0, ''])
  assert.match(audit.out, /^OK: \d+ audit events.*\nOK: \d+ actions of \d+ applications/)

  type Row = { seq: string; id: string }
  const alter = async (sql: string) => (await house.database.owner.query<Row>(sql)).rows[0]!
  const posting = await alter(
    'update posting set amount_fen = amount_fen + 1 where seq = (select max(seq) from posting) returning seq, id',
  )
  const badLedger = await house.command('ledger-verify')
  assert.deepEqual([badLedger.code, badLedger.out], [1, ''])
  assert.match(badLedger.errors, new RegExp(`^posting ${posting.seq} ${posting.id}`))

  const action = await alter(
    `update action set at = at + 1 where kind = 'pass' and seq = (select max(seq) from action where kind = 'pass')
     returning seq, application_id as id`,
  )
  const badAction = await house.command('audit-verify')
  assert.equal(badAction.code, 1)
  assert.match(badAction.errors, new RegExp(`^action ${action.id} ${action.seq}`))

  const event = await alter(
    'update audit_event set at = at + 1 where id = (select id from audit_event order by at limit 1) returning id',
  )
  const badEvent = await house.command('audit-verify')
  assert.deepEqual([badEvent.code, badEvent.out], [1, ''])
  assert.match(badEvent.errors, new RegExp(`^audit_event ${event.id}`))
})
