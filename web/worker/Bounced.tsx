/** The bank did not pay: why in plain words, what to do, and what has become of it since (四.一.5, 四.二.3). */
import './bounced.css'
import type { ApplicationView } from '../../contract/applications.ts'
import { failed, failureTold } from '../../domain/payee.ts'
import type { Policy } from '../../domain/policy.ts'
import { ClauseNumber } from '../ui/Clause.tsx'
import { Icon } from '../ui/icons.tsx'
import type { IconName } from '../ui/icons.tsx'
import { dateOf, day, moment, yuan } from '../ui/words.ts'
import { dialled, phoneInWords } from './contacts.ts'
import { WithdrawCard } from './WithdrawCard.tsx'

type Payee = NonNullable<ApplicationView['payee']>
const cardTitles = { memberCard: '工会会员服务卡', bankCard: '本人银行卡' } as const

type Standing = {
  readonly tone: '' | ' err'
  readonly icon: IconName
  readonly tag: string
  readonly title: string
  /** Beneath a title that ends in a colon. */
  readonly cause?: string
  readonly pairs: readonly (readonly [string, string])[]
  /** What the worker does: nothing, or one of the ways. */
  readonly calm?: string
}

function standingOf(filed: ApplicationView, payee: Payee, today: string | undefined): Standing {
  const last = payee.attempts.at(-1)
  const { change } = payee
  const amount = yuan(filed.amountFen)
  const since = change?.current ? change : undefined
  const toCard = ['收款卡', `${cardTitles[payee.kind]}，尾号${payee.tail}`] as const
  const inHands = ['在谁手里', payee.payer] as const
  if (last && !failed(last))
    return {
      ...{ tone: '', icon: 'half', tag: '重新发放中', title: `正在重新发放${amount}` },
      pairs: [toCard, inHands, ['到什么时候', '银行有了结果，在这里显示']],
      calm: '已送银行，结果在“消息”里告诉你',
    }
  if (since?.state === 'open')
    return {
      ...{ tone: '', icon: 'half', tag: '核对中', title: '已收到，等另一个人核对' },
      pairs: [
        [since.sameAccount ? '收款卡' : '新的收款卡', `尾号${since.tail}`],
        ['提交时间', moment(since.at, today)],
        inHands,
      ],
      calm: '核对后重新发放，结果在“消息”里告诉你',
    }
  if (since?.state === 'confirmed')
    return {
      ...{ tone: '', icon: 'check', tag: '已更正', title: `已核对，等重新发放${amount}` },
      pairs: [toCard, inHands],
      calm: '重新发放后在“消息”里告诉你',
    }
  const { cause } = failureTold(last?.code ?? 'other', payee.kind)
  const gaveBack = last?.state === 'bounced'
  const byPayer = !payee.may.same && !payee.may.another
  return {
    ...{ tone: ' err', icon: 'bang', tag: '没有到账', cause },
    title: gaveBack ? `银行退回了${amount}：` : `银行没有收下${amount}：`,
    pairs: [
      ['收款卡', `${cardTitles[payee.kind]}，尾号${last?.tail ?? payee.tail}`],
      ...(last?.heardAt === undefined
        ? []
        : [[gaveBack ? '退回时间' : '银行答复', moment(last.heardAt, today)] as const]),
      ...(byPayer ? [inHands] : []),
    ],
    ...(byPayer && { calm: '工会会再发，结果在“消息”里告诉你' }),
  }
}

