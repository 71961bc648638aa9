/** Typesets the documents that carry money. */
import type { MoneyPaper } from '../../domain/moneyPaper.ts'
import { codePoint, missingSign, writable } from './font.ts'
import type { Typesetter } from './typesetter.ts'

/** So many are named; who prints finds the others by their sign. */
const namedAtMost = 12

/** What the template reads: characters that the font lacks are marked where they stand and named below the table. */
function drawn(paper: MoneyPaper) {
  const lost = new Set<string>()
  const shown = (text: string, where: string): string => {
    const { text: written, missing } = writable(text)
    if (missing.length > 0) lost.add(`${where}${missing.map(codePoint).join('、')}`)
    return written
  }
  const { table } = paper
  const drawing = {
    title: shown(paper.title, '标题'),
    number: shown(paper.number, '文号'),
    ...(paper.to !== undefined && { to: shown(paper.to, '主送') }),
    words: paper.words.map((each) =>
      'quote' in each
        ? { clause: each.clause, quote: each.quote.split('\n').map((line) => shown(line.trim(), '原文')) }
        : { text: shown(each.text, '正文') },
    ),
    facts: paper.facts.map(({ label, value, wide }) => ({ label, value: shown(value, label), wide: wide ?? false })),
    table: {
      ...table,
      rows: table.rows.map((row, place) =>
        row.map((cell, column) =>
          typeof cell === 'number' ? cell : shown(cell, `第${place + 1}行${table.columns[column]!.title}`),
        ),
      ),
    },
    signatures: paper.signatures.map((each) => ({ ...each, party: shown(each.party, '落款') })),
  }
  const named = [...lost].slice(0, namedAtMost).join('，') + (lost.size > namedAtMost ? `等${lost.size}处` : '')
  return { ...drawing, ...(named && { unwritten: `${missingSign}处的字字库里没有，请照证件手写：${named}。` }) }
}

/** One PDF/A-2b. @throws Error with Typst's words where the template is at fault */
export const moneyPaperPdf = (typesetter: Typesetter, paper: MoneyPaper): Buffer =>
  typesetter.pdf('moneyPaper.typ', { 'paper.json': drawn(paper) })
