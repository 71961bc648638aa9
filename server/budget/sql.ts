import { type Insertable, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { BudgetTable } from '../db/tables.ts'

export const insertBudget = (trx: Trx, row: Insertable<BudgetTable>) => trx.insertInto('budget').values(row).execute()

export const selectBudget = (trx: Trx, id: string) =>
  trx.selectFrom('budget').selectAll().where('id', '=', id).executeTakeFirst()

export const confirmBudget = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('budget').set({ confirmed_by: by, confirmed_at: at }).where('id', '=', id).execute()

export type BudgetRow = {
  id: string
  amount_fen: number
  document_number: string
  setter: string
  set_at: number
  confirmer: string | null
  confirmed_at: number | null
}

/** The last one confirmed, and the last one set, newest first. */
export const selectBudgets = async (trx: Trx, policyId: string): Promise<BudgetRow[]> => {
  const { rows } = await sql<BudgetRow>`
    select b.id, b.amount_fen, b.document_number, s.display_name as setter, b.set_at, c.display_name as confirmer, b.confirmed_at
    from budget b join account s on s.id = b.set_by left join account c on c.id = b.confirmed_by
    where b.policy_id = ${policyId} and b.seq in (
      (select max(seq) from budget where policy_id = ${policyId}),
      (select max(seq) from budget where policy_id = ${policyId} and confirmed_at is not null))
    order by b.seq desc`.execute(trx)
  return rows
}

export type UseRow = { budget: number | null; committed: number; allocated: number; via_unions: number; direct: number }

/**
 * What became of a policy's budget, from sums that are kept and from the awards that the city still owes: of lists, of
 * transfers, of notices; not from every award.
 */
export const selectUse = async (trx: Trx, policyId: string): Promise<UseRow> => {
  const { rows } = await sql<UseRow>`
    select budget_of(${policyId}) as budget, committed_of(${policyId}) as committed,
      (select coalesce(sum(t.amount_fen), 0)::bigint from transfer t join allocation_notice n on n.id = t.notice_id
        where t.released_at is not null and n.policy_id = ${policyId}) as allocated,
      (select coalesce(sum(n.paid_fen), 0)::bigint from allocation_notice n where n.policy_id = ${policyId}) as via_unions,
      (select coalesce(sum(l.total_fen), 0)::bigint from approval_list l
        where l.policy_id = ${policyId} and l.approved_at is not null and l.route = 'fromCity')
      - (select coalesce(sum(w.amount_fen), 0)::bigint from award w join organisation o on o.id = w.payer_id
        where o.kind = 'cityFederation' and w.policy_id = ${policyId} and w.stands_on not like 'worker:%') as direct`.execute(
    trx,
  )
  return rows[0]!
}

/** What is under review and its sums, by state and step. */
export const selectForecast = async (trx: Trx, policyId: string) => {
  const { rows } = await sql<{ state: string; step: string | null; count: number; total_fen: number }>`
    select state, step, count(*)::int as count, sum(amount_fen)::bigint as total_fen
    from application where policy_id = ${policyId} and state in ('inReview', 'returned', 'reReview')
    group by state, step`.execute(trx)
  return rows
}
