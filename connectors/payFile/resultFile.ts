/** The file in which a bank says what became of payments (回盘文件): read whole, or refused whole. */
import { amountOf, cell, dateIn, dateOf, fileBytes, inYuan, isSeen, row, rowsOf, valuesOf } from './cells.ts'
import type { BankOutcome, Field, PayFormat, ResultSource, ResultTable, TotalRow, TotalSource } from './format.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { fen, type Fen } from '../../domain/money.ts'
import type { FailureCode } from '../../domain/payout.ts'

/** What the bank says of one payment. Only its codes are read, never its words. */
export type ResultRow = {
  /** The line of the file, from 1, as an editor shows it. */
  readonly row: number
  readonly reference: string
  readonly account: string
  readonly name: string
  readonly amountFen: Fen
  /** `unknown` also where the format does not know the status. */
  readonly outcome: BankOutcome
  /** Where it failed or bounced: `other` where the format does not know the bank's code. */
  readonly code?: FailureCode
  /** The bank's own, as it stands in the file. */
  readonly bankStatus: string
  readonly bankCode?: string
  /** The bank's number of the payment. */
  readonly serial?: string
  readonly on?: PlainDate
}

/**
 * `notInEncoding`: bytes that the encoding does not write. `columns`: other columns than the format's, so perhaps
 * another format. `heading`: a row above or below says something else than the format. `control`: a character that is
 * not seen. `shape`: no reference, account, amount, day, status, code or serial. `totals`: the bank's sum or count is
 * not that of its rows.
 */
export type ResultFileProblem = {
  /** The line of the file, from 1; without one it is about the whole file. */
  readonly row?: number
  readonly field?: ResultSource | TotalSource
  readonly problem:
    | 'empty'
    | 'notInEncoding'
    | 'columns'
    | 'heading'
    | 'control'
    | 'missing'
    | 'shape'
    | 'repeated'
    | 'totals'
}

/** `problems`: the first 100, in the order of the rows. Holds nothing of what the rows say. */
export class ResultFileRefused extends Error {
  override name = 'ResultFileRefused'
  readonly problems: readonly ResultFileProblem[]
  constructor(problems: readonly ResultFileProblem[]) {
    const shown = problems.slice(0, 100)
    super(shown.map((each) => `row ${each.row ?? '–'}: ${each.field ?? 'file'} ${each.problem}`).join('\n'))
    this.problems = shown
  }
}

/**
 * Whether a row is one of ours, unaltered, and may still change something is the caller's question.
 * @throws {ResultFileRefused}
 */
export function parseResultFile(format: PayFormat, bytes: Uint8Array): { readonly rows: readonly ResultRow[] } {
  const table = format.result
  const lines = rowsOf(table, bytes)
  if (lines.length === 0) throw new ResultFileRefused([{ problem: 'empty' }])
  const unread = lines.flatMap((line, i) =>
    line === undefined ? [{ row: i + 1, problem: 'notInEncoding' } as const] : [],
  )
  if (unread.length > 0) throw new ResultFileRefused(unread)
  const until = lines.length - table.last.length
  if (until <= table.first.length) throw new ResultFileRefused([{ problem: 'empty' }])

  const problems: ResultFileProblem[] = []
  const rows: ResultRow[] = []
  const references = new Set<string>()
  for (let i = table.first.length; i < until; i++) {
    const read = resultRow(table, lines[i]!, i + 1)
    if ('problems' in read) {
      problems.push(...read.problems)
      continue
    }
    if (references.has(read.reference)) problems.push({ row: read.row, field: 'reference', problem: 'repeated' })
    references.add(read.reference)
    rows.push(read)
  }
  // the sums of rows that could not be read would only be noise
  const sums = problems.length === 0 ? totalsOf(rows) : undefined
  for (const [i, fields] of table.first.entries()) problems.push(...inTotals(table, fields, lines[i]!, i + 1, sums))
  for (const [i, fields] of table.last.entries())
    problems.push(...inTotals(table, fields, lines[until + i]!, until + i + 1, sums))
  if (problems.length > 0) throw new ResultFileRefused(problems.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0)))
  return { rows }
}

const shapes = {
  reference: /^[A-Za-z0-9]{1,32}$/,
  account: /^[0-9]{1,32}$/,
  name: /^.{1,200}$/u,
  status: /^.{1,32}$/u,
  code: /^[\x21-\x7e]{1,32}$/,
  serial: /^[\x21-\x7e]{1,64}$/,
} as const

function resultRow(
  table: ResultTable,
  line: string,
  place: number,
): ResultRow | { readonly problems: readonly ResultFileProblem[] } {
  const values = valuesOf(table, table.details, line)
  if (!values) return { problems: [{ row: place, problem: 'columns' }] }
  const problems: ResultFileProblem[] = []
  const found: { -readonly [S in ResultSource]?: string } = {}
  for (const [i, field] of table.details.entries()) {
    const value = values[i]!
    const problem = inCell(table, field, value)
    if (problem) problems.push({ row: place, ...(field.of && { field: field.of }), problem })
    else if (field.of) found[field.of] = value
  }
  if (problems.length > 0) return { problems }
  const { reference = '', account = '', name = '', status = '', code: bankCode, serial, date } = found
  const outcome = table.statuses.find(({ bank }) => bank === status)?.means ?? 'unknown'
  const on = date && dateOf(table.dateFormat, date)
  const refused = outcome === 'failed' || outcome === 'bounced'
  return {
    row: place,
    reference,
    account,
    name,
    amountFen: found.amountFen ? amountOf(found.amountFen, 'fen')! : amountOf(found.amountYuan ?? '', 'yuan')!,
    outcome,
    ...(refused && { code: table.codes.find(({ bank }) => bank === bankCode)?.means ?? 'other' }),
    bankStatus: status,
    ...(bankCode && { bankCode }),
    ...(serial && { serial }),
    ...(on && { on }),
  }
}

