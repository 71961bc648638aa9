/** Corrections at each place of the money: two people, one effect, books that agree; and surplus on its way back up. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Corrections, CorrectionSubject, Surplus } from '../../contract/corrections.ts'
import type { DeskNotices } from '../../contract/messages.ts'
import type { Statements } from '../../contract/books.ts'
import type { NoticeDetail, Notices } from '../../contract/payments.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import type { FailureCode } from '../../domain/payout.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { holds, verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity, type Who } from '../payments/city.ts'
import {
  answersTo,
  linesOf,
  makeBatch,
  payAll,
  releaseBatch,
  sendBatch,
  typeResult,
  uploadAnswers,
} from '../payments/paying.ts'
import { readCsv } from '../payments/secondReader.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const today = '2026-08-20'

type Award = { id: string; receipt: string }
const awardOf = async (applicationId: string): Promise<Award> => {
  const { rows } = await city.owner.query(
    'select w.id, a.receipt_number from award w join application a on a.id = w.application_id where a.id = $1',
    [applicationId],
  )
  return { id: rows[0].id, receipt: rows[0].receipt_number }
}
const stands = async ({ id: awardId }: Award): Promise<[place: string, state: string]> => {
  const { rows } = await city.owner.query(
    'select w.stands_on, a.state from award w join application a on a.id = w.application_id where w.id = $1',
    [awardId],
  )
  return [rows[0].stands_on.split(':')[0], rows[0].state]
}
async function sound() {
  const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
  assert.ok('total' in verified, JSON.stringify(verified))
  assert.ok(holds(verified.total))
  return verified.total
}

/** Approved, and brought as far as is said. */
async function approved(direct = false): Promise<{ list: string; award: Award }> {
  const [application] = direct
    ? await city.waitingDirect(['technician'])
    : await city.waiting('jiading', ['technician'])
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  await done(put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕1号' }))
  return { list, award: await awardOf(application!) }
}
async function funded() {
  const made = await approved()
  const transfer = id()
  const body = { kind: 'funding', subjectId: made.list, voucherNumber: 'F' }
  await done(put('cityFinance', `/transfers/${transfer}`, body))
  await done(put('cityFinance2', `/transfers/${transfer}/release`))
  return made
}
async function noticed() {
  const made = await funded()
  const { notices } = await done<Notices>(put('centreFinance', `/approval-lists/${made.list}/allocation`))
  return { ...made, notice: nth(notices, 0) }
}
async function received(): Promise<Award> {
  const { award, notice } = await noticed()
  const { id: noticeId } = notice
  await done(put('jiading', `/allocation-notices/${noticeId}/confirmation`, await city.confirmation('jiading', notice)))
  const transfer = id()
  await done(
    put('centreFinance', `/transfers/${transfer}`, { kind: 'allocation', subjectId: noticeId, voucherNumber: 'A' }),
  )
  await done(put('centreFinance2', `/transfers/${transfer}/release`))
  await done(put('jiading', `/allocation-notices/${noticeId}/receipt`, await city.receipt('jiading')))
  return award
}
const clerks = ['jiading', 'jiading2'] as const
async function paid(): Promise<Award> {
  const award = await received()
  await payAll(city, clerks, { awardIds: [award.id] })
  return award
}
async function bounced(code: FailureCode = 'accountClosed'): Promise<Award> {
  const award = await received()
  const { batch, lines } = await sendBatch(city, clerks, { awardIds: [award.id] })
  await done(
    uploadAnswers(city, 'jiading', batch.id, await answersTo(city, lines, () => ({ outcome: 'failed', code }))),
  )
  return award
}

const cancels = { kind: 'cancel', cause: 'certificateRevoked', words: '证书核发部门来函，证书已撤销' }
const propose = (who: Who, award: Award, body: object = cancels, correction = id()) =>
  put(who, `/corrections/${correction}`, { awardId: award.id, ...body })
const confirm = (who: Who, correction: string) => put(who, `/corrections/${correction}/confirmation`)
async function corrected(award: Award, [proposer, confirmer]: readonly [Who, Who], body: object = cancels) {
  const { id: correction } = await done<{ id: string }>(propose(proposer, award, body))
  await done(confirm(confirmer, correction))
  await sound()
  return correction
}
const openOnes = (who: Who) => done<Corrections>(get(who, '/corrections'))

/** All that lies there goes back to the one above. */
async function handBack([maker, releaser]: readonly [Who, Who], receiver: Who, award: Award) {
  const transfer = id()
  await done(put(maker, `/surplus-transfers/${transfer}`, { awardIds: [award.id] }))
  await refused(put(maker, `/surplus-transfers/${transfer}/release`, { voucherNumber: 'T1' }), 'money.same-person')
  await refused(
    put(receiver, `/surplus-transfers/${transfer}/receipt`, { receivedOn: today, receiptNumber: 'S' }),
    'money.not-released',
  )
  await done(put(releaser, `/surplus-transfers/${transfer}/release`, { voucherNumber: 'T1' }))
  const receipt = { receivedOn: today, receiptNumber: 'S1' }
  await done(put(receiver, `/surplus-transfers/${transfer}/receipt`, receipt))
  await done(put(receiver, `/surplus-transfers/${transfer}/receipt`, receipt))
  await sound()
  return transfer
}

test('who has no business with it sees and does nothing', async () => {
  const award = await received()
  const subject = `/correction-subjects/${award.receipt}`
  for (const who of ['officer', 'verifier', 'auditor', 'centreFinance'] as const) {
    await refused(get(who, '/corrections'), 'forbidden')
    await refused(get(who, subject), 'forbidden')
    await refused(propose(who, award), 'forbidden')
  }
  for (const who of ['officer', 'verifier', 'approver', 'auditor'] as const)
    await refused(get(who, '/surplus'), 'forbidden')
  // another union, and the city where the union pays
  for (const who of ['minhang', 'cityFinance'] as const) {
    await refused(get(who, subject), 'not-found')
    await refused(propose(who, award), 'not-found')
  }
  const { id: correction } = await done<{ id: string }>(propose('jiading', award))
  for (const who of ['minhang', 'cityFinance'] as const) await refused(confirm(who, correction), 'not-found')
  await refused(confirm('jiading', correction), 'forbidden')
  await refused(confirm('jiading2', correction), 'forbidden')
  assert.equal((await openOnes('minhang')).corrections.length, 0)
  assert.equal((await openOnes('jiading2')).corrections.length, 1)
  assert.deepEqual(await stands(award), ['union', 'awarded'])

  // neither does the database let them, whatever the server says
  const as = (who: Who, scope: Partial<Scope>) => ({ ...scope, accountId: city.viewers[who].accountId }) as Scope
  const confirmed = (who: Who, scope: Partial<Scope>, by = city.viewers[who].accountId) =>
    inScope(city.app, as(who, scope), (trx) =>
      sql`update correction set confirmed_by = ${by}, confirmed_at = 1 where id = ${correction}`.execute(trx),
    )
  const union = { kind: 'union', organisationId: city.districts.jiading.id } as const
  await assert.rejects(confirmed('jiading', union), { constraint: 'correction_by_whom' })
  await assert.rejects(confirmed('verifier', { kind: 'city' }), { constraint: 'correction_by_whom' })
  await assert.rejects(confirmed('jiading', union, city.viewers.approver.accountId), {
    constraint: 'action_by_oneself',
  })
  const posts = sql`insert into posting (id, debit_account, credit_account, amount_fen, award_id, cause_kind, cause_id, at, mac)
    select gen_random_uuid(), w.stands_on, 'surplus:' || w.payer_id, w.amount_fen, w.id, 'cancel', ${correction}, 1, '' from award w
    where w.id = ${award.id}`
  await assert.rejects(
    inScope(city.app, as('jiading', union), (trx) => posts.execute(trx)),
    { constraint: 'posting_by_correction' },
  )
  await done(put('jiading', `/corrections/${correction}/refusal`, { words: '提错了，撤回' }))
  await refused(confirm('approver', correction), 'money.done')
})

test('cancelled before the city has given it: it is not funded, and can be granted once more', async () => {
  const { award, list } = await approved()
  await corrected(award, ['approver', 'approver2'])
  assert.deepEqual(await stands(award), ['cancelled', 'cancelled'])
  const transfer = { kind: 'funding', subjectId: list, voucherNumber: 'F' }
  await refused(put('cityFinance', `/transfers/${id()}`, transfer), 'money.done')
  await refused(propose('approver', award), 'correction.cancelled')

  const again = { kind: 'reinstate', words: '来函有误，证书有效' }
  await refused(propose('jiading', award, again), 'forbidden')
  const { id: reinstates } = await done<{ id: string }>(propose('approver2', award, again))
  await refused(confirm('approver2', reinstates), 'correction.same-person')
  await done(confirm('approver', reinstates))
  assert.deepEqual(await stands(award), ['committed', 'approved'])
  await sound()
  const funding = id()
  await done(put('cityFinance', `/transfers/${funding}`, transfer))
  await refused(propose('approver', award), 'correction.in-funding')
  await done(put('cityFinance2', `/transfers/${funding}/release`))
  assert.deepEqual(await stands(award), ['serviceCentre', 'approved'])
  await sound()
})

test('cancelled at the centre, in no notice: surplus of the centre; a notice that names it keeps it', async () => {
  const { award, notice } = await noticed()
  await refused(propose('jiading', award), 'correction.in-notice')
  assert.ok(notice)
  const { award: free, list } = await funded()
  await corrected(free, ['approver', 'approver2'], { kind: 'cancel', cause: 'other', words: '本人书面放弃' })
  assert.deepEqual(await stands(free), ['surplus', 'cancelled'])
  await refused(put('centreFinance', `/approval-lists/${list}/allocation`), 'money.done')
  await handBack(['centreFinance', 'centreFinance2'], 'cityFinance', free)
  assert.deepEqual(await stands(free), ['cancelled', 'cancelled'])
})

test('cancelled with the union: not in a batch, not with the bank; up two steps; granted and funded again', async () => {
  const award = await received()
  const batch = id()
  await done(makeBatch(city, 'jiading', { awardIds: [award.id] }, batch))
  await refused(propose('jiading', award), 'correction.in-batch')
  await done(put('jiading', `/payout-batches/${batch}/drop`))
  const { id: correction } = await done<{ id: string }>(propose('jiading', award))
  await refused(propose('jiading2', award), 'correction.open')
  // what may be taken back is not paid meanwhile
  await refused(makeBatch(city, 'jiading', { awardIds: [award.id] }), 'money.not-payable')
  await done(confirm('approver', correction))
  assert.deepEqual(await stands(award), ['surplus', 'cancelled'])
  await refused(propose('approver', award, { kind: 'reinstate', words: '来函有误' }), 'correction.not-cancelled')
  const { held } = await done<Surplus>(get('jiading', '/surplus'))
  assert.deepEqual(
    held.map((each) => [each.awardId, each.cause, each.to]),
    [[award.id, 'certificateRevoked', '市职工技协服务中心']],
  )
  // not another's, not twice at once
  await refused(put('minhang', `/surplus-transfers/${id()}`, { awardIds: [award.id] }), 'money.no-surplus')
  const dropped = id()
  await done(put('jiading', `/surplus-transfers/${dropped}`, {}))
  await refused(put('jiading2', `/surplus-transfers/${id()}`, { awardIds: [award.id] }), 'money.no-surplus')
  // it goes to the account that its maker saw, or not at all
  const centre = (set: string, values: unknown[] = []) =>
    city.owner.query(`update organisation set receiving_account = ${set} where kind = 'serviceCentre'`, values)
  const { rows } = await city.owner.query("select receiving_account from organisation where kind = 'serviceCentre'")
  await centre('null')
  await refused(
    put('jiading2', `/surplus-transfers/${dropped}/release`, { voucherNumber: 'T' }),
    'money.account-changed',
  )
  const [listed] = (await done<Surplus>(get('jiading', '/surplus'))).transfers
  assert.deepEqual([listed?.accountChanged, listed?.toAccount !== undefined], [true, true])
  await done(put('jiading2', `/surplus-transfers/${dropped}/drop`))
  await refused(put('jiading', `/surplus-transfers/${id()}`, {}), 'money.no-account')
  await centre('$1', [rows[0].receiving_account])
  await refused(put('jiading2', `/surplus-transfers/${dropped}/release`, { voucherNumber: 'T' }), 'money.done')
  const transfer = await handBack(['jiading', 'jiading2'], 'centreFinance', award)
  await refused(
    put('cityFinance', `/surplus-transfers/${transfer}/receipt`, { receivedOn: today, receiptNumber: 'S' }),
    'not-found',
  )
  await handBack(['centreFinance', 'centreFinance2'], 'cityFinance', award)
  assert.deepEqual(await stands(award), ['cancelled', 'cancelled'])
})

test('released and not yet given out: what may be taken back stays at home, and is withdrawn with its award', async () => {
  const [kept, sent, back] = [await received(), await received(), await received()]
  const awardIds = [kept.id, sent.id, back.id]
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds }))
  await done(releaseBatch(city, 'jiading2', batch.id))
  const withdrawn = (where: string) =>
    sql`update payout set state = 'cancelled', withdrawn_at = 1 where ${sql.raw(where)}`
  const union: Scope = {
    ...{ kind: 'union', organisationId: city.districts.jiading.id },
    accountId: city.viewers.jiading.accountId,
  }
  await assert.rejects(
    inScope(city.app, union, (trx) => withdrawn(`award_id = '${kept.id}'`).execute(trx)),
    { constraint: 'payout_withdrawn_by_two' },
  )
  const [first, other] = [
    await done<{ id: string }>(propose('jiading', kept)),
    await done<{ id: string }>(propose('jiading', back)),
  ]
  const file = async (part: number) => {
    const bytes = await city.download('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part })
    return readCsv(bytes).payments.map(({ reference }) => reference)
  }
  const lines = await linesOf(city, 'jiading', batch.id)
  const referenceOf = ({ receipt }: Award) => lines.find((line) => line.receiptNumber === receipt)!.reference
  assert.deepEqual(await file(1), [referenceOf(sent)])
  await refused(put('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 2 }), 'money.disputed')
  // what has left is asked of the bank, whoever wants it back
  await refused(propose('jiading', sent), 'correction.on-its-way')

  await refused(confirm('jiading2', first.id), 'forbidden')
  // put back to an earlier moment, nobody knows yet whether it has left after all
  await city.owner.query('insert into restoration (id, backup_made_at, restored_at) values ($1, 1, 1)', [id()])
  await refused(confirm('approver', first.id), 'money.paused')
  await city.owner.query('delete from restoration')
  await done(confirm('approver', first.id))
  await done(confirm('approver', first.id))
  await sound()
  assert.deepEqual(await stands(kept), ['surplus', 'cancelled'])
  await done(put('approver', `/corrections/${other.id}/refusal`, { words: '来函有误，不取消' }))
  assert.deepEqual(await file(2), [referenceOf(back)])
  const after = await linesOf(city, 'jiading', batch.id)
  assert.deepEqual(
    after.map(({ state, withdrawnAt }) => [state, withdrawnAt !== undefined]),
    [
      ['cancelled', true],
      ['sent', false],
      ['sent', false],
    ],
  )
  const { lines: statements } = await done<Statements>(get('cityFinance', '/books/statements?by=batch'))
  assert.ok(statements.every(({ agrees }) => agrees !== false))
  await assert.rejects(
    inScope(city.app, { kind: 'city', accountId: city.viewers.approver.accountId }, (trx) =>
      withdrawn(`award_id = '${sent.id}'`).execute(trx),
    ),
    { constraint: 'payout_follows' },
  )
})

test('taken back and given out at once: one of both, and the books agree', async () => {
  for (const _ of [1, 2, 3]) {
    const award = await received()
    const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds: [award.id] }))
    await done(releaseBatch(city, 'jiading2', batch.id))
    const correction = id()
    await Promise.all([
      propose('jiading', award, cancels, correction).then(() => confirm('approver', correction)),
      put('jiading2', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 }),
    ])
    const files = await city.owner.query('select count(*)::int as n from pay_file where batch_id = $1', [batch.id])
    assert.deepEqual(await stands(award), files.rows[0].n === 0 ? ['surplus', 'cancelled'] : ['payment', 'awarded'])
    await sound()
  }
})

