import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { BudgetView, SetBudget } from '../../contract/budget.ts'
import { ById } from '../../contract/id.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { budgetView, confirmSetBudget, setBudget } from './budget.ts'

const Nothing = z.object({})
const tags = ['payments']

/** The city's budget and what has become of it. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/budget',
    {
      schema: { tags, summary: 'Budget, committed, transferred, paid, left, forecast', response: { 200: BudgetView } },
    },
    (request) => inPayments(deps, requireViewer(request, 'cityFinance', 'approver', 'centreFinance'), budgetView),
  )
  api.put(
    '/api/v1/budgets/:id',
    {
      schema: {
        tags,
        summary: 'Set a budget by document number',
        params: ById,
        body: SetBudget,
        response: { 200: BudgetView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, async (trx) => {
        await setBudget(trx, deps, viewer, request.params.id, request.body, request.now)
        return budgetView(trx)
      })
    },
  )
  api.put(
    '/api/v1/budgets/:id/confirmation',
    {
      schema: {
        tags,
        summary: 'Confirm a budget that another person set',
        params: ById,
        body: Nothing,
        response: { 200: BudgetView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, async (trx) => {
        await confirmSetBudget(trx, deps, viewer, request.params.id, request.now)
        return budgetView(trx)
      })
    },
  )
}
