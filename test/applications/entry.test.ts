/** What a filing point may enter for workers, and how a worker takes such a claim up: forbidden ways first. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { ApplicationView, DraftView, Filed, MyApplications, QueuePage } from '../../contract/applications.ts'
import type { ConsultationView } from '../../contract/consultation.ts'
import type { EntryList, EntryView, Linked, PaperConsent, ServedUnions } from '../../contract/entries.ts'
import type { DraftForm } from '../../contract/form.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import { demoStaff } from '../../server/demo/staff.ts'
import { type Client, withApp } from '../app.ts'
import {
  act,
  certificateNumber,
  filed,
  filledForm,
  idNumber,
  paperSeal,
  readPolicy,
  unionId,
  upload,
  uploadAll,
  view,
} from './claim.ts'

const office = await withApp()
const point = await office.staff('gongyequ.shenbao')
const otherPoint = await office.staff('nanxiang.shenbao')
const worker = await office.worker('13800006021')
const stranger = await office.worker('13800006999')
const policy = await readPolicy(point)
const union = await unionId(point, '衡川')
const foreign = await unionId(point, '申澜')

type Row = { readonly id: string; readonly version: number; readonly form: DraftForm; readonly paper: PaperConsent }

/** A whole row: form, pictures, and the consent on paper. */
async function row(client: Client, serial: number, change: DraftForm = {}, baseUnionId = union): Promise<Row> {
  const id = randomUUID()
  const form = { ...filledForm(serial, policy, baseUnionId), files: await uploadAll(client, id), ...change }
  const scanId = await upload(client, 'consent', id)
  return { id, version: 0, form, paper: { consentedOn: '2026-07-10', scanId, scanIs: 'consent' } }
}
const save = (client: Client, { id, ...message }: Row) =>
  client.ask<EntryView>('PUT', `/api/v1/entries/${id}`, { ...message, place: 0 })
const enter = (client: Client, id: string, draftVersion = 1) =>
  client.ask<Filed>('PUT', `/api/v1/entries/${id}/filing`, { draftVersion })
async function entered(serial: number, change: DraftForm = {}): Promise<Filed> {
  const typed = await row(point, serial, change)
  assert.equal((await save(point, typed)).status, 200)
  const answer = await enter(point, typed.id)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
const link = (client: Client, receiptNumber: string, id: string) =>
  client.ask<Linked>('POST', '/api/v1/entered-claims', { receiptNumber, idNumber: id })
const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as { code?: string }).code]

test('nobody but a filing point types rows in', async () => {
  const typed = await row(point, 1)
  for (const login of ['qiheng.gonghui', 'qiheng.renli', 'jiading.fushen1', 'zhongxin.shenhe1', 'xitong']) {
    const other = await office.staff(login)
    assert.deepEqual(codeOf(await save(other, typed)), [403, 'forbidden'], login)
    assert.deepEqual(codeOf(await enter(other, typed.id)), [403, 'forbidden'], login)
    assert.deepEqual(codeOf(await other.ask('GET', `/api/v1/entries?union=${union}`)), [403, 'forbidden'], login)
  }
  assert.deepEqual(codeOf(await save(worker, typed)), [403, 'forbidden'])
  assert.deepEqual(codeOf(await save(office.client(), typed)), [401, 'sign-in.required'])
})

test('a filing point types for the unions it serves, and sees no other point’s rows', async () => {
  const elsewhere = { ...(await row(point, 2)), form: filledForm(2, policy, foreign) }
  assert.deepEqual(codeOf(await save(point, elsewhere)), [403, 'entry.union-not-served'])
  assert.deepEqual(codeOf(await point.ask('GET', `/api/v1/entries?union=${foreign}`)), [403, 'entry.union-not-served'])

  const own = await row(point, 2)
  assert.equal((await save(point, own)).status, 200)
  assert.deepEqual(codeOf(await otherPoint.ask('GET', `/api/v1/entries/${own.id}`)), [404, 'not-found'])
  assert.deepEqual(codeOf(await enter(otherPoint, own.id)), [404, 'not-found'])
  assert.deepEqual(
    codeOf(await save(otherPoint, { ...own, form: { ...own.form, baseUnionId: foreign }, version: 1 })),
    [404, 'not-found'],
  )
  await otherPoint.ask('DELETE', `/api/v1/entries/${own.id}`)
  assert.equal((await point.ask('GET', `/api/v1/entries/${own.id}`)).status, 200, 'somebody else cannot take it away')
  assert.deepEqual(codeOf(await worker.ask('GET', `/api/v1/drafts/${own.id}`)), [404, 'not-found'])
  const page = `/api/v1/files/${own.form.files!.idFront}/pages/1`
  for (const other of [otherPoint, worker]) assert.equal((await other.ask('GET', page)).status, 404)
})

