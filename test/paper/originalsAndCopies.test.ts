/** Originals at the district and copies at the centre: whose they are, what is refused, and what final approval waits for. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { DraftView, QueuePage } from '../../contract/applications.ts'
import type { CopiesToSend, TransmittalDetail, Transmittals } from '../../contract/copies.ts'
import type { Arrived, OriginalsPage } from '../../contract/originals.ts'
import type { ApprovalListDetail, ApprovalLists } from '../../contract/payments.ts'
import type { Problem } from '../../contract/problem.ts'
import { type Answer, type Client, withApp } from '../app.ts'
import { act, filed, paperSeal, upload, view } from '../applications/claim.ts'

const office = await withApp()
const { owner } = office.database
let worker: Client, officer: Client, hr: Client, point: Client, district: Client, pudong: Client
let verifier: Client, approver: Client
const batch = randomUUID()

before(async () => {
  worker = await office.worker('13800006021')
  officer = await office.staff('qiheng.gonghui')
  hr = await office.staff('qiheng.renli')
  point = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  pudong = await office.staff('pudong.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
  approver = await office.staff('shi.zhongshen1')
  await verifier.ask('PUT', `/api/v1/filing-batches/${batch}`, {})
})

const code = ({ body }: { body: unknown }) => (body as Problem).code
const receiptOf = async (id: string) => (await view(worker, id)).receiptNumber
const industry = (serial: number) =>
  ({ filingAuthority: 'industry', certificateNumber: `S004231000025252000${serial}` }) as const

async function forwarded(serial: number, change: Parameters<typeof filed>[2] = {}): Promise<string> {
  const id = await filed(worker, serial, change)
  if (change.filingAuthority) await act(hr, id, { kind: 'pass' })
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
  return id
}
async function reviewed(serial: number, change?: Parameters<typeof filed>[2]): Promise<string> {
  const id = await forwarded(serial, change)
  assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')
  return id
}
async function verified(id: string): Promise<void> {
  const { form } = await view(verifier, id)
  const shown = { level: form.level, occupationCode: form.occupationCode, issuedOn: form.issuedOn, holderMatches: true }
  const evidenceFileId = await upload(verifier, 'registerEvidence')
  const check = { source: '行业主管部门查询', outcome: 'pass', shown: { ...shown, valid: true }, evidenceFileId }
  assert.equal((await verifier.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, check)).status, 200)
  assert.equal((await act(verifier, id, { kind: 'pass', words: '已向发证机构核对。' })).body.step, 'finalApproval')
}

// Originals -----------------------------------------------------------------------------------------------------------
const arrive = (client: Client, scanned: string) =>
  client.ask<Arrived>('PUT', '/api/v1/originals/arrivals', { scanned })
const seal = (client: Client, applicationIds: string[], box = '嘉26-07', sealedOn = '2026-07-15', id = randomUUID()) =>
  client.ask('PUT', `/api/v1/originals/sealings/${id}`, { applicationIds, sealedOn, box })
const listed = async (client: Client, query: string) => {
  const { body } = await client.ask<OriginalsPage>('GET', `/api/v1/originals?${query}`)
  return body.items.map(({ applicationId }) => applicationId)
}

test('originals are the district reviewer’s: other roles and other districts see and register none', async () => {
  const id = await reviewed(201)
  const receipt = await receiptOf(id)
  for (const client of [worker, officer, point, verifier, approver]) {
    assert.equal(code(await client.ask('GET', '/api/v1/originals')), 'forbidden')
    assert.equal(code(await arrive(client, receipt)), 'forbidden')
    assert.equal(code(await seal(client, [id])), 'forbidden')
  }
  assert.equal(code(await arrive(pudong, receipt)), 'original.other-district')
  assert.equal(code(await seal(pudong, [id])), 'not-found')
  await arrive(district, receipt)
  assert.deepEqual(await listed(pudong, `find=${receipt}`), [])
  assert.equal((await view(officer, id)).original, undefined)
})

test('an original arrives by what the scanner types, again is harmless, and is sealed once into a box', async () => {
  const id = await reviewed(202)
  const receipt = await receiptOf(id)
  assert.ok((await listed(district, `batch=${batch}`)).includes(id))
  assert.equal(code(await arrive(district, '6901234567892')), 'original.unknown-number')
  assert.equal(code(await seal(district, [id])), 'original.not-arrived')
  const scanned = `https://jiangsheng.example/b/${receipt.toLowerCase()}?v=1`
  const both = await Promise.all([arrive(district, scanned), arrive(district, receipt)])
  assert.deepEqual(both.map(({ body }) => body.already).toSorted(), [false, true])
  assert.ok((await listed(district, `batch=${batch}&stage=arrived`)).includes(id))
  assert.equal(code(await seal(district, [id], 'A1', '2026-07-16')), 'original.date')
  assert.equal(code(await seal(district, [id], 'A1', '2026-07-14')), 'original.date', 'before the second review')
  const command = randomUUID()
  const once = await Promise.all([1, 2].map(() => seal(district, [id], '嘉26-07', '2026-07-15', command)))
  assert.deepEqual(
    once.map(({ status }) => status),
    [200, 200],
  )
  const again = await seal(district, [id], '嘉26-08')
  assert.equal(code(again), 'original.sealed-already')
  assert.match(again.body.title, /在嘉26-07盒/)
  assert.deepEqual(await listed(district, `find=${encodeURIComponent('嘉26-07')}`), [id])
  const moves = { applicationIds: [id], box: '嘉26-09' }
  assert.equal((await district.ask('PUT', `/api/v1/originals/moves/${randomUUID()}`, moves)).status, 200)
  const { original, history } = await view(district, id)
  assert.deepEqual(original, { arrivedOn: '2026-07-15', sealedOn: '2026-07-15', box: '嘉26-09' })
  assert.equal(history.at(-1)?.kind, 'pass', 'no action of the application')
})

test('before it is forwarded no paper is registered; before second review it arrives and is not sealed', async () => {
  const early = await filed(worker, 203)
  const refused = await arrive(district, await receiptOf(early))
  assert.equal(code(refused), 'original.not-forwarded')
  assert.match((refused.body as unknown as Problem).title, /初审/)
  const id = await forwarded(204)
  assert.equal((await arrive(district, await receiptOf(id))).status, 200)
  assert.equal(code(await seal(district, [id])), 'original.not-reviewed')
  const fine = await reviewed(205)
  await arrive(district, await receiptOf(fine))
  assert.equal(code(await seal(district, [fine, id])), 'original.not-reviewed', 'all or none')
  assert.equal((await view(district, fine)).original?.sealedOn, undefined)
})

// Copies --------------------------------------------------------------------------------------------------------------
const send = (client: Client, applicationIds: string[], id = randomUUID(), sentOn = '2026-07-15') =>
  client.ask<TransmittalDetail>('PUT', `/api/v1/transmittals/${id}`, { applicationIds, sentOn })
const receive = (client: Client, id: string, missing: string[] = [], receiptId = randomUUID()) =>
  client.ask<TransmittalDetail>('PUT', `/api/v1/transmittals/${id}/receipts/${receiptId}`, { missing })
const toSend = async () =>
  (await district.ask<CopiesToSend>('GET', '/api/v1/copies/to-send')).body.items.map((item) => item.applicationId)
const candidates = async () => (await verifier.ask<ApprovalLists>('GET', '/api/v1/approval-lists')).body.candidates
const makeList = (id = randomUUID()): Promise<Answer<ApprovalListDetail>> =>
  verifier.ask<ApprovalListDetail>('PUT', `/api/v1/approval-lists/${id}`, {})

test('only a district federation sends, only its own wanted cases, each once; only the centre receives', async () => {
  const id = await reviewed(211, industry(211))
  const common = await reviewed(212)
  for (const client of [worker, officer, point, verifier, approver]) {
    assert.equal(code(await client.ask('GET', '/api/v1/copies/to-send')), 'forbidden')
    assert.equal(code(await send(client, [id])), 'forbidden')
  }
  assert.equal(code(await send(pudong, [id])), 'not-found')
  const jidian = await office.staff('jidian.fushen1')
  assert.equal(code(await send(jidian, [id])), 'copies.not-sent-by-you')
  assert.equal(code(await jidian.ask('GET', '/api/v1/copies/to-send')), 'copies.not-sent-by-you')
  assert.deepEqual(await toSend(), [id])
  assert.equal(code(await send(district, [id, common])), 'copies.not-wanted')
  assert.equal(code(await send(district, [id], randomUUID(), '2026-07-16')), 'copies.date')
  assert.equal((await view(worker, id)).copies?.state, 'notSent')

  const transmittal = randomUUID()
  const sent = await Promise.all([send(district, [id], transmittal), send(district, [id], transmittal)])
  assert.deepEqual([sent[0]!.status, sent[0]!.body.number], [200, sent[1]!.body.number])
  assert.match(sent[0]!.body.number, /^送件〔2026〕\d+号$/)
  assert.equal(code(await send(district, [id])), 'copies.not-wanted', 'it is under way')
  assert.equal((await view(verifier, id)).copies?.state, 'sent')
  assert.equal(code(await pudong.ask('GET', `/api/v1/transmittals/${transmittal}`)), 'not-found')
  assert.deepEqual((await pudong.ask<Transmittals>('GET', '/api/v1/transmittals?stage=all')).body.transmittals, [])
  for (const client of [worker, district, pudong, approver])
    assert.equal(code(await receive(client, transmittal)), 'forbidden')
  assert.equal(code(await receive(verifier, randomUUID())), 'not-found')
})

test('a queue is filtered by whether the papers are all there: the stamped form as it stands, and the copies', async () => {
  const queued = async (client: Client, materials: string) =>
    (await client.ask<QueuePage>('GET', `/api/v1/queue?materials=${materials}`)).body.items.map((item) => item.id)
  const is = async (client: Client, id: string, expected: 'complete' | 'lacking', why: string) => {
    const other = expected === 'complete' ? 'lacking' : 'complete'
    assert.ok((await queued(client, expected)).includes(id), why)
    assert.ok(!(await queued(client, other)).includes(id), why)
  }
  assert.equal((await district.ask('GET', '/api/v1/queue?materials=some')).status, 400)
  const id = await forwarded(261, industry(261))
  await is(district, id, 'lacking', 'nothing on paper yet')
  await arrive(district, await receiptOf(id))
  await is(district, id, 'complete', 'the original is at the district')
  await act(district, id, { kind: 'pass' })
  await is(verifier, id, 'lacking', 'the centre waits for its copies (R17)')
  const transmittal = randomUUID()
  await send(district, [id], transmittal)
  await is(verifier, id, 'lacking', 'on their way')
  await receive(verifier, transmittal)
  await is(verifier, id, 'complete', 'received')

  const changed = await filed(worker, 262)
  await is(officer, changed, 'lacking', 'a form without a seal')
  const scan = await upload(officer, 'stampedForm')
  const { receiptNumber } = await view(officer, changed)
  await officer.ask('PUT', `/api/v1/scans/${scan}`, { receiptNumber })
  await is(officer, changed, 'complete', 'its scan is there')
  const amended = (await worker.ask<DraftView>('POST', `/api/v1/applications/${changed}/draft`, {})).body
  const form = { ...amended.form, employerPhone: '02162890077', declared: true }
  const { body } = await worker.ask<DraftView>('PUT', `/api/v1/drafts/${changed}`, { version: amended.version, form })
  const done = await act(worker, changed, { kind: 'amend', draftVersion: body.version })
  assert.equal(done.status, 200, JSON.stringify(done.body))
  await is(officer, changed, 'lacking', 'what was stamped is another form')
})

test('what is missing stays open and is said; it is found or sent again', async () => {
  const [first, second] = [await reviewed(213, industry(213)), await reviewed(214, industry(214))] as const
  const { body: parcel } = await send(district, [first, second])
  assert.equal(code(await receive(verifier, parcel.id, [randomUUID()])), 'copies.not-on-list')
  const receipt = randomUUID()
  for (const time of [1, 2]) {
    const { body } = await receive(verifier, parcel.id, [second], receipt)
    assert.deepEqual([body.received, body.missing, time > 0], [1, 1, true])
  }
  assert.deepEqual(
    [(await view(district, first)).copies?.state, (await view(district, second)).copies?.state],
    ['received', 'missing'],
  )
  assert.deepEqual(await toSend(), [second])
  const { body: again } = await send(district, [second])
  assert.equal((await view(district, second)).copies?.state, 'sent')
  assert.equal((await receive(verifier, again.id)).body.received, 1)
  assert.equal(code(await receive(verifier, again.id)), 'copies.nothing-open')
  const { body: found } = await receive(verifier, parcel.id)
  assert.deepEqual([found.received, found.missing], [2, 0], 'the first turned up too')
})

test('final approval waits for the copies of a district federation, and says for how many and whose', async () => {
  const id = await reviewed(215, industry(215))
  await verified(id)
  const holder = (await view(worker, id)).holder
  assert.deepEqual([holder.name, /复印件/.test(holder.says)], ['嘉定区总工会', true])
  const before = await candidates()
  assert.deepEqual([before.count, before.awaitingCopies], [0, [{ district: '嘉定区总工会', count: 1, underWay: 0 }]])
  assert.equal(code(await makeList()), 'approval.nothing')
  const { body: parcel } = await send(district, [id])
  assert.deepEqual((await candidates()).awaitingCopies, [{ district: '嘉定区总工会', count: 1, underWay: 1 }])
  assert.equal((await view(worker, id)).holder.name, '上海市职工技协服务中心')
  await receive(verifier, parcel.id)
  assert.deepEqual((await candidates()).awaitingCopies, [])
  assert.equal((await view(worker, id)).holder.name, '上海市总工会')
  const { body: list } = await makeList()
  assert.equal(list.lineCount, 1)
  const approval = { documentNumber: '沪工技签〔2026〕9号' }
  assert.equal((await approver.ask('PUT', `/api/v1/approval-lists/${list.id}/approval`, approval)).status, 200)
})

test('copies of a form whose printed boxes have changed since are another form’s: they are sent again', async () => {
  const id = await reviewed(216, industry(216))
  const { body: parcel } = await send(district, [id])
  await receive(verifier, parcel.id)
  await act(verifier, id, { kind: 'return', reasons: ['idUnclear'], words: '请改地址。' })
  const { body: draft } = await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  const form = { ...draft.form, employerAddress: '嘉定区沪宜公路1168号', declared: true }
  const saved = await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, { version: draft.version, form })
  await act(worker, id, { kind: 'resubmit', draftVersion: saved.body.version })
  assert.equal((await view(district, id)).copies?.state, 'notSent')
  await act(hr, id, { kind: 'pass' })
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(point, id, { kind: 'pass' })
  assert.ok(!(await toSend()).includes(id), 'not before the second review')
  await act(district, id, { kind: 'pass' })
  assert.ok((await toSend()).includes(id))
})

test('a bureau union sends none and nothing waits: its scans serve', async () => {
  const bureau = await office.staff('jidian.fushen1')
  const id = await filed(worker, 217, industry(217), '启铭')
  const qiming = await office.staff('qiming.gonghui')
  const sealed = await paperSeal(qiming, id, 'unitSeal', '上海启铭电机制造有限公司')
  await act(qiming, id, { kind: 'pass', seal: sealed })
  await act(qiming, id, { kind: 'pass', membershipConfirmed: true })
  await act(qiming, id, { kind: 'pass' })
  assert.equal((await act(bureau, id, { kind: 'pass' })).body.step, 'verification')
  await verified(id)
  assert.equal((await view(verifier, id)).copies, undefined)
  const { body: list } = await makeList()
  assert.deepEqual(
    list.lines.map((line) => line.applicationId),
    [id],
  )
})

/** How the policy in force reads R17. */
const readR17 = (value: boolean) =>
  owner.query(`update policy_revision set body = jsonb_set(body, '{readings}', (
    select jsonb_agg(case when r ->> 'id' = 'R17' then r || '{"value": ${value}}' else r end order by at)
    from jsonb_array_elements(body -> 'readings') with ordinality as each (r, at)))`)

