/** Many at once: one does the work, the others get its answer, and nobody gets a place twice. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { ApprovalListDetail, NoticeDetail, Notices, NoticeView, TransferView } from '../../contract/payments.ts'
import { once } from '../../server/commands.ts'
import { inScope } from '../../server/db/open.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { type Answer, nth, openCity, type Who } from './city.ts'
import { answersTo, linesOf, makeBatch, uploadAnswers } from './paying.ts'

const city = await openCity()
const { put, done } = city
const id = () => randomUUID() as string
const many = <T>(n: number, work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, at) => work(at)))
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status)

/** Lists approved one after the other, each with a notice per union. */
async function approvedLists(count: number) {
  const notices: NoticeView[] = []
  for (let n = 0; n < count; n++) {
    for (const union of ['jiading', 'minhang', 'jidian'] as const) await city.waiting(union, ['technician'])
    const list = id()
    await done(put('verifier', `/approval-lists/${list}`))
    await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: `沪工〔2026〕${n}号` }))
    const transfer = id()
    await done(put('cityFinance', `/transfers/${transfer}`, { kind: 'funding', subjectId: list, voucherNumber: 'F' }))
    await done(put('cityFinance2', `/transfers/${transfer}/release`))
    notices.push(...(await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`))).notices)
  }
  return notices
}
const financeOf = (notice: NoticeView) =>
  notice.district === '嘉定区总工会' ? 'jiading' : notice.district === '闵行区总工会' ? 'minhang' : 'jidian'

test('equal commands at once: one does the work, the others get its answer', async () => {
  const accountId = city.viewers.verifier.accountId
  const command = (body: unknown, commandId: string) => ({
    id: commandId,
    kind: 'test',
    accountId,
    body,
    at: city.clock.now,
  })
  let worked = 0
  const send = (body: unknown, commandId: string, as = accountId) =>
    inScope(city.app, { kind: 'city', accountId: as }, (trx) =>
      once(trx, city.deps, { ...command(body, commandId), accountId: as }, async () => {
        worked++
        await new Promise((resolve) => setTimeout(resolve, 20))
        return { n: worked }
      }),
    )
  const first = id()
  const answers = await many(12, () => send({ a: 1, b: [2] }, first))
  assert.equal(worked, 1)
  assert.deepEqual(new Set(answers.map((answer) => answer.n)), new Set([1]))
  assert.deepEqual(await send({ b: [2], a: 1 }, first), { n: 1 })
  await assert.rejects(send({ a: 2, b: [2] }, first), { code: 'request.reused-id' })
  await assert.rejects(send({ a: 1, b: [2] }, first, city.viewers.approver.accountId), { code: 'request.reused-id' })

  const second = id()
  const mixed = await Promise.allSettled([send('x', second), send('y', second)])
  assert.deepEqual(mixed.map((each) => each.status).toSorted(), ['fulfilled', 'rejected'])
})

test('a command whose work is refused leaves nothing behind', async () => {
  const accountId = city.viewers.verifier.accountId
  const again = id()
  const send = (work: () => Promise<string>) =>
    inScope(city.app, { kind: 'city', accountId }, (trx) =>
      once(trx, city.deps, { id: again, kind: 'test', accountId, body: {}, at: city.clock.now }, work),
    )
  await assert.rejects(
    send(() => Promise.reject(new Error('refused'))),
    /refused/,
  )
  assert.equal(await send(async () => 'done'), 'done')
})

test('parallel confirmations get distinct consecutive places', async () => {
  const notices = await approvedLists(4)
  const confirmed = await Promise.all(
    notices.map(async (notice) => {
      const who = financeOf(notice)
      const body = await city.confirmation(who, notice)
      const url = `/allocation-notices/${notice.id}/confirmation`
      const wrong = put(who, url, { ...body, lineCount: 9 })
      const [right, repeat] = await Promise.all([put(who, url, body), put(who, url, body), wrong])
      assert.deepEqual(right.body, repeat.body)
      return right
    }),
  )
  assert.deepEqual(new Set(statuses(confirmed)), new Set([200]))
  assert.deepEqual(
    confirmed.map(({ body }) => (body as { place: number }).place).toSorted((a, b) => a - b),
    notices.map((_, at) => at + 1),
  )
})

test('parallel transfers, releases and payouts happen once', async () => {
  const { notices } = await done<Notices>(city.get('centreFinance', '/allocation-notices'))
  for (const notice of notices.slice(0, 3)) {
    const transfer = (by: number) =>
      put(by % 2 ? 'centreFinance' : 'centreFinance2', `/transfers/${id()}`, {
        kind: 'allocation',
        subjectId: notice.id,
        voucherNumber: 'A',
      })
    const made = await many(6, transfer)
    assert.deepEqual(statuses(made).toSorted(), [200, 409, 409, 409, 409, 409])
    const { id: transferId, madeBy } = made.find(({ status }) => status === 200)!.body as TransferView
    const other = madeBy === 'centreFinance' ? 'centreFinance2' : 'centreFinance'
    const released = await many(6, (n) => put(n % 2 ? other : (madeBy as Who), `/transfers/${transferId}/release`))
    assert.ok(
      released.every(
        ({ status, problem }) =>
          status === 200 || problem?.code === 'money.same-person' || problem?.code === 'money.done',
      ),
    )

    const who = financeOf(notice)
    const receipt = await city.receipt(who)
    const received = await many(4, () => put(who, `/allocation-notices/${notice.id}/receipt`, receipt))
    assert.deepEqual(statuses(received), [200, 200, 200, 200])
    const { lines } = await done<NoticeDetail>(city.get(who, `/allocation-notices/${notice.id}`))
    const other2 = `${who}2` as Who
    const awardIds = [nth(lines, 0).awardId]
    const one = id()
    const batches = await many(8, (n) => makeBatch(city, n % 2 ? who : other2, { awardIds }, n % 2 ? one : id()))
    assert.ok(
      batches.every(({ status, problem }) => status === 200 || problem?.code === 'money.not-payable'),
      JSON.stringify(batches.map(({ problem }) => problem)),
    )
    const batch = batches.find(({ status }) => status === 200)!.body as PayoutBatchDetail
    const releaser = batch.madeBy === who ? other2 : who
    const code = await city.code(releaser)
    const answered = await many(5, () => put(releaser, `/payout-batches/${batch.id}/release`, { code }))
    assert.ok(
      answered.every(({ status, problem }) => status === 200 || problem?.code === 'sign-in.second-factor'),
      JSON.stringify(answered.map(({ problem }) => problem)),
    )
    const download = () => city.download(who, `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 })
    const files = await many(4, download)
    assert.ok(files.every((bytes) => bytes.equals(files[0]!)))
    const answers = await answersTo(city, await linesOf(city, who, batch.id), () => ({ on: '2026-08-20' as PlainDate }))
    const taken = await many(6, () => uploadAnswers(city, who, batch.id, answers))
    assert.ok(
      taken.every(({ status, problem }) => status === 200 || problem?.code === 'money.file-differs'),
      JSON.stringify(taken.map(({ problem }) => problem)),
    )
    assert.equal(taken.filter(({ status }) => status === 200).length, 1)
    const { rows } = await city.owner.query(
      `select cause_kind, count(*) as n from posting where award_id = any ($1) and cause_kind in ('release', 'pay')
       group by 1 order by 1`,
      [awardIds],
    )
    assert.deepEqual(rows, [
      { cause_kind: 'pay', n: 1 },
      { cause_kind: 'release', n: 1 },
    ])
  }
})

test('parallel lists never name an application twice, and are approved once', async () => {
  await city.waiting('jiading', ['technician', 'technician', 'seniorWorker'])
  const made = await many(5, (n) => put(n % 2 ? 'verifier' : 'verifier2', `/approval-lists/${id()}`))
  assert.equal(made.filter(({ status }) => status === 200).length, 1)
  assert.ok(made.every(({ status, problem }) => status === 200 || problem?.code === 'approval.nothing'))
  const list = made.find(({ status }) => status === 200)!.body as ApprovalListDetail
  const approved = await many(6, (n) =>
    put(n % 2 ? 'approver' : 'approver2', `/approval-lists/${list.id}/approval`, { documentNumber: `沪工〔2026〕9号` }),
  )
  assert.ok(
    approved.every(({ status, problem }) => status === 200 || problem?.code === 'approval.done'),
    JSON.stringify(approved.map((each) => each.problem?.title)),
  )
  const { rows } = await city.owner.query(
    'select count(*) as n from award w join approval_line l on l.application_id = w.application_id where l.list_id = $1',
    [list.id],
  )
  assert.equal(rows[0].n, 3)
})
