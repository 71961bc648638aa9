/** What was answered in a box of the form, as its choices name it, and which boxes are asked. */
import type { DraftView } from '../../../contract/applications.ts'
import type { DraftForm } from '../../../contract/form.ts'
import type { FormField, FormStep } from '../../../domain/policy.ts'

type Key = Exclude<keyof DraftForm, 'files' | 'consents'>

export function chosen(form: DraftForm, key: string): string | undefined {
  const value = form[key as Key]
  return value === undefined || value === '' ? undefined : String(value)
}
export const isAsked = (rule: FormField, form: DraftForm): boolean =>
  !rule.onlyIf || chosen(form, rule.onlyIf.field) === rule.onlyIf.value

/** The boxes of a step that are asked, given what was answered so far. */
export const fieldsOf = (step: FormStep, form: DraftForm) =>
  step.fields.filter(
    (rule) => isAsked(rule, form) && !(rule.key === 'previousIssuedOn' && form.previousLevel === 'none'),
  )

export const claimTitle = ({ correcting }: Pick<DraftView, 'correcting'>): string =>
  correcting ? (correcting.state === 'returned' ? '补正申报' : '修改申报') : '单位申报'
