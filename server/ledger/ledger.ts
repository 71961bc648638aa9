/**
 * The ledger: one posting is one row from a debit to a credit account, balanced by construction and never changed.
 * At every moment approved = awaiting + in payment + paid + bounced + cancelled, for each award, union and the city.
 */
import { randomUUID } from 'node:crypto'
import type { Identity, LedgerView } from '../../contract/payments.ts'
import type { Instant } from '../../domain/dates.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Secrets } from '../secrets.ts'
import type { IdentityRow, NewPosting, PostingRow, Sums } from './sql.ts'
import {
  insertPostings,
  selectAccounts,
  selectBadAward,
  selectBadPosting,
  selectIdentities,
  selectLastPostings,
  selectOrganisationNames,
  selectPostingsAfter,
  selectPostingsOfAward,
} from './sql.ts'

export type LedgerAccount =
  | 'cityBudget' // what the city has granted out of
  | 'committed' // approved, the city's money not yet there
  | 'serviceCentre' // funded, not yet allocated
  | `union:${string}` // with the union of that id
  | `payment:${string}` // released to be paid, and no word of the bank yet; by award
  | `worker:${string}` // paid; by award
  | `bounced:${string}` // refused or given back by the bank; by award
  | `surplus:${string}` // cancelled, and still with the organisation of that id
  | 'cancelled' // back with the city

/** What moves an award's money; from where to where each may is in the database, `posting_from_where_to_where`. */
export type CauseKind =
  | 'approve'
  | 'funding'
  | 'allocation'
  | 'onward'
  | 'release'
  | 'withdraw'
  | 'pay'
  | 'bounce'
  | 'reversal'
  | 'cancel'
  | 'recovery'
  | 'handBack'
  | 'reinstate'

export type Posting = {
  readonly awardId: string
  readonly from: LedgerAccount
  readonly to: LedgerAccount
  readonly amountFen: number
  readonly causeKind: CauseKind
  /** Id of the action, transfer, payout, result or correction it comes from. */
  readonly causeId: string
  readonly at: Instant
}

/** Rows written by one statement. */
export const lotSize = 1000

export function* lotsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += lotSize) yield all.slice(from, from + lotSize)
}

/** Every column except the sequence, which the database gives. */
const macOf = (secrets: Secrets, posting: NewPosting | PostingRow) =>
  secrets.mac('posting', canonicalJson({ ...posting, seq: undefined, mac: undefined }))

/** Posts in the transaction of what causes it. @throws the database's refusal where a cause posts an award twice */
export async function post(trx: Trx, secrets: Secrets, postings: readonly Posting[]): Promise<void> {
  for (const lot of lotsOf(postings)) {
    const rows = lot.map(({ awardId, from, to, amountFen, causeKind, causeId, at }) => {
      const row = {
        id: randomUUID() as string,
        debit_account: from as string,
        credit_account: to as string,
        amount_fen: amountFen,
        award_id: awardId,
        cause_kind: causeKind as string,
        cause_id: causeId,
        at: at as number,
        mac: Buffer.alloc(0),
      }
      return { ...row, mac: macOf(secrets, row) }
    })
    await insertPostings(trx, rows)
  }
}

const nothing: Identity = {
  approvedFen: 0,
  awaitingFen: 0,
  inPaymentFen: 0,
  paidFen: 0,
  bouncedFen: 0,
  cancelledFen: 0,
  awards: 0,
}

const identityOf = (row: IdentityRow): Identity => ({
  approvedFen: row.approved,
  awaitingFen: row.awaiting,
  inPaymentFen: row.in_payment,
  paidFen: row.paid,
  bouncedFen: row.bounced,
  cancelledFen: row.cancelled,
  awards: row.awards,
})

const keys = Object.keys(nothing) as (keyof Identity)[]
const plus = (a: Identity, b: Identity) => Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Identity
const equal = (a: Identity, b: Identity) => keys.every((key) => a[key] === b[key])

/** Whether approved = awaiting + in payment + paid + bounced + cancelled. */
export const holds = (identity: Identity): boolean =>
  identity.approvedFen ===
  identity.awaitingFen + identity.inPaymentFen + identity.paidFen + identity.bouncedFen + identity.cancelledFen

export type Identities = {
  /** From the postings. */
  readonly total: Identity
  /** From the awards' own records. */
  readonly records: Identity
  /** From the postings, by district union. */
  readonly byUnion: ReadonlyMap<string, Identity>
  /** A union whose two figures differ, or whose identity does not hold. */
  readonly disagrees?: string
}

/** The identity of all awards the scope reaches. */
export async function identities(trx: Trx, sums: Sums): Promise<Identities> {
  const rows = await selectIdentities(trx, sums)
  const from = (source: IdentityRow['source']) =>
    new Map(rows.filter((row) => row.source === source).map((row) => [row.district_id, identityOf(row)]))
  const [byUnion, recorded] = [from('postings'), from('records')]
  const disagrees = [...new Set([...byUnion.keys(), ...recorded.keys()])].find((id) => {
    const posted = byUnion.get(id) ?? nothing
    return !holds(posted) || !equal(posted, recorded.get(id) ?? nothing)
  })
  return {
    total: [...byUnion.values()].reduce(plus, nothing),
    records: [...recorded.values()].reduce(plus, nothing),
    byUnion,
    ...(disagrees && { disagrees }),
  }
}

