/** 大字: a switch on every page, remembered on this phone; it holds nothing about the person. */
import { useSyncExternalStore } from 'react'

const key = 'jiangsheng.text'
const listeners = new Set<() => void>()
const isLarge = () => document.documentElement.dataset.text === 'large'

function remembered(): boolean {
  try {
    return localStorage.getItem(key) === 'large'
  } catch {
    return false
  }
}

/** Before the first paint, so that nothing jumps. */
export function applyTextSize(large: boolean = remembered()): void {
  if (large) document.documentElement.dataset.text = 'large'
  else delete document.documentElement.dataset.text
  try {
    localStorage.setItem(key, large ? 'large' : 'normal')
  } catch {
    // A phone that keeps nothing still switches for this visit.
  }
  for (const listener of listeners) listener()
}

export function useLargeText(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, isLarge)
}
