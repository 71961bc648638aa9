/**
 * Worker threads for paper: typesetting and reading codes keep a processor busy, which must never hold up a request.
 * As many threads as cores, a bounded queue, a time limit; a thread that dies or takes too long is replaced.
 */
import os from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { AnnexWords } from '../../domain/annex.ts'
import type { MoneyPaper } from '../../domain/moneyPaper.ts'
import { Refused } from '../../contract/errors.ts'
import type { AnnexSheet } from './annexCompiler.ts'
import type { Receipt } from './receiptCode.ts'

export type PaperJob =
  | { readonly kind: 'pdf'; readonly words: AnnexWords; readonly sheets: readonly AnnexSheet[] }
  | { readonly kind: 'picture'; readonly words: AnnexWords; readonly sheet: AnnexSheet }
  | { readonly kind: 'moneyPaper'; readonly paper: MoneyPaper }
  | { readonly kind: 'readCodes'; readonly pages: readonly Uint8Array[] }

export type Answered = {
  readonly answer?: Uint8Array | readonly (Receipt | undefined)[] | undefined
  readonly failed?: string
}

type Waiting = {
  readonly job: PaperJob
  readonly resolve: (answer: Answered['answer']) => void
  readonly reject: (error: Error) => void
}

export type PoolLimits = { readonly threads: number; readonly waiting: number; readonly jobMs: number }

const script = path.join(import.meta.dirname, 'paperWorker.ts')
/** The typesetter keeps some memory of every page until its thread ends, so that each ends after so many. */
const pagesOfOneThread = 500
const rowsOfPage = 35
function pagesOf(job: PaperJob): number {
  if (job.kind === 'pdf') return job.sheets.length
  return job.kind === 'moneyPaper' ? Math.ceil(job.paper.table.rows.length / rowsOfPage) + 1 : 1
}

/** Each throws Refused paper.busy where too many wait, paper.failed where a job took too long or its thread died. */
export type PaperPool = {
  /** One PDF with a page for each sheet. */
  typeset(words: AnnexWords, sheets: readonly AnnexSheet[]): Promise<Uint8Array>
  /** One sheet as a PNG. */
  picture(words: AnnexWords, sheet: AnnexSheet): Promise<Uint8Array>
  /** A document that carries money, on as many pages as it takes. */
  moneyPaper(paper: MoneyPaper): Promise<Uint8Array>
  /** What the code on each of the pages says; undefined where there is none that can be read. */
  readCodes(pages: readonly Uint8Array[]): Promise<readonly (Receipt | undefined)[]>
}

export function openPool({ threads, waiting: waitingAtMost, jobMs }: PoolLimits): PaperPool {
  const waiting: Waiting[] = []
  const idle: Thread[] = []
  let alive = 0

  type Thread = {
    readonly worker: Worker
    pages: number
    at?: { readonly waiting: Waiting; readonly clock: NodeJS.Timeout }
  }

  function start(): Thread {
    const thread: Thread = { worker: new Worker(script), pages: 0 }
    alive++
    const settle = () => {
      const { at } = thread
      delete thread.at
      if (at) clearTimeout(at.clock)
      return at?.waiting
    }
    thread.worker.on('message', ({ answer, failed }: Answered) => {
      const asked = settle()
      if (failed === undefined) asked?.resolve(answer)
      else asked?.reject(new Error(`paper: ${failed}`))
      if (thread.pages >= pagesOfOneThread) void thread.worker.terminate()
      else {
        thread.worker.unref()
        idle.push(thread)
        next()
      }
    })
    thread.worker.on('error', (error) => {
      settle()?.reject(error instanceof Error ? error : new Error(String(error)))
    })
    thread.worker.on('exit', () => {
      alive--
      const place = idle.indexOf(thread)
      if (place !== -1) idle.splice(place, 1)
      settle()?.reject(new Refused('paper.failed'))
      next()
    })
    return thread
  }

  function next(): void {
    if (waiting.length === 0) return
    const thread = idle.pop() ?? (alive < threads ? start() : undefined)
    if (!thread) return
    const asked = waiting.shift()!
    // the exit of the thread refuses the job
    const clock = setTimeout(() => void thread.worker.terminate(), jobMs)
    thread.at = { waiting: asked, clock }
    thread.pages += pagesOf(asked.job)
    thread.worker.ref()
    thread.worker.postMessage(asked.job)
  }

  const ask = (job: PaperJob): Promise<Answered['answer']> =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingAtMost) {
        reject(new Refused('paper.busy'))
        return
      }
      waiting.push({ job, resolve, reject })
      next()
    })
  return {
    typeset: async (words, sheets) => (await ask({ kind: 'pdf', words, sheets })) as Uint8Array,
    picture: async (words, sheet) => (await ask({ kind: 'picture', words, sheet })) as Uint8Array,
    moneyPaper: async (paper) => (await ask({ kind: 'moneyPaper', paper })) as Uint8Array,
    readCodes: async (pages) => (await ask({ kind: 'readCodes', pages })) as readonly (Receipt | undefined)[],
  }
}

/** The threads of this process, started as they are needed. */
export const pool: PaperPool = openPool({
  threads: Math.max(1, Math.min(8, os.availableParallelism())),
  waiting: 100,
  jobMs: 30_000,
})
