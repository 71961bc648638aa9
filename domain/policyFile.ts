/**
 * A folder of `policies/` read into a `Policy`, or refused with every problem. The same function runs in the tests, in
 * `npm run policy -- check`, and when a year is opened.
 */
import { assess } from './assessment.ts'
import { endOfDay, startOfDay, yearOf } from './dates.ts'
import { type Fen } from './money.ts'
import { formFile, surveyFile } from './formSchema.ts'
import { messagesFile, type MessageWords } from './messagesFile.ts'
import { channels, type Clause, type Level, type Policy } from './policy.ts'
import {
  calendarFile,
  examplesFile,
  occupationsFile,
  policyFile,
  readingsFile,
  type ClauseStart,
  type LocatedExample,
} from './policySchema.ts'
import { YamlSource, type Problem, type Reader } from './yamlReading.ts'

export type { Problem } from './yamlReading.ts'

export const policyFileNames = [
  'notice.md',
  'policy.yaml',
  'occupations.yaml',
  'form.yaml',
  'survey.yaml',
  'readings.yaml',
  'examples.yaml',
  'messages.yaml',
  'calendar.yaml',
] as const

/** Readings whose value or presence the engine turns on. */
const readingsInCode = [
  'R1',
  'R2',
  'R3',
  'R4',
  'R6',
  'R7',
  'R8',
  'R9',
  'R10',
  'R11',
  'R15',
  'R16',
  'R18',
  'R19',
  'R20',
  'R21',
]
const numbersInCode = ['R3', 'R11', 'R16']
/** What the engine can do where a reading may be changed: another value would silently mean the default. */
const valuesInCode: { readonly [id: string]: readonly unknown[] } = {
  R2: ['worker', 'union'],
  R9: ['person', 'refuse'],
  R13: [true, false],
  R18: [true, false],
  R19: ['same', 'new'],
  R20: ['person', 'accept', 'refuse'],
}

/** `files`: the text of each of `policyFileNames`, by name. The words of messages are no rules: they stand beside. */
export function parsePolicy(files: {
  readonly [name: string]: string
}): { readonly policy: Policy; readonly messages: MessageWords } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  for (const file of policyFileNames) {
    if (files[file] === undefined) problems.push({ file, line: 1, reason: 'the file is missing' })
  }
  if (problems.length > 0) return { problems }
  const read = <T>(file: string, reader: Reader<T>): T | undefined =>
    new YamlSource(file, files[file]!, problems).read(reader)

  const notice = files['notice.md']!
  const policySource = new YamlSource('policy.yaml', files['policy.yaml']!, problems)
  const starts = policySource.read(policyFile.clauseStarts)
  const clauses = starts && clausesOf(notice, starts, problems)
  // Without its clauses nothing can be cited: what follows would be noise.
  if (!clauses) return { problems }
  const rules = policySource.read(policyFile.rules(clauses))
  const occupations = read('occupations.yaml', occupationsFile(clauses))
  const form = read('form.yaml', formFile(clauses))
  const survey = read('survey.yaml', surveyFile(clauses))
  const readings = read('readings.yaml', readingsFile(clauses))
  const examples = read('examples.yaml', examplesFile)
  const messages = read('messages.yaml', messagesFile)
  const calendar = read('calendar.yaml', calendarFile)
  if (!rules || !occupations || !form || !survey || !readings || !examples || !messages || !calendar)
    return { problems }
  if (problems.length > 0) return { problems }

  const { amounts, window, clauses: _, ...rest } = rules
  const levels = Object.entries(amounts.byLevel) as [Level, { yuan: Fen; quote: string }][]
  const policy: Policy = {
    ...rest,
    notice,
    clauses,
    amounts: {
      clause: amounts.clause,
      quote: amounts.quote,
      byLevel: Object.fromEntries(levels.map(([level, { yuan }]) => [level, yuan])),
      quoteByLevel: Object.fromEntries(levels.map(([level, { quote }]) => [level, quote])),
    },
    window: { ...window, opensAt: startOfDay(window.opensOn), closedAt: endOfDay(window.closesOn) },
    occupations: occupations.occupations,
    occupationsCitation: { clause: occupations.clause, quote: occupations.quote },
    form: {
      title: form.title,
      steps: form.steps,
      boxes: form.boxes,
      declaration: form.declaration,
      consents: form.consents,
    },
    survey: { intro: survey.intro, questions: survey.questions },
    readings,
    calendar,
    examples: examples.map(({ line: _line, ...example }) => example),
  }
  problems.push(...inconsistencies(policy, files), ...failingExamples(policy, examples))
  return problems.length > 0 ? { problems } : { policy, messages }
}

/** Cuts the notice at the words each clause starts with, in their order. */
function clausesOf(notice: string, starts: readonly ClauseStart[], problems: Problem[]): readonly Clause[] | undefined {
  const found: { id: string; title: string; at: number }[] = []
  let from = 0
  for (const { id, title, starts: words, line } of starts) {
    const at = notice.indexOf(words, from)
    if (at < 0) {
      problems.push({
        file: 'policy.yaml',
        line,
        reason: `clause ${id} starts with words that notice.md does not have there`,
      })
      return undefined
    }
    found.push({ id, title, at })
    from = at + words.length
  }
  return found.map(({ id, title, at }, i) => ({ id, title, text: notice.slice(at, found[i + 1]?.at).trim() }))
}

