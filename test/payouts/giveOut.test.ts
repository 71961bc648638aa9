/** What leaves in a bank's file: only what can be written and nobody objects to, each time on record, and once ever. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { plainDate } from '../../domain/dates.ts'
import { openPayee, sealSnapshot } from '../../server/payments/payee.ts'
import { nth, openCity } from '../payments/city.ts'
import { answersTo, linesOf, makeBatch, releaseBatch, sendBatch, toUnion, uploadAnswers } from '../payments/paying.ts'
import { readCsv } from '../payments/secondReader.ts'

const city = await openCity()
const { put, done, refused, owner } = city
const id = () => randomUUID() as string
const clerks = ['jiading', 'jiading2'] as const
/** Plants what people do elsewhere. */
async function planted(table: string, text: string, values: unknown[]) {
  await owner.query(`alter table ${table} disable trigger user`)
  await owner.query(text, values)
  await owner.query(`alter table ${table} enable trigger user`)
}

test('what no bank file can hold stops the release, and leaves the batch', async () => {
  const noticeId = await toUnion(city, 'jiading', ['technician', 'technician', 'technician'])
  const { rows } = await owner.query('select id, payee from award order by id limit 1')
  const payee = openPayee(city.deps, rows[0].id, rows[0].payee)
  const odd = sealSnapshot(city.deps, rows[0].id, { ...payee, bankName: '-农商银行' }).payee
  await planted('award', 'update award set payee = $2 where id = $1', [rows[0].id, odd])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { noticeId }))
  const { params } = await refused(releaseBatch(city, 'jiading2', batch.id), 'money.line-unfit')
  const lines = await linesOf(city, 'jiading', batch.id)
  assert.deepEqual(new Set(lines.map(({ state }) => state)), new Set(['made']))
  const unfit = lines.find(({ line }) => line === Number(params?.line))!
  await done(put('jiading', `/payout-batches/${batch.id}/removals/${id()}`, { payoutIds: [unfit.payoutId] }))
  await done(releaseBatch(city, 'jiading2', batch.id))
  const bytes = await city.download('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 })
  assert.equal(readCsv(bytes).payments.length, 2)
})

test('each time that bytes leave is on record, and whoever reads the names', async () => {
  await toUnion(city, 'minhang', ['technician'])
  const { batch } = await sendBatch(city, ['minhang', 'minhang2'])
  const again = id()
  for (let time = 0; time < 3; time++)
    await city.download('minhang', `/payout-batches/${batch.id}/downloads/${again}`, { part: 1 })
  const { rows } = await owner.query('select count(*)::int as n from pay_file_download where batch_id = $1', [batch.id])
  assert.equal(rows[0].n, 4)
  await linesOf(city, 'cityFinance', batch.id)
  const looked = await owner.query(
    `select count(*)::int as n from audit_event where kind = 'payout-batch.viewed' and object_id = $1 and account_id = $2`,
    [batch.id, city.viewers.cityFinance.accountId],
  )
  assert.equal(looked.rows[0].n, 1)
})

test('a certificate granted anew after its award was cancelled is paid under a reference of its own', async () => {
  await toUnion(city, 'jidian', ['technician'])
  const jidian = ['jidian', 'jidian2'] as const
  const { batch, lines } = await sendBatch(city, jidian)
  const answers = await answersTo(city, lines, () => ({ outcome: 'failed', code: 'accountClosed' }))
  await done(uploadAnswers(city, 'jidian', batch.id, answers))
  const { rows } = await owner.query(
    `select w.id, w.certificate_id, a.applicant_index from award w join application a on a.id = w.application_id
      join payout p on p.award_id = w.id where p.batch_id = $1`,
    [batch.id],
  )
  const correction = id()
  const cancel = { awardId: rows[0].id, kind: 'cancel', cause: 'undeliverable', words: '联系不上职工' }
  await done(put('jidian', `/corrections/${correction}`, cancel))
  await done(put('approver', `/corrections/${correction}/confirmation`))
  // the same person files the same certificate again, with others in the same notice
  const filedAgain: typeof city = {
    ...city,
    waiting: async (...asked) => {
      const ids = await city.waiting(...asked)
      const text = 'update application set certificate_id = $2, applicant_index = $3 where id = $1'
      await planted('application', text, [ids[0], rows[0].certificate_id, rows[0].applicant_index])
      return ids
    },
  }
  const noticeId = await toUnion(filedAgain, 'jidian', ['technician', 'technician'])
  const next = await sendBatch(city, jidian, { noticeId })
  assert.equal(next.lines.length, 2)
  assert.ok(!next.lines.some(({ reference }) => reference === nth(lines, 0).reference))
})

test('what somebody objects to after its release stays out of the file, and leaves in the next once that is rejected', async () => {
  const noticeId = await toUnion(city, 'jiading', ['technician', 'technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { noticeId }))
  await done(releaseBatch(city, 'jiading2', batch.id))
  const { rows } = await owner.query(
    'select w.certificate_id from payout p join award w on w.id = p.award_id where p.batch_id = $1 order by p.line',
    [batch.id],
  )
  const objection = id()
  await planted(
    'objection',
    `insert into objection (id, receipt_number, policy_id, policy_revision, account_id, applicant_index, certificate_id,
      draft_id, body, raised_at, state) values ($1, 'YY26-1', '2026', 1, $2, $3, $4, $5, '{}', 1, 'open')`,
    [objection, city.viewers.stranger.accountId, Buffer.alloc(32), rows[0].certificate_id, id()],
  )
  const part = (n: number) => city.download('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: n })
  assert.equal(readCsv(await part(1)).payments.length, 1)
  const states = async () => (await linesOf(city, 'jiading', batch.id)).map(({ state }) => state)
  assert.deepEqual(await states(), ['released', 'sent'])
  await refused(put('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 2 }), 'money.disputed')
  await planted('objection', 'delete from objection where id = $1', [objection])
  assert.equal(readCsv(await part(2)).payments.length, 1)
  assert.equal(readCsv(await part(1)).payments.length, 1)
  assert.deepEqual(await states(), ['sent', 'sent'])
  await refused(put('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 3 }), 'not-found')
})

test("a bank's day lies between the release and today; a refused payment has none", async () => {
  const noticeId = await toUnion(city, 'jiading', ['technician', 'technician'])
  const { batch, lines } = await sendBatch(city, clerks, { noticeId })
  for (const day of ['2031-01-01', '2019-01-01']) {
    const answers = await answersTo(city, lines, () => ({ on: plainDate(day)! }))
    await refused(uploadAnswers(city, 'jiading', batch.id, answers), 'money.file-differs')
  }
  const answers = await answersTo(city, lines, ({ line }) =>
    line === 1
      ? { outcome: 'failed', code: 'notActivated', on: plainDate('2026-08-20')! }
      : { on: plainDate('2026-08-20')! },
  )
  await done(uploadAnswers(city, 'jiading', batch.id, answers))
  const { rows } = await owner.query('select state, paid_on from payout where batch_id = $1 order by line', [batch.id])
  assert.deepEqual(
    rows.map((row) => [row.state, row.paid_on]),
    [
      ['failed', null],
      ['settled', '2026-08-20'],
    ],
  )
})
