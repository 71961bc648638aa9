/** Values become cells, rows and bytes, and come back, exactly or not at all: nothing is cut, guessed or replaced by `?`. */
import iconv from 'iconv-lite'
import type { DateFormat, Encoding, Field, Table } from './format.ts'
import { plainDate, type PlainDate } from '../../domain/dates.ts'
import { fen, type Fen } from '../../domain/money.ts'

/**
 * Why a value cannot be written. `control`: a line break or another character that is not seen. `formula`: it begins
 * like a formula, and a bank's clerk opens such files in a spreadsheet. `edge`: a space at its beginning or end, which
 * banks drop.
 */
export type CellProblem =
  | 'missing'
  | 'control'
  | 'formula'
  | 'edge'
  | 'notInEncoding'
  | 'tooLong'
  | 'separator'
  | 'notDigits'

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\uFFFD]/u
/** Spreadsheets take the full-width signs for the same. */
const formula = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/
const ascii = /^[\x20-\x7e]*$/
/** The editions of GB 18030 (2000, 2005, 2022) give these other bytes: the bank might read something else. */
const differsBetweenEditions = /[\u1E3F\uFE10-\uFE19\u9FB4-\u9FBB]/
/** What is called GBK is code page 936 at most banks; characters that only the standard has would not arrive. */
const codePage = { gb18030: 'gb18030', gbk: 'cp936' } as const

