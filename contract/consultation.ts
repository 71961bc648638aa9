/** 咨询: a caller proves themselves, hears how their case stands, and what was said is noted. */
import { z } from 'zod'
import { applicationStates } from '../domain/application.ts'
import { Id } from './id.ts'

/**
 * `PUT /consultations/:id`: what the caller said. A receipt number alone tells how that case stands and nothing of whose
 * it is; two facts that agree (receipt number, ID number, the phone they sign in with) tell the caller's own cases.
 */
export const LookUp = z.object({
  receiptNumber: z.string().trim().max(20).optional(),
  idNumber: z.string().trim().max(24).optional(),
  phone: z.string().trim().max(20).optional(),
})
export type LookUp = z.infer<typeof LookUp>

export const proofs = ['receipt', 'receiptPhone', 'receiptId', 'idPhone', 'receiptIdPhone'] as const
export type Proof = (typeof proofs)[number]

const Cited = z.object({ text: z.string(), clause: z.string(), quote: z.string() })

/** One case as it may be told on the phone: masked values only, no pictures, no account number. */
export const ToldCase = z.object({
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  state: z.enum(applicationStates),
  stateTitle: z.string(),
  receivedAt: z.int(),
  levelTitle: z.string(),
  occupationName: z.string(),
  amountFen: z.int(),
  /** In whose hands, until when, in the words the worker reads. */
  holder: z.object({ name: z.string(), dueOn: z.string().optional(), says: z.string() }),
  steps: z.array(
    z.object({
      title: z.string(),
      holder: z.string(),
      status: z.enum(['done', 'current', 'ahead']),
      doneAt: z.int().optional(),
      dueOn: z.string().optional(),
      clause: z.string(),
      quote: z.string(),
    }),
  ),
  /** What the worker can do next, each a sentence. */
  next: z.array(z.string()),
  /** Why it was returned or declined. */
  reasons: z.array(Cited),
  /** Only for a caller who has proven whose case it is. */
  person: z
    .object({ name: z.string(), idNumber: z.string(), phone: z.string(), words: z.string().optional() })
    .optional(),
  /** Earlier calls about it; only for a caller who has proven whose case it is. */
  notes: z.array(
    z.object({ id: z.uuid(), at: z.int(), by: z.string(), asked: z.string(), answered: z.string(), here: z.boolean() }),
  ),
})
export type ToldCase = z.infer<typeof ToldCase>

export const ConsultationView = z.object({
  id: z.uuid(),
  at: z.int(),
  proof: z.enum(proofs),
  cases: z.array(ToldCase),
})
export type ConsultationView = z.infer<typeof ConsultationView>

/** `PUT /consultations/:id/notes/:noteId`. */
export const WriteCallNote = z.object({
  applicationId: Id,
  asked: z.string().trim().min(2).max(300),
  answered: z.string().trim().min(2).max(600),
})
export type WriteCallNote = z.infer<typeof WriteCallNote>

/** `GET /applications/:id/call-notes`: for the service centre. */
export const CallNotes = z.object({
  notes: z.array(z.object({ id: z.uuid(), at: z.int(), by: z.string(), asked: z.string(), answered: z.string() })),
})
export type CallNotes = z.infer<typeof CallNotes>
