/** The decision, always in view. A button that may not be pressed says why beside it. */
import { Link } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { ApplicationView, PaperSeal } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { openQuestions } from '../../../domain/facts.ts'
import { recordsSeal } from '../../../domain/roles.ts'
import { Icon } from '../../ui/icons.tsx'
import { useKeys } from '../keys.tsx'
import { client, useStaff } from '../query.ts'
import { say, unsay } from '../said.tsx'
import { useDecide, whyNotPass } from './decide.ts'
import type { Decision } from './decide.ts'
import { DecisionProblem } from './DecisionProblem.tsx'
import { PassDialog, ReasonDialog, UndoDialog } from './dialogs.tsx'
import { RedirectDialog } from './RedirectDialog.tsx'
import { SealDialog } from './SealDialog.tsx'
import { passTitles } from './titles.ts'

/** How long a case stands before a key may pass it. */
const settleMs = 600

type Dialog = 'pass' | 'return' | 'decline' | 'undo' | 'redirect'
// One asked to undo from another page finds the dialog open when the case stands.
let undoWanted: string | undefined

type Standing = {
  readonly application: ApplicationView
  /** The case is decided, on to the next. */
  readonly onDone: () => void
  /** Back to this case, from wherever one went after deciding it. */
  readonly onReopen: () => void
  readonly hasNext: boolean
}

export function DecisionBar(standing: Standing) {
  const { application, hasNext } = standing
  const deciding = useDeciding(standing)
  const { seal, decide, dialog, setDialog, member, why, inReview, may, open, pass, passTitle, asksFirst } = deciding
  const staff = useStaff()
  const forwarding = application.step === 'forwarding'
  const resubmits = application.permissions.resubmit?.allowed === true
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
        <span className="why-not sm ink2" id="why-not" role={member.missed ? 'alert' : undefined}>
          <Icon name={member.missed ? 'bang' : 'lock'} />
          <span>
            {member.missed ??
              (inReview
                ? (why ?? (seal ? sealWords(application) : mayWords(application, staff.name)))
                : endWords(application))}
          </span>
        </span>
        <span className="sp" />
        {staff.role === 'filingPoint' && (resubmits || application.permissions.amend?.allowed) && (
          <Link to="/entry/$id" params={{ id: application.id }} className="button-like">
            {resubmits ? '代职工补正' : '改录入的内容'}
          </Link>
        )}
        {inReview && (
          <>
            <MemberBox member={member} />
            {may('redirect') && (
              <BarButton off={false} onPress={() => open('redirect')}>
                <Icon name="forward" />
                转送…
              </BarButton>
            )}
            {!forwarding && !seal && (
              <BarButton off={!may('decline')} onPress={() => open('decline')}>
                <Icon name="cross" />
                审核不通过… <kbd>D</kbd>
              </BarButton>
            )}
            <BarButton off={!may('return')} onPress={() => open('return')}>
              <Icon name="return" />
              退回补正… <kbd>T</kbd>
            </BarButton>
            {application.step !== 'finalApproval' && (
              <BarButton off={why !== undefined} primary pending={decide.isPending && !dialog} onPress={pass}>
                {passTitle}
                {asksFirst ? '…' : hasNext ? '，看下一件' : ''} <kbd>A</kbd>
              </BarButton>
            )}
          </>
        )}
      </footer>
      <DecisionDialog application={application} deciding={deciding} />
    </>
  )
}

