/** Drafts, filing, the view of one application, its actions, and the desks' queues. */
import { z } from 'zod'
import { cancelCauses } from '../domain/correction.ts'
import { actionKinds, applicationStates } from '../domain/application.ts'
import { evidenceBases } from '../domain/certificateEvidence.ts'
import { failureCodes, payoutStates } from '../domain/payout.ts'
import { filingAuthorities, levels, payees, stepKinds } from '../domain/policy.ts'
import { roles, sealKinds } from '../domain/roles.ts'
import { AssessmentView } from './assessment.ts'
import { DeskView } from './desk.ts'
import { UnmaskReason } from './files.ts'
import { DraftForm } from './form.ts'
import { Id } from './id.ts'

const Level = z.enum(levels)
const State = z.enum(applicationStates)
const StepKind = z.enum(stepKinds)
const FilingAuthority = z.enum(filingAuthorities)
const PlainDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** The draft's id is made by the phone and becomes the application's. */
export const SaveDraft = z.object({
  /** The version this was typed on; 0 for the first save. A later one in between is `draft.stale`. */
  version: z.int().min(0),
  form: DraftForm,
})
export type SaveDraft = z.infer<typeof SaveDraft>
export const DraftView = z.object({
  id: z.uuid(),
  version: z.int(),
  updatedAt: z.int(),
  form: DraftForm,
  /** Set when it corrects an application that was filed. */
  correcting: z.object({ receiptNumber: z.string(), state: State }).optional(),
})
export type DraftView = z.infer<typeof DraftView>
export const DraftList = z.object({
  drafts: z.array(
    z.object({
      id: z.uuid(),
      updatedAt: z.int(),
      level: Level.optional(),
      occupationName: z.string().optional(),
      correcting: z.boolean(),
    }),
  ),
})

/** `PUT /api/v1/applications/:id` files the draft of that id as it stands on the server. */
export const FileApplication = z.object({ draftVersion: z.int().min(1) })
export const Filed = z.object({ id: z.uuid(), receiptNumber: z.string(), receivedAt: z.int() })
export type Filed = z.infer<typeof Filed>

/** What the official register showed when a verifier looked (四.一.4): `PUT /api/v1/applications/:id/checks/:checkId`. */
export const RegisterRecord = z.object({
  /** On what it rests; 函询 names the letter and the day of the reply, and its evidence is the reply. */
  basis: z.enum(evidenceBases).default('site'),
  inquiry: z.object({ id: Id, repliedOn: PlainDay }).optional(),
  source: z.string().trim().min(1).max(80),
  outcome: z.enum(['pass', 'fail', 'noData', 'unavailable']),
  shown: z.object({
    level: Level.optional(),
    occupationCode: z.string().max(20).optional(),
    occupationName: z.string().max(40).optional(),
    issuedOn: z.string().max(10).optional(),
    holderMatches: z.boolean().optional(),
    valid: z.boolean().optional(),
    replaces: z.string().max(40).optional(),
  }),
  evidenceFileId: Id.optional(),
})
export type RegisterRecord = z.infer<typeof RegisterRecord>
/** `PUT /api/v1/applications/:id/inquiries/:inquiryId`: a letter that asks the authority has been sent. */
export const SendInquiry = z.object({
  letterNumber: z.string().trim().min(2).max(40),
  addressedTo: z.string().trim().min(2).max(60),
  sentOn: PlainDay,
})
export type SendInquiry = z.infer<typeof SendInquiry>

