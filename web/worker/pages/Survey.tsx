/** The annex's seven questions, in its words: voluntary, each may be left out, and nothing leads back to the claim. */
import { useMutation } from '@tanstack/react-query'
import '../claim/claim.css'
import type { Policy, SurveyQuestion } from '../../../domain/policy.ts'
import type { AnswerSurvey, SurveyTicket } from '../../../contract/survey.ts'
import { request, sendWithoutSession } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { ChoiceField, TextField } from '../fields.tsx'
import { useKept } from '../kept.ts'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'

type Answers = AnswerSurvey['answers']

function Question({
  question,
  place,
  answer,
  onAnswer,
}: {
  question: SurveyQuestion
  place: number
  answer: Answers[string] | undefined
  onAnswer: (answer: Answers[string] | undefined) => void
}) {
  const label = `${place}. ${question.text}`
  if (question.kind === 'yuanPerMonth') {
    return (
      <TextField
        label={label}
        hint="元/月，写整数"
        inputMode="numeric"
        maxLength={6}
        value={answer === undefined ? '' : String(answer)}
        onChange={(text) => {
          const digits = text.replace(/\D/g, '')
          onAnswer(digits === '' ? undefined : Number(digits))
        }}
      />
    )
  }
  return (
    <ChoiceField
      label={label}
      open
      value={answer as string | undefined}
      options={(question.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
      onChange={onAnswer}
    />
  )
}

function Asked({ id, policy }: { id: string; policy: Policy }) {
  const [{ answers, consented }, write, forget] = useKept<{ answers: Answers; consented: boolean }>(`survey.${id}`, {
    answers: {},
    consented: false,
  })
  const send = useMutation({
    mutationFn: async () => {
      const { ticket } = await request<SurveyTicket>('POST', '/survey-tickets', { applicationId: id })
      await sendWithoutSession('PUT', '/survey-answers', { ticket, consented: true, answers } satisfies AnswerSurvey)
      forget()
    },
  })
  useSignInWhen(send.error)
  const answered = Object.keys(answers).length
  const why = answered === 0 ? '还没有回答，不想答就点“不填”' : consented ? undefined : '先勾选同意'
  if (send.isSuccess) {
    return (
      <Page title="收入问卷" parent={`/applications/${id}/receipt`} bar={<Skip id={id} words="看申报进度" whole />}>
        <div className="calm">
          <Icon name="checkCircle" />
          <p>
            问卷已收下
            <small className="block">没有记下是谁答的，所以也改不了、查不到。</small>
          </p>
        </div>
      </Page>
    )
  }
  return (
    <Page
      title="收入问卷"
      parent={`/applications/${id}/receipt`}
      bar={
        <>
          <p className="why" role="status">
            {why}
          </p>
          <div className="two halves">
            <Skip id={id} words="不填" />
            <button
              type="button"
              className="button"
              aria-disabled={why !== undefined || send.isPending}
              onClick={() => !why && !send.isPending && send.mutate()}
            >
              {send.isPending ? '正在交' : '交问卷'}
            </button>
          </div>
        </>
      }
    >
      {send.error && <Trouble problem={send.error} />}
      <section className="card">
        <p>
          <b>自愿填，不填不影响申报。</b>
          <span className="nowrap">每一题都可以空着。</span>
        </p>
        <p className="muted beside">
          只记答案、技能等级和产业，不记姓名、申报和时间，收入记到千元。市总工会只看汇总，少于10人的格子不显示。
        </p>
        <Clause id="附件" quote={policy.survey.intro} />
      </section>
      <section className="sheet-of-fields">
        {policy.survey.questions.map((question, place) => (
          <Question
            key={question.id}
            question={question}
            place={place + 1}
            answer={answers[question.id]}
            onAnswer={(answer) => {
              const { [question.id]: _, ...others } = answers
              write({ consented, answers: answer === undefined ? others : { ...others, [question.id]: answer } })
            }}
          />
        ))}
      </section>
      <section className="card promises">
        <label className="promise">
          <input
            type="checkbox"
            checked={consented}
            onChange={(event) => write({ answers, consented: event.target.checked })}
          />
          <span>
            同意把以上答案用于课题调研
            <small>只为这份问卷，和申报的同意分开。</small>
          </span>
        </label>
      </section>
    </Page>
  )
}

const Skip = ({ id, words, whole = false }: { id: string; words: string; whole?: boolean }) => (
  <a className={whole ? 'button' : 'button line'} href={`/applications/${id}`}>
    {words}
  </a>
)

function Opened({ id }: { id: string }) {
  const policy = usePolicy()
  if (policy.data) return <Asked id={id} policy={policy.data} />
  return (
    <Page title="收入问卷" parent={`/applications/${id}/receipt`}>
      <Await query={policy}>{() => null}</Await>
    </Page>
  )
}

export default function Survey({ id }: { id: string }) {
  return (
    <SignedIn>
      <Opened id={id} />
    </SignedIn>
  )
}
