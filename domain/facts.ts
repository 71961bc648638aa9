/** What is known of one claim, and what the assessment finds in it. */
import type { EvidenceBasis } from './certificateEvidence.ts'
import type { Instant, PlainDate } from './dates.ts'
import type { Fen } from './money.ts'
import type { Channel, Citation, FilingAuthority, Level, Material, Payee } from './policy.ts'

/** What is known of one claim. `undefined` = nobody has said yet; it is never taken for a no. */
export type Facts = {
  readonly channel: Channel
  /** First receipt of the worker's filing (R2); in the pre-check, now. */
  readonly receivedAt?: Instant
  /** When the filing point sent it on: shown, never decides (R2). */
  readonly forwardedAt?: Instant
  readonly certificate: {
    readonly level?: Level
    readonly occupationCode?: string
    readonly occupationName?: string
    /** As written; an impossible day is a finding, not an exception. */
    readonly issuedOn?: string
    readonly filingAuthority?: FilingAuthority
    /** false: the body that printed it has not filed it with any authority. */
    readonly filed?: boolean
    /** undefined: not asked yet; empty: asked and left out. */
    readonly number?: string
  }
  readonly membership: {
    readonly member?: boolean
    readonly shanghaiUnion?: boolean
    readonly since?: PlainDate
    readonly memberCard?: 'valid' | 'invalid' | 'notActivated' | 'none'
  }
  readonly competition?: {
    readonly onRoster?: boolean
    readonly year?: number
    readonly cityLevel?: boolean
    readonly keyProject?: boolean
    readonly certificateFromIt?: boolean
  }
  /** `several`: both cards named; `thirdParty`: not the applicant's own. */
  readonly payee?: Payee | 'several' | 'none' | 'thirdParty'
  /** true = there, false = missing at the step that needs it, undefined = not asked yet. */
  readonly materials: { readonly [M in Material]?: boolean }
  readonly register?: RegisterAnswer
  /** The day of a letter of inquiry about the certificate that has no reply yet. */
  readonly inquiredOn?: PlainDate
  /** Certificate numbers with an award (any year, any channel) or another live application, as written there. */
  readonly takenNumbers?: readonly string[]
}

export type RegisterAnswer =
  | { readonly outcome: 'unavailable' }
  | {
      readonly outcome: 'notFound'
      /** When it was asked; absent: at receipt. Decides whether the register may still be late (R16). */
      readonly askedAt?: Instant
    }
  | {
      readonly outcome: 'found'
      /** Absent: the authority's site. */
      readonly basis?: EvidenceBasis
      readonly valid?: boolean
      readonly holderMatches?: boolean
      readonly level?: Level
      readonly occupationCode?: string
      readonly occupationName?: string
      readonly issuedOn?: string
      /** The number this certificate replaces (R19). */
      readonly replaces?: string
    }

export type FindingOutcome = 'met' | 'unmet' | 'unknown'
/** What follows when it is not met: refused, sent back to the worker, decided by a person, waits for an outside answer, or simply comes later. */
export type Consequence = 'refuse' | 'return' | 'person' | 'wait' | 'later'

export type Finding = Citation & {
  /** Stable code of the condition, e.g. `issueDate`, `occupation`, `filingAuthority`. */
  readonly condition: string
  readonly outcome: FindingOutcome
  /** Only where outcome is not met. */
  readonly consequence?: Consequence
  /** Our sentence, Chinese, for the screen: 2025年11月20日发证，在期限内. */
  readonly says: string
  /** 怎么办, where not met. */
  readonly advice?: string
  readonly reading?: string
}

export type Verdict = true | false | 'needs-material' | 'pending'

export type Assessment = {
  readonly verdict: Verdict
  /** 0 when refused, undefined while undecided. */
  readonly amountFen?: Fen
  /** The amount the level would bring, whatever the verdict. */
  readonly amountIfMetFen?: Fen
  /** The category of clause 一 it falls under. */
  readonly category?: string
  readonly findings: readonly Finding[]
  /** Channels by which this certificate could be claimed, the asked one included when it may. */
  readonly openChannels: readonly Channel[]
  /** Clauses the verdict rests on. */
  readonly clauses: readonly string[]
  /** The reading the verdict turns on, if one. */
  readonly reading?: string
}

/** Questions left to a person: passing over them takes words. */
export const openQuestions = <
  F extends { readonly outcome: FindingOutcome; readonly consequence?: Consequence | undefined },
>(
  findings: readonly F[],
): F[] =>
  findings.filter(
    ({ outcome, consequence }) => outcome !== 'met' && (consequence === 'person' || consequence === 'return'),
  )
