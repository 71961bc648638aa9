/** 收款账户更正: what waits for a second person, what the bank refused and nobody has mended yet, what was answered. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { PayeeChangeItem, PayeeChanges as List } from '../../../contract/payees.ts'
import { failureTold } from '../../../domain/payee.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { moment, yuanColumn } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { useToday } from '../query.ts'
import { Head } from '../parts/Head.tsx'
import { ProposePayee } from '../parts/ProposePayee.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

const tabs = [
  { id: 'open', title: '待核对' },
  { id: 'wanted', title: '等更正' },
  { id: 'answered', title: '已办' },
] as const
type View = (typeof tabs)[number]['id']

const columns: { readonly [V in View]: Parameters<typeof Head>[0]['columns'] } = {
  open: ['受理号', '姓名', '等级', { right: '金额（元）' }, '银行没有收下的原因', '账户尾号', '提出', '提出时间'],
  wanted: ['受理号', '姓名', '等级', { right: '金额（元）' }, '银行没有收下的原因', '账户尾号', '银行答复', '谁来办'],
  answered: ['受理号', '姓名', '等级', { right: '金额（元）' }, '银行没有收下的原因', '账户尾号', '提出', '结果'],
}
const empty: { readonly [V in View]: { title: string; next: string } } = {
  open: { title: '没有等核对的账户', next: '职工在手机上改了收款卡，会列在这里，先提出的在前' },
  wanted: { title: '没有等更正的账户', next: '银行没有收下、还没有人更正的，会列在这里' },
  answered: { title: '还没有办过', next: '确认或退回的更正列在这里，新办的在前' },
}

export default function PayeeChanges() {
  const [tab, setTab] = useUrl('tab', 'open')
  const view = tabs.find(({ id }) => id === tab)?.id ?? 'open'
  return (
    <Page
      title="收款账户更正"
      rule="职工提出，财务一人核对；没有账号的职工由财务一人代提、另一人核对。确认后同一笔资助重新发放，金额和次序不变"
    >
      <section className="panel">
        <Tabs label="收款账户更正" value={view} onChange={setTab} tabs={tabs} />
        <Rows key={view} view={view} />
      </section>
    </Page>
  )
}

function Rows({ view }: { view: View }) {
  const [proposing, setProposing] = useState<PayeeChangeItem>()
  const path = `/payee-changes?view=${view}`
  const found = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ pageParam, signal }) =>
      request<List>('GET', `${path}${pageParam && `&cursor=${pageParam}`}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  if (found.isPending) return <Loading />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const items = found.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Empty {...empty[view]} />
  return (
    <>
      <div className="table-box">
        <table className="t finance">
          <Head columns={columns[view]} />
          <tbody>
            {items.map((item) => (
              <Row key={item.id ?? item.applicationId} item={item} view={view} onPropose={() => setProposing(item)} />
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
      {proposing && <ProposePayee item={proposing} onClose={() => setProposing(undefined)} />}
    </>
  )
}

function Row({ item, view, onPropose }: { item: PayeeChangeItem; view: View; onPropose: () => void }) {
  const today = useToday()
  return (
    <tr>
      <td className="num">
        {item.id ? (
          <Link to="/payee-changes/$id" params={{ id: item.id }}>
            {item.receiptNumber}
          </Link>
        ) : (
          item.receiptNumber
        )}
      </td>
      <td>{item.applicantName}</td>
      <td>{levelTitles[item.level]}</td>
      <td className="r num">{yuanColumn(item.amountFen)}</td>
      <td>{item.cause ? failureTold(item.cause).cause : '还没有发过，职工换了卡'}</td>
      <td className="num">
        {item.tail}
        {item.newTail && (item.sameAccount ? '，同一账户再发' : ` → ${item.newTail}`)}
      </td>
      <td className="mut">{view === 'wanted' ? moment(item.since, today) : item.proposedBy}</td>
      <td>
        {view === 'open' && <span className="mut">{moment(item.since, today)}</span>}
        {view === 'answered' && <Answer item={item} today={today} />}
        {view === 'wanted' && <Whose item={item} onPropose={onPropose} />}
      </td>
    </tr>
  )
}

const answers = {
  confirmed: { kind: 'met', title: '已确认' },
  refused: { kind: 'returned', title: '已退回' },
  withdrawn: { kind: 'paused', title: '已撤回' },
  open: { kind: 'active', title: '待核对' },
  wanted: { kind: 'active', title: '等更正' },
} as const

function Answer({ item, today }: { item: PayeeChangeItem; today: string }) {
  return (
    <>
      <Status kind={answers[item.state].kind} plain>
        {answers[item.state].title}
      </Status>{' '}
      <span className="mut">
        {item.answeredBy}　{item.answeredAt !== undefined && moment(item.answeredAt, today)}
      </span>
    </>
  )
}

/** The worker by themselves; for one without an account, and where the bank is to be asked, finance. */
function Whose({ item, onPropose }: { item: PayeeChangeItem; onPropose: () => void }) {
  if (!item.may?.same && !item.may?.another) return <span className="mut">等职工在手机上改</span>
  return <Button onClick={onPropose}>{item.cause === 'duplicate' ? '向银行查清后再发…' : '代职工更正…'}</Button>
}
