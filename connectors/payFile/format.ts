/**
 * A bank's file format, described as data: the file that asks it to pay, and the one in which it answers. The files of
 * `formats/` are read by `formatFile.ts`; `docs/pay-files.md` says how one is written.
 */
import type { FailureCode, PayoutOutcome } from '../../domain/payout.ts'

/** `utf8Bom`: UTF-8 that begins with a byte order mark. */
export const encodings = ['utf8', 'utf8Bom', 'gb18030', 'gbk'] as const
export type Encoding = (typeof encodings)[number]

export const dateFormats = ['YYYYMMDD', 'YYYY-MM-DD', 'YYYY/MM/DD'] as const
export type DateFormat = (typeof dateFormats)[number]

/**
 * Without quoting a value that holds the separator is refused. A fixed width counts bytes of the encoding, which is how
 * banks count.
 */
export type Layout =
  | { readonly kind: 'separated'; readonly separator: string; readonly quoting: 'none' | 'csv' }
  | { readonly kind: 'fixed' }

/** How rows become bytes. */
export type Table = {
  readonly encoding: Encoding
  readonly lineEnd: 'lf' | 'crlf'
  readonly dateFormat: DateFormat
  readonly layout: Layout
}

/**
 * One column: a value of ours (`of`) or the same text in every file (`constant`), exactly one of the two. Too long is
 * refused, never cut. `digits`: a whole number, filled up with zeros to exactly so many.
 */
export type Field<Of extends string = string> = {
  readonly of?: Of
  readonly constant?: string
  readonly digits?: number
  readonly maxCharacters?: number
  readonly maxBytes?: number
  readonly mayBeEmpty?: boolean
  readonly width?: number
  readonly align?: 'left' | 'right'
  readonly fill?: ' ' | '0'
}

/** `serial`: the file's, within the payer's day. `batch`: the number of our batch. Totals are those of the one file. */
export const batchSources = [
  'batch',
  'payerCode',
  'payerAccount',
  'payerName',
  'businessDate',
  'serial',
  'purpose',
  'count',
  'totalYuan',
  'totalFen',
] as const
export type BatchSource = (typeof batchSources)[number]

/** `line`: the place in the batch. `row`: the place in the file, from 1. Yuan have two decimals. */
export const lineSources = [
  'line',
  'row',
  'reference',
  'account',
  'name',
  'amountYuan',
  'amountFen',
  'bankName',
] as const
export type LineSource = (typeof lineSources)[number]

export const fileNameSources = ['batch', 'payerCode', 'businessDate', 'serial'] as const
export type FileNameSource = (typeof fileNameSources)[number]

/** What a row of the bank's answer says. `ignored`: a column that is not looked at. */
export const resultSources = [
  'reference',
  'account',
  'name',
  'amountYuan',
  'amountFen',
  'status',
  'code',
  'serial',
  'date',
  'ignored',
] as const
export type ResultSource = (typeof resultSources)[number]

/** What the bank adds up in its answer, over all rows, over those settled and over those failed. */
export const totalSources = [
  'count',
  'totalYuan',
  'totalFen',
  'settledCount',
  'settledYuan',
  'settledFen',
  'failedCount',
  'failedYuan',
  'failedFen',
  'ignored',
] as const
export type TotalSource = (typeof totalSources)[number]

/** What a bank says of a payout in its file. */
export type BankOutcome = Exclude<PayoutOutcome, 'reopened'>

export type PayTable = Table & {
  /** Payments in one file; a longer batch becomes several files. */
  readonly rowLimit: number
  readonly fileName: readonly Field<FileNameSource>[]
  readonly first: readonly (readonly Field<BatchSource>[])[]
  readonly details: readonly Field<LineSource | BatchSource>[]
  readonly last: readonly (readonly Field<BatchSource>[])[]
  /** What the bank wants written instead of a character; without a rule, what cannot be written is refused. */
  readonly replacements: readonly { readonly from: string; readonly to: string }[]
}

/** A line of the bank's answer above or below its rows; `anyLine` is not looked at. */
export type TotalRow = readonly Field<TotalSource>[] | 'anyLine'

export type ResultTable = Table & {
  readonly first: readonly TotalRow[]
  readonly details: readonly Field<ResultSource>[]
  readonly last: readonly TotalRow[]
  /** A status that is not here means `unknown`. */
  readonly statuses: readonly { readonly bank: string; readonly means: BankOutcome }[]
  /** A code that is not here means `other`. */
  readonly codes: readonly { readonly bank: string; readonly means: FailureCode }[]
}

export type PayFormat = {
  readonly id: string
  readonly title: string
  readonly pay: PayTable
  readonly result: ResultTable
}

const wholeNumbers: readonly (LineSource | BatchSource | ResultSource | TotalSource)[] = [
  ...(['line', 'row', 'amountFen', 'count', 'totalFen'] as const),
  ...(['settledCount', 'settledFen', 'failedCount', 'failedFen'] as const),
]
const amountsInYuan: readonly string[] = ['amountYuan', 'totalYuan', 'settledYuan', 'failedYuan']

/** In the bank's answer `serial` is the bank's own, and no number. */
export const isWholeNumber = (of: string | undefined, place: 'pay' | 'result'): boolean =>
  wholeNumbers.some((each) => each === of) || (place === 'pay' && of === 'serial')
export const isNumber = (of: string | undefined, place: 'pay' | 'result'): boolean =>
  isWholeNumber(of, place) || amountsInYuan.some((each) => each === of)
