/**
 * 记账凭证 of an organisation: for each day and cause one, in which what came to it or left it is entered. They follow from
 * the postings alone, so a day that is over never changes its vouchers, and numbers run through the month in their order.
 */
import type { Voucher, Vouchers, VouchersQuery } from '../../contract/books.ts'
import { Refused } from '../../contract/errors.ts'
import { endOfDay, type PlainDate, plainDate, startOfDay } from '../../domain/dates.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { csvLine, yuanCell } from './csv.ts'
import { type EntryRow, type Keeper, selectEntries, selectKeeper, selectKeepers } from './sql.ts'
import { chartOfAccounts, entryKey, type LevelOfBooks } from './subjects.ts'

const levelOf: Readonly<Record<string, LevelOfBooks>> = {
  ...{ cityFederation: 'city', serviceCentre: 'centre', districtFederation: 'district', bureauUnion: 'district' },
  ...{ industryUnion: 'district', lowerUnion: 'lower', baseUnion: 'lower' },
}

/** First and last day of a month, `2026-08`. */
function daysOf(month: string) {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const first = plainDate(`${month}-01`)!
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
  return { first, last: plainDate(last)! }
}

/** Entries of one organisation and month, in order, as its vouchers. */
function vouchersFrom(rows: readonly EntryRow[], level: LevelOfBooks): Voucher[] {
  const chart = chartOfAccounts()
  return rows.map((row, place) => {
    const entry = chart.get(entryKey(row.cause, level, row.side))
    if (!entry) throw new Error(`no entry for ${entryKey(row.cause, level, row.side)}`)
    const { debit, credit, summary } = entry
    return {
      ...{ number: `记-${place + 1}`, day: row.day, summary, cause: row.cause, side: row.side },
      ...{ count: row.count, attachments: row.attachments },
      lines: [
        { subject: debit.name, ...(debit.code && { code: debit.code }), debitFen: row.fen, creditFen: 0 },
        { subject: credit.name, ...(credit.code && { code: credit.code }), debitFen: 0, creditFen: row.fen },
      ],
    }
  })
}

const seesAll = ({ role }: Viewer) => role === 'cityFinance' || role === 'auditor'

/**
 * The viewer's own organisation's, or any that the city's finance and the auditors name.
 * @throws {Refused} forbidden, not-found
 */
export async function vouchers(trx: Trx, viewer: Viewer, { month, organisationId }: VouchersQuery): Promise<Vouchers> {
  const own = viewer.organisation!.id
  const id = organisationId ?? own
  if (id !== own && !seesAll(viewer)) throw new Refused('forbidden')
  const keeper = await selectKeeper(trx, id)
  const level = keeper && levelOf[keeper.kind]
  if (!keeper || !level) throw new Refused('not-found')
  const { first, last } = daysOf(month)
  const rows = await selectEntries(trx, id, startOfDay(first), endOfDay(last))
  return {
    ...{ organisationId: id, organisation: keeper.name, month },
    organisations: seesAll(viewer) ? (await selectKeepers(trx)).map(({ id: each, name }) => ({ id: each, name })) : [],
    vouchers: vouchersFrom(rows, level),
  }
}

const head = csvLine([
  '单位',
  '凭证号',
  '日期',
  '摘要',
  '科目编号',
  '科目',
  '借方（元）',
  '贷方（元）',
  '笔数',
  '附件（张）',
])
const linesOf = (organisation: string, all: readonly Voucher[]): string =>
  all
    .flatMap(({ number, day, summary, lines, count, attachments }) =>
      lines.map(({ subject, code, debitFen, creditFen }) =>
        csvLine([
          ...[organisation, number, day, summary, code ?? '', subject],
          ...[debitFen === 0 ? '' : yuanCell(debitFen), creditFen === 0 ? '' : yuanCell(creditFen), count, attachments],
        ]),
      ),
    )
    .join('')

/** The same as a CSV file, one row a line of a voucher, amounts in yuan. */
export async function vouchersFile(trx: Trx, viewer: Viewer, query: VouchersQuery): Promise<string> {
  const { organisation, vouchers: all } = await vouchers(trx, viewer, query)
  return head + linesOf(organisation, all)
}

/** A file as that for each month in which anything moved, of all organisations together, by month. */
export async function vouchersByMonth(trx: Trx, first: PlainDate, last: PlainDate): Promise<Map<string, string>> {
  const keepers = new Map<string, Keeper>()
  const rows = await selectEntries(trx, undefined, startOfDay(first), endOfDay(last))
  for (const id of new Set(rows.map(({ keeper }) => keeper))) keepers.set(id, (await selectKeeper(trx, id))!)
  const files = new Map<string, string>()
  const months = Map.groupBy(rows, ({ day }) => day.slice(0, 7))
  for (const [month, ofMonth] of [...months].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const organisations = Map.groupBy(ofMonth, ({ keeper }) => keeper)
    files.set(
      month,
      head +
        [...organisations]
          .map(([id, entries]) => {
            const { name, kind } = keepers.get(id)!
            return linesOf(name, vouchersFrom(entries, levelOf[kind]!))
          })
          .join(''),
    )
  }
  return files
}
