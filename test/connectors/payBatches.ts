/** Batches to be paid, with the names that real lists hold and programs stumble over; and a third bank's format. */
import assert from 'node:assert/strict'
import { parsePayFormat, readPayFormats } from '../../connectors/payFile/formatFile.ts'
import type { PayFormat } from '../../connectors/payFile/format.ts'
import type { PayBatch, PayLine } from '../../connectors/payFile/payFile.ts'
import { plainDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'

const formats = readPayFormats()
export const pipe = formats.get('pipe-gb18030') ?? assert.fail()
export const csv = formats.get('csv-utf8') ?? assert.fail()

/** A bank of which the house knows nothing but this text: columns of fixed width in GBK, amounts in fen. */
export const fixedGbk = `id: fixed-gbk
title: 定长文本（GBK）
pay:
  encoding: gbk
  lineEnd: lf
  dateFormat: YYYYMMDD
  layout: { fixedWidth: true }
  rowLimit: 3
  fileName: [{ constant: PAY }, { of: businessDate }, { of: serial, digits: 2 }, { constant: .dat }]
  first: []
  details:
    - { constant: D, width: 1 }
    - { of: row, digits: 4, width: 4 }
    - { of: reference, width: 24 }
    - { of: account, width: 20 }
    - { of: name, width: 24 }
    - { of: amountFen, width: 12, align: right, fill: '0' }
    - { of: businessDate, width: 8 }
  last:
    - - { constant: T, width: 1 }
      - { of: count, width: 4, align: right }
      - { of: totalFen, width: 14, align: right, fill: '0' }
  replacements: [{ from: ·, to: . }]
result:
  encoding: gbk
  lineEnd: lf
  dateFormat: YYYY/MM/DD
  layout: { fixedWidth: true }
  first: [anyLine]
  details:
    - { of: reference, width: 24 }
    - { of: account, width: 20 }
    - { of: name, width: 80 }
    - { of: amountFen, width: 12, align: right, fill: '0' }
    - { of: status, width: 2 }
    - { of: code, width: 6, mayBeEmpty: true }
    - { of: date, width: 10, mayBeEmpty: true }
  last: []
  statuses:
    - { bank: '00', means: settled }
    - { bank: '01', means: failed }
    - { bank: '02', means: unknown }
    - { bank: '03', means: bounced }
  codes:
    - { bank: '0012', means: nameMismatch }
    - { bank: '0014', means: accountClosed }
`

export function parsed(yaml: string, file = 'fixed-gbk.yaml'): PayFormat {
  const read = parsePayFormat(file, yaml)
  return 'format' in read ? read.format : assert.fail(JSON.stringify(read.problems))
}

export const today = plainDate('2026-11-20') ?? assert.fail()

export const payLine = (line: number, over: Partial<PayLine> = {}): PayLine => ({
  line,
  reference: `JS20261120${String(line).padStart(10, '0')}`,
  account: `622478${String(line).padStart(10, '0')}`,
  name: '张三',
  amountFen: fen(100_000),
  bankName: '上海农商银行',
  ...over,
})

export const payBatch = (lines: readonly PayLine[], over: Partial<PayBatch> = {}): PayBatch => ({
  number: 'B20261120001',
  payer: { code: 'SH0600', account: '31000123456789', name: '上海市示例区总工会' },
  businessDate: today,
  serial: 1,
  purpose: '技能提升资助',
  lines,
  ...over,
})

/** The first and last assigned character of each block of rare characters, and of those between. */
const blocks = [
  [0x4e00, 0x9fa5],
  [0x3400, 0x4db5], // A
  [0x2_0000, 0x2_a6d6], // B
  [0x2_a700, 0x2_b734], // C
  [0x2_b740, 0x2_b81d], // D
  [0x2_b820, 0x2_cea1], // E
  [0x2_ceb0, 0x2_ebe0], // F
  [0x3_0000, 0x3_134a], // G
] as const

const spelt = ['王𬎆', '李䶮', '㛃㛃', '𠮷田', '囧囧囧', '玛依努尔·阿布都热西提·吾买尔', '木合塔尔•玉素甫', '张－三']

/** The n-th name of an endless list; every fifth has 20 characters. */
export function rareName(n: number): string {
  if (n % 7 === 0) return spelt[(n / 7) % spelt.length]!
  const length = n % 5 === 0 ? 20 : 2 + (n % 3)
  return Array.from({ length }, (_, i) => {
    const [first, last] = blocks[(n + i) % blocks.length]!
    return String.fromCodePoint(first + ((n * 7919 + i * 104_729) % (last - first + 1)))
  }).join('')
}
