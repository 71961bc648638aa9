/**
 * The books of the sandbox's bank: each reference is booked at most once. Kept in memory and, where a file is named, also
 * as lines in it, from which a later process reads them again. They hold no account and no name.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { type Instant, shanghaiDate } from '../domain/dates.ts'

export type Instruction = {
  reference: string
  account: string
  name: string
  amountFen: number
  bankName?: string | undefined
  purpose: string
}

/** The bank's word on a reference, as it goes over the line. */
export type Result =
  | { reference: string; state: 'neverSeen' | 'inProgress' }
  | { reference: string; state: 'settled'; amountFen: number; serial: string; on: string }
  | { reference: string; state: 'failed' | 'bounced'; amountFen: number; serial: string; on: string; code: string }

/** What stands in the books for a reference, and how often it was spoken of. Instants are the bank's, epoch ms. */
export type Booking = {
  reference: string
  amountFen: number
  state: 'inProgress' | 'settled' | 'failed' | 'bounced'
  code?: string
  serial: string
  takenAt: number
  /** How often it was ordered; only the first time is money. */
  orders: number
  /** How often it was ordered with other content, and refused. */
  contradictions: number
  asks: number
  /** How often it was posted to our address. */
  callbacks: number
}

type Entry = {
  reference: string
  amountFen: number
  content: string
  serial: string
  takenAt: number
  /** Has its result from then on. */
  dueAt: number
  failsWith?: string
  bounced?: { code: string; at: number }
  orders: number
  contradictions: number
  asks: number
  callbacks: number
}

type Line =
  | { booked: Omit<Entry, 'orders' | 'contradictions' | 'asks' | 'callbacks' | 'bounced'> }
  | { again: string; same: boolean }
  | { bounced: string; code: string; at: number }
  | { ahead: number }

export type Books = ReturnType<typeof openBooks>

const contentOf = ({ account, name, amountFen, bankName, purpose }: Instruction) =>
  createHash('sha256')
    .update(JSON.stringify([account, name, amountFen, bankName ?? null, purpose]))
    .digest('hex')

/** What stands in a file; a line that the end of a process cut off was never answered, and counts for nothing. */
function readLines(file: string): Line[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
}

function openLines(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const descriptor = openSync(file, 'a', 0o600)
  if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, ' cut off\n')
  return descriptor
}

function resultOf(entry: Entry, now: number): Result {
  const { reference, amountFen, serial, failsWith, bounced, dueAt } = entry
  if (now < dueAt) return { reference, state: 'inProgress' }
  const booked = { reference, amountFen, serial, on: shanghaiDate(dueAt as Instant) }
  if (bounced) return { ...booked, state: 'bounced', code: bounced.code, on: shanghaiDate(bounced.at as Instant) }
  return failsWith ? { ...booked, state: 'failed', code: failsWith } : { ...booked, state: 'settled' }
}

export function openBooks(file?: string) {
  const entries = new Map<string, Entry>()
  /** How far the bank's clock is ahead of the machine's. */
  let aheadMs = 0
  const now = () => Date.now() + aheadMs

  function enter(line: Line): void {
    if ('booked' in line)
      entries.set(line.booked.reference, { ...line.booked, orders: 1, contradictions: 0, asks: 0, callbacks: 0 })
    else if ('again' in line) entries.get(line.again)![line.same ? 'orders' : 'contradictions']++
    else if ('bounced' in line) entries.get(line.bounced)!.bounced = { code: line.code, at: line.at }
    else aheadMs = line.ahead
  }
  if (file) for (const line of readLines(file)) enter(line)
  const descriptor = file ? openLines(file) : undefined
  function write(line: Line): void {
    if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(line)}\n`)
    enter(line)
  }

  return {
    now,
    setClock: (to: number) => write({ ahead: to - Date.now() }),
    has: (reference: string) => entries.has(reference),
    /** @returns false where the reference is booked with other content */
    take(instruction: Instruction, settleAfterMs: number, failsWith: string | undefined): boolean {
      const { reference, amountFen } = instruction
      const content = contentOf(instruction)
      const known = entries.get(reference)
      if (known) {
        write({ again: reference, same: known.content === content })
        return known.content === content
      }
      const takenAt = now()
      const serial = `B${String(entries.size + 1).padStart(12, '0')}`
      const dueAt = takenAt + settleAfterMs
      write({ booked: { reference, amountFen, content, serial, takenAt, dueAt, ...(failsWith && { failsWith }) } })
      return true
    },
    /** @returns false where it is not settled */
    bounce(reference: string, code: string): boolean {
      const entry = entries.get(reference)
      if (!entry || resultOf(entry, now()).state !== 'settled') return false
      write({ bounced: reference, code, at: now() })
      return true
    },
    result(reference: string): Result {
      const entry = entries.get(reference)
      return entry ? resultOf(entry, now()) : { reference, state: 'neverSeen' }
    },
    dueAt: (reference: string) => entries.get(reference)!.dueAt,
    /** All that have no result yet. */
    inProgress: () => [...entries.values()].filter(({ dueAt }) => now() < dueAt).map(({ reference }) => reference),
    count(what: 'asks' | 'callbacks', reference: string): void {
      const entry = entries.get(reference)
      if (entry) entry[what]++
    },
    list: (): Booking[] =>
      [...entries.values()].map((entry) => {
        const { reference, amountFen, serial, takenAt, orders, contradictions, asks, callbacks } = entry
        const result = resultOf(entry, now())
        const state = result.state as Booking['state']
        const told = { reference, amountFen, state, ...('code' in result && { code: result.code }) }
        return { ...told, serial, takenAt, orders, contradictions, asks, callbacks }
      }),
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor)
    },
  }
}
