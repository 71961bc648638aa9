/** One 报批清单: totals, exceptions first, every line; final approval with its document number. */
import { Link, useParams } from '@tanstack/react-router'
import type { ApprovalListDetail } from '../../../contract/payments.ts'
import { levels, levelTitles } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuan, yuanColumn, yuanFigure } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { FindBox } from '../parts/FindBox.tsx'
import { Head } from '../parts/Head.tsx'
import { usePolicy, useServer, useToday } from '../query.ts'
import { FinalApproval } from '../parts/FinalApproval.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

type Line = ApprovalListDetail['lines'][number]
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
          { label: '证书', value: counted(list.lineCount), after: '张' },
          { label: '区局（产业）工会', value: counted(list.byDistrict.length), after: '家' },
          {
            label: '例外',
            value: counted(exceptions.length),
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
        <Head columns={['等级', { right: '每张（元）' }, { right: '张' }, { right: '金额（元）' }]} />
        <tbody>
          {rows.map((row) => {
            const each = policy?.amounts.byLevel[row.level]
            return (
              <tr key={row.level}>
                <td>{levelTitles[row.level]}</td>
                <td className="r mut">{each === undefined ? '' : yuanFigure(each)}</td>
                <td className="r">{counted(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
              </tr>
            )
          })}
          <tr className="sum">
            <td>合计</td>
            <td />
            <td className="r">{counted(list.lineCount)}</td>
            <td className="r">{yuanColumn(list.totalFen)}</td>
          </tr>
        </tbody>
      </table>
    </>
  )
}

function ByCategory({ lines, policy }: { lines: readonly Line[]; policy: Policy | undefined }) {
  const byCategory = Map.groupBy(lines, (line) => line.category)
  return (
    <>
      <div className="cap">
        <h2>按对象</h2>
      </div>
      <table className="t tight">
        <tbody>
          {[...byCategory].map(([id, of]) => {
            const category = policy?.categories.find((known) => known.id === id)
            return (
              <tr key={id}>
                <td>
                  {category?.title ?? id} {category && <ClauseNumber id={category.clause} target="_blank" />}
                </td>
                <td className="r">{counted(of.length)}</td>
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
          <Head columns={['工会', { right: '张' }, { right: '金额（元）' }]} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.district}>
                <td>{row.district}</td>
                <td className="r">{counted(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
              </tr>
            ))}
            <tr className="sum">
              <td>合计</td>
              <td className="r">{counted(list.lineCount)}</td>
              <td className="r">{yuanColumn(list.totalFen)}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </>
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
  const [find, setFind] = useUrl('q', '')
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
        <span className="mut sm">{counted(lines.length)}行</span>
        <span className="sp" />
        <FindBox
          value={find}
          onChange={setFind}
          label="在清单里找受理号、姓名、工会或工种"
          placeholder="受理号、姓名、工会、工种"
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
        <LineTable lines={shown} />
      )}
      {pager}
    </section>
  )
}

function LineTable({ lines }: { lines: readonly Line[] }) {
  const policy = usePolicy().data
  return (
    <div className="table-box">
      <table className="t">
        <Head
          columns={[
            '受理号',
            '申请人',
            '等级',
            '职业（工种）',
            '区局（产业）工会',
            '对象',
            '评估',
            { right: '金额（元）' },
          ]}
        />
        <tbody>
          {lines.map((line) => (
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
  )
}
