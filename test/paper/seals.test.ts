/** Seals on paper: who may record them, what they must say, and when they count no more. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { ApplicationView, DraftView, PaperSeal, QueuePage } from '../../contract/applications.ts'
import type { EntryView } from '../../contract/entries.ts'
import type { DraftForm } from '../../contract/form.ts'
import type { Problem } from '../../contract/problem.ts'
import { type Client, withApp } from '../app.ts'
import {
  act,
  filed,
  filledForm,
  paperSeal,
  readPolicy,
  unionId,
  upload,
  uploadAll,
  view,
} from '../applications/claim.ts'

const office = await withApp()
const { owner } = office.database
let worker: Client, officer: Client, point: Client, otherPoint: Client, district: Client, verifier: Client

before(async () => {
  worker = await office.worker('13800006021')
  officer = await office.staff('shenlan.gonghui')
  point = await office.staff('nanxiang.shenbao')
  otherPoint = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
})

const code = ({ body }: { body: unknown }) => (body as Problem).code
const union = '上海申澜电梯工程有限公司工会'
const pass = (client: Client, id: string, seal?: PaperSeal) =>
  act(client, id, { kind: 'pass', membershipConfirmed: true, ...(seal && { seal }) })
const at申澜 = (serial: number, change: DraftForm = {}) => filed(worker, serial, change, '申澜')
const industry = (serial: number) => ({
  filingAuthority: 'industry' as const,
  certificateNumber: `S004231000025252000${serial}`,
})

test('nobody but the filing point that serves the union records its seal', async () => {
  const id = await at申澜(101)
  const seal = await paperSeal(point, id, 'unionSeal', union)
  assert.equal(code(await pass(district, id, seal)), 'act.not-your-step')
  assert.equal(code(await pass(worker, id, seal)), 'act.not-your-step')
  const blind = await otherPoint.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
    ...{ kind: 'pass', expectedVersion: 1, membershipConfirmed: true, seal },
  })
  assert.equal(code(blind), 'not-found')
  assert.equal(code(await pass(officer, id, seal)), 'act.seal-not-here', 'an officer speaks for themselves')
  const declines = { kind: 'decline' as const, reasons: ['notMember'], words: '不行' }
  assert.equal((await act(point, id, declines)).status, 409, 'a paper without a seal is sent back, not declined')
  const { rows } = await owner.query('select action_id from paper_seal where application_id = $1', [id])
  assert.deepEqual(rows, [])
})

test('the applicant’s own union with no other officer goes up, not to the filing point', async () => {
  const id = await at申澜(102, { idNumber: '310112197304220607' })
  const seal = await paperSeal(point, id, 'unionSeal', union)
  assert.equal(code(await pass(point, id, seal)), 'act.not-your-step')
  assert.equal((await pass(district, id)).body.step, 'forwarding')
})

test('whose, when and the scan: each is asked for', async () => {
  const id = await at申澜(103)
  const good = await paperSeal(point, id, 'unionSeal', union)
  assert.equal(code(await pass(point, id)), 'act.seal-unnamed')
  assert.equal(code(await pass(point, id, { ...good, kind: 'unitSeal' })), 'act.seal-unnamed', 'a union’s seal')
  assert.equal(code(await pass(point, id, { ...good, sealedOn: '2026-02-30' })), 'act.seal-unnamed')
  assert.equal(code(await pass(point, id, { ...good, sealedOn: '2026-07-16' })), 'act.seal-date')
  const early = await pass(point, id, { ...good, sealedOn: '2026-07-14' })
  assert.equal(code(early), 'act.seal-date')
  assert.match((early.body as unknown as Problem).title, /早于填表的7月15日/)
  assert.equal(code(await pass(point, id, { ...good, fileId: randomUUID() })), 'file.missing')
  const another = await at申澜(104)
  const elsewhere = await paperSeal(point, another, 'unionSeal', union)
  assert.equal(code(await pass(point, id, { ...good, fileId: elsewhere.fileId })), 'file.missing')
  const wrong = await upload(point, 'registerEvidence')
  assert.equal(code(await pass(point, id, { ...good, fileId: wrong })), 'file.missing')
  assert.equal(code(await act(point, id, { kind: 'pass', seal: good })), 'act.membership-unconfirmed')
  assert.equal((await pass(point, id, good)).body.step, 'forwarding')
})

test('a union that has an account may seal on paper too: under 全部, not under 待办; sent again it is one', async () => {
  const id = await at申澜(105)
  const listed = async (list: string) => {
    const { body } = await point.ask<QueuePage>('GET', `/api/v1/queue?view=${list}`)
    return body.items.some((item) => item.id === id)
  }
  assert.deepEqual([await listed('todo'), await listed('all')], [false, true])
  const fileId = await upload(point, 'stampedForm')
  const seal = { kind: 'unionSeal', whose: union, sealedOn: '2026-07-15', fileId } as const
  const message = { kind: 'pass', expectedVersion: 1, membershipConfirmed: true, seal }
  const address = `/api/v1/applications/${id}/actions/${randomUUID()}`
  const answers = await Promise.all([point.ask('PUT', address, message), point.ask('PUT', address, message)])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  )
  const { rows } = await owner.query<{ step: string; whose: string; name: string }>(
    `select s.step, s.whose, p.display_name as name from paper_seal s join account p on p.id = s.recorded_by
     where s.application_id = $1`,
    [id],
  )
  assert.deepEqual(rows, [{ step: 'firstReview', whose: union, name: '常乐山' }])
  const duties = await owner.query('select duty from duty where application_id = $1', [id])
  assert.deepEqual(duties.rows, [], 'recording takes no duty')
  const entry = (await view(worker, id)).history.at(-1)!
  assert.deepEqual([entry.seal?.whose, entry.seal?.sealedOn, entry.by], [union, '2026-07-15', '常乐山'])
})

test('taken back, a seal counts no more; and the scan that is there already serves again', async () => {
  const id = await at申澜(106)
  const seal = await paperSeal(point, id, 'unionSeal', union)
  await pass(point, id, seal)
  assert.equal((await act(point, id, { kind: 'undo', words: '看错了' })).body.step, 'firstReview')
  assert.equal(counting(await view(point, id)), 0)
  assert.equal((await pass(point, id, seal)).body.step, 'forwarding')
  assert.equal(counting(await view(point, id)), 1)
})

const counting = ({ history }: ApplicationView) => history.filter(({ seal }) => seal?.counts).length

/** Sent back by the verifier and corrected. */
async function corrected(id: string, change: (form: DraftForm) => Promise<DraftForm>) {
  assert.equal((await act(verifier, id, { kind: 'return', reasons: ['idUnclear'], words: '请重拍。' })).status, 200)
  const { body: draft } = await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  const { body: saved } = await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, {
    version: draft.version,
    form: { ...(await change(draft.form)), declared: true },
  })
  const answer = await act(worker, id, { kind: 'resubmit', draftVersion: saved.version })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.step
}

