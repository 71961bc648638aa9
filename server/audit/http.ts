import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AuditEvents } from '../../contract/people.ts'
import { type Deps, inViewersScope, requireViewer } from '../context.ts'
import { listEvents } from './audit.ts'

/** The audit administrator's page. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/audit-events',
    {
      schema: {
        tags: ['audit'],
        summary: 'Who did and saw what, newest first',
        querystring: z.object({ cursor: z.string().max(60).optional() }),
        response: { 200: AuditEvents },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'auditAdministrator')
      return inViewersScope(deps, viewer, (trx) => listEvents(trx, request.query.cursor))
    },
  )
}
