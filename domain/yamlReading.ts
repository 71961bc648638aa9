/**
 * Reads YAML into typed values, collecting every problem with its line instead of stopping at the first. A key the
 * shape does not name is a problem, so that a misspelt one cannot be ignored.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'

export type Problem = { readonly file: string; readonly line: number; readonly reason: string }

export class YamlSource {
  readonly file: string
  readonly problems: Problem[]
  readonly #lines = new LineCounter()
  readonly #document: Document

  constructor(file: string, text: string, problems: Problem[]) {
    this.file = file
    this.problems = problems
    this.#document = parseDocument(text, { lineCounter: this.#lines })
    for (const error of this.#document.errors) {
      this.problems.push({
        file,
        line: this.#lines.linePos(error.pos[0]).line || 1,
        reason: error.message.split('\n')[0]!,
      })
    }
  }

  lineOf(node: Node): number {
    return node.range ? this.#lines.linePos(node.range[0]).line : 1
  }

  wrong(node: Node, reason: string): undefined {
    this.problems.push({ file: this.file, line: this.lineOf(node), reason })
    return undefined
  }

  /** What an alias stands for; the node itself otherwise. */
  resolve(node: Node): Node | undefined {
    if (!isAlias(node)) return node
    return (node.resolve(this.#document) as Node | undefined) ?? this.wrong(node, `no anchor is called ${node.source}`)
  }

  read<T>(reader: Reader<T>): T | undefined {
    if (this.#document.errors.length > 0) return undefined
    const root = this.#document.contents
    if (root) return reader(this, root as Node)
    this.problems.push({ file: this.file, line: 1, reason: 'the file is empty' })
    return undefined
  }
}

/** undefined where a problem was recorded. */
export type Reader<T> = (source: YamlSource, node: Node) => T | undefined

const scalar =
  <T>(expected: string, accepts: (value: unknown) => T | undefined): Reader<T> =>
  (source, node) => {
    const resolved = source.resolve(node)
    const value = isScalar(resolved) ? accepts(resolved.value) : undefined
    return value === undefined ? source.wrong(node, `expected ${expected}`) : value
  }

export const text = scalar('text', (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined))
export const integer = scalar('a whole number', (value) =>
  Number.isSafeInteger(value) ? (value as number) : undefined,
)
export const positive: Reader<number> = (source, node) => {
  const value = integer(source, node)
  return value === undefined || value > 0 ? value : source.wrong(node, 'expected a number above 0')
}
export const flag = scalar('true or false', (value) => (typeof value === 'boolean' ? value : undefined))
export const plainValue = scalar('text, a number, true or false', (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined,
)

export const oneOf = <const T extends string>(values: readonly T[]): Reader<T> =>
  scalar(`one of ${values.join(', ')}`, (value) => values.find((candidate) => candidate === value))

/** A text that `convert` accepts, such as a date that exists. */
export const textAs = <T>(expected: string, convert: (value: string) => T | undefined): Reader<T> =>
  scalar(expected, (value) => (typeof value === 'string' ? convert(value) : undefined))

export const list =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (source, node) => {
    const resolved = source.resolve(node)
    if (!isSeq(resolved)) return source.wrong(node, 'expected a list')
    const items = resolved.items.map((child) => item(source, child as Node))
    return items.includes(undefined) ? undefined : (items as T[])
  }

export const nonEmpty =
  <T>(reader: Reader<readonly T[]>): Reader<readonly T[]> =>
  (source, node) => {
    const items = reader(source, node)
    return items?.length === 0 ? source.wrong(node, 'the list is empty') : items
  }

/** A list in which no two items share a key. */
export const listBy =
  <T>(key: (value: T) => string, item: Reader<T>): Reader<readonly T[]> =>
  (source, node) => {
    const seen = new Set<string>()
    return list<T>((_, child) => {
      const value = item(source, child)
      if (value === undefined) return undefined
      if (seen.has(key(value))) return source.wrong(child, `${key(value)} is there twice`)
      seen.add(key(value))
      return value
    })(source, node)
  }

export const listById = <T extends { readonly id: string }>(item: Reader<T>): Reader<readonly T[]> =>
  listBy(({ id }) => id, item)

type Entry = { readonly key: Node; readonly value: Node | null }

/** The entries of a mapping, merged ones (`<<`) included, its own before theirs. */
function entriesOf(source: YamlSource, node: Node): Map<string, Entry> | undefined {
  const resolved = source.resolve(node)
  if (!isMap(resolved)) return source.wrong(node, 'expected keys and values')
  const entries = new Map<string, Entry>()
  for (const { key, value } of resolved.items) {
    const name = isScalar(key) ? String(key.value) : ''
    if (name !== '<<') entries.set(name, { key: key as Node, value: value as Node | null })
  }
  for (const { key, value } of resolved.items) {
    if (!isScalar(key) || String(key.value) !== '<<') continue
    for (const [name, entry] of entriesOf(source, value as Node) ?? []) if (!entries.has(name)) entries.set(name, entry)
  }
  return entries
}

export type Optional<T> = { readonly optional: Reader<T> }
export const optional = <T>(reader: Reader<T>): Optional<T> => ({ optional: reader })

export type Shape = { readonly [key: string]: Reader<unknown> | Optional<unknown> }
type RequiredKeys<S extends Shape> = { [K in keyof S]: S[K] extends Optional<unknown> ? never : K }[keyof S]
export type Shaped<S extends Shape> = {
  readonly [K in RequiredKeys<S>]: S[K] extends Reader<infer T> ? T : never
} & {
  readonly [K in Exclude<keyof S, RequiredKeys<S>>]?: S[K] extends Optional<infer T> ? T : never
}

export const record =
  <const S extends Shape>(shape: S): Reader<Shaped<S>> =>
  (source, node) => {
    const entries = entriesOf(source, node)
    if (!entries) return undefined
    const result: Record<string, unknown> = {}
    let complete = true
    for (const [name, { key }] of entries) {
      if (!Object.hasOwn(shape, name)) {
        source.wrong(key, `unknown key ${name}`)
        complete = false
      }
    }
    for (const [name, reader] of Object.entries(shape)) {
      const entry = entries.get(name)
      const isOptional = typeof reader !== 'function'
      if (!entry) {
        if (isOptional) continue
        source.wrong(node, `${name} is missing`)
        complete = false
        continue
      }
      const value = entry.value
        ? (isOptional ? reader.optional : reader)(source, entry.value)
        : source.wrong(entry.key, `${name} has no value`)
      if (value === undefined) complete = false
      result[name] = value
    }
    return complete ? (result as Shaped<S>) : undefined
  }

/** One key of a mapping, whatever else it holds. */
export const only =
  <T>(name: string, reader: Reader<T>): Reader<T> =>
  (source, node) => {
    const value = entriesOf(source, node)?.get(name)?.value
    return value ? reader(source, value) : source.wrong(node, `${name} is missing`)
  }

/** Values by keys of a closed vocabulary. */
export const byKey = <const K extends string, T>(
  keys: readonly K[],
  value: Reader<T>,
): Reader<{ readonly [P in K]?: T }> =>
  record(Object.fromEntries(keys.map((key) => [key, optional(value)]))) as Reader<{ readonly [P in K]?: T }>

/** Values by free keys. */
export const byAnyKey =
  <T>(value: Reader<T>): Reader<{ readonly [key: string]: T }> =>
  (source, node) => {
    const entries = entriesOf(source, node)
    if (!entries) return undefined
    const pairs = [...entries].map(
      ([name, entry]) =>
        [name, entry.value ? value(source, entry.value) : source.wrong(entry.key, `${name} has no value`)] as const,
    )
    return pairs.some(([, read]) => read === undefined)
      ? undefined
      : (Object.fromEntries(pairs) as { [key: string]: T })
  }

/** A further demand on what was read; `demand` answers what is wrong, or undefined. */
export const checked =
  <T>(reader: Reader<T>, demand: (value: T) => string | undefined): Reader<T> =>
  (source, node) => {
    const value = reader(source, node)
    const reason = value === undefined ? undefined : demand(value)
    return reason === undefined ? value : source.wrong(node, reason)
  }

export const mapped =
  <T, U>(reader: Reader<T>, convert: (value: T, line: number) => U): Reader<U> =>
  (source, node) => {
    const value = reader(source, node)
    return value === undefined ? undefined : convert(value, source.lineOf(node))
  }
