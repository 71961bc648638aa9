/** Any order of steps by any people: the money always adds up, and no rule is ever passed over. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LedgerView } from '../../contract/payments.ts'
import { inScope } from '../../server/db/open.ts'
import { holds, verifyLedger } from '../../server/ledger/ledger.ts'
import type { PayoutLines } from '../../contract/payouts.ts'
import type { PlainDate } from '../../domain/dates.ts'
import type { FailureCode } from '../../domain/payout.ts'
import { type Answer, openCity, type Who } from './city.ts'
import { correct, correctors, toCorrect } from './correcting.ts'
import { answersTo, makeBatch, releaseBatch, uploadAnswers } from './paying.ts'

const city = await openCity()
const { put, get, done } = city
const id = () => randomUUID() as string
const unions = ['jiading', 'minhang', 'jidian'] as const
const clerks = ['jiading', 'minhang', 'jidian', 'jiading2', 'minhang2', 'jidian2'] as const
const everybody = Object.keys(city.viewers) as Who[]

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
  batch: clerks,
  removeLine: clerks,
  dropBatch: clerks,
  releaseBatch: clerks,
  download: clerks,
  results: clerks,
  result: clerks,
  ...correctors,
}
type Step = { step: string; who: number; stranger: boolean; at: number; spoilt: boolean }
const anyStep: fc.Arbitrary<Step> = fc.record({
  // what is due somewhere, or anything
  step: fc.oneof(fc.constant('due'), fc.constantFrom(...Object.keys(suited))),
  who: fc.nat(5),
  stranger: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  // 0: where the step is due
  at: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.nat(5), weight: 1 }),
  spoilt: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
})

const rows = async (text: string) => (await city.owner.query(text)).rows

/** What each step is done to: the rows it can be done to, and those for which it is due, the first first. */
const list = 'select l.id from approval_list l where'
const notice =
  'select n.* from allocation_notice n left join disbursement_confirmation c on c.notice_id = n.id left join transfer t on t.notice_id = n.id left join transfer_receipt r on r.transfer_id = t.id where'
const transfer = 'select t.id from transfer t left join disbursement_confirmation c on c.notice_id = t.notice_id where'
const award = 'select w.id, w.district_id from award w where'
const batch = `select b.id, b.payer_id as district_id, b.made_by, b.released_at from payout_batch b where`
const payout = `select p.id, p.state, b.id as batch_id, b.payer_id as district_id from payout p join payout_batch b on b.id = p.batch_id where`
const targets: { readonly [step: string]: readonly [string, string] } = {
  approve: [list, 'l.approved_at is null and l.replaced_by is null order by l.made_at'],
  fund: [
    list,
    `l.approved_at is not null and not exists (select from transfer t where t.approval_list_id = l.id and t.kind = 'funding')`,
  ],
  releaseFunding: [transfer, `t.kind = 'funding' and t.released_at is null`],
  issue: [
    list,
    'l.approved_at is not null and not exists (select from allocation_notice n where n.approval_list_id = l.id)',
  ],
  confirm: [notice, 'c.place is null'],
  allocate: [notice, 'c.place is not null and t.id is null order by c.place'],
  releaseAllocation: [transfer, `t.kind = 'allocation' and t.released_at is null order by c.place`],
  receive: [notice, 't.released_at is not null and r.received_on is null'],
  batch: [award, `w.stands_on = 'union:' || w.payer_id and w.received_on is not null`],
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
  result: [payout, `p.state in ('sent', 'unknown', 'settled') order by b.made_at`],
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
}
async function targetOf(step: string, at: number): Promise<Target> {
  const [all, due] = targets[step]!
  const found = await rows(`${all} ${at === 0 ? due : 'true'}`)
  return found[(at * 7) % Math.max(found.length, 1)] ?? { id: id() }
}

const ofUnion = (districtId: string | undefined): Who =>
  unions.find((union) => city.districts[union].id === districtId) ?? 'jiading'

/** One of the steps that are due somewhere now. */
async function dueStep(n: number): Promise<string> {
  const due: string[] = []
  for (const [step, [all, isDue]] of Object.entries(targets))
    if ((await rows(`select from (${all} ${isDue}) t limit 1`)).length > 0) due.push(step)
  return due[n % Math.max(due.length, 1)] ?? 'file'
}

