import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { PlainDate } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { StaffRole } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'

/** Which rows are a desk's: its own column and value, or everything in the city's scope. */
export type DeskFilter = {
  readonly column?: 'unit_id' | 'base_union_id' | 'filing_point_id' | 'district_id'
  readonly organisationId?: string
  readonly step: string
  /** Who takes the place of those below them that have nobody. */
  readonly standsIn?: 'district' | 'union' | 'point'
}
export type CaseFilter = {
  readonly accountId: string
  /** reReview: what waits at the desk for somebody else than who declined it. */
  readonly state?: 'inReview' | 'returned' | 'reReview'
  /** `nobody`: what nobody has taken. */
  readonly assignee?: string
  readonly held?: true
  readonly done?: true
  readonly authorities?: readonly string[]
  readonly level?: string
  readonly finding?: string
  /** Whether its papers are all there, as the database keeps it (`materials_complete`). */
  readonly complete?: boolean
  readonly batch?: number
  readonly union?: string
  readonly find?: string
}
/** Where a list goes on: after this row. */
export type Place = readonly [at: number, id: string]

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

/** Base unions without an officer, cases whose applicant is one, and re-reviews, which need another: few, so that a district need not judge every case. */
export type Unserved = { readonly unions: readonly string[]; readonly cases: readonly string[] }
export async function selectUnserved(trx: Trx, districtId: string, today: PlainDate): Promise<Unserved> {
  const officers = sql`appointment p join account s on s.id = p.account_id where p.role = 'unionOfficer'
    and s.disabled_at is null and p.valid_from <= ${today}::date and (p.valid_to is null or p.valid_to >= ${today}::date)`
  const { rows } = await sql<{ unions: string[]; cases: string[] }>`
    with below as materialized (
      select id from organisation where kind = 'baseUnion' and path @> array[${districtId}::uuid]),
    officer as materialized (
      select p.organisation_id, s.id, s.id_number_index from ${officers} and p.organisation_id in (select id from below))
    select array(select id::text from below where id not in (select organisation_id from officer)) as unions,
      array(select a.id::text from officer o join application a on a.applicant_index = o.id_number_index
          where a.district_id = ${districtId}::uuid and a.state in ('inReview', 'returned')
        union all select a.id::text from officer o join application a on a.account_id = o.id
          where a.district_id = ${districtId}::uuid and a.state in ('inReview', 'returned')
        union all select a.id::text from application a
          where a.district_id = ${districtId}::uuid and a.state = 'reReview') as cases`.execute(trx)
  return rows[0]!
}

/** One step's part of a list: within it the order is that of the deadlines. */
export type Stream = { readonly step: StepKind; readonly holds?: Expression<SqlBool> }

/** What waits at a step since so long that its urgency is below a bound. */
export const overdueStream = (step: StepKind, below: number): Stream => ({
  step,
  holds: sql<SqlBool>`a.urgency < ${below}`,
})

/** The parts that a desk's list is made of: its own step, and the steps it may stand in for. */
export function streamsOf(desk: DeskFilter, unservedBelow: Unserved | undefined, today: string): readonly Stream[] {
  const own: Stream = { step: desk.step as StepKind }
  const noHr = unserved('a.unit_id', 'hrOfficer', today)
  const noPoint = unserved('a.filing_point_id', 'filingPoint', today)
  const unionOnPaper = onPaper('a.base_union_id', 'unionOfficer', today)
  switch (desk.standsIn) {
    case 'point':
      return [own, { step: 'hrOpinion', holds: noHr }, { step: 'firstReview', holds: unionOnPaper }]
    case 'union':
      return [
        own,
        { step: 'hrOpinion', holds: sql<SqlBool>`(${noHr} and ${noPoint})` },
        { step: 'forwarding', holds: noPoint },
      ]
    case 'district': {
      const { unions, cases } = unservedBelow!
      if (unions.length + cases.length === 0) return [own]
      const noUnion = sql<SqlBool>`(a.base_union_id = any(${[...unions]}::uuid[]) or a.id = any(${[...cases]}::uuid[]))
        and ${unserved('a.base_union_id', 'unionOfficer', today)}`
      return [
        own,
        { step: 'hrOpinion', holds: sql<SqlBool>`(${noUnion} and ${noHr} and ${noPoint})` },
        { step: 'firstReview', holds: sql<SqlBool>`(${noUnion} and (not ${unionOnPaper} or ${noPoint}))` },
        { step: 'forwarding', holds: sql<SqlBool>`(${noUnion} and ${noPoint})` },
      ]
    }
    default:
      return [own]
  }
}