test('the bank refused it and it cannot be delivered: surplus of who pays', async () => {
  const award = await bounced()
  const total = await sound()
  await corrected(award, ['jiading2', 'approver'], {
    kind: 'cancel',
    cause: 'undeliverable',
    words: '职工已去世，账户注销',
  })
  assert.deepEqual(await stands(award), ['surplus', 'cancelled'])
  const after = await sound()
  assert.equal(after.cancelledFen - total.cancelledFen, 100_000)
  assert.equal(total.bouncedFen - after.bouncedFen, 100_000)
})

test('with the bank it waits for the bank', async () => {
  const award = await received()
  const { lines } = await sendBatch(city, clerks, { awardIds: [award.id] })
  await refused(propose('jiading', award), 'correction.on-its-way')
  await refused(
    propose('jiading', award, { kind: 'recordedWrongly', words: '登记错了' }),
    'correction.nothing-recorded',
  )
  await done(typeResult(city, 'jiading', nth(lines, 0).payoutId, { outcome: 'settled', on: today }))
  await sound()
})

test('paid: the award stays paid until the money is back, recorded by one and confirmed by another', async () => {
  const award = await paid()
  const correction = await corrected(award, ['jiading', 'approver'])
  assert.deepEqual(await stands(award), ['worker', 'paid'])
  const [open] = (await openOnes('jiading')).recoveries
  assert.equal(open?.awardId, award.id)
  assert.equal(open?.may, 'record')
  assert.equal((await openOnes('approver')).recoveries[0]?.may, undefined)
  await refused(propose('jiading', award), 'correction.in-recovery')
  await refused(put('jiading', `/recoveries/${open!.id}/confirmation`), 'correction.not-back')
  const receipt = async (who: Who) => ({
    ...{ receivedOn: today, voucherNumber: '记-15' },
    scanFileId: await city.scan(who, 'payoutProof'),
  })
  await refused(put('minhang', `/recoveries/${open!.id}/receipts/${id()}`, await receipt('minhang')), 'not-found')
  await refused(put('approver', `/recoveries/${open!.id}/receipts/${id()}`, await receipt('approver')), 'forbidden')
  await refused(
    put('jiading', `/recoveries/${open!.id}/receipts/${id()}`, {
      ...(await receipt('jiading')),
      receivedOn: '2026-08-01',
    }),
    'request.malformed',
  )
  await done(put('jiading', `/recoveries/${open!.id}/receipts/${id()}`, await receipt('jiading')))
  await refused(put('jiading', `/recoveries/${open!.id}/confirmation`), 'correction.same-person')
  assert.deepEqual(await stands(award), ['worker', 'paid'])
  // two at once: one effect
  const both = await Promise.all([1, 2].map(() => put('jiading2', `/recoveries/${open!.id}/confirmation`)))
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  )
  assert.deepEqual(await stands(award), ['surplus', 'cancelled'])
  await sound()
  const { rows } = await city.owner.query(
    'select count(*)::int as n from posting where award_id = $1 and cause_kind = $2',
    [award.id, 'recovery'],
  )
  assert.equal(rows[0].n, 1)
  assert.equal((await openOnes('jiading')).recoveries.length, 0)
  const closed = await done<Corrections>(get('approver', '/corrections?view=closed'))
  assert.ok(closed.corrections.some((each) => each.id === correction && each.effect === 'recovery'))
  await handBack(['jiading', 'jiading2'], 'centreFinance', award)
  await handBack(['centreFinance', 'centreFinance2'], 'cityFinance', award)
  await refused(propose('approver', award, { kind: 'reinstate', words: '来函有误' }), 'correction.not-cancelled')
})

