/** A bank's format read from YAML, or refused with every problem. A key that is not known is one, so a misspelt one. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { cell } from './cells.ts'
import {
  batchSources,
  dateFormats,
  encodings,
  type Field,
  fileNameSources,
  isNumber,
  isWholeNumber,
  type Layout,
  lineSources,
  type PayFormat,
  resultSources,
  type Table,
  type TotalRow,
  totalSources,
} from './format.ts'
import { failureCodes } from '../../domain/payout.ts'
import {
  checked,
  flag,
  list,
  listBy,
  mapped,
  nonEmpty,
  oneOf,
  optional,
  positive,
  type Problem,
  type Reader,
  record,
  text,
  textAs,
  YamlSource,
} from '../../domain/yamlReading.ts'

/** The formats of this installation. */
export const payFormatsFolder = path.join(import.meta.dirname, 'formats')

export class PayFormatsRefused extends Error {
  override name = 'PayFormatsRefused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('\n'))
    this.problems = problems
  }
}

/** Every `<id>.yaml` of a folder, by id, in order of id. @throws {PayFormatsRefused} */
export function readPayFormats(folder: string = payFormatsFolder): ReadonlyMap<string, PayFormat> {
  const problems: Problem[] = []
  const formats = new Map<string, PayFormat>()
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.yaml')) continue
    const read = parsePayFormat(file, readFileSync(path.join(folder, file), 'utf8'))
    if ('problems' in read) problems.push(...read.problems)
    else formats.set(read.format.id, read.format)
  }
  if (problems.length > 0) throw new PayFormatsRefused(problems)
  return formats
}

/** `file`: its name, which is the format's id and `.yaml`. */
export function parsePayFormat(
  file: string,
  yaml: string,
): { readonly format: PayFormat } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const format = new YamlSource(file, yaml, problems).read(payFormat)
  if (!format) return { problems }
  const wrong = (reason: string) => problems.push({ file, line: 1, reason })
  if (`${format.id}.yaml` !== file) wrong(`the format is called ${format.id} and its file is not`)
  for (const reason of [...inPay(format.pay), ...inResult(format.result)]) wrong(reason)
  return problems.length > 0 ? { problems } : { format }
}

const exactText = textAs('text', (value) => value)
const separators = new Map([
  ['|', '|'],
  [',', ','],
  [';', ';'],
  ['^', '^'],
  ['tab', '\t'],
])

const layoutKeys = record({
  separator: optional(textAs(`one of ${[...separators.keys()].join(' ')}`, (value) => separators.get(value))),
  quoting: optional(oneOf(['none', 'csv'])),
  fixedWidth: optional(flag),
})
const layout: Reader<Layout> = (source, node) => {
  const read = layoutKeys(source, node)
  if (!read) return undefined
  const { separator, quoting, fixedWidth } = read
  if (fixedWidth && separator === undefined && quoting === undefined) return { kind: 'fixed' }
  if (fixedWidth === undefined && separator !== undefined && quoting !== undefined)
    return { kind: 'separated', separator, quoting }
  return source.wrong(node, 'expected separator and quoting, or fixedWidth: true')
}

const field = <Of extends string>(sources: readonly Of[]): Reader<Field<Of>> =>
  checked(
    record({
      of: optional(oneOf(sources)),
      constant: optional(exactText),
      digits: optional(positive),
      maxCharacters: optional(positive),
      maxBytes: optional(positive),
      mayBeEmpty: optional(flag),
      width: optional(positive),
      align: optional(oneOf(['left', 'right'])),
      fill: optional(oneOf([' ', '0'])),
    }) as Reader<Field<Of>>,
    ({ of, constant }) => ((of === undefined) === (constant === undefined) ? 'expected of or constant' : undefined),
  )
const row = <Of extends string>(sources: readonly Of[]) => nonEmpty(list(field(sources)))

const tableShape = {
  encoding: oneOf(encodings),
  lineEnd: oneOf(['lf', 'crlf']),
  dateFormat: oneOf(dateFormats),
  layout,
}

const anyLine = oneOf(['anyLine'])
const totalRow: Reader<TotalRow> = (source, node) =>
  'value' in node ? anyLine(source, node) : row(totalSources)(source, node)

