/** 测一测: a few questions, judged on the phone by the same rules as a filing; nothing is sent or kept. */
import { lazy, Suspense, useState } from 'react'
import { assess } from '../../../domain/assessment.ts'
import type { Assessment, Facts } from '../../../domain/facts.ts'
import type { Instant } from '../../../domain/dates.ts'
import { filingAuthorityTitles, levelTitles } from '../../../domain/policy.ts'
import type { Channel, FilingAuthority, Level, Policy } from '../../../domain/policy.ts'
import { dayWithYear } from '../../ui/words.ts'
import { ChoiceField, DateField, Field, Opener } from '../fields.tsx'
import { Page } from '../Page.tsx'
import { goBack, goTo } from '../navigation.ts'
import { businessNow, useNow, usePolicy, useSession } from '../queries.ts'
import type { Session } from '../queries.ts'
import type { ChosenOccupation } from '../sheets/OccupationSheet.tsx'
import { Await } from '../states.tsx'

const OccupationSheet = lazy(async () => ({ default: (await import('../sheets/OccupationSheet.tsx')).OccupationSheet }))
const CheckResult = lazy(async () => ({ default: (await import('../CheckResult.tsx')).CheckResult }))

type Answers = {
  level?: Level
  filingAuthority?: FilingAuthority | 'unsure'
  occupation?: ChosenOccupation
  issuedOn?: string
  member?: 'yes' | 'elsewhere' | 'no'
  memberCard?: 'valid' | 'notActivated' | 'none'
  competition?: 'yes' | 'no'
}
/** Kept while the page is open, so that 改回答 finds them again; gone with the page. */
let kept: Answers = {}

const factsOf = (answers: Answers, channel: Channel, now: Instant): Facts => ({
  channel,
  receivedAt: now,
  certificate: {
    ...(answers.level && { level: answers.level }),
    ...(answers.filingAuthority &&
      answers.filingAuthority !== 'unsure' && { filingAuthority: answers.filingAuthority }),
    ...(answers.occupation && { occupationName: answers.occupation.name }),
    ...(answers.occupation?.code && { occupationCode: answers.occupation.code }),
    ...(answers.issuedOn && { issuedOn: answers.issuedOn }),
  },
  membership: {
    ...(answers.member && { member: answers.member !== 'no', shanghaiUnion: answers.member === 'yes' }),
    ...(answers.memberCard && { memberCard: answers.memberCard }),
  },
  ...(answers.competition === 'yes' && { competition: {} }),
  materials: {},
})

export type CheckOutcome = {
  readonly assessment: Assessment
  /** Channels one may enter by oneself or be listed in, in the policy's order. */
  readonly channels: readonly Channel[]
  readonly filled: Readonly<Record<string, string | undefined>>
  readonly level: Level
}

/** Judged for the unit channel, as everybody may use it; where only another is open, for that one. */
function outcomeOf(policy: Policy, answers: Answers & { level: Level }, now: Instant): CheckOutcome {
  const byUnit = assess(policy, factsOf(answers, 'unit', now))
  const other = byUnit.verdict === false && byUnit.openChannels.includes('individual')
  const assessment = other ? assess(policy, factsOf(answers, 'individual', now)) : byUnit
  const authority =
    answers.filingAuthority === 'unsure' || !answers.filingAuthority
      ? '说不准'
      : filingAuthorityTitles[answers.filingAuthority]
  return {
    assessment,
    channels: byUnit.openChannels,
    level: answers.level,
    filled: {
      issueDate: answers.issuedOn && dayWithYear(answers.issuedOn),
      occupation: answers.occupation && `${answers.occupation.name}，${levelTitles[answers.level]}`,
      filingAuthority: `${levelTitles[answers.level]}，${authority}`,
      memberCard: answers.memberCard === 'none' ? '没有会员服务卡' : undefined,
    },
  }
}

const levelOptions = (policy: Policy) =>
  policy.form.steps.flatMap((step) => step.fields).find(({ key }) => key === 'level')?.choices ?? []
const authorityOptions = (policy: Policy) => [
  ...(policy.form.steps.flatMap((step) => step.fields).find(({ key }) => key === 'filingAuthority')?.choices ?? []),
  { value: 'unsure', label: '说不准' },
]

/** Questions still open, by the name of their box. */
function unanswered(answers: Answers): string[] {
  const asked: (keyof Answers)[] = ['level', 'filingAuthority', 'issuedOn', 'member', 'memberCard', 'competition']
  if (answers.level === 'seniorWorker') asked.splice(2, 0, 'occupation')
  return asked.filter((question) => answers[question] === undefined)
}

function OccupationQuestion({
  policy,
  chosen,
  problem,
  onChoose,
}: {
  policy: Policy
  chosen: ChosenOccupation | undefined
  problem: string | undefined
  onChoose: (chosen: ChosenOccupation) => void
}) {
  const [picking, setPicking] = useState(false)
  return (
    <Field id="occupation" label="职业（工种）" problem={problem}>
      {(described) => (
        <>
          <Opener described={described} shown={chosen?.name} aside={chosen?.code} onOpen={() => setPicking(true)} />
          {picking && (
            <Suspense fallback={null}>
              <OccupationSheet
                policy={policy}
                chosen={chosen}
                onChoose={({ name, code }) => {
                  setPicking(false)
                  onChoose({ name, ...(code && { code }) })
                }}
                onClose={() => setPicking(false)}
              />
            </Suspense>
          )}
        </>
      )}
    </Field>
  )
}

