/**
 * Documents that carry money, as they stand on paper: values only. Where they stand is `server/paper/moneyPaper.typ`,
 * the same for all of them. Seals and signatures are places on the paper; nothing is ever put there.
 */
import { inChinese, type PlainDate } from './dates.ts'
import { type Fen, fen, yuanInTable } from './money.ts'
import { moneyInCapitals } from './moneyInCapitals.ts'
import { channelRules, clauseOf, type Level, levels, levelTitles, type Payee, type Policy } from './policy.ts'

/** Width as a share of the line. Amounts are in yuan with the unit in the title, and given in fen. */
export type PaperColumn = { readonly title: string; readonly width: number; readonly kind: 'text' | 'count' | 'amount' }

/** Its last column is the amount that is added up; a row has a fen for every amount, and text for the rest. */
export type PaperTable = {
  readonly caption: string
  readonly columns: readonly PaperColumn[]
  readonly rows: readonly (readonly (string | Fen)[])[]
  /** What a page holds is added up at its foot, in this counting word. */
  readonly pageSums?: string
  /** 3人，3张证书 */
  readonly counted: string
  readonly totalFen: Fen
  readonly capitals: string
}

export type MoneyPaper = {
  readonly title: string
  /** Of this document, or of the one it answers. */
  readonly number: string
  /** Whom it is written to; absent on what a house keeps for itself. */
  readonly to?: string
  /** Above the table; what is quoted stands there literally, with its clause. */
  readonly words: readonly ({ readonly text: string } | { readonly clause: string; readonly quote: string })[]
  /** Two stand on a line, one that is wide has a line for itself. */
  readonly facts: readonly { readonly label: string; readonly value: string; readonly wide?: true }[]
  readonly table: PaperTable
  /** Who signs by hand and seals, with an empty place for each; the day is blank where it is not given. */
  readonly signatures: readonly {
    readonly party: string
    readonly roles: readonly string[]
    readonly date?: string
  }[]
}

/** 中文大写金额数字前应标明“人民币”字样 (支付结算办法 附一). */
export const inCapitals = (amount: Fen): string => `人民币${moneyInCapitals(amount)}`

const counted = (n: number): string => yuanInTable(fen(n * 100)).slice(0, -3)

/** A table whose total is the sum of its last column. */
export function moneyTable(table: Omit<PaperTable, 'totalFen' | 'capitals'>): PaperTable {
  const totalFen = fen(
    table.rows.reduce((sum, row) => {
      const last = row.at(-1)
      if (typeof last !== 'number') throw new TypeError('the last column of a money table is an amount')
      return sum + last
    }, 0),
  )
  return { ...table, totalFen, capitals: inCapitals(totalFen) }
}

export type NoticeLine = {
  readonly name: string
  readonly receiptNumber: string
  readonly level: Level
  readonly amountFen: Fen
  readonly payeeKind: Payee
  readonly payeeTail: string
}

/** What an allocation notice and the confirmation that answers it both say. */
export type NoticeOnPaper = {
  readonly number: string
  readonly issuedOn: PlainDate
  /** The service centre. */
  readonly issuer: string
  readonly union: string
  /** 签报 number of final approval. */
  readonly documentNumber: string
  /** How the account may be named on this paper: whole, or by its last four digits. */
  readonly account: string
  readonly people: number
  readonly totalFen: Fen
  /** The same on both papers where both stand for the same lines. */
  readonly checkCode: string
  readonly lines: readonly NoticeLine[]
}

const signers = ['经办', '复核', '负责人']
const payeeTitles: { readonly [P in Payee]: string } = { memberCard: '会员服务卡', bankCard: '银行卡' }

/** The title above the notice's text, which may stand on several lines. */
function titleOf({ notice, title }: Policy): string {
  const words = notice
    .trimStart()
    .split(/\n\s*\n/, 1)[0]!
    .replace(/\s/g, '')
  return words || title
}

/** Clause 四.一.5 of 2026: what the unit channel is paid by. */
const basisOf = (policy: Policy) => clauseOf(policy, channelRules(policy, 'unit').payment.clause)

function factsOf(notice: NoticeOnPaper): MoneyPaper['facts'] {
  return [
    { label: '终审签报号', value: notice.documentNumber },
    { label: '通知日期', value: inChinese(notice.issuedOn) },
    { label: '人数', value: `${counted(notice.people)}人` },
    { label: '证书', value: `${counted(notice.lines.length)}张` },
    { label: '合计（小写）', value: `¥${yuanInTable(notice.totalFen)}` },
    { label: '附表校验码', value: notice.checkCode },
    { label: '合计（大写）', value: inCapitals(notice.totalFen), wide: true },
    { label: '收款单位', value: notice.union, wide: true },
    { label: '收款账户', value: notice.account, wide: true },
  ]
}

