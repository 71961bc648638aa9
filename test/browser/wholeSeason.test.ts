/**
 * The life of the money as those see it at whose desks and phones it passes: two districts, and the city's own payments
 * beside them, from the notices to books in which nothing waits any more. What other files show in the pages is done here
 * by the same requests without them.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Corrections, CorrectionSubject } from '../../contract/corrections.ts'
import type { LedgerView } from '../../contract/payments.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { instant } from '../../domain/dates.ts'
import { fen, yuanInTable } from '../../domain/money.ts'
import { type FailureCode, failureCodes, failureTitles } from '../../domain/payout.ts'
import { failureTold } from '../../domain/payee.ts'
import { card } from '../payments/paying.ts'
import { agrees, menu, picks, proposes, region } from './correctionDesk.ts'
import { withHouse } from './house.ts'
import { confirmed, photo } from './people.ts'
import { answersTo, type Claim, id, openSeason } from './season.ts'

// on the first morning, before the demonstration has a claim of its own
const house = await withHouse('2026-06-16T09:00:00+08:00')
const workerPhone = '13900000001'
const season = openSeason(house, workerPhone)
const { get, put, desk } = season
const today = '2026-06-16'

const jiading = ['jiading.caiwu1', 'jiading.caiwu2'] as const
const minhang = ['minhang.caiwu1', 'minhang.caiwu2'] as const
const centre = ['zhongxin.caiwu1', 'zhongxin.caiwu2'] as const
const city = ['shi.caiwu1', 'shi.caiwu2'] as const
const approvers = ['shi.zhongshen1', 'shi.zhongshen2'] as const

/** One for each of the bank's reasons, and two that it pays at once. */
let inJiading: Claim[] = []
let inMinhang: Claim[] = []
let bankBatch: PayoutBatchDetail
let batch: PayoutBatchDetail
const refusedFor = (code: FailureCode): Claim => inJiading[failureCodes.indexOf(code)]!

before(async () => {
  const levels = failureCodes.map(() => 'technician' as const)
  inJiading = await season.file({ base: 'qiheng', district: 'jiading' }, 1, [
    ...levels,
    'seniorTechnician',
    'technician',
  ])
  inMinhang = await season.file({ base: 'lianshu', district: 'minhang' }, 21, [
    'technician',
    'seniorWorker',
    'technician',
  ])
  const list = await season.approve('沪工技签〔2026〕1号')
  await season.transfer(city, { kind: 'funding', subjectId: list, voucherNumber: '市总拨-1' })

  const direct = { base: 'qiheng', district: 'jiading', direct: true } as const
  await season.file(direct, 41, ['technician', 'seniorWorker', 'seniorTechnician'])
  await season.approve('沪工技签〔2026〕2号')
  bankBatch = await season.release(city, { route: 'bank', payOn: today })
})

/** From the paper: as many certificates, as much, to that account. */
async function confirms(page: Page, who: string, district: string, place: number): Promise<void> {
  const { number, lineCount, totalFen, accountTail } = await season.noticeOf(who, district)
  await menu(page, '发放确认单')
  await page.getByRole('row').filter({ hasText: number }).getByRole('link', { name: '交确认单' }).click()
  await page.getByLabel('张数').fill(String(lineCount))
  await page.getByLabel('合计（元）').fill(yuanInTable(fen(totalFen)))
  await page.getByLabel('收款账户最后四位').fill(accountTail)
  await page.getByLabel('盖章扫描件').setInputFiles(await photo('盖章'))
  await page.getByText('盖章.jpg，1页').waitFor()
  await page.getByRole('button', { name: '交确认单' }).click()
  await page.getByText(`确认单已收下，排第${place}位`, { exact: true }).waitFor()
}

test('notices go out to both; whoever was noticed second confirms first, and is first', async () => {
  const centre1 = await desk(centre[0])
  await centre1.getByRole('button', { name: '发划拨通知…' }).click()
  await confirmed(centre1, '发通知')
  await centre1.getByText('已向2家区局（产业）工会发出通知').waitFor()
  const [first, second] = [await season.noticeOf(jiading[0], 'jiading'), await season.noticeOf(minhang[0], 'minhang')]
  assert.ok(first.number < second.number, `${first.number} before ${second.number}`)

  const minhang1 = await desk(minhang[0])
  await confirms(minhang1, minhang[0], 'minhang', 1)
  const jiading1 = await desk(jiading[0])
  await confirms(jiading1, jiading[0], 'jiading', 2)
  await menu(jiading1, '发放确认单')
  await region(jiading1, '划拨次序').getByText('你排第2位，前面还有1家').waitFor()
})

