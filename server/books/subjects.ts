/** Subjects of account and what is entered for a cause at a level, read from `subjects.yaml`, or refused with every problem. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { list, nonEmpty, oneOf, optional, type Problem, record, text, YamlSource } from '../../domain/yamlReading.ts'

export const levelsOfBooks = ['city', 'centre', 'district', 'lower'] as const
export const sides = ['out', 'in'] as const
const causes = [
  'funding',
  'allocation',
  'onward',
  'pay',
  'bounce',
  'reversal',
  'cancel',
  'recovery',
  'handBack',
] as const
export type LevelOfBooks = (typeof levelsOfBooks)[number]
export type Side = (typeof sides)[number]
type Cause = (typeof causes)[number]

/** Where each cause can move money away from an organisation or to it. */
const needed: { readonly [C in Cause]: Partial<Record<Side, readonly LevelOfBooks[]>> } = {
  funding: { out: ['city'], in: ['centre'] },
  allocation: { out: ['centre'], in: ['district'] },
  onward: { out: ['district'], in: ['lower'] },
  pay: { out: ['city', 'district', 'lower'] },
  bounce: { in: ['city', 'district', 'lower'] },
  reversal: { in: ['city', 'district', 'lower'] },
  cancel: { out: ['centre', 'district', 'lower'], in: ['city'] },
  recovery: { in: ['city', 'centre', 'district', 'lower'] },
  handBack: { out: ['centre', 'district', 'lower'], in: ['city', 'centre', 'district', 'lower'] },
}

export type Subject = {
  readonly id: string
  readonly name: string
  readonly code?: string | undefined
  readonly kind: string
}
export type Entry = { readonly debit: Subject; readonly credit: Subject; readonly summary: string }
export type Chart = ReadonlyMap<string, Entry>

export const entryKey = (cause: string, level: string, side: string): string => `${cause} ${level} ${side}`

const file = 'subjects.yaml'
const shape = record({
  subjects: nonEmpty(
    list(
      record({
        id: text,
        name: text,
        code: optional(text),
        kind: oneOf(['asset', 'liability', 'income', 'expense']),
      }),
    ),
  ),
  entries: nonEmpty(
    list(
      record({
        cause: oneOf(causes),
        level: oneOf(levelsOfBooks),
        side: oneOf(sides),
        debit: text,
        credit: text,
        summary: text,
      }),
    ),
  ),
})

/** Every cause at every level where it can move money has one entry, of subjects that there are. */
export function parseChart(yaml: string): { readonly chart: Chart } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const read = new YamlSource(file, yaml, problems).read(shape)
  if (!read) return { problems }
  const wrong = (reason: string) => problems.push({ file, line: 1, reason })
  const subjects = new Map(read.subjects.map((subject) => [subject.id, subject]))
  if (subjects.size < read.subjects.length) wrong('a subject stands there twice')
  const chart = new Map<string, Entry>()
  for (const { cause, level, side, debit, credit, summary } of read.entries) {
    const key = entryKey(cause, level, side)
    const [debited, credited] = [subjects.get(debit), subjects.get(credit)]
    if (!needed[cause][side]?.includes(level)) wrong(`${key}: no money moves so`)
    if (chart.has(key)) wrong(`${key}: there are two entries`)
    if (!debited || !credited || debit === credit) wrong(`${key}: expected two subjects that there are`)
    else chart.set(key, { debit: debited, credit: credited, summary })
  }
  for (const cause of causes)
    for (const side of sides)
      for (const level of needed[cause][side] ?? [])
        if (!chart.has(entryKey(cause, level, side))) wrong(`${entryKey(cause, level, side)}: there is no entry`)
  return problems.length > 0 ? { problems } : { chart }
}

let known: Chart | undefined
/** @throws Error with every problem of the file */
export function chartOfAccounts(): Chart {
  if (known) return known
  const read = parseChart(readFileSync(path.join(import.meta.dirname, file), 'utf8'))
  if ('problems' in read)
    throw new Error(read.problems.map(({ line, reason }) => `${file}:${line}: ${reason}`).join('\n'))
  known = read.chart
  return known
}
