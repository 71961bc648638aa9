/** 收款账户更正: another account for an award, or the same once more; proposed by one, confirmed by another (R26). */
import { z } from 'zod'
import { failureCodes } from '../domain/payout.ts'
import { levels, payees } from '../domain/policy.ts'
import { Id } from './id.ts'

const Words = z.string().trim().min(2).max(500)
const Account = z.discriminatedUnion('account', [
  /** The card is in order now: the same once more. */
  z.object({ account: z.literal('same') }),
  z.object({
    account: z.literal('another'),
    payee: z.enum(payees),
    accountNumber: z.string().trim().max(40),
    /** With a bank card. */
    bankName: z.string().trim().max(60).optional(),
  }),
])
export type ProposedAccount = z.infer<typeof Account>

/**
 * `PUT /applications/:id/payee-changes/:changeId`, by the worker, with a code that `POST
 * /applications/:id/payee-changes/codes` sent to the phone they sign in with.
 */
export const ProposeOwnPayee = z.intersection(z.object({ code: z.string().trim().min(4).max(10) }), Account)
export type ProposeOwnPayee = z.infer<typeof ProposeOwnPayee>

/**
 * `PUT /payee-changes/:id`, by the payer's finance: for a worker without an account, on a paper (`accountPaper`); and
 * where the bank took a payment for a repetition, once it has said that it paid nothing.
 */
export const ProposePayee = z.intersection(
  z.object({ applicationId: Id, words: Words, paperFileId: Id.optional() }),
  Account,
)
export type ProposePayee = z.infer<typeof ProposePayee>

/** Also of `PUT /applications/:id/payee-changes/:changeId/withdrawal`, by the worker who proposed it, until it is answered. */
export const PayeeChanged = z.object({ id: z.uuid() })

/** `PUT /payee-changes/:id/confirmation`; words only where somebody else has the same account. */
export const ConfirmPayee = z.object({ words: Words.optional() })
export type ConfirmPayee = z.infer<typeof ConfirmPayee>
/** `PUT /payee-changes/:id/refusal`; the worker reads the words and may propose again. */
export const RefusePayee = z.object({ words: Words })
export type RefusePayee = z.infer<typeof RefusePayee>

/**
 * `GET /payee-changes`: open = waits for another's answer; wanted = the bank refused it and nobody has proposed anything
 * since; answered = the latest first. The viewer's organisation pays them.
 */
export const PayeeChangesQuery = z.object({
  view: z.enum(['open', 'wanted', 'answered']).default('open'),
  cursor: z.string().max(80).optional(),
})
export type PayeeChangesQuery = z.infer<typeof PayeeChangesQuery>

export const payeeChangeStates = ['wanted', 'open', 'confirmed', 'refused', 'withdrawn'] as const
export const PayeeChangeItem = z.object({
  /** Absent where nothing is proposed. */
  id: z.uuid().optional(),
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  amountFen: z.int(),
  /** Why the bank did not pay; absent where nothing was tried. */
  cause: z.enum(failureCodes).optional(),
  since: z.int(),
  tail: z.string(),
  newTail: z.string().optional(),
  sameAccount: z.boolean().optional(),
  state: z.enum(payeeChangeStates),
  /** 职工 or the name of a member of staff. */
  proposedBy: z.string().optional(),
  /** The viewer proposed it: another answers. */
  mine: z.boolean(),
  answeredBy: z.string().optional(),
  answeredAt: z.int().optional(),
  /** What the viewer may propose, where nothing is proposed; both false where the worker does it on the phone. */
  may: z.object({ same: z.boolean(), another: z.boolean() }).optional(),
  /** Which kinds of account the channel pays to. */
  kinds: z.array(z.enum(payees)),
})
export type PayeeChangeItem = z.infer<typeof PayeeChangeItem>
export const PayeeChanges = z.object({ items: z.array(PayeeChangeItem), nextCursor: z.string().optional() })
export type PayeeChanges = z.infer<typeof PayeeChanges>

const AccountShown = z.object({ kind: z.enum(payees), accountNumber: z.string(), bankName: z.string().optional() })
/** `GET /payee-changes/:id`: both accounts masked, the proposed one in clear for whoever answers; the look is logged. */
export const PayeeChangeDetail = PayeeChangeItem.extend({
  id: z.uuid(),
  current: AccountShown,
  proposed: AccountShown,
  /** The proposed number stands in clear. */
  clear: z.boolean(),
  words: z.string().optional(),
  refusal: z.string().optional(),
  paper: z.object({ fileId: z.uuid(), pages: z.int() }).optional(),
  /** Other people to whom the proposed account belongs too. */
  shared: z.int(),
  /** Why it may not be answered now, and what to do. */
  why: z.string().optional(),
})
export type PayeeChangeDetail = z.infer<typeof PayeeChangeDetail>