test('one is taken off the notice that is first: its place is that of its new revision', async () => {
  const page = await desk(centre[0])
  await menu(page, '划拨次序')
  await page.getByRole('button', { name: '闵行区总工会' }).click()
  await page.getByRole('link', { name: '看通知明细' }).click()
  await page.getByRole('row', { name: inMinhang[2]!.receipt }).getByRole('checkbox').check()
  await page.getByRole('button', { name: '移出1张，重发通知…' }).click()
  await page.getByLabel('为什么移出').fill('证书正在向发证部门核实。')
  await confirmed(page, '移出，重发通知')
  await page.getByRole('heading', { level: 1, name: /第2版$/ }).waitFor()

  const jiading1 = await desk(jiading[0])
  await jiading1.reload()
  await region(jiading1, '划拨次序').getByText('轮到你了').waitFor()
  await confirms(await desk(minhang[0]), minhang[0], 'minhang', 3)
})

test('transfers go in that order, and are received with the number and the scan of the receipt', async () => {
  const second = await season.noticeOf(minhang[0], 'minhang')
  const allocation = { kind: 'allocation', subjectId: second.id, voucherNumber: '技协划-2' }
  assert.equal(await season.refusal(centre[0], `/transfers/${id()}`, allocation), 'money.not-your-turn')
  const page = await desk(centre[0])
  await menu(page, '划拨次序')
  const turn = page.getByRole('row', { name: /轮到划拨/ })
  await turn.getByRole('button', { name: '嘉定区总工会' }).click()
  await page.getByLabel('凭证号').fill('技协划-1')
  await page.getByRole('button', { name: '制单，送放行' }).click()
  await page.getByText(/已制单，等另一位财务放行/).waitFor()
  const centre2 = await desk(centre[1])
  await centre2
    .getByRole('row', { name: /等放行/ })
    .getByRole('button')
    .click()
  await centre2.getByRole('button', { name: /^放行 [\d,]+元…/ }).click()
  await confirmed(centre2, /^放行[\d,]+元/)
  await centre2.getByText(/元已放行/).waitFor()
  await page.reload()
  await turn.getByRole('button', { name: '闵行区总工会' }).waitFor()

  await season.transfer(centre, allocation)
  const { buffer } = await photo('收据')
  const scanFileId = await season.scan(minhang[0], 'receiptScan', buffer)
  const receipt = { receivedOn: today, receiptNumber: '闵工收-1', scanFileId }
  await put(minhang[0], `/allocation-notices/${second.id}/receipt`, receipt)
  const jiading1 = await desk(jiading[0])
  await jiading1.reload()
  await jiading1.getByRole('link', { name: '登记收款' }).click()
  await jiading1.getByLabel('收据号').fill('嘉工收-1')
  await jiading1.getByLabel('收据扫描件').setInputFiles(await photo('收据'))
  await jiading1.getByText('收据.jpg，1页').waitFor()
  await jiading1.getByRole('button', { name: /^登记收到/ }).click()
  await jiading1.getByText('已登记收款，可以制单发放了').waitFor()
  await jiading1
    .getByText(/次序一致，没有跳过/)
    .or(jiading1.getByText('嘉工收-1'))
    .first()
    .waitFor()
})

/** Whose application, as the worker sees it now. */
async function phoneAt(claim: Claim): Promise<Page> {
  const page = await season.phone()
  await page.goto(`/applications/${claim.id}`)
  return page
}

