/** 发放: batches of payouts, their files, what the bank said of them. Sums in fen. */
import { z } from 'zod'
import { levels } from '../domain/policy.ts'
import { failureCodes, payoutOutcomes, payoutStates, payoutStops } from '../domain/payout.ts'
import { Id } from './id.ts'

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const Totals = z.object({ count: z.int(), totalFen: z.int() })

/** What the viewer's organisation can pay now, by the notice its money came with; the city's own in one. */
export const Payable = Totals.extend({
  noticeId: z.uuid().optional(),
  noticeNumber: z.string().optional(),
  policyId: z.string(),
  /** Of these, paid again after the bank had given it back. */
  again: z.int(),
  /** Left out: somebody objects to the certificate. */
  disputed: z.int(),
  /** Left out: the bank refused it, and no account was confirmed since. */
  awaitingAccount: z.int(),
  receivedOn: z.string().optional(),
  payDueOn: z.string().optional(),
})
export type Payable = z.infer<typeof Payable>

export const PayoutBatchView = z.object({
  id: z.uuid(),
  number: z.string(),
  policyId: z.string(),
  payer: z.string(),
  route: z.enum(['file', 'bank']),
  format: z.string(),
  payOn: z.string(),
  lineCount: z.int(),
  totalFen: z.int(),
  madeBy: z.string(),
  madeAt: z.int(),
  releasedBy: z.string().optional(),
  releasedAt: z.int().optional(),
  droppedBy: z.string().optional(),
  droppedAt: z.int().optional(),
  /** How many lines stand how. */
  byState: z.partialRecord(z.enum(payoutStates), Totals),
})
export type PayoutBatchView = z.infer<typeof PayoutBatchView>

/** Nothing is released, anywhere: the send log and the database do not say the same, and people are asked why. */
const paused = z.boolean()

/** `GET /payout-batches`: the viewer's organisation's, newest first, and what could be in a new one. */
export const PayoutBatches = z.object({
  payable: z.array(Payable),
  batches: z.array(PayoutBatchView),
  /** Pay file formats there are, by name, with what they are called. */
  formats: z.array(z.object({ name: z.string(), title: z.string() })),
  /** Whether the bank is reached by its connector: the city's only. */
  bank: z.boolean(),
  paused,
})
export type PayoutBatches = z.infer<typeof PayoutBatches>

export const PayoutLine = z.object({
  payoutId: z.uuid(),
  line: z.int(),
  reference: z.string(),
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  /** Of another organisation's batch only the first character. */
  applicantName: z.string(),
  level: z.enum(levels),
  amountFen: z.int(),
  payeeTail: z.string(),
  /** The how manieth time it is paid, not counting what never left the house. */
  attempt: z.int(),
  state: z.enum(payoutStates),
  /** Cancelled after its batch was released, before it left the house. */
  withdrawnAt: z.int().optional(),
  /** Why the bank refused it or gave it back. */
  code: z.enum(failureCodes).optional(),
  paidOn: z.string().optional(),
  bankSerial: z.string().optional(),
  stops: z.array(z.enum(payoutStops)),
  /** By a stop that concerns several: the lines of this batch that it concerns together, this one among them. */
  together: z.partialRecord(z.enum(payoutStops), z.array(z.int())).optional(),
  /** With `typedBack`: the word by which the attempt before came back, and who typed it. */
  typed: z
    .object({
      by: z.string(),
      /** The viewer typed it: another person looks at it and releases it. */
      isOwn: z.boolean(),
      outcome: z.enum(['failed', 'bounced']),
      code: z.enum(failureCodes).optional(),
      on: z.string().optional(),
      /** The bank's receipt; words of earlier versions may have none. */
      proof: z.object({ fileId: z.uuid(), pages: z.int() }).optional(),
    })
    .optional(),
})
export type PayoutLine = z.infer<typeof PayoutLine>

/** `GET /payout-batches/:id/lines`: 100 a page, in the order of the file. */
export const PayoutLinesQuery = z.object({
  /** In receipt number or reference. */
  find: z.string().trim().max(40).optional(),
  state: z.enum(payoutStates).optional(),
  after: z.coerce.number().int().min(0).optional(),
})
export type PayoutLinesQuery = z.infer<typeof PayoutLinesQuery>
export const PayoutLines = z.object({ lines: z.array(PayoutLine), after: z.int().optional() })
export type PayoutLines = z.infer<typeof PayoutLines>

export const PayFileView = z.object({
  part: z.int(),
  name: z.string(),
  lineCount: z.int(),
  totalFen: z.int(),
  byteSize: z.int(),
  /** Hexadecimal. */
  sha256: z.string(),
  downloads: z.array(z.object({ by: z.string(), at: z.int() })),
})
export const ResultFileView = z.object({
  id: z.uuid(),
  name: z.string(),
  rowCount: z.int(),
  sha256: z.string(),
  by: z.string(),
  at: z.int(),
})
export const PayoutBatchDetail = PayoutBatchView.extend({
  /** Keyed digest of all lines as made, hexadecimal. */
  digest: z.string(),
  /** What a person looks at before release, first to last; the first 200. */
  stopped: z.array(PayoutLine),
  stopCount: z.int(),
  files: z.array(PayFileView),
  results: z.array(ResultFileView),
  paused,
})
export type PayoutBatchDetail = z.infer<typeof PayoutBatchDetail>

