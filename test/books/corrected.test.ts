/** Statements and vouchers where awards were passed on to a union below, corrected, cancelled, paid back and granted again. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { statementKinds, type Statements, type Vouchers } from '../../contract/books.ts'
import type { Identity, LedgerView } from '../../contract/payments.ts'
import type { Surplus } from '../../contract/corrections.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import { payAll, typeResult } from '../payments/paying.ts'
import { approvedList, detailOf, noticeFor, noticesOf, received } from '../payments/steps.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const base = city.organisations.base.id

await city.waiting('jiading', ['seniorWorker', 'technician', 'seniorTechnician'])
await city.waiting('minhang', ['technician'])
const issued = await noticesOf(city, await approvedList(city))
const notice = noticeFor(issued, city.districts.jiading.id)
await received(city, 'jiading', notice)
await received(city, 'minhang', noticeFor(issued, city.districts.minhang.id))
const { lines } = await detailOf(city, 'jiading', notice.id)
const [a, b, c] = [nth(lines, 0).awardId, nth(lines, 1).awardId, nth(lines, 2).awardId]
const onward = id()
await done(put('jiading', `/onward-transfers/${onward}`, { unionId: base, awardIds: [a, b], voucherNumber: 'Z' }))
await done(put('jiading2', `/onward-transfers/${onward}/release`))
await done(put('base', `/onward-transfers/${onward}/receipt`, await city.receipt('base')))
await payAll(city, ['base', 'base2'])

const today = shanghaiDate(city.clock.now)
const month = today.slice(0, 7)
const statements = (who: Who, by: string, more = '') => done<Statements>(get(who, `/books/statements?by=${by}${more}`))
const vouchers = (who: Who, more = '') => done<Vouchers>(get(who, `/books/vouchers?month=${month}${more}`))
const stands = async (award: string) =>
  (await city.owner.query('select stands_on from award where id = $1', [award])).rows[0].stands_on as string

async function correct(kind: 'cancel' | 'recordedWrongly' | 'reinstate', award: string, by: Who, confirming: Who) {
  const correction = id()
  const cause = kind === 'cancel' && { cause: 'undeliverable' }
  await done(put(by, `/corrections/${correction}`, { kind, awardId: award, words: '核实过', ...cause }))
  await done(put(confirming, `/corrections/${correction}/confirmation`))
}
async function paidBack(award: string) {
  const { rows } = await city.owner.query('select id from recovery where award_id = $1', [award])
  const body = { receivedOn: today, voucherNumber: 'V', scanFileId: await city.scan('base', 'payoutProof') }
  await done(put('base', `/recoveries/${rows[0].id}/receipts/${id()}`, body))
  await done(put('base2', `/recoveries/${rows[0].id}/confirmation`))
}
async function handBack(from: [Who, Who], to: Who) {
  const transfer = id()
  await done<Surplus>(put(from[0], `/surplus-transfers/${transfer}`, {}))
  await done(put(from[1], `/surplus-transfers/${transfer}/release`, { voucherNumber: 'S' }))
  await done(put(to, `/surplus-transfers/${transfer}/receipt`, { receivedOn: today, receiptNumber: 'S' }))
}

const keys = ['approvedFen', 'awaitingFen', 'inPaymentFen', 'paidFen', 'bouncedFen', 'cancelledFen', 'awards'] as const
const sumOf = (all: readonly Identity[]) =>
  Object.fromEntries(keys.map((key) => [key, all.reduce((sum, each) => sum + each[key], 0)])) as Identity

/** The statements of the whole city are the ledger, and so are their lines. */
async function agrees() {
  const { identity, records } = await done<LedgerView>(get('cityFinance', '/ledger'))
  assert.deepEqual(identity, records)
  for (const by of statementKinds) {
    const { total, lines: each } = await statements('cityFinance', by)
    assert.equal(total.agrees, true, by)
    if (by === 'batch') continue
    assert.deepEqual(total.closing, identity, by)
    if (by === 'day') assert.deepEqual(each.at(-1)?.closing, identity)
    else assert.deepEqual(sumOf(each.map(({ closing }) => closing)), identity, by)
  }
}

test("a base union's finance sees its own awards, in each kind of statement, and no other union's", async () => {
  for (const who of ['officer', 'verifier', 'auditor', 'worker'] as const)
    await refused(get(who, '/books/statements?by=district'), 'forbidden')
  await refused(get('base', '/books/awards.csv'), 'forbidden')
  for (const by of statementKinds) {
    const { title, total, lines: each } = await statements('base', by)
    assert.equal(title, '某厂工会')
    assert.equal(total.closing.paidFen, 180_000, by)
    // nothing is kept by lower union to hold its statement against, except by batch
    assert.equal(total.agrees, by === 'batch' ? true : undefined)
    assert.ok(each.length > 0)
  }
  // it is the base union of all that are filed here, and of no more
  const { lines: unions } = await statements('base', 'baseUnion')
  assert.deepEqual(
    unions.map(({ name, closing }) => [name, closing.awards]),
    [['某厂工会', 4]],
  )
  const file = await city.file('base', '/books/statements.csv?by=batch')
  assert.equal(file.statusCode, 200)
})

