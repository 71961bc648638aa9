import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csv, fixedGbk, parsed, payBatch, payLine, pipe, rareName } from './payBatches.ts'
import { parsePayFormat } from '../../connectors/payFile/formatFile.ts'
import type { PayFormat } from '../../connectors/payFile/format.ts'
import { asWritten, buildPayFiles, type PayBatch, PayFileRefused } from '../../connectors/payFile/payFile.ts'
import { fen } from '../../domain/money.ts'
import { readCsv, readPipe } from '../payments/secondReader.ts'

const built = (format: PayFormat, batch: PayBatch) => buildPayFiles(format, batch)
const textOf = (file: { readonly bytes: Uint8Array } | undefined, label: string) =>
  new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(file?.bytes)

/** What a batch is refused for. */
function refused(format: PayFormat, batch: PayBatch): readonly string[] {
  try {
    buildPayFiles(format, batch)
  } catch (error) {
    if (error instanceof PayFileRefused)
      return error.problems.map(({ line, field, problem }) => [line ?? '–', field, problem].join(' '))
    throw error
  }
  return assert.fail('it was built')
}

const two = payBatch([
  payLine(2, { name: '玛依努尔·阿布都热西提', amountFen: fen(123_405) }),
  payLine(1, { name: '王𬎆', bankName: '' }),
])

test('the bar format says its totals first, in yuan, and keeps the order of lines', () => {
  const [file, ...more] = built(pipe, two)
  assert.equal(more.length, 0)
  assert.equal(file?.name, 'SH060020261120001.txt')
  assert.deepEqual([file.count, file.totalFen], [2, 223_405])
  assert.equal(
    textOf(file, 'gb18030'),
    'B20261120001|SH0600|31000123456789|上海市示例区总工会|20261120|2|2234.05|CNY|技能提升资助\r\n' +
      '000001|JS202611200000000001|6224780000000001|王𬎆|1000.00||技能提升资助\r\n' +
      '000002|JS202611200000000002|6224780000000002|玛依努尔·阿布都热西提|1234.05|上海农商银行|技能提升资助\r\n',
  )
})

test('the comma format begins with its mark, has whole fen, quotes what it must and says its totals last', () => {
  const [file] = built(csv, payBatch([payLine(1, { name: '王"小",明', amountFen: fen(1) })]))
  assert.equal(file?.name, 'SH0600_20261120_0001.csv')
  assert.equal(
    textOf(file, 'utf-8'),
    '\uFEFF序号,业务参考号,收款账号,收款户名,开户行,金额（分）,附言\r\n' +
      '1,JS202611200000000001,6224780000000001,"王""小"",明",上海农商银行,1,技能提升资助\r\n' +
      '合计,1,31000123456789,上海市示例区总工会,2026-11-20,1,B20261120001\r\n',
  )
  assert.equal(readCsv(file?.bytes ?? assert.fail()).payments[0]?.name, '王"小",明')
})

test('a third bank needs no code: fixed widths count bytes, its own characters are replaced by its own rule', () => {
  const format = parsed(fixedGbk)
  const files = built(format, payBatch([1, 2, 3, 4].map((line) => payLine(line, { name: '买买提·艾力' }))))
  assert.deepEqual(
    files.map(({ name, count, totalFen }) => [name, count, totalFen]),
    [
      ['PAY2026112001.dat', 3, 300_000],
      ['PAY2026112002.dat', 1, 100_000],
    ],
  )
  assert.equal(
    textOf(files[1], 'gbk'),
    `D0001JS202611200000000004    6224780000000004    买买提.艾力             00000010000020261120\nT   100000000100000\n`,
  )
  assert.equal(asWritten(format, '买买提·艾力'), '买买提.艾力')
  assert.equal(asWritten(pipe, '买买提·艾力'), '买买提·艾力')
})

test('what the encoding cannot hold is refused and its line named, never written as a question mark', () => {
  const names = ['王𬎆', '李䶮', '𠮷田', '王?']
  const batch = payBatch(names.map((name, i) => payLine(i + 1, { name })))
  assert.deepEqual(refused(parsed(fixedGbk), batch), [
    '1 name notInEncoding',
    '2 name notInEncoding',
    '3 name notInEncoding',
  ])
  assert.equal(built(pipe, batch).length, 1)
  // what the editions of GB 18030 write with other bytes, and what has no meaning of its own
  const between = payBatch(['龴', '\uE81E', '\uFE10', '\uD842'].map((name, i) => payLine(i + 1, { name })))
  assert.deepEqual(refused(pipe, between), [
    '1 name notInEncoding',
    '2 name control',
    '3 name notInEncoding',
    '4 name control',
  ])
})

