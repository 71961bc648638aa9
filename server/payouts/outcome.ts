/**
 * The bank's word on payouts, whichever way it comes: a file, the connector, or somebody who types it in. The one place
 * where a payout becomes settled, failed, bounced or open again, with its action and its posting.
 */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { RecordResult } from '../../contract/payouts.ts'
import { type Instant, type PlainDate, shanghaiDate } from '../../domain/dates.ts'
import { afterOutcome, type FailureCode, type PayoutOutcome, type PayoutState } from '../../domain/payout.ts'
import { appendActions, type NewAction } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { isHandedIn } from '../files/file.ts'
import { lotsOf, post, type Posting } from '../ledger/ledger.ts'
import { dayBetween } from '../payments/notice.ts'
import { insertResults, lockBatch, lockPayouts, type Paying, updatePayouts } from './sql.ts'

/** What was said of one payout. */
export type Word = {
  readonly outcome: PayoutOutcome
  /** With failed and bounced. */
  readonly code?: FailureCode
  /** As the bank calls it. */
  readonly bankCode?: string
  readonly serial?: string
  /** The bank's day; with settled, always. */
  readonly on?: PlainDate
  /** Why, of a correction: words that the worker's history keeps. */
  readonly words?: string
}

export type Source =
  | { readonly kind: 'bank' }
  /** The result file or the correction. */
  | { readonly kind: 'file' | 'correction'; readonly id: string }
  | { readonly kind: 'hand'; readonly proofFileId: string }

/** Payouts that the bank says something of, locked in one order. */
export const lockToHear = (trx: Trx, which: { ids: readonly string[] } | { references: readonly string[] }) =>
  lockPayouts(trx, which)
export type { Paying }

/** Where the money of a payout lies, if nothing else took it on. */
const liesWhile = ({ award_id: awardId, state }: Paying) => {
  if (state === 'settled') return `worker:${awardId}` as const
  return state === 'failed' || state === 'bounced' ? (`bounced:${awardId}` as const) : (`payment:${awardId}` as const)
}

/**
 * The first day that a bank's word on a payout can bear: when its batch was released, or when it left before a restore that
 * made the database forget it.
 */
export const firstDayOf = ({ left_before: leftBefore }: Paying, releasedAt: number): PlainDate =>
  shanghaiDate(Math.min(releasedAt, leftBefore ?? releasedAt) as Instant)

/** A correction or a recovery took the money on: a word would take it from where it is not. */
export const isTakenOn = (payout: Paying): boolean => payout.stands_on !== liesWhile(payout)

function stateAfter(payout: Paying, outcome: PayoutOutcome) {
  const after = afterOutcome(payout.state as PayoutState, outcome)
  return after !== undefined && isTakenOn(payout) ? 'refused' : after
}

/** Where the money goes by a word, and the action that says so; a word that moves nothing has none. */
function effectOf(payout: Paying, after: PayoutState, resultId: string, at: Instant) {
  const { award_id: awardId, amount_fen: amountFen } = payout
  const base = { awardId, amountFen, causeId: resultId, at }
  const payment = `payment:${awardId}` as const
  const lies = payout.state === 'settled' ? (`worker:${awardId}` as const) : payment
  switch (after) {
    case 'settled':
      return { kind: 'pay', posting: { ...base, from: payment, to: `worker:${awardId}`, causeKind: 'pay' } } as const
    case 'failed':
    case 'bounced':
      return {
        kind: 'bounce',
        posting: { ...base, from: lies, to: `bounced:${awardId}`, causeKind: 'bounce' },
      } as const
    case 'unknown': {
      if (payout.state === 'sent') return undefined
      const from = payout.state === 'settled' ? (`worker:${awardId}` as const) : (`bounced:${awardId}` as const)
      return { kind: 'reopen', posting: { ...base, from, to: payment, causeKind: 'reversal' } } as const
    }
    default:
      throw new Error(`no word makes a payout ${after}`)
  }
}

/**
 * Writes what was said of payouts that are locked. A word that was heard before changes nothing.
 * @param words by payout id
 * @returns ids of payouts whose record contradicts the word: nothing of them is written
 * @throws {Refused} act.four-eyes, act.own-application
 */
