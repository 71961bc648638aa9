/** One 划拨通知: its lines, and what the district's finance does about it: confirm, register the receipt, pay out. */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { useState } from 'react'
import type { NoticeDetail, PayLine } from '../../../contract/payments.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, counted, dateOf, day, moment, momentToSecond } from '../../ui/words.ts'
import { timeLeft, yuan, yuanColumn } from '../../ui/words.ts'
import { Figures, Note, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { Head } from '../parts/Head.tsx'
import { Confirmation } from '../parts/Confirmation.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { NoticeStatus } from '../parts/NoticeStatus.tsx'
import { Onward } from '../parts/Onward.tsx'
import { usePage } from '../parts/Pager.tsx'
import { PayoutStatus } from '../parts/PayoutStage.tsx'
import { Press } from '../parts/Press.tsx'
import { PrintPaper } from '../parts/PrintPaper.tsx'
import { PaymentClause, Receipt } from '../parts/Receipt.tsx'
import { Reissue } from '../parts/Reissue.tsx'
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
  const staff = useStaff()
  return (
    <>
      <Revisions notice={notice} />
      <Figures
        figures={[
          { label: '合计', value: yuanColumn(notice.totalFen), after: '元' },
          { label: '证书', value: counted(notice.lineCount), after: '张' },
          { label: '收款账户', value: accountOf(notice) },
          {
            label: '位次',
            value: notice.place === undefined ? '—' : `第${notice.place}位`,
            after:
              notice.stage === 'superseded' ? '作废' : notice.confirmedAt === undefined ? '收到确认单才有' : undefined,
          },
          { label: '已发放', value: yuanColumn(notice.paidFen), after: `元，${counted(notice.paidCount)}人` },
          ...(notice.cancelledCount > 0
            ? [
                {
                  label: '已取消',
                  value: yuanColumn(notice.cancelledFen),
                  after: `元，${counted(notice.cancelledCount)}人`,
                },
              ]
            : []),
        ]}
      />
      <div className="master">
        <Lines notice={notice} />
        <div className="stack">
          <Task notice={notice} />
          <Progress notice={notice} />
        </div>
      </div>
      {staff.role === 'districtFinance' && notice.stage === 'received' && <Onward noticeId={notice.id} />}
    </>
  )
}

/** What took its place, and what it took the place of. */
function Revisions({ notice }: { notice: NoticeDetail }) {
  const to = (id: string, says: string) => (
    <Link to="/notices/$id" params={{ id }}>
      {says}
    </Link>
  )
  return (
    <>
      {notice.stage === 'superseded' && (
        <Note tone="warn">
          {notice.replacedBy ? (
            <>有人移出，这一版已经作废，以新的一版为准。{to(notice.replacedBy, `看第${notice.revision + 1}版`)}</>
          ) : (
            '全部移出，这份通知已经作废，不再划拨。'
          )}
        </Note>
      )}
      {notice.accountTailNow && notice.transfer?.releasedAt === undefined && notice.stage !== 'superseded' && (
        <Note>
          通知以后，{notice.district}的收款账户改过：尾号 {notice.accountTail} → {notice.accountTailNow}
          ，由两个人核对。确认单仍按通知填，划拨按现在的账户。
        </Note>
      )}
      {notice.replaces && (
        <Note tone="act">
          移出后重发的第{notice.revision}版，位次按这一版的确认单收到时间排。
          {to(notice.replaces, `看第${notice.revision - 1}版`)}
        </Note>
      )}
    </>
  )
}

