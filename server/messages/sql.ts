import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { StepKind } from '../../domain/policy.ts'
import type { Trx } from '../db/open.ts'
import type { MessageWordsTable, SmsTable } from '../db/tables.ts'

export type WordsRow = Selectable<MessageWordsTable>
export type SmsRow = Selectable<SmsTable>

// Words -------------------------------------------------------------------------------------------------------------
/** Serialises changes: a message keeps the newest revision there was, and none appears below it later. */
export const lockWords = (trx: Trx) => sql`select pg_advisory_xact_lock(hashtext('message words'))`.execute(trx)

export const selectWords = (trx: Trx): Promise<WordsRow[]> =>
  trx.selectFrom('message_words').selectAll().orderBy('revision').execute()

export const insertWords = (trx: Trx, row: WordsRow) => trx.insertInto('message_words').values(row).execute()

export const selectNames = (trx: Trx, accountIds: readonly string[]) =>
  accountIds.length === 0
    ? Promise.resolve([])
    : trx
        .selectFrom('account')
        .select(['id', 'display_name'])
        .where('kind', '=', 'staff')
        .where('id', 'in', [...accountIds])
        .execute()

/** The claim's, or the objection's. */
const receiptNumber = sql<string>`coalesce(a.receipt_number, o.receipt_number)`.as('receipt_number')

// A worker's messages -----------------------------------------------------------------------------------------------
export type Cursor = { readonly at: number; readonly id: string }

/** Newest first, with what their words are filled with. */
export const selectMine = (trx: Trx, accountId: string, before: Cursor | undefined, limit: number) =>
  trx
    .selectFrom('message as m')
    .leftJoin('application as a', 'a.id', 'm.application_id')
    .leftJoin('objection as o', 'o.id', 'm.objection_id')
    .leftJoin('action as x', (join) =>
      join.onRef('x.application_id', '=', 'm.application_id').onRef('x.seq', '=', 'm.seq'),
    )
    .leftJoin('sms as s', 's.message_id', 'm.id')
    .leftJoin('organisation as b', 'b.id', 'a.base_union_id')
    .leftJoin('organisation as d', 'd.id', 'a.district_id')
    .select([
      'm.id',
      'm.kind',
      'm.at',
      'm.application_id',
      'm.objection_id',
      'm.words_revision',
      'm.about',
      'm.read_at',
      's.state as sms',
    ])
    .select(receiptNumber)
    .select(['a.level', 'a.amount_fen', 'x.returned_until', 'x.document_number', 'x.reasons'])
    .select(['b.name as union_name', 'd.name as district_name'])
    .where('m.account_id', '=', accountId)
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(m.at, m.id) < (${before!.at}::bigint, ${before!.id}::uuid)`),
    )
    .orderBy('m.at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .execute()

export async function countUnread(trx: Trx, accountId: string, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int n from (select from message
    where account_id = ${accountId} and read_at is null limit ${limit}) few`.execute(trx)
  return rows[0]!.n
}

export const setRead = (trx: Trx, accountId: string, ids: readonly string[], at: number) =>
  trx
    .updateTable('message')
    .set({ read_at: at })
    .where('account_id', '=', accountId)
    .where('id', 'in', [...ids])
    .where('read_at', 'is', null)
    .execute()

// An office's messages ----------------------------------------------------------------------------------------------
export type Office = { readonly organisationId: string; readonly role: string; readonly accountId: string }

const unreadOf = (accountId: string) => sql<number>`m.case_count - coalesce((select r.case_count
  from office_message_read r where r.office_message_id = m.id and r.account_id = ${accountId}), 0)`

export const selectOffice = (trx: Trx, office: Office, before: Cursor | undefined, limit: number) =>
  trx
    .selectFrom('office_message as m')
    .selectAll('m')
    .select(unreadOf(office.accountId).as('unread_cases'))
    .where('m.organisation_id', '=', office.organisationId)
    .where('m.role', '=', office.role)
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(m.at, m.id) < (${before!.at}::bigint, ${before!.id}::uuid)`),
    )
    .orderBy('m.at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .execute()

/** Of the newest, those with cases this account has not seen. */
export async function countOfficeUnread(trx: Trx, office: Office, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int n from (
    select ${unreadOf(office.accountId)} unread from office_message m
    where m.organisation_id = ${office.organisationId} and m.role = ${office.role}
    order by m.at desc, m.id desc limit ${limit}) newest where unread > 0`.execute(trx)
  return rows[0]!.n
}

