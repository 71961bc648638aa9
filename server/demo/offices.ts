/** The demonstration's offices as its story needs them: who sits there, and what they did for many claims at once. */
import { propose } from '../corrections/correction.ts'
import type { StepKind } from '../../domain/policy.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import { type Duty, dutyOf, type StaffRole, stepRole } from '../../domain/roles.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { assign } from '../desk/assignment.ts'
import { hold } from '../desk/hold.ts'
import { receiveCopies, sendCopies } from '../paper/copies.ts'
import { proposeReceivingAccount, refuseReceivingAccount } from '../organisations/receivingAccount.ts'
import { arrive, originals, seal } from '../paper/originals.ts'
import type { RecordResult } from '../../contract/payouts.ts'
import type { PublishAnswer, WriteFeedback } from '../../contract/feedback.ts'
import { answerFeedback, publishAnswer, writeFeedback } from '../feedback/feedback.ts'
import { confirmSetBudget, setBudget } from '../budget/budget.ts'
import { approveList, makeList } from '../payments/approval.ts'
import { confirm, issueNotices, noticeDetail, notices, recordReceipt } from '../payments/notice.ts'
import { makeTransfer, releaseTransfer } from '../payments/transfer.ts'
import { makeBatch, releaseBatch } from '../payouts/batch.ts'
import { batchLines } from '../payouts/batchView.ts'
import { recordResult } from '../payouts/outcome.ts'
import { downloadPayFile } from '../payouts/payFile.ts'
import { closeBatch, openBatch } from '../reviews/review.ts'
import { demoId } from './demo.ts'
import type { StoryTime } from './deeds.ts'
import { demoPlaces } from './organisations.ts'
import { plantPictures } from './pictures.ts'
import { demoStaff } from './staff.ts'

const places = new Map(demoPlaces.map((place) => [place.key, place]))

/** A member of staff in one of their roles, the first where none is named. */
export function staffViewer(loginName: string, inRole?: StaffRole): Viewer {
  const { name, holds } = demoStaff.find((person) => person.loginName === loginName)!
  const [role, key] = holds.find(([each]) => each === inRole) ?? holds[0]!
  const { kind, name: placeName } = places.get(key)!
  return {
    accountId: demoId('account', loginName),
    sessionId: demoId('session', loginName),
    name,
    role,
    organisation: { id: demoId('organisation', key), kind, name: placeName },
  }
}

function districtOf(key: string): string {
  const { kind, under } = places.get(key)!
  return kind === 'districtFederation' || kind === 'bureauUnion' ? key : districtOf(under!)
}

const holders = (role: StaffRole, key: string): Viewer[] =>
  demoStaff
    .filter(({ holds }) => holds.some(([each, at]) => each === role && at === key))
    .map(({ loginName }) => staffViewer(loginName, role))

const pointOf = (union: string) => demoPlaces.find(({ serves }) => serves?.includes(union))

/** Who sits at a step of a claim of that base union; the filing point records the seal of a union without an officer. */
function desk(step: StepKind, union: string): Viewer[] {
  const reviewers = () => holders('districtReviewer', districtOf(union))
  switch (step) {
    case 'hrOpinion':
      return holders('hrOfficer', `${union}-unit`)
    case 'firstReview': {
      const officers = holders('unionOfficer', union)
      return officers.length > 0 ? officers : holders('filingPoint', pointOf(union)!.key)
    }
    case 'forwarding': {
      const point = pointOf(union)
      return point ? holders('filingPoint', point.key) : holders('unionOfficer', union)
    }
    case 'secondReview':
      return reviewers()
    case 'automaticChecks':
    case 'roster':
    case 'verification':
      return holders('verifier', 'centre')
    case 'finalApproval':
      return holders('approver', 'city')
  }
}

/**
 * Whoever decides at that step, turn by turn, and nobody who holds another duty on the claim.
 * @param duties who holds which duty; the one who is chosen takes theirs on
 * @param not whose decision is looked at again
 */
export function decider(step: StepKind, union: string, turn: number, duties: Map<string, Duty>, not?: Viewer): Viewer {
  const there = desk(step, union).filter(({ accountId }) => accountId !== not?.accountId)
  const duty = dutyOf(step, there[0]?.role ?? stepRole[step])
  const free = there.filter(({ accountId }) => !duty || (duties.get(accountId) ?? duty) === duty)
  const viewer = free[turn % free.length]
  if (!viewer) throw new Error(`nobody is there for ${step} at ${union}`)
  if (duty) duties.set(viewer.accountId, duty)
  return viewer
}

// What was done for many claims at once --------------------------------------------------------------------------------

export type OfficeDeed = {
  readonly at: StoryTime
  /** `workers`: those who claim, by name. */
  readonly does: (deps: Deps, at: Instant, workers: ReadonlyMap<string, Viewer>) => Promise<unknown>
}

