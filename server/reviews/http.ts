import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { StaffRole } from '../../domain/roles.ts'
import { BatchList, BatchView, QueueCounts, QueuePage, QueueQuery } from '../../contract/applications.ts'
import { DrawLot, Lot, LotPassed, PassLot } from '../../contract/desk.ts'
import { ById } from '../../contract/id.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { drawLot, passLot, showLot } from './lot.ts'
import { queue, queueCounts } from './queue.ts'
import { closeBatch, listBatches, openBatch } from './review.ts'

const desks: readonly StaffRole[] = [
  'hrOfficer',
  'unionOfficer',
  'filingPoint',
  'districtReviewer',
  'verifier',
  'approver',
]
const inLots: readonly StaffRole[] = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer']

export async function routes(instance: FastifyInstance, deps: Deps) {
  lotRoutes(instance, deps)
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
    (request) => queue(deps, requireViewer(request, ...desks), request.query, request.now),
  )
  app.get(
    '/api/v1/queue/counts',
    { schema: { summary: 'How much waits at one’s desk', tags: ['desk'], response: { 200: QueueCounts } } },
    (request) => queueCounts(deps, requireViewer(request, ...desks), request.now),
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

function lotRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.put(
    '/api/v1/review-lots/:id',
    {
      schema: {
        summary: 'Draws which of many clean cases must be looked at before all are passed',
        tags: ['desk'],
        params: ById,
        body: DrawLot,
        response: { 200: Lot },
      },
    },
    (request) => drawLot(deps, requireViewer(request, ...inLots), request.params.id, request.body.cases, request.now),
  )
  app.get(
    '/api/v1/review-lots/:id',
    { schema: { summary: 'A lot as it stands', tags: ['desk'], params: ById, response: { 200: Lot } } },
    (request) => showLot(deps, requireViewer(request, ...inLots), request.params.id),
  )
  app.put(
    '/api/v1/review-lots/:id/passing',
    {
      schema: {
        summary: 'Passes the cases of a lot, each by itself',
        tags: ['desk'],
        params: ById,
        body: PassLot,
        response: { 200: LotPassed },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...inLots)
      return passLot(deps, viewer, request.params.id, request.body.membershipConfirmed ?? false, request.now)
    },
  )
}
