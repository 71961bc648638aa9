/** 异议: certificates that somebody says are theirs, for the centre to decide. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ObjectionPage } from '../../../contract/objections.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { moment } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { usePolicy, useToday } from '../query.ts'
import { Head } from '../parts/Head.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

const tabs = [
  { id: 'open', title: '等答复' },
  { id: 'decided', title: '已答复' },
] as const
export const objectionStatus = { open: 'active', granted: 'met', rejected: 'unmet' } as const

export default function Objections() {
  const once = usePolicy().data?.oncePerCertificate
  const [tab, setTab] = useUrl('tab', 'open')
  return (
    <Page
      title="异议"
      rule={once && <span className="quote">{once.quote}</span>}
      {...(once && { clause: once.clause })}
    >
      <section className="panel">
        <Tabs label="异议" value={tab} onChange={setTab} tabs={tabs} />
        <List view={tab === 'decided' ? 'decided' : 'open'} />
      </section>
    </Page>
  )
}

function List({ view }: { view: 'open' | 'decided' }) {
  const today = useToday()
  const path = `/objection-desk?view=${view}`
  const found = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ pageParam, signal }) =>
      request<ObjectionPage>('GET', `${path}${pageParam && `&cursor=${pageParam}`}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  if (found.isPending) return <Loading />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const items = found.data.pages.flatMap((page) => page.items)
  if (items.length === 0) {
    return view === 'open' ? (
      <Empty title="没有等答复的异议" next="有人提出异议后会列在这里，先提的在前" />
    ) : (
      <Empty title="还没有答复过的异议" next="答复后的异议列在这里" />
    )
  }
  return (
    <>
      <div className="table-box">
        <table className="t">
          <Head columns={['异议号', '等级', '职业（工种）', '提出', '答复', '结果']} />
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td>
                  <Link to="/objections/$id" params={{ id: item.id }}>
                    {item.receiptNumber}
                  </Link>
                </td>
                <td>{levelTitles[item.level]}</td>
                <td>{item.occupationName}</td>
                <td className="mut">{moment(item.raisedAt, today)}</td>
                <td className="mut">
                  {item.decidedAt === undefined ? '—' : `${item.decidedBy ?? ''}　${moment(item.decidedAt, today)}`}
                </td>
                <td>
                  <Status kind={objectionStatus[item.state]} plain>
                    {item.stateTitle}
                  </Status>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.hasNextPage && (
        <div className="pager">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            再看50件
          </Button>
        </div>
      )}
    </>
  )
}