test('R17 read the other way, nothing waits; read back before the approval, the database refuses it', async () => {
  const id = await reviewed(218, industry(218))
  await verified(id)
  await readR17(false)
  const now = await candidates()
  assert.deepEqual([now.count, now.awaitingCopies], [1, []])
  assert.equal((await view(worker, id)).holder.name, '上海市总工会')
  const { body: list } = await makeList()
  const approve = () =>
    approver.ask('PUT', `/api/v1/approval-lists/${list.id}/approval`, { documentNumber: '沪工技签〔2026〕10号' })
  await readR17(true)
  assert.equal(code(await approve()), 'approval.copies-missing')
  assert.deepEqual((await candidates()).awaitingCopies, [{ district: '嘉定区总工会', count: 1, underWay: 0 }])
  await readR17(false)
  assert.equal((await approve()).status, 200)
  assert.equal((await view(worker, id)).state, 'approved')
  await readR17(true)
})

test('the database keeps originals and parcels as they are', async () => {
  const refused = (sql: string, constraint: string) =>
    assert.rejects(owner.query(sql), (error: { constraint?: string }) => error.constraint === constraint, sql)
  await refused("update original set sealed_on = '2026-07-01' where sealed_on is not null", 'original_sealed_once')
  await refused('update transmittal_line set received_at = received_at + 1 where received_at is not null', 'line_stays')
  const pudongId = (await owner.query<{ id: string }>("select id from organisation where name = '浦东新区总工会'"))
    .rows[0]!.id
  await refused(
    `update original set district_id = '${pudongId}', sealed_on = null, sealed_by = null, sealed_at = null,
    box = null where sealed_on is not null`,
    'original_sealed_once',
  )
  await refused(
    `insert into original (application_id, form_seq, district_id, arrived_by, arrived_at)
     select id, 1, '${pudongId}', account_id, 1 from application limit 1`,
    'original_of_district',
  )
  await refused(
    `insert into transmittal_line (transmittal_id, application_id, form_seq)
     select t.id, a.id, 1 from transmittal t, application a where a.filing_authority = 'shanghai' limit 1`,
    'line_as_reviewed',
  )
})
