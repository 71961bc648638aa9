import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById, Id } from '../../contract/id.ts'
import { DrawSample, GiveVerdict, SampledCase, SampleDetail, Samples } from '../../contract/oversight.ts'
import { type Deps, requireViewer } from '../context.ts'
import { drawSample, giveVerdict, listSamples, readSample } from './sample.ts'
import { readSampledCase } from './sampledCase.ts'

const tags = ['oversight']
const Place = ById.extend({ place: z.coerce.number().int().min(1).max(200) })

/** The auditor's desk (经审). */
export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/audit-samples',
    {
      schema: {
        tags,
        summary: 'Samples, newest first',
        querystring: z.object({ before: z.coerce.number().int().min(1).max(1_000_000).optional() }),
        response: { 200: Samples },
      },
    },
    (request) => listSamples(deps, requireViewer(request, 'auditor'), request.query.before),
  )
  app.put(
    '/api/v1/audit-samples/:id',
    {
      schema: {
        tags,
        summary: 'Draws a sample; the frame’s size and digest are recorded with it',
        params: ById,
        body: DrawSample,
        response: { 200: SampleDetail },
      },
    },
    (request) => drawSample(deps, requireViewer(request, 'auditor'), request.params.id, request.body, request.now),
  )
  app.get(
    '/api/v1/audit-samples/:id',
    { schema: { tags, summary: 'A sample with its cases', params: ById, response: { 200: SampleDetail } } },
    (request) => readSample(deps, requireViewer(request, 'auditor'), request.params.id, request.now),
  )
  app.get(
    '/api/v1/audit-samples/:id/cases/:place',
    {
      schema: { tags, summary: 'A drawn case with its whole chain', params: Place, response: { 200: SampledCase } },
    },
    (request) =>
      readSampledCase(deps, requireViewer(request, 'auditor'), request.params.id, request.params.place, request.now),
  )
  app.put(
    '/api/v1/audit-samples/:id/cases/:place/verdicts/:verdictId',
    {
      schema: {
        tags,
        summary: 'What the auditor finds in a drawn case; kept in the sample',
        params: Place.extend({ verdictId: Id }),
        body: GiveVerdict,
        response: { 200: SampleDetail },
      },
    },
    (request) => giveVerdict(deps, requireViewer(request, 'auditor'), request.params, request.body, request.now),
  )
}
