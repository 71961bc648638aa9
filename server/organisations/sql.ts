import { type Insertable, sql } from 'kysely'
import type { UnitFacts } from '../../contract/people.ts'
import type { PlainDate } from '../../domain/dates.ts'
import type { OrganisationKind, StaffRole } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'
import type { ReceivingAccountChangeTable } from '../db/tables.ts'
import { statement } from '../db/statement.ts'

const rows = (trx: Trx) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'parent_id', 'kind', 'name', 'path', 'valid_from', 'valid_to'])
    .select(['receiving_account', 'receiving_account_tail'])
    .$narrowType<{ kind: OrganisationKind }>()

export const organisationById = (trx: Trx, id: string) => rows(trx).where('id', '=', id).executeTakeFirst()

export async function rootId(trx: Trx): Promise<string | undefined> {
  return (await trx.selectFrom('organisation').select('id').where('parent_id', 'is', null).executeTakeFirst())?.id
}

/** In the order of the tree: by the names of the way down. */
export async function organisations(trx: Trx) {
  const all = await rows(trx).execute()
  const names = new Map(all.map(({ id, name }) => [id, name]))
  const key = (path: string[]) => path.map((id) => names.get(id)).join('\n')
  const keyed = all.map((row) => ({ row, key: key(row.path) }))
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row)
}

export type NewOrganisation = {
  id: string
  parent_id: string | null
  kind: OrganisationKind
  name: string
  valid_from: string
}
/** False where that id is taken. */
export async function insertOrganisation(trx: Trx, row: NewOrganisation): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('organisation')
    // the way down is set by the database
    .values({ ...row, path: [] })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function insertService(trx: Trx, filingPointId: string, baseUnionId: string, validFrom: string) {
  await trx
    .insertInto('filing_point_service')
    .values({ filing_point_id: filingPointId, base_union_id: baseUnionId, valid_from: validFrom })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const valid = (alias: string, today: PlainDate) =>
  sql<boolean>`${sql.ref(`${alias}.valid_from`)} <= ${today}::date
    and coalesce(${sql.ref(`${alias}.valid_to`)} >= ${today}::date, true)`

/** The nearest district, bureau or industry union above organisation b. */
const district = sql`select d.id, d.name from organisation d
  where d.id = any (b.path) and d.kind in ('districtFederation', 'bureauUnion') order by cardinality(d.path) desc limit 1`

/** Whether somebody serves as officer of base union b. */
const hasOfficer = (today: PlainDate) => sql`exists (
  select from appointment p join account a on a.id = p.account_id
  where p.organisation_id = b.id and p.role = 'unionOfficer' and a.disabled_at is null and ${valid('p', today)})`

export type Way = {
  name: string
  path: string[]
  district_id: string
  district_name: string
  unit_id: string | null
  filing_point_id: string | null
}

/** What lies around a base union on the day. */
export const baseUnionWay = async (trx: Trx, baseUnionId: string, today: PlainDate): Promise<Way | undefined> =>
  (await wayOf(trx, baseUnionId, today))[0]
const wayOf = statement(
  (_trx, baseUnionId: string, today: PlainDate) => sql<Way>`
    select b.name, b.path, d.id district_id, d.name district_name, u.id unit_id, f.id filing_point_id
    from organisation b
    cross join lateral (${district}) d
    left join lateral (select u.id from organisation u
      where u.parent_id = b.id and u.kind = 'unit' and ${valid('u', today)} order by u.valid_from, u.id limit 1) u on true
    left join lateral (select f.id from filing_point_service s join organisation f on f.id = s.filing_point_id
      where s.base_union_id = b.id and ${valid('s', today)} and ${valid('f', today)}
      order by s.valid_from, f.id limit 1) f on true
    where b.id = ${baseUnionId}::uuid and b.kind = 'baseUnion' and ${valid('b', today)}`,
)

export type Option = { id: string; name: string; district: string; hasOfficer: boolean }

/** By the text anywhere in the name of the union, its unit or its district; beginnings first. */
export async function baseUnionsLike(trx: Trx, text: string, today: PlainDate, limit: number): Promise<Option[]> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const found = await sql<Option>`
    select b.id, b.name, d.name district, ${hasOfficer(today)} "hasOfficer"
    from organisation b cross join lateral (${district}) d
    where b.kind = 'baseUnion' and ${valid('b', today)} and (b.name ilike ${pattern} or d.name ilike ${pattern}
      or exists (select from organisation u where u.parent_id = b.id and u.kind = 'unit' and u.name ilike ${pattern}))
    order by position(lower(${text}) in lower(b.name)) = 0, position(lower(${text}) in lower(b.name)), b.name, b.id
    limit ${limit}`.execute(trx)
  return found.rows
}

export type ServedUnion = { id: string; name: string; district: string; unit: string | null; facts: UnitFacts | null }

export async function servedBy(trx: Trx, filingPointId: string, today: PlainDate): Promise<ServedUnion[]> {
  const found = await sql<ServedUnion>`
    select b.id, b.name, d.name district, u.name unit, k.facts
    from organisation b
    cross join lateral (${district}) d
    left join lateral (select u.name from organisation u
      where u.parent_id = b.id and u.kind = 'unit' and ${valid('u', today)} order by u.valid_from, u.id limit 1) u on true
    left join unit_facts k on k.organisation_id = b.id
    where ${valid('b', today)} and exists (select from filing_point_service s
      where s.filing_point_id = ${filingPointId}::uuid and s.base_union_id = b.id and ${valid('s', today)})
    order by b.name, b.id`.execute(trx)
  return found.rows
}

