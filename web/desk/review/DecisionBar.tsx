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
import { pressSaid, say, unsay } from '../said.tsx'
import { useDecide, whyNotPass } from './decide.ts'
import type { Decision } from './decide.ts'
import { DecisionProblem } from './DecisionProblem.tsx'
import { PassDialog, ReasonDialog, UndoDialog } from './dialogs.tsx'
import { RedirectDialog } from './RedirectDialog.tsx'
import { HoldDialog } from './HoldDialog.tsx'
import { decidedNow } from './neighbours.ts'
import { SealDialog } from './SealDialog.tsx'
import { passTitles } from './titles.ts'

/** How long a case stands before a key may pass it. */
const settleMs = 600

type Dialog = 'pass' | 'return' | 'decline' | 'undo' | 'redirect' | 'hold'
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
        <DecisionProblem
          application={application}
          error={decide.error}
          onFresh={() => decide.reset()}
          onTake={deciding.take}
          takeTitle={passTitle}
        />
      )}
      <footer className="decision-bar">
        {inReview && may('return') && (
          <Button size="large" onClick={() => setDialog('hold')}>
            <Icon name="pause" />
            {application.desk?.hold ? '解除暂缓…' : '暂缓…'} <kbd>H</kbd>
          </Button>
        )}
        {may('undo') && (
          <Button size="large" onClick={() => setDialog('undo')}>
            <Icon name="return" />
            撤销上一个决定… <kbd>U</kbd>
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
  const staff = useStaff()
  const [dialog, setDialog] = useState<Dialog | undefined>(() => (undoWanted === application.id ? 'undo' : undefined))
  const member = useMemberTick(step === 'firstReview' && permissions.pass?.allowed === true)
  const decide = useDecide(application)
  const settled = useSettled()
  const inReview = application.state === 'inReview' && step !== undefined
  const hold = application.desk?.hold
  const heldByOther = hold && hold.byId !== staff.id ? errorSays('act.held', { who: hold.by }) : undefined
  const why = whyNotPass(application) ?? heldByOther
  const seal = recordsSeal(step, staff.role)
  const asksFirst = step === 'forwarding' || seal || openQuestions(application.assessment.findings).length > 0
  const may = (kind: 'return' | 'decline' | 'undo' | 'redirect') => permissions[kind]?.allowed === true
  const passTitle = seal ? '登记纸上盖章' : step ? passTitles[step] : ''

  const reopen = async () => {
    // As it stands now: an undo names the version it takes back.
    await client.refetchQueries({ queryKey: [`/applications/${application.id}`] })
    undoWanted = application.id
    onReopen()
  }
  const sent = useRef<readonly [Decision, string]>(undefined)
  const send = (decision: Decision, done: string, takesFrom?: string) => {
    sent.current = [decision, done]
    decide.mutate(takesFrom === undefined ? decision : { ...decision, takesFrom }, {
      onSuccess: () => {
        setDialog(undefined)
        decidedNow(application.id, decision.kind !== 'undo')
        const undoable = decision.kind !== 'undo' && decision.kind !== 'redirect' && step !== 'forwarding'
        const name = application.form.name ?? application.receiptNumber
        say(`${name}：${done}`, undoable ? { title: '撤销', press: () => void reopen() } : undefined)
        if (decision.kind === 'undo') member.tick(false)
        else onDone()
      },
    })
  }
  /** The same decision once more, now that one has been told whose case it is. */
  const take = (holder: string) => sent.current && send(...sent.current, holder)
  const held = (done: 'held' | 'released') => {
    setDialog(undefined)
    say(`${application.form.name ?? application.receiptNumber}：${done === 'held' ? '已暂缓' : '已解除暂缓'}`)
    if (done === 'held') onDone()
  }
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
  const undo = () => {
    if (!pressSaid() && may('undo')) setDialog('undo')
  }
  useKeys([{ key: 'u', says: '撤销上一个决定', press: undo }])
  useKeys(
    inReview
      ? [
          { key: 'h', says: '暂缓、解除暂缓', press: () => may('return') && setDialog('hold') },
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
    take,
    held,
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
  const { seal, decide, dialog, setDialog, passTitle, send, sendPass, take, held } = deciding
  const close = () => {
    setDialog(undefined)
    decide.reset()
  }
  const shared = { application, pending: decide.isPending, error: decide.error, onClose: close, onTake: take }
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
    case 'hold':
      return <HoldDialog application={application} onClose={close} onDone={held} />
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
