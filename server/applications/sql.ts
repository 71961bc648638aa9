import { sql } from 'kysely'
import type { Insertable, Selectable } from 'kysely'
import type { PlainDate } from '../../domain/dates.ts'
import type { StaffRole } from '../../domain/roles.ts'
import type { Trx } from '../db/open.ts'
import { insertRows, statement } from '../db/statement.ts'
import type {
  ActionTable,
  ApplicationTable,
  AssessmentTable,
  CheckRecordTable,
  FormRevisionTable,
  PaperEntryTable,
  InquiryTable,
} from '../db/tables.ts'

export type ApplicationRow = Selectable<ApplicationTable>
export type ActionRow = Selectable<ActionTable>
export type CheckRow = Selectable<CheckRecordTable>

// Drafts ------------------------------------------------------------------------------------------------------------
export const selectDraft = (trx: Trx, id: string) =>
  trx.selectFrom('draft').selectAll().where('id', '=', id).executeTakeFirst()

/** Waits for another save or filing of the same draft. */
export const lockDraft = async (trx: Trx, id: string) => (await draftLocked(trx, id))[0]
const draftLocked = statement((trx, id: string) => trx.selectFrom('draft').selectAll().where('id', '=', id).forUpdate())

export const selectDrafts = (trx: Trx, accountId: string) =>
  trx
    .selectFrom('draft')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('updated_at', 'desc')
    .limit(20)
    .execute()

/** A row of a filing point's grid: where it stands there, and the consent on paper as typed so far. */
export type DraftOfPoint = { filingPointId: string; baseUnionId: string; paper: unknown; place: number }
const pointColumns = (point: DraftOfPoint | undefined) =>
  point && {
    filing_point_id: point.filingPointId,
    base_union_id: point.baseUnionId,
    paper: JSON.stringify(point.paper),
    place: point.place,
  }

