/** The queue as a list that grows page by page, and its counts for the menu. */
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { QueueItem, QueuePage, QueueQuery } from '../../../contract/applications.ts'
import { request } from '../../ui/api.ts'
import { client } from '../query.ts'

export type QueueFilter = Omit<QueueQuery, 'cursor'>

/** Only what filters, in a fixed order, so that the same queue has one key. */
export function queueFilter({ view, kind, level, finding, batch, find }: QueueFilter): QueueFilter {
  return {
    view,
    ...(kind && { kind }),
    ...(level && { level }),
    ...(finding && { finding }),
    ...(batch !== undefined && { batch }),
    ...(find && { find }),
  }
}

function pathOf(filter: QueueFilter, cursor: string | undefined): string {
  const query = new URLSearchParams(
    Object.entries({ ...filter, ...(cursor && { cursor }) }).map(([key, value]) => [key, String(value)]),
  )
  return `/queue?${query}`
}

export const queueQuery = (filter: QueueFilter) =>
  infiniteQueryOptions({
    queryKey: ['/queue', queueFilter(filter)],
    queryFn: ({ pageParam, signal }) =>
      request<QueuePage>('GET', pathOf(queueFilter(filter), pageParam), undefined, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  })
export const useQueue = (filter: QueueFilter) => useInfiniteQuery(queueQuery(filter))

const countsKey = ['/queue-counts']
/** What waits, was sent back, is overdue; asked with the queue itself where that has just been read. */
export function useQueueCounts(wanted: boolean): QueuePage['counts'] | undefined {
  const counts = useQuery({
    queryKey: countsKey,
    enabled: wanted,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const open = client.getQueryData(queueQuery({ view: 'todo' }).queryKey)
      const known = open?.pages[0]?.counts
      return known ?? (await request<QueuePage>('GET', '/queue?view=todo', undefined, signal)).counts
    },
  })
  return counts.data
}
/** Every answer of the queue brings the counts along. */
export function countsKnown(counts: QueuePage['counts']): void {
  client.setQueryData(countsKey, counts)
}

// Which cases were picked on the queue: beside the address, since fifty ids do not fit there.
const pickedKey = 'jiangsheng.picked'
export function keepPicked(items: readonly Pick<QueueItem, 'id'>[]): void {
  sessionStorage.setItem(pickedKey, JSON.stringify(items.map(({ id }) => id)))
}
export function pickedIds(): readonly string[] {
  const text = sessionStorage.getItem(pickedKey)
  return text ? (JSON.parse(text) as string[]) : []
}
