/** One 报批清单: totals, exceptions first, every line; final approval with its document number. */
import { Link, useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { ApprovalListDetail } from '../../../contract/payments.ts'
import { levels, levelTitles } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { moment, yuan, yuanColumn, yuanFigure } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal, fieldSays } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

type Line = ApprovalListDetail['lines'][number]
const count = (n: number) => n.toLocaleString('en-US')

export default function ApprovalList() {
  const { id } = useParams({ from: '/approval-lists/$id' })
  const path = `/approval-lists/${id}`
  const list = useServer<ApprovalListDetail>(path)
  const today = useToday()
  const view = list.data
  const step = usePolicy()
    .data?.channels.find((channel) => channel.id === 'unit')
    ?.steps.find((candidate) => candidate.kind === 'finalApproval')
  return (
    <Page
      title={view ? `${view.number}清单` : '报批清单'}
      rule={view && `${view.madeBy}编，${moment(view.madeAt, today)}，编好后不能增减`}
      {...(step && { clause: step.clause })}
      actions={<Link to="/approval-lists">全部清单</Link>}
    >
      <Loaded query={list} path={path}>
        {(detail) => <Detail list={detail} />}
      </Loaded>
    </Page>
  )
}

function Detail({ list }: { list: ApprovalListDetail }) {
  const policy = usePolicy().data
  const exceptions = list.lines.filter((line) => line.finding !== 'allMet')
  return (
    <>
      <Figures
        figures={[
          { label: '资助合计', value: yuanColumn(list.totalFen), after: '元' },
          { label: '证书', value: count(list.lineCount), after: '张' },
          { label: '区局（产业）工会', value: count(list.byDistrict.length), after: '家' },
          {
            label: '例外',
            value: count(exceptions.length),
            after: exceptions.length > 0 ? '条，先看这些' : '条，全部符合',
            ...(exceptions.length > 0 && { tone: 'warn' as const }),
          },
        ]}
      />
      <div className="thirds">
        <section className="panel">
          <ByLevel list={list} policy={policy} />
          <ByCategory lines={list.lines} policy={policy} />
        </section>
        <section className="panel">
          <ByDistrict list={list} />
        </section>
        <FinalApproval list={list} exceptions={exceptions.length} />
      </div>
      {exceptions.length > 0 && <Exceptions lines={exceptions} />}
      <Lines lines={list.lines} />
    </>
  )
}

function ByLevel({ list, policy }: { list: ApprovalListDetail; policy: Policy | undefined }) {
  const rows = list.byLevel.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
  return (
    <>
      <div className="cap">
        <h2>按等级</h2>
        <span className="sp" />
        {policy && <ClauseNumber id={policy.amounts.clause} target="_blank" />}
      </div>
      <table className="t tight">
        <thead>
          <tr>
            <th>等级</th>
            <th className="r">每张（元）</th>
            <th className="r">张</th>
            <th className="r">金额（元）</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const each = policy?.amounts.byLevel[row.level]
            return (
              <tr key={row.level}>
                <td>{levelTitles[row.level]}</td>
                <td className="r mut">{each === undefined ? '' : yuanFigure(each)}</td>
                <td className="r">{count(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
              </tr>
            )
          })}
          <tr className="sum">
            <td>合计</td>
            <td />
            <td className="r">{count(list.lineCount)}</td>
            <td className="r">{yuanColumn(list.totalFen)}</td>
          </tr>
        </tbody>
      </table>
    </>
  )
}

