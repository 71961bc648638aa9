/** The desks' own matters: whose case it is, holds, lots with a forced look, certificates compared. Forbidden first. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type { QueueCounts, QueuePage } from '../../contract/applications.ts'
import type { Assigned, Colleagues, Kin, Lot, LotPassed } from '../../contract/desk.ts'
import type { Problem } from '../../contract/problem.ts'
import { instant } from '../../domain/dates.ts'
import { inScope, refusalOf, type Scope } from '../../server/db/open.ts'
import { type Client, withApp } from '../app.ts'
import { act, certificateNumber, filed, idNumber, unionId, view } from './claim.ts'

const office = await withApp()
const { owner, app } = office.database
let worker: Client, officer: Client, point: Client, lin: Client, zhou: Client, pudong: Client, verifier: Client
let linId: string, zhouId: string, jiading: string
const code = ({ body }: { body: unknown }) => (body as Problem).code
const one = async (text: string) => (await owner.query<{ id: string }>(text)).rows[0]!.id

before(async () => {
  worker = await office.worker('13800006021')
  officer = await office.staff('qiheng.gonghui')
  point = await office.staff('gongyequ.shenbao')
  lin = await office.staff('jiading.fushen1')
  zhou = await office.staff('jiading.fushen2')
  pudong = await office.staff('pudong.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
  linId = await one("select id from account where login_name = 'jiading.fushen1'")
  zhouId = await one("select id from account where login_name = 'jiading.fushen2'")
  jiading = await one("select id from organisation where name = '嘉定区总工会'")
})

const phones = new Map<number, Promise<Client>>()
/** Nobody hands in more than sixty pictures a day: each ten claims have a worker of their own. */
function workerOf(serial: number): Promise<Client> {
  const ten = Math.floor(serial / 10)
  if (!phones.has(ten)) phones.set(ten, office.worker(`138000090${ten}`))
  return phones.get(ten)!
}

/** A claim that waits for the second review. */
async function waiting(serial: number, change: Parameters<typeof filed>[2] = {}): Promise<string> {
  const id = await filed(await workerOf(serial), serial, change)
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  const forwarded = await act(point, id, { kind: 'pass' })
  assert.equal(forwarded.body.step, 'secondReview')
  return id
}
const list = async (client: Client, query = '') =>
  (await client.ask<QueuePage>('GET', `/api/v1/queue${query}`)).body.items.map((item) => item.id)
const counts = async (client: Client) => (await client.ask<QueueCounts>('GET', '/api/v1/queue/counts')).body
const assign = (client: Client, to: string | null, cases: { id: string; from: string | null }[], id = randomUUID()) =>
  client.ask<Assigned>('PUT', `/api/v1/assignments/${id}`, { to, cases })
const hold = (client: Client, id: string, holdId: string = randomUUID(), reason = '等陆文轩补交原件') =>
  client.ask('PUT', `/api/v1/applications/${id}/holds/${holdId}`, { reason })
const release = (client: Client, id: string, holdId: string, word?: string) =>
  client.ask('PUT', `/api/v1/applications/${id}/holds/${holdId}/release`, { ...(word && { word }) })