/** true when this was the first save; false when a draft of that id stands already. */
export async function insertDraft(
  trx: Trx,
  row: { id: string; accountId: string; body: unknown; at: number; point?: DraftOfPoint },
): Promise<boolean> {
  const result = await trx
    .insertInto('draft')
    .values({
      id: row.id,
      account_id: row.accountId,
      body: JSON.stringify(row.body),
      version: 1,
      updated_at: row.at,
      ...pointColumns(row.point),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export const updateDraft = (
  trx: Trx,
  row: { id: string; body: unknown; version: number; at: number; point?: DraftOfPoint },
) =>
  trx
    .updateTable('draft')
    .set({
      body: JSON.stringify(row.body),
      version: row.version,
      updated_at: row.at,
      ...pointColumns(row.point),
    })
    .where('id', '=', row.id)
    .execute()

export const deleteDraft = statement((trx, id: string) => trx.deleteFrom('draft').where('id', '=', id))

// Certificates ------------------------------------------------------------------------------------------------------
/** The certificate of a number, made on first sight; how it stands, and how many others may be the same one. */
export async function claimCertificate(
  trx: Trx,
  certificate: {
    id: string
    space: string
    number: string
    holder: Buffer
    level: string
    occupationCode: string | null
    issuedOn: string
    applicationId: string
  },
): Promise<Claimed> {
  const { id, space, number, holder, level, occupationCode, issuedOn, applicationId } = certificate
  const rows = await certificateClaimed(trx, id, space, number, holder, level, occupationCode, issuedOn, applicationId)
  return rows[0]!
}
type Claimed = { id: string; taken: 'awarded' | 'filed' | null; alike: number }
const certificateClaimed = statement(
  (_trx, ...named: readonly (string | Buffer | null)[]) =>
    sql<Claimed>`select id, taken, alike from certificate_claimed(${sql.join([...named])})`,
)

/**
 * Whether a certificate has an award or another live application, how many others may be the same one, whether the
 * centre holds another claim's to be it, and whether it has still to say so of one.
 */
export async function certificateStanding(trx: Trx, certificateId: string, applicationId: string) {
  const { rows } = await sql<{ taken: 'awarded' | 'filed' | null; alike: number; same: boolean; unanswered: boolean }>`
    select certificate_taken(${certificateId}, ${applicationId}) as taken, certificates_alike(${certificateId}) as alike,
      same_certificate_taken(${certificateId}) as same, alike_unanswered(${applicationId}) as unanswered`.execute(trx)
  return rows[0]!
}

/** Since when an objection to the certificate is open; which one, for whom it is in scope. */
export async function openObjection(trx: Trx, certificateId: string) {
  const { rows } = await sql<{ since: number | null; id: string | null }>`
    select objected_since(${certificateId}) as since, (select o.id from objection o
      where o.certificate_id = ${certificateId} and o.state = 'open' order by o.raised_at limit 1) as id`.execute(trx)
  return rows[0]!
}

// Applications ------------------------------------------------------------------------------------------------------
export const nextReceiptNumber = async (trx: Trx): Promise<number> => (await receiptNumber(trx))[0]!.n
const receiptNumber = statement(() => sql<{ n: number }>`select nextval('receipt_number') as n`)

export const insertApplication = (trx: Trx, row: Insertable<ApplicationTable>) => insertRows(trx, 'application', [row])

export const updateApplication = (trx: Trx, id: string, set: Partial<ApplicationRow>) =>
  trx.updateTable('application').set(set).where('id', '=', id).execute()

/** The columns that repeat the fold of the actions. */
export type FoldRow = Pick<
  ApplicationRow,
  'id' | 'state' | 'step' | 'steps' | 'version' | 'received_at' | 'returned_until'
>

export const updateFolds = (trx: Trx, folds: readonly FoldRow[], at: number) =>
  foldsUpdated(trx, JSON.stringify(folds), at)
const foldsUpdated = statement(
  (_trx, folds: string, at: number) => sql`update application a set state = v.state, step = v.step, steps = v.steps,
      version = v.version, received_at = v.received_at, returned_until = v.returned_until, updated_at = ${at}
    from jsonb_to_recordset(${folds}::jsonb) as v(id uuid, state text, step text, steps text[],
      version int, received_at bigint, returned_until date)
    where a.id = v.id`,
)

export const selectApplication = async (trx: Trx, id: string) => (await applicationById(trx, id))[0]
const applicationById = statement((trx, id: string) => trx.selectFrom('application').selectAll().where('id', '=', id))

/** Waits for whoever is acting on it. */
export const lockApplication = async (trx: Trx, id: string) => (await applicationLocked(trx, id))[0]
const applicationLocked = statement((trx, id: string) =>
  trx.selectFrom('application').selectAll().where('id', '=', id).forUpdate(),
)

/** In id order, so that two who lock several never wait for each other in a ring. */
export const lockApplications = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('application')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()

export const selectMine = (trx: Trx, accountId: string) =>
  trx
    .selectFrom('application')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('received_at', 'desc')
    .limit(50)
    .execute()

// Entered by a filing point -----------------------------------------------------------------------------------------
/** The rows of a union that are not filed; drafts that correct what was entered are not among them. */
const rowsOfUnion = (trx: Trx, filingPointId: string, baseUnionId?: string) =>
  trx
    .selectFrom('draft')
    .where('filing_point_id', '=', filingPointId)
    .$if(baseUnionId !== undefined, (query) => query.where('base_union_id', '=', baseUnionId!))
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('application').select('id').whereRef('application.id', '=', 'draft.id'))),
    )

export const selectRows = (trx: Trx, filingPointId: string, baseUnionId: string, limit: number) =>
  rowsOfUnion(trx, filingPointId, baseUnionId).selectAll().orderBy('place').orderBy('id').limit(limit).execute()

