import { sql } from 'kysely'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { startOfDay, type PlainDate } from '../../domain/dates.ts'
import type { OverdueAt } from '../../domain/policy.ts'
import type { StaffRole } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'
import type { ApplicationTable, Tables } from '../db/tables.ts'

/** Which rows are a desk's: its own column and value, or everything in the city's scope. */
export type DeskFilter = {
  readonly column?: 'unit_id' | 'base_union_id' | 'filing_point_id' | 'district_id'
  readonly organisationId?: string
  readonly step: string
  /** Who takes the place of those below them that have nobody. */
  readonly standsIn?: 'district' | 'union' | 'point'
}
export type QueueFilter = {
  /** reReview: what waits at the desk for somebody else than who declined it. */
  readonly view: 'todo' | 'returned' | 'done' | 'all' | 'overdueBelow' | 'reReview'
  readonly accountId: string
  /** With `overdueBelow`: what makes each step below overdue. */
  readonly overdueBelow?: readonly OverdueAt[]
  readonly authorities?: readonly string[]
  readonly level?: string
  readonly finding?: string
  readonly batch?: number
  readonly find?: string
  readonly after?: { readonly receivedAt: number; readonly id: string }
}

type Row = Tables & { a: ApplicationTable }
type Build = ExpressionBuilder<Row, 'a'>

type Office = 'a.unit_id' | 'a.base_union_id' | 'a.filing_point_id'
const holders = (organisation: Office, role: StaffRole, today: string) =>
  sql`select from appointment p join account s on s.id = p.account_id
  where p.organisation_id = ${sql.ref(organisation)} and p.role = ${role} and s.disabled_at is null
    and p.valid_from <= ${today}::date and (p.valid_to is null or p.valid_to >= ${today}::date)`

/** Nobody but the applicant holds that office today: whoever stands in takes the step (`applications/standing.ts`). */
const unserved = (organisation: Office, role: StaffRole, today: string) =>
  sql<SqlBool>`not exists (${holders(organisation, role, today)}
    and s.id is distinct from a.account_id and s.id is distinct from a.declined_by
      and s.id_number_index is distinct from a.applicant_index)`
/** Nobody at all: it acts by its seal on paper. */
const onPaper = (organisation: Office, role: StaffRole, today: string) =>
  sql<SqlBool>`not exists (${holders(organisation, role, today)})`

function atDesk(eb: Build, desk: DeskFilter, today: string): Expression<SqlBool> {
  const own = eb('a.step', '=', desk.step)
  if (!desk.standsIn) return own
  const sealed = eb.and([eb('a.step', '=', 'hrOpinion'), unserved('a.unit_id', 'hrOfficer', today)])
  const unionOnPaper = onPaper('a.base_union_id', 'unionOfficer', today)
  if (desk.standsIn === 'point') return eb.or([own, sealed, eb.and([eb('a.step', '=', 'firstReview'), unionOnPaper])])
  const pointUnserved = unserved('a.filing_point_id', 'filingPoint', today)
  const forwards = eb.and([eb.or([eb('a.step', '=', 'forwarding'), sealed]), pointUnserved])
  if (desk.standsIn === 'union') return eb.or([own, forwards])
  const unionUnserved = unserved('a.base_union_id', 'unionOfficer', today)
  const first = eb.and([eb('a.step', '=', 'firstReview'), eb.or([eb.not(unionOnPaper), pointUnserved])])
  return eb.or([own, eb.and([unionUnserved, eb.or([first, forwards])])])
}

const isOverdue = (rule: OverdueAt) =>
  'batchClosedBefore' in rule
    ? sql<SqlBool>`(a.step = ${rule.step} and b.closed_on < ${rule.batchClosedBefore}::date)`
    : sql<SqlBool>`(a.step = ${rule.step} and a.updated_at < ${startOfDay(rule.waitsSinceBefore)})`

function viewOf(eb: Build, desk: DeskFilter, filter: QueueFilter, today: string): Expression<SqlBool> {
  switch (filter.view) {
    case 'todo':
      return eb.and([eb('a.state', '=', 'inReview'), atDesk(eb, desk, today)])
    case 'reReview':
      return eb.and([
        eb('a.state', '=', 'reReview'),
        eb('a.declined_by', 'is distinct from', filter.accountId),
        atDesk(eb, desk, today),
      ])
    case 'returned':
      return eb.and([eb('a.state', '=', 'returned'), atDesk(eb, desk, today)])
    case 'done':
      return eb.exists(
        sql`(select from action d where d.application_id = a.id and d.account_id = ${filter.accountId} and d.kind in ('pass', 'return', 'decline', 'uphold', 'overturn', 'approve'))` as never,
      )
    case 'all':
      return eb.val(true)
    case 'overdueBelow':
      return eb.and([eb('a.state', '=', 'inReview'), eb.or((filter.overdueBelow ?? []).map(isOverdue))])
  }
}

