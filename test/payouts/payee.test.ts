/** Another account after the bank refused the first: who may, when, and that one debt stays one debt (四.一.5, R26). */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import type { ApplicationView } from '../../contract/applications.ts'
import type { MyMessages } from '../../contract/messages.ts'
import type { PayeeChangeDetail, PayeeChanges } from '../../contract/payees.ts'
import { type FailureCode, failureCodes } from '../../domain/payout.ts'
import { failureTold } from '../../domain/payee.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import type { NoticeDetail } from '../../contract/payments.ts'
import {
  answersTo,
  card,
  linesOf,
  makeBatch,
  payAll,
  payeeCode,
  releaseBatch,
  sendBatch,
  toUnion,
  uploadAnswers,
} from '../payments/paying.ts'

const sandbox = await startSandbox()
after(() => sandbox.close())
const city = await openCity(undefined, sandbox.smsUrl)
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const clerks = ['jiading', 'jiading2'] as const

const newCard = (n: number) => ({ account: 'another', payee: 'memberCard', accountNumber: card(n) })
const propose = (who: Who, applicationId: string, body: object, changeId = id()) =>
  put(who, `/applications/${applicationId}/payee-changes/${changeId}`, body)
const viewOf = (applicationId: string) => done<ApplicationView>(get('worker', `/applications/${applicationId}`))

/** Sent and refused by the bank for that reason. */
async function fail(awardId: string, why: FailureCode): Promise<string> {
  const { batch, lines } = await sendBatch(city, clerks, { awardIds: [awardId] })
  await done(
    uploadAnswers(
      city,
      'jiading',
      batch.id,
      await answersTo(city, lines, () => ({ outcome: 'failed', code: why, serial: undefined }) as never),
    ),
  )
  return nth(lines, 0).payoutId
}

await city.setClock('2026-08-22T09:00:00+08:00')
const noticeId = await toUnion(city, 'jiading', [
  'technician',
  'technician',
  'seniorWorker',
  'technician',
  'technician',
])
const { lines: listed } = await city.done<NoticeDetail>(city.get('jiading', `/allocation-notices/${noticeId}`))
const lines = listed.toSorted((a, b) => a.receiptNumber.localeCompare(b.receiptNumber))
const [first, second, third, fourth, fifth] = lines as [
  (typeof lines)[0],
  (typeof lines)[0],
  (typeof lines)[0],
  (typeof lines)[0],
  (typeof lines)[0],
]