type Payment = (trx: Trx, deps: Deps, viewer: Viewer, at: Instant) => Promise<unknown>

const batch = (at: StoryTime, does: typeof openBatch, n: number): OfficeDeed => ({
  at,
  does: (deps, now) => does(deps, staffViewer('zhongxin.shenhe1'), demoId('batch', String(n)), now),
})
const payment = (at: StoryTime, loginName: string, does: Payment): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const viewer = staffViewer(loginName)
    return inViewersScope(deps, viewer, (trx) => does(trx, deps, viewer, now))
  },
})

const listId = (n: number) => demoId('approval list', String(n))
const funding = demoId('transfer', 'funding')
const allocation = demoId('transfer', 'jiading')
const budget = demoId('budget', '2026')
const grant = { policyId: '2026', amountFen: 2_400_000_00, documentNumber: '沪工总财〔2026〕19号' }
const fundList = { kind: 'funding', subjectId: listId(1), voucherNumber: '市总拨-2026-031' } as const

/** The notice of a district on the first list, as whoever asks may see it. */
async function noticeOf(trx: Trx, district: string) {
  const all = await notices(trx, listId(1))
  return all.notices.find(({ districtId }) => districtId === demoId('organisation', district))!
}

/** A letter to the service centre, its answer, and an answer to all. */
const letter = (key: string) => demoId('feedback', key)
const writes = (at: StoryTime, loginName: string, key: string, body: WriteFeedback): OfficeDeed => ({
  at,
  does: (deps, now) => writeFeedback(deps, staffViewer(loginName), letter(key), body, now),
})
const answers = (at: StoryTime, key: string, words: string): OfficeDeed => ({
  at,
  does: (deps, now) =>
    answerFeedback(deps, staffViewer('zhongxin.shenhe1'), letter(key), demoId('answer', key), { words }, now),
})
const publishes = (at: StoryTime, key: string, body: PublishAnswer): OfficeDeed => ({
  at,
  does: (deps, now) => publishAnswer(deps, staffViewer('zhongxin.shenhe1'), demoId('common answer', key), body, now),
})

const confirmation = (district: string): Payment =>
  async function confirms(trx, deps, viewer, at) {
    const { id, lineCount, totalFen, accountTail } = await noticeOf(trx, district)
    const scan = { id: demoId('file', `confirmation ${district}`), purpose: 'confirmationScan', at } as const
    await plantPictures(deps, viewer, scan)
    return confirm(trx, deps, viewer, id, { lineCount, totalFen, accountTail, scanFileId: scan.id }, at)
  }

/** Two workers of Jiading stand in one batch: made, released by the other clerk, its file given out. */
const firstPaid = ['Y000031000217243600101', 'Y000031000217252600138']
const payoutBatch = demoId('payout batch', 'jiading')
const makesBatch: Payment = async (trx, deps, viewer, at) => {
  const { lines } = await noticeDetail(trx, deps, viewer, (await noticeOf(trx, 'jiading')).id, at)
  const awardIds = lines
    .filter(({ applicationId }) => firstPaid.map(ofCertificate).includes(applicationId))
    .map(({ awardId }) => awardId)
  const body = { awardIds, route: 'file', format: 'csv-utf8', payOn: shanghaiDate(at) } as const
  return makeBatch(trx, deps, viewer, payoutBatch, body, at)
}
/** What the bank said of them, one after the other. */
const bankSays = (certificateNumber: string, said: Omit<RecordResult, 'on' | 'proofFileId'>): Payment =>
  async function hears(trx, deps, viewer, at) {
    const { lines } = await batchLines(trx, deps, viewer, payoutBatch, {}, at)
    const { payoutId: id } = lines.find(({ applicationId }) => applicationId === ofCertificate(certificateNumber))!
    const result = { id, resultId: demoId('payout result', certificateNumber) }
    const proof = { id: demoId('file', `payout proof ${certificateNumber}`), purpose: 'payoutProof', at } as const
    await plantPictures(deps, viewer, proof)
    return recordResult(trx, deps, viewer, result, { ...said, on: shanghaiDate(at), proofFileId: proof.id }, at)
  }
/** The other two wait for release: they gave one account. */
const makesSecondBatch: Payment = async (trx, deps, viewer, at) => {
  const { id: noticeId } = await noticeOf(trx, 'jiading')
  const body = { noticeId, route: 'file', format: 'csv-utf8', payOn: shanghaiDate(at) } as const
  return makeBatch(trx, deps, viewer, demoId('payout batch', 'jiading 2'), body, at)
}

