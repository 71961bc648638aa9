/** Documents that carry money as PDF: what every page says, what is added up, and what stays empty. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '../../domain/dates.ts'
import { type Fen, fen, yuanInTable } from '../../domain/money.ts'
import { allocationNoticePaper, confirmationPaper, moneyTable } from '../../domain/moneyPaper.ts'
import type { MoneyPaper, NoticeLine, NoticeOnPaper } from '../../domain/moneyPaper.ts'
import { clauseOf } from '../../domain/policy.ts'
import { moneyPaperPdf } from '../../server/paper/moneyPaperCompiler.ts'
import { openTypesetter } from '../../server/paper/typesetter.ts'
import { policy2026 } from '../domain/policy2026.ts'
import { type PdfPage, readPdf } from './pdfPage.ts'

const policy = policy2026()
const typesetter = openTypesetter()
const print = (paper: MoneyPaper): PdfPage[] => readPdf(moneyPaperPdf(typesetter, paper))

const bare = (text: string) => text.replace(/\s/g, '')
/** Line by line from the left. */
const said = ({ glyphs }: PdfPage) =>
  bare(
    glyphs
      .toSorted((a, b) =>
        Math.abs(a.box.bottom - b.box.bottom) > 2 ? a.box.bottom - b.box.bottom : a.box.left - b.box.left,
      )
      .map(({ text }) => text)
      .join(''),
  )
const written = ({ glyphs }: PdfPage) => bare(glyphs.map(({ text }) => text).join(''))

const line = (change: Partial<NoticeLine> = {}): NoticeLine => ({
  name: '陆文轩',
  receiptNumber: 'JS26-0000001',
  level: 'technician',
  amountFen: fen(100_000),
  payeeKind: 'memberCard',
  payeeTail: '0012',
  ...change,
})
const many = (count: number) =>
  Array.from({ length: count }, (_, place) =>
    line({ receiptNumber: `JS26-${String(place + 1).padStart(7, '0')}`, amountFen: fen(100_000 + place) }),
  )
const noticeOf = (lines: readonly NoticeLine[], change: Partial<NoticeOnPaper> = {}): NoticeOnPaper => ({
  number: '技协划〔2026〕12号',
  issuedOn: plainDate('2026-08-20')!,
  issuer: '上海市职工技协服务中心',
  union: '嘉定区总工会',
  documentNumber: '沪工〔2026〕7号',
  account: '尾号1001',
  people: lines.length,
  totalFen: fen(lines.reduce((sum, each) => sum + each.amountFen, 0)),
  checkCode: '3F2A 91BC 07DE 44A1',
  lines,
  ...change,
})

const columnTitles = '序号姓名受理编号等级收款金额（元）'

test('a notice names its title, number, basis, final approval, receiver, lines and total in capitals', () => {
  const lines = [line(), line({ name: '林知夏', level: 'seniorWorker', amountFen: fen(80_005), payeeKind: 'bankCard' })]
  const pages = print(allocationNoticePaper(policy, noticeOf(lines)))
  assert.equal(pages.length, 1)
  const text = said(pages[0]!)
  for (const value of [
    '2026年度职工技能等级晋升资助资金划拨通知技协划〔2026〕12号',
    '嘉定区总工会：',
    '《关于开展2026年度职工技能等级晋升资助的通知》',
    '终审签报号沪工〔2026〕7号通知日期2026年8月20日',
    '合计（大写）人民币壹仟捌佰元零伍分收款单位嘉定区总工会收款账户尾号1001',
    `${columnTitles}1陆文轩JS26-0000001技师会员服务卡尾号00121,000.00`,
    '2林知夏JS26-0000001高级工银行卡尾号0012800.05本页小计2张1,800.05',
    '合计2人，2张证书¥1,800.05合计（大写）人民币壹仟捌佰元零伍分',
    '第1页，共1页',
  ])
    assert.ok(text.includes(bare(value)), `${value} in ${text}`)
  assert.ok(written(pages[0]!).includes(bare(clauseOf(policy, '四.一.5').text)), 'the clause stands there literally')
})

