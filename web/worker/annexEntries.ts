/** A filed form as the annex prints it: text into boxes, marks on printed options. */
import type { ApplicationView } from '../../contract/applications.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { readIdentityNumber } from '../../domain/identityNumber.ts'
import type { FormField, Policy } from '../../domain/policy.ts'
import { dateOf, dayWithYear } from '../ui/words.ts'
import type { AnnexEntries } from './Annex.tsx'
import { chosen } from './claim/answers.ts'

const sexTitles = { male: '男', female: '女' }

function written(rule: FormField, value: string): string {
  if (rule.kind === 'date') return dayWithYear(value)
  return rule.choices?.find((choice) => choice.value === value)?.label ?? value
}

export function annexEntries(policy: Policy, filed: ApplicationView): AnnexEntries {
  const text: Record<string, string> = {}
  const marked: Record<string, string[]> = {}
  const today = dateOf(filed.receivedAt) as PlainDate
  for (const rule of policy.form.steps.flatMap((step) => step.fields)) {
    const value = chosen(filed.form, rule.key)
    if (!rule.box || !value) continue
    const printed = rule.choices?.find((choice) => choice.value === value)?.printed
    if (printed) marked[rule.box] = [...(marked[rule.box] ?? []), printed]
    else text[rule.box] = written(rule, value)
  }
  const { form } = filed
  const identity = form.idNumber ? readIdentityNumber(form.idNumber, today) : undefined
  const { migrant: _, ...boxes } = text
  return {
    marked,
    text: {
      ...boxes,
      districtUnion: filed.unions.district,
      filledOn: dayWithYear(today),
      ...(form.hometown && { hometown: form.hometown }),
      ...(form.yearsInShanghai !== undefined && { yearsInShanghai: String(form.yearsInShanghai) }),
      ...(identity?.ok && identity.sex && { sex: sexTitles[identity.sex] }),
      payee: [form.payee === 'bankCard' && form.bankName, form.accountNumber].filter(Boolean).join(' '),
    },
  }
}
