/** Ten thousand awards over forty unions, paid by files: each once, as a second reader of the files counts them. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Viewer } from '../../server/context.ts'
import { inScope, type Trx } from '../../server/db/open.ts'
import { receivingAccountPlace } from '../../server/organisations/organisation.ts'
import { makeBatch, releaseBatch } from '../../server/payouts/batch.ts'
import { batchDetail } from '../../server/payouts/batchView.ts'
import { downloadPayFile } from '../../server/payouts/payFile.ts'
import { rareName } from '../connectors/payBatches.ts'
import { openCity } from '../payments/city.ts'
import { readCsv, readPipe } from '../payments/secondReader.ts'

const city = await openCity()
const { owner, deps, secrets, clock } = city
const unions = 40
const awards = 10_000

/** One owner's connection on which triggers sleep: what came before a payout is not what is asked here. */
async function planted<T>(work: (query: typeof owner.query) => Promise<T>): Promise<T> {
  const client = await owner.connect()
  try {
    await client.query('set session_replication_role = replica')
    return await work(client.query.bind(client) as typeof owner.query)
  } finally {
    await client.query('set session_replication_role = origin')
    client.release()
  }
}

type Union = { id: string; maker: Viewer; releaser: Viewer }
async function plantUnions(): Promise<Union[]> {
  const { rows } = await owner.query("select id, path from organisation where kind = 'cityFederation'")
  const found: Union[] = []
  for (let n = 0; n < unions; n++) {
    const [id, name] = [randomUUID(), `第${n + 1}产业工会联合会上海市委员会`]
    const account = JSON.stringify(secrets.seal(receivingAccountPlace(id), `3105${String(n).padStart(16, '0')}`))
    await owner.query(
      `insert into organisation (id, parent_id, kind, name, path, valid_from, receiving_account, receiving_account_tail)
       values ($1, $2, 'bureauUnion', $3, '{}', '2020-01-01', $4, '0000')`,
      [id, rows[0].id, name, account],
    )
    const viewers: Viewer[] = []
    for (const part of ['制单', '放行']) {
      const accountId = randomUUID()
      await owner.query(
        `insert into account (id, kind, login_name, display_name, password_hash, totp_secret, id_number_index, made_at)
         values ($1, 'staff', $2, $3, 'x', '{}', $4, 0)`,
        [accountId, `u-${accountId.slice(0, 8)}`, part, randomBytes(32)],
      )
      const organisation = { id, kind: 'bureauUnion', name } as const
      viewers.push({ accountId, sessionId: randomUUID(), name: part, role: 'districtFinance', organisation })
    }
    found.push({ id, maker: viewers[0]!, releaser: viewers[1]! })
  }
  return found
}

type Planted = { name: string; account: string; fen: number }
/** Each union has its share, some hundreds and some thousands. */
async function plantAwards(all: readonly Union[]): Promise<Map<string, Planted>> {
  const byReceipt = new Map<string, Planted>()
  const amounts = [80_000, 100_000, 200_000, 300_000, 400_000]
  const rows = Array.from({ length: awards }, (_, n) => {
    const [application, award, certificate] = [randomUUID(), randomUUID(), randomUUID()]
    const union = all[n % 97 < unions ? n % 97 : n % 7]!
    const receipt = `JS26-${String(n + 1).padStart(7, '0')}`
    const planted = { name: rareName(n), account: `622478${String(n).padStart(10, '0')}`, fen: amounts[n % 5]! }
    byReceipt.set(receipt, planted)
    const payee = { name: planted.name, kind: 'memberCard', accountNumber: planted.account, bankName: '上海农商银行' }
    const sealed = JSON.stringify(secrets.seal({ table: 'award', column: 'payee', row: award }, JSON.stringify(payee)))
    return { application, award, certificate, union: union.id, receipt, fen: planted.fen, sealed }
  })
  const of = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key])
  await planted(async (query) => {
    const worker = (await query("select id from account where kind = 'worker' limit 1")).rows[0].id
    await query(
      `insert into certificate (id, holder_index, level, issued_on)
       select i, sha256(i::text::bytea), 'technician', '2025-11-20' from unnest($1::uuid[]) i`,
      [of('certificate')],
    )
    await query(
      `insert into application (id, receipt_number, policy_id, policy_revision, channel, account_id, applicant_index,
         certificate_id, filing_authority, level, occupation_name, amount_fen, state, steps, version, received_at,
         form_revision, base_union_id, district_id, visible_to, finding, updated_at)
       select i.id, i.receipt, '2026', 1, 'unit', $6, sha256(i.receipt::bytea), i.certificate, 'shanghai', 'technician', '钳工',
         i.fen, 'awarded', '{firstReview}', 1, 1, 1, i.union_id, i.union_id, array[i.union_id], 'allMet', 1
       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::uuid[]) i (id, receipt, certificate, fen, union_id)`,
      [of('application'), of('receipt'), of('certificate'), of('fen'), of('union'), worker],
    )
    await query(
      `insert into award (id, certificate_id, application_id, policy_id, amount_fen, district_id, payer_id, stands_on,
         received_on, visible_to, payee, payee_tail, approved_at)
       select i.id, i.certificate, i.application, '2026', i.fen, i.union_id, i.union_id, 'union:' || i.union_id, '2026-08-01',
         array[i.union_id], i.payee, '0000', 1
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::jsonb[])
         i (id, certificate, application, fen, union_id, payee)`,
      [of('award'), of('certificate'), of('application'), of('fen'), of('union'), of('sealed')],
    )
  })
  return byReceipt
}