describe('whose case it is', () => {
  test('not another district’s, not a worker’s, and to nobody outside the desk', async () => {
    const id = await waiting(501)
    assert.equal((await worker.ask('GET', '/api/v1/colleagues')).status, 403)
    assert.equal((await assign(worker, null, [{ id, from: null }])).status, 403)
    const { body } = await assign(pudong, null, [{ id, from: null }])
    assert.deepEqual(body, { assigned: [], leftOut: [] }, 'what is out of scope does not exist')
    assert.equal(
      code(
        await assign(lin, await one("select id from account where login_name = 'shi.zhongshen1'"), [
          { id, from: null },
        ]),
      ),
      'assign.outside',
    )
    assert.deepEqual(
      (await lin.ask<Colleagues>('GET', '/api/v1/colleagues')).body.colleagues.map(({ name }) => name).toSorted(),
      ['周岚', '林知夏'],
    )
    const scope: Scope = { kind: 'union', accountId: linId, organisationId: jiading }
    const insert = (assignee: string, takenFrom: string | null, by = linId) =>
      inScope(app, scope, (trx) =>
        sql`insert into assignment (command_id, application_id, step, desk_id, assignee_id, taken_from, by_account_id, at)
          values (gen_random_uuid(), ${id}, 'secondReview', ${jiading}, ${assignee}, ${takenFrom}, ${by}, 1)`.execute(
          trx,
        ),
      ).then(
        () => 'done',
        (error) => refusalOf(error)?.constraint,
      )
    assert.equal(await insert(zhouId, null, zhouId), 'assignment_by_oneself')
    assert.equal(await insert(zhouId, linId), 'assignment_in_turn')
    assert.equal(
      await insert(await one("select id from account where login_name = 'pudong.fushen1'"), null),
      'assignment_within_desk',
    )
  })

  test('taken, listed as mine, and the order of two who take it at once', async () => {
    const id = await waiting(502)
    const answers = await Promise.all([
      assign(lin, linId, [{ id, from: null }]),
      assign(zhou, zhouId, [{ id, from: null }]),
    ])
    const won = answers.filter(({ body }) => body.assigned.length === 1)
    assert.equal(won.length, 1, 'one of them has it')
    const lost = answers.find(({ body }) => body.assigned.length === 0)!.body.leftOut[0]!
    assert.equal(lost.why, 'assign.changed')
    assert.match(lost.says, /^(林知夏|周岚) \d\d:\d\d 动过此件的经办/)
    const [holder, other] = answers[0]!.body.assigned.length === 1 ? [lin, zhou] : [zhou, lin]
    assert.ok((await list(holder, '?view=mine')).includes(id))
    assert.ok(!(await list(other, '?view=mine')).includes(id))
    assert.ok(!(await list(other, '?officer=nobody')).includes(id))
  })

  test('the same assignment sent twice is done once', async () => {
    const id = await waiting(503)
    const command = randomUUID()
    const first = await assign(lin, linId, [{ id, from: null }], command)
    assert.deepEqual((await assign(lin, linId, [{ id, from: null }], command)).body, first.body)
    assert.equal((await view(lin, id)).desk!.turns.length, 1)
    assert.equal(code(await assign(lin, zhouId, [{ id, from: linId }], command)), 'request.reused-id')
  })

  test('nobody decides a colleague’s case silently: asked once more, and the first person sees who and when', async () => {
    const id = await waiting(504)
    await assign(lin, linId, [{ id, from: null }])
    const refused = await act(zhou, id, { kind: 'pass' })
    assert.equal(code(refused), 'act.anothers-case')
    assert.match((refused.body as unknown as Problem).title, /^此件在林知夏手里（\d\d:\d\d起）/)
    assert.equal((await act(zhou, id, { kind: 'pass', takesFrom: zhouId })).status, 409)
    assert.equal((await act(zhou, id, { kind: 'pass', takesFrom: linId })).body.step, 'verification')
    const { taken } = await counts(lin)
    assert.deepEqual(
      taken.map((each) => [each.id, each.by]),
      [[id, '周岚']],
    )
    assert.deepEqual((await counts(zhou)).taken, [])
    assert.equal((await view(lin, id)).desk!.turns[0]!.from, '林知夏')
    // taken back, it is with whoever had it at this step
    assert.equal((await act(zhou, id, { kind: 'undo', words: '再看一遍' })).body.step, 'secondReview')
    assert.equal((await view(zhou, id)).desk!.assignee!.name, '周岚')
  })

  test('nobody sends a colleague’s case on silently, and none that is held', async () => {
    const id = await waiting(506)
    await assign(lin, linId, [{ id, from: null }])
    const holdId = randomUUID()
    await hold(lin, id, holdId)
    const redirect = { kind: 'redirect', baseUnionId: await unionId(point, '衡川'), words: '人在衡川上班。' } as const
    assert.equal(code(await act(zhou, id, { ...redirect, takesFrom: linId })), 'act.held')
    await release(zhou, id, holdId, '不用等了')
    assert.equal(code(await act(zhou, id, redirect)), 'act.anothers-case')
    const sent = await act(zhou, id, { ...redirect, takesFrom: linId })
    assert.deepEqual([sent.status, sent.body.step], [200, 'firstReview'])
    assert.ok((await counts(lin)).taken.some((each) => each.id === id && each.by === '周岚'))
  })

  test('a hold does not go along to another union', async () => {
    const id = await filed(await workerOf(507), 507)
    await hold(officer, id)
    const redirect = { kind: 'redirect', baseUnionId: await unionId(point, '衡川'), words: '人在衡川上班。' } as const
    const sent = await act(officer, id, redirect)
    assert.deepEqual([sent.status, sent.body.step], [200, 'firstReview'])
    assert.equal((await view(lin, id)).desk!.hold, undefined)
  })

  test('the database refuses a decision on a colleague’s case by itself, and to send it on', async () => {
    const id = await waiting(505)
    await assign(lin, linId, [{ id, from: null }])
    const scope: Scope = { kind: 'union', accountId: zhouId, organisationId: jiading }
    const [here, there] = [await unionId(point, '启衡'), await unionId(point, '衡川')]
    const refusedBy = (kind: 'pass' | 'redirect') =>
      inScope(app, scope, (trx) =>
        sql`insert into action (application_id, seq, id, kind, step, account_id, role, at, previous_digest, digest, steps,
            from_union_id, to_union_id)
          values (${id}, 4, gen_random_uuid(), ${kind}, 'secondReview', ${zhouId}, 'districtReviewer', 1, '\\x00', '\\x00',
            '{firstReview}', ${kind === 'redirect' ? here : null}, ${kind === 'redirect' ? there : null})`.execute(trx),
      ).then(
        () => 'done',
        (error) => refusalOf(error)?.constraint,
      )
    for (const kind of ['pass', 'redirect'] as const) assert.equal(await refusedBy(kind), 'decision_on_ones_own')
  })
})