test('a row without the consent on paper is not filed, and says everything that is missing at once', async () => {
  const typed = { ...(await row(point, 3)), paper: {} }
  typed.form = { ...typed.form, consents: [], declared: false }
  assert.equal((await save(point, typed)).status, 200)
  const answer = await point.ask('PUT', `/api/v1/entries/${typed.id}/filing`, { draftVersion: 1 })
  assert.deepEqual(codeOf(answer), [422, 'filing.incomplete'])
  assert.deepEqual(
    answer.body.fields!.map(({ field }) => field),
    ['declared', 'consents.processing', 'consents.sensitive', 'consentedOn', 'scan'],
  )
})

test('the database itself refuses a claim entered without consent, or linked by any other way', async () => {
  const { id } = await entered(4)
  await act(point, id, { kind: 'withdraw' })
  const { owner } = office.database
  await owner.query(`create temp table copied as select * from application where id = '${id}'`)
  await owner.query("update copied set id = gen_random_uuid(), receipt_number = 'JS26-9999999'")
  await assert.rejects(
    owner.query('insert into application select * from copied'),
    /entered without a recorded consent/,
  )
  const someone = "(select id from account where kind = 'worker' limit 1)"
  await assert.rejects(owner.query(`update application set account_id = ${someone} where id = '${id}'`), /of_one/)
  const appointed = await owner.query("select account_id, organisation_id from appointment where role = 'filingPoint'")
  const { account_id: accountId, organisation_id: organisationId } = appointed.rows[0]
  const steals = sql`update application set account_id = ${accountId}, linked_at = 1 where id = ${id}`
  await assert.rejects(
    inScope(office.deps.db, { kind: 'union', accountId, organisationId }, (trx) => steals.execute(trx)),
    /permission denied/,
  )
  const guesses = sql`select * from link_entered('JS26-0000001', ''::bytea, 0)`
  await assert.rejects(
    inScope(office.deps.db, { kind: 'union', accountId, organisationId }, (trx) => guesses.execute(trx)),
    /only a worker links a claim/,
  )
})

test('rows are filed once, under the union they stand under, with the consent kept as a fact', async () => {
  const typed = await row(point, 5)
  await save(point, typed)
  const first = await enter(point, typed.id)
  assert.equal(first.status, 200)
  assert.deepEqual((await enter(point, typed.id)).body, first.body, 'a repeat answers the same')
  const seen = await view(point, typed.id)
  assert.deepEqual(
    seen.history.map(({ title, by, role }) => [title, by, role]),
    [['申报点代录', '方晓禾', 'filingPoint']],
  )
  assert.match(seen.unions.baseUnion, /衡川/)
  assert.ok(seen.files.some(({ purpose }) => purpose === 'consent'))
  const { rows } = await office.database.owner.query(
    `select e.consents, e.consented_on::text, a.account_id, a.entered_by is not null as entered, a.received_at
     from paper_entry e join application a on a.id = e.application_id where a.id = $1`,
    [typed.id],
  )
  assert.deepEqual(rows, [
    {
      consents: ['processing', 'sensitive'],
      consented_on: '2026-07-10',
      account_id: null,
      entered: true,
      received_at: first.body.receivedAt,
    },
  ])
  const { body } = await point.ask<EntryList>('GET', `/api/v1/entries?union=${union}`)
  assert.ok(body.entered.some(({ receiptNumber }) => receiptNumber === first.body.receiptNumber))
  assert.ok(body.rows.every(({ id }) => id !== typed.id))

  const again = await row(point, 105, { certificateNumber: certificateNumber(5) })
  await save(point, again)
  assert.deepEqual(codeOf(await enter(point, again.id)), [409, 'filing.certificate-taken'])
  assert.equal((await point.ask('GET', `/api/v1/entries/${again.id}`)).status, 200, 'what was typed is still there')
})

