/** 划拨通知 and 划拨次序: the centre issues notices and transfers in the order of confirmations; a district sees its own. */
import { Link } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { errorSays } from '../../../contract/errors.ts'
import type {
  ApprovalLists,
  ApprovalListView,
  IssueNotices,
  Notices as NoticeList,
  NoticeView,
} from '../../../contract/payments.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, day, moment, momentToSecond, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Budget } from '../parts/Budget.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { NoticeStatus } from '../parts/NoticeStatus.tsx'
import { OwnNotices } from '../parts/OwnNotices.tsx'
import { TransferQueue } from '../parts/TransferQueue.tsx'
import { usePage } from '../parts/Pager.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Transfer } from '../parts/Transfer.tsx'
import { TransferSheet } from '../parts/TransferSheet.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

const sum = (notices: readonly { totalFen: number }[]) => notices.reduce((total, notice) => total + notice.totalFen, 0)

export default function Notices() {
  const staff = useStaff()
  const notices = useServer<NoticeList>('/allocation-notices')
  const policy = usePolicy().data
  const payment = policy?.channels.find((channel) => channel.id === 'unit')?.payment
  const clause = policy?.clauses.find((candidate) => candidate.id === payment?.clause)
  const inTurn = clause && /根据“先到先发”原则[^。；]*/.exec(clause.text)?.[0]
  const atCentre = staff.role === 'centreFinance'
  return (
    <Page
      title={atCentre ? '划拨次序' : '发放确认单'}
      rule={payment && <span className="quote">{(atCentre && inTurn) || payment.quote}</span>}
      {...(payment && { clause: payment.clause })}
    >
      <Loaded query={notices} path="/allocation-notices">
        {(view) => (
          <>
            {atCentre ? (
              <Order notices={view.notices} atCentreFen={view.atCentreFen ?? 0} />
            ) : (
              <OwnNotices notices={view.notices} />
            )}
            <TransferQueue proof={atCentre} />
            {atCentre && <Budget />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** Places first, in order; those without a confirmation after them. */
const inOrder = (notices: readonly NoticeView[]) =>
  notices.toSorted(
    (a, b) =>
      (a.place ?? Infinity) - (b.place ?? Infinity) || a.issuedAt - b.issuedAt || a.number.localeCompare(b.number),
  )
const isPaidOut = (notice: NoticeView) => notice.stage === 'transferred' || notice.stage === 'received'

const isOver = (notice: NoticeView) => isPaidOut(notice) || notice.stage === 'superseded'

/** The first before it in the order that has not come as far: 先到先发. */
function before(notices: readonly NoticeView[], notice: NoticeView, passed: (other: NoticeView) => boolean) {
  return inOrder(notices).find(
    (other) =>
      other.stage !== 'superseded' && other.place !== undefined && other.place < (notice.place ?? 0) && !passed(other),
  )
}

function Order({ notices, atCentreFen }: { notices: readonly NoticeView[]; atCentreFen: number }) {
  const lists = useServer<ApprovalLists>('/approval-lists')
  const approved = lists.data?.lists.filter((list) => list.documentNumber && list.route === 'viaUnions') ?? []
  const [picked, pick] = useUrl('notice', '')
  // What was issued anew before it had a place is found from its next revision.
  const sorted = inOrder(notices.filter((notice) => notice.stage !== 'superseded' || notice.place !== undefined))
  const waiting = sorted.filter((notice) => notice.stage === 'confirmed' || notice.stage === 'made')
  const [next] = waiting
  const current = notices.find((notice) => notice.id === picked) ?? next ?? sorted[0]
  const silent = notices.filter((notice) => notice.stage === 'issued')
  // In the order, and nobody is passed over: the money at hand ends before the first whose list the city has not funded.
  const beyond = waiting.find((notice) => !notice.funded)
  const reached = beyond ? waiting.indexOf(beyond) : waiting.length
  return (
    <>
      <Figures
        figures={[
          {
            label: '到位资金，还没划拨',
            value: yuanColumn(atCentreFen),
            after: waiting.length > 0 ? `元，按次序够划${counted(reached)}家` : '元',
          },
          { label: '轮到', value: next ? next.district : '—', after: next && `第${next.place}位` },
          { label: '已确认，等划拨', value: counted(waiting.length), after: `家，${yuan(sum(waiting))}` },
          {
            label: '确认单未回',
            value: counted(silent.length),
            after: '家',
            ...(silent.length > 0 && { tone: 'warn' as const }),
          },
        ]}
      />
      <ToIssue lists={approved.filter((list) => list.toIssue > 0)} />
      {!current ? (
        <section className="panel">
          <Empty
            title="还没有划拨通知"
            next={
              approved.length > 0
                ? '为上面终审过的清单发通知，各区局（产业）工会按通知交发放确认单'
                : '市总工会终审一份清单后，在这里向各区局（产业）工会发通知'
            }
          />
        </section>
      ) : (
        <div className="master">
          <OrderTable {...{ sorted, next, current, beyond, waiting }} onPick={pick} />
          <Side key={current.id} notice={current} notices={notices} />
        </div>
      )}
    </>
  )
}

function ToIssue({ lists }: { lists: readonly ApprovalListView[] }) {
  const [asked, ask] = useState<ApprovalListView>()
  const issue = useWrite<IssueNotices, NoticeList>(() => `/approval-lists/${asked?.id ?? ''}/allocation`)
  if (lists.length === 0) return null
  return (
    <section className="panel">
      {lists.map((list) => (
        <div key={list.id} className="cap">
          <Icon name="doc" className="tone-act" />
          <span>
            <Link to="/approval-lists/$id" params={{ id: list.id }}>
              {list.number}
            </Link>{' '}
            已终审，{list.documentNumber}，
            {list.notices > 0
              ? `还有${counted(list.toIssue)}张没有发通知`
              : `${counted(list.lineCount)}张，${yuan(list.totalFen)}`}
            {list.disputed > 0 && `，其中${counted(list.disputed)}张有人提了异议，没有了结前先不发`}
          </span>
          <span className="sp" />
          {list.toIssue > list.disputed && (
            <Press primary onPress={() => ask(list)}>
              发划拨通知…
            </Press>
          )}
        </div>
      ))}
      <SecondStep
        open={asked !== undefined}
        title={`为${asked?.number ?? ''}发划拨通知`}
        go="发通知"
        back="先不发"
        pending={issue.pending}
        problem={issue.problem}
        onBack={() => {
          issue.clear()
          ask(undefined)
        }}
        onGo={() =>
          issue.send({ issuedBefore: asked?.notices ?? 0 }, ({ notices }) => {
            ask(undefined)
            say(`已向${counted(notices.length - (asked?.notices ?? 0))}家区局（产业）工会发出通知`)
          })
        }
      >
        <p>
          {counted((asked?.toIssue ?? 0) - (asked?.disputed ?? 0))}
          张按职工所在区局（产业）工会分开，每家一份通知
          {asked && asked.toIssue === asked.lineCount && asked.disputed === 0 && `，合计${yuan(asked.totalFen)}`}
          。发出后只能移出、不能加人，各家按通知交发放确认单。
          {asked && asked.disputed > 0 && `另有${counted(asked.disputed)}张有异议，了结后再发。`}
        </p>
      </SecondStep>
    </section>
  )
}

function OrderTable({
  sorted,
  next,
  current,
  beyond,
  waiting,
  onPick,
}: {
  sorted: readonly NoticeView[]
  next: NoticeView | undefined
  current: NoticeView
  /** The first that the money at hand does not reach. */
  beyond: NoticeView | undefined
  waiting: readonly NoticeView[]
  onPick: (id: string) => void
}) {
  const today = useToday()
  const { shown, pager } = usePage(sorted)
  return (
    <section className="panel">
      <div className="cap">
        <h2>按确认单收到的先后，不跳过</h2>
        <span className="sp" />
        <TransferSheet waiting={waiting} />
        <span className="mut sm">各区局（产业）工会都看得到次序</span>
      </div>
      <div className="table-box">
        <table className="t finance clickable">
          <thead>
            <tr>
              <th className="place">位次</th>
              <th>区局（产业）工会</th>
              <th>确认单收到</th>
              <th className="r">张</th>
              <th className="r">金额（元）</th>
              <th>状态</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((notice) => (
              <Fragment key={notice.id}>
                {notice === beyond && (
                  <tr className="funds-end">
                    <td colSpan={6}>
                      <Icon name="pause" /> 现有资金按次序到这里。下面的等市总工会资金到位再划拨
                    </td>
                  </tr>
                )}
                <tr
                  className={notice === current ? 'picked' : isOver(notice) ? 'past' : undefined}
                  onClick={() => onPick(notice.id)}
                >
                  <td className={isOver(notice) ? 'place' : 'place b'}>{notice.place ?? '—'}</td>
                  <td>
                    <button
                      type="button"
                      className="plain"
                      aria-pressed={notice === current}
                      onClick={() => onPick(notice.id)}
                    >
                      {notice.district}
                    </button>
                  </td>
                  <td>{notice.confirmedAt === undefined ? '未回' : momentToSecond(notice.confirmedAt, today)}</td>
                  <td className="r">{counted(notice.lineCount)}</td>
                  <td className="r">{yuanColumn(notice.totalFen)}</td>
                  <td>
                    <NoticeStatus notice={notice} turn={notice === next} />
                  </td>
                </tr>
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {pager}
    </section>
  )
}

/** One notice beside the order: what the notice says, what was confirmed, and its transfer. */
function Side({ notice, notices }: { notice: NoticeView; notices: readonly NoticeView[] }) {
  const today = useToday()
  const notTurn = (passed: (other: NoticeView) => boolean) => {
    const first = before(notices, notice, passed)
    return first && errorSays('money.not-your-turn', { union: first.district })
  }
  const unfunded = notice.funded ? undefined : errorSays('money.not-funded')
  const whyNotMake =
    notice.stage === 'superseded'
      ? errorSays('money.superseded')
      : notice.place === undefined
        ? '还没有收到合格的发放确认单，收到才有位次'
        : (unfunded ?? notTurn((other) => other.stage !== 'confirmed'))
  return (
    <section className="panel sign" aria-label={`${notice.district}的划拨`}>
      <div className="row">
        <h2>{notice.district}</h2>
        <span className="sp" />
        <Link to="/notices/$id" params={{ id: notice.id }}>
          看通知明细
        </Link>
      </div>
      <Compared notice={notice} />
      <dl className="facts">
        <dt>通知</dt>
        <dd>
          {notice.number}，{moment(notice.issuedAt, today)}
        </dd>
        <dt>终审文号</dt>
        <dd>{notice.documentNumber}</dd>
        <dt>确认单</dt>
        <dd>
          {notice.confirmedAt === undefined
            ? '还没有收到合格的确认单，没有位次'
            : `${momentToSecond(notice.confirmedAt, today)} 收到，第${notice.place}位`}
        </dd>
        {notice.receivedOn && (
          <>
            <dt>收到资金</dt>
            <dd>
              {day(notice.receivedOn, today)}，收据 {notice.receiptNumber}
            </dd>
            <dt>发放</dt>
            <dd>
              {counted(notice.paidCount)}/{counted(notice.paidCount + notice.unpaidCount)}人
              {notice.cancelledCount > 0 && `，另${counted(notice.cancelledCount)}人已取消`}
              {notice.payDueOn && `，${day(notice.payDueOn, today)}前`} <ClauseNumber id="四.一.5" target="_blank" />
            </dd>
          </>
        )}
      </dl>
      <hr />
      <Transfer
        kind="allocation"
        subjectId={notice.id}
        amountFen={notice.totalFen}
        to={notice.district}
        transfer={notice.transfer}
        whyNotMake={whyNotMake}
        whyNotRelease={unfunded ?? notTurn(isPaidOut)}
      />
    </section>
  )
}

function Compared({ notice }: { notice: NoticeView }) {
  return (
    <table className="t tight compare">
      <Head columns={['', { right: '通知' }, { right: '确认单' }, '']} />
      <tbody>
        <Same name="张数" value={counted(notice.lineCount)} confirmed={notice.place !== undefined} />
        <Same name="金额（元）" value={yuanColumn(notice.totalFen)} confirmed={notice.place !== undefined} />
        <Same name="收款账户" value={`尾号 ${notice.accountTail}`} confirmed={notice.place !== undefined} />
        {notice.accountTailNow && (
          <tr>
            <td>现在的账户</td>
            <td className="r">尾号 {notice.accountTailNow}</td>
            <td colSpan={2} className="mut">
              通知以后改过，划拨按现在的
            </td>
          </tr>
        )}
        <Same name="盖章扫描件" value="要有" confirmed={notice.place !== undefined} given="有" />
      </tbody>
    </table>
  )
}

/** The server takes only a confirmation equal to its notice (R12), so a confirmed line is an equal one. */
function Same({ name, value, confirmed, given }: { name: string; value: string; confirmed: boolean; given?: string }) {
  return (
    <tr>
      <td>{name}</td>
      <td className="r">{value}</td>
      <td className="r">{confirmed ? (given ?? value) : <span className="mut">未回</span>}</td>
      <td>
        {confirmed && (
          <Status kind="met" plain>
            一致
          </Status>
        )}
      </td>
    </tr>
  )
}
