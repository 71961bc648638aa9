/** The annex as PDF against the notice's annex, box by box, by where every character stands. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import jsqr from 'jsqr'
import sharp from 'sharp'
import { annexEntries, annexWords, emptyAnnex } from '../../domain/annex.ts'
import { plainDate } from '../../domain/dates.ts'
import { openAnnexCompiler } from '../../server/paper/annexCompiler.ts'
import type { AnnexSheet } from '../../server/paper/annexCompiler.ts'
import { pictureOf } from '../../server/paper/picture.ts'
import { filledForm } from '../applications/claim.ts'
import { files2026, policy2026 } from '../domain/policy2026.ts'
import { readPdf } from './pdfPage.ts'
import type { Box, Glyph, PdfPage } from './pdfPage.ts'

const policy = policy2026()
const words = annexWords(policy)
const receipt = { number: 'JS26-0000123', applicationId: '0b9f4f0e-3c1d-4a52-9a77-6f3d2c1b0a99' }
const heading = { districtUnion: '上海市嘉定区总工会', filledOn: plainDate('2026-07-15')! }
const compiler = openAnnexCompiler()

const ordinary: AnnexSheet = {
  ...annexEntries(
    policy,
    { ...filledForm(1, policy, 'union'), migrant: 'yes', hometown: '江苏省盐城市', yearsInShanghai: 12 },
    heading,
  ),
  receipt,
}
const print = (...sheets: AnnexSheet[]): PdfPage[] => readPdf(compiler.pdf(words, sheets))

/** Without spaces, line breaks, tick boxes, and a dash that is blank. */
const bare = (text: string) => text.replace(/[\s　□_]/g, '')

/** What the notice's annex has in its boxes, in order; empty ones too. */
function boxesOfNotice(): string[] {
  const notice = files2026()['notice.md']!
  const annex = notice.slice(notice.indexOf('填表日期：') + '填表日期：'.length)
  return annex
    .split('\n\t')
    .slice(1)
    .map((cell) => bare(cell))
}

/** The rectangles that the table's lines make, row by row from the left. */
function facesOf({ strokes }: PdfPage): Box[] {
  const lines = strokes.filter(({ width }) => width === 0.6)
  const near = (a: number, b: number) => Math.abs(a - b) < 0.5
  const distinct = (values: number[]) =>
    values.toSorted((a, b) => a - b).filter((value, at, all) => at === 0 || !near(value, all[at - 1]!))
  const vertical = lines.filter(({ from, to }) => near(from.x, to.x))
  const horizontal = lines.filter(({ from, to }) => near(from.y, to.y))
  const xs = distinct(vertical.map(({ from }) => from.x))
  const ys = distinct(horizontal.map(({ from }) => from.y))
  const isLine = (a: number, b: number, at: number) => at > Math.min(a, b) - 0.5 && at < Math.max(a, b) + 0.5
  const faces: Box[] = []
  for (let row = 0; row + 1 < ys.length; row++) {
    const [top, bottom] = [ys[row]!, ys[row + 1]!]
    const middle = (top + bottom) / 2
    const walls = xs.filter((x) => vertical.some(({ from, to }) => near(from.x, x) && isLine(from.y, to.y, middle)))
    for (let place = 0; place + 1 < walls.length; place++)
      faces.push({ left: walls[place]!, right: walls[place + 1]!, top, bottom })
  }
  return faces
}

const middleOf = ({ left, right, top, bottom }: Box) => ({ x: (left + right) / 2, y: (top + bottom) / 2 })
const covers = (face: Box, box: Box) => {
  const { x, y } = middleOf(box)
  return x > face.left && x < face.right && y > face.top && y < face.bottom
}
const contains = (face: Box, box: Box) =>
  box.left >= face.left && box.right <= face.right && box.top >= face.top && box.bottom <= face.bottom
/** Line by line from the left. */
const said = (glyphs: readonly Glyph[]) =>
  bare(
    glyphs
      .toSorted((a, b) =>
        Math.abs(a.box.bottom - b.box.bottom) > 2 ? a.box.bottom - b.box.bottom : a.box.left - b.box.left,
      )
      .map(({ text }) => text)
      .join(''),
  )
const contentOf = (page: PdfPage) =>
  facesOf(page).map((face) => said(page.glyphs.filter(({ box }) => covers(face, box))))

function assertNothingOverlaps(page: PdfPage) {
  for (const [at, { box, text }] of page.glyphs.entries())
    for (const other of page.glyphs.slice(at + 1)) {
      const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
      const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
      assert.ok(wide < 0.2 || high < 0.2, `${text} and ${other.text} are printed over each other`)
    }
}

