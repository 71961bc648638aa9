/** 恢复前送出的付款: where the send log and the database differ, and restores; two people say what became of each. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { Fragment, useState } from 'react'
import type { SendLogSeen, SentBefore as Sent } from '../../../contract/payouts.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Note, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { Restorations } from '../parts/Restorations.tsx'
import { answerTitles, type Asked, SentAnswering } from '../parts/SentAnswering.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './payouts.css'

type Reference = Sent['references'][number]

const bankTitles: { readonly [Says in NonNullable<Reference['bankSays']>]: string } = {
  neverSeen: '没有收到过',
  inProgress: '正在办',
  settled: '已到账',
  failed: '没付成',
  bounced: '付了，又退回来',
}

export default function SentBefore() {
  const [cursor, setCursor] = useState<string>()
  const path = cursor === undefined ? '/sent-before' : `/sent-before?cursor=${encodeURIComponent(cursor)}`
  const sent = useServer<Sent>(path)
  return (
    <Page
      title="恢复前送出的付款"
      rule="送出记录簿和本系统说的不一样时，放行都停下。逐笔向银行查，或整批登记，两个人说的一样，才能再放行"
      actions={<Link to="/payouts">回到直接发放</Link>}
    >
      <Loaded query={sent} path={path}>
        {(shown) => (
          <>
            <Restorations restorations={shown.restorations} />
            <List sent={shown} />
            <div className="pager">
              {cursor !== undefined && (
                <Button size="small" onClick={() => setCursor(undefined)}>
                  回到开头
                </Button>
              )}
              {shown.nextCursor !== undefined && (
                <Button size="small" onClick={() => setCursor(shown.nextCursor)}>
                  看后面50笔
                </Button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Comparing() {
  const write = useWrite<object, SendLogSeen>(() => '/send-log/comparison')
  return (
    <>
      <div className="actions">
        <Button
          loading={write.pending}
          onClick={() => write.send({}, () => say('已和记录簿对照，接通银行的已问过银行'))}
        >
          重新对照并问银行
        </Button>
      </div>
      {write.problem && <Refusal problem={write.problem} />}
    </>
  )
}

function List({ sent }: { sent: Sent }) {
  const { references, batches, open, unanswered, missing, restorations } = sent
  const [asked, setAsked] = useState<Asked>()
  /** Absent where it is open by itself. */
  const batchOf = ({ batchId, missing: lacks }: Reference) =>
    batches.find((other) => other.batchId === batchId && other.missing === lacks && other.open > 1)
  if (open === 0)
    return (
      <section className="panel">
        {restorations.length > 0 ? (
          <Empty title="还没有要查的" next="核对记录簿以后，本系统不认得的付款列在这里" />
        ) : (
          <Empty title="没有要查的" next="没有恢复过数据，或者恢复前送出的都认得，放行照常" action={<Comparing />} />
        )}
      </section>
    )
  return (
    <>
      <Figures
        figures={[
          { label: '等第一个人', value: counted(unanswered), after: '笔' },
          { label: '等第二个人', value: counted(open - unanswered), after: '笔' },
          { label: '其中记录簿里少的', value: counted(missing), after: '笔' },
        ]}
      />
      {missing > 0 && (
        <Note tone="err">
          记录簿里少了{counted(missing)}
          笔本系统送出过的付款。先请系统管理员把记录簿放回原处，再重新对照；放不回来的，两个人各自登记为什么少。
        </Note>
      )}
      <Comparing />
      <section className="panel">
        <div className="table-box">
          <table className="t finance">
            <Head columns={['参考号', '送出', { right: '金额（元）' }, '银行说', '第一个人', '']} />
            <tbody>
              {references.map((each, at) => {
                const batch = batchOf(each)
                const before = references[at - 1]
                const first = !before || batchOf(before) !== batch
                return (
                  <Fragment key={each.reference}>
                    {first && batch && <BatchRow reference={each} open={batch.open} onAsk={setAsked} />}
                    {first && !batch && before && (
                      <tr className="group">
                        <td colSpan={6}>单独的，逐笔登记</td>
                      </tr>
                    )}
                    <Row reference={each} onAsk={setAsked} />
                  </Fragment>
                )
              })}
            </tbody>
          </table>
        </div>
      </section>
      {asked && <SentAnswering asked={asked} onBack={() => setAsked(undefined)} />}
    </>
  )
}

function BatchRow({ reference, open, onAsk }: { reference: Reference; open: number; onAsk: (asked: Asked) => void }) {
  return (
    <tr className="group">
      <td colSpan={5}>
        同一批送出的{counted(open)}笔{reference.missing && '，记录簿里没有'}
      </td>
      <td className="r">
        <button
          type="button"
          className="plain"
          onClick={() => onAsk({ batchId: reference.batchId, open, like: reference })}
        >
          整批登记…
        </button>
      </td>
    </tr>
  )
}

function Row({ reference: each, onAsk }: { reference: Reference; onAsk: (asked: Asked) => void }) {
  const today = useToday()
  const staff = useStaff()
  return (
    <tr>
      <td>{each.reference}</td>
      <td>
        {each.missing ? (
          <Status kind="bounced" plain>
            记录簿里没有
          </Status>
        ) : each.sentAt === 0 ? (
          '记录不全'
        ) : (
          moment(each.sentAt, today)
        )}
      </td>
      <td className="r b">{each.amountFen === 0 ? '—' : yuanColumn(each.amountFen)}</td>
      <td>{each.bankSays ? bankTitles[each.bankSays] : <span className="mut">—</span>}</td>
      <td>
        {each.answer ? (
          `${answerTitles[each.answer]}，${each.answeredBy}`
        ) : (
          <Status kind="waiting" plain>
            等查
          </Status>
        )}
      </td>
      <td className="r">
        <button
          type="button"
          className="plain"
          aria-label={`登记${each.reference}`}
          onClick={() => onAsk({ reference: each })}
        >
          {each.answeredBy === staff.name ? '改我登记的…' : '登记…'}
        </button>
      </td>
    </tr>
  )
}