describe('held', () => {
  test('with a reason, sealed; not decided by others, let go by the holder or with a word', async () => {
    const id = await waiting(511)
    const holdId = randomUUID()
    assert.equal((await hold(pudong, id)).status, 404)
    assert.equal((await hold(officer, id)).status, 403)
    assert.equal((await hold(lin, id, holdId, ' ')).status, 400)
    assert.equal((await hold(lin, id, holdId)).status, 200)
    assert.equal((await hold(lin, id, holdId)).status, 200, 'a repeat')
    assert.equal(code(await hold(zhou, id)), 'hold.already')
    const { desk } = await view(zhou, id)
    assert.deepEqual([desk!.hold!.by, desk!.hold!.reason], ['林知夏', '等陆文轩补交原件'])
    const { rows } = await owner.query('select reason::text from hold where id = $1', [holdId])
    assert.doesNotMatch(rows[0].reason, /陆文轩/)
    assert.ok((await list(zhou, '?view=held')).includes(id))
    assert.equal(code(await act(zhou, id, { kind: 'pass' })), 'act.held')
    assert.equal(code(await release(zhou, id, holdId)), 'hold.word-missing')
    assert.equal((await release(zhou, id, holdId, '原件到了')).status, 200)
    assert.equal((await release(zhou, id, holdId, '原件到了')).status, 200)
    assert.equal((await view(zhou, id)).desk!.hold, undefined)
    assert.equal((await act(zhou, id, { kind: 'pass' })).body.step, 'verification')
  })

  test('a decision by the holder ends it', async () => {
    const id = await waiting(512)
    await hold(lin, id)
    assert.equal((await act(lin, id, { kind: 'pass' })).body.step, 'verification')
    const { rows } = await owner.query('select ended from hold where application_id = $1', [id])
    assert.deepEqual(rows, [{ ended: 'decided' }])
  })
})

