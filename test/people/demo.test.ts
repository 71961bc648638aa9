import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '../../domain/dates.ts'
import { readIdentityNumber } from '../../domain/identityNumber.ts'
import { roleHome, roles } from '../../domain/roles.ts'
import { loadDemo } from '../../server/demo/demo.ts'
import { demoPlaces } from '../../server/demo/organisations.ts'
import { demoStaff } from '../../server/demo/staff.ts'
import { withApp } from '../app.ts'

const { deps, database } = await withApp()

test('loading the demonstration again, or after a stop halfway, changes nothing but what was missing', async () => {
  const counted = async () => {
    const tables = ['organisation', 'filing_point_service', 'account', 'appointment', 'unit_facts', 'business_clock']
    const text = tables.map((table) => `(select count(*)::int from ${table}) ${table}`).join(', ')
    return (await database.owner.query<Record<string, number>>(`select ${text}`)).rows[0]!
  }
  const whole = await counted()
  assert.deepEqual([whole.organisation, whole.account, whole.business_clock], [demoPlaces.length, demoStaff.length, 1])
  await loadDemo(deps)
  assert.deepEqual(await counted(), whole)
  await database.owner.query('delete from business_clock')
  await database.owner.query('delete from unit_facts')
  await Promise.all([loadDemo(deps), loadDemo(deps)])
  assert.deepEqual(await counted(), whole)
})

test('its people are possible, and every role is held where it belongs', () => {
  const kinds = new Map(demoPlaces.map(({ key, kind }) => [key, kind]))
  for (const { loginName, idNumber, holds } of demoStaff) {
    assert.ok(readIdentityNumber(idNumber, plainDate('2026-07-15')!).ok, loginName)
    for (const [role, key] of holds) assert.ok(roleHome[role].includes(kinds.get(key)!), `${loginName} ${role}`)
  }
  assert.equal(new Set(demoStaff.map(({ idNumber }) => idNumber)).size, demoStaff.length)
  const held = new Set(demoStaff.flatMap(({ holds }) => holds.map(([role]) => role as string)))
  assert.deepEqual(
    roles.filter((role) => role !== 'worker' && !held.has(role)),
    [],
  )
})
