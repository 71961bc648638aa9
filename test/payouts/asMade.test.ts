/** What is put into a batch's rows after it was made goes nowhere. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { openPayee, sealSnapshot } from '../../server/payments/payee.ts'
import { openCity } from '../payments/city.ts'
import { card, linesOf, makeBatch, releaseBatch, toUnion } from '../payments/paying.ts'

const city = await openCity()
const { done } = city

async function nameBank(awardId: string, bankName: string): Promise<void> {
  const { rows } = await city.owner.query('select payee from payout where award_id = $1', [awardId])
  const { payee } = sealSnapshot(city.deps, awardId, { ...openPayee(city.deps, awardId, rows[0].payee), bankName })
  await city.owner.query('alter table payout disable trigger user')
  await city.owner.query('update payout set payee = $2 where award_id = $1', [awardId, payee])
  await city.owner.query('alter table payout enable trigger user')
}

test('a bank name put into a batch after it was made is not released', async () => {
  const noticeId = await toUnion(city, 'minhang', ['technician', 'technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  const { rows } = await city.owner.query('select award_id from payout where batch_id = $1 and line = 2', [batch.id])
  await nameBank(rows[0].award_id, '别家银行闵行支行')
  assert.equal((await releaseBatch(city, 'minhang2', batch.id)).status, 500)
  assert.deepEqual(new Set((await linesOf(city, 'minhang', batch.id)).map(({ state }) => state)), new Set(['made']))
})

test('a payee put into the row of a batch after it was made does not go out', async () => {
  const noticeId = await toUnion(city, 'jidian', ['technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jidian', { noticeId }))
  await done(releaseBatch(city, 'jidian2', batch.id))
  const { rows } = await city.owner.query('select award_id, payee from payout where batch_id = $1', [batch.id])
  const id: string = rows[0].award_id
  const payee = { ...openPayee(city.deps, id, rows[0].payee), accountNumber: card(77) }
  await city.owner.query('alter table payout disable trigger user')
  await city.owner.query('update payout set payee = $2 where award_id = $1', [
    id,
    sealSnapshot(city.deps, id, payee).payee,
  ])
  await city.owner.query('alter table payout enable trigger user')
  const answer = await city.put('jidian', `/payout-batches/${batch.id}/downloads/${randomUUID()}`, { part: 1 })
  assert.equal(answer.status, 500)
  assert.deepEqual(
    (await linesOf(city, 'jidian', batch.id)).map(({ state }) => state),
    ['released'],
  )
})
