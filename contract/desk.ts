/** Whose case it is, what is held, lots of clean cases passed at once, and what may be the same person or certificate. */
import { z } from 'zod'
import { applicationStates } from '../domain/application.ts'
import { filingAuthorities, levels, stepKinds } from '../domain/policy.ts'
import { DraftForm } from './form.ts'
import { Id } from './id.ts'

const words = z.string().trim().min(1).max(500)
const Person = z.object({ id: z.uuid(), name: z.string() })

/** Who serves at the same desk: the same office, the same role. */
export const Colleagues = z.object({ colleagues: z.array(Person) })
export type Colleagues = z.infer<typeof Colleagues>

/** What did not go through, by case, with the sentence for a person. */
const LeftOut = z.object({ id: z.uuid(), receiptNumber: z.string(), why: z.string(), says: z.string() })

/**
 * `PUT /api/v1/assignments/:id`: cases go to somebody of the desk, or back to all. `from` names whose it is now, as the
 * screen shows it: a case is never taken from somebody without saying so.
 */
export const Assign = z.object({
  to: Id.nullable(),
  cases: z
    .array(z.object({ id: Id, from: Id.nullable() }))
    .min(1)
    .max(200),
})
export type Assign = z.infer<typeof Assign>
export const Assigned = z.object({ assigned: z.array(z.uuid()), leftOut: z.array(LeftOut) })
export type Assigned = z.infer<typeof Assigned>

/** `PUT /api/v1/applications/:id/holds/:holdId` */
export const Hold = z.object({ reason: words })
/** `PUT /api/v1/applications/:id/holds/:holdId/release`; a colleague says why, the holder need not. */
export const ReleaseHold = z.object({ word: words.optional() })
export const HoldId = z.object({ id: Id, holdId: Id })

/** One turn of a case: who had it before, who has it since, by whose hand. */
export const Turn = z.object({
  at: z.int(),
  by: z.string(),
  to: z.string().optional(),
  from: z.string().optional(),
})
/** How a case lies on its desk; with the application, for staff. */
export const DeskView = z.object({
  assignee: Person.optional(),
  hold: z.object({ id: z.uuid(), by: z.string(), byId: z.uuid(), at: z.int(), reason: z.string() }).optional(),
  turns: z.array(Turn),
})
export type DeskView = z.infer<typeof DeskView>

// Lots --------------------------------------------------------------------------------------------------------------
/** `PUT /api/v1/review-lots/:id`: the machine draws which of these must be looked at before all are passed. */
export const DrawLot = z.object({ cases: z.array(Id).min(1).max(200) })
export const Lot = z.object({
  id: z.uuid(),
  step: z.enum(stepKinds),
  cases: z.array(z.uuid()),
  sample: z.array(z.object({ id: z.uuid(), receiptNumber: z.string(), opened: z.boolean() })),
  leftOut: z.array(LeftOut),
})
export type Lot = z.infer<typeof Lot>
/** `PUT /api/v1/review-lots/:id/passing` */
export const PassLot = z.object({
  /** First review only: the union has looked up that each applicant is its member. */
  membershipConfirmed: z.boolean().optional(),
})
export const LotPassed = z.object({ passed: z.array(z.uuid()), leftOut: z.array(LeftOut) })
export type LotPassed = z.infer<typeof LotPassed>

// Same person, same certificate --------------------------------------------------------------------------------------
const Beside = z.object({
  id: z.uuid(),
  receiptNumber: z.string(),
  state: z.enum(applicationStates),
  stateTitle: z.string(),
  level: z.enum(levels),
  levelTitle: z.string(),
  occupationName: z.string(),
  receivedAt: z.int(),
})
export const ComparisonAnswer = z.object({
  answer: z.enum(['same', 'different']),
  by: z.string(),
  role: z.enum(['unionOfficer', 'districtReviewer', 'verifier']),
  at: z.int(),
  /** Only for who sees both. */
  words: z.string().optional(),
})
export const Kin = z.object({
  /** The same person's other applications that this viewer may see. */
  samePerson: z.array(Beside),
  /** Possible duplicates that this viewer may see, to be compared side by side. */
  alike: z.array(
    Beside.extend({
      baseUnion: z.string(),
      filingAuthority: z.enum(filingAuthorities),
      form: DraftForm,
      certificateFile: z.uuid().optional(),
      /** Keys that differ between the two forms. */
      differs: z.array(z.string()),
      answer: ComparisonAnswer.optional(),
      /** Why this viewer may not answer; absent: they may. */
      closed: z.string().optional(),
    }),
  ),
  /** Possible duplicates out of this viewer's scope. */
  outside: z.int(),
  /** What was said of those out of scope. */
  outsideAnswers: z.array(ComparisonAnswer),
})
export type Kin = z.infer<typeof Kin>

/** `PUT /api/v1/applications/:id/comparisons/:comparisonId` */
export const Compare = z.object({ other: Id, answer: z.enum(['same', 'different']), words })
export type Compare = z.infer<typeof Compare>
export const CompareId = z.object({ id: Id, comparisonId: Id })
export const Compared = z.object({ id: z.uuid(), answer: z.enum(['same', 'different']) })
