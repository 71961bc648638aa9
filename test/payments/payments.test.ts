import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type {
  ApprovalListDetail,
  ApprovalLists,
  Confirmed,
  LedgerView,
  NoticeDetail,
  Notices,
  TransferView,
} from '../../contract/payments.ts'
import type { z } from 'zod'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity } from './city.ts'
import { makeBatch, payAll } from './paying.ts'

const city = await openCity()

const id = () => randomUUID() as string
const verify = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))

test('from the approval list to the workers', async (each) => {
  const { put, get, done, refused } = city
  const inJiading = await city.waiting('jiading', ['seniorWorker', 'technician'])
  await city.waiting('minhang', ['seniorTechnician'])
  const list = id()

  await each.test('nobody else makes or approves a list', async () => {
    for (const who of ['approver', 'cityFinance', 'jiading', 'officer', 'auditor'] as const)
      await refused(put(who, `/approval-lists/${id()}`), 'forbidden')
    await refused(
      put('verifier', `/approval-lists/${id()}/approval`, { documentNumber: '沪工〔2026〕1号' }),
      'forbidden',
    )
  })

  await each.test('the verifier lists all that wait', async () => {
    const before = await done<ApprovalLists>(get('verifier', '/approval-lists'))
    assert.deepEqual([before.candidates.count, before.candidates.totalFen, before.lists.length], [3, 380_000, 0])
    const made = await done<ApprovalListDetail>(put('verifier', `/approval-lists/${list}`))
    assert.equal(made.number, '报批〔2026〕1号')
    assert.equal(made.totalFen, 380_000)
    assert.deepEqual(made.lines.map((line) => line.applicantName).toSorted(), ['职工1', '职工2', '职工3'])
    assert.deepEqual(
      made.byLevel.map((level) => level.level),
      ['seniorTechnician', 'technician', 'seniorWorker'],
    )
    assert.equal((await done<ApprovalListDetail>(put('verifier', `/approval-lists/${list}`))).number, made.number)
    await refused(put('verifier', `/approval-lists/${id()}`), 'approval.nothing')
    assert.equal((await done<ApprovalLists>(get('approver', '/approval-lists'))).candidates.count, 0)
  })

  await each.test('nothing moves before approval', async () => {
    await refused(
      put('cityFinance', `/transfers/${id()}`, { kind: 'funding', subjectId: list, voucherNumber: 'F1' }),
      'act.not-in-this-state',
    )
    await refused(put('centreFinance', `/approval-lists/${list}/allocation`), 'act.not-in-this-state')
  })

  await each.test('the approver approves by document number, once', async () => {
    const approved = await done<ApprovalListDetail>(
      put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工发〔2026〕31号' }),
    )
    assert.equal(approved.approvedBy, 'approver')
    const again = await done<ApprovalListDetail>(
      put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工发〔2026〕31号' }),
    )
    assert.equal(again.approvedAt, approved.approvedAt)
    await refused(
      put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工发〔2026〕32号' }),
      'approval.done',
    )
    await refused(
      put('approver2', `/approval-lists/${list}/approval`, { documentNumber: '沪工发〔2026〕31号' }),
      'approval.done',
    )
    const ledger = await done<LedgerView>(get('approver', '/ledger'))
    assert.deepEqual(
      [ledger.identity.approvedFen, ledger.identity.awaitingFen, ledger.postings.length],
      [380_000, 380_000, 3],
    )
    assert.deepEqual(ledger.identity, ledger.records)
  })

  await each.test('one person of city finance makes, another releases', async () => {
    const transfer = id()
    const body = { kind: 'funding', subjectId: list, voucherNumber: 'F1' }
    await refused(put('centreFinance', `/transfers/${transfer}`, body), 'forbidden')
    const made = await done<TransferView>(put('cityFinance', `/transfers/${transfer}`, body))
    assert.deepEqual([made.amountFen, made.releasedBy], [380_000, undefined])
    await refused(put('cityFinance', `/transfers/${transfer}`, { ...body, voucherNumber: 'F2' }), 'request.reused-id')
    await refused(put('cityFinance2', `/transfers/${id()}`, body), 'money.done')
    await refused(put('cityFinance', `/transfers/${transfer}/release`), 'money.same-person')
    await refused(put('centreFinance', `/transfers/${transfer}/release`), 'forbidden')
    const released = await done<TransferView>(put('cityFinance2', `/transfers/${transfer}/release`))
    assert.equal(released.releasedBy, 'cityFinance2')
    assert.deepEqual(await done(put('cityFinance2', `/transfers/${transfer}/release`)), released)
  })

  let notices: Notices['notices']
  await each.test('a notice for each union', async () => {
    ;({ notices } = await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`)))
    assert.deepEqual(
      notices.map(({ number, district, lineCount, totalFen, accountTail }) => [
        number,
        district,
        lineCount,
        totalFen,
        accountTail,
      ]),
      [
        ['技协划〔2026〕1号', '嘉定区总工会', 2, 180_000, '1001'],
        ['技协划〔2026〕2号', '闵行区总工会', 1, 200_000, '1002'],
      ],
    )
    await refused(put('centreFinance2', `/approval-lists/${list}/allocation`), 'money.done')
    const seen = (await done<Notices>(get('jiading', '/allocation-notices'))).notices
    assert.deepEqual([seen.length, nth(seen, 0).documentNumber], [1, '沪工发〔2026〕31号'])
    await refused(get('jiading', `/allocation-notices/${nth(notices, 1).id}`), 'not-found')
  })

  await each.test('a confirmation equals the notice', async () => {
    const [jiading, minhang] = [nth(notices, 0), nth(notices, 1)]
    const right = await city.confirmation('jiading', jiading)
    const less = await refused(
      put('jiading', `/allocation-notices/${jiading.id}/confirmation`, { ...right, lineCount: 1, totalFen: 80_000 }),
      'money.confirmation-differs',
    )
    assert.match(less.title, /少1张、少1,000元/)
    await refused(
      put('jiading', `/allocation-notices/${jiading.id}/confirmation`, { ...right, accountTail: '9999' }),
      'money.confirmation-differs',
    )
    await refused(
      put('jiading', `/allocation-notices/${jiading.id}/confirmation`, { ...right, scanFileId: id() }),
      'money.scan-missing',
    )
    await refused(put('jiading', `/allocation-notices/${minhang.id}/confirmation`, right), 'not-found')
    await refused(
      put('centreFinance', `/transfers/${id()}`, { kind: 'allocation', subjectId: jiading.id, voucherNumber: 'A1' }),
      'act.not-in-this-state',
    )
    const first = await done<z.infer<typeof Confirmed>>(
      put('minhang', `/allocation-notices/${minhang.id}/confirmation`, await city.confirmation('minhang', minhang)),
    )
    const second = await done<z.infer<typeof Confirmed>>(
      put('jiading', `/allocation-notices/${jiading.id}/confirmation`, right),
    )
    assert.deepEqual([first.place, second.place], [1, 2])
    assert.deepEqual(await done(put('jiading', `/allocation-notices/${jiading.id}/confirmation`, right)), second)
    await refused(
      put('jiading', `/allocation-notices/${jiading.id}/confirmation`, { ...right, lineCount: 1 }),
      'money.done',
    )
  })

  await each.test('the centre transfers in the order of confirmations', async () => {
    const [jiading, minhang] = [nth(notices, 0), nth(notices, 1)]
    const transfer = (subjectId: string) => ({ kind: 'allocation', subjectId, voucherNumber: 'A1' })
    const early = await refused(put('centreFinance', `/transfers/${id()}`, transfer(jiading.id)), 'money.not-your-turn')
    assert.match(early.title, /闵行区总工会/)
    const [first, second] = [id(), id()]
    await done(put('centreFinance', `/transfers/${first}`, transfer(minhang.id)))
    await done(put('centreFinance', `/transfers/${second}`, transfer(jiading.id)))
    await refused(put('centreFinance2', `/transfers/${second}/release`), 'money.not-your-turn')
    await refused(
      put('jiading', `/allocation-notices/${jiading.id}/receipt`, await city.receipt('jiading')),
      'money.not-released',
    )
    await done(put('centreFinance2', `/transfers/${first}/release`))
    await done(put('centreFinance2', `/transfers/${second}/release`))
  })

  await each.test('the union records receipt, then each worker', async () => {
    const [jiading, minhang] = [nth(notices, 0), nth(notices, 1)]
    const detail = await done<NoticeDetail>(get('jiading', `/allocation-notices/${jiading.id}`))
    assert.equal(nth(detail.lines, 0).payeeTail, '0001')
    const { awardId } = nth(detail.lines, 0)
    await refused(makeBatch(city, 'jiading'), 'money.no-payable')
    const receipt = await city.receipt('jiading', '2026-08-21', 'R1')
    await refused(put('jiading', `/allocation-notices/${jiading.id}/receipt`, receipt), 'request.malformed')
    await city.setClock('2026-08-22T09:00:00+08:00')
    await done(put('jiading', `/allocation-notices/${jiading.id}/receipt`, receipt))
    await refused(
      put('jiading', `/allocation-notices/${jiading.id}/receipt`, { ...receipt, receiptNumber: 'R2' }),
      'money.done',
    )
    assert.match(detail.scanFileId ?? '', /^[0-9a-f-]{36}$/)
    await refused(makeBatch(city, 'minhang', { awardIds: [awardId] }), 'money.not-payable')
    await payAll(city, ['jiading', 'jiading2'], { awardIds: [awardId] })
    await refused(makeBatch(city, 'jiading', { awardIds: [awardId] }), 'money.not-payable')
    const after = await done<NoticeDetail>(get('jiading', `/allocation-notices/${jiading.id}`))
    assert.deepEqual(
      [after.paidCount, after.paidFen, after.payDueOn, after.stage],
      [1, nth(detail.lines, 0).amountFen, '2026-09-04', 'received'],
    )
    assert.equal(nth(after.lines, 0).state, 'settled')
    const { rows } = await city.owner.query('select state from application where id = any ($1) order by state', [
      inJiading,
    ])
    assert.deepEqual(
      rows.map((row) => row.state),
      ['awarded', 'paid'],
    )
    assert.equal(
      (await done<NoticeDetail>(get('centreFinance', `/allocation-notices/${minhang.id}`))).stage,
      'transferred',
    )
  })

  await each.test('the identity holds for the city and for one union', async () => {
    const whole = await done<LedgerView>(get('auditor', '/ledger'))
    assert.deepEqual(whole.identity, {
      approvedFen: 380_000,
      awaitingFen: 0,
      inPaymentFen: 300_000,
      paidFen: 80_000,
      bouncedFen: 0,
      cancelledFen: 0,
      awards: 3,
    })
    assert.deepEqual(whole.records, whole.identity)
    const own = await done<LedgerView>(get('jiading', '/ledger'))
    assert.deepEqual([own.title, own.identity.approvedFen, own.byUnion.length], ['嘉定区总工会', 180_000, 1])
    assert.deepEqual(own.records, own.identity)
    const verified = await verify()
    assert.ok('total' in verified, JSON.stringify(verified))
    assert.deepEqual([verified.postings, verified.total], [11, whole.identity])
  })
})

test('a list in which an application moved on is replaced', async () => {
  const { put, get, done, refused } = city
  const [moved] = await city.waiting('jidian', ['technician', 'technician'])
  const [first, second] = [id(), id()]
  await done<ApprovalListDetail>(put('verifier', `/approval-lists/${first}`))
  await city.sendBackAndAgain(moved!)
  await refused(
    put('approver2', `/approval-lists/${first}/approval`, { documentNumber: '沪工〔2026〕2号' }),
    'approval.changed',
  )
  assert.equal((await done<ApprovalLists>(get('verifier', '/approval-lists'))).candidates.count, 2)
  assert.equal((await done<ApprovalListDetail>(put('verifier2', `/approval-lists/${second}`))).lineCount, 2)
  const { lists } = await done<ApprovalLists>(get('verifier', '/approval-lists'))
  assert.ok(!lists.some((list) => list.id === first))
  await refused(
    put('approver2', `/approval-lists/${first}/approval`, { documentNumber: '沪工〔2026〕2号' }),
    'approval.changed',
  )
  await done<ApprovalListDetail>(
    put('approver2', `/approval-lists/${second}/approval`, { documentNumber: '沪工〔2026〕2号' }),
  )
})

test('four eyes: one person, one duty', async () => {
  const { put, done, refused } = city
  const document = { documentNumber: '沪工〔2026〕3号' }
  await city.waiting('jidian', ['seniorWorker'], 'twoHatsVerifier')
  const verified = id()
  await done<ApprovalListDetail>(put('verifier', `/approval-lists/${verified}`))
  const answer = await refused(
    put('twoHatsApprover', `/approval-lists/${verified}/approval`, document),
    'act.four-eyes',
  )
  assert.match(answer.title, /审核/)
  await done<ApprovalListDetail>(put('approver', `/approval-lists/${verified}/approval`, document))
  await refused(
    put('twoHatsCityFinance', `/transfers/${id()}`, { kind: 'funding', subjectId: verified, voucherNumber: 'F3' }),
    'act.four-eyes',
  )

  await city.waiting('jidian', ['seniorWorker'])
  const made = id()
  await done<ApprovalListDetail>(put('twoHatsVerifier', `/approval-lists/${made}`))
  await refused(put('twoHatsApprover', `/approval-lists/${made}/approval`, document), 'act.four-eyes')
})

test('an allocation notice needs the account it is paid to', async () => {
  const { put, done, refused } = city
  await city.owner.query('update organisation set receiving_account_tail = null where id = $1', [
    city.districts.jidian.id,
  ])
  await city.waiting('jidian', ['seniorWorker'])
  const list = id()
  await done<ApprovalListDetail>(put('verifier', `/approval-lists/${list}`))
  await done<ApprovalListDetail>(
    put('approver', `/approval-lists/${list}/approval`, { documentNumber: '沪工〔2026〕4号' }),
  )
  await refused(put('centreFinance', `/approval-lists/${list}/allocation`), 'money.no-account')
  await city.owner.query(`update organisation set receiving_account_tail = '1003' where id = $1`, [
    city.districts.jidian.id,
  ])
  const { notices } = await done<Notices>(put('centreFinance', `/approval-lists/${list}/allocation`))
  await done(
    put(
      'jidian',
      `/allocation-notices/${nth(notices, 0).id}/confirmation`,
      await city.confirmation('jidian', nth(notices, 0)),
    ),
  )
  await refused(
    put('centreFinance', `/transfers/${id()}`, {
      kind: 'allocation',
      subjectId: nth(notices, 0).id,
      voucherNumber: 'A4',
    }),
    'money.not-funded',
  )
})
