/** Steps of corrections, recoveries and surplus that go back, for any order. */
import { randomUUID } from 'node:crypto'
import type { Answer, openCity, Who } from './city.ts'

type City = Awaited<ReturnType<typeof openCity>>
const id = () => randomUUID() as string
const clerks = ['jiading', 'minhang', 'jidian', 'base', 'jiading2', 'minhang2', 'jidian2', 'base2'] as const
const approvers = ['approver', 'approver2', 'twoHatsApprover'] as const

/** Who may do what; the clerks are those of the union that it is about. */
export const correctors: { readonly [step: string]: readonly Who[] } = {
  propose: [...clerks, ...approvers],
  confirmCorrection: [...approvers, ...clerks],
  refuseCorrection: [...approvers, ...clerks],
  recordRecovery: clerks,
  confirmRecovery: clerks,
  makeSurplus: [...clerks, 'centreFinance'],
  releaseSurplus: [...clerks, 'centreFinance2'],
  receiveSurplus: ['centreFinance', 'cityFinance', ...clerks],
}

const ofAward = 'join award w on w.id = c.award_id where'
const surplus = `select t.id, case when f.kind = 'serviceCentre' then null else t.from_id end as district_id, t.made_by, t.to_id
  from surplus_transfer t join organisation f on f.id = t.from_id where`
/** The rows each can be done to, and those for which it is due. */
export const toCorrect: { readonly [step: string]: readonly [string, string] } = {
  propose: [
    'select w.id, w.payer_id as district_id, w.stands_on from award w where',
    // what is released and at home still, then what was passed on: it has the longest way back
    `w.cancelled_at is null and (w.stands_on like 'worker:%' or exists (select from payout o where o.award_id = w.id
      and o.state = 'released')) order by w.stands_on like 'worker:%', w.payer_id = w.district_id`,
  ],
  confirmCorrection: [
    `select c.id, w.payer_id as district_id, c.proposed_by as made_by, c.kind from correction c ${ofAward}`,
    'c.confirmed_by is null and c.refused_by is null order by c.proposed_at',
  ],
  refuseCorrection: [
    `select c.id, w.payer_id as district_id, c.proposed_by as made_by from correction c ${ofAward}`,
    'false',
  ],
  recordRecovery: [
    `select c.id, w.payer_id as district_id from recovery c ${ofAward}`,
    'c.recorded_by is null order by c.opened_at',
  ],
  confirmRecovery: [
    `select c.id, w.payer_id as district_id, c.recorded_by as made_by from recovery c ${ofAward}`,
    'c.confirmed_by is null and c.recorded_by is not null order by c.opened_at',
  ],
  makeSurplus: [
    `select w.id, case when f.kind = 'serviceCentre' then null else f.id end as district_id from award w
      join organisation f on w.stands_on = 'surplus:' || f.id where`,
    `not exists (select from surplus_transfer_line l join surplus_transfer t on t.id = l.transfer_id
      where l.award_id = w.id and t.received_at is null and t.dropped_at is null)`,
  ],
  releaseSurplus: [surplus, 't.released_at is null and t.dropped_at is null order by t.made_at'],
  receiveSurplus: [surplus, 't.released_at is not null and t.received_at is null order by t.released_at'],
}

type Target = {
  id: string
  district_id?: string | null
  made_by?: string
  kind?: string
  stands_on?: string
  to_id?: string
}

/** The first of these people who did not do the step before; `spoilt`: just the first. */
const another = (city: City, people: readonly Who[], target: Target, spoilt: boolean): Who =>
  (!spoilt && people.find((who) => city.viewers[who].accountId !== target.made_by)) || people[0]!

export async function correct(
  city: City,
  step: string,
  target: Target,
  { own, n, spoilt, stranger }: { own: Who; n: number; spoilt: boolean; stranger?: Who | undefined },
): Promise<Answer> {
  const { put } = city
  const second = `${own}2` as Who
  const union: readonly Who[] = second in city.viewers ? [own, second] : [own]
  const atCentre = target.district_id === null
  const by = (people: readonly Who[]) => stranger ?? another(city, people, target, spoilt)
  switch (step) {
    case 'propose': {
      const kind = (['cancel', 'recordedWrongly', 'cancel', 'reinstate'] as const)[n % 4]!
      const who = stranger ?? (kind === 'reinstate' || n === 4 ? 'approver' : union[n % union.length]!)
      const cause = { cause: spoilt ? 'displaced' : 'undeliverable' }
      return put(who, `/corrections/${id()}`, {
        ...{ kind, awardId: target.id, words: '核实过，按来函办' },
        ...(kind === 'cancel' && cause),
      })
    }
    case 'confirmCorrection': {
      const people = target.kind === 'recordedWrongly' ? union : (['approver', 'approver2'] as const)
      return put(by(people), `/corrections/${target.id}/confirmation`)
    }
    case 'refuseCorrection':
      return put(by(['approver2', 'approver']), `/corrections/${target.id}/refusal`, { words: '没有依据' })
    case 'recordRecovery': {
      const who = stranger ?? union[n % union.length]!
      const scanFileId = await city.scan(who, 'payoutProof')
      return put(who, `/recoveries/${target.id}/receipts/${id()}`, {
        ...{ receivedOn: spoilt ? '2026-08-30' : '2026-08-20', voucherNumber: 'V', scanFileId },
      })
    }
    case 'confirmRecovery':
      return put(by(union), `/recoveries/${target.id}/confirmation`)
    case 'makeSurplus': {
      const who = stranger ?? (atCentre ? 'centreFinance' : own)
      return put(who, `/surplus-transfers/${id()}`, n % 2 === 0 ? {} : { awardIds: [target.id] })
    }
    case 'releaseSurplus': {
      const people = atCentre ? (['centreFinance', 'centreFinance2'] as const) : union
      return put(by(people), `/surplus-transfers/${target.id}/release`, { voucherNumber: 'S' })
    }
    default: {
      const receiver = (['jiading', 'centreFinance', 'cityFinance'] as const).find(
        (who) => city.viewers[who].organisation?.id === target.to_id,
      )
      const who = stranger ?? receiver ?? 'centreFinance'
      const receivedOn = spoilt ? '2026-08-19' : '2026-08-20'
      return put(who, `/surplus-transfers/${target.id}/receipt`, { receivedOn, receiptNumber: 'S' })
    }
  }
}
