/** 记账凭证: each balances, and together they are the postings that moved money between organisations. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { Vouchers } from '../../contract/books.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { parseChart } from '../../server/books/subjects.ts'
import { openCity, type Who } from '../payments/city.ts'
import { answersTo, sendBatch, toUnion, typeResult, uploadAnswers } from '../payments/paying.ts'

const yaml = readFileSync(path.join(import.meta.dirname, '../../server/books/subjects.yaml'), 'utf8')
const problemsOf = (changed: string) => {
  const read = parseChart(changed)
  return 'problems' in read ? read.problems.map(({ reason }) => reason) : []
}

const city = await openCity()
const { get, done, refused } = city
for (const union of ['jiading', 'minhang'] as const) {
  await toUnion(city, union, ['technician', 'seniorWorker', 'technician'])
  const { batch, lines } = await sendBatch(city, [union, `${union}2`])
  const on = shanghaiDate(city.clock.now)
  const answers = await answersTo(city, lines, ({ line }) =>
    line === 1 ? { outcome: 'failed', on, code: 'payerFunds' } : { outcome: 'settled', on },
  )
  await done(uploadAnswers(city, union, batch.id, answers))
  await done(typeResult(city, union, lines[1]!.payoutId, { outcome: 'bounced', on, code: 'accountClosed' }))
}
const month = shanghaiDate(city.clock.now).slice(0, 7)
const ofMonth = (who: Who, more = '') => done<Vouchers>(get(who, `/books/vouchers?month=${month}${more}`))

test('a chart with an unknown, missing or doubled part is refused', () => {
  assert.deepEqual(problemsOf(yaml), [])
  const entry = /^ {2}- \{ cause: pay, level: lower.*\n/m
  assert.deepEqual(problemsOf(yaml.replace(entry, '')), ['pay lower out: there is no entry'])
  assert.deepEqual(problemsOf(yaml.replace(entry, (line) => line + line)), ['pay lower out: there are two entries'])
  for (const [from, to] of [
    ['debit: service', 'debit: gift'],
    ['cause: pay', 'cause: gift'],
    ['level: city', 'level: province'],
    ['summary: 拨付', 'sumary: 拨付'],
    ['{ cause: funding, level: city, side: out', '{ cause: funding, level: lower, side: out'],
    ['debit: subsidy, credit: bank', 'debit: bank, credit: bank'],
  ] as const)
    assert.ok(problemsOf(yaml.replace(from, to)).length > 0, to)
})

test("a subject's number is the finance office's to give", () => {
  const read = parseChart(yaml.replace('name: 银行存款,', "name: 银行存款, code: '自编1',"))
  assert.ok('chart' in read)
  assert.equal(read.chart.get('pay city out')?.credit.code, '自编1')
  assert.equal(read.chart.get('pay city out')?.debit.code, undefined)
})

test("only an organisation's own; the city's finance sees every one", async () => {
  for (const who of ['officer', 'approver', 'auditor'] as const)
    await refused(get(who, `/books/vouchers?month=${month}`), 'forbidden')
  await refused(
    get('jiading', `/books/vouchers?month=${month}&organisationId=${city.districts.minhang.id}`),
    'forbidden',
  )
  await refused(get('cityFinance', `/books/vouchers?month=${month}&organisationId=${crypto.randomUUID()}`), 'not-found')
  const own = await ofMonth('minhang')
  const seen = await ofMonth('cityFinance', `&organisationId=${city.districts.minhang.id}`)
  assert.deepEqual(seen.vouchers, own.vouchers)
  assert.deepEqual(
    [own.organisations, seen.organisations.map(({ name }) => name)],
    [[], ['市总工会', '市职工技协服务中心', '嘉定区总工会', '闵行区总工会']],
  )
  assert.deepEqual((await done<Vouchers>(get('minhang', '/books/vouchers?month=2025-01'))).vouchers, [])
})

test('every voucher balances, and their sums are the postings', async () => {
  const all = [
    await ofMonth('cityFinance'),
    await ofMonth('centreFinance'),
    await ofMonth('jiading'),
    await ofMonth('minhang'),
  ]
  const sums: Record<string, number> = {}
  for (const { organisation, vouchers } of all) {
    assert.deepEqual(
      vouchers.map(({ number }) => number),
      vouchers.map((_, place) => `记-${place + 1}`),
    )
    for (const { cause, side, lines } of vouchers) {
      const debit = lines.reduce((sum, line) => sum + line.debitFen, 0)
      assert.ok(debit > 0)
      assert.equal(
        lines.reduce((sum, line) => sum + line.creditFen, 0),
        debit,
        organisation,
      )
      sums[`${cause} ${side}`] = (sums[`${cause} ${side}`] ?? 0) + debit
    }
  }
  const { rows } = await city.owner.query(`select cause_kind, sum(amount_fen)::float8 as fen from posting
    where cause_kind not in ('approve', 'release') and not (cause_kind = 'bounce' and debit_account like 'payment:%') group by 1`)
  const posted = Object.fromEntries(rows.map((row) => [row.cause_kind, row.fen]))
  assert.deepEqual(sums, {
    ...{ 'funding out': posted.funding, 'funding in': posted.funding, 'allocation out': posted.allocation },
    ...{ 'allocation in': posted.allocation, 'pay out': posted.pay, 'bounce in': posted.bounce },
  })
})

test('the file has a row for each line', async () => {
  const { vouchers } = await ofMonth('jiading')
  const answer = await city.file('jiading', `/books/vouchers.csv?month=${month}`)
  const rows = answer.body.trim().split('\r\n')
  assert.equal(rows.length, 1 + vouchers.length * 2)
  assert.match(rows[1]!, /^嘉定区总工会,记-1,\d{4}-\d{2}-\d{2},/)
})
