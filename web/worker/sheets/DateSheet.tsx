/** A plain date: eight digits typed, or the wheels turned. No clock of the phone decides anything. */
import { DatePickerView } from 'antd-mobile'
import { useState } from 'react'
import { plainDate } from '../../../domain/dates.ts'
import { dayWithYear } from '../../ui/words.ts'
import { Sheet } from '../Sheet.tsx'

const two = (n: number) => String(n).padStart(2, '0')
const typedDate = (digits: string) => plainDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`)
/** Wheels work with the phone's own calendar days, whatever its time zone. */
const onWheel = (date: string) =>
  new Date(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8)))
const units = { year: '年', month: '月', day: '日' }

export function DateSheet({
  title,
  value,
  today,
  onChoose,
  onClose,
}: {
  title: string
  value: string | undefined
  today: string | undefined
  onChoose: (date: string) => void
  onClose: () => void
}) {
  const start = (value && plainDate(value)) || (today && plainDate(today)) || plainDate('2026-01-01')!
  const [date, setDate] = useState<string>(start)
  const [digits, setDigits] = useState(value && plainDate(value) ? value.replaceAll('-', '') : '')
  const wrong = digits.length === 8 && !typedDate(digits)
  return (
    <Sheet title={title} onClose={onClose}>
      <div className="sheet-scroll">
        <div className="field">
          <label htmlFor="date-digits">直接输8位数字，如 20251120</label>
          <div className="value">
            <input
              id="date-digits"
              data-focus
              inputMode="numeric"
              autoComplete="off"
              maxLength={8}
              value={digits}
              placeholder="年4位 月2位 日2位"
              onChange={(event) => {
                const next = event.target.value.normalize('NFKC').replace(/\D/g, '')
                setDigits(next)
                const known = next.length === 8 ? typedDate(next) : undefined
                if (known) setDate(known)
              }}
              onKeyDown={(event) => event.key === 'Enter' && !wrong && onChoose(date)}
              aria-describedby="date-says"
            />
          </div>
          <p id="date-says" className={wrong ? 'tone-err' : 'muted'} role="status">
            {wrong ? '没有这一天，请对照证书再输一次。' : '也可以转动下面的年、月、日'}
          </p>
        </div>
        <DatePickerView
          value={onWheel(date)}
          min={onWheel('1970-01-01')}
          max={onWheel(`${Number((today ?? '2030').slice(0, 4)) + 1}-12-31`)}
          renderLabel={(type, figure) => `${figure}${units[type as keyof typeof units] ?? ''}`}
          onChange={(turned) => {
            const next = `${turned.getFullYear()}-${two(turned.getMonth() + 1)}-${two(turned.getDate())}`
            setDate(next)
            setDigits(next.replaceAll('-', ''))
          }}
        />
        <button type="button" className="button" aria-disabled={wrong} onClick={() => !wrong && onChoose(date)}>
          用{dayWithYear(date)}
        </button>
      </div>
    </Sheet>
  )
}