test('a row saved on an older version is not written over, and the unions count their rows', async () => {
  const typed = await row(point, 6)
  await save(point, typed)
  assert.equal((await save(point, { ...typed, version: 1, form: { ...typed.form, name: '王一' } })).status, 200)
  assert.deepEqual(codeOf(await save(point, { ...typed, version: 1, form: { ...typed.form, name: '王二' } })), [
    409,
    'draft.stale',
  ])
  const { body } = await point.ask<ServedUnions>('GET', '/api/v1/entries/unions')
  assert.equal(body.unions.length, 5)
  const mine = body.unions.find(({ id }) => id === union)!
  const { rows } = (await point.ask<EntryList>('GET', `/api/v1/entries?union=${union}`)).body
  assert.equal(mine.rows, rows.length)
  assert.equal(mine.facts?.employerAddress, '嘉定区衡川路36号')
})

test('before it is linked no phone sees it, whatever is typed there', async () => {
  const { id, receiptNumber } = await entered(7)
  for (const phone of [worker, stranger]) {
    assert.equal((await phone.ask('GET', `/api/v1/applications/${id}`)).status, 404)
    assert.equal((await phone.ask('POST', `/api/v1/applications/${id}/draft`)).status, 404)
    const { applications } = (await phone.ask<MyApplications>('GET', '/api/v1/applications')).body
    assert.ok(applications.every((mine) => mine.receiptNumber !== receiptNumber))
  }
})

test('the consultant tells how it stands to who names its receipt number and the phone on the form', async () => {
  const { receiptNumber } = await entered(17, { phone: '13911110013' })
  const desk = await office.staff('zhongxin.zixun')
  const lookUp = (phone: string) =>
    desk.ask<ConsultationView>('PUT', `/api/v1/consultations/${randomUUID()}`, { receiptNumber, phone })
  assert.equal((await lookUp('13911110014')).status, 404)
  const { status, body } = await lookUp('13911110013')
  assert.equal(status, 200, JSON.stringify(body))
  assert.match(JSON.stringify(body.cases[0]), /申报点代录/)
})

test('linking asks for phone, receipt number and ID number; the answer never tells which was wrong', async () => {
  const mine = await office.worker('13911110001')
  const { receiptNumber, id } = await entered(8, { phone: '13911110001' })
  const online = await filed(worker, 9)
  const ofOnline = (await view(worker, online)).receiptNumber
  const tries = [
    await link(stranger, receiptNumber, idNumber(8)),
    await link(await office.worker('13911110002'), receiptNumber, idNumber(10)),
    await link(await office.worker('13911110003'), 'JS26-9999998', idNumber(8)),
    await link(await office.worker('13911110004'), ofOnline, idNumber(9)),
    await link(await office.worker('13911110005'), '', ''),
    await link(mine, receiptNumber, idNumber(88)),
  ]
  const said = tries.map(({ status, body }) => {
    const { instance: _, ...rest } = body as unknown as { instance?: string }
    return { status, ...rest }
  })
  for (const each of said) assert.deepEqual(each, said[0], 'the same answer for every kind of mismatch')
  assert.deepEqual([said[0]!.status, (said[0] as { code?: string }).code], [422, 'link.mismatch'])

  const linked = await link(mine, ` ${receiptNumber.toLowerCase()} `, idNumber(8).toLowerCase())
  assert.deepEqual([linked.status, linked.body.id], [200, id])
  assert.equal((await link(mine, receiptNumber, idNumber(8))).body.id, id, 'the same again answers the same')
  const { applications } = (await mine.ask<MyApplications>('GET', '/api/v1/applications')).body
  assert.deepEqual(
    applications.map((each) => each.id),
    [id],
  )
  assert.equal((await view(mine, id)).form.idNumber, idNumber(8))
  assert.equal((await stranger.ask('GET', `/api/v1/applications/${id}`)).status, 404)
  assert.ok(!('bad' in (await verifyChains(office.database.worker, office.deps.secrets))))
})

