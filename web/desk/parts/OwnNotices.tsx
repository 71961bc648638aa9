/** A district union's own allocation notices, and what each asks of its finance next. */
import { Link } from '@tanstack/react-router'
import type { NoticeView } from '../../../contract/payments.ts'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures } from '../Page.tsx'
import { Head } from './Head.tsx'
import { useToday } from '../query.ts'
import { NoticeStatus } from './NoticeStatus.tsx'

const sum = (notices: readonly NoticeView[]) => notices.reduce((total, notice) => total + notice.totalFen, 0)

export function OwnNotices({ notices }: { notices: readonly NoticeView[] }) {
  const today = useToday()
  if (notices.length === 0) {
    return (
      <section className="panel">
        <Empty title="还没有划拨通知" next="市总工会终审后，市职工技协服务中心把通知发到这里" />
      </section>
    )
  }
  return (
    <>
      <Sums notices={notices} />
      <section className="panel">
        <div className="table-box">
          <table className="t finance">
            <Head
              columns={[
                '划拨通知',
                '发出',
                { right: '张' },
                { right: '金额（元）' },
                { right: '位次' },
                '状态',
                { right: '已发放（元）' },
                '',
              ]}
            />
            <tbody>
              {notices
                .toSorted((a, b) => b.issuedAt - a.issuedAt)
                .map((notice) => (
                  <tr key={notice.id}>
                    <td>
                      <Link to="/notices/$id" params={{ id: notice.id }}>
                        {notice.number}
                      </Link>
                    </td>
                    <td>{moment(notice.issuedAt, today)}</td>
                    <td className="r">{counted(notice.lineCount)}</td>
                    <td className="r b">{yuanColumn(notice.totalFen)}</td>
                    <td className="r">{notice.place ?? '—'}</td>
                    <td>
                      <NoticeStatus notice={notice} turn={false} />
                    </td>
                    <td className="r">{yuanColumn(notice.paidFen)}</td>
                    <td className="r">
                      <NextStep notice={notice} />
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  )
}

function Sums({ notices }: { notices: readonly NoticeView[] }) {
  const stage = (stages: readonly NoticeView['stage'][]) => notices.filter((notice) => stages.includes(notice.stage))
  const toConfirm = stage(['issued'])
  const waiting = stage(['confirmed', 'made'])
  const toReceive = stage(['transferred'])
  const toPay = stage(['received']).filter((notice) => notice.unpaidCount > 0)
  return (
    <Figures
      figures={[
        { label: '要交确认单', value: counted(toConfirm.length), after: `份，${yuan(sum(toConfirm))}` },
        { label: '已确认，等划拨', value: counted(waiting.length), after: `份，${yuan(sum(waiting))}` },
        { label: '要登记收款', value: counted(toReceive.length), after: `份，${yuan(sum(toReceive))}` },
        {
          label: '要发放',
          value: counted(toPay.length),
          after: `份，还有${counted(toPay.reduce((n, x) => n + x.unpaidCount, 0))}人`,
        },
      ]}
    />
  )
}

function NextStep({ notice }: { notice: NoticeView }) {
  if (notice.stage === 'received' && notice.unpaidCount > 0) {
    return (
      <Link to="/payouts" search={{ notice: notice.id } as never}>
        去发放
      </Link>
    )
  }
  const says = {
    issued: '交确认单',
    confirmed: '看',
    made: '看',
    transferred: '登记收款',
    received: '看',
    superseded: '看',
  }[notice.stage]
  return (
    <Link to="/notices/$id" params={{ id: notice.id }}>
      {says}
    </Link>
  )
}
