/**
 * What has been typed, kept until the server has it: a lost network is tried again, leaving the page with unsaved words
 * is warned against, and a reload finds them. Until then, and no longer, they also wait in the tab's own storage.
 */
import { useSyncExternalStore } from 'react'
import type { DraftView, SaveDraft } from '../../contract/applications.ts'
import type { DraftForm } from '../../contract/form.ts'
import { Problem, request } from '../ui/api.ts'

export type DraftPhase =
  | 'loading'
  | 'failed'
  /** Everything typed is with the server. */
  | 'saved'
  /** Typed, not yet sent; or on its way. */
  | 'unsaved'
  /** Typed, and the server cannot be reached: it is tried again. */
  | 'offline'
  /** Another page saved in between; nothing was overwritten. */
  | 'stale'
  /** The sign-in ended; what was typed waits here. */
  | 'signedOut'
  /** The server does not take it, and trying again changes nothing. */
  | 'refused'

export type DraftSnapshot = {
  readonly phase: DraftPhase
  readonly form: DraftForm
  readonly version: number
  /** Business time of the last save. */
  readonly savedAt?: number
  readonly problem?: Problem
  readonly correcting?: DraftView['correcting']
}

const settleMs = 700
const retryMs = 4000

const asProblem = (cause: unknown): Problem =>
  cause instanceof Problem ? cause : new Problem('answer', '这一页出了问题，填的内容还在。一分钟后再试。')

/** Words that the server does not have yet, as a reload finds them in its tab. */
type Waiting = Pick<DraftSnapshot, 'form' | 'version'> & { readonly owner: string; readonly base: DraftForm }
export const waitingPrefix = 'jiangsheng.draft.'
function readWaiting(key: string): Waiting | undefined {
  const kept = sessionStorage.getItem(key)
  return kept === null ? undefined : (JSON.parse(kept) as Waiting)
}

/** A patch; `undefined` takes a value out. */
export type DraftPatch = { readonly [K in keyof DraftForm]?: DraftForm[K] | undefined }

class DraftKeeper {
  readonly id: string
  #now: DraftSnapshot = { phase: 'loading', form: {}, version: 0 }
  #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending: Promise<void> | undefined
  /** Counts changes, so that an answer to an older one does not call a newer one saved. */
  #changes = 0
  #sent = 0
  /** The form as the server last had it from here: what differs is what was typed since. */
  #base: DraftForm = {}

  constructor(id: string) {
    this.id = id
  }

