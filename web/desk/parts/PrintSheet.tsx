/** What goes onto paper instead of the page: a title and a plain table. It prints as soon as it stands. */
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'

export function PrintSheet({
  title,
  under,
  onPrinted,
  children,
}: {
  title: string
  under: string
  onPrinted: () => void
  children: ReactNode
}) {
  const latest = useRef(onPrinted)
  useEffect(() => {
    const printed = () => latest.current()
    window.addEventListener('afterprint', printed)
    window.print()
    return () => window.removeEventListener('afterprint', printed)
  }, [])
  return createPortal(
    <section className="print-sheet">
      <h1>{title}</h1>
      <p>{under}</p>
      {children}
    </section>,
    document.body,
  )
}