function ByCategory({ lines, policy }: { lines: readonly Line[]; policy: Policy | undefined }) {
  const counted = Map.groupBy(lines, (line) => line.category)
  return (
    <>
      <div className="cap">
        <h2>按对象</h2>
      </div>
      <table className="t tight">
        <tbody>
          {[...counted].map(([id, of]) => {
            const category = policy?.categories.find((known) => known.id === id)
            return (
              <tr key={id}>
                <td>
                  {category?.title ?? id} {category && <ClauseNumber id={category.clause} target="_blank" />}
                </td>
                <td className="r">{count(of.length)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </>
  )
}

function ByDistrict({ list }: { list: ApprovalListDetail }) {
  const rows = list.byDistrict.toSorted((a, b) => b.totalFen - a.totalFen)
  return (
    <>
      <div className="cap">
        <h2>按区局（产业）工会</h2>
        <span className="sp" />
        <span className="mut sm">{rows.length}家</span>
      </div>
      <div className="table-box" style={{ maxHeight: 420 }}>
        <table className="t tight">
          <thead>
            <tr>
              <th>工会</th>
              <th className="r">张</th>
              <th className="r">金额（元）</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.district}>
                <td>{row.district}</td>
                <td className="r">{count(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
              </tr>
            ))}
            <tr className="sum">
              <td>合计</td>
              <td className="r">{count(list.lineCount)}</td>
              <td className="r">{yuanColumn(list.totalFen)}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Whether a total stands for its lines, recounted here. */
const agrees = (list: ApprovalListDetail) =>
  list.lines.length === list.lineCount && list.lines.reduce((sum, line) => sum + line.amountFen, 0) === list.totalFen

function FinalApproval({ list, exceptions }: { list: ApprovalListDetail; exceptions: number }) {
  const staff = useStaff()
  const today = useToday()
  if (list.documentNumber) {
    return (
      <section className="panel sign">
        <h2>终审</h2>
        <Status kind="met">已批准</Status>
        <dl className="facts">
          <dt>终审文号</dt>
          <dd>{list.documentNumber}</dd>
          <dt>批准</dt>
          <dd>
            {list.approvedBy}，{list.approvedAt !== undefined && moment(list.approvedAt, today)}
          </dd>
          <dt>资金</dt>
          <dd>{{ no: '还没有到位', made: '已制单，等放行', released: '已到位' }[list.funded]}</dd>
          <dt>划拨通知</dt>
          <dd>{list.allocated ? '已发' : '还没有发'}</dd>
        </dl>
      </section>
    )
  }
  const why =
    staff.role !== 'approver'
      ? '由市总工会终审人批准。编清单的人不能终审自己编的清单'
      : staff.name === list.madeBy
        ? '这份清单是你编的，不能由你终审。请另一位终审人批准'
        : agrees(list)
          ? undefined
          : '合计与明细对不上。退给服务中心重新编一份清单'
  return (
    <section className="panel sign">
      <h2>终审</h2>
      <ul className="needs">
        <li>
          <Icon name={agrees(list) ? 'checkCircle' : 'bang'} className={agrees(list) ? 'tone-ok' : 'tone-err'} />
          {agrees(list) ? `合计与明细一致，${count(list.lineCount)}行` : '合计与明细对不上'}
        </li>
        <li>
          <Icon name={exceptions === 0 ? 'checkCircle' : 'ring'} className={exceptions === 0 ? 'tone-ok' : 'tone-warn'} />
          {exceptions === 0 ? '没有例外' : `有${exceptions}条例外，列在下面`}
        </li>
        <li>
          <Icon name="checkCircle" className="tone-ok" />
          {list.madeBy}编，终审须另一人
        </li>
      </ul>
      <ApproveForm list={list} exceptions={exceptions} why={why} />
    </section>
  )
}

function ApproveForm({
  list,
  exceptions,
  why,
}: {
  list: ApprovalListDetail
  exceptions: number
  why: string | undefined
}) {
  const [documentNumber, setDocumentNumber] = useState('')
  const [asking, setAsking] = useState(false)
  const approve = useWrite<{ documentNumber: string }, ApprovalListDetail>(() => `/approval-lists/${list.id}/approval`)
  const typed = documentNumber.trim()
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!why && typed.length >= 2) setAsking(true)
      }}
    >
      <Field label="终审文号" hint="如 沪工技签〔2026〕31号" wrong={fieldSays(approve.problem, 'documentNumber')}>
        {(aria) => (
          <Input
            {...aria}
            size="large"
            maxLength={40}
            disabled={Boolean(why)}
            value={documentNumber}
            onChange={(event) => setDocumentNumber(event.target.value)}
          />
        )}
      </Field>
      <Press
        primary
        large
        block
        why={why ?? (typed.length < 2 ? '先填终审文号' : undefined)}
        onPress={() => setAsking(true)}
      >
        批准{count(list.lineCount)}张…
      </Press>
      {!asking && <Refusal problem={approve.problem} />}
      <SecondStep
        open={asking}
        title={`终审${list.number}清单`}
        go={`批准${count(list.lineCount)}张`}
        back="再看看"
        pending={approve.pending}
        problem={approve.problem}
        onBack={() => setAsking(false)}
        onGo={() =>
          approve.send({ documentNumber: typed }, () => {
            setAsking(false)
            say(`已批准${count(list.lineCount)}张，合计${yuan(list.totalFen)}`)
          })
        }
      >
        <dl className="facts">
          <dt>终审文号</dt>
          <dd>
            <b>{typed}</b>
          </dd>
          <dt>证书</dt>
          <dd>
            {count(list.lineCount)}张，{list.byDistrict.length}家区局（产业）工会
          </dd>
          <dt>合计</dt>
          <dd>
            <b>{yuan(list.totalFen)}</b>
          </dd>
          <dt>例外</dt>
          <dd>{exceptions === 0 ? '没有' : `${exceptions}条，先看过依据再批准`}</dd>
        </dl>
        <p>批准后记入账目，不能改，只能另行撤销并写明理由。</p>
      </SecondStep>
    </form>
  )
}

function FindingWord({ finding }: { finding: Line['finding'] }) {
  if (finding === 'allMet')
    return (
      <Status kind="met" plain>
        全部符合
      </Status>
    )
  return finding === 'unmet' ? (
    <Status kind="unmet" plain>
      有不符合
    </Status>
  ) : (
    <Status kind="person" plain>
      有人工判断
    </Status>
  )
}

function Exceptions({ lines }: { lines: readonly Line[] }) {
  return (
    <section className="panel">
      <div className="cap">
        <h2>例外，先看这些</h2>
      </div>
      <div className="table-box">
        <table className="t">
          <tbody>
            {lines.map((line) => (
              <tr key={line.applicationId}>
                <td style={{ width: 130 }}>
                  <FindingWord finding={line.finding} />
                </td>
                <td className="b">{line.receiptNumber}</td>
                <td>{line.applicantName}</td>
                <td>
                  {levelTitles[line.level]}，{line.occupationName}
                </td>
                <td>{line.district}</td>
                <td className="r">{yuan(line.amountFen)}</td>
                <td className="r">
                  <Link to="/cases/$id" params={{ id: line.applicationId }} search={{ view: 'all' }}>
                    看依据
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Lines({ lines }: { lines: readonly Line[] }) {
  const [find, setFind] = useUrl('find', '')
  const policy = usePolicy().data
  const wanted = find.trim().toUpperCase()
  const found = wanted
    ? lines.filter((line) =>
        [line.receiptNumber, line.applicantName, line.district, line.occupationName].some((text) =>
          text.toUpperCase().includes(wanted),
        ),
      )
    : lines
  const { shown, pager } = usePage(found)
  return (
    <section className="panel">
      <div className="cap">
        <h2>清单全文</h2>
        <span className="mut sm">{count(lines.length)}行</span>
        <span className="sp" />
        <Input
          style={{ width: 260 }}
          value={find}
          maxLength={40}
          allowClear
          aria-label="在清单里找受理号、姓名、工会或工种"
          placeholder="受理号、姓名、工会、工种"
          prefix={<Icon name="find" />}
          onChange={(event) => setFind(event.target.value)}
        />
      </div>
      {shown.length === 0 ? (
        <Empty
          title="清单里没有这样的行"
          next="换个词再找"
          action={
            <button type="button" className="plain" onClick={() => setFind('')}>
              清除查找
            </button>
          }
        />
      ) : (
        <div className="table-box">
          <table className="t">
            <thead>
              <tr>
                <th>受理号</th>
                <th>申请人</th>
                <th>等级</th>
                <th>职业（工种）</th>
                <th>区局（产业）工会</th>
                <th>对象</th>
                <th>评估</th>
                <th className="r">金额（元）</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((line) => (
                <tr key={line.applicationId}>
                  <td>
                    <Link to="/cases/$id" params={{ id: line.applicationId }} search={{ view: 'all' }}>
                      {line.receiptNumber}
                    </Link>
                  </td>
                  <td>{line.applicantName}</td>
                  <td>{levelTitles[line.level]}</td>
                  <td>{line.occupationName}</td>
                  <td>{line.district}</td>
                  <td>{policy?.categories.find((known) => known.id === line.category)?.title ?? line.category}</td>
                  <td>
                    <FindingWord finding={line.finding} />
                  </td>
                  <td className="r">{yuanColumn(line.amountFen)}</td>
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
