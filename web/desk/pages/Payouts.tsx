/** 发放: what can be paid now, and the batches that were made of it. The city's: 直接发放. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Notices } from '../../../contract/payments.ts'
import type { Payable, PayoutBatches, PayoutBatchView } from '../../../contract/payouts.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, day, moment, timeLeft, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { MakePayoutBatch } from '../parts/MakePayoutBatch.tsx'
import { usePage } from '../parts/Pager.tsx'
import { PayoutStage } from '../parts/PayoutStage.tsx'
import { backOf, outOf, totalOf } from '../parts/payoutWords.ts'
import type { Totals } from '../parts/payoutWords.ts'
import { Press } from '../parts/Press.tsx'
import { SentBeforeNote } from '../parts/SentBeforeNote.tsx'
import './pages.css'
import './payouts.css'

export default function Payouts() {
  const { role } = useStaff()
  const batches = useServer<PayoutBatches>('/payout-batches')
  const channel = role === 'cityFinance' ? 'individual' : 'unit'
  const payment = usePolicy().data?.channels.find(({ id }) => id === channel)?.payment
  return (
    <Page
      title={role === 'cityFinance' ? '直接发放' : '发放'}
      rule={payment && <span className="quote">{payment.quote}</span>}
      {...(payment && { clause: payment.clause })}
    >
      <Loaded query={batches} path="/payout-batches">
        {(view) => (
          <>
            {view.paused && <SentBeforeNote />}
            <Sums view={view} />
            <ToPay view={view} />
            {(view.batches.length > 0 || view.payable.length > 0) && <Batches batches={view.batches} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

const sumOf = (all: readonly Totals[]): Totals => ({
  count: all.reduce((sum, { count }) => sum + count, 0),
  totalFen: all.reduce((sum, { totalFen }) => sum + totalFen, 0),
})

function Sums({ view: { payable, batches } }: { view: PayoutBatches }) {
  const free = sumOf(payable)
  const made = sumOf(batches.map(({ byState }) => totalOf(byState, 'made', 'released')))
  const out = sumOf(batches.map(({ byState }) => outOf(byState)))
  const back = sumOf(batches.map(({ byState }) => backOf(byState)))
  const settled = sumOf(batches.map(({ byState }) => totalOf(byState, 'settled')))
  const figure = (label: string, { count, totalFen }: Totals) => ({
    ...{ label: `${label}　${counted(count)}笔`, value: yuanColumn(totalFen), after: '元' },
  })
  return (
    <Figures
      figures={[
        figure('现在可以发放', free),
        figure('等放行、等送出', made),
        figure('等结果', out),
        { ...figure('没付成和退票', back), ...(back.count > 0 && { tone: 'err' as const }) },
        figure('已发放', settled),
      ]}
    />
  )
}

function NothingToPay() {
  const { role } = useStaff()
  const notices = useServer<Notices>('/allocation-notices', role !== 'districtFinance')
  const toReceive = notices.data?.notices.find(({ stage }) => stage === 'transferred')
  if (toReceive) {
    return (
      <Empty
        title="还没有登记收到资金"
        next={`${yuan(toReceive.totalFen)}已划拨，先登记收款，再来制单`}
        action={
          <Link to="/notices/$id" params={{ id: toReceive.id }}>
            去登记收款
          </Link>
        }
      />
    )
  }
  const next =
    role === 'cityFinance' ? '个人申报和集体申报的资助，终审后列在这里' : '收到划拨资金并登记后，要发放的列在这里'
  return <Empty title="现在没有可以发放的" next={next} />
}

function ToPay({ view }: { view: PayoutBatches }) {
  const { payable } = view
  const [making, setMaking] = useState(false)
  const { count, totalFen } = sumOf(payable)
  return (
    <section className="panel" aria-label="可以发放的">
      <div className="cap">
        <h2>可以发放的</h2>
        {count === 0 && payable.length > 0 && (
          <span className="mut sm">现在没有。下面这些先不发，办完“先不发的”再制单</span>
        )}
        <span className="sp" />
        {count > 0 && (
          <Press primary onPress={() => setMaking(true)}>
            制单…
          </Press>
        )}
      </div>
      {payable.length > 0 ? <PayableTable payable={payable} /> : <NothingToPay />}
      {making && <MakePayoutBatch view={view} totalFen={totalFen} onBack={() => setMaking(false)} />}
    </section>
  )
}

function PayableTable({ payable }: { payable: readonly Payable[] }) {
  return (
    <div className="table-box">
      <table className="t finance">
        <Head
          columns={[
            '划拨通知',
            '收到资金',
            '原则上发完',
            { right: '可发（笔）' },
            { right: '其中再发' },
            { right: '金额（元）' },
            '先不发的',
          ]}
        />
        <tbody>
          {payable.map((each) => (
            <PayableRow key={each.noticeId ?? each.policyId} payable={each} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PayableRow({ payable: each }: { payable: Payable }) {
  const { role } = useStaff()
  const today = useToday()
  const left = each.payDueOn ? timeLeft(today, each.payDueOn) : undefined
  const number = each.noticeNumber ?? '市总工会直接发放'
  return (
    <tr>
      <td>
        {each.noticeId && role === 'districtFinance' ? (
          <Link to="/notices/$id" params={{ id: each.noticeId }}>
            {number}
          </Link>
        ) : (
          number
        )}
      </td>
      <td>{each.receivedOn ? day(each.receivedOn, today) : '—'}</td>
      <td>
        {each.payDueOn && left ? (
          <>
            {day(each.payDueOn, today)}前{' '}
            <Status kind={left.kind} plain>
              {left.says}
            </Status>
          </>
        ) : (
          '—'
        )}
      </td>
      <td className="r">{counted(each.count)}</td>
      <td className="r">{each.again > 0 ? counted(each.again) : '—'}</td>
      <td className="r b">{yuanColumn(each.totalFen)}</td>
      <td>
        <LeftOut payable={each} />
      </td>
    </tr>
  )
}

function LeftOut({ payable: { disputed, awaitingAccount } }: { payable: Payable }) {
  if (disputed + awaitingAccount === 0) return <span className="mut">—</span>
  return (
    <span className="left-out">
      {awaitingAccount > 0 && (
        <Status kind="bounced" plain>
          {counted(awaitingAccount)}笔没付成，等收款账户
        </Status>
      )}
      {disputed > 0 && (
        <Status kind="person" plain>
          {counted(disputed)}笔有异议
        </Status>
      )}
    </span>
  )
}

function Batches({ batches }: { batches: readonly PayoutBatchView[] }) {
  const { shown, pager } = usePage(batches)
  return (
    <section className="panel" aria-label="发放批次">
      <div className="cap">
        <h2>发放批次</h2>
        <span className="mut sm">{batches.length > 0 && `${counted(batches.length)}批`}</span>
      </div>
      {batches.length === 0 ? (
        <Empty title="还没有制过单" next="一人制单，另一人放行，银行文件才能下载" />
      ) : (
        <div className="table-box">
          <table className="t finance">
            <Head
              columns={[
                '批次',
                '状态',
                '制单',
                '放行',
                { right: '笔数' },
                { right: '金额（元）' },
                { right: '已发放（元）' },
              ]}
            />
            <tbody>
              {shown.map((batch) => (
                <BatchRow key={batch.id} batch={batch} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
    </section>
  )
}

function WhoWhen({ who, at }: { who: string; at: number }) {
  return (
    <span className="who-when">
      <span title={who}>{who}</span>
      <span className="mut">{moment(at, useToday())}</span>
    </span>
  )
}

function BatchRow({ batch }: { batch: PayoutBatchView }) {
  return (
    <tr className={batch.droppedAt === undefined ? undefined : 'past'}>
      <td>
        <Link to="/payouts/$id" params={{ id: batch.id }}>
          {batch.number}
        </Link>
      </td>
      <td>
        <PayoutStage batch={batch} />
      </td>
      <td>
        <WhoWhen who={batch.madeBy} at={batch.madeAt} />
      </td>
      <td>
        {batch.releasedAt === undefined ? (
          <span className="mut">—</span>
        ) : (
          <WhoWhen who={batch.releasedBy ?? ''} at={batch.releasedAt} />
        )}
      </td>
      <td className="r">{counted(batch.lineCount)}</td>
      <td className="r b">{yuanColumn(batch.totalFen)}</td>
      <td className="r">{yuanColumn(totalOf(batch.byState, 'settled').totalFen)}</td>
    </tr>
  )
}