function select(trx: Trx, desk: DeskFilter, filter: QueueFilter, today: string) {
  let query = trx
    .selectFrom('application as a')
    .where((eb) => viewOf(eb as unknown as Build, desk, filter, today) as never)
  if (desk.column) query = query.where(`a.${desk.column}`, '=', desk.organisationId!)
  if (filter.authorities) query = query.where('a.filing_authority', 'in', [...filter.authorities])
  if (filter.level) query = query.where('a.level', '=', filter.level)
  if (filter.finding) query = query.where('a.finding', '=', filter.finding)
  if (filter.batch !== undefined) {
    query = query.where(sql<SqlBool>`a.batch_id in (select b.id from filing_batch b where b.number = ${filter.batch})`)
  }
  if (filter.find) {
    query = query.where(sql<SqlBool>`(a.receipt_number = ${filter.find} or a.certificate_id in (
      select n.certificate_id from certificate_number n where right(n.number, 6) = ${filter.find}))`)
  }
  return query
}

/** One page, oldest first; a page costs the same at any depth. */
export const selectQueue = (trx: Trx, desk: DeskFilter, filter: QueueFilter, today: string, limit: number) => {
  let query = select(trx, desk, filter, today).leftJoin('filing_batch as b', 'b.id', 'a.batch_id')
  if (filter.after) {
    const { receivedAt, id } = filter.after
    query = query.where(sql<SqlBool>`(a.received_at, a.id) > (${receivedAt}, ${id}::uuid)`)
  }
  return (
    query
      .select([
        'a.id',
        'a.receipt_number',
        'a.level',
        'a.occupation_name',
        'a.filing_authority',
        'a.finding',
        'a.state',
        'a.step',
        'a.received_at',
        'a.updated_at',
        'a.amount_fen',
        'a.version',
        'a.returned_until',
        'b.closed_on',
      ])
      // What final approval sent back from its list and nobody has looked at since.
      .select(
        sql<boolean>`exists (select from action d where d.application_id = a.id and d.seq = a.version and d.kind = 'sendBack')`.as(
          'sent_back',
        ),
      )
      .orderBy('a.received_at')
      .orderBy('a.id')
      .limit(limit)
      .execute()
  )
}

/** Counted up to a limit: nobody waits for a count of everything. */
export async function countUpTo(
  trx: Trx,
  desk: DeskFilter,
  filter: QueueFilter,
  today: string,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from (${select(trx, desk, filter, today).select('a.id').limit(limit)}) few`.execute(trx)
  return rows[0]!.n
}

/** Those of the desk's own list that are past their day, each by the rule of the step it waits at. */
export async function countOverdue(
  trx: Trx,
  desk: DeskFilter,
  accountId: string,
  today: PlainDate,
  rules: readonly OverdueAt[],
  limit: number,
): Promise<number> {
  const overdue = rules.map(isOverdue)
  const todo = select(trx, desk, { view: 'todo', accountId }, today)
    .leftJoin('filing_batch as b', 'b.id', 'a.batch_id')
    .where((eb) => eb.or(overdue))
    .select('a.id')
    .limit(limit)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${todo}) few`.execute(trx)
  return rows[0]!.n
}

// Filing batches ----------------------------------------------------------------------------------------------------
export const selectBatches = (trx: Trx, policyId: string) =>
  trx.selectFrom('filing_batch').selectAll().where('policy_id', '=', policyId).orderBy('number', 'desc').execute()

export const selectBatch = (trx: Trx, id: string) =>
  trx.selectFrom('filing_batch').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const insertBatch = (
  trx: Trx,
  row: { id: string; policyId: string; number: number; openedOn: string; openedBy: string },
) =>
  trx
    .insertInto('filing_batch')
    .values({
      id: row.id,
      policy_id: row.policyId,
      number: row.number,
      opened_on: row.openedOn,
      opened_by: row.openedBy,
    })
    .execute()

export const closeBatch = (trx: Trx, id: string, closedOn: string, closedBy: string) =>
  trx.updateTable('filing_batch').set({ closed_on: closedOn, closed_by: closedBy }).where('id', '=', id).execute()

/** What was forwarded while no batch was open belongs to the next one. */
export const adoptForwarded = (trx: Trx, policyId: string, batchId: string) =>
  trx
    .updateTable('application')
    .set({ batch_id: batchId })
    .where('policy_id', '=', policyId)
    .where('batch_id', 'is', null)
    .where('state', '=', 'inReview')
    .where('step', 'in', ['secondReview', 'verification', 'finalApproval'])
    .execute()

export async function batchProgress(trx: Trx, batchIds: readonly string[]) {
  if (batchIds.length === 0) return []
  return trx
    .selectFrom('application')
    .select((eb) => [
      'batch_id',
      eb.fn.countAll<number>().as('applications'),
      eb.fn
        .countAll<number>()
        .filterWhere((by) => by.or([by('step', 'is', null), by('step', '!=', 'secondReview')]))
        .as('reviewed'),
    ])
    .where('batch_id', 'in', [...batchIds])
    .groupBy('batch_id')
    .execute()
}
