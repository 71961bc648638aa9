/** After the database was put back: what was sent and is not known stops every release until two people agree on it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { PayoutBatchDetail, SentBefore } from '../../contract/payouts.ts'
import type { Instant } from '../../domain/dates.ts'
import { markOut } from '../../server/bank/order.ts'
import { openSendLog } from '../../server/bank/sendLog.ts'
import { inScope } from '../../server/db/open.ts'
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

test('what others send while the log is read does not count as lost', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician'])
  const [own, others] = [
    await done<PayoutBatchDetail>(makeBatch(city, 'jiading')),
    await done<PayoutBatchDetail>(makeBatch(city, 'minhang')),
  ]
  await done(releaseBatch(city, 'minhang2', others.id))
  const { rows: payouts } = await city.owner.query<{ id: string; reference: string; amount_fen: number }>(
    'select id, reference, amount_fen from payout where batch_id = $1',
    [others.id],
  )
  // a pipe that is read last: whoever reads the log waits there
  const pipe = path.join(city.deps.config.sendLog, 'z.sent')
  execFileSync('mkfifo', [pipe])
  const releasing = releaseBatch(city, 'jiading2', own.id)
  const end = await open(pipe, 'w')
  const { accountId, organisation } = city.viewers.minhang
  await inScope(city.app, { kind: 'union', accountId, organisationId: organisation!.id }, (trx) =>
    markOut(trx, city.deps, others.id, payouts),
  )
  await end.close()
  await done(releasing)
  rmSync(pipe)
})

test('without the send log, or with one that lacks what was sent, nothing is released', async () => {
  await toUnion(city, 'jidian', ['technician', 'technician'])
  await sendBatch(city, ['jidian', 'jidian2'])
  await toUnion(city, 'jidian', ['technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jidian'))
  rmSync(city.deps.config.sendLog, { recursive: true })
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.send-log-lost')
  const log = openSendLog(city.deps.config.sendLog)
  const others = Array.from({ length: 20 }, (_, n) => `JSOTHER${n}`)
  const at = Date.now() as Instant
  await log.appendSent(others.map((reference) => ({ reference, amountFen: 1, batch: randomUUID(), at })))
  await log.close()
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.send-log-lost')
})
