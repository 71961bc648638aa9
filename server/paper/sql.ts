import { sql } from 'kysely'
import type { Insertable, RawBuilder } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { PaperSealTable, TransmittalTable } from '../db/tables.ts'

// Seals ---------------------------------------------------------------------------------------------------------------
/** A stamped form that has found its application. */
export const selectStampedForm = (trx: Trx, applicationId: string, fileId: string) =>
  trx
    .selectFrom('file')
    .select('uploaded_at')
    .where('id', '=', fileId)
    .where('application_id', '=', applicationId)
    .where('purpose', '=', 'stampedForm')
    .where('erased_at', 'is', null)
    .executeTakeFirst()

export const insertSeal = (trx: Trx, row: Insertable<PaperSealTable>) =>
  trx.insertInto('paper_seal').values(row).execute()

export const selectSeals = (trx: Trx, applicationId: string) =>
  trx.selectFrom('paper_seal').selectAll().where('application_id', '=', applicationId).execute()

// Originals -----------------------------------------------------------------------------------------------------------
/** One paper as its district keeps it: an application of theirs, with the original of its form as it stands. */
export type PaperRow = {
  id: string
  receipt_number: string
  level: string
  occupation_name: string
  employer_union: string
  filing_authority: string
  state: string
  step: string | null
  batch_number: number | null
  /** The district has passed it: its original may be sealed. */
  reviewed: boolean
  reviewed_at: number | null
  form_seq: number
  arrived_at: number | null
  sealed_on: string | null
  box: string | null
}

const papers = (where: RawBuilder<unknown>, limit: number) => sql<PaperRow>`
  select a.id, a.receipt_number, a.level, a.occupation_name, u.name as employer_union, a.filing_authority, a.state, a.step,
    b.number as batch_number, past_second_review(a) as reviewed, f.seq as form_seq, o.arrived_at, o.sealed_on, o.box,
    (select max(p.at) from action p where p.application_id = a.id and p.kind = 'pass' and p.step = 'secondReview') as reviewed_at
  from application a
  join organisation u on u.id = a.base_union_id
  cross join lateral (select form_since(a.id) as seq) f
  left join filing_batch b on b.id = a.batch_id
  left join original o on o.application_id = a.id and o.form_seq = f.seq
  where ${where} order by a.receipt_number limit ${limit}`

/** What can have a paper at the district: forwarded, and not ended on the way. */
const forwarded = sql`(a.state in ('approved', 'awarded', 'paid', 'bounced')
  or a.state in ('inReview', 'returned', 'reReview') and a.step in ('secondReview', 'verification', 'finalApproval'))`

export type PaperStage = 'waiting' | 'arrived' | 'sealed'
const stages: { readonly [S in PaperStage]: RawBuilder<unknown> } = {
  waiting: sql`o.application_id is null`,
  arrived: sql`o.application_id is not null and o.sealed_on is null`,
  sealed: sql`o.sealed_on is not null`,
}

export type PaperFilter = {
  readonly districtId: string
  readonly batchId: string
  readonly stage: PaperStage
  /** The last receipt number of the page before. */
  readonly after?: string
}
export const selectPapers = async (trx: Trx, filter: PaperFilter, limit: number): Promise<PaperRow[]> => {
  const { districtId, batchId, stage, after = '' } = filter
  const where = sql`a.district_id = ${districtId} and a.batch_id = ${batchId} and ${forwarded} and ${stages[stage]}
    and a.receipt_number > ${after}`
  return (await papers(where, limit).execute(trx)).rows
}

/** Counted up to a limit. */
export const countPapers = async (trx: Trx, districtId: string, batchId: string, limit: number) => {
  const { rows } = await sql<{ [S in PaperStage]: number }>`
    select count(*) filter (where not arrived)::int as waiting, count(*) filter (where arrived and not sealed)::int as arrived,
      count(*) filter (where sealed)::int as sealed
    from (select o.application_id is not null as arrived, o.sealed_on is not null as sealed from application a
      left join original o on o.application_id = a.id and o.form_seq = form_since(a.id)
      where a.district_id = ${districtId} and a.batch_id = ${batchId} and ${forwarded} limit ${limit}) each`.execute(
    trx,
  )
  return rows[0]!
}

/** By receipt number, or what a box holds; whichever batch they came with. */
export const findPapers = async (
  trx: Trx,
  districtId: string,
  by: { receipt: string } | { box: string; after?: string },
  limit: number,
): Promise<PaperRow[]> => {
  const where =
    'receipt' in by
      ? sql`a.district_id = ${districtId} and a.receipt_number = ${by.receipt}`
      : sql`o.district_id = ${districtId} and o.box = ${by.box} and a.receipt_number > ${by.after ?? ''}`
  return (await papers(where, limit).execute(trx)).rows
}

export const selectPapersById = async (trx: Trx, districtId: string, ids: readonly string[]): Promise<PaperRow[]> =>
  (await papers(sql`a.district_id = ${districtId} and a.id = any (${[...ids]}::uuid[])`, ids.length).execute(trx)).rows