const as = <T>({ accountId, organisation }: Viewer, work: (trx: Trx) => Promise<T>): Promise<T> =>
  inScope(city.app, { kind: 'union', accountId, organisationId: organisation!.id }, work)

test('each award stands in one file once, with its own name and account, and all sums agree', async () => {
  const all = await plantUnions()
  const byReceipt = await plantAwards(all)
  const paid = new Map<string, { name: string; account: string; fen: bigint }>()
  let [files, totalFen] = [0, 0n]
  for (const [n, { maker, releaser }] of all.entries()) {
    const format = n % 2 ? 'csv-utf8' : 'pipe-gb18030'
    const id = randomUUID()
    const body = { route: 'file', format, payOn: shanghaiDate(clock.now) } as const
    await as(maker, (trx) => makeBatch(trx, deps, maker, id, body, clock.now))
    await as(releaser, (trx) => releaseBatch(trx, deps, releaser, id, { code: '', accept: [] }, clock.now))
    const get = (part: number) => {
      const download = { id, downloadId: randomUUID() }
      return as(maker, (trx) => downloadPayFile(trx, deps, maker, download, { part }, clock.now))
    }
    const first = await get(1)
    const detail = await as(maker, (trx) => batchDetail(trx, deps, maker, id, clock.now))
    assert.equal(detail.files.length, Math.ceil(detail.lineCount / (n % 2 ? 5000 : 500)))
    let ofBatch = 0n
    for (const file of detail.files) {
      const { bytes } = await get(file.part)
      if (file.part === 1) assert.ok(bytes.equals(first.bytes), 'given out twice, the same bytes')
      const read = (n % 2 ? readCsv : readPipe)(bytes)
      assert.deepEqual(
        [read.sha256, read.payments.length, read.totalFen, read.stated],
        [
          file.sha256,
          file.lineCount,
          BigInt(file.totalFen),
          { count: BigInt(file.lineCount), totalFen: read.totalFen },
        ],
      )
      assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256)
      for (const { reference, ...payment } of read.payments) {
        assert.ok(!paid.has(reference), `${reference} twice`)
        paid.set(reference, payment)
      }
      ofBatch += read.totalFen
      files++
    }
    assert.equal(ofBatch, BigInt(detail.totalFen))
    totalFen += ofBatch
  }
  assert.equal(paid.size, awards)
  assert.ok(files >= unions)
  assert.equal(
    totalFen,
    [...byReceipt.values()].reduce((sum, { fen }) => sum + BigInt(fen), 0n),
  )
  const { rows } = await owner.query(
    'select p.reference, a.receipt_number from payout p join award w on w.id = p.award_id join application a on a.id = w.application_id',
  )
  for (const { reference, receipt_number: receipt } of rows) {
    const { name, account, fen } = byReceipt.get(receipt)!
    assert.deepEqual(paid.get(reference), { name, account, fen: BigInt(fen) })
  }
})
