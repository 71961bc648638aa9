import { type Insertable, type RawBuilder, sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import type { AuditSampleTable, AuditVerdictTable } from '../db/tables.ts'

export type FrameFilter = {
  readonly districtId?: string | undefined
  readonly level?: string | undefined
  readonly channel?: string | undefined
  readonly batch?: number | undefined
  readonly states?: readonly string[] | undefined
  readonly amountFromFen?: number | undefined
  readonly amountToFen?: number | undefined
}

const conditions = (policyId: string, filter: FrameFilter): RawBuilder<boolean> => {
  const all = [sql<boolean>`a.policy_id = ${policyId}`]
  if (filter.districtId) all.push(sql`a.district_id = ${filter.districtId}`)
  if (filter.level) all.push(sql`a.level = ${filter.level}`)
  if (filter.channel) all.push(sql`a.channel = ${filter.channel}`)
  if (filter.batch !== undefined)
    all.push(sql`a.batch_id in (select b.id from filing_batch b where b.number = ${filter.batch})`)
  if (filter.states) all.push(sql`a.state = any (${filter.states}::text[])`)
  if (filter.amountFromFen !== undefined) all.push(sql`a.amount_fen >= ${filter.amountFromFen}`)
  if (filter.amountToFen !== undefined) all.push(sql`a.amount_fen <= ${filter.amountToFen}`)
  return sql.join(all, sql` and `)
}

export type Drawn = { id: string; version: number }
export type Frame = { size: number; fen: number; digest: Buffer; drawn: readonly Drawn[] }

/**
 * The frame as it stands and what is drawn from it, in one statement so that both are of one moment. At random: the
 * least SHA-256 over `<seed> <receipt number>`; largest: the highest amounts, then the lowest receipt numbers.
 */
export async function drawFrame(
  trx: Trx,
  policyId: string,
  filter: FrameFilter,
  { seed, wanted }: { seed: string | null; wanted: number },
): Promise<Frame> {
  const { rows } = await sql<{ size: number; fen: number; digest: Buffer; drawn: Drawn[] }>`
    with frame as materialized (
      select a.id, a.receipt_number, a.version, a.amount_fen from application a where ${conditions(policyId, filter)}),
    ranked as (
      select f.*, row_number() over (order by
        case when ${seed}::text is null then -f.amount_fen end,
        case when ${seed}::text is not null then sha256(convert_to(${seed} || ' ' || f.receipt_number, 'UTF8')) end,
        f.receipt_number collate "C") as place from frame f)
    select (select count(*) from frame) as size, (select coalesce(sum(amount_fen), 0)::bigint from frame) as fen,
      (select sha256(convert_to(coalesce(string_agg(receipt_number, E'\n' order by receipt_number collate "C"), ''), 'UTF8'))
        from frame) as digest,
      (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'version', r.version) order by r.place), '[]')
        from ranked r where r.place <= ${wanted}) as drawn`.execute(trx)
  return rows[0]!
}

/** One sample is numbered at a time. */
export async function nextNumber(trx: Trx): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('audit sample'))`.execute(trx)
  const { rows } = await sql<{ n: number }>`select coalesce(max(number), 0) + 1 as n from audit_sample`.execute(trx)
  return rows[0]!.n
}

export const insertSample = (trx: Trx, row: Omit<Insertable<AuditSampleTable>, 'filter'> & { filter: unknown }) =>
  trx
    .insertInto('audit_sample')
    .values({ ...row, filter: JSON.stringify(row.filter) })
    .execute()

export const insertCases = (trx: Trx, sampleId: string, drawn: readonly Drawn[]) =>
  trx
    .insertInto('audit_sample_case')
    .values(
      drawn.map(({ id, version }, index) => ({ sample_id: sampleId, place: index + 1, application_id: id, version })),
    )
    .execute()

/** Samples, newest first, with what was found so far. */
export const selectSamples = (trx: Trx, by: { id?: string; before?: number; limit?: number }) =>
  trx
    .selectFrom('audit_sample as s')
    .innerJoin('account as w', 'w.id', 's.drawn_by')
    .leftJoin('organisation as o', (join) => join.on(sql<boolean>`o.id = (s.filter ->> 'districtId')::uuid`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('audit_sample_case as k')
          .innerJoin('application as a', 'a.id', 'k.application_id')
          .leftJoinLateral(
            (of) =>
              of
                .selectFrom('audit_verdict as v')
                .select('v.outcome')
                .whereRef('v.sample_id', '=', 'k.sample_id')
                .whereRef('v.place', '=', 'k.place')
                .orderBy('v.given_at', 'desc')
                .orderBy('v.id')
                .limit(1)
                .as('v'),
            (join) => join.onTrue(),
          )
          .whereRef('k.sample_id', '=', 's.id')
          .select(sql<number>`count(*)::int`.as('drawn'))
          .select(sql<number>`coalesce(sum(a.amount_fen), 0)::bigint`.as('drawn_fen'))
          .select(sql<number>`(count(*) filter (where v.outcome = 'clear'))::int`.as('clear'))
          .select(sql<number>`(count(*) filter (where v.outcome = 'problem'))::int`.as('problem'))
          .as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('s')
    .select(['w.display_name as drawer', 'o.name as district'])
    .select(['found.drawn', 'found.drawn_fen', 'found.clear', 'found.problem'])
    .$if(by.id !== undefined, (query) => query.where('s.id', '=', by.id!))
    .$if(by.before !== undefined, (query) => query.where('s.number', '<', by.before!))
    .orderBy('s.number', 'desc')
    .limit(by.limit ?? 1)
    .execute()

export const selectSampleCases = (trx: Trx, sampleId: string) =>
  trx
    .selectFrom('audit_sample_case as k')
    .innerJoin('application as a', 'a.id', 'k.application_id')
    .innerJoin('organisation as o', 'o.id', 'a.district_id')
    .select(['k.place', 'k.application_id', 'k.version', 'a.version as version_now', 'a.receipt_number', 'a.level'])
    .select(['a.occupation_name', 'a.state', 'a.amount_fen', 'o.name as district'])
    .where('k.sample_id', '=', sampleId)
    .orderBy('k.place')
    .execute()

/** All verdicts of a sample, or of one of its cases, oldest first. */
export const selectVerdicts = (trx: Trx, sampleId: string, place?: number) =>
  trx
    .selectFrom('audit_verdict as v')
    .innerJoin('account as w', 'w.id', 'v.given_by')
    .select(['v.id', 'v.place', 'v.outcome', 'v.body', 'v.given_at', 'w.display_name as giver'])
    .where('v.sample_id', '=', sampleId)
    .$if(place !== undefined, (query) => query.where('v.place', '=', place!))
    .orderBy('v.given_at')
    .orderBy('v.id', 'desc')
    .execute()

export const insertVerdict = (trx: Trx, row: Omit<Insertable<AuditVerdictTable>, 'body'> & { body: unknown }) =>
  trx
    .insertInto('audit_verdict')
    .values({ ...row, body: row.body === null ? null : JSON.stringify(row.body) })
    .execute()

export const selectDistricts = (trx: Trx) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('kind', 'in', ['districtFederation', 'bureauUnion'])
    .orderBy('name')
    .execute()

// The money papers of one case ----------------------------------------------------------------------------------------

export const selectList = (trx: Trx, applicationId: string) =>
  trx
    .selectFrom('approval_line as i')
    .innerJoin('approval_list as l', 'l.id', 'i.list_id')
    .innerJoin('account as m', 'm.id', 'l.made_by')
    .leftJoin('account as b', 'b.id', 'l.approved_by')
    .select(['l.id', 'l.number', 'l.made_at', 'l.line_count', 'l.total_fen', 'l.document_number', 'l.approved_at'])
    .select(['m.display_name as maker', 'b.display_name as approver'])
    .where('i.application_id', '=', applicationId)
    .where('l.replaced_by', 'is', null)
    .orderBy('l.made_at', 'desc')
    .limit(1)
    .executeTakeFirst()

export const selectTransfers = (trx: Trx, listId: string) =>
  trx
    .selectFrom('transfer as t')
    .innerJoin('account as m', 'm.id', 't.made_by')
    .leftJoin('account as r', 'r.id', 't.released_by')
    .select(['t.id', 't.kind', 't.notice_id', 't.amount_fen', 't.voucher_number', 't.made_at', 't.released_at'])
    .select(['m.display_name as maker', 'r.display_name as releaser'])
    .where('t.approval_list_id', '=', listId)
    .execute()

/** Other accounts proposed for an award: who, when, and the last digits; nothing of what is sealed. */
export const selectAccountChanges = (trx: Trx, awardId: string) =>
  trx
    .selectFrom('payee_change as c')
    .leftJoin('account as m', 'm.id', 'c.proposed_by')
    .leftJoin('account as r', (join) => join.on('r.id', '=', sql<string>`coalesce(c.confirmed_by, c.refused_by)`))
    .select(['c.replaces_tail', 'c.payee_tail', 'c.proposed_by', 'c.proposed_at', 'c.confirmed_by', 'c.refused_by'])
    .select(['m.display_name as proposer', 'r.display_name as answerer'])
    .select(sql<number | null>`coalesce(c.confirmed_at, c.refused_at)`.as('answered_at'))
    .where('c.award_id', '=', awardId)
    .orderBy('c.proposed_at')
    .orderBy('c.id')
    .execute()

/** The bank's last word that a payout `p` is on the account. */
const wordOfPayment = sql<string>`(select r.id from payout_result r where r.payout_id = p.id and r.outcome = 'settled'
  order by r.recorded_at desc limit 1)`

/** The award with its notice, the district's confirmation and receipt, and the payout. */
export const selectAwardPapers = (trx: Trx, applicationId: string) =>
  trx
    .selectFrom('award as w')
    .leftJoin('allocation_notice as n', 'n.id', 'w.notice_id')
    .leftJoin('account as ni', 'ni.id', 'n.issued_by')
    .leftJoin('disbursement_confirmation as c', 'c.notice_id', 'n.id')
    .leftJoin('account as cc', 'cc.id', 'c.confirmed_by')
    .leftJoin('file as cf', 'cf.id', 'c.scan_file_id')
    .leftJoin('transfer as t', 't.notice_id', 'n.id')
    .leftJoin('transfer_receipt as e', 'e.transfer_id', 't.id')
    .leftJoin('account as er', 'er.id', 'e.recorded_by')
    .leftJoin('file as ef', 'ef.id', 'e.scan_file_id')
    .leftJoin('payout as p', (join) =>
      join.onRef('p.award_id', '=', 'w.id').on('p.state', 'in', ['settled', 'bounced'] as const),
    )
    .leftJoin('payout_result as s', (join) => join.onRef('s.payout_id', '=', 'p.id').on('s.id', '=', wordOfPayment))
    .leftJoin('account as pr', 'pr.id', 's.recorded_by')
    .leftJoin('file as pf', 'pf.id', 's.proof_file_id')
    .select(['w.id', 'w.payee_tail', 'n.id as notice_id', 'n.number', 'n.issued_at', 'n.line_count', 'n.total_fen'])
    .select(['n.receiving_account_tail', 'ni.display_name as issuer'])
    .select([
      'c.place',
      'c.confirmed_at',
      'c.scan_file_id',
      'cf.page_count as scan_pages',
      'cc.display_name as confirmer',
    ])
    .select(['e.received_on', 'e.receipt_number', 'e.recorded_at', 'er.display_name as receiver'])
    .select(['e.scan_file_id as receipt_file_id', 'ef.page_count as receipt_pages'])
    .select(['p.paid_on', 'p.bank_serial', 's.recorded_at as paid_at', 's.proof_file_id', 'p.payee_tail as paid_tail'])
    .select(['pf.page_count as proof_pages', 'pr.display_name as payer'])
    .where('w.application_id', '=', applicationId)
    .orderBy('p.attempt', 'desc')
    .limit(1)
    .executeTakeFirst()
