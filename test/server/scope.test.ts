import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { inScope, NotCommitted, refusalOf, type Scope, type Trx } from '../../server/db/open.ts'
import { withDatabase } from '../database.ts'

const { app, owner } = await withDatabase()
await owner.query(`
  create table note (account_id uuid, words text constraint note_has_words check (words <> ''), at bigint, on_day date, days date[],
    amounts bigint[], ids uuid[], constraint note_once unique (account_id, words));
  alter table note enable row level security;
  create policy own on note to jiangsheng_app using (account_id = (select scope_account()) and (select scope_kind()) = 'person');
  grant select, insert on note to jiangsheng_app`)

const one = '00000000-0000-4000-8000-000000000001'
const other = '00000000-0000-4000-8000-000000000002'
const person: Scope = { kind: 'person', accountId: one }
const write = (trx: Trx, words: string, accountId = one) =>
  sql`insert into note (account_id, words) values (${accountId}, ${words})`.execute(trx)
const read = async (trx: Trx) => (await sql<{ words: string }>`select words from note order by words`.execute(trx)).rows

test('a transaction sees its scope, and the next one on the same connection nothing of it', async () => {
  await inScope(app, person, (trx) => write(trx, 'mine'))
  assert.deepEqual(await inScope(app, person, read), [{ words: 'mine' }])
  assert.deepEqual(await inScope(app, { kind: 'person', accountId: other }, read), [])
  assert.deepEqual(await inScope(app, { kind: 'city', accountId: one }, read), [])
  assert.deepEqual(await inScope(app, { kind: 'job', job: 'public' }, read), [])
  assert.deepEqual((await app.pool.query('select * from note')).rows, [])
})

test('every kind of scope arrives whole', async () => {
  const scope = (trx: Trx) =>
    sql`select scope_kind() kind, scope_account() "accountId", scope_organisation() "organisationId", scope_job() job`.execute(
      trx,
    )
  const kinds: Scope[] = [
    { kind: 'union', accountId: one, organisationId: other },
    { kind: 'job', job: 'sign-in' },
    { kind: 'job', job: 'audit', accountId: one },
  ]
  const none = { accountId: null, organisationId: null, job: null }
  for (const each of kinds) assert.deepEqual((await inScope(app, each, scope)).rows, [{ ...none, ...each }])
})

test('a refusal names its kind and constraint', async () => {
  const refused = (work: (trx: Trx) => Promise<unknown>) =>
    inScope(app, person, work).then(() => assert.fail(), refusalOf)
  await inScope(app, person, (trx) => write(trx, 'twice'))
  assert.deepEqual(await refused((trx) => write(trx, 'twice')), {
    kind: 'unique',
    constraint: 'note_once',
    table: 'note',
  })
  assert.deepEqual(await refused((trx) => write(trx, '')), {
    kind: 'check',
    constraint: 'note_has_words',
    table: 'note',
  })
  assert.deepEqual(await refused((trx) => write(trx, 'theirs', other)), { kind: 'forbidden' })
  assert.equal(refusalOf(new Error('something else')), undefined)
})

test('what fails leaves nothing behind, heard or not', async () => {
  const own = new Error('the work gave up')
  const gaveUp = inScope(app, person, async (trx) => {
    await write(trx, 'given up')
    throw own
  })
  await assert.rejects(gaveUp, own)
  const unheard = inScope(app, person, async (trx) => {
    await write(trx, 'before')
    write(trx, 'before').catch(() => {})
  })
  await assert.rejects(unheard, NotCommitted)
  const words = (await inScope(app, person, read)).map((row) => row.words)
  assert.ok(!words.includes('given up') && !words.includes('before'))
})

test('a connection that was cut is not used again', async () => {
  const cut = inScope(app, person, (trx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx))
  await assert.rejects(cut)
  await inScope(app, person, read)
})

test('values arrive as the project speaks of them', async () => {
  await owner.query(
    `insert into note values ('${one}', 'values', 1784077200000, '2026-07-15', '{2026-07-15,null}', '{1,2}', '{${one}}')`,
  )
  const select = sql`select at, on_day, days, amounts, ids from note where words = 'values'`
  assert.deepEqual((await inScope(app, person, (trx) => select.execute(trx))).rows, [
    { at: 1_784_077_200_000, on_day: '2026-07-15', days: ['2026-07-15', null], amounts: [1, 2], ids: [one] },
  ])
  await assert.rejects(
    inScope(app, person, (trx) => sql`select 9007199254740993`.execute(trx)),
    /does not fit a number/,
  )
})

test('many transactions at once keep their scopes apart', async () => {
  const seen = await Promise.all(
    Array.from({ length: 200 }, (_, at) => {
      const accountId = at % 2 ? one : other
      return inScope(app, { kind: 'person', accountId }, async (trx) => {
        const first = await sql<{ account: string }>`select scope_account() account`.execute(trx)
        const rows = await read(trx)
        return first.rows[0]?.account === accountId && rows.length > 0 === (accountId === one)
      })
    }),
  )
  assert.ok(seen.every(Boolean))
})
