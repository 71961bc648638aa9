import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AddOrganisation, OrganisationList, OrganisationView, UnionOptions } from '../../contract/people.ts'
import { UnitFacts, UnitFactsView } from '../../contract/people.ts'
import { ById } from '../../contract/id.ts'
import { type Deps, requireViewer } from '../context.ts'
import { addOrganisation, findUnions, keepUnitFacts, listOrganisations, showUnitFacts } from './organisation.ts'

/** The tree, the unions one may file with, and what they keep of their units. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const tags = ['organisations']

  http.get(
    '/api/v1/organisations',
    { schema: { tags, summary: 'The whole tree, parents first', response: { 200: OrganisationList } } },
    (request) => listOrganisations(deps, requireViewer(request, 'systemAdministrator')),
  )
  http.put(
    '/api/v1/organisations/:id',
    {
      schema: {
        tags,
        summary: 'Adds an organisation below another',
        params: ById,
        body: AddOrganisation,
        response: { 200: OrganisationView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'systemAdministrator')
      return addOrganisation(deps, viewer, request.params.id, request.body, request.now)
    },
  )
  http.get(
    '/api/v1/unions',
    {
      schema: {
        tags,
        summary: 'Base unions to file with, at most 20',
        querystring: z.object({ find: z.string().max(80).default('') }),
        response: { 200: UnionOptions },
      },
    },
    (request) => findUnions(deps, requireViewer(request), request.query.find, request.now),
  )
  http.get(
    '/api/v1/unions/:id/unit-facts',
    { schema: { tags, summary: 'What a union keeps of its unit', params: ById, response: { 200: UnitFactsView } } },
    (request) => showUnitFacts(deps, requireViewer(request), request.params.id, request.now),
  )
  http.put(
    '/api/v1/unions/:id/unit-facts',
    {
      schema: {
        tags,
        summary: 'Keeps the facts of a unit',
        params: ById,
        body: UnitFacts,
        response: { 200: UnitFactsView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'unionOfficer', 'filingPoint')
      return keepUnitFacts(deps, viewer, request.params.id, request.body, request.now)
    },
  )
}
