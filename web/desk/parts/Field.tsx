/** A labelled field; what is wrong with it stands below and is linked to it. */
import { useId } from 'react'
import type { ReactNode } from 'react'

export type FieldAria = { readonly id: string; readonly 'aria-describedby'?: string; readonly 'aria-invalid'?: true }

export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  wrong?: string | undefined
  /** Gets the id and the links that the control must carry. */
  children: (aria: FieldAria) => ReactNode
}) {
  const id = useId()
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(wrong && { 'aria-invalid': true as const }),
      })}
      {hint && (
        <span id={`${id}-hint`} className="mut sm">
          {hint}
        </span>
      )}
      {wrong && (
        <span id={`${id}-wrong`} className="wrong">
          {wrong}
        </span>
      )}
    </div>
  )
}
