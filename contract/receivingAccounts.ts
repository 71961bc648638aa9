/** 收款账户: where an organisation receives money; proposed by one of its finance, confirmed by another person. */
import { z } from 'zod'

/** `PUT /receiving-account-changes/:id`: for the viewer's own organisation, with a fresh code of their authenticator. */
export const ProposeReceivingAccount = z.object({
  accountNumber: z.string().trim().max(40),
  code: z.string().trim().max(10),
})
export type ProposeReceivingAccount = z.infer<typeof ProposeReceivingAccount>
/** `PUT /receiving-account-changes/:id/refusal`; who proposed it reads the words. */
export const RefuseReceivingAccount = z.object({ words: z.string().trim().min(2).max(200) })
export type RefuseReceivingAccount = z.infer<typeof RefuseReceivingAccount>
export const ReceivingAccountChanged = z.object({ id: z.uuid() })

export const ReceivingAccountChange = z.object({
  id: z.uuid(),
  organisation: z.string(),
  tail: z.string(),
  /** Of the account before; absent where none was registered. */
  replacesTail: z.string().optional(),
  state: z.enum(['open', 'confirmed', 'refused', 'withdrawn']),
  proposedBy: z.string(),
  proposedAt: z.int(),
  /** The viewer proposed it: another person answers. */
  mine: z.boolean(),
  answeredBy: z.string().optional(),
  answeredAt: z.int().optional(),
  /** What was said to a refusal. */
  words: z.string().optional(),
})
export type ReceivingAccountChange = z.infer<typeof ReceivingAccountChange>

export const ReceivingAccountQuery = z.object({ cursor: z.string().max(80).optional() })
export type ReceivingAccountQuery = z.infer<typeof ReceivingAccountQuery>
/** `GET /receiving-account`: that of the viewer's organisation, what was proposed for it, and what the viewer answers. */
export const ReceivingAccount = z.object({
  organisation: z.string(),
  /** Absent where none is registered. */
  tail: z.string().optional(),
  /** Whose finance answers what the viewer proposes; absent where nobody else handles money there or above. */
  answeredAt: z.string().optional(),
  /** Waits for its answer. */
  open: ReceivingAccountChange.optional(),
  /** What was answered, the latest first, 50 a page. */
  answered: z.array(ReceivingAccountChange),
  nextCursor: z.string().optional(),
  /** Proposals of others that the viewer answers, the earliest first. */
  toAnswer: z.array(ReceivingAccountChange),
})
export type ReceivingAccount = z.infer<typeof ReceivingAccount>

/** `GET /receiving-account-changes/:id`: the number in clear for whoever answers it; the look is logged. */
export const ReceivingAccountChangeDetail = ReceivingAccountChange.extend({
  accountNumber: z.string(),
  /** The number stands in clear. */
  clear: z.boolean(),
  /** The viewer answers it. */
  answers: z.boolean(),
})
export type ReceivingAccountChangeDetail = z.infer<typeof ReceivingAccountChangeDetail>