test('before the bank has refused it only the worker may name another card, and batches wait for the answer', async () => {
  const proposal = newCard(1)
  await refused(propose('stranger', first.applicationId, { ...proposal, code: '000000' }), 'not-found')
  for (const who of ['jiading', 'officer', 'verifier', 'cityFinance'] as const)
    await refused(propose(who, first.applicationId, { ...proposal, code: '000000' }), 'forbidden')
  await refused(propose('worker', first.applicationId, { ...proposal, code: '000000' }), 'sign-in.code-expired')
  await refused(propose('worker', first.applicationId, { account: 'same', code: '000000' }), 'payee.not-wanted')
  const { fields } = await refused(
    propose('worker', first.applicationId, { ...proposal, accountNumber: `${card(1).slice(0, -1)}x`, code: '000000' }),
    'request.malformed',
  )
  assert.deepEqual(
    fields?.map(({ field }) => field),
    ['accountNumber'],
  )
  await refused(
    propose('worker', first.applicationId, { ...proposal, payee: 'bankCard', code: '000000' }),
    'request.malformed',
  )

  const right = await payeeCode(city, first.applicationId)
  const wrong = right === '123456' ? '654321' : '123456'
  await refused(propose('worker', first.applicationId, { ...proposal, code: wrong }), 'sign-in.code-wrong')
  await refused(
    city.call('worker', 'POST', '/sign-in/worker', { phone: '13900000001', code: right }),
    'sign-in.code-expired',
  )
  const change = id()
  await done(propose('worker', first.applicationId, { ...proposal, code: right }, change))
  await done(propose('worker', first.applicationId, { ...proposal, code: right }, change))
  await refused(propose('worker', first.applicationId, { ...newCard(2), code: right }, change), 'request.reused-id')
  await refused(propose('worker', first.applicationId, { ...newCard(2), code: right }), 'payee.not-wanted')
  await refused(makeBatch(city, 'jiading', { awardIds: [first.awardId] }), 'money.not-payable')
  const { payee } = await viewOf(first.applicationId)
  assert.deepEqual(
    [payee?.change?.state, payee?.change?.tail, payee?.may],
    ['open', card(1).slice(-4), { same: false, another: false }],
  )

  for (const who of ['minhang', 'cityFinance'] as const) {
    await refused(get(who, `/payee-changes/${change}`), 'not-found')
    await refused(put(who, `/payee-changes/${change}/confirmation`), 'not-found')
    assert.equal((await done<PayeeChanges>(get(who, '/payee-changes'))).items.length, 0)
  }
  for (const who of ['officer', 'worker', 'verifier', 'centreFinance', 'approver'] as const) {
    await refused(get(who, '/payee-changes'), 'forbidden')
    await refused(put(who, `/payee-changes/${change}/confirmation`), 'forbidden')
  }
  const detail = await done<PayeeChangeDetail>(get('jiading', `/payee-changes/${change}`))
  assert.deepEqual([detail.proposed.accountNumber, detail.clear, detail.shared], [card(1), true, 0])
  assert.equal(detail.current.accountNumber, '尾号0001')
  const { rows } = await city.owner.query(`select detail from audit_event where kind = 'payee-change.viewed'`)
  assert.deepEqual(
    rows.map((row) => row.detail.clear),
    ['accountNumber'],
  )

  await done(put('jiading', `/payee-changes/${change}/refusal`, { words: '卡号的户名不是你，请换本人的卡。' }))
  await refused(put('jiading2', `/payee-changes/${change}/confirmation`), 'money.done')
  const again = await viewOf(first.applicationId)
  assert.deepEqual(
    [again.payee?.change?.state, again.payee?.change?.words, again.payee?.may.another],
    ['refused', '卡号的户名不是你，请换本人的卡。', true],
  )
  const { messages } = await done<MyMessages>(get('worker', '/messages'))
  assert.equal(nth(messages, 0).title, '收款账户没有核对通过')
})

test('until it is answered the worker takes it back, and nobody else', async () => {
  const change = id()
  const code = await payeeCode(city, first.applicationId)
  await done(propose('worker', first.applicationId, { ...newCard(9), code }, change))
  const withdraw = (who: Who, of = first.applicationId) =>
    put(who, `/applications/${of}/payee-changes/${change}/withdrawal`)
  await refused(withdraw('stranger'), 'not-found')
  await refused(withdraw('worker', second.applicationId), 'not-found')
  for (const who of ['jiading', 'officer', 'verifier'] as const) await refused(withdraw(who), 'forbidden')
  assert.equal((await viewOf(first.applicationId)).payee?.change?.mayWithdraw, true)
  await done(withdraw('worker'))
  await done(withdraw('worker'))
  const { payee } = await viewOf(first.applicationId)
  assert.deepEqual([payee?.change, payee?.may.another, payee?.tail], [undefined, true, '0001'])
  await refused(put('jiading', `/payee-changes/${change}/confirmation`), 'money.done')
  const { items } = await done<PayeeChanges>(get('jiading', '/payee-changes?view=answered'))
  assert.deepEqual([items[0]?.state, items[0]?.answeredBy], ['withdrawn', '职工本人'])
  // the worker holds no duty on the own claim, and is told nothing of what they did
  const duties = await city.owner.query('select from duty where account_id = $1', [city.viewers.worker.accountId])
  assert.equal(duties.rowCount, 0)
  // once it is answered, it is no longer theirs
  const other = id()
  const fresh = await payeeCode(city, first.applicationId)
  await done(propose('worker', first.applicationId, { ...newCard(9), code: fresh }, other))
  await done(put('jiading', `/payee-changes/${other}/refusal`, { words: '卡号的户名不是你，请换本人的卡。' }))
  await refused(put('worker', `/applications/${first.applicationId}/payee-changes/${other}/withdrawal`), 'money.done')
})

