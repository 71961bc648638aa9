/** What anybody may try with the money, one step after the other: each on the real system, by somebody who may or may not. */
import { randomInt, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { PayoutBatchDetail, PayoutLines } from '../../contract/payouts.ts'
import type { PlainDate } from '../../domain/dates.ts'
import type { FailureCode } from '../../domain/payout.ts'
import type { Answer, openCity, Who } from './city.ts'
import { correct, correctors, toCorrect } from './correcting.ts'
import {
  answersTo,
  askPayeeCode,
  card,
  makeBatch,
  payeeCodeOnPhone,
  releaseBatch,
  typeResult,
  uploadAnswers,
} from './paying.ts'

type City = Awaited<ReturnType<typeof openCity>>
const id = () => randomUUID() as string
const unions = ['jiading', 'minhang', 'jidian'] as const
const clerks = ['jiading', 'minhang', 'jidian', 'base', 'jiading2', 'minhang2', 'jidian2', 'base2'] as const

/** Who may do what; now and then somebody else tries. */
const suited: { readonly [step: string]: readonly Who[] } = {
  file: ['officer'],
  sendBack: ['approver'],
  list: ['verifier', 'verifier2', 'twoHatsVerifier'],
  approve: ['approver', 'approver2', 'twoHatsApprover'],
  fund: ['cityFinance', 'cityFinance2', 'twoHatsCityFinance'],
  releaseFunding: ['cityFinance', 'cityFinance2', 'twoHatsCityFinance'],
  issue: ['centreFinance', 'centreFinance2'],
  confirm: unions,
  allocate: ['centreFinance', 'centreFinance2'],
  releaseAllocation: ['centreFinance', 'centreFinance2'],
  receive: unions,
  takeOff: ['centreFinance', 'centreFinance2'],
  passOn: clerks,
  releaseOnward: clerks,
  dropOnward: clerks,
  receiveOnward: ['base', 'base2'],
  batch: clerks,
  removeLine: clerks,
  dropBatch: clerks,
  releaseBatch: clerks,
  download: clerks,
  results: clerks,
  result: clerks,
  proposeAccount: ['worker'],
  answerAccount: clerks,
  ...correctors,
}
/**
 * `step` of `suited`, or `due` for one that is due somewhere; `who` of those it suits, or, as a `stranger`, of everybody;
 * `at`: 0 where it is due, otherwise anywhere; `spoilt`: with something wrong.
 */
export type Step = { step: string; who: number; stranger: boolean; at: number; spoilt: boolean }
export const anyStep: fc.Arbitrary<Step> = fc.record({
  // what is due somewhere, or anything
  step: fc.oneof(fc.constant('due'), fc.constantFrom(...Object.keys(suited))),
  who: fc.nat(5),
  stranger: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  // 0: where the step is due
  at: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.nat(5), weight: 1 }),
  spoilt: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
})

/** What each step is done to: the rows it can be done to, and those for which it is due, the first first. */
const list = 'select l.id from approval_list l where'
const notice = `select n.*, (select min(w.id::text) from award w where w.notice_id = n.id) as award_id from allocation_notice n
  left join disbursement_confirmation c on c.notice_id = n.id left join transfer t on t.notice_id = n.id
  left join transfer_receipt r on r.transfer_id = t.id where`
const transfer = 'select t.id from transfer t left join disbursement_confirmation c on c.notice_id = t.notice_id where'
const onward = `select t.id, t.from_id as district_id, t.made_by from transfer t where t.kind = 'onward' and`
const award = 'select w.id, w.application_id, w.payer_id as district_id from award w where'
const batch = `select b.id, b.payer_id as district_id, b.made_by, b.released_at from payout_batch b where`
const payout = `select p.id, p.state, b.id as batch_id, b.payer_id as district_id from payout p join payout_batch b on b.id = p.batch_id where`
/** Given back by the bank, and somebody has confirmed which account it is paid to now. */
const mended = `w.stands_on like 'bounced:%' and exists (select from payee_change c join payout p on p.id = c.payout_id
  where c.award_id = w.id and c.confirmed_by is not null
    and p.attempt = (select max(q.attempt) from payout q where q.award_id = w.id and q.state <> 'cancelled'))`
