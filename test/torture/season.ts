/** The city's payments of a season, as its people make them, and what became of each in the end. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PayoutBatchDetail, SendLogSeen, SentBefore } from '../../contract/payouts.ts'
import { appendActions } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import { demoId } from '../../server/demo/demo.ts'
import { holds, identities, verifyLedger } from '../../server/ledger/ledger.ts'
import { fileClaim } from '../payments/filed.ts'
import type { Tortured } from './house.ts'

const levels = ['technician', 'seniorWorker', 'seniorTechnician'] as const
const [lister, approver, maker, releaser] = ['zhongxin.shenhe2', 'shi.zhongshen1', 'shi.caiwu1', 'shi.caiwu2']

let filed = 100_000

/** Claims of the individual channel that wait for final approval (四.二.3). */
async function plant(house: Tortured, numbers: readonly number[]): Promise<void> {
  const { deps, owner } = house
  const worker = (await owner.query("select id from account where kind = 'worker' limit 1")).rows[0].id as string
  const { city, district, base } = (
    await owner.query(`select (select id from organisation where kind = 'cityFederation') as city, d.id as district,
      (select id from organisation where kind = 'baseUnion' limit 1) as base from organisation d where kind = 'bureauUnion' limit 1`)
  ).rows[0] as { city: string; district: string; base: string }
  const at = await house.now()
  const claims = numbers.map((n) => ({ n, id: randomUUID() as string }))
  await inScope(deps.db, { kind: 'person', accountId: worker }, async (trx) => {
    for (const { n, id } of claims) {
      const account = `62247800${String(n).padStart(8, '0')}`
      const claim = { id, n, level: levels[n % 3]!, channel: 'individual', account, at, worker } as const
      await fileClaim(trx, deps, owner, { ...claim, city, district, baseUnion: base })
    }
  })
  const accountId = demoId('account', 'zhongxin.shenhe1')
  const passes = claims.map(({ id: applicationId }) => ({
    ...{ applicationId, id: randomUUID(), kind: 'pass' as const, step: 'automaticChecks' as const, at },
    ...{ accountId, role: 'verifier' as const },
  }))
  await inScope(deps.db, { kind: 'city', accountId }, (trx) => appendActions(trx, deps, passes))
}

/** The city has so much to give; by two people. */
export async function grantBudget(house: Tortured, amountFen: number): Promise<void> {
  const id = randomUUID()
  const budget = { policyId: '2026', amountFen, documentNumber: '沪工总财〔2026〕9号' }
  const set = await house.ask(maker!, 'PUT', `/budgets/${id}`, () => budget)
  const confirmed = await house.ask(releaser!, 'PUT', `/budgets/${id}/confirmation`, () => ({}))
  if (confirmed.status !== 200) throw new Error(`budget: ${JSON.stringify([set.body, confirmed.body])}`)
}

/** So many that were never filed before. */
export const newClaims = (count: number): number[] => Array.from({ length: count }, () => ++filed)

/** Filed, and approved by the city, so that it owes them. */
export async function approve(house: Tortured, numbers: readonly number[]): Promise<void> {
  await plant(house, numbers)
  const list = randomUUID()
  const made = await house.ask(lister!, 'PUT', `/approval-lists/${list}`, () => ({}))
  if (made.status !== 200) throw new Error(`list: ${JSON.stringify(made.body)}`)
  const documentNumber = `沪工总〔2026〕${list.slice(0, 6)}号`
  const approved = await house.ask(approver!, 'PUT', `/approval-lists/${list}/approval`, () => ({ documentNumber }))
  if (approved.status !== 200) throw new Error(`approval: ${JSON.stringify(approved.body)}`)
}

/** @returns the batch's id, or undefined where there is nothing to pay */
export async function make(house: Tortured, id: string = randomUUID()): Promise<string | undefined> {
  const body = { route: 'bank', format: 'csv-utf8', payOn: '2026-12-01' }
  const { status, body: answer } = await house.ask<PayoutBatchDetail>(
    maker!,
    'PUT',
    `/payout-batches/${id}`,
    () => body,
  )
  if (status === 200) return answer.id
  if (answer.code === 'money.no-payable') return undefined
  throw new Error(`batch: ${JSON.stringify(answer)}`)
}

/** @returns the refusal's code, or undefined where it is released */
export async function release(house: Tortured, id: string): Promise<string | undefined> {
  for (;;) {
    const { status, body } = await house.ask(releaser!, 'PUT', `/payout-batches/${id}/release`, async () => ({
      code: await house.freshCode(releaser!),
      accept: [],
    }))
    if (status === 200) return undefined
    // the code was used up by a press whose answer was lost
    if (body.code !== 'sign-in.second-factor') return body.code ?? String(status)
    await sleep(50)
  }
}

