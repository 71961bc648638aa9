/** The case before and after in the queue this one was opened from. */
import { useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Lot } from '../../../contract/desk.ts'
import { useServer } from '../query.ts'
import { pickedIds, queueFilter, queueQuery, useQueueCounts } from './queueQuery.ts'
import type { QueueFilter } from './queueQuery.ts'

/** `place` counts from 1; 0 where the case does not stand in the queue (any more). `more`: the queue goes on. */
export type Neighbours = {
  readonly place: number
  readonly count: number
  readonly more: boolean
  readonly previous: string | undefined
  readonly next: string | undefined
  /** Where to go after the last: the most urgent that is left. */
  readonly first: string | undefined
}

// Decided a moment ago: the list may not have been read again yet.
const decided = new Set<string>()
export function decidedNow(id: string, is: boolean): void {
  if (is) decided.add(id)
  else decided.delete(id)
}

/** A case that was decided leaves the queue; the order in which one walks it stays as it was opened. */
export function useNeighbours(id: string, fromQueue: boolean): Neighbours {
  const { picked, lot, view = 'todo', ...rest } = useSearch({ from: '/cases/$id' })
  const sample = useServer<Lot>(`/review-lots/${lot ?? ''}`, !lot).data?.sample
  const filter = { ...rest, view }
  const queue = useInfiniteQuery({ ...queueQuery(filter), enabled: fromQueue && !picked && !lot })
  const counts = useQueueCounts(fromQueue)
  const [walked] = useState(pickedIds)
  const [order, setOrder] = useState<readonly string[]>([])
  const listed = queue.data?.pages.flatMap((page) => page.items.map((item) => item.id))
  const counted = isPlainTodo(filter) ? counts : undefined
  const ids = lot
    ? (sample ?? []).map((each) => each.id)
    : picked
      ? walked
      : fromQueue
        ? keepOrder(order, listed ?? [], id)
        : []
  if (ids.join() !== order.join()) setOrder(ids)
  const place = ids.indexOf(id)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = queue
  const nearEnd = place >= ids.length - 3
  useEffect(() => {
    if (!picked && !lot && nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [picked, lot, nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    place: place + 1,
    count: counted && !picked && !lot ? Math.max(counted.todo, ids.length) : ids.length,
    more: !picked && !lot && (counted ? counted.more : hasNextPage),
    previous: place > 0 ? ids[place - 1] : undefined,
    next: ids[place + 1],
    first: lot || picked ? undefined : ids.find((each) => each !== id && !decided.has(each)),
  }
}

/** The server counts this one queue; of another only what is listed is known. */
const isPlainTodo = (filter: QueueFilter) => JSON.stringify(queueFilter(filter)) === '{"view":"todo"}'

/** What is listed now, with the present case kept in its place where it has just left the list. */
function keepOrder(before: readonly string[], listed: readonly string[], id: string): readonly string[] {
  if (listed.includes(id) || !before.includes(id)) return listed
  const follower = before.slice(before.indexOf(id) + 1).find((candidate) => listed.includes(candidate))
  const at = follower === undefined ? listed.length : listed.indexOf(follower)
  return [...listed.slice(0, at), id, ...listed.slice(at)]
}