export const selectOfficeCases = (trx: Trx, office: Office, id: string, after: string | undefined, limit: number) =>
  trx
    .selectFrom('office_message_case as c')
    .innerJoin('office_message as m', 'm.id', 'c.office_message_id')
    .innerJoin('application as a', 'a.id', 'c.application_id')
    .select(['a.id', 'a.receipt_number'])
    .where('c.office_message_id', '=', id)
    .where('m.organisation_id', '=', office.organisationId)
    .where('m.role', '=', office.role)
    .$if(after !== undefined, (query) => query.where('c.application_id', '>', after!))
    .orderBy('c.application_id')
    .limit(limit)
    .execute()

export const setOfficeRead = (
  trx: Trx,
  accountId: string,
  seen: readonly { readonly id: string; readonly caseCount: number }[],
  at: number,
) =>
  sql`insert into office_message_read (office_message_id, account_id, case_count, read_at)
    select m.id, ${accountId}::uuid, least(v."caseCount", m.case_count), ${at}::bigint
    from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) v(id uuid, "caseCount" int)
    join office_message m on m.id = v.id
    on conflict (office_message_id, account_id) do update
      set case_count = greatest(office_message_read.case_count, excluded.case_count), read_at = excluded.read_at`.execute(
    trx,
  )

/** One case that an office is told of. */
export type OfficeCase = {
  readonly organisationId: string
  readonly role: string
  readonly kind: string
  readonly onDay: string
  readonly applicationId: string
  readonly at: number
}

/** Adds cases to the day's message of each office; a case that is in it already is not counted again. */
export async function addOfficeCases(trx: Trx, cases: readonly OfficeCase[], wordsRevision: number): Promise<void> {
  if (cases.length === 0) return
  const given = sql`jsonb_to_recordset(${JSON.stringify(cases)}::jsonb) v("organisationId" uuid, role text, kind text,
    "onDay" date, "applicationId" uuid, at bigint)`
  await sql`insert into office_message (organisation_id, role, kind, on_day, words_revision, at)
    select v."organisationId", v.role, v.kind, v."onDay", ${wordsRevision}, max(v.at) from ${given} group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (organisation_id, role, kind, on_day, cause_id) do update set at = greatest(office_message.at, excluded.at)`.execute(
    trx,
  )
  await sql`with added as (
      insert into office_message_case (office_message_id, application_id)
      select distinct m.id, v."applicationId" from ${given}
      join office_message m on m.organisation_id = v."organisationId" and m.role = v.role and m.kind = v.kind
        and m.on_day = v."onDay" and m.cause_id is null
      on conflict do nothing returning office_message_id)
    update office_message m set case_count = m.case_count + n.added
    from (select office_message_id, count(*)::int added from added group by 1) n where m.id = n.office_message_id`.execute(
    trx,
  )
}

