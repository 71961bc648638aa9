/** What was answered in a box of the form, as its choices name it, and which boxes are asked. */
import type { DraftForm } from '../../../contract/form.ts'
import type { FormField, FormStep } from '../../../domain/policy.ts'

type Key = Exclude<keyof DraftForm, 'files' | 'consents'>

/** Yes and no travel as a boolean, and are chosen as `yes` and `no`. */
export function chosen(form: DraftForm, key: string): string | undefined {
  const value = form[key as Key]
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === undefined || value === '' ? undefined : String(value)
}
export const isAsked = (rule: FormField, form: DraftForm): boolean => !rule.onlyIf || chosen(form, rule.onlyIf.field) === rule.onlyIf.value

/** Boxes the form has a place for; others of `form.yaml` belong to channels and documents not offered here. */
const unknownKeys = new Set(['identityDocument'])

export const fieldsOf = (step: FormStep, form: DraftForm) =>
  step.fields.filter((rule) => !unknownKeys.has(rule.key) && isAsked(rule, form) && !(rule.key === 'previousIssuedOn' && form.previousLevel === 'none'))
