/** A list that the server gives by pages and that grows on demand. */
import { useInfiniteQuery } from '@tanstack/react-query'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { request } from '../../ui/api.ts'
import { counted } from '../../ui/words.ts'
import { saysOf } from '../query.ts'

type Growing<Page> = UseInfiniteQueryResult<InfiniteData<Page>>

/** @param path with its query, which is never empty; the cursor of the next page is added to it */
export const useGrowing = <Page extends { nextCursor?: string | undefined }>(path: string): Growing<Page> =>
  useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ pageParam, signal }) =>
      request<Page>('GET', pageParam ? `${path}&cursor=${encodeURIComponent(pageParam)}` : path, undefined, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  })

/** How many are listed, and the button for more. */
export function More<Page>({ count, unit, list }: { count: number; unit: '件' | '份'; list: Growing<Page> }) {
  return (
    <div className="pager">
      <span className="mut sm">
        {list.hasNextPage ? `已列出${counted(count)}${unit}` : `共${counted(count)}${unit}`}
        {list.isFetchNextPageError && `，后面的没有读出来：${saysOf(list.error)}`}
      </span>
      {list.hasNextPage && (
        <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          再列50{unit}
        </Button>
      )}
    </div>
  )
}
