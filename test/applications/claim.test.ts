import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { DraftView, QueuePage } from '../../contract/applications.ts'
import type { DraftForm } from '../../contract/form.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Client } from '../app.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { withApp } from '../app.ts'
import { act, certificateNumber, draft, file, filed, paperSeal, readPolicy, upload, view } from './claim.ts'

const office = await withApp()
const worker = await office.worker('13800006021')

const queue = async (client: Client, search = '') => (await client.ask<QueuePage>('GET', `/api/v1/queue${search}`)).body
const problem = (body: unknown) => body as Problem

test('a claim goes from an empty form through every desk to the list for final approval', async () => {
  const id = await filed(worker, 1)
  const mine = await view(worker, id)
  assert.equal(mine.state, 'inReview')
  assert.equal(mine.holder.name, '上海启衡精密机械有限公司工会')
  assert.match(mine.holder.says, /7月22日前没有办，会提醒，嘉定区总工会也可以办/)
  assert.equal(mine.amountFen, 100_000)

  const officer = await office.staff('qiheng.gonghui')
  assert.equal((await queue(officer)).items[0]?.id, id)
  assert.equal((await act(officer, id, { kind: 'pass' })).status, 422, 'membership must be confirmed')
  assert.equal((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).body.step, 'forwarding')
  const point = await office.staff('gongyequ.shenbao')
  assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
  const district = await office.staff('jiading.fushen1')
  const seen = await view(district, id)
  assert.deepEqual(seen.clear.toSorted(), ['accountNumber', 'idNumber', 'phone'])
  assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')

  const verifier = await office.staff('zhongxin.shenhe1')
  assert.equal(problem((await act(verifier, id, { kind: 'pass' })).body).code, 'act.register-missing')
  const check = {
    source: '上海市职业技能鉴定中心官网',
    outcome: 'pass',
    shown: {
      level: 'technician',
      occupationName: '机床装调维修工',
      issuedOn: '2025-11-20',
      holderMatches: true,
      valid: true,
    },
    evidenceFileId: await upload(verifier, 'registerEvidence'),
  }
  assert.equal((await verifier.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, check)).status, 200)
  const verified = await view(verifier, id)
  assert.equal(verified.assessment.verdict, true)
  assert.equal((await act(verifier, id, { kind: 'pass' })).body.step, 'finalApproval')
  const after = await view(worker, id)
  assert.deepEqual(
    after.steps.map((step) => step.status),
    ['done', 'done', 'done', 'done', 'current'],
  )
  assert.ok(after.history.every((entry) => entry.by !== ''))
})

test('filing twice, and filing again after a lost answer, is one filing', async () => {
  const saved = await draft(worker, 2)
  const answers = await Promise.all([file(worker, saved), file(worker, saved), file(worker, saved)])
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200],
  )
  assert.equal(new Set(answers.map((answer) => answer.body.receiptNumber)).size, 1)
  assert.deepEqual((await file(worker, saved)).body, answers[0]!.body)
})

test('whatever is wrong is said at once, in words, and nothing typed is lost', async () => {
  const change = {
    idNumber: '310101199003078890',
    issuedOn: '2024-02-30',
    postcode: '12',
    accountNumber: '6224780000000000',
  }
  const saved = await draft(worker, 3, change)
  const answer = await file(worker, saved)
  assert.equal(answer.status, 422)
  const { code, fields } = problem(answer.body)
  assert.equal(code, 'filing.incomplete')
  assert.deepEqual(fields?.map((each) => each.field).toSorted(), ['accountNumber', 'idNumber', 'issuedOn', 'postcode'])
  assert.ok(fields?.every((each) => /[\u4e00-\u9fff]/.test(each.says)))
  const kept = await worker.ask<DraftView>('GET', `/api/v1/drafts/${saved.id}`)
  assert.equal(kept.body.form.idNumber, change.idNumber)
})