test('five attempts use a code up', async () => {
  const right = await payeeCode(city, first.applicationId)
  const wrong = right === '123456' ? '654321' : '123456'
  for (let left = 4; left > 0; left--) {
    const { title } = await refused(
      propose('worker', first.applicationId, { ...newCard(3), code: wrong }),
      'sign-in.code-wrong',
    )
    assert.match(title, new RegExp(`${left}次`))
  }
  for (const typed of [wrong, right])
    await refused(propose('worker', first.applicationId, { ...newCard(3), code: typed }), 'sign-in.code-expired')
  const next = await payeeCode(city, first.applicationId)
  await city.owner.query(`update one_time_code set expires_at = 1 where purpose = 'payee'`)
  await refused(propose('worker', first.applicationId, { ...newCard(3), code: next }), 'sign-in.code-expired')
})

test('a line of a batch that waits for release is stopped by a proposal, and confirmed once it is out of it', async () => {
  const batch = await done<{ id: string }>(makeBatch(city, 'jiading', { awardIds: [first.awardId] }))
  const change = id()
  await done(
    propose('worker', first.applicationId, { ...newCard(4), code: await payeeCode(city, first.applicationId) }, change),
  )
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.stopped')
  await refused(put('jiading2', `/payee-changes/${change}/confirmation`), 'payee.in-batch')
  const { payoutId } = nth(await linesOf(city, 'jiading', batch.id), 0)
  await done(put('jiading', `/payout-batches/${batch.id}/removals/${id()}`, { payoutIds: [payoutId] }))
  await done(put('jiading2', `/payee-changes/${change}/confirmation`))
  await done(put('jiading2', `/payee-changes/${change}/confirmation`))
  const view = await viewOf(first.applicationId)
  assert.deepEqual(
    [view.payee?.tail, view.state, view.payee?.change?.state],
    [card(4).slice(-4), 'awarded', 'confirmed'],
  )
})

test('while it is on its way, and once it is paid, nothing can be proposed', async () => {
  const { batch, lines: sent } = await sendBatch(city, clerks, { awardIds: [first.awardId] })
  assert.equal(nth(sent, 0).payeeTail, card(4).slice(-4))
  const proposal = { ...newCard(5), code: '000000' }
  await refused(propose('worker', first.applicationId, proposal), 'payee.on-its-way')
  await refused(
    city.call('worker', 'POST', `/applications/${first.applicationId}/payee-changes/codes`, {}),
    'payee.on-its-way',
  )
  await done(
    uploadAnswers(city, 'jiading', batch.id, await answersTo(city, sent, () => ({ on: '2026-08-22' as never }))),
  )
  await refused(propose('worker', first.applicationId, proposal), 'payee.on-its-way')
})

