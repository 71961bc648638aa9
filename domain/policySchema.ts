/** The shape of each file of a policy's folder: the closed vocabulary of `policy.ts`, as readers. */
import type { Facts, Verdict } from './facts.ts'
import { cited, clauseId, type Clauses } from './citation.ts'
import { instant, plainDate } from './dates.ts'
import { fenFromYuan, type Fen } from './money.ts'
import {
  channels,
  filingAuthorities,
  levels,
  materials,
  payees,
  stepKinds,
  type Category,
  type ChannelRules,
  type Contact,
  type DeclineReason,
  type Example,
  type Occupation,
  type Reading,
} from './policy.ts'
import {
  byAnyKey,
  byKey,
  checked,
  flag,
  integer,
  list,
  listBy,
  listById,
  mapped,
  nonEmpty,
  only,
  oneOf,
  optional,
  plainValue,
  positive,
  record,
  text,
  textAs,
  type Reader,
} from './yamlReading.ts'

const date = textAs('a date that exists, as 2026-06-16', plainDate)
const at = textAs('an instant with its offset, as 2026-07-10T10:00:00+08:00', instant)
const yuan = mapped(
  checked(integer, (value) => (value < 0 || !Number.isSafeInteger(value * 100) ? 'not an amount' : undefined)),
  (value): Fen => fenFromYuan(value),
)
export type ClauseStart = {
  readonly id: string
  readonly title: string
  readonly starts: string
  readonly line: number
}

const starts: Reader<readonly ClauseStart[]> = nonEmpty(
  listById(mapped(record({ id: text, title: text, starts: text }), (value, line) => ({ ...value, line }))),
)
const readAlready: Reader<true> = () => true

const step = (clauses: Clauses) =>
  cited(clauses, {
    kind: oneOf(stepKinds),
    title: text,
    says: text,
    onlyFor: optional(list(oneOf(filingAuthorities))),
    remindAfterWorkingDays: optional(positive),
    dueDaysAfterBatchClose: optional(positive),
  })

const channel = (clauses: Clauses): Reader<ChannelRules> =>
  cited(clauses, {
    id: oneOf(channels),
    title: text,
    filingAuthorities: nonEmpty(list(oneOf(filingAuthorities))),
    categories: nonEmpty(list(text)),
    readingOfCategory: optional(byAnyKey(text)),
    boundToWindow: flag,
    requiresValidMemberCard: flag,
    memberCard: optional(cited(clauses, {})),
    payees: nonEmpty(list(oneOf(payees))),
    payeeChoice: optional(cited(clauses, {})),
    verification: cited(clauses, {}),
    steps: nonEmpty(list(step(clauses))),
    materials: list(
      cited(clauses, {
        material: oneOf(materials),
        title: text,
        onlyFor: optional(list(oneOf(filingAuthorities))),
        atStep: optional(oneOf(stepKinds)),
      }),
    ),
    payment: cited(clauses, {
      route: oneOf(['viaUnions', 'fromCity']),
      dueDaysAfterReceipt: optional(positive),
      dueWorkingDaysAfterWindow: optional(positive),
    }),
    entry: cited(clauses, {}),
    bring: nonEmpty(list(text)),
  })

const category = (clauses: Clauses): Reader<Category> =>
  mapped(
    cited(clauses, {
      id: text,
      title: text,
      levels: nonEmpty(list(oneOf(levels))),
      filingAuthorities: nonEmpty(list(oneOf(filingAuthorities))),
      listedOccupationsOnly: optional(flag),
      competition: optional(flag),
    }),
    (value) => ({
      ...value,
      listedOccupationsOnly: value.listedOccupationsOnly ?? false,
      competition: value.competition ?? false,
    }),
  )

const contact = (clauses: Clauses): Reader<Contact> => {
  const printed = clauses.map((clause) => clause.text).join('\n')
  const verbatim = checked(text, (words) => (printed.includes(words) ? undefined : `the notice does not have ${words}`))
  return record({
    channels: nonEmpty(list(oneOf(channels))),
    names: verbatim,
    phone: verbatim,
    extension: optional(verbatim),
    address: optional(verbatim),
  })
}

const reason = (clauses: Clauses): Reader<DeclineReason> =>
  cited(clauses, { id: text, text, outcome: oneOf(['decline', 'return']), steps: nonEmpty(list(oneOf(stepKinds))) })

/** An amount and the words that set it, which must print that very sum. */
function amountOf(clauses: Clauses) {
  const printed = clauses.map((clause) => clause.text).join('\n')
  return checked(record({ yuan, quote: text }), ({ yuan: amount, quote }) => {
    if (!printed.includes(quote)) return `the quote does not stand in the notice: ${quote}`
    return quote.replaceAll(',', '').includes(String(amount / 100))
      ? undefined
      : `the quote does not print ${amount / 100}`
  })
}