const totalOf = ({ people, lines }: NoticeOnPaper) => `${counted(people)}人，${counted(lines.length)}张证书`

/** @throws {RangeError} where the lines are not what the notice says they are */
function checked(table: PaperTable, notice: NoticeOnPaper): PaperTable {
  if (table.totalFen !== notice.totalFen)
    throw new RangeError(`notice ${notice.number}: the lines make ${table.totalFen} fen, not ${notice.totalFen}`)
  return table
}

/**
 * 划拨通知, from the service centre to a district union.
 * @throws {RangeError} where the lines do not make the total
 */
export function allocationNoticePaper(policy: Policy, notice: NoticeOnPaper): MoneyPaper {
  const basis = basisOf(policy)
  const contact = policy.contacts.find(({ channels }) => channels.includes('unit'))
  return {
    title: `${policy.title}资金划拨通知`,
    number: notice.number,
    to: notice.union,
    words: [
      {
        text: `你会申报的${counted(notice.people)}名职工、${counted(notice.lines.length)}张技能等级证书，经${policy.issuer}终审同意资助。依据《${titleOf(policy)}》（${policy.issuer}，${inChinese(policy.issuedOn)}）：`,
      },
      { clause: basis.id, quote: basis.text },
      {
        text: `现将资助资金的划拨事项通知如下。请逐行核对附表中的人员、金额和收款账户：全部一致的，打印发放确认单，由经办、复核、负责人签名并盖章，扫描后交回；有一处不一致的，不要盖章，先联系${notice.issuer}${contact ? `（${contact.names}，${contact.phone}）` : ''}。收到完整确认单的先后就是划拨的次序。`,
      },
    ],
    facts: factsOf(notice),
    table: checked(
      moneyTable({
        caption: '附表　资助人员明细',
        columns: [
          { title: '序号', width: 11, kind: 'count' },
          { title: '姓名', width: 39, kind: 'text' },
          { title: '受理编号', width: 28, kind: 'text' },
          { title: '等级', width: 20, kind: 'text' },
          { title: '收款', width: 38, kind: 'text' },
          { title: '金额（元）', width: 32, kind: 'amount' },
        ],
        rows: notice.lines.map((line, place) => [
          String(place + 1),
          line.name,
          line.receiptNumber,
          levelTitles[line.level],
          `${payeeTitles[line.payeeKind]} 尾号${line.payeeTail}`,
          line.amountFen,
        ]),
        pageSums: '张',
        counted: totalOf(notice),
      }),
      notice,
    ),
    signatures: [{ party: notice.issuer, roles: signers, date: inChinese(notice.issuedOn) }],
  }
}

/** By level and amount: one certificate of a level may be worth another amount under a later revision. */
function byLevel(lines: readonly NoticeLine[]) {
  const groups = Map.groupBy(lines, ({ level, amountFen }) => `${level} ${amountFen}`).values()
  return [...groups]
    .map((group) => ({ ...group[0]!, count: group.length }))
    .toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || b.amountFen - a.amountFen)
}

/**
 * 资助资金发放确认单, from a district union to the service centre: one page, which answers the notice (R12).
 * @throws {RangeError} where the lines do not make the total
 */
export function confirmationPaper(policy: Policy, notice: NoticeOnPaper): MoneyPaper {
  return {
    title: `${policy.title}资金发放确认单`,
    number: `对应划拨通知　${notice.number}`,
    to: notice.issuer,
    words: [
      {
        text: `我会收到${notice.number}划拨通知，已逐行核对附表第1行至第${counted(notice.lines.length)}行。确认所列人员、金额和收款账户与通知一致，同意按此划拨和发放。`,
      },
    ],
    facts: factsOf(notice),
    table: checked(
      moneyTable({
        caption: '按等级合计',
        columns: [
          { title: '等级', width: 48, kind: 'text' },
          { title: '证书（张）', width: 36, kind: 'count' },
          { title: '每张（元）', width: 42, kind: 'amount' },
          { title: '金额（元）', width: 42, kind: 'amount' },
        ],
        rows: byLevel(notice.lines).map(({ level, count, amountFen }) => [
          levelTitles[level],
          counted(count),
          amountFen,
          fen(amountFen * count),
        ]),
        counted: totalOf(notice),
      }),
      notice,
    ),
    signatures: [{ party: notice.union, roles: signers }],
  }
}
