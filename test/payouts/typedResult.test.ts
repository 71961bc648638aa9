/** What somebody types that the bank said: with its receipt, never paid again on one person's word, and not on money gone on. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { PayoutBatchDetail, PayoutLine } from '../../contract/payouts.ts'
import { type PlainDate, shanghaiDate } from '../../domain/dates.ts'
import { inScope, type Trx } from '../../server/db/open.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import {
  answersTo,
  linesOf,
  makeBatch,
  releaseBatch,
  sendBatch,
  toUnion,
  typeResult,
  uploadAnswers,
} from '../payments/paying.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const clerks = ['jiading', 'jiading2'] as const
const on = shanghaiDate(city.clock.now)
const failed = { outcome: 'failed', code: 'payerFunds', on }

/** One award that is with the bank. */
async function sent(): Promise<{ batch: PayoutBatchDetail; line: PayoutLine }> {
  const noticeId = await toUnion(city, 'jiading', ['technician'])
  const { batch, lines } = await sendBatch(city, clerks, { noticeId })
  return { batch, line: nth(lines, 0) }
}
const stateOf = async (payoutId: string) =>
  (await city.owner.query('select state from payout where id = $1', [payoutId])).rows[0].state
const awardOf = async (payoutId: string): Promise<string> =>
  (await city.owner.query('select award_id from payout where id = $1', [payoutId])).rows[0].award_id
/** As the district's clerk, whatever the server says. */
const asClerk = <T>(who: Who, work: (trx: Trx) => Promise<T>) => {
  const { accountId, organisation } = city.viewers[who]
  return inScope(city.app, { kind: 'union', accountId, organisationId: organisation!.id }, work)
}
const typedBack = (payoutId: string) => [{ payoutId, stop: 'typedBack', words: '看过回单，没有付出去' }]

test("names of another organisation's people are not shown to the city, and the bank's receipt neither", async () => {
  const { batch, line } = await sent()
  for (const who of ['minhang', 'base'] as const) {
    await refused(get(who, `/payout-batches/${batch.id}`), 'not-found')
    await refused(get(who, `/payout-batches/${batch.id}/lines`), 'not-found')
  }
  for (const who of ['centreFinance', 'auditor', 'officer', 'verifier'] as const)
    await refused(get(who, `/payout-batches/${batch.id}/lines`), 'forbidden')
  assert.match(line.applicantName, /^[^*]+$/)
  const [seen] = await linesOf(city, 'cityFinance', batch.id)
  assert.match(seen!.applicantName, /^[^*]\*+$/)
  assert.deepEqual({ ...seen, applicantName: '' }, { ...line, applicantName: '' })

  await done(typeResult(city, 'jiading', line.payoutId, failed))
  const next = await done<PayoutBatchDetail>(makeBatch(city, 'jiading'))
  const shown = async (who: Who) =>
    nth((await done<PayoutBatchDetail>(get(who, `/payout-batches/${next.id}`))).stopped, 0)
  assert.ok((await shown('jiading2')).typed!.proof)
  const asCity = await shown('cityFinance')
  assert.match(asCity.applicantName, /^[^*]\*+$/)
  assert.equal(asCity.typed!.proof, undefined)
  await done(put('jiading', `/payout-batches/${next.id}/drop`))
})

test('without a scan of the receipt, handed in by who types it, nothing is recorded', async () => {
  const { line } = await sent()
  const type = (who: Who, proof: object) =>
    put(who, `/payouts/${line.payoutId}/results/${id()}`, { ...failed, ...proof })
  await refused(type('minhang', { proofFileId: await city.scan('minhang', 'payoutProof') }), 'not-found')
  const none = await refused(type('jiading', {}), 'request.malformed')
  assert.ok(none.fields?.some(({ field }) => field === 'proofFileId'))
  for (const proofFileId of [
    id(),
    await city.scan('jiading', 'receiptScan'),
    await city.scan('jiading2', 'payoutProof'),
  ])
    await refused(type('jiading', { proofFileId }), 'request.malformed')
  assert.equal(await stateOf(line.payoutId), 'sent')

  // neither does the database take it
  const typed = (proof: string | null) =>
    asClerk('jiading', (trx) =>
      sql`insert into payout_result (id, payout_id, outcome, code, source, proof_file_id, recorded_by, recorded_at)
        values (${id()}, ${line.payoutId}, 'failed', 'payerFunds', 'hand', ${proof},
          ${city.viewers.jiading.accountId}, ${city.clock.now})`.execute(trx),
    )
  for (const proof of [null, await city.scan('jiading2', 'payoutProof'), await city.scan('jiading', 'receiptScan')])
    await assert.rejects(typed(proof), { constraint: 'payout_result_with_proof' })

  await done(typeResult(city, 'jiading', line.payoutId, failed))
  assert.equal(await stateOf(line.payoutId), 'failed')
})

