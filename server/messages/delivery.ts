/**
 * Text messages, each until the gateway has said that it is delivered. What is handed over is marked before it goes out;
 * where the answer is lost, or the process is killed, the gateway is asked by the reference, and only what it never saw
 * is handed over again, under the same reference. So nothing is sent twice unknowingly. The job holds ids; the phone is
 * opened at the moment of sending.
 */
import { randomUUID } from 'node:crypto'
import { type SmsGateway, SmsNotSent, type SmsState } from '../../connectors/sms.ts'
import { type MessageKind, smsText } from '../../domain/messages.ts'
import type { Instant } from '../../domain/dates.ts'
import { Refused } from '../../contract/errors.ts'
import type { Undelivered } from '../../contract/messages.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Db, Trx } from '../db/open.ts'
import { inOrder, inScope } from '../db/open.ts'
import { phonePlace } from '../people/session.ts'
import type { Envelope } from '../secrets.ts'
import { claimValues, cursorOf, readCursor } from './message.ts'
import { messagesScope } from './outbox.ts'
import type { Claimed } from './sql.ts'
import * as rows from './sql.ts'
import { readLexicon } from './words.ts'

const secondMs = 1000
const hourMs = 3600 * secondMs
export const pace = {
  /** Longer than handing over and asking can take together. */
  leaseMs: 60 * secondMs,
  firstMs: 2 * secondMs,
  mostMs: hourMs,
  /** So often without anything new (about six hours), then it is given up. */
  silences: 16,
  /** So often the gateway may say that it failed. */
  failures: 3,
  atOnce: 20,
}

const wait = (silences: number) => Math.min(pace.firstMs * 2 ** silences, pace.mostMs)

/**
 * Hands over and asks for what is due.
 * @param at machine time
 * @returns how many messages were due
 */
export async function deliverDue(workerDb: Db, deps: Deps, gateway: SmsGateway, at: number): Promise<number> {
  const lease = randomUUID()
  const claimed = await inScope(workerDb, messagesScope, (trx) =>
    rows.claimSms(trx, { lease, at, until: at + pace.leaseMs, limit: pace.atOnce }),
  )
  if (claimed.length === 0) return 0
  const said = await Promise.all(
    claimed.map(async (sms) => (sms.state === 'waiting' ? 'unknown' : asked(gateway, sms.reference))),
  )
  // A gateway that has taken a message and forgotten it is not asked to send it again.
  const isOut = (place: number) => said[place] !== 'unknown' || claimed[place]!.state === 'accepted'
  const letters = await compose(
    workerDb,
    deps,
    claimed.filter((_, place) => !isOut(place)).map((sms) => sms.message_id),
  )
  const settled = await Promise.all(
    claimed.map(async (sms, place) => ({
      message_id: sms.message_id,
      ...(isOut(place) ? heard(sms, said[place], at) : await handOver(gateway, sms, letters.get(sms.message_id), at)),
    })),
  )
  await inScope(workerDb, messagesScope, (trx) => rows.settleSms(trx, lease, settled, at))
  return claimed.length
}

type Settled = Omit<rows.Settled, 'message_id'>

/** One step further with what may be out there. */
function heard(sms: Claimed, state: SmsState | undefined, at: number): Settled {
  if (state === 'delivered') return { state: 'delivered', due_at: at }
  if (state === 'failed') return failed(sms, at)
  return silent(sms, state, at)
}

/** One step further with what is certainly not out there. */
async function handOver(gateway: SmsGateway, sms: Claimed, letter: Letter | undefined, at: number): Promise<Settled> {
  if (!letter) return { state: 'givenUp', why: 'noPhone', due_at: at }
  try {
    await gateway.send({ ...letter, reference: sms.reference })
  } catch (error) {
    if (!(error instanceof SmsNotSent)) throw error
    return error.refused ? failed(sms, at) : silent(sms, undefined, at)
  }
  return { state: 'accepted', silences: 0, due_at: at + pace.firstMs }
}

/** undefined: no answer. */
async function asked(gateway: SmsGateway, reference: string): Promise<SmsState | undefined> {
  try {
    return await gateway.ask(reference)
  } catch (error) {
    if (error instanceof SmsNotSent) return undefined
    throw error
  }
}

