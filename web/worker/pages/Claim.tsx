/** The form in steps, each box saved as it is typed. */
import { lazy, Suspense, useEffect, useState } from 'react'
import '../claim/claim.css'
import { formProblems } from '../../../contract/formCheck.ts'
import type { DraftForm } from '../../../contract/form.ts'
import type { FieldError } from '../../../contract/errors.ts'
import type { PlainDate } from '../../../domain/dates.ts'
import type { FormStep, Policy } from '../../../domain/policy.ts'
import { claimTitle, fieldsOf } from '../claim/answers.ts'
import { FormField } from '../claim/FormField.tsx'
import { SaveState, SaveTrouble } from '../claim/SaveState.tsx'
import { Asked } from '../Decision.tsx'
import { draftKeeper, useDraft } from '../draft.ts'
import type { DraftKeeper, DraftSnapshot } from '../draft.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { businessNow, useApplication, useNow, usePolicy, useSession } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Loading, Trouble } from '../states.tsx'

const AssessmentCard = lazy(async () => ({ default: (await import('../claim/AssessmentCard.tsx')).AssessmentCard }))
const Confirmation = lazy(async () => ({ default: (await import('../claim/Confirmation.tsx')).Confirmation }))

const DiscardSheet = lazy(async () => ({ default: (await import('../sheets/DiscardSheet.tsx')).DiscardSheet }))

/** Problems by box; files are named `files.idFront`. */
const problemsIn = (step: FormStep, form: DraftForm, problems: readonly FieldError[]): FieldError[] => {
  const keys = fieldsOf(step, form).map((rule) => (rule.kind === 'file' ? `files.${rule.key}` : rule.key))
  return keys.flatMap((key) => problems.filter(({ field }) => field === key).slice(0, 1))
}
const isMissing = ({ says }: FieldError) => says.startsWith('还没有')