test('the award is paid again when another than who typed it has looked', async () => {
  // of the test before: failed by the word of one clerk
  const made = await done<PayoutBatchDetail>(makeBatch(city, 'jiading2'))
  const stop = made.stopped.find(({ stops }) => stops.includes('typedBack'))!
  // the batch it was in meanwhile was dropped: what never left does not count
  assert.deepEqual([stop.attempt, stop.typed!.by, stop.typed!.isOwn], [2, 'jiading', false])
  assert.deepEqual([stop.typed!.outcome, stop.typed!.code, stop.typed!.on], ['failed', 'payerFunds', on])
  const { fileId } = stop.typed!.proof!
  const sees = (who: Who) =>
    asClerk(who, async (trx) => (await sql`select from file where id = ${fileId}`.execute(trx)).rows.length)
  assert.deepEqual([await sees('jiading2'), await sees('minhang')], [1, 0])

  // another made the batch: who typed the word can neither release nor accept it
  const every = made.stopped.flatMap(({ payoutId }) => typedBack(payoutId))
  await refused(releaseBatch(city, 'jiading', made.id), 'money.typed-yourself')
  await refused(releaseBatch(city, 'jiading', made.id, every), 'money.typed-yourself')
  await refused(releaseBatch(city, 'jiading2', made.id, every), 'money.same-person')
  const accepts = (who: Who, by: Who) =>
    asClerk(who, (trx) =>
      sql`insert into payout_accepted (payout_id, stop, accepted_by, accepted_at, words)
        values (${stop.payoutId}, 'typedBack', ${city.viewers[by].accountId}, 1, '{}')`.execute(trx),
    )
  await assert.rejects(accepts('jiading', 'jiading'), { constraint: 'typed_back_by_another' })
  await assert.rejects(accepts('jiading', 'jiading2'), { constraint: 'action_by_oneself' })
  await assert.rejects(
    asClerk('jiading', async (trx) => {
      await sql`update payout_batch set released_by = ${city.viewers.jiading.accountId}, released_at = 1
        where id = ${made.id}`.execute(trx)
      await sql`update payout set state = 'released' where id = ${stop.payoutId}`.execute(trx)
    }),
    { constraint: 'typed_back_looked_at' },
  )
  await done(put('jiading', `/payout-batches/${made.id}/drop`))

  const again = await done<PayoutBatchDetail>(makeBatch(city, 'jiading'))
  const own = again.stopped.find(({ typed }) => typed)!
  assert.equal(own.typed!.isOwn, true)
  await refused(releaseBatch(city, 'jiading2', again.id), 'money.stopped')
  await done(
    releaseBatch(
      city,
      'jiading2',
      again.id,
      again.stopped.flatMap(({ payoutId }) => typedBack(payoutId)),
    ),
  )
  await city.download('jiading', `/payout-batches/${again.id}/downloads/${id()}`, { part: 1 })

  // what the bank itself gives back needs nobody's word
  const lines = await linesOf(city, 'jiading', again.id)
  const answers = await answersTo(city, lines, () => ({ outcome: 'failed', code: 'payerFunds', on }))
  await done(uploadAnswers(city, 'jiading', again.id, answers))
  const third = await done<PayoutBatchDetail>(makeBatch(city, 'jiading'))
  assert.equal(third.stopCount, 0)
  await done(releaseBatch(city, 'jiading2', third.id))
})

test('so is what somebody typed as given back after it had been settled', async () => {
  const { batch, line } = await sent()
  await done(uploadAnswers(city, 'jiading', batch.id, await answersTo(city, [line], () => ({ on }))))
  await done(typeResult(city, 'jiading2', line.payoutId, { outcome: 'bounced', code: 'payerFunds', on }))
  const again = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds: [await awardOf(line.payoutId)] }))
  assert.deepEqual(
    again.stopped.map(({ typed }) => [typed?.by, typed?.outcome]),
    [['jiading2', 'bounced']],
  )
  await refused(
    releaseBatch(city, 'jiading2', again.id, typedBack(nth(again.stopped, 0).payoutId)),
    'money.typed-yourself',
  )
  await done(put('jiading', `/payout-batches/${again.id}/drop`))
})

