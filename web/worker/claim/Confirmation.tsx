/** 确认: everything once more, the rules' answer, the declaration and the separate consents, and handing it in. */
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { ReactNode } from 'react'
import type { Acted, Filed } from '../../../contract/applications.ts'
import type { FieldError } from '../../../contract/errors.ts'
import type { DraftForm } from '../../../contract/form.ts'
import { formProblems, printProblems } from '../../../contract/formCheck.ts'
import type { PlainDate } from '../../../domain/dates.ts'
import type { FormField, FormStep, Policy } from '../../../domain/policy.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { dayWithYear } from '../../ui/words.ts'
import { forgetDraft } from '../draft.ts'
import type { DraftKeeper, DraftSnapshot } from '../draft.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { businessNow, keys, queryClient, useSession } from '../queries.ts'
import { Trouble } from '../states.tsx'
import { AssessmentCard } from './AssessmentCard.tsx'
import { chosen, claimTitle, fieldsOf } from './answers.ts'
import { groupsOf } from './groups.ts'
import { SaveTrouble } from './SaveState.tsx'
import { useUnion } from './UnionField.tsx'

const DuplicateSheet = lazy(async () => ({ default: (await import('../sheets/DuplicateSheet.tsx')).DuplicateSheet }))

function Value({ rule, form, unionName }: { rule: FormField; form: DraftForm; unionName: string | undefined }) {
  const value = chosen(form, rule.key)
  if (rule.kind === 'file') {
    const there = form.files?.[rule.key as keyof NonNullable<DraftForm['files']>]
    return there ? '已上传' : <span className="absent">还没有</span>
  }
  if (!value) return rule.required ? <span className="absent">还没有填</span> : '—'
  if (rule.kind === 'organisation') return unionName ?? '已选'
  if (rule.kind === 'date') return dayWithYear(value)
  if (rule.kind === 'choice') return rule.choices?.find((choice) => choice.value === value)?.label ?? value
  const cut = groupsOf[rule.key]
  return cut ? <Grouped groups={cut(value)} /> : value
}

function Summary({
  step,
  form,
  draftId,
  unionName,
}: {
  step: FormStep
  form: DraftForm
  draftId: string
  unionName: string | undefined
}) {
  return (
    <section className="card summary">
      <div className="top-row">
        <h2>{step.title}</h2>
        <a href={`/drafts/${draftId}/${step.id}`} aria-label={`改${step.title}`}>
          改
        </a>
      </div>
      <dl className="pairs">
        {fieldsOf(step, form)
          .filter((rule) => rule.kind !== 'derived')
          .map((rule) => (
            <div key={rule.key} style={{ display: 'contents' }}>
              <dt>{rule.label}</dt>
              <dd>
                <Value rule={rule} form={form} unionName={unionName} />
              </dd>
            </div>
          ))}
      </dl>
    </section>
  )
}

