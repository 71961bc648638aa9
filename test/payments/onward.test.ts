/** Money passed on to the union below, its receipt, its own two weeks, and its payout (四.一.5). */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { PayoutBatches } from '../../contract/payouts.ts'
import type { NoticeDetail } from '../../contract/payments.ts'
import type { Onward } from '../../contract/transfers.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity, type Who } from './city.ts'
import { makeBatch, payAll } from './paying.ts'
import { approvedList, detailOf, noticeFor, noticesOf, received } from './steps.ts'

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
const other = nth((await detailOf(city, 'minhang', noticeFor2())).lines, 0).awardId
function noticeFor2() {
  return noticeFor(issued, city.districts.minhang.id).id
}
const pass = (who: Who, awardIds: readonly string[], transferId = id(), unionId = base) =>
  put(who, `/onward-transfers/${transferId}`, { unionId, awardIds, voucherNumber: 'Z1' })
const onward = (who: Who, noticeId?: string) =>
  done<Onward>(get(who, `/onward-transfers${noticeId ? `?noticeId=${noticeId}` : ''}`))
const verify = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
const run = (scope: Scope, text: string) => inScope(city.app, scope, (trx) => sql.raw(text).execute(trx))
const payable = async (who: Who) =>
  (await done<PayoutBatches>(get(who, '/payout-batches'))).payable.reduce((n, each) => n + each.count, 0)

test('only the unions that hold the money pass it on, and only what is theirs', async () => {
  for (const who of ['centreFinance', 'cityFinance', 'verifier', 'officer', 'auditor'] as const) {
    await refused(pass(who, [a]), 'forbidden')
    await refused(get(who, '/onward-transfers'), 'forbidden')
  }
  await refused(pass('minhang', [a]), 'money.not-passable')
  await refused(pass('base', [a]), 'money.not-passable')
  await refused(pass('jiading', [a, other]), 'money.not-passable')
  await refused(pass('jiading', [a], id(), city.districts.minhang.id), 'money.not-passable')
  await refused(pass('minhang', [other]), 'money.not-passable')
  assert.deepEqual(await onward('base'), { groups: [], transfers: [] })
})

const transfer = id()
test('made by one and released by another, in the books award by award', async (each) => {
  const { groups } = await onward('jiading', notice.id)
  assert.deepEqual(
    groups.map(({ union, count, totalFen, accountTail }) => [union, count, totalFen, accountTail]),
    [['某厂工会', 3, 380_000, '1004']],
  )
  await done(pass('jiading', [a, b], transfer))
  await done(pass('jiading', [a, b], transfer))
  await each.test('what is being passed on is neither passed on again nor paid out', async () => {
    await refused(pass('jiading', [b, c]), 'money.not-passable')
    await refused(makeBatch(city, 'jiading2', { awardIds: [a] }), 'money.not-payable')
    assert.equal(await payable('jiading'), 1)
    assert.deepEqual((await onward('base')).transfers, [], 'not before it is released')
    await refused(
      put('base', `/onward-transfers/${transfer}/receipt`, await city.receipt('base')),
      'money.not-released',
    )
  })
  await refused(put('jiading', `/onward-transfers/${transfer}/release`), 'money.same-person')
  await refused(put('minhang', `/onward-transfers/${transfer}/release`), 'not-found')
  await refused(put('base', `/onward-transfers/${transfer}/release`), 'not-found')
  await refused(put('centreFinance2', `/transfers/${transfer}/release`), 'not-found')
  await done(put('jiading2', `/onward-transfers/${transfer}/release`))
  await refused(put('jiading', `/onward-transfers/${transfer}/drop`), 'money.done')
  const { rows } = await city.owner.query('select stands_on, payer_id, received_on from award where id = any ($1)', [
    [a, b],
  ])
  for (const row of rows)
    assert.deepEqual([row.stands_on, row.payer_id, row.received_on], [`union:${base}`, base, null])
  const seen = await detailOf(city, 'jiading', notice.id)
  assert.deepEqual(
    seen.lines.map((line) => line.passedTo),
    ['某厂工会', '某厂工会', undefined],
  )
  assert.ok('total' in (await verify()), JSON.stringify(await verify()))
})

test('a transfer that nobody released is taken back', async () => {
  const dropped = id()
  await done(pass('jiading', [c], dropped))
  await refused(put('minhang', `/onward-transfers/${dropped}/drop`), 'not-found')
  await done(put('jiading', `/onward-transfers/${dropped}/drop`))
  await refused(put('jiading2', `/onward-transfers/${dropped}/release`), 'money.done')
  const { groups, transfers } = await onward('jiading', notice.id)
  assert.equal(nth(groups, 0).count, 1)
  assert.equal(transfers.length, 2)
})