test('a claim filed again for the same certificate goes on where somebody typed that it came back', async () => {
  const { line } = await sent()
  await done(typeResult(city, 'jiading', line.payoutId, { outcome: 'failed', code: 'accountClosed', on }))
  const awardId = await awardOf(line.payoutId)
  const correction = id()
  const cancel = { awardId, kind: 'cancel', cause: 'undeliverable', words: '联系不上职工' }
  await done(put('jiading', `/corrections/${correction}`, cancel))
  await done(put('approver', `/corrections/${correction}/confirmation`))
  const again: typeof city = {
    ...city,
    waiting: async (...asked) => {
      const ids = await city.waiting(...asked)
      await city.owner.query('alter table application disable trigger user')
      await city.owner.query(
        `update application n set certificate_id = w.certificate_id, applicant_index = o.applicant_index
          from award w join application o on o.id = w.application_id where n.id = $1 and w.id = $2`,
        [ids[0], awardId],
      )
      await city.owner.query('alter table application enable trigger user')
      return ids
    },
  }
  const noticeId = await toUnion(again, 'jiading', ['technician', 'technician'])
  const next = await done<PayoutBatchDetail>(makeBatch(city, 'jiading2', { noticeId }))
  const stop = nth(next.stopped, 0)
  assert.deepEqual([next.stopCount, stop.attempt, stop.stops, stop.typed!.by], [1, 1, ['typedBack'], 'jiading'])
  await refused(releaseBatch(city, 'jiading', next.id, typedBack(stop.payoutId)), 'money.typed-yourself')
  await done(put('jiading', `/payout-batches/${next.id}/drop`))
  const own = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { noticeId }))
  await refused(releaseBatch(city, 'jiading2', own.id), 'money.stopped')
  await done(releaseBatch(city, 'jiading2', own.id, typedBack(nth(own.stopped, 0).payoutId)))
})

test('what the bank gives back after the worker paid it back is refused by name, and says what to do', async () => {
  const noticeId = await toUnion(city, 'jiading', ['technician', 'technician'])
  const { batch, lines } = await sendBatch(city, clerks, { noticeId })
  const [one, two] = [nth(lines, 0), nth(lines, 1)]
  await done(uploadAnswers(city, 'jiading', batch.id, await answersTo(city, [one], () => ({ on }))))
  const correction = id()
  const cancel = { kind: 'cancel', cause: 'certificateRevoked', words: '证书核发部门来函，证书已撤销' }
  await done(put('jiading', `/corrections/${correction}`, { awardId: await awardOf(one.payoutId), ...cancel }))
  await done(put('approver', `/corrections/${correction}/confirmation`))
  const { rows } = await city.owner.query('select id from recovery where award_id = $1', [await awardOf(one.payoutId)])
  const scanFileId = await city.scan('jiading', 'payoutProof')
  const back = { receivedOn: on, voucherNumber: 'V', scanFileId }
  await done(put('jiading', `/recoveries/${rows[0].id}/receipts/${id()}`, back))
  await done(put('jiading2', `/recoveries/${rows[0].id}/confirmation`))

  const bounced = { outcome: 'bounced', code: 'accountClosed', on } as const
  const problem = await refused(typeResult(city, 'jiading', one.payoutId, bounced), 'money.recovered')
  assert.match(problem.title, /已经追回或取消.*还给职工.*市总工会财务/)
  // a second word on what has had its last is another matter
  await refused(typeResult(city, 'jiading', one.payoutId, { outcome: 'settled', on }), 'money.result-differs')
  const said = await answersTo(city, [two, one], ({ payoutId }) =>
    payoutId === one.payoutId ? { ...bounced, on: on as PlainDate } : { on },
  )
  const inFile = await refused(uploadAnswers(city, 'jiading', batch.id, said), 'money.file-differs')
  assert.match(inFile.title, /第3行.*已经追回或取消/)
  assert.deepEqual([await stateOf(one.payoutId), await stateOf(two.payoutId)], ['settled', 'sent'])
})
