/** The filing point's day: paper forms of many workers from many units, typed and filed; then what becomes of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { certificateNumber, idNumber } from '../applications/claim.ts'
import { withHouse } from './house.ts'
import { menu, photo } from './people.ts'

const house = await withHouse()
const units = ['启衡', '嘉港', '衡川', '锦拓', '云栈']
const { page: point } = await house.desk('gongyequ.shenbao')
/** What the demonstration's points have entered. */
const enteredBefore = (
  await house.database.owner.query<{ number: string }>(
    'select receipt_number as number from application where entered_by is not null',
  )
).rows.map(({ number }) => number)
/** Of each worker the same five: what is on them is nobody's matter here. */
const scan = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#dde' } })
  .jpeg()
  .toBuffer()
const pictures = ['身份证人像面', '身份证国徽面', '技能等级证书', '会员服务卡', '同意书'].map((name) => ({
  called: `${name}.jpg`,
  mimeType: 'image/jpeg',
  base64: scan.toString('base64'),
}))

type Line = { readonly [column: string]: string }
const phoneOf = (serial: number) => `139222200${String(serial).padStart(2, '0')}`
const line = (serial: number, change: Line = {}): Line => ({
  姓名: `职工${serial}`,
  身份证号码: idNumber(serial),
  手机号码: phoneOf(serial),
  学历: '大学专科',
  职称: '无',
  外来务工: '否',
  证书在哪里备案: '上海市人社局',
  技能等级: '技师',
  '职业（工种）': '6-20-03-01 机床装调维修工',
  证书编号: certificateNumber(serial),
  发证日期: '2025/11/20',
  原有最高技能等级: '高级工',
  收款的卡: '工会会员服务卡',
  卡号: '6224780000000012',
  同意日期: '2026年7月10日',
  承诺和同意都已签: '是',
  ...change,
})

const grid = () => point.getByRole('table', { name: '代录的职工' })
const rowOf = (name: string) => grid().getByRole('row', { name, exact: true })
const state = (name: string, says: RegExp) => rowOf(name).getByText(says).waitFor()

async function choose(unit: string) {
  await point.getByRole('navigation', { name: '基层工会和单位' }).getByRole('button', { name: unit }).click()
  await grid().waitFor()
}

/** Pastes a block from a spreadsheet into the last row's first cell. */
async function paste(lines: readonly Line[]) {
  const header = Object.keys(lines[0]!)
  const text = [header, ...lines.map((each) => header.map((column) => each[column] ?? ''))]
    .map((cells) => cells.join('\t'))
    .join('\r\n')
  const cell = grid().getByRole('row').last().getByLabel('姓名')
  await cell.focus()
  await cell.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

/** Drags the pictures of one worker onto their row; what each shows is known by its name. */
async function drop(name: string) {
  const dataTransfer = await point.evaluateHandle((all) => {
    const transfer = new DataTransfer()
    for (const { called, mimeType, base64 } of all)
      transfer.items.add(
        new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], called, { type: mimeType }),
      )
    return transfer
  }, pictures)
  await rowOf(name).dispatchEvent('drop', { dataTransfer })
  const dropped = point.getByRole('region', { name: '拖进来的文件' })
  await dropped.getByRole('button', { name: '上传5个' }).click()
  await dropped.waitFor({ state: 'detached' })
}

const saved = () => point.getByText(/行，都已保存/).waitFor()

test('20 workers of 5 units are typed and pasted; each unit keeps its rows while one works at another', async () => {
  await menu(point, '代录')
  for (const [at, unit] of units.entries()) {
    await choose(unit)
    const serials = [1, 2, 3, 4].map((n) => at * 4 + n).filter((serial) => serial !== 20)
    await paste(serials.map((serial) => line(serial, serial === 2 ? { 身份证号码: '3.10101E+17' } : {})))
    await state(`职工${serials[0]}`, /^还差5处$/)
    await saved()
  }
  assert.match(point.url(), /union=/)

  // the last one is typed, from cell to cell
  const typed = Object.entries(line(20))
  await grid().getByRole('row').last().getByLabel('姓名').fill('职工20')
  for (const [column, text] of typed.slice(1)) {
    const cell = rowOf('职工20').getByLabel(column, { exact: true })
    if (column === '承诺和同意都已签') await cell.check()
    else if (column === '技能等级') await cell.selectOption({ label: '技师（二级）' })
    else if (await cell.evaluate((element) => element instanceof HTMLSelectElement)) await cell.selectOption(text)
    else await cell.fill(text)
  }
  await point.keyboard.press('Enter')
  await state('职工20', /^还差5处$/)
  await saved()

  await choose('启衡')
  await point.reload()
  for (const serial of [1, 3, 4]) await rowOf(`职工${serial}`).waitFor()
})

test('what a spreadsheet has spoilt is said in its cell, and mended there', async () => {
  await rowOf('职工2').getByLabel('身份证号码').waitFor()
  assert.equal(await rowOf('职工2').getByLabel('身份证号码').inputValue(), '')
  await paste([line(2, { 身份证号码: '310101199003070000' })])
  const twice = grid().getByRole('row', { name: '职工2', exact: true })
  await twice.last().getByText('身份证号码被表格软件改过，后几位已经不对，没有收下。对照纸上，在这一格里输。').waitFor()
  // the same certificate stands in two rows now: said before anything is filed
  await twice.first().getByText('编号与职工2的一样。一张证书只录一次，改编号或删一行。').waitFor()
  await twice.last().getByRole('button', { name: '看职工2的全部内容' }).click()
  await point.getByRole('button', { name: '删掉这一行…' }).click()
  await point.getByRole('button', { name: '删掉，连同照片' }).click()
  await assert.doesNotReject(() => twice.nth(1).waitFor({ state: 'detached' }))
  await twice.getByLabel('身份证号码').fill(idNumber(2).replace(/.$/, (last) => (last === '1' ? '2' : '1')))
  await twice.getByLabel('手机号码').focus()
  await twice.getByText('身份证号最后一位对不上，请看着证件再输一遍。').first().waitFor()
  await twice.getByLabel('身份证号码').fill(idNumber(2))
  await state('职工2', /^还差5处$/)
})

