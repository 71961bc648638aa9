/** Statements of the paths that everybody takes: built and compiled once, sent with the values of the moment. */
import type { CompiledQuery, Insertable } from 'kysely'
import { send, type Trx } from './open.ts'
import type { Tables } from './tables.ts'

/** Stands for an argument while the statement is built; it can be a parameter of it, and nothing else. */
class Argument {
  readonly at: number
  constructor(at: number) {
    this.at = at
  }
  readonly toString = unreadable
  readonly toJSON = unreadable
  readonly valueOf = unreadable
}

function unreadable(this: void): never {
  throw new Error('an argument of a statement is a parameter of it: it cannot be read while it is built')
}

type Built<Row> = { compile(trx: Trx): CompiledQuery<Row> }

/**
 * @param build builds the statement the first time; what it does must not depend on its arguments, whose places in the
 * statement are kept
 * @returns sends it and answers with its rows
 */
export function statement<Arguments extends readonly unknown[], Row>(
  build: (trx: Trx, ...args: Arguments) => Built<Row>,
): (trx: Trx, ...args: Arguments) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined
  return async (trx, ...args) => {
    compiled ??= build(trx, ...(args.map((_, at) => new Argument(at)) as unknown as Arguments)).compile(trx)
    const values = compiled.parameters.map((value) => (value instanceof Argument ? args[value.at] : value))
    return (await send<Row>(trx, compiled.sql, values)).rows
  }
}

const inserts = new Map<string, string>()
/** Longer lists are rare, and each length is a text of its own. */
const mostKept = 4

/**
 * Inserts rows that have the same columns; `jsonb` columns take text.
 * @param unlessThere a row whose key is taken is left out, silently
 */
export async function insertRows<Table extends keyof Tables>(
  trx: Trx,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[],
  unlessThere = false,
): Promise<void> {
  const columns = Object.keys(rows[0]!)
  const key = `${table} ${rows.length} ${unlessThere} ${columns.join()}`
  let text = inserts.get(key)
  if (text === undefined) {
    const places = rows.map((_, row) => columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', '))
    const names = columns.map((name) => `"${name}"`).join(', ')
    const otherwise = unlessThere ? ' on conflict do nothing' : ''
    text = `insert into "${table}" (${names}) values ${places.map((each) => `(${each})`).join(', ')}${otherwise}`
    if (rows.length <= mostKept) inserts.set(key, text)
  }
  await send(
    trx,
    text,
    rows.flatMap((row) => columns.map((name) => (row as Record<string, unknown>)[name])),
  )
}
