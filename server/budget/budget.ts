/**
 * The city's budget for a policy: set by one person, confirmed by another, never changed; final approval beyond it is
 * refused. Beside it always what was committed, transferred and paid, and what may come from what is under review.
 */
import type { BudgetRow as BudgetRowView, BudgetView, SetBudget } from '../../contract/budget.ts'
import { Refused } from '../../contract/errors.ts'
import type { Instant } from '../../domain/dates.ts'
import { fen, yuanInSentence } from '../../domain/money.ts'
import { stepKinds } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import {
  type BudgetRow,
  confirmBudget,
  insertBudget,
  selectBudget,
  selectBudgets,
  selectForecast,
  selectUse,
} from './sql.ts'

/** @throws {Refused} not-found for a policy that is not in force, request.reused-id */
export function setBudget(trx: Trx, deps: Deps, { accountId }: Viewer, id: string, body: SetBudget, at: Instant) {
  return once(trx, deps, { id, kind: 'budget.set', accountId, body, at }, async () => {
    if ((await activePolicy(trx)).id !== body.policyId) throw new Refused('not-found')
    await insertBudget(trx, {
      id,
      policy_id: body.policyId,
      amount_fen: body.amountFen,
      document_number: body.documentNumber,
      set_by: accountId,
      set_at: at,
    })
    await record(trx, deps.secrets, { kind: 'budget.set', objectKind: 'budget', objectId: id, accountId, at })
    return { id }
  })
}

/** From now on it is the budget. @throws {Refused} not-found, money.same-person, money.done where another was set since */
export function confirmSetBudget(trx: Trx, deps: Deps, { accountId }: Viewer, id: string, at: Instant) {
  const kind = 'budget.confirm'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    const budget = await selectBudget(trx, id)
    if (!budget) throw new Refused('not-found')
    if (budget.set_by === accountId) throw new Refused('money.same-person')
    await confirmBudget(trx, id, accountId, at)
    await record(trx, deps.secrets, { kind: 'budget.confirmed', objectKind: 'budget', objectId: id, accountId, at })
    return { id }
  })
}

/**
 * Approving so much more stays within the budget, or there is none. The database counts again, one approval after the
 * other.
 * @throws {Refused} money.over-budget
 */
export async function requireBudget(trx: Trx, policyId: string, moreFen: number): Promise<void> {
  const { budget, committed } = await selectUse(trx, policyId)
  if (budget === null || committed + moreFen <= budget) return
  throw new Refused('money.over-budget', { over: yuanInSentence(fen(committed + moreFen - budget)) })
}

const rowOf = (row: BudgetRow): BudgetRowView => ({
  id: row.id,
  amountFen: row.amount_fen,
  documentNumber: row.document_number,
  setBy: row.setter,
  setAt: row.set_at,
  ...(row.confirmer !== null && { confirmedBy: row.confirmer }),
  ...(row.confirmed_at !== null && { confirmedAt: row.confirmed_at }),
})

/** Where money waits that may come, from the last step to the first. */
const places = [...stepKinds.toReversed(), 'returned', 'reReview'] as const

export async function budgetView(trx: Trx): Promise<BudgetView> {
  const { id: policyId } = await activePolicy(trx)
  const [budgets, use, waiting] = await Promise.all([
    selectBudgets(trx, policyId),
    selectUse(trx, policyId),
    selectForecast(trx, policyId),
  ])
  const budget = budgets.find((row) => row.confirmed_at !== null)
  const proposed = budgets.find((row) => row.confirmed_at === null)
  const forecast = places.flatMap((at) => {
    const there = waiting.filter(({ state, step }) => (state === 'inReview' ? step : state) === at)
    const sum = (of: 'count' | 'total_fen') => there.reduce((total, row) => total + row[of], 0)
    return there.length > 0 ? [{ at, count: sum('count'), totalFen: sum('total_fen') }] : []
  })
  return {
    policyId,
    ...(budget && { budget: rowOf(budget), leftFen: budget.amount_fen - use.committed }),
    ...(proposed && { proposed: rowOf(proposed) }),
    committedFen: use.committed,
    transferredFen: use.allocated + use.direct,
    paidFen: use.via_unions + use.direct,
    forecast,
    forecastFen: forecast.reduce((sum, row) => sum + row.totalFen, 0),
  }
}
