/** One short sentence after something was done, at the foot of the desk, with at most one thing to press. */
import { useSyncExternalStore } from 'react'
import { Icon } from '../ui/icons.tsx'

type Said = { readonly text: string; readonly action?: { readonly title: string; readonly press: () => void } }

let current: Said | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
function show(next: Said | undefined) {
  current = next
  for (const listener of listeners) listener()
}

/** What can be pressed stays for 12 s, a plain word for 5. */
export function say(text: string, action?: Said['action']): void {
  clearTimeout(timer)
  show({ text, ...(action && { action }) })
  timer = setTimeout(() => show(undefined), action ? 12_000 : 5000)
}
/** Presses what was offered, where something still is. */
export function pressSaid(): boolean {
  const offered = current?.action
  if (!offered) return false
  unsay()
  offered.press()
  return true
}
export function unsay(): void {
  clearTimeout(timer)
  show(undefined)
}

export function SaidLine() {
  const said = useSyncExternalStore(subscribe, () => current)
  return (
    <div className="said" role="status" aria-live="polite">
      {said && (
        <p>
          <Icon name="checkCircle" />
          {said.text}
          {said.action && (
            <button
              type="button"
              className="plain"
              onClick={() => {
                unsay()
                said.action?.press()
              }}
            >
              {said.action.title}
            </button>
          )}
        </p>
      )}
    </div>
  )
}