export async function selectFacts(trx: Trx, organisationId: string): Promise<UnitFacts | undefined> {
  const query = trx.selectFrom('unit_facts').select('facts').where('organisation_id', '=', organisationId)
  return (await query.executeTakeFirst())?.facts as UnitFacts | undefined
}

export type NewFacts = { organisationId: string; facts: UnitFacts; updatedBy: string; updatedAt: number }
export async function upsertFacts(trx: Trx, { organisationId, facts, updatedBy, updatedAt }: NewFacts): Promise<void> {
  const set = { facts: JSON.stringify(facts), updated_by: updatedBy, updated_at: updatedAt }
  await trx
    .insertInto('unit_facts')
    .values({ organisation_id: organisationId, ...set })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(set))
    .execute()
}

export const accountsIn = (trx: Trx, organisationId: string, role: StaffRole, today: PlainDate) =>
  trx
    .selectFrom('appointment')
    .innerJoin('account', 'account.id', 'appointment.account_id')
    .select(['account.id as accountId', 'account.id_number_index as idNumberIndex'])
    .distinct()
    .where('appointment.organisation_id', '=', organisationId)
    .where('appointment.role', '=', role)
    .where(valid('appointment', today))
    .where('account.disabled_at', 'is', null)
    .execute()

// Receiving accounts ----------------------------------------------------------------------------------------------------

export type Place = { readonly at: number; readonly id: string }
export type ChangeRow = {
  id: string
  organisation_id: string
  organisation: string
  account: unknown
  account_tail: string
  replaces_tail: string | null
  proposed_by: string
  proposer: string
  proposed_at: number
  confirmed_by: string | null
  refused_by: string | null
  answerer: string | null
  answered_at: number | null
  refused_words: unknown
  /** Whose finance answers it. */
  answered_at_id: string | null
}
const changes = (today: PlainDate) => sql`
  select c.id, c.organisation_id, o.name as organisation, c.account, c.account_tail, c.replaces_tail, c.proposed_by,
    m.display_name as proposer, c.proposed_at, c.confirmed_by, c.refused_by, r.display_name as answerer,
    coalesce(c.confirmed_at, c.refused_at) as answered_at, c.refused_words,
    case when c.confirmed_by is null and c.refused_by is null
      then receiving_account_answered_at(c.organisation_id, c.proposed_by, ${today}::date) end as answered_at_id
  from receiving_account_change c join organisation o on o.id = c.organisation_id join account m on m.id = c.proposed_by
    left join account r on r.id = coalesce(c.confirmed_by, c.refused_by)`

export const changeById = async (trx: Trx, id: string, today: PlainDate): Promise<ChangeRow | undefined> =>
  (await sql<ChangeRow>`${changes(today)} where c.id = ${id}`.execute(trx)).rows[0]

/** What waits of one organisation: at most one. */
export const openChange = async (trx: Trx, organisationId: string, today: PlainDate): Promise<ChangeRow | undefined> =>
  (
    await sql<ChangeRow>`${changes(today)} where c.organisation_id = ${organisationId}
      and c.confirmed_by is null and c.refused_by is null`.execute(trx)
  ).rows[0]

/** What was answered of one organisation, the latest proposal first. */
export const answeredChanges = async (
  trx: Trx,
  organisationId: string,
  after: Place | undefined,
  limit: number,
  today: PlainDate,
): Promise<ChangeRow[]> =>
  (
    await sql<ChangeRow>`${changes(today)} where c.organisation_id = ${organisationId}
      and (c.confirmed_by is not null or c.refused_by is not null)
      and (${after?.at ?? null}::bigint is null or (c.proposed_at, c.id) < (${after?.at ?? null}::bigint, ${after?.id ?? null}::uuid))
      order by c.proposed_at desc, c.id desc limit ${limit}`.execute(trx)
  ).rows

/** What waits for an answer of this organisation's finance, other than who proposed it; the earliest first. */
const waitsFor = (organisationId: string, accountId: string, today: PlainDate) => sql`
  c.confirmed_by is null and c.refused_by is null and c.proposed_by <> ${accountId}
  and receiving_account_answered_at(c.organisation_id, c.proposed_by, ${today}::date) = ${organisationId}::uuid`

export const changesToAnswer = async (trx: Trx, organisationId: string, accountId: string, today: PlainDate) =>
  (
    await sql<ChangeRow>`${changes(today)} where ${waitsFor(organisationId, accountId, today)}
      order by c.proposed_at, c.id limit 200`.execute(trx)
  ).rows

export const countToAnswer = async (trx: Trx, organisationId: string, accountId: string, today: PlainDate) =>
  (
    await sql<{ count: number }>`select count(*)::int as count from receiving_account_change c
      where ${waitsFor(organisationId, accountId, today)}`.execute(trx)
  ).rows[0]!.count

/** Whose finance would answer what this person proposes. */
export const answersProposals = async (trx: Trx, organisationId: string, accountId: string, today: PlainDate) =>
  (
    await sql<{ name: string }>`select o.name from organisation o
      where o.id = receiving_account_answered_at(${organisationId}, ${accountId}, ${today}::date)`.execute(trx)
  ).rows[0]?.name

export const insertChange = (trx: Trx, row: Insertable<ReceivingAccountChangeTable>) =>
  trx.insertInto('receiving_account_change').values(row).execute()

export const lockChange = (trx: Trx, id: string) =>
  trx.selectFrom('receiving_account_change').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateChange = (
  trx: Trx,
  id: string,
  set:
    | { confirmed_by: string; confirmed_at: number }
    | { refused_by: string; refused_at: number; refused_words: string | null },
) => trx.updateTable('receiving_account_change').set(set).where('id', '=', id).execute()