test('a number whose level or year contradicts the form is asked about, and goes through as printed', async () => {
  const level = await file(worker, await draft(worker, 4, { level: 'seniorTechnician' }))
  assert.match(problem(level.body).fields![0]!.says, /编号第16位是2，表示技师；上面选的是高级技师/)
  const saved = await draft(worker, 5, { issuedOn: '2026-01-09' })
  const year = await file(worker, saved)
  assert.match(problem(year.body).fields![0]!.says, /编号里的年份是2025，发证日期填的是2026年/)
  const form = { ...saved.form, numberAsPrinted: true }
  const again = await worker.ask<DraftView>('PUT', `/api/v1/drafts/${saved.id}`, { version: saved.version, form })
  assert.equal((await file(worker, again.body)).status, 200)
})

test('a certificate is taken however its number is written, and nobody learns by whom', async () => {
  await filed(worker, 6)
  const other = await office.worker('13900000001')
  const written = certificateNumber(6)
  const ways = [
    written.toLowerCase(),
    ` ${written.slice(0, 5)} ${written.slice(5)} `,
    written.replace(/[0-9A-Z]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0)),
  ]
  for (const certificateNumber of ways) {
    const answer = await file(other, await draft(other, 60, { certificateNumber }))
    assert.equal(answer.status, 409)
    assert.equal(problem(answer.body).code, 'filing.certificate-taken')
    assert.doesNotMatch(JSON.stringify(answer.body), /陆文轩|1380000/)
  }
})

test('one person sees only what they filed', async () => {
  const id = await filed(worker, 7)
  const other = await office.worker('13900000002')
  assert.equal((await other.ask('GET', `/api/v1/applications/${id}`)).status, 404)
  assert.equal((await office.client().ask('GET', `/api/v1/applications/${id}`)).status, 401)
  const elsewhere = await office.staff('pudong.fushen1')
  assert.equal((await elsewhere.ask('GET', `/api/v1/applications/${id}`)).status, 404)
  const finance = await office.staff('jiading.caiwu1')
  assert.equal((await finance.ask('GET', `/api/v1/applications/${id}`)).status, 403)
})

test('sent back for correction, completed in time, goes on where it was or from the first step', async () => {
  const id = await filed(worker, 8)
  const officer = await office.staff('qiheng.gonghui')
  const returned = await act(officer, id, { kind: 'return', reasons: ['not-a-reason'], words: '请重拍' })
  assert.equal(returned.status, 422)
  const reasons = (
    await officer.ask<{ reasons: { id: string; outcome: string; steps: string[] }[] }>('GET', '/api/v1/policy')
  ).body.reasons
  const reason = reasons.find((each) => each.outcome === 'return' && each.steps.includes('firstReview'))!
  assert.equal(
    (await act(officer, id, { kind: 'return', reasons: [reason.id], words: '证书照片看不清，请重拍。' })).status,
    200,
  )
  const seen = await view(worker, id)
  assert.equal(seen.decision?.words, '证书照片看不清，请重拍。')
  assert.equal(seen.returnedUntil, '2026-07-29')
  const correcting = (await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`, {})).body
  assert.equal(correcting.correcting?.state, 'returned')
  const unchanged = await act(worker, id, { kind: 'resubmit', draftVersion: correcting.version })
  assert.equal(unchanged.status, 422)
  const certificate = await upload(worker, 'certificate', id)
  const form = { ...correcting.form, declared: true, files: { ...correcting.form.files!, certificate } }
  const saved = (await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, { version: correcting.version, form })).body
  const resubmitted = await act(worker, id, { kind: 'resubmit', draftVersion: saved.version })
  assert.deepEqual([resubmitted.status, resubmitted.body.step], [200, 'firstReview'])
  assert.equal((await view(officer, id)).files.filter((each) => each.purpose === 'certificate').length, 1)
})

test('what no box of the annex prints is corrected without a new seal; a printed box goes back to the first', async () => {
  const worker = await office.worker('13800006029')
  const id = await filed(worker, 29)
  const [officer, point] = [await office.staff('qiheng.gonghui'), await office.staff('gongyequ.shenbao')]
  const district = await office.staff('jiading.fushen1')
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(point, id, { kind: 'pass' })
  const { reasons } = await readPolicy(district)
  const reason = reasons.find((each) => each.outcome === 'return' && each.steps.includes('secondReview'))!
  const corrected = async (change: DraftForm) => {
    await act(district, id, { kind: 'return', reasons: [reason.id], words: '请核对职业代码。' })
    const { form, version } = (await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`, {})).body
    const whole = { ...form, declared: true, ...change }
    const saved = (await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, { version, form: whole })).body
    const answer = await act(worker, id, { kind: 'resubmit', draftVersion: saved.version })
    return answer.body.step ?? problem(answer.body).code
  }
  assert.equal(await corrected({ occupationCode: '6-20-03-02' }), 'secondReview')
  assert.equal((await view(district, id)).form.occupationCode, '6-20-03-02')
  assert.equal(await corrected({ numberAsPrinted: true }), 'secondReview')
  assert.equal(await corrected({ employerAddress: '嘉定区沪宜公路1168号' }), 'firstReview')
})

