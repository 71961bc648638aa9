/**
 * On what the service centre may decide a certificate (四.一.4): the skills authority's site; where no register shows it
 * (行业特有, 苏浙皖 without access), the copies the district sent on (四.一.3), or the reply to a letter of inquiry.
 */
import type { PlainDate } from './dates.ts'
import type { FilingAuthority } from './policy.ts'

export const evidenceBases = ['site', 'copies', 'inquiry'] as const
export type EvidenceBasis = (typeof evidenceBases)[number]

export const basisTitles: { readonly [B in EvidenceBasis]: string } = {
  site: '官网登记',
  copies: '复印件',
  inquiry: '函询',
}

/** What the city itself has on its site is checked there: copies alone do not do. */
export const basesFor = (authority: FilingAuthority): readonly EvidenceBasis[] =>
  authority === 'shanghai' ? ['site', 'inquiry'] : evidenceBases

export type Evidence = {
  readonly basis: EvidenceBasis
  readonly outcome: 'pass' | 'fail' | 'noData' | 'unavailable'
  /** The page as it was seen, or the reply as it came, is kept. */
  readonly isKept: boolean
  /** The letter, where it rests on one: sent, and answered. */
  readonly letter?: { readonly sentOn: PlainDate; readonly repliedOn: PlainDate } | undefined
}

/** Why this does not do; undefined where it does. */
export function evidenceProblem(
  authority: FilingAuthority,
  { basis, outcome, isKept, letter }: Evidence,
  today: PlainDate,
): 'act.basis-not-enough' | 'act.inquiry-missing' | 'act.register-missing' | undefined {
  if (!basesFor(authority).includes(basis)) return 'act.basis-not-enough'
  if (basis === 'inquiry') {
    const answered = letter && letter.repliedOn >= letter.sentOn && letter.repliedOn <= today
    // A letter that brings no answer stays open: it is no outcome.
    return answered && isKept && outcome !== 'unavailable' ? undefined : 'act.inquiry-missing'
  }
  return basis === 'site' && outcome === 'pass' && !isKept ? 'act.register-missing' : undefined
}