export async function hear(
  trx: Trx,
  deps: Deps,
  viewer: Pick<Viewer, 'accountId' | 'role'>,
  source: Source,
  payouts: readonly Paying[],
  words: ReadonlyMap<string, Word>,
  at: Instant,
): Promise<{ contradicted: readonly string[]; heard: readonly string[] }> {
  const contradicted: string[] = []
  const told = payouts.flatMap((payout) => {
    const word = words.get(payout.id)!
    const after = stateAfter(payout, word.outcome)
    if (after === 'refused') contradicted.push(payout.id)
    if (after === undefined || after === 'refused') return []
    const id = randomUUID()
    return [{ id, payout, word, after, effect: effectOf(payout, after, id, at) }]
  })
  for (const lot of lotsOf(told)) {
    await insertResults(
      trx,
      lot.map(({ id, payout, word }) => ({
        ...{
          id,
          payout_id: payout.id,
          outcome: word.outcome,
          code: word.code ?? null,
          bank_code: word.bankCode ?? null,
        },
        ...{
          bank_serial: word.serial ?? null,
          on_day: word.on ?? null,
          source: source.kind,
          source_id: 'id' in source ? source.id : null,
        },
        ...{
          proof_file_id: 'proofFileId' in source ? source.proofFileId : null,
          recorded_by: viewer.accountId,
          recorded_at: at,
        },
      })),
    )
    await updatePayouts(
      trx,
      lot.map(({ payout, word, after }) => ({
        ...{ id: payout.id, state: after, paid_on: word.on ?? null, bank_serial: word.serial ?? null },
        code: word.code ?? null,
      })),
    )
    const moving = lot.filter((each) => each.effect !== undefined)
    if (moving.length === 0) continue
    await appendActions(
      trx,
      deps,
      moving.map(({ id, payout, word, effect }): NewAction => ({
        ...{ applicationId: payout.application_id, id, kind: effect!.kind, at },
        ...{ accountId: viewer.accountId, role: viewer.role },
        ...(word.code !== undefined && { reasons: [word.code] }),
        ...(word.words !== undefined && { words: word.words }),
      })),
    )
    await post(
      trx,
      deps.secrets,
      moving.map(({ effect }) => effect!.posting satisfies Posting),
    )
  }
  return { contradicted, heard: told.map(({ payout }) => payout.id) }
}

/**
 * What the bank said of one payout, where it gives no file: typed in, with proof.
 * @throws {Refused} not-found, money.not-sent, money.bank-route, money.recovered, money.result-differs,
 * request.malformed, request.reused-id, act.four-eyes, act.own-application
 */
export function recordResult(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, resultId }: { id: string; resultId: string },
  body: RecordResult,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const command = { id: resultId, kind: 'payouts.record-result', accountId, body: { id, ...body }, at }
  return once(trx, deps, command, async () => {
    const [payout] = await lockPayouts(trx, { ids: [id] })
    const batch = payout && (await lockBatch(trx, payout.batch_id))
    if (!payout || !batch || batch.payer_id !== viewer.organisation!.id) throw new Refused('not-found')
    if (batch.route === 'bank') throw new Refused('money.bank-route')
    if (payout.state === 'made' || payout.state === 'released') throw new Refused('money.not-sent')
    const failed = body.outcome === 'failed' || body.outcome === 'bounced'
    if (failed && !body.code)
      throw new Refused('request.malformed', {}, [{ field: 'code', says: '选银行给的原因，职工要照着它办。' }])
    const day = firstDayOf(payout, batch.released_at!)
    const on = dayBetween('on', body.on, day, '这一天还没有放行，请填银行给的日期。', at)
    if (!(await isHandedIn(trx, body.proofFileId, 'payoutProof', accountId)))
      throw new Refused('request.malformed', {}, [{ field: 'proofFileId', says: '银行回单没有收到，请重新上传。' }])
    const after = afterOutcome(payout.state as PayoutState, body.outcome)
    if (after === undefined || after === 'refused') throw new Refused('money.result-differs')
    if (isTakenOn(payout)) throw new Refused('money.recovered')
    const word: Word = {
      outcome: body.outcome,
      on,
      ...(failed && { code: body.code! }),
      ...(body.bankSerial !== undefined && { serial: body.bankSerial }),
    }
    const source = { kind: 'hand', proofFileId: body.proofFileId } as const
    await hear(trx, deps, viewer, source, [payout], new Map([[id, word]]), at)
    const entry = { kind: 'payout.recorded', objectKind: 'payout', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail: { outcome: body.outcome } })
    return { id }
  })
}
