/** 经审: who draws samples, that a sample can be drawn again by anybody who knows seed and frame, and what stays untouched. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { LedgerView } from '../../contract/payments.ts'
import type { DrawSample, SampledCase, SampleDetail, Samples } from '../../contract/oversight.ts'
import { instant } from '../../domain/dates.ts'
import { loadClaims } from '../../server/demo/claims.ts'
import { type Client, withApp } from '../app.ts'
import { upload } from '../applications/claim.ts'

const office = await withApp()
const { owner } = office.database
let auditor: Client

before(async () => {
  await loadClaims(office.deps)
  auditor = await office.staff('jingshen')
})

const plan = (more: Partial<DrawSample> = {}): DrawSample => ({
  filter: { outcome: 'approved' },
  method: 'random',
  wanted: 3,
  ...more,
})
const draw = (body: DrawSample, by = auditor, id: string = randomUUID()) =>
  by.ask<SampleDetail & { code: string }>('PUT', `/api/v1/audit-samples/${id}`, body)
const receipts = async (where: string) =>
  (
    await owner.query<{ receipt_number: string }>(
      `select receipt_number from application where ${where} order by receipt_number collate "C"`,
    )
  ).rows.map((row) => row.receipt_number)
const approved = "state in ('approved', 'awarded', 'paid', 'bounced')"

test('nobody but an auditor draws or reads a sample; an auditor acts on nothing', async () => {
  const drawn = (await draw(plan())).body
  const clients = [office.client(), await office.worker('13900004403')]
  for (const name of ['zhongxin.shenhe1', 'shi.zhongshen1', 'shenji', 'zhongxin.zixun'])
    clients.push(await office.staff(name))
  for (const by of clients) {
    for (const [method, address, body] of [
      ['PUT', `/api/v1/audit-samples/${randomUUID()}`, plan()],
      ['GET', '/api/v1/audit-samples'],
      ['GET', `/api/v1/audit-samples/${drawn.id}`],
      ['GET', `/api/v1/audit-samples/${drawn.id}/cases/1`],
      ['PUT', `/api/v1/audit-samples/${drawn.id}/cases/1/verdicts/${randomUUID()}`, { outcome: 'clear' }],
    ] as const) {
      const { status } = await by.ask(method, address, body)
      assert.ok(status === 401 || status === 403, `${address} ${status}`)
    }
  }
  const id = drawn.cases[0]!.applicationId
  for (const [method, address, body] of [
    ['PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, { expectedVersion: 1, kind: 'undo', words: '不行' }],
    ['GET', '/api/v1/queue'],
    ['GET', '/api/v1/filing-batches'],
    ['PUT', `/api/v1/approval-lists/${randomUUID()}`, {}],
    ['PUT', `/api/v1/consultations/${randomUUID()}`, { receiptNumber: 'JS26-0000001' }],
  ] as const)
    assert.equal((await auditor.ask(method, address, body)).status, 403, address)
  await assert.rejects(upload(auditor, 'inquiryReply'), /403/)
})

test('the same seed over the same frame draws the same sample, and anybody can draw it again by hand', async () => {
  const seed = '2026-07-15 掷得 35142'
  const [first, second] = [(await draw(plan({ seed }))).body, (await draw(plan({ seed }))).body]
  assert.deepEqual(first.cases, second.cases)
  assert.deepEqual([first.frameDigest, first.seed], [second.frameDigest, seed])
  const frame = await receipts(approved)
  assert.equal(first.frameSize, frame.length)
  assert.equal(first.frameDigest, createHash('sha256').update(frame.join('\n')).digest('hex'))
  const byHand = frame
    .map((receipt) => ({ receipt, key: createHash('sha256').update(`${seed} ${receipt}`).digest('hex') }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, 3)
    .map(({ receipt }) => receipt)
  assert.deepEqual(
    first.cases.map(({ receiptNumber }) => receiptNumber),
    byHand,
  )
  const unseeded = (await draw(plan())).body
  assert.match(unseeded.seed!, /^[0-9a-f]{16}$/)
})

test('the largest amounts, and filters by outcome, district, level, batch and amount', async () => {
  const largest = (await draw(plan({ method: 'largest', wanted: 2, filter: { outcome: 'all' } }))).body
  assert.equal(largest.seed, undefined)
  const { rows } = await owner.query<{ amount_fen: number }>('select max(amount_fen)::int amount_fen from application')
  assert.equal(largest.cases[0]!.amountFen, rows[0]!.amount_fen)
  assert.ok(largest.cases[0]!.amountFen >= largest.cases[1]!.amountFen)
  const paid = (await draw(plan({ filter: { outcome: 'paid' }, wanted: 50 }))).body
  assert.deepEqual(
    paid.cases.map((each) => each.stateTitle),
    ['已发放'],
  )
  const { districts } = (await auditor.ask<Samples>('GET', '/api/v1/audit-samples')).body
  const jiading = districts.find(({ name }) => name === '嘉定区总工会')!.id
  const filter = {
    outcome: 'approved',
    districtId: jiading,
    level: 'technician',
    batch: 1,
    amountToFen: 100_000,
  } as const
  const some = (await draw(plan({ filter, wanted: 50 }))).body
  assert.ok(some.cases.length > 0)
  for (const each of some.cases) assert.deepEqual([each.district, each.level], ['嘉定区总工会', 'technician'])
  assert.equal(some.district, '嘉定区总工会')
  const none = await draw(plan({ filter: { outcome: 'paid', amountFromFen: 900_000 } }))
  assert.equal(none.body.code, 'sample.empty')
})

test('a repeat is the same sample; the same id for another plan is refused; no case joins a sample later', async () => {
  const id = randomUUID()
  const [first, again] = [(await draw(plan(), auditor, id)).body, (await draw(plan(), auditor, id)).body]
  assert.deepEqual([first.number, first.seed], [again.number, again.seed])
  assert.equal((await draw(plan({ wanted: 4 }), auditor, id)).body.code, 'request.reused-id')
})

test('a drawn case shows the whole chain with vouchers, masked; unmasking takes a reason and is logged', async () => {
  const sample = (await draw(plan({ filter: { outcome: 'paid' } }))).body
  const address = `/api/v1/audit-samples/${sample.id}/cases/1`
  const { status, body } = await auditor.ask<SampledCase>('GET', address)
  assert.equal(status, 200, JSON.stringify(body))
  const { application, papers, chain } = body
  assert.deepEqual(chain, { actions: application.history.length })
  assert.match(application.form.idNumber!, /\*{6}/)
  assert.match(application.form.accountNumber!, /\*|尾号/)
  assert.deepEqual(application.clear, [])
  assert.ok(application.history.every(({ by, at }) => by !== '' && at > 0))
  assert.ok(body.checks.some(({ name }) => name === 'certificateRegister'))
  assert.equal(papers.list!.documentNumber, '沪工总演〔2026〕7号')
  assert.deepEqual(
    [papers.funding!.madeBy, papers.funding!.releasedBy, papers.allocation!.madeBy, papers.allocation!.releasedBy],
    ['许景行', '白思源', '宋知微', '叶怀瑾'],
  )
  assert.equal(papers.confirmation!.place, 1)
  assert.ok(papers.receipt && papers.payout && papers.notice)
  assert.deepEqual(
    papers.postings.map(({ cause }) => cause),
    ['approve', 'funding', 'allocation', 'release', 'pay'],
  )
  const scan = papers.confirmation!.scan.fileId
  const masked = application.files.filter((file) => file.masked)
  assert.deepEqual(masked.map(({ purpose }) => purpose).toSorted(), ['card', 'idBack', 'idFront'])
  const open = application.files.filter((file) => !file.masked)
  for (const fileId of [scan, ...open.map((file) => file.id)])
    assert.equal((await auditor.ask('GET', `/api/v1/files/${fileId}/pages/1`)).status, 200)
  for (const { id } of masked)
    assert.equal((await auditor.ask('GET', `/api/v1/files/${id}/pages/1`)).body.code, 'file.reason-needed')
  const unmask = `/api/v1/applications/${application.id}/unmask`
  assert.equal((await auditor.ask('POST', unmask, { field: 'idNumber', reason: '' })).status, 400)
  const shown = await auditor.ask<{ value: string }>('POST', unmask, { field: 'idNumber', reason: '与身份证对照' })
  assert.match(shown.body.value, /^\d{17}[\dX]$/)
  const { rows } = await owner.query("select from audit_event where kind = 'application.unmasked'")
  assert.equal(rows.length, 1)
  assert.equal((await auditor.ask<LedgerView>('GET', '/api/v1/ledger')).body.title, '全市')
})

test('a seal on paper is shown with whose, its day and its scan; looking at the scan is recorded', async () => {
  const sample = (await draw(plan({ filter: { outcome: 'all' }, wanted: 200 }))).body
  const { rows } = await owner.query<{ application_id: string; whose: string; sealed_on: string; file_id: string }>(
    'select application_id, whose, sealed_on::text, file_id from paper_seal',
  )
  const drawn = sample.cases.find((each) => rows.some((row) => row.application_id === each.applicationId))!
  const row = rows.find((each) => each.application_id === drawn.applicationId)!
  const address = `/api/v1/audit-samples/${sample.id}/cases/${drawn.place}`
  const { application } = (await auditor.ask<SampledCase>('GET', address)).body
  const { seal } = application.history.find((entry) => entry.seal)!
  assert.deepEqual([seal!.whose, seal!.sealedOn, seal!.fileId], [row.whose, row.sealed_on, row.file_id])
  const looks = async () =>
    (
      await owner.query(
        `select from audit_event e join account s on s.id = e.account_id
          where e.kind = 'file.viewed' and e.object_id = $1 and s.login_name = 'jingshen'`,
        [row.file_id],
      )
    ).rowCount
  assert.equal(await looks(), 0)
  const { statusCode } = await office.app.inject({
    url: `/api/v1/files/${row.file_id}/pages/1`,
    headers: { 'x-jiangsheng': '1', cookie: auditor.cookie! },
  })
  assert.equal(statusCode, 200)
  assert.equal(await looks(), 1)
})

test('a chain that was altered is named', async () => {
  const sample = (await draw(plan({ filter: { outcome: 'declined' }, wanted: 1 }))).body
  const id = sample.cases[0]!.applicationId
  await owner.query('update action set at = at + 1 where application_id = $1 and seq = 2', [id])
  const { body } = await auditor.ask<SampledCase>('GET', `/api/v1/audit-samples/${sample.id}/cases/1`)
  assert.equal(body.chain.broken, `action ${id} 2`)
  await owner.query('update action set at = at - 1 where application_id = $1 and seq = 2', [id])
})

test('a verdict stands in the sample, the latest counts, and the application stays as it was', async () => {
  const sample = (await draw(plan({ wanted: 2 }))).body
  const before = await owner.query('select id, version, state, updated_at from application order by id')
  const give = (place: number, verdict: object, id: string = randomUUID()) =>
    auditor.ask<SampleDetail & { code: string }>(
      'PUT',
      `/api/v1/audit-samples/${sample.id}/cases/${place}/verdicts/${id}`,
      verdict,
    )
  assert.equal((await give(1, { outcome: 'problem' })).body.code, 'sample.words')
  assert.equal((await give(9, { outcome: 'clear' })).status, 404)
  const id = randomUUID()
  await give(1, { outcome: 'problem', words: '确认单扫描件上的章看不清' }, id)
  const repeated = await give(1, { outcome: 'problem', words: '确认单扫描件上的章看不清' }, id)
  assert.deepEqual(repeated.body.counts, { drawn: 2, clear: 0, problem: 1, open: 1 })
  await give(2, { outcome: 'clear' })
  const { body } = await give(1, { outcome: 'clear', words: '调来原件，章清楚' })
  assert.deepEqual(body.counts, { drawn: 2, clear: 2, problem: 0, open: 0 })
  const { rows } = await owner.query('select body from audit_verdict where body is not null')
  assert.doesNotMatch(JSON.stringify(rows), /章/)
  const seen = await auditor.ask<SampledCase>('GET', `/api/v1/audit-samples/${sample.id}/cases/1`)
  assert.equal(seen.body.verdicts.length, 2)
  const after = await owner.query('select id, version, state, updated_at from application order by id')
  assert.deepEqual(after.rows, before.rows)
})

test('an auditor is appointed until a day, and after it the role is gone', async () => {
  const system = await office.staff('xitong')
  const { rows } = await owner.query<{ id: string }>("select id from organisation where kind = 'cityFederation'")
  const account = {
    ...{ loginName: 'jingshen2', name: '米守田', idNumber: '310104197209194893', password: 'Correct-horse-77' },
    ...{ role: 'auditor', organisationId: rows[0]!.id },
  }
  const make = (more: object) => system.ask('PUT', `/api/v1/accounts/${randomUUID()}`, { ...account, ...more })
  for (const wrong of [{}, { validTo: '2026-07-14' }, { validTo: '2026-02-30' }])
    assert.equal((await make(wrong)).body.code, 'people.end-date', JSON.stringify(wrong))
  assert.equal((await make({ validTo: '2026-07-16' })).status, 200)
  const until = "update appointment set valid_to = '2026-07-16' where role = 'auditor'"
  await owner.query(until)
  assert.equal((await auditor.ask('GET', '/api/v1/audit-samples')).status, 200)
  await owner.query(
    'update business_clock set offset_ms = $1 - (extract(epoch from clock_timestamp()) * 1000)::bigint',
    [instant('2026-07-17T00:00:00+08:00')!],
  )
  assert.equal((await auditor.ask('GET', '/api/v1/audit-samples')).status, 401)
  await assert.rejects(office.staff('jingshen'), /403|401/)
})
