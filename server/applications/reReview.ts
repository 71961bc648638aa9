/** 复核: what was declined is looked at again, once, by somebody else. And 转送: to the union where it belongs. */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { endOfDay, inChineseWithoutYear, shanghaiDate, UnknownYear } from '../../domain/dates.ts'
import type { FilingAuthority, Policy, StepKind } from '../../domain/policy.ts'
import { reReviewEndsOn } from '../../domain/policy.ts'
import type { Act } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import type { Trx } from '../db/open.ts'
import { attachEvidence } from '../files/file.ts'
import { routeOf } from '../organisations/organisation.ts'
import type { ActionBase, NewAction } from './actions.ts'
import { stepKindsOf } from './filing.ts'
import type { Standing } from './standing.ts'
import type { ActionRow } from './sql.ts'
import * as rows from './sql.ts'

/** The decline that a re-review looks at, or would look at. */
export const declineOf = (chain: readonly ActionRow[]): ActionRow | undefined =>
  chain.findLast(({ kind }) => kind === 'decline')

/** Why a re-review may not be asked for any more; undefined while it may. */
export function reReviewClosed(policy: Policy, declinedAt: Instant, now: Instant): Refused | undefined {
  try {
    const until = reReviewEndsOn(policy, declinedAt)
    return now < endOfDay(until) ? undefined : new Refused('re-review.too-late', { until: inChineseWithoutYear(until) })
  } catch (error) {
    if (error instanceof UnknownYear) return new Refused('re-review.calendar-missing', { year: error.year })
    throw error
  }
}

/** The last day for asking; undefined where that year's working days are not known. */
export function reReviewUntil(policy: Policy, declinedAt: Instant): PlainDate | undefined {
  try {
    return reReviewEndsOn(policy, declinedAt)
  } catch (error) {
    if (error instanceof UnknownYear) return undefined
    throw error
  }
}

/** @throws {Refused} re-review.*, file.missing */
export async function askedAgain(
  trx: Trx,
  policy: Policy,
  { row, chain }: Standing,
  base: ActionBase,
  { words, files }: Extract<Act, { kind: 'requestReReview' }>,
): Promise<NewAction> {
  const closed = reReviewClosed(policy, declineOf(chain)!.at as Instant, base.at)
  if (closed) throw closed
  if ((await rows.certificateStanding(trx, row.certificate_id, row.id)).taken)
    throw new Refused('re-review.certificate-taken')
  await attachEvidence(trx, base.accountId, files ?? [], { applicationId: row.id })
  return { ...base, kind: 'requestReReview', words }
}

/** @throws {Refused} redirect.* */
export async function redirected(
  trx: Trx,
  policy: Policy,
  { row }: Standing,
  base: ActionBase,
  { baseUnionId, words }: Extract<Act, { kind: 'redirect' }>,
): Promise<NewAction> {
  if (baseUnionId === row.base_union_id) throw new Refused('redirect.same-union')
  if (!(await routeOf(trx, baseUnionId, shanghaiDate(base.at)))) throw new Refused('redirect.no-union')
  return {
    ...base,
    kind: 'redirect',
    step: row.step as StepKind,
    steps: stepKindsOf(policy, row.filing_authority as FilingAuthority),
    redirect: { from: row.base_union_id, to: baseUnionId },
    words,
  }
}
