/** The shapes of `form.yaml` and `survey.yaml`: the annex as fields, and as printed. */
import { cited, type Clauses } from './citation.ts'
import {
  dataClasses,
  materials,
  type FormBox,
  type FormField,
  type FormStep,
  type Policy,
  type SurveyQuestion,
} from './policy.ts'
import {
  checked,
  flag,
  list,
  listBy,
  listById,
  nonEmpty,
  oneOf,
  optional,
  positive,
  record,
  text,
  type Reader,
} from './yamlReading.ts'

const choice: Reader<NonNullable<FormField['choices']>[number]> = record({
  value: text,
  label: text,
  printed: optional(text),
})

const field: Reader<FormField> = record({
  key: text,
  label: text,
  kind: oneOf([
    'text',
    'choice',
    'date',
    'number',
    'idNumber',
    'phone',
    'certificateNumber',
    'account',
    'occupation',
    'organisation',
    'derived',
    'file',
  ]),
  class: oneOf(dataClasses),
  retention: oneOf(['draft', 'application', 'attachments', 'voucher']),
  required: flag,
  hint: optional(text),
  maxLength: optional(positive),
  choices: optional(nonEmpty(listBy(({ value }) => value, choice))),
  box: optional(text),
  onlyIf: optional(record({ field: text, value: text })),
  material: optional(oneOf(materials)),
})

const bare = (words: string) => words.replace(/[\s\u3000]/g, '')

/** Words that the annex prints; it is the notice's last clause. */
function inAnnex(clauses: Clauses): Reader<string> {
  const annex = bare(clauses.at(-1)?.text ?? '')
  return checked(text, (words) => (annex.includes(bare(words)) ? undefined : `the annex does not print ${words}`))
}

export const formFile = (clauses: Clauses) => {
  const verbatim = inAnnex(clauses)
  const box: Reader<FormBox> = record({ id: text, label: verbatim, options: optional(nonEmpty(list(verbatim))) })
  const formStep: Reader<FormStep> = record({
    id: text,
    title: text,
    fields: nonEmpty(listBy(({ key }) => key, field)),
  })
  const form = cited(clauses, {
    title: verbatim,
    steps: nonEmpty(listById(formStep)),
    boxes: nonEmpty(listById(box)),
    declaration: text,
    consents: listById(record({ id: text, title: text, text })),
  })
  return checked(form, formFault)
}

/** What is wrong between fields and boxes, if anything. */
function formFault({ steps, boxes }: Pick<Policy['form'], 'steps' | 'boxes'>): string | undefined {
  const fields = steps.flatMap((formStep) => formStep.fields)
  const keys = fields.map(({ key }) => key)
  const twice = keys.find((key, i) => keys.indexOf(key) !== i)
  if (twice) return `field ${twice} is there twice`
  for (const { key, box, onlyIf, choices, kind } of fields) {
    const printed = boxes.find(({ id }) => id === box)
    if (box && !printed) return `field ${key} fills box ${box}, which the form does not have`
    if (onlyIf) {
      const other = fields.find((candidate) => candidate.key === onlyIf.field)
      if (!other?.choices?.some(({ value }) => value === onlyIf.value))
        return `field ${key} is asked only if ${onlyIf.field} is ${onlyIf.value}, which cannot be`
    }
    if (kind === 'choice' && !choices) return `field ${key} is a choice without choices`
    const stray = choices?.find((choice) => choice.printed && !printed?.options?.includes(choice.printed))
    if (stray) return `choice ${stray.value} of field ${key} marks an option that box ${box} does not have`
  }
  return undefined
}

export const surveyFile = (clauses: Clauses) => {
  const verbatim = inAnnex(clauses)
  const question: Reader<SurveyQuestion> = checked(
    record({
      id: text,
      text: verbatim,
      kind: oneOf(['yuanPerMonth', 'choice']),
      choices: optional(nonEmpty(list(verbatim))),
    }),
    ({ kind, choices }) =>
      (kind === 'choice') === (choices !== undefined) ? undefined : 'a choice needs choices, a sum none',
  )
  return cited(clauses, { intro: verbatim, questions: nonEmpty(listById(question)) })
}
