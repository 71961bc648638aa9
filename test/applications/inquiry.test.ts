/** 审核: what a register cannot show is decided from copies or the reply to a letter; a letter without reply is no refusal. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Acted, ApplicationView } from '../../contract/applications.ts'
import { evidenceProblem } from '../../domain/certificateEvidence.ts'
import { plainDate } from '../../domain/dates.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, upload, view } from './claim.ts'

const office = await withApp()
let verifier: Client, district: Client, worker: Client
let city: string, province: string

before(async () => {
  worker = await office.worker('13800006021')
  const officer = await office.staff('qiheng.gonghui')
  const point = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
  await verifier.ask('PUT', `/api/v1/filing-batches/${randomUUID()}`)
  const hr = await office.staff('qiheng.renli')
  const anhui = { filingAuthority: 'anhui' as const, certificateNumber: 'Y000034000217252000902' }
  city = await filed(worker, 901)
  province = await filed(worker, 902, anhui)
  assert.equal((await act(hr, province, { kind: 'pass' })).status, 200)
  for (const id of [city, province]) {
    assert.equal((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).status, 200)
    assert.equal((await act(point, id, { kind: 'pass' })).status, 200)
    const { body } = await act(district, id, { kind: 'pass', words: '证书与原件一致' })
    assert.equal(body.step, 'verification', JSON.stringify(body))
  }
})

const shown = {
  ...{ level: 'technician', occupationCode: '6-20-03-01', occupationName: '机床装调维修工', issuedOn: '2025-11-20' },
  ...{ holderMatches: true, valid: true },
}
const record = (id: string, more: object, by = verifier) =>
  by.ask<Acted & { code: string }>('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, {
    source: '人工',
    outcome: 'pass',
    shown,
    ...more,
  })
const letter = { letterNumber: '沪技协函〔2026〕3号', addressedTo: '安徽省人社厅', sentOn: '2026-07-14' }
const send = (id: string, body: object = letter, by = verifier, inquiryId: string = randomUUID()) =>
  by.ask<Acted & { code: string }>('PUT', `/api/v1/applications/${id}/inquiries/${inquiryId}`, body)
const register = (application: ApplicationView) =>
  application.assessment.findings.find(({ condition }) => condition === 'register')!

test('nobody but the verifier sends a letter or records what it brought', async () => {
  for (const by of [worker, district, await office.staff('shi.zhongshen1'), await office.staff('jingshen')]) {
    assert.equal((await send(province, letter, by)).status, 403)
    assert.equal((await record(province, { basis: 'copies' }, by)).status, 403)
  }
  assert.equal((await send(province, { ...letter, sentOn: '2026-07-16' })).body.code, 'request.malformed')
})

test('copies alone do not do for a certificate of the city, nor a look without its page', async () => {
  assert.equal((await record(city, { basis: 'copies' })).body.code, 'act.basis-not-enough')
  assert.equal((await record(city, { basis: 'site' })).body.code, 'act.register-missing')
  assert.equal((await record(city, { basis: 'inquiry' })).body.code, 'act.inquiry-missing')
})

test('a letter without a reply is an open fact with its date: it waits, and refuses nothing', async () => {
  const id = randomUUID()
  for (let times = 0; times < 2; times++) assert.equal((await send(province, letter, verifier, id)).status, 200)
  assert.equal((await record(province, { outcome: 'noData', shown: {} })).status, 200)
  const seen = await view(verifier, province)
  assert.deepEqual(
    seen.inquiries.map(({ sentOn, repliedOn, by }) => [sentOn, repliedOn, by]),
    [['2026-07-14', undefined, '孙牧之']],
  )
  const finding = register(seen)
  assert.deepEqual([finding.outcome, finding.consequence], ['unknown', 'wait'])
  assert.equal(finding.says, '证书已函询，7月14日发函，还没有回')
  assert.notEqual(seen.assessment.verdict, false)
  const passed = await act(verifier, province, { kind: 'pass' })
  assert.equal((passed.body as unknown as { code: string }).code, 'act.register-missing')
})

test('the reply is kept with its day and scan, and decides', async () => {
  const { id } = (await view(verifier, province)).inquiries[0]!
  const evidenceFileId = await upload(verifier, 'inquiryReply')
  const reply = { basis: 'inquiry', inquiry: { id, repliedOn: '2026-07-15' } }
  assert.equal((await record(province, reply)).body.code, 'act.inquiry-missing', 'without the scan')
  const early = { ...reply, inquiry: { id, repliedOn: '2026-07-13' }, evidenceFileId }
  assert.equal((await record(province, early)).body.code, 'act.inquiry-missing')
  const stranger = { ...reply, inquiry: { id: randomUUID(), repliedOn: '2026-07-15' }, evidenceFileId }
  assert.equal((await record(province, stranger)).body.code, 'act.inquiry-missing')
  assert.equal((await record(province, { ...reply, evidenceFileId })).status, 200)
  const seen = await view(verifier, province)
  assert.equal(seen.inquiries[0]!.repliedOn, '2026-07-15')
  assert.equal(register(seen).says, '凭函询的回函：有效，是本人的')
  assert.equal((await act(verifier, province, { kind: 'pass', words: '凭回函认定' })).body.step, 'finalApproval')
})

test('the rule is the domain’s', () => {
  const today = plainDate('2026-07-15')!
  const copies = { basis: 'copies', outcome: 'pass', isKept: false } as const
  assert.equal(evidenceProblem('anhui', copies, today), undefined)
  assert.equal(evidenceProblem('industry', copies, today), undefined)
  assert.equal(evidenceProblem('shanghai', copies, today), 'act.basis-not-enough')
  const sent = plainDate('2026-07-14')!
  const answered = {
    basis: 'inquiry',
    outcome: 'pass',
    isKept: true,
    letter: { sentOn: sent, repliedOn: today },
  } as const
  assert.equal(evidenceProblem('shanghai', answered, today), undefined)
  assert.equal(evidenceProblem('shanghai', { ...answered, outcome: 'unavailable' }, today), 'act.inquiry-missing')
})
