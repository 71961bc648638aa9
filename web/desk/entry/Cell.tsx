/** One box of one row: typed or chosen, and left by the keyboard as in a spreadsheet. */
import { useState } from 'react'
import type { ClipboardEvent, KeyboardEvent } from 'react'
import type { Policy } from '../../../domain/policy.ts'
import { Icon } from '../../ui/icons.tsx'
import { isSigned, mostLetters, readDate, readOccupation, signed, wholeNumber } from './columns.ts'
import type { Column, RowPatch } from './columns.ts'
import type { Row } from './sheet.ts'

export const cellId = (row: string, column: string) => `cell-${row}-${column}`
export const focusCell = (row: string, column: string) => {
  const cell = document.getElementById(cellId(row, column))
  cell?.focus()
  if (cell instanceof HTMLInputElement && cell.type === 'text') cell.select()
}

type CellProps = {
  row: Row
  column: Column
  policy: Policy
  wrong: string | undefined
  onChange: (patch: RowPatch) => void
  onFocus: () => void
  onMove: (by: number) => void
  onPaste: (block: string) => void
}

export function Cell({ row, column, policy, wrong, onChange, onFocus, onMove, onPaste }: CellProps) {
  const { key, label, kind, choices, onlyIf } = column
  const [here, setHere] = useState(false)
  const id = cellId(row.id, key)
  const off = onlyIf !== undefined && row.form[onlyIf.field as 'migrant'] !== onlyIf.value
  const shown = wrong && !here && !off
  const common = {
    id,
    'aria-label': label,
    disabled: off,
    ...(wrong && !off && { 'aria-invalid': true as const, 'aria-describedby': `${id}-wrong` }),
    onFocus: () => {
      setHere(true)
      onFocus()
    },
    onBlur: () => setHere(false),
    onPaste: (event: ClipboardEvent) => {
      const text = event.clipboardData.getData('text/plain')
      const isBlock = /[\t\n]/.test(text.replace(/\r?\n$/, ''))
      const isNumber = kind === 'idNumber' || kind === 'account' || kind === 'certificateNumber'
      if (!isBlock && !isNumber && choices === undefined) return
      event.preventDefault()
      onPaste(text)
    },
  }
  return (
    <td className={[key === 'name' && 'who', shown && 'bad'].filter(Boolean).join(' ')}>
      {key === 'signed' ? (
        <input
          {...common}
          type="checkbox"
          checked={isSigned(row.form, policy)}
          onChange={({ target }) =>
            onChange(target.checked ? signed(policy) : { form: { declared: undefined, consents: undefined } })
          }
          onKeyDown={(event) => stepping(event, onMove, false)}
        />
      ) : choices ? (
        <select
          {...common}
          value={String(row.form[key as 'level'] ?? '')}
          onChange={({ target }) => onChange({ form: { [key]: target.value || undefined } })}
          onKeyDown={(event) => event.key === 'Enter' && stepping(event, onMove, false)}
        >
          <option value="">{off ? '—' : ''}</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <TextCell {...common} row={row} column={column} policy={policy} onChange={onChange} onMove={onMove} />
      )}
      {wrong && !off && (
        <span id={`${id}-wrong`} className={shown ? 'cell-wrong' : 'unseen'}>
          <Icon name="bang" /> {wrong}
        </span>
      )}
    </td>
  )
}

/** Enter and the arrows go to the row below or above; at the ends of the text, sideways arrows go to the next cell. */
function stepping(event: KeyboardEvent<HTMLElement>, onMove: (by: number) => void, inText: boolean) {
  if (event.ctrlKey || event.altKey || event.nativeEvent.isComposing) return
  const by =
    event.key === 'Enter' ? (event.shiftKey ? -1 : 1) : event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (by !== 0) {
    event.preventDefault()
    onMove(by)
    return
  }
  const input = event.currentTarget as HTMLInputElement
  const aside =
    event.key === 'ArrowRight' ? 'nextElementSibling' : event.key === 'ArrowLeft' ? 'previousElementSibling' : undefined
  if (!aside) return
  const end = aside === 'nextElementSibling' ? input.value.length : 0
  if (inText && (input.selectionStart !== end || input.selectionEnd !== end)) return
  const next = input.closest('td')?.[aside]?.querySelector<HTMLElement>('input, select')
  if (!next) return
  event.preventDefault()
  next.focus()
}

const shownValue = ({ form, paper }: Row, { key, kind }: Column): string => {
  if (key === 'consentedOn') return paper.consentedOn ?? ''
  if (kind === 'occupation') return [form.occupationCode, form.occupationName].filter(Boolean).join(' ')
  return String(form[key as 'name'] ?? '')
}

type TextCellProps = Pick<CellProps, 'row' | 'column' | 'policy' | 'onChange' | 'onMove'> & {
  id: string
  disabled: boolean
  onFocus: () => void
  onBlur: () => void
}

/** What is typed goes into the row at once; a date and an occupation are read when the cell is left. */
function TextCell({ row, column, policy, onChange, onMove, onBlur, ...rest }: TextCellProps) {
  const { key, kind } = column
  const value = shownValue(row, column)
  const [typing, setTyping] = useState<string>()
  const readsLater = kind === 'date' || kind === 'occupation'
  const put = (text: string) => {
    if (key === 'consentedOn') onChange({ paper: { consentedOn: readDate(text) || undefined } })
    else if (kind === 'date') onChange({ form: { [key]: readDate(text) || undefined } })
    else if (kind === 'occupation')
      onChange({ form: { occupationCode: undefined, occupationName: undefined, ...readOccupation(text, policy) } })
    else if (kind === 'number') onChange({ form: { [key]: wholeNumber(text) } })
    else onChange({ form: { [key]: text || undefined } })
  }
  return (
    <input
      {...rest}
      type="text"
      autoComplete="off"
      spellCheck={false}
      maxLength={kind === 'occupation' ? 60 : mostLetters(column)}
      {...(kind === 'occupation' && { list: 'entry-occupations' })}
      value={typing ?? value}
      onChange={({ target }) => (readsLater ? setTyping(target.value) : put(target.value))}
      onBlur={() => {
        if (typing !== undefined && typing !== value) put(typing)
        setTyping(undefined)
        onBlur()
      }}
      onKeyDown={(event) => stepping(event, onMove, true)}
    />
  )
}
