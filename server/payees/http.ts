import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById, Id } from '../../contract/id.ts'
import {
  ConfirmPayee,
  PayeeChangeDetail,
  PayeeChanged,
  PayeeChanges,
  PayeeChangesQuery,
  ProposeOwnPayee,
  ProposePayee,
  RefusePayee,
} from '../../contract/payees.ts'
import { CodeSent } from '../../contract/session.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { codeLimits, sendOwnCode } from '../people/textCode.ts'
import { confirm, propose, proposeOwn, refuse, requireWanted, withdrawOwn } from './change.ts'
import { payeeChange, payeeChanges } from './desk.ts'

const tags = ['payees']
/** Who pays workers: a district, a union below it, the city. */
const payers = ['districtFinance', 'unionFinance', 'cityFinance'] as const

/** Another account for an award: proposed by the worker or the payer's finance, confirmed by another. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  ownRoutes(app, deps)
  withdrawRoute(app, deps)
  deskRoutes(app, deps)
  answerRoutes(app, deps)
}

function ownRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.post(
    '/api/v1/applications/:id/payee-changes/codes',
    {
      schema: {
        tags,
        summary: 'Sends a code to the phone of the worker, for this and nothing else',
        params: ById,
        body: z.object({}),
        response: { 200: CodeSent },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, 'worker')
      await requireWanted(deps, viewer, request.params.id)
      await sendOwnCode(deps, viewer, { address: request.ip, at: Date.now() })
      const { resendAfterSeconds, validSeconds } = codeLimits
      return { resendAfterSeconds, validSeconds }
    },
  )
  api.put(
    '/api/v1/applications/:id/payee-changes/:changeId',
    {
      schema: {
        tags,
        summary: 'The worker names another account, or the same once more',
        params: ById.extend({ changeId: Id }),
        body: ProposeOwnPayee,
        response: { 200: PayeeChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'worker')
      return proposeOwn(deps, viewer, request.params, request.body, { at: Date.now(), now: request.now })
    },
  )
}

function withdrawRoute(app: FastifyInstance, deps: Deps): void {
  app.withTypeProvider<ZodTypeProvider>().put(
    '/api/v1/applications/:id/payee-changes/:changeId/withdrawal',
    {
      schema: {
        tags,
        summary: 'The worker takes back a proposal that nobody has answered',
        params: ById.extend({ changeId: Id }),
        body: z.object({}),
        response: { 200: PayeeChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'worker')
      return inPayments(deps, viewer, (trx) => withdrawOwn(trx, deps, viewer, request.params, request.now))
    },
  )
}

function deskRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/payee-changes',
    {
      schema: {
        tags,
        summary: 'Proposals of other accounts, and awards that wait for one, 50 a page',
        querystring: PayeeChangesQuery,
        response: { 200: PayeeChanges },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => payeeChanges(trx, deps, viewer, request.query))
    },
  )
  api.get(
    '/api/v1/payee-changes/:id',
    { schema: { tags, summary: 'One proposal', params: ById, response: { 200: PayeeChangeDetail } } },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => payeeChange(trx, deps, viewer, request.params.id, request.now))
    },
  )
  api.put(
    '/api/v1/payee-changes/:id',
    {
      schema: {
        tags,
        summary: 'For a worker without an account; or what the bank took for a repetition, once more',
        params: ById,
        body: ProposePayee,
        response: { 200: PayeeChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => propose(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
}

function answerRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/payee-changes/:id/confirmation',
    {
      schema: {
        tags,
        summary: 'Confirms an account that another person proposed',
        params: ById,
        body: ConfirmPayee,
        response: { 200: PayeeChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => confirm(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
  api.put(
    '/api/v1/payee-changes/:id/refusal',
    {
      schema: {
        tags,
        summary: 'Refuses it with words; the account stays as it was',
        params: ById,
        body: RefusePayee,
        response: { 200: PayeeChanged },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => refuse(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
}
