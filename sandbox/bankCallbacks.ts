/** The sandbox's bank posts its results to the address it was told, as its script has it. */
import type { Books, Result } from './bankBooks.ts'
import { type BankScript, happens } from './bankScript.ts'

/** What is not taken is posted again after each of these, and then no more: it can be asked for. */
const againAfterMs = [200, 1000, 5000]
const timeoutMs = 10_000

type Posting = { readonly script: BankScript; readonly books: Books; readonly address: () => string | undefined }

/** @param sign of a callback, stamped in seconds */
export function openCallbacks({ script, books, address }: Posting, sign: (stamp: string, body: string) => string) {
  const closing = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  /** Kept back to come in another order, newest first. */
  let kept: Result[][] = []
  /** One after the other, so that an order that is asked for holds. */
  let posted: Promise<unknown> = Promise.resolve()

  function after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }

  async function post(results: Result[], tries: number): Promise<void> {
    const url = address()
    if (!url || closing.signal.aborted) return
    const body = JSON.stringify({ results })
    const stamp = String(Math.floor(Date.now() / 1000))
    const headers = { 'content-type': 'application/json', 'bank-timestamp': stamp, 'bank-signature': sign(stamp, body) }
    for (const { reference } of results) books.count('callbacks', reference)
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)])
    const response = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => undefined)
    await response?.body?.cancel()
    const again = againAfterMs[tries]
    if (!response?.ok && again !== undefined && !closing.signal.aborted) after(again, () => line(results, tries + 1))
  }
  function line(results: Result[], tries = 0): void {
    posted = posted.then(() => post(results, tries))
  }
  function release(): void {
    const back = kept
    kept = []
    script.reorderCallbacks = 0
    for (const results of back) line(results)
  }
  function callBack(results: Result[]): void {
    if (happens(script, 'loseCallbacks')) return
    if (script.reorderCallbacks > 0) {
      kept.unshift(results)
      if (kept.length >= script.reorderCallbacks) release()
      return
    }
    const times = happens(script, 'repeatCallbacks') ? 2 : 1
    const late = happens(script, 'delayCallbacks') ? script.delayMs : 0
    for (let i = 0; i < times; i++)
      if (late > 0) after(late, () => line(results))
      else line(results)
  }

  return {
    announce(results: readonly Result[]): void {
      if (!address()) return
      const size = script.resultsPerCallback
      for (let i = 0; i < results.length; i += size) callBack(results.slice(i, i + size))
    },
    release,
    close(): void {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
