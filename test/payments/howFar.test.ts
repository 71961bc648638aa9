/** How far money has come, as the centre, the city and a district read it: cancelled apart, funded again, at hand. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { ApprovalLists, Notices } from '../../contract/payments.ts'
import type { TransferQueue } from '../../contract/transfers.ts'
import { nth, openCity, type Who } from './city.ts'
import { payAll } from './paying.ts'
import { approvedList, confirmNotice, detailOf, noticeFor, noticesOf, received } from './steps.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const listOf = async (list: string) =>
  (await done<ApprovalLists>(get('cityFinance', '/approval-lists'))).lists.find((each) => each.id === list)!
const noticesSeen = (who: Who) => done<Notices>(get(who, '/allocation-notices'))

await city.waiting('jiading', ['technician', 'seniorWorker'])
const list = await approvedList(city, { funded: false })
const notice = noticeFor(await noticesOf(city, list), city.districts.jiading.id)
const fund = async () => {
  const transfer = id()
  await done(put('cityFinance', `/transfers/${transfer}`, { kind: 'funding', subjectId: list, voucherNumber: 'F' }))
  await done(put('cityFinance2', `/transfers/${transfer}/release`))
}

test('what lies with the centre is told to its finance, and which notices it reaches', async () => {
  const before = await noticesSeen('centreFinance')
  assert.deepEqual([before.atCentreFen, nth(before.notices, 0).funded], [0, false])
  assert.equal((await listOf(list)).unfundedFen, notice.totalFen)
  await fund()
  const after = await noticesSeen('centreFinance')
  assert.deepEqual([after.atCentreFen, nth(after.notices, 0).funded], [notice.totalFen, true])
  assert.equal((await listOf(list)).unfundedFen, 0)
  assert.equal((await noticesSeen('jiading')).atCentreFen, undefined)
})

test('what was cancelled stands apart and is not still to be paid; granted once more it is funded once more', async () => {
  await received(city, 'jiading', notice)
  const [first, second] = (await detailOf(city, 'jiading', notice.id)).lines
  const correct = async (who: readonly [Who, Who], body: object) => {
    const correction = id()
    await done(put(who[0], `/corrections/${correction}`, { awardId: first!.awardId, words: '证书已撤销', ...body }))
    await done(put(who[1], `/corrections/${correction}/confirmation`))
  }
  await correct(['jiading', 'approver'], { kind: 'cancel', cause: 'certificateRevoked' })
  const cancelled = await detailOf(city, 'jiading', notice.id)
  assert.deepEqual(
    [cancelled.lineCount, cancelled.paidCount, cancelled.unpaidCount, cancelled.cancelledCount, cancelled.cancelledFen],
    [2, 0, 1, 1, first!.amountFen],
  )
  assert.deepEqual(
    cancelled.lines.map((line) => line.cancelled),
    [true, undefined],
  )
  await payAll(city, ['jiading', 'jiading2'], { awardIds: [second!.awardId] })
  const paid = nth((await noticesSeen('jiading')).notices, 0)
  assert.deepEqual([paid.paidCount, paid.unpaidCount, paid.cancelledCount], [1, 0, 1])

  for (const [maker, releaser, receiver] of [
    ['jiading', 'jiading2', 'centreFinance'],
    ['centreFinance', 'centreFinance2', 'cityFinance'],
  ] as const) {
    const transfer = id()
    await done(put(maker, `/surplus-transfers/${transfer}`, {}))
    await done(put(releaser, `/surplus-transfers/${transfer}/release`, { voucherNumber: 'T' }))
    const receipt = { receivedOn: '2026-08-20', receiptNumber: 'S' }
    await done(put(receiver, `/surplus-transfers/${transfer}/receipt`, receipt))
  }
  await correct(['approver', 'approver2'], { kind: 'reinstate' })
  const again = await listOf(list)
  assert.deepEqual([again.funded, again.unfundedFen, again.toIssue], ['released', first!.amountFen, 1])
  const old = await detailOf(city, 'jiading', notice.id)
  assert.deepEqual([old.unpaidCount, old.cancelledCount, nth(old.lines, 0).takenOff], [0, 0, true])
  await refused(
    put('centreFinance', `/transfers/${id()}`, { kind: 'funding', subjectId: list, voucherNumber: 'F' }),
    'forbidden',
  )
  await fund()
  const funded = await listOf(list)
  assert.deepEqual([funded.funded, funded.unfundedFen, funded.funding?.amountFen], ['released', 0, first!.amountFen])
  const [, next] = await noticesOf(city, list, 1)
  assert.deepEqual([next?.funded, next?.lineCount], [true, 1])
})

test('the next several are made on one sheet and released together, in the order or not at all', async () => {
  await city.waiting('jiading', ['technician'])
  await city.waiting('minhang', ['technician', 'seniorWorker'])
  await city.waiting('jidian', ['seniorTechnician'])
  const issued = await noticesOf(city, await approvedList(city))
  const inOrder = ['minhang', 'jidian', 'jiading'] as const
  const ids: string[] = []
  for (const who of inOrder) {
    const own = noticeFor(issued, city.districts[who].id)
    await done(confirmNotice(city, who, own))
    ids.push(own.id)
  }
  const sheet = id()
  const make = (who: Who, noticeIds: readonly string[], sheetId = sheet) =>
    put(who, `/transfer-sheets/${sheetId}`, { noticeIds, voucherNumber: '记-9' })
  const release = (who: Who, transferIds: readonly string[]) => put(who, '/transfer-sheets/release', { transferIds })
  for (const who of ['cityFinance', 'jiading', 'verifier'] as const) {
    await refused(make(who, ids), 'forbidden')
    await refused(release(who, ids), 'forbidden')
  }
  const [first, second, third] = ids as [string, string, string]
  await refused(make('centreFinance', [second, third], id()), 'money.not-your-turn')
  // none is made where one of them cannot be
  await refused(make('centreFinance', [first, third], id()), 'money.not-your-turn')
  const { ids: transfers } = await done<{ ids: string[] }>(make('centreFinance', ids))
  assert.deepEqual(await done(make('centreFinance', ids)), { ids: transfers })
  await refused(make('centreFinance2', ids, id()), 'money.done')
  await refused(release('centreFinance', transfers), 'money.same-person')
  await refused(release('centreFinance2', transfers.toReversed()), 'money.not-your-turn')
  await done(release('centreFinance2', transfers))
  await done(release('centreFinance2', transfers))
  const { notices } = await noticesSeen('centreFinance')
  for (const each of ids) {
    const { stage, transfer } = notices.find((seen) => seen.id === each)!
    assert.deepEqual([stage, transfer?.voucherNumber, transfer?.releasedBy], ['transferred', '记-9', 'centreFinance2'])
  }
  const queue = await done<TransferQueue>(get('jiading', '/transfer-queue'))
  assert.deepEqual(queue.outOfOrder, [])
})
