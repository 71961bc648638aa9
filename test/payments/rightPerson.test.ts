/** One certificate is paid once, and to whom it belongs: alike claims, objections and the money, from outside. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Acted } from '../../contract/applications.ts'
import type { ObjectionDecided, ObjectionView } from '../../contract/objections.ts'
import type { ApprovalListDetail, ApprovalLists, Notices } from '../../contract/payments.ts'
import type { Problem } from '../../contract/problem.ts'
import { inScope } from '../../server/db/open.ts'
import { type Client, withApp } from '../app.ts'
import { act, draft, file, filed, idNumber, upload, view } from '../applications/claim.ts'

const office = await withApp()
const { owner } = office.database
const people = {
  officer: 'qiheng.gonghui',
  point: 'gongyequ.shenbao',
  district: 'jiading.fushen1',
  verifier: 'zhongxin.shenhe1',
  colleague: 'zhongxin.shenhe2',
  approver: 'shi.zhongshen1',
  cityFinance: 'shi.caiwu1',
  cityFinance2: 'shi.caiwu2',
  centreFinance: 'zhongxin.caiwu1',
}
const by = {} as Record<keyof typeof people, Client>
let holder: Client, other: Client
before(async () => {
  for (const [who, loginName] of Object.entries(people)) by[who as keyof typeof people] = await office.staff(loginName)
  holder = await office.worker('13800006021')
  other = await office.worker('13800006022')
})
const code = ({ body }: { body: unknown }) => (body as Problem).code

async function toVerification(id: string): Promise<void> {
  await act(by.officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(by.point, id, { kind: 'pass' })
  const reviewed = await act(by.district, id, { kind: 'pass', words: '看过原件' })
  assert.equal(reviewed.body.step, 'verification', JSON.stringify(reviewed.body))
}
/** The register shows what the form says; then it is passed. */
async function verify(id: string) {
  const { form } = await view(by.verifier, id)
  const { level, occupationCode, occupationName, issuedOn } = form
  const looked = await by.verifier.ask<Acted>('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, {
    ...{ basis: 'site', source: '市人社局证书查询', outcome: 'pass' },
    shown: { level, occupationCode, occupationName, issuedOn, holderMatches: true, valid: true },
    evidenceFileId: await upload(by.verifier, 'registerEvidence'),
  })
  assert.equal(looked.status, 200, JSON.stringify(looked.body))
  return passed(id)
}
const passed = (id: string) => act(by.verifier, id, { kind: 'pass', words: '已核' })
const compare = (id: string, beside: string, answer: 'same' | 'different', who = by.verifier) =>
  who.ask('PUT', `/api/v1/applications/${id}/comparisons/${randomUUID()}`, {
    ...{ other: beside, answer, words: '比对过两张证书的照片' },
  })
const makeList = (id: string) => by.colleague.ask<ApprovalListDetail>('PUT', `/api/v1/approval-lists/${id}`, {})
const approve = (id: string) =>
  by.approver.ask<ApprovalListDetail>('PUT', `/api/v1/approval-lists/${id}/approval`, {
    documentNumber: '沪工总〔2026〕1号',
  })
const candidates = async () => (await by.colleague.ask<ApprovalLists>('GET', '/api/v1/approval-lists')).body.candidates

/** Two claims of one person with the same level and day under two numbers. */
async function alike(serial: number): Promise<[string, string]> {
  const one = await filed(holder, serial)
  const two = await filed(other, serial + 1, { idNumber: idNumber(serial), name: `陆文轩${serial}` })
  for (const id of [one, two]) await toVerification(id)
  return [one, two]
}

