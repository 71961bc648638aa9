/** Notices issued anew, the order of transfers, money passed on to unions below. All sums in fen. */
import { z } from 'zod'
import { Id } from './id.ts'
import { NoticeStage } from './payments.ts'

/** `PUT /allocation-notices/:id/reissue/:newId`: takes awards off; the rest stand in the new revision, if any are left. */
export const Reissue = z.object({
  takeOff: z.array(Id).min(1).max(500),
  words: z.string().trim().min(2).max(500),
})
export type Reissue = z.infer<typeof Reissue>
/** The new revision; absent where nobody was left. */
export const Reissued = z.object({ noticeId: z.uuid().optional() })
export type Reissued = z.infer<typeof Reissued>

export const QueueEntry = z.object({
  place: z.int(),
  district: z.string(),
  number: z.string(),
  lineCount: z.int(),
  totalFen: z.int(),
  confirmedAt: z.int(),
  stage: NoticeStage,
  releasedAt: z.int().optional(),
  /** The viewer's own union. */
  own: z.boolean(),
  /** For who may open it. */
  noticeId: z.uuid().optional(),
})
export type QueueEntry = z.infer<typeof QueueEntry>
/** `GET /transfer-queue`: the order 先到先发 of the newest policy, the same for every union. */
export const TransferQueue = z.object({
  /** Every confirmation that was taken, by place; those of superseded notices too. */
  entries: z.array(QueueEntry),
  /** The viewer's first place that waits, and how many before it wait as well. */
  own: z.object({ place: z.int(), before: z.int() }).optional(),
  /** How many were transferred, and the places that were transferred or confirmed before a lower one. */
  released: z.int(),
  outOfOrder: z.array(z.object({ place: z.int(), before: z.int() })),
})
export type TransferQueue = z.infer<typeof TransferQueue>

/** `PUT /onward-transfers/:id`: money of these awards to the union below that their workers are of (转拨). */
export const MakeOnward = z.object({
  unionId: Id,
  awardIds: z.array(Id).min(1).max(2000),
  voucherNumber: z.string().trim().min(1).max(40),
})
export type MakeOnward = z.infer<typeof MakeOnward>
/** What lies with the viewer's union, by the union next below that it can be passed to. */
export const OnwardGroup = z.object({
  unionId: z.uuid(),
  union: z.string(),
  /** Absent where it has no receiving account, and nothing can be passed to it. */
  accountTail: z.string().optional(),
  /** The number whole, for whose task the transfer is. */
  receivingAccount: z.string().optional(),
  count: z.int(),
  totalFen: z.int(),
  /** The first 2,000. */
  awardIds: z.array(z.uuid()),
})
export type OnwardGroup = z.infer<typeof OnwardGroup>
export const OnwardTransfer = z.object({
  id: z.uuid(),
  from: z.string(),
  to: z.string(),
  /** To the viewer's union; otherwise from it, or seen by the city. */
  incoming: z.boolean(),
  lineCount: z.int(),
  totalFen: z.int(),
  voucherNumber: z.string(),
  /** Of the account it was made for. */
  accountTail: z.string().optional(),
  /** The union below has another account since: it is dropped and made anew. */
  accountChanged: z.literal(true).optional(),
  madeBy: z.string(),
  madeAt: z.int(),
  releasedBy: z.string().optional(),
  releasedAt: z.int().optional(),
  droppedAt: z.int().optional(),
  receivedOn: z.string().optional(),
  receiptNumber: z.string().optional(),
  receiptScanFileId: z.uuid().optional(),
  payDueOn: z.string().optional(),
  paidCount: z.int(),
})
export type OnwardTransfer = z.infer<typeof OnwardTransfer>
/** `GET /onward-transfers`, of all or of one notice; the last 200 transfers, newest first. */
export const OnwardQuery = z.object({ noticeId: Id.optional() })
export type OnwardQuery = z.infer<typeof OnwardQuery>
export const Onward = z.object({ groups: z.array(OnwardGroup), transfers: z.array(OnwardTransfer) })
export type Onward = z.infer<typeof Onward>
