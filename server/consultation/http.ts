import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CallNotes, ConsultationView, LookUp, WriteCallNote } from '../../contract/consultation.ts'
import { ById, Id } from '../../contract/id.ts'
import { type Deps, requireViewer } from '../context.ts'
import { callNotes, endConsultation, lookUp, showConsultation, writeCallNote } from './consultation.ts'

const tags = ['consultation']

/** The consultation desk. */
export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.put(
    '/api/v1/consultations/:id',
    {
      schema: {
        tags,
        summary: 'Looks up what a caller named; facts that do not agree tell nothing',
        params: ById,
        body: LookUp,
        response: { 200: ConsultationView },
      },
    },
    (request) => lookUp(deps, requireViewer(request, 'consultant'), request.params.id, request.body, request.now),
  )
  app.get(
    '/api/v1/consultations/:id',
    { schema: { tags, summary: 'The call, while it lasts', params: ById, response: { 200: ConsultationView } } },
    (request) => showConsultation(deps, requireViewer(request, 'consultant'), request.params.id, request.now),
  )
  app.put(
    '/api/v1/consultations/:id/notes/:noteId',
    {
      schema: {
        tags,
        summary: 'What was asked and answered, kept with the case',
        params: ById.extend({ noteId: Id }),
        body: WriteCallNote,
        response: { 200: ConsultationView },
      },
    },
    (request) => {
      const { id, noteId } = request.params
      return writeCallNote(deps, requireViewer(request, 'consultant'), id, noteId, request.body, request.now)
    },
  )
  app.put(
    '/api/v1/consultations/:id/end',
    { schema: { tags, summary: 'The call is over', params: ById, body: z.object({}), response: { 204: z.null() } } },
    async (request, reply) => {
      await endConsultation(deps, requireViewer(request, 'consultant'), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/applications/:id/call-notes',
    {
      schema: {
        tags,
        summary: 'What was said on the phone about one case',
        params: ById,
        response: { 200: CallNotes },
      },
    },
    (request) => callNotes(deps, requireViewer(request, 'verifier'), request.params.id),
  )
}
