/**
 * `npm run --silent assess -- [--policy 2026] FILE`: judges the cases of a JSON file by the policy's rules and prints
 * one JSON object `{cases, timeCases}`, amounts in yuan.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assess } from '../domain/assessment.ts'
import {
  addDays,
  addWorkingDays,
  instant,
  type PlainDate,
  plainDate,
  shanghaiDate,
  UnknownYear,
} from '../domain/dates.ts'
import { parsePolicy } from '../domain/policyFile.ts'
import { readingNumber, type Policy } from '../domain/policy.ts'
import { policiesFolder, policyFilePath, readPolicyFolder } from '../server/policies/folder.ts'
import { factsOfCase, objectIn } from './caseFacts.ts'

/** Every case is answered, however it is written: one that says nothing needs material. */
export function assessCase(policy: Policy, given: unknown) {
  const id = idOf(given)
  const facts = factsOfCase(given)
  if (!facts) {
    const clause = '四'
    const finding = {
      condition: 'channel',
      outcome: 'unknown',
      consequence: 'return',
      clause,
      quote: '申报方式',
      says: '还没有选申报渠道',
    }
    return { id, eligible: 'needs-material', amount: null, clauses: [clause], findings: [finding] }
  }
  const assessment = assess(policy, facts)
  const { verdict, amountFen, clauses, findings, reading, category, openChannels } = assessment
  const other = verdict === false ? openChannels.find((channel) => channel !== facts.channel) : undefined
  return {
    id,
    eligible: verdict,
    amount: amountFen === undefined ? null : amountFen / 100,
    clauses,
    findings,
    ...(reading && { reading }),
    ...(category && { category }),
    ...(other && { rightChannel: other }),
  }
}

/** The kinds that count days; others are about what a system does, not about a date. */
type TimeAnswer = { readonly id: unknown } & (
  | { readonly lastDay: string | null; readonly reason?: string }
  | { readonly dueBy: string | null; readonly reason?: string }
)

export function answerTimeCase(policy: Policy, given: unknown): TimeAnswer[] {
  const id = idOf(given)
  const { kind, input: written } = objectIn(given)
  const input = objectIn(written)
  if (kind === 'working-days') {
    const from = dayIn(input.from)
    const { n } = input
    if (!from || typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0)
      return [{ id, lastDay: null, reason: 'no date, or no number of days' }]
    try {
      return [{ id, lastDay: addWorkingDays(policy.calendar, from, n) }]
    } catch (error) {
      if (error instanceof UnknownYear) return [{ id, lastDay: null, reason: error.message }]
      throw error
    }
  }
  if (kind === 'two-weeks') {
    const closed = dayIn(input.batchClosed)
    return [
      closed ? { id, dueBy: addDays(closed, readingNumber(policy, 'R11')) } : { id, dueBy: null, reason: 'no date' },
    ]
  }
  return []
}

const idOf = (given: unknown): unknown => objectIn(given).id ?? null

/** A plain date, or the day in Shanghai on which an instant falls. */
function dayIn(value: unknown): PlainDate | undefined {
  if (typeof value !== 'string') return undefined
  const at = instant(value.trim())
  return at === undefined ? plainDate(value.trim()) : shanghaiDate(at)
}

/** A list of the file; one that is not there is empty. @throws {Error} where something else stands there */
function listIn(file: { readonly [key: string]: unknown }, key: string): readonly unknown[] {
  const list = file[key] ?? []
  if (!Array.isArray(list)) throw new Error(`${key} is not a list`)
  return list
}

function loadPolicy(id: string): Policy {
  const folder = join(policiesFolder, id)
  const result = parsePolicy(readPolicyFolder(folder))
  if ('policy' in result) return result.policy
  throw new Error(
    result.problems.map(({ file, line, reason }) => `${policyFilePath(folder, file)}:${line}: ${reason}`).join('\n'),
  )
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { policy: { type: 'string', default: '2026' } },
  })
  const [file] = positionals
  if (!file || positionals.length !== 1) throw new Error('usage: npm run --silent assess -- [--policy 2026] FILE')
  const policy = loadPolicy(values.policy)
  // a byte order mark is not JSON, and editors leave one
  const given: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Error(`${file} is not an object with cases`)
  const parts = objectIn(given)
  const cases = listIn(parts, 'cases').map((one) => assessCase(policy, one))
  const timeCases = listIn(parts, 'timeCases').flatMap((one) => answerTimeCase(policy, one))
  console.log(JSON.stringify({ cases, timeCases }, null, 1))
}

if (import.meta.main) {
  try {
    main()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
