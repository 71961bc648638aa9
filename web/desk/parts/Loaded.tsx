/** What was asked of the server, in each of its states; what stands around it stays. */
import type { UseQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Empty, Failed, Loading, Note } from '../Page.tsx'
import { client, saysOf } from '../query.ts'

export function Loaded<Answer>({
  query,
  path,
  children,
}: {
  query: UseQueryResult<Answer>
  /** Its key, for giving up a slow one. */
  path: string
  children: (answer: Answer) => ReactNode
}) {
  const again = () => void query.refetch()
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <Note>
            没有更新成功，下面是之前读到的。{saysOf(query.error)}{' '}
            <button type="button" className="plain" onClick={again}>
              再读一次
            </button>
          </Note>
        )}
        {children(query.data)}
      </>
    )
  }
  if (query.isError) return <Failed error={query.error} retry={again} />
  if (query.fetchStatus === 'idle') {
    return <Empty title="读取已取消" next="什么也没有改动" action={<Button onClick={again}>再读一次</Button>} />
  }
  return <Loading onCancel={() => void client.cancelQueries({ queryKey: [path] })} />
}