/** undefined where the encoding cannot hold the text so that every reader reads it back. */
export function encoded(text: string, encoding: Encoding): Buffer | undefined {
  if (encoding === 'utf8' || encoding === 'utf8Bom') return text.isWellFormed() ? Buffer.from(text) : undefined
  if (ascii.test(text)) return Buffer.from(text, 'latin1')
  if (differsBetweenEditions.test(text)) return undefined
  const bytes = iconv.encode(text, codePage[encoding])
  return iconv.decode(bytes, codePage[encoding], { stripBOM: false }) === text ? bytes : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** undefined where the bytes are not what the encoding writes. */
export function decoded(bytes: Uint8Array, encoding: Encoding): string | undefined {
  if (encoding === 'utf8' || encoding === 'utf8Bom') {
    try {
      return utf8.decode(bytes)
    } catch {
      return undefined
    }
  }
  const text = iconv.decode(bytes, codePage[encoding], { stripBOM: false })
  return !text.includes('\uFFFD') && iconv.encode(text, codePage[encoding]).equals(bytes) ? text : undefined
}

export const isSeen = (text: string): boolean => !unseen.test(text)

/** A value as it stands in its column, or why it cannot. */
export function cell(table: Table, field: Field, value: string): { text: string } | { problem: CellProblem } {
  const { encoding, layout } = table
  const text = field.digits === undefined ? value : value.padStart(field.digits, '0')
  if (text === '' && !field.mayBeEmpty && field.constant === undefined) return { problem: 'missing' }
  const plain = ascii.test(text)
  if (!plain && !isSeen(text)) return { problem: 'control' }
  if (text !== text.trim()) return { problem: 'edge' }
  if (field.constant === undefined && formula.test(text)) return { problem: 'formula' }
  if (field.digits !== undefined && !/^[0-9]+$/.test(text)) return { problem: 'notDigits' }
  const bytes = plain ? text.length : encoded(text, encoding)?.length
  if (bytes === undefined) return { problem: 'notInEncoding' }
  const most = (limit: number | undefined) => limit ?? Infinity
  if (bytes > most(field.maxBytes) || bytes > most(field.width)) return { problem: 'tooLong' }
  const characters = plain || field.maxCharacters === undefined ? text.length : Array.from(text).length
  if (characters > most(field.maxCharacters) || text.length > most(field.digits)) return { problem: 'tooLong' }
  if (layout.kind === 'fixed') {
    const fill = (field.fill ?? ' ').repeat((field.width ?? 0) - bytes)
    return { text: field.align === 'right' ? fill + text : text + fill }
  }
  if (layout.quoting === 'none') return text.includes(layout.separator) ? { problem: 'separator' } : { text }
  return { text: text.includes(layout.separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text }
}

export const row = ({ layout }: Table, cells: readonly string[]): string =>
  cells.join(layout.kind === 'separated' ? layout.separator : '')

/** For rows whose cells `cell` wrote: those the encoding holds. */
export function fileBytes({ encoding, lineEnd }: Table, rows: readonly string[]): Buffer {
  const end = lineEnd === 'crlf' ? '\r\n' : '\n'
  const text = rows.map((each) => each + end).join('')
  if (encoding === 'utf8Bom') return Buffer.from(`\uFEFF${text}`)
  return encoding === 'utf8' ? Buffer.from(text) : iconv.encode(text, codePage[encoding])
}

/** The rows of a file, without the blank ones at its end; undefined for each row that is not in the encoding. */
export function rowsOf({ encoding }: Table, bytes: Uint8Array): readonly (string | undefined)[] {
  const rows: (string | undefined)[] = []
  // no encoding here uses the byte of a line feed inside another character
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(0x0a, from)
    const to = found < 0 ? bytes.length : found
    const text = decoded(bytes.subarray(from, to), encoding)
    rows.push((from === 0 ? text?.replace(/^\uFEFF/, '') : text)?.replace(/\r$/, ''))
    from = to + 1
  }
  while (rows.at(-1) === '') rows.pop()
  return rows
}

function unquoted(line: string, separator: string): readonly string[] | undefined {
  const cells: string[] = []
  for (let from = 0; ;) {
    let to: number
    if (line[from] === '"') {
      to = from + 1
      while (to < line.length && (line[to] !== '"' || line[to + 1] === '"')) to += line[to] === '"' ? 2 : 1
      if (line[to] !== '"') return undefined
      cells.push(line.slice(from + 1, to).replaceAll('""', '"'))
      to++
      if (to < line.length && line[to] !== separator) return undefined
    } else {
      const found = line.indexOf(separator, from)
      to = found < 0 ? line.length : found
      const text = line.slice(from, to)
      if (text.includes('"')) return undefined
      cells.push(text)
    }
    if (to >= line.length) return cells
    from = to + 1
  }
}

/** The values of a row in the order of `fields`, without what fills them up; undefined where it has other columns. */
export function valuesOf(table: Table, fields: readonly Field[], line: string): readonly string[] | undefined {
  const cells = table.layout.kind === 'fixed' ? slices(table, fields, line) : separated(table.layout, line)
  if (cells?.length !== fields.length) return undefined
  const values = fields.map((field, i) => unfilled(field, cells[i]!))
  return values.every((value) => value !== undefined) ? values : undefined
}

const separated = ({ separator, quoting }: Extract<Table['layout'], { kind: 'separated' }>, line: string) =>
  quoting === 'csv' ? unquoted(line, separator) : line.split(separator)

function slices({ encoding }: Table, fields: readonly Field[], line: string): readonly string[] | undefined {
  const bytes = encoded(line, encoding)
  const cells: string[] = []
  let from = 0
  for (const { width = 0 } of fields) {
    // a slice that cuts through a character is not in the encoding
    const text = bytes && decoded(bytes.subarray(from, from + width), encoding)
    if (text === undefined) return undefined
    cells.push(text)
    from += width
  }
  return from === bytes?.length ? cells : undefined
}

const withoutZeros = (text: string) => text.replace(/^0+(?=[0-9])/, '')

function unfilled({ width, align, fill, digits }: Field, text: string): string | undefined {
  if (digits !== undefined) return text.length === digits && /^[0-9]+$/.test(text) ? withoutZeros(text) : undefined
  if (width === undefined) return text
  if (align !== 'right') return text.replace(/ +$/, '')
  return fill === '0' ? withoutZeros(text) : text.replace(/^ +/, '')
}

export const inYuan = (amount: Fen): string => `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`

/** No single payment is larger, so that the sum of any file stays exact: 99,999,999.99 yuan. */
export const mostFen = 9_999_999_999

/** An amount above 0 as a bank writes it: yuan with exactly two decimals, or whole fen; undefined for anything else. */
export function amountOf(text: string, unit: 'yuan' | 'fen'): Fen | undefined {
  const shape = unit === 'yuan' ? /^(?:0|[1-9][0-9]{0,7})\.[0-9]{2}$/ : /^[1-9][0-9]{0,9}$/
  const amount = shape.test(text) ? Number(text.replace('.', '')) : 0
  return amount > 0 ? fen(amount) : undefined
}

const separatorOf: { readonly [F in DateFormat]: string } = { YYYYMMDD: '', 'YYYY-MM-DD': '-', 'YYYY/MM/DD': '/' }

export const dateIn = (format: DateFormat, date: PlainDate): string => date.replaceAll('-', separatorOf[format])

/** undefined where the text is not a day in this format. */
export function dateOf(format: DateFormat, text: string): PlainDate | undefined {
  const parts = /^([0-9]{4})(.?)([0-9]{2})(.?)([0-9]{2})$/.exec(text)
  if (parts?.[2] !== separatorOf[format] || parts[4] !== separatorOf[format]) return undefined
  return plainDate(`${parts[1]}-${parts[3]}-${parts[5]}`)
}
