/** 退回审核: single lines leave a list that waits for approval; its totals follow, and it is approved without them. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import type { ApprovalLines, ApprovalListDetail, ApprovalLists } from '../../contract/payments.ts'
import { plainDate } from '../../domain/dates.ts'
import { exceptionsOf } from '../../domain/lineExceptions.ts'
import { appendActions } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity } from './city.ts'

const city = await openCity()
const { done, refused, put, get } = city
let ids: string[]
const list = randomUUID()
const returns = (by: 'approver' | 'approver2' | 'verifier' | 'cityFinance', body: object, id: string = randomUUID()) =>
  put(by, `/approval-lists/${list}/returns/${id}`, body)

before(async () => {
  ids = await city.waiting('jiading', ['technician', 'seniorTechnician', 'seniorWorker'])
  await done(put('verifier', `/approval-lists/${list}`))
})

test('nobody but an approver sends a line back, with words, and only a line that is on the list', async () => {
  const body = { applicationIds: [ids[0]], words: '工种代码与证书不一致' }
  await refused(returns('verifier', body), 'forbidden')
  await refused(returns('cityFinance', body), 'forbidden')
  await refused(returns('approver', { ...body, words: ' ' }), 'request.malformed')
  await refused(returns('approver', { ...body, applicationIds: [ids[0], randomUUID()] }), 'approval.changed')
  const scope = { kind: 'city', accountId: city.viewers.approver.accountId } as const
  for (const text of [
    `delete from approval_line where list_id = '${list}'`,
    `update approval_line set amount_fen = 1`,
    `insert into approval_line_off values ('${list}', '${ids[0]}', 1, gen_random_uuid())`,
    `update approval_list set line_count = 0`,
  ]) {
    const code = await inScope(city.app, scope, (trx) => sql.raw(text).execute(trx)).catch(
      (error: { code: string }) => error.code,
    )
    assert.equal(code, '42501', text)
  }
})

test('the line goes back to verification with the words, once; totals follow, the rest stays to be approved', async () => {
  const back = nth(ids, 1)
  const id = randomUUID()
  const body = { applicationIds: [back], words: '发证日期请再查一次官网' }
  await done(returns('approver', body, id))
  const after = await done<ApprovalListDetail>(returns('approver', body, id))
  assert.deepEqual([after.lineCount, after.totalFen, after.sentBack], [2, 180_000, { count: 1, totalFen: 200_000 }])
  assert.deepEqual(
    after.byLevel.map(({ level, count, totalFen }) => [level, count, totalFen]),
    [
      ['technician', 1, 100_000],
      ['seniorWorker', 1, 80_000],
    ],
  )
  assert.equal(after.byDistrict[0]!.count, 2)
  const { rows } = await city.owner.query('select state, step from application where id = $1', [back])
  assert.deepEqual(rows, [{ state: 'inReview', step: 'verification' }])
  const action = await city.owner.query("select reasons from action where kind = 'sendBack'")
  assert.deepEqual(action.rows, [{ reasons: ['listIncorrect'] }])
  const { candidates, lists } = await done<ApprovalLists>(get('approver', '/approval-lists'))
  assert.deepEqual([candidates.count, lists.length], [0, 1])

  const approved = await done<ApprovalListDetail>(
    put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工总〔2026〕31号' }),
  )
  assert.deepEqual([approved.documentNumber, approved.lineCount], ['沪工总〔2026〕31号', 2])
  await refused(returns('approver', { applicationIds: [ids[0]], words: '来不及了' }), 'approval.done')
})

test('verified again it stands on the next list, and money follows each list by itself', async () => {
  const back = nth(ids, 1)
  const { accountId, role } = city.viewers.verifier
  await inScope(city.app, { kind: 'city', accountId }, (trx) =>
    appendActions(trx, city.deps, [
      {
        applicationId: back,
        id: randomUUID(),
        kind: 'pass',
        step: 'verification',
        at: city.clock.now,
        accountId,
        role,
      },
    ]),
  )
  const next = randomUUID()
  assert.equal((await done<ApprovalListDetail>(put('verifier', `/approval-lists/${next}`))).lineCount, 1)
  await done(put('approver', `/approval-lists/${next}/approval`, { documentNumber: '沪工总〔2026〕32号' }))
  const transfer = await done<{ amountFen: number }>(
    put('cityFinance', `/transfers/${randomUUID()}`, { kind: 'funding', subjectId: list, voucherNumber: '市总拨-1' }),
  )
  assert.equal(transfer.amountFen, 180_000)
  const verify = { kind: 'job', job: 'verify' } as const
  const verified = await inScope(city.worker, verify, (trx) => verifyLedger(trx, city.secrets))
  assert.ok(!('bad' in verified), JSON.stringify(verified))
})

test('a list of which every line went back approves nothing', async () => {
  const waiting = await city.waiting('minhang', ['technician'])
  const empty = randomUUID()
  await done(put('verifier', `/approval-lists/${empty}`))
  const after = await done<ApprovalListDetail>(
    put('approver2', `/approval-lists/${empty}/returns/${randomUUID()}`, {
      applicationIds: waiting,
      words: '整行重核',
    }),
  )
  assert.deepEqual([after.lineCount, after.totalFen, after.lines.length], [0, 0, 0])
  await refused(
    put('approver2', `/approval-lists/${empty}/approval`, { documentNumber: '沪工总〔2026〕33号' }),
    'approval.nothing',
  )
})

test('some thousand lines are read a hundred at a time, and found by words', async () => {
  const many = Array.from({ length: 130 }, () => 'seniorWorker' as const)
  await city.waiting('jidian', many)
  const large = randomUUID()
  const made = await done<ApprovalListDetail>(put('verifier', `/approval-lists/${large}`))
  assert.deepEqual([made.lineCount, made.lines.length, made.byDistrict[0]!.count], [130, 100, 130])
  const rest = await done<ApprovalLines>(get('approver', `/approval-lists/${large}/lines?cursor=${made.nextCursor}`))
  assert.equal(rest.lines.length, 30)
  assert.equal(rest.nextCursor, undefined)
  const wanted = rest.lines[3]!
  const found = await done<ApprovalLines>(
    get('approver', `/approval-lists/${large}/lines?find=${wanted.receiptNumber}`),
  )
  assert.deepEqual(found.lines, [wanted])
  const nothing = await done<ApprovalLines>(get('approver', `/approval-lists/${large}/lines?find=%25`))
  assert.deepEqual(nothing.lines, [])
})

test('what makes a line an exception', () => {
  const clean = { finding: 'allMet', mayBeTheSame: false, reReviewed: false, numberAsPrinted: false } as const
  const day = (text: string) => plainDate(text)!
  assert.deepEqual(exceptionsOf({ ...clean, basis: 'site' }), [])
  const late = { batchClosedOn: day('2026-06-26'), reviewDays: 14 }
  assert.deepEqual(exceptionsOf({ ...clean, ...late, reviewedOn: day('2026-07-10') }), [])
  assert.deepEqual(exceptionsOf({ ...clean, ...late, reviewedOn: day('2026-07-11') }), ['overdue'])
  assert.deepEqual(exceptionsOf({ ...clean, finding: 'unknown', basis: 'copies', reReviewed: true }), [
    'judged',
    'reReviewed',
    'copies',
  ])
  assert.deepEqual(exceptionsOf({ ...clean, mayBeTheSame: true, numberAsPrinted: true, basis: 'inquiry' }), [
    'alike',
    'numberAsPrinted',
    'inquiry',
  ])
})