const accountTitles: Readonly<Record<string, string>> = {
  cityBudget: '市总工会资助资金',
  committed: '已终审，等资金',
  serviceCentre: '服务中心，待划拨',
  payment: '送银行，等结果',
  worker: '已发放到职工',
  bounced: '退票',
  cancelled: '已取消',
}

function titleOfAccount(account: string, names: ReadonlyMap<string, string>): string {
  const [kind, id] = account.split(':')
  if (kind === 'surplus' && id) return `${names.get(id) ?? '所在工会'}，结余`
  return (kind === 'union' && id ? names.get(id) : accountTitles[kind!]) ?? account
}

/** Whose accounts these are, where they are an organisation's. */
const organisationsIn = (accounts: readonly string[]): string[] => [
  ...new Set(accounts.flatMap((account) => /^(?:union|surplus):(.+)$/.exec(account)?.[1] ?? [])),
]

/** How accounts are called. */
export async function titlesOfAccounts(trx: Trx, accounts: readonly string[]): Promise<(account: string) => string> {
  const { rows } = await selectOrganisationNames(trx, organisationsIn(accounts))
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return (account) => titleOfAccount(account, names)
}

/** The postings of one award in order, in words. */
export async function postingsOfAward(trx: Trx, awardId: string) {
  const rows = await selectPostingsOfAward(trx, awardId)
  const titleOf = await titlesOfAccounts(
    trx,
    rows.flatMap((row) => [row.debit_account, row.credit_account]),
  )
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    debit: titleOf(row.debit_account),
    credit: titleOf(row.credit_account),
    amountFen: row.amount_fen,
    cause: row.cause_kind,
  }))
}

const shownPostings = 50

/** The page 账目: the city's for those who see the city, one's own union's for a district. */
export async function ledgerView(trx: Trx, viewer: Viewer): Promise<LedgerView> {
  const { total, records, byUnion } = await identities(trx, 'kept')
  const [accounts, postings] = [await selectAccounts(trx), await selectLastPostings(trx, shownPostings)]
  const shown = organisationsIn([
    ...accounts.map(({ account }) => account),
    ...postings.flatMap((row) => [row.debit_account, row.credit_account]),
  ])
  const { rows } = await selectOrganisationNames(trx, [...new Set([...byUnion.keys(), ...shown])])
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  const titleOf = (account: string) => titleOfAccount(account, names)
  const ofUnion = viewer.role === 'districtFinance' || viewer.role === 'districtReviewer'
  return {
    title: ofUnion ? (viewer.organisation?.name ?? '') : '全市',
    identity: total,
    records,
    byUnion: [...byUnion]
      .map(([organisationId, identity]) => ({ organisationId, name: names.get(organisationId) ?? '', ...identity }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    accounts: accounts.map(({ account, debit, credit }) => ({
      account,
      title: titleOf(account),
      debitFen: debit,
      creditFen: credit,
      balanceFen: credit - debit,
    })),
    postings: postings.map((row) => ({
      seq: row.seq,
      at: row.at,
      debit: titleOf(row.debit_account),
      credit: titleOf(row.credit_account),
      amountFen: row.amount_fen,
      cause: row.cause_kind,
      ...(row.receipt_number && { receiptNumber: row.receipt_number }),
    })),
  }
}

export type LedgerVerified = { readonly postings: number; readonly total: Identity }

/**
 * Computes everything anew: every posting's digest; that each award's money goes on from where it lay, in the award's
 * amount, by a cause that is done; that postings, records and applications agree.
 * @param trx in scope job `verify`, as the worker role
 * @returns what was verified, or the first bad row: `posting <seq> <id>: …`, `award <id>: …`, `organisation <id>: …`
 */
export async function verifyLedger(trx: Trx, secrets: Secrets): Promise<LedgerVerified | { readonly bad: string }> {
  let [postings, last] = [0, 0]
  let altered: { seq: number; id: string; why: string } | undefined
  while (!altered) {
    const rows = await selectPostingsAfter(trx, last)
    if (rows.length === 0) break
    const row = rows.find((posting) => !macOf(secrets, posting).equals(posting.mac))
    if (row) altered = { seq: row.seq, id: row.id, why: 'its digest differs' }
    postings += rows.length
    last = rows.at(-1)!.seq
  }
  const wrong = await selectBadPosting(trx)
  const first = wrong && (!altered || wrong.seq < altered.seq) ? wrong : altered
  if (first) return { bad: `posting ${first.seq} ${first.id}: ${first.why}` }
  const award = await selectBadAward(trx)
  if (award) return { bad: `award ${award.id}: ${award.why}` }
  const { total, disagrees } = await identities(trx, 'posted')
  if (disagrees) return { bad: `organisation ${disagrees}: the sums of its postings and of its awards' records differ` }
  const kept = await identities(trx, 'kept')
  if (kept.disagrees) return { bad: `organisation ${kept.disagrees}: the totals that are kept are not its postings'` }
  return { postings, total }
}
