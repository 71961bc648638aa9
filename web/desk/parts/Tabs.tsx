/** Views of one thing, side by side. Which one is open stands in the address. */
import { counted } from '../../ui/words.ts'

export type Tab = { readonly id: string; readonly title: string; readonly count?: number }

export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string
  tabs: readonly Tab[]
  value: string
  onChange: (id: string) => void
}) {
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {tabs.map((tab, place) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === value}
          tabIndex={tab.id === value ? 0 : -1}
          onClick={() => onChange(tab.id)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
            const next = tabs[place + step]
            if (!step || !next) return
            event.preventDefault()
            onChange(next.id)
            const other = step > 0 ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling
            if (other instanceof HTMLElement) other.focus()
          }}
        >
          {tab.title}
          {tab.count !== undefined && <span className="n">{counted(tab.count)}</span>}
        </button>
      ))}
    </div>
  )
}
