/** 问题和建议 (四.一.末): any officer writes to the service centre and sees its answer; answers to all are published. */
import { z } from 'zod'

const kind = z.enum(['problem', 'suggestion'])
/** `PUT /feedback/:id`. */
export const WriteFeedback = z.object({
  kind,
  words: z.string().trim().min(4).max(1000),
  /** A case the writer can see. */
  receiptNumber: z.string().trim().max(20).optional(),
})
export type WriteFeedback = z.infer<typeof WriteFeedback>

export const FeedbackView = z.object({
  id: z.uuid(),
  kind,
  words: z.string(),
  by: z.string(),
  roleTitle: z.string(),
  organisation: z.string(),
  at: z.int(),
  application: z.object({ id: z.uuid(), receiptNumber: z.string() }).optional(),
  answers: z.array(z.object({ id: z.uuid(), words: z.string(), by: z.string(), at: z.int() })),
  /** Answered since its writer last looked. */
  unread: z.boolean(),
})
export type FeedbackView = z.infer<typeof FeedbackView>

/** `GET /feedback?view=`: one's own; for the service centre also everybody's. */
export const FeedbackQuery = z.object({
  view: z.enum(['mine', 'open', 'answered']).default('mine'),
  cursor: z.string().max(80).optional(),
})
export type FeedbackQuery = z.infer<typeof FeedbackQuery>
export const FeedbackPage = z.object({ feedback: z.array(FeedbackView), nextCursor: z.string().optional() })
export type FeedbackPage = z.infer<typeof FeedbackPage>

/** `GET /feedback/counts`: answers not read; for the service centre what waits for one, counted up to 100. */
export const FeedbackCounts = z.object({ unread: z.int(), open: z.int() })
export type FeedbackCounts = z.infer<typeof FeedbackCounts>

/** `PUT /feedback/:id/answers/:answerId`. */
export const AnswerFeedback = z.object({ words: z.string().trim().min(2).max(1000) })
export type AnswerFeedback = z.infer<typeof AnswerFeedback>

/** `PUT /common-answers/:id`: an answer to all. */
export const PublishAnswer = z.object({
  question: z.string().trim().min(2).max(200),
  answer: z.string().trim().min(2).max(1000),
})
export type PublishAnswer = z.infer<typeof PublishAnswer>
export const CommonAnswers = z.object({
  answers: z.array(z.object({ id: z.uuid(), question: z.string(), answer: z.string(), by: z.string(), at: z.int() })),
})
export type CommonAnswers = z.infer<typeof CommonAnswers>
