/** The claim's way as an ordered list: done, current, ahead; who, until when, by which clause. */
import type { ApplicationView } from '../../contract/applications.ts'
import { failed, failureTold } from '../../domain/payee.ts'
import type { Citation } from '../../domain/policy.ts'
import { ClauseNumber } from '../ui/Clause.tsx'
import { Icon } from '../ui/icons.tsx'
import type { IconName } from '../ui/icons.tsx'
import { dateOf, day, moment, yuan } from '../ui/words.ts'

/** `ended`: declined; `stopped`: the worker took it back; `unpaid`: an attempt that the bank did not pay. */
type Mark = 'done' | 'current' | 'sentBack' | 'ended' | 'stopped' | 'unpaid' | 'ahead'
type Stop = { key: string; title: string; mark: Mark; says?: string; when?: string; clause?: string }

const icons: { readonly [M in Mark]?: IconName } = {
  done: 'check',
  current: 'half',
  sentBack: 'return',
  ended: 'cross',
  stopped: 'pause',
  unpaid: 'bang',
}
const spoken: { readonly [M in Mark]: string } = {
  done: '已办',
  current: '办理中',
  sentBack: '已退回',
  ended: '到此为止',
  stopped: '到此为止',
  unpaid: '没有到账',
  ahead: '还没有开始',
}

function markOf(filed: ApplicationView, status: 'done' | 'current' | 'ahead'): Mark {
  if (status === 'current' && filed.state === 'returned') return 'sentBack'
  return status
}

/** What was tried and not paid, first to last. */
const unpaid = ({ payee }: ApplicationView): Stop[] =>
  (payee?.attempts ?? []).filter(failed).map((attempt, place) => ({
    key: attempt.id,
    title: `第${place + 1}次发放`,
    mark: 'unpaid',
    says: `尾号${attempt.tail}，${attempt.state === 'bounced' ? '银行退回' : '银行没有收下'}：${failureTold(attempt.code ?? 'other', payee?.kind).cause}`,
    ...(attempt.heardAt !== undefined && { when: day(dateOf(attempt.heardAt)) }),
  }))

/** The money's way: transferred to the union, received, paid. */
function paying(filed: ApplicationView, payment: Citation): Stop {
  const { money, form } = filed
  const kind = filed.payee?.kind ?? form.payee
  const card = `尾号${money?.payeeTail ?? form.accountNumber?.slice(-4) ?? ''}的${kind === 'bankCard' ? '银行卡' : '会员服务卡'}`
  const base = { key: 'payout', title: '发放', clause: payment.clause }
  if (filed.state === 'cancelled') return { ...base, mark: 'stopped', says: '资助已取消' }
  if (filed.state === 'paid')
    return {
      ...base,
      mark: 'done',
      says: `${yuan(filed.amountFen)}打到${card}`,
      ...(money?.paidOn && { when: day(money.paidOn) }),
    }
  if (filed.state === 'bounced') return { ...base, mark: 'current', title: '重新发放', says: filed.holder.says }
  if (money?.receivedOn) {
    return {
      ...base,
      mark: 'current',
      says: `${day(money.receivedOn)}工会收到，原则上两周内打到${card}`,
      ...(money.payDueOn && { when: `最迟${day(money.payDueOn)}` }),
    }
  }
  if (money?.transferredAt)
    return { ...base, mark: 'current', says: `已划拨到${filed.unions.district}，等工会登记收款` }
  const says = `工会收款后，原则上两周内打到${card}`
  return { ...base, mark: filed.state === 'approved' || filed.state === 'awarded' ? 'current' : 'ahead', says }
}

function stops(filed: ApplicationView, payment: Citation): Stop[] {
  const received: Stop = {
    key: 'received',
    title: '已收到',
    mark: 'done',
    when: moment(filed.receivedAt),
    says: `${filed.levelTitle}，资助${yuan(filed.amountFen)}`,
  }
  const steps = filed.steps.map((step): Stop => {
    const mark = markOf(filed, step.status)
    const when =
      step.doneAt !== undefined
        ? day(dateOf(step.doneAt))
        : mark === 'current'
          ? '办理中'
          : mark === 'sentBack'
            ? '已退回'
            : undefined
    return {
      key: step.kind,
      title: step.title,
      mark,
      clause: step.clause,
      says: mark === 'current' ? step.says : step.holder,
      ...(when && { when }),
    }
  })
  if (filed.state === 'declined' || filed.state === 'withdrawn') {
    const until = steps.filter(({ mark }) => mark === 'done')
    return [
      received,
      ...until,
      {
        key: 'ended',
        title: filed.stateTitle,
        mark: filed.state === 'declined' ? 'ended' : 'stopped',
        ...(filed.decision && { when: day(dateOf(filed.decision.at)) }),
      },
    ]
  }
  return [received, ...steps, ...unpaid(filed), paying(filed, payment)]
}

export function Timeline({ filed, payment }: { filed: ApplicationView; payment: Citation }) {
  return (
    <ol className="timeline">
      {stops(filed, payment).map((stop) => {
        const icon = icons[stop.mark]
        const current = stop.mark === 'current' || stop.mark === 'sentBack'
        return (
          <li key={stop.key} className={stop.mark} {...(current && { 'aria-current': 'step' })}>
            <span className="dot">{icon && <Icon name={icon} />}</span>
            <p className="headline">
              <b>{stop.title}</b>
              <span className="unseen">，{spoken[stop.mark]}</span>
              <span className="when">
                {stop.when} {stop.clause && <ClauseNumber id={stop.clause} />}
              </span>
            </p>
            {stop.says && <p className="says">{stop.says}</p>}
          </li>
        )
      })}
    </ol>
  )
}