function Pledge({
  id,
  title,
  text,
  on,
  problem,
  onChange,
}: {
  id: string
  title: string
  text?: string
  on: boolean
  problem: string | undefined
  onChange: (on: boolean) => void
}) {
  return (
    <>
      <label className="promise">
        <input
          id={id}
          type="checkbox"
          checked={on}
          onChange={(event) => onChange(event.target.checked)}
          {...(problem && { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
        />
        <span>
          {title}
          {text && <small>{text}</small>}
        </span>
      </label>
      {problem && (
        <p id={`${id}-problem`} className="problem">
          <Icon name="bang" />
          {problem}
        </p>
      )}
    </>
  )
}

function Promises({
  policy,
  form,
  keeper,
  problems,
}: {
  policy: Policy
  form: DraftForm
  keeper: DraftKeeper
  problems: readonly FieldError[]
}) {
  const given = form.consents ?? []
  const says = (field: string) => problems.find((problem) => problem.field === field)?.says
  return (
    <section className="card promises">
      <h2 className="unseen">承诺和同意</h2>
      <Pledge
        id="declared"
        title="我承诺"
        text={policy.form.declaration}
        on={form.declared === true}
        problem={says('declared')}
        onChange={(on) => keeper.set({ declared: on })}
      />
      {policy.form.consents.map((consent) => (
        <Pledge
          key={consent.id}
          id={`consents.${consent.id}`}
          title={consent.title}
          text={consent.text}
          on={given.includes(consent.id)}
          problem={says(`consents.${consent.id}`)}
          onChange={(on) =>
            keeper.set({ consents: on ? [...given, consent.id] : given.filter((id) => id !== consent.id) })
          }
        />
      ))}
    </section>
  )
}

/** What the server did not take, with the way to each box. */
function Refusal({
  problem,
  policy,
  form,
  draftId,
}: {
  problem: unknown
  policy: Policy
  form: DraftForm
  draftId: string
}) {
  const lost = problem instanceof Problem && problem.code === 'network'
  const fields = problem instanceof Problem ? problem.fields : []
  return (
    <Trouble
      problem={lost ? new Problem('network', '没有连上网络，不知道收到没有。再按一次，不会重复提交。') : problem}
    >
      <ul>
        {fields.map(({ field, says }) => {
          const step = stepWith(policy.form.steps, form, field)
          return <li key={field}>{step ? <a href={`/drafts/${draftId}/${step.id}`}>{says}</a> : says}</li>
        })}
      </ul>
    </Trouble>
  )
}

/** Files a new claim, or the correction of a filed one. A repeat under the same id is answered with what it produced. */
function useHandIn(keeper: DraftKeeper, draft: DraftSnapshot) {
  const [actionId] = useState(newId)
  const correcting = draft.correcting
  return useMutation({
    mutationFn: async () => {
      await keeper.save()
      const saved = keeper.snapshot()
      if (saved.phase !== 'saved') throw saved.problem ?? new Problem('network', '还没有保存好，没有提交。再试一次。')
      if (!correcting) return request<Filed>('PUT', `/applications/${keeper.id}`, { draftVersion: saved.version })
      const filed = await queryClient.fetchQuery({
        queryKey: keys.application(keeper.id),
        queryFn: () => request<{ version: number }>('GET', `/applications/${keeper.id}`),
        staleTime: 0,
      })
      const kind = correcting.state === 'returned' ? 'resubmit' : 'amend'
      return request<Acted>('PUT', `/applications/${keeper.id}/actions/${actionId}`, {
        kind,
        expectedVersion: filed.version,
        draftVersion: saved.version,
      })
    },
    onSuccess: () => {
      forgetDraft(keeper.id)
      void queryClient.invalidateQueries()
      goTo(correcting ? `/applications/${keeper.id}` : `/applications/${keeper.id}/receipt`, true)
    },
  })
}

const stepWith = (steps: readonly FormStep[], form: DraftForm, field: string): FormStep | undefined =>
  steps.find((step) => fieldsOf(step, form).some((rule) => rule.key === field || `files.${rule.key}` === field))

/** What is still open in the steps before, each with the way to it. */
function Missing({
  steps,
  form,
  draftId,
  problems,
}: {
  steps: readonly FormStep[]
  form: DraftForm
  draftId: string
  problems: readonly FieldError[]
}) {
  const elsewhere = problems.flatMap((problem) => {
    const step = stepWith(steps, form, problem.field)
    return step ? [{ ...problem, step }] : []
  })
  if (elsewhere.length === 0) return null
  return (
    <section className="card" id="missing" tabIndex={-1}>
      <p>
        <b>还差{elsewhere.length}处</b>，点一下就到那里
      </p>
      <div className="rows">
        {elsewhere.map(({ field, says, step }) => (
          <a key={field} href={`/drafts/${draftId}/${step.id}`}>
            <Icon name="ring" className="tone-idle" />
            <span className="grow">{says}</span>
            <Icon name="forward" className="chevron" />
          </a>
        ))}
      </div>
    </section>
  )
}

function Buttons({
  correcting,
  open,
  pending,
  onBack,
  onSubmit,
}: {
  correcting: DraftSnapshot['correcting']
  open: number
  pending: boolean
  onBack: () => void
  onSubmit: () => void
}) {
  const again = correcting?.state === 'returned' ? '补好了，重新提交' : '改好了，重新提交'
  return (
    <>
      <p className="why" role="status">
        {open > 0 && `还有${open}处没有填好或没有勾选`}
      </p>
      <div className="two">
        <button type="button" className="button line" onClick={onBack}>
          上一步
        </button>
        <button type="button" className="button" aria-disabled={pending || open > 0} onClick={onSubmit}>
          {pending ? '正在提交' : correcting ? again : '提交给单位工会'}
        </button>
      </div>
    </>
  )
}

/** Why it was not taken: a taken certificate in a sheet of its own, anything else in words above the form. */
function NotTaken({
  problem,
  policy,
  form,
  draftId,
  isNew,
}: {
  problem: unknown
  policy: Policy
  form: DraftForm
  draftId: string
  /** A new claim, not the correction of one. */
  isNew: boolean
}) {
  const [seen, setSeen] = useState<unknown>()
  const code = problem instanceof Problem ? problem.code : undefined
  const isTaken = code === 'filing.certificate-taken' || code === 'filing.certificate-awarded'
  if (!problem) return null
  if (!isTaken || seen === problem) return <Refusal problem={problem} policy={policy} form={form} draftId={draftId} />
  return (
    <Suspense fallback={null}>
      <DuplicateSheet
        policy={policy}
        awarded={code === 'filing.certificate-awarded'}
        number={form.certificateNumber ?? ''}
        mayObject={isNew}
        onMend={() => goTo(`/drafts/${draftId}/certificate`)}
        onObject={() => goTo(`/drafts/${draftId}/objection`)}
        onClose={() => setSeen(problem)}
      />
    </Suspense>
  )
}

export function Confirmation({
  policy,
  keeper,
  draft,
  today,
  bar,
}: {
  policy: Policy
  keeper: DraftKeeper
  draft: DraftSnapshot
  today: PlainDate
  bar: ReactNode
}) {
  const session = useSession().data
  const { form, correcting } = draft
  const union = useUnion(form.baseUnionId)
  const [tried, setTried] = useState(false)
  const handIn = useHandIn(keeper, draft)
  const problems = formProblems(form, policy, today)
  const steps = policy.form.steps.slice(0, -1)
  const submit = () => {
    setTried(true)
    const first = problems[0]
    if (!first) return handIn.isPending ? undefined : handIn.mutate()
    document.getElementById(stepWith(steps, form, first.field) ? 'missing' : first.field)?.focus()
  }
  return (
    <Page
      title={claimTitle(draft)}
      parent="/mine"
      bar={
        <Buttons
          correcting={correcting}
          open={tried ? problems.length : 0}
          pending={handIn.isPending}
          onBack={() => goTo(`/drafts/${keeper.id}/${steps.at(-1)!.id}`)}
          onSubmit={submit}
        />
      }
    >
      {bar}
      <SaveTrouble keeper={keeper} draft={draft} />
      <NotTaken problem={handIn.error} policy={policy} form={form} draftId={keeper.id} isNew={!correcting} />
      <Missing steps={steps} form={form} draftId={keeper.id} problems={problems} />
      {session && <AssessmentCard policy={policy} form={form} now={businessNow(session)} whole />}
      <h2 className="heading">
        填的内容<small>请再核对一遍</small>
      </h2>
      {steps.map((step) => (
        <Summary key={step.id} step={step} form={form} draftId={keeper.id} unionName={union.data?.name} />
      ))}
      <h2 className="heading">
        承诺和同意<small>读完再勾</small>
      </h2>
      <Promises policy={policy} form={form} keeper={keeper} problems={tried ? problems : []} />
      {!correcting && printProblems(form, policy, today).length === 0 && (
        <p className="after">
          走纸上申报、先盖章再由申报点录入的，<a href={`/drafts/${keeper.id}/form`}>打印这张没有提交的申请表</a>
        </p>
      )}
      <p className="muted after">工资问卷另外问，自愿填，和这份申报不连在一起。</p>
    </Page>
  )
}
