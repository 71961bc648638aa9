import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type { SessionView } from '../../contract/session.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { withApp } from '../app.ts'
import { plantOneOfEach } from './oneOfEach.ts'

/** Tables that hold nothing about anybody: the clock, the list of migrations. */
const unguarded = ['business_clock', 'migration']
/** What the application's role may read in no scope: jobs of the worker's role, and what functions of the owner count. */
const closed = [
  ...['link_attempt', 'outbox_cursor', 'reminder', 'reminder_day'],
  ...['survey_answer', 'survey_ticket', 'survey_urn'],
]
/**
 * Whoever has a scope may know the unions, what they publish of their units, which batch is open and when the last one
 * closes, how messages are worded, and the notice's rules.
 */
const known = [
  ...['batch_announcement', 'filing_batch', 'filing_point_service', 'message_words', 'organisation'],
  ...['policy_revision', 'unit_facts'],
]
/** Decisions name who took them. */
const officers = ['account', 'appointment']
const claim = [
  ...[
    'action',
    'action_note',
    'application',
    'assessment',
    'certificate',
    'certificate_number',
    'check_record',
    'duty',
  ],
  ...['file', 'file_page', 'form_revision', 'inquiry'],
  ...['paper_entry', 'paper_seal', 'transmittal_line'],
]
/** What a district sends on; the originals it keeps for itself. */
const parcels = ['transmittal']
const kept = ['original']
/** What the unions' officers know of each other's questions, beyond their own. */
const answers = ['common_answer']
/** What tells a worker, whether the text message arrived, and what they object to. */
const told = ['message', 'sms']
const objections = ['objection']
/** What tells an office is its own; how far somebody has read it is theirs. */
const ownRead = ['office_message_read']
const office = ['office_message', 'office_message_case']
const reports = ['feedback', 'feedback_answer']
/** What the desks know among themselves; a lot is seen by who drew it. */
const ownLots = ['review_lot', 'review_lot_case']
const desks = ['assignment', 'certificate_comparison', 'hold']
/** The list a notice rests on is seen with the notice. */
const moneyDown = [
  ...['allocation_notice', 'approval_list', 'award', 'disbursement_confirmation', 'payout', 'posting', 'transfer'],
  ...['transfer_receipt', 'payout_result', 'payee_change'],
]
/** Whom a notice and a transfer name: for the offices that see them. */
const lines = ['notice_line', 'transfer_line']
/** Between a payer and its bank. */
const batches = ['payout_batch', 'payout_accepted', 'pay_file', 'pay_file_download', 'result_file']
/** What was granted or recorded wrongly, between payer and city; whoever owes it back knows. */
const corrections = ['correction', 'recovery', 'surplus_transfer', 'surplus_transfer_line']
/** Where an organisation receives money: for itself, those above it and the city. */
const accounts = ['receiving_account_change']
/** What stops every payer after a restore. */
const restored = ['restoration', 'sent_before']
/** What the city grants, and which years of its books are closed. */
const ofTheBooks = ['budget', 'year_close']
/** What was posted by union and account: of the own district, or of all. */
const totals = ['ledger_total']
const peoplesDesk = ['account', 'appointment', 'session']

const world = await withApp()
const { app, owner } = world.database
const one = async (text: string) => (await owner.query<{ id: string }>(text)).rows[0]!.id