/** One clerk finds that what a colleague recorded is another's; it waits for the other clerk. */
const proposes: Payment = async (trx, deps, viewer, at) => {
  const { lines } = await noticeDetail(trx, deps, viewer, (await noticeOf(trx, 'jiading')).id, at)
  const { awardId } = lines.find(({ applicationId }) => applicationId === ofCertificate(firstPaid[0]!))!
  const words = '回单尾号对不上，登记的是同一天另一笔。要向银行再查一遍。'
  return propose(trx, deps, viewer, demoId('correction', 'first'), { kind: 'recordedWrongly', awardId, words }, at)
}
/** Another receiving account: found wrong by the colleague, or still to be checked. */
const registers = (key: string, accountNumber: string): Payment =>
  async function registersAccount(trx, deps, viewer, at) {
    return proposeReceivingAccount(trx, deps, viewer, demoId('receiving account', key), accountNumber, at)
  }
const refusesAccount = (key: string, words: string): Payment =>
  async function refuses(trx, deps, viewer, at) {
    return refuseReceivingAccount(trx, deps, viewer, demoId('receiving account', key), words, at)
  }
const ofCertificate = (number: string) => demoId('application', number)
const reviewer = () => staffViewer('jiading.fushen1')
/** Originals come with the filing points' parcels. */
const papersCome = (at: StoryTime, batchNumber: number, ...certificates: readonly string[]): OfficeDeed => ({
  at,
  does: async (deps, now) => {
    const batchId = demoId('batch', String(batchNumber))
    const { items } = await originals(deps, reviewer(), { batch: batchId, stage: 'waiting' })
    const come = items.filter(({ applicationId }) => certificates.map(ofCertificate).includes(applicationId))
    for (const { receiptNumber } of come) await arrive(deps, reviewer(), receiptNumber, now)
  },
})
const papersSealed = (at: StoryTime, box: string, ...certificates: readonly string[]): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const body = { applicationIds: certificates.map(ofCertificate), sealedOn: shanghaiDate(now), box }
    return seal(deps, reviewer(), demoId('sealing', box), body, now)
  },
})
/** Parcels of copies are counted. */
const parcel = (n: number) => demoId('transmittal', `jiading ${n}`)
const copiesSent = (at: StoryTime, n: number, ...certificates: readonly string[]): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const body = { applicationIds: certificates.map(ofCertificate), sentOn: shanghaiDate(now) }
    return sendCopies(deps, reviewer(), parcel(n), body, now)
  },
})
const copiesReceived = (at: StoryTime, n: number): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const receipt = { id: parcel(n), receiptId: demoId('receipt of copies', String(n)) }
    return receiveCopies(deps, staffViewer('zhongxin.shenhe1'), receipt, { missing: [] }, now)
  },
})

/** Cases of the Jiading desk go to one of its reviewers, or wait with a reason. */
const assigned = (at: StoryTime, loginName: string, ...certificates: readonly string[]): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const cases = certificates.map((number) => ({ id: ofCertificate(number), from: null }))
    const body = { to: demoId('account', loginName), cases }
    return assign(deps, reviewer(), demoId('assignment', loginName), body, now)
  },
})
const held = (at: StoryTime, certificate: string, reason: string): OfficeDeed => ({
  at,
  does: (deps, now) => hold(deps, reviewer(), ofCertificate(certificate), demoId('hold', certificate), reason, now),
})

/**
 * Three batches, of which two are closed; one list that is approved and funded: Jiading has its money, has paid one of
 * four, had one back from the bank and has two to release; Minhang has confirmed, Pudong has its notice; and a second
 * list that waits for approval. In order of time.
 */
