/**
 * The closed vocabulary of a policy. Code knows these kinds; `policies/<year>/` combines them. A key outside this
 * vocabulary is refused by the loader (`policyFile.ts`).
 */
import type { Fen } from './money.ts'
import {
  addDays,
  addWorkingDays,
  shanghaiDate,
  UnknownYear,
  type Instant,
  type PlainDate,
  type WorkingCalendar,
} from './dates.ts'
import type { Facts, Verdict } from './facts.ts'

/** National eight-level order, lowest first; the notice pays from seniorWorker up. */
export const levels = [
  'apprentice',
  'juniorWorker',
  'intermediateWorker',
  'seniorWorker',
  'technician',
  'seniorTechnician',
  'specialTechnician',
  'chiefTechnician',
] as const
export type Level = (typeof levels)[number]

/** With whom the certificate is filed (备案), not who printed it. */
export const filingAuthorities = [
  'shanghai', // 上海市人力资源和社会保障局（市人社局）
  'jiangsu',
  'zhejiang',
  'anhui',
  'industry', // 国家相关行业主管部门
  'ministry', // 人力资源和社会保障部 itself: the notice names it nowhere (R20)
  'otherProvince',
] as const
export type FilingAuthority = (typeof filingAuthorities)[number]

export const channels = ['unit', 'individual', 'collective'] as const
export type Channel = (typeof channels)[number]

export const stepKinds = [
  'hrOpinion',
  'firstReview',
  'forwarding',
  'secondReview',
  'automaticChecks',
  'roster',
  'verification',
  'finalApproval',
] as const
export type StepKind = (typeof stepKinds)[number]

export const materials = ['applicationForm', 'idCopy', 'certificateCopy', 'cardCopy', 'unionSeal', 'hrSeal'] as const
export type Material = (typeof materials)[number]

export const payees = ['memberCard', 'bankCard'] as const
export type Payee = (typeof payees)[number]

/** What a rule rests on: a clause of the notice and its literal words. */
export type Citation = { readonly clause: string; readonly quote: string }

export type Clause = {
  /** Numbered after the notice's own headings: `一`, `一.1` … `四.三`, `附件`. */
  readonly id: string
  readonly title: string
  /** Verbatim. */
  readonly text: string
}

export type Category = Citation & {
  readonly id: string
  readonly title: string
  readonly levels: readonly Level[]
  readonly filingAuthorities: readonly FilingAuthority[]
  /** true: only the policy's listed occupations. */
  readonly listedOccupationsOnly: boolean
  /** true: only people on the roster of a key competition of the policy's year. */
  readonly competition: boolean
}

export type Occupation = { readonly code: string; readonly name: string; readonly addedThisYear: boolean }

export type Step = Citation & {
  readonly kind: StepKind
  /** The word on every screen: 初审. */
  readonly title: string
  /** What happens in it, for the worker: 单位工会核对、盖章. */
  readonly says: string
  /** The step is taken only for certificates filed with one of these; absent: always. */
  readonly onlyFor?: readonly FilingAuthority[]
  /** A reminder is due after so many working days: ours, not the notice's. */
  readonly remindAfterWorkingDays?: number
  /** Due so many calendar days after the filing batch closes. Flags, never decides. */
  readonly dueDaysAfterBatchClose?: number
}

