/** The tree of unions and units, who serves in it, and the way an application takes through it. */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type {
  AddOrganisation,
  OrganisationList,
  OrganisationView,
  UnionOptions,
  UnitFacts,
} from '../../contract/people.ts'
import type { UnitFactsView } from '../../contract/people.ts'
import { type Instant, type PlainDate, plainDate, shanghaiDate } from '../../domain/dates.ts'
import type { OrganisationKind, StaffRole } from '../../domain/roles.ts'
import { record } from '../audit/audit.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { refusalOf, type Trx } from '../db/open.ts'
import type { Envelope, Secrets } from '../secrets.ts'
import { accountsIn, baseUnionsLike, baseUnionWay, insertOrganisation, insertService, type NewFacts } from './sql.ts'
import { servedBy, type ServedUnion } from './sql.ts'
import { type NewOrganisation, organisationById, organisations, rootId, selectFacts, upsertFacts } from './sql.ts'

/** Under which kinds an organisation stands. The city federation is the root. */
const parents: { readonly [K in OrganisationKind]: readonly OrganisationKind[] } = {
  cityFederation: [],
  serviceCentre: ['cityFederation'],
  districtFederation: ['cityFederation'],
  bureauUnion: ['cityFederation'],
  lowerUnion: ['districtFederation', 'bureauUnion', 'lowerUnion'],
  baseUnion: ['districtFederation', 'bureauUnion', 'lowerUnion'],
  filingPoint: ['districtFederation', 'bureauUnion', 'lowerUnion'],
  unit: ['baseUnion'],
}

export const receivingAccountPlace = (organisationId: string) => ({
  table: 'organisation',
  column: 'receiving_account',
  row: organisationId,
})

export type Organisation = { readonly kind: OrganisationKind; readonly name: string; readonly path: readonly string[] }

/** An organisation that exists on the day. */
export async function organisationOn(trx: Trx, id: string, today: PlainDate): Promise<Organisation | undefined> {
  const row = await organisationById(trx, id)
  if (!row || row.valid_from > today || (row.valid_to !== null && row.valid_to < today)) return undefined
  return row
}

export type Planted = {
  readonly id: string
  readonly parentId?: string
  readonly kind: OrganisationKind
  readonly name: string
  readonly validFrom: PlainDate
  /** Base unions a filing point serves. */
  readonly serves?: readonly string[]
}

/** Stores an organisation. False where that id is taken. */
export async function plantOrganisation(trx: Trx, planted: Planted): Promise<boolean> {
  const { id } = planted
  const row: NewOrganisation = {
    id,
    parent_id: planted.parentId ?? null,
    kind: planted.kind,
    name: planted.name,
    valid_from: planted.validFrom,
  }
  if (!(await insertOrganisation(trx, row))) return false
  for (const baseUnionId of planted.serves ?? []) await insertService(trx, id, baseUnionId, planted.validFrom)
  return true
}

/** The city federation at the root of the tree; made where there is none. */
export async function rootOrganisation(trx: Trx, name: string, today: PlainDate): Promise<string> {
  const known = await rootId(trx)
  if (known) return known
  const id = randomUUID()
  await plantOrganisation(trx, { id, kind: 'cityFederation', name, validFrom: today })
  return id
}

const malformed = (field: string, says: string) => new Refused('request.malformed', {}, [{ field, says }])

/** Repeating it is no error. @throws {Refused} request.malformed, people.outside, request.reused-id */
export function addOrganisation(deps: Deps, viewer: Viewer, id: string, wish: AddOrganisation, at: Instant) {
  const validFrom = plainDate(wish.validFrom)
  if (!validFrom) throw malformed('validFrom', '没有这一天，重新选日期。')
  return inViewersScope(deps, viewer, async (trx): Promise<OrganisationView> => {
    const parent = await organisationOn(trx, wish.parentId, shanghaiDate(at))
    if (!parent) throw malformed('parentId', '没有这个上级组织，重新选一个。')
    if (!parent.path.includes(viewer.organisation!.id)) throw new Refused('people.outside')
    if (!parents[wish.kind].includes(parent.kind))
      throw malformed('kind', '这类组织不设在这个上级下面，换上级或换类别。')
    await requireBaseUnions(trx, wish, shanghaiDate(at))
    const { parentId, kind, name, serves } = wish
    const isNew = await plantOrganisation(trx, { id, parentId, kind, name, validFrom, ...(serves && { serves }) })
    const row = await organisationById(trx, id)
    if (row?.parent_id !== wish.parentId || row.kind !== wish.kind || row.name !== wish.name)
      throw new Refused('request.reused-id')
    const entry = { kind: 'organisation.added', objectKind: 'organisation', objectId: id } as const
    if (isNew) await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at })
    return viewOf(row)
  })
}

async function requireBaseUnions(trx: Trx, { kind, serves }: AddOrganisation, today: PlainDate) {
  if (!serves?.length) return
  if (kind !== 'filingPoint') throw malformed('serves', '只有申报点登记所服务的基层工会，这里留空。')
  for (const id of serves)
    if ((await organisationOn(trx, id, today))?.kind !== 'baseUnion')
      throw malformed('serves', '有一家不是基层工会，去掉它再登记。')
}

