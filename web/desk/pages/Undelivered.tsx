/** 没有送达的短信: what was given up after several tries; every message stands in the app all the same. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { Undelivered as List } from '../../../contract/messages.ts'
import { messageTurns } from '../../../domain/messages.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { moment } from '../../ui/words.ts'
import { Empty, Failed, Loading, Note, Page } from '../Page.tsx'
import { say } from '../said.tsx'
import { Head } from '../parts/Head.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'

type Message = List['messages'][number]

const whySays: { readonly [W in Message['why']]: string } = {
  refused: '短信平台说送不到这个号码',
  noReceipt: '短信平台收下了，一直没有回执',
  unreachable: '短信平台一直连不上',
  noPhone: '没有手机号',
}

export default function Undelivered() {
  const list = useInfiniteQuery({
    queryKey: ['/undelivered'],
    queryFn: ({ pageParam, signal }) =>
      request<List>('GET', `/undelivered${pageParam && `?cursor=${pageParam}`}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? []
  return (
    <Page
      title="没有送达的短信"
      rule="试过几次都没有送达的列在这里；消息本身在职工的手机页面里都有。“再发一次”先向短信平台查，查到已经收下的不重发"
    >
      {list.data?.pages[0]?.noGateway && (
        <Note>还没有接短信平台，消息只在手机页面里。接好以后，新的消息才发短信。</Note>
      )}
      {list.isPending ? (
        <Loading />
      ) : list.isError && messages.length === 0 ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : (
        <section className="panel">
          {messages.length === 0 ? (
            <Empty title="没有送不到的短信" next="短信平台几次都没有送到的，会列在这里" />
          ) : (
            <div className="table-box">
              <table className="t finance">
                <Head columns={['受理号', '消息', '不再试的时间', '为什么', '']} />
                <tbody>
                  {messages.map((message) => (
                    <Row key={message.id} message={message} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {list.hasNextPage && (
            <div className="pager">
              <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                再列更早的
              </Button>
            </div>
          )}
        </section>
      )}
    </Page>
  )
}

function Row({ message }: { message: Message }) {
  const again = useWrite<Record<never, never>, void>(() => `/undelivered/${message.id}/again`, {
    message: () => undefined,
  })
  return (
    <tr>
      <td className="num">{message.receiptNumber}</td>
      <td>{messageTurns[message.kind]}</td>
      <td>{moment(message.givenUpAt)}</td>
      <td>
        <Status kind="unmet" plain>
          {whySays[message.why]}
        </Status>
        <Refusal problem={again.problem} />
      </td>
      <td className="r">
        <Press
          pending={again.pending}
          onPress={() => again.send({}, () => say(`${message.receiptNumber}的短信会再发一次`))}
        >
          再发一次
        </Press>
      </td>
    </tr>
  )
}