function select(trx: Trx, desk: DeskFilter, filter: CaseFilter, stream?: Stream) {
  const { state, held, done, authorities, level, finding, complete, batch, union, assignee, find } = filter
  let query = trx.selectFrom('application as a')
  if (desk.column) query = query.where(`a.${desk.column}`, '=', desk.organisationId!)
  if (state) query = query.where('a.state', '=', state)
  if (state === 'reReview') query = query.where('a.declined_by', 'is distinct from', filter.accountId)
  if (stream) query = query.where('a.step', '=', stream.step)
  if (stream?.holds) query = query.where(stream.holds)
  if (done) {
    query = query.where(sql<SqlBool>`a.id in (select d.application_id from action d
      where d.account_id = ${filter.accountId} and d.kind in ('pass', 'return', 'decline', 'uphold', 'overturn', 'approve'))`)
  }
  if (held) query = query.where('a.hold_id', 'is not', null)
  if (assignee === 'nobody') query = query.where('a.assignee_id', 'is', null)
  else if (assignee) query = query.where('a.assignee_id', '=', assignee)
  if (authorities) query = query.where('a.filing_authority', 'in', [...authorities])
  if (level) query = query.where('a.level', '=', level)
  if (finding) query = query.where('a.finding', '=', finding)
  if (complete !== undefined) query = query.where('a.complete', '=', complete)
  if (union) query = query.where('a.base_union_id', '=', union)
  if (batch !== undefined) {
    query = query.where(sql<SqlBool>`a.batch_id in (select b.id from filing_batch b where b.number = ${batch})`)
  }
  // Found first and looked at then: walking the list until something is found would read all of it.
  if (find) {
    query = query.where(sql<SqlBool>`a.id = any(array(
      select f.id from application f where f.receipt_number = ${find} union
      select f.id from certificate_number n join application f on f.certificate_id = n.certificate_id
      where right(n.number, 6) = ${find}))`)
  }
  return query
}

/** A part of a list after a place; it costs the same at any depth. */
export function selectCases(
  trx: Trx,
  desk: DeskFilter,
  filter: CaseFilter,
  stream: Stream | undefined,
  after: Place | undefined,
  limit: number,
) {
  let query = select(trx, desk, filter, stream)
    .leftJoin('filing_batch as b', 'b.id', 'a.batch_id')
    .leftJoin('account as s', 's.id', 'a.assignee_id')
  if (stream) {
    if (after) query = query.where(sql<SqlBool>`(a.urgency, a.id) > (${after[0]}, ${after[1]}::uuid)`)
    query = query.orderBy('a.urgency').orderBy('a.id')
  } else {
    if (after) query = query.where(sql<SqlBool>`(a.received_at, a.id) < (${after[0]}, ${after[1]}::uuid)`)
    query = query.orderBy('a.received_at', 'desc').orderBy('a.id', 'desc')
  }
  // What final approval sent back from its list and nobody has looked at since.
  const sentBack = sql<boolean>`exists (select from action d
    where d.application_id = a.id and d.seq = a.version and d.kind = 'sendBack')`
  return query
    .select(sentBack.as('sent_back'))
    .select(['a.id', 'a.receipt_number', 'a.level', 'a.occupation_name', 'a.filing_authority', 'a.finding'])
    .select(['a.state', 'a.step', 'a.received_at', 'a.updated_at', 'a.amount_fen', 'a.version', 'a.returned_until'])
    .select(['a.urgency', 'a.summary', 'a.hold_id', 'a.assignee_id', 's.display_name as assignee', 'b.closed_on'])
    .limit(limit)
    .execute()
}

