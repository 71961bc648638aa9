/** Stamped forms that come back as scans and find their application by the code on them. */
import { z } from 'zod'

/** `PUT /api/v1/scans/:id`, the id of a file handed in as `stampedForm`; without a number its code is read. */
export const MatchScan = z.object({
  receiptNumber: z.string().trim().toUpperCase().min(1).max(40).optional(),
})
export type MatchScan = z.infer<typeof MatchScan>

const Matched = z.object({
  outcome: z.literal('matched'),
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  /** Pages without a code that went with it. */
  withoutCode: z.array(z.int()).optional(),
})
const Unreadable = z.object({
  outcome: z.literal('unreadable').describe('No code of ours on any page: type the receipt number'),
})
const Outside = z.object({
  outcome: z.literal('outside').describe('No such application in the scope of who asks; whose it is stays unsaid'),
})
export const PageMatch = z.discriminatedUnion('outcome', [Matched, Unreadable, Outside])
export type PageMatch = z.infer<typeof PageMatch>
export const ScanMatch = z.discriminatedUnion('outcome', [
  Matched,
  Unreadable,
  Outside,
  z.object({
    outcome: z.literal('several').describe('Its pages are forms of several: each is a scan of its own now'),
    pages: z.array(z.object({ page: z.int(), scanId: z.uuid(), match: PageMatch })),
  }),
])
export type ScanMatch = z.infer<typeof ScanMatch>

/** What one has scanned lately, newest first. */
export const ScanList = z.object({
  scans: z.array(
    z.object({
      id: z.uuid(),
      uploadedAt: z.int(),
      pageCount: z.int(),
      match: Matched.pick({ applicationId: true, receiptNumber: true }).optional(),
    }),
  ),
})
export type ScanList = z.infer<typeof ScanList>
