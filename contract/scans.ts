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
})
export const ScanMatch = z.discriminatedUnion('outcome', [
  Matched,
  z.object({ outcome: z.literal('unreadable').describe('No code of ours on any page: type the receipt number') }),
  z.object({
    outcome: z.literal('outside').describe('No such application in the scope of who asks; whose it is stays unsaid'),
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
      match: Matched.omit({ outcome: true, applicantName: true }).optional(),
    }),
  ),
})
export type ScanList = z.infer<typeof ScanList>
