/** The pre-check's answer: may I, how much, by which channel, what to bring, and the clause each rests on. */
import { useState } from 'react'
import './checkResult.css'
import { channelRules, levelTitles } from '../../domain/policy.ts'
import type { Channel, Policy } from '../../domain/policy.ts'
import { Clause, ClauseNumber } from '../ui/Clause.tsx'
import type { FindingLike } from '../ui/Finding.tsx'
import { Icon } from '../ui/icons.tsx'
import { statusIcon, statusTone } from '../ui/Status.tsx'
import { day, yuanFigure } from '../ui/words.ts'
import { dialled, phoneInWords } from './contacts.ts'
import { Findings } from './Findings.tsx'
import { Page } from './Page.tsx'
import type { CheckOutcome } from './pages/Check.tsx'
import { answerOf, sorted } from './verdict.ts'

/** What each channel means for the worker, in our words; its quotations stand beside. */
const channelSays: { readonly [C in Channel]: string } = {
  individual: '系统在线核验，不用盖章。在“申工社”或“随申办”里办，只能打到有效的工会会员服务卡。',
  unit: '由单位工会盖章报送。会员服务卡、本人银行卡都可以收款。',
  collective: '竞赛承办单位列入名单，审核后集中发放，不用自己申请。',
}

function Amount({ policy, outcome }: { policy: Policy; outcome: CheckOutcome }) {
  const { amountFen } = outcome.assessment
  if (!amountFen) return null
  return (
    <>
      <p className="figure">
        {yuanFigure(amountFen)}
        <small>元</small>
      </p>
      <p>{levelTitles[outcome.level]}，一次性发放，打到你的卡上。</p>
      <Clause id={policy.amounts.clause} quote={policy.amounts.quoteByLevel[outcome.level] ?? policy.amounts.quote} />
    </>
  )
}

function Ways({
  policy,
  channels,
  chosen,
  onChoose,
}: {
  policy: Policy
  channels: readonly Channel[]
  chosen: Channel
  onChoose: (channel: Channel) => void
}) {
  return (
    <div className="ways" role="radiogroup" aria-label="怎么申报">
      {channels.map((channel) => {
        const rules = channelRules(policy, channel)
        const on = channel === chosen
        return (
          <div key={channel} className={on ? 'way on' : 'way'}>
            <label>
              <input type="radio" name="way" checked={on} onChange={() => onChoose(channel)} />
              <b>{rules.title}</b>
              <ClauseNumber id={rules.clause} />
            </label>
            <p>{channelSays[channel]}</p>
            {on && <Clause id={rules.payment.clause} quote={rules.payment.quote} />}
          </div>
        )
      })}
    </div>
  )
}

function Bring({ policy, channel }: { policy: Policy; channel: Channel }) {
  const rules = channelRules(policy, channel)
  return (
    <>
      <h2 className="heading">
        带什么<small>{rules.title}</small>
      </h2>
      <section className="card">
        <ul className="bring">
          {rules.bring.map((thing) => (
            <li key={thing}>
              <Icon name="doc" />
              {thing}
            </li>
          ))}
        </ul>
        <Clause id={rules.entry.clause} quote={rules.entry.quote} />
      </section>
    </>
  )
}

function Bar({
  channel,
  may,
  onChange,
  onAgain,
}: {
  channel: Channel | undefined
  may: boolean
  onChange: () => void
  onAgain: () => void
}) {
  if (may && channel === 'unit') {
    return (
      <a className="button" href="/mine">
        用单位申报，去填申请表
      </a>
    )
  }
  return (
    <div className="two halves">
      <button type="button" className="button line" onClick={onChange}>
        改回答
      </button>
      <button type="button" className="button" onClick={onAgain}>
        换一张证书测
      </button>
    </div>
  )
}

/** Whether somebody took part in a competition is the organiser's list to say (一.4). */
function OnRoster({ findings }: { findings: readonly FindingLike[] }) {
  const competition = sorted(findings).later.filter(({ condition }) => condition === 'competition')
  if (competition.length === 0) return null
  return (
    <>
      <h2 className="heading">要看名单的1项</h2>
      <ul className="card rows">
        {competition.map((finding) => (
          <li key={finding.condition}>
            <Icon name="question" className="tone-idle" />
            <span className="grow">
              {finding.says}
              <span className="muted block">{finding.advice}</span>
            </span>
            <ClauseNumber id={finding.clause} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Doubt({ policy }: { policy: Policy }) {
  const contact = policy.contacts[0]
  if (!contact) return null
  return (
    <div className="card rows">
      <a href={dialled(contact)}>
        <span className="grow">
          觉得判断不对？打电话问
          <span className="muted num block">{phoneInWords(contact)}</span>
        </span>
        <Icon name="phone" className="hand" />
      </a>
    </div>
  )
}

export function CheckResult({
  policy,
  outcome,
  onChange,
  onAgain,
}: {
  policy: Policy
  outcome: CheckOutcome
  onChange: () => void
  onAgain: () => void
}) {
  const { assessment, channels } = outcome
  const answer = answerOf(assessment)
  const may = assessment.verdict === true
  const [chosen, setChosen] = useState<Channel | undefined>(channels[0])
  return (
    <Page
      title="测一测结果"
      parent="/check"
      bar={<Bar channel={chosen} may={may} onChange={onChange} onAgain={onAgain} />}
    >
      <section className="answer">
        <h2 className={`tone-${statusTone(answer.kind)}`}>
          <Icon name={may ? 'checkCircle' : statusIcon(answer.kind)} />
          <span>{answer.title}</span>
        </h2>
        {answer.says && <p className="says">{answer.says}</p>}
        <Amount policy={policy} outcome={outcome} />
      </section>
      {!may && <Findings findings={assessment.findings} policy={policy} filled={outcome.filled} short />}
      {chosen && channels.length > 0 && (
        <>
          <h2 className="heading">
            怎么申报<small>{channels.length > 1 ? '任选一种，一张证书只发一次' : '一张证书只发一次'}</small>
          </h2>
          <Ways policy={policy} channels={channels} chosen={chosen} onChoose={setChosen} />
          <Bring policy={policy} channel={chosen} />
        </>
      )}
      {may && <Findings findings={assessment.findings} policy={policy} filled={outcome.filled} />}
      <OnRoster findings={assessment.findings} />
      {!may && <Doubt policy={policy} />}
      <p className="muted after">
        {may
          ? `以你的回答判断，正式结果以核验为准。${day(policy.window.closesOn)}24:00前收到即有效。`
          : '测一测不登记、不留记录，不影响以后申报。'}
      </p>
    </Page>
  )
}
