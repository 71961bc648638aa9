/** 更正: what waits for a second person, money that is asked back, and a new proposal. */
import { Input } from 'antd'
import { useState } from 'react'
import type { Corrections as Answer, CorrectionView, RefuseCorrection } from '../../../contract/corrections.ts'
import type { CorrectionEffect } from '../../../domain/correction.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status } from '../../ui/Status.tsx'
import { moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { useServer, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { effectWords, titleOf } from '../parts/correctionWords.ts'
import { Field } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { PickableRow } from '../parts/PickableRow.tsx'
import { Press } from '../parts/Press.tsx'
import { ProposeCorrection } from '../parts/ProposeCorrection.tsx'
import { Recoveries, RecoveryPanel } from '../parts/Recoveries.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

const tabs = [
  { id: 'open', title: '等办' },
  { id: 'closed', title: '已办结' },
  { id: 'propose', title: '提出更正' },
] as const

export default function Corrections() {
  const [tab, setTab] = useUrl('tab', 'open')
  return (
    <Page title="更正" rule="一个人提出，另一个人确认。放行过的批次不改，更正另记一笔，原来的记录都留着">
      <div className="stack">
        <section className="panel">
          <Tabs label="更正" value={tab} onChange={setTab} tabs={tabs} />
        </section>
        {tab === 'propose' ? (
          <ProposeCorrection done={() => setTab('open')} />
        ) : (
          <Lists view={tab === 'closed' ? 'closed' : 'open'} propose={() => setTab('propose')} />
        )}
      </div>
    </Page>
  )
}

function Lists({ view, propose }: { view: 'open' | 'closed'; propose: () => void }) {
  const path = `/corrections?view=${view}`
  const found = useServer<Answer>(path)
  const [picked, pick] = useUrl('at', '')
  return (
    <Loaded query={found} path={path}>
      {({ corrections, recoveries }) => {
        const all = [...corrections, ...recoveries]
        if (all.length === 0) return <Nothing view={view} propose={propose} />
        const current = (all.find(({ id }) => id === picked) ?? all[0]!).id
        const correction = corrections.find(({ id }) => id === current)
        const recovery = recoveries.find(({ id }) => id === current)
        return (
          <div className="master">
            <div className="stack">
              {corrections.length > 0 && <List corrections={corrections} current={current} pick={pick} />}
              {recoveries.length > 0 && <Recoveries recoveries={recoveries} current={current} pick={pick} />}
            </div>
            {correction && <One key={current} correction={correction} />}
            {recovery && <RecoveryPanel key={current} recovery={recovery} />}
          </div>
        )
      }}
    </Loaded>
  )
}

function Nothing({ view, propose }: { view: 'open' | 'closed'; propose: () => void }) {
  return (
    <section className="panel">
      {view === 'open' ? (
        <Empty
          title="没有等办的更正和追回"
          next="发放登记错了、证书被撤销、钱发不出去，在这里提出"
          action={<Press onPress={propose}>提出更正</Press>}
        />
      ) : (
        <Empty title="还没有办结的更正" next="确认过的、没有同意的和追回到账的列在这里" />
      )}
    </section>
  )
}

function CorrectionStatus({ correction }: { correction: CorrectionView }) {
  if (correction.confirmedBy !== undefined) {
    return (
      <Status kind="met" plain>
        已确认
      </Status>
    )
  }
  if (correction.refusedBy !== undefined) {
    return (
      <Status kind="unmet" plain>
        {correction.refusedBy === correction.proposedBy ? '已撤回' : '没有同意'}
      </Status>
    )
  }
  return (
    <Status kind={correction.says ? 'waiting' : 'active'} plain>
      {correction.says ? '等另一人' : '等你确认'}
    </Status>
  )
}

function List({
  corrections,
  current,
  pick,
}: {
  corrections: readonly CorrectionView[]
  current: string
  pick: (id: string) => void
}) {
  const today = useToday()
  return (
    <section className="panel" aria-label="更正">
      <div className="cap">
        <h2>更正</h2>
      </div>
      <div className="table-box">
        <table className="t clickable">
          <Head columns={['受理号', '职工', '更正什么', '提出', '到哪一步', { right: '金额（元）' }]} />
          <tbody>
            {corrections.map((each) => (
              <PickableRow
                key={each.id}
                name={each.receiptNumber}
                picked={each.id === current}
                pick={() => pick(each.id)}
              >
                <td>{each.applicantName}</td>
                <td>{titleOf(each)}</td>
                <td className="mut">
                  {each.proposedBy}　{moment(each.proposedAt, today)}
                </td>
                <td>
                  <CorrectionStatus correction={each} />
                </td>
                <td className="r">{yuanColumn(each.amountFen)}</td>
              </PickableRow>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function One({ correction }: { correction: CorrectionView }) {
  const today = useToday()
  const open = correction.confirmedBy === undefined && correction.refusedBy === undefined
  return (
    <section className="panel sign" aria-label={`${correction.receiptNumber}的更正`}>
      <h2>{titleOf(correction)}</h2>
      <dl className="facts">
        <dt>受理号</dt>
        <dd>
          {correction.receiptNumber}　{correction.applicantName}
        </dd>
        <dt>资助</dt>
        <dd>
          {levelTitles[correction.level]}，{yuan(correction.amountFen)}，由{correction.payer}发放
        </dd>
        <dt>为什么</dt>
        <dd>{correction.words}</dd>
        <dt>提出</dt>
        <dd>
          {correction.proposedBy}，{moment(correction.proposedAt, today)}
        </dd>
        {correction.confirmedAt !== undefined && (
          <>
            <dt>确认</dt>
            <dd>
              {correction.confirmedBy}，{moment(correction.confirmedAt, today)}
            </dd>
          </>
        )}
        {correction.refusedAt !== undefined && (
          <>
            <dt>{correction.refusedBy === correction.proposedBy ? '撤回' : '没有同意'}</dt>
            <dd>
              {correction.refusedBy}，{moment(correction.refusedAt, today)}：{correction.refusedWords}
            </dd>
          </>
        )}
        <dt>{open ? '确认后' : '结果'}</dt>
        <dd>{correction.refusedBy === undefined ? effectWords[correction.effect as CorrectionEffect] : '没有改动'}</dd>
      </dl>
      {open && <Answering correction={correction} />}
    </section>
  )
}

/** Confirmed after a second look; left as it is with words. */
function Answering({ correction }: { correction: CorrectionView }) {
  const [asking, setAsking] = useState<'confirm' | 'refuse'>()
  const [words, setWords] = useState('')
  const confirm = useWrite<Record<never, never>, unknown>(() => `/corrections/${correction.id}/confirmation`)
  const refuse = useWrite<RefuseCorrection, unknown>(() => `/corrections/${correction.id}/refusal`)
  const back = correction.own ? '撤回' : '不同意'
  const close = () => {
    confirm.clear()
    refuse.clear()
    setAsking(undefined)
  }
  return (
    <>
      <Press primary block why={correction.says} onPress={() => setAsking('confirm')}>
        确认更正…
      </Press>
      {(correction.own || !correction.says) && (
        <Press block onPress={() => setAsking('refuse')}>
          {back}…
        </Press>
      )}
      <SecondStep
        open={asking === 'confirm'}
        title={`确认：${titleOf(correction)}`}
        go="确认更正"
        pending={confirm.pending}
        problem={confirm.problem}
        onBack={close}
        onGo={() => confirm.send({}, () => say(`${correction.receiptNumber}已更正`))}
      >
        <p>
          {correction.receiptNumber}　{correction.applicantName}，{yuan(correction.amountFen)}。
        </p>
        <p>{effectWords[correction.effect as CorrectionEffect]}。职工会收到消息。</p>
      </SecondStep>
      <SecondStep
        open={asking === 'refuse'}
        title={`${back}：${titleOf(correction)}`}
        go={back}
        pending={refuse.pending}
        problem={undefined}
        onBack={close}
        onGo={() => refuse.send({ words }, () => say(`${correction.receiptNumber}没有改动`))}
      >
        <p>什么也不改动，这句话留在记录里。</p>
        <Field label="为什么" wrong={fieldSays(refuse.problem, 'words')}>
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={3}
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
        <Refusal problem={refuse.problem} />
      </SecondStep>
    </>
  )
}
