import { type Insertable, type RawBuilder, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type {
  AllocationNoticeTable,
  ApprovalListTable,
  DisbursementConfirmationTable,
  TransferReceiptTable,
  TransferTable,
} from '../db/tables.ts'

// Approval lists ------------------------------------------------------------------------------------------------------

/** One list is made at a time: two made at once would name the same applications. */
export const lockListMaking = (trx: Trx) => sql`select pg_advisory_xact_lock(hashtext('approval list'))`.execute(trx)

/** What final approval waits for: copies (R17), and certificates that are held; each read once, however many wait. */
const waiting = sql`with awaited as materialized (select application_id from copies_awaited()),
  held as materialized (select certificate_id from certificates_held())`
const copiesAwaited = sql`(a.id in (select application_id from awaited))`

const isHeld = sql`(a.certificate_id in (select certificate_id from held))`

/**
 * Lists that wait for approval and cannot get it: a line has moved on since, its copies or an answer are awaited, or it
 * is another's certificate.
 */
export const selectSpoiltLists = async (trx: Trx): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`${waiting}
    select l.id from approval_list l where l.approved_at is null and l.replaced_by is null and exists (
      select from approval_line i join application a on a.id = i.application_id
      where i.list_id = l.id and (a.version <> i.version or ${copiesAwaited} or ${isHeld}))`.execute(trx)
  return rows.map((row) => row.id)
}

export type Candidate = {
  id: string
  version: number
  policy_id: string
  policy_revision: number
  channel: string
  applicant_index: Buffer
  certificate_id: string
  level: string
  amount_fen: number
}

/** What waits for final approval and cannot be listed, by district: copies to be sent, and those under way. */
export const selectAwaitingCopies = async (trx: Trx) => {
  const { rows } = await sql<{ district: string; count: number; under_way: number }>`
    select o.name as district, count(*)::int as count, (count(*) filter (where c.under_way))::int as under_way
    from copies_awaited() c join organisation o on o.id = c.district_id group by o.name order by o.name`.execute(trx)
  return rows
}

/** What waits for final approval and is held: for the answer to an objection, or as another claim's certificate. */
export const countHeld = async (trx: Trx): Promise<{ objected: number; same: number }> => {
  const { rows } = await sql<{ objected: number; same: number }>`
    select (count(*) filter (where h.why = 'objection'))::int as objected, (count(*) filter (where h.why = 'same'))::int as same
    from certificates_held() h join application a on a.certificate_id = h.certificate_id
    where a.state = 'inReview' and a.step = 'finalApproval'`.execute(trx)
  return rows[0]!
}

/** Applications that wait for final approval and for nothing else, and stand on no list that can still be approved. */
const candidates = (spoiltLists: readonly string[]) => sql`from application a
    where a.state = 'inReview' and a.step = 'finalApproval' and not ${copiesAwaited} and not ${isHeld}
      and a.id not in (
      select i.application_id from approval_line i join approval_list l on l.id = i.list_id
      where l.approved_at is null and l.replaced_by is null and l.id <> all (${spoiltLists}::uuid[]))`

export const selectCandidates = async (trx: Trx, spoiltLists: readonly string[]): Promise<Candidate[]> => {
  const { rows } = await sql<Candidate>`${waiting}
    select a.id, a.version, a.policy_id, a.policy_revision, a.channel, a.applicant_index, a.certificate_id, a.level, a.amount_fen
    ${candidates(spoiltLists)} order by a.id`.execute(trx)
  return rows
}

/** What a list made now would come to. */
export const sumCandidates = async (trx: Trx, spoiltLists: readonly string[]) => {
  const { rows } = await sql<{ level: string; count: number; total_fen: number }>`${waiting}
    select a.level, count(*)::int as count, sum(a.amount_fen)::bigint as total_fen
    ${candidates(spoiltLists)} group by a.level`.execute(trx)
  return rows
}