test('a name that could not arrive as it is is refused, not changed', () => {
  const cases: readonly [string, string][] = [
    ['=1+1', 'formula'],
    ['+张三', 'formula'],
    ['-张三', 'formula'],
    ['@张三', 'formula'],
    ['\uFF1D张三', 'formula'],
    ['张\n三', 'control'],
    ['张\t三', 'control'],
    ['张\u0000三', 'control'],
    ['张\u200B三', 'control'],
    ['张\u202E三', 'control'],
    [' 张三', 'edge'],
    ['张三\u3000', 'edge'],
    ['', 'missing'],
    ['长'.repeat(61), 'tooLong'],
  ]
  for (const format of [pipe, csv])
    assert.deepEqual(
      refused(format, payBatch(cases.map(([name], i) => payLine(i + 1, { name })))),
      cases.map(([, problem], i) => `${i + 1} name ${problem}`),
    )
  assert.deepEqual(refused(pipe, payBatch([payLine(1, { name: '张|三' })])), ['1 name separator'])
  assert.equal(built(csv, payBatch([payLine(1, { name: '张|三' })])).length, 1)
})

test('lengths are those of the encoding: twenty characters of four bytes fit into eighty', () => {
  const name = '𬎆'.repeat(20)
  const [file] = built(pipe, payBatch([payLine(1, { name })]))
  assert.equal(readPipe(file?.bytes ?? assert.fail()).payments[0]?.name, name)
  assert.deepEqual(refused(pipe, payBatch([payLine(1, { name: `${name}一` })])), ['1 name tooLong'])
})

test('a batch that is not whole is refused with everything that is wrong with it', () => {
  assert.deepEqual(refused(pipe, payBatch([])), ['– lines missing'])
  const wrong = payBatch([
    payLine(1),
    payLine(2, { reference: payLine(1).reference }),
    payLine(3, { account: '６２２４７８' }),
    payLine(4, { amountFen: fen(0) }),
    payLine(5, { amountFen: 0.5 as ReturnType<typeof fen> }),
    payLine(6, { reference: 'JS 1' }),
    payLine(6, { reference: 'JS7' }),
    payLine(7, { amountFen: fen(10_000_000_000) }),
  ])
  assert.deepEqual(refused(pipe, wrong), [
    '2 reference repeated',
    '3 account shape',
    '4 amountFen shape',
    '5 amountFen shape',
    '6 reference shape',
    '6 line repeated',
    '7 amountFen shape',
  ])
  assert.deepEqual(refused(pipe, payBatch([payLine(1)], { serial: 1000 })), ['– fileName shape'])
  assert.deepEqual(refused(pipe, payBatch([payLine(1)], { payer: { ...two.payer, code: '上海' } })), [
    '– payerCode shape',
  ])
  // once for a batch of many files, and for its many rows
  const many = Array.from({ length: 1200 }, (_, i) => payLine(i + 1))
  assert.deepEqual(refused(pipe, payBatch(many, { payer: { ...two.payer, name: '甲|乙' } })), ['– payerName separator'])
})

test('a refusal holds nothing of a person', () => {
  try {
    built(pipe, payBatch([payLine(1, { name: '=张三', account: '62247800000000x1' })]))
    assert.fail('it was built')
  } catch (error) {
    assert.ok(error instanceof PayFileRefused)
    assert.doesNotMatch(`${error.message}${JSON.stringify(error.problems)}`, /张三|622478/)
  }
})

