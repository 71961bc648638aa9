/** The city's budget: set by one, confirmed by another, and never passed by final approval. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { BudgetView } from '../../contract/budget.ts'
import { inScope } from '../../server/db/open.ts'
import { openCity, type Who } from './city.ts'
import { payAll } from './paying.ts'
import { approvedList, noticeFor, noticesOf, received } from './steps.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const budget = (who: Who = 'cityFinance') => done<BudgetView>(get(who, '/budget'))
const set = (who: Who, amountFen: number, budgetId = id(), policyId = '2026') =>
  put(who, `/budgets/${budgetId}`, { policyId, amountFen, documentNumber: '沪工预〔2026〕3号' })
const confirm = (who: Who, budgetId: string) => put(who, `/budgets/${budgetId}/confirmation`)
async function granted(amountFen: number) {
  const budgetId = id()
  await done(set('cityFinance', amountFen, budgetId))
  return done<BudgetView>(confirm('cityFinance2', budgetId))
}
const listMade = async () => {
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  return list
}
let documents = 0
const approve = (list: string, who: Who = 'approver') =>
  put(who, `/approval-lists/${list}/approval`, { documentNumber: `沪工〔2026〕${++documents}号` })

test('only the city sets and confirms it; the centre and the approver read', async () => {
  for (const who of ['approver', 'centreFinance', 'jiading', 'verifier', 'base'] as const) {
    await refused(set(who, 1), 'forbidden')
    await refused(confirm(who, id()), 'forbidden')
  }
  for (const who of ['jiading', 'base', 'officer'] as const) await refused(get(who, '/budget'), 'forbidden')
  await refused(confirm('cityFinance', id()), 'not-found')
  await refused(set('cityFinance', 1, id(), '2025'), 'not-found')
  for (const who of ['approver', 'centreFinance', 'cityFinance'] as const)
    assert.deepEqual(await budget(who), {
      policyId: '2026',
      committedFen: 0,
      transferredFen: 0,
      paidFen: 0,
      forecast: [],
      forecastFen: 0,
    })
})

test('without a budget approval goes on; everything is counted', async () => {
  await city.waiting('jiading', ['seniorWorker', 'technician'])
  const before = await budget()
  assert.deepEqual(before.forecast, [{ at: 'finalApproval', count: 2, totalFen: 180_000 }])
  assert.equal(before.forecastFen, 180_000)
  const [notice] = await noticesOf(city, await approvedList(city))
  assert.ok(notice)
  const committed = await budget()
  assert.deepEqual([committed.committedFen, committed.transferredFen, committed.forecastFen], [180_000, 0, 0])
  assert.equal(committed.leftFen, undefined)
  await received(city, 'jiading', noticeFor([notice], city.districts.jiading.id))
  assert.deepEqual([(await budget()).transferredFen, (await budget()).paidFen], [180_000, 0])
  await payAll(city, ['jiading', 'jiading2'])
  assert.deepEqual([(await budget()).transferredFen, (await budget()).paidFen], [180_000, 180_000])
})

test('it counts once another person has confirmed it, and the last one confirmed counts', async () => {
  const [first, second] = [id(), id()]
  await done(set('cityFinance', 300_000, first))
  const shown = await budget()
  assert.deepEqual([shown.budget, shown.proposed?.amountFen, shown.leftFen], [undefined, 300_000, undefined])
  await refused(confirm('cityFinance', first), 'money.same-person')
  await done(set('cityFinance2', 250_000, second))
  await refused(confirm('cityFinance2', first), 'money.done')
  const { budget: counts, proposed, leftFen } = await done<BudgetView>(confirm('cityFinance', second))
  assert.deepEqual(
    [counts?.amountFen, counts?.confirmedBy, proposed, leftFen],
    [250_000, 'cityFinance', undefined, 70_000],
  )
  await refused(confirm('cityFinance2', first), 'money.done')
})

test('final approval beyond it is refused, saying by how much', async () => {
  await city.waiting('minhang', ['technician'])
  const list = await listMade()
  const problem = await refused(approve(list), 'money.over-budget')
  assert.match(problem.title, /超出预算300元/)
  assert.equal((await budget()).committedFen, 180_000)
  await granted(280_000)
  await done(approve(list))
  assert.equal((await budget()).leftFen, 0)
})

test('of two lists approved at once that the budget holds one of, one is', async () => {
  await granted(360_000)
  await city.waiting('jiading', ['seniorWorker'], 'verifier')
  const first = await listMade()
  await city.waiting('minhang', ['seniorWorker'], 'verifier')
  const second = await listMade()
  const answers = await Promise.all([approve(first), approve(second, 'approver2')])
  assert.deepEqual(answers.map(({ problem }) => problem?.code).toSorted(), ['money.over-budget', undefined])
  assert.equal((await budget()).leftFen, 0)
})

test('the database holds it by itself', async () => {
  await granted(361_000)
  const { rows } = await city.owner.query('select id from approval_list where approved_at is null limit 1')
  const run = (who: Who, text: string) =>
    inScope(city.app, { kind: 'city', accountId: city.viewers[who].accountId }, (trx) => sql.raw(text).execute(trx))
  const approved = run(
    'approver',
    `update approval_list set approved_by = '${city.viewers.approver.accountId}', approved_at = 1, document_number = 'X1'
     where id = '${rows[0].id}'`,
  )
  await assert.rejects(approved, { constraint: 'approval_within_budget' })
  for (const text of ['update budget set amount_fen = 1', 'delete from budget'])
    await assert.rejects(run('cityFinance', text), { code: '42501' })
  const budgetId = id()
  await done(set('cityFinance', 1, budgetId))
  const byOneself = `update budget set confirmed_by = '${city.viewers.cityFinance.accountId}', confirmed_at = 1 where id = '${budgetId}'`
  await assert.rejects(run('cityFinance', byOneself), { constraint: 'budget_by_another' })
  await assert.rejects(run('cityFinance2', byOneself), { constraint: 'action_by_oneself' })
})