/** The next of the numbers 1号, 2号, … of approval lists and of allocation notices. */
export const nextNumber = async (trx: Trx, of: 'approval_list' | 'allocation_notice'): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select nextval(${`${of}_number`}::regclass) as n`.execute(trx)
  return rows[0]!.n
}

export const insertList = (trx: Trx, row: Insertable<ApprovalListTable>) =>
  trx.insertInto('approval_list').values(row).execute()

export const replaceLists = (trx: Trx, ids: readonly string[], by: string) =>
  sql`update approval_list set replaced_by = ${by} where id = any (${ids}::uuid[])`.execute(trx)

export type NewLine = {
  applicationId: string
  version: number
  amountFen: number
  digest: Buffer
  exceptions: readonly string[]
}

export const insertLines = (trx: Trx, listId: string, lines: readonly NewLine[]) =>
  sql`insert into approval_line (list_id, application_id, version, amount_fen, digest, exceptions)
    select ${listId}::uuid, i.application_id, i.version, i.amount_fen, i.digest, string_to_array(i.exceptions, ',')
    from unnest(${lines.map((each) => each.applicationId)}::uuid[],
      ${lines.map((each) => each.version)}::int[], ${lines.map((each) => each.amountFen)}::bigint[],
      ${lines.map((each) => each.digest)}::bytea[], ${lines.map((each) => each.exceptions.join(','))}::text[])
      i (application_id, version, amount_fen, digest, exceptions)`.execute(trx)

export type LineFactsRow = {
  id: string
  finding: string
  alike: boolean
  re_reviewed: boolean
  basis: string | null
  reviewed_at: number | null
  closed_on: string | null
}

/** What may make final approval look at a line first. */
export const selectLineFacts = async (trx: Trx, applicationIds: readonly string[]): Promise<LineFactsRow[]> => {
  const { rows } = await sql<LineFactsRow>`
    select a.id, a.finding, b.closed_on,
      exists (select from alike_applications(a.id)) as alike,
      exists (select from action d where d.application_id = a.id and d.kind = 'overturn') as re_reviewed,
      (select c.basis from check_record c where c.application_id = a.id and c.name = 'certificateRegister'
        order by c.at desc limit 1) as basis,
      (select d.at from action d where d.application_id = a.id and d.kind = 'pass' and d.step = 'secondReview'
        order by d.seq desc limit 1) as reviewed_at
    from application a left join filing_batch b on b.id = a.batch_id
    where a.id = any (${applicationIds}::uuid[])`.execute(trx)
  return rows
}

/** Takes a line that was sent back off its list. */
export const takeLineOff = (trx: Trx, listId: string, applicationId: string, actionId: string) =>
  sql`select take_line_off(${listId}, ${applicationId}, ${actionId})`.execute(trx)

export const lockList = (trx: Trx, id: string) =>
  trx.selectFrom('approval_list').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export type FrozenLine = Candidate & {
  state: string
  step: string | null
  frozen_version: number
  frozen_fen: number
  digest: Buffer
}

/** The lines as frozen beside their applications as they are now, in the order in which applications are locked. */
export const selectFrozenLines = (trx: Trx, listId: string): Promise<FrozenLine[]> =>
  trx
    .selectFrom('approval_line as i')
    .innerJoin('application as a', 'a.id', 'i.application_id')
    .select([
      'a.id',
      'a.version',
      'a.policy_id',
      'a.policy_revision',
      'a.channel',
      'a.applicant_index',
      'a.certificate_id',
      'a.level',
    ])
    .select([
      'a.amount_fen',
      'a.state',
      'a.step',
      'i.version as frozen_version',
      'i.amount_fen as frozen_fen',
      'i.digest',
    ])
    .where('i.list_id', '=', listId)
    .orderBy('a.id')
    .execute()

export const markApproved = (trx: Trx, id: string, by: string, at: number, documentNumber: string) =>
  trx
    .updateTable('approval_list')
    .set({ approved_by: by, approved_at: at, document_number: documentNumber })
    .where('id', '=', id)
    .execute()

/** A duty other than this one that the person holds on an application of the list, or of one notice of it. */
export const otherDuty = async (trx: Trx, listId: string, noticeId: string | null, accountId: string, than: string) => {
  const { rows } = await sql<{ duty: string }>`
    select d.duty from approval_line i join duty d on d.application_id = i.application_id
    left join award w on w.application_id = i.application_id
    where i.list_id = ${listId} and d.account_id = ${accountId} and d.duty <> ${than}
      and (${noticeId}::uuid is null or w.notice_id = ${noticeId}) limit 1`.execute(trx)
  return rows[0]?.duty
}

/** Somebody objects to the certificate of an award. */
const disputed = sql<boolean>`w.certificate_id in (select certificate_id from certificates_disputed())`

/** Awards of approved lists that no allocation notice names yet. */
const unnoticed = sql<{ list_id: string; to_issue: number; disputed: number }>`(
  select i.list_id, count(*)::int as to_issue, (count(*) filter (where ${disputed}))::int as disputed
  from award w join approval_line i on i.application_id = w.application_id
  where w.notice_id is null and w.cancelled_at is null group by i.list_id)`.as<'rest'>('rest')

/** What the city has still to give, by list: all of it at first, later what was granted once more. */
const unfunded = sql<{ list_id: string; unfunded_fen: number }>`(
  select i.list_id, sum(w.amount_fen)::bigint as unfunded_fen
  from award w join approval_line i on i.application_id = w.application_id
  where w.stands_on = 'committed' group by i.list_id)`.as<'owing'>('owing')

/** The last of a list's transfers from the city: what is granted once more after it was cancelled is funded again. */
const lastFunding = sql<string>`(select x.id from transfer x where x.approval_list_id = l.id and x.kind = 'funding'
  order by x.made_at desc, x.id limit 1)`

export const selectLists = (trx: Trx, id?: string) =>
  trx
    .selectFrom('approval_list as l')
    .innerJoin('account as m', 'm.id', 'l.made_by')
    .leftJoin('account as a', 'a.id', 'l.approved_by')
    .leftJoin('transfer as t', (join) => join.onRef('t.approval_list_id', '=', 'l.id').on('t.id', '=', lastFunding))
    .leftJoin('account as fm', 'fm.id', 't.made_by')
    .leftJoin('account as fr', 'fr.id', 't.released_by')
    .selectAll('l')
    .select(['m.display_name as maker', 'a.display_name as approver'])
    .select(['t.id as funding_id', 't.amount_fen as funding_fen', 't.voucher_number as funding_voucher'])
    .select(['t.made_at as funding_made_at', 't.released_at as funding_released_at'])
    .select(['fm.display_name as funding_maker', 'fr.display_name as funding_releaser'])
    .leftJoin(unnoticed, (join) =>
      join.onRef('rest.list_id', '=', 'l.id').on('l.approved_at', 'is not', null).on('l.route', '=', 'viaUnions'),
    )
    .leftJoin(unfunded, (join) => join.onRef('owing.list_id', '=', 'l.id').on('l.route', '=', 'viaUnions'))
    .select(['rest.to_issue', 'rest.disputed', 'owing.unfunded_fen'])
    .select((eb) =>
      eb
        .selectFrom('allocation_notice as n')
        .select((of) => of.fn.countAll<number>().as('n'))
        .whereRef('n.approval_list_id', '=', 'l.id')
        .as('notices'),
    )
    .$if(id !== undefined, (query) => query.where('l.id', '=', id!))
    .$if(id === undefined, (query) => query.where('l.replaced_by', 'is', null))
    .orderBy('l.made_at', 'desc')
    .orderBy('l.number')
    .execute()

export type ListLine = {
  id: string
  receipt_number: string
  level: string
  occupation_name: string
  district: string
  category: string | null
  finding: string
  exceptions: string[]
  amount_fen: number
}

const latestCategory = sql`(select s.body ->> 'category' from assessment s where s.application_id = a.id
  order by s.version desc limit 1)`

/** A page of a list in order of receipt: all of it, what holds these words, or only what is looked at first. */
export const selectListLines = async (
  trx: Trx,
  listId: string,
  by: { after?: string | undefined; find?: string | undefined; exceptionsOnly?: boolean; limit: number },
): Promise<ListLine[]> => {
  const like = by.find ? `%${by.find.replace(/[\\%_]/g, '\\$&')}%` : null
  const { rows } = await sql<ListLine>`
    select a.id, a.receipt_number, a.level, a.occupation_name, o.name as district, a.finding, i.exceptions, i.amount_fen,
      ${latestCategory} as category
    from approval_line i join application a on a.id = i.application_id join organisation o on o.id = a.district_id
    where i.list_id = ${listId} and (${by.after ?? null}::text is null or a.receipt_number > ${by.after ?? null})
      and (not ${by.exceptionsOnly ?? false} or i.exceptions <> '{}')
      and (${like}::text is null or a.receipt_number ilike ${like} or a.occupation_name ilike ${like} or o.name ilike ${like})
    order by a.receipt_number limit ${by.limit}`.execute(trx)
  return rows
}

export type TotalsRow = { by: 'level' | 'district' | 'category'; key: string | null; count: number; total_fen: number }

/** A list's totals, three ways in one pass. */
export const selectListTotals = async (trx: Trx, listId: string): Promise<TotalsRow[]> => {
  const { rows } = await sql<TotalsRow>`
    with line as (
      select i.amount_fen, a.level, o.name as district, ${latestCategory} as category
      from approval_line i join application a on a.id = i.application_id join organisation o on o.id = a.district_id
      where i.list_id = ${listId})
    select case when grouping(level) = 0 then 'level' when grouping(district) = 0 then 'district' else 'category' end as by,
      coalesce(level, district, category) as key, count(*)::int as count, sum(amount_fen)::bigint as total_fen
    from line group by grouping sets ((level), (district), (category)) order by 1, 4 desc, 2`.execute(trx)
  return rows
}

/** How many lines are looked at first, and what was sent back. */
export const selectListCounts = async (trx: Trx, listId: string) => {
  const { rows } = await sql<{ exceptions: number; sent_back: number; sent_back_fen: number }>`
    select (select count(*)::int from approval_line where list_id = ${listId} and exceptions <> '{}') as exceptions,
      count(*)::int as sent_back, coalesce(sum(amount_fen), 0)::bigint as sent_back_fen
    from approval_line_off where list_id = ${listId}`.execute(trx)
  return rows[0]!
}

// Awards ----------------------------------------------------------------------------------------------------------------

export type NewAward = { id: string; applicationId: string; payee: string; payeeTail: string }

/** What stands on the application goes with the award; `payee` is an envelope. */
export const insertAwards = (trx: Trx, at: number, route: string, awards: readonly NewAward[]) =>
  sql`insert into award (id, certificate_id, application_id, policy_id, amount_fen, district_id, payer_id, stands_on,
      visible_to, payee, payee_tail, approved_at)
    select i.id, a.certificate_id, a.id, a.policy_id, a.amount_fen, a.district_id,
      case ${route} when 'viaUnions' then a.district_id
        else (select c.id from organisation c where c.kind = 'cityFederation') end, 'cityBudget',
      a.visible_to, i.payee, i.tail, ${at}
    from unnest(${awards.map((each) => each.id)}::uuid[], ${awards.map((each) => each.applicationId)}::uuid[],
      ${awards.map((each) => each.payee)}::jsonb[], ${awards.map((each) => each.payeeTail)}::text[])
      i (id, application_id, payee, tail)
    join application a on a.id = i.application_id`.execute(trx)

export type AwardRow = {
  id: string
  application_id: string
  amount_fen: number
  district_id: string
  notice_id: string | null
  disputed: boolean
  cancelled: boolean
  stands_on: string
}

const awards = (trx: Trx) =>
  trx
    .selectFrom('award as w')
    .innerJoin('approval_line as i', 'i.application_id', 'w.application_id')
    .select(['w.id', 'i.application_id', 'w.amount_fen', 'w.notice_id'])
    .select([sql<string>`w.district_id`.as('district_id'), disputed.as('disputed')])
    .select([sql<boolean>`(w.cancelled_at is not null)`.as('cancelled'), sql<string>`w.stands_on`.as('stands_on')])
    .orderBy('i.application_id')

export const selectAwardsOfList = (trx: Trx, listId: string): Promise<AwardRow[]> =>
  awards(trx).where('i.list_id', '=', listId).execute()

export const selectAwardsOfNotice = (trx: Trx, noticeId: string, listId: string): Promise<AwardRow[]> =>
  awards(trx).where('w.notice_id', '=', noticeId).where('i.list_id', '=', listId).execute()

// Transfers -------------------------------------------------------------------------------------------------------------

export const insertTransfer = (trx: Trx, row: Insertable<TransferTable>) =>
  trx.insertInto('transfer').values(row).execute()

export const lockTransfer = (trx: Trx, id: string) =>
  trx.selectFrom('transfer').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** Made anew by whoever looked at the account that was changed since: the database takes it from the organisation. */
export const markRenewed = (trx: Trx, id: string, at: number) => sql`select renew_transfer(${id}, ${at})`.execute(trx)

export const markReleased = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('transfer').set({ released_by: by, released_at: at }).where('id', '=', id).execute()

export const selectTransfer = (trx: Trx, id: string) =>
  trx
    .selectFrom('transfer as t')
    .innerJoin('account as m', 'm.id', 't.made_by')
    .leftJoin('account as r', 'r.id', 't.released_by')
    .selectAll('t')
    .select(['m.display_name as maker', 'r.display_name as releaser'])
    .where('t.id', '=', id)
    .executeTakeFirst()

// Allocation notices ----------------------------------------------------------------------------------------------------

export const selectReceivers = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'name', 'receiving_account_tail'])
    .where('id', 'in', [...ids])
    .execute()

export const insertNotice = (trx: Trx, row: Insertable<AllocationNoticeTable>) =>
  trx.insertInto('allocation_notice').values(row).execute()

/** The lines of notices, and their awards named in them. */
export async function nameInNotice(trx: Trx, pairs: readonly { awardId: string; noticeId: string }[]): Promise<void> {
  const named = sql`unnest(${pairs.map((each) => each.awardId)}::uuid[],
    ${pairs.map((each) => each.noticeId)}::uuid[]) i (award_id, notice_id)`
  await sql`insert into notice_line (notice_id, award_id, amount_fen)
    select i.notice_id, w.id, w.amount_fen from ${named} join award w on w.id = i.award_id`.execute(trx)
  await sql`update award set notice_id = i.notice_id from ${named} where award.id = i.award_id`.execute(trx)
}

const ofNotice = (what: RawBuilder<unknown>, where: RawBuilder<unknown>) =>
  sql`(select ${what} from award w where w.notice_id = n.id and ${where})`
/** The centre has the money of all that it names. */
const funded = sql<boolean>`t.id is not null or not exists ${ofNotice(sql``, sql`w.stands_on in ('cityBudget', 'committed')`)}`
const cancelledOf = sql<number>`${ofNotice(sql`count(*)::int`, sql`w.cancelled_at is not null`)}`
const cancelledFenOf = sql<number>`${ofNotice(sql`coalesce(sum(w.amount_fen), 0)::bigint`, sql`w.cancelled_at is not null`)}`
/** Of a union that has the money: neither paid nor cancelled. */
const unpaidOf = sql<number>`case when e.received_on is null then n.line_count else ${ofNotice(
  sql`count(*)::int`,
  sql`w.cancelled_at is null and w.stands_on not like 'worker:%'`,
)} end`

/** What lies with the centre. */
export const selectAtCentre = async (trx: Trx): Promise<number> => {
  const { rows } = await sql<{ fen: number }>`
    select coalesce(sum(amount_fen), 0)::bigint as fen from award where stands_on = 'serviceCentre'`.execute(trx)
  return rows[0]!.fen
}

/** A notice with all that has become of it. */
export const selectNotices = (trx: Trx, by: { id?: string; listId?: string } = {}) =>
  trx
    .selectFrom('allocation_notice as n')
    .innerJoin('approval_list as l', 'l.id', 'n.approval_list_id')
    .innerJoin('organisation as o', 'o.id', 'n.district_id')
    .leftJoin('disbursement_confirmation as c', 'c.notice_id', 'n.id')
    .leftJoin('transfer as t', 't.notice_id', 'n.id')
    .leftJoin('account as m', 'm.id', 't.made_by')
    .leftJoin('account as r', 'r.id', 't.released_by')
    .leftJoin('transfer_receipt as e', 'e.transfer_id', 't.id')
    .selectAll('n')
    .select(['l.document_number', 'o.name as district', 'c.place', 'c.confirmed_at', 'c.scan_file_id'])
    .select(['t.id as transfer_id', 't.amount_fen as transfer_fen', 't.voucher_number', 't.made_at', 't.released_at'])
    .select(['t.released_by', 'm.display_name as maker', 'r.display_name as releaser'])
    .select(['t.receiving_account', 't.receiving_account_tail as transfer_tail'])
    .select(['o.receiving_account_tail as tail_now'])
    .select([funded.as('funded'), cancelledOf.as('cancelled_count'), cancelledFenOf.as('cancelled_fen')])
    .select(unpaidOf.as('unpaid_count'))
    .select(sql<boolean>`(t.receiving_account is distinct from o.receiving_account)`.as('account_changed'))
    .select(['e.received_on', 'e.receipt_number', 'e.scan_file_id as receipt_scan_file_id'])
    .$if(by.id !== undefined, (query) => query.where('n.id', '=', by.id!))
    .$if(by.listId !== undefined, (query) => query.where('n.approval_list_id', '=', by.listId!))
    .orderBy((eb) => eb.fn.coalesce('c.place', sql<number>`2147483647`))
    .orderBy('n.issued_at')
    .orderBy('n.number')
    .execute()

export type NoticeRow = Awaited<ReturnType<typeof selectNotices>>[number]

/** The union first in order before this place whose allocation is not yet made, or not yet released. */
export const selectBefore = async (trx: Trx, policyId: string, place: number, notYet: 'made' | 'released') => {
  const { rows } = await sql<{ name: string }>`
    select o.name from disbursement_confirmation c join allocation_notice n on n.id = c.notice_id
    join organisation o on o.id = n.district_id left join transfer t on t.notice_id = n.id
    where c.policy_id = ${policyId} and c.place < ${place} and n.replaced_by is null and n.ended_at is null
      and (t.id is null or ${notYet} = 'released' and t.released_at is null)
    order by c.place limit 1`.execute(trx)
  return rows[0]?.name
}

/** The next place; whoever asks later waits until this transaction has ended. */
export const takePlace = async (trx: Trx, policyId: string): Promise<number> => {
  const { rows } = await sql<{ place: number }>`
    insert into confirmation_counter as c (policy_id, next_place) values (${policyId}, 2)
    on conflict (policy_id) do update set next_place = c.next_place + 1 returning next_place - 1 as place`.execute(trx)
  return rows[0]!.place
}

/** When it was confirmed: not before the place below it, whatever the clocks of two processes say. */
export const insertConfirmation = (trx: Trx, row: Insertable<DisbursementConfirmationTable>) =>
  trx.insertInto('disbursement_confirmation').values(row).returning('confirmed_at').executeTakeFirstOrThrow()

export const insertReceipt = (trx: Trx, row: Insertable<TransferReceiptTable>) =>
  trx.insertInto('transfer_receipt').values(row).execute()

// Payouts ---------------------------------------------------------------------------------------------------------------

export const selectPayLines = (trx: Trx, noticeId: string) =>
  trx
    .selectFrom('notice_line as l')
    .innerJoin('award as w', 'w.id', 'l.award_id')
    .innerJoin('application as a', 'a.id', 'w.application_id')
    .leftJoin('organisation as o', (join) =>
      join.onRef('o.id', '=', 'w.payer_id').onRef('w.payer_id', '<>', 'w.district_id'),
    )
    .leftJoin('payout as p', (join) =>
      join.onRef('p.award_id', '=', 'w.id').on(
        'p.id',
        '=',
        sql<string>`(select x.id from payout x where x.award_id = w.id and x.state <> 'cancelled'
            order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1)`,
      ),
    )
    .select(['w.id', 'a.id as application_id', 'a.receipt_number', 'a.level', 'l.amount_fen'])
    .select(['w.payee', 'w.payee_tail'])
    .select(['p.paid_on', 'p.bank_serial', 'p.state', 'p.code', 'p.batch_id', disputed.as('disputed')])
    .select(['w.notice_id', 'o.name as passed_to', sql<boolean>`w.cancelled_at is not null`.as('cancelled')])
    .where('l.notice_id', '=', noticeId)
    .orderBy('a.receipt_number')
    .execute()

/** The latest revision of each policy that was ever in force. */
export const selectRevisions = async (trx: Trx, policyIds: readonly string[]) => {
  const { rows } = await sql<{ policy_id: string; revision: number }>`
    select policy_id, max(revision) as revision from policy_revision
    where state <> 'draft' and policy_id = any (${policyIds}::text[]) group by policy_id`.execute(trx)
  return rows
}