describe('many clean cases at once', () => {
  const draw = (client: Client, cases: string[], id: string) =>
    client.ask<Lot>('PUT', `/api/v1/review-lots/${id}`, { cases })
  const pass = (client: Client, id: string, body = {}) =>
    client.ask<LotPassed>('PUT', `/api/v1/review-lots/${id}/passing`, body)

  test('a look at what was drawn cannot be skipped; what moved is left out and named; sent twice it is done once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, (_, place) => waiting(520 + place)))
    const [held, hers, moved] = ids as [string, string, string]
    await hold(lin, held)
    await assign(zhou, zhouId, [{ id: hers, from: null }])
    const industrial = await waiting(528, {
      certificateNumber: certificateNumber(528),
      filingAuthority: 'jiangsu',
    }).catch(() => undefined)
    const lot = randomUUID()
    assert.equal((await draw(verifier, ids, lot)).status, 403)
    assert.equal(code(await draw(pudong, ids, lot)), 'lot.nothing')
    // what was looked at before the draw does not count
    for (const id of ids) await view(lin, id)
    const { body: drawn, status } = await draw(lin, [...ids, ...(industrial ? [industrial] : [])], lot)
    assert.equal(status, 200)
    assert.equal(drawn.sample.length, 3)
    assert.ok(drawn.sample.every((each) => !each.opened))
    assert.deepEqual(
      drawn.leftOut
        .map(({ id, why }) => [id, why])
        .slice(0, 2)
        .toSorted(),
      [
        [held, 'lot.held'],
        [hers, 'lot.anothers-case'],
      ].toSorted(),
    )
    assert.deepEqual(
      (await draw(lin, [...ids, ...(industrial ? [industrial] : [])], lot)).body.sample,
      drawn.sample,
      'drawn once',
    )
    assert.equal(code(await pass(zhou, lot)), 'not-found', 'another’s lot')

    const sample = drawn.sample.map(({ id }) => id)
    assert.equal(code(await pass(lin, lot)), 'lot.sample-unseen')
    await view(zhou, sample[0]!)
    // being read ahead, or shown beside another, is not being looked at
    for (const id of sample) assert.equal((await lin.ask('GET', `/api/v1/applications/${id}?ahead=1`)).status, 200)
    assert.match(((await pass(lin, lot)).body as unknown as Problem).title, /^抽看的还有3件没有打开看/)
    const { rows: read } = await owner.query("select object_id from audit_event where kind = 'application.readAhead'")
    assert.deepEqual(read.map((event) => event.object_id).toSorted(), sample.toSorted(), 'and it is on record')
    await view(lin, sample[0]!)
    await view(lin, sample[1]!)
    assert.match(((await pass(lin, lot)).body as unknown as Problem).title, /^抽看的还有1件没有打开看/)
    await view(lin, sample[2]!)
    assert.ok((await lin.ask<Lot>('GET', `/api/v1/review-lots/${lot}`)).body.sample.every((each) => each.opened))
    await act(zhou, moved, { kind: 'pass' })
    const { body: passed } = await pass(lin, lot)
    assert.deepEqual(
      passed.leftOut.map(({ id, why }) => [id, why]),
      [[moved, 'lot.moved']],
    )
    assert.equal(passed.passed.length, 5)
    assert.deepEqual((await pass(lin, lot)).body, passed)
    for (const id of passed.passed) {
      const { step, history } = await view(lin, id)
      assert.equal(step, 'verification')
      assert.equal(history.filter((entry) => entry.kind === 'pass' && entry.step === 'secondReview').length, 1)
    }
  })

  test('one drawn that was sent back stops the others; first review asks for the membership', async () => {
    const ids = await Promise.all(
      Array.from({ length: 4 }, async (_, place) => filed(await workerOf(540), 540 + place)),
    )
    const lot = randomUUID()
    const { body: drawn } = await draw(officer, ids, lot)
    for (const { id } of drawn.sample) await view(officer, id)
    assert.equal(code(await pass(officer, lot)), 'act.membership-unconfirmed')
    await act(officer, drawn.sample[0]!.id, { kind: 'return', reasons: ['idUnclear'], words: '请重拍身份证。' })
    assert.equal(code(await pass(officer, lot, { membershipConfirmed: true })), 'lot.sample-failed')
    const again = randomUUID()
    const rest = ids.filter((id) => id !== drawn.sample[0]!.id)
    const { body: second } = await draw(officer, rest, again)
    for (const { id } of second.sample) await view(officer, id)
    assert.equal((await pass(officer, again, { membershipConfirmed: true })).body.passed.length, 3)
    assert.ok((await view(officer, rest[0]!)).checks.some((check) => check.name === 'membership'))
  })

  test('two at once pass each case once', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, (_, place) => waiting(550 + place)))
    const lots = await Promise.all(
      [lin, zhou].map(async (client) => {
        const lot = randomUUID()
        const { body } = await draw(client, ids, lot)
        for (const { id } of body.sample) await view(client, id)
        return lot
      }),
    )
    const [mine, hers] = await Promise.all([pass(lin, lots[0]!), pass(zhou, lots[1]!)])
    assert.equal(mine.body.passed.length + hers.body.passed.length, 4)
    assert.equal(mine.body.leftOut.length + hers.body.leftOut.length, 4)
  })
})