/** By base union; each is bounded by `entryLimits.rowsOfUnion`. */
export const countRows = (trx: Trx, filingPointId: string, baseUnionId?: string) =>
  rowsOfUnion(trx, filingPointId, baseUnionId)
    .select((eb) => ['base_union_id', eb.fn.countAll<number>().as('rows')])
    .groupBy('base_union_id')
    .execute()

/** What was entered for a union last, newest first. */
export const selectEntered = (trx: Trx, filingPointId: string, baseUnionId: string, limit: number) =>
  trx
    .selectFrom('application')
    .select(['id', 'receipt_number', 'received_at', 'state'])
    .where('filing_point_id', '=', filingPointId)
    .where('base_union_id', '=', baseUnionId)
    .where('entered_by', 'is not', null)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

export const insertEntry = (trx: Trx, row: Insertable<PaperEntryTable>) =>
  trx.insertInto('paper_entry').values(row).execute()

/** The phone that a corrected form bears: with it the claim can be linked. */
export const updateEntryPhone = (trx: Trx, applicationId: string, phoneIndex: Buffer) =>
  trx
    .updateTable('paper_entry')
    .set({ phone_index: phoneIndex })
    .where('application_id', '=', applicationId)
    .where('phone_index', '!=', phoneIndex)
    .execute()

/** Links an entered claim to whoever is signed in; what was wrong is never told. `at` is business time. */
export async function linkEntered(trx: Trx, receiptNumber: string, idIndex: Buffer, at: number) {
  const { rows } = await sql<{
    outcome: 'linked' | 'mismatch' | 'locked'
    application_id: string | null
    tries_left: number
  }>`select outcome, application_id, tries_left from link_entered(${receiptNumber}, ${idIndex}, ${at})`.execute(trx)
  return rows[0]!
}

/** To the union that its last action, a redirect, names; the way there is the tree's. */
export const moveToUnion = (trx: Trx, applicationId: string, on: string) =>
  sql`select move_to_union(${applicationId}, ${on}::date)`.execute(trx)

// Form revisions ----------------------------------------------------------------------------------------------------
export const insertRevision = (
  trx: Trx,
  row: { applicationId: string; revision: number; body: unknown; madeBy: string; at: number },
) =>
  insertRows(trx, 'form_revision', [
    {
      application_id: row.applicationId,
      revision: row.revision,
      body: JSON.stringify(row.body),
      made_by: row.madeBy,
      made_at: row.at,
    },
  ])

/** The latest revision of each application. */
export const selectLatestRevisions = statement((trx, applicationIds: readonly string[]) =>
  trx
    .selectFrom('application as a')
    .innerJoin('form_revision as r', (join) =>
      join.onRef('r.application_id', '=', 'a.id').onRef('r.revision', '=', 'a.form_revision'),
    )
    .select(['a.id', 'r.revision', 'r.body'])
    .where(sql<boolean>`a.id = any (${applicationIds}::uuid[])`),
)

// Actions -----------------------------------------------------------------------------------------------------------
export const selectActions = statement((trx, applicationIds: readonly string[]) =>
  trx
    .selectFrom('action')
    .selectAll()
    .where(sql<boolean>`application_id = any (${applicationIds}::uuid[])`)
    .orderBy('application_id')
    .orderBy('seq'),
)

export const insertActions = (trx: Trx, rows: readonly Insertable<ActionTable>[]) => insertRows(trx, 'action', rows)

export const insertNote = (trx: Trx, actionId: string, body: unknown) =>
  trx
    .insertInto('action_note')
    .values({ action_id: actionId, body: JSON.stringify(body) })
    .execute()

export const selectNotes = (trx: Trx, applicationId: string) =>
  trx
    .selectFrom('action_note as n')
    .innerJoin('action as a', 'a.id', 'n.action_id')
    .select(['n.action_id', 'n.body'])
    .where('a.application_id', '=', applicationId)
    .execute()

export const selectDuty = async (trx: Trx, applicationId: string, accountId: string) =>
  (await dutyOfOne(trx, applicationId, accountId))[0]
