/** 复核 and 转送: who may, until when, once; and nothing of it by who must not. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Act, QueuePage } from '../../contract/applications.ts'
import type { Problem } from '../../contract/problem.ts'
import { instant } from '../../domain/dates.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import type { Client } from '../app.ts'
import { withApp } from '../app.ts'
import { act, draft, file, filed, unionId, upload, view } from './claim.ts'

const office = await withApp()
const worker = await office.worker('13800006021')
const other = await office.worker('13800006022')
const [officer, point, first, second, centre] = await Promise.all(
  ['qiheng.gonghui', 'gongyequ.shenbao', 'jiading.fushen1', 'jiading.fushen2', 'zhongxin.shenhe1'].map((login) =>
    office.staff(login),
  ),
)

const todo = async (client: Client) => (await client.ask<QueuePage>('GET', '/api/v1/queue')).body.items
const code = ({ body }: { body: unknown }) => (body as Problem).code
const decline = { kind: 'decline' as const, reasons: ['issueDateOutside'], words: '发证日期看着不对。' }
const ask = { kind: 'requestReReview', words: '证书上写的是2025年11月20日，请再看一遍。' } as const

/** A claim that the district has declined, or its union. */
async function declined(serial: number, by: 'district' | 'union' = 'district'): Promise<string> {
  const id = await filed(worker, serial)
  if (by === 'union') {
    assert.equal((await act(officer!, id, decline)).status, 200)
    return id
  }
  await act(officer!, id, { kind: 'pass', membershipConfirmed: true })
  await act(point!, id, { kind: 'pass' })
  assert.equal((await act(first!, id, decline)).body.state, 'declined')
  return id
}

test('nobody but the worker asks, only after a decline, and nobody decides what was not asked', async () => {
  const id = await filed(worker, 501)
  assert.equal(code(await act(worker, id, ask)), 'act.not-in-this-state')
  assert.equal(code(await act(officer!, id, ask)), 'act.not-yours')
  await act(officer!, id, decline)
  const { version } = await view(worker, id)
  const strange = await other.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
    ...ask,
    expectedVersion: version,
  })
  assert.equal(strange.status, 404)
  assert.equal(code(await act(first!, id, { kind: 'overturn', words: '可以。' })), 'act.not-in-this-state')
  assert.equal(code(await act(worker, id, { ...ask, files: [randomUUID()] })), 'file.missing')
  assert.equal(code(await act(worker, id, { ...ask, words: ' ' })), 'request.malformed')
  const seen = await view(worker, id)
  assert.equal(seen.state, 'declined')
  assert.equal(seen.reReview?.until, '2026-07-29')
  assert.equal(seen.permissions.requestReReview?.allowed, true)
})

test('somebody else looks again; what went against who declined it is theirs no more', async () => {
  const id = await declined(502)
  const picture = await upload(worker, 'objectionEvidence')
  const actionId = randomUUID()
  const asked = await act(worker, id, { ...ask, files: [picture] }, actionId)
  assert.equal(asked.body.state, 'reReview')
  const message = { ...ask, files: [picture], expectedVersion: asked.body.version - 1 }
  const again = await worker.ask('PUT', `/api/v1/applications/${id}/actions/${actionId}`, message)
  assert.deepEqual(again.body, asked.body, 'a repeat is answered with what it did')
  const mine = await view(worker, id)
  assert.equal(mine.holder.name, '嘉定区总工会')
  assert.equal(mine.decision?.words, decline.words)
  assert.equal(mine.reReview?.requested?.words, ask.words)

  assert.ok(!(await todo(first!)).some((item) => item.id === id), 'not to who declined it')
  const item = (await todo(second!)).find((each) => each.id === id)
  assert.equal(item?.stepTitle, '复核中')
  const seen = await view(second!, id)
  assert.ok(seen.files.some((each) => each.id === picture))
  assert.deepEqual(seen.clear.toSorted(), ['accountNumber', 'idNumber', 'phone'])
  assert.equal(code(await act(first!, id, { kind: 'overturn', words: '算了。' })), 'act.re-review-by-another')
  assert.equal(code(await act(officer!, id, { kind: 'overturn', words: '好。' })), 'act.not-your-step')
  assert.equal((await act(second!, id, { kind: 'overturn', words: '日期在期限内。' })).body.step, 'secondReview')
  assert.equal(code(await act(first!, id, { ...decline, words: '还是不行。' })), 'act.re-review-by-another')
  assert.equal((await act(second!, id, { kind: 'pass' })).body.step, 'verification')
  assert.equal((await view(worker, id)).reReview?.outcome?.kind, 'overturn')
})