export type ChannelRules = Citation & {
  readonly id: Channel
  readonly title: string
  readonly filingAuthorities: readonly FilingAuthority[]
  /** Categories that may be claimed by this channel; R6. */
  readonly categories: readonly string[]
  /** The reading that lets a category in where the notice's words leave it open: R5. */
  readonly readingOfCategory?: { readonly [category: string]: string }
  /** false: a roster, whose closing day is set per competition (R7). */
  readonly boundToWindow: boolean
  readonly requiresValidMemberCard: boolean
  /** What it rests on that a valid member card is needed; only where it is. */
  readonly memberCard?: Citation
  readonly payees: readonly Payee[]
  /** The choice of one payee, where the form offers two. */
  readonly payeeChoice?: Citation
  /** How the certificate is verified in this channel. */
  readonly verification: Citation
  readonly steps: readonly Step[]
  readonly materials: readonly (Citation & {
    readonly material: Material
    readonly title: string
    readonly onlyFor?: readonly FilingAuthority[]
    /** At which step it must be there; absent: at filing. */
    readonly atStep?: StepKind
  })[]
  readonly payment: Citation & {
    readonly route: 'viaUnions' | 'fromCity'
    readonly dueDaysAfterReceipt?: number
    readonly dueWorkingDaysAfterWindow?: number
  }
  /** How one gets in, in the words of the notice. */
  readonly entry: Citation
  readonly bring: readonly string[]
}

export type Contact = {
  readonly channels: readonly Channel[]
  readonly names: string
  readonly phone: string
  readonly extension?: string
  readonly address?: string
}

/** What the notice leaves open, how it is read, and who may read it otherwise. */
export type Reading = {
  readonly id: string
  readonly clause: string
  readonly question: string
  readonly answer: string
  /** Machine value where a rule turns on it. */
  readonly value?: string | number | boolean
  readonly options?: readonly (string | number | boolean)[]
  readonly decidedBy: string
}

export const dataClasses = ['public', 'internal', 'personal', 'sensitive'] as const
export type DataClass = (typeof dataClasses)[number]

export type FormField = {
  readonly key: string
  readonly label: string
  readonly kind:
    | 'text'
    | 'choice'
    | 'date'
    | 'number'
    | 'idNumber'
    | 'phone'
    | 'certificateNumber'
    | 'account'
    | 'occupation'
    | 'organisation'
    | 'derived'
    | 'file'
  readonly class: DataClass
  /** How long after the application ends: `application` = with the application record, `voucher` = accounting vouchers. */
  readonly retention: 'draft' | 'application' | 'attachments' | 'voucher'
  readonly required: boolean
  readonly hint?: string
  readonly maxLength?: number
  /** `printed`: the option of the annex box that the choice marks, in its printed words. */
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly printed?: string }[]
  /** Id of the box of the printed annex it fills. */
  readonly box?: string
  /** Asked only when another field holds this value. */
  readonly onlyIf?: { readonly field: string; readonly value: string }
  /** The material a file counts as. */
  readonly material?: Material
}
/** A box of the printed annex, in its printed words. */
export type FormBox = { readonly id: string; readonly label: string; readonly options?: readonly string[] }
export type Consent = { readonly id: string; readonly title: string; readonly text: string }
export type FormStep = { readonly id: string; readonly title: string; readonly fields: readonly FormField[] }

export type DeclineReason = Citation & {
  readonly id: string
  readonly text: string
  readonly outcome: 'decline' | 'return'
  readonly steps: readonly StepKind[]
}

export type SurveyQuestion = {
  readonly id: string
  readonly text: string
  readonly kind: 'yuanPerMonth' | 'choice'
  readonly choices?: readonly string[]
}

/** A worked case that the loader judges anew each time the policy is read. */
export type Example = {
  readonly id: string
  readonly title: string
  readonly facts: Facts
  readonly verdict: Verdict
  /** 0 when refused, absent while undecided. */
  readonly amountFen?: Fen
}

