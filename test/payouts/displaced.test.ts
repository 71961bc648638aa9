/** A certificate that was somebody else's, found out after approval: the award is taken back, and the rightful claim paid once. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Acted } from '../../contract/applications.ts'
import type { CorrectionSubject } from '../../contract/corrections.ts'
import type { ObjectionDecided, ObjectionView } from '../../contract/objections.ts'
import type { ApprovalListDetail, Notices } from '../../contract/payments.ts'
import type { PayoutLines } from '../../contract/payouts.ts'
import type { DemoAccounts } from '../../contract/people.ts'
import type { Problem } from '../../contract/problem.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { inScope } from '../../server/db/open.ts'
import { type Client, withApp } from '../app.ts'
import { act, draft, file, filed, idNumber, upload, view } from '../applications/claim.ts'

const office = await withApp()
const { owner } = office.database
const people = {
  officer: 'qiheng.gonghui',
  point: 'gongyequ.shenbao',
  district: 'jiading.fushen1',
  verifier: 'zhongxin.shenhe1',
  colleague: 'zhongxin.shenhe2',
  approver: 'shi.zhongshen1',
  approver2: 'shi.zhongshen2',
  cityFinance: 'shi.caiwu1',
  cityFinance2: 'shi.caiwu2',
  centreFinance: 'zhongxin.caiwu1',
  centreFinance2: 'zhongxin.caiwu2',
  finance: 'jiading.caiwu1',
  finance2: 'jiading.caiwu2',
}
const by = {} as Record<keyof typeof people, Client>
let holder: Client, rightful: Client
before(async () => {
  for (const [who, loginName] of Object.entries(people)) by[who as keyof typeof people] = await office.staff(loginName)
  holder = await office.worker('13800006021')
  rightful = await office.worker('13800006022')
})
const code = ({ body }: { body: unknown }) => (body as Problem).code
async function ok<Body>(answer: Promise<{ status: number; body: Body }>): Promise<Body> {
  const { status, body } = await answer
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function approved(id: string): Promise<string> {
  await act(by.officer, id, { kind: 'pass', membershipConfirmed: true })
  await act(by.point, id, { kind: 'pass' })
  await act(by.district, id, { kind: 'pass', words: '看过原件' })
  const { form } = await view(by.verifier, id)
  const { level, occupationCode, occupationName, issuedOn } = form
  await ok(
    by.verifier.ask<Acted>('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, {
      ...{ basis: 'site', source: '市人社局证书查询', outcome: 'pass' },
      shown: { level, occupationCode, occupationName, issuedOn, holderMatches: true, valid: true },
      evidenceFileId: await upload(by.verifier, 'registerEvidence'),
    }),
  )
  assert.equal((await act(by.verifier, id, { kind: 'pass', words: '已核' })).body.step, 'finalApproval')
  const list = randomUUID()
  await ok(by.colleague.ask<ApprovalListDetail>('PUT', `/api/v1/approval-lists/${list}`, {}))
  const documentNumber = '沪工总〔2026〕1号'
  await ok(by.approver.ask<ApprovalListDetail>('PUT', `/api/v1/approval-lists/${list}/approval`, { documentNumber }))
  return list
}
const awards = async () => {
  const { rows } = await owner.query(
    'select application_id, stands_on, cancelled_at is null as live from award order by approved_at',
  )
  return rows
}

/** Confirmed, allocated, received, paid: by whoever does it. */
async function paid(notice: Notices['notices'][number]): Promise<void> {
  const address = `/api/v1/allocation-notices/${notice.id}`
  const { lineCount, totalFen, accountTail } = notice
  const scanFileId = await upload(by.finance, 'confirmationScan')
  await ok(by.finance.ask('PUT', `${address}/confirmation`, { lineCount, totalFen, accountTail, scanFileId }))
  const transfer = randomUUID()
  const allocation = { kind: 'allocation', subjectId: notice.id, voucherNumber: '技拨-1' }
  await ok(by.centreFinance.ask('PUT', `/api/v1/transfers/${transfer}`, allocation))
  await ok(by.centreFinance2.ask('PUT', `/api/v1/transfers/${transfer}/release`, {}))
  const receipt = { receivedOn: '2026-07-15', receiptNumber: 'S1', scanFileId: await upload(by.finance, 'receiptScan') }
  await ok(by.finance.ask('PUT', `${address}/receipt`, receipt))
  const batch = `/api/v1/payout-batches/${randomUUID()}`
  await ok(by.finance.ask('PUT', batch, { format: 'csv-utf8', payOn: '2026-07-15' }))
  await owner.query("update account set totp_step = 0 where login_name = 'jiading.caiwu2'")
  const { body } = await by.finance2.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
  const release = { code: body.accounts.find(({ loginName }) => loginName === 'jiading.caiwu2')!.code, accept: [] }
  await ok(by.finance2.ask('PUT', `${batch}/release`, release))
  await ok(
    by.finance
      .ask('PUT', `${batch}/downloads/${randomUUID()}`, { part: 1 })
      .then(({ status }) => ({ status, body: {} })),
  )
  const { lines } = await ok(by.finance.ask<PayoutLines>('GET', `${batch}/lines`))
  const result = { outcome: 'settled', on: '2026-07-15', proofFileId: await upload(by.finance, 'payoutProof') }
  await ok(by.finance.ask('PUT', `/api/v1/payouts/${lines[0]!.payoutId}/results/${randomUUID()}`, result))
}

