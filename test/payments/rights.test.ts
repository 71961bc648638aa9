/** What the database itself refuses, and what `ledger:verify` finds when its owner alters a row. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { NoticeDetail, Notices } from '../../contract/payments.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity } from './city.ts'
import { payAll } from './paying.ts'

const city = await openCity()
const { put, done } = city
const id = () => randomUUID() as string

// One award paid, one with its union, one that waits for the money of the city.
await city.waiting('jiading', ['seniorWorker', 'technician'])
const list = id()
await done(put('verifier', `/approval-lists/${list}`))
await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕1号' }))
const funding = id()
await done(put('cityFinance', `/transfers/${funding}`, { kind: 'funding', subjectId: list, voucherNumber: 'F' }))
await done(put('cityFinance2', `/transfers/${funding}/release`))
const { notices } = await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`))
await done(
  put(
    'jiading',
    `/allocation-notices/${nth(notices, 0).id}/confirmation`,
    await city.confirmation('jiading', nth(notices, 0)),
  ),
)
const allocation = id()
await done(
  put('centreFinance', `/transfers/${allocation}`, {
    kind: 'allocation',
    subjectId: nth(notices, 0).id,
    voucherNumber: 'A',
  }),
)
await done(put('centreFinance2', `/transfers/${allocation}/release`))
await done(put('jiading', `/allocation-notices/${nth(notices, 0).id}/receipt`, await city.receipt('jiading')))
const { lines } = await done<NoticeDetail>(city.get('jiading', `/allocation-notices/${nth(notices, 0).id}`))
await payAll(city, ['jiading', 'jiading2'], { awardIds: [nth(lines, 0).awardId] })
await city.waiting('minhang', ['technician'])
const second = id()
await done(put('verifier', `/approval-lists/${second}`))
await done(put('approver', `/approval-lists/${second}/approval`, { documentNumber: '沪工〔2026〕2号' }))

const accountOf = (who: keyof typeof city.viewers) => city.viewers[who].accountId
const cityScope = (who: keyof typeof city.viewers): Scope => ({ kind: 'city', accountId: accountOf(who) })
const run = (scope: Scope, text: string) =>
  inScope(city.app, scope, (trx) => sql.raw<Record<string, unknown>>(text).execute(trx))
const verify = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))

test('the application role cannot change or delete what was posted or made', async () => {
  for (const text of [
    'update posting set amount_fen = 1',
    'delete from posting',
    'truncate posting',
    'update approval_line set amount_fen = 1',
    'delete from approval_list',
    'update approval_list set total_fen = 1',
    'update award set amount_fen = 1',
    'update award set payee = null',
    'delete from award',
    'update transfer set amount_fen = 1',
    'update transfer set made_by = released_by',
    'update payout set amount_fen = 1',
    'update payout set account_index = null',
    'update payout_batch set made_by = released_by',
    'update payout_result set code = null',
    'delete from pay_file_download',
    'update pay_file set body = null',
    'delete from disbursement_confirmation',
    'update disbursement_confirmation set place = 1',
  ])
    await assert.rejects(run(cityScope('centreFinance'), text), { code: '42501' }, text)
})

test('the database itself refuses one person for two parts', async () => {
  const transfer = (
    n: number,
  ) => `insert into transfer (id, kind, approval_list_id, amount_fen, voucher_number, made_by, made_at)
    values ('${id()}', 'funding', '${second}', 100000, 'X', '${accountOf('cityFinance')}', ${n})`
  await assert.rejects(run(cityScope('cityFinance2'), transfer(1)), { constraint: 'action_by_oneself' })
  const makesAndReleases = inScope(city.app, cityScope('cityFinance'), async (trx) => {
    await sql.raw(transfer(2)).execute(trx)
    const release = `update transfer set released_by = '${accountOf('cityFinance')}', released_at = 3 where made_at = 2`
    await sql.raw(release).execute(trx)
  })
  await assert.rejects(makesAndReleases, { constraint: 'release_by_another' })
  await assert.rejects(
    run(
      cityScope('cityFinance2'),
      `update transfer set released_by = '${accountOf('cityFinance2')}', released_at = 9 where id = '${funding}'`,
    ),
    {
      constraint: 'transfer_released_once',
    },
  )
  const byApprover = transfer(4).replace(accountOf('cityFinance'), accountOf('approver'))
  await assert.rejects(run(cityScope('approver'), byApprover), { constraint: 'four_eyes' })
  // nor does one person begin in the name of another, to be the second oneself
  const [one, other] = [accountOf('cityFinance'), accountOf('cityFinance2')]
  const inAnothersName = [
    `insert into payout_batch (id, number, policy_id, payer_id, route, format, pay_on, line_count, total_fen, digest, made_by, made_at)
      values ('${id()}', 'X', '2026', '${city.organisations.city.id}', 'file', 'csv-utf8', '2026-12-01', 1, 1, '', '${other}', 1)`,
    `insert into budget (id, policy_id, amount_fen, document_number, set_by, set_at) values ('${id()}', '2026', 1, 'X', '${other}', 1)`,
    `insert into budget (id, policy_id, amount_fen, document_number, set_by, set_at, confirmed_by, confirmed_at)
      values ('${id()}', '2026', 1, 'X', '${one}', 1, '${other}', 1)`,
  ]
  for (const text of inAnothersName)
    await assert.rejects(run(cityScope('cityFinance'), text), { constraint: 'action_by_oneself' })
})

test('each scope reaches its own rows only', async () => {
  const tables = [
    'approval_list',
    'approval_line',
    'allocation_notice',
    'award',
    'disbursement_confirmation',
    'transfer',
    'transfer_receipt',
    'payout',
    'posting',
  ]
  const seen = async (scope: Scope) => {
    const counts = await Promise.all(tables.map((table) => run(scope, `select count(*) as n from ${table}`)))
    return Object.fromEntries(tables.map((table, at) => [table, counts[at]!.rows[0]!.n]))
  }
  const all = {
    approval_list: 2,
    approval_line: 3,
    allocation_notice: 1,
    award: 3,
    disbursement_confirmation: 1,
    transfer: 2,
    transfer_receipt: 1,
    payout: 1,
    posting: 9,
  }
  const none = Object.fromEntries(tables.map((table) => [table, 0]))
  assert.deepEqual(await seen(cityScope('approver')), all)
  const union = (organisationId: string): Scope => ({ kind: 'union', accountId: accountOf('jiading'), organisationId })
  assert.deepEqual(await seen(union(city.districts.jiading.id)), {
    ...all,
    approval_list: 1,
    approval_line: 0,
    award: 2,
    transfer: 1,
    posting: 8,
  })
  assert.deepEqual(await seen(union(city.districts.minhang.id)), { ...none, award: 1, posting: 1 })
  assert.deepEqual(await seen(union(city.districts.jidian.id)), none)
  assert.deepEqual(await seen({ kind: 'job', job: 'people' }), none)
  assert.deepEqual(await seen({ kind: 'person', accountId: id() }), none)
  assert.deepEqual(await seen({ kind: 'job', job: 'audit' }), {
    ...none,
    award: 3,
    transfer: 2,
    transfer_receipt: 1,
    payout: 1,
    posting: 9,
  })
  const client = await city.app.pool.connect()
  const bare = await client.query('select count(*) as n from posting').finally(() => client.release())
  assert.equal(bare.rows[0].n, 0)
})

test('ledger:verify names the first row its owner altered', async (each) => {
  const { rows } = await city.owner.query(
    'select seq, id, award_id, debit_account, credit_account, cause_kind from posting order by seq',
  )
  const [first] = rows
  const paid = rows.find((row) => row.cause_kind === 'pay')
  const before = rows.find((row) => row.cause_kind === 'release' && row.award_id === paid.award_id)
  const sound = await verify()
  assert.ok('total' in sound, JSON.stringify(sound))

  // As it was: it is not posted once more.
  const restored = (table: string) => `set session_replication_role = replica;
    insert into posting overriding system value select * from ${table}; set session_replication_role = origin`
  /** Does it, looks, and takes it back. */
  const altered = async (doing: string, undoing: string) => {
    await city.owner.query(doing)
    const found = await verify()
    await city.owner.query(undoing)
    return 'bad' in found ? found.bad : 'nothing'
  }
  await each.test('an amount', async () => {
    const bad = await altered(
      `update posting set amount_fen = amount_fen + 1 where id = '${first.id}'`,
      `update posting set amount_fen = amount_fen - 1 where id = '${first.id}'`,
    )
    assert.match(bad, new RegExp(`^posting ${first.seq} ${first.id}: `))
  })
  await each.test('a time, which only the digest knows', async () => {
    const bad = await altered(
      `update posting set at = at + 1 where id = '${paid.id}'`,
      `update posting set at = at - 1 where id = '${paid.id}'`,
    )
    assert.equal(bad, `posting ${paid.seq} ${paid.id}: its digest differs`)
  })
  await each.test('a posting taken out of the middle', async () => {
    await city.owner.query('create table kept as select * from posting where id = $1', [before.id])
    const bad = await altered(`delete from posting where id = '${before.id}'`, restored('kept'))
    assert.match(bad, new RegExp(`^posting ${paid.seq} ${paid.id}: `))
  })
  await each.test('the last posting of an award', async () => {
    await city.owner.query('create table last as select * from posting where id = $1', [paid.id])
    const bad = await altered(`delete from posting where id = '${paid.id}'`, restored('last'))
    assert.match(bad, new RegExp(`^award ${paid.award_id}: `))
  })
  await each.test('an award raised', async () => {
    const bad = await altered(
      `update award set amount_fen = amount_fen * 2 where id = '${paid.award_id}'`,
      `update award set amount_fen = amount_fen / 2 where id = '${paid.award_id}'`,
    )
    assert.match(bad, /^posting \d+ .*: its amount is not the award's/)
  })
  await each.test('a total that is kept', async () => {
    const bad = await altered(
      "update ledger_total set credit_fen = credit_fen + 1 where account = 'worker'",
      "update ledger_total set credit_fen = credit_fen - 1 where account = 'worker'",
    )
    assert.match(bad, /^organisation .*: the totals that are kept are not its postings'/)
  })
  await each.test('a release taken away', async () => {
    const bad = await altered(
      `alter table transfer disable trigger user; create table was as select * from transfer where id = '${allocation}'; update transfer set released_by = null, released_at = null where id = '${allocation}'`,
      `update transfer t set released_by = was.released_by, released_at = was.released_at from was where t.id = was.id; alter table transfer enable trigger user`,
    )
    assert.match(bad, /^posting \d+ .*: its cause is not there or not released/)
  })
  assert.deepEqual(await verify(), sound)
})

test('npm run ledger:verify', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-verify-'))
  const keyFile = path.join(dataDir, 'keys.json')
  writeFileSync(keyFile, JSON.stringify(city.keys))
  const env = { ...city.environment, PATH: process.env.PATH, DATA_DIR: dataDir, KEYS: keyFile }
  const command = () =>
    spawnSync(process.execPath, [path.join(import.meta.dirname, '../../cli/ledger-verify.ts')], {
      env,
      encoding: 'utf8',
    })
  const sound = command()
  assert.equal(sound.status, 0, sound.stderr)
  assert.match(
    sound.stdout,
    /^OK: 9 postings, 3 awards\napproved 2,800.00 = awaiting 1,000.00 \+ in payment 1,000.00 \+ paid 800.00/,
  )
  const { rows } = await city.owner.query(
    'update posting set at = at + 1 where seq = (select max(seq) from posting) returning seq, id',
  )
  const altered = command()
  assert.deepEqual([altered.status, altered.stderr], [1, `posting ${rows[0].seq} ${rows[0].id}: its digest differs\n`])
  rmSync(dataDir, { recursive: true })
})