/** What no single line shows: rules that contradict each other or leave the engine without an answer. */
function inconsistencies(policy: Policy, files: { readonly [name: string]: string }): Problem[] {
  const problems: Problem[] = []
  /** `at`: how the line begins that is to be mended; what is missing altogether is told of the file. */
  const wrong = (file: string, reason: string, at?: string) => {
    const lines = files[file]!.split('\n').map((line) => line.replace(/^[\s{-]+/, ''))
    const line = at === undefined ? -1 : lines.findIndex((each) => each.startsWith(at))
    problems.push({ file, line: line + 1 || 1, reason })
  }
  for (const id of channels) {
    if (!policy.channels.some((channel) => channel.id === id)) wrong('policy.yaml', `channel ${id} is missing`)
    if (!policy.contacts.some((contact) => contact.channels.includes(id)))
      wrong('policy.yaml', `no contact for channel ${id}`)
  }
  const categoryIds = policy.categories.map(({ id }) => id)
  const readingIds = policy.readings.map(({ id }) => id)
  for (const channel of policy.channels) {
    for (const id of channel.categories)
      if (!categoryIds.includes(id))
        wrong('policy.yaml', `channel ${channel.id} names an unknown category ${id}`, `id: ${channel.id}`)
    for (const [category, reading] of Object.entries(channel.readingOfCategory ?? {})) {
      if (!categoryIds.includes(category))
        wrong('policy.yaml', `channel ${channel.id} names an unknown category ${category}`, `id: ${channel.id}`)
      if (!readingIds.includes(reading))
        wrong('policy.yaml', `channel ${channel.id} names an unknown reading ${reading}`, `id: ${channel.id}`)
    }
    if (channel.requiresValidMemberCard && !channel.memberCard)
      wrong('policy.yaml', `channel ${channel.id} requires a member card and does not cite why`, `id: ${channel.id}`)
    const kinds = channel.steps.map(({ kind }) => kind)
    for (const { material, atStep } of channel.materials) {
      if (atStep && !kinds.includes(atStep))
        wrong(
          'policy.yaml',
          `${material} of channel ${channel.id} is needed at a step the channel does not have`,
          `id: ${channel.id}`,
        )
    }
  }
  for (const category of policy.categories) {
    for (const level of category.levels)
      if (policy.amounts.byLevel[level] === undefined)
        wrong('policy.yaml', `no amount for ${level} of category ${category.id}`, `id: ${category.id}`)
  }
  for (const id of readingsInCode) if (!readingIds.includes(id)) wrong('readings.yaml', `reading ${id} is missing`)
  for (const id of numbersInCode) {
    const reading = policy.readings.find((candidate) => candidate.id === id)
    if (reading && typeof reading.value !== 'number')
      wrong('readings.yaml', `reading ${id} must set a number`, `id: ${id},`)
  }
  for (const [id, values] of Object.entries(valuesInCode)) {
    const reading = policy.readings.find((candidate) => candidate.id === id)
    if (reading && ![reading.value, ...(reading.options ?? [])].every((value) => values.includes(value))) {
      wrong('readings.yaml', `reading ${id} must be one of ${values.join(', ')}`, `id: ${id},`)
    }
  }
  const listing = policy.clauses.find(({ id }) => id === policy.occupationsCitation.clause)!
  for (const [code] of listing.text.matchAll(/\b\d-\d{2}-\d{2}-\d{2}\b/g)) {
    if (!policy.occupations.some((occupation) => occupation.code === code))
      wrong('occupations.yaml', `clause ${listing.id} lists ${code}, which is missing here`, 'occupations:')
  }
  if (policy.window.opensOn > policy.window.closesOn)
    wrong('policy.yaml', 'the window closes before it opens', 'window:')
  if (policy.issueDates.from > policy.issueDates.to)
    wrong('policy.yaml', 'issue dates end before they begin', 'issueDates:')
  for (const day of [policy.window.opensOn, policy.window.closesOn]) {
    if (!policy.calendar[String(yearOf(day))]) wrong('calendar.yaml', `no working days for ${yearOf(day)}`)
  }
  return problems
}

function failingExamples(policy: Policy, examples: readonly LocatedExample[]): Problem[] {
  const problems: Problem[] = []
  const wrong = (line: number, reason: string) => problems.push({ file: 'examples.yaml', line, reason })
  if (policy.channels.length < channels.length) return problems
  const shown = new Set<string>()
  for (const { id, line, facts, verdict, amountFen } of examples) {
    const assessment = assess(policy, facts)
    if (assessment.verdict !== verdict) {
      const why = assessment.findings
        .filter(({ outcome }) => outcome !== 'met')
        .map(({ clause, says }) => `〔${clause}〕${says}`)
      wrong(line, `example ${id} should be ${verdict} and is ${assessment.verdict}: ${why.join('; ')}`)
    } else if (assessment.amountFen !== amountFen) {
      wrong(line, `example ${id} should bring ${yuan(amountFen)} and brings ${yuan(assessment.amountFen)}`)
    } else if (verdict === true) {
      shown
        .add(`channel ${facts.channel}`)
        .add(`category ${assessment.category}`)
        .add(`level ${facts.certificate.level}`)
    }
  }
  const needed = [
    ...policy.channels.map(({ id }) => `channel ${id}`),
    ...policy.categories.map(({ id }) => `category ${id}`),
    ...Object.keys(policy.amounts.byLevel).map((level) => `level ${level}`),
  ]
  for (const what of needed) if (!shown.has(what)) wrong(1, `no example in which ${what} is granted`)
  return problems
}

const yuan = (amount: Fen | undefined) => (amount === undefined ? 'no amount yet' : `${amount / 100} yuan`)
