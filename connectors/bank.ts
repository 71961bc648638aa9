/**
 * The city's bank. Two questions and one message, JSON in UTF-8, amounts in integer fen (`docs/sandbox.md` has examples):
 *
 * - `POST <url>/orders` `{instructions: [{reference, account, name, amountFen, bankName?, purpose}]}`, at most 500;
 *   answers 200 `{results: [{reference, accepted: true} | {reference, accepted: false, code}]}`.
 * - `POST <url>/queries` `{references: […]}`, at most 500; answers 200 `{results: [{reference, state, …}]}`, where a state
 *   is `neverSeen`, `inProgress`, `settled` (`amountFen, serial, on`), or `failed` or `bounced` (these and `code`).
 * - The bank posts `{results: […]}` of the same shape to our address whenever one of its results is new.
 *
 * A reference is booked at most once, however often it is ordered. Ordered again with other content it is refused as a
 * duplicate. 4xx with `{refused}` says that nothing of an order was taken.
 *
 * Both sides sign with one shared secret: `bank-signature` is the hex HMAC-SHA256 of `<kind>\n<stamp>\n<body>`. A
 * `request` of ours and a `callback` of the bank's are stamped with `bank-timestamp`, in seconds, and good for five
 * minutes by machine time; an `answer` is stamped with the signature of what it answers. What comes without the bank's
 * signature is no answer of the bank's. A repeated message does no harm: references and results are what they are.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type PlainDate, plainDate } from '../domain/dates.ts'
import { type Fen, fen } from '../domain/money.ts'
import type { FailureCode } from '../domain/payout.ts'

/** The bank's response codes; any other is `other`. */
const failuresByCode: Readonly<Record<string, FailureCode>> = {
  F01: 'nameMismatch',
  F02: 'noSuchAccount',
  F03: 'accountClosed',
  F04: 'notActivated',
  F05: 'accountBlocked',
  F06: 'limitExceeded',
  F07: 'idMismatch',
  F08: 'bankNumberWrong',
  F09: 'payerFunds',
  F10: 'duplicate',
  F99: 'other',
}

/** How many instructions or references travel at once. */
export const perOrder = 500

export type Instruction = {
  /** Ours and lasting: 1 to 32 letters and digits. */
  readonly reference: string
  readonly account: string
  readonly name: string
  readonly amountFen: Fen
  /** Where the account is not kept by the city's own bank. */
  readonly bankName?: string
  readonly purpose: string
}

/**
 * What the bank said to one instruction. `unknown`: it said nothing to this one, so it has to be asked. A refusal as
 * `duplicate` says that the bank holds the reference with other content, so it has to be asked too: money may have moved.
 */
export type Taken =
  | { readonly reference: string; readonly taken: 'accepted' | 'unknown' }
  | { readonly reference: string; readonly taken: 'refused'; readonly failure: FailureCode; readonly code: string }

type Booked = {
  readonly reference: string
  /** The bank's word: whoever takes the result compares it with what was ordered. */
  readonly amountFen: Fen
  /** The bank's own number of the booking. */
  readonly serial: string
  /** The day on which the bank booked this result. */
  readonly on: PlainDate
}

/**
 * What became of a payment, in the bank's word. `neverSeen` was not taken by the bank, so that it may be ordered again
 * under the same reference. `settled` is not the end: it may come back as `bounced` weeks later.
 */
export type BankResult =
  | { readonly reference: string; readonly state: 'neverSeen' | 'inProgress' }
  | (Booked & { readonly state: 'settled' })
  | (Booked & { readonly state: 'failed' | 'bounced'; readonly failure: FailureCode; readonly code: string })

/** There is no answer that could be believed. Its message holds no account and no name. */
export class BankError extends Error {
  override name = 'BankError'
  /** `refused`: the bank took nothing. `unknown`: nobody knows; what was ordered has to be asked for. */
  readonly outcome: 'unknown' | 'refused'
  constructor(message: string, outcome: 'unknown' | 'refused' = 'unknown') {
    super(message)
    this.outcome = outcome
  }
}

/** A message that is not the bank's, is too old or too new, or says nothing that could be understood. */
export class CallbackRefused extends Error {
  override name = 'CallbackRefused'
  readonly reason: 'signature' | 'stale' | 'form'
  constructor(reason: 'signature' | 'stale' | 'form') {
    super(`a message to us as from the bank is refused: ${reason}`)
    this.reason = reason
  }
}

/** A message as it arrived: its two headers, and its body byte by byte. */
export type Callback = {
  readonly timestamp: string | undefined
  readonly signature: string | undefined
  readonly body: string | Buffer
}

export type Bank = {
  /** @returns one for each instruction, in their order @throws {BankError}, @throws {RangeError} over `perOrder` */
  send(instructions: readonly Instruction[]): Promise<Taken[]>
  /**
   * @returns in no order; a reference that the bank said nothing to is missing, which is not `neverSeen`
   * @throws {BankError}, @throws {RangeError} over `perOrder`
   */
  ask(references: readonly string[]): Promise<BankResult[]>
  /** @param now machine time, epoch ms @throws {CallbackRefused} */
  readCallback(callback: Callback, now: number): BankResult[]
}