  snapshot = (): DraftSnapshot => this.#now
  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #put(part: Partial<DraftSnapshot>): void {
    this.#now = { ...this.#now, ...part }
    for (const listener of this.#listeners) listener()
  }
  #accept(view: DraftView): void {
    this.#base = view.form
    this.#put({
      form: view.form,
      version: view.version,
      savedAt: view.updatedAt,
      phase: 'saved',
      ...(view.correcting && { correcting: view.correcting }),
    })
  }

  get hasUnsaved(): boolean {
    return this.#changes !== this.#sent
  }

  /** A new draft, which the server does not know yet. */
  begin(): void {
    this.#put({ phase: 'saved' })
  }
  /** A draft of this id that the server does not know yet is a new one. */
  async load(): Promise<void> {
    if (this.hasUnsaved) return void this.save()
    try {
      const view = await request<DraftView>('GET', `/drafts/${this.id}`)
      // What was typed while it was on its way is newer, and is saved on the version known before.
      if (!this.hasUnsaved) this.#accept(view)
    } catch (cause) {
      const problem = asProblem(cause)
      if (problem.code === 'not-found') this.#put({ phase: 'saved', form: this.#now.form, version: 0 })
      else this.#put({ phase: 'failed', problem })
    }
    if (this.#now.phase === 'saved') this.#takeWaiting()
  }

  get #waitingKey(): string {
    return waitingPrefix + this.id
  }
  #keepWaiting(): void {
    const { form, version } = this.#now
    if (!this.hasUnsaved) sessionStorage.removeItem(this.#waitingKey)
    else if (ownerId) {
      const waiting: Waiting = { owner: ownerId, form, version, base: this.#base }
      sessionStorage.setItem(this.#waitingKey, JSON.stringify(waiting))
    }
  }
  /** Before the reload something was typed that did not arrive: it goes on where it was, on the version it was typed on. */
  #takeWaiting(): void {
    const waiting = readWaiting(this.#waitingKey)
    if (!waiting || waiting.owner !== ownerId) return
    const { form, version, base } = waiting
    this.#base = base
    this.#changes++
    this.#put({ form, version, phase: 'unsaved' })
    void this.save()
  }

  set(patch: DraftPatch): void {
    const form = Object.fromEntries(
      Object.entries({ ...this.#now.form, ...patch }).filter(([, value]) => value !== undefined),
    ) as DraftForm
    this.#changes++
    this.#put({ form, ...(this.#now.phase === 'saved' && { phase: 'unsaved' }) })
    this.#keepWaiting()
    if (this.#now.phase !== 'stale' && this.#now.phase !== 'signedOut') this.#later(settleMs)
  }
  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.save(), ms)
  }

  /** Sends what is unsaved, one save at a time; resolves when it was answered. */
  async save(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#sending) await this.#sending
    if (!this.hasUnsaved && this.#now.version > 0) return
    this.#sending = this.#send()
    await this.#sending
  }
  async #send(): Promise<void> {
    const change = this.#changes
    const { version, form } = this.#now
    try {
      const view = await request<DraftView>('PUT', `/drafts/${this.id}`, { version, form } satisfies SaveDraft)
      this.#sent = change
      this.#base = form
      const done = this.#changes === change
      const { problem: _, ...rest } = this.#now
      this.#now = rest
      this.#put({ version: view.version, savedAt: view.updatedAt, phase: done ? 'saved' : 'unsaved' })
      this.#keepWaiting()
      if (!done) this.#later(settleMs)
    } catch (cause) {
      const problem = asProblem(cause)
      if (problem.code === 'draft.stale') this.#put({ phase: 'stale', problem })
      else if (problem.status === 401) this.#put({ phase: 'signedOut', problem })
      else if (problem.status >= 400 && problem.status < 500 && problem.status !== 429)
        this.#put({ phase: 'refused', problem })
      else {
        this.#put({ phase: 'offline', problem })
        this.#later(retryMs)
      }
    } finally {
      this.#sending = undefined
    }
  }

  /** Stale: takes what the other page saved. */
  async takeLatest(): Promise<void> {
    this.close()
    this.#put({ phase: 'loading' })
    await this.load()
  }
  /** Stale: the boxes written in here go over what the other page saved; its other boxes stay. @throws {Problem} */
  async keepMine(): Promise<void> {
    const latest = await request<DraftView>('GET', `/drafts/${this.id}`)
    const { form } = this.#now
    const mine = Object.entries(form).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(this.#base[key as keyof DraftForm]),
    )
    this.#base = latest.form
    this.#put({ version: latest.version, form: { ...latest.form, ...Object.fromEntries(mine) }, phase: 'unsaved' })
    this.#keepWaiting()
    await this.save()
  }
  /** Signed in again: what waited goes on. */
  resume(): void {
    const { problem: _, ...rest } = this.#now
    if (rest.phase === 'signedOut') this.#now = { ...rest, phase: 'unsaved' }
    if (rest.phase === 'failed') this.#now = { ...rest, phase: 'loading' }
  }
  /** Filed or thrown away: nothing more is sent. */
  close(): void {
    clearTimeout(this.#timer)
    this.#sent = this.#changes
    this.#keepWaiting()
  }
}

export type { DraftKeeper }

const keepers = new Map<string, DraftKeeper>()

export function draftKeeper(id: string): DraftKeeper {
  const known = keepers.get(id)
  if (known) return known
  const fresh = new DraftKeeper(id)
  keepers.set(id, fresh)
  return fresh
}
export function forgetDraft(id: string): void {
  keepers.get(id)?.close()
  keepers.delete(id)
}
let ownerId: string | undefined
/** Words that still wait are their writer's: another person who signs in on this phone does not see them. */
export function draftsBelongTo(accountId: string): void {
  if (ownerId !== undefined && ownerId !== accountId) forgetAllDrafts()
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(waitingPrefix) && readWaiting(key)?.owner !== accountId) sessionStorage.removeItem(key)
  for (const keeper of keepers.values()) keeper.resume()
  ownerId = accountId
}
export function forgetAllDrafts(): void {
  for (const id of [...keepers.keys()]) forgetDraft(id)
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(waitingPrefix)) sessionStorage.removeItem(key)
}

export const useDraft = (keeper: DraftKeeper): DraftSnapshot => useSyncExternalStore(keeper.subscribe, keeper.snapshot)

addEventListener('online', () => {
  for (const keeper of keepers.values()) if (keeper.hasUnsaved) void keeper.save()
})
addEventListener('beforeunload', (event) => {
  if ([...keepers.values()].some((keeper) => keeper.hasUnsaved)) event.preventDefault()
})
