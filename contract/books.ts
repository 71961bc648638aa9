/** 对账单 and 银行对账: what came in and went out by cause, each figure from the postings. Sums in fen. */
import { z } from 'zod'
import { plainDate } from '../domain/dates.ts'
import { Id } from './id.ts'
import { Identity } from './payments.ts'

const Day = z
  .string()
  .refine((text) => plainDate(text) !== undefined)
  .transform((text) => plainDate(text)!)

export const statementKinds = ['district', 'baseUnion', 'batch', 'day'] as const

/** `GET /books/statements`: 50 lines a page; `GET /books/statements.csv`: all of them. */
export const StatementsQuery = z.object({
  by: z.enum(statementKinds),
  /** First and last day, Shanghai; without them from the beginning, and until now. */
  from: Day.optional(),
  to: Day.optional(),
  /** Of one district union only. */
  districtId: Id.optional(),
})
export type StatementsQuery = z.infer<typeof StatementsQuery>
export const StatementsPage = StatementsQuery.extend({
  /** The key of the last line of the page before. */
  cursor: z.string().max(40).optional(),
})
export type StatementsPage = z.infer<typeof StatementsPage>

/** Where money stands, seen from the worker; `outside`: not granted, or not in that batch yet. */
export const places = ['outside', 'awaiting', 'inPayment', 'paid', 'bounced', 'cancelled'] as const
export const Movement = z.object({
  cause: z.string(),
  from: z.enum(places),
  to: z.enum(places),
  count: z.int(),
  fen: z.int(),
})
export type Movement = z.infer<typeof Movement>

/**
 * Where the money stood, what moved it, where it stands. Of a batch, what it was released with counts as approved: it is
 * the whole that its lines add up to.
 */
export const Statement = z.object({
  /** An organisation's or a batch's id, or a day. */
  key: z.string(),
  name: z.string(),
  opening: Identity,
  movements: z.array(Movement),
  closing: Identity,
  /** Whether what is kept beside the postings says the same; absent where nothing is, or the span ends before today. */
  agrees: z.boolean().optional(),
})
export type Statement = z.infer<typeof Statement>

export const Statements = z.object({
  title: z.string(),
  /** Of all lines. */
  total: Statement,
  lines: z.array(Statement),
  lineCount: z.int(),
  nextCursor: z.string().optional(),
  /** District unions that can be asked for. */
  districts: z.array(z.object({ id: z.uuid(), name: z.string() })),
})
export type Statements = z.infer<typeof Statements>
