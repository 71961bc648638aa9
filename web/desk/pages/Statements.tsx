/** 对账单: where the money stood, what moved it and where it stands, by district union, base union, batch, day or worker. */
import { Button, Select } from 'antd'
import {
  type Movement,
  type Statement,
  statementKinds,
  type Statements as StatementsView,
} from '../../../contract/books.ts'
import type { Identity } from '../../../contract/payments.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, dayRange, dayWithYear, yuanColumn } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { causeTitles } from '../parts/causeTitles.ts'
import { DaySpan } from '../parts/DaySpan.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { placeTitles } from '../parts/placeTitles.ts'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrlState } from '../parts/url.ts'
import { WorkerStatement } from '../parts/WorkerStatement.tsx'
import { useServer, useStaff } from '../query.ts'
import './oversight.css'
import './pages.css'

type Kind = (typeof statementKinds)[number]
const kinds: readonly { id: Kind; title: string; head: string; none: string }[] = [
  { id: 'district', title: '按区局（产业）工会', head: '区局（产业）工会', none: '终审批准一份清单后，这里按工会列出' },
  { id: 'baseUnion', title: '按基层工会', head: '基层工会', none: '终审批准一份清单后，这里按基层工会列出' },
  { id: 'batch', title: '按发放批次', head: '发放批次', none: '放行一个发放批次后，这里按批次列出' },
  { id: 'day', title: '按日', head: '日期', none: '这段时间没有分录。换一段时间再看' },
]
const worker = { id: 'worker', title: '按职工' }

/** Approved, and neither with the worker nor given up. */
const balance = ({ awaitingFen, inPaymentFen, bouncedFen }: Identity) => awaitingFen + inPaymentFen + bouncedFen
const open: readonly Movement['from'][] = ['awaiting', 'inPayment', 'bounced']
const sum = (movements: readonly Movement[]) => movements.reduce((all, { fen }) => all + fen, 0)
const cameIn = ({ movements }: Statement) =>
  sum(movements.filter(({ from, to }) => !open.includes(from) && open.includes(to)))
const wentOut = ({ movements }: Statement) =>
  sum(movements.filter(({ from, to }) => open.includes(from) && !open.includes(to)))

const address = (values: { readonly [key: string]: string | undefined }, by: Kind) => {
  const asked = Object.entries({ by, from: values.from, to: values.to, districtId: values.union, cursor: values.after })
  return new URLSearchParams(asked.filter((each): each is [string, string] => each[1] !== undefined)).toString()
}

export default function Statements() {
  const [values, change] = useUrlState()
  const by = kinds.find(({ id }) => id === values.tab)?.id ?? 'district'
  const path = `/books/statements?${address(values, by)}`
  const ofWorker = values.tab === worker.id
  const answer = useServer<StatementsView>(path, ofWorker)
  const staff = useStaff()
  return (
    <Page
      title="对账单"
      rule="期初余额 + 增加 − 减少 = 期末余额，每个数都由分录加出来"
      actions={
        <>
          <Button className="not-on-paper" onClick={() => window.print()}>
            打印
          </Button>
          {!ofWorker && (
            <Button
              className="not-on-paper"
              href={`/api/v1/books/statements.csv?${address({ ...values, after: undefined }, by)}`}
            >
              下载表格
            </Button>
          )}
          {(staff.role === 'cityFinance' || staff.role === 'districtFinance' || staff.role === 'auditor') && (
            <Button className="not-on-paper" href="/api/v1/books/awards.csv">
              导出资助明细
            </Button>
          )}
        </>
      }
    >
      {!ofWorker && <Choices districts={answer.data?.districts ?? []} />}
      <section className="panel">
        <div className="not-on-paper">
          <Tabs
            label="对账单的几种分法"
            value={ofWorker ? worker.id : by}
            onChange={(tab) => change({ tab: tab === 'district' ? undefined : tab, after: undefined, line: undefined })}
            tabs={[...kinds, worker]}
          />
        </div>
        {ofWorker ? (
          <WorkerStatement />
        ) : (
          <Loaded query={answer} path={path}>
            {(view) => <Lines view={view} by={by} />}
          </Loaded>
        )}
      </section>
      {!ofWorker && answer.data && answer.data.lineCount > 0 && <OneStatement view={answer.data} />}
    </Page>
  )
}

