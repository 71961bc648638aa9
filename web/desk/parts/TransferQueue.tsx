/** The order 先到先发 as every union sees it, one's own place on top, and whether it was kept. */
import { Link } from '@tanstack/react-router'
import type { QueueEntry, TransferQueue as Queue } from '../../../contract/transfers.ts'
import { Status } from '../../ui/Status.tsx'
import type { StatusKind } from '../../ui/Status.tsx'
import { counted, momentToSecond, yuanColumn } from '../../ui/words.ts'
import { Empty, Note } from '../Page.tsx'
import { useServer, useToday } from '../query.ts'
import { Head } from './Head.tsx'
import { Loaded } from './Loaded.tsx'
import { usePage } from './Pager.tsx'

const path = '/transfer-queue'
const stages: { readonly [S in QueueEntry['stage']]: readonly [StatusKind, string] } = {
  issued: ['waiting', '等确认单'],
  confirmed: ['waiting', '等划拨'],
  made: ['active', '已制单，等放行'],
  transferred: ['met', '已划拨'],
  received: ['met', '已划拨，已收到'],
  superseded: ['waiting', '已重发，位次作废'],
}

/** `proof`: only what was transferred, for who has the order before them already. */
export function TransferQueue({ proof = false }: { proof?: boolean }) {
  const queue = useServer<Queue>(path)
  return (
    <Loaded query={queue} path={path}>
      {(view) => <Order queue={view} proof={proof} />}
    </Loaded>
  )
}

function Order({ queue, proof }: { queue: Queue; proof: boolean }) {
  const { own } = queue
  const entries = proof ? queue.entries.filter((entry) => entry.releasedAt !== undefined) : queue.entries
  if (proof && entries.length === 0) return null
  const kept = queue.outOfOrder.length === 0
  return (
    <section className="panel queue" aria-label={proof ? '次序证明' : '划拨次序'}>
      <div className="cap">
        <h2>{proof ? '次序证明' : '划拨次序，各家都看得到'}</h2>
        <span className="sp" />
        {own && (
          <b>
            你排第{own.place}位，{own.before > 0 ? `前面还有${counted(own.before)}家` : '轮到你了'}
          </b>
        )}
      </div>
      {entries.length === 0 ? (
        <Empty title="还没有收到确认单" next="第一份合格的发放确认单收到后，从这里开始排" />
      ) : (
        <>
          {queue.released > 0 && (
            <Note tone={kept ? 'act' : 'err'}>
              {kept
                ? `已划拨${counted(queue.released)}家。逐家比对确认单收到和放行的时间，次序一致，没有跳过。`
                : `逐家比对，有${counted(queue.outOfOrder.length)}家次序不符：${queue.outOfOrder
                    .map(({ place, before }) => `第${place}位先于第${before}位`)
                    .join('，')}。请市职工技协服务中心说明。`}
            </Note>
          )}
          <Table entries={entries} />
        </>
      )}
    </section>
  )
}

function Table({ entries }: { entries: readonly QueueEntry[] }) {
  const today = useToday()
  const { shown, pager } = usePage(entries)
  return (
    <>
      <div className="table-box">
        <table className="t finance">
          <Head
            columns={[
              '位次',
              '区局（产业）工会',
              '确认单收到',
              '放行',
              { right: '张' },
              { right: '金额（元）' },
              '状态',
            ]}
          />
          <tbody>
            {shown.map((entry) => (
              <tr
                key={entry.place}
                className={entry.own ? 'picked' : entry.releasedAt !== undefined ? 'past' : undefined}
              >
                <td className="place">{entry.place}</td>
                <td>
                  {entry.noticeId ? (
                    <Link to="/notices/$id" params={{ id: entry.noticeId }}>
                      {entry.district}
                    </Link>
                  ) : (
                    entry.district
                  )}
                  {entry.own && <span className="mut sm">　本单位</span>}
                </td>
                <td>{momentToSecond(entry.confirmedAt, today)}</td>
                <td>{entry.releasedAt === undefined ? '—' : momentToSecond(entry.releasedAt, today)}</td>
                <td className="r">{counted(entry.lineCount)}</td>
                <td className="r">{yuanColumn(entry.totalFen)}</td>
                <td>
                  <Status kind={stages[entry.stage][0]} plain>
                    {stages[entry.stage][1]}
                  </Status>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pager}
    </>
  )
}