test('the bank answers with every reason there is: each stands at the desk, and on the phone in plain words', async () => {
  batch = await season.release(jiading, { payOn: today })
  const page = await desk(jiading[0])
  await page.goto(`/desk/payouts/${batch.id}`)
  const given = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载文件' }).click()
  const file = readFileSync(await (await given).path())
  const buffer = answersTo(file, today, (place) =>
    place < failureCodes.length ? { outcome: 'failed', code: failureCodes[place]! } : {},
  )
  await page.getByLabel('选回盘文件').setInputFiles({ name: '回盘.csv', mimeType: 'text/csv', buffer })
  await page.getByText(`回盘.csv已登记：到账2笔，没付成${failureCodes.length}笔，银行还不确定0笔。`).waitFor()
  const lines = region(page, '明细')
  for (const code of failureCodes) {
    const line = lines.getByRole('row').filter({ hasText: refusedFor(code).receipt })
    await line.getByText(`没付成：${failureTitles[code]}`).waitFor()
  }
  assert.equal(await lines.getByRole('row').filter({ hasText: '已发放' }).count(), 2)

  for (const code of failureCodes) {
    const phone = await phoneAt(refusedFor(code))
    await phone.getByRole('heading', { name: failureTold(code, 'memberCard').cause }).waitFor()
    await phone.getByText('资助还在，金额不变，不用重新申报').waitFor()
  }
  await (await phoneAt(inJiading.at(-1)!)).getByRole('heading', { name: /已经到你的卡上$/ }).waitFor()
  const settled = await season.release(minhang, { payOn: today })
  await season.settle(minhang[0], settled, today)
})

async function proposesByCode(phone: Page): Promise<void> {
  await season.aDayPasses()
  await phone.getByRole('button', { name: '获取验证码' }).click()
  await phone.getByText(/^验证码已发到/).waitFor()
  await phone.getByLabel('短信验证码').fill(await season.textCode())
  await phone.getByRole('button', { name: /^提交，请/ }).click()
  await phone.getByRole('heading', { name: '已收到，等另一个人核对' }).waitFor()
}

test('workers name other accounts with a fresh code, and another person confirms; the bank is asked about a repetition', async () => {
  const closed = refusedFor('accountClosed')
  const phone = await phoneAt(closed)
  await phone.getByRole('link', { name: '填新卡号' }).click()
  await phone.getByLabel('卡号').fill(card(103))
  await proposesByCode(phone)
  await phoneAt(refusedFor('notActivated'))
  await phone.getByRole('link', { name: '已激活，重新发放' }).click()
  await proposesByCode(phone)

  const maker = await desk(jiading[0])
  await menu(maker, '收款账户更正')
  await maker
    .getByRole('button', { name: '等更正' })
    .or(maker.getByRole('tab', { name: '等更正' }))
    .click()
  const repeated = maker.getByRole('row', { name: refusedFor('duplicate').receipt })
  await repeated.getByRole('button', { name: '向银行查清后再发…' }).click()
  await maker.getByLabel('银行怎么答复的').fill('上海农商银行回函：这笔没有付过。')
  await confirmed(maker, '提出，请另一位财务核对')

  const page = await desk(jiading[1])
  for (const code of ['accountClosed', 'notActivated', 'duplicate'] as const) {
    await menu(page, '收款账户更正')
    await page.getByRole('link', { name: refusedFor(code).receipt }).click()
    await page.getByRole('button', { name: '确认这个账户' }).click()
    await page.getByRole('heading', { name: '已确认' }).waitFor()
  }
  const same = { account: 'same' }
  for (const code of ['accountBlocked', 'limitExceeded', 'bankNumberWrong', 'other'] as const)
    await season.nameAccount(refusedFor(code), same, jiading[1])
  for (const code of ['noSuchAccount', 'idMismatch'] as const) {
    const another = { account: 'another', payee: 'memberCard', accountNumber: card(100 + refusedFor(code).n) }
    await season.nameAccount(refusedFor(code), another, jiading[1])
  }
})

test('the same awards are paid again; what nobody mended stays', async () => {
  const again = await season.release(jiading, { payOn: today })
  const lines = await season.linesOf(jiading[0], again.id)
  assert.deepEqual(
    lines.map(({ receiptNumber, attempt }) => [receiptNumber, attempt]),
    failureCodes.filter((code) => code !== 'nameMismatch').map((code) => [refusedFor(code).receipt, 2]),
  )
  await season.settle(jiading[0], again, today)
  const phone = await phoneAt(refusedFor('accountClosed'))
  await phone.getByRole('heading', { name: '1,000元已经到你的卡上' }).waitFor()
  const way = phone.getByRole('list').filter({ hasText: '第1次发放' })
  await way.getByText(/银行没有收下：会员服务卡已经销户/).waitFor()
  await way.getByText(new RegExp(`打到尾号${card(103).slice(-4)}的会员服务卡`)).waitFor()
})