function StepBar({ steps, place, draft }: { steps: readonly FormStep[]; place: number; draft: DraftSnapshot }) {
  return (
    <div className="step-bar">
      <div>
        <b>{steps[place]?.title}</b>
        <span>
          第{place + 1}步，共{steps.length}步
        </span>
        <SaveState draft={draft} />
      </div>
      <ol aria-label={`共${steps.length}步，当前第${place + 1}步`}>
        {steps.map((step, at) => (
          <li key={step.id} className={at <= place ? 'done' : ''} {...(at === place && { 'aria-current': 'step' })}>
            <span className="unseen">{step.title}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

/** A correction is not thrown away here: what was filed stays as it is until it is handed in again. */
function Discard({ draft, draftId }: { draft: DraftSnapshot; draftId: string }) {
  const [asking, setAsking] = useState(false)
  if (draft.correcting || draft.version === 0) return null
  return (
    <p className="after">
      <button type="button" className="link" aria-haspopup="dialog" onClick={() => setAsking(true)}>
        不申报了，删掉这份
      </button>
      {asking && (
        <Suspense fallback={null}>
          <DiscardSheet draftId={draftId} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </p>
  )
}

/** What is wrong in a step, and what of it is said: empty boxes once one tried to go on, others once they are left. */
function useProblems(step: FormStep, form: DraftForm, all: readonly FieldError[]) {
  const [typing, setTyping] = useState<string>()
  const [tried, setTried] = useState(false)
  const problems = problemsIn(step, form, all)
  return {
    problems,
    shown: problems.filter((problem) => (tried || !isMissing(problem)) && problem.field !== typing),
    onTyping: (key: string, on: boolean) => setTyping((typed) => (on ? key : typed === key ? undefined : typed)),
    tryAll: () => {
      setTried(true)
      setTyping(undefined)
    },
  }
}

function StepButtons({
  wrong,
  next,
  onNext,
  onBack,
}: {
  wrong: number
  next: string | undefined
  onNext: () => void
  onBack: (() => void) | undefined
}) {
  return (
    <>
      <p className="why" role="status">
        {wrong > 0 && `改好上面${wrong}处才能到下一步`}
      </p>
      <div className={onBack ? 'two' : ''}>
        {onBack && (
          <button type="button" className="button line" onClick={onBack}>
            上一步
          </button>
        )}
        <button type="button" className="button" aria-disabled={wrong > 0} onClick={onNext}>
          下一步{wrong === 0 && next && `：${next}`}
        </button>
      </div>
    </>
  )
}

function Step({
  policy,
  place,
  keeper,
  draft,
  today,
}: {
  policy: Policy
  place: number
  keeper: DraftKeeper
  draft: DraftSnapshot
  today: PlainDate
}) {
  const session = useSession().data
  const filed = useApplication(keeper.id, draft.correcting?.state === 'returned')
  const steps = policy.form.steps
  const step = steps[place]!
  const next = steps[place + 1]
  const { form } = draft
  const { problems, shown, onTyping, tryAll } = useProblems(step, form, formProblems(form, policy, today))
  const path = (to: FormStep) => `/drafts/${keeper.id}/${to.id}`
  const goOn = () => {
    tryAll()
    const first = problems[0]
    if (first) return void requestAnimationFrame(() => document.getElementById(first.field)?.focus())
    void keeper.save()
    if (next) goTo(path(next))
  }
  return (
    <Page
      title={claimTitle(draft)}
      parent="/mine"
      bar={
        <StepButtons
          wrong={shown.length}
          next={next?.title}
          onNext={goOn}
          onBack={place > 0 ? () => goTo(path(steps[place - 1]!)) : undefined}
        />
      }
    >
      <StepBar steps={steps} place={place} draft={draft} />
      <SaveTrouble keeper={keeper} draft={draft} />
      <Asked filed={filed.data} />
      {step.id === 'materials' && <p className="muted before">照片或PDF，每份不超过10MB。只有办理这份申报的人能看。</p>}
      <section className="sheet-of-fields">
        {fieldsOf(step, form).map((rule) => (
          <FormField
            key={rule.key}
            rule={rule}
            form={form}
            keeper={keeper}
            policy={policy}
            today={today}
            problem={shown.find(({ field }) => field === rule.key || field === `files.${rule.key}`)?.says}
            onTyping={onTyping}
          />
        ))}
      </section>
      {place === 0 && <Discard draft={draft} draftId={keeper.id} />}
      {step.id === 'certificate' && session && (
        <Suspense fallback={null}>
          <AssessmentCard policy={policy} form={form} now={businessNow(session)} />
        </Suspense>
      )}
    </Page>
  )
}

function Opened({ policy, step, keeper }: { policy: Policy; step: string; keeper: DraftKeeper }) {
  const draft = useDraft(keeper)
  const now = useNow()
  useSignInWhen(draft.phase === 'failed' || draft.phase === 'signedOut' ? draft.problem : undefined)
  useEffect(() => {
    const { phase, version } = keeper.snapshot()
    const isNew = phase === 'saved' && version === 0
    if (!isNew && ['loading', 'failed', 'unsaved', 'saved'].includes(phase)) void keeper.load()
  }, [keeper])
  const steps = policy.form.steps
  const place = Math.max(
    0,
    steps.findIndex(({ id }) => id === step),
  )
  if (draft.phase === 'failed') {
    return (
      <Page title="单位申报" parent="/mine">
        <Trouble problem={draft.problem} onRetry={() => void keeper.load()} />
      </Page>
    )
  }
  if (draft.phase === 'loading' || !now) {
    return (
      <Page title="单位申报" parent="/mine">
        <Loading />
      </Page>
    )
  }
  if (place === steps.length - 1) {
    return (
      <Suspense fallback={<Loading />}>
        <Confirmation
          policy={policy}
          keeper={keeper}
          draft={draft}
          today={now.today}
          bar={<StepBar steps={steps} place={place} draft={draft} />}
        />
      </Suspense>
    )
  }
  return <Step key={step} policy={policy} place={place} keeper={keeper} draft={draft} today={now.today} />
}

export default function Claim({ id, step }: { id: string; step: string }) {
  const policy = usePolicy()
  if (!policy.data) {
    return (
      <Page title="单位申报" parent="/mine">
        <Await query={policy}>{() => null}</Await>
      </Page>
    )
  }
  return (
    <SignedIn>
      <Opened policy={policy.data} step={step} keeper={draftKeeper(id)} />
    </SignedIn>
  )
}
