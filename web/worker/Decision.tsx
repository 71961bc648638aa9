/** Sent back, or declined: each reason with its clause, and what to do. */
import { useMutation } from '@tanstack/react-query'
import type { ApplicationView, DraftView } from '../../contract/applications.ts'
import type { Policy } from '../../domain/policy.ts'
import { request } from '../ui/api.ts'
import { Clause } from '../ui/Clause.tsx'
import { Icon } from '../ui/icons.tsx'
import { day, dateOf, dayWithWeekday, moment, timeLeft } from '../ui/words.ts'
import { dialled, phoneInWords } from './contacts.ts'
import { forgetDraft } from './draft.ts'
import { goTo } from './navigation.ts'
import { queryClient } from './queries.ts'

/** A draft of the same id, prefilled with what was filed; then the step to begin with. */
export function useCorrection(id: string) {
  return useMutation({
    mutationFn: async (step: string) => {
      await request<DraftView>('POST', `/applications/${id}/draft`, {})
      return step
    },
    onSuccess: (step) => {
      forgetDraft(id)
      void queryClient.invalidateQueries({ queryKey: ['drafts'] })
      goTo(`/drafts/${id}/${step}`)
    },
  })
}
type Correction = ReturnType<typeof useCorrection>

/** The step of the form where a reason is mended; seals and lists are the unions' to mend. */
const stepOfReason: { readonly [reason: string]: string } = {
  idUnclear: 'materials',
  certificateUnclear: 'materials',
  cardUnclear: 'materials',
  payeeChoice: 'payee',
  formMissing: 'person',
  identityUnclear: 'person',
  differsFromCertificate: 'certificate',
  registerDiffers: 'certificate',
  registerNotFound: 'certificate',
}
const firstStep = (filed: ApplicationView) => stepOfReason[filed.decision?.reasons[0]?.id ?? ''] ?? 'person'

export function Returned({ filed, today }: { filed: ApplicationView; today: string | undefined }) {
  const { decision, returnedUntil } = filed
  const left = today && returnedUntil ? timeLeft(today, returnedUntil) : undefined
  const sender = filed.steps.find(({ status }) => status === 'current')?.holder
  return (
    <>
      <section className="now err">
        <p className="tag">
          <Icon name="return" />
          退回补正
        </p>
        <h2>请补{decision?.reasons.length ?? 0}处，补完继续办理</h2>
        {decision && (
          <p className="muted">
            {sender} {moment(decision.at, today)}退回
          </p>
        )}
        {returnedUntil && (
          <p className="deadline">
            <b>
              <span className="nowrap">{dayWithWeekday(returnedUntil, today)}</span>24:00前
            </b>
            补交
            <span className="block">
              {left && `${left.says}。`}按时补交，申报时间仍算
              <span className="nowrap">{day(dateOf(filed.receivedAt))}</span>
            </span>
          </p>
        )}
      </section>
      <section className="card">
        <ol className="mendings">
          {decision?.reasons.map((reason, place) => (
            <li key={reason.id}>
              <i aria-hidden>{place + 1}</i>
              <div>
                <b>{reason.text}</b>
                <Clause id={reason.clause} quote={reason.quote} />
              </div>
            </li>
          ))}
        </ol>
        {decision?.words && <p className="reviewer">“{decision.words}”</p>}
      </section>
      <p className="muted after">其他不用动。只换照片、申请表内容没变的，不用重新盖章。</p>
    </>
  )
}

/** What the union asked for, kept in sight while it is mended. */
export function Asked({ filed }: { filed: ApplicationView | undefined }) {
  if (filed?.state !== 'returned' || !filed.decision) return null
  return (
    <div className="calm warn">
      <Icon name="return" />
      <p>
        {filed.decision.reasons.map(({ text }) => text).join('；')}
        <small className="block">“{filed.decision.words}”</small>
      </p>
    </div>
  )
}

Returned.Bar = function ReturnedBar({ filed, correction }: { filed: ApplicationView; correction: Correction }) {
  const first = filed.decision?.reasons[0]
  return (
    <button
      type="button"
      className="button"
      aria-disabled={correction.isPending}
      onClick={() => !correction.isPending && correction.mutate(firstStep(filed))}
    >
      {first ? '去补第1处' : '去补正'}
    </button>
  )
}

