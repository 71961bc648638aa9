import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { inScope, type Scope } from '../../server/db/open.ts'
import { withApp } from '../app.ts'

/** Tables that hold nothing about anybody: the notice, the clock, counters, the list of migrations. */
const open = ['business_clock', 'confirmation_counter', 'migration', 'policy_revision']

const world = await withApp()

describe('row-level security, by SQL as the application role', () => {
  let tables: string[]
  before(async () => {
    await world.worker('13900003331')
    const { rows } = await world.database.owner.query<{ name: string; secured: boolean }>(
      `select relname name, relrowsecurity secured from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    )
    assert.deepEqual(
      rows.filter(({ secured }) => !secured).map(({ name }) => name),
      open,
    )
    tables = rows.filter(({ secured }) => secured).map(({ name }) => name)
    assert.ok(tables.length >= 30)
  })

  /** Tables of which any row is seen. */
  async function seen(scope: Scope | undefined): Promise<string[]> {
    const found: string[] = []
    for (const table of tables) {
      const text = `select count(*)::int n from (select from ${table} limit 1) one`
      const n = scope
        ? await inScope(
            world.database.app,
            scope,
            async (trx) => (await sql.raw<{ n: number }>(text).execute(trx)).rows[0]!.n,
          )
        : (await world.database.app.pool.query(text)).rows[0].n
      if (n > 0) found.push(table)
    }
    return found
  }

  test('without a scope no row of any table is seen', async () => {
    assert.deepEqual(await seen(undefined), [])
  })

  test('a job that is none sees the tree and nothing about people', async () => {
    const tree = ['filing_point_service', 'organisation', 'unit_facts']
    assert.deepEqual(await seen({ kind: 'job', job: 'no-such-job' }), tree)
  })

  test('a stranger sees the tree, and who serves in it', async () => {
    const stranger: Scope = { kind: 'person', accountId: randomUUID() }
    const expected = ['account', 'appointment', 'filing_point_service', 'organisation', 'unit_facts']
    assert.deepEqual(await seen(stranger), expected)
    const workers = await inScope(world.database.app, stranger, (trx) =>
      trx.selectFrom('account').select('id').where('kind', '=', 'worker').execute(),
    )
    assert.deepEqual(workers, [])
  })

  test('sessions and codes are reached by signing in alone, the audit log by auditors alone', async () => {
    const { rows } = await world.database.owner.query("select id from account where login_name = 'jiading.fushen1'")
    const scopes: Scope[] = [
      { kind: 'person', accountId: rows[0].id },
      { kind: 'union', accountId: rows[0].id, organisationId: randomUUID() },
      { kind: 'city', accountId: rows[0].id },
    ]
    for (const scope of scopes) {
      const found = await seen(scope)
      for (const table of ['session', 'one_time_code', 'unknown_sign_in', 'audit_event', 'audit_lot'])
        assert.ok(!found.includes(table), `${scope.kind} sees ${table}`)
    }
    assert.deepEqual(await seen({ kind: 'job', job: 'audit' }), [
      ...['account', 'audit_event', 'filing_point_service', 'organisation', 'unit_facts'],
    ])
  })

  test('no scope writes what is not its own', async () => {
    const refused = async (scope: Scope, text: string) => {
      const write = inScope(
        world.database.app,
        scope,
        async (trx) => (await sql.raw(text).execute(trx)).numAffectedRows,
      )
      const changed = await write.catch((error: { code: string }) => error.code)
      assert.ok(changed === 0n || changed === '42501', `${scope.kind}: ${text}: ${changed}`)
    }
    const stranger: Scope = { kind: 'person', accountId: randomUUID() }
    const city: Scope = { kind: 'city', accountId: randomUUID() }
    const union: Scope = { kind: 'union', accountId: randomUUID(), organisationId: randomUUID() }
    for (const scope of [stranger, city, union]) {
      await refused(scope, "update account set login_name = 'taken.over'")
      await refused(scope, "update appointment set role = 'approver'")
      await refused(scope, "update organisation set name = '改了'")
      await refused(scope, 'update session set ended_at = null')
    }
    await refused(union, "update unit_facts set facts = '{}'")
    await refused(stranger, "update unit_facts set facts = '{}'")
    await refused({ kind: 'job', job: 'audit' }, "update audit_event set kind = 'nothing'")
    await refused({ kind: 'job', job: 'audit' }, 'delete from audit_event')
    await refused(
      city,
      "insert into audit_event (id, txid, at, kind, object_kind, detail, mac) values (gen_random_uuid(), '1', 0, 'x', 'x', '{}', '')",
    )
  })
})
