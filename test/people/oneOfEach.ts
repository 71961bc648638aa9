/** One row in each table that row-level security guards, all hanging together: one worker's claim, filed, reviewed, paid. */
import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '../database.ts'

export type Planted = {
  readonly worker: string
  readonly district: string
  readonly application: string
  readonly officer: string
}

/** @param staff two accounts of staff that exist; @param unions a base union that exists, and its district */
export async function plantOneOfEach(
  { owner }: TestDatabase,
  {
    worker,
    staff,
    baseUnion,
    district,
  }: { worker: string; staff: [string, string]; baseUnion: string; district: string },
): Promise<Planted> {
  const [maker, other] = staff
  const [application, certificate, batch, file, list, notice, award, transfer, transmittal, call, sample, report, lot] =
    Array.from({ length: 13 }, () => randomUUID())
  const [message, office, payoutBatch, payout, correction, surplus] = Array.from({ length: 6 }, () => randomUUID())
  const rows: Record<string, Record<string, unknown>> = {
    command: { id: randomUUID(), kind: 'test', account_id: worker, digest: Buffer.of(1), answer: '{}', at: 1 },
    draft: { id: randomUUID(), account_id: worker, body: '{}', version: 1, updated_at: 1 },
    certificate: { id: certificate, holder_index: Buffer.of(1), level: 'technician', issued_on: '2026-01-01' },
    certificate_number: { space: 'test', number: '1', certificate_id: certificate },
    filing_batch: { id: batch, policy_id: '2026', number: 1, opened_on: '2026-07-01', opened_by: maker },
    application: {
      ...{ id: application, receipt_number: 'test', policy_id: '2026', policy_revision: 1, channel: 'unit' },
      ...{
        account_id: worker,
        applicant_index: Buffer.of(1),
        certificate_id: certificate,
        filing_authority: 'shanghai',
      },
      ...{
        level: 'technician',
        occupation_name: '钳工',
        amount_fen: 150_000,
        state: 'approved',
        steps: '{firstReview}',
      },
      ...{ version: 1, received_at: 1, form_revision: 1, base_union_id: baseUnion, district_id: district },
      ...{ visible_to: [district, baseUnion], batch_id: batch, finding: 'allMet', updated_at: 1 },
    },
    form_revision: {
      application_id: application,
      revision: 1,
      body: '{}',
      made_by: worker,
      made_at: 1,
    },
    action: {
      ...{
        application_id: application,
        seq: 1,
        id: application,
        kind: 'file',
        account_id: worker,
        role: 'worker',
        at: 1,
      },
      digest: Buffer.of(1),
    },
    action_note: { action_id: application, body: '{}' },
    duty: { application_id: application, account_id: maker, duty: 'firstReview' },
    check_record: {
      ...{ id: randomUUID(), application_id: application, name: 'membership', source: 'union', outcome: 'pass' },
      ...{ shown: '{}', at: 1 },
    },
    assignment: {
      ...{ command_id: randomUUID(), application_id: application, step: 'secondReview', desk_id: district },
      ...{ assignee_id: maker, by_account_id: maker, at: 1 },
    },
    hold: {
      id: randomUUID(),
      application_id: application,
      step: 'secondReview',
      held_by: maker,
      held_at: 1,
      reason: '{}',
    },
    certificate_comparison: {
      ...{ id: randomUUID(), certificate_a: certificate, certificate_b: 'ffffffff-ffff-4fff-bfff-ffffffffffff' },
      ...{ answer: 'different', words: '{}', role: 'districtReviewer', answered_by: maker, answered_at: 1 },
    },
    review_lot: { id: lot, account_id: maker, step: 'secondReview', drawn_at: 1 },
    review_lot_case: { lot_id: lot, application_id: application, version: 1, sampled: true },
    assessment: { application_id: application, version: 1, verdict: 'eligible', body: '{}', at: 1 },
    file: {
      ...{ id: file, purpose: 'certificate', owner_account_id: worker, application_id: application, page_count: 1 },
      ...{ byte_size: 1, uploaded_at: 1, sha256: Buffer.of(1) },
    },
    file_page: { file_id: file, page: 1, media_type: 'image/jpeg', width: 1, height: 1, byte_size: 1 },
    paper_seal: {
      ...{ action_id: application, application_id: application, step: 'firstReview', kind: 'unionSeal', whose: '工会' },
      ...{ sealed_on: '1970-01-01', file_id: file, recorded_by: maker, recorded_at: 1 },
    },
    original: { application_id: application, form_seq: 1, district_id: district, arrived_by: maker, arrived_at: 1 },
    transmittal: {
      ...{ id: transmittal, number: 'test', district_id: district, line_count: 1, sent_on: '1970-01-01' },
      ...{ sent_by: maker, made_at: 1 },
    },
    transmittal_line: { transmittal_id: transmittal, application_id: application, form_seq: 1 },
    paper_entry: {
      ...{ application_id: application, filing_point_id: baseUnion, entered_by: maker, phone_index: Buffer.of(1) },
      ...{ consents: ['data'], consented_on: '1970-01-01', consent_file_id: file, entered_at: 1 },
    },
    link_attempt: { account_id: worker, at: 1 },
    message_words: { revision: 1000, kind: 'test', title: 'test', body: 'test', changed_at: 1 },
    message: {
      ...{ id: message, kind: 'test', at: 1, application_id: application, cause_id: application },
      ...{ account_id: worker, words_revision: 1000 },
    },
    outbox_cursor: { reader: 'test', txid: '0', id: randomUUID() },
    sms: { message_id: message, state: 'accepted', reference: randomUUID(), due_at: 1, changed_at: 1 },
    office_message: {
      ...{ id: office, organisation_id: district, role: 'districtReviewer', kind: 'test', on_day: '1970-01-01' },
      ...{ words_revision: 1000, at: 1 },
    },
    office_message_case: { office_message_id: office, application_id: application },
    office_message_read: { office_message_id: office, account_id: maker, case_count: 0, read_at: 1 },
    reminder: { application_id: application, version: 1, step: 'secondReview', at: 1 },
    reminder_day: { day: '1970-01-01', done_at: 1 },
    batch_announcement: {
      ...{ id: randomUUID(), batch_id: batch, closes_on: '2026-07-31', announced_by: other, announced_at: 1 },
    },
    objection: {
      ...{ id: randomUUID(), receipt_number: 'test', policy_id: '2026', policy_revision: 1, account_id: worker },
      ...{
        applicant_index: Buffer.of(1),
        certificate_id: certificate,
        draft_id: randomUUID(),
        body: '{}',
        raised_at: 1,
      },
    },
    survey_urn: { policy_id: 'test', level: 'technician', sector: 'primary', answers: '{}' },
    survey_answer: { policy_id: 'test', level: 'technician', sector: 'primary', answers: '{}' },
    survey_ticket: { digest: Buffer.of(1) },
    approval_list: {
      ...{ id: list, policy_id: '2026', number: 'test', line_count: 1, total_fen: 150_000, made_by: maker, made_at: 1 },
      ...{ document_number: 'test', approved_by: other, approved_at: 1 },
    },
    approval_line: {
      list_id: list,
      application_id: application,
      version: 1,
      amount_fen: 150_000,
      digest: Buffer.of(1),
    },
    allocation_notice: {
      ...{
        id: notice,
        policy_id: '2026',
        number: 'test',
        approval_list_id: list,
        district_id: district,
        line_count: 1,
      },
      ...{ total_fen: 150_000, receiving_account_tail: '1234', issued_by: maker, issued_at: 1 },
    },
    award: {
      ...{
        id: award,
        certificate_id: certificate,
        application_id: application,
        policy_id: '2026',
        amount_fen: 150_000,
      },
      ...{ district_id: district, visible_to: [district, baseUnion], notice_id: notice, payee: '{}', approved_at: 1 },
      ...{ payer_id: district, stands_on: `worker:${award}` },
    },
    confirmation_counter: { policy_id: '2026', next_place: 2 },
    disbursement_confirmation: {
      ...{ notice_id: notice, policy_id: '2026', place: 1, line_count: 1, total_fen: 150_000, account_tail: '1234' },
      ...{ scan_file_id: file, confirmed_by: maker, confirmed_at: 1 },
    },
    transfer: {
      ...{ id: transfer, kind: 'allocation', approval_list_id: list, notice_id: notice, amount_fen: 150_000 },
      ...{ voucher_number: 'test', made_by: maker, made_at: 1 },
    },
    notice_line: { notice_id: notice, award_id: award, amount_fen: 150_000 },
    transfer_line: { transfer_id: transfer, award_id: award, amount_fen: 150_000 },
    correction: {
      ...{ id: correction, kind: 'cancel', award_id: award, cause: 'other', words: '{}', proposed_by: maker },
      ...{ proposed_role: 'districtFinance', proposed_at: 1 },
    },
    recovery: {
      ...{ id: randomUUID(), award_id: award, correction_id: correction, cause: 'other', payer_id: district },
      ...{ amount_fen: 150_000, opened_at: 1 },
    },
    surplus_transfer: {
      ...{ id: surplus, number: 'test', from_id: district, to_id: baseUnion, line_count: 1, total_fen: 150_000 },
      ...{ made_by: maker, made_at: 1 },
    },
    surplus_transfer_line: { transfer_id: surplus, award_id: award, amount_fen: 150_000 },
    budget: {
      ...{ id: randomUUID(), policy_id: '2026', amount_fen: 1, document_number: 'test', set_by: maker, set_at: 1 },
    },
    year_close: {
      ...{ id: randomUUID(), year: 2020, proposed_by: maker, proposed_at: Date.parse('2021-01-01'), postings: 1 },
    },
    transfer_receipt: {
      transfer_id: transfer,
      scan_file_id: file,
      received_on: '2026-07-01',
      receipt_number: 'test',
      recorded_by: maker,
      recorded_at: 1,
    },
    payout_batch: {
      ...{ id: payoutBatch, number: 'test', policy_id: '2026', payer_id: district, route: 'file', format: 'csv-utf8' },
      ...{ pay_on: '2026-07-02', line_count: 1, total_fen: 150_000, digest: Buffer.of(1), made_by: maker, made_at: 1 },
    },
    payout: {
      ...{ id: payout, award_id: award, batch_id: payoutBatch, line: 1, reference: 'TEST', amount_fen: 150_000 },
      ...{
        payee: '{}',
        payee_tail: '1234',
        account_index: Buffer.of(1),
        applicant_index: Buffer.of(1),
        state: 'settled',
      },
      paid_on: '2026-07-02',
    },
    payout_result: {
      ...{ id: randomUUID(), payout_id: payout, outcome: 'settled', on_day: '2026-07-02', source: 'hand' },
      ...{ recorded_by: maker, recorded_at: 1 },
    },
    payout_accepted: {
      ...{ payout_id: payout, stop: 'onePersonManyAccounts', accepted_by: maker, accepted_at: 1, words: '{}' },
    },
    pay_file: {
      ...{ batch_id: payoutBatch, part: 1, name: 'test', line_count: 1, total_fen: 150_000, byte_size: 1 },
      ...{ sha256: Buffer.of(1), body: Buffer.of(1), made_at: 1 },
    },
    pay_file_download: { id: randomUUID(), batch_id: payoutBatch, part: 1, account_id: maker, at: 1 },
    result_file: {
      ...{ id: randomUUID(), batch_id: payoutBatch, name: 'test', sha256: Buffer.of(1), byte_size: 1 },
      ...{ body: Buffer.of(1), row_count: 1, uploaded_by: maker, uploaded_at: 1 },
    },
    bank_order: { payout_id: payout, state: 'handed' },
    receiving_account_change: {
      ...{ id: randomUUID(), organisation_id: district, account: '{}', account_tail: '1234', proposed_by: maker },
      ...{ proposed_at: 1 },
    },
    payee_change: {
      ...{
        id: randomUUID(),
        award_id: award,
        same_account: false,
        payee: '{}',
        payee_tail: '1234',
        replaces: '{}',
        replaces_tail: '1234',
      },
      ...{ account_index: Buffer.of(1), proposed_by: maker, proposed_at: 1 },
    },
    sent_before: { reference: 'TEST', amount_fen: 1, batch_id: payoutBatch, sent_at: 1, found_at: 1 },
    restoration: { id: randomUUID(), backup_made_at: 1, restored_at: 2 },
    posting: {
      ...{
        id: randomUUID(),
        debit_account: 'cityBudget',
        credit_account: 'committed',
        amount_fen: 150_000,
        award_id: award,
      },
      ...{ cause_kind: 'approve', cause_id: list, at: 1, mac: Buffer.of(1) },
    },
    ledger_total: { district_id: district, account: 'committed', debit_fen: 0, credit_fen: 150_000, debits: 0 },
    consultation: { id: call, account_id: other, at: 1, proof: 'idPhone', digest: Buffer.of(1), found: 1 },
    consultation_case: { consultation_id: call, application_id: application },
    call_note: {
      ...{ id: randomUUID(), consultation_id: call, application_id: application, account_id: other, body: '{}', at: 1 },
    },
    audit_sample: {
      ...{ id: sample, number: 1, policy_id: '2026', filter: '{}', method: 'largest', wanted: 1, frame_size: 1 },
      ...{ frame_fen: 150_000, frame_digest: Buffer.of(1), drawn_by: other, drawn_at: 1 },
    },
    audit_sample_case: { sample_id: sample, place: 1, application_id: application, version: 1 },
    audit_verdict: { id: randomUUID(), sample_id: sample, place: 1, outcome: 'clear', given_by: other, given_at: 1 },
    feedback: {
      ...{ id: report, kind: 'problem', account_id: maker, role: 'districtReviewer', organisation_id: district },
      ...{ body: '{}', at: 1, seen_at: 1 },
    },
    feedback_answer: { id: randomUUID(), feedback_id: report, body: '{}', answered_by: other, at: 1 },
    common_answer: { id: randomUUID(), question: 'test', answer: 'test', published_by: other, at: 1 },
    inquiry: {
      ...{ id: randomUUID(), application_id: application, letter_number: 'test', addressed_to: 'test' },
      ...{ sent_on: '2026-07-01', sent_by: other, at: 1 },
    },
    approval_line_off: {
      ...{ list_id: list, application_id: application, amount_fen: 150_000, action_id: randomUUID() },
    },
    unknown_sign_in: { name_index: Buffer.of(1), failed_attempts: 1, last_at: 1 },
    audit_lot: { lot: 1, from_txid: '0', to_txid: '1', event_count: 0, hash: Buffer.of(1), sealed_at: 1 },
  }
  const client = await owner.connect()
  try {
    await client.query('begin')
    // Triggers guard the life of a claim; here only who sees its rows is of interest.
    await client.query('set local session_replication_role = replica')
    for (const [table, row] of Object.entries(rows)) {
      const columns = Object.keys(row)
      const places = columns.map((_, at) => `$${at + 1}`)
      await client.query(
        `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
        Object.values(row),
      )
    }
    await client.query('commit')
  } finally {
    client.release()
  }
  return { worker, district, application: application!, officer: maker }
}
