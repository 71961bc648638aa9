/** The second step of what cannot be done by one key: a reason tied to a clause, and words for the other side. */
import { Button, Checkbox, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { openQuestions } from '../../../domain/facts.ts'
import { errorSays } from '../../../contract/errors.ts'
import { readingNumber, readingOf } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Finding } from '../../ui/Finding.tsx'
import { Field } from '../parts/Field.tsx'
import type { FieldAria } from '../parts/Field.tsx'
import { Note } from '../Page.tsx'
import { usePolicy } from '../query.ts'
import { useWritten } from './decide.ts'
import type { Decision } from './decide.ts'
import { DecisionProblem } from './DecisionProblem.tsx'
import { differencesInWords } from './register.ts'

export type Shared = {
  readonly application: ApplicationView
  readonly pending: boolean
  readonly error: Error | null
  readonly onClose: () => void
  /** The same once more, though it is a colleague's case. */
  readonly onTake: (holder: string) => void
}

const names = { return: '退回补正', decline: '审核不通过' }

export function ReasonDialog({
  kind,
  onSend,
  ...shared
}: Shared & {
  kind: 'return' | 'decline'
  onSend: (decision: Extract<Decision, { kind: 'return' | 'decline' }>) => void
}) {
  const { application } = shared
  const policy = usePolicy().data!
  const [written, write] = useWritten(application, kind, kind === 'return' ? differencesInWords(application) : '')
  const [wrong, setWrong] = useState<string>()
  const reasons = policy.reasons.filter(
    (reason) => reason.outcome === kind && application.step && reason.steps.includes(application.step),
  )
  const send = () => {
    if (written.reasons.length === 0 || !written.words.trim()) {
      setWrong(errorSays('act.reason-missing'))
      return
    }
    setWrong(undefined)
    onSend({ kind, reasons: written.reasons, words: written.words.trim() })
  }
  const choose = (ids: readonly string[]) => {
    const textOf = (chosen: readonly string[]) =>
      reasons
        .filter((reason) => chosen.includes(reason.id))
        .map((reason) => `${reason.text}。`)
        .join('')
    // Words that only repeat the reasons follow them; own words stay.
    const own = written.words !== '' && written.words !== textOf(written.reasons)
    write({ reasons: ids, words: own ? written.words : textOf(ids) })
  }
  return (
    <Dialog
      {...shared}
      title={names[kind]}
      go={names[kind]}
      danger={kind === 'decline'}
      words={written.words}
      wrong={wrong}
      onGo={send}
    >
      <ReasonList reasons={reasons} chosen={written.reasons} onChoose={choose} />
      <WordsToApplicant kind={kind} words={written.words} onChange={(words) => write({ ...written, words })} />
      {kind === 'return' && (
        <p className="mut sm">
          申请人{readingNumber(policy, 'R3')}个工作日内补好，申报时间不变。
          <span className="reading" title={readingOf(policy, 'R3').answer}>
            R3
          </span>
        </p>
      )}
    </Dialog>
  )
}

