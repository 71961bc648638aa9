/** Printing the annex: one PDF of many sheets. */
import { z } from 'zod'
import { Id } from './id.ts'

/** `POST /api/v1/annexes`; the answer is the PDF, one page for each, in this order. */
export const PrintAnnexes = z.object({ ids: z.array(Id).min(1).max(100) })
export type PrintAnnexes = z.infer<typeof PrintAnnexes>