test('refused by the bank, another account, confirmed by a second person, paid again: one award, two linked attempts', async () => {
  const before = await viewOf(second.applicationId)
  const failedPayout = await fail(second.awardId, 'accountClosed')
  const told = await viewOf(second.applicationId)
  assert.deepEqual([told.state, told.holder.name, told.payee?.may], ['bounced', '你', { same: false, another: true }])
  assert.deepEqual(
    told.payee?.attempts.map(({ state, code: why }) => [state, why]),
    [['failed', 'accountClosed']],
  )
  const { messages } = await done<MyMessages>(get('worker', '/messages'))
  assert.match(nth(messages, 0).body, /收款卡已经销户。换一张本人正在用的卡。/)
  await refused(makeBatch(city, 'jiading', { awardIds: [second.awardId] }), 'money.not-payable')
  const { items: wanted } = await done<PayeeChanges>(get('jiading', '/payee-changes?view=wanted'))
  assert.deepEqual(
    wanted.map(({ applicationId, cause, may }) => [applicationId, cause, may]),
    [[second.applicationId, 'accountClosed', { same: false, another: false }]],
  )
  await refused(
    put('jiading', `/payee-changes/${id()}`, { applicationId: second.applicationId, words: '职工来电', ...newCard(6) }),
    'payee.worker-proposes',
  )
  await refused(propose('worker', second.applicationId, { account: 'same', code: '000000' }), 'payee.same-account')

  const change = id()
  const right = await payeeCode(city, second.applicationId)
  await refused(propose('worker', third.applicationId, { account: 'same', code: right }), 'payee.not-wanted')
  await done(propose('worker', second.applicationId, { ...newCard(6), code: right }, change))
  assert.equal((await viewOf(second.applicationId)).holder.name, '嘉定区总工会')
  await done(put('jiading', `/payee-changes/${change}/confirmation`))
  assert.match((await viewOf(second.applicationId)).holder.says, /等重新发放/)

  const [paid] = await payAll(city, clerks, { awardIds: [second.awardId] })
  assert.deepEqual([paid?.attempt, paid?.state, paid?.payeeTail], [2, 'settled', card(6).slice(-4)])
  const { rows } = await city.owner.query(
    `select p.attempt, p.follows, p.state, p.amount_fen::int, w.notice_id from payout p join award w on w.id = p.award_id
     where p.award_id = $1 order by p.attempt`,
    [second.awardId],
  )
  assert.deepEqual(
    rows.map((row) => [row.attempt, row.follows, row.state, row.amount_fen]),
    [
      [1, null, 'failed', 100_000],
      [2, failedPayout, 'settled', 100_000],
    ],
  )
  const { rows: awards } = await city.owner.query('select id from award where application_id = $1', [
    second.applicationId,
  ])
  assert.deepEqual(awards, [{ id: second.awardId }])
  const after = await viewOf(second.applicationId)
  assert.deepEqual(
    [after.state, after.amountFen, after.receivedAt, after.money?.noticeNumber],
    ['paid', before.amountFen, before.receivedAt, before.money?.noticeNumber],
  )
  assert.deepEqual(
    after.payee?.attempts.map(({ state }) => state),
    ['failed', 'settled'],
  )
  const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
  assert.ok('total' in verified, JSON.stringify(verified))
  await refused(makeBatch(city, 'jiading', { awardIds: [second.awardId] }), 'money.not-payable')
})

test('a card that is in order now is paid once more; one that others have is stopped until somebody says why', async () => {
  await fail(third.awardId, 'notActivated')
  const same = id()
  await done(
    propose('worker', third.applicationId, { account: 'same', code: await payeeCode(city, third.applicationId) }, same),
  )
  assert.equal((await viewOf(third.applicationId)).payee?.change?.sameAccount, true)
  await done(put('jiading2', `/payee-changes/${same}/confirmation`))
  await fail(third.awardId, 'notActivated')
  const another = id()
  const proposal = { ...newCard(6), code: await payeeCode(city, third.applicationId) }
  await done(propose('worker', third.applicationId, proposal, another))
  assert.equal((await done<PayeeChangeDetail>(get('jiading', `/payee-changes/${another}`))).shared, 1)
  const { title } = await refused(put('jiading', `/payee-changes/${another}/confirmation`), 'payee.shared')
  assert.match(title, /1个人/)
  await done(put('jiading', `/payee-changes/${another}/confirmation`, { words: '问过本人，两份是同一人的旧证件' }))
  const { rows } = await city.owner.query('select attempt, state from payout where award_id = $1 order by attempt', [
    third.awardId,
  ])
  assert.deepEqual(rows, [
    { attempt: 1, state: 'failed' },
    { attempt: 2, state: 'failed' },
  ])
})