test('after five wrong answers in a day nothing is looked up, not even what is right', async () => {
  const guesser = await office.worker('13911110011')
  const { receiptNumber } = await entered(11, { phone: '13911110011' })
  for (let left = 4; left > 0; left--) {
    const answer = await link(guesser, receiptNumber, idNumber(500 + left))
    assert.deepEqual(codeOf(answer), [422, 'link.mismatch'])
    assert.equal((answer.body as unknown as { params: { left: number } }).params.left, left)
  }
  assert.deepEqual(codeOf(await link(guesser, receiptNumber, idNumber(501))), [429, 'link.locked'])
  assert.deepEqual(codeOf(await link(guesser, receiptNumber, idNumber(11))), [429, 'link.locked'])
  await office.database.owner.query('update link_attempt set at = at - 86400001')
  assert.equal((await link(guesser, receiptNumber, idNumber(11))).status, 200)
  const { rows } = await office.database.owner.query(
    "select count(*)::int n from audit_event where kind = 'application.link-refused'",
  )
  assert.ok(rows[0].n >= 6)
})

test('what was sent back is completed by the point that entered it, or by the worker once it is linked', async () => {
  const officer = await office.staff('qiheng.gonghui')
  const { id, receiptNumber } = await entered(12, { phone: '13911110012', baseUnionId: await unionId(point, '启衡') })
  const returned = await act(officer, id, { kind: 'return', reasons: ['idUnclear'], words: '请重拍身份证。' })
  assert.equal(returned.status, 200, JSON.stringify(returned.body))
  for (const other of [otherPoint, officer])
    assert.notEqual((await other.ask('POST', `/api/v1/entries/${id}/correction`)).status, 200)
  assert.equal((await view(point, id)).permissions.resubmit?.allowed, true)

  const begun = await point.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  assert.equal(begun.body.correcting?.receiptNumber, receiptNumber)
  const idFront = await upload(point, 'idFront', id)
  const form = { ...begun.body.form, files: { ...begun.body.form.files, idFront } }
  const saved = await save(point, { ...begun.body, form })
  assert.equal(saved.status, 200, JSON.stringify(saved.body))
  const done = await act(point, id, { kind: 'resubmit', draftVersion: saved.body.version })
  assert.deepEqual([done.status, done.body.state], [200, 'inReview'], JSON.stringify(done.body))

  const mine = await office.worker('13911110012')
  assert.equal((await link(mine, receiptNumber, idNumber(12))).status, 200)
  await act(officer, id, { kind: 'return', reasons: ['idUnclear'], words: '国徽面也请重拍。' })
  const shared = await point.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  assert.equal(shared.status, 200)
  const own = await mine.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  assert.equal(own.status, 200, 'the point’s unfinished correction does not shut the worker out')
  const idBack = await upload(mine, 'idBack', id)
  const again = await mine.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, {
    version: own.body.version,
    form: { ...own.body.form, declared: true, files: { ...own.body.form.files, idBack } },
  })
  assert.equal(again.status, 200, JSON.stringify(again.body))
  const completed = await act(mine, id, { kind: 'resubmit', draftVersion: again.body.version })
  assert.deepEqual([completed.status, completed.body.state], [200, 'inReview'], JSON.stringify(completed.body))
  assert.ok(!('bad' in (await verifyChains(office.database.worker, office.deps.secrets))))
})

test('the point withdraws what it entered, and nothing that a worker filed', async () => {
  const { id } = await entered(13)
  const online = await filed(worker, 14, {}, '衡川')
  const denied = await act(point, online, { kind: 'withdraw' })
  assert.deepEqual(codeOf(denied), [403, 'act.not-yours'])
  assert.deepEqual(codeOf(await point.ask('POST', `/api/v1/entries/${online}/correction`)), [404, 'not-found'])
  assert.deepEqual(codeOf(await enter(point, online)), [409, 'request.reused-id'])
  assert.equal((await act(point, id, { kind: 'withdraw' })).status, 200)
})

