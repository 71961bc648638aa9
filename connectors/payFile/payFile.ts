/** A batch as the files its bank takes. No clock and no chance: the same batch and format give the same bytes. */
import { cell, type CellProblem, dateIn, fileBytes, inYuan, mostFen, row } from './cells.ts'
import type { BatchSource, Field, FileNameSource, LineSource, PayFormat, PayTable } from './format.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { fen, type Fen } from '../../domain/money.ts'

export type PayBatch = {
  /** Our number of the batch. */
  readonly number: string
  /** `code`: by which the bank knows who pays (单位编号). */
  readonly payer: { readonly code: string; readonly account: string; readonly name: string }
  readonly businessDate: PlainDate
  /** Of the first file, within the payer's day; the files after it count on. */
  readonly serial: number
  readonly purpose: string
  readonly lines: readonly PayLine[]
}

export type PayLine = {
  /** The place in the batch, from 1. */
  readonly line: number
  /** Lasting: the bank knows the payment by it. ASCII letters and digits, at most 32. */
  readonly reference: string
  /** Digits. */
  readonly account: string
  readonly name: string
  /** Above 0, below 100,000,000 yuan. */
  readonly amountFen: Fen
  readonly bankName: string
}

export type PayFile = {
  /** ASCII. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly count: number
  readonly totalFen: Fen
}

/** `line`: of the batch; without one it is about the batch itself. Holds no value of a person. */
export type PayFileProblem = {
  readonly line?: number
  readonly field: LineSource | BatchSource | 'fileName' | 'lines' | 'constant'
  readonly problem: CellProblem | 'repeated' | 'shape'
}

/** Nothing is built. `problems`: all of them, in the order of the lines. */
export class PayFileRefused extends Error {
  override name = 'PayFileRefused'
  readonly problems: readonly PayFileProblem[]
  constructor(problems: readonly PayFileProblem[]) {
    super(problems.map(({ line, field, problem }) => `line ${line ?? '–'}: ${field} ${problem}`).join('\n'))
    this.problems = problems
  }
}

/** A text as this bank wants it written: what its answer is compared with. */
export const asWritten = ({ pay }: PayFormat, text: string): string =>
  pay.replacements.length === 0
    ? text
    : Array.from(text, (char) => pay.replacements.find(({ from }) => from === char)?.to ?? char).join('')

/** In order of line, as many files as the bank's row limit asks for. @throws {PayFileRefused} */
export function buildPayFiles(format: PayFormat, batch: PayBatch): readonly PayFile[] {
  const { rowLimit } = format.pay
  const lines = batch.lines.toSorted((a, b) => a.line - b.line)
  const problems = inLines(lines)
  if (!shapes.code.test(batch.payer.code)) problems.push({ field: 'payerCode', problem: 'shape' })
  if (!Number.isSafeInteger(batch.serial) || batch.serial < 1) problems.push({ field: 'serial', problem: 'shape' })
  // an amount that is none has no total
  if (problems.length > 0) throw new PayFileRefused(problems)
  const files: PayFile[] = []
  for (let from = 0; from < lines.length; from += rowLimit) {
    const part = { format, batch, serial: batch.serial + files.length, lines: lines.slice(from, from + rowLimit) }
    files.push(partFile(part, problems))
  }
  if (problems.length > 0) throw new PayFileRefused(problems)
  return files
}

const shapes = { code: /^[A-Za-z0-9_-]{1,32}$/, reference: /^[A-Za-z0-9]{1,32}$/, account: /^[0-9]{1,32}$/ }

function inLines(lines: readonly PayLine[]): PayFileProblem[] {
  if (lines.length === 0) return [{ field: 'lines', problem: 'missing' }]
  const problems: PayFileProblem[] = []
  const references = new Set<string>()
  let before = 0
  for (const { line, reference, account, amountFen } of lines) {
    const wrong = (field: LineSource, problem: 'repeated' | 'shape') => problems.push({ line, field, problem })
    if (!Number.isSafeInteger(line) || line < 1) wrong('line', 'shape')
    else if (line === before) wrong('line', 'repeated')
    if (!shapes.reference.test(reference)) wrong('reference', 'shape')
    else if (references.has(reference)) wrong('reference', 'repeated')
    if (!shapes.account.test(account)) wrong('account', 'shape')
    if (!Number.isSafeInteger(amountFen) || amountFen <= 0 || amountFen > mostFen) wrong('amountFen', 'shape')
    references.add(reference)
    before = line
  }
  return problems
}

type Part = {
  readonly format: PayFormat
  readonly batch: PayBatch
  readonly serial: number
  readonly lines: readonly PayLine[]
}

const total = ({ lines }: Part) => fen(lines.reduce((sum, { amountFen }) => sum + amountFen, 0))

const ofBatch: { readonly [S in BatchSource]: (part: Part, table: PayTable) => string } = {
  batch: ({ batch }) => batch.number,
  payerCode: ({ batch }) => batch.payer.code,
  payerAccount: ({ batch }) => batch.payer.account,
  payerName: ({ format, batch }) => asWritten(format, batch.payer.name),
  businessDate: ({ batch }, { dateFormat }) => dateIn(dateFormat, batch.businessDate),
  serial: ({ serial }) => String(serial),
  purpose: ({ format, batch }) => asWritten(format, batch.purpose),
  count: ({ lines }) => String(lines.length),
  totalYuan: (part) => inYuan(total(part)),
  totalFen: (part) => String(total(part)),
}

const ofLine: { readonly [S in LineSource]: (line: PayLine, row: number, format: PayFormat) => string } = {
  line: ({ line }) => String(line),
  row: (_, place) => String(place),
  reference: ({ reference }) => reference,
  account: ({ account }) => account,
  name: ({ name }, _, format) => asWritten(format, name),
  amountYuan: ({ amountFen }) => inYuan(amountFen),
  amountFen: ({ amountFen }) => String(amountFen),
  bankName: ({ bankName }, _, format) => asWritten(format, bankName),
}

const isOfLine = (of: LineSource | BatchSource): of is LineSource => Object.hasOwn(ofLine, of)

function partFile(part: Part, problems: PayFileProblem[]): PayFile {
  const { format } = part
  const table = format.pay
  const written = (field: Field<LineSource | BatchSource>, value: string, line?: number): string => {
    const made = cell(table, field, value)
    if ('text' in made) return made.text
    const wrong = { field: field.of ?? 'constant', problem: made.problem } as const
    if (line === undefined) ofTheBatch(wrong, problems)
    else problems.push({ line, ...wrong })
    return ''
  }
  // what all rows of a file share is written once: its total costs a pass over them
  const shared = new Map<Field, string>()
  const sharedCell = (field: Field<LineSource | BatchSource>, of: BatchSource | undefined): string => {
    const made = shared.get(field) ?? written(field, of ? ofBatch[of](part, table) : (field.constant ?? ''))
    shared.set(field, made)
    return made
  }
  const sharedRow = (fields: readonly Field<BatchSource>[]) =>
    row(
      table,
      fields.map((field) => sharedCell(field, field.of)),
    )
  const lineRow = (line: PayLine, i: number) =>
    row(
      table,
      table.details.map((field) => {
        const { of } = field
        if (of === undefined || !isOfLine(of)) return sharedCell(field, of)
        return written(field, ofLine[of](line, i + 1, format), line.line)
      }),
    )
  const rows = [...table.first.map(sharedRow), ...part.lines.map(lineRow), ...table.last.map(sharedRow)]
  const name = fileName(table.fileName, (of) => ofBatch[of](part, table))
  if (name === undefined) ofTheBatch({ field: 'fileName', problem: 'shape' }, problems)
  return {
    name: name ?? '',
    bytes: problems.length > 0 ? new Uint8Array() : fileBytes(table, rows),
    count: part.lines.length,
    totalFen: total(part),
  }
}

/** What every file of a batch, or every row, would say again is said once. */
function ofTheBatch(problem: PayFileProblem, problems: PayFileProblem[]): void {
  if (!problems.some(({ line, field }) => line === undefined && field === problem.field)) problems.push(problem)
}

/** undefined where not every system can name a file so. */
function fileName(fields: readonly Field<FileNameSource>[], value: (of: BatchSource) => string): string | undefined {
  const parts = fields.map((field) => {
    const text = field.of === 'businessDate' ? value(field.of).replaceAll(/[-/]/g, '') : field.of && value(field.of)
    return (text ?? field.constant ?? '').padStart(field.digits ?? 0, '0')
  })
  const tooLong = fields.some(({ digits }, i) => digits !== undefined && parts[i]!.length > digits)
  const name = parts.join('')
  return !tooLong && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) ? name : undefined
}