const targets: { readonly [step: string]: readonly [string, string] } = {
  approve: [list, 'l.approved_at is null and l.replaced_by is null order by l.made_at'],
  fund: [
    list,
    `l.approved_at is not null and not exists (select from transfer t where t.approval_list_id = l.id and t.kind = 'funding')`,
  ],
  releaseFunding: [transfer, `t.kind = 'funding' and t.released_at is null`],
  issue: [
    'select l.id, (select count(*)::int from allocation_notice n where n.approval_list_id = l.id) as issued from approval_list l where',
    `l.approved_at is not null and exists (select from approval_line i join award w on w.application_id = i.application_id
      where i.list_id = l.id and w.notice_id is null and w.cancelled_at is null)`,
  ],
  confirm: [notice, 'c.place is null and n.replaced_by is null and n.ended_at is null'],
  takeOff: [notice, 'n.line_count > 1 and n.replaced_by is null and t.id is null order by n.issued_at'],
  allocate: [
    notice,
    'c.place is not null and t.id is null and n.replaced_by is null and n.ended_at is null order by c.place',
  ],
  releaseAllocation: [transfer, `t.kind = 'allocation' and t.released_at is null order by c.place`],
  receive: [notice, 't.released_at is not null and r.received_on is null'],
  passOn: [
    award,
    `w.stands_on = 'union:' || w.payer_id and w.payer_id = w.district_id and w.received_on is not null
      and not exists (select from transfer_line l join transfer t on t.id = l.transfer_id where l.award_id = w.id and t.dropped_at is null)
      and not exists (select from payout p where p.award_id = w.id and p.state = 'made')`,
  ],
  releaseOnward: [onward, 't.released_at is null and t.dropped_at is null order by t.made_at'],
  dropOnward: [onward, 'false'],
  receiveOnward: [
    onward,
    't.released_at is not null and not exists (select from transfer_receipt r where r.transfer_id = t.id)',
  ],
  batch: [award, `w.stands_on = 'union:' || w.payer_id and w.received_on is not null or ${mended}`],
  removeLine: [payout, `p.state = 'made' order by b.made_at`],
  dropBatch: [batch, 'b.released_at is null and b.dropped_at is null order by b.made_at'],
  releaseBatch: [batch, 'b.released_at is null and b.dropped_at is null order by b.made_at'],
  download: [
    batch,
    `b.released_at is not null and not exists (select from pay_file f where f.batch_id = b.id) order by b.made_at`,
  ],
  results: [
    batch,
    `exists (select from payout p where p.batch_id = b.id and p.state in ('sent', 'unknown')) order by b.made_at`,
  ],
  result: [payout, `p.state in ('sent', 'unknown', 'settled') order by p.state = 'settled', b.made_at`],
  proposeAccount: [
    award,
    `w.stands_on like 'bounced:%' and w.cancelled_at is null and not (${mended})
      and not exists (select from payee_change c where c.award_id = w.id and c.confirmed_by is null and c.refused_by is null)`,
  ],
  answerAccount: [
    'select c.id, w.payer_id as district_id from payee_change c join award w on w.id = c.award_id where',
    'c.confirmed_by is null and c.refused_by is null order by c.proposed_at',
  ],
  ...toCorrect,
}
type Target = {
  id: string
  district_id?: string
  line_count?: number
  total_fen?: number
  receiving_account_tail?: string
  batch_id?: string
  made_by?: string
  award_id?: string
  application_id?: string
  issued?: number
}
async function targetOf(city: City, step: string, at: number): Promise<Target> {
  const [all, due] = targets[step]!
  const { rows: found } = await city.owner.query<Target>(`${all} ${at === 0 ? due : 'true'}`)
  return found[(at * 7) % Math.max(found.length, 1)] ?? { id: id() }
}

