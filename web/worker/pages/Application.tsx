/** One claim: who has it, until when, what one has to do; each step with its clause. */
import { lazy, Suspense, useState } from 'react'
import '../progress.css'
import type { ApplicationView } from '../../../contract/applications.ts'
import { channelRules } from '../../../domain/policy.ts'
import type { Policy, StepKind } from '../../../domain/policy.ts'
import { Icon } from '../../ui/icons.tsx'
import type { IconName } from '../../ui/icons.tsx'
import { statusIcon, statusOfState } from '../../ui/Status.tsx'
import { day, dayWithYear, moment, momentToSecond, yuan } from '../../ui/words.ts'
import { dialled, phoneInWords } from '../contacts.ts'
import { Findings } from '../Findings.tsx'
import { Page } from '../Page.tsx'
import { AskedAgain, Declined, Returned, SentOn, useCorrection } from '../Decision.tsx'
import { useApplication, useNow, usePolicy } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'
import { TakenBack } from '../TakenBack.tsx'
import { Timeline } from '../Timeline.tsx'

const Bounced = lazy(async () => ({ default: (await import('../Bounced.tsx')).Bounced }))
const CardChanged = lazy(async () => ({ default: (await import('../Bounced.tsx')).CardChanged }))
const WithdrawSheet = lazy(async () => ({ default: (await import('../sheets/WithdrawSheet.tsx')).WithdrawSheet }))

/** Who is at work, in the worker's words. */
const atWork: { readonly [S in StepKind]: string } = {
  hrOpinion: '单位人力资源部门正在办理',
  firstReview: '单位工会正在办理',
  forwarding: '申报点正在报送',
  secondReview: '区局（产业）工会正在复审',
  automaticChecks: '系统正在核对',
  roster: '竞赛承办单位正在汇总',
  verification: '服务中心正在核验证书',
  finalApproval: '市总工会正在终审',
}

/** R17: final approval waits until the district federation's copies are at the centre. */
const waitsForCopies = ({ step, copies }: ApplicationView) =>
  step === 'finalApproval' && copies?.awaited === true && copies.state !== 'received'

function answer(filed: ApplicationView): { icon: IconName; tag: string; title: string } {
  const current = filed.steps.find(({ status }) => status === 'current')
  const icon = statusIcon(statusOfState(filed.state))
  switch (filed.state) {
    case 'inReview':
      return {
        icon,
        tag: current?.title ?? filed.stateTitle,
        title: waitsForCopies(filed) ? '证书已核对，等复印件送到' : filed.step ? atWork[filed.step] : filed.stateTitle,
      }
    case 'approved':
      return { icon, tag: filed.stateTitle, title: `终审通过，资助${yuan(filed.amountFen)}` }
    case 'awarded':
      return { icon, tag: filed.stateTitle, title: `正在发放${yuan(filed.amountFen)}` }
    case 'paid':
      return { icon: 'checkCircle', tag: filed.stateTitle, title: `${yuan(filed.amountFen)}已经到你的卡上` }
    case 'bounced':
      return { icon, tag: '没有到账', title: `银行没有收下${yuan(filed.amountFen)}` }
    case 'withdrawn':
      return { icon, tag: filed.stateTitle, title: '这份申报已经撤回' }
    case 'cancelled':
      return { icon, tag: filed.stateTitle, title: '这笔资助已经取消' }
    case 'reReview':
      return { icon, tag: filed.stateTitle, title: '正在复核' }
    case 'returned':
    case 'declined':
      return { icon, tag: filed.stateTitle, title: filed.stateTitle }
  }
}

function Now({ filed }: { filed: ApplicationView }) {
  const { icon, tag, title } = answer(filed)
  const tones: { readonly [state: string]: string } = { paid: ' ok', bounced: ' err', withdrawn: ' idle' }
  const tone = tones[filed.state] ?? ''
  return (
    <section className={`now${tone}`}>
      <p className="tag">
        <Icon name={icon} />
        {tag}
      </p>
      <h2>{title}</h2>
      <dl className="pairs">
        {filed.state !== 'paid' && filed.holder.name !== '你' && (
          <>
            <dt>在谁手里</dt>
            <dd>{filed.holder.name}</dd>
            <dt>到什么时候</dt>
            <dd>{filed.holder.says}</dd>
          </>
        )}
        {filed.state === 'paid' && filed.money && (
          <>
            {filed.money.paidOn && (
              <>
                <dt>发放日期</dt>
                <dd>{dayWithYear(filed.money.paidOn)}</dd>
              </>
            )}
            <dt>收款卡</dt>
            <dd>
              {(filed.payee?.kind ?? filed.form.payee) === 'bankCard' ? '本人银行卡' : '工会会员服务卡'}，尾号
              {filed.money.payeeTail}
            </dd>
            <dt>终审文号</dt>
            <dd>{filed.money.documentNumber}</dd>
          </>
        )}
      </dl>
    </section>
  )
}

/** Somebody else says the certificate is theirs: by whom nobody is told, why it takes longer everybody. */
function Objected({ filed: { objection }, today }: { filed: ApplicationView; today: string | undefined }) {
  if (!objection) return null
  return (
    <div className="calm warn">
      <Icon name="clock" />
      <p>
        有人对这张证书提出异议，服务中心正在核实
        <br />
        <small>
          <span className="nowrap">{moment(objection.since, today)}</span>
          提出。申报照常办理，核实完再终审，结果会在“消息”里告诉你。
        </small>
      </p>
    </div>
  )
}

