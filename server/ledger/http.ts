import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { LedgerView } from '../../contract/payments.ts'
import { type Deps, inViewersScope, requireViewer } from '../context.ts'
import { ledgerView } from './ledger.ts'

/** The page 账目. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/ledger',
    {
      schema: {
        tags: ['payments'],
        summary: 'The identity of the money, for the city or one union, and the last postings',
        response: { 200: LedgerView },
      },
    },
    (request) => {
      const viewer = requireViewer(
        request,
        'approver',
        'cityFinance',
        'centreFinance',
        'districtFinance',
        'auditor',
        'auditAdministrator',
      )
      return inViewersScope(deps, viewer, (trx) => ledgerView(trx, viewer))
    },
  )
}