test('recorded wrongly: open again, then the right result; the batch stays as it was', async () => {
  const award = await paid()
  const before = await done<CorrectionSubject>(get('jiading', `/correction-subjects/${award.receipt}`))
  assert.deepEqual(
    before.kinds.map(({ kind, effect, says }) => [kind, effect, says]),
    [
      ['recordedWrongly', 'asksAgain', undefined],
      ['cancel', 'recovery', undefined],
    ],
  )
  const wrongly = { kind: 'recordedWrongly', words: '把同名职工的回单登记到这一笔了' }
  await refused(propose('approver', award, wrongly), 'forbidden')
  const { id: correction } = await done<{ id: string }>(propose('jiading', award, wrongly))
  await refused(confirm('approver', correction), 'forbidden')
  await refused(confirm('jiading', correction), 'correction.same-person')
  await done(confirm('jiading2', correction))
  assert.deepEqual(await stands(award), ['payment', 'awarded'])
  await sound()
  const { rows } = await city.owner.query('select id, batch_id, state from payout where award_id = $1', [award.id])
  assert.equal(rows[0].state, 'unknown')
  await done(typeResult(city, 'jiading', rows[0].id, { outcome: 'failed', code: 'accountClosed', on: today }))
  assert.deepEqual(await stands(award), ['bounced', 'bounced'])
  await sound()
  const closed = await done<Corrections>(get('jiading', '/corrections?view=closed'))
  assert.ok(closed.corrections.some((each) => each.id === correction && each.confirmedBy === 'jiading2'))
})

