/** After the database was put back: what was sent and is not known stops every release until two people agree on it. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import type { PayoutBatchDetail, SentBefore } from '../../contract/payouts.ts'
import { openSendLog } from '../../server/bank/sendLog.ts'
import { openCity } from '../payments/city.ts'
import { makeBatch, releaseBatch, sendBatch, toUnion } from '../payments/paying.ts'

const city = await openCity()
const { get, put, done, refused } = city

test('a reference that only the send log knows pauses releases, in every union', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician'])
  const log = openSendLog(city.deps.config.sendLog)
  const line = { reference: 'JSLOST1', amountFen: 100_000, batch: randomUUID(), at: city.clock.now }
  await log.appendSent([line])
  await log.close()
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading'))
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  const other = await done<PayoutBatchDetail>(makeBatch(city, 'minhang'))
  await refused(releaseBatch(city, 'minhang2', other.id), 'money.paused')

  const { references } = await done<SentBefore>(get('cityFinance', '/sent-before'))
  assert.deepEqual(
    references.map(({ reference, amountFen, answer }) => [reference, amountFen, answer]),
    [['JSLOST1', 100_000, undefined]],
  )
  await refused(get('jiading', '/sent-before'), 'forbidden')
  const answer = (who: 'cityFinance' | 'cityFinance2', said: string) =>
    put(who, '/sent-before/JSLOST1/answer', { answer: said, words: '向银行柜台查询，有回单' })
  assert.deepEqual(await done(answer('cityFinance', 'settled')), { agreed: false })
  assert.deepEqual(await done(answer('cityFinance', 'settled')), { agreed: false })
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  await refused(answer('cityFinance2', 'notSent'), 'money.same-answer')
  assert.deepEqual(await done(answer('cityFinance2', 'settled')), { agreed: true })
  await refused(answer('cityFinance2', 'failed'), 'money.done')
  await done(releaseBatch(city, 'jiading2', batch.id))
  await done(releaseBatch(city, 'minhang2', other.id))
})

test('without the send log nothing is released', async () => {
  await toUnion(city, 'jidian', ['technician', 'technician'])
  await sendBatch(city, ['jidian', 'jidian2'])
  await toUnion(city, 'jidian', ['technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jidian'))
  rmSync(city.deps.config.sendLog, { recursive: true })
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.send-log-lost')
})
