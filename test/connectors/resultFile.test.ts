import assert from 'node:assert/strict'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import fc from 'fast-check'
import { csv, fixedGbk, parsed, payBatch, payLine, pipe, rareName, today } from './payBatches.ts'
import type { BankOutcome, PayFormat } from '../../connectors/payFile/format.ts'
import { buildPayFiles } from '../../connectors/payFile/payFile.ts'
import {
  type BankAnswer,
  parseResultFile,
  ResultFileRefused,
  resultFileFor,
} from '../../connectors/payFile/resultFile.ts'
import { fen } from '../../domain/money.ts'
import { failureCodes } from '../../domain/payout.ts'
import { readCsv, readPipe } from '../payments/secondReader.ts'

const fixed = parsed(fixedGbk)

function refused(format: PayFormat, bytes: Uint8Array): readonly string[] {
  try {
    parseResultFile(format, bytes)
  } catch (error) {
    if (error instanceof ResultFileRefused)
      return error.problems.map(({ row, field, problem }) => [row ?? '–', field ?? 'file', problem].join(' '))
    throw error
  }
  return assert.fail('it was read')
}

const head = (count: number, yuan: string, settled: string, failed: string) =>
  `B1|20261120|${count}|${yuan}|${settled}|${failed}`
const pipeFile = (...lines: readonly string[]) => iconv.encode(lines.map((line) => `${line}\r\n`).join(''), 'gb18030')
const paid = 'JS1|6224780000000001|王𬎆|1000.00|S|0000|交易成功|H20261120001|20261121'
const shut = 'JS2|6224780000000002|李䶮|1500.50|F|F03|账户已销户||'

test("a bank's answer is read: outcome, our code beside the bank's own, its number and day", () => {
  const { rows } = parseResultFile(pipe, pipeFile(head(2, '2500.50', '1|1000.00', '1|1500.50'), paid, shut))
  assert.deepEqual(rows, [
    {
      row: 2,
      reference: 'JS1',
      account: '6224780000000001',
      name: '王𬎆',
      amountFen: 100_000,
      outcome: 'settled',
      bankStatus: 'S',
      bankCode: '0000',
      serial: 'H20261120001',
      on: '2026-11-21',
    },
    {
      row: 3,
      reference: 'JS2',
      account: '6224780000000002',
      name: '李䶮',
      amountFen: 150_050,
      outcome: 'failed',
      code: 'accountClosed',
      bankStatus: 'F',
      bankCode: 'F03',
    },
  ])
})

test("what the format does not know is unknown or other, with the bank's own word kept", () => {
  const bytes = pipeFile(
    head(4, '4000.00', '0|0.00', '2|2000.00'),
    'JS1|6224780000000001|甲|1000.00|Q|F03|||',
    'JS2|6224780000000002|乙|1000.00|F|E777|户名不符||',
    'JS3|6224780000000003|丙|1000.00|F||账户已销户||',
    'JS4|6224780000000004|丁|1000.00|X|F01|退票||20261205',
  )
  assert.deepEqual(
    parseResultFile(pipe, bytes).rows.map(({ outcome, code, bankStatus, bankCode }) => [
      outcome,
      code,
      bankStatus,
      bankCode,
    ]),
    [
      ['unknown', undefined, 'Q', 'F03'],
      ['failed', 'other', 'F', 'E777'],
      ['failed', 'other', 'F', undefined],
      ['bounced', 'nameMismatch', 'X', 'F01'],
    ],
  )
})

