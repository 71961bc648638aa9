/**
 * What is wrong with a form before anybody judges it: missing boxes, misprints, numbers that contradict the boxes
 * beside them. The phone shows these as one types; the server asks again when it is filed.
 */
import {
  normaliseNumber,
  certificateNumber,
  misprint,
  readQualificationNumber,
  readSkillLevelNumber,
} from '../domain/certificateNumber.ts'
import { bankNameProblem, readAccount } from '../domain/bankCard.ts'
import type { PlainDate } from '../domain/dates.ts'
import { daysBetween, plainDate, yearOf } from '../domain/dates.ts'
import { readIdentityNumber } from '../domain/identityNumber.ts'
import { mobile } from '../domain/phone.ts'
import type { FormField, Level, Policy } from '../domain/policy.ts'
import { levelTitles } from '../domain/policy.ts'
import { errorSays, type FieldError } from './errors.ts'
import type { DraftForm, FormFiles, FormKey } from './form.ts'

const isEmpty = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

const valueOf = (form: DraftForm, key: string) => form[key as FormKey]

/** Required boxes that are still empty, in the order of the form; a box that hangs on another is asked only with it. */
function missing(form: DraftForm, policy: Policy): FieldError[] {
  const asked = (field: FormField) =>
    field.required &&
    field.kind !== 'derived' &&
    (!field.onlyIf || valueOf(form, field.onlyIf.field) === field.onlyIf.value)
  const isMissing = (field: FormField) =>
    field.kind === 'file' ? !form.files?.[field.key as keyof FormFiles] : isEmpty(valueOf(form, field.key))
  return policy.form.steps
    .flatMap((step) => step.fields)
    .filter((field) => asked(field) && isMissing(field))
    .map((field) => ({ field: field.key, says: `${asksFor[field.kind] ?? '还没有填'}${field.label}。` }))
}
const asksFor: { readonly [K in FormField['kind']]?: string } = {
  choice: '还没有选',
  date: '还没有选',
  organisation: '还没有选',
  occupation: '还没有选',
  file: '还没有拍',
}

function dateProblem(field: string, text: string | undefined, today: PlainDate): FieldError[] {
  if (isEmpty(text)) return []
  const date = plainDate(text!)
  if (!date) return [{ field, says: '没有这一天，请对照证书再选一次。' }]
  return daysBetween(today, date) > 0 ? [{ field, says: '这一天还没到，请对照证书再选一次。' }] : []
}

/** What the number's own digits say against the boxes beside it. Level wins over year, as the sum turns on it. */
export function numberProblem(form: DraftForm): FieldError[] {
  const { certificateNumber: typed, level, issuedOn } = form
  if (isEmpty(typed) || form.numberAsPrinted) return []
  const field = 'certificateNumber'
  const number = certificateNumber(typed!)
  if (!number) return [{ field, says: '还没有填证书编号。' }]
  const misprinted = misprint(number.normal)
  if (number.space === 'other' && misprinted) return [{ field, says: `${misprinted}。请对照证书再输一遍。` }]
  const skill = number.space === 'skillLevel' ? readSkillLevelNumber(number.normal) : undefined
  const read = skill ?? (number.space === 'qualification' ? readQualificationNumber(number.normal) : undefined)
  if (!read) return []
  const place = skill ? 16 : 11
  if (level && read.level && read.level !== level) {
    const mark = number.normal.charAt(place - 1)
    return [
      {
        field,
        says: `编号第${place}位是${mark}，表示${levelTitles[read.level]}；上面选的是${levelTitles[level]}。请对照证书改其中一处。`,
      },
    ]
  }
  if (level && skill && !skill.level && !highest.includes(level)) {
    return [
      { field, says: `编号第16位是${skill.levelMark}，${levelTitles[level]}证书这一位是数字。请对照证书改其中一处。` },
    ]
  }
  const issued = issuedOn ? plainDate(issuedOn) : undefined
  if (issued && read.year !== yearOf(issued)) {
    return [{ field, says: `编号里的年份是${read.year}，发证日期填的是${yearOf(issued)}年。请对照证书改其中一处。` }]
  }
  return []
}
const highest: readonly Level[] = ['specialTechnician', 'chiefTechnician']

/** Problems of what has been typed so far; empty boxes are none. Shown live under each box. */
export function typedProblems(form: DraftForm, today: PlainDate): FieldError[] {
  const problems: FieldError[] = []
  const say = (field: FormKey, says: string | undefined | false) => {
    if (says) problems.push({ field, says })
  }
  if (!isEmpty(form.idNumber)) {
    const read = readIdentityNumber(form.idNumber!, today)
    say('idNumber', !read.ok && read.says)
  }
  if (!isEmpty(form.phone)) say('phone', !mobile(form.phone!) && errorSays('sign-in.phone'))
  if (!isEmpty(form.postcode)) say('postcode', !/^\d{6}$/.test(form.postcode!) && '邮编是6位数字，请再看一遍。')
  problems.push(...dateProblem('issuedOn', form.issuedOn, today), ...numberProblem(form))
  if (form.previousLevel !== 'none') problems.push(...dateProblem('previousIssuedOn', form.previousIssuedOn, today))
  if (!isEmpty(form.accountNumber)) {
    const read = readAccount(form.accountNumber!)
    say('accountNumber', !read.ok && read.says)
  }
  if (!isEmpty(form.bankName)) say('bankName', bankNameProblem(form.bankName!) ?? false)
  return problems
}

/** Everything that keeps a form from being filed, in the order of the form. */
export function formProblems(form: DraftForm, policy: Policy, today: PlainDate): FieldError[] {
  const problems = [...missing(form, policy), ...typedProblems(form, today)]
  if (form.declared !== true) problems.push({ field: 'declared', says: '先读承诺，再勾选。' })
  for (const consent of policy.form.consents) {
    if (!form.consents?.includes(consent.id))
      problems.push({ field: `consents.${consent.id}`, says: `先读“${consent.title}”，再勾选。` })
  }
  return problems
}

/**
 * What keeps a form from being printed as the annex: pictures go with the paper as copies, and the promises are made
 * where it is handed in.
 */
export function printProblems(form: DraftForm, policy: Policy, today: PlainDate): FieldError[] {
  const pictures = policy.form.steps.flatMap((step) => step.fields).filter(({ kind }) => kind === 'file')
  return formProblems(form, policy, today).filter(
    ({ field }) => field !== 'declared' && !field.startsWith('consents.') && !pictures.some(({ key }) => key === field),
  )
}

/** The form with its numbers as they are compared and stored: half-width, upper case, without spaces. */
export const normalisedForm = <F extends DraftForm>(form: F, today: PlainDate): F => {
  const identity = form.idNumber === undefined ? undefined : readIdentityNumber(form.idNumber, today)
  const account = form.accountNumber === undefined ? undefined : readAccount(form.accountNumber)
  const phone = form.phone === undefined ? undefined : mobile(form.phone)
  return {
    ...form,
    ...(identity?.ok && { idNumber: identity.number }),
    ...(account?.ok && { accountNumber: account.number }),
    ...(phone && { phone }),
    ...(form.certificateNumber !== undefined && { certificateNumber: normaliseNumber(form.certificateNumber) }),
  }
}
