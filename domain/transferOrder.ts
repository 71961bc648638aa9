/** 先到先发: whether transfers went in the order of the places, and places in the order of confirmations (四.一.5). */
import type { Instant } from './dates.ts'

export type Placed = {
  readonly place: number
  readonly confirmedAt: Instant
  /** Absent: not transferred yet. */
  readonly releasedAt?: Instant | undefined
}

export type OutOfOrder = { readonly place: number; readonly before: number }

/**
 * The places that were transferred, or confirmed, before a lower place: each with the lowest that it passed over.
 * @param all places that count: of notices that no other revision has replaced
 */
export function outOfOrder(all: readonly Placed[]): OutOfOrder[] {
  const found: OutOfOrder[] = []
  const sorted = all.toSorted((a, b) => a.place - b.place)
  for (const [index, later] of sorted.entries()) {
    const passed = sorted
      .slice(0, index)
      .find(
        (earlier) =>
          earlier.confirmedAt > later.confirmedAt ||
          (later.releasedAt !== undefined &&
            (earlier.releasedAt === undefined || earlier.releasedAt > later.releasedAt)),
      )
    if (passed) found.push({ place: later.place, before: passed.place })
  }
  return found
}

/** How many wait before a place. */
export const waitingBefore = (all: readonly Placed[], place: number): number =>
  all.filter((each) => each.place < place && each.releasedAt === undefined).length
