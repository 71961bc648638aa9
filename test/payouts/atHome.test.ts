/** What was released and is at home: it stays there while something speaks against it, and what was recorded wrongly before it is put right. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { bankAt } from '../../connectors/bank.ts'
import type { PayoutBatchDetail, PayoutLine, SentBefore } from '../../contract/payouts.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { markOut } from '../../server/bank/order.ts'
import { readSent } from '../../server/bank/sendLog.ts'
import { tellDue } from '../../server/bank/teller.ts'
import { inScope, type Trx } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { releaseBatch as release } from '../../server/payouts/batch.ts'
import { nth, openCity } from '../payments/city.ts'
import { card, linesOf, makeBatch, payeeCode, releaseBatch, toUnion } from '../payments/paying.ts'
import { bankDeskAt } from '../sandbox/bankDesk.ts'

const sandbox = await startSandbox()
after(() => sandbox.close())
const city = await openCity(sandbox.bank, sandbox.smsUrl)
const desk = bankDeskAt(sandbox.bank.url)
const bank = bankAt(sandbox.bank.url, sandbox.bank.secret)
const { get, put, done, refused, owner } = city
const id = () => randomUUID() as string
const words = '向银行柜台查询，有回单'

const made = (noticeId: string) => done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
const firstOf = async (batchId: string): Promise<PayoutLine> => nth(await linesOf(city, 'minhang', batchId), 0)
const part = (n: number, batchId: string) => put('minhang', `/payout-batches/${batchId}/downloads/${id()}`, { part: n })
const asReleaser = <T>(work: (trx: Trx) => Promise<T>) => {
  const { accountId, organisation } = city.viewers.minhang2
  return inScope(city.app, { kind: 'union', accountId, organisationId: organisation!.id }, work)
}
async function inLog(reference: string): Promise<boolean> {
  for await (const line of readSent(city.deps.config.sendLog))
    if (!('torn' in line) && line.reference === reference) return true
  return false
}

/** One of the city's own, approved. */
async function approvedDirect(): Promise<void> {
  await city.waitingDirect(['technician'])
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕1号' }))
}
async function releasedDirect(route: string): Promise<string> {
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'cityFinance', { route }))
  await done(releaseBatch(city, 'cityFinance2', batch.id))
  return batch.id
}
const stateIn = async (batchId: string) => nth(await linesOf(city, 'cityFinance', batchId), 0).state
async function work(): Promise<void> {
  await owner.query('update bank_order set due_at = 0 where due_at is not null')
  while (await tellDue(city.deps, bank, city.clock.now));
}

test('a file that is not there is not made: nothing counts as sent of which nobody has the bytes', async () => {
  const batch = await made(await toUnion(city, 'minhang', ['technician']))
  await done(releaseBatch(city, 'minhang2', batch.id))
  await refused(part(2, batch.id), 'not-found')
  const { state, reference } = await firstOf(batch.id)
  assert.deepEqual([state, await inLog(reference)], ['released', false])
  await done(part(1, batch.id))
  assert.deepEqual([(await firstOf(batch.id)).state, await inLog(reference)], ['sent', true])
})

test('while the bank says otherwise of the attempt before, the next one does not leave, in a file or by the connector', async () => {
  await approvedDirect()
  const first = await releasedDirect('bank')
  await desk.script({ refuseForFunds: 2 })
  await work()
  assert.equal(await stateIn(first), 'failed')

  // the bank finds later that it paid it; nobody has looked at that yet
  const says = (trouble: string | null) =>
    owner.query('update bank_order o set trouble = $2 from payout p where p.id = o.payout_id and p.batch_id = $1', [
      first,
      trouble,
    ])
  const byConnector = await releasedDirect('bank')
  await says('contradicts')
  await work()
  assert.equal(await stateIn(byConnector), 'released')
  await says(null)
  await work()
  assert.equal(await stateIn(byConnector), 'failed')

  await desk.script({})
  const inFile = await releasedDirect('file')
  await says('contradicts')
  const download = () => put('cityFinance', `/payout-batches/${inFile}/downloads/${id()}`, { part: 1 })
  await refused(download(), 'money.disputed')
  assert.equal(await stateIn(inFile), 'released')
  await says(null)
  await done(download())
})

