/** 经审: samples of what was decided and paid, and the whole chain of each drawn case. */
import { z } from 'zod'
import { channels, levels } from '../domain/policy.ts'
import { ApplicationView } from './applications.ts'
import { Id } from './id.ts'
import { TransferView } from './payments.ts'

/** What the frame holds: approved counts everything after final approval, paid what has reached the worker. */
export const SampleFilter = z.object({
  districtId: Id.optional(),
  level: z.enum(levels).optional(),
  channel: z.enum(channels).optional(),
  batch: z.int().min(1).max(9999).optional(),
  outcome: z.enum(['approved', 'paid', 'declined', 'all']).default('approved'),
  amountFromFen: z.int().min(0).optional(),
  amountToFen: z.int().min(0).optional(),
})
export type SampleFilter = z.infer<typeof SampleFilter>

/** `PUT /audit-samples/:id`: draws it. Without a seed the server draws one and records it. */
export const DrawSample = z.object({
  filter: SampleFilter,
  method: z.enum(['random', 'largest']),
  wanted: z.int().min(1).max(200),
  seed: z.string().trim().min(1).max(64).optional(),
})
export type DrawSample = z.infer<typeof DrawSample>

const Counts = z.object({ drawn: z.int(), clear: z.int(), problem: z.int(), open: z.int() })
export const SampleView = z.object({
  id: z.uuid(),
  number: z.int(),
  filter: SampleFilter,
  district: z.string().optional(),
  method: z.enum(['random', 'largest']),
  seed: z.string().optional(),
  wanted: z.int(),
  frameSize: z.int(),
  frameFen: z.int(),
  /** SHA-256, hex, over the receipt numbers of the frame in order, one a line. */
  frameDigest: z.string(),
  drawnBy: z.string(),
  drawnAt: z.int(),
  drawnFen: z.int(),
  counts: Counts,
})
export type SampleView = z.infer<typeof SampleView>
export const Samples = z.object({
  samples: z.array(SampleView),
  nextCursor: z.int().optional(),
  districts: z.array(z.object({ id: z.uuid(), name: z.string() })),
})
export type Samples = z.infer<typeof Samples>

const VerdictView = z.object({
  id: z.uuid(),
  outcome: z.enum(['clear', 'problem']),
  words: z.string().optional(),
  by: z.string(),
  at: z.int(),
})
export type VerdictView = z.infer<typeof VerdictView>

export const SampleDetail = SampleView.extend({
  cases: z.array(
    z.object({
      place: z.int(),
      applicationId: z.uuid(),
      receiptNumber: z.string(),
      level: z.enum(levels),
      occupationName: z.string(),
      district: z.string(),
      stateTitle: z.string(),
      amountFen: z.int(),
      /** Something was done to it since it was drawn. */
      moved: z.boolean(),
      verdict: VerdictView.optional(),
    }),
  ),
})
export type SampleDetail = z.infer<typeof SampleDetail>

/** `PUT /audit-samples/:id/cases/:place/verdicts/:verdictId`; 有问题 takes words. */
export const GiveVerdict = z.object({
  outcome: z.enum(['clear', 'problem']),
  words: z.string().trim().max(500).optional(),
})
export type GiveVerdict = z.infer<typeof GiveVerdict>

const Scan = z.object({ fileId: z.uuid(), pages: z.int() })
/** The money papers of one award, from the approval list to the postings. */
export const CasePapers = z.object({
  list: z
    .object({
      number: z.string(),
      madeBy: z.string(),
      madeAt: z.int(),
      lineCount: z.int(),
      totalFen: z.int(),
      documentNumber: z.string().optional(),
      approvedBy: z.string().optional(),
      approvedAt: z.int().optional(),
    })
    .optional(),
  funding: TransferView.optional(),
  notice: z
    .object({
      number: z.string(),
      issuedBy: z.string(),
      issuedAt: z.int(),
      lineCount: z.int(),
      totalFen: z.int(),
      accountTail: z.string(),
    })
    .optional(),
  confirmation: z.object({ place: z.int(), by: z.string(), at: z.int(), scan: Scan }).optional(),
  allocation: TransferView.optional(),
  receipt: z
    .object({
      receivedOn: z.string(),
      receiptNumber: z.string(),
      by: z.string(),
      at: z.int(),
      /** Absent for one recorded before receipts had scans. */
      scan: Scan.optional(),
    })
    .optional(),
  payout: z
    .object({
      paidOn: z.string(),
      bankSerial: z.string().optional(),
      payeeTail: z.string(),
      by: z.string(),
      at: z.int(),
      proof: Scan.optional(),
    })
    .optional(),
  /** Other accounts that were proposed for it, by their last digits, the earliest first. */
  accountChanges: z.array(
    z.object({
      replacesTail: z.string(),
      tail: z.string(),
      proposedBy: z.string(),
      proposedAt: z.int(),
      state: z.enum(['open', 'confirmed', 'refused', 'withdrawn']),
      answeredBy: z.string().optional(),
      answeredAt: z.int().optional(),
    }),
  ),
  postings: z.array(
    z.object({
      seq: z.int(),
      at: z.int(),
      debit: z.string(),
      credit: z.string(),
      amountFen: z.int(),
      cause: z.string(),
    }),
  ),
})
export type CasePapers = z.infer<typeof CasePapers>

export const SampledCase = z.object({
  sample: z.object({ id: z.uuid(), number: z.int(), drawnBy: z.string(), drawnAt: z.int(), places: z.int() }),
  place: z.int(),
  application: ApplicationView,
  /** Every check ever recorded, also those that a later change of the form made count no more. */
  checks: ApplicationView.shape.checks,
  papers: CasePapers,
  /** Whether the digests of its actions and of the form they rest on are those that were written. */
  chain: z.object({ actions: z.int(), broken: z.string().optional() }),
  verdicts: z.array(VerdictView),
})
export type SampledCase = z.infer<typeof SampledCase>
