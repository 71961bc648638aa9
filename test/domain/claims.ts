/** Claims that are in order, changes to them, and tables of what the engine makes of them. */
import assert from 'node:assert/strict'
import { assess } from '../../domain/assessment.ts'
import type { Assessment, Facts } from '../../domain/facts.ts'
import { instant, plainDate, type Instant } from '../../domain/dates.ts'
import { policy2026 } from './policy2026.ts'

export const policy = policy2026()
export const at = (text: string): Instant => instant(text) ?? assert.fail(text)
export const day = (text: string) => plainDate(text) ?? assert.fail(text)

export const found = { outcome: 'found', valid: true, holderMatches: true } as const
/** A 技师 of Shanghai with everything in order, by the unit. */
export const technician: Facts = {
  channel: 'unit',
  receivedAt: at('2026-07-10T10:00:00+08:00'),
  certificate: {
    level: 'technician',
    occupationCode: '6-18-01-01',
    occupationName: '车工',
    issuedOn: '2025-02-01',
    filingAuthority: 'shanghai',
    filed: true,
    number: 'S000031000099252000099',
  },
  membership: { member: true, shanghaiUnion: true, since: day('2020-05-01'), memberCard: 'valid' },
  payee: 'memberCard',
  materials: {
    applicationForm: true,
    idCopy: true,
    certificateCopy: true,
    cardCopy: true,
    unionSeal: true,
    hrSeal: false,
  },
  register: found,
  takenNumbers: [],
}
export type Change = Partial<Omit<Facts, 'certificate' | 'membership' | 'materials'>> & {
  certificate?: Partial<Facts['certificate']>
  membership?: Partial<Facts['membership']>
  materials?: Facts['materials']
}
export const but = (change: Change, base: Facts = technician): Facts => ({
  ...base,
  ...change,
  certificate: { ...base.certificate, ...change.certificate },
  membership: { ...base.membership, ...change.membership },
  materials: { ...base.materials, ...change.materials },
})
export const individual = but({ channel: 'individual' })
export const seniorWorker = but({
  certificate: {
    level: 'seniorWorker',
    occupationCode: '4-04-05-05',
    occupationName: '人工智能训练师',
    number: 'S000031000099253000099',
  },
})
export const onRoster = { onRoster: true, year: 2026, cityLevel: true, keyProject: true, certificateFromIt: true }
export const collective = but(
  {
    channel: 'collective',
    competition: onRoster,
    certificate: { occupationCode: '6-31-01-03', occupationName: '电工' },
  },
  seniorWorker,
)

/** Verdict, the reading it turns on, and where else it could go. */
export type Row = readonly [
  what: string,
  facts: Facts,
  verdict: Assessment['verdict'],
  extra?: { reading?: string; clause?: string; open?: readonly string[]; yuan?: number },
]
export function judged(rows: readonly Row[]) {
  for (const [what, facts, verdict, extra = {}] of rows) {
    const assessment = assess(policy, facts)
    const why = `${what}: ${assessment.findings
      .filter(({ outcome }) => outcome !== 'met')
      .map(({ says }) => says)
      .join('; ')}`
    assert.equal(assessment.verdict, verdict, why)
    if (extra.reading) assert.equal(assessment.reading, extra.reading, why)
    if (extra.clause) assert.ok(assessment.clauses.includes(extra.clause), `${why} [${assessment.clauses.join(' ')}]`)
    if (extra.open) assert.deepEqual(assessment.openChannels, extra.open, why)
    if (extra.yuan !== undefined) assert.equal(assessment.amountFen, extra.yuan * 100, why)
  }
}