const words = z.string().trim().max(500)
/** What the filing point reads off the paper: whose seal, of which day, and the scan that shows it. */
export const PaperSeal = z.object({
  kind: z.enum(sealKinds),
  /** The organisation as its seal has it. */
  whose: z.string().trim().min(2).max(80),
  sealedOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** A scan of the form (`stampedForm`): one's own, or one that the application has already. */
  fileId: Id,
})
export type PaperSeal = z.infer<typeof PaperSeal>
/** `PUT /api/v1/applications/:id/actions/:actionId`; the action's id makes a repeat harmless. */
export const Act = z.intersection(
  z.object({
    expectedVersion: z.int().min(1),
    /** A decision on a colleague's case: whose it is now; it becomes one's own with the decision, and they see it. */
    takesFrom: Id.optional(),
  }),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('amend'), draftVersion: z.int().min(1) }),
    z.object({ kind: z.literal('resubmit'), draftVersion: z.int().min(1) }),
    z.object({ kind: z.literal('withdraw'), words: words.optional() }),
    z.object({
      kind: z.literal('pass'),
      words: words.optional(),
      /** First review only: the union has looked up that the applicant is its member. */
      membershipConfirmed: z.boolean().optional(),
      /** Where a step is passed by another's seal on paper (`recordsSeal`), and only there. */
      seal: PaperSeal.optional(),
    }),
    z.object({ kind: z.literal('return'), reasons: z.array(z.string()).min(1).max(10), words: words.min(1) }),
    z.object({ kind: z.literal('decline'), reasons: z.array(z.string()).min(1).max(10), words: words.min(1) }),
    z.object({ kind: z.literal('undo'), words: words.min(1) }),
    z.object({
      kind: z.literal('requestReReview'),
      words: words.min(1),
      /** Further pictures, handed in as `objectionEvidence`. */
      files: z.array(Id).max(5).optional(),
    }),
    z.object({ kind: z.literal('uphold'), reasons: z.array(z.string()).min(1).max(10), words: words.min(1) }),
    z.object({ kind: z.literal('overturn'), words: words.min(1) }),
    /** 转送: to the base union where it belongs. */
    z.object({ kind: z.literal('redirect'), baseUnionId: Id, words: words.min(1) }),
  ]),
)
export type Act = z.infer<typeof Act>
export const Acted = z.object({ id: z.uuid(), version: z.int(), state: State, step: StepKind.optional() })
export type Acted = z.infer<typeof Acted>

const PermissionView = z.object({ allowed: z.boolean(), why: z.string().optional(), says: z.string().optional() })

export const StepView = z.object({
  kind: StepKind,
  title: z.string(),
  says: z.string(),
  clause: z.string(),
  quote: z.string(),
  status: z.enum(['done', 'current', 'ahead']),
  /** Who has it: the name of the union or office. */
  holder: z.string(),
  doneAt: z.int().optional(),
  dueOn: z.string().optional(),
})

/**
 * It was cancelled; where it had been paid, it stays paid until the money is back. `paidBackOn`: when one of the payer's
 * clerks saw it arrive, while a second one checks that.
 */
const TakenBack = z.object({
  cause: z.enum(cancelCauses),
  payBackTo: z.string().optional(),
  paidBackOn: z.string().optional(),
})