test('alike claims are not verified before the centre has compared them; the list names both', async () => {
  const [one, two] = await alike(11)
  assert.equal(code(await verify(one)), 'act.compare-first')
  assert.equal((await view(by.verifier, one)).permissions.pass?.why, 'act.compare-first')
  assert.equal((await compare(one, two, 'different', by.district)).status, 200)
  assert.equal(code(await passed(one)), 'act.compare-first', 'a union’s word is not the centre’s')
  assert.equal((await compare(one, two, 'different')).status, 200)
  assert.equal((await passed(one)).body.step, 'finalApproval')
  assert.equal((await verify(two)).body.step, 'finalApproval', 'one answer is for both')

  const id = randomUUID()
  const list = (await makeList(id)).body
  assert.deepEqual(
    list.exceptions.map((line) => [line.applicationId, line.exceptions.includes('alike')]).toSorted(),
    [one, two].toSorted().map((line) => [line, true]),
  )
  // said while the list waits: neither is approved, and neither stands on the next one
  assert.equal((await compare(one, two, 'same', by.colleague)).status, 200)
  assert.equal(code(await approve(id)), 'approval.same-certificate')
  assert.deepEqual([(await candidates()).count, (await candidates()).same], [0, 2])
  assert.equal(code(await makeList(randomUUID())), 'approval.nothing')
  assert.equal((await view(by.verifier, one)).state, 'inReview')

  // one of them is taken back and declined: the other is free
  assert.equal((await act(by.verifier, one, { kind: 'undo', words: '是同一张证书' })).body.step, 'verification')
  assert.equal(code(await passed(one)), 'act.same-certificate')
  const reasons = ['alreadyPaid']
  const declined = await act(by.verifier, one, { kind: 'decline', reasons, words: '与另一件是同一张证书。' })
  assert.equal(declined.body.state, 'declined', JSON.stringify(declined.body))
  assert.deepEqual([(await candidates()).count, (await candidates()).same], [1, 0])
  const next = randomUUID()
  assert.equal((await makeList(next)).body.lineCount, 1)
  assert.equal((await approve(next)).status, 200)
  // and it stays out: the certificate has its award
  const { rows } = await owner.query('select count(*)::int as n from award')
  assert.equal(rows[0].n, 1)
})

// Objections --------------------------------------------------------------------------------------------------------
/** Somebody else's draft with the certificate of a claim. */
const rival = (serial: number) => draft(other, serial, { idNumber: idNumber(serial + 300) })
const raise = async (draftId: string, id: string, evidence?: string) =>
  other.ask<ObjectionView>('PUT', `/api/v1/objections/${id}`, {
    ...{ draftId, words: '证书是我本人考的，原件在我手里。' },
    files: [evidence ?? (await upload(other, 'objectionEvidence'))],
  })
const decide = (id: string, message: object = { kind: 'granted', words: '核实过，证书归你申报。' }) =>
  by.colleague.ask<ObjectionDecided>('PUT', `/api/v1/objection-desk/${id}/decisions/${randomUUID()}`, message)

test('a decline is not undone, nor looked at again, once its certificate was granted to who objected', async () => {
  const claim = await filed(holder, 31)
  const mine = await rival(31)
  assert.equal(code(await file(other, mine)), 'filing.certificate-taken')
  await toVerification(claim)
  const id = randomUUID()
  assert.equal((await raise(mine.id, id)).status, 200)
  const declines = { kind: 'decline' as const, reasons: ['alreadyPaid'], words: '不是本人的证书。' }
  assert.equal((await act(by.verifier, claim, declines)).body.state, 'declined')
  assert.deepEqual((await decide(id)).body, { id, state: 'granted', displaced: false })

  assert.equal(code(await act(by.verifier, claim, { kind: 'undo', words: '看错了' })), 'act.certificate-taken')
  const again = await act(holder, claim, { kind: 'requestReReview', words: '不服。' })
  assert.equal(code(again), 're-review.certificate-taken')
  // and by no other way: the row itself does not leave its state
  for (const state of ['inReview', 'reReview'])
    await assert.rejects(
      owner.query("update application set state = $2, step = 'verification' where id = $1", [claim, state]),
      { constraint: 'certificate_reserved' },
    )
  assert.equal((await file(other, mine)).status, 200, 'whose it is files')
  assert.equal(code(await act(by.verifier, claim, { kind: 'undo', words: '看错了' })), 'act.certificate-taken')
})

test('a grant whose claim came back to life meanwhile is refused', async () => {
  const claim = await filed(holder, 32)
  const mine = await rival(32)
  const id = randomUUID()
  assert.equal((await raise(mine.id, id)).status, 200)
  const centre = (await owner.query("select id from account where login_name = 'zhongxin.shenhe2'")).rows[0].id
  const granted = inScope(office.database.app, { kind: 'city', accountId: centre }, (trx) =>
    trx
      .updateTable('objection')
      .set({ state: 'granted', decided_by: centre, decided_at: 1, against_id: claim, approved_already: false })
      .set({ answer: '{}', file_before: Date.now() * 2 })
      .where('id', '=', id)
      .execute(),
  )
  await assert.rejects(granted, { constraint: 'grant_of_a_free_certificate' })
  assert.deepEqual((await decide(id)).body, { id, state: 'granted', displaced: true })
})