/** Reasons with their clauses, and the words beside them. */
export function Decided({ filed }: { filed: ApplicationView }) {
  const { decision } = filed
  return (
    <section className="card">
      <ul className="mendings">
        {decision?.reasons.map((reason) => (
          <li key={reason.id}>
            <Icon name="cross" className="tone-err" label="不符合" />
            <div>
              <b>{reason.text}</b>
              <Clause id={reason.clause} quote={reason.quote} />
            </div>
          </li>
        ))}
      </ul>
      {decision?.words && <p className="reviewer">“{decision.words}”</p>}
    </section>
  )
}

/** While somebody else looks again: the first decision, and what was answered to it. */
export function AskedAgain({ filed }: { filed: ApplicationView }) {
  const { requested, outcome } = filed.reReview ?? {}
  if (!requested) return null
  return (
    <>
      {filed.state === 'reReview' && (
        <>
          <h2 className="heading">第一次的决定</h2>
          <Decided filed={filed} />
        </>
      )}
      <h2 className="heading">复核</h2>
      <section className="card">
        <p className="muted">{moment(requested.at)} 你提出复核</p>
        <p className="reviewer">“{requested.words}”</p>
        {outcome && (
          <>
            <p className="muted after-words">
              {moment(outcome.at)} {outcome.kind === 'uphold' ? '复核维持原来的决定' : '复核改为继续办理'}
            </p>
            {/* upheld, the words stand above as those of the decision */}
            {outcome.words !== filed.decision?.words && <p className="reviewer">“{outcome.words}”</p>}
          </>
        )}
      </section>
    </>
  )
}

/** Sent on to the union where it belongs. */
export function SentOn({ filed }: { filed: ApplicationView }) {
  const last = filed.history.findLast(({ kind }) => kind === 'redirect')
  if (!last?.redirected) return null
  return (
    <div className="calm">
      <Icon name="forward" />
      <p>
        已转送：从{last.redirected.from}到{last.redirected.to}
        <small className="block">{last.words && `“${last.words}”`}申报时间不变。</small>
      </p>
    </div>
  )
}

export function Declined({ filed, policy }: { filed: ApplicationView; policy: Policy }) {
  const { decision, reReview, permissions } = filed
  const mayAsk = permissions.requestReReview
  const displaced = filed.history.at(-1)?.kind === 'displace'
  const contact = policy.contacts[0]
  return (
    <>
      <section className="now err">
        <p className="tag">
          <Icon name="crossCircle" />
          审核不通过
        </p>
        <h2>{displaced ? '证书经核实归别人申报' : '这张证书这次不能资助'}</h2>
        {decision && <p className="muted">{moment(decision.at)}作出</p>}
      </section>
      <Decided filed={filed} />
      <AskedAgain filed={filed} />
      <h2 className="heading">怎么办</h2>
      <div className="card rows">
        {mayAsk?.allowed && (
          <a href={`/applications/${filed.id}/re-review`}>
            <span className="grow">
              觉得不对，申请复核
              <span className="muted block">
                由另一个人重新看，只有一次
                {reReview?.until && (
                  <>
                    ，<span className="nowrap">{day(reReview.until)}24:00前</span>提出
                  </>
                )}
              </span>
            </span>
            <Icon name="forward" className="chevron" />
          </a>
        )}
        {contact && (
          <a href={dialled(contact)}>
            <span className="grow">
              有疑问，打电话问
              <span className="muted num block">
                {phoneInWords(contact)}
                {mayAsk?.why === 're-review.too-late' && `，${mayAsk.says?.split('。')[0]}`}
              </span>
            </span>
            <Icon name="phone" className="hand" />
          </a>
        )}
        <a href="/check">
          <span className="grow">
            有别的证书，测一测
            <span className="muted block">一张证书申报一次，各不影响</span>
          </span>
          <Icon name="forward" className="chevron" />
        </a>
      </div>
    </>
  )
}
