import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Compare, Compared, CompareId, Kin } from '../../contract/desk.ts'
import { ById, ReadAhead } from '../../contract/id.ts'
import { viewKind } from '../audit/audit.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { compare, kinOf } from './comparison.ts'

const tags = ['desk']

export async function routes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/applications/:id/kin',
    {
      schema: {
        summary: 'The same person’s other claims, and certificates that may be one',
        tags,
        params: ById,
        querystring: ReadAhead,
        response: { 200: Kin },
      },
    },
    (request) =>
      kinOf(
        deps,
        requireViewer(request, 'hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier', 'approver'),
        request.params.id,
        request.now,
        viewKind(request.query.ahead),
      ),
  )
  app.put(
    '/api/v1/applications/:id/comparisons/:comparisonId',
    {
      schema: {
        summary: 'Whether two certificates are the same one, in words',
        tags,
        params: CompareId,
        body: Compare,
        response: { 200: Compared },
      },
    },
    (request) =>
      compare(
        deps,
        requireViewer(request, 'unionOfficer', 'districtReviewer', 'verifier'),
        request.params.id,
        request.params.comparisonId,
        request.body,
        request.now,
      ),
  )
}
