import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { BatchList, BatchView, QueuePage, QueueQuery } from '../../contract/applications.ts'
import { ById } from '../../contract/id.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { closeBatch, listBatches, openBatch, queue } from './review.ts'

export async function routes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/queue',
    {
      schema: {
        summary: 'The applications of one’s desk, 50 a page',
        tags: ['desk'],
        querystring: QueueQuery,
        response: { 200: QueuePage },
      },
    },
    (request) =>
      queue(
        deps,
        requireViewer(request, 'hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier', 'approver'),
        request.query,
        request.now,
      ),
  )
  app.get(
    '/api/v1/filing-batches',
    { schema: { summary: 'Filing batches of the policy in force', tags: ['desk'], response: { 200: BatchList } } },
    (request) =>
      listBatches(
        deps,
        requireViewer(request, 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier', 'approver'),
      ),
  )
  app.put(
    '/api/v1/filing-batches/:id',
    { schema: { summary: 'Opens the next filing batch', tags: ['desk'], params: ById, response: { 200: BatchView } } },
    (request) => openBatch(deps, requireViewer(request, 'verifier'), request.params.id, request.now),
  )
  app.put(
    '/api/v1/filing-batches/:id/closing',
    { schema: { summary: 'Closes a filing batch', tags: ['desk'], params: ById, response: { 200: BatchView } } },
    (request) => closeBatch(deps, requireViewer(request, 'verifier'), request.params.id, request.now),
  )
}