export const ApplicationView = z.object({
  id: z.uuid(),
  receiptNumber: z.string(),
  version: z.int(),
  state: State,
  stateTitle: z.string(),
  step: StepKind.optional(),
  steps: z.array(StepView),
  receivedAt: z.int(),
  returnedUntil: z.string().optional(),
  /** In whose hands it is and until when, in words for the worker. */
  holder: z.object({ name: z.string(), dueOn: z.string().optional(), says: z.string() }),
  level: Level,
  levelTitle: z.string(),
  occupationName: z.string(),
  filingAuthority: FilingAuthority,
  amountFen: z.int(),
  batchNumber: z.int().optional(),
  unions: z.object({
    unit: z.string().optional(),
    baseUnion: z.string(),
    filingPoint: z.string().optional(),
    district: z.string(),
  }),
  /** The form as this viewer may see it: personal values masked unless listed in `clear`. Absent keys are not shown at all. */
  form: DraftForm,
  clear: z.array(z.string()),
  /** `masked`: shown for a stated reason only, by `POST /files/:id/pages/:page`. */
  files: z.array(
    z.object({ id: z.uuid(), purpose: z.string(), pageCount: z.int(), masked: z.literal(true).optional() }),
  ),
  assessment: AssessmentView,
  checks: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      title: z.string(),
      source: z.string(),
      outcome: z.enum(['pass', 'fail', 'noData', 'unavailable']),
      shown: RegisterRecord.shape.shown,
      evidenceFileId: z.uuid().optional(),
      basis: z.enum(evidenceBases).optional(),
      inquiryId: z.uuid().optional(),
      repliedOn: z.string().optional(),
      at: z.int(),
      by: z.string().optional(),
    }),
  ),
  /** Letters of inquiry about the certificate, oldest first; without a reply it is an open fact, never a no. */
  inquiries: z.array(
    z.object({
      id: z.uuid(),
      letterNumber: z.string(),
      addressedTo: z.string(),
      sentOn: z.string(),
      by: z.string(),
      repliedOn: z.string().optional(),
    }),
  ),
  history: z.array(
    z.object({
      seq: z.int(),
      kind: z.enum(actionKinds),
      title: z.string(),
      step: StepKind.optional(),
      at: z.int(),
      role: z.enum(roles),
      by: z.string(),
      words: z.string().optional(),
      documentNumber: z.string().optional(),
      /** Passed by a seal on paper. `counts`: false once a printed box has changed since, or the pass was taken back. */
      seal: PaperSeal.extend({ counts: z.boolean() }).optional(),
      /** redirect: from which base union to which. */
      redirected: z.object({ from: z.string(), to: z.string() }).optional(),
    }),
  ),
  /** Of cases whose copies the district federation sends on (四.一.3). `awaited`: final approval waits for them (R17). */
  copies: z
    .object({
      state: z.enum(['notSent', 'sent', 'missing', 'received']),
      awaited: z.boolean(),
      number: z.string().optional(),
      sentOn: z.string().optional(),
      receivedOn: z.string().optional(),
    })
    .optional(),
  /** For the district that keeps it. */
  original: z.object({ arrivedOn: z.string(), sealedOn: z.string().optional(), box: z.string().optional() }).optional(),
  /** Why it was sent back or declined, with the clause each reason rests on. */
  decision: z
    .object({
      reasons: z.array(z.object({ id: z.string(), text: z.string(), clause: z.string(), quote: z.string() })),
      words: z.string(),
      by: z.string(),
      at: z.int(),
    })
    .optional(),
  /** There was a decline: until when a re-review of it may be asked for, and what became of it. */
  reReview: z
    .object({
      /** The last day, until 24:00; absent where that year's working days are not known, or it was asked for. */
      until: z.string().optional(),
      requested: z.object({ words: z.string(), at: z.int() }).optional(),
      /** Absent until somebody else has decided. */
      outcome: z
        .object({ kind: z.enum(['uphold', 'overturn']), words: z.string(), by: z.string(), at: z.int() })
        .optional(),
    })
    .optional(),
  money: z
    .object({
      documentNumber: z.string(),
      approvedAt: z.int(),
      noticeNumber: z.string().optional(),
      transferredAt: z.int().optional(),
      receivedOn: z.string().optional(),
      payDueOn: z.string().optional(),
      paidOn: z.string().optional(),
      payeeTail: z.string(),
      takenBack: TakenBack.optional(),
    })
    .optional(),
  /** For the worker alone, since final approval: to which card it goes, what was tried, and what they may do. */
  payee: z
    .object({
      kind: z.enum(payees),
      tail: z.string(),
      /** Which kinds of account the channel pays to. */
      kinds: z.array(z.enum(payees)),
      /** On which the payment of the channel rests. */
      clause: z.string(),
      payer: z.string(),
      may: z.object({ same: z.boolean(), another: z.boolean() }),
      /** What left the house, first to last. */
      attempts: z.array(
        z.object({
          id: z.uuid(),
          state: z.enum(payoutStates),
          tail: z.string(),
          code: z.enum(failureCodes).optional(),
          /** When the bank's word on it was recorded. */
          heardAt: z.int().optional(),
          paidOn: z.string().optional(),
        }),
      ),
      /** The last proposal; `current`: about the last attempt. */
      change: z
        .object({
          id: z.uuid(),
          state: z.enum(['open', 'confirmed', 'refused']),
          current: z.boolean(),
          /** The viewer proposed it, and nobody has answered. */
          mayWithdraw: z.boolean(),
          sameAccount: z.boolean(),
          tail: z.string(),
          at: z.int(),
          /** Why it was refused. */
          words: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  permissions: z.partialRecord(z.enum(actionKinds), PermissionView),
  sameCertificateCases: z.int().describe('Certificates that may be the same one; a person decides'),
  /** An objection to its certificate is open since then: nothing is approved before the centre has answered it. */
  objection: z
    .object({
      since: z.int(),
      /** For the centre, which decides it. */
      id: z.uuid().optional(),
    })
    .optional(),
  desk: DeskView.optional().describe('Whose it is at its desk, and whether it is held; for staff'),
})
export type ApplicationView = z.infer<typeof ApplicationView>

export const MyApplications = z.object({
  applications: z.array(
    ApplicationView.pick({
      id: true,
      receiptNumber: true,
      state: true,
      stateTitle: true,
      step: true,
      receivedAt: true,
      returnedUntil: true,
      level: true,
      levelTitle: true,
      occupationName: true,
      amountFen: true,
      holder: true,
    }).extend({ takenBack: TakenBack.optional() }),
  ),
})
export type MyApplications = z.infer<typeof MyApplications>

export const Unmask = z.object({ field: z.enum(['idNumber', 'phone', 'accountNumber']), reason: UnmaskReason })
export const Unmasked = z.object({ value: z.string() })

export const QueueQuery = z.object({
  /**
   * todo = waits at my step; mine = of those, assigned to me; held = of those, on hold; returned, done = seen before;
   * all = everything in my scope; overdueBelow = left undone below past the reminder, for the district to take over.
   */
  view: z.enum(['todo', 'mine', 'held', 'returned', 'done', 'all', 'overdueBelow']).default('todo'),
  kind: z.enum(['common', 'neighbourProvince', 'industrySpecific', 'other']).optional(),
  level: Level.optional(),
  finding: z.enum(['allMet', 'unknown', 'unmet']).optional(),
  /** Whether the papers are all there: the form as it stands, stamped, and the copies that the centre waits for. */
  materials: z.enum(['complete', 'lacking']).optional(),
  batch: z.coerce.number().int().min(1).max(9999).optional(),
  /** The base union it was filed under. */
  union: Id.optional(),
  /** Whose it is; `nobody` for what nobody has taken. */
  officer: z.union([Id, z.literal('nobody')]).optional(),
  /** Receipt number, or the last six digits of a certificate number. */
  find: z.string().trim().max(40).optional(),
  cursor: z.string().max(600).optional(),
})
export type QueueQuery = z.infer<typeof QueueQuery>
export const QueueItem = z.object({
  id: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: Level,
  occupationName: z.string(),
  filingAuthority: FilingAuthority,
  employer: z.string(),
  finding: z.enum(['allMet', 'unknown', 'unmet']),
  state: State,
  step: StepKind.optional(),
  stepTitle: z.string(),
  /** Final approval sent it back from its list, and nobody has decided it since. */
  sentBack: z.boolean(),
  receivedAt: z.int(),
  dueOn: z.string().optional(),
  overdueDays: z.int().optional(),
  amountFen: z.int(),
  version: z.int(),
  assignee: z.object({ id: z.uuid(), name: z.string() }).optional(),
  held: z.boolean(),
})
export type QueueItem = z.infer<typeof QueueItem>
/** Most urgent first at one's own step; otherwise newest first. */
export const QueuePage = z.object({ items: z.array(QueueItem), nextCursor: z.string().optional() })
export type QueuePage = z.infer<typeof QueuePage>
/** `GET /api/v1/queue/counts`: each counted up to 1,000; `more` where one of them goes beyond. */
export const QueueCounts = z.object({
  todo: z.int(),
  mine: z.int(),
  held: z.int(),
  returned: z.int(),
  overdue: z.int(),
  /** Due today or within three days. */
  dueSoon: z.int(),
  /** All met, not held, nobody else's, among the most urgent that were counted: can be passed many at once. */
  clean: z.int(),
  more: z.boolean(),
  /** Cases that others took from me in the last days, newest first. */
  taken: z.array(z.object({ id: z.uuid(), receiptNumber: z.string(), by: z.string(), at: z.int() })),
})
export type QueueCounts = z.infer<typeof QueueCounts>

export const BatchView = z.object({
  id: z.uuid(),
  number: z.int(),
  openedOn: z.string(),
  closedOn: z.string().optional(),
  /** Announced as the last: its planned closing day. */
  lastClosesOn: z.string().optional(),
  reviewDueOn: z.string().optional(),
  applications: z.int(),
  reviewed: z.int(),
})
export const BatchList = z.object({ batches: z.array(BatchView) })
export type BatchList = z.infer<typeof BatchList>
