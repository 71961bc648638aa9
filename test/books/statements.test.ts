/** 对账单: whatever happened, the lines of each are the whole, and the whole is the ledger's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Statement, statementKinds, type Statements } from '../../contract/books.ts'
import { type Identity, type LedgerView } from '../../contract/payments.ts'
import { addDays, shanghaiDate } from '../../domain/dates.ts'
import type { FailureCode } from '../../domain/payout.ts'
import { openCity, type Who } from '../payments/city.ts'
import { answersTo, linesOf, sendBatch, toUnion, typeResult, uploadAnswers } from '../payments/paying.ts'

const city = await openCity()
const { get, done, refused } = city
const unions = ['jiading', 'minhang', 'jidian'] as const
type Kind = (typeof statementKinds)[number]

/** All pages of one kind of statement. */
async function statementsBy(who: Who, by: Kind, more = ''): Promise<Statements> {
  const whole = await done<Statements>(get(who, `/books/statements?by=${by}${more}`))
  for (let cursor = whole.nextCursor; cursor !== undefined;) {
    const next = await done<Statements>(get(who, `/books/statements?by=${by}${more}&cursor=${cursor}`))
    whole.lines.push(...next.lines)
    cursor = next.nextCursor
  }
  assert.equal(whole.lines.length, whole.lineCount)
  return whole
}

const keys = ['approvedFen', 'awaitingFen', 'inPaymentFen', 'paidFen', 'bouncedFen', 'cancelledFen', 'awards'] as const
const sumOf = (all: readonly Identity[]) =>
  Object.fromEntries(keys.map((key) => [key, all.reduce((sum, each) => sum + each[key], 0)])) as Identity

function addsUp({ total, lines }: Statements, what: string) {
  const movements = (all: readonly Statement[]) => {
    const sums: Record<string, [number, number]> = {}
    for (const { cause, from, to, count, fen } of all.flatMap((each) => each.movements)) {
      const [n, sum] = sums[`${cause} ${from} ${to}`] ?? [0, 0]
      sums[`${cause} ${from} ${to}`] = [n + count, sum + fen]
    }
    return sums
  }
  assert.deepEqual(movements(lines), movements([total]), what)
  assert.deepEqual(sumOf(lines.map(({ opening }) => opening)), total.opening, what)
  assert.deepEqual(sumOf(lines.map(({ closing }) => closing)), total.closing, what)
}

type Turn = {
  union: number
  levels: ('technician' | 'seniorWorker')[]
  answers: number[]
  days: number
  again: boolean
}
const anyTurn: fc.Arbitrary<Turn> = fc.record({
  union: fc.nat(2),
  levels: fc.array(fc.constantFrom('technician', 'seniorWorker'), { minLength: 1, maxLength: 4 }),
  // what the bank says of each line: settled, failed, not yet, or given back a day later
  answers: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
  days: fc.nat(2),
  again: fc.boolean(),
})
const code: FailureCode = 'payerFunds'

async function take({ union, levels, answers, days, again }: Turn) {
  const clerks: [Who, Who] = [unions[union]!, `${unions[union]!}2` as Who]
  const noticeId = await toUnion(city, unions[union]!, levels)
  for (const awaited of again ? [answers, answers.toReversed()] : [answers]) {
    const { batch, lines } = await sendBatch(city, clerks, { noticeId }).catch(() => ({ batch: undefined, lines: [] }))
    if (!batch) return
    const today = shanghaiDate(city.clock.now)
    const heard = lines.filter((_, at) => awaited[at] !== 2)
    const said = await answersTo(city, heard, ({ line }) =>
      awaited[line - 1] === 1 ? { outcome: 'failed', code } : { outcome: 'settled', on: today },
    )
    if (said.length > 0) await done(uploadAnswers(city, clerks[0], batch.id, said))
    if (days > 0) await city.setClock(`${addDays(today, days)}T10:00:00+08:00`)
    for (const line of lines.filter((_, at) => awaited[at] === 3))
      await done(typeResult(city, clerks[0], line.payoutId, { outcome: 'bounced', on: today, code }))
  }
}