/** Every character of the table inside one of its boxes; the rest on the page, above or below the table. */
function assertInside(page: PdfPage) {
  const faces = facesOf(page)
  const [top, bottom] = [faces[0]!.top, faces.at(-1)!.bottom]
  for (const { box, text } of page.glyphs) {
    assert.ok(contains({ left: 0, top: 0, right: 595.3, bottom: 841.9 }, box), `${text} is on the page`)
    const ofTable = box.bottom > top + 1 && box.top < bottom - 1
    if (ofTable)
      assert.ok(
        faces.some((face) => contains(face, box)),
        `${text} is inside a box: ${JSON.stringify(box)}`,
      )
  }
  assertNothingOverlaps(page)
}

let blank: PdfPage
before(() => {
  ;[blank] = print(emptyAnnex) as [PdfPage]
})

test('the blank form has the boxes of the notice’s annex, in its order, with its words and nothing else', () => {
  assert.deepEqual(contentOf(blank), boxesOfNotice())
  const above = blank.glyphs.filter(({ box }) => box.bottom < facesOf(blank)[0]!.top)
  assert.equal(said(above), `${words.title}所属区局（产业）工会：填表日期：`)
  assertInside(blank)
})

test('options share a line as in the notice, each with a drawn box before it', () => {
  const whole = blank.glyphs.map(({ text }) => text).join('')
  const lineOf = (option: string) => {
    const at = whole.lastIndexOf(option)
    assert.notEqual(at, -1, option)
    return Math.round(blank.glyphs[at]!.box.bottom)
  }
  assert.ok(lineOf('特级技师') > lineOf('十九个高级工'))
  assert.equal(lineOf('特级技师'), lineOf('首席技师'))
  assert.equal(lineOf('中级工'), lineOf('初级工'))
  assert.ok(lineOf('银行名称及卡号') > lineOf('工会会员服务卡卡号'))
  const squares = blank.strokes.filter(
    ({ width, from, to }) => width === 0.5 && Math.hypot(to.x - from.x, to.y - from.y) < 10,
  )
  const options = policy.form.boxes.flatMap((box) => box.options ?? []).length
  const choices = policy.survey.questions.flatMap((question) => question.choices ?? []).length
  assert.equal(squares.length / 4, options + choices)
})

test('a filled form says the same and every value stands in its own box', () => {
  const [page] = print(ordinary) as [PdfPage]
  const labels = contentOf(blank)
  const filled = contentOf(page)
  const expected = labels.map((label, place) => {
    const before = labels[place - 1]
    const dates = labels.slice(0, place).filter((each) => each === '发证日期').length
    const values: Record<string, string> = {
      ...Object.fromEntries(
        policy.form.boxes
          .filter((box) => !box.options && box.label !== '发证日期')
          .map(({ id, label: its }) => [bare(its), ordinary.text[id]!]),
      ),
      发证日期: dates === 1 ? '2021年6月8日' : '2025年11月20日',
      '（2选1）': ordinary.text.payee!,
    }
    if (label === '' && before !== undefined) return bare(values[before]!)
    if (label.startsWith('是（户籍地')) return '是（户籍地：江苏省盐城市，来沪年限：12年）否'
    return label
  })
  assert.deepEqual(filled, expected)
  assertInside(page)
  const above = said(page.glyphs.filter(({ box }) => box.bottom < facesOf(page)[0]!.top))
  assert.match(above, /所属区局（产业）工会：上海市嘉定区总工会填表日期：2026年7月15日$/)
  assert.match(above, /^受理号JS26-0000123/)
})

test('marks stand in the boxes of what was answered', () => {
  const [page] = print(ordinary) as [PdfPage]
  const beside = page.strokes
    .filter(({ width }) => width === 1)
    .map(({ from }) =>
      page.glyphs
        .filter(({ box }) => box.left > from.x && Math.abs(middleOf(box).y - from.y) < 7)
        .toSorted((a, b) => a.box.left - b.box.left)
        .slice(0, 2)
        .map(({ text }) => text)
        .join(''),
    )
  const answered = Object.values(ordinary.marked)
    .flat()
    .map((option) => option.slice(0, 2))
  // a mark is two strokes
  assert.deepEqual(beside.toSorted(), [...answered, ...answered].toSorted())
})

const longest = (letter: string) =>
  Object.fromEntries(
    [
      ...[
        ['name', 50],
        ['phone', 20],
        ['education', 20],
        ['industry', 30],
        ['trade', 40],
        ['workplace', 80],
      ],
      ...[
        ['unitNature', 20],
        ['unitAddress', 100],
        ['postcode', 6],
        ['unitPhone', 20],
        ['hometown', 40],
      ],
      ...[
        ['yearsInShanghai', 2],
        ['previousIssuedOn', 11],
        ['newIssuedOn', 11],
        ['certificateNumber', 40],
      ],
      ...[
        ['idNumber', 24],
        ['payee', 91],
        ['districtUnion', 80],
        ['filledOn', 11],
        ['sex', 1],
      ],
    ].map(([id, length]) => [id, letter.repeat(length as number)]),
  ) as Record<string, string>

