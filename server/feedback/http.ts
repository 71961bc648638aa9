import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  AnswerFeedback,
  CommonAnswers,
  FeedbackCounts,
  FeedbackPage,
  FeedbackQuery,
  FeedbackView,
  PublishAnswer,
  WriteFeedback,
} from '../../contract/feedback.ts'
import { ById, Id } from '../../contract/id.ts'
import { type Role, roles } from '../../domain/roles.ts'
import { type Deps, requireViewer, type Viewer } from '../context.ts'
import {
  answerFeedback,
  commonAnswers,
  countFeedback,
  listFeedback,
  markRead,
  publishAnswer,
  writeFeedback,
} from './feedback.ts'

const tags = ['feedback']
const staff: readonly Role[] = roles.filter((role) => role !== 'worker')
const officer = (request: FastifyRequest): Viewer => requireViewer(request, ...staff)

/** 问题和建议. */
export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  letterRoutes(instance, deps)
  answerRoutes(instance, deps)
}

function letterRoutes(instance: FastifyInstance, deps: Deps): void {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/feedback',
    {
      schema: {
        tags,
        summary: 'One’s own; for the service centre also everybody’s',
        querystring: FeedbackQuery,
        response: { 200: FeedbackPage },
      },
    },
    (request) => listFeedback(deps, officer(request), request.query),
  )
  app.get(
    '/api/v1/feedback/counts',
    { schema: { tags, summary: 'Answers not read, and what waits', response: { 200: FeedbackCounts } } },
    (request) => countFeedback(deps, officer(request)),
  )
  app.put(
    '/api/v1/feedback/:id',
    {
      schema: {
        tags,
        summary: 'A problem or a suggestion to the service centre',
        params: ById,
        body: WriteFeedback,
        response: { 200: FeedbackView },
      },
    },
    (request) => writeFeedback(deps, officer(request), request.params.id, request.body, request.now),
  )
  app.post(
    '/api/v1/feedback/read',
    {
      schema: {
        tags,
        summary: 'One’s own whose answers one has read',
        body: z.object({ ids: z.array(Id).min(1).max(50) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await markRead(deps, officer(request), request.body.ids, request.now)
      return reply.code(204).send(null)
    },
  )
}

function answerRoutes(instance: FastifyInstance, deps: Deps): void {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.put(
    '/api/v1/feedback/:id/answers/:answerId',
    {
      schema: {
        tags,
        summary: 'The service centre’s answer',
        params: ById.extend({ answerId: Id }),
        body: AnswerFeedback,
        response: { 200: FeedbackView },
      },
    },
    (request) => {
      const { id, answerId } = request.params
      return answerFeedback(deps, requireViewer(request, 'verifier'), id, answerId, request.body, request.now)
    },
  )
  app.get(
    '/api/v1/common-answers',
    { schema: { tags, summary: 'Answers to all, newest first', response: { 200: CommonAnswers } } },
    (request) => commonAnswers(deps, officer(request)),
  )
  app.put(
    '/api/v1/common-answers/:id',
    {
      schema: {
        tags,
        summary: 'Publishes an answer to all',
        params: ById,
        body: PublishAnswer,
        response: { 200: CommonAnswers },
      },
    },
    (request) => publishAnswer(deps, requireViewer(request, 'verifier'), request.params.id, request.body, request.now),
  )
}
