/** What the policy says of this case, what was looked up, and what has happened so far. */
import { Fragment } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { sealTitles } from '../../../domain/roles.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Finding, findingKind } from '../../ui/Finding.tsx'
import { Status } from '../../ui/Status.tsx'
import type { StatusKind } from '../../ui/Status.tsx'
import { day, dateOf, moment, yuanFigure } from '../../ui/words.ts'
import { usePolicy, useToday } from '../query.ts'
import { Block } from './Block.tsx'
import { KinPanel } from './Kin.tsx'
import { PaperPlace } from './PaperPlace.tsx'
import { CallNotes } from './CallNotes.tsx'

type View = ApplicationView['assessment']
const urgency: readonly StatusKind[] = ['unmet', 'person', 'waiting', 'met']
/** What merely comes with a later step stands last and counts against nothing. */
const comesLater = (finding: View['findings'][number]) => finding.outcome !== 'met' && finding.consequence === 'later'
const rank = (finding: View['findings'][number]) =>
  comesLater(finding) ? urgency.length : urgency.indexOf(findingKind(finding))

/** The answer in one line: everything met, or how many are not and how many are open. */
export function verdictOf(assessment: View): { readonly kind: StatusKind; readonly says: string } {
  const kinds = assessment.findings.filter((finding) => !comesLater(finding)).map(findingKind)
  const count = (kind: StatusKind) => kinds.filter((candidate) => candidate === kind).length
  if (count('unmet') > 0) return { kind: 'unmet', says: `${count('unmet')}项不符合` }
  if (count('person') > 0) return { kind: 'person', says: `${count('person')}项要人判断` }
  if (count('waiting') > 0) return { kind: 'waiting', says: `${count('waiting')}项等结果` }
  return { kind: 'met', says: '全部符合' }
}

/** Advice speaks to the applicant: of use here only where something has to be sent back. */
function forReviewer(finding: View['findings'][number]): View['findings'][number] {
  const { advice: _advice, ...rest } = finding
  return findingKind(finding) === 'unmet' ? finding : rest
}

export function AssessmentPane({ application }: { application: ApplicationView }) {
  return (
    <section className="pane assessment-pane" aria-label="评估">
      <Assessment application={application} />
      <Decision application={application} />
      <Money application={application} />
      <PaperPlace application={application} />
      <Checks application={application} />
      <History application={application} />
      <CallNotes application={application} />
      <KinPanel application={application} />
    </section>
  )
}

export function Assessment({ application }: { application: ApplicationView }) {
  const policy = usePolicy().data!
  const { assessment } = application
  const verdict = verdictOf(assessment)
  const findings = [...assessment.findings].sort((a, b) => rank(a) - rank(b))
  return (
    <>
      <div className="verdict">
        <Status kind={verdict.kind} plain bold>
          {verdict.says}
        </Status>
        <span className="sp" />
        <b className="num">{yuanFigure(application.amountFen)}</b>
        <span>元</span>
        <ClauseNumber id={policy.amounts.clause} target="_blank" />
      </div>
      <ul className="findings">
        {findings.map((finding) => (
          <li key={`${finding.condition} ${finding.clause}`}>
            <Finding finding={forReviewer(finding)} clauseTarget="_blank" />
          </li>
        ))}
      </ul>
    </>
  )
}

/** The last return or refusal, in full. */
export function Decision({ application }: { application: ApplicationView }) {
  const today = useToday()
  const { decision } = application
  if (!decision) return null
  return (
    <Block
      title={
        application.state === 'declined'
          ? '审核不通过'
          : application.history.at(-1)?.kind === 'sendBack'
            ? '终审退回审核'
            : '上一次退回'
      }
      aside={`${decision.by} ${moment(decision.at, today)}`}
    >
      <ul className="reasons-said">
        {decision.reasons.map((reason) => (
          <li key={reason.id}>
            {reason.text} <ClauseNumber id={reason.clause} target="_blank" />
          </li>
        ))}
      </ul>
      <p className="sm ink2">{decision.words}</p>
    </Block>
  )
}