/** false where it had arrived before. */
export const insertOriginal = async (
  trx: Trx,
  row: { application_id: string; form_seq: number; district_id: string; arrived_by: string; arrived_at: number },
): Promise<boolean> => {
  const result = await trx
    .insertInto('original')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Only the forms as they stand, and only those that are not sealed yet. */
export const sealOriginals = (
  trx: Trx,
  { ids, on, box, by, at }: { ids: readonly string[]; on: string; box: string; by: string; at: number },
) =>
  sql`update original set sealed_on = ${on}, sealed_by = ${by}, sealed_at = ${at}, box = ${box}
    where application_id = any (${[...ids]}::uuid[]) and form_seq = form_since(application_id)
      and sealed_on is null`.execute(trx)

export const moveOriginals = (trx: Trx, ids: readonly string[], box: string) =>
  sql`update original set box = ${box} where application_id = any (${[...ids]}::uuid[])
    and form_seq = form_since(application_id) and sealed_on is not null`.execute(trx)

export const selectOriginal = async (trx: Trx, applicationId: string) =>
  (
    await sql<{ arrived_at: number; sealed_on: string | null; box: string | null }>`
      select arrived_at, sealed_on, box from original
      where application_id = ${applicationId} and form_seq = form_since(${applicationId})`.execute(trx)
  ).rows[0]

// Copies --------------------------------------------------------------------------------------------------------------
export type CopyRow = {
  id: string
  receipt_number: string
  level: string
  occupation_name: string
  filing_authority: string
  batch_number: number | null
  form_seq: number
  /** The centre missed it in an earlier parcel. */
  missed: boolean
}

/** Cases of a district whose copies have to go to the centre and are not under way. */
export const selectToSend = async (
  trx: Trx,
  districtId: string,
  ids: readonly string[] | undefined,
  limit: number,
): Promise<CopyRow[]> => {
  const { rows } = await sql<CopyRow>`
    select a.id, a.receipt_number, a.level, a.occupation_name, a.filing_authority, b.number as batch_number,
      f.seq as form_seq,
      exists (select from transmittal_line m where m.application_id = a.id and m.form_seq = f.seq) as missed
    from application a cross join lateral (select form_since(a.id) as seq) f
    left join filing_batch b on b.id = a.batch_id
    where a.district_id = ${districtId} and wants_copies(a) and past_second_review(a)
      and a.state in ('inReview', 'returned', 'reReview')
      and (${ids ?? null}::uuid[] is null or a.id = any (${ids ?? null}::uuid[]))
      and not exists (select from transmittal_line l where l.application_id = a.id and l.form_seq = f.seq
        and (l.missing_at is null or l.received_at is not null))
    order by a.receipt_number limit ${limit}`.execute(trx)
  return rows
}

export const nextTransmittalNumber = async (trx: Trx): Promise<number> =>
  (await sql<{ n: number }>`select nextval('transmittal_number') as n`.execute(trx)).rows[0]!.n

export const insertTransmittal = (trx: Trx, row: Insertable<TransmittalTable>) =>
  trx.insertInto('transmittal').values(row).execute()

export const insertTransmittalLines = (trx: Trx, id: string, lines: readonly { id: string; form_seq: number }[]) =>
  trx
    .insertInto('transmittal_line')
    .values(lines.map((line) => ({ transmittal_id: id, application_id: line.id, form_seq: line.form_seq })))
    .execute()

export type TransmittalRow = {
  id: string
  number: string
  district_id: string
  district: string
  line_count: number
  sent_on: string
  sent_by: string
  made_at: number
  received: number
  missing: number
  last_received_at: number | null
}
export type TransmittalFilter = {
  readonly districtId?: string
  readonly id?: string
  readonly stage?: 'open' | 'complete'
  readonly after?: { readonly madeAt: number; readonly id: string }
}
/** Newest first. */
export const selectTransmittals = async (
  trx: Trx,
  { districtId, id, stage, after }: TransmittalFilter,
  limit: number,
): Promise<TransmittalRow[]> => {
  const open = sql`exists (select from transmittal_line q where q.transmittal_id = t.id and q.received_at is null)`
  const { rows } = await sql<TransmittalRow>`
    select t.id, t.number, t.district_id, d.name as district, t.line_count, t.sent_on, s.display_name as sent_by, t.made_at,
      n.received, n.missing, n.last_received_at
    from transmittal t join organisation d on d.id = t.district_id join account s on s.id = t.sent_by
    cross join lateral (select count(l.received_at)::int as received, max(l.received_at) as last_received_at,
      count(*) filter (where l.missing_at is not null and l.received_at is null)::int as missing
      from transmittal_line l where l.transmittal_id = t.id) n
    where (${districtId ?? null}::uuid is null or t.district_id = ${districtId ?? null}::uuid)
      and (${id ?? null}::uuid is null or t.id = ${id ?? null}::uuid)
      and (${stage ?? null}::text is null or (${stage ?? null}::text = 'open') = ${open})
      and (${after?.id ?? null}::uuid is null
        or (t.made_at, t.id) < (${after?.madeAt ?? 0}::bigint, ${after?.id ?? null}::uuid))
    order by t.made_at desc, t.id desc limit ${limit}`.execute(trx)
  return rows
}

export const lockTransmittal = (trx: Trx, id: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`transmittal ${id}`}, 0))`.execute(trx)

export const selectTransmittalLines = (trx: Trx, id: string) =>
  trx
    .selectFrom('transmittal_line as l')
    .innerJoin('application as a', 'a.id', 'l.application_id')
    .select(['a.id', 'a.receipt_number', 'a.level', 'a.occupation_name', 'a.filing_authority'])
    .select(['l.received_at', 'l.missing_at'])
    .where('l.transmittal_id', '=', id)
    .orderBy('a.receipt_number')
    .execute()

export const receiveLines = (trx: Trx, id: string, applicationIds: readonly string[], by: string, at: number) =>
  sql`update transmittal_line set received_at = ${at}, received_by = ${by}
    where transmittal_id = ${id} and application_id = any (${[...applicationIds]}::uuid[])
      and received_at is null`.execute(trx)

export const missLines = (trx: Trx, id: string, applicationIds: readonly string[], by: string, at: number) =>
  sql`update transmittal_line set missing_at = ${at}, missing_by = ${by}
    where transmittal_id = ${id} and application_id = any (${[...applicationIds]}::uuid[])
      and received_at is null and missing_at is null`.execute(trx)

/** How the copies of one application's form stand; undefined where none are wanted. */
export const selectCopies = async (trx: Trx, applicationId: string) =>
  (
    await sql<{
      number: string | null
      sent_on: string | null
      under_way: boolean | null
      received_at: number | null
      awaited: boolean
    }>`select t.number, t.sent_on, case when l.transmittal_id is not null then l.missing_at is null end as under_way, l.received_at,
        waits_for_copies(a.policy_id) as awaited
      from application a left join lateral (select * from transmittal_line l where l.application_id = a.id
        and l.form_seq = form_since(a.id) order by l.received_at nulls last, l.missing_at nulls first limit 1) l on true
      left join transmittal t on t.id = l.transmittal_id
      where a.id = ${applicationId} and wants_copies(a)`.execute(trx)
  ).rows[0]

// The annex and its scans --------------------------------------------------------------------------------------------
export const selectOrganisationNames = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()

/** An application that the scope reaches, by its id or its receipt number. */
export const findApplication = (trx: Trx, by: { readonly id: string } | { readonly receiptNumber: string }) => {
  const found = trx.selectFrom('application').select(['id', 'receipt_number'])
  const one = 'id' in by ? found.where('id', '=', by.id) : found.where('receipt_number', '=', by.receiptNumber)
  return one.executeTakeFirst()
}

/** An account's own scans of stamped forms, newest first, with the application where it has one in reach. */
export const selectOwnScans = (trx: Trx, accountId: string, limit: number) =>
  trx
    .selectFrom('file')
    .leftJoin('application', 'application.id', 'file.application_id')
    .select(['file.id', 'file.uploaded_at', 'file.page_count', 'file.application_id', 'application.receipt_number'])
    .where('file.owner_account_id', '=', accountId)
    .where('file.purpose', '=', 'stampedForm')
    .where('file.erased_at', 'is', null)
    .orderBy('file.uploaded_at', 'desc')
    .orderBy('file.id')
    .limit(limit)
    .execute()

/** Which of these an account has scanned and not erased. */
export const selectScans = async (trx: Trx, accountId: string, ids: readonly string[]): Promise<string[]> =>
  (
    await trx
      .selectFrom('file')
      .select('id')
      .where('id', 'in', [...ids])
      .where('owner_account_id', '=', accountId)
      .where('erased_at', 'is', null)
      .execute()
  ).map(({ id }) => id)

// Money on paper ------------------------------------------------------------------------------------------------------
/** What a notice named when it was issued, in the order of its paper. */
export const selectLinesOfNotice = (trx: Trx, noticeId: string) =>
  trx
    .selectFrom('notice_line as l')
    .innerJoin('award as w', 'w.id', 'l.award_id')
    .innerJoin('application as a', 'a.id', 'w.application_id')
    .select(['w.id', 'l.amount_fen', 'w.payee'])
    .select(['a.receipt_number', 'a.level', 'a.applicant_index', 'a.policy_id', 'a.policy_revision'])
    .where('l.notice_id', '=', noticeId)
    .orderBy('a.receipt_number')
    .execute()

/** Who issues allocation notices (四.一.5). */
export const selectServiceCentre = (trx: Trx) =>
  trx.selectFrom('organisation').select('name').where('kind', '=', 'serviceCentre').executeTakeFirstOrThrow()
