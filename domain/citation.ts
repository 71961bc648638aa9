/** Readers of what every rule carries: a clause of the notice and its literal words. */
import type { Citation, Clause } from './policy.ts'
import { checked, mapped, record, text, type Reader, type Shape, type Shaped } from './yamlReading.ts'

export type Clauses = readonly Clause[]

export const clauseId = (clauses: Clauses) =>
  checked(text, (id) => (clauses.some((clause) => clause.id === id) ? undefined : `the notice has no clause ${id}`))

/** A record that carries its clause and the words of that clause it rests on, literally. */
export function cited<const S extends Shape>(clauses: Clauses, shape: S): Reader<Shaped<S> & Citation> {
  let clause: string | undefined
  const quote = checked(text, (words) => {
    const where = clauses.find(({ id }) => id === clause)
    return !where || where.text.includes(words)
      ? undefined
      : `the quote does not stand in clause ${clause} of the notice: ${words}`
  })
  // `clause` is read before `quote`, which must stand in it.
  const reader = record({ ...shape, clause: mapped(clauseId(clauses), (id) => (clause = id)), quote })
  return (source, node) => {
    clause = undefined
    return reader(source, node) as (Shaped<S> & Citation) | undefined
  }
}
