/** Whose desk a claim lies on: also where an office is empty, where the officer applies, and past the known calendar. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { QueueCounts, QueuePage } from '../../contract/applications.ts'
import { instant } from '../../domain/dates.ts'
import { type Client, withApp } from '../app.ts'
import { act, filed, paperSeal, view } from './claim.ts'

const office = await withApp()
let worker: Client, officer: Client, point: Client, district: Client, verifier: Client

before(async () => {
  worker = await office.worker('13800006021')
  officer = await office.staff('qiheng.gonghui')
  point = await office.staff('gongyequ.shenbao')
  district = await office.staff('jiading.fushen1')
  verifier = await office.staff('zhongxin.shenhe1')
})

async function waitsAt(id: string): Promise<string[]> {
  const desks = Object.entries({ officer, point, district, verifier })
  const found = await Promise.all(
    desks.map(async ([name, client]) => {
      const { status, body } = await client.ask<QueuePage>('GET', '/api/v1/queue')
      assert.equal(status, 200)
      const { body: counts } = await client.ask<QueueCounts>('GET', '/api/v1/queue/counts')
      assert.equal(counts.overdue, body.items.filter((item) => item.overdueDays).length, 'as many as are flagged')
      return body.items.some((item) => item.id === id) ? [name] : []
    }),
  )
  return found.flat()
}

const setClock = (to: string) =>
  office.database.owner.query(
    'update business_clock set offset_ms = $1 - (extract(epoch from clock_timestamp()) * 1000)::bigint',
    [instant(to)!],
  )

test('where the filing point has nobody in office, the union’s officer forwards', async () => {
  const id = await filed(worker, 701)
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  assert.deepEqual(await waitsAt(id), ['point'])
  assert.equal((await view(worker, id)).holder.name, '嘉定工业区基层申报点')
  await office.database.owner.query("update account set disabled_at = 1 where login_name = 'gongyequ.shenbao'")
  try {
    const { body } = await officer.ask<QueuePage>('GET', '/api/v1/queue')
    assert.ok(body.items.some((item) => item.id === id))
    const above = await district.ask<QueuePage>('GET', '/api/v1/queue')
    assert.ok(!above.body.items.some((item) => item.id === id))
    assert.equal((await view(worker, id)).holder.name, '上海启衡精密机械有限公司工会')
    assert.equal((await act(officer, id, { kind: 'pass' })).body.step, 'secondReview')
  } finally {
    await office.database.owner.query("update account set disabled_at = null where login_name = 'gongyequ.shenbao'")
  }
})

test('a union without an officer seals on paper: its filing point has it, records the seal, and forwards', async () => {
  const nanxiang = await office.staff('nanxiang.shenbao')
  const id = await filed(worker, 702, {}, '嘉颐')
  assert.deepEqual(await waitsAt(id), [], 'neither the district’s nor another filing point’s')
  const { body } = await nanxiang.ask<QueuePage>('GET', '/api/v1/queue')
  assert.ok(body.items.some((item) => item.id === id))
  assert.equal((await view(worker, id)).holder.name, '南翔镇基层申报点')
  const notHere = await act(district, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal((notHere.body as unknown as { code: string }).code, 'act.not-your-step')
  const seal = await paperSeal(nanxiang, id, 'unionSeal', '上海嘉颐养老服务有限公司工会')
  const passed = await act(nanxiang, id, { kind: 'pass', membershipConfirmed: true, seal })
  assert.equal(passed.body.step, 'forwarding')
  assert.equal((await view(worker, id)).steps[0]?.holder, '南翔镇基层申报点', 'who has done it')
})

test('a union without an officer, and its filing point too: the district reviews first', async () => {
  await office.database.owner.query("update account set disabled_at = 1 where login_name = 'nanxiang.shenbao'")
  try {
    const id = await filed(worker, 707, {}, '嘉颐')
    assert.deepEqual(await waitsAt(id), ['district'])
    assert.equal((await act(district, id, { kind: 'pass', membershipConfirmed: true })).body.step, 'forwarding')
  } finally {
    await office.database.owner.query("update account set disabled_at = null where login_name = 'nanxiang.shenbao'")
  }
})

test('the only officer’s own claim waits at the district', async () => {
  const id = await filed(worker, 703, { idNumber: '310115197102080342' })
  assert.ok((await waitsAt(id)).includes('district'))
  assert.equal((await view(worker, id)).holder.name, '嘉定区总工会')
  const own = await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  assert.equal((own.body as unknown as { code: string }).code, 'act.own-application')
  assert.equal((await act(district, id, { kind: 'pass', membershipConfirmed: true })).body.step, 'forwarding')
})

test('not in the register: it waits for twenty working days from issue, then goes back, and is never declined', async () => {
  const id = await filed(worker, 704, { issuedOn: '2026-07-01', certificateNumber: 'Y000031000217262704704' })
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(point, id, { kind: 'pass' })
  await act(district, id, { kind: 'pass' })
  const look = async (outcome: string) => {
    const check = { source: '上海市职业技能鉴定中心官网', outcome, shown: {} }
    const answer = await verifier.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, check)
    assert.equal(answer.status, 200)
    const { assessment, state } = await view(verifier, id)
    assert.equal(state, 'inReview')
    const finding = assessment.findings.find(({ condition }) => condition === 'register')!
    return [finding.outcome, finding.consequence, finding.reading]
  }
  assert.deepEqual(await look('unavailable'), ['unknown', 'wait', undefined])
  assert.deepEqual(await look('noData'), ['unknown', 'wait', 'R16'])
  await setClock('2026-08-03T10:00:00+08:00')
  assert.deepEqual(await look('noData'), ['unmet', 'return', 'R16'])
})

test('a desk counts what waits past its day, from the day after on', async () => {
  const id = await filed(worker, 706)
  const counts = async () => (await officer.ask<QueueCounts>('GET', '/api/v1/queue/counts')).body.overdue
  const before = await counts()
  const { dueOn } = (await view(worker, id)).holder
  await setClock(`${dueOn}T23:59:00+08:00`)
  assert.equal(await counts(), before)
  await setClock(`2026-08-11T00:00:00+08:00`)
  assert.equal(dueOn, '2026-08-10')
  assert.equal(await counts(), before + 1)
  assert.ok((await waitsAt(id)).includes('officer'))
})

test('past the known calendar the lists go on without a day, and nothing is sent back until one is known', async () => {
  const id = await filed(worker, 705)
  await setClock('2026-12-28T10:00:00+08:00')
  await act(officer, id, { kind: 'pass', membershipConfirmed: true })
  assert.deepEqual(await waitsAt(id), ['point'])
  const { holder } = await view(worker, id)
  assert.equal(holder.dueOn, undefined)
  assert.equal((await worker.ask('GET', '/api/v1/applications')).status, 200)
  const refused = await act(point, id, { kind: 'return', reasons: ['idUnclear'], words: '请重拍身份证。' })
  assert.equal(refused.status, 409)
  assert.match((refused.body as unknown as { title: string }).title, /2027年的工作日安排还没有录入/)
})