/** Counted over so many of the most urgent: nobody waits for a count of everything. */
export async function countCases(
  trx: Trx,
  desk: DeskFilter,
  filter: CaseFilter,
  stream: Stream | undefined,
  limit: number,
  before: { readonly overdue: number; readonly dueSoon: number } = { overdue: 0, dueSoon: 0 },
) {
  const few = select(trx, desk, filter, stream)
    .select('a.urgency')
    .select(
      sql<boolean>`a.finding = 'allMet' and a.hold_id is null
        and (a.assignee_id is null or a.assignee_id = ${filter.accountId})`.as('clean'),
    )
  const { rows } = await sql<{ n: number; overdue: number; soon: number; clean: number }>`
    select count(*)::int as n, (count(*) filter (where clean))::int as clean, (count(*) filter (where urgency < ${before.overdue}))::int as overdue,
      (count(*) filter (where urgency >= ${before.overdue} and urgency < ${before.dueSoon}))::int as soon
    from (${stream ? few.orderBy('a.urgency').orderBy('a.id').limit(limit) : few.limit(limit)}) few`.execute(trx)
  return rows[0]!
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

/** Counted up to a limit, in one district or in everything that is in scope. */
export async function batchProgress(
  trx: Trx,
  batchIds: readonly string[],
  districtId: string | undefined,
  limit: number,
) {
  const inDistrict = districtId === undefined ? sql`true` : sql`a.district_id = ${districtId}::uuid`
  const { rows } = await sql<{ batch_id: string; applications: number; reviewed: number }>`
    select b.id as batch_id, few.* from unnest(${[...batchIds]}::uuid[]) b(id) cross join lateral (
      select count(*)::int as applications, (count(*) filter (where step is distinct from 'secondReview'))::int as reviewed
      from (select a.step from application a where a.batch_id = b.id and ${inDistrict} limit ${limit}) each) few`.execute(
    trx,
  )
  return rows
}

// Lots --------------------------------------------------------------------------------------------------------------
/** What tells whether cases may be passed together. */
export async function selectForLot(trx: Trx, ids: readonly string[]) {
  const { rows } = await sql<{
    id: string
    receipt_number: string
    state: string
    step: string | null
    version: number
    finding: string
    filing_authority: string
    hold_id: string | null
    assignee_id: string | null
    assignee: string | null
    alike: number
  }>`select a.id, a.receipt_number, a.state, a.step, a.version, a.finding, a.filing_authority, a.hold_id, a.assignee_id,
      s.display_name as assignee, certificates_alike(a.certificate_id) - (select count(*)::int from (
        select distinct on (c.certificate_a, c.certificate_b) c.answer from certificate_comparison c
        where a.certificate_id in (c.certificate_a, c.certificate_b)
        order by c.certificate_a, c.certificate_b, c.role = 'verifier' desc, c.answered_at desc, c.id desc) said
      where said.answer = 'different') as alike
    from application a left join account s on s.id = a.assignee_id
    where a.id = any(${[...ids]}::uuid[]) order by a.receipt_number`.execute(trx)
  return rows
}

export async function insertLot(
  trx: Trx,
  lot: { id: string; accountId: string; step: string; at: number },
  cases: readonly { id: string; version: number; sampled: boolean }[],
): Promise<void> {
  await trx
    .insertInto('review_lot')
    .values({ id: lot.id, account_id: lot.accountId, step: lot.step, drawn_at: lot.at })
    .execute()
  await trx
    .insertInto('review_lot_case')
    .values(
      cases.map((each) => ({
        lot_id: lot.id,
        application_id: each.id,
        version: each.version,
        sampled: each.sampled,
      })),
    )
    .execute()
}

export const selectLot = (trx: Trx, id: string) =>
  trx.selectFrom('review_lot').select(['id', 'step']).where('id', '=', id).executeTakeFirst()

/** As they were drawn and as they stand, in an order that passing does not change. */
export const selectLotCases = (trx: Trx, lotId: string) =>
  trx
    .selectFrom('review_lot_case as c')
    .innerJoin('application as a', 'a.id', 'c.application_id')
    .select(['a.id', 'a.receipt_number', 'a.state', 'c.version', 'c.sampled'])
    .select('a.version as version_now')
    .where('c.lot_id', '=', lotId)
    .orderBy('a.receipt_number')
    .execute()

/** Which drawn cases have been opened since, by the log of views. */
export async function selectOpened(trx: Trx, lotId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select review_lot_opened(${lotId}::uuid) as id`.execute(trx)
  return rows.map((row) => row.id)
}