test('a file that is not whole is refused with its row and what is wrong there', () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [[], ['– file empty']],
    [[head(0, '0.00', '0|0.00', '0|0.00')], ['– file empty']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('1000.00', '1000')], ['2 amountYuan shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('1000.00', '1,000.00')], ['2 amountYuan shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('1000.00', '１000.00')], ['2 amountYuan shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('1000.00', '1e3')], ['2 amountYuan shape']],
    [
      [head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('1000.00', '9007199254740993.00')],
      ['2 amountYuan shape'],
    ],
    [[head(1, '0.00', '1|0.00', '0|0.00'), paid.replace('1000.00', '0.00')], ['2 amountYuan shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('6224', '６２２４')], ['2 account shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('20261121', '20260230')], ['2 date shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('20261121', '2026-11-21')], ['2 date shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('|S|', '||')], ['2 status missing']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('|0000|', '|成功|')], ['2 code shape']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('王𬎆', '王\u0007')], ['2 name control']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), paid.replace('|S', '')], ['2 file columns']],
    [[head(2, '2000.00', '2|2000.00', '0|0.00'), paid, paid], ['3 reference repeated']],
    [[head(1, '1000.00', '1|1000.00', '0|0.00'), '', paid], ['2 file columns']],
    [
      [head(2, '2000.00', '1|1000.00', '0|0.00'), paid],
      ['1 count totals', '1 totalYuan totals'],
    ],
    [
      [head(1, '1000.00', '0|0.00', '1|1000.00'), paid].slice(0, 2),
      ['1 settledCount totals', '1 settledYuan totals', '1 failedCount totals', '1 failedYuan totals'],
    ],
    [
      [head(2, '2500.50', '1|1000.00', '1|1500.50'), paid.replace('JS1', 'J S'), shut.replace('|F03|', '|')],
      ['2 reference shape', '3 file columns'],
    ],
  ]
  for (const [lines, problems] of cases) assert.deepEqual(refused(pipe, pipeFile(...lines)), problems, lines.join(' '))
})

test('bytes that are not of the encoding are refused, row by row', () => {
  const sound = Buffer.from(pipeFile(head(2, '2500.50', '1|1000.00', '1|1500.50'), paid, shut))
  const broken = Buffer.from(sound)
  broken[broken.lastIndexOf('|1500.50') - 1] = 0xff
  assert.deepEqual(refused(pipe, broken), ['3 file notInEncoding'])
  const asUtf8 = new TextEncoder().encode(iconv.decode(sound, 'gb18030'))
  // here UTF-8 reads as characters of GB 18030 that have swallowed a bar
  assert.deepEqual(refused(pipe, asUtf8), ['2 file columns', '3 file columns'])
  const ofCsv = resultFileFor(csv, answers(2))
  const cut = Buffer.from(ofCsv)
  cut[cut.indexOf('成') + 1] = 0x20
  assert.deepEqual(refused(csv, cut), ['2 file notInEncoding'])
})

test('blank lines at the end, either line end and a byte order mark do not matter', () => {
  const text = [head(1, '1000.00', '1|1000.00', '0|0.00'), paid].join('\n')
  for (const each of [text, `${text}\n`, `${text}\r\n\r\n\n`, `\uFEFF${text}`])
    assert.equal(parseResultFile(pipe, iconv.encode(each, 'gb18030')).rows.length, 1)
})

test("another bank's file, or one whose heading or sum was changed, is refused", () => {
  const ours = Buffer.from(resultFileFor(csv, answers(3)))
  assert.ok(refused(pipe, resultFileFor(csv, answers(3))).length > 0)
  assert.ok(refused(csv, resultFileFor(pipe, answers(3))).length > 0)
  assert.ok(refused(csv, resultFileFor(fixed, [{ ...answer(1), name: '张三' }])).length > 0)
  const text = ours.toString()
  const written = (from: string, to: string) => refused(csv, Buffer.from(text.replace(from, () => to)))
  assert.deepEqual(written('金额（分）', '金额（元）'), ['1 file heading'])
  assert.deepEqual(written('\r\n合计,', '\r\n总计,'), ['5 file heading'])
  assert.deepEqual(written(`\r\n合计,3,,`, `\r\n合计,4,,`), ['5 count totals'])
  // without its last line the last payment would stand for it
  assert.deepEqual(refused(csv, Buffer.from(text.slice(0, text.indexOf('合计')))).slice(0, 1), ['4 file heading'])
  assert.deepEqual(written(',6224780000000001,', ',"6224780000000001,'), ['2 file columns'])
})

test('a refusal holds nothing of a person', () => {
  try {
    parseResultFile(pipe, pipeFile(head(1, '1.00', '1|1.00', '0|0.00'), paid.replace('|S|', '|')))
    assert.fail('it was read')
  } catch (error) {
    assert.ok(error instanceof ResultFileRefused)
    assert.doesNotMatch(`${error.message}${JSON.stringify(error.problems)}`, /王|622478/)
  }
})

test('every failure code has its word in both formats and comes back as it went', () => {
  for (const format of [pipe, csv]) {
    const failed = failureCodes.map((code, i): BankAnswer => ({ ...answer(i + 1), outcome: 'failed', code }))
    assert.deepEqual(
      parseResultFile(format, resultFileFor(format, failed)).rows.map(({ code }) => code),
      failureCodes,
    )
  }
  assert.throws(() => resultFileFor(pipe, [{ ...answer(1), name: '张|三' }]), RangeError)
})