test('upheld, it stays declined with reasons, and it is asked once', async () => {
  const id = await declined(503)
  await act(worker, id, ask)
  assert.equal(code(await act(second!, id, { ...decline, kind: 'uphold', reasons: ['no'] })), 'act.reason-missing')
  assert.equal((await act(second!, id, { ...decline, kind: 'uphold', words: '确实不在。' })).body.state, 'declined')
  const seen = await view(worker, id)
  assert.equal(seen.decision?.words, '确实不在。')
  assert.equal(seen.decision?.reasons[0]?.clause, '一')
  assert.equal(code(await act(worker, id, ask)), 'act.not-in-this-state')
})

test('where the union has nobody else, the district looks again, and of two decisions at once one counts', async () => {
  const id = await declined(504, 'union')
  await act(worker, id, ask)
  assert.equal((await view(worker, id)).holder.name, '嘉定区总工会')
  assert.ok(!(await todo(officer!)).some((item) => item.id === id))
  assert.ok((await todo(first!)).some((item) => item.id === id))
  const { version } = await view(first!, id)
  const send = (client: Client, message: object) =>
    client.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, { expectedVersion: version, ...message })
  const answers = await Promise.all([
    send(first!, { kind: 'overturn', words: '继续办。' }),
    send(second!, { ...decline, kind: 'uphold', words: '维持。' }),
  ])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409])
})

test('the database keeps who declined it from deciding, whatever the server says', async () => {
  const id = await declined(505)
  await act(worker, id, ask)
  const { rows } = await office.database.owner.query('select declined_by, version from application where id = $1', [id])
  const who = rows[0].declined_by as string
  const { rows: places } = await office.database.owner.query(
    'select organisation_id from appointment where account_id = $1',
    [who],
  )
  const scope = { kind: 'union', accountId: who, organisationId: places[0].organisation_id as string } as const
  await assert.rejects(
    inScope(office.deps.db, scope, async (trx) => {
      await trx
        .insertInto('action')
        .values({
          ...{ application_id: id, seq: rows[0].version + 1, id: randomUUID(), kind: 'overturn', step: 'secondReview' },
          ...{ account_id: who, role: 'districtReviewer', at: 1 },
          ...{ previous_digest: Buffer.alloc(32), digest: Buffer.alloc(32) },
        })
        .execute()
    }),
    /re-review is somebody else/,
  )
})

test('a certificate that is claimed meanwhile is not looked at again', async () => {
  const id = await declined(506, 'union')
  assert.equal((await file(other, await draft(other, 506))).status, 200)
  assert.equal(code(await act(worker, id, ask)), 're-review.certificate-taken')
  assert.equal((await view(worker, id)).state, 'declined')
})