describe('most urgent first', () => {
  test('pages join without a gap or a repeat, in the order of the days', async () => {
    const whole: { id: string; dueOn?: string }[] = []
    let cursor: string | undefined
    do {
      const query: string = cursor ? `?cursor=${cursor}` : ''
      const { body } = await lin.ask<QueuePage>('GET', `/api/v1/queue${query}`)
      whole.push(...body.items.map(({ id, dueOn }) => ({ id, ...(dueOn && { dueOn }) })))
      cursor = body.nextCursor
    } while (cursor)
    assert.equal(new Set(whole.map(({ id }) => id)).size, whole.length)
    const days = whole.map(({ dueOn }) => dueOn ?? '9999')
    assert.deepEqual(days, days.toSorted())
    assert.equal((await lin.ask('GET', '/api/v1/queue?cursor=eA')).status, 400)
  })

  test('what is filed in a batch that has closed goes before what came later; filters narrow', async () => {
    const early = await waiting(560)
    const batches = await verifier.ask<{ batches: { id: string; closedOn?: string }[] }>(
      'GET',
      '/api/v1/filing-batches',
    )
    const open = batches.body.batches.find((batch) => !batch.closedOn)
    if (!open) await verifier.ask('PUT', `/api/v1/filing-batches/${randomUUID()}`)
    const current = (await verifier.ask<typeof batches.body>('GET', '/api/v1/filing-batches')).body.batches.find(
      (batch) => !batch.closedOn,
    )!
    await verifier.ask('PUT', `/api/v1/filing-batches/${current.id}/closing`)
    await verifier.ask('PUT', `/api/v1/filing-batches/${randomUUID()}`)
    const late = await waiting(561)
    const order = await list(lin)
    assert.ok(order.indexOf(early) < order.indexOf(late))
    const union = await one("select id from organisation where name like '%启衡%' and kind = 'baseUnion'")
    assert.ok((await list(lin, `?union=${union}`)).includes(late))
    assert.ok(!(await list(lin, `?union=${jiading}`)).includes(late))
    await office.database.owner.query(
      'update business_clock set offset_ms = $1 - (extract(epoch from clock_timestamp()) * 1000)::bigint',
      [instant('2026-07-30T09:00:00+08:00')!],
    )
    const { items } = (await lin.ask<QueuePage>('GET', '/api/v1/queue')).body
    const said = await counts(lin)
    assert.equal(said.overdue, items.filter((item) => item.overdueDays).length)
    assert.ok(said.overdue > 0)
  })
})

