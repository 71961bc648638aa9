/** Copies of form and certificate that district federations send on to the service centre (四.一.3, R17). */
import { z } from 'zod'
import { filingAuthorities, levels } from '../domain/policy.ts'
import { Id } from './id.ts'

const Line = z.object({
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  occupationName: z.string(),
  filingAuthority: z.enum(filingAuthorities),
})
export const CopiesToSend = z.object({
  /** Up to 200; `more` beyond. */
  items: z.array(Line.extend({ batchNumber: z.int().optional(), missed: z.boolean() })),
  more: z.boolean(),
  /** Final approval waits for them (R17). */
  awaited: z.boolean(),
})
export type CopiesToSend = z.infer<typeof CopiesToSend>

/** `PUT /api/v1/transmittals/:id` */
export const SendCopies = z.object({
  applicationIds: z.array(Id).min(1).max(200),
  sentOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
})
export type SendCopies = z.infer<typeof SendCopies>

export const TransmittalsQuery = z.object({
  stage: z.enum(['open', 'complete', 'all']).default('open'),
  cursor: z.string().max(80).optional(),
})
export type TransmittalsQuery = z.infer<typeof TransmittalsQuery>
export const TransmittalView = z.object({
  id: z.uuid(),
  number: z.string(),
  district: z.string(),
  lineCount: z.int(),
  received: z.int(),
  /** Looked for and not found in the parcel; the list stays open. */
  missing: z.int(),
  sentOn: z.string(),
  sentBy: z.string(),
  lastReceivedOn: z.string().optional(),
})
export type TransmittalView = z.infer<typeof TransmittalView>
export const Transmittals = z.object({ transmittals: z.array(TransmittalView), nextCursor: z.string().optional() })
export type Transmittals = z.infer<typeof Transmittals>
export const TransmittalDetail = TransmittalView.extend({
  lines: z.array(
    Line.extend({ state: z.enum(['underWay', 'missing', 'received']), receivedOn: z.string().optional() }),
  ),
})
export type TransmittalDetail = z.infer<typeof TransmittalDetail>
/** `PUT /api/v1/transmittals/:id/receipts/:receiptId`: everything that is open has come, but for these. */
export const ReceiveCopies = z.object({ missing: z.array(Id).max(200) })
export type ReceiveCopies = z.infer<typeof ReceiveCopies>
