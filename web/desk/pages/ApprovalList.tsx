/** One 报批清单: totals, exceptions first, every line; final approval with its document number. */
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApprovalListDetail } from '../../../contract/payments.ts'
import { levels, levelTitles } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { counted, moment, yuanColumn, yuanFigure } from '../../ui/words.ts'
import { Figures, Page } from '../Page.tsx'
import { Exceptions, Lines, SendBack } from '../parts/ApprovalLines.tsx'
import type { Pick } from '../parts/ApprovalLines.tsx'
import { Budget } from '../parts/Budget.tsx'
import { Head } from '../parts/Head.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { FinalApproval } from '../parts/FinalApproval.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import './pages.css'

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
      rule={view && `${view.madeBy}编，${moment(view.madeAt, today)}，编好后不能加行，只能退回`}
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
  const staff = useStaff()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const mayReturn = staff.role === 'approver' && !list.documentNumber && staff.name !== list.madeBy
  const pick: Pick | undefined = mayReturn
    ? {
        has: (id) => picked.has(id),
        toggle: (id) => {
          const next = new Set(picked)
          if (!next.delete(id)) next.add(id)
          setPicked(next)
        },
      }
    : undefined
  return (
    <>
      <Figures
        figures={[
          { label: '资助合计', value: yuanColumn(list.totalFen), after: '元' },
          { label: '证书', value: counted(list.lineCount), after: '张' },
          { label: '区局（产业）工会', value: counted(list.byDistrict.length), after: '家' },
          {
            label: '例外',
            value: counted(list.exceptionCount),
            after: list.exceptionCount > 0 ? '条，先看这些' : '条，全部符合',
            ...(list.exceptionCount > 0 && { tone: 'warn' as const }),
          },
          ...(list.sentBack.count > 0
            ? [{ label: '已退回审核', value: counted(list.sentBack.count), after: '行，不在清单里了' }]
            : []),
        ]}
      />
      <div className="thirds">
        <section className="panel">
          <ByLevel list={list} policy={policy} />
          <ByCategory list={list} policy={policy} />
        </section>
        <section className="panel">
          <ByDistrict list={list} />
        </section>
        <FinalApproval list={list} exceptions={list.exceptionCount} />
      </div>
      {staff.role === 'approver' && <Budget {...(!list.documentNumber && { moreFen: list.totalFen })} />}
      {pick && <SendBack list={list} picked={picked} onDone={() => setPicked(new Set())} />}
      {list.exceptions.length > 0 && <Exceptions list={list} pick={pick} />}
      <Lines list={list} pick={pick} />
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

function ByCategory({ list, policy }: { list: ApprovalListDetail; policy: Policy | undefined }) {
  return (
    <>
      <div className="cap">
        <h2>按对象</h2>
      </div>
      <table className="t tight">
        <tbody>
          {list.byCategory.map((row) => {
            const category = policy?.categories.find((known) => known.id === row.category)
            return (
              <tr key={row.category}>
                <td>
                  {category?.title ?? row.category} {category && <ClauseNumber id={category.clause} target="_blank" />}
                </td>
                <td className="r">{counted(row.count)}</td>
                <td className="r">{yuanColumn(row.totalFen)}</td>
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
