/** What else moves while something is put right: a list that is being funded, an attempt that was released since. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Corrections, CorrectionSubject } from '../../contract/corrections.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { inScope } from '../../server/db/open.ts'
import { holds, verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import { makeBatch, releaseBatch, sendBatch, toUnion, typeResult } from '../payments/paying.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const today = '2026-08-20'
const clerks = ['jiading', 'jiading2'] as const

type Award = { id: string; receipt: string }
const awardOf = async (applicationId: string): Promise<Award> => {
  const { rows } = await city.owner.query(
    'select w.id, a.receipt_number from award w join application a on a.id = w.application_id where a.id = $1',
    [applicationId],
  )
  return { id: rows[0].id, receipt: rows[0].receipt_number }
}
const stands = async ({ id: awardId }: Award): Promise<[place: string, state: string]> => {
  const { rows } = await city.owner.query(
    'select w.stands_on, a.state from award w join application a on a.id = w.application_id where w.id = $1',
    [awardId],
  )
  return [rows[0].stands_on.split(':')[0], rows[0].state]
}
async function sound() {
  const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
  assert.ok('total' in verified, JSON.stringify(verified))
  assert.ok(holds(verified.total))
}
/** One award that is with the bank. */
async function sent() {
  const noticeId = await toUnion(city, 'jiading', ['technician'])
  const { lines } = await sendBatch(city, clerks, { noticeId })
  return { lines, award: await awardOf(nth(lines, 0).applicationId) }
}
const typedBack = ({ stopped }: PayoutBatchDetail) =>
  stopped.map(({ payoutId }) => ({ payoutId, stop: 'typedBack', words: '看过回单' }))
const cancels = { kind: 'cancel', cause: 'certificateRevoked', words: '证书核发部门来函，证书已撤销' }
const propose = (who: Who, award: Award, body: object) =>
  put(who, `/corrections/${id()}`, { awardId: award.id, ...body })
const confirm = (who: Who, correction: string) => put(who, `/corrections/${correction}/confirmation`)

test('granted once more while its list is being funded: only once that is released', async () => {
  const [one, two] = await city.waiting('jiading', ['technician', 'technician'])
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕1号' }))
  const [award, other] = [await awardOf(one!), await awardOf(two!)]
  const { id: taken } = await done<{ id: string }>(propose('approver', award, cancels))
  await done(confirm('approver2', taken))
  const funding = id()
  const fund = { kind: 'funding', subjectId: list, voucherNumber: 'F' }
  const again = { kind: 'reinstate', words: '来函有误' }
  const { id: correction } = await done<{ id: string }>(propose('approver', award, again))
  await done(put('cityFinance', `/transfers/${funding}`, fund))
  await refused(confirm('approver2', correction), 'correction.in-funding')
  await done(put('cityFinance2', `/transfers/${funding}/release`))
  await done(confirm('approver2', correction))
  assert.deepEqual([await stands(award), (await stands(other))[0]], [['committed', 'approved'], 'serviceCentre'])
  const rest = id()
  await done(put('cityFinance', `/transfers/${rest}`, fund))
  await refused(propose('approver', award, cancels), 'correction.in-funding')
  await done(put('cityFinance2', `/transfers/${rest}/release`))
  assert.equal((await stands(award))[0], 'serviceCentre')
  await sound()
})

test('recorded wrongly, and released once more since: what is at home is taken back with the record', async () => {
  const { award, lines } = await sent()
  const failed = { outcome: 'failed', code: 'payerFunds', on: today }
  await done(typeResult(city, 'jiading', nth(lines, 0).payoutId, failed))
  const again = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds: [award.id] }))
  const wrongly = { kind: 'recordedWrongly', words: '银行查到第一次已经付成' }
  await refused(propose('jiading', award, wrongly), 'correction.nothing-recorded')
  await done(releaseBatch(city, 'jiading2', again.id, typedBack(again)))
  const subject = await done<CorrectionSubject>(get('jiading', `/correction-subjects/${award.receipt}`))
  assert.deepEqual(subject.kinds[0], { kind: 'recordedWrongly', effect: 'takesBackAndAsks' })
  const { id: correction } = await done<{ id: string }>(propose('jiading', award, wrongly))
  const file = put('jiading', `/payout-batches/${again.id}/downloads/${id()}`, { part: 1 })
  await refused(file, 'money.disputed')
  await done(confirm('jiading2', correction))
  await sound()
  const { rows } = await city.owner.query('select state from payout where award_id = $1 order by attempt', [award.id])
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['unknown', 'cancelled'],
  )
  const closed = await done<Corrections>(get('jiading', '/corrections?view=closed'))
  assert.equal(closed.corrections.find((each) => each.id === correction)!.effect, 'takesBackAndAsks')
  await refused(put('jiading', `/payout-batches/${again.id}/downloads/${id()}`, { part: 1 }), 'not-found')
  await done(typeResult(city, 'jiading2', nth(lines, 0).payoutId, { outcome: 'settled', on: today }))
  assert.deepEqual(await stands(award), ['worker', 'paid'])
  await sound()

  // once it has left, the bank is waited for
  const late = await sent()
  await done(typeResult(city, 'jiading', nth(late.lines, 0).payoutId, failed))
  const next = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds: [late.award.id] }))
  await done(releaseBatch(city, 'jiading2', next.id, typedBack(next)))
  await city.download('jiading', `/payout-batches/${next.id}/downloads/${id()}`, { part: 1 })
  await refused(propose('jiading', late.award, wrongly), 'correction.nothing-recorded')
})