test('three weeks later a bank gives one back: another card, and the same award once more', async () => {
  await put('xitong', '/demo/clock', { to: instant('2026-07-07T09:30:00+08:00') })
  const bounced = inMinhang[0]!
  const page = await desk(minhang[0])
  // what was open before it was midnight
  await page.goto('/desk/payouts')
  await page
    .getByRole('link', { name: /^付〔2026〕/ })
    .first()
    .click()
  await page.getByRole('row').filter({ hasText: bounced.receipt }).getByRole('button', { name: /^登记/ }).click()
  await page.getByLabel('银行给的原因').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '账户已销户' }).click()
  await page.getByLabel('银行回单').setInputFiles(await photo('回单'))
  await page.getByText('回单.jpg，1页').waitFor()
  await confirmed(page, '登记')
  await page.getByRole('row').filter({ hasText: bounced.receipt }).getByText('退票：账户已销户').waitFor()
  const phone = await phoneAt(bounced)
  await phone.getByRole('heading', { name: /银行退回了1,000元.*已经销户/ }).waitFor()
  await season.nameAccount(bounced, { account: 'another', payee: 'memberCard', accountNumber: card(121) }, minhang[1])
  await season.settle(minhang[0], await season.release(minhang, { payOn: '2026-07-07' }), '2026-07-07')
  await (await phoneAt(bounced)).getByRole('heading', { name: '1,000元已经到你的卡上' }).waitFor()
})

const undeliverable = () => refusedFor('nameMismatch')
const revoked = () => inJiading.at(-1)!
const takenOff = () => inMinhang[2]!

test('what cannot be delivered is taken back: proposed at the district, confirmed by the city', async () => {
  const maker = await desk(jiading[0])
  await proposes(maker, undeliverable(), '无法发放', '职工已去世，家属没有可收款的账户。')
  const own = region(maker, `${undeliverable().receipt}的更正`)
  assert.equal(await own.getByRole('button', { name: '确认更正…' }).getAttribute('aria-disabled'), 'true')
  await own.getByRole('button', { name: '撤回…' }).waitFor()

  await agrees(await desk(approvers[0]), undeliverable())
  const phone = await phoneAt(undeliverable())
  await phone.getByRole('heading', { name: '这笔资助已经取消' }).waitFor()
  await phone.getByText('无法发放').waitFor()
})

test('what was paid is asked back, and is paid until two people of the district have it again', async () => {
  await proposes(await desk(approvers[0]), revoked(), '证书被撤销', '发证部门来函，证书已撤销。')
  await agrees(await desk(approvers[1]), revoked())
  const asked = await phoneAt(revoked())
  await asked.getByRole('heading', { name: '这笔资助取消了，请退回1,000元' }).waitFor()
  await asked.goto('/mine')
  const listed = asked.getByRole('link', { name: revoked().receipt })
  await listed.getByText('要你退回', { exact: true }).waitFor()
  assert.equal(await listed.getByText('已发放').count(), 0)

  const maker = await desk(jiading[0])
  await maker.goto('/desk/corrections')
  await picks(maker, revoked(), '追回')
  const recovery = (page: Page) => region(page, `${revoked().receipt}的追回`)
  await recovery(maker).getByLabel('凭证号').fill('记-2026-15')
  await recovery(maker)
    .getByLabel('银行回单')
    .setInputFiles(await photo('回单'))
  await recovery(maker).getByText('回单.jpg，1页').waitFor()
  await recovery(maker).getByRole('button', { name: '登记钱已退回' }).click()
  await maker.getByText('已登记，等另一位财务确认').waitFor()
  assert.equal(
    await recovery(maker)
      .getByRole('button', { name: /^确认已追回/ })
      .count(),
    0,
  )
  const told = await phoneAt(revoked())
  await told.getByRole('heading', { name: '1,000元已经收到，正在核对' }).waitFor()
  assert.equal(await told.getByText(/请退回/).count(), 0)

  const page = await desk(jiading[1])
  await menu(page, '更正')
  await picks(page, revoked(), '追回')
  await recovery(page).getByRole('button', { name: '确认已追回1,000元…' }).click()
  await confirmed(page, '确认已追回')
  await page.getByText(`${revoked().receipt}已追回，钱在结余里`).waitFor()
  await (await phoneAt(revoked())).getByRole('heading', { name: '这笔资助已经取消' }).waitFor()
})