const viewOf = (row: NonNullable<Awaited<ReturnType<typeof organisationById>>>): OrganisationView => ({
  id: row.id,
  ...(row.parent_id && { parentId: row.parent_id }),
  kind: row.kind,
  name: row.name,
  validFrom: row.valid_from,
  ...(row.valid_to && { validTo: row.valid_to }),
  ...(row.receiving_account_tail && { receivingAccountTail: row.receiving_account_tail }),
  depth: row.path.length - 1,
})

/** The whole tree, each parent before its children. */
export async function listOrganisations(deps: Deps, viewer: Viewer): Promise<OrganisationList> {
  const rows = await inViewersScope(deps, viewer, organisations)
  return { organisations: rows.map(viewOf) }
}

const mostOptions = 20

/** Base unions whose own, unit's or district's name contains the text. */
export async function findUnions(deps: Deps, viewer: Viewer, text: string, now: Instant): Promise<UnionOptions> {
  const wanted = text.normalize('NFKC').replace(/\s/g, '')
  const rows = await inViewersScope(deps, viewer, (trx) => baseUnionsLike(trx, wanted, shanghaiDate(now), mostOptions))
  return { unions: rows }
}

/** @throws {Refused} not-found */
export function showUnitFacts(deps: Deps, viewer: Viewer, baseUnionId: string, now: Instant): Promise<UnitFactsView> {
  return inViewersScope(deps, viewer, (trx) => unitFactsOf(trx, baseUnionId, shanghaiDate(now)))
}

/** What a union keeps of its unit, to prefill its workers' forms. @throws {Refused} not-found */
export async function unitFactsOf(trx: Trx, baseUnionId: string, today: PlainDate): Promise<UnitFactsView> {
  const [way, facts] = await Promise.all([baseUnionWay(trx, baseUnionId, today), selectFacts(trx, baseUnionId)])
  if (!way) throw new Refused('not-found')
  return {
    organisationId: baseUnionId,
    name: way.name,
    district: way.district_name,
    ...(way.unit_id && { unitId: way.unit_id }),
    ...(facts && { facts }),
  }
}

/** @throws {Refused} not-found where the union is not below the viewer */
export async function keepUnitFacts(deps: Deps, viewer: Viewer, baseUnionId: string, facts: UnitFacts, at: Instant) {
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      const today = shanghaiDate(at)
      if (!(await baseUnionWay(trx, baseUnionId, today))) throw new Refused('not-found')
      await upsertFacts(trx, { organisationId: baseUnionId, facts, updatedBy: viewer.accountId, updatedAt: at })
      const entry = { kind: 'unit-facts.changed', objectKind: 'organisation', objectId: baseUnionId } as const
      await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at })
      return unitFactsOf(trx, baseUnionId, today)
    })
  } catch (error) {
    if (refusalOf(error)?.kind === 'forbidden') throw new Refused('not-found')
    throw error
  }
}

/** Stores the facts of a unit, whatever stood there before. */
export const plantFacts = (trx: Trx, facts: NewFacts): Promise<void> => upsertFacts(trx, facts)

/** The unions an application is filed under. */
export type Route = {
  readonly unitId?: string
  readonly baseUnionId: string
  readonly filingPointId?: string
  readonly districtId: string
  /** From the district down to the base union, its unit, and its filing point: who may see the application. */
  readonly visibleTo: readonly string[]
}

/** Undefined where there is no such base union on the day, or no district above it. */
export async function routeOf(trx: Trx, baseUnionId: string, today: PlainDate): Promise<Route | undefined> {
  const way = await baseUnionWay(trx, baseUnionId, today)
  if (!way) return undefined
  const { unit_id, filing_point_id, district_id, path } = way
  const fromDistrict = path.slice(path.indexOf(district_id))
  return {
    ...(unit_id && { unitId: unit_id }),
    baseUnionId,
    ...(filing_point_id && { filingPointId: filing_point_id }),
    districtId: district_id,
    visibleTo: [...fromDistrict, ...[unit_id, filing_point_id].filter((id) => id !== null)],
  }
}

/** The base unions that a filing point serves on the day, by name, each with its unit and what is kept of it. */
export const unionsServed = (trx: Trx, filingPointId: string, today: PlainDate): Promise<ServedUnion[]> =>
  servedBy(trx, filingPointId, today)

export type Officer = { readonly accountId: string; readonly idNumberIndex: Buffer | null }

/** Who holds the role there on the day and is not disabled. */
export const officersOf = (trx: Trx, organisationId: string, role: StaffRole, today: PlainDate): Promise<Officer[]> =>
  accountsIn(trx, organisationId, role, today)

/** Where an organisation receives money: what may be shown of it, and the number itself. */
export async function receivingAccountOf(trx: Trx, secrets: Secrets, organisationId: string) {
  const row = await organisationById(trx, organisationId)
  if (!row?.receiving_account || !row.receiving_account_tail) return undefined
  const number = secrets.openText(receivingAccountPlace(organisationId), row.receiving_account as Envelope)
  return { tail: row.receiving_account_tail, number }
}