function Choices({ districts }: { districts: StatementsView['districts'] }) {
  const [values, change] = useUrlState()
  const isNarrowed = Boolean(values.from ?? values.to ?? values.union)
  return (
    <div className="filters not-on-paper" role="group" aria-label="范围">
      {districts.length > 1 && (
        <Select
          aria-label="区局（产业）工会"
          value={values.union ?? ''}
          onChange={(union) => change({ union: union === '' ? undefined : union, after: undefined, line: undefined })}
          popupMatchSelectWidth={false}
          style={{ width: 190 }}
          options={[
            { value: '', label: '全部区局工会' },
            ...districts.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      <DaySpan />
      {isNarrowed && (
        <Button
          type="link"
          onClick={() => change({ from: undefined, to: undefined, union: undefined, after: undefined })}
        >
          清除筛选
        </Button>
      )}
    </div>
  )
}

function Lines({ view, by }: { view: StatementsView; by: Kind }) {
  const [values, change] = useUrlState()
  const kind = kinds.find(({ id }) => id === by)!
  if (view.lineCount === 0) return <Empty title="没有可列的" next={kind.none} />
  const row = (line: Statement, isSum: boolean) => (
    <tr key={line.key} className={isSum ? 'sum' : values.line === line.key ? 'picked' : undefined}>
      <td>
        <button
          type="button"
          className="plain"
          aria-pressed={(values.line ?? 'total') === line.key}
          onClick={() => change({ line: isSum ? undefined : line.key })}
        >
          {by === 'day' && !isSum ? dayWithYear(line.name) : line.name}
        </button>
      </td>
      <td className="r">{counted(line.closing.awards)}</td>
      <td className="r">{yuanColumn(balance(line.opening))}</td>
      <td className="r">{yuanColumn(cameIn(line))}</td>
      <td className="r">{yuanColumn(wentOut(line))}</td>
      <td className="r whole">{yuanColumn(balance(line.closing))}</td>
      <td className="r">{yuanColumn(line.closing.paidFen)}</td>
      <td>
        <Agrees line={line} />
      </td>
    </tr>
  )
  return (
    <>
      <div className="table-box">
        <table className="t finance">
          <Head
            columns={[
              kind.head,
              { right: '张' },
              { right: '期初余额（元）' },
              { right: '增加（元）' },
              { right: '减少（元）' },
              { right: '期末余额（元）' },
              { right: '已发放（元）' },
              '校验',
            ]}
          />
          <tbody>{view.lines.map((line) => row(line, false))}</tbody>
          <tfoot>{row(view.total, true)}</tfoot>
        </table>
      </div>
      {(view.nextCursor || values.after) && (
        <nav className="pager not-on-paper" aria-label="翻页">
          <span className="mut sm">共{counted(view.lineCount)}行，合计是全部的。下载表格有每一行</span>
          <Button size="small" disabled={!values.after} onClick={() => change({ after: undefined, line: undefined })}>
            回到开头
          </Button>
          <Button
            size="small"
            disabled={!view.nextCursor}
            onClick={() => change({ after: view.nextCursor, line: undefined })}
          >
            下一页
          </Button>
        </nav>
      )}
    </>
  )
}

function Agrees({ line: { agrees } }: { line: Statement }) {
  if (agrees === undefined) return <span className="mut">—</span>
  return agrees ? (
    <Status kind="met" plain>
      相等
    </Status>
  ) : (
    <Status kind="overdue" plain>
      不等
    </Status>
  )
}

const standings = [
  ['awaitingFen', '待发放'],
  ['inPaymentFen', '发放中'],
  ['bouncedFen', '退票待重发'],
  ['paidFen', '已发放'],
  ['cancelledFen', '已取消'],
] as const

/** One of the lines whole, or their total: places at both ends, and what moved by cause. */
function OneStatement({ view }: { view: StatementsView }) {
  const [values] = useUrlState()
  const line = view.lines.find(({ key }) => key === values.line) ?? view.total
  const title = line === view.total ? `${view.title}合计` : line.name
  const span =
    values.from && values.to ? dayRange(values.from, values.to) : values.to ? `到${dayWithYear(values.to)}` : ''
  return (
    <section className="panel" aria-label={`${title}的对账单`}>
      <div className="pad">
        <h2>
          {title}{' '}
          <small className="mut">{span || (values.from ? `${dayWithYear(values.from)}起` : '从第一笔到现在')}</small>
        </h2>
      </div>
      <div className="pair statement">
        <div className="table-box">
          <table className="t tight">
            <Head columns={['钱在哪里', { right: '期初（元）' }, { right: '期末（元）' }, { right: '变动（元）' }]} />
            <tbody>
              {standings.map(([key, name]) => (
                <tr key={key}>
                  <td>{name}</td>
                  <td className="r">{yuanColumn(line.opening[key])}</td>
                  <td className="r">{yuanColumn(line.closing[key])}</td>
                  <td className="r">{yuanColumn(line.closing[key] - line.opening[key])}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr className="sum">
                <td>已批准</td>
                <td className="r">{yuanColumn(line.opening.approvedFen)}</td>
                <td className="r">{yuanColumn(line.closing.approvedFen)}</td>
                <td className="r">{yuanColumn(line.closing.approvedFen - line.opening.approvedFen)}</td>
              </tr>
            </tfoot>
          </table>
        </div>
        <div className="table-box">
          <table className="t tight">
            <Head columns={['事由', '从', '到', { right: '笔' }, { right: '金额（元）' }]} />
            <tbody>
              {line.movements.map(({ cause, from, to, count, fen }) => (
                <tr key={`${cause} ${from} ${to}`}>
                  <td>{causeTitles[cause] ?? cause}</td>
                  <td>{placeTitles[from]}</td>
                  <td>{placeTitles[to]}</td>
                  <td className="r">{counted(count)}</td>
                  <td className="r">{yuanColumn(fen)}</td>
                </tr>
              ))}
              {line.movements.length === 0 && (
                <tr>
                  <td colSpan={5} className="mut">
                    这段时间没有变动
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  )
}
