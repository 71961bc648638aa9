/** 更正, 追回, 结余退回. Sums in fen. */
import { z } from 'zod'
import { cancelCauses, correctionKinds } from '../domain/correction.ts'
import { payoutStates } from '../domain/payout.ts'
import { levels } from '../domain/policy.ts'
import { Id } from './id.ts'

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const Words = z.string().trim().min(2).max(500)
const DocumentNumber = z.string().trim().min(1).max(60)

/** Whose award it is, and where its money lies. */
const OfAward = z.object({
  awardId: z.uuid(),
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  amountFen: z.int(),
  payer: z.string(),
})

/** `GET /correction-subjects/:receiptNumber`: an award, and what can be proposed of it. */
export const CorrectionSubject = OfAward.extend({
  /** Where the money lies, in words. */
  liesWith: z.string(),
  payout: z
    .object({
      batchNumber: z.string(),
      line: z.int(),
      state: z.enum(payoutStates),
      paidOn: z.string().optional(),
      payeeTail: z.string(),
    })
    .optional(),
  /** What can be proposed of it; `says`: why not. Kinds that are not the viewer's are left out. */
  kinds: z.array(z.object({ kind: z.enum(correctionKinds), effect: z.string(), says: z.string().optional() })),
  /** An objection to its certificate was granted after approval. */
  displaced: z.boolean(),
})
export type CorrectionSubject = z.infer<typeof CorrectionSubject>
export const ByReceipt = z.object({ receiptNumber: z.string().trim().min(1).max(40) })

export const CorrectionView = OfAward.extend({
  id: z.uuid(),
  kind: z.enum(correctionKinds),
  cause: z.enum(cancelCauses).optional(),
  words: z.string(),
  /** What confirming it does, or did. */
  effect: z.string(),
  proposedBy: z.string(),
  proposedAt: z.int(),
  confirmedBy: z.string().optional(),
  confirmedAt: z.int().optional(),
  refusedBy: z.string().optional(),
  refusedAt: z.int().optional(),
  refusedWords: z.string().optional(),
  own: z.boolean(),
  /** While it is open: why the viewer cannot confirm it. */
  says: z.string().optional(),
})
export type CorrectionView = z.infer<typeof CorrectionView>

export const RecoveryView = OfAward.extend({
  id: z.uuid(),
  cause: z.enum(cancelCauses),
  openedAt: z.int(),
  /** Recorded by one, who waits for another. */
  receivedOn: z.string().optional(),
  voucherNumber: z.string().optional(),
  scanFileId: z.uuid().optional(),
  recordedBy: z.string().optional(),
  confirmedBy: z.string().optional(),
  confirmedAt: z.int().optional(),
  /** What the viewer can do now. */
  may: z.enum(['record', 'confirm']).optional(),
})
export type RecoveryView = z.infer<typeof RecoveryView>

/** `GET /corrections`: what waits, the oldest first, and what was closed, the newest first; 100 of each. */
export const CorrectionsQuery = z.object({ view: z.enum(['open', 'closed']).default('open') })
export type CorrectionsQuery = z.infer<typeof CorrectionsQuery>
export const Corrections = z.object({ corrections: z.array(CorrectionView), recoveries: z.array(RecoveryView) })
export type Corrections = z.infer<typeof Corrections>

/** `PUT /corrections/:id`; of what was recorded wrongly the last attempt is meant. */
export const ProposeCorrection = z.object({
  kind: z.enum(correctionKinds),
  awardId: Id,
  /** With cancel. */
  cause: z.enum(cancelCauses).optional(),
  words: Words,
})
export type ProposeCorrection = z.infer<typeof ProposeCorrection>

/** `PUT /corrections/:id/refusal`: by another, or taken back by who proposed it. */
export const RefuseCorrection = z.object({ words: Words })
export type RefuseCorrection = z.infer<typeof RefuseCorrection>

/** `PUT /recoveries/:id/receipt`: the money is back; then another confirms it by `PUT /recoveries/:id/confirmation`. */
export const RecordRecovery = z.object({ receivedOn: Day, voucherNumber: DocumentNumber, scanFileId: Id })
export type RecordRecovery = z.infer<typeof RecordRecovery>

export const SurplusTransferView = z.object({
  id: z.uuid(),
  number: z.string(),
  from: z.string(),
  to: z.string(),
  /** Whether the viewer's organisation gives it back or receives it. */
  side: z.enum(['gives', 'receives']),
  lineCount: z.int(),
  totalFen: z.int(),
  /** Where it is received, whole, as it was when it was made: for who gives it back, until it is there. */
  toAccount: z.string().optional(),
  /** The receiver has another account since: it is dropped and made anew. */
  accountChanged: z.literal(true).optional(),
  stage: z.enum(['made', 'released', 'received', 'dropped']),
  madeBy: z.string(),
  madeAt: z.int(),
  own: z.boolean(),
  releasedBy: z.string().optional(),
  releasedAt: z.int().optional(),
  voucherNumber: z.string().optional(),
  receivedBy: z.string().optional(),
  receivedOn: z.string().optional(),
  receiptNumber: z.string().optional(),
  lines: z.array(z.object({ awardId: z.uuid(), receiptNumber: z.string(), level: z.enum(levels), amountFen: z.int() })),
})
export type SurplusTransferView = z.infer<typeof SurplusTransferView>

/** `GET /surplus`: what lies with the viewer's organisation and is nobody's any more, and the transfers it takes part in. */
export const Surplus = z.object({
  organisation: z.string(),
  held: z.array(
    z.object({
      awardId: z.uuid(),
      receiptNumber: z.string(),
      level: z.enum(levels),
      amountFen: z.int(),
      cause: z.enum(cancelCauses).optional(),
      since: z.int(),
      /** To whom it goes back. */
      to: z.string(),
    }),
  ),
  transfers: z.array(SurplusTransferView),
})
export type Surplus = z.infer<typeof Surplus>

/** `PUT /surplus-transfers/:id`: all that goes back to one, or these. */
export const MakeSurplusTransfer = z.object({ awardIds: z.array(Id).min(1).max(1000).optional() })
export type MakeSurplusTransfer = z.infer<typeof MakeSurplusTransfer>
export const ReleaseSurplusTransfer = z.object({ voucherNumber: DocumentNumber })
export type ReleaseSurplusTransfer = z.infer<typeof ReleaseSurplusTransfer>
export const ReceiveSurplusTransfer = z.object({ receivedOn: Day, receiptNumber: DocumentNumber })
export type ReceiveSurplusTransfer = z.infer<typeof ReceiveSurplusTransfer>
