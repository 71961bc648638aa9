/** What of a claim a role sees: in clear only what the task in hand needs; HR never the account. */
import type { ActionKind } from './application.ts'
import type { Role } from './roles.ts'

export const guardedFields = ['idNumber', 'phone', 'accountNumber'] as const
export type GuardedField = (typeof guardedFields)[number]

const clearInTask: { readonly [R in Role]?: readonly GuardedField[] } = {
  hrOfficer: ['idNumber'],
  unionOfficer: ['idNumber', 'phone', 'accountNumber'],
  filingPoint: ['idNumber', 'phone', 'accountNumber'],
  districtReviewer: ['idNumber', 'phone', 'accountNumber'],
  verifier: ['idNumber'],
}

/**
 * A worker sees what they typed themselves; nobody else's application is in their scope.
 * @param holdsTask the application waits at a step this person may decide.
 */
export function clearFields(role: Role, holdsTask: boolean): readonly GuardedField[] {
  if (role === 'worker') return guardedFields
  return holdsTask ? (clearInTask[role] ?? []) : []
}

/** The annex shows every value: it is printed by those before whom none of them is masked. HR never is among them. */
export const mayPrint = (role: Role, holdsTask: boolean): boolean =>
  guardedFields.every((field) => clearFields(role, holdsTask).includes(field))

/**
 * That an objection to its certificate is open, never by whom: for the one whose claim waits for the answer, and for those
 * who judge or forward it. HR looks at an employee, not at whose certificate it is.
 */
export const knowsOfObjection = (role: Role): boolean =>
  ['worker', 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier', 'approver'].includes(role)

/** 陆**: enough to hear whether it is the caller's. */
export const maskName = (name: string): string =>
  Array.from(name, (letter, place) => (place === 0 ? letter : '*')).join('')

/** Fields a role never gets, not even masked. */
export const hiddenFields = (role: Role): readonly string[] =>
  role === 'hrOfficer' || role === 'consultant' ? ['payee', 'accountNumber', 'bankName'] : []

const toldToApplicant: readonly ActionKind[] = ['return', 'decline', 'uphold', 'overturn', 'displace', 'redirect']
const saidByApplicant: readonly ActionKind[] = ['withdraw', 'requestReReview']

/**
 * Whether somebody reads the words of an action. The applicant, and HR of their employer, read what is meant for the
 * applicant, and their own; what officers write for one another may name others. The database says the same
 * (`words_as_applicant`).
 */
export function readsWords(role: Role, kind: ActionKind, isOwn: boolean): boolean {
  if (role !== 'worker' && role !== 'hrOfficer') return true
  return isOwn || toldToApplicant.includes(kind) || (role === 'worker' && saidByApplicant.includes(kind))
}

const claimPictures = [
  ...['idFront', 'idBack', 'certificate', 'card', 'registerEvidence'],
  ...['stampedForm', 'consent', 'inquiryReply', 'objectionEvidence'],
]
/** What a register or a letter showed may name others. */
const foundOut = ['registerEvidence', 'inquiryReply']
const moneyPapers = ['confirmationScan', 'transferProof', 'payoutProof', 'receiptScan', 'accountPaper']

/**
 * What other people handed in and a role never gets, by what it shows. Papers of money name many workers and are for
 * finance, which has no task with the pictures of a claim; on the card and on the printed form stands the
 * account, which HR never sees.
 */
export function hiddenPictures(role: Role): readonly string[] {
  switch (role) {
    case 'districtFinance':
    case 'unionFinance':
    case 'centreFinance':
    case 'cityFinance':
      return claimPictures
    case 'hrOfficer':
      return ['card', 'stampedForm', 'objectionEvidence', ...foundOut, ...moneyPapers]
    case 'worker':
      return [...foundOut, ...moneyPapers]
    // On the phone nothing is shown that could be read out of a picture; an auditor looks at every voucher.
    case 'consultant':
      return [...claimPictures, ...moneyPapers]
    case 'auditor':
      return []
    default:
      return moneyPapers
  }
}

/** What stands on a picture and is masked on the form. */
const standsOn: { readonly [purpose: string]: GuardedField } = {
  idFront: 'idNumber',
  idBack: 'idNumber',
  card: 'accountNumber',
}

/**
 * How a role gets a picture of a claim: at once where it sees in clear what stands on it, or nothing guarded does;
 * otherwise for a reason, which is logged, and HR not at all.
 */
export function pictureAccess(
  role: Role,
  purpose: string,
  clear: readonly GuardedField[],
): 'atOnce' | 'forReason' | 'never' {
  if (hiddenPictures(role).includes(purpose)) return 'never'
  const field = standsOn[purpose]
  // A worker handed them in themselves.
  if (!field || role === 'worker' || clear.includes(field)) return 'atOnce'
  return role === 'hrOfficer' ? 'never' : 'forReason'
}
