/** A filing point enters what stands on workers' paper forms; a worker links such a claim to the phone that stands on it. */
import { z } from 'zod'
import { applicationStates } from '../domain/application.ts'
import { Filed } from './applications.ts'
import { DraftForm } from './form.ts'
import { Id } from './id.ts'
import { UnitFacts } from './people.ts'

/** The consent that the worker gave on paper: when, and the scan that shows it, which may be the stamped form itself. */
export const PaperConsent = z.object({
  consentedOn: z.string().max(20).optional(),
  scanId: Id.optional(),
  scanIs: z.enum(['consent', 'stampedForm']).optional(),
})
export type PaperConsent = z.infer<typeof PaperConsent>

/** `PUT /entries/:id`: one row as typed so far; its id is made by the screen and becomes the application's. */
export const SaveEntry = z.object({
  /** The version this was typed on; 0 for the first save. A later one in between is `draft.stale`. */
  version: z.int().min(0),
  /** `baseUnionId` is needed: it says under which of the point's unions the row stands. */
  form: DraftForm,
  paper: PaperConsent,
  /** Its row in the grid of its union; rows are listed in this order. */
  place: z.int().min(0).max(1_000_000).default(0),
})
export type SaveEntry = z.infer<typeof SaveEntry>

export const EntryView = z.object({
  id: z.uuid(),
  version: z.int(),
  updatedAt: z.int(),
  form: DraftForm,
  paper: PaperConsent,
  place: z.int(),
  /** Set when it corrects a claim that was entered. */
  correcting: z.object({ receiptNumber: z.string(), state: z.enum(applicationStates), version: z.int() }).optional(),
})
export type EntryView = z.infer<typeof EntryView>

/** `GET /entries/unions`: the base unions that the point serves today. */
export const ServedUnions = z.object({
  unions: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      /** The employer below it, where one is registered. */
      unit: z.string().optional(),
      district: z.string(),
      rows: z.int().describe('Rows typed and not filed'),
      facts: UnitFacts.optional(),
    }),
  ),
})
export type ServedUnions = z.infer<typeof ServedUnions>

/** `GET /entries?union=`: the rows of one union in the order in which they were begun, and what was entered for it last. */
export const EntryList = z.object({
  rows: z.array(EntryView),
  entered: z.array(Filed.extend({ name: z.string(), state: z.enum(applicationStates) })),
})
export type EntryList = z.infer<typeof EntryList>

/** `POST /entered-claims`: what stands on the slip and on the form; the phone is that of who is signed in. */
export const LinkClaim = z.object({ receiptNumber: z.string().max(40), idNumber: z.string().max(40) })
export type LinkClaim = z.infer<typeof LinkClaim>
export const Linked = z.object({ id: z.uuid() })
export type Linked = z.infer<typeof Linked>
