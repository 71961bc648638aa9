/** What is told to whom at each turn, in whose words, and who may see or change it. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { MessageWordsList, OfficeMessageCases, Unread } from '../../contract/messages.ts'
import type { Problem } from '../../contract/problem.ts'
import { inScope, refusalOf, type Scope } from '../../server/db/open.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, paperSeal, view } from '../applications/claim.ts'
import { messenger, mine, told, verified } from './desk.ts'

const office = await withApp()
const { distributed } = messenger(office)
let worker: Client, other: Client, officer: Client, point: Client, district: Client, verifier: Client

before(async () => {
  worker = await office.worker('13800006021')
  other = await office.worker('13900000001')
  officer = await office.staff('qiheng.gonghui')
  point = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
})

const words = async () => (await verifier.ask<MessageWordsList>('GET', '/api/v1/message-words')).body.words
const wordsOf = async (kind: string) => (await words()).find((each) => each.kind === kind)!

test('nobody reads, marks or changes what is not theirs', async () => {
  const id = await filed(worker, 801)
  const [message] = await mine(worker, id)
  assert.equal((await mine(other, id)).length, 0)
  await other.ask('PUT', '/api/v1/messages/read', { ids: [message!.id] })
  assert.equal((await mine(worker, id))[0]!.read, false, 'somebody else cannot mark it')

  assert.equal((await office.client().ask('GET', '/api/v1/messages')).status, 401)
  const closed: readonly [Client, 'GET' | 'PUT', string, unknown?][] = [
    [officer, 'GET', '/api/v1/messages'],
    [worker, 'GET', '/api/v1/desk/messages'],
    [worker, 'GET', '/api/v1/desk/notices'],
    [officer, 'GET', '/api/v1/message-words'],
    [officer, 'PUT', '/api/v1/message-words/file', { title: '别的', body: '别的', revision: 1 }],
    [district, 'GET', '/api/v1/undelivered'],
    [district, 'PUT', `/api/v1/undelivered/${randomUUID()}/again`],
    [
      district,
      'PUT',
      `/api/v1/filing-batches/${randomUUID()}/announcements/${randomUUID()}`,
      { closesOn: '2026-08-31' },
    ],
  ]
  for (const [client, method, address, body] of closed)
    assert.equal((await client.ask(method, address, body)).status, 403, `${method} ${address}`)
})

test('the database shows the rows to their scopes only, and lets nobody write a message by hand', async () => {
  const { app } = office.database
  const [row] = (await office.database.owner.query<{ id: string; account_id: string }>('select * from message limit 1'))
    .rows
  const tables = ['message', 'sms', 'office_message', 'office_message_case', 'reminder', 'outbox_cursor'] as const
  const scopes: readonly Scope[] = [
    { kind: 'job', job: 'public' },
    { kind: 'person', accountId: randomUUID() },
    { kind: 'union', accountId: randomUUID(), organisationId: randomUUID() },
  ]
  for (const scope of scopes) {
    for (const table of tables) {
      const seen = await inScope(app, scope, (trx) => trx.selectFrom(table).selectAll().execute()).catch(
        (error: unknown) => (refusalOf(error)?.kind === 'forbidden' ? [] : Promise.reject(error as Error)),
      )
      assert.equal(seen.length, 0, `${table} in ${scope.kind}`)
    }
  }
  const forbidden = async (scope: Scope, write: Parameters<typeof inScope<unknown>>[2]) =>
    assert.rejects(inScope(app, scope, write), (error: unknown) => refusalOf(error)?.kind === 'forbidden')
  const self: Scope = { kind: 'person', accountId: row!.account_id }
  await forbidden(self, (trx) => trx.updateTable('message').set({ kind: 'pay' }).where('id', '=', row!.id).execute())
  const forged = { kind: 'pay', at: 1, application_id: randomUUID(), cause_id: randomUUID(), words_revision: 1 }
  await forbidden(self, (trx) => trx.insertInto('message').values(forged).execute())
  const wordsRow = { revision: 999, kind: 'file', title: '别的', body: '别的', sms: null, changed_at: 1 }
  await forbidden(self, (trx) =>
    trx
      .insertInto('message_words')
      .values({ ...wordsRow, changed_by: row!.account_id })
      .execute(),
  )
})

test('each turn is told at once, in the transaction of its action, and opens the claim', async () => {
  const id = await filed(worker, 802)
  const { receiptNumber } = await view(worker, id)
  const [first] = await mine(worker, id)
  assert.equal(first!.title, '已收到你的申报')
  assert.match(
    first!.body,
    new RegExp(`受理号${receiptNumber}，技师，通过后资助1,000元。由上海启衡精密机械有限公司工会办理`),
  )
  assert.equal(first!.read, false)

  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(point, id, { kind: 'pass' })
  const returned = { kind: 'return', reasons: ['photoUnclear'], words: '证书照片看不清，重拍' } as const
  const reasons = (
    await district.ask<{ reasons: { id: string; outcome: string; steps: string[] }[] }>('GET', '/api/v1/policy')
  ).body.reasons
  const reason = reasons.find((each) => each.outcome === 'return' && each.steps.includes('secondReview'))!
  assert.equal((await act(district, id, { ...returned, reasons: [reason.id] })).status, 200)
  const titles = (await mine(worker, id)).map((each) => each.title)
  assert.deepEqual(titles, ['退回补正，要你补', '已报送到区局工会', '单位工会初审同意', '已收到你的申报'])
  const [until] = await mine(worker, id)
  assert.match(until!.body, /请在7月29日24:00前补好交回/)

  const unread = async () => (await worker.ask<Unread>('GET', '/api/v1/messages/unread')).body.unread
  const before = await unread()
  await worker.ask('PUT', '/api/v1/messages/read', { ids: [until!.id, until!.id] })
  assert.equal(await unread(), before - 1)
  // a refused action tells nothing
  assert.equal((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).status, 409)
  assert.equal((await mine(worker, id)).length, 4)
})

test('a result of the centre goes back to the unions that had the case: one message a day, read by each account', async () => {
  const ids = [await filed(worker, 803), await filed(worker, 804)]
  for (const id of ids) {
    await act(officer, id, { kind: 'pass', membershipConfirmed: true })
    await act(point, id, { kind: 'pass' })
    await act(district, id, { kind: 'pass' })
    assert.equal(await verified(verifier, id), 200)
  }
  await distributed()
  for (const client of [officer, point, district]) {
    const [message] = await told(client)
    assert.equal(message!.title, '审核通过')
    assert.match(message!.body, /今天有2件由服务中心审核通过/)
    assert.equal(message!.unreadCases, 2)
    const { cases } = (await client.ask<OfficeMessageCases>('GET', `/api/v1/desk/messages/${message!.id}/cases`)).body
    assert.deepEqual(cases.map(({ id }) => id).toSorted(), ids.toSorted())
    assert.doesNotMatch(JSON.stringify(message), /陆文轩/, 'no name in a message')
  }
  const [message] = await told(district)
  const seen = { seen: [{ id: message!.id, caseCount: message!.caseCount }] }
  assert.equal((await district.ask<Unread>('PUT', '/api/v1/desk/messages/read', seen)).body.unread, 0)
  const colleague = await office.staff('jiading.fushen2')
  assert.equal((await told(colleague))[0]!.unreadCases, 2, 'what one has read is news to the other')
  const elsewhere = await office.staff('pudong.fushen1')
  assert.equal((await told(elsewhere)).length, 0)
  assert.equal((await elsewhere.ask('GET', `/api/v1/desk/messages/${message!.id}/cases`)).status, 200)
  assert.deepEqual((await elsewhere.ask('GET', `/api/v1/desk/messages/${message!.id}/cases`)).body, { cases: [] })
  await elsewhere.ask('PUT', '/api/v1/desk/messages/read', seen)

  const third = await filed(worker, 805)
  await act(officer, third, { kind: 'pass', membershipConfirmed: true })
  await act(point, third, { kind: 'pass' })
  await act(district, third, { kind: 'pass' })
  await verified(verifier, third)
  await distributed()
  const again = (await told(district))[0]!
  assert.deepEqual([again.id, again.caseCount, again.unreadCases], [message!.id, 3, 1], 'more of the day is news again')
})

test('a union that has an account hears of each seal of its that the filing point records', async () => {
  const id = await filed(worker, 821)
  const seal = await paperSeal(point, id, 'unionSeal', '上海启衡精密机械有限公司工会')
  assert.equal((await act(point, id, { kind: 'pass', membershipConfirmed: true, seal })).body.step, 'forwarding')
  await distributed()
  const [message] = (await told(officer)).filter(({ title }) => title === '申报点登记了你会的章')
  assert.match(message!.body, /^今天有1件由申报点按申请表上的工会章登记了初审同意/)
  for (const client of [point, district])
    assert.ok((await told(client)).every(({ title }) => title !== '申报点登记了你会的章'))
})

test('the centre changes words: what was told keeps its own, and what cannot be filled is refused', async () => {
  const before = await filed(worker, 806)
  const { revision } = await wordsOf('file')
  const change = (body: object) => verifier.ask<Problem>('PUT', '/api/v1/message-words/file', { revision, ...body })
  const unknown = await change({ title: '收到了', body: '{姓名}，已收到' })
  assert.deepEqual([unknown.status, unknown.body.code], [422, 'words.unusable'])
  assert.match(unknown.body.fields![0]!.says, /^\{姓名\}在这里不能用。能用的有\{受理号\}/)
  const wrong: readonly [string, object, RegExp][] = [
    ['the sms says who it is', { title: '收到', body: '好', sms: '{受理号}已收到' }, /能用的有\{受理号尾号\}/],
    ['a day the turn does not know', { title: '收到', body: '{补正期限}前' }, /在这里不能用/],
    ['an open brace', { title: '收到', body: '{受理号' }, /花括号要成对/],
    ['a phone number', { title: '收到', body: '打13800006021' }, /像是证件号、卡号或手机号/],
    ['nothing', { title: ' ', body: '好' }, /还空着/],
  ]
  for (const [what, body, says] of wrong) {
    const answer = await change(body)
    assert.equal(answer.status, 422, what)
    assert.match(answer.body.fields![0]!.says, says, what)
  }
  const ours = { title: '申报收到了', body: '{受理号}在{单位工会}', sms: '尾号{受理号尾号}已收到' }
  assert.equal((await change(ours)).status, 200)
  assert.equal((await change(ours)).status, 200, 'sent again it is the same change')
  assert.equal((await change({ ...ours, title: '别的' })).body.code, 'words.stale')

  const after = await filed(worker, 807)
  assert.equal((await mine(worker, before))[0]!.title, '已收到你的申报')
  assert.equal((await mine(worker, after))[0]!.title, '申报收到了')
  const now = await wordsOf('file')
  assert.equal(now.changedBy, '孙牧之')
  assert.equal(now.earlier[0]!.title, '已收到你的申报')
  assert.equal(now.earlier.length, 1)
})