function answer(line: number): BankAnswer {
  const { reference, account, name, amountFen } = payLine(line, { name: rareName(line * 3 + 1) })
  return { reference, account, name, amountFen, outcome: 'settled', serial: `H${line}`, on: today }
}

function answers(count: number): readonly BankAnswer[] {
  return Array.from({ length: count }, (_, i) => answer(i + 1))
}

const outcomes = fc.constantFrom<BankOutcome>('settled', 'failed', 'unknown', 'bounced')
/** What a bank may answer to a payment. */
const said = fc.record({
  outcome: outcomes,
  code: fc.constantFrom('nameMismatch', 'accountClosed'),
  on: fc.constantFrom(today, undefined),
  amountFen: fc.integer({ min: 1, max: 9_999_999_999 }).map(fen),
  name: fc.nat({ max: 100_000 }).map(rareName),
})

test('property: what is built, paid by a bank and answered is read back the same', () => {
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 12 }), (bank) => {
      const batch = payBatch(bank.map(({ name, amountFen }, i) => payLine(i + 1, { name, amountFen })))
      for (const [format, read] of [
        [pipe, readPipe],
        [csv, readCsv],
      ] as const) {
        const payments = buildPayFiles(format, batch).flatMap(({ bytes }) => read(bytes).payments)
        const answered = payments.map((payment, i): BankAnswer => {
          const { outcome, code, on } = bank[i]!
          const { reference, account, name } = payment
          return {
            ...{ reference, account, name, outcome, amountFen: fen(Number(payment.fen)), serial: `H${i}` },
            ...((outcome === 'failed' || outcome === 'bounced') && { code }),
            ...(on && { on }),
          }
        })
        const { rows } = parseResultFile(format, resultFileFor(format, answered))
        assert.equal(rows.length, answered.length)
        assert.deepEqual(
          rows,
          rows.map(({ row, bankStatus, bankCode }, i) => ({
            ...{ row, bankStatus, ...(bankCode && { bankCode }) },
            ...answered[i],
          })),
        )
        assert.deepEqual(
          rows.map(({ reference, account, name, amountFen }) => ({ reference, account, name, amountFen })),
          batch.lines.map(({ reference, account, name, amountFen }) => ({ reference, account, name, amountFen })),
        )
      }
    }),
    { numRuns: 300 },
  )
})

const amountAsWritten = new Map<PayFormat, (fen: number) => string>([
  [pipe, (amount) => `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`],
  [csv, String],
  [fixed, (amount) => String(amount).padStart(12, '0')],
])

test('property: a byte changed in a reference, an account or an amount is refused or shows', () => {
  const change = fc.record({
    format: fc.constantFrom(...amountAsWritten.keys()),
    count: fc.integer({ min: 1, max: 4 }),
    row: fc.nat(),
    column: fc.constantFrom('reference', 'account', 'amountFen'),
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  let seen = 0
  fc.assert(
    fc.property(change, ({ format, count, row, column, at, byte }) => {
      const sent = Array.from({ length: count }, (_, i) => ({ ...answer(i + 1), name: '张三' }))
      const bytes = Buffer.from(resultFileFor(format, sent))
      const { reference, account, name, amountFen } = sent[row % count]!
      const nameBytes = iconv.encode(name, format.result.encoding.replace('Bom', ''))
      const value = { reference, account, amountFen: amountAsWritten.get(format)!(amountFen) }[column]
      const rowAt = bytes.indexOf(reference)
      const from = column === 'amountFen' ? bytes.indexOf(nameBytes, rowAt) + nameBytes.length : rowAt
      const changed = bytes.indexOf(value, from) + (at % value.length)
      if (bytes[changed] === byte) return
      bytes[changed] = byte
      try {
        const read = parseResultFile(format, bytes).rows
        assert.notDeepEqual(
          read.map((each) => [each.reference, each.account, each.amountFen]),
          sent.map((each) => [each.reference, each.account, each.amountFen]),
        )
        seen++
      } catch (error) {
        if (!(error instanceof ResultFileRefused)) throw error
      }
    }),
    { numRuns: 4000 },
  )
  // so that the property is not about refusals alone
  assert.ok(seen > 20)
})
