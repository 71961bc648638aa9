/** 异议: who finds a certificate taken objects; the centre decides between the two, and neither side does. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { DraftView } from '../../contract/applications.ts'
import type { MyMessages } from '../../contract/messages.ts'
import type { ObjectionCase, ObjectionDecided, ObjectionPage, ObjectionView } from '../../contract/objections.ts'
import type { ApprovalLists } from '../../contract/payments.ts'
import type { Problem } from '../../contract/problem.ts'
import { instant } from '../../domain/dates.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import type { Client } from '../app.ts'
import { withApp } from '../app.ts'
import { act, draft, file, filed, idNumber, upload, view } from './claim.ts'

const office = await withApp()
const [holder, objector, stranger] = [
  await office.worker('13800006021'),
  await office.worker('13800006022'),
  await office.worker('13800006023'),
]
const [centre, colleague] = [await office.staff('zhongxin.shenhe1'), await office.staff('zhongxin.shenhe2')]
const code = ({ body }: { body: unknown }) => (body as Problem).code

const raise = async (client: Client, draftId: string, id: string = randomUUID(), files?: string[]) =>
  client.ask<ObjectionView>('PUT', `/api/v1/objections/${id}`, {
    draftId,
    words: '证书是我本人考的，原件在我手里。',
    files: files ?? [await upload(client, 'objectionEvidence')],
  })
const grant = { kind: 'granted', words: '核实过，证书归你申报。', wordsToOther: '原件在别人手里。' }
const decide = (client: Client, id: string, message: object = grant, actionId: string = randomUUID()) =>
  client.ask<ObjectionDecided>('PUT', `/api/v1/objection-desk/${id}/decisions/${actionId}`, message)

/** A claim, and a draft of somebody else with the same certificate. */
async function twice(serial: number, by = objector): Promise<{ claim: string; mine: DraftView }> {
  const claim = await filed(holder, serial)
  const mine = await draft(by, serial, { idNumber: idNumber(serial + 300) })
  assert.equal(code(await file(by, mine)), 'filing.certificate-taken')
  return { claim, mine }
}

test('nobody sees an objection but who raised it and the centre; nobody decides but the centre', async () => {
  const { claim, mine } = await twice(601)
  assert.equal(code(await raise(objector, (await draft(objector, 602)).id)), 'objection.not-taken')
  assert.equal(code(await raise(stranger, mine.id)), 'not-found', 'not with the draft of another')
  assert.equal(code(await raise(objector, mine.id, undefined, [randomUUID()])), 'file.missing')
  assert.equal(code(await raise(holder, (await draft(holder, 601)).id)), 'objection.own-claim')

  const id = randomUUID()
  const picture = await upload(objector, 'objectionEvidence')
  const raised = await raise(objector, mine.id, id, [picture])
  assert.equal(raised.status, 200, JSON.stringify(raised.body))
  assert.match(raised.body.receiptNumber, /^YY26-\d{7}$/)
  assert.equal(raised.body.files.length, 2, 'the evidence and the picture of the certificate')
  assert.doesNotMatch(JSON.stringify(raised.body), new RegExp(`${claim}|JS26`))
  assert.deepEqual((await raise(objector, mine.id, id, [picture])).body, raised.body, 'a repeat')
  const again = await Promise.all([raise(objector, mine.id), raise(objector, mine.id)])
  assert.deepEqual(again.map(code), ['objection.already-open', 'objection.already-open'])

  for (const client of [holder, stranger]) {
    assert.equal((await client.ask('GET', `/api/v1/objections/${id}`)).status, 404)
    assert.equal((await client.ask('GET', `/api/v1/files/${picture}`)).status, 404)
    assert.equal((await client.ask('GET', `/api/v1/objection-desk/${id}`)).status, 403)
  }
  for (const login of ['qiheng.gonghui', 'jiading.fushen1', 'shi.zhongshen1', 'zhongxin.caiwu1']) {
    const staff = await office.staff(login)
    assert.equal((await staff.ask('GET', '/api/v1/objection-desk')).status, 403)
    assert.equal((await decide(staff, id)).status, 403)
    assert.equal((await staff.ask('GET', `/api/v1/files/${picture}`)).status, 404, login)
  }
  assert.equal((await objector.ask('DELETE', `/api/v1/files/${picture}`)).status, 409, 'evidence stays')

  const page = await centre.ask<ObjectionPage>('GET', '/api/v1/objection-desk')
  assert.ok(page.body.items.some((item) => item.id === id))
  const seen = (await centre.ask<ObjectionCase>('GET', `/api/v1/objection-desk/${id}`)).body
  assert.equal(seen.claim?.id, claim)
  assert.equal(seen.claim.sameHolder, false)
  assert.equal(seen.form.idNumber, idNumber(901), 'in clear for who decides')
  assert.equal(seen.form.accountNumber, '尾号0012')
  assert.equal((await centre.ask('GET', `/api/v1/files/${picture}`)).status, 200)
})

