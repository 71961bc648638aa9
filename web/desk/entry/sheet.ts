/**
 * The rows of one union as they are typed: kept here while the pages change, and saved on the server as drafts a moment
 * after each change. Nothing is stored in the browser. Another union has another sheet, so that switching loses nothing.
 */
import { useSyncExternalStore } from 'react'
import type { Filed } from '../../../contract/applications.ts'
import type { EntryView, PaperConsent, SaveEntry, ServedUnions } from '../../../contract/entries.ts'
import type { FieldError } from '../../../contract/errors.ts'
import type { DraftForm } from '../../../contract/form.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { refresh, saysOf, sessionEnded } from '../query.ts'
import type { RowPatch } from './columns.ts'

export type Row = {
  readonly id: string
  readonly place: number
  /** 0: the server does not know it yet. */
  readonly version: number
  readonly form: DraftForm
  readonly paper: PaperConsent
  readonly phase: 'saved' | 'unsaved' | 'offline' | 'stale' | 'refused'
  /** Why it is not saved. */
  readonly says?: string
  /** By column: what could not be taken in as it was pasted. */
  readonly wrong: { readonly [column: string]: string }
  /** Filing is under way, or what came of it. */
  readonly filing?: 'running' | { readonly says: string; readonly fields: readonly FieldError[] }
}
export type Place = { readonly row: string; readonly column: string }
type Union = Pick<ServedUnions['unions'][number], 'id' | 'facts'>

const settleMs = 700
const retryMs = 4000

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T

export class Sheet {
  readonly union: string
  #facts: Union['facts']
  #rows: readonly Row[] = []
  #listeners = new Set<() => void>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #sending = new Map<string, Promise<void>>()
  /** Counts changes of a row, so that an answer to an older one does not call a newer one saved. */
  #changes = new Map<string, number>()
  /** Filed or taken away here. */
  #gone = new Set<string>()
  /** Where one was typing, and how far the grid was scrolled. */
  #place: Place | undefined
  #scroll = { left: 0, top: 0 }

  constructor(union: Union) {
    this.union = union.id
    this.#facts = union.facts
  }

