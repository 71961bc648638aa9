/** One 划拨通知: its lines, and what the district's finance does about it: confirm, register the receipt, pay out. */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { NoticeDetail, PayLine, RecordReceipt } from '../../../contract/payments.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, counted, dateOf, day, moment, momentToSecond } from '../../ui/words.ts'
import { timeLeft, yuan, yuanColumn } from '../../ui/words.ts'
import { Figures, Note, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Head } from '../parts/Head.tsx'
import { Confirmation } from '../parts/Confirmation.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { NoticeStatus } from '../parts/NoticeStatus.tsx'
import { usePage } from '../parts/Pager.tsx'
import { PayoutStatus } from '../parts/PayoutStage.tsx'
import { Press } from '../parts/Press.tsx'
import { PrintPaper } from '../parts/PrintPaper.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'

export default function Notice() {
  const { id } = useParams({ from: '/notices/$id' })
  const path = `/allocation-notices/${id}`
  const notice = useServer<NoticeDetail>(path)
  const today = useToday()
  const staff = useStaff()
  const view = notice.data
  return (
    <Page
      title={view ? `划拨通知　${view.number}` : '划拨通知'}
      rule={view && `${view.district}，${moment(view.issuedAt, today)}发出，终审文号${view.documentNumber}`}
      actions={
        <span className="row">
          {view && <PrintPaper notice={view} paper="notice" />}
          <Link to="/notices">{staff.role === 'districtFinance' ? '全部通知' : '划拨次序'}</Link>
        </span>
      }
    >
      <Loaded query={notice} path={path}>
        {(detail) => <Detail notice={detail} />}
      </Loaded>
    </Page>
  )
}

function Detail({ notice }: { notice: NoticeDetail }) {
  return (
    <>
      <Figures
        figures={[
          { label: '合计', value: yuanColumn(notice.totalFen), after: '元' },
          { label: '证书', value: counted(notice.lineCount), after: '张' },
          { label: '收款账户', value: accountOf(notice) },
          {
            label: '位次',
            value: notice.place === undefined ? '—' : `第${notice.place}位`,
            after: notice.confirmedAt === undefined ? '收到确认单才有' : undefined,
          },
          { label: '已发放', value: yuanColumn(notice.paidFen), after: `元，${counted(notice.paidCount)}人` },
        ]}
      />
      <div className="master">
        <Lines notice={notice} />
        <div className="stack">
          <Task notice={notice} />
          <Progress notice={notice} />
        </div>
      </div>
    </>
  )
}

/** How far its payout has come, and for the district that pays it, in which batch. */
function LinePayout({ line: { state, code, paidOn, disputed, batchId } }: { line: PayLine }) {
  const { role } = useStaff()
  if (disputed && state !== 'settled')
    return (
      <Status kind="person" plain>
        有异议，先不发
      </Status>
    )
  if (!state || state === 'cancelled') return <span className="mut">—</span>
  return (
    <>
      <PayoutStatus line={{ state, code, paidOn }} />
      {batchId && role === 'districtFinance' && (
        <>
          {' '}
          <Link to="/payouts/$id" params={{ id: batchId }}>
            看批次
          </Link>
        </>
      )}
    </>
  )
}