export type Policy = {
  readonly id: string
  readonly year: number
  readonly revision: number
  readonly title: string
  readonly issuer: string
  readonly issuedOn: PlainDate
  /** The notice, verbatim, for the public page. */
  readonly notice: string
  readonly clauses: readonly Clause[]
  readonly window: Citation & {
    readonly opensOn: PlainDate
    readonly closesOn: PlainDate
    /** [opensAt, closedAt): the first and the first-not-any-more instants. */
    readonly opensAt: Instant
    readonly closedAt: Instant
  }
  readonly issueDates: Citation & { readonly from: PlainDate; readonly to: PlainDate }
  readonly membership: Citation
  readonly amounts: Citation & {
    readonly byLevel: { readonly [L in Level]?: Fen }
    /** The few words of the quote that set one level's amount: 技师资助1000元. */
    readonly quoteByLevel: { readonly [L in Level]?: string }
  }
  readonly oncePerCertificate: Citation
  readonly categories: readonly Category[]
  readonly occupations: readonly Occupation[]
  readonly occupationsCitation: Citation
  readonly channels: readonly ChannelRules[]
  readonly contacts: readonly Contact[]
  readonly reasons: readonly DeclineReason[]
  /** Limits of our own, which no clause sets. */
  readonly ours: {
    readonly reReviewWorkingDays: number
    /** Objections of one account under this policy. */
    readonly objectionsPerAccount: number
    /** So long a certificate waits for who objected and was found right. */
    readonly objectionFilingWorkingDays: number
  }
  readonly form: {
    readonly title: string
    readonly steps: readonly FormStep[]
    readonly boxes: readonly FormBox[]
    readonly declaration: string
    readonly consents: readonly Consent[]
  }
  readonly survey: { readonly intro: string; readonly questions: readonly SurveyQuestion[] }
  readonly readings: readonly Reading[]
  readonly examples: readonly Example[]
  readonly calendar: WorkingCalendar
}

export const levelTitles: { readonly [L in Level]: string } = {
  apprentice: '学徒工',
  juniorWorker: '初级工',
  intermediateWorker: '中级工',
  seniorWorker: '高级工',
  technician: '技师',
  seniorTechnician: '高级技师',
  specialTechnician: '特级技师',
  chiefTechnician: '首席技师',
}

export const filingAuthorityTitles: { readonly [A in FilingAuthority]: string } = {
  shanghai: '上海市人社局',
  jiangsu: '江苏省人社厅',
  zhejiang: '浙江省人社厅',
  anhui: '安徽省人社厅',
  industry: '国家行业主管部门',
  ministry: '人力资源社会保障部',
  otherProvince: '其他省市人社部门',
}

/** 证书类型 as the annex groups it: 通用（上海） / 苏浙皖 / 行业特有 (R22: a fact of the certificate). */
export type CertificateKind = 'common' | 'neighbourProvince' | 'industrySpecific' | 'other'
export function certificateKind(authority: FilingAuthority): CertificateKind {
  if (authority === 'shanghai') return 'common'
  if (authority === 'industry') return 'industrySpecific'
  return authority === 'jiangsu' || authority === 'zhejiang' || authority === 'anhui' ? 'neighbourProvince' : 'other'
}

/** 四.一.3: 行业特有 and 苏浙皖 (treated alike); `wants_copies` in the database says the same. */
export const copiedOn = (authority: FilingAuthority): boolean =>
  ['industrySpecific', 'neighbourProvince'].includes(certificateKind(authority))

/** @throws {Error} for a channel the policy does not have: a programming error, as the loader demands all three. */
export function channelRules(policy: Policy, channel: Channel): ChannelRules {
  const rules = policy.channels.find((candidate) => candidate.id === channel)
  if (!rules) throw new Error(`policy ${policy.id} has no channel ${channel}`)
  return rules
}

/** The steps one certificate goes through in a channel, in order. */
export const stepsOf = (rules: ChannelRules, authority: FilingAuthority): readonly Step[] =>
  rules.steps.filter((step) => !step.onlyFor || step.onlyFor.includes(authority))

/**
 * The day a step should be done by: so many days after its filing batch closes, or our reminder. Flags, never decides
 * (R11). A reminder that falls into a year without a calendar has no day yet: nobody's list stands still for that.
 */
