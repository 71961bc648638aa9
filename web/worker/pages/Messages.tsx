/** 消息: what was told at each turn, newest first; each opens what it is about. */
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import './messages.css'
import type { MyMessages, Unread } from '../../../contract/messages.ts'
import { request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { moment } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useMessages, useNow } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Empty, Loading, Trouble } from '../states.tsx'

type Message = MyMessages['messages'][number]

/** Sent means delivered: nothing else is called so. */
const smsSays: { readonly [S in NonNullable<Message['sms']>]: string } = {
  onItsWay: '短信发送中',
  delivered: '短信已送达',
  notDelivered: '短信没有送达，以这里为准',
  notSent: '没有发短信，以这里为准',
}

/** The claim or the objection it is about. */
const placeOf = ({ applicationId, objectionId }: Message) =>
  applicationId ? `/applications/${applicationId}` : `/objections/${objectionId ?? ''}`

function One({ message, today }: { message: Message; today: string | undefined }) {
  return (
    <a href={placeOf(message)} className="card message">
      <div>
        <p className="head">
          <b>
            {!message.read && (
              <>
                <i className="dot" aria-hidden />
                <span className="unseen">未读：</span>
              </>
            )}
            {message.title}
          </b>
          <span className="muted num nowrap">{moment(message.at, today)}</span>
        </p>
        <p className="says">{message.body}</p>
        {message.sms && <p className="muted">{smsSays[message.sms]}</p>}
      </div>
      <Icon name="forward" className="chevron" />
    </a>
  )
}

/** What is shown is read; the marks stay until the page is opened anew. */
function useMarkRead(messages: readonly Message[]): void {
  const { mutate } = useMutation({
    mutationFn: (ids: readonly string[]) => request<Unread>('PUT', '/messages/read', { ids }),
    onSuccess: (unread) => queryClient.setQueryData(keys.unread, unread),
  })
  const unread = messages
    .filter(({ read }) => !read)
    .slice(-50)
    .map(({ id }) => id)
    .join()
  useEffect(() => {
    if (unread) mutate(unread.split(','))
  }, [unread, mutate])
}

function List() {
  const told = useMessages()
  const now = useNow()
  const messages = told.data?.pages.flatMap((page) => page.messages) ?? []
  useSignInWhen(told.error)
  useMarkRead(messages)
  if (told.isPending) return <Loading />
  if (messages.length === 0 && told.error) return <Trouble problem={told.error} onRetry={() => void told.refetch()} />
  if (messages.length === 0) {
    return (
      <Empty title="还没有消息">
        <p className="muted">提交申报以后，每走一步都会在这里告诉你。</p>
        <a href="/mine" className="button line">
          我的申报
        </a>
      </Empty>
    )
  }
  return (
    <>
      {messages.map((message) => (
        <One key={message.id} message={message} today={now?.today} />
      ))}
      {told.error && <Trouble problem={told.error} onRetry={() => void told.refetch()} />}
      {told.hasNextPage && (
        <button
          type="button"
          className="button line"
          aria-disabled={told.isFetchingNextPage}
          onClick={() => void told.fetchNextPage()}
        >
          更早的消息
        </button>
      )}
    </>
  )
}

export default function Messages() {
  return (
    <Page title="消息" parent="/mine">
      <SignedIn>
        <List />
      </SignedIn>
    </Page>
  )
}