const looks = async (who: Who) => {
  const { secondLooks } = await done<DeskNotices>(get(who, '/desk/notices'))
  return secondLooks && Object.values(secondLooks).join(' ')
}

test('whoever may give the second look reads at the top of each page that it waits, and nobody else', async () => {
  const [award, other] = [await paid(), await received()]
  const before = await Promise.all((['jiading', 'minhang', 'approver'] as const).map(looks))
  assert.deepEqual([await looks('verifier'), before[1]], [undefined, '0 0 0 0'])
  const quiet = await looks('jiading2')
  const wrongly = { kind: 'recordedWrongly', words: '把同名职工的回单登记到这一笔了' }
  const { id: correction } = await done<{ id: string }>(propose('jiading', award, wrongly))
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading', { awardIds: [other.id] }))
  const plus = (counts: string | undefined, more: number[]) =>
    counts!
      .split(' ')
      .map((count, place) => Number(count) + more[place]!)
      .join(' ')
  assert.equal(await looks('jiading2'), plus(quiet, [1, 0, 1, 0]))
  assert.deepEqual(await Promise.all((['jiading', 'minhang', 'approver'] as const).map(looks)), before)
  const { corrections } = await openOnes('approver')
  assert.match(corrections.find((each) => each.id === correction)!.says!, /付款单位的另一位财务确认/)
  await done(put('jiading2', `/corrections/${correction}/refusal`, { words: '回单是对的' }))
  await done(put('jiading', `/payout-batches/${batch.id}/drop`))
  assert.equal(await looks('jiading2'), quiet)

  const { id: cancel } = await done<{ id: string }>(propose('jiading', other))
  assert.equal(await looks('jiading2'), quiet)
  assert.equal(await looks('approver'), plus(before[2], [0, 0, 1, 0]))
  await done(confirm('approver', cancel))
  const transfer = id()
  await done(put('jiading', `/surplus-transfers/${transfer}`, { awardIds: [other.id] }))
  assert.equal(await looks('jiading2'), plus(quiet, [0, 0, 0, 1]))
  const above = await looks('centreFinance')
  await done(put('jiading2', `/surplus-transfers/${transfer}/release`, { voucherNumber: 'T9' }))
  assert.deepEqual([await looks('jiading2'), await looks('centreFinance')], [quiet, plus(above, [0, 0, 0, 1])])
  await done(put('centreFinance', `/surplus-transfers/${transfer}/receipt`, { receivedOn: today, receiptNumber: 'S9' }))
  assert.equal(await looks('centreFinance'), above)
})