test('1,500 lines: head and page sum on every page, the pages’ sums make the total, each line once', () => {
  const lines = many(1500)
  const pages = print(allocationNoticePaper(policy, noticeOf(lines)))
  assert.ok(pages.length > 30)
  const texts = pages.map(said)
  let [count, sum] = [0, 0]
  for (const [place, text] of texts.entries()) {
    assert.ok(text.endsWith(`技协划〔2026〕12号第${place + 1}页，共${pages.length}页`), text.slice(-60))
    const found = /本页小计(\d+)张([\d,]+)\.(\d\d)/.exec(text)
    if (!found) continue
    assert.ok(text.includes(columnTitles), `page ${place + 1}`)
    assert.equal(text.match(/JS26-\d{7}/g)!.length, Number(found[1]))
    count += Number(found[1])
    sum += Number(found[2]!.replaceAll(',', '')) * 100 + Number(found[3])
  }
  const total = lines.reduce((all, { amountFen }) => all + amountFen, 0)
  assert.deepEqual([count, sum], [1500, total])
  const receipts = texts.flatMap((text) => text.match(/JS26-\d{7}/g) ?? [])
  assert.deepEqual(
    receipts,
    lines.map(({ receiptNumber }) => receiptNumber),
  )
  assert.ok(texts.at(-1)!.includes(`¥${yuanInTable(total as Fen)}合计（大写）人民币壹佰伍拾壹万壹仟`))
})

test('a confirmation is one page, equal to its notice, whatever the list', () => {
  const lines = [...many(1500), line({ level: 'chiefTechnician', amountFen: fen(400_000) })]
  const alike = lines.map((each) => ({
    ...each,
    amountFen: each.level === 'technician' ? fen(100_000) : each.amountFen,
  }))
  const notice = noticeOf(alike, { account: '1001 2026 0000 0123 456', people: 1499 })
  const pages = print(confirmationPaper(policy, notice))
  assert.equal(pages.length, 1)
  const text = said(pages[0]!)
  for (const value of [
    '2026年度职工技能等级晋升资助资金发放确认单对应划拨通知技协划〔2026〕12号',
    '附表第1行至第1,501行',
    '沪工〔2026〕7号',
    '人数1,499人证书1,501张',
    '收款账户1001 2026 0000 0123 456',
    '附表校验码3F2A91BC07DE44A1',
    '首席技师14,000.004,000.00技师1,5001,000.001,500,000.00合计1,499人，1,501张证书¥1,504,000.00',
    '人民币壹佰伍拾万肆仟元整',
    '嘉定区总工会',
    '日期：年月日',
    '第1页，共1页',
  ])
    assert.ok(text.includes(bare(value)), `${value} in ${text}`)
  assert.doesNotMatch(text, /JS26-|陆文轩/)
})

test('the places for hands and seal are empty, and the seal’s box is drawn dashed around nothing', () => {
  for (const paper of [
    allocationNoticePaper(policy, noticeOf(many(3))),
    confirmationPaper(policy, noticeOf(many(3))),
  ]) {
    const page = print(paper).at(-1)!
    const seal = page.glyphs.filter(({ text }) => '印章处'.includes(text)).slice(-3)
    assert.equal(seal.map(({ text }) => text).join(''), '印章处')
    const { top: above, bottom: below } = seal[0]!.box
    const box = page.strokes.filter(
      ({ from, to }) => Math.min(from.y, to.y) < above && Math.max(from.y, to.y) > below && from.x === to.x,
    )
    assert.ok(box.length >= 2, 'its two sides')
    const [left, right] = [Math.min(...box.map(({ from }) => from.x)), Math.max(...box.map(({ from }) => from.x))]
    const top = Math.min(...box.flatMap(({ from, to }) => [from.y, to.y]))
    const bottom = Math.max(...box.flatMap(({ from, to }) => [from.y, to.y]))
    const inside = page.glyphs.filter(
      (glyph) => glyph.box.left > left && glyph.box.right < right && glyph.box.top > top && glyph.box.bottom < bottom,
    )
    assert.equal(inside.map(({ text }) => text).join(''), '印章处')
    for (const role of ['经办：', '复核：', '负责人：']) {
      const at = page.glyphs.findIndex((_, place) =>
        page.glyphs
          .slice(place, place + role.length)
          .map(({ text }) => text)
          .join('')
          .startsWith(role),
      )
      const { box: colon } = page.glyphs[at + role.length - 1]!
      const after = page.glyphs.filter(
        ({ box: other }) =>
          other.left > colon.right - 1 && Math.abs(other.bottom - colon.bottom) < 4 && other.left < left,
      )
      assert.deepEqual(after, [], role)
    }
  }
})

