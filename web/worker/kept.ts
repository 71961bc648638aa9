/** What is written on a page and not handed in yet: a reload of the tab finds it, another person on this phone does not. */
import { useState } from 'react'
import { waitingPrefix } from './draft.ts'
import { useSession } from './queries.ts'

type Kept<Value> = { readonly owner: string; readonly value: Value }

/** @returns what stands there, how to write it, and how to forget it once it has arrived */
export function useKept<Value>(place: string, empty: Value): [Value, (next: Value) => void, () => void] {
  const owner = useSession().data?.account?.id ?? ''
  const key = `${waitingPrefix}${place}`
  const [now, setNow] = useState<Value>(() => {
    const stored = sessionStorage.getItem(key)
    const kept = stored === null ? undefined : (JSON.parse(stored) as Kept<Value>)
    return kept && kept.owner === owner ? kept.value : empty
  })
  return [
    now,
    (next) => {
      setNow(next)
      sessionStorage.setItem(key, JSON.stringify({ owner, value: next } satisfies Kept<Value>))
    },
    () => sessionStorage.removeItem(key),
  ]
}
