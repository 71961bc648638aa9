import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AddOrganisation, OrganisationList, OrganisationView, UnionOptions } from '../../contract/people.ts'
import { UnitFacts, UnitFactsView } from '../../contract/people.ts'
import { ById } from '../../contract/id.ts'
import {
  ProposeReceivingAccount,
  ReceivingAccount,
  ReceivingAccountChangeDetail,
  ReceivingAccountChanged,
  ReceivingAccountQuery,
  RefuseReceivingAccount,
} from '../../contract/receivingAccounts.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { requireFreshCode } from '../people/freshCode.ts'
import { addOrganisation, findUnions, keepUnitFacts, listOrganisations, showUnitFacts } from './organisation.ts'
import {
  confirmReceivingAccount,
  finance,
  proposeReceivingAccount,
  receivingAccount,
  receivingAccountChange,
  refuseReceivingAccount,
  wantsCode,
  withdrawReceivingAccount,
} from './receivingAccount.ts'

const tags = ['organisations']

/** The tree, the unions one may file with, what they keep of their units, and where they receive money. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  treeRoutes(app, deps)
  accountRoutes(app, deps)
  accountAnswerRoutes(app, deps)
}

function treeRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()

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

function accountRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  http.get(
    '/api/v1/receiving-account',
    {
      schema: {
        tags,
        summary: 'Where my organisation receives money, what was proposed for it, and what I answer',
        querystring: ReceivingAccountQuery,
        response: { 200: ReceivingAccount },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...finance)
      return inPayments(deps, viewer, (trx) => receivingAccount(trx, deps, viewer, request.query.cursor, request.now))
    },
  )
  http.get(
    '/api/v1/receiving-account-changes/:id',
    { schema: { tags, summary: 'One proposal', params: ById, response: { 200: ReceivingAccountChangeDetail } } },
    (request) => {
      const viewer = requireViewer(request, ...finance)
      return inPayments(deps, viewer, (trx) =>
        receivingAccountChange(trx, deps, viewer, request.params.id, request.now),
      )
    },
  )
  http.put(
    '/api/v1/receiving-account-changes/:id',
    {
      schema: {
        tags,
        summary: 'Propose an account for my organisation, with a fresh code',
        params: ById,
        body: ProposeReceivingAccount,
        response: { 200: ReceivingAccountChanged },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, ...finance)
      const { params, body, now } = request
      const { accountNumber, code } = body
      if (await inPayments(deps, viewer, (trx) => wantsCode(trx, deps, viewer, params.id, accountNumber, now)))
        await requireFreshCode(deps, viewer, code, { at: Date.now(), now })
      return inPayments(deps, viewer, (trx) =>
        proposeReceivingAccount(trx, deps, viewer, params.id, accountNumber, now),
      )
    },
  )
}

function accountAnswerRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const steps = [
    ['confirmation', 'Confirms an account that another person proposed', confirmReceivingAccount],
    ['withdrawal', 'Takes back a proposal of one’s own', withdrawReceivingAccount],
  ] as const
  for (const [step, summary, does] of steps)
    http.put(
      `/api/v1/receiving-account-changes/:id/${step}`,
      { schema: { tags, summary, params: ById, body: z.object({}), response: { 200: ReceivingAccountChanged } } },
      (request) => {
        const viewer = requireViewer(request, ...finance)
        return inPayments(deps, viewer, (trx) => does(trx, deps, viewer, request.params.id, request.now))
      },
    )
  http.put(
    '/api/v1/receiving-account-changes/:id/refusal',
    {
      schema: {
        tags,
        summary: 'Refuses it with words; the account stays as it was',
        params: ById,
        body: RefuseReceivingAccount,
        response: { 200: ReceivingAccountChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...finance)
      const { params, body, now } = request
      return inPayments(deps, viewer, (trx) => refuseReceivingAccount(trx, deps, viewer, params.id, body.words, now))
    },
  )
}