test('what the city pays itself goes straight back to the city', async () => {
  const { award } = await approved(true)
  await refused(propose('jiading', award), 'not-found')
  const { lines, batch } = await sendBatch(city, ['cityFinance', 'cityFinance2'], { awardIds: [award.id] })
  await done(
    uploadAnswers(
      city,
      'cityFinance',
      batch.id,
      await answersTo(city, lines, () => ({ outcome: 'failed', code: 'other' })),
    ),
  )
  await corrected(award, ['cityFinance', 'approver'], { kind: 'cancel', cause: 'undeliverable', words: '联系不上本人' })
  assert.deepEqual(await stands(award), ['cancelled', 'cancelled'])
  await corrected(award, ['approver', 'approver2'], { kind: 'reinstate', words: '本人来了，账户已更正' })
  assert.deepEqual(await stands(award), ['committed', 'approved'])
})

test('two who confirm, or confirm and refuse, at once: one of them', async () => {
  const award = await received()
  const { id: correction } = await done<{ id: string }>(propose('jiading', award))
  const answers = await Promise.all([
    confirm('approver', correction),
    confirm('approver2', correction),
    put('jiading', `/corrections/${correction}/refusal`, { words: '撤回' }),
    makeBatch(city, 'jiading2', { awardIds: [award.id] }),
  ])
  assert.equal(answers.slice(0, 3).filter(({ status }) => status === 200).length, 1, JSON.stringify(answers))
  for (const { status } of answers) assert.ok(status < 500)
  await sound()
  const other = await received()
  const proposals = await Promise.all([
    propose('jiading', other),
    propose('jiading2', other),
    propose('approver', other),
  ])
  assert.equal(proposals.filter(({ status }) => status === 200).length, 1)
})

test('what lies with whom is seen by whom it concerns, in the notice and the books', async () => {
  const { notices } = await done<Notices>(get('jiading', '/allocation-notices'))
  const detail = await done<NoticeDetail>(get('jiading', `/allocation-notices/${nth(notices, 0).id}`))
  assert.ok(detail.lines.length > 0)
  const body = await done<{ accounts: { account: string; title: string }[] }>(get('cityFinance', '/ledger'))
  assert.ok(body.accounts.some(({ title }) => title === '嘉定区总工会，结余'))
})