describe('the same person, the same certificate', () => {
  const kin = async (client: Client, id: string) =>
    (await client.ask<Kin>('GET', `/api/v1/applications/${id}/kin`)).body
  const compare = (client: Client, id: string, other: string, answer: string) =>
    client.ask('PUT', `/api/v1/applications/${id}/comparisons/${randomUUID()}`, {
      other,
      answer,
      words: '陆文轩换过一次证，编号不同',
    })

  test('compared side by side, remembered, and „same“ by the centre is not passed', async () => {
    const first = await waiting(570)
    const twin = await waiting(571, { idNumber: idNumber(570), name: '陆文轩570' })
    assert.equal((await worker.ask('GET', `/api/v1/applications/${first}/kin`)).status, 403)
    assert.equal((await pudong.ask('GET', `/api/v1/applications/${first}/kin`)).status, 404)
    assert.equal((await compare(pudong, first, twin, 'different')).status, 404)
    const seen = await kin(lin, twin)
    assert.deepEqual(
      seen.samePerson.map(({ id }) => id),
      [first],
    )
    const [beside] = seen.alike
    assert.equal(beside!.id, first)
    assert.deepEqual(beside!.differs, ['certificateNumber'])
    assert.match(beside!.form.idNumber!, /\*/, 'masked: it is not the task in hand')
    assert.equal(beside!.answer, undefined)

    assert.equal((await compare(lin, twin, first, 'different')).status, 200)
    const later = (await kin(zhou, first)).alike[0]!.answer!
    assert.deepEqual([later.answer, later.by, later.words], ['different', '林知夏', '陆文轩换过一次证，编号不同'])
    const { rows } = await owner.query('select words::text from certificate_comparison')
    assert.doesNotMatch(rows[0].words, /陆文轩/)

    assert.equal((await compare(verifier, first, twin, 'same')).status, 200)
    assert.equal((await kin(lin, twin)).alike[0]!.answer!.by, '孙牧之')
    assert.equal(code(await compare(lin, twin, first, 'different')), 'comparison.closed')
    assert.equal((await view(lin, twin)).permissions.pass!.why, 'act.same-certificate')
    assert.equal(code(await act(lin, twin, { kind: 'pass' })), 'act.same-certificate')
    const gone = await act(lin, first, { kind: 'decline', reasons: ['alreadyPaid'], words: '与另一件是同一张证书。' })
    if (gone.status !== 200) await act(await workerOf(570), first, { kind: 'withdraw' })
    assert.equal((await act(lin, twin, { kind: 'pass' })).body.step, 'verification', 'the other is free again')
  })

  test('what is out of scope is a number only', async () => {
    const here = await waiting(580)
    const there = await filed(await workerOf(580), 581, { idNumber: idNumber(580), name: '陆文轩580' }, '申澜')
    assert.ok(there)
    const seen = await kin(lin, here)
    const total = seen.alike.length + seen.outside
    assert.equal(total, 1)
    if (seen.outside === 1) assert.equal((await compare(lin, here, there, 'same')).status, 404)
    assert.equal((await kin(verifier, here)).alike[0]!.id, there)
    const stranger: Scope = { kind: 'person', accountId: randomUUID() }
    const hidden = await inScope(app, stranger, (trx) => sql`select * from alike_applications(${here})`.execute(trx))
    assert.deepEqual(hidden.rows, [])
  })
})

describe('what was undone', () => {
  test('stands where it stood: its place in the list and its day are what they were', async () => {
    const clock = await office.staff('xitong')
    const ids = [await waiting(601), await waiting(602), await waiting(603)]
    const places = async () => (await list(lin)).filter((id) => ids.includes(id))
    const before = await places()
    const { dueOn } = (await view(officer, await filed(await workerOf(604), 604))).steps[0]!
    const fresh = await filed(await workerOf(605), 605)
    await clock.ask('PUT', '/api/v1/demo/clock', { to: instant('2026-08-03T09:00:00+08:00') })
    const first = before[0]!
    const returned = { kind: 'return' as const, reasons: ['formMissing'], words: '缺申请表' }
    for (const decision of [{ kind: 'pass' } as const, returned]) {
      assert.equal((await act(lin, first, decision)).status, 200)
      assert.ok(!(await places()).includes(first))
      assert.equal((await act(lin, first, { kind: 'undo', words: '再看一遍' })).status, 200)
      assert.deepEqual(await places(), before, decision.kind)
    }
    await act(officer, fresh, { kind: 'pass', membershipConfirmed: true })
    await act(officer, fresh, { kind: 'undo', words: '再看一遍' })
    assert.equal((await view(officer, fresh)).steps[0]!.dueOn, dueOn, 'due as if it had not been touched')
    const item = (await officer.ask<QueuePage>('GET', '/api/v1/queue')).body.items.find(({ id }) => id === fresh)
    assert.equal(item?.dueOn, dueOn)
  })
})
