/** 申报批次: the verifier opens and closes them; two weeks after one closes its second reviews are due. */
import { Input } from 'antd'
import { useState } from 'react'
import type { BatchList } from '../../../contract/applications.ts'
import { Clause, ClauseNumber } from '../../ui/Clause.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, day, dayAfter, dayWithWeekday, timeLeft } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'

type Batch = BatchList['batches'][number]
/** The policy's second review: the clause it rests on and how many days after a batch closes it is due. */
function useReviewRule() {
  const unit = usePolicy().data?.channels.find((channel) => channel.id === 'unit')
  return unit?.steps.find((step) => step.kind === 'secondReview')
}

export default function Batches() {
  const batches = useServer<BatchList>('/filing-batches')
  const rule = useReviewRule()
  return (
    <Page
      title="申报批次"
      rule={rule && <span className="quote">{rule.quote}</span>}
      {...(rule && { clause: rule.clause })}
    >
      <Loaded query={batches} path="/filing-batches">
        {({ batches: all }) => <Overview batches={all.toSorted((a, b) => b.number - a.number)} />}
      </Loaded>
    </Page>
  )
}

function Overview({ batches }: { batches: readonly Batch[] }) {
  const today = useToday()
  const staff = useStaff()
  const [closing, setClosing] = useState(false)
  const [opening, setOpening] = useState(false)
  const [announcing, setAnnouncing] = useState(false)
  const open = batches.find((batch) => !batch.closedOn)
  const late = batches.filter(
    (batch) => batch.reviewDueOn && batch.reviewDueOn < today && batch.reviewed < batch.applications,
  )
  const next = (batches[0]?.number ?? 0) + 1
  const notVerifier = staff.role === 'verifier' ? undefined : '批次由市职工技协服务中心审核人开关'
  return (
    <>
      <Figures
        figures={[
          {
            label: '正在收的批次',
            value: open ? `第${open.number}批` : '没有',
            after: open ? `${day(open.openedOn)}起` : '开一批后各申报点才能报送',
          },
          { label: '本批收到', value: open ? counted(open.applications) : '—', after: open && '件' },
          { label: '本批已复审', value: open ? counted(open.reviewed) : '—', after: open && '件' },
          {
            label: '过了复审期限的批次',
            value: counted(late.length),
            after: late.length > 0 ? '只提醒，不会自动通过或退回' : '批',
            ...(late.length > 0 && { tone: 'err' as const }),
          },
        ]}
      />
      <section className="panel">
        <div className="cap">
          <h2>全部批次</h2>
          <span className="sp" />
          {open && (
            <Press why={notVerifier} onPress={() => setAnnouncing(true)}>
              {open.lastClosesOn ? '改末批截止日…' : '预告这是最后一批…'}
            </Press>
          )}
          {open ? (
            <Press why={notVerifier} primary onPress={() => setClosing(true)}>
              关闭第{open.number}批…
            </Press>
          ) : (
            <Press why={notVerifier} primary onPress={() => setOpening(true)}>
              开第{next}批…
            </Press>
          )}
        </div>
        {batches.length === 0 ? (
          <Empty title="还没有批次" next="开第1批后，基层申报点报送的申报会归到这一批" />
        ) : (
          <BatchTable batches={batches} />
        )}
      </section>
      {open && <Announcing key={open.id} batch={open} asked={announcing} onDone={() => setAnnouncing(false)} />}
      {open && <Closing batch={open} asked={closing} onDone={() => setClosing(false)} />}
      <Opening number={next} asked={opening} onDone={() => setOpening(false)} />
    </>
  )
}

type Step = { readonly asked: boolean; readonly onDone: () => void }

function Closing({ batch, asked, onDone }: Step & { batch: Batch }) {
  const today = useToday()
  const rule = useReviewRule()
  const dueDays = rule?.dueDaysAfterBatchClose
  const closeWrite = useWrite<Record<never, never>, Batch>(() => `/filing-batches/${batch.id}/closing`)
  return (
    <SecondStep
      open={asked}
      title={`关闭第${batch.number}批`}
      go={`关闭第${batch.number}批`}
      back="先不关"
      pending={closeWrite.pending}
      problem={closeWrite.problem}
      onBack={() => {
        closeWrite.clear()
        onDone()
      }}
      onGo={() =>
        closeWrite.send({}, () => {
          onDone()
          say(`第${batch.number}批已关闭`)
        })
      }
    >
      <p>
        本批{counted(batch.applications)}件，已复审{counted(batch.reviewed)}
        件。关闭后不能再开，之后报送的归到下一批。
      </p>
      {dueDays !== undefined && (
        <p>
          各区局（产业）工会要在<b>{dayWithWeekday(dayAfter(today, dueDays), today)}</b>前完成复审，逾期只提醒。
        </p>
      )}
      {rule && <Clause id={rule.clause} quote={rule.quote} target="_blank" />}
    </SecondStep>
  )
}