test('a view that has become stale is refused and says what changed', async () => {
  const id = await filed(worker, 9)
  const officer = await office.staff('qiheng.gonghui')
  const { version } = await view(officer, id)
  assert.equal((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).status, 200)
  const late = await officer.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
    kind: 'pass',
    expectedVersion: version,
    membershipConfirmed: true,
  })
  assert.equal(late.status, 409)
  assert.match(late.body.title, /邱丽萍 09:\d\d 已同意申报此件，你的操作没有提交/)
})

test('the same action sent twice is done once', async () => {
  const id = await filed(worker, 10)
  const officer = await office.staff('qiheng.gonghui')
  const actionId = randomUUID()
  const message = { kind: 'pass', expectedVersion: 1, membershipConfirmed: true }
  const send = (words = {}) =>
    officer.ask('PUT', `/api/v1/applications/${id}/actions/${actionId}`, { ...message, ...words })
  const answers = await Promise.all([send(), send(), send()])
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200],
  )
  assert.equal((await view(officer, id)).version, 2)
  assert.equal(problem((await send({ words: '另一句话' })).body).code, 'request.reused-id')
})

test('HR gives its opinion on an industry certificate and never sees the account', async () => {
  const number = 'S004231000025252000011'
  const id = await filed(worker, 11, { filingAuthority: 'industry', certificateNumber: number })
  const hr = await office.staff('qiheng.renli')
  const seen = await view(hr, id)
  assert.equal(seen.step, 'hrOpinion')
  assert.equal(seen.form.accountNumber, undefined)
  assert.equal(
    seen.files.some((each) => each.purpose === 'card'),
    false,
  )
  const officer = await office.staff('qiheng.gonghui')
  assert.equal(
    problem((await act(officer, id, { kind: 'pass', membershipConfirmed: true })).body).code,
    'act.not-your-step',
  )
  assert.equal((await act(hr, id, { kind: 'pass' })).body.step, 'firstReview')
})

test('an HR department without an account seals on paper: the filing point records whose seal, and decides nothing', async () => {
  const worker = await office.worker('13800006026')
  const number = 'S004231000025252000012'
  const id = await filed(worker, 18, { filingAuthority: 'industry', certificateNumber: number }, '申澜')
  assert.equal((await view(worker, id)).holder.name, '南翔镇基层申报点')
  const point = await office.staff('nanxiang.shenbao')
  assert.ok((await queue(point)).items.some((item) => item.id === id))
  assert.equal(problem((await act(point, id, { kind: 'pass' })).body).code, 'act.seal-unnamed')
  const reasons = ['any']
  assert.equal((await act(point, id, { kind: 'decline', reasons, words: '不行' })).status, 409)
  const seal = await paperSeal(point, id, 'unitSeal', '上海申澜电梯工程有限公司')
  assert.equal((await act(point, id, { kind: 'pass', seal })).body.step, 'firstReview')
  assert.deepEqual((await view(point, id)).history.at(-1)?.seal, { ...seal, counts: true })
  const { rows } = await office.database.owner.query('select duty from duty where application_id = $1', [id])
  assert.deepEqual(rows, [])
})