  get place(): Place | undefined {
    return this.#place
  }
  get scroll(): { readonly left: number; readonly top: number } {
    return this.#scroll
  }
  stand(place: Place): void {
    this.#place = place
  }
  scrolled(left: number, top: number): void {
    this.#scroll = { left, top }
  }
  rows = (): readonly Row[] => this.#rows
  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #put(rows: readonly Row[]): void {
    this.#rows = rows
    for (const listener of this.#listeners) listener()
  }
  #set(id: string, part: Partial<Row>): void {
    this.#put(this.#rows.map((row) => (row.id === id ? { ...row, ...part } : row)))
  }
  #without(id: string, ...keys: readonly (keyof Row)[]): void {
    const drop = (row: Row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key as keyof Row)))
    this.#put(this.#rows.map((row) => (row.id === id ? (drop(row) as Row) : row)))
  }
  find = (id: string): Row | undefined => this.#rows.find((row) => row.id === id)

  /** What the server has and this sheet does not know: rows that are here are the newer ones. */
  load(rows: readonly EntryView[]): void {
    const fresh = rows.filter(({ id }) => !this.#gone.has(id) && !this.find(id)).map(rowOf)
    if (fresh.length > 0) this.#put([...this.#rows, ...fresh].toSorted((a, b) => a.place - b.place))
    this.#blankAtEnd()
  }

  /** Prefilled with what the union keeps of its unit. */
  #blank(place: number): Row {
    const form: DraftForm = { baseUnionId: this.union, ...this.#facts }
    return { id: newId(), place, version: 0, form, paper: {}, phase: 'saved', wrong: {} }
  }
  /** Nothing of the worker's is in it. */
  isBlank = ({ version, form, paper }: Row): boolean =>
    version === 0 && Object.keys(form).length <= 1 + Object.keys(this.#facts ?? {}).length && !paper.consentedOn
  #blankAtEnd(): void {
    const last = this.#rows.at(-1)
    if (!last || !this.isBlank(last)) this.#put([...this.#rows, this.#blank((last?.place ?? -1) + 1)])
  }
  /** As many rows as are wanted from here on. */
  rowsFrom(id: string, count: number): readonly Row[] {
    const from = this.#rows.findIndex((row) => row.id === id)
    const missing = from + count - this.#rows.length
    const next = (this.#rows.at(-1)?.place ?? -1) + 1
    if (missing > 0) this.#put([...this.#rows, ...Array.from({ length: missing }, (_, at) => this.#blank(next + at))])
    return this.#rows.slice(from, from + count)
  }

  change(id: string, patch: RowPatch, wrong: Row['wrong'] = {}): void {
    const row = this.find(id)
    if (!row) return
    const touched = [...Object.keys(patch.form ?? {}), ...Object.keys(patch.paper ?? {})]
    const still = Object.entries(row.wrong).filter(([key]) => !touched.includes(key))
    const { filing: _filing, ...rest } = row
    const next: Row = {
      ...rest,
      form: withoutUndefined({ ...row.form, ...patch.form }) as DraftForm,
      paper: withoutUndefined({ ...row.paper, ...patch.paper }) as PaperConsent,
      wrong: { ...Object.fromEntries(still), ...wrong },
      ...(touched.length > 0 && row.phase === 'saved' && { phase: 'unsaved' }),
    }
    this.#put(this.#rows.map((each) => (each.id === id ? next : each)))
    this.#blankAtEnd()
    if (touched.length === 0 || next.phase === 'stale') return
    this.#changes.set(id, (this.#changes.get(id) ?? 0) + 1)
    this.#later(id, settleMs)
  }
  #later(id: string, ms: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.set(
      id,
      setTimeout(() => void this.save(id), ms),
    )
  }

  get hasUnsaved(): boolean {
    return this.#rows.some(({ phase }) => phase !== 'saved')
  }

  /** Sends what is unsaved of a row, one save at a time; resolves when it was answered. */
  async save(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id))
    await this.#sending.get(id)
    const row = this.find(id)
    if (!row || row.phase === 'saved' || row.phase === 'stale') return
    const sending = this.#send(row)
    this.#sending.set(id, sending)
    await sending
    this.#sending.delete(id)
  }
  async #send({ id, version, form, paper, place }: Row): Promise<void> {
    const change = this.#changes.get(id)
    try {
      const message = { version, form, paper, place } satisfies SaveEntry
      const view = await request<EntryView>('PUT', `/entries/${id}`, message)
      const isLatest = this.#changes.get(id) === change
      this.#without(id, 'says')
      this.#set(id, { version: view.version, phase: isLatest ? 'saved' : 'unsaved' })
      if (!isLatest) this.#later(id, settleMs)
      if (version === 0) void refresh(['/entries/unions'])
    } catch (error) {
      const known = error instanceof Problem ? error : undefined
      // The sign-in comes over the page; what was typed waits here and is sent again.
      if (known?.code === 'sign-in.required') sessionEnded(true)
      const passing =
        !known || known.status === 0 || known.status === 401 || known.status === 429 || known.status >= 500
      const phase = known?.code === 'draft.stale' ? 'stale' : passing ? 'offline' : 'refused'
      this.#set(id, { phase, says: saysOf(error) })
      if (phase === 'offline') this.#later(id, retryMs)
    }
  }

  /** A colleague of the same point has written in the row meanwhile: theirs is shown. */
  async takeLatest(id: string): Promise<void> {
    const view = await request<EntryView>('GET', `/entries/${id}`).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'not-found') return undefined
      throw error
    })
    this.#put(this.#rows.flatMap((row) => (row.id !== id ? [row] : view ? [rowOf(view)] : [])))
    this.#blankAtEnd()
  }

  #drop(id: string): void {
    this.#gone.add(id)
    this.#put(this.#rows.filter((row) => row.id !== id))
    this.#blankAtEnd()
  }
  async remove(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id))
    await this.#sending.get(id)
    if (this.find(id)?.version) await request('DELETE', `/entries/${id}`)
    this.#drop(id)
    void refresh(['/entries/unions'])
  }

  /** Files one row, a request of its own. @returns the receipt; undefined where it stays, and the row says why */
  async file(id: string): Promise<Filed | undefined> {
    this.#set(id, { filing: 'running' })
    await this.save(id)
    const row = this.find(id)
    if (row?.phase !== 'saved') {
      this.#set(id, { filing: { says: row?.says ?? '这一行还没有存上，没有提交。', fields: [] } })
      return undefined
    }
    try {
      const filed = await request<Filed>('PUT', `/entries/${id}/filing`, { draftVersion: row.version })
      this.#drop(id)
      return filed
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : []
      this.#set(id, { filing: { says: saysOf(error), fields } })
      return undefined
    }
  }
}

const rowOf = ({ id, place, version, form, paper }: EntryView): Row => ({
  id,
  place,
  version,
  form,
  paper,
  phase: 'saved',
  wrong: {},
})

const sheets = new Map<string, Sheet>()
let ownerKey: string | undefined

/** The sheet of a union. Rows are their point's: whoever signs in for another one finds none of them here. */
export function sheetOf(owner: string, union: Union): Sheet {
  if (ownerKey !== owner) sheets.clear()
  ownerKey = owner
  const known = sheets.get(union.id)
  if (known) return known
  const fresh = new Sheet(union)
  sheets.set(union.id, fresh)
  return fresh
}
/** Every sheet that was opened: a certificate may stand twice in two of them. */
export const openSheets = (): readonly Sheet[] => [...sheets.values()]

export const useRows = (sheet: Sheet): readonly Row[] => useSyncExternalStore(sheet.subscribe, sheet.rows)

addEventListener('beforeunload', (event) => {
  if (openSheets().some((sheet) => sheet.hasUnsaved)) event.preventDefault()
})
