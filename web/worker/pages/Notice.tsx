/** The notice, verbatim and in Song, with an anchor at every clause. */
import { useEffect } from 'react'
import './notice.css'
import type { Policy } from '../../../domain/policy.ts'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { Await } from '../states.tsx'

/** The notice cut at its clauses, what stands between them kept: together the pieces are the whole text. */
function pieces(policy: Policy): { id?: string; text: string }[] {
  const found: { id?: string; text: string }[] = []
  let from = 0
  for (const clause of policy.clauses) {
    const at = policy.notice.indexOf(clause.text, from)
    if (at < 0) continue
    if (policy.notice.slice(from, at).trim()) found.push({ text: policy.notice.slice(from, at) })
    found.push({ id: clause.id, text: clause.text })
    from = at + clause.text.length
  }
  if (policy.notice.slice(from).trim()) found.push({ text: policy.notice.slice(from) })
  return found
}

/** Rows of a table as the notice's text has them: cells on lines of their own that begin with a tab. */
type Block = { kind: 'words'; text: string } | { kind: 'rows'; rows: string[][] }
function blocks(text: string): Block[] {
  const found: Block[] = []
  for (const part of text.split(/\n(?=\t)|\n\n(?!\t)/)) {
    if (!part.startsWith('\t')) {
      if (part.trim()) found.push({ kind: 'words', text: part.trim() })
      continue
    }
    const cells = part.split('\n\t').map((cell) => cell.trim())
    const last = found.at(-1)
    const row = cells.filter((cell, place) => cell !== '' || place > 0)
    if (last?.kind === 'rows') last.rows.push(row)
    else found.push({ kind: 'rows', rows: [row] })
  }
  return found
}

/** Cells of the text file stand one a line, rows apart by an empty line. */
function tableRows(rows: readonly string[][]): string[][] {
  const width = 4
  const cells = rows
    .flat()
    .flatMap((cell) => cell.split('\n').map((line) => line.trim()))
    .filter(Boolean)
  const found: string[][] = []
  for (let at = 0; at < cells.length; at += width) found.push(cells.slice(at, at + width))
  return found
}

function Text({ text, isForm }: { text: string; isForm: boolean }) {
  return blocks(text).map((block, place) =>
    block.kind === 'words' ? (
      <p key={place} className="words">
        {block.text}
      </p>
    ) : isForm ? (
      <p key={place} className="words">
        {block.rows.flat().filter(Boolean).join('　')}
      </p>
    ) : (
      <table key={place}>
        <tbody>
          {tableRows(block.rows).map((row, at) => (
            <tr key={row.join()}>
              {row.map((cell) => (at === 0 ? <th key={cell}>{cell}</th> : <td key={cell}>{cell}</td>))}
            </tr>
          ))}
        </tbody>
      </table>
    ),
  )
}

function Whole({ policy }: { policy: Policy }) {
  useEffect(() => {
    const show = () =>
      document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ block: 'start' })
    show()
    addEventListener('hashchange', show)
    return () => removeEventListener('hashchange', show)
  }, [])
  return (
    <article className="notice">
      {pieces(policy).map((piece, place) => (
        <section
          key={piece.id ?? place}
          id={piece.id}
          className={piece.id === decodeURIComponent(location.hash.slice(1)) ? 'asked' : ''}
        >
          {piece.id && (
            <p className="clause" aria-hidden>
              〔{piece.id}〕
            </p>
          )}
          <Text text={piece.text} isForm={piece.id === '附件'} />
          {piece.id === '附件' && (
            <p className="system">
              <a href="/blank-form">看申请表的样子，打印空白表</a>
            </p>
          )}
        </section>
      ))}
    </article>
  )
}

export default function Notice() {
  const policy = usePolicy()
  return (
    <Page title="通知原文">
      <Await query={policy}>{(known) => <Whole policy={known} />}</Await>
    </Page>
  )
}