const real = {
  ...ordinary.text,
  name: '阿卜杜热合曼·麦麦提吐尔逊·阿布都热依木',
  industry: '电力、热力、燃气及水生产和供应业',
  education: '中等专科、职高、技校',
  trade: '计算机及外部设备装配调试员（智能硬件装调与网络系统集成及运维）',
  workplace: '中国（上海）自由贸易试验区临港新片区智能制造与精密光学仪器设备技术开发有限责任公司第二分公司',
  unitNature: '港澳台商投资企业',
  unitAddress: '上海市浦东新区南汇新城镇环湖西二路888号临港科技创业中心A座18层1801室至1899室（近沪城环路口）',
  unitPhone: '021-12345678转88888888',
  hometown: '新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县',
  certificateNumber: 'HY2025123456789012345678',
  payee: '中国农业银行股份有限公司上海自贸试验区临港新片区支行 6224780000000012345',
  districtUnion: '中国（上海）自由贸易试验区临港新片区总工会'.repeat(4).slice(0, 80),
}

test('the longest values of every box stay inside it, on one page', () => {
  for (const text of [real, longest('国'), longest('W'), longest('8')]) {
    const pages = print({ ...ordinary, text })
    assert.equal(pages.length, 1)
    assertInside(pages[0]!)
    const shown = said(pages[0]!.glyphs)
    for (const value of Object.values(text)) assert.ok(shown.includes(bare(value).slice(0, 5)), value)
  }
  const [page] = print({ ...ordinary, text: real }) as [PdfPage]
  const smallest = Math.min(...page.glyphs.map(({ size }) => size))
  assert.ok(smallest >= 5, `real values can be read: ${smallest} points`)
})

test('seals and survey are empty whatever the form says: nothing is drawn, written or marked there', () => {
  const [page] = print({ ...ordinary, text: real }) as [PdfPage]
  const faces = facesOf(blank)
  const contents = contentOf(blank)
  const empty = faces.filter((_, place) => place >= contents.indexOf('基层单位人力资源部门意见'))
  const inside = ({ glyphs, strokes }: PdfPage) =>
    empty.map((face) => [
      said(glyphs.filter(({ box }) => covers(face, box))),
      strokes.filter(({ from, to }) => contains(face, { left: from.x, right: to.x, top: from.y, bottom: to.y })).length,
    ])
  assert.deepEqual(inside(page), inside(blank))
  const seals = faces.filter((_, place) => contents[place]!.endsWith('盖章：年月日'))
  assert.equal(seals.length, 3)
  for (const face of seals)
    assert.equal(
      blank.strokes.filter(
        ({ from }) =>
          contains(face, { left: from.x - 1, right: from.x + 1, top: from.y - 1, bottom: from.y + 1 }) &&
          from.x > face.left + 2 &&
          from.x < face.right - 2 &&
          from.y > face.top + 2 &&
          from.y < face.bottom - 2,
      ).length,
      0,
    )
  assert.doesNotMatch(contents.join(''), /签名|签字|申请人/)
})

test('the font is the Song font, inside the file; a character it lacks is marked and named', () => {
  const [page] = print({ ...ordinary, text: { ...ordinary.text, name: '㛃䶮龘𬱖·陆' } }) as [PdfPage]
  assert.deepEqual(
    page.fonts.map(({ name }) => name.replace(/^[A-Z]{6}\+/, '')),
    ['NotoSerifSC-Regular'],
  )
  assert.ok(page.fonts.every(({ embeddedBytes }) => embeddedBytes > 10_000))
  assert.ok(said(page.glyphs).includes('㛃䶮龘𬱖·陆'))
  const [lacking] = print({ ...ordinary, text: { ...ordinary.text, name: '陆𬎆轩' } }) as [PdfPage]
  assert.ok(contentOf(lacking).includes('陆〓轩'))
  assert.match(said(lacking.glyphs), /〓处的字字库里没有，请照证件手写：姓名U\+2C386。/)
  assertInside(lacking)
})

test('many sheets are one PDF of as many pages; the same forms give the same bytes', () => {
  const sheets = [ordinary, { ...emptyAnnex }, { ...ordinary, text: real }]
  const pages = print(...sheets)
  assert.equal(pages.length, 3)
  assert.deepEqual(contentOf(pages[1]!), contentOf(blank))
  assert.ok(compiler.pdf(words, sheets).equals(compiler.pdf(words, sheets)))
  assert.match(compiler.pdf(words, [ordinary]).toString('latin1'), /GTS_PDFA1/)
})

test('the code on the picture says the receipt number and the application, and nothing of a person', async () => {
  const png = await pictureOf(compiler.pdf(words, [ordinary]))
  assert.ok((await sharp(png).metadata()).width > 1600, 'it prints well')
  const { data, info } = await sharp(png)
    .resize({ width: 1100 })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const jsQR = jsqr as unknown as typeof jsqr.default
  const found = jsQR(new Uint8ClampedArray(data), info.width, info.height)
  assert.equal(found?.data, 'JS26-0000123/0B9F4F0E-3C1D-4A52-9A77-6F3D2C1B0A99')
})
