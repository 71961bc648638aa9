/** Typesets the annex. */
import QRCode from 'qrcode'
import type { AnnexEntries, AnnexWords } from '../../domain/annex.ts'
import { codePoint, missingSign, writable } from './font.ts'
import { receiptCode, type Receipt } from './receiptCode.ts'
import { openTypesetter, type Typesetter } from './typesetter.ts'

/** One sheet; a blank one has no receipt, and one that is filled and not filed yet says so in its place. */
export type AnnexSheet = AnnexEntries & { readonly receipt?: Receipt; readonly unfiled?: true }

/** Dark modules row by row as one path, with the four light modules around that a reader needs. */
function codeDrawing(text: string): string {
  // The mask is chosen beforehand: weighing all eight takes longer than everything else about a code.
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M', maskPattern: 2 })
  const { size } = modules
  let drawing = ''
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const from = x
      while (x < size && modules.get(y, x)) x++
      if (x > from) drawing += `M${from} ${y}h${x - from}v1h${from - x}z`
    }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 ${size + 8} ${size + 8}"><path d="${drawing}"/></svg>`
}

/** What the template reads: characters that the font lacks are marked in their box and named below the table. */
function drawn(words: AnnexWords, { text, marked, receipt, unfiled }: AnnexSheet) {
  const lost: string[] = []
  const entries = Object.entries(text).map(([id, value]) => {
    const { text: shown, missing } = writable(value)
    if (missing.length > 0) lost.push(`${words.labels[id] ?? ''}${missing.map(codePoint).join('、')}`)
    return [id, shown]
  })
  return {
    text: Object.fromEntries(entries) as Record<string, string>,
    marked,
    ...(receipt && { receipt: { number: receipt.number, code: codeDrawing(receiptCode(receipt)) } }),
    ...(unfiled && { unfiled }),
    ...(lost.length > 0 && { unwritten: `${missingSign}处的字字库里没有，请照证件手写：${lost.join('，')}。` }),
  }
}

export type AnnexCompiler = {
  /** One PDF/A-2b with a page for each sheet. @throws Error with Typst's words where the template is at fault */
  pdf(words: AnnexWords, sheets: readonly AnnexSheet[]): Buffer
}

export const openAnnexCompiler = (typesetter: Typesetter = openTypesetter()): AnnexCompiler => ({
  pdf: (words, sheets) =>
    typesetter.pdf('annex.typ', { 'words.json': words, 'sheets.json': sheets.map((sheet) => drawn(words, sheet)) }),
})
