/** RFC 9457 problem details, as every refusal travels. */
import { z } from 'zod'
import { errors } from './errors.ts'
import type { ErrorCode } from './errors.ts'

export const Problem = z.object({
  type: z.string().describe('/problems/<code>'),
  title: z.string().describe('The sentence for the person, Chinese'),
  status: z.int(),
  code: z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]),
  instance: z.string().describe('Error number, to be told on the phone'),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  fields: z.array(z.object({ field: z.string(), says: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>