/** Where the money is, once it has been approved. */
export function Money({ application }: { application: ApplicationView }) {
  const today = useToday()
  const { money } = application
  if (!money) return null
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['终审', `${money.documentNumber}，${day(dateOf(money.approvedAt), today)}`],
    ['划拨通知', money.noticeNumber],
    ['划拨', money.transferredAt === undefined ? undefined : day(dateOf(money.transferredAt), today)],
    ['区局收款', money.receivedOn && day(money.receivedOn, today)],
    ['最迟发放', money.paidOn ? undefined : money.payDueOn && day(money.payDueOn, today)],
    ['发放', money.paidOn && day(money.paidOn, today)],
    ['收款的卡', money.payeeTail && `尾号${money.payeeTail}`],
  ]
  return (
    <Block title="资金">
      <dl className="evidence-facts">
        {facts.map(
          ([label, value]) =>
            value && (
              <Fragment key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </Fragment>
            ),
        )}
      </dl>
    </Block>
  )
}

const outcomes: { readonly [O in ApplicationView['checks'][number]['outcome']]: { kind: StatusKind; says: string } } = {
  pass: { kind: 'met', says: '相符' },
  fail: { kind: 'unmet', says: '不相符' },
  noData: { kind: 'unknown', says: '没有登记' },
  unavailable: { kind: 'dueSoon', says: '对方系统不可用' },
}
const outcomeOf = (check: ApplicationView['checks'][number]) => {
  if (check.name === 'previousAwards')
    return check.outcome === 'pass' ? { ...outcomes.pass, says: '未发现' } : outcomes.fail
  if (check.name === 'alikeCertificate' && check.outcome !== 'pass')
    return { kind: 'person' as const, says: '有相像的，要人看' }
  return outcomes[check.outcome]
}

export function Checks({ application }: { application: ApplicationView }) {
  const today = useToday()
  const { checks } = application
  const noRegister = !checks.some((check) => check.name === 'certificateRegister')
  return (
    <Block title="核验">
      <ul className="checks">
        {checks
          .filter((check) => check.name !== 'alikeCertificate')
          .map((check) => {
            const { kind, says } = outcomeOf(check)
            return (
              <li key={check.id}>
                <span>{check.title}</span>
                <span className={kind === 'dueSoon' ? 'greyed' : undefined}>
                  <Status kind={kind} plain>
                    {says}
                  </Status>
                </span>
                <span className="mut" title={check.source}>
                  {check.by ?? check.source} {day(dateOf(check.at), today)}
                </span>
              </li>
            )
          })}
        {noRegister && (
          <li>
            <span>证书登记</span>
            <Status kind="waiting" plain>
              待审核
            </Status>
            <span className="mut">由服务中心核验</span>
          </li>
        )}
      </ul>
    </Block>
  )
}

export function History({ application }: { application: ApplicationView }) {
  const today = useToday()
  return (
    <Block title="历史">
      <ol className="history">
        {[...application.history].reverse().map((entry) => (
          <li key={entry.seq}>
            <time>{moment(entry.at, today)}</time>
            <span>
              <Said application={application} entry={entry} />
              {entry.documentNumber && <span className="mut"> {entry.documentNumber}</span>}
              {entry.words && <q>{entry.words}</q>}
            </span>
          </li>
        ))}
      </ol>
    </Block>
  )
}

type Entry = ApplicationView['history'][number]
/** What was done, and by whom; a seal on paper with whose it is and of which day. */
function Said({ application, entry }: { application: ApplicationView; entry: Entry }) {
  const today = useToday()
  const { seal, step, title, by } = entry
  if (!seal) return `${title}（${by}）`
  const stepTitle = application.steps.find(({ kind }) => kind === step)?.title ?? title
  return (
    <>
      {stepTitle}：纸上盖章，{seal.whose}（{sealTitles[seal.kind]}），{day(seal.sealedOn, today)}，由{by}登记
      {!seal.counts && <span className="mut">　表改过或已撤销，这个章不再算数</span>}
    </>
  )
}