/** The gateway says that it will not arrive: it may go out again, as another message. */
function failed(sms: Claimed, at: number): Settled {
  const failures = sms.failures + 1
  if (failures >= pace.failures) return { state: 'givenUp', why: 'refused', failures, due_at: at }
  return { state: 'waiting', reference: randomUUID(), failures, silences: 0, due_at: at + wait(3 + failures) }
}

/** Nothing new: look again later, or give up. */
function silent({ silences, state }: Claimed, said: SmsState | undefined, at: number): Settled {
  const taken = state === 'accepted' || said === 'accepted'
  if (silences + 1 >= pace.silences)
    return { state: 'givenUp', why: taken ? 'noReceipt' : 'unreachable', silences: silences + 1, due_at: at }
  return { state: taken ? 'accepted' : 'sending', silences: silences + 1, due_at: at + wait(silences) }
}

type Letter = { readonly phone: string; readonly text: string }

/** Words and phone of text messages, by message; those of which nobody's phone is known are left out. */
async function compose(workerDb: Db, deps: Deps, ids: readonly string[]): Promise<ReadonlyMap<string, Letter>> {
  const letters = new Map<string, Letter>()
  if (ids.length === 0) return letters
  await inScope(workerDb, messagesScope, async (trx) => {
    const [found, lexicon] = await inOrder([rows.selectLetters(trx, ids), readLexicon(trx)])
    for (const row of found) {
      const words = lexicon.at(row.kind, row.words_revision)
      const phone = words?.sms && (await phoneOf(trx, deps, row))
      if (words?.sms && phone) letters.set(row.id, { phone, text: smsText(words.sms, claimValues(row)) })
    }
  })
  return letters
}

type Addressee = { account_id: string | null; phone: unknown; application_id: string | null }

/** The account's own; where somebody typed the claim in for a worker without one, the phone on the form. */
async function phoneOf(trx: Trx, deps: Deps, row: Addressee): Promise<string | undefined> {
  if (row.account_id !== null)
    return row.phone ? deps.secrets.openText(phonePlace(row.account_id), row.phone as Envelope) : undefined
  if (row.application_id === null) return undefined
  return (await readForms(trx, deps, [row.application_id])).get(row.application_id)?.phone
}

const pageSize = 50

/** What was given up, newest first, for the centre. */
export async function listUndelivered(deps: Deps, viewer: Viewer, cursor: string | undefined): Promise<Undelivered> {
  const before = readCursor(cursor)
  return inViewersScope(deps, viewer, async (trx) => {
    const found = await rows.selectGivenUp(trx, before, pageSize + 1)
    const page = found.slice(0, pageSize)
    const last = found.length > pageSize ? page.at(-1) : undefined
    return {
      messages: page.map((row) => ({
        id: row.id,
        kind: row.kind as MessageKind,
        ...(row.application_id && { applicationId: row.application_id }),
        receiptNumber: row.receipt_number,
        givenUpAt: row.changed_at,
        why: row.why as Undelivered['messages'][number]['why'],
      })),
      ...(last && { nextCursor: cursorOf({ at: last.changed_at, id: last.id }) }),
      noGateway: deps.config.smsUrl === undefined,
    }
  })
}

/**
 * Tries one again that was given up: what may be out there is asked for first. Twice changes nothing.
 * @param at machine time
 * @throws {Refused} not-found
 */
export async function sendAgain(deps: Deps, viewer: Viewer, id: string, at: number, now: Instant): Promise<void> {
  await inViewersScope(deps, viewer, async (trx) => {
    const sms = await rows.selectSms(trx, id)
    if (!sms) throw new Refused('not-found')
    if (sms.state !== 'givenUp') return
    const outThere = sms.why === 'noReceipt' ? 'accepted' : sms.why === 'unreachable' ? 'sending' : 'waiting'
    await rows.tryAgain(trx, id, {
      state: outThere,
      due_at: at,
      changed_at: at,
      ...(outThere === 'waiting' && { reference: randomUUID() }),
    })
    await record(trx, deps.secrets, {
      kind: 'sms.sent-again',
      objectKind: 'sms',
      objectId: id,
      accountId: viewer.accountId,
      at: now,
    })
  })
}