/** To all who still hold open cases, once; another day is announced again. */
function Announcing({ batch, asked, onDone }: Step & { batch: Batch }) {
  const today = useToday()
  const [closesOn, setClosesOn] = useState(batch.lastClosesOn ?? '')
  const announce = useWrite<{ closesOn: string }, { closesOn: string }>(
    (id) => `/filing-batches/${batch.id}/announcements/${id}`,
  )
  const wrong = closesOn && closesOn < today ? '这一天已经过了。选今天或以后的一天。' : undefined
  return (
    <SecondStep
      open={asked}
      title={`预告第${batch.number}批是最后一批`}
      go="发预告"
      back="先不预告"
      pending={announce.pending}
      problem={announce.problem}
      onBack={() => {
        announce.clear()
        onDone()
      }}
      onGo={() => {
        if (closesOn && !wrong)
          announce.send({ closesOn }, () => {
            onDone()
            say(`已预告：第${batch.number}批是最后一批，计划${dayWithWeekday(closesOn, today)}截止`)
          })
      }}
    >
      <p>手里还有申报没到复审的单位、工会，和还没补正的职工，都会收到预告。到这一天不会自动关闭，仍由你关闭。</p>
      <Field label="计划截止日" wrong={wrong} hint={closesOn ? undefined : '选一天再发'}>
        {(aria) => (
          <Input
            {...aria}
            type="date"
            min={today}
            value={closesOn}
            onChange={(event) => setClosesOn(event.target.value)}
          />
        )}
      </Field>
    </SecondStep>
  )
}

function Opening({ number, asked, onDone }: Step & { number: number }) {
  const today = useToday()
  const openWrite = useWrite<Record<never, never>, Batch>((id) => `/filing-batches/${id}`)
  return (
    <SecondStep
      open={asked}
      title={`开第${number}批`}
      go={`开第${number}批`}
      back="先不开"
      pending={openWrite.pending}
      problem={openWrite.problem}
      onBack={() => {
        openWrite.clear()
        onDone()
      }}
      onGo={() =>
        openWrite.send({}, () => {
          onDone()
          say(`第${number}批已开`)
        })
      }
    >
      <p>
        从{dayWithWeekday(today, today)}起，基层申报点报送的申报归到第{number}批，直到你关闭这一批。
      </p>
    </SecondStep>
  )
}

function BatchTable({ batches }: { batches: readonly Batch[] }) {
  const today = useToday()
  const rule = useReviewRule()
  return (
    <div className="table-box">
      <table className="t finance">
        <thead>
          <tr>
            <th>批次</th>
            <th>状态</th>
            <th>开</th>
            <th>关</th>
            <th className="r">申报（件）</th>
            <th className="r">已复审（件）</th>
            <th style={{ width: 180 }}>复审进度</th>
            <th>复审期限 {rule && <ClauseNumber id={rule.clause} target="_blank" />}</th>
          </tr>
        </thead>
        <tbody>
          {batches.map((batch) => (
            <tr key={batch.id}>
              <td className="b">第{batch.number}批</td>
              <td>
                <Status kind={batch.closedOn ? 'met' : 'active'} plain>
                  {batch.closedOn ? '已关闭' : '正在收'}
                </Status>
              </td>
              <td>{day(batch.openedOn, today)}</td>
              <td>
                {batch.closedOn
                  ? day(batch.closedOn, today)
                  : batch.lastClosesOn
                    ? `末批，计划${day(batch.lastClosesOn, today)}`
                    : '—'}
              </td>
              <td className="r">{counted(batch.applications)}</td>
              <td className="r">{counted(batch.reviewed)}</td>
              <td>
                <Progress batch={batch} />
              </td>
              <td>
                <Due batch={batch} today={today} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Progress({ batch }: { batch: Batch }) {
  if (batch.applications === 0) return <span className="mut">还没有申报</span>
  const percent = Math.floor((batch.reviewed / batch.applications) * 100)
  return (
    <span className="progress" role="img" aria-label={`已复审${percent}%`}>
      <i style={{ width: `${percent}%` }} />
    </span>
  )
}

function Due({ batch, today }: { batch: Batch; today: string }) {
  if (!batch.reviewDueOn) return <span className="mut">关闭后算起</span>
  if (batch.reviewed >= batch.applications) {
    return (
      <Status kind="met" plain>
        {day(batch.reviewDueOn, today)}，已全部复审
      </Status>
    )
  }
  const left = timeLeft(today, batch.reviewDueOn)
  if (left && left.kind !== 'active') {
    return (
      <Status kind={left.kind} plain>
        {left.kind === 'overdue' ? left.says : `${day(batch.reviewDueOn, today)}　${left.says}`}
      </Status>
    )
  }
  return (
    <span>
      {day(batch.reviewDueOn, today)}　<span className="mut">{left?.says}</span>
    </span>
  )
}