async function take(chosen: Step): Promise<Answer | undefined> {
  const { who: n, stranger, at, spoilt } = chosen
  const step = chosen.step === 'due' ? await dueStep(at * 3 + n) : chosen.step
  const people = stranger ? everybody : suited[step]!
  const who = people[n % people.length]!
  if (step === 'file') {
    const levels = spoilt ? (['technician'] as const) : (['technician', 'seniorWorker'] as const)
    await city.waiting(unions[n % 3]!, [...levels], n === 5 ? 'twoHatsVerifier' : 'verifier')
    return undefined
  }
  if (step === 'sendBack') {
    const [waiting] = await rows(
      `select id from application where step = 'finalApproval' order by received_at desc, id limit 1`,
    )
    if (waiting && spoilt) await city.sendBackAndAgain(waiting.id)
    return undefined
  }
  if (step === 'list') return put(who, `/approval-lists/${id()}`)
  const target = await targetOf(step, at)
  const own = stranger ? who : ofUnion(target.district_id)
  if (step in correctors) return correct(city, step, target, { own, n, spoilt, stranger: stranger ? who : undefined })
  switch (step) {
    case 'approve':
      return put(who, `/approval-lists/${target.id}/approval`, { documentNumber: `沪工〔2026〕${n}号` })
    case 'issue':
      return put(who, `/approval-lists/${target.id}/allocation`)
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
    default:
      return pay({ ...chosen, step }, target, own)
  }
}

/** One of a union's two clerks, or somebody else. */
function clerkOf(own: Who, n: number): Who {
  const second = `${own}2` as Who
  return n > 2 && second in city.viewers ? second : own
}

const failures: readonly FailureCode[] = ['payerFunds', 'notActivated', 'nameMismatch', 'accountClosed']

/** The steps of paying workers. */
async function pay({ step, who: n, spoilt, at }: Step, target: Target, own: Who): Promise<Answer> {
  const who = clerkOf(own, n)
  const at20 = '2026-08-20' as PlainDate
  switch (step) {
    case 'batch':
      return makeBatch(city, who, spoilt ? { awardIds: [target.id] } : {})
    case 'removeLine':
      return put(who, `/payout-batches/${target.batch_id ?? id()}/removals/${id()}`, { payoutIds: [target.id] })
    case 'dropBatch':
      return spoilt ? put(who, `/payout-batches/${target.id}/drop`) : { status: 200, body: undefined }
    case 'releaseBatch': {
      const made = Object.values(city.viewers).find(({ accountId }) => accountId === target.made_by)?.name
      const other = made === own ? clerkOf(own, 5) : own
      return releaseBatch(city, spoilt ? who : other, target.id)
    }
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
    default: {
      const outcome = spoilt || n === 5 ? 'bounced' : (['settled', 'failed', 'unknown'] as const)[n % 3]!
      const code = failures[at % failures.length]!
      return put(who, `/payouts/${target.id}/results/${id()}`, {
        ...{ outcome, on: at20 },
        ...((outcome === 'failed' || outcome === 'bounced') && { code }),
      })
    }
  }
}

async function everythingAddsUp() {
  const body = await done<LedgerView>(get('auditor', '/ledger'))
  assert.ok(holds(body.identity))
  assert.deepEqual(body.identity, body.records)
  for (const union of body.byUnion) assert.ok(holds(union))
  const [broken] = await rows(`
    select (select count(*) from transfer where made_by = released_by) as both_made_and_released,
      (select count(*) from approval_list where made_by = approved_by) as both_listed_and_approved,
      (select count(*) from (select account_id, application_id from duty group by 1, 2 having count(*) > 1) d) as two_duties,
      (select count(*) from (select certificate_id from award group by 1 having count(*) > 1) c) as two_awards,
      (select count(*) from disbursement_confirmation c join transfer t on t.notice_id = c.notice_id
        join disbursement_confirmation e on e.place < c.place left join transfer u on u.notice_id = e.notice_id
        where u.id is null or t.released_at is not null and u.released_at is null) as passed_over,
      (select coalesce(max(place), 0) - count(*) from disbursement_confirmation) as places_missing,
      (select count(*) from payout p join award w on w.id = p.award_id where p.paid_on < w.received_on) as paid_too_early,
      (select count(*) from correction where proposed_by = confirmed_by) as both_proposed_and_confirmed,
      (select count(*) from recovery where recorded_by = confirmed_by) as both_recorded_and_confirmed,
      (select count(*) from surplus_transfer where made_by = released_by) as both_made_and_released_surplus,
      (select count(*) from payout p join recovery r on r.award_id = p.award_id
        where r.confirmed_by is null and p.state in ('made', 'released', 'sent', 'unknown')
          and not exists (select from payout_result x where x.payout_id = p.id and x.outcome in ('settled', 'bounced'))) as paid_while_recovered,
      (select count(*) from payout_batch where made_by = released_by) as both_made_and_released_batch,
      (select count(*) from (select award_id from payout
        where state in ('made', 'released', 'sent', 'unknown', 'settled') group by 1 having count(*) > 1) d) as two_payouts,
      (select count(*) from award w where w.application_id is not null and (select coalesce(sum(p.amount_fen), 0) from payout p
        where p.award_id = w.id and p.state = 'settled') > w.amount_fen) as paid_twice,
      (select count(*) from payout p join payout o on o.award_id = p.award_id and o.attempt = p.attempt - 1
        where p.follows is distinct from o.id) as unlinked`)
  await modelAgrees()
  for (const [what, count] of Object.entries(broken!)) assert.equal(count, 0, what)
}