test('for a worker without an account finance proposes on a paper, and another confirms', async () => {
  await fail(fourth.awardId, 'noSuchAccount')
  await city.owner.query('update application set account_id = null, entered_by = $2 where id = $1', [
    fourth.applicationId,
    city.viewers.officer.accountId,
  ])
  const words = '职工到窗口交来书面说明'
  const body = { applicationId: fourth.applicationId, words, ...newCard(8) }
  await refused(put('minhang', `/payee-changes/${id()}`, body), 'not-found')
  await refused(put('jiading', `/payee-changes/${id()}`, body), 'payee.paper-missing')
  const anothers = await city.scan('jiading2', 'accountPaper')
  await refused(put('jiading', `/payee-changes/${id()}`, { ...body, paperFileId: anothers }), 'payee.paper-missing')
  const paperFileId = await city.scan('jiading', 'accountPaper')
  const change = id()
  await done(put('jiading', `/payee-changes/${change}`, { ...body, paperFileId }))
  await done(put('jiading', `/payee-changes/${change}`, { ...body, paperFileId }))
  await refused(put('jiading', `/payee-changes/${change}/confirmation`), 'payee.same-person')
  await refused(put('jiading', `/payee-changes/${change}/refusal`, { words: '不对' }), 'payee.same-person')
  const own = await done<PayeeChangeDetail>(get('jiading', `/payee-changes/${change}`))
  assert.deepEqual([own.clear, own.mine, own.words], [false, true, words])
  const detail = await done<PayeeChangeDetail>(get('jiading2', `/payee-changes/${change}`))
  assert.deepEqual([detail.clear, detail.paper?.fileId], [true, paperFileId])
  await done(put('jiading2', `/payee-changes/${change}/confirmation`))
  const { items } = await done<PayeeChanges>(get('jiading', '/payee-changes?view=answered'))
  assert.equal(nth(items, 0).id, change)
  const [paid] = await payAll(city, clerks, { awardIds: [fourth.awardId] })
  assert.equal(paid?.state, 'settled')
})

test('what the bank took for a repetition is paid again only when two of the payer say it never was', async () => {
  await fail(fifth.awardId, 'duplicate')
  const view = await viewOf(fifth.applicationId)
  assert.deepEqual([view.payee?.may, view.holder.name], [{ same: false, another: false }, '嘉定区总工会'])
  await refused(propose('worker', fifth.applicationId, { account: 'same', code: '000000' }), 'payee.not-wanted')
  const change = id()
  const body = { applicationId: fifth.applicationId, words: '银行查过，没有付过', account: 'same' }
  await done(put('jiading', `/payee-changes/${change}`, body))
  await refused(put('jiading', `/payee-changes/${change}/confirmation`), 'payee.same-person')
  await done(put('jiading2', `/payee-changes/${change}/confirmation`))
  assert.equal((await payAll(city, clerks, { awardIds: [fifth.awardId] })).length, 1)
})

test('the database holds it too', async () => {
  const { rows } = await city.owner.query(`select id from organisation where kind = 'baseUnion'`)
  const seen = (organisationId: string) =>
    inScope(city.app, { kind: 'union', accountId: city.viewers.officer.accountId, organisationId }, (trx) =>
      trx.selectFrom('payee_change').select('id').execute(),
    )
  assert.equal((await seen(rows[0].id)).length, 0, 'a union that does not pay sees none')
  assert.ok((await seen(city.districts.jiading.id)).length > 4)
  assert.equal((await seen(city.districts.minhang.id)).length, 0)
  const insert = (who: Who, columns: object) =>
    inScope(
      city.app,
      { kind: 'union', accountId: city.viewers[who].accountId, organisationId: city.districts.jiading.id },
      (trx) =>
        trx
          .insertInto('payee_change')
          .values({
            ...{
              id: id(),
              award_id: fifth.awardId,
              payout_id: null,
              same_account: false,
              payee: '{}',
              payee_tail: '1',
            },
            ...{ account_index: Buffer.alloc(1), replaces: '{}', replaces_tail: '1', words: '{}', proof_file_id: null },
            ...{ proposed_by: city.viewers[who].accountId, proposed_at: 1 },
            ...columns,
          } as never)
          .execute(),
    )
  await assert.rejects(insert('jiading', {}), /on its way/)
  await assert.rejects(insert('jiading', { proposed_by: city.viewers.jiading2.accountId }), /signed in/)
  await assert.rejects(insert('jiading', { award_id: third.awardId }), /replaces what stands/)
})

test('every reason of a bank has its plain words and what to do', () => {
  for (const why of failureCodes) {
    const { cause, todo, mend } = failureTold(why, 'memberCard')
    assert.doesNotMatch(`${cause}${todo}${mend?.steps.join('') ?? ''}`, /[{}！]|请稍后|抱歉|操作失败|您/, why)
    assert.ok(cause.length > 4 && todo.endsWith('。'), why)
  }
})
