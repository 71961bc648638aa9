/** Boxes of the form: label above, value, hint, what is wrong and how to mend it. */
import { lazy, Suspense, useId, useState } from 'react'
import type { ReactNode } from 'react'
import './fields.css'
import { Grouped } from '../ui/Grouped.tsx'
import { Unbroken } from '../ui/Unbroken.tsx'
import { Icon } from '../ui/icons.tsx'
import { dayWithYear } from '../ui/words.ts'

const OptionSheet = lazy(async () => ({ default: (await import('./sheets/OptionSheet.tsx')).OptionSheet }))
const DateSheet = lazy(async () => ({ default: (await import('./sheets/DateSheet.tsx')).DateSheet }))

type Common = {
  /** Stands in the page's address of the box: errors focus it. */
  id?: string
  label: string
  hint?: string | undefined
  /** A sentence that says what is wrong and what to do. */
  problem?: string | undefined
  /** Read from the value and found right. */
  note?: string | undefined
  /** Ways to mend the problem. */
  mends?: ReactNode
  optional?: boolean
}

export type Described = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }

/** Label, hint and problem around any control; the control takes `described`. */
export function Field({
  label,
  hint,
  problem,
  note,
  mends,
  optional,
  id: given,
  group,
  children,
}: Common & { group?: boolean; children: (described: Described) => ReactNode }) {
  const own = useId()
  const id = given ?? own
  const describedBy = [problem && `${id}-problem`, note && `${id}-note`, hint && `${id}-hint`].filter(Boolean).join(' ')
  const words = (
    <>
      {label}
      {optional && <span className="muted">（可不填）</span>}
    </>
  )
  return (
    <div
      className={problem ? 'field bad' : 'field'}
      data-field={id}
      {...(group && { role: 'group', 'aria-labelledby': `${id}-label` })}
    >
      {group ? (
        <p id={`${id}-label`} className="label">
          {words}
        </p>
      ) : (
        <label id={`${id}-label`} htmlFor={id}>
          {words}
        </label>
      )}
      {children({
        id,
        ...(describedBy && { 'aria-describedby': describedBy }),
        ...(problem && { 'aria-invalid': true }),
      })}
      {note && !problem && (
        <p id={`${id}-note`} className="note">
          <Icon name="check" />
          <span>{note}</span>
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="problem">
          <Icon name="bang" />
          <span>{problem}</span>
        </p>
      )}
      {problem && mends}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          <Unbroken>{hint}</Unbroken>
        </p>
      )}
    </div>
  )
}

/** Longer than a press takes. */
const pressMs = 250

/** `groups`: how the number stands when nobody is typing in it; `wrongGroup`: the one that contradicts another box. */
export function TextField({
  value,
  onChange,
  onLeave,
  groups,
  wrongGroup,
  inputMode,
  autoComplete = 'off',
  maxLength,
  placeholder,
  ...common
}: Common & {
  value: string
  onChange: (value: string) => void
  onLeave?: (() => void) | undefined
  groups?: ((value: string) => readonly string[]) | undefined
  wrongGroup?: number | undefined
  inputMode?: 'text' | 'numeric' | 'tel' | undefined
  autoComplete?: string | undefined
  maxLength?: number | undefined
  placeholder?: string | undefined
}) {
  const [typing, setTyping] = useState(false)
  const veiled = groups && !typing && value !== ''
  return (
    <Field {...common}>
      {(described) => (
        <div className="value">
          <input
            {...described}
            className={veiled ? 'veiled' : ''}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onFocus={() => setTyping(true)}
            onBlur={() => {
              setTyping(false)
              // What a sentence below would push away is what the thumb is about to press.
              if (onLeave) setTimeout(onLeave, pressMs)
            }}
            inputMode={inputMode}
            autoComplete={autoComplete}
            maxLength={maxLength}
            placeholder={placeholder ?? '点这里填'}
            enterKeyHint="done"
          />
          {veiled && (
            <span className="over" aria-hidden>
              <Grouped groups={groups(value)} wrong={wrongGroup} />
            </span>
          )}
        </div>
      )}
    </Field>
  )
}

export type Option = { readonly value: string; readonly label: string; readonly hint?: string }

function OpenOptions({
  described,
  value,
  options,
  onChange,
}: {
  described: Described
  value: string | undefined
  options: readonly Option[]
  onChange: (value: string) => void
}) {
  const name = useId()
  const isLong = options.reduce((sum, option) => sum + option.label.length, 0) > 11
  return (
    <div
      className={isLong ? 'inline-options column' : 'inline-options'}
      role="radiogroup"
      aria-labelledby={`${described.id}-label`}
      aria-describedby={described['aria-describedby']}
    >
      {options.map((option, place) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            {...(place === 0 && { id: described.id })}
          />
          <span>
            {option.label}
            {option.hint && <small>{option.hint}</small>}
          </span>
        </label>
      ))}
    </div>
  )
}

/** Up to three short options lie open as radio buttons; more open in a sheet. */
export function ChoiceField({
  value,
  options,
  onChange,
  open,
  ...common
}: Common & {
  value: string | undefined
  options: readonly Option[]
  onChange: (value: string) => void
  open?: boolean
}) {
  const [choosing, setChoosing] = useState(false)
  const lieOpen = open ?? (options.length <= 3 && options.every(({ label }) => label.length <= 8))
  if (lieOpen) {
    return (
      <Field {...common} group>
        {(described) => <OpenOptions described={described} value={value} options={options} onChange={onChange} />}
      </Field>
    )
  }
  const chosen = options.find((option) => option.value === value)
  return (
    <Field {...common}>
      {(described) => (
        <>
          <Opener described={described} shown={chosen?.label} onOpen={() => setChoosing(true)} />
          {choosing && (
            <Suspense fallback={null}>
              <OptionSheet
                title={common.label}
                options={options}
                value={value}
                onChoose={(next) => {
                  setChoosing(false)
                  onChange(next)
                }}
                onClose={() => setChoosing(false)}
              />
            </Suspense>
          )}
        </>
      )}
    </Field>
  )
}

/** A box that opens a sheet. Its name is read with its value. */
export function Opener({
  described,
  shown,
  aside,
  empty = '点这里选',
  onOpen,
}: {
  described: Described
  shown: string | undefined
  aside?: string | undefined
  empty?: string
  onOpen: () => void
}) {
  return (
    <button
      type="button"
      className="value"
      aria-haspopup="dialog"
      {...described}
      aria-labelledby={`${described.id}-label ${described.id}`}
      onClick={onOpen}
    >
      <span className={shown ? '' : 'muted'}>
        {shown ?? empty}
        {aside && <span className="muted num aside">{aside}</span>}
      </span>
      <Icon name="forward" />
    </button>
  )
}

/** A plain date, typed as eight digits or turned to on the wheels. */
export function DateField({
  value,
  onChange,
  today,
  ...common
}: Common & { value: string | undefined; onChange: (value: string) => void; today: string | undefined }) {
  const [choosing, setChoosing] = useState(false)
  return (
    <Field {...common}>
      {(described) => (
        <>
          <Opener
            described={described}
            shown={value ? dayWithYear(value) : undefined}
            onOpen={() => setChoosing(true)}
          />
          {choosing && (
            <Suspense fallback={null}>
              <DateSheet
                title={common.label}
                value={value}
                today={today}
                onChoose={(next) => {
                  setChoosing(false)
                  onChange(next)
                }}
                onClose={() => setChoosing(false)}
              />
            </Suspense>
          )}
        </>
      )}
    </Field>
  )
}
