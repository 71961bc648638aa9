import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { sql } from 'kysely'
import { atCommit, inOrder, inScope, NotCommitted, openDatabase, readInScope } from '../../server/db/open.ts'
import { refusalOf, type Scope, type Trx } from '../../server/db/open.ts'
import { withDatabase } from '../database.ts'

const { app, owner } = await withDatabase()
await owner.query(`
  create table note (account_id uuid, words text constraint note_has_words check (words <> ''), at bigint, on_day date, days date[],
    amounts bigint[], ids uuid[], constraint note_once unique (account_id, words));
  alter table note enable row level security;
  create policy own on note to jiangsheng_app using (account_id = (select scope_account()) and (select scope_kind()) = 'person');
  grant select, insert, update on note to jiangsheng_app`)

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

test('what is kept for the commit is written in its order, and its refusal undoes everything', async () => {
  const answer = await inScope(app, person, async (trx) => {
    atCommit(trx, () => write(trx, 'kept first'))
    atCommit(trx, () => sql`update note set words = 'kept' where words = 'kept first'`.execute(trx))
    await write(trx, 'at once')
    return 'answer'
  })
  assert.equal(answer, 'answer')
  const refused = inScope(app, person, async (trx) => {
    atCommit(trx, () => write(trx, 'undone'))
    atCommit(trx, () =>
      write(trx, 'at once').catch((error: unknown) => {
        throw new Error(`twice: ${refusalOf(error)?.constraint}`)
      }),
    )
    atCommit(trx, () => write(trx, 'not reached'))
  })
  await assert.rejects(refused, { message: 'twice: note_once' })
  const gaveUp = inScope(app, person, async (trx) => {
    atCommit(trx, () => write(trx, 'never sent'))
    throw new Error('gave up')
  })
  await assert.rejects(gaveUp, { message: 'gave up' })
  const words = (await inScope(app, person, read)).map((row) => row.words)
  assert.deepEqual(
    ['kept', 'at once', 'kept first', 'undone', 'not reached', 'never sent'].map((each) => words.includes(each)),
    [true, true, false, false, false, false],
  )
})

test('of queries that travel together the one that failed speaks', async () => {
  const together = inScope(app, person, (trx) => Promise.all([read(trx), write(trx, ''), read(trx), read(trx)]))
  assert.equal(
    await together.then(() => assert.fail(), refusalOf).then((refusal) => refusal?.constraint),
    'note_has_words',
  )
  const inTheirOrder = inScope(app, person, (trx) =>
    inOrder([
      write(trx, '').catch(() => {
        throw new Error('the first')
      }),
      read(trx),
    ]),
  )
  await assert.rejects(inTheirOrder, { message: 'the first' })
})

test('reading in one round trip sees the scope, writes nothing, and ends with its first answers', async () => {
  assert.deepEqual(await readInScope(app, person, read), await inScope(app, person, read))
  assert.deepEqual(await readInScope(app, { kind: 'city', accountId: one }, read), [])
  await assert.rejects(
    readInScope(app, person, (trx) => write(trx, 'by a reader')),
    /read-only/,
  )
  const twoSteps = readInScope(app, person, async (trx) => [await read(trx), await read(trx)])
  await assert.rejects(twoSteps, /after the end of its transaction/)
  await inScope(app, person, read)
})

test('a connection that was cut is not used again', async () => {
  const cut = inScope(app, person, (trx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx))
  await assert.rejects(cut)
  const cutAtTheEnd = inScope(app, person, async (trx) => {
    atCommit(trx, () => sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx))
  })
  await assert.rejects(cutAtTheEnd)
  await inScope(app, person, read)
})

test('a database that dies as it lets somebody in refuses the work, and ends nobody', async () => {
  const message = (kind: string, body: Buffer) => {
    const head = Buffer.from(`${kind}0000`)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const fatal = 'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'
  // what PostgreSQL writes then, in one packet
  const lastWords = Buffer.concat([
    message('R', Buffer.alloc(4)),
    message('Z', Buffer.from('I')),
    message('E', Buffer.from(fatal)),
  ])
  const dying = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(lastWords))
  })
  dying.listen(0, '127.0.0.1')
  await once(dying, 'listening')
  const { port } = dying.address() as AddressInfo
  const db = openDatabase({ connection: { host: '127.0.0.1', port, user: 'jiangsheng_app', ssl: false } })
  await assert.rejects(inScope(db, person, read))
  await db.close()
  dying.close()
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
