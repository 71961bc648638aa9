/** The case before and after in the queue this one was opened from. */
import { useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { pickedIds, queueFilter, queueQuery } from './queueQuery.ts'
import type { QueueFilter } from './queueQuery.ts'

/** `place` counts from 1; 0 where the case does not stand in the queue (any more). `more`: the queue goes on. */
export type Neighbours = {
  readonly place: number
  readonly count: number
  readonly more: boolean
  readonly previous: string | undefined
  readonly next: string | undefined
}

/** A case that was decided leaves the queue; the order in which one walks it stays as it was opened. */
export function useNeighbours(id: string, fromQueue: boolean): Neighbours {
  const { picked, view = 'todo', ...rest } = useSearch({ from: '/cases/$id' })
  const filter = { ...rest, view }
  const queue = useInfiniteQuery({ ...queueQuery(filter), enabled: fromQueue && !picked })
  const [walked] = useState(pickedIds)
  const [order, setOrder] = useState<readonly string[]>([])
  const listed = queue.data?.pages.flatMap((page) => page.items.map((item) => item.id))
  const counted = isPlainTodo(filter) ? queue.data?.pages[0]?.counts : undefined
  const ids = picked ? walked : fromQueue ? keepOrder(order, listed ?? [], id) : []
  if (ids.join() !== order.join()) setOrder(ids)
  const place = ids.indexOf(id)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = queue
  const nearEnd = place >= ids.length - 3
  useEffect(() => {
    if (!picked && nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [picked, nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    place: place + 1,
    count: counted && !picked ? Math.max(counted.todo, ids.length) : ids.length,
    more: !picked && (counted ? counted.more : hasNextPage),
    previous: place > 0 ? ids[place - 1] : undefined,
    next: ids[place + 1],
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
