/** Finds an award by its receipt number and proposes a correction of it; somebody else confirms it. */
import { Button, Input, Radio } from 'antd'
import { useState } from 'react'
import type { CorrectionSubject, ProposeCorrection as Proposal } from '../../../contract/corrections.ts'
import type { CancelCause, CorrectionEffect, CorrectionKind } from '../../../domain/correction.ts'
import { cancelCauses, cancelCauseTitles, correctionTitles } from '../../../domain/correction.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { day, yuan } from '../../ui/words.ts'
import { Empty } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { effectWords } from './correctionWords.ts'
import { Field } from './Field.tsx'
import { Loaded } from './Loaded.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { useUrl } from './url.ts'
import { useWrite } from './write.ts'

export function ProposeCorrection({ done }: { done: () => void }) {
  const [receipt, setReceipt] = useUrl('receipt', '')
  const [typed, setTyped] = useState(receipt)
  return (
    <div className="master">
      <section className="panel pad">
        <form
          className="stack tight"
          aria-label="找一笔资助"
          onSubmit={(event) => {
            event.preventDefault()
            setReceipt(typed.trim())
          }}
        >
          <Field label="受理号" hint="终审通过的资助才能更正。还在审核的，在审核里退回或不通过">
            {(aria) => (
              <Input
                {...aria}
                maxLength={40}
                placeholder="JS26-0000123"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
          <div className="row">
            <Button type="primary" htmlType="submit" disabled={!typed.trim()}>
              找这笔资助
            </Button>
          </div>
        </form>
      </section>
      {receipt ? (
        <Found key={receipt} receipt={receipt} done={done} />
      ) : (
        <section className="panel">
          <Empty title="先填受理号" next="找到后看清是哪一笔，再提出更正" />
        </section>
      )}
    </div>
  )
}

function Found({ receipt, done }: { receipt: string; done: () => void }) {
  const path = `/correction-subjects/${encodeURIComponent(receipt)}`
  const subject = useServer<CorrectionSubject>(path)
  return (
    <section className="panel sign" aria-label={`${receipt}的资助`}>
      <Loaded query={subject} path={path}>
        {(found) => (
          <>
            <Facts subject={found} />
            <Proposing subject={found} done={done} />
          </>
        )}
      </Loaded>
    </section>
  )
}

const payoutWords: { readonly [state: string]: string } = {
  made: '在批次里，还没有放行',
  released: '已放行，还没有送出',
  sent: '已送银行，等结果',
  unknown: '等银行查清',
  settled: '已到账',
  failed: '银行没有付成',
  bounced: '银行退回',
}

function Facts({ subject }: { subject: CorrectionSubject }) {
  const today = useToday()
  const { payout } = subject
  return (
    <>
      <h2>
        {subject.applicantName}　{yuan(subject.amountFen)}
      </h2>
      <dl className="facts">
        <dt>受理号</dt>
        <dd>
          {subject.receiptNumber}　{levelTitles[subject.level]}
        </dd>
        <dt>由谁发放</dt>
        <dd>{subject.payer}</dd>
        <dt>钱在哪里</dt>
        <dd>{subject.liesWith}</dd>
        <dt>最近一次</dt>
        <dd>
          {payout
            ? `${payout.batchNumber}第${payout.line}行，尾号${payout.payeeTail}，${payoutWords[payout.state] ?? ''}${
                payout.paidOn && payout.state === 'settled' ? `，${day(payout.paidOn, today)}` : ''
              }`
            : '还没有发放过'}
        </dd>
      </dl>
    </>
  )
}

function Proposing({ subject, done }: { subject: CorrectionSubject; done: () => void }) {
  const { role } = useStaff()
  const possible = subject.kinds.filter(({ says }) => !says)
  const [kind, setKind] = useState<CorrectionKind | undefined>(possible.length === 1 ? possible[0]!.kind : undefined)
  const [cause, setCause] = useState<CancelCause>()
  const [words, setWords] = useState('')
  const propose = useWrite<Proposal, unknown>((id) => `/corrections/${id}`)
  const why = !kind
    ? possible.length === 0
      ? '现在没有可以提出的更正，原因写在上面'
      : '先选更正什么'
    : kind === 'cancel' && !cause
      ? '先选取消的原因'
      : words.trim().length < 2
        ? '先写明为什么'
        : undefined
  const effect = subject.kinds.find((each) => each.kind === kind)?.effect as CorrectionEffect | undefined
  const press = () => {
    if (why || !kind) return
    propose.send(
      { kind, awardId: subject.awardId, ...(kind === 'cancel' && cause && { cause }), words: words.trim() },
      () => {
        say(`${subject.receiptNumber}的更正已提出，等另一人确认`)
        done()
      },
    )
  }
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <Radio.Group
        aria-label="更正什么"
        value={kind}
        onChange={(event) => setKind(event.target.value as CorrectionKind)}
        vertical
        options={subject.kinds.map((each) => ({
          value: each.kind,
          disabled: Boolean(each.says),
          label: (
            <>
              {correctionTitles[each.kind]}
              {each.says && <span className="mut sm">　{each.says}</span>}
            </>
          ),
        }))}
      />
      {kind === 'cancel' && (
        <Field label="取消的原因" hint="职工在手机上看到它" wrong={fieldSays(propose.problem, 'cause')}>
          {(aria) => (
            <Radio.Group
              {...aria}
              aria-label="取消的原因"
              value={cause}
              onChange={(event) => setCause(event.target.value as CancelCause)}
              vertical
              options={cancelCauses
                .filter((each) => each !== 'displaced' || subject.displaced)
                .map((each) => ({ value: each, label: cancelCauseTitles[each] }))}
            />
          )}
        </Field>
      )}
      {possible.length > 0 && (
        <Field
          label="为什么"
          hint="给确认的人看：依据什么文件、谁查过。职工看不到"
          wrong={fieldSays(propose.problem, 'words')}
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
      )}
      {effect && <p className="ink2 sm">确认后：{effectWords[effect]}。</p>}
      <Refusal problem={propose.problem} />
      <Press primary block why={why} pending={propose.pending} onPress={press}>
        提出，等{kind === 'recordedWrongly' ? '同事' : role === 'approver' ? '另一位终审人员' : '终审人员'}确认
      </Press>
    </form>
  )
}