describe('row-level security, by SQL as the application role', () => {
  let guarded: string[]
  let worker: string
  let district: string
  let baseUnion: string
  let officer: string
  let otherDistrict: string
  let consultant: string

  before(async () => {
    const browser = await world.worker('13900003331')
    worker = (await browser.ask<SessionView>('GET', '/api/v1/session')).body.account!.id
    officer = await one("select id from account where login_name = 'jiading.fushen1'")
    district = await one("select id from organisation where name = '嘉定区总工会'")
    otherDistrict = await one("select id from organisation where name = '浦东新区总工会'")
    baseUnion = await one("select id from organisation where name like '%启衡%' and kind = 'baseUnion'")
    consultant = await one("select id from account where login_name = 'zhongxin.zixun'")
    await plantOneOfEach(world.database, { worker, staff: [officer, consultant], baseUnion, district })
    // one district's alone
    await owner.query('delete from receiving_account_change where organisation_id <> $1', [district])
    const { rows } = await owner.query<{ name: string; guarded: boolean }>(
      `select relname::text collate "C" as name, relrowsecurity guarded from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    )
    const withoutGuard = rows.filter((row) => !row.guarded).map(({ name }) => name)
    assert.deepEqual(withoutGuard, unguarded)
    guarded = rows.filter((row) => row.guarded).map(({ name }) => name)
  })

  /** Tables of which any row is seen. */
  async function seen(scope: Scope | undefined): Promise<string[]> {
    const found: string[] = []
    for (const table of guarded.filter((name) => !closed.includes(name))) {
      const text = `select exists (select from ${table}) any_row`
      const rows = scope
        ? await inScope(app, scope, async (trx) => (await sql.raw<{ any_row: boolean }>(text).execute(trx)).rows)
        : (await app.pool.query<{ any_row: boolean }>(text)).rows
      if (rows[0]!.any_row) found.push(table)
    }
    return found
  }
  const list = (...tables: string[][]) => [...new Set(tables.flat())].toSorted()

  test('every guarded table has a row to be seen', async () => {
    for (const table of guarded) assert.equal((await owner.query(`select from ${table} limit 1`)).rowCount, 1, table)
  })

  test('what no scope reads is closed to the application’s role, and only that', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select relname::text collate "C" as name from pg_class where relkind = 'r'
         and relnamespace = 'public'::regnamespace and not has_table_privilege('jiangsheng_app', oid, 'select')
         and not has_any_column_privilege('jiangsheng_app', oid, 'select') order by 1`,
    )
    assert.deepEqual(
      rows.map(({ name }) => name),
      closed,
    )
  })

  test('without a scope no row of any table is seen', async () => {
    assert.deepEqual(await seen(undefined), [])
  })

  test('a job that is none sees the tree and nothing about people', async () => {
    assert.deepEqual(await seen({ kind: 'job', job: 'no-such-job' }), known)
  })

  test('a worker sees what they filed and its money; another worker none of it', async () => {
    const own = ['command', 'draft', ...told, ...objections]
    assert.deepEqual(
      await seen({ kind: 'person', accountId: worker }),
      list(known, officers, claim, own, moneyDown, ['recovery']).filter((table) => table !== 'approval_list'),
    )
    assert.deepEqual(await seen({ kind: 'person', accountId: randomUUID() }), list(known, officers))
    const accounts = await inScope(app, { kind: 'person', accountId: randomUUID() }, (trx) =>
      trx.selectFrom('account').select('id').where('kind', '=', 'worker').execute(),
    )
    assert.deepEqual(accounts, [])
  })

  test('a union sees what was filed under it; another union none of it', async () => {
    const at = (organisationId: string): Scope => ({ kind: 'union', accountId: officer, organisationId })
    // the place that is given next
    const own = [...ownLots, ...ownRead, ...answers, ...reports, 'confirmation_counter']
    assert.deepEqual(
      await seen(at(district)),
      list(
        known,
        officers,
        claim,
        desks,
        office,
        moneyDown,
        lines,
        batches,
        corrections,
        accounts,
        restored,
        totals,
        parcels,
        kept,
        own,
      ),
    )
    // the notice itself, and the transfer it asks for, are between the centre and the district
    const ofTheDistrict = [
      'allocation_notice',
      'approval_list',
      'disbursement_confirmation',
      'transfer',
      'transfer_receipt',
      'payee_change',
    ]
    // the one to whom the surplus goes
    const surplus = ['surplus_transfer', 'surplus_transfer_line']
    const below = list(known, officers, claim, desks, moneyDown, surplus, restored, own).filter(
      (table) => !ofTheDistrict.includes(table),
    )
    assert.deepEqual(await seen(at(baseUnion)), below)
    const elsewhere: Scope = { kind: 'union', accountId: randomUUID(), organisationId: otherDistrict }
    assert.deepEqual(await seen(elsewhere), list(known, officers, answers, restored, ['confirmation_counter']))
    // what somebody drew, wrote and read follows them to another office, and nothing else does
    assert.deepEqual(await seen(at(otherDistrict)), list(known, officers, restored, own))
  })

  test('the city sees every claim and all money, but no sign-in and no log', async () => {
    const lists = ['approval_line', 'approval_line_off', 'call_note']
    // another account for an award is between its payer and its worker
    const money = list(
      moneyDown,
      lines,
      batches,
      corrections,
      accounts,
      restored,
      ['bank_order', ...ofTheBooks],
      totals,
    ).filter((table) => table !== 'payee_change')
    const all = list(known, officers, claim, desks, told, money, lists, parcels, answers, reports)
    const own = [...ownLots, ...ownRead]
    assert.deepEqual(await seen({ kind: 'city', accountId: officer }), list(all, own))
    const approver = await one("select id from account where login_name = 'shi.zhongshen1'")
    assert.deepEqual(await seen({ kind: 'city', accountId: approver }), all)
    // objections are decided by verifiers alone
    const verifier = await one("select id from account where login_name = 'zhongxin.shenhe1'")
    assert.deepEqual(await seen({ kind: 'city', accountId: verifier }), list(all, objections))
  })

  test('administrators and the sign-in see people, and no claim', async () => {
    const codes = ['one_time_code', 'unknown_sign_in']
    assert.deepEqual(await seen({ kind: 'job', job: 'people' }), list(known, peoplesDesk, answers))
    assert.deepEqual(await seen({ kind: 'job', job: 'sign-in' }), list(known, peoplesDesk, codes))
    const books = [
      'account',
      'audit_event',
      'audit_lot',
      'award',
      ...['payout', 'payout_batch', 'payout_result', 'posting', 'transfer', 'transfer_receipt', ...totals],
      ...[...lines, ...corrections, ...ofTheBooks],
    ]
    assert.deepEqual(await seen({ kind: 'job', job: 'audit' }), list(known, books, answers))
  })

  const consultation = (accountId: string): Scope => ({ kind: 'job', job: 'consultation', accountId })
  const oversight = (accountId: string): Scope => ({ kind: 'job', job: 'oversight', accountId })

  test('a consultant sees the cases of the call that is open, without pictures, checks and postings; then nothing', async () => {
    const call = ['consultation', 'consultation_case', 'call_note']
    // whether the copies are on their way says where a case stands
    const stands = ['application', 'action', 'action_note', 'form_revision', 'transmittal_line']
    const money = ['award', 'allocation_notice', 'transfer', 'transfer_receipt', 'payout', 'payout_result']
    assert.deepEqual(await seen(consultation(consultant)), list(known, officers, call, stands, money, answers))
    assert.deepEqual(await seen(consultation(randomUUID())), list(known, officers, answers))
    await owner.query("update consultation set proof = 'receipt'")
    const ofNobody = list(known, officers, call, stands, money, answers).filter(
      (table) => !['form_revision', 'action_note', 'call_note'].includes(table),
    )
    assert.deepEqual(await seen(consultation(consultant)), ofNobody)
    await owner.query("update consultation set proof = 'idPhone', ended_at = 2")
    assert.deepEqual(await seen(consultation(consultant)), list(known, officers, ['consultation'], answers))
  })

  test('an auditor sees every claim and all money, and nothing of sign-ins, calls and letters between officers', async () => {
    const samples = ['audit_sample', 'audit_sample_case', 'audit_verdict', 'approval_line', 'approval_line_off']
    const all = list(
      known,
      officers,
      claim,
      moneyDown,
      lines,
      corrections,
      ['payout_batch', ...ofTheBooks],
      totals,
      samples,
      answers,
    )
    assert.deepEqual(await seen(oversight(randomUUID())), all)
  })

  test('neither of them writes anything of a claim or its money, whatever else their account may do', async () => {
    await owner.query('update consultation set ended_at = null, found = 1')
    const application = await one('select id from application')
    const award = await one('select id from award')
    const insert = [
      `insert into action (application_id, seq, id, kind, step, account_id, role, at, previous_digest, digest)
        values ('${application}', 2, gen_random_uuid(), 'undo', 'secondReview', '$me', 'districtReviewer', 1, '', '')`,
      `insert into check_record (id, application_id, name, source, outcome, shown, at)
        values (gen_random_uuid(), '${application}', 'previousAwards', 'x', 'pass', '{}', 1)`,
      `insert into duty values ('${application}', '$me', 'approval')`,
      `insert into file (id, purpose, owner_account_id, page_count, byte_size, sha256, uploaded_at)
        values (gen_random_uuid(), 'inquiryReply', '$me', 1, 1, '', 1)`,
      `insert into form_revision values ('${application}', 2, '{}', '$me', 1)`,
      `insert into posting (id, debit_account, credit_account, amount_fen, award_id, cause_kind, cause_id, at, mac)
        values (gen_random_uuid(), 'a', 'b', 1, '${award}', 'pay', gen_random_uuid(), 1, '')`,
      `insert into consultation_case select id, '${application}' from consultation`,
      `insert into common_answer values (gen_random_uuid(), '问题', '答复', '$me', 1)`,
    ]
    for (const scope of [consultation(officer), oversight(officer)]) {
      for (const text of insert) {
        const result = await inScope(app, scope, (trx) => sql.raw(text.replaceAll('$me', officer)).execute(trx)).catch(
          (error: { code: string }) => error.code,
        )
        assert.equal(result, '42501', text)
      }
      for (const table of ['application', 'action', 'award', 'transfer', 'file', 'approval_list', 'account']) {
        const result = await inScope(app, scope, async (trx) => {
          const column =
            { application: 'state', file: 'erased_at', transfer: 'released_at', award: 'notice_id' }[table] ?? 'id'
          return (await sql.raw(`update ${table} set ${column} = ${column}`).execute(trx)).numAffectedRows
        }).catch((error: { code: string }) => error.code)
        assert.ok(result === 0n || result === '42501', `${table}: ${result}`)
      }
    }
    const opens = (scope: Scope, text: string) =>
      inScope(app, scope, (trx) => sql.raw(text).execute(trx)).catch((error: { code: string }) => error.code)
    const call = await one('select id from consultation')
    const found = `select consultation_open('${call}', 'test', null, null)`
    assert.equal(await opens({ kind: 'city', accountId: consultant }, found), '42501')
    assert.equal(await opens(consultation(officer), found), '42501')
    assert.equal(await opens(consultation(consultant), found), '42501', 'a call that has found is not asked again')
    const list = await one('select id from approval_list')
    const off = `select take_line_off('${list}', '${application}', gen_random_uuid())`
    for (const scope of [oversight(officer), { kind: 'city', accountId: officer } as const])
      assert.equal(await opens(scope, off), '42501')
  })

  test('no scope writes what is not its own', async () => {
    const refused = async (scope: Scope, text: string) => {
      const changed = await inScope(
        app,
        scope,
        async (trx) => (await sql.raw(text).execute(trx)).numAffectedRows,
      ).catch((error: { code: string }) => error.code)
      assert.ok(changed === 0n || changed === '42501', `${scope.kind}: ${text}: ${changed}`)
    }
    const stranger: Scope = { kind: 'person', accountId: randomUUID() }
    const city: Scope = { kind: 'city', accountId: randomUUID() }
    const union: Scope = { kind: 'union', accountId: randomUUID(), organisationId: otherDistrict }
    for (const scope of [stranger, city, union]) {
      await refused(scope, "update account set login_name = 'taken.over'")
      await refused(scope, "update appointment set role = 'approver'")
      await refused(scope, "update organisation set name = '改了'")
      await refused(scope, 'update session set ended_at = null')
      await refused(scope, 'delete from posting')
      await refused(scope, 'update action set at = 0')
      await refused(scope, "update policy_revision set state = 'superseded'")
      await refused(scope, "update policy_revision set body = '{}'")
      await refused(scope, "insert into policy_revision values ('2027', 1, 'draft', '{}', '', 0)")
    }
    for (const scope of [stranger, city]) await refused(scope, 'update confirmation_counter set next_place = 9')
    const skips = inScope(app, union, (trx) => sql`update confirmation_counter set next_place = 9`.execute(trx))
    await assert.rejects(skips, { constraint: 'place_after_place' })
    for (const scope of [stranger, union]) {
      await refused(scope, "update unit_facts set facts = '{}' where organisation_id = '" + baseUnion + "'")
      await refused(scope, 'update application set amount_fen = 1')
      await refused(scope, 'update file set page_count = 2')
      await refused(scope, "update original set box = 'A1'")
      await refused(scope, 'update transmittal_line set received_at = 1')
      await refused(scope, "update paper_seal set whose = '别人'")
      await refused(scope, "update hold set ended = 'released', ended_by = held_by, ended_at = 2")
    }
    const own: Scope = { kind: 'person', accountId: worker }
    const ownDistrict: Scope = { kind: 'union', accountId: officer, organisationId: district }
    for (const scope of [own, ownDistrict]) {
      await refused(scope, 'update application set account_id = account_id')
      await refused(scope, "update application set receipt_number = 'JS26-0000000'")
      await refused(scope, 'update file set sha256 = sha256')
      await refused(scope, 'update file_page set width = 1')
      await refused(scope, 'delete from file')
      await refused(scope, 'update application set assignee_id = null')
      await refused(scope, 'update application set hold_id = null')
      await refused(scope, 'update application set urgency = 0')
      await refused(scope, 'delete from assignment')
      await refused(scope, "update hold set held_by = '" + randomUUID() + "'")
      await refused(scope, "update certificate_comparison set answer = 'same'")
      await refused(scope, 'update review_lot_case set sampled = false')
      await refused(scope, 'delete from review_lot_case')
    }
    const audit: Scope = { kind: 'job', job: 'audit' }
    await refused(audit, "update audit_event set kind = 'nothing'")
    await refused(audit, 'delete from audit_event')
    const backdated = `insert into audit_event (id, txid, at, kind, object_kind, detail, mac)
      values (gen_random_uuid(), '1', 0, 'x', 'x', '{}', '')`
    await refused(city, backdated)
  })
})