/** `PUT /payout-batches/:id`: all that can be paid now, or of one notice, or these. */
export const MakeBatch = z.object({
  noticeId: Id.optional(),
  awardIds: z.array(Id).min(1).max(1000).optional(),
  route: z.enum(['file', 'bank']).default('file'),
  format: z.string().trim().min(1).max(40),
  /** The day that the file bears. */
  payOn: Day,
})
export type MakeBatch = z.infer<typeof MakeBatch>

/** `PUT /payout-batches/:id/removals/:removalId`: lines leave a batch that nobody has released. */
export const RemoveLines = z.object({ payoutIds: z.array(Id).min(1).max(1000) })
export type RemoveLines = z.infer<typeof RemoveLines>

/** `PUT /payout-batches/:id/release`: by another person, with a code of this minute from their authenticator. */
export const ReleaseBatch = z.object({
  code: z.string().trim().min(6).max(8),
  /** Stops that are looked at and let pass, each with words. */
  accept: z
    .array(z.object({ payoutId: Id, stop: z.enum(payoutStops), words: z.string().trim().min(2).max(500) }))
    .max(500)
    .default([]),
})
export type ReleaseBatch = z.infer<typeof ReleaseBatch>

/** `PUT /payout-batches/:id/downloads/:downloadId` answers with the bytes of one file. */
export const DownloadPayFile = z.object({ part: z.int().min(1) })
export type DownloadPayFile = z.infer<typeof DownloadPayFile>

/** `PUT /payout-batches/:id/results/:fileId`: the bank's file as it is, in base64; all of its rows, or none. */
export const UploadResultFile = z.object({ name: z.string().trim().min(1).max(200), content: z.base64() })
export type UploadResultFile = z.infer<typeof UploadResultFile>
export const ResultsTaken = z.object({ id: z.uuid(), counts: z.partialRecord(z.enum(payoutOutcomes), z.int()) })
export type ResultsTaken = z.infer<typeof ResultsTaken>

/** `PUT /payouts/:id/results/:resultId`: what the bank said of one payout, where it gives no file, with its receipt. */
export const RecordResult = z.object({
  outcome: z.enum(['settled', 'failed', 'unknown', 'bounced']),
  code: z.enum(failureCodes).optional(),
  bankSerial: z.string().trim().min(1).max(60).optional(),
  on: Day,
  /** A scan of what the bank gave, of purpose payoutProof, handed in by who types it. */
  proofFileId: Id,
})
export type RecordResult = z.infer<typeof RecordResult>

const SentAnswer = z.enum(['settled', 'failed', 'bounced', 'notSent', 'explained'])
export const SentBeforeQuery = z.object({ cursor: z.string().max(100).optional() })
/**
 * `GET /sent-before`: of what the send log and the database do not say the same, and nobody has explained yet, 50 a page;
 * and restores that two people have not acknowledged.
 */
export const SentBefore = z.object({
  open: z.int(),
  unanswered: z.int(),
  /** Sent by the database's word, and not in the log. */
  missing: z.int(),
  restorations: z.array(
    z.object({ id: Id, backupMadeAt: z.int(), restoredAt: z.int(), acknowledgedBy: z.string().optional() }),
  ),
  /** Of the batches on this page, how many are open in all. */
  batches: z.array(z.object({ batchId: Id, missing: z.boolean(), open: z.int() })),
  references: z.array(
    z.object({
      reference: z.string(),
      /** Zeros where its line is torn. */
      batchId: z.string(),
      amountFen: z.int(),
      /** Machine time; 0 where the log does not say. */
      sentAt: z.int(),
      missing: z.boolean(),
      route: z.enum(['file', 'bank']).optional(),
      /** The word of the city's bank, where it was asked. */
      bankSays: z.enum(['neverSeen', 'inProgress', 'settled', 'failed', 'bounced']).optional(),
      answer: SentAnswer.optional(),
      answeredBy: z.string().optional(),
    }),
  ),
  nextCursor: z.string().optional(),
})
export type SentBefore = z.infer<typeof SentBefore>
/** `PUT /sent-before/:reference/answer`, then the same by another. `explained`, and only that, of what the log lacks. */
export const AnswerSentBefore = z.object({ answer: SentAnswer, words: z.string().trim().min(2).max(500) })
export type AnswerSentBefore = z.infer<typeof AnswerSentBefore>
/** `PUT /sent-before/batches/:batchId/answer`: of all that is open of a batch; `asBankSays`: of each what the bank says. */
export const AnswerSentBatch = AnswerSentBefore.extend({ answer: z.enum([...SentAnswer.options, 'asBankSays']) })
export type AnswerSentBatch = z.infer<typeof AnswerSentBatch>
export const SentBatchAnswered = z.object({ answered: z.int(), agreed: z.int(), open: z.int() })
export type SentBatchAnswered = z.infer<typeof SentBatchAnswered>
/** `PUT /send-log/comparison`: compared with the database and asked of the bank anew. Times are the machine's. */
export const SendLogSeen = z.object({ references: z.int(), lastLineAt: z.int(), damagedLines: z.int() })
export type SendLogSeen = z.infer<typeof SendLogSeen>
/** `PUT /restorations/:id/acknowledgement`: the figures that one saw, then another the same. */
export const AcknowledgeRestoration = z.object({ references: z.int(), lastLineAt: z.int() })
export type AcknowledgeRestoration = z.infer<typeof AcknowledgeRestoration>
