/** A row that opens beside its table: pressed anywhere, or by its first cell, which is its button. */
import type { ReactNode } from 'react'

export function PickableRow({
  name,
  picked,
  pick,
  children,
}: {
  name: ReactNode
  picked: boolean
  pick: () => void
  /** The other cells. */
  children: ReactNode
}) {
  return (
    <tr className={picked ? 'picked' : undefined} onClick={pick}>
      <td>
        <button type="button" className="plain" aria-pressed={picked}>
          {name}
        </button>
      </td>
      {children}
    </tr>
  )
}
