import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById } from '../../contract/id.ts'
import { ProposeClose, Years } from '../../contract/years.ts'
import { type Deps, inViewersScope, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { confirmYear, dropProposal, proposeClose, years } from './close.ts'

const Nothing = z.object({})
const tags = ['books']

/** 年度结账. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  const response = { 200: Years }
  api.get(
    '/api/v1/books/years',
    { schema: { tags, summary: 'Years of the books, and how each was closed', response } },
    (request) =>
      inViewersScope(deps, requireViewer(request, 'cityFinance', 'approver', 'auditor'), (trx) =>
        years(trx, request.now),
      ),
  )
  api.put(
    '/api/v1/books/years/:id',
    { schema: { tags, summary: 'Propose to close a year that is over', params: ById, body: ProposeClose, response } },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, async (trx) => {
        await proposeClose(trx, deps, viewer, request.params.id, request.body, request.now)
        return years(trx, request.now)
      })
    },
  )
  api.put(
    '/api/v1/books/years/:id/confirmation',
    {
      schema: {
        ...{ tags, params: ById, body: Nothing, response },
        summary: 'Close a year that another person proposed; it is never opened again',
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, async (trx) => {
        await confirmYear(trx, deps, viewer, request.params.id, request.now)
        return years(trx, request.now)
      })
    },
  )
  api.put(
    '/api/v1/books/years/:id/drop',
    { schema: { tags, summary: 'Take a proposal back', params: ById, body: Nothing, response } },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, async (trx) => {
        await dropProposal(trx, deps, viewer, request.params.id, request.now)
        return years(trx, request.now)
      })
    },
  )
}