async function everythingAgrees() {
  const { identity, records } = await done<LedgerView>(get('cityFinance', '/ledger'))
  assert.deepEqual(identity, records)
  for (const by of statementKinds.filter((kind) => kind !== 'batch')) {
    const whole = await statementsBy('cityFinance', by)
    assert.deepEqual(whole.total.closing, identity, by)
    assert.equal(whole.total.agrees, true)
    assert.deepEqual(whole.total.opening, sumOf([]))
    if (by !== 'day') addsUp(whole, by)
  }
  const districts = await statementsBy('approver', 'district')
  for (const line of districts.lines) {
    assert.equal(line.agrees, true)
    const below = await statementsBy('cityFinance', 'baseUnion', `&districtId=${line.key}`)
    addsUp(below, line.name)
    assert.deepEqual(below.total.closing, line.closing)
  }
  const batches = await statementsBy('cityFinance', 'batch')
  addsUp(batches, 'batches')
  for (const batch of batches.lines) {
    assert.equal(batch.agrees, true, batch.name)
    const who = unions.find((union) => batch.name.endsWith(city.districts[union].name))!
    const lines = await linesOf(city, who, batch.key)
    assert.equal(batch.closing.awards, lines.length)
    assert.equal(
      batch.closing.approvedFen,
      lines.reduce((sum, line) => sum + line.amountFen, 0),
    )
  }
  await daysFollow()
}

/** Day by day is the whole; two spans that meet are one. */
async function daysFollow() {
  const { total, lines } = await statementsBy('cityFinance', 'day')
  let before = total.opening
  for (const line of lines) {
    assert.deepEqual(line.opening, before, line.key)
    before = line.closing
    const alone = await statementsBy('cityFinance', 'district', `&from=${line.key}&to=${line.key}`)
    assert.deepEqual([alone.total.opening, alone.total.closing], [line.opening, line.closing])
    assert.deepEqual(alone.total.movements, line.movements)
    assert.equal(alone.total.agrees, undefined)
    addsUp(alone, line.key)
  }
  assert.deepEqual(before, total.closing)
}

test('only whose books they are', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician', 'seniorWorker'])
  for (const who of ['officer', 'verifier', 'auditor'] as const) {
    await refused(get(who, '/books/statements?by=district'), 'forbidden')
    await refused(get(who, '/books/statements.csv?by=district'), 'forbidden')
  }
  const own = await statementsBy('jiading', 'district')
  assert.deepEqual(
    own.lines.map(({ name }) => name),
    [city.districts.jiading.name],
  )
  assert.equal(own.title, city.districts.jiading.name)
  assert.equal(own.total.agrees, true)
  const foreign = await statementsBy('jiading', 'baseUnion', `&districtId=${city.districts.minhang.id}`)
  assert.deepEqual([foreign.lines, foreign.total.closing.awards], [[], 0])
})

test('a day that is none, and a line that is none', async () => {
  await refused(get('cityFinance', '/books/statements?by=day&from=2026-02-30'), 'request.malformed')
  await refused(get('cityFinance', '/books/statements?by=award'), 'request.malformed')
})

test('the lines are the whole, and the whole is the ledger, whatever happened', async () => {
  await everythingAgrees()
  await fc.assert(
    fc.asyncProperty(fc.array(anyTurn, { minLength: 2, maxLength: 2 }), async (turns) => {
      for (const turn of turns) await take(turn)
      await everythingAgrees()
    }),
    { numRuns: 4, endOnFailure: true },
  )
  const causes = (await statementsBy('cityFinance', 'batch')).total.movements.map(({ cause }) => cause)
  assert.ok(causes.includes('pay'))
})

test('the file has every line and the total', async () => {
  const { lines, total } = await statementsBy('cityFinance', 'district')
  const answer = await city.file('cityFinance', '/books/statements.csv?by=district')
  assert.match(String(answer.headers['content-type']), /^text\/csv/)
  const rows = answer.body.slice(1).trim().split('\r\n')
  assert.equal(rows.length, lines.length + 2)
  assert.deepEqual(
    rows.slice(1).map((row) => row.split(',')[0]),
    [...lines, total].map(({ name }) => name),
  )
  assert.equal(Number(rows.at(-1)!.split(',').at(-3)) * 100, total.closing.paidFen)
})