/** How far its payout has come, and for the district that pays it, in which batch. */
function LinePayout({ line }: { line: PayLine }) {
  const { state, code, paidOn, disputed, batchId, passedTo } = line
  const { role } = useStaff()
  if (line.takenOff) return <span className="mut">已移出</span>
  if (line.cancelled)
    return (
      <Status kind="paused" plain>
        已取消
      </Status>
    )
  if (disputed && state !== 'settled')
    return (
      <Status kind="person" plain>
        有异议，先不发
      </Status>
    )
  if (!state || state === 'cancelled') return <span className="mut">{passedTo ? `转拨到${passedTo}` : '—'}</span>
  return (
    <>
      <PayoutStatus line={{ state, code, paidOn }} />
      {batchId && !passedTo && role === 'districtFinance' && (
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
  const staff = useStaff()
  const { shown, pager } = usePage(notice.lines)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const open = notice.stage === 'issued' || notice.stage === 'confirmed'
  const mayTakeOff = staff.role === 'centreFinance' && open
  const mayCorrect = staff.role === 'districtFinance' && notice.stage === 'received'
  const toggle = (id: string) => {
    const next = new Set(picked)
    if (!next.delete(id)) next.add(id)
    setPicked(next)
  }
  return (
    <section className="panel">
      <div className="cap">
        <h2>通知明细</h2>
        <span className="mut sm">{counted(notice.lines.length)}行</span>
        <span className="sp" />
        {mayTakeOff && <Reissue notice={notice} picked={picked} onDone={() => setPicked(new Set())} />}
      </div>
      <div className="table-box">
        <table className="t">
          <Head
            columns={[
              ...(mayTakeOff ? ['移出'] : []),
              '受理号',
              '职工',
              '等级',
              '收款',
              '发放',
              { right: '金额（元）' },
              ...(mayCorrect ? [''] : []),
            ]}
          />
          <tbody>
            {shown.map((line) => (
              <tr key={line.awardId} className={line.takenOff || line.cancelled ? 'past' : undefined}>
                {mayTakeOff && (
                  <td style={{ width: 52 }}>
                    <Checkbox
                      aria-label={`移出${line.receiptNumber}`}
                      checked={picked.has(line.awardId)}
                      onChange={() => toggle(line.awardId)}
                    />
                  </td>
                )}
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
                {mayCorrect && (
                  <td className="r">
                    {!line.takenOff && !line.cancelled && !line.passedTo && (
                      <Link
                        className="plain"
                        to="/corrections"
                        search={{ tab: 'propose', receipt: line.receiptNumber } as never}
                        aria-label={`更正${line.applicantName}的这一笔`}
                      >
                        更正…
                      </Link>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="sum">
              <td colSpan={mayTakeOff ? 6 : 5}>合计　{moneyInCapitals(fen(notice.totalFen))}</td>
              <td className="r">{yuanColumn(notice.totalFen)}</td>
              {mayCorrect && <td />}
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
  const steps: readonly { name: string; done: React.ReactNode }[] = [
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
    {
      name: '收到资金',
      done: notice.receivedOn && (
        <>
          {day(notice.receivedOn, today)}，
          {notice.receiptScanFileId ? (
            <a href={filePageUrl(notice.receiptScanFileId, 1)} target="_blank" rel="noreferrer">
              收据{notice.receiptNumber}
            </a>
          ) : (
            `收据${notice.receiptNumber}`
          )}
        </>
      ),
    },
    {
      name: '发放给职工',
      done:
        notice.receivedOn && notice.unpaidCount === 0
          ? `${counted(notice.paidCount)}人，${yuan(notice.paidFen)}${
              notice.cancelledCount > 0 ? `，另${counted(notice.cancelledCount)}人已取消` : ''
            }`
          : undefined,
    },
  ]
  const current = notice.stage === 'superseded' ? -1 : steps.findIndex((step) => !step.done)
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
  if (notice.stage === 'transferred')
    return (
      <Receipt
        path={`/allocation-notices/${notice.id}/receipt`}
        amountFen={notice.totalFen}
        voucherNumber={notice.transfer?.voucherNumber}
        releasedAt={notice.transfer?.releasedAt}
      />
    )
  if (notice.stage === 'received' && notice.unpaidCount > 0) {
    const own = notice.lines.filter(
      (line) => !line.paidOn && !line.passedTo && !line.cancelled && !line.takenOff,
    ).length
    if (own === 0) return <Note tone="act">其余{counted(notice.unpaidCount)}人已转拨给下级工会，由它们发放。</Note>
    const left = notice.payDueOn ? timeLeft(today, notice.payDueOn) : undefined
    return (
      <section className="panel sign">
        <h2>发放给职工</h2>
        <p>
          还有{counted(own)}人。
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
  if (notice.stage === 'received' || notice.stage === 'superseded') return null
  return (
    <Note tone="act">
      确认单已收下，排第{notice.place}位。先到先发，轮到时由市职工技协服务中心划拨，你现在不用做什么。
    </Note>
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