/** HR and union have sealed, and the district has passed it. */
async function reviewed(serial: number): Promise<string> {
  const id = await at申澜(serial, industry(serial))
  const hr = await paperSeal(point, id, 'hrSeal', '上海申澜电梯工程有限公司人力资源部')
  assert.equal((await act(point, id, { kind: 'pass', seal: hr })).body.step, 'firstReview')
  assert.equal((await pass(point, id, await paperSeal(point, id, 'unionSeal', union))).body.step, 'forwarding')
  await act(point, id, { kind: 'pass' })
  assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')
  return id
}

test('a correction that changes no printed box needs no new seal', async () => {
  const id = await reviewed(107)
  const step = await corrected(id, async (form) => ({
    ...form,
    files: { ...form.files, idFront: await upload(worker, 'idFront', id) },
  }))
  assert.equal(step, 'verification')
  assert.equal(counting(await view(verifier, id)), 2)
})

test('a correction that changes a printed box voids what was sealed: it stays recorded and counts no more', async () => {
  const id = await reviewed(108)
  const step = await corrected(id, async (form) => ({ ...form, employerAddress: '嘉定区沪宜公路1168号' }))
  assert.equal(step, 'hrOpinion')
  const seen = await view(point, id)
  assert.equal(seen.history.filter(({ seal }) => seal).length, 2)
  assert.equal(counting(seen), 0)
  assert.equal(code(await act(point, id, { kind: 'pass' })), 'act.seal-unnamed')
  const again = await paperSeal(point, id, 'unitSeal', '上海申澜电梯工程有限公司')
  assert.equal((await act(point, id, { kind: 'pass', seal: again })).body.step, 'firstReview')
  assert.equal(counting(await view(point, id)), 1)
})