const paid = await vouchers('base')
test("a base union's vouchers are of what came to it and what it paid", async () => {
  await refused(get('base', `/books/vouchers?month=${month}&organisationId=${city.districts.jiading.id}`), 'forbidden')
  assert.deepEqual(
    paid.vouchers.map(({ cause, side, count, lines: [debit] }) => [cause, side, count, debit!.debitFen]),
    [
      ['onward', 'in', 2, 180_000],
      ['pay', 'out', 2, 180_000],
    ],
  )
})

test('statements agree with the ledger through every kind of correction', async () => {
  await agrees()
  await correct('recordedWrongly', b, 'base', 'base2')
  await agrees()
  const payout = await city.owner.query('select id from payout where award_id = $1', [b])
  const failed = { outcome: 'failed', on: today, code: 'accountClosed' }
  await done(typeResult(city, 'base', payout.rows[0].id, failed))
  await agrees()
  await correct('cancel', b, 'base', 'approver')
  assert.equal(await stands(b), `surplus:${base}`)
  await correct('cancel', c, 'jiading', 'approver')
  await agrees()
  await correct('cancel', a, 'base', 'approver')
  assert.equal(await stands(a), `worker:${a}`)
  await agrees()
  await paidBack(a)
  assert.equal(await stands(a), `surplus:${base}`)
  await agrees()
  await handBack(['base', 'base2'], 'jiading')
  await agrees()
  await handBack(['jiading', 'jiading2'], 'centreFinance')
  await handBack(['centreFinance', 'centreFinance2'], 'cityFinance')
  assert.deepEqual([await stands(a), await stands(b), await stands(c)], ['cancelled', 'cancelled', 'cancelled'])
  await agrees()
  const causes = (await statements('cityFinance', 'district')).total.movements.map(({ cause }) => cause)
  for (const cause of ['reversal', 'bounce', 'cancel', 'recovery', 'handBack']) assert.ok(causes.includes(cause), cause)
})

test('an award that is granted once more changes no voucher of whoever paid it before', async () => {
  const before = { base: await vouchers('base'), jiading: await vouchers('jiading') }
  assert.deepEqual(before.base.vouchers.slice(0, 2), paid.vouchers)
  await correct('reinstate', b, 'approver', 'approver2')
  const { rows } = await city.owner.query('select payer_id from award where id = $1', [b])
  assert.equal(rows[0].payer_id, city.districts.jiading.id)
  assert.deepEqual({ base: await vouchers('base'), jiading: await vouchers('jiading') }, before)
  const seen = await vouchers('cityFinance', `&organisationId=${base}`)
  assert.deepEqual(seen.vouchers, before.base.vouchers)
  await agrees()
  const { total } = await statements('cityFinance', 'district')
  assert.ok(total.movements.some(({ cause }) => cause === 'reinstate'))
})

test('vouchers of all organisations together are the postings that moved money between them', async () => {
  const { organisations } = await vouchers('cityFinance')
  const sums: Record<string, number> = {}
  for (const organisation of organisations)
    for (const voucher of (await vouchers('cityFinance', `&organisationId=${organisation.id}`)).vouchers) {
      const [debit, credit] = ['debitFen', 'creditFen'].map((side) =>
        voucher.lines.reduce((sum, line) => sum + line[side as 'debitFen'], 0),
      )
      assert.equal(debit, credit)
      sums[`${voucher.cause} ${voucher.side}`] = (sums[`${voucher.cause} ${voucher.side}`] ?? 0) + debit!
    }
  const { rows } = await city.owner.query(
    'select cause_kind, sum(amount_fen)::float8 as fen from posting group by cause_kind',
  )
  const posted = Object.fromEntries(rows.map((row) => [row.cause_kind, row.fen]))
  const both = (cause: string) => ({ [`${cause} out`]: posted[cause], [`${cause} in`]: posted[cause] })
  assert.deepEqual(sums, {
    ...{ ...both('funding'), ...both('allocation'), ...both('onward'), ...both('handBack') },
    // cancelled where it lay: with the union that had it
    ...{ 'pay out': posted.pay, 'reversal in': posted.reversal, 'recovery in': posted.recovery },
  })
})
