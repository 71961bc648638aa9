/** 对账单 and 银行对账: what came in and went out by cause, each figure from the postings. Sums in fen. */
import { z } from 'zod'
import { plainDate } from '../domain/dates.ts'
import { payoutStates } from '../domain/payout.ts'
import { levels } from '../domain/policy.ts'
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

/** `GET /books/statements/worker`: of whom this receipt number is, within what the viewer reaches. */
export const WorkerStatementQuery = z.object({ receiptNumber: z.string().trim().min(1).max(40) })
export type WorkerStatementQuery = z.infer<typeof WorkerStatementQuery>
/** All awards of one worker that the viewer reaches, each with every posting of it in the books' order. */
export const WorkerStatement = z.object({
  /** Absent for the auditor. */
  name: z.string().optional(),
  awards: z.array(
    z.object({
      applicationId: z.uuid(),
      receiptNumber: z.string(),
      level: z.enum(levels),
      amountFen: z.int(),
      postings: z.array(
        z.object({
          at: z.int(),
          cause: z.string(),
          from: z.enum(places),
          to: z.enum(places),
          fen: z.int(),
          /** Of the payout that it belongs to. */
          reference: z.string().optional(),
          batch: z.object({ id: z.uuid(), number: z.string() }).optional(),
        }),
      ),
      stands: z.enum(places),
    }),
  ),
  closing: Identity,
  /** Where each award is kept to lie is where its postings took it. */
  agrees: z.boolean(),
})
export type WorkerStatement = z.infer<typeof WorkerStatement>

const Side = z.object({ count: z.int(), fen: z.int() })
/** A payout on which the bank and the books do not say the same, or nobody has heard of for long. */
export const Doubt = z.object({
  payoutId: z.uuid(),
  reference: z.string(),
  receiptNumber: z.string(),
  batchId: z.uuid(),
  batchNumber: z.string(),
  payer: z.string(),
  amountFen: z.int(),
  state: z.enum(payoutStates),
  releasedAt: z.int(),
  /**
   * `amountDiffers`, `contradicts`: what the bank's connector reported; `notPosted`: the bank's word moved no money;
   * `unheard`: sent, and no word for days.
   */
  why: z.enum(['amountDiffers', 'contradicts', 'notPosted', 'unheard']),
})
export type Doubt = z.infer<typeof Doubt>

/** `GET /books/reconciliation`: what the bank said against what is posted, differences first; sums by the bank's day. */
export const ReconciliationQuery = z.object({ from: Day.optional(), to: Day.optional() })
export type ReconciliationQuery = z.infer<typeof ReconciliationQuery>
export const Reconciliation = z.object({
  /** The first 200. */
  doubts: z.array(Doubt),
  doubtCount: z.int(),
  /** A payout without a word of the bank counts as unheard after so many days. */
  unheardAfterDays: z.int(),
  /** Sent before a restore and not explained by two people; the city's finance only. */
  sentBefore: z.int(),
  days: z.array(
    z.object({ day: z.string(), settled: Side, paid: Side, returned: Side, bounced: Side, agrees: z.boolean() }),
  ),
  /** Batches with lines that can be asked for at the city's bank, newest first. */
  batches: z.array(z.object({ id: z.uuid(), number: z.string() })),
})
export type Reconciliation = z.infer<typeof Reconciliation>

/** `PUT /books/batches/:id/question`: the bank is asked for each reference anew; nothing is recorded by it. */
export const BankQuestion = z.object({
  asked: z.int(),
  /** References to which the bank said nothing. */
  silent: z.int(),
  /** The first 200 on which ours and the bank's differ. The connector asks about them again and records what it hears. */
  differences: z.array(
    z.object({
      reference: z.string(),
      receiptNumber: z.string(),
      ours: z.enum(payoutStates),
      ourFen: z.int(),
      banks: z.enum(['neverSeen', 'inProgress', 'settled', 'failed', 'bounced', 'silent']),
      bankFen: z.int().optional(),
    }),
  ),
  differenceCount: z.int(),
})
export type BankQuestion = z.infer<typeof BankQuestion>

/** `GET /books/vouchers`: an organisation's of one month; `GET /books/vouchers.csv`: the same as a file. */
export const VouchersQuery = z.object({
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  /** The viewer's own without it. */
  organisationId: Id.optional(),
})
export type VouchersQuery = z.infer<typeof VouchersQuery>
export const Voucher = z.object({
  number: z.string(),
  day: z.string(),
  summary: z.string(),
  cause: z.string(),
  /** Whether money left the organisation or came to it. */
  side: z.enum(['out', 'in']),
  /** Awards in it. */
  count: z.int(),
  attachments: z.int(),
  /** The subject's number in the chart of the finance office, where it gave one. */
  lines: z.array(z.object({ subject: z.string(), code: z.string().optional(), debitFen: z.int(), creditFen: z.int() })),
})
export type Voucher = z.infer<typeof Voucher>
export const Vouchers = z.object({
  organisationId: z.uuid(),
  organisation: z.string(),
  month: z.string(),
  vouchers: z.array(Voucher),
  /** Whose can be asked for, where it is not the viewer's own alone. */
  organisations: z.array(z.object({ id: z.uuid(), name: z.string() })),
})
export type Vouchers = z.infer<typeof Vouchers>
