/** One registered account: the number in clear for the person who checks it against the bank's paper, and the answer. */
import { Link, useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { ReceivingAccountChangeDetail, RefuseReceivingAccount } from '../../../contract/receivingAccounts.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, moment } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useWrite } from '../parts/write.ts'
import { changeStates } from './ReceivingAccount.tsx'
import './pages.css'

export default function ReceivingAccountChange() {
  const { id } = useParams({ from: '/receiving-account/$id' })
  const path = `/receiving-account-changes/${id}`
  const found = useServer<ReceivingAccountChangeDetail>(path)
  return (
    <Page title={found.data ? `${found.data.organisation}的收款账户` : '收款账户'}>
      <p>
        <Link to="/receiving-account">回到收款账户</Link>
      </p>
      <Loaded query={found} path={path}>
        {(change) => (
          <>
            <Account change={change} />
            {change.answers && <Answering change={change} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Account({ change }: { change: ReceivingAccountChangeDetail }) {
  const { name } = useStaff()
  const today = useToday()
  const state = changeStates[change.state]
  return (
    <section className="panel sign">
      <div className="row">
        <h2>{change.replacesTail ? '换一个账户' : '首次登记'}</h2>
        <span className="sp" />
        <Status kind={state.kind}>{state.title}</Status>
      </div>
      <dl className="facts">
        <dt>户名</dt>
        <dd>{change.organisation}</dd>
        <dt>账号</dt>
        <dd className="num">
          {change.clear ? <Grouped groups={accountGroups(change.accountNumber)} /> : change.accountNumber}
          {change.clear && <p className="mut sm">{name} 查看，已记录</p>}
        </dd>
        <dt>原来的账户</dt>
        <dd>{change.replacesTail ? `尾号 ${change.replacesTail}` : '没有登记'}</dd>
        <dt>登记</dt>
        <dd>
          {change.proposedBy}，{moment(change.proposedAt, today)}，用动态码确认
        </dd>
        {change.answeredAt !== undefined && (
          <>
            <dt>{state.title}</dt>
            <dd>
              {change.answeredBy}，{moment(change.answeredAt, today)}
              {change.words && <p className="their-words">“{change.words}”</p>}
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}

function Answering({ change }: { change: ReceivingAccountChangeDetail }) {
  const [refusing, setRefusing] = useState(false)
  const [words, setWords] = useState('')
  const [missed, setMissed] = useState(false)
  const confirm = useWrite<Record<never, never>, unknown>(() => `/receiving-account-changes/${change.id}/confirmation`)
  const refuse = useWrite<RefuseReceivingAccount, unknown>(() => `/receiving-account-changes/${change.id}/refusal`)
  const go = () => {
    const incomplete = words.trim().length < 2
    setMissed(incomplete)
    if (incomplete) return
    refuse.send({ words: words.trim() }, () => {
      setRefusing(false)
      say('已退回，登记的人能看到你的话')
    })
  }
  return (
    <section className="panel sign stack tight" aria-label="核对">
      <h2>核对</h2>
      <p>看着开户许可或银行的账户资料，逐位核对账号，户名要是{change.organisation}。确认后的划拨汇到这个账户。</p>
      {!refusing && <Refusal problem={confirm.problem} />}
      <div className="row">
        <Press onPress={() => setRefusing(true)}>退回…</Press>
        <Press
          primary
          pending={confirm.pending}
          onPress={() => confirm.send({}, () => say(`已确认，${change.organisation}的收款账户是尾号${change.tail}`))}
        >
          核对无误，确认
        </Press>
      </div>
      <SecondStep
        open={refusing}
        title="退回登记的账户"
        go="退回，账户不变"
        pending={refuse.pending}
        problem={refuse.problem}
        onGo={go}
        onBack={() => {
          refuse.clear()
          setRefusing(false)
          setMissed(false)
        }}
      >
        <Field
          label={<b>告诉登记的人</b>}
          hint="哪里不对、怎么改，不要写账号"
          wrong={missed && words.trim().length < 2 ? '写明理由，一句话就行。' : undefined}
        >
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={3}
              maxLength={200}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
      </SecondStep>
    </section>
  )
}