test('an old scan, or an older day, is no seal of a form that was changed: filed by its worker', async () => {
  const id = await at申澜(110)
  const seal = await paperSeal(point, id, 'unionSeal', union)
  assert.equal((await pass(point, id, seal)).body.step, 'forwarding')
  await act(point, id, { kind: 'pass' })
  assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')
  const loose = await upload(point, 'stampedForm')
  const step = await corrected(id, async (form) => ({ ...form, employerAddress: '嘉定区沪宜公路1168号' }))
  assert.equal(step, 'firstReview')
  assert.equal(code(await pass(point, id, seal)), 'act.seal-scan-old')
  assert.equal(code(await pass(point, id, { ...seal, fileId: loose })), 'act.seal-scan-old', 'nor one that lay about')
  const account = (await owner.query<{ id: string }>("select id from account where login_name = 'nanxiang.shenbao'"))
    .rows[0]!.id
  const { version } = await view(point, id)
  const byHand = `begin; select set_config('app.account_id', '${account}', true);
    with p as (insert into action (application_id, seq, id, kind, step, account_id, role, at, previous_digest, digest)
      values ('${id}', ${version + 1}, gen_random_uuid(), 'pass', 'firstReview', '${account}', 'filingPoint', 1, '', '')
      returning id)
    insert into paper_seal (action_id, application_id, step, kind, whose, sealed_on, file_id, recorded_by, recorded_at)
      select id, '${id}', 'firstReview', 'unionSeal', '工会', '2026-07-15', '${seal.fileId}', '${account}', 1785000000000
      from p; commit`
  await assert.rejects(owner.query(byHand), { constraint: 'seal_of_this_form' })
  await owner.query('rollback')
  const again = await paperSeal(point, id, 'unionSeal', union)
  assert.equal((await pass(point, id, again)).body.step, 'forwarding')
  assert.deepEqual(
    (await view(point, id)).history.flatMap((entry) => entry.seal?.counts ?? []),
    [false, true],
  )
})

test('an old scan, or an older day, is no seal of a form that was changed: entered from paper', async () => {
  const entered = randomUUID()
  const form = filledForm(111, await readPolicy(point), await unionId(point, '申澜'))
  const files = await uploadAll(point, entered)
  const scanId = await upload(point, 'stampedForm', entered)
  const paper = { consentedOn: '2026-07-10', scanId, scanIs: 'stampedForm' }
  const entry = { version: 0, form: { ...form, files }, paper, place: 0 }
  assert.equal((await point.ask('PUT', `/api/v1/entries/${entered}`, entry)).status, 200)
  assert.equal((await point.ask('PUT', `/api/v1/entries/${entered}/filing`, { draftVersion: 1 })).status, 200)
  const seal = { kind: 'unionSeal', whose: union, sealedOn: '2026-07-10', fileId: scanId } as const
  assert.equal((await pass(point, entered, seal)).body.step, 'forwarding', 'the paper was there before it was typed')
  await act(point, entered, { kind: 'pass' })
  const back = await act(district, entered, { kind: 'return', reasons: ['idUnclear'], words: '卡号不对' })
  assert.equal(back.body.state, 'returned', JSON.stringify(back.body))
  const { body } = await point.ask<EntryView>('POST', `/api/v1/entries/${entered}/correction`)
  const saved = await point.ask<EntryView>('PUT', `/api/v1/entries/${entered}`, {
    ...{ version: body.version, paper: body.paper, place: 0 },
    form: { ...body.form, employerAddress: '嘉定区沪宜公路1168号' },
  })
  const sent = await act(point, entered, { kind: 'resubmit', draftVersion: saved.body.version })
  assert.equal(sent.body.step, 'firstReview', JSON.stringify(sent.body))
  assert.equal(code(await pass(point, entered, { ...seal, sealedOn: '2026-07-15' })), 'act.seal-scan-old')
  const again = await paperSeal(point, entered, 'unionSeal', union)
  assert.equal(code(await pass(point, entered, { ...again, sealedOn: '2026-07-14' })), 'act.seal-date')
  assert.equal((await pass(point, entered, again)).body.step, 'forwarding')
})

test('the database takes no pass of another’s step without its seal, and no seal without its pass or its scan', async () => {
  const refused = async (sql: string, constraint: string) =>
    assert.rejects(owner.query(sql), (error: { constraint?: string }) => error.constraint === constraint)
  const id = await at申澜(109)
  const account = (await owner.query<{ id: string }>("select id from account where login_name = 'nanxiang.shenbao'"))
    .rows[0]!.id
  const action = `insert into action (application_id, seq, id, kind, step, account_id, role, at, previous_digest, digest)
    values ('${id}', 2, gen_random_uuid(), 'pass', 'firstReview', '${account}', 'filingPoint', 1, '', '')`
  const asPoint = `select set_config('app.account_id', '${account}', true)`
  await refused(`begin; ${asPoint}; ${action}; commit`, 'pass_names_its_seal')
  await owner.query('rollback')
  const { fileId } = await paperSeal(point, id, 'unionSeal', union)
  const filing = `(select id from action where application_id = '${id}')`
  const seal = (
    on: string,
  ) => `insert into paper_seal (action_id, application_id, step, kind, whose, sealed_on, file_id,
    recorded_by, recorded_at) values (${filing}, '${id}', 'firstReview', 'unionSeal', '工会', '${on}', '${fileId}',
    '${account}', 1784000000000)`
  await refused(seal('2026-07-01'), 'seal_has_its_pass')
  await refused(seal('2027-07-01'), 'sealed_by_today')
})
