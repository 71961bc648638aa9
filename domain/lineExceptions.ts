/** Why final approval looks at a line of its list before the others (四.一.4). */
import type { EvidenceBasis } from './certificateEvidence.ts'
import type { PlainDate } from './dates.ts'
import { addDays } from './dates.ts'

export const lineExceptions = [
  'unmet', // the assessment still finds something that is not met
  'judged', // an open question was answered by a person, in words
  'alike', // a certificate that may be the same one stands elsewhere
  'reReviewed', // declined first, and taken up again after a re-review
  'overdue', // reviewed after its day
  'numberAsPrinted', // the number is not of a known form, and the worker says it is printed so
  'copies', // decided from copies
  'inquiry', // decided on the reply to a letter
] as const
export type LineException = (typeof lineExceptions)[number]

export const lineExceptionTitles: { readonly [E in LineException]: string } = {
  unmet: '评估还有不符合的',
  judged: '要人判断的，写明理由后通过',
  alike: '有相像的证书',
  reReviewed: '复核后改为通过',
  overdue: '复审逾期',
  numberAsPrinted: '编号不合规则，职工说就是这样印的',
  copies: '登记查不了，凭复印件认定',
  inquiry: '登记查不了，凭函询回函认定',
}

export type LineFacts = {
  readonly finding: 'allMet' | 'unknown' | 'unmet'
  readonly mayBeTheSame: boolean
  readonly reReviewed: boolean
  readonly numberAsPrinted: boolean
  readonly basis?: EvidenceBasis | undefined
  /** The second review, and when its batch was closed. */
  readonly reviewedOn?: PlainDate | undefined
  readonly batchClosedOn?: PlainDate | undefined
  /** Days for the second review after that, where the policy sets some. */
  readonly reviewDays?: number | undefined
}

export function exceptionsOf(facts: LineFacts): LineException[] {
  const { finding, basis, reviewedOn, batchClosedOn, reviewDays } = facts
  const due = batchClosedOn && reviewDays !== undefined ? addDays(batchClosedOn, reviewDays) : undefined
  const holds: { readonly [E in LineException]: boolean } = {
    unmet: finding === 'unmet',
    judged: finding === 'unknown',
    alike: facts.mayBeTheSame,
    reReviewed: facts.reReviewed,
    overdue: due !== undefined && reviewedOn !== undefined && reviewedOn > due,
    numberAsPrinted: facts.numberAsPrinted,
    copies: basis === 'copies',
    inquiry: basis === 'inquiry',
  }
  return lineExceptions.filter((each) => holds[each])
}
