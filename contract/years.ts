/** 年度结账: a calendar year of the books, closed by two people; nothing is booked into it any more. Sums in fen. */
import { z } from 'zod'
import { Identity } from './payments.ts'

/** `PUT /books/years/:id`. */
export const ProposeClose = z.object({ year: z.int().min(2000).max(2999) })
export type ProposeClose = z.infer<typeof ProposeClose>

export const YearClose = z.object({
  id: z.uuid(),
  proposedBy: z.string(),
  proposedAt: z.int(),
  confirmedBy: z.string().optional(),
  confirmedAt: z.int().optional(),
  postings: z.int(),
  /** What all postings of the year moved. */
  movedFen: z.int(),
  /** SHA-256 over the SHA-256 of each posting's line in order; hex. */
  digest: z.string(),
  opening: Identity,
  closing: Identity,
  /** On which accounts money stood when the year ended; the city's budget apart. */
  accounts: z.array(z.object({ account: z.string(), title: z.string(), awards: z.int(), fen: z.int() })),
  /** What waited for an answer when it was confirmed. */
  openItems: z.object({ unheard: z.int(), corrections: z.int(), recoveries: z.int(), surplus: z.int() }).optional(),
  /** The last sealed lot of the audit log when it was confirmed, and its hash; absent where none was sealed yet. */
  auditLot: z.int().optional(),
  auditHash: z.string().optional(),
})
export type YearClose = z.infer<typeof YearClose>

/** `GET /books/years`: years of which there are books, the newest first. */
export const Years = z.object({
  years: z.array(
    z.object({
      year: z.int(),
      /** `running`: not over; `open`: over and not closed. */
      state: z.enum(['running', 'open', 'proposed', 'closed']),
      close: YearClose.optional(),
    }),
  ),
})
export type Years = z.infer<typeof Years>
