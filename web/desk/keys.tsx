/**
 * Single keys of a page: off while somebody types, while a dialog is open, and when a person has switched them off.
 * `?` lists what the page listens to.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react'

export type Key = {
  /** As `KeyboardEvent.key` gives it; letters in lower case, the space bar as ' '. */
  readonly key: string
  /** What it does, for the list. */
  readonly says: string
  /** Goes on while it is held down: moving, never deciding. */
  readonly repeats?: boolean
  /** Absent from the list: a second key for the same thing. */
  readonly hidden?: boolean
  readonly press: () => void
}

const stored = 'jiangsheng.keys'
let layers: { readonly current: readonly Key[] }[] = []
let enabled = readEnabled()
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}

function readEnabled(): boolean {
  try {
    return localStorage.getItem(stored) !== 'off'
  } catch {
    // A browser that keeps nothing: the keys are on.
    return true
  }
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('.ant-select, [role="listbox"], [role="menu"]')) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'file'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Enter and space belong to the control that has the focus. */
function takesPress(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, input, [role="button"], label') !== null
}

/** A dialog or a menu over the page has the keys for itself. */
const openLayers =
  '[role="dialog"][aria-modal="true"], .ant-dropdown:not(.ant-dropdown-hidden), .ant-select-dropdown:not(.ant-select-dropdown-hidden)'

function onKeyDown(event: KeyboardEvent) {
  if (!enabled || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (takesText(event.target) || document.querySelector(openLayers)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if ((key === 'Enter' || key === ' ') && takesPress(event.target)) return
  for (const layer of [...layers].reverse()) {
    const found = layer.current.find((candidate) => candidate.key === key)
    if (!found) continue
    event.preventDefault()
    if (!event.repeat || found.repeats) found.press()
    return
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

// Before anything else hears the key: what it closes is still open then, and Esc closes one thing at a time.
const listen = { capture: true }

/** Listens to these keys as long as the component stands; what was mounted last hears first. */
export function useKeys(keys: readonly Key[]): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (layers.length === 0) window.addEventListener('keydown', onKeyDown, listen)
    layers = [...layers, latest]
    tell()
    return () => {
      layers = layers.filter((layer) => layer !== latest)
      if (layers.length === 0) window.removeEventListener('keydown', onKeyDown, listen)
      tell()
    }
  }, [])
}

/** What the page listens to now. */
export const listedKeys = (): readonly Key[] => layers.flatMap((layer) => layer.current).filter((key) => !key.hidden)

export const useKeysEnabled = (): boolean => useSyncExternalStore(subscribe, () => enabled)

export function setKeysEnabled(on: boolean): void {
  enabled = on
  try {
    localStorage.setItem(stored, on ? 'on' : 'off')
  } catch {
    // Not remembered; it holds until the page is left.
  }
  tell()
}