test('the only officer’s own claim goes to the district, and the same person does not review twice', async () => {
  const id = await filed(worker, 12, { idNumber: '310115197102080342' })
  const district = await office.staff('jiading.fushen1')
  assert.ok((await queue(district)).items.some((item) => item.id === id))
  assert.equal((await act(district, id, { kind: 'pass', membershipConfirmed: true })).status, 200)
  const standing = await view(district, id)
  if (standing.step === 'forwarding') {
    const point = await office.staff('gongyequ.shenbao')
    assert.equal((await act(point, id, { kind: 'pass' })).body.step, 'secondReview')
  }
  const refused = await act(district, id, { kind: 'pass' })
  assert.equal(problem(refused.body).code, 'act.four-eyes')
  assert.match(problem(refused.body).title, /你做过此件的初审/)
  const colleague = await office.staff('jiading.fushen2')
  assert.equal((await act(colleague, id, { kind: 'pass' })).body.step, 'verification')
})

test('withdrawn, the certificate is free again', async () => {
  const id = await filed(worker, 13)
  assert.equal((await act(worker, id, { kind: 'withdraw' })).body.state, 'withdrawn')
  const again = await file(worker, await draft(worker, 13))
  assert.equal(again.status, 200)
})

test('masked outside one’s task; unmasking asks a reason and is logged', async () => {
  const worker = await office.worker('13800006022')
  const id = await filed(worker, 14)
  const district = await office.staff('jiading.fushen1')
  const seen = await view(district, id)
  assert.match(seen.form.idNumber!, /^310\*+\d{3}[\dX]$/)
  assert.equal((await district.ask('POST', `/api/v1/applications/${id}/unmask`, { field: 'idNumber' })).status, 400)
  const shown = await district.ask<{ value: string }>('POST', `/api/v1/applications/${id}/unmask`, {
    field: 'idNumber',
    reason: '电话核对本人',
  })
  assert.match(shown.body.value, /^\d{17}[\dX]$/)
  const { rows } = await office.database.owner.query(
    "select detail from audit_event where kind = 'application.unmasked' and object_id = $1",
    [id],
  )
  assert.equal(rows.length, 1)
  assert.doesNotMatch(JSON.stringify(rows), /电话核对本人|31010119/)
})

test('nothing personal stands in clear in the database', async () => {
  const worker = await office.worker('13800006023')
  const id = await filed(worker, 15)
  const { rows: tables } = await office.database.owner.query(
    "select table_name from information_schema.tables where table_schema = 'public'",
  )
  for (const { table_name: table } of tables) {
    const { rows } = await office.database.owner.query(`select * from "${table}"`)
    const text = JSON.stringify(rows)
    for (const secret of ['陆文轩15', '6224780000000012', '13800006021'])
      assert.ok(!text.includes(secret), `${table} holds ${secret}`)
  }
  assert.ok(id)
})

test(
  '500 filings of one certificate at once: exactly one is accepted, and nobody gets a 5xx',
  { timeout: 120_000 },
  async () => {
    const worker = await office.worker('13800006025')
    const base = await draft(worker, 500)
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, index) => office.worker(`1370000${String(index).padStart(4, '0')}`)),
    )
    const drafts: { client: Client; draft: DraftView }[] = []
    for (const client of people) {
      const files = (await draft(client, 500)).form.files!
      for (let n = 0; n < 25; n++) {
        const saved = await client.ask<DraftView>('PUT', `/api/v1/drafts/${randomUUID()}`, {
          version: 0,
          form: { ...base.form, files },
        })
        drafts.push({ client, draft: saved.body })
      }
    }
    const answers = await Promise.all(drafts.map((each) => file(each.client, each.draft)))
    assert.equal(answers.length, 500)
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))].toSorted(), [200, 409])
    const { rows } = await office.database.owner.query(
      "select count(*) as n from application a join certificate_number c using (certificate_id) where c.number = $1 and a.state not in ('declined', 'withdrawn')",
      [certificateNumber(500)],
    )
    assert.equal(Number(rows[0].n), 1)
  },
)

