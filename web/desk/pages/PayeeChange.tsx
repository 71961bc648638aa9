/** One proposal: both accounts side by side, what it rests on, and the answer of a second person. */
import { Link, useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { ConfirmPayee, PayeeChangeDetail, RefusePayee } from '../../../contract/payees.ts'
import { failureTold } from '../../../domain/payee.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, moment, yuan } from '../../ui/words.ts'
import { Note, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Pictures } from '../parts/Vouchers.tsx'
import { useWrite } from '../parts/write.ts'
import { say } from '../said.tsx'
import './pages.css'

const kinds = { memberCard: '工会会员服务卡', bankCard: '本人银行卡' } as const
const states = {
  open: { kind: 'active', title: '待核对' },
  confirmed: { kind: 'met', title: '已确认' },
  refused: { kind: 'returned', title: '已退回' },
  withdrawn: { kind: 'paused', title: '已撤回' },
  wanted: { kind: 'active', title: '等更正' },
} as const

export default function PayeeChange() {
  const { id } = useParams({ from: '/payee-changes/$id' })
  const path = `/payee-changes/${id}`
  const found = useServer<PayeeChangeDetail>(path)
  return (
    <Page title={found.data ? `收款账户更正 ${found.data.receiptNumber}` : '收款账户更正'}>
      <p>
        <Link to="/payee-changes">回到收款账户更正</Link>
      </p>
      <Loaded query={found} path={path}>
        {(change) => (
          <>
            <Accounts change={change} />
            <Basis change={change} />
            {change.state === 'open' ? <Answering change={change} /> : <Answered change={change} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Accounts({ change }: { change: PayeeChangeDetail }) {
  const { name } = useStaff()
  const { current, proposed } = change
  const state = states[change.state]
  const rows = [
    { title: '户名', old: change.applicantName, next: change.applicantName },
    { title: '收款的卡', old: kinds[current.kind], next: kinds[proposed.kind] },
    { title: '银行名称', old: current.bankName ?? '—', next: proposed.bankName ?? '—' },
  ]
  return (
    <section className="panel">
      <div className="cap">
        <h2>
          {change.applicantName}　{levelTitles[change.level]}　{yuan(change.amountFen)}
        </h2>
        <Status kind={state.kind}>{state.title}</Status>
      </div>
      <div className="table-box">
        <table className="t objection-sides both-accounts">
          <thead>
            <tr>
              <th>项目</th>
              <th>原来的账户</th>
              <th>{change.sameAccount ? '还是这个账户，再发一次' : '新的账户'}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, old, next }) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                <td>{old}</td>
                <td>{next}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">卡号</th>
              <td className="num">{current.accountNumber}</td>
              <td className="num">
                {change.clear ? <Grouped groups={accountGroups(proposed.accountNumber)} /> : proposed.accountNumber}
                {change.clear && <p className="mut sm">{name} 查看，已记录</p>}
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Basis({ change }: { change: PayeeChangeDetail }) {
  const today = useToday()
  return (
    <section className="panel objection-words">
      <div className="cap">
        <h2>怎么提出的</h2>
        <span className="mut sm">
          {change.proposedBy}　{moment(change.since, today)}
        </span>
      </div>
      <p className="sm">
        {change.cause ? `银行没有收下：${failureTold(change.cause).cause}。` : '还没有发过，职工换了卡。'}
        {change.proposedBy === '职工本人' && '职工用登录手机收到的验证码确认。'}
      </p>
      {change.words && <p className="their-words">“{change.words}”</p>}
      {change.paper && <Pictures id={change.paper.fileId} title="职工的书面说明" pages={change.paper.pages} />}
    </section>
  )
}

function Answering({ change }: { change: PayeeChangeDetail }) {
  const [asked, setAsked] = useState<'confirm' | 'refuse'>()
  const [words, setWords] = useState('')
  const [missed, setMissed] = useState(false)
  const confirm = useWrite<ConfirmPayee, { id: string }>(() => `/payee-changes/${change.id}/confirmation`)
  const refuse = useWrite<RefusePayee, { id: string }>(() => `/payee-changes/${change.id}/refusal`)
  const isShared = change.shared > 0
  const confirmed = () => {
    setAsked(undefined)
    say(`${change.receiptNumber}的收款账户已确认，可以重新发放`)
  }
  const go = () => {
    const incomplete = words.trim().length < 2
    setMissed(incomplete)
    if (incomplete) return
    if (asked === 'confirm') return confirm.send({ words: words.trim() }, confirmed)
    refuse.send({ words: words.trim() }, () => {
      setAsked(undefined)
      say('已退回，职工能看到你的话，可以重新填')
    })
  }
  const back = () => {
    setAsked(undefined)
    setMissed(false)
  }
  const refusing = asked === 'refuse'
  return (
    <section className="panel decide-objection" aria-label="核对">
      {isShared && (
        <Note tone="err">
          还有{change.shared}个人用这个账号。先问清楚：不是本人的卡就退回；确是本人的，写明理由再确认。
        </Note>
      )}
      <Press why={change.mine ? change.why : undefined} onPress={() => setAsked('refuse')}>
        退回…
      </Press>
      <Press
        primary
        why={change.why}
        pending={confirm.pending}
        onPress={() => (isShared ? setAsked('confirm') : confirm.send({}, confirmed))}
      >
        {isShared ? '确认这个账户…' : '确认这个账户'}
      </Press>
      {!asked && <Refusal problem={confirm.problem} />}
      <SecondStep
        open={asked !== undefined}
        title={refusing ? '退回收款账户更正' : '确认多人共用的账号'}
        go={refusing ? '退回，原来的账户不变' : '确认这个账户'}
        pending={refusing ? refuse.pending : confirm.pending}
        problem={refusing ? refuse.problem : confirm.problem}
        onGo={go}
        onBack={back}
      >
        <Field
          label={<b>{refusing ? '告诉提出的人' : '为什么可以用'}</b>}
          hint={refusing ? '哪里不对、怎么改，不要写别人的姓名和卡号' : '怎么核实的，向谁'}
          wrong={missed && words.trim().length < 2 ? '写明理由，一句话就行。' : undefined}
        >
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
      </SecondStep>
    </section>
  )
}

function Answered({ change }: { change: PayeeChangeDetail }) {
  const today = useToday()
  const state = states[change.state]
  return (
    <section className="panel objection-words">
      <div className="cap">
        <h2>{state.title}</h2>
        <span className="mut sm">
          {change.answeredBy}　{change.answeredAt !== undefined && moment(change.answeredAt, today)}
        </span>
      </div>
      <p className={change.refusal ? 'their-words' : 'sm'}>
        {change.refusal
          ? `“${change.refusal}”`
          : change.state === 'withdrawn'
            ? '职工自己撤回了，收款账户没有变。'
            : '同一笔资助按这个账户发放，到“发放”里制单。'}
      </p>
    </section>
  )
}
