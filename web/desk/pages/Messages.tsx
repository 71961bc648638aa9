/** 消息: what this office was told, one a day and kind; each account has its own marks. */
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect } from 'react'
import type { OfficeMessageCases, OfficeMessages } from '../../../contract/messages.ts'
import { request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { day, time } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { refresh, useToday } from '../query.ts'
import { useUrl } from '../parts/url.ts'
import './messages.css'

type Message = OfficeMessages['messages'][number]

const useMessages = () =>
  useInfiniteQuery({
    queryKey: ['/desk/messages'],
    queryFn: ({ pageParam, signal }) =>
      request<OfficeMessages>('GET', `/desk/messages${pageParam && `?cursor=${pageParam}`}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** What is shown is read by this account; the marks stay until the page is opened anew. */
function useMarkRead(messages: readonly Message[]): void {
  const { mutate } = useMutation({
    mutationFn: (seen: readonly { id: string; caseCount: number }[]) => request('PUT', '/desk/messages/read', { seen }),
    onSuccess: () => refresh(['/desk/notices']),
  })
  const news = messages.filter(({ unreadCases }) => unreadCases > 0).slice(-50)
  const key = JSON.stringify(news.map(({ id, caseCount }) => ({ id, caseCount })))
  useEffect(() => {
    if (key !== '[]') mutate(JSON.parse(key) as { id: string; caseCount: number }[])
  }, [key, mutate])
}

export default function Messages() {
  const told = useMessages()
  const messages = told.data?.pages.flatMap((page) => page.messages) ?? []
  useMarkRead(messages)
  return (
    <Page title="消息" rule="按天汇总；结果一出来就到，办完的申报在“全部”里查">
      {told.isPending ? (
        <Loading />
      ) : told.isError && messages.length === 0 ? (
        <Failed error={told.error} retry={() => void told.refetch()} />
      ) : (
        <section className="panel told">
          {messages.length === 0 ? (
            <Empty title="还没有消息" next="服务中心、市总工会办出结果，或有申报过了提醒日，会在这里告诉你" />
          ) : (
            <ul>
              {messages.map((message) => (
                <One key={message.id} message={message} />
              ))}
            </ul>
          )}
          {told.isError && messages.length > 0 && <Failed error={told.error} retry={() => void told.fetchNextPage()} />}
          {told.hasNextPage && (
            <div className="pager">
              <Button loading={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
                更早的消息
              </Button>
            </div>
          )}
        </section>
      )}
    </Page>
  )
}

function One({ message }: { message: Message }) {
  const today = useToday()
  const [open, setOpen] = useUrl('open', '')
  const isOpen = open === message.id
  return (
    <li>
      <div className="row">
        <h2>
          {message.unreadCases > 0 && (
            <>
              <i className="dot" aria-hidden />
              <span className="off-screen">未读：</span>
            </>
          )}
          {message.title}
        </h2>
        <span className="mut sm">
          {message.onDay === today ? '今天' : day(message.onDay, today)} {time(message.at)}
        </span>
        <span className="sp" />
        {message.kind === 'office.reminder' || message.kind === 'office.lastBatch' ? (
          <Link to="/queue" search={{ view: 'todo' }}>
            去待办
          </Link>
        ) : message.kind === 'office.overdueBelow' ? (
          <Link to="/queue" search={{ view: 'overdueBelow' }}>
            看下级逾期
          </Link>
        ) : null}
        {message.listed && (
          <button
            type="button"
            className="plain"
            aria-expanded={isOpen}
            onClick={() => setOpen(isOpen ? '' : message.id)}
          >
            {isOpen ? '收起' : `列出${message.caseCount}件`}
          </button>
        )}
      </div>
      <p className="ink2">{message.onDay === today ? message.body : message.body.replace(/^今天/, '这一天')}</p>
      {isOpen && <Cases id={message.id} />}
    </li>
  )
}

function Cases({ id }: { id: string }) {
  const cases = useInfiniteQuery({
    queryKey: [`/desk/messages/${id}/cases`],
    queryFn: ({ pageParam, signal }) =>
      request<OfficeMessageCases>(
        'GET',
        `/desk/messages/${id}/cases${pageParam && `?cursor=${pageParam}`}`,
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  if (cases.isPending) return <Loading />
  if (cases.isError) return <Failed error={cases.error} retry={() => void cases.refetch()} />
  return (
    <div className="told-cases">
      {cases.data.pages
        .flatMap((page) => page.cases)
        .map((each) => (
          <Link key={each.id} to="/cases/$id" params={{ id: each.id }} className="num">
            <Icon name="doc" />
            {each.receiptNumber}
          </Link>
        ))}
      {cases.hasNextPage && (
        <Button size="small" loading={cases.isFetchingNextPage} onClick={() => void cases.fetchNextPage()}>
          再列50件
        </Button>
      )}
    </div>
  )
}
