/** The city's budget for a policy, and what has become of it. All sums in fen. */
import { z } from 'zod'
import { stepKinds } from '../domain/policy.ts'

/** `PUT /budgets/:id`: counts once a second person has confirmed it by `PUT /budgets/:id/confirmation`. */
export const SetBudget = z.object({
  policyId: z.string().min(1).max(40),
  amountFen: z.int().min(1).max(1_000_000_000_000),
  documentNumber: z.string().trim().min(2).max(40),
})
export type SetBudget = z.infer<typeof SetBudget>

export const BudgetRow = z.object({
  id: z.uuid(),
  amountFen: z.int(),
  documentNumber: z.string(),
  setBy: z.string(),
  setAt: z.int(),
  confirmedBy: z.string().optional(),
  confirmedAt: z.int().optional(),
})
export type BudgetRow = z.infer<typeof BudgetRow>

/** `GET /budget`: of the policy in force. */
export const BudgetView = z.object({
  policyId: z.string(),
  /** The last one confirmed; absent where none is, and final approval has no limit. */
  budget: BudgetRow.optional(),
  /** Set since, and not confirmed yet. */
  proposed: BudgetRow.optional(),
  /** Finally approved and not cancelled. */
  committedFen: z.int(),
  /** Of it gone to district unions, or to workers straight from the city. */
  transferredFen: z.int(),
  /** Of it on workers' accounts. */
  paidFen: z.int(),
  /** Budget less committed; below zero where the budget was lowered since. */
  leftFen: z.int().optional(),
  /** What is under review, by where it stands. */
  forecast: z.array(
    z.object({ at: z.enum([...stepKinds, 'returned', 'reReview']), count: z.int(), totalFen: z.int() }),
  ),
  forecastFen: z.int(),
})
export type BudgetView = z.infer<typeof BudgetView>
