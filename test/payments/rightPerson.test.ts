/** One certificate is paid once, and to whom it belongs: alike claims, objections and the money, from outside. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Acted } from '../../contract/applications.ts'
import type { ObjectionDecided, ObjectionView } from '../../contract/objections.ts'
import type { ApprovalListDetail, ApprovalLists } from '../../contract/payments.ts'
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
