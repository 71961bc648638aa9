import { type ErrorCode, Refused } from '../../contract/errors.ts'
import { takenId } from '../commands.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { refusalOf } from '../db/open.ts'
import type { Trx } from '../db/open.ts'

/** What the database refuses by itself, where two people act at once or a rule was passed over, in the contract's words. */
const namedBy: Readonly<Record<string, ErrorCode>> = {
  approval_by_another: 'act.four-eyes',
  four_eyes: 'act.four-eyes',
  own_application: 'act.own-application',
  copies_outstanding: 'approval.copies-missing',
  objection_open: 'approval.objection-open',
  approval_one_certificate: 'approval.same-certificate',
  release_by_another: 'money.same-person',
  line_waits_for_approval: 'approval.changed',
  approves_something: 'approval.nothing',
  transfer_released_once: 'money.done',
  transfer_one_funding: 'money.done',
  transfer_notice_id_key: 'money.done',
  award_named_once: 'money.done',
  award_undisputed: 'money.disputed',
  disbursement_confirmation_pkey: 'money.done',
  notice_current: 'money.superseded',
  allocation_notice_replaces_key: 'money.superseded',
  notice_without_transfer: 'money.transfer-made',
  notice_adds_up: 'money.superseded',
  award_in_its_notice: 'money.superseded',
  allocation_in_turn: 'money.not-your-turn',
  award_passed_on_once: 'money.not-passable',
  budget_by_another: 'money.same-person',
  budget_confirmed_once: 'money.done',
  approval_within_budget: 'money.over-budget',
  transfer_receipt_pkey: 'money.done',
  posting_continues: 'money.done',
  payout_one_at_a_time: 'money.not-payable',
  payout_attempts: 'money.not-payable',
  payout_reference_key: 'money.reference-taken',
  payout_is_owed: 'money.not-payable',
  bank_agrees: 'money.bank-contradicts',
  payout_follows: 'money.result-differs',
  payout_batch_closed: 'money.done',
  payout_batch_adds_up: 'money.done',
  payout_release_by_another: 'money.same-person',
  payout_result_with_proof: 'request.malformed',
  typed_back_by_another: 'money.typed-yourself',
  typed_back_looked_at: 'money.stopped',
  payout_account_as_made: 'money.stopped',
  result_file_batch_id_sha256_key: 'money.done',
  payee_confirmed_by_another: 'payee.same-person',
  payee_change_answered: 'money.done',
  payee_change_one_open: 'payee.not-wanted',
  payee_not_on_its_way: 'payee.on-its-way',
  receiving_account_by_another: 'account.same-person',
  receiving_account_answered: 'money.done',
  receiving_account_one_open: 'account.open',
  receiving_account_by_whom: 'forbidden',
  transfer_account_changed: 'money.account-changed',
  payee_another_account: 'payee.same-account',
  payee_proposed_by_whom: 'payee.worker-proposes',
  sent_before_agreed_by_another: 'money.same-person',
  sent_before_agreed: 'money.done',
  sent_before_not_sent: 'money.bank-says-otherwise',
  restoration_agreed_by_another: 'money.same-person',
  restoration_agreed: 'money.done',
  posting_award_id_cause_kind_cause_id_key: 'money.done',
  award_held: 'money.held',
  correction_confirmed_by_another: 'correction.same-person',
  recovery_confirmed_by_another: 'correction.same-person',
  correction_answered: 'money.done',
  correction_one_open: 'correction.open',
  correction_in_recovery: 'correction.in-recovery',
  correction_of_award: 'correction.cancelled',
  correction_of_cancelled: 'correction.not-cancelled',
  correction_last_attempt: 'correction.nothing-recorded',
  correction_bank_route: 'correction.bank-route',
  correction_in_batch: 'correction.in-batch',
  correction_on_its_way: 'correction.on-its-way',
  correction_in_notice: 'correction.in-notice',
  correction_in_funding: 'correction.in-funding',
  correction_passed_on: 'correction.passed-on',
  correction_displaced: 'correction.no-objection',
  correction_certificate_taken: 'correction.certificate-taken',
  correction_by_whom: 'forbidden',
  recovery_goes_on: 'money.done',
  surplus_release_by_another: 'money.same-person',
  surplus_lies_there: 'money.no-surplus',
  surplus_once: 'money.done',
  surplus_by_whom: 'forbidden',
  year_confirmed_by_another: 'books.same-person',
  year_is_over: 'books.year-not-over',
  year_close_once: 'books.year-proposed',
  year_after_year: 'books.year-before',
  year_has_postings: 'books.year-empty',
  year_as_proposed: 'books.year-changed',
  year_answered: 'money.done',
  year_by_whom: 'forbidden',
  posting_in_open_year: 'books.year-closed',
  award_certificate_id_key: 'filing.certificate-awarded',
  award_application_id_key: 'approval.changed',
}

const mostTries = 5

/**
 * One transaction of the viewer's scope, run again where the database ended it for another's sake.
 * @throws {Refused} what the work refuses, or what the database does
 */
export async function inPayments<T>(deps: Deps, viewer: Viewer, work: (trx: Trx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await inViewersScope(deps, viewer, work)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal?.kind === 'conflict' && tries < mostTries) continue
      const code = namedBy[refusal?.constraint ?? '']
      throw code ? new Refused(code) : takenId(error)
    }
  }
}