/** Two clerks look how far the send log reaches, and say the same; then payments go on as soon as all is explained. */
export async function acknowledgeRestore(house: Tortured): Promise<void> {
  const { body: log } = await house.ask<SendLogSeen>(maker!, 'PUT', '/send-log/comparison')
  const { body } = await house.ask<SentBefore>(maker!, 'GET', '/sent-before')
  for (const { id } of body.restorations)
    for (const clerk of [maker!, releaser!]) {
      const said = await house.ask(clerk, 'PUT', `/restorations/${id}/acknowledgement`, () => ({
        ...{ references: log.references, lastLineAt: log.lastLineAt },
      }))
      if (said.status !== 200) throw new Error(`restoration: ${JSON.stringify(said.body)}`)
    }
}

/** Two clerks ask the bank about each reference that only the send log knows, and say the same. */
export async function explainSentBefore(house: Tortured): Promise<number> {
  for (let explained = 0; ;) {
    const { body } = await house.ask<SentBefore>(maker!, 'GET', '/sent-before')
    if (body.open === 0) return explained
    for (const { reference } of body.references) {
      const booked = await house.desk.booked(reference)
      const answer = booked ? (booked.state === 'inProgress' ? 'settled' : booked.state) : 'notSent'
      for (const clerk of [maker!, releaser!]) {
        const said = await house.ask(clerk, 'PUT', `/sent-before/${reference}/answer`, () => ({
          answer,
          words: '查过账',
        }))
        if (said.status !== 200) throw new Error(`${reference}: ${JSON.stringify(said.body)}`)
      }
      explained++
    }
  }
}

/** Waits until the bank's word on every payout is heard. */
export async function settle(house: Tortured, seconds: number): Promise<number> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(300)) {
    const open = await house.persist(async () => {
      await house.owner.query("update bank_order set due_at = 0 where due_at > $1 and state = 'handed'", [
        Date.now() + 5000,
      ])
      const { rows } = await house.owner.query(
        `select count(*)::int as n from payout where state in ('released', 'sent', 'unknown')`,
      )
      return rows[0].n as number
    }, 'what is open')
    if (open === 0 || Date.now() > end) return open
  }
}

/** Reads the identity once a second on a connection of its own, and from the postings themselves. */
export function watchIdentity(house: () => Tortured) {
  let [reads, broken] = [0, 0]
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      await sleep(1000)
      try {
        const { deps } = house()
        const accountId = demoId('account', 'shi.caiwu1')
        const both = await inScope(deps.db, { kind: 'city', accountId }, async (trx) => [
          await identities(trx, 'kept'),
          await identities(trx, 'posted'),
        ])
        reads++
        for (const { total, disagrees } of both) if (!holds(total) || disagrees) broken++
      } catch {
        // the database is away
      }
    }
  })()
  return async () => {
    stopped = true
    await watching
    return { reads, broken }
  }
}

export type Outcome = { payments: number; doubles: number; missing: number; unbalanced: number; open: number }

/** The bank's books against ours, award by award. */
export async function compare(house: Tortured): Promise<Outcome> {
  const books = new Map((await house.desk.books()).map((booking) => [booking.reference, booking]))
  const { rows } = await house.owner.query<{ award_id: string; reference: string; state: string; amount_fen: number }>(
    `select p.award_id, p.reference, p.state, p.amount_fen from payout p join payout_batch b on b.id = p.batch_id
     where b.route = 'bank' and p.state <> 'cancelled'`,
  )
  let [doubles, missing] = [0, 0]
  const ours = new Set(rows.map(({ reference }) => reference))
  for (const of of Map.groupBy(rows, (row) => row.award_id).values()) {
    const paid = of.filter(({ reference }) => books.get(reference)?.state === 'settled')
    if (paid.length > 1) doubles += paid.length - 1
    for (const { reference, state, amount_fen: amountFen } of of) {
      const booked = books.get(reference)
      if ((state === 'settled') !== (booked?.state === 'settled')) missing++
      else if (booked && booked.amountFen !== amountFen) doubles++
    }
  }
  // money that left, and of which we know nothing
  for (const reference of books.keys()) if (!ours.has(reference)) doubles++
  const verified = await inScope(house.worker, { kind: 'job', job: 'verify' }, (trx) =>
    verifyLedger(trx, house.deps.secrets),
  )
  const open = rows.filter(({ state }) => ['released', 'sent', 'unknown'].includes(state)).length
  if ('bad' in verified) console.error(verified.bad)
  return { payments: rows.length, doubles, missing: missing + open, unbalanced: 'bad' in verified ? 1 : 0, open }
}
