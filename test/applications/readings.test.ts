/** A reading that is changed in the policy changes what the server does. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { withApp } from '../app.ts'
import { act, filed } from './claim.ts'

test('R13 read the other way: the second review waits until the filing batch is closed', async () => {
  const office = await withApp()
  const { owner } = office.database
  await owner.query(`update policy_revision set body = jsonb_set(body, '{readings}', (
    select jsonb_agg(case when r ->> 'id' = 'R13' then r || '{"value": false}' else r end order by at)
    from jsonb_array_elements(body -> 'readings') with ordinality as each (r, at)))`)
  const worker = await office.worker('13800006021')
  const id = await filed(worker, 1)
  const verifier = await office.staff('zhongxin.shenhe1')
  const batch = randomUUID()
  assert.equal((await verifier.ask('PUT', `/api/v1/filing-batches/${batch}`, {})).status, 200)
  await act(await office.staff('qiheng.gonghui'), id, { kind: 'pass', membershipConfirmed: true })
  await act(await office.staff('gongyequ.shenbao'), id, { kind: 'pass' })
  const district = await office.staff('jiading.fushen1')
  const early = await district.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
    kind: 'pass',
    expectedVersion: 3,
  })
  assert.equal(early.body.code, 'act.batch-open')
  assert.equal((await verifier.ask('PUT', `/api/v1/filing-batches/${batch}/closing`, {})).status, 200)
  assert.equal((await act(district, id, { kind: 'pass' })).body.step, 'verification')
})