test('a bank that settles after all what it refused, once another attempt has failed: the first is put right', async () => {
  await approvedDirect()
  await desk.script({ refuseForFunds: 1 })
  const first = await releasedDirect('bank')
  await work()
  await desk.script({})
  assert.deepEqual(await stateIn(first), 'failed')
  const second = await releasedDirect('bank')
  const [line] = await linesOf(city, 'cityFinance', first)
  const { rows } = await city.owner.query('select award_id from payout where id = $1', [line!.payoutId])
  const body = { awardId: rows[0].award_id, kind: 'recordedWrongly', words: '银行查明第一次已付' }
  await refused(put('cityFinance', `/corrections/${id()}`, body), 'correction.bank-route')
  // the bank says that it paid the first, and takes the second for a repetition
  const turned: typeof bank = {
    ...bank,
    ask: async (references) =>
      references.map((reference) => {
        const booked = { reference, amountFen: fen(line!.amountFen), serial: 'T1', on: shanghaiDate(city.clock.now) }
        if (reference === line!.reference) return { ...booked, state: 'settled' as const }
        return { ...booked, state: 'failed' as const, failure: 'duplicate' as const, code: 'F10' }
      }),
    send: async (instructions) => instructions.map(({ reference }) => ({ reference, taken: 'unknown' as const })),
  }
  await tellDue(city.deps, turned, city.clock.now)
  await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
  await refused(put('cityFinance', `/corrections/${id()}`, body), 'correction.bank-route')
  while (await tellDue(city.deps, turned, city.clock.now));
  assert.deepEqual([await stateIn(first), await stateIn(second)], ['failed', 'failed'])
  const correction = id()
  await done(put('cityFinance', `/corrections/${correction}`, body))
  await done(put('cityFinance2', `/corrections/${correction}/confirmation`))
  await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
  while (await tellDue(city.deps, turned, city.clock.now));
  assert.deepEqual([await stateIn(first), await stateIn(second)], ['settled', 'failed'])
  const sound = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
  assert.ok('total' in sound, JSON.stringify(sound))
})

test('another account named while a batch is released: the release stops, or the worker hears that it is too late', async () => {
  for (const held of [true, false]) {
    const batch = await made(await toUnion(city, 'minhang', ['technician']))
    const line = await firstOf(batch.id)
    const own = `/applications/${line.applicationId}/payee-changes`
    const code = await payeeCode(city, line.applicationId)
    const another = { account: 'another', payee: 'bankCard', bankName: '上海农商银行' }
    const change = id()
    const name = () => put('worker', `${own}/${change}`, { ...another, accountNumber: card(7), code })
    // the release has looked at what stops it, and waits for the certificate
    const other = await owner.connect()
    await other.query('begin')
    await other.query(
      `select from certificate c join award w on w.certificate_id = c.id where w.application_id = $1 for update of c`,
      [line.applicationId],
    )
    const releasing = releaseBatch(city, 'minhang2', batch.id)
    for (;;) {
      const { rows } = await owner.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)
      if (rows.length > 0) break
    }
    if (held) await done(name())
    await other.query('commit')
    other.release()
    if (held) {
      await refused(releasing, 'money.stopped')
      const { stopped } = await done<PayoutBatchDetail>(get('minhang', `/payout-batches/${batch.id}`))
      assert.deepEqual(
        stopped.map(({ stops }) => stops),
        [['accountChanged']],
      )
      await done(put('minhang', `/payout-batches/${batch.id}/drop`))
    } else {
      await done(releasing)
      await refused(name(), 'payee.on-its-way')
    }
  }
})

test('released when a restore took it back, and paid by another number since: it stays at home', async () => {
  const noticeId = await toUnion(city, 'minhang', ['technician', 'technician'])
  const before = await made(noticeId)
  const sent = await firstOf(before.id)
  const count = (batchId: string, trx: Trx) =>
    release(trx, city.deps, city.viewers.minhang2, batchId, { code: '', accept: [] }, city.clock.now)
  const forgotten = asReleaser(async (trx): Promise<void> => {
    await count(before.id, trx)
    const { payoutId, reference, amountFen } = sent
    await markOut(trx, city.deps, before.id, [{ id: payoutId, reference, amount_fen: amountFen }])
    throw new Error('put back')
  })
  await assert.rejects(forgotten, /put back/)
  await done(put('minhang', `/payout-batches/${before.id}/drop`))
  await owner.query(
    `insert into certificate_number (space, number, certificate_id)
      select '00', '1', certificate_id from application where id = $1`,
    [sent.applicationId],
  )
  const batch = await made(noticeId)
  await asReleaser((trx) => count(batch.id, trx))
  await refused(part(1, batch.id), 'money.paused')
  const { references } = await done<SentBefore>(get('cityFinance', '/sent-before'))
  for (const { reference } of references)
    for (const who of ['cityFinance', 'cityFinance2'] as const)
      await done(put(who, `/sent-before/${reference}/answer`, { answer: 'settled', words }))
  await done(part(1, batch.id))
  const states = (await linesOf(city, 'minhang', batch.id)).map((line) => [
    line.applicationId === sent.applicationId,
    line.state,
  ])
  assert.deepEqual(states.toSorted(), [
    [false, 'sent'],
    [true, 'released'],
  ])
  await refused(part(2, batch.id), 'money.paid-before')
})
