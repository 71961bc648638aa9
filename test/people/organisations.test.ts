import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { OrganisationList, OrganisationView, UnionOptions, UnitFactsView } from '../../contract/people.ts'
import type { SessionView } from '../../contract/session.ts'
import { plainDate } from '../../domain/dates.ts'
import { inScope } from '../../server/db/open.ts'
import { officersOf, receivingAccountOf, routeOf } from '../../server/organisations/organisation.ts'
import { withApp } from '../app.ts'

const world = await withApp()
const today = plainDate('2026-07-15')!
const worker = await world.worker('13900004441')
const stranger = { kind: 'person', accountId: randomUUID() } as const
const find = async (text: string) =>
  (await worker.ask<UnionOptions>('GET', `/api/v1/unions?find=${encodeURIComponent(text)}`)).body.unions
const route = async (name: string) => {
  const [union] = await find(name)
  return (await inScope(world.deps.db, stranger, (trx) => routeOf(trx, union!.id, today)))!
}

describe('unions', () => {
  test('are found by their own, their unit’s and their district’s name; at most twenty', async () => {
    assert.deepEqual(
      (await find('启衡')).map(({ name, district, hasOfficer }) => [name, district, hasOfficer]),
      [['上海启衡精密机械有限公司工会', '嘉定区总工会', true]],
    )
    assert.equal((await find('嘉定区')).length, 8)
    assert.equal((await find('机电')).at(-1)?.district, '上海市机电工会')
    assert.equal((await find('')).length, 13)
    for (const text of ['%', '_', "'; drop table organisation; --", '没有这家']) assert.deepEqual(await find(text), [])
    assert.equal((await find('嘉颐'))[0]?.hasOfficer, false)
  })

  test('the way of an application goes from its unit up to its district', async () => {
    const { visibleTo, ...ids } = await route('启衡')
    const { rows } = await world.database.owner.query('select name from organisation where id = any ($1)', [
      Object.values(ids),
    ])
    assert.deepEqual(rows.map(({ name }) => name).toSorted(), [
      '上海启衡精密机械有限公司',
      '上海启衡精密机械有限公司工会',
      '嘉定区总工会',
      '嘉定工业区基层申报点',
    ])
    assert.equal(visibleTo.length, 5)
    assert.deepEqual(
      [visibleTo[0], ...visibleTo.slice(2)],
      [ids.districtId, ids.baseUnionId, ids.unitId, ids.filingPointId],
    )
    const bureau = await route('启铭')
    assert.deepEqual([bureau.filingPointId, bureau.visibleTo.length], [undefined, 3])
    const nowhere = await inScope(world.deps.db, stranger, (trx) => routeOf(trx, ids.districtId, today))
    assert.equal(nowhere, undefined)
    const ended = await inScope(world.deps.db, stranger, (trx) =>
      routeOf(trx, ids.baseUnionId, plainDate('2025-12-31')!),
    )
    assert.equal(ended, undefined)
    const officers = await inScope(world.deps.db, stranger, (trx) =>
      officersOf(trx, ids.baseUnionId, 'unionOfficer', today),
    )
    assert.equal(officers.length, 1)
    assert.equal(officers[0]?.idNumberIndex?.length, 32)
  })

  test('unit facts are kept by the union’s officer and its filing point, and by nobody else’s', async () => {
    const [own] = await find('启衡')
    const address = `/api/v1/unions/${own!.id}/unit-facts`
    const before = (await worker.ask<UnitFactsView>('GET', address)).body
    assert.equal(before.facts?.employer, '上海启衡精密机械有限公司')
    const facts = { ...before.facts!, employerAddress: '嘉定区启衡路170号' }
    for (const stranger of ['shenlan.gonghui', 'nanxiang.shenbao'])
      assert.equal((await (await world.staff(stranger)).ask('PUT', address, facts)).status, 404, stranger)
    assert.equal((await worker.ask('PUT', address, facts)).status, 403)
    for (const officer of ['qiheng.gonghui', 'gongyequ.shenbao'])
      assert.equal((await (await world.staff(officer)).ask('PUT', address, facts)).status, 200, officer)
    assert.equal((await worker.ask<UnitFactsView>('GET', address)).body.facts?.employerAddress, '嘉定区启衡路170号')
    const missing = await worker.ask('GET', `/api/v1/unions/${randomUUID()}/unit-facts`)
    assert.equal(missing.status, 404)
  })
})

describe('the system administrator', () => {
  test('adds organisations where they belong, once', async () => {
    const system = await world.staff('xitong')
    const { organisations } = (await system.ask<OrganisationList>('GET', '/api/v1/organisations')).body
    assert.deepEqual([organisations[0]?.name, organisations[0]?.depth], ['上海市总工会', 0])
    const under = (name: string) => organisations.find((each) => each.name === name)!.id
    const bureau = { parentId: under('上海市总工会'), kind: 'bureauUnion', name: '某产业工会', validFrom: '2026-07-01' }
    const add = (id: string, wish: object) => system.ask<OrganisationView>('PUT', `/api/v1/organisations/${id}`, wish)
    const id = randomUUID()
    // where it receives money is not for one person to say
    const added = await add(id, { ...bureau, receivingAccount: '100120260000098765' })
    assert.deepEqual([added.status, added.body.receivingAccountTail], [200, undefined])
    assert.equal((await add(id, bureau)).status, 200)
    assert.equal((await add(id, { ...bureau, name: '另一家' })).status, 409)
    const account = await inScope(world.deps.db, stranger, (trx) => receivingAccountOf(trx, world.deps.secrets, id))
    assert.equal(account, undefined)

    const fields = async (wish: object) => {
      const { body } = await system.ask('PUT', `/api/v1/organisations/${randomUUID()}`, { ...bureau, ...wish })
      return body.fields?.[0]?.field
    }
    assert.equal(await fields({ kind: 'unit' }), 'kind')
    assert.equal(await fields({ kind: 'cityFederation' }), 'kind')
    assert.equal(await fields({ parentId: randomUUID() }), 'parentId')
    assert.equal(await fields({ validFrom: '2026-02-30' }), 'validFrom')
  })

  test('moves the demonstration’s clock forward, never back, and sessions do not notice', async () => {
    const system = await world.staff('xitong')
    const session = async () => (await system.ask<SessionView>('GET', '/api/v1/session')).body
    const { now } = await session()
    assert.equal((await system.ask('PUT', '/api/v1/demo/clock', { to: now - 60_000 })).body.code, 'clock.backwards')
    assert.equal((await system.ask('PUT', '/api/v1/demo/clock', { to: Number.MAX_SAFE_INTEGER })).status, 400)
    const to = now + 40 * 86_400_000
    assert.equal((await system.ask<{ now: number }>('PUT', '/api/v1/demo/clock', { to })).body.now, to)
    const moved = await session()
    assert.deepEqual([moved.today, moved.account?.name], ['2026-08-24', '何系明'])
  })
})