test('nobody else lays a correction under a claim that was entered, neither before it is linked nor after', async () => {
  const { id, receiptNumber } = await entered(18, { phone: '13911110018' })
  const form = { ...filledForm(18, policy, union), accountNumber: '6224780000000020' }
  const lay = (client: Client) => client.ask('PUT', `/api/v1/drafts/${id}`, { version: 0, form })
  const mine = await office.worker('13911110018')
  for (const phone of [stranger, mine]) assert.deepEqual(codeOf(await lay(phone)), [409, 'request.reused-id'])
  const begun = await point.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  assert.deepEqual([begun.status, begun.body.form.accountNumber], [200, '6224780000000012'])
  assert.equal((await point.ask('DELETE', `/api/v1/entries/${id}`)).status, 204)

  assert.equal((await link(mine, receiptNumber, idNumber(18))).status, 200)
  assert.deepEqual(codeOf(await lay(stranger)), [409, 'request.reused-id'])
  const own = await mine.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  assert.deepEqual([own.status, own.body.form.accountNumber], [200, '6224780000000012'])
  const typed = { version: own.body.version, form: { ...own.body.form, name: '真名' } }
  assert.equal((await mine.ask('PUT', `/api/v1/drafts/${id}`, typed)).status, 200)
  assert.equal((await stranger.ask('GET', `/api/v1/drafts/${id}`)).status, 404)
  const foreignRow = { id, version: 0, form: { ...form, baseUnionId: foreign }, paper: {} }
  assert.deepEqual(codeOf(await save(otherPoint, foreignRow)), [404, 'not-found'])
})

test('the point opens what it entered only to correct it, while it may be corrected, and each look is recorded', async () => {
  const { id } = await entered(19)
  const looks = async () =>
    (
      await office.database.owner.query(
        "select * from audit_event where object_id = $1 and kind = 'application.viewed'",
        [id],
      )
    ).rows.length
  const read = () => point.ask<EntryView>('GET', `/api/v1/entries/${id}`)
  const begun = await point.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  assert.equal(begun.status, 200)
  const before = await looks()
  assert.equal((await read()).body.form.idNumber, idNumber(19))
  assert.equal(await looks(), before + 1)
  const typed = { ...begun.body, form: { ...begun.body.form, accountNumber: '6224780000000020' } }

  const seal = await paperSeal(point, id, 'unionSeal', '衡川工会')
  assert.equal((await act(point, id, { kind: 'pass', membershipConfirmed: true, seal })).status, 200)
  const again = () => point.ask('POST', `/api/v1/entries/${id}/correction`)
  assert.deepEqual(codeOf(await again()), [409, 'act.not-in-this-state'])
  assert.deepEqual(codeOf(await read()), [404, 'not-found'], 'the correction went with the decision')
  assert.deepEqual(codeOf(await save(point, typed)), [409, 'act.not-in-this-state'])
  const withdrawn = await entered(20)
  await point.ask('POST', `/api/v1/entries/${withdrawn.id}/correction`)
  await act(point, withdrawn.id, { kind: 'withdraw' })
  for (const address of [`/${withdrawn.id}/correction`, '']) {
    const answer = address
      ? point.ask('POST', `/api/v1/entries${address}`)
      : save(point, { ...typed, id: withdrawn.id })
    assert.deepEqual(codeOf(await answer), [409, 'act.not-in-this-state'])
  }
  assert.deepEqual(codeOf(await point.ask('GET', `/api/v1/entries/${withdrawn.id}`)), [404, 'not-found'])
})

test('a worker corrects nothing any more once it was decided, and what they had typed is told apart from a lost page', async () => {
  const id = await filed(worker, 21, {}, '启衡')
  const begun = await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  assert.equal(begun.status, 200)
  const officer = await office.staff('qiheng.gonghui')
  assert.equal((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).status, 200)
  const save = (version: number) => worker.ask('PUT', `/api/v1/drafts/${id}`, { version, form: begun.body.form })
  for (const version of [0, 1]) assert.deepEqual(codeOf(await save(version)), [409, 'act.not-in-this-state'])
  assert.deepEqual(codeOf(await worker.ask('POST', `/api/v1/applications/${id}/draft`)), [409, 'act.not-in-this-state'])
  assert.equal((await worker.ask('GET', `/api/v1/drafts/${id}`)).status, 404)
})