const dutyOfOne = statement((trx, applicationId: string, accountId: string) =>
  trx.selectFrom('duty').select('duty').where('application_id', '=', applicationId).where('account_id', '=', accountId),
)

export const selectOwnIdIndex = async (trx: Trx, accountId: string): Promise<Buffer | undefined> =>
  (await idIndexOf(trx, accountId))[0]?.id_number_index ?? undefined
const idIndexOf = statement((trx, accountId: string) =>
  trx.selectFrom('account').select('id_number_index').where('id', '=', accountId),
)

/** Names of staff who acted; workers are not among them. */
export const selectStaffNames = (trx: Trx, accountIds: readonly string[]) =>
  accountIds.length === 0
    ? Promise.resolve([])
    : trx
        .selectFrom('account')
        .select(['id', 'display_name'])
        .where('kind', '=', 'staff')
        .where('id', 'in', [...accountIds])
        .execute()

// Checks and assessments --------------------------------------------------------------------------------------------
type NewCheck = Omit<Insertable<CheckRecordTable>, 'shown'> & { shown: unknown }
export const insertCheck = (trx: Trx, ...checks: readonly NewCheck[]) =>
  insertRows(
    trx,
    'check_record',
    checks.map((row) => ({ ...row, shown: JSON.stringify(row.shown) })),
    true,
  )

export const selectChecks = statement((trx, applicationId: string) =>
  trx.selectFrom('check_record').selectAll().where('application_id', '=', applicationId).orderBy('at').orderBy('id'),
)

export const insertInquiry = (trx: Trx, row: Insertable<InquiryTable>) =>
  trx.insertInto('inquiry').values(row).execute()

/** Letters about the certificate, oldest first, with the day of the reply where one came. */
export const selectInquiries = (trx: Trx, applicationId: string) =>
  trx
    .selectFrom('inquiry as q')
    .leftJoin('account as w', 'w.id', 'q.sent_by')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('check_record as c')
          .select('c.replied_on')
          .whereRef('c.inquiry_id', '=', 'q.id')
          .orderBy('c.at', 'desc')
          .limit(1)
          .as('reply'),
      (join) => join.onTrue(),
    )
    .select(['q.id', 'q.letter_number', 'q.addressed_to', 'q.sent_on', 'q.at', 'w.display_name as sender'])
    .select('reply.replied_on')
    .where('q.application_id', '=', applicationId)
    .orderBy('q.at')
    .orderBy('q.id')
    .execute()
export type InquiryRow = Awaited<ReturnType<typeof selectInquiries>>[number]

export const insertAssessment = (trx: Trx, row: Omit<Insertable<AssessmentTable>, 'body'> & { body: unknown }) =>
  insertRows(trx, 'assessment', [{ ...row, body: JSON.stringify(row.body) }])

// Who is in office for it -------------------------------------------------------------------------------------------

/** Who of those below the district has anybody in office on the day, other than the applicant and who declined it. */
export type Served = {
  readonly hr: boolean
  readonly union: boolean
  readonly point: boolean
  /** Nobody at all is in office at the union: it acts by its seal on paper, and the filing point records it. */
  readonly unionOnPaper: boolean
}

export const selectServed = async (trx: Trx, applicationId: string, today: PlainDate): Promise<Served> =>
  (await servedOf(trx, applicationId, today))[0] ?? { hr: false, union: false, point: false, unionOnPaper: false }
const servedOf = statement((_trx, applicationId: string, today: PlainDate) => {
  const holders = (organisation: string, role: StaffRole) => sql`select from appointment p
    join account s on s.id = p.account_id
    where p.organisation_id = ${sql.ref(organisation)} and p.role = ${role} and s.disabled_at is null
      and p.valid_from <= ${today}::date and (p.valid_to is null or p.valid_to >= ${today}::date)`
  const another = (organisation: string, role: StaffRole) => sql<boolean>`exists (${holders(organisation, role)}
      and s.id is distinct from a.account_id and s.id is distinct from a.declined_by
      and s.id_number_index is distinct from a.applicant_index)`
  return sql<Served>`select ${another('a.unit_id', 'hrOfficer')} hr,
    ${another('a.base_union_id', 'unionOfficer')} "union", ${another('a.filing_point_id', 'filingPoint')} point,
    not exists (${holders('a.base_union_id', 'unionOfficer')}) "unionOnPaper"
    from application a where a.id = ${applicationId}`
})