test('rejected with words; two decisions at once are one; five a year', async () => {
  const { claim, mine } = await twice(605)
  const raised = (await raise(objector, mine.id)).body
  const answers = await Promise.all([
    decide(centre, raised.id, { kind: 'rejected', words: '登记系统里持证人是对方。' }),
    decide(colleague, raised.id),
  ])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409])
  const won = answers.findIndex(({ status }) => status === 200)
  assert.equal((await view(holder, claim)).state, won === 0 ? 'inReview' : 'declined')
  const told = await objector.ask<ObjectionView>('GET', `/api/v1/objections/${raised.id}`)
  assert.equal(told.body.state, won === 0 ? 'rejected' : 'granted')
  assert.ok(told.body.answer?.words)

  await filed(holder, 606)
  const other = await draft(objector, 606, { idNumber: idNumber(906) })
  for (let n = 2; n < 5; n++) {
    const more = await raise(objector, other.id)
    assert.equal(more.status, 200, JSON.stringify(more.body))
    await decide(centre, more.body.id, { kind: 'rejected', words: '证据不够。' })
  }
  assert.equal(code(await raise(objector, other.id)), 'objection.too-many')
})

test('while it is open the holder and the desks know, and nobody by whom; rejected, both sides are told', async () => {
  const mover = await office.worker('13800006051')
  const { claim, mine } = await twice(651, mover)
  const id = randomUUID()
  const { raisedAt } = (await raise(mover, mine.id, id)).body
  const knows = (client: Client) => view(client, claim).then(({ objection }) => objection)
  assert.deepEqual(await knows(holder), { since: raisedAt })
  for (const login of ['qiheng.gonghui', 'gongyequ.shenbao', 'jiading.fushen1', 'shi.zhongshen1'])
    assert.deepEqual(await knows(await office.staff(login)), { since: raisedAt }, login)
  assert.deepEqual(await knows(centre), { since: raisedAt, id })
  assert.equal(await knows(await office.staff('qiheng.renli')), undefined, 'HR does not')

  const toldOf = async (client: Client) =>
    (await client.ask<MyMessages>('GET', '/api/v1/messages')).body.messages.filter(({ title }) =>
      /异议|证书/.test(title),
    )
  const before = (await toldOf(holder)).length
  assert.equal((await toldOf(mover)).length, 0)
  assert.equal((await decide(centre, id, { kind: 'rejected', words: '登记系统里持证人是对方。' })).status, 200)
  const [kept] = await toldOf(holder)
  assert.equal((await toldOf(holder)).length, before + 1)
  assert.deepEqual([kept!.title, kept!.applicationId], ['证书仍归你申报', claim])
  assert.doesNotMatch(JSON.stringify(kept), /YY26|登记系统/, 'nothing of the other side')
  const [told] = await toldOf(mover)
  assert.deepEqual([told!.title, told!.objectionId, told!.applicationId], ['异议不成立', id, undefined])
  assert.match(told!.body, /受理号YY26-\d{7}的异议/)
  for (const client of [holder, centre]) assert.equal(await knows(client), undefined)
})

test('who stands on either side decides neither way, and four eyes hold', async () => {
  const { claim, mine } = await twice(607)
  const first = await office.worker('13800006031')
  const own = await draft(first, 607, { idNumber: '310101197401073339' })
  const raised = (await raise(first, own.id)).body
  assert.equal(code(await decide(centre, raised.id)), 'objection.own')
  assert.equal(
    (await centre.ask<ObjectionCase>('GET', `/api/v1/objection-desk/${raised.id}`)).body.permission.allowed,
    false,
  )
  const { rows } = await office.database.owner.query(`select id from account where login_name = 'zhongxin.shenhe2'`)
  await office.database.owner.query('insert into duty values ($1, $2, $3)', [claim, rows[0].id, 'secondReview'])
  assert.equal(code(await decide(colleague, raised.id)), 'act.four-eyes')
  assert.equal((await decide(colleague, raised.id, { kind: 'rejected', words: '不成立。' })).status, 200)
  assert.equal(mine.version, 1)
})

