/** 对账单 of one worker: every posting of their awards, for whoever may see them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkerStatement } from '../../contract/books.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import { answersTo, makeBatch, releaseBatch, sendBatch, toUnion, uploadAnswers } from '../payments/paying.ts'

const city = await openCity()
const { get, done, refused } = city
const clerks = ['jiading', 'jiading2'] as const
await toUnion(city, 'jiading', ['technician', 'seniorWorker'])
const { batch, lines } = await sendBatch(city, clerks)
const [bounced, settled] = [nth(lines, 0), nth(lines, 1)]
const statement = (who: Who, receiptNumber: string) =>
  get(who, `/books/statements/worker?receiptNumber=${encodeURIComponent(receiptNumber)}`)

test('only those who see the award see its postings, and that they looked is on record', async () => {
  for (const who of ['worker', 'officer', 'verifier'] as const)
    await refused(statement(who, settled.receiptNumber), 'forbidden')
  for (const who of ['minhang', 'jidian'] as const)
    await refused(statement(who, settled.receiptNumber), 'books.no-award')
  await refused(statement('cityFinance', 'nobody knows it'), 'books.no-award')
  for (const who of ['jiading', 'cityFinance', 'centreFinance', 'approver', 'base'] as const)
    assert.equal((await done<WorkerStatement>(statement(who, settled.receiptNumber))).awards.length, 1, who)
  const { rows } = await city.owner.query(
    "select count(*)::int as n from audit_event where kind = 'worker-statement.viewed'",
  )
  assert.equal(rows[0].n, 5)
})

test('every step of the money in order, and where it stands', async () => {
  const answers = await answersTo(city, lines, ({ payoutId }) =>
    payoutId === bounced.payoutId ? { outcome: 'failed', code: 'payerFunds' } : { on: '2026-08-20' as never },
  )
  await done(uploadAnswers(city, 'jiading', batch.id, answers))
  const paid = await done<WorkerStatement>(statement('jiading', settled.receiptNumber))
  const [award] = paid.awards
  assert.deepEqual(
    award?.postings.map(({ cause, from, to }) => `${cause} ${from} ${to}`),
    [
      'approve outside awaiting',
      'funding awaiting awaiting',
      'allocation awaiting inPayment',
      'release inPayment inPayment',
      'pay inPayment paid',
    ],
  )
  assert.equal(award?.postings.at(-1)?.reference, settled.reference)
  assert.deepEqual([paid.name, paid.agrees, award?.stands], [settled.applicantName, true, 'paid'])
  assert.deepEqual([paid.closing.paidFen, paid.closing.approvedFen], [settled.amountFen, settled.amountFen])

  // paid again: both attempts stand in it, each under its own reference
  const again = await done<{ id: string }>(makeBatch(city, 'jiading'))
  await done(releaseBatch(city, 'jiading2', again.id))
  const twice = await done<WorkerStatement>(statement('jiading', bounced.receiptNumber))
  const references = nth(twice.awards, 0).postings.flatMap(({ reference }) => reference ?? [])
  assert.deepEqual([new Set(references).size, twice.agrees, twice.closing.inPaymentFen], [2, true, bounced.amountFen])
})
