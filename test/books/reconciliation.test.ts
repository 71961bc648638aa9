/** 银行对账: what the bank said against what is posted; a batch asked for again. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { bankAt } from '../../connectors/bank.ts'
import type { BankQuestion, Reconciliation } from '../../contract/books.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { addDays, shanghaiDate } from '../../domain/dates.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { tellDue } from '../../server/bank/teller.ts'
import { openCity, type Who } from '../payments/city.ts'
import { answersTo, linesOf, makeBatch, releaseBatch, sendBatch, toUnion, uploadAnswers } from '../payments/paying.ts'
import { bankDeskAt, until } from '../sandbox/bankDesk.ts'

const sandbox = await startSandbox()
const city = await openCity(sandbox.bank)
const bank = bankAt(sandbox.bank.url, sandbox.bank.secret)
const { put, get, done, refused } = city
const id = () => randomUUID() as string
after(() => sandbox.close())

const look = (who: Who, span = '') => done<Reconciliation>(get(who, `/books/reconciliation${span}`))
const ask = (batchId: string) => put('cityFinance', `/books/batches/${batchId}/question`)

await toUnion(city, 'jiading', ['technician', 'seniorWorker', 'technician'])
const { batch, lines } = await sendBatch(city, ['jiading', 'jiading2'])
const today = shanghaiDate(city.clock.now)

test('only whose money it is', async () => {
  for (const who of ['officer', 'approver', 'centreFinance', 'auditor'] as const)
    await refused(get(who, '/books/reconciliation'), 'forbidden')
  for (const who of ['jiading', 'centreFinance', 'approver'] as const)
    await refused(put(who, `/books/batches/${batch.id}/question`), 'forbidden')
  // a union's own bank is not the city's
  await refused(ask(batch.id), 'not-found')
})

test('what the bank said is posted, day by day; what it has not said is shown once it is late', async () => {
  const answers = await answersTo(city, lines.slice(0, 2), ({ line }) =>
    line === 1 ? { outcome: 'settled', on: today } : { outcome: 'failed', on: today, code: 'accountClosed' },
  )
  await done(uploadAnswers(city, 'jiading', batch.id, answers))
  const own = await look('jiading')
  assert.deepEqual([own.doubts, own.batches], [[], []])
  const [day] = own.days
  assert.deepEqual([day!.day, day!.agrees, day!.settled, day!.paid], [today, true, day!.paid, day!.settled])
  assert.deepEqual([day!.settled.count, day!.returned.count], [1, 1])
  assert.deepEqual((await look('cityFinance')).days, own.days)
  assert.deepEqual((await look('minhang')).days, [])
  assert.deepEqual((await look('jiading', `?from=${addDays(today, 1)}`)).days, [])

  await city.setClock(`${addDays(today, 4)}T10:00:00+08:00`)
  const { doubts, doubtCount } = await look('jiading')
  assert.deepEqual(
    doubts.map(({ reference, why, state }) => [reference, why, state]),
    [[lines[2]!.reference, 'unheard', 'sent']],
  )
  assert.equal(doubtCount, 1)
})

test('a word without its posting comes first', async () => {
  // as if the books had lost it: only the database's owner can
  await city.owner.query(`set session_replication_role = replica`)
  const { rows } = await city.owner.query(`delete from posting where cause_kind = 'pay' returning *`)
  const { doubts, days } = await look('jiading')
  assert.deepEqual([doubts[0]!.reference, doubts[0]!.why], [lines[0]!.reference, 'notPosted'])
  assert.deepEqual([days[0]!.agrees, days[0]!.paid.count], [false, 0])
  const columns = Object.keys(rows[0]).filter((name) => name !== 'seq')
  await city.owner.query(
    `insert into posting (${columns.join()}) values (${columns.map((_, at) => `$${at + 1}`).join()})`,
    columns.map((name) => rows[0][name]),
  )
  await city.owner.query(`set session_replication_role = origin`)
  assert.equal((await look('jiading')).days[0]!.agrees, true)
})

test("the city's bank is asked again, and what differs is woken, not written", async () => {
  await city.waitingDirect(['technician', 'seniorWorker'])
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕9号' }))
  const made = await done<PayoutBatchDetail>(makeBatch(city, 'cityFinance', { route: 'bank' }))
  await done(releaseBatch(city, 'cityFinance2', made.id))
  // the bank has not seen them yet, and that is how they stand here
  const before = await done<BankQuestion>(ask(made.id))
  assert.deepEqual([before.asked, before.silent, before.differenceCount], [2, 0, 0])
  await tellDue(city.deps, bank, city.clock.now)
  const desk = bankDeskAt(sandbox.bank.url)
  const booked = await desk.books()
  assert.equal(booked.length, 2)
  await until(async () => (await desk.books()).every(({ state }) => state === 'settled'))
  const { differences } = await done<BankQuestion>(ask(made.id))
  assert.deepEqual(
    differences.map(({ ours, banks }) => [ours, banks]),
    [
      ['sent', 'settled'],
      ['sent', 'settled'],
    ],
  )
  assert.deepEqual(
    (await linesOf(city, 'cityFinance', made.id)).map(({ state }) => state),
    ['sent', 'sent'],
  )
  // woken: the connector hears the same and records it
  while (await tellDue(city.deps, bank, city.clock.now));
  const heard = await done<BankQuestion>(ask(made.id))
  assert.deepEqual([heard.asked, heard.differenceCount], [2, 0])
  assert.equal((await look('cityFinance')).batches[0]!.id, made.id)
})
