/** The decision, always in view. A button that may not be pressed says why beside it. */
import { Button, Checkbox } from 'antd'
import { useRef, useState } from 'react'
import type { CheckboxRef } from 'antd'
import type { ApplicationView } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { Icon } from '../../ui/icons.tsx'
import { useKeys } from '../keys.tsx'
import { client, useStaff } from '../query.ts'
import { say, unsay } from '../said.tsx'
import { useDecide, openQuestions, whyNotPass } from './decide.ts'
import type { Decision } from './decide.ts'
import { DecisionProblem } from './DecisionProblem.tsx'
import { PassDialog, ReasonDialog, UndoDialog } from './dialogs.tsx'
import { passTitles } from './titles.ts'

/** How long a case stands before a key may pass it. */
const settleMs = 600

type Dialog = 'pass' | 'return' | 'decline' | 'undo'
// One asked to undo from another page finds the dialog open when the case stands.
let undoWanted: string | undefined
export const wantUndo = (id: string): void => {
  undoWanted = id
}

/** `onDone`: the case is decided, on to the next. */
export function DecisionBar({
  application,
  onDone,
  onReopen,
  hasNext,
}: {
  application: ApplicationView
  onDone: () => void
  /** Back to this case, from wherever one went after deciding it. */
  onReopen: () => void
  hasNext: boolean
}) {
  const { permissions, step } = application
  const staff = useStaff()
  const [dialog, setDialog] = useState<Dialog | undefined>(() => (undoWanted === application.id ? 'undo' : undefined))
  const [member, setMember] = useState(false)
  const [missed, setMissed] = useState<string>()
  const memberBox = useRef<CheckboxRef>(null)
  const decide = useDecide(application)
  undoWanted = undefined

  const inReview = application.state === 'inReview' && step !== undefined
  const why = whyNotPass(application)
  const asksMember = step === 'firstReview' && permissions.pass?.allowed
  const may = (kind: 'return' | 'decline' | 'undo') => permissions[kind]?.allowed === true
  const passTitle = step ? passTitles[step] : ''
  const forwarding = step === 'forwarding'

  const send = (decision: Decision, done: string) =>
    decide.mutate(decision, {
      onSuccess: () => {
        setDialog(undefined)
        const undoable = decision.kind !== 'undo' && !forwarding
        const name = application.form.name ?? application.receiptNumber
        say(`${name}：${done}`, undoable ? { title: '撤销', press: reopen } : undefined)
        if (decision.kind === 'undo') setMember(false)
        else onDone()
      },
    })
  const reopen = () => {
    wantUndo(application.id)
    void client.invalidateQueries({ queryKey: [`/applications/${application.id}`] })
    onReopen()
  }
  const pass = () => {
    if (!inReview || why || decide.isPending) return
    if (asksMember && !member) {
      setMissed(errorSays('act.membership-unconfirmed'))
      memberBox.current?.focus()
      return
    }
    unsay()
    if (forwarding || openQuestions(application) > 0) setDialog('pass')
    else send({ kind: 'pass', ...(asksMember && { membershipConfirmed: true }) }, `已${passTitle}`)
  }
  // A second press meant for the case before must not decide this one, which has only just come up.
  const stoodSince = useRef(performance.now())
  const passByKey = () => performance.now() - stoodSince.current > settleMs && pass()
  const open = (which: 'return' | 'decline') => may(which) && setDialog(which)
  useKeys(
    inReview
      ? [
          { key: 'a', says: passTitle, press: passByKey },
          { key: 't', says: '退回补正', press: () => open('return') },
          { key: 'd', says: '审核不通过', press: () => open('decline') },
        ]
      : [],
  )
  const close = () => {
    setDialog(undefined)
    decide.reset()
  }
  const others = { application, pending: decide.isPending, error: decide.error, onClose: close }

  return (
    <>
      {decide.isError && !dialog && (
        <DecisionProblem application={application} error={decide.error} onFresh={() => decide.reset()} />
      )}
      <footer className="decision-bar">
        {may('undo') && (
          <Button size="large" onClick={() => setDialog('undo')}>
            <Icon name="return" />
            撤销上一个决定…
          </Button>
        )}
        <span className="why-not sm ink2" id="why-not" role={missed ? 'alert' : undefined}>
          <Icon name={missed ? 'bang' : 'lock'} />
          <span>{missed ?? (inReview ? (why ?? mayWords(application, staff.name)) : endWords(application))}</span>
        </span>
        <span className="sp" />
        {inReview && (
          <>
            {asksMember && (
              <Checkbox
                ref={memberBox}
                className="member"
                checked={member}
                aria-describedby={missed ? 'why-not' : undefined}
                onChange={(event) => {
                  setMember(event.target.checked)
                  setMissed(undefined)
                }}
              >
                是本市工会会员，已核对
              </Checkbox>
            )}
            {!forwarding && (
              <BarButton off={!may('decline')} onPress={() => open('decline')}>
                <Icon name="cross" />
                审核不通过… <kbd>D</kbd>
              </BarButton>
            )}
            <BarButton off={!may('return')} onPress={() => open('return')}>
              <Icon name="return" />
              退回补正… <kbd>T</kbd>
            </BarButton>
            <BarButton off={why !== undefined} primary pending={decide.isPending && !dialog} onPress={pass}>
              {passTitle}
              {forwarding || openQuestions(application) > 0 ? '…' : hasNext ? '，看下一件' : ''} <kbd>A</kbd>
            </BarButton>
          </>
        )}
      </footer>
      {(dialog === 'return' || dialog === 'decline') && (
        <ReasonDialog
          {...others}
          kind={dialog}
          onSend={(decision) => send(decision, decision.kind === 'return' ? '已退回补正' : '审核不通过')}
        />
      )}
      {dialog === 'pass' && (
        <PassDialog
          {...others}
          title={passTitle}
          onSend={(words) =>
            send(
              { kind: 'pass', ...(words && { words }), ...(asksMember && { membershipConfirmed: true }) },
              `已${passTitle}`,
            )
          }
        />
      )}
      {dialog === 'undo' && (
        <UndoDialog {...others} onSend={(words) => send({ kind: 'undo', words }, '已撤销上一个决定')} />
      )}
    </>
  )
}

function mayWords(application: ApplicationView, name: string): string {
  const step = application.steps.find(({ status }) => status === 'current')
  return `${name}没有办过此件的其他环节，可以办${step?.title ?? '这一步'}`
}
const endWords = (application: ApplicationView) =>
  application.state === 'returned'
    ? `${application.stateTitle}，等申请人补好`
    : `${application.stateTitle}，这里没有要办的`

/** Readable and focusable when off; the reason stands at the left of the bar. */
function BarButton({
  off,
  primary = false,
  pending = false,
  onPress,
  children,
}: {
  off: boolean
  primary?: boolean
  pending?: boolean
  onPress: () => void
  children: React.ReactNode
}) {
  return (
    <Button
      size="large"
      type={primary && !off ? 'primary' : 'default'}
      loading={pending}
      className={[primary && 'main-button', off && 'off'].filter(Boolean).join(' ')}
      {...(off && { 'aria-disabled': true, 'aria-describedby': 'why-not' })}
      onClick={() => !off && onPress()}
    >
      {children}
    </Button>
  )
}
