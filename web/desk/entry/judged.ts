/** What stands in the way of a row, as the server will judge it: anew with every change, in the browser. */
import { entryProblems } from '../../../contract/entryCheck.ts'
import type { FieldError } from '../../../contract/errors.ts'
import { factsOf } from '../../../contract/facts.ts'
import { normalisedForm, typedProblems } from '../../../contract/formCheck.ts'
import { consentDayProblem } from '../../../contract/entryCheck.ts'
import { normaliseNumber } from '../../../domain/certificateNumber.ts'
import { assess } from '../../../domain/assessment.ts'
import type { Instant, PlainDate } from '../../../domain/dates.ts'
import { shanghaiDate } from '../../../domain/dates.ts'
import type { Assessment } from '../../../domain/facts.ts'
import type { Policy } from '../../../domain/policy.ts'
import type { Row } from './sheet.ts'
import { openSheets } from './sheet.ts'

export type Judged = {
  /** Everything that keeps it from being filed. */
  readonly problems: readonly FieldError[]
  /** Of these, what is wrong with something that was typed: shown in its cell. */
  readonly typed: ReadonlyMap<string, string>
  readonly assessment: Assessment
  /** Ready to be filed. */
  readonly ready: boolean
}

export function judged(row: Row, policy: Policy, now: Instant, twin: string | undefined): Judged {
  const today: PlainDate = shanghaiDate(now)
  const form = normalisedForm(row.form, today)
  const assessment = assess(policy, factsOf(form, { channel: 'unit', receivedAt: now }))
  const twice = twin
    ? [{ field: 'certificateNumber', says: `编号与${twin}的一样。一张证书只录一次，改编号或删一行。` }]
    : []
  const pasted = Object.entries(row.wrong).map(([field, says]) => ({ field, says }))
  const answered = typeof row.filing === 'object' ? row.filing.fields : []
  const inCells = [
    ...answered,
    ...pasted,
    ...typedProblems(form, today),
    ...consentDayProblem(row.paper, today),
    ...twice,
  ]
  const all = [...pasted, ...entryProblems(form, row.paper, policy, today), ...twice]
  const problems = all.filter(({ field }, at) => all.findIndex((other) => other.field === field) === at)
  return {
    problems,
    typed: new Map(inCells.map(({ field, says }) => [field, says])),
    assessment,
    ready: problems.length === 0 && assessment.verdict !== false,
  }
}

/** By row: who else has the same certificate number, in this sheet or another that was opened. */
export function twins(rows: readonly Row[]): ReadonlyMap<string, string> {
  const all = [
    ...new Map([...openSheets().flatMap((sheet) => sheet.rows()), ...rows].map((row) => [row.id, row])).values(),
  ]
  const numberOf = ({ form }: Row) => normaliseNumber(form.certificateNumber ?? '')
  const byNumber = Map.groupBy(all, numberOf)
  return new Map(
    rows.flatMap((row) => {
      const others = numberOf(row) ? byNumber.get(numberOf(row))!.filter(({ id }) => id !== row.id) : []
      return others.length > 0 ? [[row.id, others[0]!.form.name || '另一行'] as const] : []
    }),
  )
}
