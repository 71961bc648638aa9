/** What was answered in a box of the form, as its choices name it, and which boxes are asked. */
import type { DraftForm } from '../../../contract/form.ts'
import type { FormField, FormStep } from '../../../domain/policy.ts'

type Key = Exclude<keyof DraftForm, 'files' | 'consents'>

export function chosen(form: DraftForm, key: string): string | undefined {
  const value = form[key as Key]
  return value === undefined || value === '' ? undefined : String(value)
}
export const isAsked = (rule: FormField, form: DraftForm): boolean => !rule.onlyIf || chosen(form, rule.onlyIf.field) === rule.onlyIf.value

/** The boxes of a step that are asked, given what was answered so far. */
export const fieldsOf = (step: FormStep, form: DraftForm) =>
  step.fields.filter((rule) => isAsked(rule, form) && !(rule.key === 'previousIssuedOn' && form.previousLevel === 'none'))
