/** 复核: the first decision and the worker's words side by side, and the second decision by somebody else. */
import { Button } from 'antd'
import { useRef, useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { moment } from '../../ui/words.ts'
import { Field } from '../parts/Field.tsx'
import { usePolicy, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { useDecide, useWritten } from './decide.ts'
import type { Decision } from './decide.ts'
import { DecisionProblem } from './DecisionProblem.tsx'
import { Dialog, ReasonList, Words } from './dialogs.tsx'
import type { Shared } from './dialogs.tsx'

/** Shown as long as it is looked at again, and after. */
export function BothSides({ application }: { application: ApplicationView }) {
  const today = useToday()
  const { decision, reReview } = application
  if (application.state !== 'reReview' || !decision || !reReview?.requested) return null
  return (
    <section className="both-sides" aria-label="复核">
      <div>
        <h2>
          第一次的决定：审核不通过{' '}
          <span className="mut sm">
            {decision.by}　{moment(decision.at, today)}
          </span>
        </h2>
        <ul>
          {decision.reasons.map((reason) => (
            <li key={reason.id}>
              {reason.text} <Clause id={reason.clause} quote={reason.quote} target="_blank" />
            </li>
          ))}
        </ul>
        <p className="their-words">“{decision.words}”</p>
      </div>
      <div>
        <h2>
          申请人的理由 <span className="mut sm">{moment(reReview.requested.at, today)}</span>
        </h2>
        <p className="their-words">“{reReview.requested.words}”</p>
      </div>
    </section>
  )
}

type Kind = 'uphold' | 'overturn'
const titles: { readonly [K in Kind]: string } = { uphold: '复核维持', overturn: '复核改为继续办理' }

export function ReReviewBar({ application, onDone }: { application: ApplicationView; onDone: () => void }) {
  const decide = useDecide(application)
  const staff = useStaff()
  const [dialog, setDialog] = useState<Kind>()
  const permission = application.permissions.uphold
  const why = permission?.allowed ? undefined : (permission?.says ?? errorSays('act.not-your-step'))
  const close = () => {
    setDialog(undefined)
    decide.reset()
  }
  const sent = useRef<Extract<Decision, { kind: Kind }>>(undefined)
  const send = (decision: Extract<Decision, { kind: Kind }>, takesFrom?: string) => {
    sent.current = decision
    decide.mutate(takesFrom === undefined ? decision : { ...decision, takesFrom }, {
      onSuccess: () => {
        setDialog(undefined)
        say(`${application.form.name ?? application.receiptNumber}：${titles[decision.kind]}`)
        // It goes on at this very step: who took it back may pass it at once.
        if (decision.kind === 'uphold') onDone()
      },
    })
  }
  const take = (holder: string) => {
    if (sent.current) send(sent.current, holder)
  }
  const shared = { application, pending: decide.isPending, error: decide.error, onClose: close, onTake: take }
  const open = (kind: Kind) => why === undefined && setDialog(kind)
  return (
    <>
      {decide.isError && !dialog && (
        <DecisionProblem
          application={application}
          error={decide.error}
          onFresh={() => decide.reset()}
          onTake={take}
          takeTitle="复核"
        />
      )}
      <footer className="decision-bar">
        <span className="why-not sm ink2" id="why-not">
          <Icon name="lock" />
          <span>{why ?? `第一次的决定不是${staff.name}作的，可以复核`}</span>
        </span>
        <span className="sp" />
        <BarButton why={why} onPress={() => open('uphold')}>
          <Icon name="cross" />
          复核维持…
        </BarButton>
        <BarButton why={why} primary onPress={() => open('overturn')}>
          <Icon name="check" />
          复核改为继续办理…
        </BarButton>
      </footer>
      {dialog === 'uphold' && <UpholdDialog {...shared} onSend={send} />}
      {dialog === 'overturn' && <OverturnDialog {...shared} onSend={send} />}
    </>
  )
}

function BarButton({
  why,
  primary = false,
  onPress,
  children,
}: {
  why: string | undefined
  primary?: boolean
  onPress: () => void
  children: React.ReactNode
}) {
  return (
    <Button
      size="large"
      type={primary && !why ? 'primary' : 'default'}
      className={[primary && 'main-button', why && 'off'].filter(Boolean).join(' ')}
      {...(why && { 'aria-disabled': true, 'aria-describedby': 'why-not' })}
      onClick={onPress}
    >
      {children}
    </Button>
  )
}

type Sending = Shared & { readonly onSend: (decision: Extract<Decision, { kind: Kind }>) => void }

/** The first reasons stand ticked: who upholds them says so in words of their own. */
function UpholdDialog({ onSend, ...shared }: Sending) {
  const { application } = shared
  const policy = usePolicy().data!
  const [written, write] = useWritten(application, 'uphold')
  const [wrong, setWrong] = useState<string>()
  const reasons = policy.reasons.filter(
    (reason) => reason.outcome === 'decline' && application.step && reason.steps.includes(application.step),
  )
  const first = application.decision?.reasons.map(({ id }) => id) ?? []
  const chosen = written.reasons.length > 0 ? written.reasons : first
  const send = () => {
    if (chosen.length === 0 || !written.words.trim()) return setWrong(errorSays('act.reason-missing'))
    setWrong(undefined)
    onSend({ kind: 'uphold', reasons: chosen, words: written.words.trim() })
  }
  return (
    <Dialog {...shared} title={titles.uphold} go={titles.uphold} danger words={written.words} wrong={wrong} onGo={send}>
      <ReasonList reasons={reasons} chosen={chosen} onChoose={(ids) => write({ ...written, reasons: ids })} />
      <Field label={<b>给申请人的话</b>} hint="写明为什么维持，回应申请人的理由。申请人会原样看到，复核只有这一次。">
        {(aria) => <Words {...aria} value={written.words} onChange={(words) => write({ ...written, words })} />}
      </Field>
    </Dialog>
  )
}

function OverturnDialog({ onSend, ...shared }: Sending) {
  const [written, write] = useWritten(shared.application, 'overturn')
  const [wrong, setWrong] = useState<string>()
  const send = () => {
    if (!written.words.trim()) return setWrong('写明为什么改，一句话就行。')
    setWrong(undefined)
    onSend({ kind: 'overturn', words: written.words.trim() })
  }
  return (
    <Dialog {...shared} title={titles.overturn} go={titles.overturn} words={written.words} wrong={wrong} onGo={send}>
      <p>此件回到这一步继续办理，申报时间不变。原来作决定的人不再办这一步。</p>
      <Field label={<b>给申请人的话</b>} hint="写明哪里看错了。写进历史，申请人看得到。">
        {(aria) => <Words {...aria} value={written.words} onChange={(words) => write({ ...written, words })} />}
      </Field>
    </Dialog>
  )
}
