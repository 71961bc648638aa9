/** Rules that stand in the domain and again in the database say the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionKinds, applicationStates, dutyTaken, isDead } from '../../domain/application.ts'
import { stepKinds } from '../../domain/policy.ts'
import { roles } from '../../domain/roles.ts'
import { withDatabase } from '../database.ts'

const { owner } = await withDatabase()

test('every action takes the same duty on', async () => {
  for (const step of stepKinds) {
    for (const role of roles) {
      for (const kind of actionKinds) {
        const { rows } = await owner.query('select duty_of($1, $2, $3) as duty', [kind, step, role])
        assert.equal(rows[0].duty ?? undefined, dutyTaken(kind, step, role), `${kind} at ${step} by ${role}`)
      }
    }
  }
})

test('the same states free a certificate', async () => {
  const { rows } = await owner.query(
    "select pg_get_expr(indpred, indrelid) as rule from pg_index where indexrelid = 'application_one_live_per_certificate'::regclass",
  )
  for (const state of applicationStates) {
    const { rows: live } = await owner.query(`select (${rows[0].rule}) as live from (select $1::text as state) t`, [
      state,
    ])
    assert.equal(live[0].live, !isDead(state), state)
  }
})