function MemberQuestions({
  answers,
  problem,
  put,
}: {
  answers: Answers
  problem: (question: keyof Answers) => string | undefined
  put: (part: Answers) => void
}) {
  return (
    <>
      <ChoiceField
        id="member"
        label="你是工会会员吗"
        open
        value={answers.member}
        options={[
          { value: 'yes', label: '是本市工会会员' },
          { value: 'elsewhere', label: '是外地工会会员' },
          { value: 'no', label: '还不是' },
        ]}
        problem={problem('member')}
        onChange={(member) => put({ member: member as 'yes' })}
      />
      <ChoiceField
        id="memberCard"
        label="有工会会员服务卡吗"
        open
        value={answers.memberCard}
        options={[
          { value: 'valid', label: '有，能用' },
          { value: 'notActivated', label: '有，没激活' },
          { value: 'none', label: '没有' },
        ]}
        problem={problem('memberCard')}
        onChange={(memberCard) => put({ memberCard: memberCard as 'valid' })}
      />
    </>
  )
}

function Questions({
  policy,
  answers,
  onChange,
  tried,
  today,
}: {
  policy: Policy
  answers: Answers
  onChange: (next: Answers) => void
  tried: boolean
  today: string | undefined
}) {
  const open = unanswered(answers)
  const problem = (question: keyof Answers) => (tried && open.includes(question) ? '还没有答这一题。' : undefined)
  const put = (part: Answers) => onChange({ ...answers, ...part })
  return (
    <section className="sheet-of-fields">
      <ChoiceField
        id="level"
        label="证书是哪一级"
        value={answers.level}
        options={levelOptions(policy)}
        problem={problem('level')}
        onChange={(level) => put({ level: level as Level })}
      />
      <ChoiceField
        id="filingAuthority"
        label="证书在哪里备案"
        hint="不是印证书的评价机构。Y或S开头的编号，第6、7位是31就是上海"
        value={answers.filingAuthority}
        options={authorityOptions(policy)}
        problem={problem('filingAuthority')}
        onChange={(authority) => put({ filingAuthority: authority as FilingAuthority | 'unsure' })}
      />
      {answers.level === 'seniorWorker' && (
        <OccupationQuestion
          policy={policy}
          chosen={answers.occupation}
          problem={problem('occupation')}
          onChoose={(occupation) => put({ occupation })}
        />
      )}
      <DateField
        id="issuedOn"
        label="发证日期"
        value={answers.issuedOn}
        today={today}
        problem={problem('issuedOn')}
        onChange={(issuedOn) => put({ issuedOn })}
      />
      <MemberQuestions answers={answers} problem={problem} put={put} />
      <ChoiceField
        id="competition"
        label={`这张证书是${policy.year}年市级“赛证融合”竞赛得的吗`}
        value={answers.competition}
        options={[
          { value: 'no', label: '不是' },
          { value: 'yes', label: '是' },
        ]}
        problem={problem('competition')}
        onChange={(competition) => put({ competition: competition as 'yes' })}
      />
    </section>
  )
}

function Checking({ policy, session, atResult }: { policy: Policy; session: Session; atResult: boolean }) {
  const [answers, setAnswers] = useState(kept)
  const [tried, setTried] = useState(false)
  const now = useNow()
  const open = unanswered(answers)
  const change = (next: Answers) => {
    kept = next
    setAnswers(next)
  }
  const finish = () => {
    setTried(true)
    const { level } = answers
    if (open.length > 0 || !level) {
      requestAnimationFrame(() => document.getElementById(open[0] ?? 'level')?.focus())
      return
    }
    goTo('/check/result')
  }
  if (atResult && open.length === 0 && answers.level) {
    const outcome = outcomeOf(policy, { ...answers, level: answers.level }, businessNow(session))
    return (
      <Suspense fallback={null}>
        <CheckResult
          policy={policy}
          outcome={outcome}
          onChange={() => goBack('/check')}
          onAgain={() => {
            change({
              ...(answers.member && { member: answers.member }),
              ...(answers.memberCard && { memberCard: answers.memberCard }),
            })
            setTried(false)
            goBack('/check')
          }}
        />
      </Suspense>
    )
  }
  return (
    <Page
      title="测一测"
      bar={
        <>
          {tried && open.length > 0 && (
            <p className="why" role="status">
              还有{open.length}题没有答
            </p>
          )}
          <button type="button" className="button" onClick={finish}>
            看结果
          </button>
        </>
      }
    >
      <p className="muted before">照证书回答。不用登录，不登记、不保存。</p>
      <Questions policy={policy} answers={answers} onChange={change} tried={tried} today={now?.today} />
    </Page>
  )
}

/** `part`: `result` once all is answered; a result opened without answers asks the questions. */
export default function Check({ part }: { part: string | undefined }) {
  const policy = usePolicy()
  const session = useSession()
  if (policy.data && session.data)
    return <Checking policy={policy.data} session={session.data} atResult={part === 'result'} />
  return (
    <Page title="测一测">
      <Await query={policy.data ? session : policy}>{() => null}</Await>
    </Page>
  )
}