test('10,000 awards of 40 unions: each once, and a second reader finds the same count, sum, names and bytes', () => {
  // one union has many more than fit into a file
  const sizes = Array.from({ length: 40 }, (_, i) => (i === 7 ? 5320 : 120))
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0))
  assert.equal(ends.at(-1), 10_000)
  const lines = Array.from({ length: 10_000 }, (_, n) =>
    payLine(n + 1, { name: rareName(n), amountFen: fen([100_000, 150_000, 200_001, 300_099][n % 4]!) }),
  )
  assert.ok(lines.filter(({ name }) => /[\u{20000}-\u{3134A}]/u.test(name)).length > 5000)
  for (const [format, read, rowLimit] of [
    [pipe, readPipe, 500],
    [csv, readCsv, 5000],
  ] as const) {
    const batches = sizes.map((size, i) =>
      payBatch(lines.slice(ends[i]! - size, ends[i]), { payer: { ...two.payer, code: `U${i}` } }),
    )
    const files = batches.flatMap((batch) => built(format, batch))
    assert.equal(files.length, 39 + Math.ceil(5320 / rowLimit))
    assert.equal(new Set(files.map(({ name }) => name)).size, files.length)
    const again = batches.flatMap((batch) => built(format, { ...batch, lines: batch.lines.toReversed() }))
    const readings = files.map((file, i) => {
      const reading = read(file.bytes)
      assert.equal(reading.sha256, read(again[i]!.bytes).sha256)
      assert.deepEqual(
        [reading.payments.length, reading.stated.count, reading.totalFen, reading.stated.totalFen],
        [file.count, BigInt(file.count), BigInt(file.totalFen), BigInt(file.totalFen)],
      )
      assert.ok(file.count <= rowLimit)
      return reading
    })
    const payments = readings.flatMap((reading) => reading.payments)
    assert.equal(new Set(payments.map(({ reference }) => reference)).size, 10_000)
    assert.deepEqual(
      payments,
      lines.map(({ reference, account, name, amountFen }) => ({ reference, account, name, fen: BigInt(amountFen) })),
    )
  }
})

test('any name that is built is read back as it was, whatever its characters', () => {
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(names, (name) => {
      for (const [format, read] of [
        [pipe, readPipe],
        [csv, readCsv],
      ] as const) {
        const batch = payBatch([payLine(1, { name })])
        try {
          assert.equal(read(built(format, batch)[0]!.bytes).payments[0]?.name, name)
        } catch (error) {
          if (!(error instanceof PayFileRefused)) throw error
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a format that is not whole is refused, file and line named', () => {
  const problems = (yaml: string, file = 'fixed-gbk.yaml') => {
    const read = parsePayFormat(file, yaml)
    return 'problems' in read ? read.problems.map(({ line, reason }) => `${line} ${reason}`) : []
  }
  assert.deepEqual(problems(fixedGbk), [])
  assert.deepEqual(problems(fixedGbk, 'other.yaml'), ['1 the format is called fixed-gbk and its file is not'])
  const altered = (from: string, to: string) => problems(fixedGbk.replace(from, () => to))
  assert.deepEqual(altered('rowLimit: 3', 'rowLimits: 3'), ['8 unknown key rowLimits', '4 rowLimit is missing'])
  assert.deepEqual(altered('of: account, width: 20', 'of: acount, width: 20'), [
    `15 expected one of line, row, reference, account, name, amountYuan, amountFen, bankName, batch, payerCode, payerAccount, payerName, businessDate, serial, purpose, count, totalYuan, totalFen`,
  ])
  assert.deepEqual(altered('    - { of: account, width: 20 }\n', ''), [
    '1 the details of pay have to hold account once',
  ])
  assert.deepEqual(altered("bank: '0012'", 'bank: 0012'), ['45 expected text'])
  assert.deepEqual(altered('constant: D, width: 1', 'constant: 明细, width: 1'), [
    '1 the constant 明细 cannot be written: tooLong',
  ])
  assert.deepEqual(altered('of: name, width: 24', 'of: name'), ['1 name has no width'])
  assert.deepEqual(altered('of: name, width: 24', "of: name, width: 24, fill: '0'"), [
    '1 name is not a number on the right, so zeros cannot fill it',
  ])
  assert.deepEqual(altered('layout: { fixedWidth: true }', "layout: { separator: '|' }"), [
    '7 expected separator and quoting, or fixedWidth: true',
  ])
  assert.deepEqual(altered('{ of: serial, digits: 2 }, ', ''), ['1 the file name has to hold serial once'])
  assert.deepEqual(altered("    - { bank: '00', means: settled }\n", ''), ['1 no status means settled'])
  assert.equal(altered('means: nameMismatch', 'means: wrongName').length, 1)
  assert.deepEqual(altered('of: status, width: 2', 'of: status, width: 2, mayBeEmpty: true'), [
    '1 status may not be empty',
  ])
})