test('who was sent the wrong claim sends it on: it keeps its place, and the sender sees it no more', async () => {
  const id = await filed(worker, 507)
  const before = await view(worker, id)
  const target = await unionId(worker, '晶芒')
  const redirect = { kind: 'redirect', baseUnionId: target, words: '人在晶芒上班。' } as const
  assert.equal(code(await act(worker, id, redirect)), 'act.not-your-step')
  assert.equal(code(await act(centre!, id, redirect)), 'act.not-your-step')
  const foreign = await office.staff('jiagang.gonghui')
  const strange = await foreign.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
    ...redirect,
    expectedVersion: before.version,
  })
  assert.equal(strange.status, 404)
  const here = await unionId(worker, '启衡')
  assert.equal(code(await act(officer!, id, { ...redirect, baseUnionId: here })), 'redirect.same-union')
  assert.equal(code(await act(officer!, id, { ...redirect, baseUnionId: randomUUID() })), 'redirect.no-union')

  const actionId = randomUUID()
  const sent = await act(officer!, id, redirect, actionId)
  assert.equal(sent.status, 200, JSON.stringify(sent.body))
  assert.equal(sent.body.step, 'firstReview')
  const repeated = await officer!.ask('PUT', `/api/v1/applications/${id}/actions/${actionId}`, {
    expectedVersion: before.version,
    ...redirect,
  } satisfies Act)
  assert.deepEqual(repeated.body, sent.body)
  assert.equal((await officer!.ask('GET', `/api/v1/applications/${id}`)).status, 404)
  assert.equal((await first!.ask('GET', `/api/v1/applications/${id}`)).status, 404, 'nor does its district')

  const right = await office.staff('jingmang.gonghui')
  assert.ok((await todo(right)).some((item) => item.id === id))
  const after = await view(worker, id)
  assert.equal(after.receivedAt, before.receivedAt)
  assert.deepEqual(after.history.at(-1)!.redirected, {
    from: '上海启衡精密机械有限公司工会',
    to: '上海晶芒微电子有限公司工会',
  })
  assert.equal(after.unions.baseUnion, '上海晶芒微电子有限公司工会')
  assert.equal(after.form.baseUnionId, here, 'what the worker filed stays')

  const correcting = await worker.ask<{ version: number; form: object }>('POST', `/api/v1/applications/${id}/draft`, {})
  const saved = await worker.ask<{ version: number }>('PUT', `/api/v1/drafts/${id}`, {
    version: correcting.body.version,
    form: { ...correcting.body.form, declared: true, employerPhone: '02100001699' },
  })
  assert.equal((await act(worker, id, { kind: 'amend', draftVersion: saved.body.version })).status, 200)
  assert.equal(
    (await view(worker, id)).unions.baseUnion,
    '上海晶芒微电子有限公司工会',
    'a correction does not send it back',
  )
})

test('a move without its redirect, or to another union than it says, is refused by the database', async () => {
  const id = await filed(worker, 508)
  const { rows } = await office.database.owner.query(
    `select p.account_id, p.organisation_id from appointment p join application a on a.base_union_id = p.organisation_id
     where a.id = $1 and p.role = 'unionOfficer'`,
    [id],
  )
  const scope = { kind: 'union', accountId: rows[0].account_id, organisationId: rows[0].organisation_id } as const
  const moved = inScope(office.deps.db, scope, (trx) =>
    trx.selectNoFrom((eb) => eb.fn('move_to_union', [eb.val(id), eb.val('2026-07-15')]).as('moved')).execute(),
  )
  await assert.rejects(moved, /nothing to redirect/)
})

test('the eleventh working day is too late, and a year without a calendar says so', async () => {
  const id = await declined(509, 'union')
  const late = await declined(510, 'union')
  const clock = await office.staff('xitong')
  const to = (at: string) => clock.ask('PUT', '/api/v1/demo/clock', { to: instant(at) })
  assert.equal((await to('2026-07-29T23:50:00+08:00')).status, 200)
  assert.equal((await act(worker, id, ask)).status, 200)
  await to('2026-07-30T00:00:30+08:00')
  const seen = await view(worker, late)
  assert.match(seen.permissions.requestReReview!.says!, /7月29日24:00/)
  assert.equal(code(await act(worker, late, ask)), 're-review.too-late')

  await to('2026-09-15T20:00:00+08:00')
  const last = await filed(worker, 511)
  await to('2026-12-28T09:00:00+08:00')
  await act(officer!, last, decline)
  assert.equal((await view(worker, last)).reReview?.until, undefined)
  assert.equal(code(await act(worker, last, ask)), 're-review.calendar-missing')
})

test('every chain still verifies', async () => {
  assert.ok('actions' in (await verifyChains(office.database.worker, office.deps.secrets)))
})