function WordsToApplicant({
  kind,
  words,
  onChange,
}: {
  kind: 'return' | 'decline'
  words: string
  onChange: (words: string) => void
}) {
  const what = kind === 'return' ? '写明补什么、怎么补' : '写明为什么，有异议可以怎么办'
  return (
    <Field label={<b>给申请人的话</b>} hint={`${what}，申请人会原样看到。`}>
      {(aria) => (
        <Input.TextArea
          {...aria}
          rows={4}
          maxLength={500}
          showCount
          value={words}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export function ReasonList({
  reasons,
  chosen,
  onChoose,
}: {
  reasons: Policy['reasons']
  chosen: readonly string[]
  onChoose: (ids: readonly string[]) => void
}) {
  return (
    <fieldset>
      <legend className="b">理由，至少一条</legend>
      <Checkbox.Group className="reason-list" value={[...chosen]} onChange={(ids) => onChoose(ids)}>
        {reasons.map((reason, place) => (
          <Checkbox key={reason.id} value={reason.id} autoFocus={place === 0}>
            {reason.text}
            <Clause id={reason.clause} quote={reason.quote} target="_blank" />
          </Checkbox>
        ))}
      </Checkbox.Group>
    </fieldset>
  )
}

/** Forwarding, which cannot be undone; and passing over a question that is a person's to judge. */
export function PassDialog({ title, onSend, ...shared }: Shared & { title: string; onSend: (words: string) => void }) {
  const { application } = shared
  const [written, write] = useWritten(application, 'pass')
  const [wrong, setWrong] = useState<string>()
  const questions = openQuestions(application.assessment.findings)
  const forwarding = application.step === 'forwarding'
  const send = () => {
    if (questions.length > 0 && !written.words.trim()) {
      setWrong(errorSays('act.question-open'))
      return
    }
    setWrong(undefined)
    onSend(written.words.trim())
  }
  return (
    <Dialog {...shared} title={title} go={title} words={written.words} wrong={wrong} onGo={send}>
      {forwarding && (
        <p>
          送到{application.unions.district}复审。盖章的申请表和身份证、证书、收款卡复印件随后一起送去，报送后不能撤销。
        </p>
      )}
      {questions.length > 0 && (
        <>
          <p className="b">要人判断的地方</p>
          {questions.map((finding) => (
            <Finding key={finding.condition} finding={finding} clauseTarget="_blank" />
          ))}
        </>
      )}
      <Field
        label={<b>{questions.length > 0 ? '判断的理由' : '附一句话（可以不写）'}</b>}
        hint="写进历史，后面的环节看得到。"
      >
        {(aria) => <Words {...aria} value={written.words} onChange={(words) => write({ ...written, words })} />}
      </Field>
    </Dialog>
  )
}

export function UndoDialog({ onSend, ...shared }: Shared & { onSend: (words: string) => void }) {
  const [written, write] = useWritten(shared.application, 'undo')
  const [wrong, setWrong] = useState<string>()
  const send = () => {
    if (!written.words.trim()) {
      setWrong('写明为什么撤销，一句话就行。')
      return
    }
    onSend(written.words.trim())
  }
  return (
    <Dialog {...shared} title="撤销上一个决定" go="撤销，重新办" words={written.words} wrong={wrong} onGo={send}>
      <p>撤销后此件回到你手里。原来的决定和撤销都留在历史里。</p>
      <Field label={<b>为什么撤销</b>}>
        {(aria) => <Words {...aria} value={written.words} onChange={(words) => write({ ...written, words })} />}
      </Field>
    </Dialog>
  )
}

export function Words({
  onChange,
  autoFocus = true,
  ...box
}: FieldAria & { value: string; autoFocus?: boolean; onChange: (words: string) => void }) {
  return (
    <Input.TextArea
      {...box}
      rows={3}
      autoFocus={autoFocus}
      maxLength={500}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

/** The one key that sends what a dialog holds: never a bare Enter. Closed, it gives the focus back to where it was. */
export function useCtrlEnter(go: () => void): void {
  const latest = useRef(go)
  const [before] = useState(() => document.activeElement)
  useEffect(() => () => giveBack(before), [before])
  useEffect(() => {
    latest.current = go
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.ctrlKey && !event.repeat) latest.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function giveBack(before: Element | null): void {
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
}

export function Dialog({
  application,
  pending,
  error,
  onClose,
  onTake,
  title,
  go,
  danger = false,
  words,
  wrong,
  onGo,
  children,
}: Shared & {
  title: string
  go: string
  danger?: boolean
  words: string
  wrong: string | undefined
  onGo: () => void
  children: ReactNode
}) {
  useCtrlEnter(() => !pending && onGo())
  return (
    <Modal
      open
      title={`${title}：${application.form.name ?? application.receiptNumber}`}
      width={640}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="no" size="large" onClick={onClose}>
          先不办
        </Button>,
        <Button key="yes" size="large" type="primary" danger={danger} loading={pending} onClick={onGo}>
          {go} <kbd>Ctrl 回车</kbd>
        </Button>,
      ]}
    >
      <div className="stack dialog">
        {error && (
          <DecisionProblem
            application={application}
            error={error}
            words={words}
            onFresh={onClose}
            onTake={onTake}
            takeTitle={go}
          />
        )}
        {wrong && <Note tone="err">{wrong}</Note>}
        {children}
      </div>
    </Modal>
  )
}