export function Bounced({
  filed,
  policy,
  today,
}: {
  filed: ApplicationView
  policy: Policy
  today: string | undefined
}) {
  const { payee } = filed
  if (!payee) return null
  const { tone, icon, tag, title, cause, pairs, calm } = standingOf(filed, payee, today)
  const refused = payee.change?.current && payee.change.state === 'refused' ? payee.change : undefined
  return (
    <>
      <section className={`now${tone}`}>
        <p className="tag">
          <Icon name={icon} />
          {tag}
        </p>
        <h2>
          {title}
          {cause && <span className="block">{cause}</span>}
        </h2>
        <dl className="pairs">
          {pairs.map(([name, value]) => (
            <div key={name} className="pair">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {tone && (
          <p className="kept">
            <Icon name="checkCircle" />
            <span>资助还在，金额不变，不用重新申报</span>
          </p>
        )}
      </section>
      {calm && (
        <div className="calm">
          <Icon name="checkCircle" />
          <p>
            你现在不用做什么
            <br />
            <small>{calm}</small>
          </p>
        </div>
      )}
      {payee.change?.current && <WithdrawCard filed={filed} />}
      {refused && (
        <div className="calm warn">
          <Icon name="return" />
          <p>
            上次填的收款卡（尾号{refused.tail}）没有核对通过
            <small className="block">“{refused.words}”请按下面的办法再来一次。</small>
          </p>
        </div>
      )}
      {!calm && <Ways filed={filed} payee={payee} policy={policy} />}
      {calm && payee.may.another && <AnotherCard filed={filed} payee={payee} />}
    </>
  )
}

/** The two ways, or the one that is left. */
function Ways({ filed, payee, policy }: { filed: ApplicationView; payee: Payee; policy: Policy }) {
  const code = payee.attempts.at(-1)?.code ?? 'other'
  const { todo, mend } = failureTold(code, payee.kind)
  const both = payee.may.same && mend !== undefined
  const contact = policy.contacts[0]
  const page = `/applications/${filed.id}/payee`
  return (
    <>
      <h2 className="heading">{both ? '选一种办法' : '怎么办'}</h2>
      {both && (
        <>
          <section className="card way">
            <h3>{mend.title}</h3>
            <ol>
              {mend.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            <a className="button" href={`${page}?same=1`}>
              {mend.button}
            </a>
          </section>
          <p className="or">或者</p>
        </>
      )}
      <section className="card way">
        <h3>换一张收款卡</h3>
        <p>
          {both ? '' : todo}
          {payee.kinds.includes('bankCard')
            ? '本人名下的卡，需短信验证'
            : '只能是本人的工会会员服务卡，需短信验证'}{' '}
          <ClauseNumber id={payee.clause} />
        </p>
        <a className={both ? 'button line' : 'button'} href={page}>
          填新卡号
        </a>
      </section>
      <p className="muted after">
        提交后由{payee.payer}核对，再重新发放。
        {contact && (
          <>
            有问题打{' '}
            <a href={dialled(contact)} className="nowrap">
              {phoneInWords(contact)}
            </a>
          </>
        )}
      </p>
    </>
  )
}

/** Before anything was tried: the card may have changed since it was filed. */
export function CardChanged({ filed }: { filed: ApplicationView }) {
  const { payee } = filed
  const change = payee?.change?.current ? payee.change : undefined
  if (change?.state === 'open')
    return (
      <>
        <div className="calm grey">
          <Icon name="clock" />
          <p>
            新的收款卡尾号{change.tail}，等{payee!.payer}核对
            <small className="block">{day(dateOf(change.at))}提交。核对以前先不发放，申报和金额不变。</small>
          </p>
        </div>
        <WithdrawCard filed={filed} />
      </>
    )
  if (!payee?.may.another) return null
  return (
    <>
      {change?.state === 'refused' && (
        <div className="calm warn">
          <Icon name="return" />
          <p>
            新填的收款卡（尾号{change.tail}）没有核对通过
            <small className="block">“{change.words}”原来的收款卡没有变。</small>
          </p>
        </div>
      )}
      <AnotherCard filed={filed} payee={payee} />
    </>
  )
}

function AnotherCard({ filed, payee }: { filed: ApplicationView; payee: Payee }) {
  return (
    <p className="card-changed">
      发到{cardTitles[payee.kind]}，尾号{payee.tail}。{' '}
      <a href={`/applications/${filed.id}/payee`} className="nowrap">
        卡停用或换了，改收款卡
      </a>
    </p>
  )
}