test('the award is taken back, who objected is told, and theirs is approved and paid, once', async () => {
  const claim = await filed(holder, 41)
  await approved(claim)
  const mine = await draft(rightful, 41, { idNumber: idNumber(341) })
  assert.equal(code(await file(rightful, mine)), 'filing.certificate-awarded')
  const objection = randomUUID()
  await ok(
    rightful.ask<ObjectionView>('PUT', `/api/v1/objections/${objection}`, {
      ...{ draftId: mine.id, words: '证书是我本人考的，原件在我手里。' },
      files: [await upload(rightful, 'objectionEvidence')],
    }),
  )
  const { body: subject } = await by.approver.ask<CorrectionSubject>(
    'GET',
    `/api/v1/correction-subjects/${(await view(holder, claim)).receiptNumber}`,
  )
  const propose = (correction: string) =>
    by.finance.ask('PUT', `/api/v1/corrections/${correction}`, {
      ...{ kind: 'cancel', awardId: subject.awardId, cause: 'displaced', words: '异议已成立，证书归对方' },
    })
  const displaces = randomUUID()
  assert.equal(code(await propose(displaces)), 'correction.no-objection', 'it has no answer yet')
  await ok(
    by.colleague.ask<ObjectionDecided>('PUT', `/api/v1/objection-desk/${objection}/decisions/${randomUUID()}`, {
      ...{ kind: 'granted', words: '核实过，证书归你申报。' },
    }),
  )
  assert.equal(code(await file(rightful, mine)), 'filing.certificate-awarded', 'the other still has it')
  await ok(propose(displaces))
  await ok(by.approver2.ask('PUT', `/api/v1/corrections/${displaces}/confirmation`, {}))
  assert.equal((await view(holder, claim)).state, 'cancelled')

  const shown = await ok(rightful.ask<ObjectionView>('GET', `/api/v1/objections/${objection}`))
  assert.match(shown.says, /^证书归你申报。.*前提交申请表，申报时间按提出异议的时间算。$/)
  const told = await owner.query("select kind from message where objection_id = $1 and kind = 'objection.freed'", [
    objection,
  ])
  assert.equal(told.rows.length, 1)
  // while it waits for them it is nobody else's, nor granted to the other once more
  const third = await office.worker('13800006023')
  const taken = await draft(third, 41, { idNumber: idNumber(441) })
  assert.equal(code(await file(third, taken)), 'filing.certificate-taken')
  const again = { kind: 'reinstate', awardId: subject.awardId, words: '弄错了' }
  assert.equal(
    code(await by.approver.ask('PUT', `/api/v1/corrections/${randomUUID()}`, again)),
    'correction.certificate-taken',
  )

  const theirs = await file(rightful, mine)
  assert.equal(theirs.status, 200, JSON.stringify(theirs.body))
  const list = await approved(mine.id)
  assert.deepEqual(
    (await awards()).map(({ application_id: application, live }) => [application, live]),
    [
      [claim, false],
      [mine.id, true],
    ],
  )
  const transfer = randomUUID()
  const funding = { kind: 'funding', subjectId: list, voucherNumber: '工拨-1' }
  await ok(by.cityFinance.ask('PUT', `/api/v1/transfers/${transfer}`, funding))
  await ok(by.cityFinance2.ask('PUT', `/api/v1/transfers/${transfer}/release`, {}))
  const { notices } = await ok(by.centreFinance.ask<Notices>('PUT', `/api/v1/approval-lists/${list}/allocation`, {}))
  assert.equal(notices.length, 1, 'nobody holds it any more')
  await paid(notices[0]!)
  const verified = await inScope(office.database.worker, { kind: 'job', job: 'verify' }, (trx) =>
    verifyLedger(trx, office.deps.secrets),
  )
  assert.ok('total' in verified, JSON.stringify(verified))
  // whose certificate it was not gets no second award, whatever is written
  await assert.rejects(owner.query('update award set cancelled_at = null where application_id = $1', [claim]), {
    constraint: 'award_certificate_id_key',
  })
  assert.deepEqual(
    (await awards()).map(({ stands_on: place }) => place.split(':')[0]),
    ['cancelled', 'worker'],
  )
})