test('sent on to another union, a claim is the new point’s: row, correction and pictures, and the old one’s no more', async () => {
  const { id } = await entered(22)
  const files = (await view(point, id)).files
  const idFront = files.find(({ purpose }) => purpose === 'idFront')!.id
  const begun = await point.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  const unused = await upload(point, 'card', id)
  const typed = { ...begun.body, form: { ...begun.body.form, accountNumber: '6224780000000020' } }
  assert.equal((await save(point, typed)).status, 200)
  const sent = await act(point, id, { kind: 'redirect', baseUnionId: foreign, words: '人在申澜上班。' })
  assert.equal(sent.status, 200, JSON.stringify(sent.body))

  assert.equal((await point.ask('GET', `/api/v1/applications/${id}`)).status, 404)
  assert.deepEqual(codeOf(await point.ask('GET', `/api/v1/entries/${id}`)), [404, 'not-found'])
  assert.deepEqual(codeOf(await point.ask('POST', `/api/v1/entries/${id}/correction`)), [404, 'not-found'])
  assert.deepEqual(codeOf(await save(point, { ...typed, version: 2 })), [404, 'not-found'])
  assert.deepEqual(codeOf(await save(point, { ...typed, version: 0 })), [409, 'request.reused-id'])
  for (const picture of [idFront, unused]) {
    assert.equal((await point.ask('GET', `/api/v1/files/${picture}`)).status, 404)
    assert.equal((await point.ask('GET', `/api/v1/files/${picture}/pages/1`)).status, 404)
  }
  await assert.rejects(upload(point, 'card', id), /404/)

  const theirs = await otherPoint.ask<EntryView>('POST', `/api/v1/entries/${id}/correction`)
  assert.deepEqual([theirs.status, theirs.body.version, theirs.body.form.accountNumber], [200, 1, '6224780000000012'])
})

test('the database itself keeps a correction from others, and from a claim that was decided', async () => {
  const { id } = await entered(23)
  const { rows } = await office.database.owner.query(
    "select p.account_id, p.organisation_id from appointment p join application a on a.filing_point_id = p.organisation_id where p.role = 'filingPoint' and a.id = $1",
    [id],
  )
  const { account_id: accountId, organisation_id: organisationId } = rows[0]
  const someone = (await office.database.owner.query("select id from account where kind = 'worker' limit 1")).rows[0].id
  const lay = (account: string) => sql`insert into draft (id, account_id, body, version, updated_at)
    values (${id}, ${account}, '{}', 1, 1)`
  const { db } = office.deps
  await assert.rejects(
    inScope(db, { kind: 'person', accountId: someone }, (trx) => lay(someone).execute(trx)),
    /somebody else's claim/,
  )
  const here = { kind: 'union', accountId, organisationId } as const
  await inScope(db, here, (trx) => lay(accountId).execute(trx))
  await act(point, id, { kind: 'withdraw' })
  const left = await office.database.owner.query('select from draft where id = $1', [id])
  assert.equal(left.rowCount, 0)
  await assert.rejects(
    inScope(db, here, (trx) => lay(accountId).execute(trx)),
    /not to be corrected now/,
  )
})

test('an officer may type their own form, and decides no step of it', async () => {
  const own = demoStaff.find(({ loginName }) => loginName === 'gongyequ.shenbao')!.idNumber
  const { id } = await entered(15, { idNumber: own })
  const district = await office.staff('jiading.fushen1')
  await act(district, id, { kind: 'pass', membershipConfirmed: true, words: '盖章2026年7月10日' })
  const seen: ApplicationView = await view(point, id)
  assert.equal(seen.step, 'forwarding')
  assert.equal(seen.permissions.pass?.allowed, false)
  assert.deepEqual(codeOf(await act(point, id, { kind: 'pass' })), [403, 'act.own-application'])
})

test('an entered claim waits at the desk whose officers are there', async () => {
  const qiheng = await unionId(point, '启衡')
  const typed = await row(point, 16, {}, qiheng)
  await save(point, typed)
  assert.equal((await enter(point, typed.id)).status, 200)
  const inQueue = async (login: string) => {
    const { body } = await (await office.staff(login)).ask<QueuePage>('GET', '/api/v1/queue')
    return body.items.some(({ id }) => id === typed.id)
  }
  assert.deepEqual([await inQueue('qiheng.gonghui'), await inQueue('jiading.fushen1')], [true, false])
})
