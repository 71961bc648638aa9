/** 咨询: what a caller must say, what they are told, and what the desk never gets. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { ApplicationView } from '../../contract/applications.ts'
import type { CallNotes, ConsultationView, LookUp } from '../../contract/consultation.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, filledForm, idNumber, readPolicy, unionId, upload, view } from '../applications/claim.ts'

const office = await withApp()
const [caller, other] = ['13800006021', '13900004402'] as const
let worker: Client, officer: Client, desk: Client, verifier: Client
let id: string, receipt: string

before(async () => {
  worker = await office.worker(caller)
  officer = await office.staff('qiheng.gonghui')
  desk = await office.staff('zhongxin.zixun')
  verifier = await office.staff('zhongxin.shenhe1')
  await office.worker(other)
  id = await filed(worker, 801)
  await act(officer, id, { kind: 'return', reasons: ['idUnclear'], words: '请重拍身份证人像面。' })
  receipt = (await view(worker, id)).receiptNumber
})

const lookUp = (said: LookUp, by = desk, call: string = randomUUID()) =>
  by.ask<ConsultationView & { code: string; title: string }>('PUT', `/api/v1/consultations/${call}`, said)
const events = async (kind: string) =>
  (
    await office.database.owner.query<{ detail: Record<string, unknown>; object_id: string }>(
      'select detail, object_id from audit_event where kind = $1 order by at, id',
      [kind],
    )
  ).rows

test('nobody but a consultant looks up a caller; a consultant reaches no case, no picture and no other desk', async () => {
  const said = { receiptNumber: receipt, phone: caller }
  for (const by of [office.client(), worker, officer, verifier, await office.staff('jingshen')]) {
    const { status } = await lookUp(said, by)
    assert.ok(status === 401 || status === 403, String(status))
  }
  assert.equal((await lookUp(said)).status, 200)
  const files = (await view(worker, id)).files
  assert.ok(files.length > 0)
  for (const [method, address, body] of [
    ['GET', `/api/v1/applications/${id}`],
    ['GET', '/api/v1/queue'],
    ['GET', '/api/v1/ledger'],
    ['GET', '/api/v1/approval-lists'],
    ['GET', `/api/v1/applications/${id}/call-notes`],
    ['POST', `/api/v1/applications/${id}/unmask`, { field: 'phone', reason: '来电人要听' }],
    ['PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, { expectedVersion: 2, kind: 'withdraw' }],
  ] as const) {
    const { status } = await desk.ask(method, address, body)
    assert.equal(status, 403, address)
  }
  for (const file of files) {
    assert.equal((await desk.ask('GET', `/api/v1/files/${file.id}`)).status, 404)
    assert.equal((await desk.ask('GET', `/api/v1/files/${file.id}/pages/1`)).status, 404)
  }
  await assert.rejects(upload(desk, 'inquiryReply'), /403/)
})

test('facts that do not agree tell nothing, whether they are half right or all wrong', async () => {
  const wrong: LookUp[] = [
    { receiptNumber: receipt, phone: other },
    { receiptNumber: receipt, idNumber: idNumber(802) },
    { receiptNumber: 'JS26-9999999', phone: caller },
    { idNumber: idNumber(801), phone: other },
    { idNumber: idNumber(802), phone: caller },
  ]
  const answers = await Promise.all(wrong.map((said) => lookUp(said)))
  const titles = new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.title}`))
  assert.equal(titles.size, 1, [...titles].join('\n'))
  assert.equal(answers[0]!.body.code, 'consultation.no-match')
  for (const said of [{}, { idNumber: idNumber(801) }, { phone: caller }, { receiptNumber: ' ', phone: caller }]) {
    assert.equal((await lookUp(said)).body.code, 'consultation.facts')
  }
  await office.database.owner.query('delete from consultation where found = 0')
})

test('two facts that agree tell how the case stands, masked, and what the worker can do next', async () => {
  for (const said of [
    { receiptNumber: receipt.toLowerCase(), phone: '138 0000 6021' },
    { receiptNumber: receipt, idNumber: idNumber(801) },
    { idNumber: idNumber(801), phone: caller },
  ]) {
    const { status, body } = await lookUp(said)
    assert.equal(status, 200, JSON.stringify(body))
    const [told] = body.cases
    assert.deepEqual(
      [told!.receiptNumber, told!.stateTitle, told!.holder.name, told!.person!.phone],
      [receipt, '退回补正', '你', '138****6021'],
    )
    assert.equal(told!.person!.name, '陆*****')
    assert.match(told!.person!.idNumber, /^310\*+\d{3}[\dX]$/)
    assert.equal(told!.person!.words, '请重拍身份证人像面。')
    assert.deepEqual(told!.reasons[0], {
      text: '身份证复印件缺失或看不清',
      clause: '四.一.1',
      quote: '身份证复印件',
    })
    assert.ok(told!.next.some((each) => each.includes('补好')))
    const everything = JSON.stringify(body)
    const form = filledForm(801, await readPolicy(worker), await unionId(worker, '启衡'))
    for (const secret of [form.name, form.idNumber, form.phone, form.accountNumber, form.certificateNumber, '0012'])
      assert.ok(!everything.includes(secret!), secret!)
  }
})

test('a receipt number alone tells how that case stands, and nothing of whose it is', async () => {
  const { body } = await lookUp({ receiptNumber: receipt })
  const [told] = body.cases
  assert.equal(told!.stateTitle, '退回补正')
  assert.equal(told!.person, undefined)
  assert.deepEqual(told!.notes, [])
  assert.doesNotMatch(JSON.stringify(body), /陆|6021|请重拍身份证人像面|启衡精密机械有限公司工会人力/)
})

test('a call note is kept with the case, sealed; the next consultant and the centre read it, the worker does not', async () => {
  const call = randomUUID()
  await lookUp({ receiptNumber: receipt, phone: caller }, desk, call)
  const note = { applicationId: id, asked: '问身份证要不要重拍反面', answered: '只重拍人像面，7月底前补好' }
  const noteId = randomUUID()
  const address = `/api/v1/consultations/${call}/notes/${noteId}`
  for (let times = 0; times < 2; times++) {
    const { status, body } = await desk.ask<ConsultationView>('PUT', address, note)
    assert.equal(status, 200)
    assert.equal(body.cases[0]!.notes.length, 1)
  }
  const stranger = { ...note, applicationId: randomUUID() }
  const beside = await desk.ask('PUT', `/api/v1/consultations/${call}/notes/${randomUUID()}`, stranger)
  assert.equal(beside.status, 404)
  const again = await lookUp({ idNumber: idNumber(801), phone: caller })
  assert.deepEqual(
    again.body.cases[0]!.notes.map(({ asked, here }) => [asked, here]),
    [[note.asked, false]],
  )
  const { body: seen } = await verifier.ask<CallNotes>('GET', `/api/v1/applications/${id}/call-notes`)
  assert.equal(seen.notes[0]!.answered, note.answered)
  assert.equal((await worker.ask('GET', `/api/v1/applications/${id}/call-notes`)).status, 403)
  const { rows } = await office.database.owner.query('select body from call_note')
  assert.doesNotMatch(JSON.stringify(rows), /身份证/)
})

test('a call that is over shows nothing more, and the next one ends it', async () => {
  const first = randomUUID()
  await lookUp({ receiptNumber: receipt, phone: caller }, desk, first)
  await lookUp({ receiptNumber: receipt, phone: caller })
  const { body } = await desk.ask('GET', `/api/v1/consultations/${first}`)
  assert.equal(body.code, 'consultation.ended')
  const open = randomUUID()
  await lookUp({ receiptNumber: receipt, phone: caller }, desk, open)
  assert.equal((await desk.ask('GET', `/api/v1/consultations/${open}`)).status, 200)
  assert.equal((await desk.ask('PUT', `/api/v1/consultations/${open}/end`, {})).status, 204)
  assert.equal((await desk.ask('GET', `/api/v1/consultations/${open}`)).status, 409)
  const reused = await lookUp({ receiptNumber: receipt, idNumber: idNumber(801) }, desk, open)
  assert.equal(reused.body.code, 'request.reused-id')
})

test('every look-up is logged with how the caller proved themselves; nothing of what they said', async () => {
  const looks = await events('consultation.looked-up')
  assert.ok(looks.some(({ detail }) => detail.proof === 'idPhone' && detail.found === 1))
  assert.ok(looks.some(({ detail }) => detail.proof === 'receiptPhone' && detail.found === 0))
  const told = await events('consultation.told')
  assert.ok(told.every(({ object_id }) => object_id === id) && told.length > 0)
  assert.doesNotMatch(JSON.stringify([looks, told]), /JS26|1380000|3101011990/)
})

test('after too many misses the desk waits, and what is right is refused as well', async () => {
  let last = ''
  for (let n = 0; n < 9; n++) last = (await lookUp({ receiptNumber: `JS26-888888${n}`, phone: caller })).body.code
  assert.equal(last, 'consultation.too-many')
  assert.equal((await lookUp({ receiptNumber: receipt, phone: caller })).body.code, 'consultation.too-many')
  const refused = (await events('consultation.looked-up')).filter(({ detail }) => detail.refused)
  assert.equal(refused.length, 2)
  const seen = await worker.ask<ApplicationView>('GET', `/api/v1/applications/${id}`)
  assert.equal(seen.body.version, 2, 'no call changed the case')
})