test('a second late is late: the window closes at midnight, and what was typed stays', async () => {
  const late = await withApp('2026-09-15T23:59:50+08:00')
  const person = await late.worker('13800006021')
  const saved = await draft(person, 1)
  await late.database.owner.query('update business_clock set offset_ms = offset_ms + 10000')
  const answer = await file(person, saved)
  assert.equal(problem(answer.body).code, 'filing.closed')
  assert.match(problem(answer.body).title, /9月15日24:00已截止，没有收下。你填的内容还在/)
  assert.equal((await person.ask<DraftView>('GET', `/api/v1/drafts/${saved.id}`)).body.form.name, '陆文轩1')
})

test('what the register showed of one number does not pass another: after a correction it is looked up again', async () => {
  const worker = await office.worker('13800006028')
  const id = await filed(worker, 21)
  const [officer, point] = [await office.staff('qiheng.gonghui'), await office.staff('gongyequ.shenbao')]
  const [district, verifier] = [await office.staff('jiading.fushen1'), await office.staff('zhongxin.shenhe1')]
  const review = async () => {
    await act(officer, id, { kind: 'pass', membershipConfirmed: true })
    await act(point, id, { kind: 'pass' })
    assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')
  }
  const lookUp = async () => {
    const shown = { level: 'technician', issuedOn: '2025-11-20', holderMatches: true, valid: true }
    const evidenceFileId = await upload(verifier, 'registerEvidence')
    const check = { source: '官网', outcome: 'pass', shown, evidenceFileId }
    assert.equal((await verifier.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, check)).status, 200)
  }
  await review()
  await lookUp()
  const { reasons } = await readPolicy(verifier)
  const reason = reasons.find((each) => each.outcome === 'return' && each.steps.includes('verification'))!
  await act(verifier, id, { kind: 'return', reasons: [reason.id], words: '请核对编号。' })
  const { form, version } = (await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`, {})).body
  const corrected = { ...form, declared: true, certificateNumber: certificateNumber(22) }
  const saved = (await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, { version, form: corrected })).body
  assert.equal((await act(worker, id, { kind: 'resubmit', draftVersion: saved.version })).body.step, 'firstReview')
  await review()
  assert.equal(problem((await act(verifier, id, { kind: 'pass' })).body).code, 'act.register-missing')
  assert.equal(
    (await view(verifier, id)).checks.some((check) => check.name === 'certificateRegister'),
    false,
  )
  await lookUp()
  assert.equal((await act(verifier, id, { kind: 'pass' })).body.step, 'finalApproval')
})

test('the chain says what was filed: a form exchanged for another is named', async () => {
  const worker = await office.worker('13800006027')
  const [id, other] = [await filed(worker, 19), await filed(worker, 20)]
  const verified = () => verifyChains(office.database.worker, office.deps.secrets)
  assert.ok(!('bad' in (await verified())))
  const exchange =
    'update form_revision set body = (select body from form_revision where application_id = $2) where application_id = $1'
  const { rows } = await office.database.owner.query('select body from form_revision where application_id = $1', [id])
  await office.database.owner.query(exchange, [id, other])
  assert.deepEqual(await verified(), { bad: `form_revision ${id} 1` })
  await office.database.owner.query('update form_revision set body = $2 where application_id = $1', [id, rows[0].body])
  assert.ok(!('bad' in (await verified())))
})

test('a worker cannot act for the unions, and staff cannot file', async () => {
  const worker = await office.worker('13800006024')
  const id = await filed(worker, 16)
  const answer = await act(worker, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal(answer.status, 403)
  const officer = await office.staff('qiheng.gonghui')
  assert.equal((await officer.ask('PUT', `/api/v1/drafts/${randomUUID()}`, { version: 0, form: {} })).status, 403)
})
