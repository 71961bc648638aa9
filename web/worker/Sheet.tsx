/** A sheet from below over the page and its bar. It holds the focus and gives it back. */
import { Popup } from 'antd-mobile'
import { useEffect, useId, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { Icon } from '../ui/icons.tsx'

const focusable = 'a[href], button:not([disabled]), input:not([disabled]), textarea, select, [tabindex="0"]'

function keepFocus(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  if (event.key === 'Escape') return onClose()
  if (event.key !== 'Tab') return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(focusable)].filter((stop) => stop.offsetParent)
  const [first, last] = [stops[0], stops.at(-1)]
  const leaving = event.shiftKey ? first : last
  if (document.activeElement !== leaving) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}

/** `alert`: it interrupts, such as a refusal; `tall`: a list to search in. */
export function Sheet({
  title,
  onClose,
  tall,
  alert,
  closeWord = '取消',
  children,
}: {
  title: string
  onClose: () => void
  tall?: boolean
  alert?: boolean
  closeWord?: string
  children: ReactNode
}) {
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const box = body.current
    const target = box?.querySelector<HTMLElement>('[data-focus]') ?? box
    target?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <Popup
      visible
      onMaskClick={onClose}
      destroyOnClose
      bodyClassName={tall ? 'sheet tall' : 'sheet'}
      getContainer={document.body}
    >
      <div
        ref={body}
        tabIndex={-1}
        role={alert ? 'alertdialog' : 'dialog'}
        aria-modal
        aria-labelledby={id}
        className="sheet-inside"
        onKeyDown={(event) => keepFocus(event, onClose)}
      >
        <div className={alert ? 'sheet-head alert' : 'sheet-head'}>
          {!alert && (
            <button type="button" className="link" onClick={onClose}>
              {closeWord}
            </button>
          )}
          <h2 id={id}>
            {alert && <Icon name="bang" className="tone-warn" />}
            {title}
          </h2>
        </div>
        {children}
      </div>
    </Popup>
  )
}
