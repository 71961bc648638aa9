/** Reminders once, the district that takes over, and the last batch announced. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { BatchList, QueuePage } from '../../contract/applications.ts'
import type { DeskNotices } from '../../contract/messages.ts'
import { instant } from '../../domain/dates.ts'
import { distribute } from '../../server/messages/outbox.ts'
import { remindDue } from '../../server/messages/reminder.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, view } from '../applications/claim.ts'
import { messenger, mine, setClock, told } from './desk.ts'

const office = await withApp()
const { distributed } = messenger(office)
let worker: Client, officer: Client, point: Client, district: Client, second: Client, verifier: Client

const signIn = async () => {
  officer = await office.staff('qiheng.gonghui')
  point = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  second = await office.staff('jiading.fushen2')
  verifier = await office.staff('zhongxin.shenhe1')
}
before(async () => {
  worker = await office.worker('13800006021')
  await signIn()
})

const remind = (on: string) => remindDue(office.database.worker, instant(`${on}T09:00:00+08:00`)!)
const below = async (client: Client) => client.ask<QueuePage>('GET', '/api/v1/queue?view=overdueBelow')
const notices = async (client: Client) => (await client.ask<DeskNotices>('GET', '/api/v1/desk/notices')).body
const agree = { kind: 'pass', membershipConfirmed: true } as const

let first: string
let kept: string

test('before the reminder is due nobody is reminded, and the district may not take over', async () => {
  first = await filed(worker, 1001)
  kept = await filed(worker, 1002)
  assert.equal(await remind('2026-07-22'), 0, 'the last of five working days is not over')
  assert.equal((await act(district, first, agree)).status, 403)
  assert.equal((await below(district)).body.items.length, 0)
  assert.equal((await below(officer)).status, 403, 'the view is the district’s')
})

test('after five working days each wait is reminded of once, however many processes look', async () => {
  await setClock(office, '2026-07-23T09:00:00+08:00')
  await Promise.all([remind('2026-07-23'), remind('2026-07-23'), remind('2026-07-23'), remind('2026-07-23')])
  while ((await remind('2026-07-23')) > 0);
  assert.equal(await remind('2026-07-24'), 0)
  assert.equal(await remind('2026-07-27'), 0)
  const [message, ...more] = await told(officer)
  assert.deepEqual([message!.kind, message!.caseCount, more.length], ['office.reminder', 2, 0])
  assert.equal((await told(point)).length, 0, 'another office does not have it')
  const [above] = await told(district)
  assert.deepEqual([above!.kind, above!.caseCount], ['office.overdueBelow', 2])
  assert.deepEqual(
    (await below(district)).body.items.map(({ id }) => id),
    [first, kept],
  )
  const [overdue] = await mine(worker, first)
  assert.equal(overdue!.title, '已提醒经办单位')
  assert.match(overdue!.body, /嘉定区总工会也可以办/)
  assert.match((await view(worker, first)).holder.says, /过了7月22日还没有办，已提醒，嘉定区总工会也可以办/)
  const { rows } = await office.database.owner.query('select from reminder')
  assert.equal(rows.length, 2)
})

test('the district takes over; who did the first review does not do the second; the union keeps its right', async () => {
  const elsewhere = await office.staff('pudong.fushen1')
  assert.equal(
    (await elsewhere.ask('GET', `/api/v1/applications/${first}`)).status,
    404,
    'another district sees nothing',
  )
  assert.equal((await act(district, first, agree)).body.step, 'forwarding')
  assert.equal((await act(district, first, { kind: 'pass' })).status, 403, 'forwarding has only begun to wait')
  assert.equal((await act(point, first, { kind: 'pass' })).body.step, 'secondReview')
  const refused = await act(district, first, { kind: 'pass' })
  assert.equal(refused.status, 403)
  assert.match(JSON.stringify(refused.body), /act\.four-eyes/)
  assert.equal((await act(second, first, { kind: 'pass' })).body.step, 'verification')
  assert.equal((await act(officer, kept, agree)).body.step, 'forwarding')
  assert.equal((await below(district)).body.items.length, 0)
})

test('a new wait is reminded of anew', async () => {
  assert.equal(await remind('2026-07-30'), 0)
  assert.equal(await remind('2026-07-31'), 1)
  assert.equal(await remind('2026-07-31'), 0)
  const [message] = await told(point)
  assert.deepEqual([message!.kind, message!.caseCount], ['office.reminder', 1])
})

test('the last batch is announced once to all who hold open cases, and again for another day', async () => {
  const returned = await filed(worker, 1003)
  const reasons = (
    await officer.ask<{ reasons: { id: string; outcome: string; steps: string[] }[] }>('GET', '/api/v1/policy')
  ).body.reasons
  const { id: reason } = reasons.find((each) => each.outcome === 'return' && each.steps.includes('firstReview'))!
  await act(officer, returned, { kind: 'return', reasons: [reason], words: '照片重拍' })
  const batch = randomUUID()
  await verifier.ask('PUT', `/api/v1/filing-batches/${batch}`)
  const announce = (closesOn: string, id = randomUUID()) =>
    verifier.ask('PUT', `/api/v1/filing-batches/${batch}/announcements/${id}`, { closesOn })
  assert.equal((await announce('2026-07-01')).body.code, 'batch.closing-past')
  assert.equal((await notices(officer)).lastBatch, undefined)
  const id = randomUUID()
  assert.equal((await announce('2026-08-31', id)).status, 200)
  assert.equal((await announce('2026-08-31', id)).status, 200)
  assert.equal((await announce('2026-08-31')).status, 200, 'the same day again is no news')
  const { worker: db } = office.database
  await Promise.all([1, 2, 3].map(() => distribute(db, 'gateway', Date.now())))
  await distributed()

  for (const client of [officer, district, point, verifier])
    assert.deepEqual((await notices(client)).lastBatch, { number: 1, closesOn: '2026-08-31' })
  assert.equal((await notices(await office.staff('pudong.fushen1'))).lastBatch, undefined, 'no open cases, no banner')
  const last = async (client: Client) => (await told(client)).filter(({ kind }) => kind === 'office.lastBatch')
  assert.deepEqual(
    (await last(officer)).map(({ caseCount, body }) => [caseCount, /计划8月31日截止/.test(body)]),
    [[2, true]],
  )
  const heard = async () => (await mine(worker, returned)).filter(({ title }) => title === '最后一批快要截止')
  assert.match((await heard())[0]!.body, /第1批是最后一批，计划8月31日截止.*请在8月6日24:00前补好交回/)

  assert.equal((await announce('2026-09-04')).status, 200)
  await distribute(db, 'gateway', Date.now())
  assert.deepEqual([(await heard()).length, (await last(officer)).length], [2, 2])
  const { body } = await verifier.ask<BatchList>('GET', '/api/v1/filing-batches')
  assert.equal(body.batches[0]!.lastClosesOn, '2026-09-04')
  await verifier.ask('PUT', `/api/v1/filing-batches/${batch}/closing`)
  assert.equal((await notices(officer)).lastBatch, undefined)
  assert.equal((await announce('2026-09-10')).body.code, 'batch.closed')
})

test('a year without a calendar: nobody is reminded, nothing breaks, and the centre is told', async () => {
  assert.equal((await notices(verifier)).calendarMissing, undefined)
  await setClock(office, '2026-12-29T09:00:00+08:00')
  assert.equal((await notices(verifier)).calendarMissing, 2027)
  assert.equal((await notices(officer)).calendarMissing, undefined)
  assert.equal(await remind('2027-03-01'), 0)
})