export const policyFile = {
  /** The clauses alone: `rules` reads the rest against them. */
  clauseStarts: only('clauses', starts),
  rules: (clauses: Clauses) =>
    record({
      id: text,
      year: positive,
      revision: positive,
      title: text,
      issuer: text,
      issuedOn: date,
      clauses: readAlready,
      membership: cited(clauses, {}),
      issueDates: cited(clauses, { from: date, to: date }),
      window: cited(clauses, { opensOn: date, closesOn: date }),
      amounts: cited(clauses, { byLevel: byKey(levels, amountOf(clauses)) }),
      oncePerCertificate: cited(clauses, {}),
      categories: nonEmpty(listById(category(clauses))),
      channels: listById(channel(clauses)),
      contacts: nonEmpty(list(contact(clauses))),
      reasons: nonEmpty(listById(reason(clauses))),
      ours: record({
        reReviewWorkingDays: positive,
        objectionsPerAccount: positive,
        objectionFilingWorkingDays: positive,
      }),
    }),
}

export const occupationsFile = (clauses: Clauses) => {
  const verbatim = checked(text, (words) =>
    clauses.some((clause) => clause.text.includes(words)) ? undefined : `the notice does not list ${words}`,
  )
  const occupation: Reader<Occupation> = mapped(
    record({ code: verbatim, name: verbatim, addedThisYear: optional(flag) }),
    (value) => ({
      ...value,
      addedThisYear: value.addedThisYear ?? false,
    }),
  )
  return cited(clauses, { occupations: nonEmpty(listBy(({ code }) => code, occupation)) })
}

export const readingsFile = (clauses: Clauses): Reader<readonly Reading[]> =>
  listById(
    checked(
      record({
        id: text,
        clause: clauseId(clauses),
        question: text,
        answer: text,
        value: optional(plainValue),
        options: optional(nonEmpty(list(plainValue))),
        decidedBy: text,
      }),
      ({ value, options }) =>
        options && (value === undefined || !options.includes(value)) ? 'the value is none of the options' : undefined,
    ),
  )

const facts: Reader<Facts> = record({
  channel: oneOf(channels),
  receivedAt: optional(at),
  forwardedAt: optional(at),
  certificate: record({
    level: optional(oneOf(levels)),
    occupationCode: optional(text),
    occupationName: optional(text),
    issuedOn: optional(text),
    filingAuthority: optional(oneOf(filingAuthorities)),
    filed: optional(flag),
    number: optional(text),
  }),
  membership: record({
    member: optional(flag),
    shanghaiUnion: optional(flag),
    since: optional(date),
    memberCard: optional(oneOf(['valid', 'invalid', 'notActivated', 'none'])),
  }),
  competition: optional(
    record({
      onRoster: optional(flag),
      year: optional(integer),
      cityLevel: optional(flag),
      keyProject: optional(flag),
      certificateFromIt: optional(flag),
    }),
  ),
  payee: optional(oneOf([...payees, 'several', 'none', 'thirdParty'])),
  materials: byKey(materials, flag),
  register: optional(registerAnswer()),
  takenNumbers: optional(list(text)),
})

function registerAnswer(): Reader<NonNullable<Facts['register']>> {
  const outcome = <const O extends string>(name: O) => oneOf([name])
  const found = record({
    outcome: outcome('found'),
    valid: optional(flag),
    holderMatches: optional(flag),
    level: optional(oneOf(levels)),
    occupationCode: optional(text),
    occupationName: optional(text),
    issuedOn: optional(text),
    replaces: optional(text),
  })
  const notFound = record({ outcome: outcome('notFound'), askedAt: optional(at) })
  const unavailable = record({ outcome: outcome('unavailable') })
  const kind = only('outcome', oneOf(['found', 'notFound', 'unavailable']))
  return (source, node) => {
    const which = kind(source, node)
    if (which === 'found') return found(source, node)
    return which === 'notFound' ? notFound(source, node) : which && unavailable(source, node)
  }
}

const verdict: Reader<Verdict> = checked(plainValue, (value) =>
  [true, false, 'needs-material', 'pending'].includes(value as never)
    ? undefined
    : 'expected true, false, needs-material or pending',
) as Reader<Verdict>

export type LocatedExample = Example & { readonly line: number }

export const examplesFile: Reader<readonly LocatedExample[]> = nonEmpty(
  listById(
    mapped(
      checked(
        record({ id: text, title: text, facts, verdict: verdict, amount: optional(yuan) }),
        ({ verdict, amount }) => {
          if (verdict === false && amount !== 0) return 'a refused example has the amount 0'
          if (verdict === true && !amount) return 'a granted example has an amount'
          return typeof verdict === 'string' && amount !== undefined ? 'an undecided example has no amount' : undefined
        },
      ),
      ({ amount, ...example }, line) => ({ ...example, line, ...(amount !== undefined && { amountFen: amount }) }),
    ),
  ),
)

const day = textAs('a date that exists, as 2026-06-19', plainDate)
export const calendarFile = checked(byAnyKey(record({ daysOff: list(day), makeUpDays: list(day) })), (years) => {
  for (const [year, { daysOff, makeUpDays }] of Object.entries(years)) {
    if (!/^\d{4}$/.test(year)) return `${year} is not a year`
    const days = [...daysOff, ...makeUpDays]
    const stray = days.find((date, i) => !date.startsWith(`${year}-`) || days.indexOf(date) !== i)
    if (stray) return `${stray} stands twice or in the wrong year`
  }
  return undefined
})
