/** 资助明细: who may take it, what stands in it, and that it is on record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCity, type Who } from '../payments/city.ts'
import { payAll, toUnion } from '../payments/paying.ts'

const city = await openCity()
const { get, refused } = city
const noticeId = await toUnion(city, 'jiading', ['technician', 'seniorWorker'])
await toUnion(city, 'minhang', ['technician'])
await payAll(city, ['jiading', 'jiading2'], { noticeId })
// as if somebody had named a union to be reckoned by a spreadsheet
await city.owner.query(`update organisation set name = '=1+1' where name = '某厂工会'`)

const exported = async (who: Who) => {
  const answer = await city.file(who, '/books/awards.csv')
  assert.equal(answer.statusCode, 200, answer.body)
  const [head, ...rows] = answer.rawPayload.toString('utf8').trimEnd().split('\n')
  return { head: head!.split(','), rows: rows.map((row) => row.split(',')), headers: answer.headers }
}

test('only finance and the auditors of accounts take it', async () => {
  for (const who of ['officer', 'verifier', 'approver', 'centreFinance', 'auditor'] as const)
    await refused(get(who, '/books/awards.csv'), 'forbidden')
})

test('a district has its own', async () => {
  const { rows } = await exported('minhang')
  assert.deepEqual(
    rows.map((row) => row[3]),
    [city.districts.minhang.name],
  )
})

test('one row an award, in order, with its payment', async () => {
  const { head, rows, headers } = await exported('cityFinance')
  assert.match(String(headers['content-type']), /^text\/csv/)
  assert.match(String(headers['content-disposition']), /attachment/)
  assert.equal(head[0], '\uFEFF受理号')
  const { rows: awards } = await city.owner
    .query(`select a.receipt_number, w.amount_fen::float8, y.reference, y.paid_on::text
    from award w join application a on a.id = w.application_id left join payout y on y.award_id = w.id order by 1`)
  assert.deepEqual(
    rows.map(([receipt, , yuan]) => [receipt, Number(yuan) * 100]),
    awards.map((award) => [award.receipt_number, award.amount_fen]),
  )
  assert.deepEqual(
    rows.map((row) => [row[8], row[9]]),
    awards.map((award) => [award.reference ?? '', award.paid_on ?? '']),
  )
  assert.deepEqual(rows.map((row) => row[5]).toSorted(), ['发放中', '已发放', '已发放'])
})

test('nothing in it is a formula, a name or an account', async () => {
  const answer = await city.file('cityFinance', '/books/awards.csv')
  assert.ok(answer.body.includes(`,'=1+1,`))
  assert.doesNotMatch(answer.body, /,"?[=+@-]/)
  assert.doesNotMatch(answer.body, /622000/)
})

test('who took it is on record', async () => {
  const { rows } = await city.owner.query(`select account_id from audit_event where kind = 'awards.exported'`)
  const taken = rows.map((row) => row.account_id)
  assert.ok(taken.includes(city.viewers.cityFinance.accountId) && taken.includes(city.viewers.minhang.accountId))
  assert.ok(!taken.includes(city.viewers.verifier.accountId))
})
