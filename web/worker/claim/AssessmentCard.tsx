/** The answer of the rules to what has been filled in so far, anew with every change. */
import { factsOf } from '../../../contract/facts.ts'
import type { DraftForm } from '../../../contract/form.ts'
import { assess } from '../../../domain/assessment.ts'
import type { Instant } from '../../../domain/dates.ts'
import type { Policy } from '../../../domain/policy.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { statusIcon, statusTone } from '../../ui/Status.tsx'
import { dayWithYear, yuan } from '../../ui/words.ts'
import { Findings } from '../Findings.tsx'
import { answerOf, sorted } from '../verdict.ts'

/** `whole`: all findings; otherwise only what stands in the way. Silent until the certificate is described. */
export function AssessmentCard({
  policy,
  form,
  now,
  whole,
}: {
  policy: Policy
  form: DraftForm
  now: Instant
  whole?: boolean
}) {
  const assessment = assess(policy, factsOf(form, { channel: 'unit', receivedAt: now }))
  if (!form.level || !form.filingAuthority || !form.issuedOn) return null
  // What is to be mended in a box is said under the box.
  if (!whole && assessment.findings.some(({ consequence }) => consequence === 'return')) return null
  const answer = answerOf(assessment)
  const { unmet, open } = sorted(assessment.findings)
  const inTheWay = [...unmet, ...open.filter(({ consequence }) => consequence !== 'wait')]
  const good = answer.kind === 'met'
  return (
    <section aria-live="polite" aria-label="按通知评估">
      <div className={good ? 'calm' : answer.kind === 'unmet' ? 'calm warn' : 'calm grey'}>
        <Icon name={good ? 'checkCircle' : statusIcon(answer.kind)} className={`tone-${statusTone(answer.kind)}`} />
        <div>
          {answer.title}
          {good && assessment.amountIfMetFen !== undefined && `，${yuan(assessment.amountIfMetFen)}`}
          <small className="block">{good ? '以你填的内容判断，交上去以后再核对登记。' : answer.says}</small>
          {good && <Clause id={policy.amounts.clause} quote={policy.amounts.quoteByLevel[form.level] ?? ''} />}
        </div>
      </div>
      <Findings
        policy={policy}
        findings={
          whole
            ? assessment.findings.filter((finding) => finding.outcome === 'met' || inTheWay.includes(finding))
            : inTheWay
        }
        filled={{ issueDate: dayWithYear(form.issuedOn), occupation: form.occupationName }}
        short
      />
    </section>
  )
}