// At the same moment, and after approval ----------------------------------------------------------------------------
/** A list with one line, and what somebody needs to object to it. */
async function listed(serial: number) {
  const claim = await filed(holder, serial)
  const mine = await rival(serial)
  await toVerification(claim)
  assert.equal((await verify(claim)).body.step, 'finalApproval')
  const list = randomUUID()
  assert.equal((await makeList(list)).body.lineCount, 1)
  return { claim, mine, list, evidence: await upload(other, 'objectionEvidence') }
}

/** Whoever inserts into the table, last thing, waits at a gate until it is opened. */
async function gate(table: 'action' | 'objection') {
  await owner.query(`create function at_the_gate() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(42); return new; end $$;
    create trigger zz_at_the_gate before insert on ${table} for each row execute function at_the_gate()`)
  await owner.query('select pg_advisory_lock(42)')
  return async () => {
    await owner.query('select pg_advisory_unlock(42)')
    return owner.query('drop function at_the_gate cascade')
  }
}
/** Until so many stand and wait for one another. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await owner.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (rows[0].n >= count) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('an objection and an approval at the same moment: one comes after the other', async () => {
  const first = await listed(41)
  let open = await gate('action')
  const approving = approve(first.list)
  await untilWaiting(1)
  const raising = raise(first.mine.id, randomUUID(), first.evidence)
  // It is not taken in before the approval is through.
  await untilWaiting(2)
  await open()
  assert.equal((await approving).status, 200)
  assert.equal((await raising).status, 200)
  assert.equal((await view(holder, first.claim)).state, 'approved')

  const second = await listed(42)
  open = await gate('objection')
  const objecting = raise(second.mine.id, randomUUID(), second.evidence)
  await untilWaiting(1)
  const refused = approve(second.list)
  await untilWaiting(2)
  await open()
  assert.equal((await objecting).status, 200)
  assert.equal(code(await refused), 'approval.objection-open')
})

test('what somebody objects to after approval stays out of the notices and is not paid; answered, it follows', async () => {
  const { rows: lists } = await owner.query(
    'select id from approval_list where approved_at is not null order by made_at',
  )
  const list: string = lists.at(-1).id
  const voucher = { kind: 'funding', subjectId: list, voucherNumber: '工拨-1' }
  const transfer = randomUUID()
  assert.equal((await by.cityFinance.ask('PUT', `/api/v1/transfers/${transfer}`, voucher)).status, 200)
  assert.equal((await by.cityFinance2.ask('PUT', `/api/v1/transfers/${transfer}/release`, {})).status, 200)
  const issue = (body: object = {}) =>
    by.centreFinance.ask<Notices>('PUT', `/api/v1/approval-lists/${list}/allocation`, body)
  assert.equal(code(await issue()), 'money.disputed')
  const shown = async () => {
    const { body } = await by.centreFinance.ask<ApprovalLists>('GET', '/api/v1/approval-lists')
    const { notices, toIssue, disputed } = body.lists.find((each) => each.id === list)!
    return { notices, toIssue, disputed }
  }
  assert.deepEqual(await shown(), { notices: 0, toIssue: 1, disputed: 1 })
  const award = (
    await owner.query('select w.id from award w join approval_line using (application_id) where list_id = $1', [list])
  ).rows[0].id
  const named = owner.query('update award set notice_id = $2 where id = $1', [award, randomUUID()])
  await assert.rejects(named, { constraint: 'award_undisputed' })
  const paid = `insert into payout (id, award_id, reference, amount_fen, payee_tail, state)
    values (gen_random_uuid(), $1, 'TEST', 1, '1234', 'made')`
  await assert.rejects(owner.query(paid, [award]), { constraint: 'award_undisputed' })

  const { rows } = await owner.query("select id from objection where state = 'open' order by raised_at limit 1")
  assert.equal((await decide(rows[0].id, { kind: 'rejected', words: '核实过，证书是对方的。' })).status, 200)
  assert.deepEqual(await shown(), { notices: 0, toIssue: 1, disputed: 0 })
  assert.equal((await issue()).body.notices.length, 1)
  assert.deepEqual(await shown(), { notices: 1, toIssue: 0, disputed: 0 })
})
