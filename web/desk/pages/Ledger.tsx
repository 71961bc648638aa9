/** 账目: approved = awaiting + in payment + paid + bounced + cancelled, for the city or one's own union. */
import type { Identity, LedgerView } from '../../../contract/payments.ts'
import { Icon } from '../../ui/icons.tsx'
import type { IconName } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, momentToSecond, yuanColumn } from '../../ui/words.ts'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { causeTitles } from '../parts/causeTitles.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { useServer } from '../query.ts'
import './pages.css'

type Sum = Exclude<keyof Identity, 'approvedFen' | 'awards'>
const sums: readonly { key: Sum; title: string; icon: IconName; tone: string; colour: string }[] = [
  { key: 'awaitingFen', title: '待发放', icon: 'ring', tone: 'idle', colour: '#a9adb1' },
  { key: 'inPaymentFen', title: '发放中', icon: 'half', tone: 'act', colour: '#1c5a94' },
  { key: 'paidFen', title: '已发放', icon: 'checkCircle', tone: 'ok', colour: '#1b6e43' },
  { key: 'bouncedFen', title: '退票待重发', icon: 'return', tone: 'err', colour: '#b5380d' },
  { key: 'cancelledFen', title: '已取消', icon: 'crossCircle', tone: 'idle', colour: '#d9d5cd' },
]
const total = (identity: Identity) => sums.reduce((sum, { key }) => sum + identity[key], 0)
const holds = (identity: Identity) => total(identity) === identity.approvedFen
const share = (part: number, whole: number) => (whole === 0 ? '—' : `${((part / whole) * 100).toFixed(1)}%`)
const all = ['approvedFen', ...sums.map(({ key }) => key), 'awards'] as const
const agree = (a: Identity, b: Identity) => all.every((key) => a[key] === b[key])

export default function Ledger() {
  const ledger = useServer<LedgerView>('/ledger')
  return (
    <Page title="账目" rule="任何时刻：已批准 = 待发放 + 发放中 + 已发放 + 退票待重发 + 已取消">
      <Loaded query={ledger} path="/ledger">
        {(view) => <Books view={view} />}
      </Loaded>
    </Page>
  )
}

function Books({ view }: { view: LedgerView }) {
  const [tab, setTab] = useUrl('tab', 'unions')
  const same = agree(view.identity, view.records)
  const debit = view.accounts.reduce((sum, account) => sum + account.debitFen, 0)
  const credit = view.accounts.reduce((sum, account) => sum + account.creditFen, 0)
  return (
    <>
      <Equation identity={view.identity} title={view.title} />
      <section className="panel">
        <Tabs
          label="账目的几种看法"
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'unions', title: '按工会' },
            { id: 'accounts', title: '账户' },
            { id: 'postings', title: '最近分录' },
            { id: 'records', title: '另算一遍' },
          ]}
        />
        {tab === 'accounts' ? (
          <Accounts view={view} />
        ) : tab === 'postings' ? (
          <Postings view={view} />
        ) : tab === 'records' ? (
          <Records view={view} />
        ) : (
          <ByUnion view={view} />
        )}
      </section>
      <p className="footnotes">
        {debit === credit ? (
          <Status kind="met" plain>
            借贷平衡，各{yuanColumn(debit)}元
          </Status>
        ) : (
          <Status kind="overdue" plain>
            借贷不平，差{yuanColumn(Math.abs(debit - credit))}元。先停办划拨，告诉审计管理员
          </Status>
        )}
        {same ? (
          <Status kind="met" plain>
            按资助记录另算一遍，数字全部相同
          </Status>
        ) : (
          <Status kind="overdue" plain>
            按资助记录另算，数字不同。看“另算一遍”，告诉审计管理员
          </Status>
        )}
        <span className="sp" />
        <span>单位：元</span>
      </p>
    </>
  )
}

function Equation({ identity, title }: { identity: Identity; title: string }) {
  return (
    <section className="panel" aria-label={`${title}的账`}>
      <div className="equation">
        <div className="whole">
          <span className="k">已批准（元）</span>
          <b>{yuanColumn(identity.approvedFen)}</b>
          <small>
            {title}，{counted(identity.awards)} 张
          </small>
        </div>
        {sums.map(({ key, title: name, icon, tone }, place) => (
          <div key={key} className="part">
            <span className="op">{place === 0 ? '=' : '+'}</span>
            <div>
              <span className="k">
                <Icon name={icon} className={`tone-${tone}`} />
                {name}
              </span>
              <b>{yuanColumn(identity[key])}</b>
              <small>{share(identity[key], identity.approvedFen)}</small>
            </div>
          </div>
        ))}
      </div>
      <Bar identity={identity} className="bar" />
    </section>
  )
}

function Bar({ identity, className }: { identity: Identity; className: string }) {
  const says = sums.map(({ key, title }) => `${title}${share(identity[key], identity.approvedFen)}`).join('，')
  return (
    <span className={className} role="img" aria-label={says}>
      {sums
        .filter(({ key }) => identity[key] > 0)
        .map(({ key, colour }) => (
          <i key={key} style={{ flexGrow: identity[key], background: colour }} />
        ))}
    </span>
  )
}

