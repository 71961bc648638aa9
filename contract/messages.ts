/** Messages: what a worker and an office are told, the words they are told in, and what could not be delivered. */
import { z } from 'zod'
import { longestWords, messageKinds } from '../domain/messages.ts'
import { Id } from './id.ts'

/** How a text message fares; absent where none is sent. `delivered` only when the gateway has confirmed it. */
const SmsState = z.enum(['onItsWay', 'delivered', 'notDelivered', 'notSent'])

export const MyMessages = z.object({
  messages: z.array(
    z.object({
      id: z.uuid(),
      at: z.int(),
      title: z.string(),
      body: z.string(),
      /** What it is about, one of the two; the number is its own. */
      applicationId: z.uuid().optional(),
      objectionId: z.uuid().optional(),
      receiptNumber: z.string(),
      read: z.boolean(),
      sms: SmsState.optional(),
    }),
  ),
  nextCursor: z.string().optional(),
})
export type MyMessages = z.infer<typeof MyMessages>
/** Counted up to 100. */
export const Unread = z.object({ unread: z.int() })
export type Unread = z.infer<typeof Unread>
export const ReadMessages = z.object({ ids: z.array(Id).max(50) })
export const MessagesQuery = z.object({ cursor: z.string().max(200).optional() })

export const OfficeMessages = z.object({
  messages: z.array(
    z.object({
      id: z.uuid(),
      kind: z.enum(messageKinds),
      /** The newest case in it. */
      at: z.int(),
      onDay: z.string(),
      title: z.string(),
      body: z.string(),
      caseCount: z.int(),
      /** How many of them are new to this account. */
      unreadCases: z.int(),
      /** Whether its cases are listed one by one. */
      listed: z.boolean(),
    }),
  ),
  nextCursor: z.string().optional(),
})
export type OfficeMessages = z.infer<typeof OfficeMessages>
export const OfficeMessageCases = z.object({
  cases: z.array(z.object({ id: z.uuid(), receiptNumber: z.string() })),
  nextCursor: z.string().optional(),
})
export type OfficeMessageCases = z.infer<typeof OfficeMessageCases>
/** With how many cases each was seen: what comes on the same day later is news again. */
export const ReadOfficeMessages = z.object({
  seen: z.array(z.object({ id: Id, caseCount: z.int().min(0) })).max(50),
})
export type ReadOfficeMessages = z.infer<typeof ReadOfficeMessages>

/** What the top of every desk shows. */
export const DeskNotices = z.object({
  /** Counted up to 100. */
  unread: z.int(),
  /** The last batch is announced, and this desk holds cases that it still has to take. */
  lastBatch: z.object({ number: z.int(), closesOn: z.string() }).optional(),
  /** The centre's desk: no working days are known for this year, so nobody is reminded of what falls into it. */
  calendarMissing: z.int().optional(),
  /** The centre's desk: text messages that were given up. Counted up to 100. */
  undelivered: z.int().optional(),
  /** The desks of finance: receiving accounts that others registered and the viewer answers. */
  accountsToAnswer: z.int().optional(),
  /** The desks of who pays and who approves: what waits for the viewer's own word. Each counted up to 100. */
  secondLooks: z
    .object({
      /** Batches a colleague made, to be released. */
      batches: z.int(),
      /** Accounts proposed for awards that this payer pays. */
      payees: z.int(),
      /** Corrections proposed, and money recorded as paid back, by somebody else. */
      corrections: z.int(),
      /** Surplus that a colleague hands back, and surplus on its way here. */
      surplus: z.int(),
    })
    .optional(),
})
export type DeskNotices = z.infer<typeof DeskNotices>

const words = {
  title: z
    .string()
    .trim()
    .max(longestWords.title * 2),
  body: z
    .string()
    .trim()
    .max(longestWords.body * 2),
  sms: z
    .string()
    .trim()
    .max(longestWords.sms * 2)
    .optional(),
}
export const MessageWordsList = z.object({
  words: z.array(
    z.object({
      kind: z.enum(messageKinds),
      ...words,
      revision: z.int(),
      changedAt: z.int(),
      /** Absent: as the policy's folder has them. */
      changedBy: z.string().optional(),
      /** Earlier ones, newest first, at most ten. */
      earlier: z.array(z.object({ ...words, revision: z.int(), changedAt: z.int(), changedBy: z.string().optional() })),
    }),
  ),
})
export type MessageWordsList = z.infer<typeof MessageWordsList>
/** `PUT /api/v1/message-words/:kind`; `revision` is the one they were changed from. */
export const ChangeWords = z.object({ ...words, revision: z.int() })
export type ChangeWords = z.infer<typeof ChangeWords>
export const WordsKind = z.object({ kind: z.enum(messageKinds) })

export const Undelivered = z.object({
  messages: z.array(
    z.object({
      id: z.uuid(),
      kind: z.enum(messageKinds),
      applicationId: z.uuid().optional(),
      receiptNumber: z.string(),
      /** Machine time. */
      givenUpAt: z.int(),
      why: z.enum(['refused', 'noReceipt', 'unreachable', 'noPhone']),
    }),
  ),
  nextCursor: z.string().optional(),
  /** No gateway is set up: messages stay in the app. */
  noGateway: z.boolean(),
})
export type Undelivered = z.infer<typeof Undelivered>

/** `PUT /api/v1/filing-batches/:id/announcements/:announcementId`: it is the last, and when it is to close. */
export const AnnounceLastBatch = z.object({ closesOn: z.iso.date() })
export const Announced = z.object({ closesOn: z.string() })