/** What may be done to the case, what stands open, and the keys that do it. */
function useDeciding({ application, onDone, onReopen }: Standing) {
  const { permissions, step } = application
  const [dialog, setDialog] = useState<Dialog | undefined>(() => (undoWanted === application.id ? 'undo' : undefined))
  const member = useMemberTick(step === 'firstReview' && permissions.pass?.allowed === true)
  const decide = useDecide(application)
  const settled = useSettled()
  const inReview = application.state === 'inReview' && step !== undefined
  const why = whyNotPass(application)
  const seal = recordsSeal(step, useStaff().role)
  const asksFirst = step === 'forwarding' || seal || openQuestions(application.assessment.findings).length > 0
  const may = (kind: 'return' | 'decline' | 'undo' | 'redirect') => permissions[kind]?.allowed === true
  const passTitle = seal ? '登记纸上盖章' : step ? passTitles[step] : ''

  const reopen = () => {
    undoWanted = application.id
    void client.invalidateQueries({ queryKey: [`/applications/${application.id}`] })
    onReopen()
  }
  const send = (decision: Decision, done: string) =>
    decide.mutate(decision, {
      onSuccess: () => {
        setDialog(undefined)
        const undoable = decision.kind !== 'undo' && decision.kind !== 'redirect' && step !== 'forwarding'
        const name = application.form.name ?? application.receiptNumber
        say(`${name}：${done}`, undoable ? { title: '撤销', press: reopen } : undefined)
        if (decision.kind === 'undo') member.tick(false)
        else onDone()
      },
    })
  const sendPass = (words?: string, paper?: PaperSeal) =>
    send(
      {
        kind: 'pass',
        ...(words && { words }),
        ...(member.asked && { membershipConfirmed: true }),
        ...(paper && { seal: paper }),
      },
      passTitle.startsWith('审核') ? passTitle : `已${passTitle}`,
    )
  const pass = () => {
    if (!inReview || why || decide.isPending || !member.confirmed()) return
    unsay()
    if (asksFirst) setDialog('pass')
    else sendPass()
  }
  const open = (which: 'return' | 'decline' | 'redirect') => may(which) && setDialog(which)
  useKeys(
    inReview
      ? [
          { key: 'a', says: passTitle, press: () => settled() && pass() },
          { key: 't', says: '退回补正', press: () => open('return') },
          { key: 'd', says: '审核不通过', press: () => open('decline') },
        ]
      : [],
  )
  return {
    seal,
    decide,
    dialog,
    setDialog,
    member,
    why,
    inReview,
    asksFirst,
    may,
    open,
    pass,
    passTitle,
    send,
    sendPass,
  }
}

/** A second press meant for the case before must not decide this one, which has only just come up. */
function useSettled(): () => boolean {
  const since = useRef(Infinity)
  useEffect(() => {
    undoWanted = undefined
    since.current = performance.now()
  }, [])
  return () => performance.now() - since.current > settleMs
}

const memberBoxId = 'member-confirmed'
/** First review: the union has looked up that the applicant is its member; without the tick nothing is passed. */
function useMemberTick(asked: boolean) {
  const [is, setIs] = useState(false)
  const [missed, setMissed] = useState<string>()
  return {
    asked,
    is,
    missed,
    tick: (next: boolean) => {
      setIs(next)
      setMissed(undefined)
    },
    confirmed: () => {
      if (!asked || is) return true
      setMissed(errorSays('act.membership-unconfirmed'))
      document.getElementById(memberBoxId)?.focus()
      return false
    },
  }
}
type Deciding = ReturnType<typeof useDeciding>

function MemberBox({ member }: { member: Deciding['member'] }) {
  if (!member.asked) return null
  return (
    <Checkbox
      id={memberBoxId}
      className="member"
      checked={member.is}
      {...(member.missed && { 'aria-describedby': 'why-not' })}
      onChange={(event) => member.tick(event.target.checked)}
    >
      是本市工会会员，已核对
    </Checkbox>
  )
}

function DecisionDialog({ application, deciding }: { application: ApplicationView; deciding: Deciding }) {
  const { seal, decide, dialog, setDialog, passTitle, send, sendPass } = deciding
  const close = () => {
    setDialog(undefined)
    decide.reset()
  }
  const shared = { application, pending: decide.isPending, error: decide.error, onClose: close }
  switch (dialog) {
    case 'return':
    case 'decline':
      return (
        <ReasonDialog
          {...shared}
          kind={dialog}
          onSend={(decision) => send(decision, decision.kind === 'return' ? '已退回补正' : '审核不通过')}
        />
      )
    case 'pass':
      return seal ? (
        <SealDialog {...shared} title={passTitle} onSend={(paper, words) => sendPass(words, paper)} />
      ) : (
        <PassDialog {...shared} title={passTitle} onSend={sendPass} />
      )
    case 'redirect':
      return <RedirectDialog {...shared} onSend={(decision) => send(decision, '已转送')} />
    case 'undo':
      return <UndoDialog {...shared} onSend={(words) => send({ kind: 'undo', words }, '已撤销上一个决定')} />
    case undefined:
      return null
  }
}

/** The union may still decide by itself; what stands sealed on paper is recorded here. */
function sealWords(application: ApplicationView): string {
  const step = application.steps.find(({ status }) => status === 'current')
  return `纸上已经盖章的，照章登记就算${step?.title ?? '这一步'}通过；没有盖章的退回`
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
