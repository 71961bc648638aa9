/** One batch of payouts: made by one, released by another, its file given out, and what the bank said of each line. */
import { Link, useParams } from '@tanstack/react-router'
import type { PayoutBatchDetail } from '../../../contract/payouts.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, dayWithWeekday, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Figures, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { PayFiles } from '../parts/PayFiles.tsx'
import { PayoutLines } from '../parts/PayoutLines.tsx'
import { PayoutStage } from '../parts/PayoutStage.tsx'
import { backOf, outOf, totalOf, withdrawnOf } from '../parts/payoutWords.ts'
import { PayResults } from '../parts/PayResults.tsx'
import { BeforeRelease } from '../parts/ReleaseBatch.tsx'
import { SentBeforeNote } from '../parts/SentBeforeNote.tsx'
import './pages.css'
import './payouts.css'

export default function PayoutBatch() {
  const { id } = useParams({ from: '/payouts/$id' })
  const path = `/payout-batches/${id}`
  const batch = useServer<PayoutBatchDetail>(path)
  const { role } = useStaff()
  const today = useToday()
  const view = batch.data
  return (
    <Page
      title={view ? `发放批次　${view.number}` : '发放批次'}
      rule={view && `${view.payer}，${view.madeBy}制单，付款日期${dayWithWeekday(view.payOn, today)}`}
      actions={<Link to="/payouts">{role === 'cityFinance' ? '直接发放' : '全部批次'}</Link>}
    >
      <Loaded query={batch} path={path}>
        {(detail) => <Detail batch={detail} />}
      </Loaded>
    </Page>
  )
}

function Detail({ batch }: { batch: PayoutBatchDetail }) {
  const { appointment } = useStaff()
  // The city's finance comes from a worker's statement to the batches of others.
  const isOwn = batch.payer === appointment.organisationName
  const [settled, out, back] = [totalOf(batch.byState, 'settled'), outOf(batch.byState), backOf(batch.byState)]
  const withdrawn = withdrawnOf(batch)
  return (
    <>
      {batch.paused && <SentBeforeNote />}
      <Figures
        figures={[
          {
            ...{ label: '笔数', value: counted(batch.lineCount) },
            after: withdrawn.count > 0 ? `笔，撤回${counted(withdrawn.count)}笔` : '笔',
          },
          {
            ...{ label: '金额', value: yuanColumn(batch.totalFen) },
            after: withdrawn.count > 0 ? `元，撤回${yuan(withdrawn.totalFen)}` : '元',
          },
          { label: `已发放　${counted(settled.count)}笔`, value: yuanColumn(settled.totalFen), after: '元' },
          { label: `等结果　${counted(out.count)}笔`, value: yuanColumn(out.totalFen), after: '元' },
          {
            ...{ label: `没付成和退票　${counted(back.count)}笔`, value: yuanColumn(back.totalFen), after: '元' },
            ...(back.count > 0 && { tone: 'err' as const }),
          },
        ]}
      />
      <div className="master">
        <div className="stack">
          {isOwn ? (
            <Work batch={batch} />
          ) : (
            <section className="panel sign">
              <h2>{batch.payer}的批次</h2>
              <p>由他们制单、放行和登记结果。这里看得到每一笔到哪一步，职工姓名只显示第一个字。</p>
            </section>
          )}
        </div>
        <Progress batch={batch} />
      </div>
      <PayoutLines batch={batch} isOwn={isOwn} />
    </>
  )
}

/** What is to be done now. */
function Work({ batch }: { batch: PayoutBatchDetail }) {
  if (batch.droppedAt !== undefined) {
    return (
      <section className="panel sign">
        <h2>这一批已撤销</h2>
        <p>没有付出去一分钱。里面的各笔可以放到别的批次里发。</p>
      </section>
    )
  }
  if (batch.releasedAt === undefined) return <BeforeRelease batch={batch} />
  if (batch.route === 'bank') {
    return (
      <section className="panel sign">
        <h2>由系统送银行</h2>
        <p>放行后系统把各笔送给银行，银行的结果自己回来，不用登记。没有回音的，系统用同一个参考号去问，不重发。</p>
      </section>
    )
  }
  if (withdrawnOf(batch).count === batch.lineCount) {
    return (
      <section className="panel sign">
        <h2>这一批已全部撤回</h2>
        <p>没有付出去一分钱。为什么撤回，写在“更正”的“已办结”里。</p>
      </section>
    )
  }
  return (
    <>
      <PayFiles batch={batch} />
      {batch.files.length > 0 && <PayResults batch={batch} />}
    </>
  )
}

/** 制单 → 放行 → 下载文件 → 登记结果. */
function Progress({ batch }: { batch: PayoutBatchDetail }) {
  const today = useToday()
  const { releasedAt, droppedAt, files, byState } = batch
  const downloaded = files.filter(({ downloads }) => downloads.length > 0)
  const first = downloaded.flatMap(({ downloads }) => downloads).toSorted((a, b) => a.at - b.at)[0]
  const waiting = totalOf(byState, 'made', 'released', 'sent', 'unknown').count
  const sent =
    batch.route === 'bank'
      ? { name: '送银行', done: releasedAt !== undefined && !byState.released ? '各笔都已送出' : undefined }
      : {
          name: '下载文件',
          done: first && downloaded.length === files.length ? `${first.by}，${moment(first.at, today)}` : undefined,
        }
  const steps: readonly { name: string; done: string | undefined }[] = [
    { name: '制单', done: `${batch.madeBy}，${moment(batch.madeAt, today)}` },
    { name: '放行', done: releasedAt === undefined ? undefined : `${batch.releasedBy}，${moment(releasedAt, today)}` },
    sent,
    {
      name: batch.route === 'bank' ? '银行结果' : '登记结果',
      done: releasedAt !== undefined && waiting === 0 ? '各笔都有结果' : undefined,
    },
  ]
  const current = droppedAt === undefined ? steps.findIndex((step) => !step.done) : -1
  return (
    <section className="panel sign" aria-label="到哪一步">
      <div className="row">
        <h2>到哪一步</h2>
        <span className="sp" />
        <PayoutStage batch={batch} />
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
        {droppedAt !== undefined && (
          <li>
            <Status kind="paused" plain>
              撤销
            </Status>
            <span className="mut sm">
              {batch.droppedBy}，{moment(droppedAt, today)}
            </span>
          </li>
        )}
      </ol>
      <hr />
      <dl className="facts">
        <dt>合计</dt>
        <dd>
          <b className="num">{yuanColumn(batch.totalFen)}</b> 元
        </dd>
        <dt>大写</dt>
        <dd>{moneyInCapitals(fen(batch.totalFen))}</dd>
        <dt>付款日期</dt>
        <dd>{dayWithWeekday(batch.payOn, today)}</dd>
      </dl>
    </section>
  )
}
