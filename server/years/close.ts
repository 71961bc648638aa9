/**
 * 年度结账: one of the city's finance proposes a year that is over, another confirms it. From then on nothing is booked into
 * it (`posting_in_open_year`); what is corrected later is booked on the day of the correction, into the year that is open.
 */
import type { ProposeClose, YearClose, Years } from '../../contract/years.ts'
import type { Identity } from '../../contract/payments.ts'
import { Refused } from '../../contract/errors.ts'
import { addDays, type Instant, plainDate, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { countSentBefore, differingDays } from '../books/reconciliation.ts'
import { placeOf, statementThatDiffers, sumAt, zero } from '../books/statement.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { titlesOfAccounts, verifyLedger } from '../ledger/ledger.ts'
import {
  allowLonger,
  type Balance,
  type CloseRow,
  confirmClose,
  dropClose,
  insertClose,
  selectClose,
  selectClosedYears,
  selectCloses,
  selectFirstPosting,
} from './sql.ts'

/** First and last day of a calendar year. */
export const daysOfYear = (year: number) => ({ first: plainDate(`${year}-01-01`)!, last: plainDate(`${year}-12-31`)! })
/** From this day on it may be closed. */
const closesFrom = (year: number) => addDays(daysOfYear(year).last, 1)

/**
 * The books say one thing: every posting, the awards' records and the statements, the bank's word for the days of the year;
 * and nothing was paid that they do not know.
 * @throws {Refused} books.disagree
 */
async function requireAgreement(trx: Trx, deps: Deps, year: number): Promise<void> {
  await allowLonger(trx)
  if ('bad' in (await verifyLedger(trx, deps.secrets)))
    throw new Refused('books.disagree', { what: '分录和资助的记录核对不上' })
  const statement = await statementThatDiffers(trx)
  if (statement !== undefined) throw new Refused('books.disagree', { what: `对账单“${statement}”和账户合计不等` })
  const { first, last } = daysOfYear(year)
  const [day] = await differingDays(trx, first, last)
  if (day !== undefined) throw new Refused('books.disagree', { what: `${day}银行说的和账上不等` })
  if ((await countSentBefore(trx)) > 0) throw new Refused('books.disagree', { what: '恢复备份前送出的付款还没有查清' })
}

/** @throws {Refused} books.year-not-over, books.year-proposed, money.done, books.disagree, request.reused-id */
export function proposeClose(trx: Trx, deps: Deps, { accountId }: Viewer, id: string, body: ProposeClose, at: Instant) {
  return once(trx, deps, { id, kind: 'year.propose', accountId, body, at }, async () => {
    const { year } = body
    if (shanghaiDate(at) < closesFrom(year)) throw new Refused('books.year-not-over', { year })
    const before = (await selectCloses(trx)).find((row) => row.year === year)
    if (before) throw new Refused(before.confirmed_at === null ? 'books.year-proposed' : 'money.done', { year })
    await requireAgreement(trx, deps, year)
    await insertClose(trx, { id, year, proposed_by: accountId, proposed_at: at })
    await record(trx, deps.secrets, {
      ...{ kind: 'year.proposed', objectKind: 'year_close', objectId: id, accountId, at, detail: { year } },
    })
    return { id }
  })
}

/** It is closed, and stays so. @throws {Refused} not-found, books.same-person, books.year-changed, books.disagree, money.done */
export function confirmYear(trx: Trx, deps: Deps, { accountId }: Viewer, id: string, at: Instant) {
  const kind = 'year.close'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    const close = await selectClose(trx, id)
    if (!close) throw new Refused('not-found')
    if (close.proposed_by === accountId) throw new Refused('books.same-person')
    if (close.confirmed_at !== null || close.dropped_at !== null) throw new Refused('money.done')
    await requireAgreement(trx, deps, close.year)
    await confirmClose(trx, id, accountId, at)
    const detail = { year: close.year, postings: close.postings, digest: close.digest.toString('hex') }
    await record(trx, deps.secrets, {
      ...{ kind: 'year.closed', objectKind: 'year_close', objectId: id, accountId, at, detail },
    })
    return { id }
  })
}

