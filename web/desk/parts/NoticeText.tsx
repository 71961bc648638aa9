/** The notice word for word, in Song, with the words one rule rests on marked. */
import { useEffect, useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import type { Clause } from '../../../domain/policy.ts'

/** A stretch of the notice, by its place in the text. */
type Block = { readonly start: number; readonly end: number }
type Part =
  | (Block & { readonly kind: 'title' | 'heading' | 'paragraph' | 'printed' })
  | { readonly kind: 'table'; readonly rows: readonly (readonly Block[])[] }

const isHeading = (line: string) => /^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)/.test(line)

/** The notice's lines as title, headings, paragraphs and its table; from the annex on as printed. */
function partsOf(notice: string, annexAt: number): readonly Part[] {
  const parts: Part[] = []
  let row: Block[] = []
  const rows: (readonly Block[])[] = []
  const endRow = () => {
    if (row.length > 0) rows.push(row)
    row = []
  }
  const endTable = () => {
    endRow()
    if (rows.length > 0) parts.push({ kind: 'table', rows: [...rows] })
    rows.length = 0
  }
  let start = 0
  let titled = false
  for (const line of notice.split('\n')) {
    const text = line.trim()
    const from = start + line.indexOf(text)
    const block = { start: from, end: from + text.length }
    start += line.length + 1
    if (from >= annexAt && annexAt >= 0) break
    if (!text) {
      endRow()
      if (parts.length > 0) titled = true
    } else if (line.startsWith('\t')) row.push(block)
    else {
      endTable()
      const kind = !titled ? 'title' : isHeading(text) ? 'heading' : 'paragraph'
      const last = parts.at(-1)
      if (kind === 'title' && last?.kind === 'title') parts[parts.length - 1] = { ...last, end: block.end }
      else parts.push({ kind, ...block })
    }
  }
  endTable()
  if (annexAt >= 0) parts.push({ kind: 'printed', start: annexAt, end: notice.length })
  return parts
}

export function NoticeText({
  notice,
  annex,
  clause,
  quote,
}: {
  notice: string
  /** Where the printed form begins. */
  annex: Clause | undefined
  /** The clause in which the quote stands. */
  clause: Clause | undefined
  quote: string | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const annexAt = annex ? notice.indexOf(annex.text) : -1
  const parts = useMemo(() => partsOf(notice, annexAt), [notice, annexAt])
  const clauseAt = clause ? Math.max(0, notice.indexOf(clause.text)) : 0
  const from = quote ? notice.indexOf(quote, clauseAt) : -1
  const to = from + (quote?.length ?? 0)
  useEffect(() => {
    const mark = box.current?.querySelector('mark')
    mark?.scrollIntoView({ block: 'center' })
  }, [from, to])
  const words = (block: Block): ReactNode => {
    const [first, last] = [Math.max(from, block.start), Math.min(to, block.end)]
    if (from < 0 || first >= last) return notice.slice(block.start, block.end)
    return (
      <>
        {notice.slice(block.start, first)}
        <mark>{notice.slice(first, last)}</mark>
        {notice.slice(last, block.end)}
      </>
    )
  }
  return (
    <div className="notice-text" ref={box} tabIndex={0} aria-label="通知原文">
      {parts.map((part, place) => {
        if (part.kind === 'table') {
          return (
            <table key={place}>
              <tbody>
                {part.rows.map((cells, line) => (
                  <tr key={line}>
                    {cells.map((cell) =>
                      line === 0 ? <th key={cell.start}>{words(cell)}</th> : <td key={cell.start}>{words(cell)}</td>,
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
        if (part.kind === 'title') return <h3 key={place}>{words(part)}</h3>
        return (
          <p key={place} className={part.kind}>
            {words(part)}
          </p>
        )
      })}
    </div>
  )
}
