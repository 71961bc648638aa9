/** The grid's columns, taken from the form; how a cell is read that was typed or pasted. */
import { lostInSpreadsheet } from '../../../domain/spreadsheetNumber.ts'
import { readAccount } from '../../../domain/bankCard.ts'
import { plainDate } from '../../../domain/dates.ts'
import type { FormField, Policy } from '../../../domain/policy.ts'
import type { PaperConsent } from '../../../contract/entries.ts'
import type { DraftForm } from '../../../contract/form.ts'

export type Column = Pick<FormField, 'key' | 'label' | 'kind' | 'choices' | 'maxLength' | 'onlyIf'> & {
  /** Pixels. */
  readonly width: number
}

const widths: { readonly [key: string]: number } = {
  name: 92,
  idNumber: 176,
  phone: 118,
  yearsInShanghai: 76,
  migrant: 84,
  professionalTitle: 92,
  filingAuthority: 150,
  level: 138,
  occupationName: 190,
  certificateNumber: 214,
  payee: 142,
  bankName: 180,
  accountNumber: 184,
}

/** Of the paper itself: the day of the consent, and whether everything on it is signed. */
const paperColumns: readonly Column[] = [
  { key: 'consentedOn', label: '同意日期', kind: 'date', width: 112 },
  { key: 'signed', label: '承诺和同意都已签', kind: 'choice', width: 132 },
]

/** Person, certificate and payee, box by box as on the form; unit and pictures stand beside the grid. */
export const columnsOf = (policy: Policy): Column[] => [
  ...policy.form.steps
    .filter(({ id }) => id !== 'unit')
    .flatMap(({ fields }) => fields)
    .filter(({ kind }) => kind !== 'derived' && kind !== 'file')
    .map((field) => ({ ...field, width: widths[field.key] ?? 124 })),
  ...paperColumns,
]

/** What is changed in a row; `undefined` takes a value out. */
export type RowPatch = {
  readonly form?: { readonly [K in keyof DraftForm]?: DraftForm[K] | undefined }
  readonly paper?: { readonly [K in keyof PaperConsent]?: PaperConsent[K] | undefined }
}
export type Read = { readonly patch: RowPatch } | { readonly wrong: string }

/** 20251120, 2025/11/20, 2025年11月20日 and the like; what is no date stays as typed and is said to be none. */
export function readDate(text: string): string {
  const bare = text.normalize('NFKC').trim()
  const [year, month, day] =
    /^(\d{4})(\d{2})(\d{2})$/.exec(bare)?.slice(1) ??
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(bare)?.slice(1) ??
    []
  const written = year && `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  return (written && plainDate(written)) || bare.slice(0, 20)
}

/** An occupation is known by its code where the policy lists it; otherwise it is called what the certificate calls it. */
export function readOccupation(text: string, policy: Policy): Pick<DraftForm, 'occupationCode' | 'occupationName'> {
  const [, code, name] = /^(\d-\d{2}-\d{2}-\d{2})?\s*(.*)$/.exec(text.normalize('NFKC').trim())!
  const listed = policy.occupations.find((each) => (code ? each.code === code : each.name === name))
  const [foundCode, foundName] = [code ?? listed?.code, name || listed?.name]
  return {
    ...(foundCode && { occupationCode: foundCode }),
    ...(foundName && { occupationName: foundName.slice(0, 40) }),
  }
}

const yes = /^(是|有|已签|签了|√|✓|✔|1|y|yes)$/i
const bareLabel = (text: string) => text.normalize('NFKC').replace(/[\s（）()]/g, '')

/** A choice by its label, by its label without what stands in brackets, or by a beginning that only one has. */
function readChoice(choices: NonNullable<Column['choices']>, text: string): string | undefined {
  const wanted = bareLabel(text)
  const exact = choices.find(({ value, label }) => value === text || bareLabel(label) === wanted)
  if (exact) return exact.value
  const begun = choices.filter(({ label }) => bareLabel(label).startsWith(wanted))
  return begun.length === 1 ? begun[0]!.value : undefined
}

/** The sentence for a number that a spreadsheet has changed; a card number whose check digit holds was not changed. */
function spoilt({ kind, label }: Column, text: string): string | undefined {
  const isNumber = kind === 'idNumber' || kind === 'account' || kind === 'certificateNumber'
  if (!isNumber || !lostInSpreadsheet(text)) return undefined
  if (kind === 'account' && text.replace(/\s/g, '').length === 16 && readAccount(text).ok) return undefined
  return `${label}被表格软件改过，后几位已经不对，没有收下。对照纸上，在这一格里输。`
}

/** One pasted cell. An empty one changes nothing. */
export function readCell(column: Column, pasted: string, policy: Policy): Read {
  const text = pasted.trim()
  const wrong = spoilt(column, text)
  if (wrong) return { wrong }
  const { key, kind, choices } = column
  if (key === 'signed') return { patch: yes.test(text) ? signed(policy) : {} }
  if (key === 'consentedOn') return { patch: { paper: { consentedOn: readDate(text) } } }
  if (kind === 'date') return { patch: { form: { [key]: readDate(text) } } }
  if (kind === 'occupation') return { patch: { form: { occupationCode: undefined, ...readOccupation(text, policy) } } }
  if (kind === 'number') return { patch: { form: { [key]: wholeNumber(text) } } }
  if (kind !== 'choice') return { patch: { form: { [key]: text.slice(0, mostLetters(column)) } } }
  const value = readChoice(choices ?? [], text)
  return value ? { patch: { form: { [key]: value } } } : { wrong: `“${text.slice(0, 12)}”不在选项里，重新选。` }
}

export const mostLetters = ({ maxLength }: Column): number => Math.min((maxLength ?? 40) * 2, 40)

export function wholeNumber(text: string): number | undefined {
  const digits = text.normalize('NFKC').replace(/\D/g, '').slice(0, 2)
  return digits === '' ? undefined : Number(digits)
}

/** Everything that the worker signs on paper. */
export const signed = (policy: Policy): RowPatch => ({
  form: { declared: true, consents: policy.form.consents.map(({ id }) => id) },
})
export const isSigned = (form: DraftForm, policy: Policy): boolean =>
  form.declared === true && policy.form.consents.every(({ id }) => form.consents?.includes(id))

/** A block from a spreadsheet: lines and cells; cells in quotes may hold line breaks. */
export function readBlock(text: string): string[][] {
  const lines: string[][] = [[]]
  for (const [whole, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|$)/g)) {
    if (whole === '' && lines.at(-1)!.length === 0) break
    lines.at(-1)!.push((quoted?.replaceAll('""', '"') ?? plain ?? '').trim())
    if (end === '') break
    if (end !== '\t') lines.push([])
  }
  return lines.filter((line) => line.some((cell) => cell !== ''))
}

/**
 * Which column each cell of a line goes to: by the first line where it names columns, otherwise from the cell in which
 * it was pasted.
 */
export function placed(block: string[][], columns: readonly Column[], from: number) {
  const named = block[0]?.map((cell) => columns.find(({ label }) => bareLabel(label) === bareLabel(cell)))
  const isHeader = named !== undefined && named.filter(Boolean).length >= 2
  const at = (place: number) => (isHeader ? named[place] : columns[from + place])
  return { lines: isHeader ? block.slice(1) : block, columnOf: at }
}
