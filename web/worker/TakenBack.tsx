/** The award was cancelled: why, whom to ask, and what to pay back where it had been paid. */
import type { ApplicationView } from '../../contract/applications.ts'
import { cancelCauseTitles } from '../../domain/correction.ts'
import type { Policy } from '../../domain/policy.ts'
import { Icon } from '../ui/icons.tsx'
import { yuan } from '../ui/words.ts'
import { dialled, phoneInWords } from './contacts.ts'

export function TakenBack({ filed, policy }: { filed: ApplicationView; policy: Policy }) {
  const { cause, payBackTo } = filed.money!.takenBack!
  const contact = policy.contacts[0]
  return (
    <section className={`now${payBackTo ? ' err' : ' idle'}`}>
      <p className="tag">
        <Icon name={payBackTo ? 'bang' : 'pause'} />
        {payBackTo ? '要你退回' : filed.stateTitle}
      </p>
      <h2>{payBackTo ? `这笔资助取消了，请退回${yuan(filed.amountFen)}` : '这笔资助已经取消'}</h2>
      <dl className="pairs">
        <dt>原因</dt>
        <dd>{cancelCauseTitles[cause]}</dd>
        {payBackTo && (
          <>
            <dt>退给谁</dt>
            <dd>{payBackTo}。退到哪个账户、怎么退，先问它的财务，不要转给别人</dd>
          </>
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
