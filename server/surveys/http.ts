import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AnswerSurvey, AskSurveyTicket, SurveyTables, SurveyTicket } from '../../contract/survey.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { answerSurvey, surveyTables, surveyTicket } from './survey.ts'

/** Whoever has a ticket may answer: an address that tries many is slowed down. */
const fewer = { config: { rateLimit: { max: 120, timeWindow: 60_000 } } }

export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.post(
    '/api/v1/survey-tickets',
    {
      schema: {
        summary: 'A ticket for the survey, for who has filed; nothing is written down of it',
        tags: ['worker'],
        body: AskSurveyTicket,
        response: { 200: SurveyTicket },
      },
    },
    (request) => surveyTicket(deps, requireViewer(request, 'worker'), request.body.applicationId),
  )
  app.put(
    '/api/v1/survey-answers',
    {
      ...fewer,
      schema: {
        summary: 'Answers the survey by a ticket, without a session',
        tags: ['worker'],
        body: AnswerSurvey,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await answerSurvey(deps, request.body)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/survey',
    {
      schema: {
        summary: 'How the survey was answered, by level and sector; what is few is not shown',
        tags: ['desk'],
        response: { 200: SurveyTables },
      },
    },
    (request) => surveyTables(deps, requireViewer(request, 'approver', 'verifier'), request.now),
  )
}