/** Not to be closed now. @throws {Refused} not-found, money.done */
export function dropProposal(trx: Trx, deps: Deps, { accountId }: Viewer, id: string, at: Instant) {
  const kind = 'year.drop'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    const close = await selectClose(trx, id)
    if (!close) throw new Refused('not-found')
    if (close.confirmed_at !== null || close.dropped_at !== null) throw new Refused('money.done')
    await dropClose(trx, id, accountId, at)
    const detail = { year: close.year }
    await record(trx, deps.secrets, {
      ...{ kind: 'year.dropped', objectKind: 'year_close', objectId: id, accountId, at, detail },
    })
    return { id }
  })
}

/** What the city gave stands below nothing on its budget, and is the whole of the others. */
function identityOf(balances: readonly Balance[]): Identity {
  const identity = { ...zero }
  for (const { account, fen, awards } of balances) {
    const place = placeOf[account.split(':')[0]!]!
    if (place === 'outside') {
      identity.approvedFen -= fen
      identity.awards -= awards
    } else identity[sumAt[place]] += fen
  }
  return identity
}

const order = ['committed', 'serviceCentre', 'union', 'payment', 'worker', 'bounced', 'surplus', 'cancelled']
const turn = ({ account }: Balance) => order.indexOf(account.split(':')[0]!)

async function viewOf(trx: Trx, row: CloseRow): Promise<YearClose> {
  const standing = row.closing
    .filter(({ account }) => placeOf[account.split(':')[0]!] !== 'outside')
    .toSorted((a, b) => turn(a) - turn(b))
  const titleOf = await titlesOfAccounts(
    trx,
    standing.map(({ account }) => account),
  )
  return {
    ...{ id: row.id, proposedBy: row.proposer, proposedAt: row.proposed_at },
    ...(row.confirmer !== null && { confirmedBy: row.confirmer }),
    ...(row.confirmed_at !== null && { confirmedAt: row.confirmed_at }),
    ...{ postings: row.postings, movedFen: row.moved_fen, digest: row.digest.toString('hex') },
    ...{ opening: identityOf(row.opening), closing: identityOf(row.closing) },
    accounts: standing.map(({ account, fen, awards }) => ({ account, title: titleOf(account), awards, fen })),
    ...(row.open_items && { openItems: row.open_items }),
    ...(row.audit_lot !== null && { auditLot: row.audit_lot }),
    ...(row.audit_hash && { auditHash: row.audit_hash.toString('hex') }),
  }
}

export async function years(trx: Trx, now: Instant): Promise<Years> {
  const [first, closes] = [await selectFirstPosting(trx), await selectCloses(trx)]
  if (first === undefined) return { years: [] }
  const thisYear = yearOf(shanghaiDate(now))
  const all: Years['years'] = []
  for (let year = thisYear; year >= yearOf(shanghaiDate(first as Instant)); year--) {
    const row = closes.find((each) => each.year === year)
    if (row) all.push({ year, state: row.confirmed_at === null ? 'proposed' : 'closed', close: await viewOf(trx, row) })
    else all.push({ year, state: year === thisYear ? 'running' : 'open' })
  }
  return { years: all }
}

/** Undefined where it is not closed. */
export async function closedYear(trx: Trx, year: number): Promise<CloseRow | undefined> {
  return (await selectCloses(trx)).find((row) => row.year === year && row.confirmed_at !== null)
}

/**
 * Holds what each year was closed with against its postings and the audit log.
 * @param trx in scope job `verify`, as the worker role
 */
export async function verifyYears(trx: Trx): Promise<{ readonly years: readonly number[] } | { readonly bad: string }> {
  const closed = await selectClosedYears(trx)
  const wrong = closed.find(({ why }) => why !== null)
  return wrong ? { bad: `year ${wrong.year}: ${wrong.why}` } : { years: closed.map(({ year }) => year) }
}