function Check({ right }: { right: boolean }) {
  return right ? (
    <Status kind="met" plain>
      相等
    </Status>
  ) : (
    <Status kind="overdue" plain>
      不等
    </Status>
  )
}

function ByUnion({ view }: { view: LedgerView }) {
  if (view.byUnion.length === 0) return <p className="quiet">还没有批准过资助。终审批准一份清单后，这里按工会列出。</p>
  const amount = (fen: number, key: Sum) => (
    <td key={key} className={`r ${fen === 0 ? 'mut' : key === 'bouncedFen' ? 'err' : ''}`}>
      {yuanColumn(fen)}
    </td>
  )
  return (
    <div className="table-box">
      <table className="t finance">
        <thead>
          <tr>
            <th>区局（产业）工会</th>
            <th className="r">张</th>
            <th className="r">已批准（元）</th>
            {sums.map(({ key, title }) => (
              <th key={key} className="r">
                {title}（元）
              </th>
            ))}
            <th>占比</th>
            <th>校验</th>
          </tr>
        </thead>
        <tbody>
          {view.byUnion.map((union) => (
            <tr key={union.organisationId}>
              <td>{union.name}</td>
              <td className="r">{counted(union.awards)}</td>
              <td className="r whole">{yuanColumn(union.approvedFen)}</td>
              {sums.map(({ key }) => amount(union[key], key))}
              <td>
                <Bar identity={union} className="mini" />
              </td>
              <td>
                <Check right={holds(union)} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="sum">
            <td>合计</td>
            <td className="r">{counted(view.identity.awards)}</td>
            <td className="r">{yuanColumn(view.identity.approvedFen)}</td>
            {sums.map(({ key }) => (
              <td key={key} className="r">
                {yuanColumn(view.identity[key])}
              </td>
            ))}
            <td />
            <td>
              <Check right={holds(view.identity)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Accounts({ view }: { view: LedgerView }) {
  if (view.accounts.length === 0) return <p className="quiet">还没有分录。终审批准一份清单后，这里列出各账户。</p>
  return (
    <div className="table-box">
      <table className="t finance">
        <Head columns={['账户', { right: '借方（元）' }, { right: '贷方（元）' }, { right: '余额（元）' }]} />
        <tbody>
          {view.accounts.map((account) => (
            <tr key={account.account}>
              <td>{account.title}</td>
              <td className="r">{yuanColumn(account.debitFen)}</td>
              <td className="r">{yuanColumn(account.creditFen)}</td>
              <td className="r b">{yuanColumn(account.balanceFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Postings({ view }: { view: LedgerView }) {
  if (view.postings.length === 0) return <p className="quiet">还没有分录。终审批准一份清单后，这里列出最近的分录。</p>
  const titles = new Map(view.accounts.map((account) => [account.account, account.title]))
  return (
    <div className="table-box">
      <table className="t">
        <Head
          columns={[{ right: '序号' }, '时间', '事由', '借方账户', '贷方账户', '受理号', { right: '金额（元）' }]}
        />
        <tbody>
          {view.postings.map((posting) => (
            <tr key={posting.seq}>
              <td className="r mut">{posting.seq}</td>
              <td>{momentToSecond(posting.at)}</td>
              <td>{causeTitles[posting.cause] ?? posting.cause}</td>
              <td>{titles.get(posting.debit) ?? posting.debit}</td>
              <td>{titles.get(posting.credit) ?? posting.credit}</td>
              <td>{posting.receiptNumber ?? '—'}</td>
              <td className="r">{yuanColumn(posting.amountFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The figures from the postings beside those read from the awards' own records. */
function Records({ view }: { view: LedgerView }) {
  const rows = [
    { key: 'approvedFen' as const, title: '已批准（元）' },
    ...sums.map(({ key, title }) => ({ key, title: `${title}（元）` })),
  ]
  return (
    <div className="table-box">
      <table className="t finance">
        <Head columns={['', { right: '按分录' }, { right: '按资助记录' }, { right: '相差' }, '校验']} />
        <tbody>
          {rows.map(({ key, title }) => (
            <tr key={key}>
              <td>{title}</td>
              <td className="r">{yuanColumn(view.identity[key])}</td>
              <td className="r">{yuanColumn(view.records[key])}</td>
              <td className="r">{yuanColumn(view.identity[key] - view.records[key])}</td>
              <td>
                <Check right={view.identity[key] === view.records[key]} />
              </td>
            </tr>
          ))}
          <tr>
            <td>证书（张）</td>
            <td className="r">{view.identity.awards}</td>
            <td className="r">{view.records.awards}</td>
            <td className="r">{view.identity.awards - view.records.awards}</td>
            <td>
              <Check right={view.identity.awards === view.records.awards} />
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}