const timeoutMs = 10_000
const freshForMs = 5 * 60_000

const reference = z.string().regex(/^[A-Za-z0-9]{1,32}$/)
const code = z.string().regex(/^[A-Za-z0-9]{1,16}$/)
const booked = {
  reference,
  amountFen: z.int().positive().transform(fen),
  serial: z.string().min(1).max(64),
  on: z.string().transform((text, context): PlainDate => {
    const day = plainDate(text)
    if (!day) context.addIssue('not a day')
    return day ?? z.NEVER
  }),
}
const failureOf = (said: string): FailureCode => failuresByCode[said] ?? 'other'
const results = z.object({
  results: z.array(
    z.discriminatedUnion('state', [
      z.object({ reference, state: z.enum(['neverSeen', 'inProgress']) }),
      z.object({ ...booked, state: z.literal('settled') }),
      z
        .object({ ...booked, state: z.enum(['failed', 'bounced']), code })
        .transform((result) => ({ ...result, failure: failureOf(result.code) })),
    ]),
  ),
})
const accepted = z.object({
  results: z.array(
    z.discriminatedUnion('accepted', [
      z.object({ reference, accepted: z.literal(true) }),
      z.object({ reference, accepted: z.literal(false), code }),
    ]),
  ),
})
const refusal = z.object({ refused: code })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every result belongs to something that was asked, and none comes twice. */
function onlyAsked<Result extends { reference: string }>(said: readonly Result[], asked: readonly string[]) {
  const byReference = new Map(said.map((result) => [result.reference, result]))
  const wanted = new Set(asked)
  if (byReference.size !== said.length || said.some((result) => !wanted.has(result.reference)))
    throw new BankError('the bank answered what it was not asked')
  return byReference
}

/** The bank at an address. @param secret shared with it, for both sides' signatures */
export function bankAt(url: string, secret: string): Bank {
  const sign = (kind: 'request' | 'answer' | 'callback', stamp: string, body: string | Buffer) =>
    createHmac('sha256', secret).update(`${kind}\n${stamp}\n`).update(body).digest('hex')
  const isSigned = (said: string | null | undefined, signature: string) =>
    said?.length === signature.length && timingSafeEqual(Buffer.from(said, 'latin1'), Buffer.from(signature))

  /** @throws {BankError} */
  async function post<Answer>(where: 'orders' | 'queries', message: object, shape: z.ZodType<Answer>): Promise<Answer> {
    const body = JSON.stringify(message)
    const stamp = String(Math.floor(Date.now() / 1000))
    const signature = sign('request', stamp, body)
    const headers = { 'content-type': 'application/json', 'bank-timestamp': stamp, 'bank-signature': signature }
    let response: Response
    let text: string
    try {
      // an order follows no redirection: where it went would not be known
      const init: RequestInit = { method: 'POST', headers, body, redirect: 'error' }
      response = await fetch(`${url}/${where}`, { ...init, signal: AbortSignal.timeout(timeoutMs) })
      text = await response.text()
    } catch (error) {
      throw new BankError(`the bank did not answer: ${(error as Error).name}`)
    }
    const { status } = response
    if (!isSigned(response.headers.get('bank-signature'), sign('answer', signature, text)))
      throw new BankError(`the answer (${status}) does not bear the bank's signature`)
    const refused = refusal.safeParse(parsed(text))
    if (status >= 400 && status < 500 && refused.success)
      throw new BankError(`the bank refused (${status} ${refused.data.refused})`, 'refused')
    const answer = shape.safeParse(parsed(text))
    if (status !== 200 || !answer.success) throw new BankError(`the bank's answer (${status}) is not understood`)
    return answer.data
  }

  function atMost(count: number): void {
    if (count > perOrder) throw new RangeError(`${count} at once; the bank takes ${perOrder}`)
  }

  return {
    async send(instructions) {
      atMost(instructions.length)
      const answer = await post('orders', { instructions }, accepted)
      const asked = instructions.map((each) => each.reference)
      const said = onlyAsked(answer.results, asked)
      return asked.map((own): Taken => {
        const result = said.get(own)
        if (!result) return { reference: own, taken: 'unknown' }
        if (result.accepted) return { reference: own, taken: 'accepted' }
        return { reference: own, taken: 'refused', failure: failureOf(result.code), code: result.code }
      })
    },
    async ask(references) {
      atMost(references.length)
      const answer = await post('queries', { references }, results)
      return [...onlyAsked(answer.results, references).values()]
    },
    readCallback({ timestamp, signature, body }, now) {
      if (!timestamp || !isSigned(signature, sign('callback', timestamp, body))) throw new CallbackRefused('signature')
      if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1000) > freshForMs)
        throw new CallbackRefused('stale')
      const said = results.safeParse(parsed(body.toString()))
      if (!said.success) throw new CallbackRefused('form')
      return said.data.results
    },
  }
}