const pay = record({
  ...tableShape,
  rowLimit: positive,
  fileName: row(fileNameSources),
  first: list(row(batchSources)),
  details: row([...lineSources, ...batchSources]),
  last: list(row(batchSources)),
  replacements: listBy(
    ({ from }: { readonly from: string; readonly to: string }) => from,
    record({
      from: checked(exactText, (value) => (Array.from(value).length === 1 ? undefined : 'expected one character')),
      to: exactText,
    }),
  ),
})

/** The bank's words or codes, which are text though they look like numbers, and ours. */
const meanings = <const M extends string>(ours: readonly M[]) =>
  listBy(
    ({ bank }: { readonly bank: string; readonly means: M }) => bank,
    record({ bank: text, means: oneOf(ours) }) as Reader<{ readonly bank: string; readonly means: M }>,
  )

const result = record({
  ...tableShape,
  first: list(totalRow),
  details: row(resultSources),
  last: list(totalRow),
  statuses: meanings(['settled', 'failed', 'unknown', 'bounced']),
  codes: meanings(failureCodes),
})

const payFormat: Reader<PayFormat> = mapped(record({ id: text, title: text, pay, result }), (format) => format)

/** What a field says that its table cannot do. */
function inField(table: Table, each: Field, place: 'pay' | 'result', mayBeEmpty: readonly string[]): string[] {
  const problems: string[] = []
  const name = each.of ?? `the constant ${each.constant}`
  const number = isNumber(each.of, place)
  if (each.digits !== undefined && !isWholeNumber(each.of, place)) problems.push(`${name} is no whole number of digits`)
  if (each.mayBeEmpty && !mayBeEmpty.includes(each.of ?? '')) problems.push(`${name} may not be empty`)
  if (table.layout.kind === 'fixed') {
    if (each.width === undefined) problems.push(`${name} has no width`)
    if (each.fill === '0' && !(number && each.align === 'right'))
      problems.push(`${name} is not a number on the right, so zeros cannot fill it`)
  } else if (each.width !== undefined || each.align !== undefined || each.fill !== undefined) {
    problems.push(`${name} has a width in a table with a separator`)
  }
  if (each.constant !== undefined) {
    const written = cell(table, each, each.constant)
    if ('problem' in written) problems.push(`${name} cannot be written: ${written.problem}`)
  }
  return problems
}

/** How often each of `wanted` stands among the fields. */
const times = (fields: readonly Field[], ...wanted: readonly string[]) =>
  fields.filter(({ of }) => of !== undefined && wanted.includes(of)).length

function inPay(table: PayFormat['pay']): string[] {
  const rows = [...table.first, table.details, ...table.last]
  const problems = rows.flat().flatMap((each) => inField(table, each, 'pay', ['bankName', 'purpose']))
  for (const each of table.fileName) {
    if (each.constant !== undefined && !/^[\w.-]+$/.test(each.constant))
      problems.push(`the file name has ${each.constant}, which not every system can name a file`)
    if (each.digits !== undefined && each.of !== 'serial') problems.push('only serial has digits in a file name')
  }
  if (times(table.fileName, 'serial') !== 1) problems.push('the file name has to hold serial once')
  for (const wanted of ['reference', 'account', 'name'])
    if (times(table.details, wanted) !== 1) problems.push(`the details of pay have to hold ${wanted} once`)
  if (times(table.details, 'amountYuan', 'amountFen') !== 1)
    problems.push('the details of pay have to hold amountYuan or amountFen once')
  return problems
}

function inResult(table: PayFormat['result']): string[] {
  const totals = [...table.first, ...table.last].filter((each) => each !== 'anyLine')
  const problems = [table.details, ...totals]
    .flat()
    .flatMap((each) => inField(table, each, 'result', ['code', 'serial', 'date', 'ignored']))
  for (const wanted of ['reference', 'account', 'name', 'status'])
    if (times(table.details, wanted) !== 1) problems.push(`the details of result have to hold ${wanted} once`)
  if (times(table.details, 'amountYuan', 'amountFen') !== 1)
    problems.push('the details of result have to hold amountYuan or amountFen once')
  for (const wanted of ['code', 'serial', 'date'])
    if (times(table.details, wanted) > 1) problems.push(`the details of result hold ${wanted} twice`)
  for (const means of ['settled', 'failed'])
    if (!table.statuses.some((each) => each.means === means)) problems.push(`no status means ${means}`)
  return problems
}
