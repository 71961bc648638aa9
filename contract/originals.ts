/** Originals that a district union seals and keeps (四.一.2, 四.一.3): which have come, which are sealed, in which box. */
import { z } from 'zod'
import { applicationStates } from '../domain/application.ts'
import { filingAuthorities, levels } from '../domain/policy.ts'
import { Id } from './id.ts'

const PaperStage = z.enum(['waiting', 'arrived', 'sealed'])
export const OriginalsQuery = z.object({
  /** A filing batch; without it the newest. */
  batch: Id.optional(),
  stage: PaperStage.default('waiting'),
  /** A receipt number, or a box: whichever batch they came with. */
  find: z.string().trim().max(200).optional(),
  cursor: z.string().max(40).optional(),
  /** For printing: up to 500 lines instead of a page. */
  whole: z.literal('yes').optional(),
})
export type OriginalsQuery = z.infer<typeof OriginalsQuery>

export const PaperItem = z.object({
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  occupationName: z.string(),
  baseUnion: z.string(),
  filingAuthority: z.enum(filingAuthorities),
  batchNumber: z.int().optional(),
  stage: PaperStage,
  /** Second review has passed it: it may be sealed. Otherwise `whereabouts` says where it is. */
  reviewed: z.boolean(),
  whereabouts: z.string(),
  state: z.enum(applicationStates),
  reviewedOn: z.string().optional(),
  arrivedOn: z.string().optional(),
  sealedOn: z.string().optional(),
  box: z.string().optional(),
})
export type PaperItem = z.infer<typeof PaperItem>
export const OriginalsPage = z.object({
  batch: z.object({ id: z.uuid(), number: z.int() }).optional(),
  items: z.array(PaperItem),
  nextCursor: z.string().optional(),
  /** Of the batch, counted up to 5,000; `more` beyond. */
  counts: z.object({ waiting: z.int(), arrived: z.int(), sealed: z.int(), more: z.boolean() }),
})
export type OriginalsPage = z.infer<typeof OriginalsPage>

/** `PUT /api/v1/originals/arrivals`: what a scanner typed, or a receipt number. Again is harmless. */
export const Arrive = z.object({ scanned: z.string().trim().min(1).max(500) })
export type Arrive = z.infer<typeof Arrive>
export const Arrived = z.object({ item: PaperItem, already: z.boolean() })
export type Arrived = z.infer<typeof Arrived>

const applicationIds = z.array(Id).min(1).max(200)
const box = z.string().trim().min(1).max(20)
/** `PUT /api/v1/originals/sealings/:id`: all of them or none. */
export const SealOriginals = z.object({
  applicationIds,
  sealedOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  box,
})
export type SealOriginals = z.infer<typeof SealOriginals>
/** `PUT /api/v1/originals/moves/:id`: sealed ones go to another box. */
export const MoveOriginals = z.object({ applicationIds, box })
export type MoveOriginals = z.infer<typeof MoveOriginals>
export const OriginalsDone = z.object({ count: z.int() })
export type OriginalsDone = z.infer<typeof OriginalsDone>