test('the union below pays once it has recorded its receipt, within two weeks of its own', async (each) => {
  await refused(makeBatch(city, 'base'), 'money.no-payable')
  const [shown] = (await onward('base')).transfers
  assert.deepEqual([shown?.id, shown?.incoming, shown?.from, shown?.lineCount], [transfer, true, '嘉定区总工会', 2])
  await city.setClock('2026-08-25T09:00:00+08:00')
  const receipt = await city.receipt('base', '2026-08-24', '厂收-1')
  await each.test('with a number and the scan that the clerk handed in', async () => {
    const foreign = { ...receipt, scanFileId: await city.scan('jiading', 'receiptScan') }
    await refused(put('base', `/onward-transfers/${transfer}/receipt`, foreign), 'money.scan-missing')
    const of = { ...receipt, scanFileId: await city.scan('base', 'confirmationScan') }
    await refused(put('base', `/onward-transfers/${transfer}/receipt`, of), 'money.scan-missing')
    await refused(
      put('base', `/onward-transfers/${transfer}/receipt`, { ...receipt, receivedOn: '2026-08-19' }),
      'request.malformed',
    )
    await refused(put('jiading', `/onward-transfers/${transfer}/receipt`, receipt), 'forbidden')
  })
  await done(put('base', `/onward-transfers/${transfer}/receipt`, receipt))
  await done(put('base', `/onward-transfers/${transfer}/receipt`, receipt))
  await refused(put('base', `/onward-transfers/${transfer}/receipt`, { ...receipt, receiptNumber: '2' }), 'money.done')
  assert.equal(nth((await onward('base')).transfers, 0).payDueOn, '2026-09-07')
  await each.test('the scan is seen by both, and by no other union', async () => {
    const sees = async (organisationId: string) => {
      const scope: Scope = { kind: 'union', accountId: city.viewers.minhang.accountId, organisationId }
      const { rows } = await run(scope, `select id from file where id = '${receipt.scanFileId}'`)
      return rows.length
    }
    assert.deepEqual(
      [await sees(base), await sees(city.districts.jiading.id), await sees(city.districts.minhang.id)],
      [1, 1, 0],
    )
  })
  await payAll(city, ['base', 'base2'])
  const { paidCount, paidFen } = await done<NoticeDetail>(get('jiading', `/allocation-notices/${notice.id}`))
  assert.deepEqual([paidCount, paidFen], [2, 180_000])
  assert.equal(
    nth(
      (await onward('jiading')).transfers.filter((row) => row.receivedOn),
      0,
    ).paidCount,
    2,
  )
  await refused(pass('jiading', [a]), 'money.not-passable')
  assert.ok('total' in (await verify()), JSON.stringify(await verify()))
})

test('the database holds the same by itself', async () => {
  const scope: Scope = {
    kind: 'union',
    accountId: city.viewers.jiading.accountId,
    organisationId: city.districts.jiading.id,
  }
  const make = (from: string, to: string, award: string, fen: number) =>
    inScope(city.app, scope, async (trx) => {
      const transferId = id()
      const text = `insert into transfer (id, kind, from_id, to_id, amount_fen, voucher_number, made_by, made_at)
        values ('${transferId}', 'onward', '${from}', '${to}', ${fen}, 'X', '${city.viewers.jiading.accountId}', 1)`
      await sql.raw(text).execute(trx)
      await sql.raw(`insert into transfer_line values ('${transferId}', '${award}', ${fen})`).execute(trx)
    })
  const jiading = city.districts.jiading.id
  await assert.rejects(make(jiading, base, a, 80_000), { constraint: 'award_passed_on_once' })
  await assert.rejects(make(jiading, city.districts.minhang.id, c, 200_000), { constraint: 'award_passed_on_once' })
  await assert.rejects(make(jiading, base, c, 200_001), { constraint: 'award_passed_on_once' })
  await assert.rejects(make(city.districts.minhang.id, base, c, 200_000), { code: '42501' })
  for (const text of ['delete from transfer_line', 'update transfer_line set amount_fen = 1'])
    await assert.rejects(run(scope, text), { code: '42501' })
  const empty = run(
    scope,
    `insert into transfer (id, kind, from_id, to_id, amount_fen, voucher_number, made_by, made_at)
      values ('${id()}', 'onward', '${jiading}', '${base}', 1, 'X', '${city.viewers.jiading.accountId}', 1)`,
  )
  await assert.rejects(empty, { constraint: 'transfer_adds_up' })
})

test('paid out and passed on at once: one of them', async () => {
  const answers = await Promise.all([
    pass('jiading', [c]),
    makeBatch(city, 'jiading2', { awardIds: [c] }),
    pass('jiading2', [c]),
    makeBatch(city, 'jiading', { awardIds: [c] }),
  ])
  const codes = answers.map(({ status, problem }) => problem?.code ?? status)
  assert.equal(codes.filter((code) => code === 200).length, 1, JSON.stringify(codes))
  for (const code of codes)
    assert.ok([200, 'money.not-passable', 'money.not-payable'].includes(code as string), JSON.stringify(codes))
  assert.ok('total' in (await verify()))
})
