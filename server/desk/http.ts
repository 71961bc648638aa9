import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { StaffRole } from '../../domain/roles.ts'
import { Acted } from '../../contract/applications.ts'
import { Assign, Assigned, Colleagues, Hold, HoldId, ReleaseHold } from '../../contract/desk.ts'
import { ById } from '../../contract/id.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { assign, listColleagues } from './assignment.ts'
import { hold, release } from './hold.ts'

const deciders: readonly StaffRole[] = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier']
const tags = ['desk']

export async function routes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/colleagues',
    { schema: { summary: 'Who serves at the same desk', tags, response: { 200: Colleagues } } },
    (request) => listColleagues(deps, requireViewer(request, ...deciders), request.now),
  )
  app.put(
    '/api/v1/assignments/:id',
    { schema: { summary: 'Cases go to a colleague', tags, params: ById, body: Assign, response: { 200: Assigned } } },
    (request) => assign(deps, requireViewer(request, ...deciders), request.params.id, request.body, request.now),
  )
  app.put(
    '/api/v1/applications/:id/holds/:holdId',
    { schema: { summary: 'Holds a case', tags, params: HoldId, body: Hold, response: { 200: Acted } } },
    (request) => {
      const { id, holdId } = request.params
      return hold(deps, requireViewer(request, ...deciders), id, holdId, request.body.reason, request.now)
    },
  )
  app.put(
    '/api/v1/applications/:id/holds/:holdId/release',
    {
      schema: { summary: 'Lets a held case go on', tags, params: HoldId, body: ReleaseHold, response: { 200: Acted } },
    },
    (request) => {
      const { id, holdId } = request.params
      return release(deps, requireViewer(request, ...deciders), id, holdId, request.body.word, request.now)
    },
  )
}
