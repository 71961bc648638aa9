/** What keeps an entered form from being filed beside what keeps any form: the consent on paper. No zod here. */
import type { PlainDate } from '../domain/dates.ts'
import { daysBetween, plainDate } from '../domain/dates.ts'
import type { Policy } from '../domain/policy.ts'
import type { PaperConsent } from './entries.ts'
import type { FieldError } from './errors.ts'
import type { DraftForm } from './form.ts'
import { formProblems } from './formCheck.ts'

export const entryLimits = {
  /** Rows of one union that wait to be filed. */
  rowsOfUnion: 200,
  /** Wrong answers in 24 hours, after which nothing is looked up; the database counts the same (`link_entered`). */
  linkTries: 5,
} as const

/** The day on which the consent was signed, as far as one is typed. */
export function consentDayProblem({ consentedOn }: PaperConsent, today: PlainDate): FieldError[] {
  if (!consentedOn) return []
  const day = plainDate(consentedOn)
  if (!day) return [{ field: 'consentedOn', says: '没有这一天，请对照纸上的日期再填。' }]
  return daysBetween(today, day) > 0 ? [{ field: 'consentedOn', says: '这一天还没到，请对照纸上的日期再填。' }] : []
}

/** Everything that keeps a row from being filed, in the order of the form; the paper's own last. */
export function entryProblems(form: DraftForm, paper: PaperConsent, policy: Policy, today: PlainDate): FieldError[] {
  const onScreen = formProblems(form, policy, today)
  return [
    ...onScreen.map((problem) => onPaper(problem, policy)),
    ...(paper.consentedOn ? [] : [{ field: 'consentedOn', says: '还没有填同意书上的日期。' }]),
    ...consentDayProblem(paper, today),
    ...(paper.scanId ? [] : [{ field: 'scan', says: '还没有上传同意书，或盖章的申请表。' }]),
  ]
}

/** The worker reads and signs; who types ticks what is signed. */
function onPaper(problem: FieldError, policy: Policy): FieldError {
  if (problem.field === 'declared') return { ...problem, says: '对照纸上，勾上职工签过的承诺。' }
  const consent = policy.form.consents.find(({ id }) => problem.field === `consents.${id}`)
  return consent ? { ...problem, says: `对照纸上，勾上“${consent.title}”。` } : problem
}
