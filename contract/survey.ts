/** The survey of the annex (R25): voluntary, and stored without person, application or time. */
import { z } from 'zod'
import { levels } from '../domain/policy.ts'
import { Id } from './id.ts'

export const AskSurveyTicket = z.object({ applicationId: Id })
/** Says of which level and sector somebody is who has filed, and nothing else; good for one answer. */
export const SurveyTicket = z.object({ ticket: z.string() })
export type SurveyTicket = z.infer<typeof SurveyTicket>

/** `PUT /api/v1/survey-answers`, sent without a session. */
export const AnswerSurvey = z.object({
  ticket: z.string().max(200),
  consented: z.literal(true),
  /** By question: the words of a choice, or whole yuan a month. What is left out was not answered. */
  answers: z.record(z.string().max(40), z.union([z.string().max(40), z.int().min(0).max(1_000_000)])),
})
export type AnswerSurvey = z.infer<typeof AnswerSurvey>

export const surveySectors = ['primary', 'secondary', 'tertiary'] as const
/** Where a month's pay falls, by its lower end in yuan. */
export const payBands = ['0', '5000', '8000', '10000', '15000', '20000'] as const

const Line = z.object({
  line: z.string().describe('A level or a sector'),
  /** One for each answer, in the order of `answers`; null is not shown. */
  counts: z.array(z.int().nullable()),
})
export const SurveyTables = z.object({
  questions: z.array(
    z.object({
      id: z.string(),
      /** Choices in their printed words, or the lower ends of the bands of pay. */
      answers: z.array(z.string()),
      byLevel: z.array(Line.extend({ line: z.enum(levels) })),
      bySector: z.array(Line.extend({ line: z.enum(surveySectors) })),
    }),
  ),
})
export type SurveyTables = z.infer<typeof SurveyTables>
