/** The queue as a list that grows page by page, and its counts for the menu. */
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { QueueCounts, QueueItem, QueuePage, QueueQuery } from '../../../contract/applications.ts'
import { request } from '../../ui/api.ts'
import { serverQuery } from '../query.ts'

export type QueueFilter = Omit<QueueQuery, 'cursor'>

/** Only what filters, in a fixed order, so that the same queue has one key. */
export function queueFilter({
  view,
  kind,
  level,
  finding,
  materials,
  batch,
  union,
  officer,
  find,
}: QueueFilter): QueueFilter {
  return {
    view,
    ...(kind && { kind }),
    ...(level && { level }),
    ...(finding && { finding }),
    ...(materials && { materials }),
    ...(batch !== undefined && { batch }),
    ...(union && { union }),
    ...(officer && { officer }),
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

/** What waits, is mine, held, sent back, overdue: asked again when the queue is. */
export const useQueueCounts = (wanted: boolean): QueueCounts | undefined =>
  useQuery({ ...serverQuery<QueueCounts>('/queue/counts'), enabled: wanted }).data

// Which cases were picked on the queue: beside the address, since fifty ids do not fit there.
const pickedKey = 'jiangsheng.picked'
export function keepPicked(items: readonly Pick<QueueItem, 'id'>[]): void {
  sessionStorage.setItem(pickedKey, JSON.stringify(items.map(({ id }) => id)))
}
export function pickedIds(): readonly string[] {
  const text = sessionStorage.getItem(pickedKey)
  return text ? (JSON.parse(text) as string[]) : []
}
