/** 年度结账 and 会计档案: a closed year stays as it is, in the database and as plain files. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { LedgerView } from '../../contract/payments.ts'
import type { Years } from '../../contract/years.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { ArchiveRefused, makeArchive } from '../../server/years/archive.ts'
import { checkArchive } from '../../server/years/archiveCheck.ts'
import { verifyYears } from '../../server/years/close.ts'
import { openCity, type Who } from '../payments/city.ts'
import { answersTo, sendBatch, toUnion, typeResult, uploadAnswers } from '../payments/paying.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const folder = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-archive-'))
after(() => rmSync(folder, { recursive: true, force: true }))

// Of 2026: one paid, one given back by the bank, one of which nobody heard yet, one that waits with the city.
await toUnion(city, 'jiading', ['technician', 'seniorWorker', 'seniorTechnician'])
const { batch, lines } = await sendBatch(city, ['jiading', 'jiading2'])
const on = shanghaiDate(city.clock.now)
const answers = await answersTo(city, lines.slice(0, 2), ({ line }) =>
  line === 1 ? { outcome: 'settled', on } : { outcome: 'failed', on, code: 'accountClosed' },
)
await done(uploadAnswers(city, 'jiading', batch.id, answers))
await city.waiting('minhang', ['technician'])
const list = id()
await done(put('verifier', `/approval-lists/${list}`))
await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕9号' }))

const years = async (who: Who = 'cityFinance') => (await done<Years>(get(who, '/books/years'))).years
const propose = (who: Who, closeId = id(), year = 2026) => put(who, `/books/years/${closeId}`, { year })
const confirm = (who: Who, closeId: string) => put(who, `/books/years/${closeId}/confirmation`)
const drop = (who: Who, closeId: string) => put(who, `/books/years/${closeId}/drop`)
const verify = () => inScope(city.worker, { kind: 'job', job: 'verify' }, verifyYears)
const cityScope: Scope = { kind: 'city', accountId: city.viewers.cityFinance.accountId }
const run = (text: string) => inScope(city.app, cityScope, (trx) => sql.raw(text).execute(trx))
const archive = (name: string, year = 2026) =>
  makeArchive(city.app, city.secrets, year, path.join(folder, name), city.clock.now)
const close = id()

test("the city's finance closes years; who approves and who audits may look", async () => {
  for (const who of ['officer', 'verifier', 'centreFinance', 'jiading', 'base', 'auditor', 'worker'] as const) {
    await refused(get(who, '/books/years'), 'forbidden')
    await refused(propose(who), 'forbidden')
    await refused(confirm(who, close), 'forbidden')
    await refused(drop(who, close), 'forbidden')
  }
  await refused(propose('approver'), 'forbidden')
  assert.deepEqual(await years('approver'), [{ year: 2026, state: 'running' }])
})

test('not before it is over, nor a year without books, nor by a made-up id', async () => {
  await refused(propose('cityFinance'), 'books.year-not-over')
  await refused(propose('cityFinance', id(), 2027), 'books.year-not-over')
  await refused(propose('cityFinance', id(), 2025), 'books.year-empty')
  await refused(propose('cityFinance', id(), 1999), 'request.malformed')
  await refused(confirm('cityFinance2', id()), 'not-found')
  await refused(drop('cityFinance2', id()), 'not-found')
  await city.setClock('2027-01-05T10:00:00+08:00')
  assert.deepEqual(
    (await years()).map(({ year, state }) => [year, state]),
    [
      [2027, 'running'],
      [2026, 'open'],
    ],
  )
  await assert.rejects(archive('early'), ArchiveRefused)
})

test('not where the books do not agree', async () => {
  const alter = (fen: number) =>
    city.owner.query("update ledger_total set credit_fen = credit_fen + $1 where account = 'worker'", [fen])
  await alter(1)
  await refused(propose('cityFinance'), 'books.disagree')
  await alter(-1)
  const of = "where outcome = 'settled'"
  await city.owner.query(`alter table posting disable trigger user`)
  await city.owner.query(`update posting set cause_id = gen_random_uuid() where cause_kind = 'pay'`)
  await refused(propose('cityFinance'), 'books.disagree')
  await city.owner.query(`update posting set cause_id = (select id from payout_result ${of}) where cause_kind = 'pay'`)
  await city.owner.query(`alter table posting enable trigger user`)
  await city.owner.query(
    `insert into sent_before (reference, amount_fen, batch_id, sent_at, found_at) values ('X', 1, $1, 1, 1)`,
    [batch.id],
  )
  const unknown = await refused(propose('cityFinance'), 'books.disagree')
  assert.match(unknown.title, /恢复备份前送出的付款还没有查清/)
  await city.owner.query('delete from sent_before')
})

test('one proposes it and another confirms it; what is being booked into it comes first', async () => {
  await done(propose('cityFinance', close))
  await done(propose('cityFinance', close))
  await refused(propose('cityFinance2'), 'books.year-proposed')
  await refused(put('cityFinance', `/books/years/${close}`, { year: 2025 }), 'request.reused-id')
  await refused(confirm('cityFinance', close), 'books.same-person')
  await assert.rejects(archive('proposed'), ArchiveRefused)
  const [, shown] = await years()
  assert.deepEqual(
    [shown?.state, shown?.close?.proposedBy, shown?.close?.confirmedBy],
    ['proposed', 'cityFinance', undefined],
  )

  const booking = await city.owner.connect()
  await booking.query("begin; select pg_advisory_xact_lock_shared(hashtext('year close'), 2026)")
  const closing = confirm('cityFinance2', close)
  const waiting = "select from pg_locks where locktype = 'advisory' and not granted"
  while ((await city.owner.query(waiting)).rowCount === 0) await setTimeout(20)
  await booking.query('commit')
  booking.release()
  await done(closing)
  await done(confirm('cityFinance2', close))
  await refused(drop('cityFinance2', close), 'money.done')
  await refused(propose('cityFinance'), 'money.done')
})

test('the closing says what was booked and what is open', async () => {
  const [, { close: closed } = { close: undefined }] = await years()
  const { identity } = await done<LedgerView>(get('cityFinance', '/ledger'))
  assert.ok(closed)
  assert.deepEqual([closed.confirmedBy, closed.closing, closed.opening.awards], ['cityFinance2', identity, 0])
  assert.equal(
    closed.accounts.reduce((sum, { fen }) => sum + fen, 0),
    identity.approvedFen,
  )
  assert.deepEqual(closed.openItems, { unheard: 1, corrections: 0, recoveries: 0, surplus: 0 })
  const { rows } = await city.owner.query('select count(*)::int as n, sum(amount_fen)::float8 as fen from posting')
  assert.deepEqual([closed.postings, closed.movedFen], [rows[0].n, rows[0].fen])
  assert.deepEqual(await verify(), { years: [2026] })
  const events = await city.owner.query(
    'select kind, account_id from audit_event where object_id = $1 order by at, txid',
    [close],
  )
  assert.deepEqual(
    events.rows.map(({ kind, account_id }) => [kind, account_id]),
    [
      ['year.proposed', city.viewers.cityFinance.accountId],
      ['year.closed', city.viewers.cityFinance2.accountId],
    ],
  )
})

test('nothing is booked into it any more, and the closing stays: the database refuses', async () => {
  const again = (at: string) =>
    run(`insert into posting (id, debit_account, credit_account, amount_fen, award_id, cause_kind, cause_id, at, mac)
      select gen_random_uuid(), stands_on, 'bounced:' || id, amount_fen, id, 'bounce', gen_random_uuid(), ${at}, ''
      from award where stands_on like 'payment:%'`)
  await assert.rejects(again('year_begins(2027) - 1'), { constraint: 'posting_in_open_year' })
  await assert.rejects(again('year_begins(2026) - 1'), { constraint: 'posting_in_open_year' })
  await assert.rejects(run(`update year_close set postings = 1`), { code: '42501' })
  await assert.rejects(run(`delete from year_close`), { code: '42501' })
  await assert.rejects(
    run(`update year_close set dropped_by = '${city.viewers.cityFinance.accountId}', dropped_at = 1`),
    {
      constraint: 'year_answered',
    },
  )
  const insert = (by: Who, at: string) =>
    run(`insert into year_close (id, year, proposed_by, proposed_at)
      values (gen_random_uuid(), 2027, '${city.viewers[by].accountId}', ${at})`)
  await assert.rejects(insert('cityFinance2', 'year_begins(2028)'), { constraint: 'year_by_whom' })
  await assert.rejects(insert('cityFinance', 'year_begins(2028)'), { constraint: 'year_has_postings' })
  const ofUnion: Scope = {
    kind: 'union',
    accountId: city.viewers.jiading.accountId,
    organisationId: city.districts.jiading.id,
  }
  const seen = await inScope(city.app, ofUnion, (trx) => trx.selectFrom('year_close').select('id').execute())
  assert.deepEqual(seen, [])
})

test('what is found wrong later is booked into the year that is open', async () => {
  const before = await city.owner.query('select digest from books_of_year(2026)')
  const paid = await city.owner.query("select award_id from posting where cause_kind = 'pay'")
  const correction = id()
  const body = { kind: 'recordedWrongly', awardId: paid.rows[0].award_id, words: '银行说没有付成' }
  await done(put('jiading', `/corrections/${correction}`, body))
  await done(put('jiading2', `/corrections/${correction}/confirmation`))
  const { rows } = await city.owner.query("select year_of_books(at) as year from posting where cause_kind = 'reversal'")
  assert.deepEqual(rows, [{ year: 2027 }])
  assert.deepEqual((await city.owner.query('select digest from books_of_year(2026)')).rows, before.rows)
  assert.deepEqual(await verify(), { years: [2026] })
})

const sha256Of = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
const filesOf = (name: string) =>
  readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
const contentOf = (name: string) =>
  filesOf(name).map((file) => [path.relative(path.join(folder, name), file), readFileSync(file, 'utf8')] as const)

test('a year is written twice with the same bytes, and recomputed from its files alone', async () => {
  const { sums, manifest } = await archive('one')
  assert.equal(manifest.keepUntil, '2056-12-31')
  assert.deepEqual((await archive('two')).sums, sums)
  assert.deepEqual(contentOf('one'), contentOf('two'))
  await assert.rejects(archive('one'), ArchiveRefused)
  const [, { close: closed } = { close: undefined }] = await years()
  assert.deepEqual(await checkArchive(path.join(folder, 'one')), {
    ...{ year: 2026, files: manifest.files.length + 1, postings: closed!.postings, digest: closed!.digest, sums },
  })
  for (const line of readFileSync(path.join(folder, 'one', 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n'))
    assert.equal(line, `${sha256Of(path.join(folder, 'one', line.slice(66)))}  ${line.slice(66)}`)
  const { rows } = await city.owner.query("select kind, detail from audit_event where kind = 'archive.made'")
  assert.deepEqual(rows, [
    { kind: 'archive.made', detail: { year: 2026, sums } },
    { kind: 'archive.made', detail: { year: 2026, sums } },
  ])
})

test('what happens in the next year changes nothing of it, not even what the bank dates back', async () => {
  await done(typeResult(city, 'jiading', lines[2]!.payoutId, { outcome: 'settled', on: '2026-12-31' }))
  await toUnion(city, 'jidian', ['technician'])
  const { batch: later } = await sendBatch(city, ['jidian', 'jidian2'], { payOn: '2027-01-06' })
  assert.equal(later.lineCount, 1)
  assert.deepEqual(
    (await city.owner.query('select count(*)::int as n from posting where at >= year_begins(2027)')).rows,
    [
      // reversal and payment; approval, funding, allocation, release
      { n: 6 },
    ],
  )
  await archive('later')
  assert.deepEqual(contentOf('later'), contentOf('one'))
})

test('it holds every posting and its papers, and no name or account of a worker', async () => {
  const content = new Map(contentOf('one'))
  const rowsOf = (name: string) => content.get(name)!.trim().split('\n').length - 1
  const { rows } = await city.owner.query('select payee, id from award')
  const all = [...content.values()].join('\n')
  for (const { payee, id: award } of rows) {
    const place = { table: 'award', column: 'payee', row: award }
    const { name, accountNumber } = JSON.parse(city.secrets.openText(place, payee)) as Record<string, string>
    assert.ok(accountNumber && name)
    assert.ok(!all.includes(accountNumber) && !all.includes(name))
  }
  assert.equal(rowsOf('awards.csv'), 4)
  assert.ok(!all.includes('机电'))
  assert.equal(rowsOf('papers/payouts.csv'), 3)
  assert.equal(rowsOf('papers/results.csv'), 2)
  assert.equal(rowsOf('papers/corrections.csv'), 0)
  const month = `vouchers/${on.slice(0, 7)}.csv`
  assert.match(content.get(month)!, /^单位,凭证号,日期/)
  for (const name of ['市总工会', '市职工技协服务中心', '嘉定区总工会'])
    assert.match(content.get(month)!, new RegExp(name))
})

test('what was altered, taken out or put in is named', async () => {
  const bad = async (alter: (at: (name: string) => string) => void) => {
    const name = id()
    await archive(name)
    alter((file) => path.join(folder, name, file))
    const found = await checkArchive(path.join(folder, name))
    return 'bad' in found ? found.bad : 'OK'
  }
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  assert.equal(await bad((at) => appendFileSync(at('awards.csv'), 'x')), 'awards.csv was altered')
  assert.equal(await bad((at) => rmSync(at('papers/results.csv'))), 'papers/results.csv is missing')
  assert.equal(await bad((at) => writeFileSync(at('papers/more.csv'), '')), 'papers/more.csv is not of this archive')
  assert.match(await bad((at) => rmSync(at('SHA256SUMS'))), /is no archive/)
  // who also makes the list of sums anew is found by the digest that the year was closed with
  const sumAgain = (at: (name: string) => string, file: string) => {
    const sum = sha256Of(at(file))
    const old = new RegExp(`[0-9a-f]{64}(  ${file.replaceAll('.', '\\.')})`)
    const before = readFileSync(at('SHA256SUMS'), 'utf8').match(old)![0].slice(0, 64)
    edit(at('SHA256SUMS'), (text) => text.replace(old, `${sum}$1`))
    if (file !== 'manifest.json') edit(at('manifest.json'), (text) => text.replace(before, sum))
  }
  assert.equal(
    await bad((at) => {
      edit(at('postings.csv'), (text) => text.replace(',100000,', ',100001,'))
      sumAgain(at, 'postings.csv')
      sumAgain(at, 'manifest.json')
    }),
    'postings.csv is not what the year was closed with',
  )
  const month = `vouchers/${on.slice(0, 7)}.csv`
  assert.match(
    await bad((at) => {
      edit(at(month), (text) => text.replace(',银行存款,,', ',银行存款,1,'))
      sumAgain(at, month)
      sumAgain(at, 'manifest.json')
    }),
    /^vouchers\/.*: .* does not balance$/,
  )
})

test('npm run archive', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-archive-'))
  const keyFile = path.join(dataDir, 'keys.json')
  writeFileSync(keyFile, JSON.stringify(city.keys))
  const env = { ...city.environment, PATH: process.env.PATH, DATA_DIR: dataDir, KEYS: keyFile }
  const command = (...options: string[]) =>
    spawnSync(process.execPath, [path.join(import.meta.dirname, '../../cli/archive.ts'), ...options], {
      env,
      encoding: 'utf8',
    })
  const to = path.join(folder, 'command')
  assert.match(command('--year', '2027', '--to', to).stderr, /^2027 is not closed/)
  const made = command('--year', '2026', '--to', to)
  assert.equal(made.status, 0, made.stderr)
  assert.match(made.stdout, /keep it until 2056-12-31/)
  assert.match(command('--verify', to).stdout, /^OK: 2026, /)
  assert.deepEqual(contentOf('command'), contentOf('one'))
  appendFileSync(path.join(to, 'README.txt'), 'x')
  const altered = command('--verify', to)
  assert.deepEqual([altered.status, altered.stderr], [1, 'README.txt was altered\n'])
  rmSync(dataDir, { recursive: true })
})

test('a closed year whose postings were altered is found, and is archived no more', async () => {
  await city.owner.query(`alter table posting disable trigger user`)
  await city.owner.query('update posting set mac = $1 where seq = (select min(seq) from posting)', [Buffer.alloc(32)])
  assert.deepEqual(await verify(), { bad: 'year 2026: its postings are not those that it was closed with' })
  await assert.rejects(archive('altered'), ArchiveRefused)
  await refused(propose('cityFinance', id(), 2027), 'books.year-not-over')
})