test('while an objection is open nothing on the certificate is listed or approved; answered, it goes on', async () => {
  const { claim, mine } = await twice(641, stranger)
  const id = randomUUID()
  assert.equal((await raise(stranger, mine.id, id)).status, 200)
  const { owner, app } = office.database
  // as if every union and the verifier had passed it
  await owner.query(`begin; set local session_replication_role = replica;
    update application set step = 'finalApproval' where id = '${claim}'; commit`)
  const candidates = async () => (await centre.ask<ApprovalLists>('GET', '/api/v1/approval-lists')).body.candidates
  assert.deepEqual([(await candidates()).count, (await candidates()).objected], [0, 1])
  const approver = (await owner.query("select id from account where login_name = 'shi.zhongshen1'")).rows[0].id
  const approve = inScope(app, { kind: 'city', accountId: approver }, (trx) =>
    trx
      .insertInto('action')
      .values({
        ...{ application_id: claim, seq: 2, id: randomUUID(), kind: 'approve', account_id: approver, role: 'approver' },
        ...{ at: 1, previous_digest: Buffer.of(1), digest: Buffer.of(1) },
      })
      .execute(),
  )
  await assert.rejects(approve, { constraint: 'objection_open' })
  assert.equal((await decide(centre, id, { kind: 'rejected', words: '核实过，证书是对方的。' })).status, 200)
  assert.deepEqual([(await candidates()).count, (await candidates()).objected], [1, 0])
  await owner.query(`begin; set local session_replication_role = replica;
    update application set step = 'firstReview' where id = '${claim}'; commit`)
})

test('granted: the other claim ends, and the objector’s counts from the objection, also after the window, once', async () => {
  const late = await office.worker('13800006041')
  const clock = await office.staff('xitong')
  const to = (at: string) => clock.ask('PUT', '/api/v1/demo/clock', { to: instant(at) })
  await to('2026-09-15T20:00:00+08:00')
  const { claim, mine } = await twice(603, late)
  const raised = (await raise(late, mine.id)).body
  const actionId = randomUUID()
  const decided = await decide(centre, raised.id, grant, actionId)
  assert.deepEqual(decided.body, { id: raised.id, state: 'granted', displaced: true })
  assert.deepEqual((await decide(centre, raised.id, grant, actionId)).body, decided.body, 'a repeat')
  assert.equal(code(await decide(colleague, raised.id)), 'objection.decided')
  const ended = await view(holder, claim)
  assert.equal(ended.state, 'declined')
  assert.equal(ended.decision?.words, grant.wordsToOther)
  assert.equal(ended.reReview, undefined)
  assert.equal(code(await act(holder, claim, { kind: 'requestReReview', words: '不服。' })), 'act.not-in-this-state')

  assert.equal(
    code(await file(holder, await draft(holder, 603))),
    'filing.certificate-taken',
    'it waits for the objector',
  )
  await to('2026-09-18T10:00:00+08:00')
  assert.equal(code(await file(late, await draft(late, 604))), 'filing.closed', 'no other certificate')
  const done = await file(late, mine)
  assert.equal(done.status, 200, JSON.stringify(done.body))
  assert.equal(done.body.receivedAt, raised.raisedAt)
  assert.equal((await view(late, mine.id)).receivedAt, raised.raisedAt)
  const told = (await late.ask<MyMessages>('GET', '/api/v1/messages')).body.messages
  assert.ok(told.some(({ title, objectionId }) => title === '异议成立' && objectionId === raised.id))
  const status = await late.ask<ObjectionView>('GET', `/api/v1/objections/${raised.id}`)
  assert.equal(status.body.filedAs, mine.id)
  const { rows } = await office.database.owner.query('select account_id from objection where id = $1', [raised.id])
  await assert.rejects(
    inScope(office.deps.db, { kind: 'person', accountId: rows[0].account_id }, (trx) =>
      trx.updateTable('objection').set({ filed_as: mine.id }).where('id', '=', raised.id).execute(),
    ),
    /decided once, and used once/,
  )
  await act(late, mine.id, { kind: 'withdraw' })
  const again = await draft(late, 603, { idNumber: idNumber(903) })
  assert.equal(code(await file(late, again)), 'filing.closed', 'used up')
})

test('every chain still verifies', async () => {
  assert.ok('actions' in (await verifyChains(office.database.worker, office.deps.secrets)))
})