/** Made by one, released by the other, received by the organisation above. */
async function goesUp([maker, releaser]: readonly [string, string], receiver: string, yuan: string): Promise<void> {
  const first = await desk(maker)
  await menu(first, '结余退回')
  await region(first, '要退的结余')
    .getByRole('button', { name: new RegExp(`^退给.*${yuan}，制单`) })
    .click()
  await first.getByText(/已制单，等另一位财务放行/).waitFor()
  const own = region(first, /^退回单.*号$/).getByRole('button', { name: /^放行/ })
  assert.equal(await own.getAttribute('aria-disabled'), 'true')
  const second = await desk(releaser)
  await menu(second, '结余退回')
  await second.getByLabel('凭证号').fill('结退-1')
  await second.getByRole('button', { name: `放行 ${yuan}…` }).click()
  await confirmed(second, `放行${yuan}`)
  await second
    .getByText(/已放行/)
    .first()
    .waitFor()
  const above = await desk(receiver)
  await above.goto('/desk/surplus')
  await above.getByLabel('收据号').fill('结收-1')
  await above.getByRole('button', { name: `登记收到${yuan}` }).click()
  await above.getByText(`已登记收到${yuan}`).waitFor()
}

test('the surplus goes back up, step by step, to the city', async () => {
  const subject = await get<CorrectionSubject>(approvers[0], `/correction-subjects/${takenOff().receipt}`)
  const cancels = { kind: 'cancel', awardId: subject.awardId, cause: 'other', words: '发证部门查无此证。' }
  const correction = id()
  await put(approvers[0], `/corrections/${correction}`, cancels)
  await put(approvers[1], `/corrections/${correction}/confirmation`)

  await goesUp(jiading, centre[0], '2,000元')
  await goesUp(centre, city[0], '3,000元')
  const { corrections, recoveries } = await get<Corrections>(approvers[0], '/corrections')
  assert.deepEqual([corrections, recoveries], [[], []])
})

test('the city has paid its own by its bank, without a transfer', async () => {
  const page = await desk(city[0])
  await menu(page, '资金到位')
  await page.getByRole('cell', { name: '沪工技签〔2026〕1号' }).waitFor()
  assert.equal(await page.getByText('沪工技签〔2026〕2号').count(), 0)
  await menu(page, '直接发放')
  await page.getByRole('link', { name: bankBatch.number }).click()
  await region(page, '到哪一步').getByText('已全部发放').waitFor()
  await region(page, '明细').getByRole('row').filter({ hasText: '已发放' }).nth(2).waitFor()
})

test('everything is paid or back with the city, and nothing waits', async () => {
  const page = await desk(city[0])
  await menu(page, '账目')
  const sums = region(page, '全市的账')
  const { identity } = await get<LedgerView>(city[0], '/ledger')
  const { awaitingFen, inPaymentFen, bouncedFen, cancelledFen, paidFen, approvedFen, awards } = identity
  assert.deepEqual([awaitingFen, inPaymentFen, bouncedFen, cancelledFen, awards], [0, 0, 0, 300_000, 19])
  assert.equal(paidFen + cancelledFen, approvedFen)
  for (const amount of [approvedFen, paidFen, cancelledFen])
    await sums.getByText(yuanInTable(fen(amount)), { exact: true }).waitFor()
  assert.equal(await sums.getByText('0.00', { exact: true }).count(), 3)
  await page.getByText('按资助记录另算一遍，数字全部相同').waitFor()
  await page.getByText(/^借贷平衡/).waitFor()
  assert.equal(await page.getByText('不等', { exact: true }).count(), 0)

  const verified = await house.command('ledger-verify')
  assert.deepEqual([verified.code, verified.errors], [0, ''])
  assert.match(verified.out, /^OK: \d+ postings, 19 awards/)
  const audited = await house.command('audit-verify')
  assert.deepEqual([audited.code, audited.errors], [0, ''])
})
