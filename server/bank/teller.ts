/**
 * The teller of a process: hands released payouts of the city to its bank and asks what became of them, until it is
 * stopped. Any number may run at once. It acts for who released the batch. A lost answer is asked for by its reference;
 * only what the bank never saw is handed over again, under the same reference.
 */
import {
  type Bank,
  type BankResult,
  BankError,
  bankAt,
  type Instruction,
  perOrder,
  type Taken,
} from '../../connectors/bank.ts'
import { normaliseAccount } from '../../domain/bankCard.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { isOut, type PayoutState } from '../../domain/payout.ts'
import type { Deps } from '../context.ts'
import { businessNow } from '../db/clock.ts'
import { inScope, type Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { hear, lockToHear, type Paying, type Word } from '../payouts/outcome.ts'
import { heldOf, keepBack, markOut } from './order.ts'
import { findSentBefore, isPaused } from './sentBefore.ts'
import { type DueOrder, selectHandedOnce, setOrders, takeDueOrders, wakeOrders } from './sql.ts'

const lookEveryMs = 500
const leaseMs = 60_000
const askAgainAfterMs = 2000
const heldMs = 30_000
const longestWaitMs = 10 * 60_000
const dayMs = 86_400_000
/** 退票 comes even weeks after, and a bank may find a payment it refused: so long it is asked once a day. */
const askedAfterDays = 60

const bankScope = { kind: 'job', job: 'bank' } as const
const wait = (asks: number): number => Math.min(askAgainAfterMs * 2 ** Math.min(asks, 9), longestWaitMs)

/** In the city's scope, for who released them. */
const asReleaser = <T>(deps: Deps, accountId: string, work: (trx: Trx) => Promise<T>): Promise<T> =>
  inScope(deps.db, { kind: 'city', accountId }, work)

const instructionOf = (deps: Deps, payout: Paying): Instruction => {
  const payee = openPayee(deps, payout.award_id, payout.payee)
  return {
    reference: payout.reference,
    account: normaliseAccount(payee.accountNumber),
    name: payee.name,
    amountFen: fen(payout.amount_fen),
    ...(payee.bankName !== undefined && { bankName: payee.bankName }),
    purpose: '技能晋升资助',
  }
}

/**
 * Hands over a lot. On record as sent, in the database and in the send log, before the bank has it; whatever becomes of
 * this process then, it is asked for.
 */
async function handOverLot(deps: Deps, bank: Bank, orders: readonly DueOrder[], now: Instant): Promise<void> {
  const accountId = orders[0]!.released_by
  const payouts = await asReleaser(deps, accountId, async (trx) => {
    const locked = await lockToHear(trx, { ids: orders.map((order) => order.payout_id) })
    const open = locked.filter(({ state }) => state === 'released' || state === 'sent' || state === 'unknown')
    const before = await keepBack(trx, open)
    const paused = await isPaused(trx)
    const stays = await heldOf(
      trx,
      deps,
      open.map(({ id }) => id),
    )
    const home = open.filter(({ id }) => !before.has(id))
    const held = new Set(home.filter(({ id }) => paused || stays.has(id)))
    const out = home.filter((payout) => !held.has(payout))
    for (const [batch, of] of Map.groupBy(out, (payout) => payout.batch_id)) await markOut(trx, deps, batch, of)
    await setOrders(
      trx,
      locked.map((payout) => ({
        ...{ payout_id: payout.id, state: held.has(payout) ? 'waiting' : 'handed', asks: 0 },
        due_at: open.includes(payout) ? Date.now() + (held.has(payout) ? heldMs : askAgainAfterMs) : null,
        ...(out.includes(payout) && { hands: 1 as const }),
      })),
    )
    return out
  })
  if (payouts.length === 0) return
  const taken = await bank.send(payouts.map((payout) => instructionOf(deps, payout))).catch((error: unknown) => {
    if (!(error instanceof BankError)) throw error
    // Nobody knows, or nothing was taken: either way the bank is asked.
    return [] as Taken[]
  })
  // Of what was handed over before, an earlier order may still be on its way to the bank: only its books can say no.
  const isFirst = new Set(payouts.filter(({ state }) => state === 'released').map(({ reference }) => reference))
  const refused = new Map(
    taken.flatMap((each) =>
      each.taken === 'refused' && each.failure !== 'duplicate' && isFirst.has(each.reference)
        ? [[each.reference, each] as const]
        : [],
    ),
  )
  if (refused.size === 0) return
  await asReleaser(deps, accountId, async (trx) => {
    const locked = await lockToHear(trx, { references: [...refused.keys()] })
    // While this answer was on its way, another process may have handed it over, too: then only the bank's books can say.
    const once = await selectHandedOnce(
      trx,
      locked.map(({ id }) => id),
    )
    const words = new Map(
      locked
        .filter(({ id }) => once.has(id))
        .map((payout): [string, Word] => {
          const { failure, code } = refused.get(payout.reference)!
          return [payout.id, { outcome: 'failed', code: failure, bankCode: code, on: shanghaiDate(now) }]
        }),
    )
    await hearLot(deps, trx, orders, locked, words, now)
  })
}

/** Writes what the bank said, and when it is asked next. */
async function hearLot(
  deps: Deps,
  trx: Trx,
  orders: readonly DueOrder[],
  locked: readonly Paying[],
  words: ReadonlyMap<string, Word>,
  now: Instant,
): Promise<void> {
  const viewer = { accountId: orders[0]!.released_by, role: 'cityFinance' } as const
  const told = locked.filter((payout) => words.has(payout.id))
  const { contradicted } = await hear(trx, deps, viewer, { kind: 'bank' }, told, words, now)
  const byId = new Map(orders.map((order) => [order.payout_id, order]))
  await setOrders(
    trx,
    told.map(({ id }) => {
      const { asks, released_at } = byId.get(id)!
      const { outcome } = words.get(id)!
      const old = now - released_at > askedAfterDays * dayMs
      return {
        ...{ payout_id: id, state: 'handed' as const, asks: asks + 1 },
        due_at: outcome !== 'bounced' && !old ? Date.now() + dayMs : null,
        trouble: contradicted.includes(id) ? ('contradicts' as const) : ('none' as const),
      }
    }),
  )
}

/** What the bank said of a payout, as a word; nothing where it is still under way. */
function wordOf(result: BankResult): Word | undefined {
  if (!('serial' in result)) return undefined
  const { state: outcome, serial, on } = result
  return { outcome, serial, on, ...('failure' in result && { code: result.failure, bankCode: result.code }) }
}

async function askLot(deps: Deps, bank: Bank, orders: readonly DueOrder[], now: Instant): Promise<void> {
  const results = await bank
    .ask(orders.map((order) => order.reference))
    .then((said) => new Map(said.map((result) => [result.reference, result])))
    .catch((error: unknown) => {
      if (!(error instanceof BankError)) throw error
      return new Map<string, BankResult>()
    })
  await asReleaser(deps, orders[0]!.released_by, async (trx) => {
    const locked = await lockToHear(trx, { ids: orders.map((order) => order.payout_id) })
    const words = new Map<string, Word>()
    const later: Parameters<typeof setOrders>[1][number][] = []
    for (const payout of locked) {
      const order = orders.find(({ payout_id }) => payout_id === payout.id)!
      const result = results.get(payout.reference)
      const word = result && wordOf(result)
      const next = { payout_id: payout.id, asks: order.asks + 1 }
      if (word && 'amountFen' in result && result.amountFen !== payout.amount_fen)
        later.push({ ...next, state: 'handed', due_at: Date.now() + dayMs, trouble: 'amountDiffers' })
      else if (word) words.set(payout.id, word)
      else if (result?.state === 'neverSeen' && isOut(payout.state as PayoutState))
        later.push({ ...next, state: 'waiting', due_at: Date.now() })
      else
        later.push({
          ...next,
          state: 'handed',
          due_at: Date.now() + (isOut(payout.state as PayoutState) ? wait(order.asks) : dayMs),
        })
    }
    await setOrders(trx, later)
    await hearLot(deps, trx, orders, locked, words, now)
  })
}

/** Works on one lot that is due. @returns whether there was one */
export async function tellDue(deps: Deps, bank: Bank, now: Instant): Promise<boolean> {
  const orders = await inScope(deps.db, bankScope, (trx) =>
    takeDueOrders(trx, Date.now(), Date.now() + leaseMs, perOrder),
  )
  if (orders.length === 0) return false
  await (orders[0]!.state === 'waiting' ? handOverLot : askLot)(deps, bank, orders, now)
  return true
}

/** The bank says that something is new: it is asked at once, as its answer to our question is what counts. */
export const wake = (deps: Deps, references: readonly string[]): Promise<unknown> =>
  inScope(deps.db, bankScope, (trx) => wakeOrders(trx, references, Date.now()))

/** What goes wrong is told and tried again. @returns stops it, when what is under way has ended */
export function startTeller(deps: Deps, tell: (error: unknown) => void): () => Promise<void> {
  const { bank: at } = deps.config
  if (!at) return async () => {}
  const bank = bankAt(at.url, at.secret)
  let stopped = false
  let running: Promise<unknown> = Promise.resolve()
  let isRunning = false
  let compared = false
  const round = async () => {
    // Whoever starts may start after a restore.
    if (!compared) {
      const now = await businessNow(deps.config, deps.db)
      await inScope(deps.db, bankScope, (trx) => findSentBefore(trx, deps, now))
      compared = true
    }
    while (!stopped && (await tellDue(deps, bank, await businessNow(deps.config, deps.db))));
  }
  const timer = setInterval(() => {
    if (isRunning || stopped) return
    isRunning = true
    running = round()
      .catch(tell)
      .finally(() => {
        isRunning = false
      })
  }, lookEveryMs)
  timer.unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await running
  }
}
