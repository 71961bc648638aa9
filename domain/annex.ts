/** A form as the annex prints it: text into boxes, marks on printed options. One mapping for paper and screen. */
import { inChinese, plainDate } from './dates.ts'
import type { PlainDate } from './dates.ts'
import { readIdentityNumber } from './identityNumber.ts'
import type { FormField, Policy } from './policy.ts'

/** What is written into boxes, by the box's id, and which of its printed options are marked. */
export type AnnexEntries = {
  readonly text: Readonly<Record<string, string>>
  readonly marked: Readonly<Record<string, readonly string[]>>
}

/** The words that stand on every sheet, as the notice has them. */
export type AnnexWords = {
  readonly title: string
  readonly labels: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, readonly string[]>>
  readonly survey: Pick<Policy['survey'], 'intro' | 'questions'>
}

export const emptyAnnex: AnnexEntries = { text: {}, marked: {} }

export const annexWords = ({ form, survey }: Policy): AnnexWords => ({
  title: form.title,
  labels: Object.fromEntries(form.boxes.map(({ id, label }) => [id, label])),
  options: Object.fromEntries(form.boxes.flatMap(({ id, options }) => (options ? [[id, options]] : []))),
  survey: { intro: survey.intro, questions: survey.questions },
})

const sexTitles = { male: '男', female: '女' }

function answerOf(answers: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = answers[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined
}

function written(rule: FormField, value: string): string {
  const date = rule.kind === 'date' ? plainDate(value) : undefined
  return date ? inChinese(date) : (rule.choices?.find((choice) => choice.value === value)?.label ?? value)
}

/**
 * @param answers the form, by the keys of `form.yaml`; what was not asked is not printed
 * @param heading what stands above the table: the district union's name, the day of filing
 */
export function annexEntries(
  policy: Policy,
  answers: Readonly<Record<string, unknown>>,
  heading: { readonly districtUnion: string; readonly filledOn: PlainDate },
): AnnexEntries {
  const text: Record<string, string> = {}
  const marked: Record<string, string[]> = {}
  for (const rule of policy.form.steps.flatMap((step) => step.fields)) {
    const value = answerOf(answers, rule.key)
    const asked = !rule.onlyIf || answerOf(answers, rule.onlyIf.field) === rule.onlyIf.value
    if (!rule.box || !value || !asked) continue
    const choice = rule.choices?.find((each) => each.value === value)
    if (choice?.printed) marked[rule.box] = [...(marked[rule.box] ?? []), choice.printed]
    // These two are written into blanks inside an option of their box.
    else if (rule.key === 'hometown' || rule.key === 'yearsInShanghai') text[rule.key] = value
    // The bank's name and the account share a box.
    else if (!rule.choices?.some((each) => each.printed))
      text[rule.box] = [text[rule.box], written(rule, value)].filter(Boolean).join(' ')
  }
  const identity = readIdentityNumber(answerOf(answers, 'idNumber') ?? '', heading.filledOn)
  return {
    marked,
    text: {
      ...text,
      districtUnion: heading.districtUnion,
      filledOn: inChinese(heading.filledOn),
      ...(identity.ok && identity.sex && { sex: sexTitles[identity.sex] }),
    },
  }
}