const ofUnion = (city: City, organisationId: string | undefined): Who =>
  ([...unions, 'base'] as const).find((union) => city.organisations[union].id === organisationId) ?? 'jiading'

/** One of the steps that are due somewhere now. */
async function dueStep(city: City, n: number): Promise<string> {
  const due: string[] = []
  for (const [step, [all, isDue]] of Object.entries(targets))
    if ((await city.owner.query(`select from (${all} ${isDue}) t limit 1`)).rowCount) due.push(step)
  return due[n % Math.max(due.length, 1)] ?? 'file'
}

/** @returns undefined where nothing was asked of the system */
export async function take(city: City, chosen: Step): Promise<Answer | undefined> {
  const { put } = city
  const { who: n, stranger, at, spoilt } = chosen
  const step = chosen.step === 'due' ? await dueStep(city, at * 7 + n) : chosen.step
  const people = stranger ? (Object.keys(city.viewers) as Who[]) : suited[step]!
  const who = people[n % people.length]!
  if (step === 'file') {
    const levels = spoilt ? (['technician'] as const) : (['technician', 'seniorWorker'] as const)
    await city.waiting(unions[n % 3]!, [...levels], n === 5 ? 'twoHatsVerifier' : 'verifier')
    return undefined
  }
  if (step === 'sendBack') {
    const { rows } = await city.owner.query<{ id: string }>(
      `select id from application where step = 'finalApproval' order by received_at desc, id limit 1`,
    )
    if (rows[0] && spoilt) await city.sendBackAndAgain(rows[0].id)
    return undefined
  }
  if (step === 'list') return put(who, `/approval-lists/${id()}`)
  const target = await targetOf(city, step, at)
  const own = stranger ? who : ofUnion(city, target.district_id)
  if (step in correctors) return correct(city, step, target, { own, n, spoilt, stranger: stranger ? who : undefined })
  switch (step) {
    case 'approve':
      return put(who, `/approval-lists/${target.id}/approval`, { documentNumber: `沪工〔2026〕${n}号` })
    case 'issue':
      return put(who, `/approval-lists/${target.id}/allocation`, { issuedBefore: target.issued ?? 0 })
    case 'fund':
      return put(who, `/transfers/${id()}`, { kind: 'funding', subjectId: target.id, voucherNumber: 'F' })
    case 'allocate':
      return put(who, `/transfers/${id()}`, { kind: 'allocation', subjectId: target.id, voucherNumber: 'A' })
    case 'releaseFunding':
    case 'releaseAllocation':
      return put(who, `/transfers/${target.id}/release`)
    case 'confirm': {
      const {
        line_count: lineCount = 1,
        total_fen: totalFen = 1,
        receiving_account_tail: accountTail = '0000',
      } = target
      const body = await city.confirmation(own, {
        lineCount,
        totalFen: spoilt ? totalFen + 100 : totalFen,
        accountTail,
      })
      return put(own, `/allocation-notices/${target.id}/confirmation`, body)
    }
    case 'receive': {
      const receivedOn = spoilt ? '2026-08-30' : '2026-08-20'
      return put(own, `/allocation-notices/${target.id}/receipt`, await city.receipt(own, receivedOn))
    }
    case 'takeOff': {
      const takeOff = target.award_id ? [target.award_id] : []
      return put(who, `/allocation-notices/${target.id}/reissue/${id()}`, { takeOff, words: '单位来函撤回。' })
    }
    case 'passOn': {
      const body = { unionId: city.organisations.base.id, awardIds: [target.id], voucherNumber: 'O' }
      return put(stranger ? who : clerkOf(own, n), `/onward-transfers/${id()}`, body)
    }
    case 'releaseOnward':
      return put(stranger ? who : another(city, own, target), `/onward-transfers/${target.id}/release`)
    case 'dropOnward':
      return put(own, `/onward-transfers/${target.id}/drop`)
    case 'receiveOnward':
      return put(who, `/onward-transfers/${target.id}/receipt`, await city.receipt(who))
    default:
      return pay(city, { ...chosen, step }, target, own)
  }
}

