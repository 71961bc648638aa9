/** The award was cancelled: why, whom to ask, and what to pay back where it had been paid, until that is there. */
import type { ApplicationView } from '../../contract/applications.ts'
import { cancelCauseTitles } from '../../domain/correction.ts'
import type { Policy } from '../../domain/policy.ts'
import { Icon } from '../ui/icons.tsx'
import { day, yuan } from '../ui/words.ts'
import { dialled, phoneInWords } from './contacts.ts'

type Shown = { readonly filed: ApplicationView; readonly policy: Policy; readonly today: string | undefined }

export function TakenBack({ filed, policy, today }: Shown) {
  const { cause, payBackTo, paidBackOn } = filed.money!.takenBack!
  const contact = policy.contacts[0]
  const amount = yuan(filed.amountFen)
  const [icon, tone, tag, says] = paidBackOn
    ? (['half', '', '等核对', `${amount}已经收到，正在核对`] as const)
    : payBackTo
      ? (['bang', ' err', '要你退回', `这笔资助取消了，请退回${amount}`] as const)
      : (['pause', ' idle', filed.stateTitle, '这笔资助已经取消'] as const)
  return (
    <section className={`now${tone}`}>
      <p className="tag">
        <Icon name={icon} />
        {tag}
      </p>
      <h2>{says}</h2>
      <dl className="pairs">
        <dt>原因</dt>
        <dd>
          {cancelCauseTitles[cause]}
          {paidBackOn && '，资助已取消'}
        </dd>
        {paidBackOn ? (
          <>
            <dt>收到</dt>
            <dd>
              {day(paidBackOn, today)}，{payBackTo}登记。另一位财务核对完就办结，你不用做什么
            </dd>
          </>
        ) : (
          payBackTo && (
            <>
              <dt>退给谁</dt>
              <dd>{payBackTo}</dd>
              <dt>怎么退</dt>
              <dd>先问它的财务退到哪个账户，不要转给别人。{contact && '问不到的，打下面的电话'}</dd>
            </>
          )
        )}
        {contact && (
          <>
            <dt>不同意</dt>
            <dd>
              <a href={dialled(contact)}>{phoneInWords(contact)}</a>，说明受理号和理由
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}
