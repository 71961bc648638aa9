import { z } from 'zod'
import { channels } from '../domain/policy.ts'

export const FindingView = z.object({
  condition: z.string(),
  outcome: z.enum(['met', 'unmet', 'unknown']),
  consequence: z.enum(['refuse', 'return', 'person', 'wait', 'later']).optional(),
  says: z.string(),
  advice: z.string().optional(),
  clause: z.string(),
  quote: z.string(),
  reading: z.string().optional(),
})
/** The assessment of `domain/assessment.ts` on the wire. */
export const AssessmentView = z.object({
  verdict: z.union([z.boolean(), z.enum(['needs-material', 'pending'])]),
  amountFen: z.int().optional(),
  amountIfMetFen: z.int().optional(),
  category: z.string().optional(),
  findings: z.array(FindingView),
  openChannels: z.array(z.enum(channels)),
  clauses: z.array(z.string()),
  reading: z.string().optional(),
})
export type AssessmentView = z.infer<typeof AssessmentView>