/** One of a union's two clerks, or somebody else. */
const clerkOf = (own: Who, n: number): Who =>
  n > 2 && (clerks as readonly Who[]).includes(`${own}2` as Who) ? (`${own}2` as Who) : own
/** The clerk of the union who did not do the step before. */
const another = (city: City, own: Who, { made_by: madeBy }: Target): Who =>
  city.viewers[own].accountId === madeBy ? clerkOf(own, 5) : own

const failures: readonly FailureCode[] = ['payerFunds', 'notActivated', 'nameMismatch', 'accountClosed']

/** What came back by a typed word is let go by whoever releases the batch, if they may. */
async function looksAndReleases(city: City, who: Who, batchId: string): Promise<Answer> {
  const { status, body } = await city.get(who, `/payout-batches/${batchId}`)
  const { stopped } = status === 200 ? (body as PayoutBatchDetail) : { stopped: [] }
  const typed = stopped.filter(({ stops }) => stops.includes('typedBack'))
  const accept = typed.map(({ payoutId }) => ({ payoutId, stop: 'typedBack', words: '看过回单' }))
  return releaseBatch(city, who, batchId, accept)
}

/** The steps of paying workers. */
async function pay(city: City, { step, who: n, spoilt, at }: Step, target: Target, own: Who): Promise<Answer> {
  const who = clerkOf(own, n)
  const { put } = city
  const at20 = '2026-08-20' as PlainDate
  switch (step) {
    case 'batch':
      return makeBatch(city, who, spoilt ? { awardIds: [target.id] } : {})
    case 'removeLine':
      return put(who, `/payout-batches/${target.batch_id ?? id()}/removals/${id()}`, { payoutIds: [target.id] })
    case 'dropBatch':
      return spoilt ? put(who, `/payout-batches/${target.id}/drop`) : { status: 200, body: undefined }
    case 'releaseBatch':
      return looksAndReleases(city, spoilt ? who : another(city, own, target), target.id)
    case 'download':
      return city.call(who, 'PUT', `/payout-batches/${target.id}/downloads/${id()}`, { part: 1 })
    case 'results': {
      const answer = await city.get(who, `/payout-batches/${target.id}/lines`)
      if (answer.status !== 200) return answer
      const { lines } = answer.body as PayoutLines
      const of = lines.filter((line) => spoilt || line.state === 'sent' || line.state === 'unknown')
      const answers = await answersTo(city, of, ({ line }) => {
        const outcome = (['settled', 'settled', 'failed', 'settled', 'unknown', 'bounced'] as const)[(line + at) % 6]!
        const code = failures[(line + n) % failures.length]!
        return { outcome, on: at20, ...((outcome === 'failed' || outcome === 'bounced') && { code }) }
      })
      if (answers.length === 0) return answer
      return uploadAnswers(city, who, target.id, answers)
    }
    case 'proposeAccount': {
      const by = n === 5 ? 'stranger' : 'worker'
      const application = target.application_id ?? id()
      const account = spoilt
        ? { account: 'same' }
        : { account: 'another', payee: 'memberCard', accountNumber: card(randomInt(1e9)) }
      const asked = await askPayeeCode(city, application)
      if (asked.status !== 200) return asked
      const code = await payeeCodeOnPhone(city)
      return put(by, `/applications/${application}/payee-changes/${id()}`, { ...account, code })
    }
    case 'answerAccount':
      return spoilt
        ? put(who, `/payee-changes/${target.id}/refusal`, { words: '不是本人的卡。' })
        : put(who, `/payee-changes/${target.id}/confirmation`)
    default: {
      const outcome = spoilt || n === 5 ? 'bounced' : (['settled', 'failed', 'unknown'] as const)[n % 3]!
      const code = failures[(at + n) % failures.length]!
      return typeResult(city, who, target.id, {
        ...{ outcome, on: at20 },
        ...((outcome === 'failed' || outcome === 'bounced') && { code }),
      })
    }
  }
}