/** What the worker has to do now: mostly nothing. */
function Calm({ filed, policy }: { filed: ApplicationView; policy: Policy }) {
  const contact = policy.contacts[0]
  switch (filed.state) {
    case 'inReview':
    case 'reReview':
    case 'approved':
    case 'awarded':
      return (
        <div className="calm">
          <Icon name="checkCircle" />
          <p>
            你现在不用做什么
            <br />
            <small>每走一步都会在“消息”里告诉你</small>
          </p>
        </div>
      )
    case 'withdrawn':
      return (
        <div className="calm grey">
          <Icon name="pause" />
          <p>
            证书可以重新申报
            <br />
            <small>
              {day(policy.window.closesOn)}24:00前收到即有效。回到“我的申报”填一份新的。
              {contact && `有疑问打${contact.phone}。`}
            </small>
          </p>
        </div>
      )
    default:
      return null
  }
}

function Acts({ filed, policy }: { filed: ApplicationView; policy: Policy }) {
  const [withdrawing, setWithdrawing] = useState(false)
  const correction = useCorrection(filed.id)
  const { amend, withdraw, resubmit } = filed.permissions
  const contact = policy.contacts[0]
  if (resubmit?.allowed) return null
  return (
    <>
      {correction.error && <Trouble problem={correction.error} />}
      <div className="three">
        {amend?.allowed && (
          <button
            type="button"
            className="button line"
            aria-disabled={correction.isPending}
            onClick={() => correction.mutate('person')}
          >
            修改
          </button>
        )}
        {withdraw?.allowed && (
          <button type="button" className="button line" onClick={() => setWithdrawing(true)}>
            撤回
          </button>
        )}
        <a className="button line" href={`/applications/${filed.id}/form`}>
          申请表
        </a>
        {!amend?.allowed && contact && (
          <a className="button line" href={dialled(contact)} aria-label={`打电话 ${phoneInWords(contact)}`}>
            打电话
          </a>
        )}
      </div>
      {withdrawing && (
        <Suspense fallback={null}>
          <WithdrawSheet filed={filed} policy={policy} onClose={() => setWithdrawing(false)} />
        </Suspense>
      )}
    </>
  )
}

function Body({ filed, policy, today }: { filed: ApplicationView; policy: Policy; today: string | undefined }) {
  const unit = channelRules(policy, 'unit')
  return (
    <>
      {filed.state === 'returned' && <Returned filed={filed} today={today} />}
      {filed.state === 'declined' && <Declined filed={filed} policy={policy} />}
      {filed.state === 'bounced' && (
        <Suspense fallback={<Now filed={filed} />}>
          <Bounced filed={filed} policy={policy} today={today} />
        </Suspense>
      )}
      {filed.money?.takenBack && <TakenBack filed={filed} policy={policy} today={today} />}
      {!['returned', 'declined', 'bounced'].includes(filed.state) && !filed.money?.takenBack && <Now filed={filed} />}
      <Objected filed={filed} today={today} />
      <Calm filed={filed} policy={policy} />
      {(filed.state === 'approved' || filed.state === 'awarded') && (
        <Suspense fallback={null}>
          <CardChanged filed={filed} />
        </Suspense>
      )}
      <SentOn filed={filed} />
      {filed.state !== 'declined' && <AskedAgain filed={filed} />}
      <section className="card">
        <Timeline filed={filed} payment={unit.payment} />
      </section>
      {filed.state !== 'paid' && filed.state !== 'withdrawn' && (
        <details className="card judged">
          <summary>按通知逐条评估</summary>
          <Findings findings={filed.assessment.findings} policy={policy} short />
        </details>
      )}
      {filed.state === 'bounced' && (
        <p className="muted after">
          <a href={`/applications/${filed.id}/form`}>看申请表</a>
        </p>
      )}
      <p className="identified">
        <span>
          受理号 <span className="num">{filed.receiptNumber}</span>
        </span>
        <span className="nowrap">申报时间 {momentToSecond(filed.receivedAt, today)}</span>
      </p>
    </>
  )
}

function Opened({ id }: { id: string }) {
  const application = useApplication(id)
  const policy = usePolicy()
  const now = useNow()
  const correction = useCorrection(id)
  useSignInWhen(application.error)
  const filed = application.data
  if (!filed || !policy.data) {
    return (
      <Page title="申报进度" parent="/mine">
        <Await query={application}>{() => <Await query={policy}>{() => null}</Await>}</Await>
      </Page>
    )
  }
  const bar =
    filed.state === 'returned' ? (
      <>
        {correction.error && <Trouble problem={correction.error} />}
        <Returned.Bar filed={filed} correction={correction} />
      </>
    ) : filed.state === 'bounced' ? undefined : (
      <Acts filed={filed} policy={policy.data} />
    )
  return (
    <Page title={filed.state === 'bounced' ? '收款' : '申报进度'} parent="/mine" bar={bar}>
      <Body filed={filed} policy={policy.data} today={now?.today} />
    </Page>
  )
}

export default function Application({ id }: { id: string }) {
  return (
    <SignedIn>
      <Opened id={id} />
    </SignedIn>
  )
}
