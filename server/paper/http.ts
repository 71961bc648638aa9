import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import {
  CopiesToSend,
  ReceiveCopies,
  SendCopies,
  TransmittalDetail,
  Transmittals,
  TransmittalsQuery,
} from '../../contract/copies.ts'
import { ById, Id } from '../../contract/id.ts'
import {
  Arrive,
  Arrived,
  MoveOriginals,
  OriginalsDone,
  OriginalsPage,
  OriginalsQuery,
  SealOriginals,
} from '../../contract/originals.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { copiesToSend, receiveCopies, sendCopies, transmittal, transmittals } from './copies.ts'
import { arrive, move, originals, seal } from './originals.ts'

const tags = ['paper']

/** Originals at the districts, and copies sent on to the centre. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  originalRoutes(app, deps)
  copyRoutes(app, deps)
}

function originalRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/originals',
    {
      schema: {
        tags,
        summary: 'Originals of a batch, or by receipt number or box',
        querystring: OriginalsQuery,
        response: { 200: OriginalsPage },
      },
    },
    (request) => originals(deps, requireViewer(request, 'districtReviewer'), request.query),
  )
  app.put(
    '/api/v1/originals/arrivals',
    {
      schema: { tags, summary: 'An original has come; again is harmless', body: Arrive, response: { 200: Arrived } },
    },
    (request) => arrive(deps, requireViewer(request, 'districtReviewer'), request.body.scanned, request.now),
  )
  app.put(
    '/api/v1/originals/sealings/:id',
    {
      schema: {
        tags,
        summary: 'Originals are sealed and put in a box',
        params: ById,
        body: SealOriginals,
        response: { 200: OriginalsDone },
      },
    },
    (request) => seal(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
  app.put(
    '/api/v1/originals/moves/:id',
    {
      schema: {
        tags,
        summary: 'Sealed originals go to another box',
        params: ById,
        body: MoveOriginals,
        response: { 200: OriginalsDone },
      },
    },
    (request) => move(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
}

function copyRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/copies/to-send',
    { schema: { tags, summary: 'Cases whose copies go to the centre', response: { 200: CopiesToSend } } },
    (request) => copiesToSend(deps, requireViewer(request, 'districtReviewer')),
  )
  app.get(
    '/api/v1/transmittals',
    {
      schema: {
        tags,
        summary: 'Parcels of copies, newest first',
        querystring: TransmittalsQuery,
        response: { 200: Transmittals },
      },
    },
    (request) => transmittals(deps, requireViewer(request, 'districtReviewer', 'verifier'), request.query),
  )
  app.get(
    '/api/v1/transmittals/:id',
    { schema: { tags, summary: 'One parcel, line by line', params: ById, response: { 200: TransmittalDetail } } },
    (request) => transmittal(deps, requireViewer(request, 'districtReviewer', 'verifier'), request.params.id),
  )
  app.put(
    '/api/v1/transmittals/:id',
    {
      schema: {
        tags,
        summary: 'A district federation sends a parcel of copies',
        params: ById,
        body: SendCopies,
        response: { 200: TransmittalDetail },
      },
    },
    (request) =>
      sendCopies(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
  app.put(
    '/api/v1/transmittals/:id/receipts/:receiptId',
    {
      schema: {
        tags,
        summary: 'The centre receives a parcel, complete or but for some lines',
        params: ById.extend({ receiptId: Id }),
        body: ReceiveCopies,
        response: { 200: TransmittalDetail },
      },
    },
    (request) => receiveCopies(deps, requireViewer(request, 'verifier'), request.params, request.body, request.now),
  )
}