// What the view tells beside the application ------------------------------------------------------------------------
/** The named unions, and the two offices that every application passes. */
export const selectOrganisationNames = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'name', 'kind'])
    .where((eb) => eb.or([eb('id', 'in', [...ids]), eb('kind', 'in', ['serviceCentre', 'cityFederation'])]))
    .execute()

export const selectBatch = (trx: Trx, id: string) =>
  trx.selectFrom('filing_batch').select(['number', 'closed_on']).where('id', '=', id).executeTakeFirst()

export const openBatch = (trx: Trx, policyId: string) =>
  trx
    .selectFrom('filing_batch')
    .select('id')
    .where('policy_id', '=', policyId)
    .where('closed_on', 'is', null)
    .executeTakeFirst()

/** The attempt to pay an award `w` that has its money, or else the last. */
const lastAttempt = sql<string>`(select x.id from payout x where x.award_id = w.id and x.state <> 'cancelled'
  order by x.state in ('released', 'sent', 'unknown', 'settled') desc, x.attempt desc limit 1)`

/**
 * How the proposal of another account stands for an award `w` and its last attempt `p`: `open` until somebody answers,
 * `confirmed` until it is tried.
 */
const accountStands = sql<
  'open' | 'confirmed' | null
>`(select case when c.confirmed_by is null then 'open' else 'confirmed' end
  from payee_change c where c.award_id = w.id and c.refused_by is null
    and (c.confirmed_by is null or c.payout_id = coalesce(case when p.state = 'made' then p.follows end, p.id))
  order by c.confirmed_at desc nulls first limit 1)`

export const selectMoney = (trx: Trx, applicationId: string) =>
  trx
    .selectFrom('award as w')
    .leftJoin('allocation_notice as n', 'n.id', 'w.notice_id')
    .leftJoin('transfer as t', 't.notice_id', 'n.id')
    .leftJoin('organisation as y', 'y.id', 'w.payer_id')
    .leftJoin('payout as p', (join) => join.onRef('p.award_id', '=', 'w.id').on('p.id', '=', lastAttempt))
    // at most one is open
    .leftJoin('recovery as r', (join) => join.onRef('r.award_id', '=', 'w.id').on('r.confirmed_by', 'is', null))
    .select([
      'y.name as payer',
      'w.approved_at',
      'w.payee_tail',
      'w.payer_id',
      'n.number as notice_number',
      't.released_at',
      'w.received_on',
      'p.paid_on',
      'p.state as payout_state',
      'p.code as payout_code',
      'r.cause as asked_back',
      'r.received_on as paid_back_on',
    ])
    .select(accountStands.as('account_stands'))
    .where('w.application_id', '=', applicationId)
    .executeTakeFirst()

// Verification of the chains (npm run audit:verify) -----------------------------------------------------------------
/** Applications after a given id, or from the first, with what their actions must fold to. */
export type RevisionRow = Pick<Selectable<FormRevisionTable>, 'application_id' | 'revision' | 'body'>
export const selectRevisions = (trx: Trx, applicationIds: readonly string[]): Promise<RevisionRow[]> =>
  trx
    .selectFrom('form_revision')
    .select(['application_id', 'revision', 'body'])
    .where('application_id', 'in', [...applicationIds])
    .execute()

export const applicationsAfter = (trx: Trx, after: string | undefined, limit: number) =>
  trx
    .selectFrom('application')
    .select(['id', 'version', 'state', 'step', 'received_at', 'returned_until'])
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute()