function Lines({ notice }: { notice: NoticeDetail }) {
  const { shown, pager } = usePage(notice.lines)
  return (
    <section className="panel">
      <div className="cap">
        <h2>通知明细</h2>
        <span className="mut sm">{counted(notice.lines.length)}行</span>
      </div>
      <div className="table-box">
        <table className="t">
          <Head columns={['受理号', '职工', '等级', '收款', '发放', { right: '金额（元）' }]} />
          <tbody>
            {shown.map((line) => (
              <tr key={line.awardId}>
                <td>{line.receiptNumber}</td>
                <td>{line.applicantName}</td>
                <td>{levelTitles[line.level]}</td>
                <td className="mut">
                  {line.payeeKind === 'memberCard' ? '会员服务卡' : (line.bankName ?? '银行卡')} 尾号 {line.payeeTail}
                </td>
                <td>
                  <LinePayout line={line} />
                </td>
                <td className="r">{yuanColumn(line.amountFen)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="sum">
              <td colSpan={5}>合计　{moneyInCapitals(fen(notice.totalFen))}</td>
              <td className="r">{yuanColumn(notice.totalFen)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {pager}
    </section>
  )
}

/** The way of the money, step by step. */
function Progress({ notice }: { notice: NoticeDetail }) {
  const today = useToday()
  const { transfer } = notice
  const released = transfer?.releasedAt
  const steps: readonly { name: string; done: string | undefined }[] = [
    { name: '发出通知', done: moment(notice.issuedAt, today) },
    {
      name: '发放确认单',
      done:
        notice.confirmedAt === undefined
          ? undefined
          : `${momentToSecond(notice.confirmedAt, today)} 收到，第${notice.place}位`,
    },
    {
      name: '划拨',
      done: released === undefined ? undefined : `${day(dateOf(released), today)}，凭证${transfer?.voucherNumber}`,
    },
    { name: '收到资金', done: notice.receivedOn && `${day(notice.receivedOn, today)}，收据${notice.receiptNumber}` },
    {
      name: '发放给职工',
      done:
        notice.paidCount >= notice.lineCount ? `${counted(notice.paidCount)}人，${yuan(notice.paidFen)}` : undefined,
    },
  ]
  const current = steps.findIndex((step) => !step.done)
  return (
    <section className="panel sign">
      <div className="row">
        <h2>到哪一步</h2>
        <span className="sp" />
        <NoticeStatus notice={notice} turn={false} />
      </div>
      <ol className="way">
        {steps.map((step, place) => (
          <li key={step.name} {...(place === current && { 'aria-current': 'step' as const })}>
            <Status kind={step.done ? 'met' : place === current ? 'active' : 'waiting'} plain>
              {step.name}
            </Status>
            <span className="mut sm">{step.done ?? (place === current ? '现在' : '')}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Task({ notice }: { notice: NoticeDetail }) {
  const staff = useStaff()
  const today = useToday()
  const navigate = useNavigate()
  if (staff.role !== 'districtFinance') return null
  if (notice.stage === 'issued') return <Confirmation notice={notice} />
  if (notice.stage === 'transferred') return <Receipt notice={notice} />
  if (notice.stage === 'received' && notice.paidCount < notice.lineCount) {
    const left = notice.payDueOn ? timeLeft(today, notice.payDueOn) : undefined
    return (
      <section className="panel sign">
        <h2>发放给职工</h2>
        <p>
          还有{counted(notice.lineCount - notice.paidCount)}人。
          {notice.payDueOn && `原则上${day(notice.payDueOn, today)}前，`}
          {left?.says}
        </p>
        <PaymentClause />
        <Press
          primary
          large
          block
          onPress={() => void navigate({ to: '/payouts', search: { notice: notice.id } as never })}
        >
          去发放
        </Press>
      </section>
    )
  }
  if (notice.stage === 'received') return null
  return (
    <Note tone="act">
      确认单已收下，排第{notice.place}位。先到先发，轮到时由市职工技协服务中心划拨，你现在不用做什么。
    </Note>
  )
}

function PaymentClause() {
  const payment = usePolicy().data?.channels.find((channel) => channel.id === 'unit')?.payment
  return payment ? <Clause id={payment.clause} quote={payment.quote} target="_blank" /> : null
}

function Receipt({ notice }: { notice: NoticeDetail }) {
  const today = useToday()
  const [receivedOn, setReceivedOn] = useState(today)
  const [receiptNumber, setReceiptNumber] = useState('')
  const record = useWrite<RecordReceipt, { id: string }>(() => `/allocation-notices/${notice.id}/receipt`)
  const released = notice.transfer?.releasedAt
  const why = !receivedOn ? '先填收到日期' : !receiptNumber.trim() ? '先填收据号' : undefined
  const press = () => {
    if (!why) record.send({ receivedOn, receiptNumber: receiptNumber.trim() }, () => say('已登记收款，可以制单发放了'))
  }
  return (
    <section className="panel sign">
      <h2>登记收到资金</h2>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault()
          press()
        }}
      >
        <p className="ink2 sm">
          {released !== undefined && `${day(dateOf(released), today)}划拨`}
          {yuan(notice.totalFen)}，凭证{notice.transfer?.voucherNumber}。从收到那天算两周，到期只提醒。
        </p>
        <Field label="收到日期" wrong={fieldSays(record.problem, 'receivedOn')}>
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              {...(released !== undefined && { min: dateOf(released) })}
              value={receivedOn}
              onChange={(event) => setReceivedOn(event.target.value)}
            />
          )}
        </Field>
        <Field label="收据号" wrong={fieldSays(record.problem, 'receiptNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={40}
              value={receiptNumber}
              onChange={(event) => setReceiptNumber(event.target.value)}
            />
          )}
        </Field>
        <PaymentClause />
        <Refusal problem={record.problem} />
        <Press primary large block why={why} pending={record.pending} onPress={press}>
          登记收到{yuan(notice.totalFen)}
        </Press>
      </form>
    </section>
  )
}

/** Whole only for who transfers to it. */
const accountOf = ({ receivingAccount, accountTail }: NoticeDetail) =>
  receivingAccount ? (
    <span className="long">
      <Grouped groups={accountGroups(receivingAccount)} />
    </span>
  ) : (
    `尾号 ${accountTail}`
  )
