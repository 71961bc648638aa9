/** 银行对账: the bank's word against what is posted, differences first. Nothing is changed by looking. */
import { bankAt, BankError, type BankResult, perOrder } from '../../connectors/bank.ts'
import type { BankQuestion, Doubt, Reconciliation, ReconciliationQuery } from '../../contract/books.ts'
import { Refused } from '../../contract/errors.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { wake } from '../bank/teller.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { csvLine, yuanCell } from './csv.ts'
import {
  type AskedLine,
  type BankDayRow,
  countSentBefore,
  selectAskedLines,
  selectBankBatches,
  selectBankDays,
  selectDoubts,
} from './sql.ts'

/** Banks answer within a day or two; after this somebody asks. */
const unheardAfterDays = 3
const dayMs = 86_400_000
const shown = 200
/** Of each day what was paid and what was given back; what differs comes first. */
const shownDays = 800

const none = { count: 0, fen: 0 }

function dayOf(day: string, rows: readonly BankDayRow[]): Reconciliation['days'][number] {
  const of = (outcome: BankDayRow['outcome']) => {
    const row = rows.find((each) => each.outcome === outcome)
    return row
      ? { said: { count: row.count, fen: row.fen }, posted: { count: row.posted_count, fen: row.posted_fen } }
      : { said: none, posted: none }
  }
  const [settled, returned] = [of('settled'), of('returned')]
  const equal = ({ said, posted }: typeof settled) => said.count === posted.count && said.fen === posted.fen
  return {
    ...{ day, settled: settled.said, paid: settled.posted, returned: returned.said, bounced: returned.posted },
    agrees: equal(settled) && equal(returned),
  }
}

/** All payers' for the city's finance, a union's own for the union's. */
export async function reconciliation(
  trx: Trx,
  viewer: Viewer,
  { from, to }: ReconciliationQuery,
  now: Instant,
): Promise<Reconciliation> {
  const ofCity = viewer.role === 'cityFinance'
  const payerId = ofCity ? undefined : viewer.organisation!.id
  const unheardSince = (now - unheardAfterDays * dayMs) as Instant
  const [doubts, days, batches, sentBefore] = [
    await selectDoubts(trx, payerId, unheardSince, shown),
    await selectBankDays(trx, { payerId, ...(from && { from }), ...(to && { to }), limit: shownDays }),
    ofCity ? await selectBankBatches(trx) : [],
    ofCity ? await countSentBefore(trx) : 0,
  ]
  return {
    doubts: doubts.map((row) => ({
      ...{ payoutId: row.id, reference: row.reference, receiptNumber: row.receipt_number, why: row.why },
      ...{ batchId: row.batch_id, batchNumber: row.batch_number, payer: row.payer, amountFen: row.amount_fen },
      ...{ state: row.state as Doubt['state'], releasedAt: row.released_at },
    })),
    doubtCount: doubts[0]?.all_of_them ?? 0,
    ...{ unheardAfterDays, sentBefore, batches },
    days: daysIn(days).toSorted((a, b) => Number(a.agrees) - Number(b.agrees) || (a.day < b.day ? 1 : -1)),
  }
}

const daysIn = (rows: readonly BankDayRow[]) =>
  [...Map.groupBy(rows, ({ day }) => day)].map(([day, ofDay]) => dayOf(day, ofDay))

/** Whoever closes the books asks what may have left the house without them. */
export { countSentBefore }

/** Days of a span on which the bank's word, whoever paid, is not what is posted. */
export async function differingDays(trx: Trx, from: PlainDate, to: PlainDate): Promise<string[]> {
  return daysIn(await selectBankDays(trx, { from, to }))
    .filter(({ agrees }) => !agrees)
    .map(({ day }) => day)
}

/** What the bank's word of a span of recording was, by its own days, as a CSV file; amounts in yuan. */
export async function reconciliationFile(trx: Trx, from: Instant, until: Instant): Promise<string> {
  const titles = ['银行到账', '账上发放', '银行退回', '账上退票']
  const head = ['日期', ...titles.flatMap((title) => [`${title}（笔）`, `${title}（元）`]), '校验']
  const days = daysIn(await selectBankDays(trx, { recorded: { from, until } })).toSorted((a, b) =>
    a.day < b.day ? -1 : 1,
  )
  const lines = days.map(({ day, settled, paid, returned, bounced, agrees }) => [
    day,
    ...[settled, paid, returned, bounced].flatMap(({ count, fen }) => [count, yuanCell(fen)]),
    agrees ? '相等' : '不等',
  ])
  return [head, ...lines].map(csvLine).join('')
}

/** How the bank may stand to what is recorded without being asked again. */
const agreeing: Readonly<Record<string, readonly BankResult['state'][]>> = {
  ...{ released: ['neverSeen', 'inProgress'], sent: ['inProgress'], unknown: ['inProgress'] },
  ...{ settled: ['settled'], failed: ['failed'], bounced: ['bounced'] },
}

function differenceOf(line: AskedLine, said: BankResult | undefined): BankQuestion['differences'] {
  const bankFen = said && 'amountFen' in said ? said.amountFen : undefined
  const same =
    said && agreeing[line.state]?.includes(said.state) && (bankFen === undefined || bankFen === line.amount_fen)
  if (same) return []
  return [
    {
      ...{ reference: line.reference, receiptNumber: line.receipt_number, ourFen: line.amount_fen },
      ...{
        ours: line.state as Doubt['state'],
        banks: said?.state ?? 'silent',
        ...(bankFen !== undefined && { bankFen }),
      },
    },
  ]
}

/**
 * Asks the bank for every reference of a batch, and compares. Where they differ the connector is woken: what the bank says
 * to it is what is recorded.
 * @throws {Refused} money.no-bank, not-found, books.bank-silent
 */
export async function askBank(deps: Deps, viewer: Viewer, batchId: string, at: Instant): Promise<BankQuestion> {
  const { bank: settings } = deps.config
  if (!settings) throw new Refused('money.no-bank')
  const lines = await inViewersScope(deps, viewer, async (trx) => {
    const entry = { kind: 'bank.asked', objectKind: 'payout_batch', objectId: batchId } as const
    await record(trx, deps.secrets, { ...entry, accountId: viewer.accountId, at })
    return selectAskedLines(trx, batchId)
  })
  if (lines.length === 0) throw new Refused('not-found')
  const bank = bankAt(settings.url, settings.secret)
  const said = new Map<string, BankResult>()
  for (let from = 0; from < lines.length; from += perOrder) {
    const references = lines.slice(from, from + perOrder).map(({ reference }) => reference)
    try {
      for (const result of await bank.ask(references)) said.set(result.reference, result)
    } catch (error) {
      if (error instanceof BankError) throw new Refused('books.bank-silent')
      throw error
    }
  }
  const differences = lines.flatMap((line) => differenceOf(line, said.get(line.reference)))
  if (differences.length > 0)
    await wake(
      deps,
      differences.map(({ reference }) => reference),
    )
  return {
    asked: lines.length,
    silent: lines.length - said.size,
    differences: differences.slice(0, shown),
    differenceCount: differences.length,
  }
}
