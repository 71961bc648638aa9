/** What a form says, as the assessment needs it. Shared by the phone's live assessment and the server's judgement. */
import type { Facts, RegisterAnswer } from '../domain/facts.ts'
import type { Instant, PlainDate } from '../domain/dates.ts'
import type { Channel } from '../domain/policy.ts'
import type { DraftForm } from './form.ts'

export type Surroundings = {
  readonly channel: Channel
  readonly receivedAt: Instant
  /** Looked up by the union at first review; undefined until then. */
  readonly member?: boolean
  /** Steps passed so far stand for their seals. */
  readonly unionPassed?: boolean
  readonly hrPassed?: boolean
  readonly register?: RegisterAnswer
  readonly inquiredOn?: PlainDate
  /** Numbers that are taken already; undefined = not looked up. */
  readonly takenNumbers?: readonly string[]
}

/** Keys are left out where nobody has answered yet: unknown is not no. */
export function factsOf(form: DraftForm, around: Surroundings): Facts {
  const { files } = form
  const text = (value: string | undefined) => (value?.trim() ? value.trim() : undefined)
  return known({
    channel: around.channel,
    receivedAt: around.receivedAt,
    certificate: known({
      level: form.level,
      occupationCode: text(form.occupationCode),
      occupationName: text(form.occupationName),
      issuedOn: text(form.issuedOn),
      filingAuthority: form.filingAuthority,
      number: text(form.certificateNumber),
    }),
    membership: known({ member: around.member, shanghaiUnion: around.member }),
    payee: form.payee,
    materials: known({
      applicationForm: true,
      idCopy: files?.idFront && files.idBack ? true : undefined,
      certificateCopy: files?.certificate ? true : undefined,
      cardCopy: files?.card ? true : undefined,
      unionSeal: around.unionPassed,
      hrSeal: around.hrPassed,
    }),
    register: around.register,
    inquiredOn: around.inquiredOn,
    takenNumbers: around.takenNumbers,
  })
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}
/** Without the keys nobody has answered. */
export const known = <T extends object>(facts: T): Known<T> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Known<T>
