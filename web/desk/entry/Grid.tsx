/** One row a worker, one column a box of the form; from cell to cell with the keyboard, or a block pasted at once. */
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { DragEvent } from 'react'
import type { Instant } from '../../../domain/dates.ts'
import type { Policy } from '../../../domain/policy.ts'
import { Status } from '../../ui/Status.tsx'
import { yuan } from '../../ui/words.ts'
import { say } from '../said.tsx'
import { Cell, cellId, focusCell } from './Cell.tsx'
import type { Column, RowPatch } from './columns.ts'
import { columnsOf, placed, readBlock, readCell } from './columns.ts'
import type { Judged } from './judged.ts'
import { judged, twins } from './judged.ts'
import type { Row, Sheet } from './sheet.ts'
import { useRows } from './sheet.ts'

/** Writes a pasted block into the rows from a cell on. */
function paste(
  sheet: Sheet,
  policy: Policy,
  columns: readonly Column[],
  text: string,
  at: { row: string; column: number },
) {
  const { lines, columnOf } = placed(readBlock(text), columns, at.column)
  const rows = sheet.rowsFrom(at.row, lines.length)
  let refused = 0
  for (const [line, cells] of lines.entries()) {
    const wrong: Record<string, string> = {}
    let patch: RowPatch = {}
    for (const [place, cell] of cells.entries()) {
      const column = columnOf(place)
      if (!column || cell === '') continue
      const read = readCell(column, cell, policy)
      if ('wrong' in read) {
        wrong[column.key] = read.wrong
        refused++
      } else patch = { form: { ...patch.form, ...read.patch.form }, paper: { ...patch.paper, ...read.patch.paper } }
    }
    const row = rows[line]
    if (row) sheet.change(row.id, patch, wrong)
  }
  say(refused > 0 ? `贴入${lines.length}行，有${refused}格没有收下，格子里写了原因` : `贴入${lines.length}行`)
}

export function Grid({
  sheet,
  policy,
  now,
  active,
  onActive,
  onFiles,
  onFile,
}: {
  sheet: Sheet
  policy: Policy
  now: Instant
  active: string | undefined
  onActive: (row: string) => void
  onFiles: (row: string, files: readonly File[]) => void
  /** Files one row. */
  onFile: (row: string) => void
}) {
  const rows = useRows(sheet)
  const columns = useMemo(() => columnsOf(policy), [policy])
  const twin = twins(rows)
  const box = useRef<HTMLDivElement>(null)

  // Back from another union or page: the same place, the same cell.
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTo(sheet.scroll)
    if (sheet.place)
      document.getElementById(cellId(sheet.place.row, sheet.place.column))?.focus({ preventScroll: true })
  }, [sheet])

  const move = (row: string, column: string, by: number) => {
    const all = sheet.rows()
    const next = all[all.findIndex(({ id }) => id === row) + by]
    if (next) focusCell(next.id, column)
  }
  return (
    <div
      ref={box}
      className="grid-box"
      onScroll={({ currentTarget }) => {
        sheet.scrolled(currentTarget.scrollLeft, currentTarget.scrollTop)
      }}
    >
      <table className="entry-grid" aria-label="代录的职工">
        <thead>
          <tr>
            <th scope="col" className="nr">
              行
            </th>
            <th scope="col" className="state">
              状态
            </th>
            {columns.map(({ key, label, width }) => (
              <th key={key} scope="col" className={key === 'name' ? 'who' : undefined} style={{ minWidth: width }}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <GridRow
              key={row.id}
              row={row}
              place={place + 1}
              blank={sheet.isBlank(row)}
              sheet={sheet}
              policy={policy}
              columns={columns}
              now={now}
              twin={twin.get(row.id)}
              active={row.id === active}
              onActive={onActive}
              onMove={move}
              onFiles={onFiles}
              onFile={onFile}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = {
  row: Row
  place: number
  blank: boolean
  sheet: Sheet
  policy: Policy
  columns: readonly Column[]
  now: Instant
  twin: string | undefined
  active: boolean
  onActive: (row: string) => void
  onMove: (row: string, column: string, by: number) => void
  onFiles: (row: string, files: readonly File[]) => void
  onFile: (row: string) => void
}

/** What is the same means the same picture: the functions are made anew with every key, the row is not. */
const sameRow = (a: RowProps, b: RowProps) =>
  a.row === b.row &&
  a.place === b.place &&
  a.twin === b.twin &&
  a.active === b.active &&
  a.blank === b.blank &&
  a.now === b.now &&
  a.policy === b.policy

const GridRow = memo(function GridRow(props: RowProps) {
  const { row, place, blank, sheet, policy, columns, now, twin, active, onActive, onFiles, onFile } = props
  const [over, setOver] = useState(false)
  const judgement = judged(row, policy, now, twin)
  const who = row.form.name || `第${place}行`
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFiles(row.id, [...event.dataTransfer.files])
  }
  return (
    <tr
      className={[active && 'here', over && 'over'].filter(Boolean).join(' ')}
      aria-label={who}
      onFocus={() => onActive(row.id)}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return
        event.preventDefault()
        onFile(row.id)
      }}
    >
      <th scope="row" className="nr">
        <button type="button" tabIndex={-1} aria-label={`看${who}的全部内容`} onClick={() => onActive(row.id)}>
          {place}
        </button>
      </th>
      <td className="state">
        {blank ? (
          <span className="mut sm">空行</span>
        ) : (
          <RowState row={row} judged={judgement} onMend={(column) => focusCell(row.id, column)} />
        )}
      </td>
      {columns.map((column, at) => (
        <Cell
          key={column.key}
          row={row}
          column={column}
          policy={policy}
          wrong={judgement.typed.get(column.key)}
          onChange={(patch) => sheet.change(row.id, patch)}
          onFocus={() => sheet.stand({ row: row.id, column: column.key })}
          onMove={(by) => props.onMove(row.id, column.key, by)}
          onPaste={(text) => paste(sheet, policy, columns, text, { row: row.id, column: at })}
        />
      ))}
    </tr>
  )
}, sameRow)

/** Saved or not, what is missing, and what the notice says. */
export function RowState({
  row,
  judged: { problems, assessment, ready, typed },
  onMend,
}: {
  row: Row
  judged: Judged
  /** Goes to what is wrong. */
  onMend?: (column: string) => void
}) {
  if (row.filing === 'running') return <Status kind="active">正在提交</Status>
  if (row.filing) {
    return (
      <Status kind="unmet" plain>
        没有交上
      </Status>
    )
  }
  if (row.phase === 'stale') return <Status kind="overdue">同事也改了</Status>
  if (row.phase === 'refused' || row.phase === 'offline') return <Status kind="overdue">没有存上</Status>
  if (typed.size > 0) {
    const mend = (
      <Status kind="unmet" plain>
        改好{typed.size}处
      </Status>
    )
    const [first] = typed.keys()
    return onMend && first ? (
      <button type="button" className="mend" tabIndex={-1} onClick={() => onMend(first)}>
        {mend}
      </button>
    ) : (
      mend
    )
  }
  if (assessment.verdict === false) {
    return (
      <Status kind="unmet" plain>
        不符合通知
      </Status>
    )
  }
  if (!ready) {
    return (
      <Status kind="waiting" plain>
        还差{problems.length}处
      </Status>
    )
  }
  return (
    <Status kind="met" plain>
      可提交{assessment.amountIfMetFen !== undefined && ` ${yuan(assessment.amountIfMetFen)}`}
    </Status>
  )
}