function inCell(
  table: ResultTable,
  { of, constant, mayBeEmpty }: Field<ResultSource>,
  value: string,
): ResultFileProblem['problem'] | undefined {
  if (of === 'ignored') return undefined
  if (!isSeen(value)) return 'control'
  if (constant !== undefined) return value === constant ? undefined : 'columns'
  if (value === '') return mayBeEmpty ? undefined : 'missing'
  switch (of) {
    case undefined:
      return undefined
    case 'amountFen':
      return amountOf(value, 'fen') ? undefined : 'shape'
    case 'amountYuan':
      return amountOf(value, 'yuan') ? undefined : 'shape'
    case 'date':
      return dateOf(table.dateFormat, value) ? undefined : 'shape'
    case 'reference':
    case 'account':
    case 'name':
    case 'status':
    case 'code':
    case 'serial':
      return shapes[of].test(value) ? undefined : 'shape'
  }
}

type Totals = { readonly [S in Exclude<TotalSource, 'ignored'>]: string }
type Summed = { readonly outcome: BankOutcome; readonly amountFen: Fen }

function totalsOf(rows: readonly Summed[]): Totals {
  const over = (outcome?: BankOutcome) => {
    const counted = rows.filter((each) => outcome === undefined || each.outcome === outcome)
    return { count: String(counted.length), sum: fen(counted.reduce((sum, { amountFen }) => sum + amountFen, 0)) }
  }
  const [all, settled, failed] = [over(), over('settled'), over('failed')]
  return {
    count: all.count,
    totalYuan: inYuan(all.sum),
    totalFen: String(all.sum),
    settledCount: settled.count,
    settledYuan: inYuan(settled.sum),
    settledFen: String(settled.sum),
    failedCount: failed.count,
    failedYuan: inYuan(failed.sum),
    failedFen: String(failed.sum),
  }
}

function inTotals(
  table: ResultTable,
  fields: TotalRow,
  line: string,
  place: number,
  sums: Totals | undefined,
): readonly ResultFileProblem[] {
  if (fields === 'anyLine') return []
  const values = valuesOf(table, fields, line)
  if (!values) return [{ row: place, problem: 'columns' }]
  return fields.flatMap(({ of, constant }, i): readonly ResultFileProblem[] => {
    if (constant !== undefined) return values[i] === constant ? [] : [{ row: place, problem: 'heading' }]
    if (of === undefined || of === 'ignored' || !sums || values[i] === sums[of]) return []
    return [{ row: place, field: of, problem: 'totals' }]
  })
}

export type BankAnswer = Omit<ResultRow, 'row' | 'bankStatus'> & { readonly bankStatus?: string }

/**
 * The bank's side of a format, for who stands in for a bank: its answer as the bytes that `parseResultFile` reads.
 * @throws {RangeError} for an answer that the format cannot say
 */
export function resultFileFor(format: PayFormat, answers: readonly BankAnswer[]): Uint8Array {
  const table = format.result
  const sums = totalsOf(answers)
  const written = (field: Field, value: string): string => {
    // what nobody reads may be left out
    const made = cell(table, field.of === 'ignored' ? { ...field, mayBeEmpty: true } : field, value)
    if ('text' in made) return made.text
    throw new RangeError(`${field.of} cannot be written: ${made.problem}`)
  }
  const totalLine = (fields: TotalRow): string =>
    fields === 'anyLine'
      ? '#'
      : row(
          table,
          fields.map((field) => {
            const { of, constant } = field
            return written(field, of === undefined || of === 'ignored' ? (constant ?? '') : sums[of])
          }),
        )
  const line = (answer: BankAnswer) =>
    row(
      table,
      table.details.map((field) => written(field, field.constant ?? answered(table, answer, field.of ?? 'ignored'))),
    )
  return fileBytes(table, [...table.first.map(totalLine), ...answers.map(line), ...table.last.map(totalLine)])
}

function answered(table: ResultTable, answer: BankAnswer, of: ResultSource): string {
  switch (of) {
    case 'reference':
    case 'account':
    case 'name':
      return answer[of]
    case 'amountYuan':
      return inYuan(answer.amountFen)
    case 'amountFen':
      return String(answer.amountFen)
    case 'status': {
      const status = answer.bankStatus ?? table.statuses.find(({ means }) => means === answer.outcome)?.bank
      if (status === undefined) throw new RangeError(`no status means ${answer.outcome}`)
      return status
    }
    case 'code':
      return answer.bankCode ?? table.codes.find(({ means }) => means === answer.code)?.bank ?? ''
    case 'serial':
      return answer.serial ?? ''
    case 'date':
      return answer.on ? dateIn(table.dateFormat, answer.on) : ''
    case 'ignored':
      return ''
  }
}