export function stepDueOn(
  calendar: WorkingCalendar,
  { dueDaysAfterBatchClose, remindAfterWorkingDays }: Step,
  waitsSince: PlainDate,
  batchClosedOn: PlainDate | null | undefined,
): PlainDate | undefined {
  if (dueDaysAfterBatchClose !== undefined)
    return batchClosedOn ? addDays(batchClosedOn, dueDaysAfterBatchClose) : undefined
  if (remindAfterWorkingDays === undefined) return undefined
  try {
    return addWorkingDays(calendar, waitsSince, remindAfterWorkingDays)
  } catch (error) {
    if (error instanceof UnknownYear) return undefined
    throw error
  }
}

/** The steps below the district: what waits there too long is shown to it, and it may take over. */
export const belowDistrict: readonly StepKind[] = ['hrOpinion', 'firstReview', 'forwarding']

/**
 * Whether the district may take a step over: it waits below, and our reminder is past. A wait whose reminder has no day
 * stays where it is. The clock decides nothing: somebody does, or nobody.
 */
export function mayTakeOver(calendar: WorkingCalendar, step: Step, waitsSince: PlainDate, today: PlainDate): boolean {
  const dueOn = belowDistrict.includes(step.kind) ? stepDueOn(calendar, step, waitsSince, undefined) : undefined
  return dueOn !== undefined && dueOn < today
}

/** What makes a step overdue today: a batch that closed before a day, or waiting since before a day. */
export type OverdueAt = { readonly step: StepKind } & (
  | { readonly batchClosedBefore: PlainDate }
  | { readonly waitsSinceBefore: PlainDate }
)

/** `stepDueOn` turned round, for counting without looking at each application. */
export function overdueAt(calendar: WorkingCalendar, step: Step, today: PlainDate): OverdueAt | undefined {
  const { kind, dueDaysAfterBatchClose, remindAfterWorkingDays } = step
  if (dueDaysAfterBatchClose !== undefined)
    return { step: kind, batchClosedBefore: addDays(today, -dueDaysAfterBatchClose) }
  if (remindAfterWorkingDays === undefined) return undefined
  let since = today
  // The longest holidays stretch n working days to 3n calendar days; a day without a calendar is not overdue.
  for (let left = 3 * remindAfterWorkingDays + 14; left > 0; left--) {
    const dueOn = stepDueOn(calendar, step, addDays(since, -1), undefined)
    if (dueOn !== undefined && dueOn < today) break
    since = addDays(since, -1)
  }
  return { step: kind, waitsSinceBefore: since }
}

/** The day by which a union that received the money pays it on (四.一.5); undefined where the channel names none. */
export function payDueOn({ payment }: ChannelRules, receivedOn: PlainDate): PlainDate | undefined {
  return payment.dueDaysAfterReceipt === undefined ? undefined : addDays(receivedOn, payment.dueDaysAfterReceipt)
}

/** The last day on which a re-review of what was declined then may be asked for, until 24:00. @throws {UnknownYear} */
export const reReviewEndsOn = ({ calendar, ours }: Policy, declinedAt: Instant): PlainDate =>
  addWorkingDays(calendar, shanghaiDate(declinedAt), ours.reReviewWorkingDays)

/** @throws {Error} for a reading the policy does not have: a programming error, as the loader demands those code turns on. */
export function readingOf(policy: Policy, id: string): Reading {
  const reading = policy.readings.find((candidate) => candidate.id === id)
  if (!reading) throw new Error(`policy ${policy.id} has no reading ${id}`)
  return reading
}

/** The number a reading sets, such as the 20 working days of R16. @throws {Error} where it sets none. */
export function readingNumber(policy: Policy, id: string): number {
  const { value } = readingOf(policy, id)
  if (typeof value !== 'number') throw new Error(`reading ${id} of policy ${policy.id} sets no number`)
  return value
}

/** @throws {Error} for a clause the policy does not have. */
export function clauseOf(policy: Policy, id: string): Clause {
  const clause = policy.clauses.find((candidate) => candidate.id === id)
  if (!clause) throw new Error(`policy ${policy.id} has no clause ${id}`)
  return clause
}
