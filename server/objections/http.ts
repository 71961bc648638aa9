import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { ById, Id } from '../../contract/id.ts'
import {
  DecideObjection,
  MyObjections,
  ObjectionCase,
  ObjectionDecided,
  ObjectionDeskQuery,
  ObjectionPage,
  ObjectionView,
  RaiseObjection,
} from '../../contract/objections.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import {
  decideObjection,
  listObjections,
  objectionCase,
  objectionDesk,
  raiseObjection,
  readObjection,
} from './objection.ts'

/** Objections to a certificate that is taken: of the worker who raises them, and the centre's desk. */
export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const [worker, desk] = [['worker'], ['desk']]
  app.get(
    '/api/v1/objections',
    { schema: { summary: 'The objections this account raised', tags: worker, response: { 200: MyObjections } } },
    (request) => listObjections(deps, requireViewer(request, 'worker'), request.now),
  )
  app.get(
    '/api/v1/objections/:id',
    { schema: { summary: 'One of them', tags: worker, params: ById, response: { 200: ObjectionView } } },
    (request) => readObjection(deps, requireViewer(request, 'worker'), request.params.id, request.now),
  )
  app.put(
    '/api/v1/objections/:id',
    {
      schema: {
        summary: 'Raises an objection to a certificate that is taken',
        tags: worker,
        params: ById,
        body: RaiseObjection,
        response: { 200: ObjectionView },
      },
    },
    (request) => raiseObjection(deps, requireViewer(request, 'worker'), request.params.id, request.body, request.now),
  )
  app.get(
    '/api/v1/objection-desk',
    {
      schema: {
        summary: 'Objections to decide, or decided',
        tags: desk,
        querystring: ObjectionDeskQuery,
        response: { 200: ObjectionPage },
      },
    },
    (request) => objectionDesk(deps, requireViewer(request, 'verifier'), request.query),
  )
  app.get(
    '/api/v1/objection-desk/:id',
    { schema: { summary: 'Both sides of an objection', tags: desk, params: ById, response: { 200: ObjectionCase } } },
    (request) => objectionCase(deps, requireViewer(request, 'verifier'), request.params.id, request.now),
  )
  app.put(
    '/api/v1/objection-desk/:id/decisions/:actionId',
    {
      schema: {
        summary: 'Decides an objection; its id makes a repeat harmless',
        tags: desk,
        params: ById.extend({ actionId: Id }),
        body: DecideObjection,
        response: { 200: ObjectionDecided },
      },
    },
    (request) => {
      const { id, actionId } = request.params
      return decideObjection(deps, requireViewer(request, 'verifier'), id, actionId, request.body, request.now)
    },
  )
}
