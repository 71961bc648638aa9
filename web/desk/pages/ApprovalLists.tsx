/** 报批清单: what waits for final approval, and the lists made of it. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApprovalListDetail, ApprovalLists as Lists, ApprovalListView } from '../../../contract/payments.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Note, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Budget } from '../parts/Budget.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

export default function ApprovalLists() {
  const lists = useServer<Lists>('/approval-lists')
  const step = usePolicy()
    .data?.channels.find((channel) => channel.id === 'unit')
    ?.steps.find((candidate) => candidate.kind === 'finalApproval')
  return (
    <Page
      title="报批清单"
      rule={step && <span className="quote">{step.quote}</span>}
      {...(step && { clause: step.clause })}
    >
      <Loaded query={lists} path="/approval-lists">
        {(view) => <Overview view={view} />}
      </Loaded>
    </Page>
  )
}

function Overview({ view }: { view: Lists }) {
  const { candidates, lists } = view
  const staff = useStaff()
  const waiting = lists.filter((list) => !list.documentNumber)
  const approved = lists.filter((list) => list.documentNumber)
  const sum = (of: readonly ApprovalListView[]) => of.reduce((total, list) => total + list.totalFen, 0)
  return (
    <>
      <Figures
        figures={[
          { label: '审核通过，等编清单', value: counted(candidates.count), after: `张，${yuan(candidates.totalFen)}` },
          { label: '已报批，等终审', value: counted(waiting.length), after: `份，${yuan(sum(waiting))}` },
          { label: '已终审', value: counted(approved.length), after: `份，${yuan(sum(approved))}` },
        ]}
      />
      {candidates.awaitingCopies.length > 0 && <AwaitingCopies awaiting={candidates.awaitingCopies} />}
      {candidates.objected > 0 && (
        <Note>另有{counted(candidates.objected)}张有人提了异议，还没有答复，先不编入。到“异议”里答复。</Note>
      )}
      {candidates.same > 0 && (
        <Note>
          另有{counted(candidates.same)}
          张认定与别的申报是同一张证书，先不编入。到“审核”的“全部”里，请审核通过的人撤销那一步，再退回或不通过；认错了就重新比对。
        </Note>
      )}
      {staff.role === 'approver' && <Budget />}
      {staff.role === 'verifier' && <Candidates candidates={candidates} />}
      <ListTable lists={lists} />
    </>
  )
}

/** Verified, and left out until their copies have come (R17). */
function AwaitingCopies({ awaiting }: { awaiting: Lists['candidates']['awaitingCopies'] }) {
  const sum = (of: (each: (typeof awaiting)[number]) => number) => awaiting.reduce((total, each) => total + of(each), 0)
  const [count, underWay] = [sum((each) => each.count), sum((each) => each.underWay)]
  return (
    <Note>
      另有{counted(count)}张审核通过，复印件还没有收到，先不编入：
      {awaiting.map((each) => `${each.district}${counted(each.count)}张`).join('，')}
      。其中{counted(underWay)}张已送出，到“复印件收件”登记；其余等区总工会送来。
      <ClauseNumber id="四.一.3" target="_blank" />
    </Note>
  )
}

function Candidates({ candidates }: { candidates: Lists['candidates'] }) {
  const [making, setMaking] = useState(false)
  const make = useWrite<Record<never, never>, ApprovalListDetail>((id) => `/approval-lists/${id}`)
  return (
    <section className="panel totals">
      <div className="cap">
        <h2>等编清单，按等级</h2>
        <span className="sp" />
        <Press
          primary
          why={candidates.count === 0 ? '现在没有待报批的申报，审核通过后再编' : undefined}
          onPress={() => setMaking(true)}
        >
          编一份清单…
        </Press>
      </div>
      {candidates.count > 0 && (
        <table className="t tight">
          <Head columns={['等级', { right: '张' }, { right: '金额（元）' }]} />
          <tbody>
            {candidates.byLevel.map((row) => (
              <tr key={row.level}>
                <td>{levelTitles[row.level]}</td>
                <td className="r">{counted(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
              </tr>
            ))}
            <tr className="sum">
              <td>合计</td>
              <td className="r">{counted(candidates.count)}</td>
              <td className="r">{yuanColumn(candidates.totalFen)}</td>
            </tr>
          </tbody>
        </table>
      )}
      <SecondStep
        open={making}
        title="编一份报批清单"
        go={`编${counted(candidates.count)}张报批`}
        back="先不编"
        pending={make.pending}
        problem={make.problem}
        onBack={() => {
          make.clear()
          setMaking(false)
        }}
        onGo={() =>
          make.send({}, (list) => {
            setMaking(false)
            say(`${list.number}已编好，共${counted(list.lineCount)}张，等市总工会终审`)
          })
        }
      >
        <p>
          现在审核通过的{counted(candidates.count)}张全部编入，合计{yuan(candidates.totalFen)}
          。清单编好就固定，不能增减；编清单的人不能终审。
        </p>
      </SecondStep>
    </section>
  )
}

const tabs = [
  { id: 'all', title: '全部' },
  { id: 'waiting', title: '等终审' },
  { id: 'approved', title: '已终审' },
] as const

function ListTable({ lists }: { lists: readonly ApprovalListView[] }) {
  const today = useToday()
  const staff = useStaff()
  const [tab, setTab] = useUrl('tab', staff.role === 'approver' ? 'waiting' : 'all')
  const of = (id: string) =>
    lists.filter((list) => id === 'all' || Boolean(list.documentNumber) === (id === 'approved'))
  const { shown, pager } = usePage(of(tab).toSorted((a, b) => b.madeAt - a.madeAt))
  return (
    <section className="panel">
      <Tabs
        label="清单"
        value={tab}
        onChange={setTab}
        tabs={tabs.map(({ id, title }) => ({ id, title, count: of(id).length }))}
      />
      {shown.length === 0 ? (
        lists.length === 0 ? (
          <Empty title="还没有报批清单" next="服务中心审核通过一些申报后，编成清单报批" />
        ) : (
          <Empty title={tab === 'waiting' ? '没有等终审的清单' : '还没有终审过的清单'} next="看“全部”里的其他清单" />
        )
      ) : (
        <div className="table-box">
          <table className="t finance">
            <Head columns={['清单', '编清单', { right: '张' }, { right: '金额（元）' }, '终审文号', '到哪一步']} />
            <tbody>
              {shown.map((list) => (
                <tr key={list.id}>
                  <td>
                    <Link to="/approval-lists/$id" params={{ id: list.id }}>
                      {list.number}
                    </Link>
                  </td>
                  <td>
                    {list.madeBy}　<span className="mut">{moment(list.madeAt, today)}</span>
                  </td>
                  <td className="r">{counted(list.lineCount)}</td>
                  <td className="r b">{yuanColumn(list.totalFen)}</td>
                  <td>{list.documentNumber ?? '—'}</td>
                  <td>
                    <ListStage list={list} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
    </section>
  )
}

function ListStage({ list }: { list: ApprovalListView }) {
  if (list.documentNumber && list.route === 'fromCity') {
    return (
      <Status kind="met" plain>
        由市总工会直接发放
      </Status>
    )
  }
  const done = list.funded === 'released' && list.toIssue === 0
  const funding = { no: '等资金到位', made: '资金已制单，等放行', released: '资金已到位' }[list.funded]
  return (
    <Status kind={!list.documentNumber ? 'waiting' : done ? 'met' : 'active'} plain>
      {list.documentNumber ? `${funding}，${list.toIssue > 0 ? '等发' : '已发'}划拨通知` : '等终审'}
    </Status>
  )
}
