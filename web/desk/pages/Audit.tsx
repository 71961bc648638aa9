/** 审计日志: every event, newest first, and up to where the background has sealed it. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { AuditEvents } from '../../../contract/people.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, momentToSecond } from '../../ui/words.ts'
import { Empty, Failed, Figures, Loading, Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { useToday } from '../query.ts'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

export default function Audit() {
  const today = useToday()
  const audit = useInfiniteQuery({
    queryKey: ['/audit-events'],
    queryFn: ({ pageParam, signal }) =>
      request<AuditEvents>(
        'GET',
        pageParam ? `/audit-events?cursor=${encodeURIComponent(pageParam)}` : '/audit-events',
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const [tab, setTab] = useUrl('tab', 'all')
  const events = audit.data?.pages.flatMap((page) => page.events) ?? []
  const lot = audit.data?.pages[0]?.lastLot
  const open = events.filter((event) => !event.sealed)
  const shown = tab === 'open' ? open : events
  return (
    <Page
      title="审计日志"
      rule="只增不改，后台按批封存，一批扣一批，改动任何一条都对不上"
      actions={
        <Button loading={audit.isRefetching && !audit.isFetchingNextPage} onClick={() => void audit.refetch()}>
          读最新的
        </Button>
      }
    >
      {audit.isPending ? (
        <Loading />
      ) : audit.isError && events.length === 0 ? (
        <Failed error={audit.error} retry={() => void audit.refetch()} />
      ) : (
        <>
          <Seals lot={lot} open={open.length} />
          <section className="panel">
            <Tabs
              label="日志"
              value={tab}
              onChange={setTab}
              tabs={[
                { id: 'all', title: '列出的', count: events.length },
                { id: 'open', title: '还没封存', count: open.length },
              ]}
            />
            {shown.length === 0 ? (
              <Empty
                title={tab === 'open' ? '列出的都已封存' : '还没有日志'}
                next={tab === 'open' ? '看“列出的”' : '有人登录或办理后，记录出现在这里'}
              />
            ) : (
              <Events events={shown} today={today} />
            )}
            {audit.isError && <Failed error={audit.error} retry={() => void audit.fetchNextPage()} />}
            {audit.hasNextPage && (
              <div className="pager">
                <Button loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                  再列更早的
                </Button>
              </div>
            )}
          </section>
        </>
      )}
    </Page>
  )
}

function Seals({ lot, open }: { lot: AuditEvents['lastLot']; open: number }) {
  return (
    <Figures
      figures={[
        {
          label: '最近封存的一批',
          value: lot ? `第${counted(lot.lot)}批` : '还没有',
          after: lot && `${counted(lot.eventCount)}条`,
        },
        { label: '封存时间', value: lot ? momentToSecond(lot.sealedAt) : '—' },
        { label: '列出的里面还没封存', value: counted(open), after: '条，稍后由后台封存' },
      ]}
    />
  )
}

function Events({ events, today }: { events: AuditEvents['events']; today: string }) {
  return (
    <div className="table-box">
      <table className="t">
        <Head columns={['业务时间', '谁', '做了什么', '对象', '对象编号', '封存']} />
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td>{momentToSecond(event.at, today)}</td>
              <td>{event.who}</td>
              <td>{event.title}</td>
              <td>{event.objectTitle}</td>
              <td className="mut">{event.objectId ?? '—'}</td>
              <td>
                <Status kind={event.sealed ? 'met' : 'waiting'} plain>
                  {event.sealed ? '已封存' : '等封存'}
                </Status>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