// The outbox --------------------------------------------------------------------------------------------------------
/** undefined where another process reads. */
export async function lockCursor(trx: Trx, reader: string): Promise<{ txid: string; id: string } | undefined> {
  return trx
    .selectFrom('outbox_cursor')
    .select(['txid', 'id'])
    .where('reader', '=', reader)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

const unionReads = sql<boolean>`exists (select from appointment p where p.organisation_id = a.base_union_id
  and p.role = 'unionOfficer')`

/** The next of the outbox, up to the oldest transaction that still runs: nothing can come in before them any more. */
export const nextMessages = (trx: Trx, after: { txid: string; id: string }, limit: number) =>
  trx
    .selectFrom('message as m')
    .leftJoin('application as a', 'a.id', 'm.application_id')
    .leftJoin('action as x', (on) => on.onRef('x.application_id', '=', 'a.id').onRef('x.seq', '=', 'm.seq'))
    .select(['m.id', 'm.txid', 'm.kind', 'm.at', 'm.application_id', 'm.words_revision', 'x.step', 'x.role'])
    .select(['a.base_union_id', 'a.filing_point_id', 'a.district_id'])
    .select(unionReads.as('union_reads'))
    .where(sql<boolean>`(m.txid, m.id) > (${after.txid}::xid8, ${after.id}::uuid)
      and m.txid < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy(sql`m.txid, m.id`)
    .limit(limit)
    .execute()

export const moveCursor = (trx: Trx, reader: string, to: { txid: string; id: string }) =>
  trx.updateTable('outbox_cursor').set(to).where('reader', '=', reader).execute()

// Text messages -----------------------------------------------------------------------------------------------------
export const insertSms = (
  trx: Trx,
  rows: readonly { messageId: string; reference: string }[],
  state: 'waiting' | 'noGateway',
  at: number,
) =>
  rows.length === 0
    ? Promise.resolve()
    : trx
        .insertInto('sms')
        .values(
          rows.map(({ messageId, reference }) => ({
            message_id: messageId,
            reference,
            state,
            due_at: at,
            changed_at: at,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute()

export type Claimed = Pick<SmsRow, 'message_id' | 'state' | 'reference' | 'failures' | 'silences'>

/** Takes what is due for the time of a lease, with the state it was in. What was waiting counts as handed over from now on. */
export async function claimSms(
  trx: Trx,
  { lease, at, until, limit }: { lease: string; at: number; until: number; limit: number },
): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`update sms set due_at = ${until}, lease = ${lease},
      state = case sms.state when 'waiting' then 'sending' else sms.state end
    from (select message_id from sms where state in ('waiting', 'sending', 'accepted') and due_at <= ${at}
      order by due_at limit ${limit} for update skip locked) due
    where sms.message_id = due.message_id
    returning sms.message_id, old.state, sms.reference, sms.failures, sms.silences`.execute(trx)
  return rows
}

export type Settled = Pick<SmsRow, 'message_id' | 'state' | 'due_at'> & Partial<SmsRow>

/** Only who still holds the lease writes; what is not named stays. */
export const settleSms = (trx: Trx, lease: string, settled: readonly Settled[], at: number) =>
  sql`update sms set lease = null, changed_at = ${at}, state = v.state, due_at = v.due_at,
      why = coalesce(v.why, sms.why), reference = coalesce(v.reference, sms.reference),
      failures = coalesce(v.failures, sms.failures), silences = coalesce(v.silences, sms.silences)
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as v(message_id uuid, state text, due_at bigint, why text,
      reference uuid, failures int, silences int)
    where sms.message_id = v.message_id and sms.lease = ${lease}`.execute(trx)

/** Whom text messages go to, still sealed, and what their words are filled with. */
export const selectLetters = (trx: Trx, messageIds: readonly string[]) =>
  trx
    .selectFrom('message as m')
    .leftJoin('application as a', 'a.id', 'm.application_id')
    .leftJoin('objection as o', 'o.id', 'm.objection_id')
    .leftJoin('action as x', (join) =>
      join.onRef('x.application_id', '=', 'm.application_id').onRef('x.seq', '=', 'm.seq'),
    )
    .leftJoin('account as w', 'w.id', 'm.account_id')
    .select(['m.id', 'm.kind', 'm.application_id', 'm.account_id', 'm.words_revision', 'm.about', 'w.phone'])
    .select(receiptNumber)
    .select('x.returned_until')
    .where('m.id', 'in', [...messageIds])
    .execute()

export const selectGivenUp = (trx: Trx, before: Cursor | undefined, limit: number) =>
  trx
    .selectFrom('sms as s')
    .innerJoin('message as m', 'm.id', 's.message_id')
    .leftJoin('application as a', 'a.id', 'm.application_id')
    .leftJoin('objection as o', 'o.id', 'm.objection_id')
    .select(receiptNumber)
    .select(['m.id', 'm.kind', 'm.application_id', 's.changed_at', 's.why'])
    .where('s.state', '=', 'givenUp')
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(s.changed_at, s.message_id) < (${before!.at}::bigint, ${before!.id}::uuid)`),
    )
    .orderBy('s.changed_at', 'desc')
    .orderBy('s.message_id', 'desc')
    .limit(limit)
    .execute()