test('rows are filed with one button; one that is refused stays, and says why', async () => {
  for (const [at, unit] of units.entries()) {
    await choose(unit)
    const serials = [1, 2, 3, 4].map((n) => at * 4 + n)
    // somebody's number is that of a certificate that was filed an hour ago
    if (at === 1) await rowOf('职工6').getByLabel('证书编号').fill(certificateNumber(1))
    for (const serial of serials) {
      await drop(`职工${serial}`)
      await state(`职工${serial}`, /^可提交/)
    }
    await point.getByRole('button', { name: '提交填好的4行' }).click()
    await point.getByText(new RegExp(`^已提交${at === 1 ? 3 : 4}件`)).waitFor({ timeout: 40_000 })
    if (at !== 1) continue
    await state('职工6', /^没有交上$/)
    await point.getByText(/这张证书已经有人申报/).waitFor()
    await rowOf('职工6').getByLabel('证书编号').fill(certificateNumber(6))
    await state('职工6', /^可提交/)
    await point.keyboard.press('Control+Enter')
    await point.getByText(/^已提交1件：职工6/).waitFor()
  }
  const { rows } = await house.database.owner.query(
    `select count(*)::int n, count(distinct base_union_id)::int unions from application
     where entered_by is not null and account_id is null and receipt_number <> all ($1)`,
    [enteredBefore],
  )
  assert.deepEqual(rows, [{ n: 20, unions: 5 }])
})

let receipt = ''
test('the slip says what comes next and how to look it up, and nothing that is secret', async () => {
  await choose('启衡')
  await point.getByRole('tab', { name: /^已提交\s*4$/ }).click()
  const entered = point.getByRole('row').filter({ has: point.getByRole('cell', { name: '职工1', exact: true }) })
  receipt = /JS26-\d{7}/.exec(await entered.innerText())![0]
  await entered.getByRole('link', { name: '打印回执' }).click()
  const slip = point.getByRole('article', { name: '职工1的受理回执' })
  const said = await slip.innerText()
  assert.match(said, new RegExp(receipt))
  assert.match(said, /纸上交的申报，在这里查/)
  assert.doesNotMatch(said, new RegExp(`${idNumber(1)}|${phoneOf(1)}|6224780000000012`))
})

/** The union sends it back, by the request that its own page sends. */
async function sentBack(officer: Page, id: string, words: string) {
  const { version } = (await (await officer.request.get(`/api/v1/applications/${id}`)).json()) as { version: number }
  const answer = await officer.request.put(`/api/v1/applications/${id}/actions/${crypto.randomUUID()}`, {
    headers: { 'x-jiangsheng': '1' },
    data: { kind: 'return', expectedVersion: version, reasons: ['idUnclear'], words },
  })
  assert.equal(answer.status(), 200, await answer.text())
}

test('what is sent back is completed by the point for the worker', async () => {
  const found = await house.database.owner.query('select id from application where receipt_number = $1', [receipt])
  const { page: officer } = await house.desk('qiheng.gonghui')
  await sentBack(officer, found.rows[0].id, '身份证国徽面没有拍到有效期，请重拍。')
  await menu(point, '代录')
  await choose('启衡')
  await point.getByRole('tab', { name: /^已提交\s*4$/ }).click()
  await point.getByRole('link', { name: '代职工补正' }).click()
  await point.getByText('身份证国徽面没有拍到有效期，请重拍。').waitFor()
  await point.getByLabel('身份证国徽面').setInputFiles(await photo('身份证国徽面重拍了'))
  const again = point.waitForResponse((response) => response.url().includes('/actions/'))
  // it can be pressed once the picture has arrived
  await point.getByRole('button', { name: '重新提交' }).click()
  assert.equal((await again).status(), 200)
  await point.getByText('职工1的补正已提交').waitFor()
})

test('the worker takes the claim up on their own phone, and follows it there', async () => {
  const { page: phone } = await house.phone(phoneOf(1))
  await phone.getByRole('link', { name: /纸上交的申报，在这里查/ }).click()
  await phone.getByLabel('受理号').fill(receipt)
  await phone.getByLabel('身份证号码').fill(idNumber(10))
  await phone.getByRole('button', { name: '查这份申报' }).click()
  await phone.getByText(/没有对上，还可以试4次/).waitFor()
  await phone.getByLabel('身份证号码').fill(idNumber(1))
  await phone.getByRole('button', { name: '查这份申报' }).click()
  await phone.getByRole('heading', { name: '申报进度' }).waitFor()
  await phone.getByText('在谁手里').waitFor()
  await phone.goto('/mine')
  await phone.getByText(receipt).waitFor()

  const { page: stranger } = await house.phone(phoneOf(10))
  assert.equal(await stranger.getByText(/JS26-/).count(), 0, 'a phone sees only what was linked to it')
})