export const officeDeeds: readonly OfficeDeed[] = [
  batch('06-16 08:30', openBatch, 1),
  payment('06-17 10:00', 'shi.caiwu1', (trx, deps, viewer, at) => setBudget(trx, deps, viewer, budget, grant, at)),
  payment('06-17 14:20', 'shi.caiwu2', (trx, deps, viewer, at) => confirmSetBudget(trx, deps, viewer, budget, at)),
  batch('06-26 17:30', closeBatch, 1),
  batch('06-29 09:00', openBatch, 2),
  papersCome('07-01 15:20', 1, 'Y000031000217243600101', 'Y000031000217252600138', 'Y000031000418252600656'),
  papersSealed('07-03 16:10', '嘉26-01', 'Y000031000217243600101', 'Y000031000217252600138'),
  batch('07-03 17:30', closeBatch, 2),
  batch('07-06 09:00', openBatch, 3),
  payment('07-07 10:00', 'zhongxin.shenhe1', (trx, deps, viewer, at) => makeList(trx, deps, viewer, listId(1), at)),
  payment('07-08 14:30', 'shi.zhongshen1', (trx, deps, viewer, at) =>
    approveList(trx, deps, viewer, listId(1), { documentNumber: '沪工总演〔2026〕7号' }, at),
  ),
  payment('07-08 16:00', 'shi.caiwu1', (trx, deps, viewer, at) =>
    makeTransfer(trx, deps, viewer, funding, fundList, at),
  ),
  papersCome('07-08 16:20', 2, 'Y104231000217241600508', 'Y000031000217231600360'),
  copiesSent('07-08 16:40', 1, 'Y104231000217241600508'),
  payment('07-09 09:30', 'shi.caiwu2', (trx, deps, viewer, at) => releaseTransfer(trx, deps, viewer, funding, at)),
  payment('07-09 10:00', 'zhongxin.caiwu1', (trx, deps, viewer, at) =>
    issueNotices(trx, deps, viewer, listId(1), { issuedBefore: 0 }, at),
  ),
  payment('07-09 15:20', 'jiading.caiwu1', confirmation('jiading')),
  payment('07-10 09:05', 'minhang.caiwu1', confirmation('minhang')),
  payment('07-10 10:00', 'zhongxin.caiwu1', async (trx, deps, viewer, at) => {
    const { id: subjectId } = await noticeOf(trx, 'jiading')
    const body = { kind: 'allocation', subjectId, voucherNumber: '技协划-2026-018' } as const
    return makeTransfer(trx, deps, viewer, allocation, body, at)
  }),
  copiesSent('07-10 11:40', 2, 'Y000032000217242600878'),
  payment('07-10 14:00', 'zhongxin.caiwu2', (trx, deps, viewer, at) =>
    releaseTransfer(trx, deps, viewer, allocation, at),
  ),
  writes('07-10 15:10', 'jiading.fushen1', 'survey', {
    kind: 'problem',
    words: '有职工问，申请表下面的收入问卷不想填，能不能空着交？',
  }),
  payment('07-10 16:40', 'jiading.caiwu1', async (trx, deps, viewer, at) => {
    const { id } = await noticeOf(trx, 'jiading')
    const scan = { id: demoId('file', 'receipt jiading'), purpose: 'receiptScan', at } as const
    await plantPictures(deps, viewer, scan)
    const body = { receivedOn: shanghaiDate(at), receiptNumber: '嘉工收-0026', scanFileId: scan.id }
    return recordReceipt(trx, deps, viewer, id, body, at)
  }),
  copiesReceived('07-13 09:00', 2),
  assigned(
    '07-13 09:05',
    'jiading.fushen1',
    'Y104231000418252600418',
    'Y000031000471242600693',
    'Y000031000217253600915',
  ),
  assigned('07-13 09:06', 'jiading.fushen2', 'S000031000352263601026', 'Y000031000471241600989'),
  answers('07-13 09:10', 'survey', '可以空着。问卷自愿填，不影响资助。'),
  publishes('07-13 09:15', 'survey', {
    question: '申请表下面的收入问卷要不要填',
    answer: '自愿填。空着不退回，也不影响资助。',
  }),
  payment('07-13 09:16', 'jiading.caiwu2', registers('jiading mistyped', '31050166360000007305')),
  payment(
    '07-13 09:18',
    'jiading.caiwu1',
    refusesAccount('jiading mistyped', '这是退管会的户，不是工会经费户。账户没有换，不用登记。'),
  ),
  payment('07-13 09:20', 'jiading.caiwu1', makesBatch),
  payment('07-13 09:30', 'jiading.caiwu2', (trx, deps, viewer, at) =>
    releaseBatch(trx, deps, viewer, payoutBatch, { code: '', accept: [] }, at),
  ),
  payment('07-13 09:40', 'jiading.caiwu1', (trx, deps, viewer, at) =>
    downloadPayFile(trx, deps, viewer, { id: payoutBatch, downloadId: demoId('download', 'jiading') }, { part: 1 }, at),
  ),
  payment(
    '07-13 16:30',
    'jiading.caiwu1',
    bankSays(firstPaid[0]!, { outcome: 'settled', bankSerial: '20260713000101' }),
  ),
  held('07-14 09:50', 'Y104231000418252600418', '编号第2到5位是1042，像行业备案的，已打电话问评价机构。'),
  payment('07-14 10:30', 'zhongxin.shenhe2', (trx, deps, viewer, at) => makeList(trx, deps, viewer, listId(2), at)),
  payment('07-14 14:05', 'jiading.caiwu1', bankSays(firstPaid[1]!, { outcome: 'failed', code: 'notActivated' })),
  payment('07-14 14:20', 'jiading.caiwu1', makesSecondBatch),
  payment('07-14 15:20', 'jiading.caiwu2', proposes),
  payment('07-14 15:40', 'pudong.caiwu1', registers('pudong another', '31050166360000004417')),
  payment('07-14 15:50', 'nanxiang.caiwu1', registers('nanxiang another', '31050166360000008862')),
  writes('07-14 16:20', 'gongyequ.shenbao', 'batches', {
    kind: 'suggestion',
    words: '建议每批截止前三天提醒申报点，免得赶在最后一天一起报送。',
  }),
]