export async function countGivenUp(trx: Trx, limit: number): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int n from (select from sms where state = 'givenUp' limit ${limit}) few`.execute(trx)
  return rows[0]!.n
}

export const selectSms = (trx: Trx, messageId: string) =>
  trx.selectFrom('sms').select(['state', 'why']).where('message_id', '=', messageId).executeTakeFirst()

export const tryAgain = (trx: Trx, messageId: string, set: Partial<SmsRow>) =>
  trx
    .updateTable('sms')
    .set({ ...set, why: null, failures: 0, silences: 0 })
    .where('message_id', '=', messageId)
    .where('state', '=', 'givenUp')
    .execute()

// Reminders ---------------------------------------------------------------------------------------------------------
export const isDayDone = async (trx: Trx, day: string): Promise<boolean> =>
  (await trx.selectFrom('reminder_day').select('day').where('day', '=', day).executeTakeFirst()) !== undefined

export const setDayDone = (trx: Trx, day: string, at: number) =>
  trx
    .insertInto('reminder_day')
    .values({ day, done_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()

/** What waits at a step since before a moment, and nobody was reminded of. */
export const selectWaiting = (trx: Trx, step: StepKind, since: number, limit: number) =>
  trx
    .selectFrom('application as a')
    .innerJoin('action as x', (join) => join.onRef('x.application_id', '=', 'a.id').onRef('x.seq', '=', 'a.version'))
    .select(['a.id', 'a.version', 'a.step', 'a.account_id', 'a.applicant_index', 'x.id as action_id'])
    .select(['a.unit_id', 'a.base_union_id', 'a.filing_point_id', 'a.district_id'])
    .where('a.state', '=', 'inReview')
    .where('a.step', '=', step)
    .where('a.updated_at', '<', since)
    .where(sql<boolean>`not exists (select from reminder r where r.application_id = a.id and r.version = a.version)`)
    .orderBy('a.received_at')
    .orderBy('a.id')
    .limit(limit)
    .execute()

/** Those of them that were not reminded of meanwhile by another process. */
export async function insertReminders(
  trx: Trx,
  rows: readonly { application_id: string; version: number; step: string; at: number }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const inserted = await trx
    .insertInto('reminder')
    .values(rows.toSorted((a, b) => (a.application_id < b.application_id ? -1 : 1)))
    .onConflict((conflict) => conflict.doNothing())
    .returning('application_id')
    .execute()
  return new Set(inserted.map((row) => row.application_id))
}

/** Who serves where on a day. */
export const selectOfficers = (trx: Trx, organisationIds: readonly string[], today: string) =>
  trx
    .selectFrom('appointment as p')
    .innerJoin('account as s', 's.id', 'p.account_id')
    .select(['p.organisation_id', 'p.role', 's.id', 's.id_number_index'])
    .where('p.organisation_id', 'in', [...organisationIds])
    .where('p.role', 'in', ['hrOfficer', 'unionOfficer', 'filingPoint'])
    .where('s.disabled_at', 'is', null)
    .where('p.valid_from', '<=', today)
    .where((eb) => eb.or([eb('p.valid_to', 'is', null), eb('p.valid_to', '>=', today)]))
    .execute()

/** Messages to workers that no action causes, each told once. */
export const insertMessages = (
  trx: Trx,
  rows: readonly { kind: string; at: number; application_id: string; cause_id: string; account_id: string | null }[],
  wordsRevision: number,
) =>
  rows.length === 0
    ? Promise.resolve()
    : trx
        .insertInto('message')
        .values(rows.map((row) => ({ ...row, words_revision: wordsRevision })))
        .onConflict((conflict) => conflict.doNothing())
        .execute()

// The last batch ----------------------------------------------------------------------------------------------------
export const selectBatch = (trx: Trx, id: string) =>
  trx
    .selectFrom('filing_batch')
    .select(['id', 'policy_id', 'number', 'opened_on', 'closed_on'])
    .where('id', '=', id)
    .executeTakeFirst()

/** Holds the batch, so that it is not closed or announced otherwise meanwhile. */
export const lockBatch = (trx: Trx, id: string) =>
  sql`select from filing_batch where id = ${id} for update`.execute(trx)

export const selectAnnouncements = (trx: Trx, batchIds: readonly string[]) =>
  batchIds.length === 0
    ? Promise.resolve([])
    : trx
        .selectFrom('batch_announcement')
        .select(['id', 'batch_id', 'closes_on', 'announced_at'])
        .where('batch_id', 'in', [...batchIds])
        .orderBy('announced_at')
        .orderBy('id')
        .execute()

export const insertAnnouncement = (
  trx: Trx,
  row: { id: string; batch_id: string; closes_on: string; announced_by: string; announced_at: number },
) => trx.insertInto('batch_announcement').values(row).execute()

/** The announcement in force: the newest of a batch that is still open. */
export const selectInForce = (trx: Trx) =>
  trx
    .selectFrom('batch_announcement as n')
    .innerJoin('filing_batch as b', 'b.id', 'n.batch_id')
    .select(['b.number', 'b.policy_id', 'n.closes_on'])
    .where('b.closed_on', 'is', null)
    .orderBy('n.announced_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(1)
    .executeTakeFirst()

type DeskColumn = 'unit_id' | 'base_union_id' | 'filing_point_id' | 'district_id'
const beforeSecondReview: readonly StepKind[] = ['hrOpinion', 'firstReview', 'forwarding']

/** Whether a desk holds cases that the last batch still has to take; the city's desk where no column is named. */
export async function holdsOpenCases(
  trx: Trx,
  policyId: string,
  desk?: { column: DeskColumn; organisationId: string },
) {
  const found = await trx
    .selectFrom('application as a')
    .select('a.id')
    .where('a.policy_id', '=', policyId)
    .where('a.state', 'in', ['inReview', 'returned'])
    .where('a.step', 'in', [...beforeSecondReview])
    .$if(desk !== undefined, (query) => query.where(`a.${desk!.column}`, '=', desk!.organisationId))
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** The oldest announcement of which nobody was told yet; undefined also where another process is at it. */
export const lockUntold = (trx: Trx) =>
  trx
    .selectFrom('batch_announcement')
    .select(['id', 'batch_id', 'closes_on', 'announced_at'])
    .where('told_at', 'is', null)
    .orderBy('announced_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()

export const setTold = (trx: Trx, id: string, at: number) =>
  trx.updateTable('batch_announcement').set({ told_at: at }).where('id', '=', id).execute()

export type Announcement = { id: string; policyId: string; at: number; onDay: string; about: object; words: number }

/** Everybody to whom a claim was returned, each once for an announcement. */
export const tellReturned = (trx: Trx, { id, policyId, at, about, words }: Announcement) =>
  sql`insert into message (kind, at, application_id, seq, cause_id, account_id, words_revision, about)
    select 'lastBatch', ${at}::bigint, a.id, a.version, ${id}::uuid, a.account_id, ${words}::int, ${JSON.stringify(about)}::jsonb
    from application a where a.state = 'returned' and a.policy_id = ${policyId}
    on conflict do nothing`.execute(trx)

/** Every office with cases before second review, with their number. */
export const tellHolders = (trx: Trx, { id, policyId, at, onDay, about, words }: Announcement) =>
  sql`with open as (
      select unit_id, base_union_id, filing_point_id, district_id, step from application
      where policy_id = ${policyId} and state in ('inReview', 'returned') and step = any (${[...beforeSecondReview]}::text[]))
    insert into office_message (organisation_id, role, kind, on_day, cause_id, case_count, about, words_revision, at)
    select office, role, 'office.lastBatch', ${onDay}::date, ${id}::uuid, count(*)::int, ${JSON.stringify(about)}::jsonb,
      ${words}::int, ${at}::bigint
    from (select unit_id office, 'hrOfficer' role from open where step = 'hrOpinion'
      union all select base_union_id, 'unionOfficer' from open
      union all select filing_point_id, 'filingPoint' from open
      union all select district_id, 'districtReviewer' from open) holders
    where office is not null group by office, role
    on conflict do nothing`.execute(trx)