/** Where an award's money has to be, told by its payouts' results and its notice alone, in a model of its own. */
async function modelAgrees() {
  const awards = await rows(`select w.id, w.stands_on, a.state, w.notice_id is not null as named,
      (select released_at from transfer t where t.notice_id = w.notice_id) is not null as transferred,
      (select c.kind from correction c where c.award_id = w.id and c.confirmed_by is not null and c.kind <> 'recordedWrongly'
        and not exists (select from recovery r where r.correction_id = c.id and r.confirmed_by is null)
        order by c.confirmed_at desc limit 1) as corrected,
      exists (select from transfer f join approval_line i on i.list_id = f.approval_list_id
        where f.kind = 'funding' and f.released_at is not null and i.application_id = w.application_id
        and f.released_at > coalesce((select max(c.confirmed_at) from correction c where c.award_id = w.id and c.kind = 'reinstate'), 0)) as funded,
      (select json_agg(r.outcome order by r.recorded_at, r.id) from payout_result r where r.payout_id = l.id) as words,
      l.state as last
    from award w join application a on a.id = w.application_id left join lateral (select p.* from payout p
      where p.award_id = w.id and p.state not in ('made', 'cancelled') and p.attempt > w.attempts_before order by p.attempt desc limit 1) l on true`)
  for (const each of awards) {
    if (each.corrected === 'cancel') {
      assert.equal(each.state, 'cancelled', JSON.stringify(each))
      assert.match(each.stands_on, /^surplus:|^cancelled$/)
      continue
    }
    const [place, state] = expected(each)
    assert.deepEqual([String(each.stands_on).split(':')[0], each.state], [place, state], JSON.stringify(each))
  }
}

/** The place and the application's state. */
function expected(award: {
  last: string | null
  transferred: boolean
  funded: boolean
  named: boolean
}): [string, string] {
  switch (award.last) {
    case 'settled':
      return ['worker', 'paid']
    case 'failed':
    case 'bounced':
      return ['bounced', 'bounced']
    case null:
      break
    default:
      // paid again after it was given back: the worker sees that until it is settled
      return ['payment', (award as { state?: string }).state === 'bounced' ? 'bounced' : 'awarded']
  }
  const named = award.named ? 'awarded' : 'approved'
  return [award.transferred ? 'union' : award.funded ? 'serviceCentre' : 'committed', named]
}

/** The straight way once, so that what comes after in any order always finds money at every place. */
const straight: readonly [step: string, who: number][] = [
  ['file', 0],
  ['list', 1],
  ['approve', 0],
  ['fund', 0],
  ['releaseFunding', 1],
  ['issue', 0],
  ['confirm', 0],
  ['allocate', 0],
  ['releaseAllocation', 1],
  ['receive', 0],
  ['batch', 0],
  ['releaseBatch', 3],
  ['download', 0],
  ['results', 0],
  ['propose', 0],
  ['confirmCorrection', 0],
  ['recordRecovery', 0],
  ['confirmRecovery', 0],
  ['makeSurplus', 0],
  ['releaseSurplus', 0],
  ['receiveSurplus', 0],
  ['makeSurplus', 0],
  ['releaseSurplus', 0],
  ['receiveSurplus', 0],
]

test('any order of steps by any people', async () => {
  for (const [step, who] of straight) {
    const answer = await take({ step, who, stranger: false, at: 0, spoilt: false })
    assert.ok(!answer || answer.status === 200, `${step}: ${JSON.stringify(answer)}`)
    await everythingAddsUp()
  }
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 60, maxLength: 60 }), async (steps) => {
      for (const step of steps) {
        const answer = await take(step)
        assert.ok(!answer || answer.status < 500, JSON.stringify(answer))
        await everythingAddsUp()
      }
      const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) =>
        verifyLedger(trx, city.secrets),
      )
      assert.ok('total' in verified, JSON.stringify(verified))
    }),
    // one history that goes on: a smaller one would not repeat what went wrong
    { numRuns: 6, endOnFailure: true },
  )
  // what was reached, whatever became of it then
  const heard = (await rows('select distinct outcome from payout_result')).map((row) => row.outcome as string)
  for (const outcome of ['settled', 'failed']) assert.ok(heard.includes(outcome), JSON.stringify(heard))
})
