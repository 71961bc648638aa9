/** 异议: a certificate is taken, and somebody else says it is theirs. */
import { z } from 'zod'
import { applicationStates } from '../domain/application.ts'
import { levels } from '../domain/policy.ts'
import { DraftForm } from './form.ts'
import { Id } from './id.ts'

export const objectionStates = ['open', 'granted', 'rejected'] as const
const State = z.enum(objectionStates)
const Level = z.enum(levels)
const words = z.string().trim().min(1).max(500)
const Picture = z.object({ id: z.uuid(), purpose: z.string(), pageCount: z.int() })

/** `PUT /api/v1/objections/:id`: with the form as the draft of that id has it. */
export const RaiseObjection = z.object({
  draftId: Id,
  words,
  /** Handed in as `objectionEvidence`. */
  files: z.array(Id).min(1).max(5),
})
export type RaiseObjection = z.infer<typeof RaiseObjection>

/** As whoever raised it sees it: never against whom. */
export const ObjectionView = z.object({
  id: z.uuid(),
  receiptNumber: z.string(),
  state: State,
  stateTitle: z.string(),
  /** Where it stands and what to do next. */
  says: z.string(),
  raisedAt: z.int(),
  draftId: z.uuid(),
  certificateNumber: z.string(),
  level: Level,
  occupationName: z.string(),
  words: z.string(),
  files: z.array(Picture),
  answer: z.object({ words: z.string(), at: z.int() }).optional(),
  /** Granted: the claim filed before this instant counts as received when the objection was raised. */
  fileBefore: z.int().optional(),
  filedAs: z.uuid().optional(),
})
export type ObjectionView = z.infer<typeof ObjectionView>

export const MyObjections = z.object({
  objections: z.array(
    ObjectionView.pick({
      id: true,
      receiptNumber: true,
      state: true,
      stateTitle: true,
      says: true,
      raisedAt: true,
      level: true,
      occupationName: true,
      filedAs: true,
    }),
  ),
})
export type MyObjections = z.infer<typeof MyObjections>

export const ObjectionDeskQuery = z.object({
  view: z.enum(['open', 'decided']).default('open'),
  cursor: z.string().max(200).optional(),
})
export type ObjectionDeskQuery = z.infer<typeof ObjectionDeskQuery>
const ObjectionItem = z.object({
  id: z.uuid(),
  receiptNumber: z.string(),
  state: State,
  stateTitle: z.string(),
  raisedAt: z.int(),
  level: Level,
  occupationName: z.string(),
  decidedAt: z.int().optional(),
  decidedBy: z.string().optional(),
})
export const ObjectionPage = z.object({ items: z.array(ObjectionItem), nextCursor: z.string().optional() })
export type ObjectionPage = z.infer<typeof ObjectionPage>

/** Both sides, for who decides between them; the other claim is read as any application is. */
export const ObjectionCase = ObjectionItem.extend({
  words: z.string(),
  /** As it stood when the objection was raised. */
  form: DraftForm,
  files: z.array(Picture),
  /** The claim that has the certificate now, or that it was decided against. */
  claim: z
    .object({
      id: z.uuid(),
      receiptNumber: z.string(),
      state: z.enum(applicationStates),
      stateTitle: z.string(),
      /** Not approved yet: it ends when the objection is granted. */
      ends: z.boolean(),
      sameHolder: z.boolean().describe('Both forms name the same ID number'),
    })
    .optional(),
  permission: z.object({ allowed: z.boolean(), says: z.string().optional() }),
  answer: z.string().optional(),
  approvedAlready: z.boolean().optional(),
  fileBefore: z.int().optional(),
})
export type ObjectionCase = z.infer<typeof ObjectionCase>

/** `PUT /api/v1/objection-desk/:id/decisions/:actionId` */
export const DecideObjection = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('granted'),
    words,
    /** What the other side reads where its claim ends by this. */
    wordsToOther: words.optional(),
  }),
  z.object({ kind: z.literal('rejected'), words }),
])
export type DecideObjection = z.infer<typeof DecideObjection>
export const ObjectionDecided = z.object({ id: z.uuid(), state: State, displaced: z.boolean() })
export type ObjectionDecided = z.infer<typeof ObjectionDecided>