test('long and rare names stay in their cell; a character the font lacks is marked and named', () => {
  const union = '中国（上海）自由贸易试验区临港新片区总工会'
  const lines = [
    line({ name: '阿卜杜热合曼·麦麦提吐尔逊·阿布都热依木' }),
    line({ name: '㛃䶮龘𬱖·陆' }),
    line({ name: '陆𬎆轩' }),
    line({ name: 'W'.repeat(50) }),
  ]
  const pages = print(allocationNoticePaper(policy, noticeOf(lines, { union })))
  const [page] = pages
  const text = pages.map(written).join('')
  for (const value of ['阿卜杜热合曼·麦麦提吐尔逊·阿布都热依木', '㛃䶮龘𬱖·陆', '陆〓轩', 'W'.repeat(50), union])
    assert.ok(text.includes(value), value)
  assert.ok(text.includes('〓处的字字库里没有，请照证件手写：第3行姓名U+2C386。'))
  const names = page!.glyphs.filter(({ text: letter }) => letter === 'W')
  assert.ok(new Set(names.map(({ box }) => Math.round(box.bottom))).size > 1, 'an endless word is broken')
  const numbers = page!.glyphs.find(({ text: letter }) => letter === 'J')!.box
  assert.ok(names.every(({ box }) => box.right < numbers.left))
})

test('it is PDF/A in the Song font, and the same values give the same bytes', () => {
  const paper = allocationNoticePaper(policy, noticeOf(many(60)))
  const pdf = moneyPaperPdf(typesetter, paper)
  assert.match(pdf.toString('latin1'), /GTS_PDFA1/)
  assert.ok(pdf.equals(moneyPaperPdf(openTypesetter(), paper)))
  for (const { fonts } of readPdf(pdf))
    assert.ok(fonts.every(({ name, embeddedBytes }) => name.endsWith('NotoSerifSC-Regular') && embeddedBytes > 5000))
})

test('lines that do not make the notice’s total are no paper', () => {
  const wrong = noticeOf(many(2), { totalFen: fen(1) })
  assert.throws(() => allocationNoticePaper(policy, wrong), RangeError)
  assert.throws(() => confirmationPaper(policy, wrong), RangeError)
})

test('any other document of money is the same paper: a batch of payouts with its maker and releaser', () => {
  const table = moneyTable({
    caption: '明细',
    columns: [
      { title: '付款编号', width: 100, kind: 'text' },
      { title: '金额（元）', width: 68, kind: 'amount' },
    ],
    rows: [
      ['JS2608200000000000001', fen(80_000)],
      ['JS2608200000000000002', fen(50)],
    ],
    counted: '2笔',
  })
  const [page] = print({
    title: '付款批次单',
    number: '付〔2026〕3号',
    words: [],
    facts: [{ label: '制单', value: '周岚', wide: true }],
    table,
    signatures: [{ party: '嘉定区总工会', roles: ['制单', '放行'] }],
  })
  const text = said(page!)
  assert.ok(text.includes('JS2608200000000000001800.00JS26082000000000000020.50合计2笔¥800.50'), text)
  assert.ok(text.includes('人民币捌佰元伍角整') && text.includes('放行：'), text)
  assert.ok(!text.includes('本页小计'))
})
