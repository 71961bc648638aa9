/** One case as it is told on the phone: the answer first, then why; and the note of what was asked and answered. */
import { Input } from 'antd'
import { useState } from 'react'
import type { ConsultationView, ToldCase as Told, WriteCallNote } from '../../../contract/consultation.ts'
import { Clause, ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { dateOf, day, dayWithWeekday, moment, yuan } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { Refusal } from './Refusal.tsx'
import { useWrite } from './write.ts'

export function ToldCase({ call, told }: { call: string; told: Told }) {
  const today = useToday()
  const { holder, person } = told
  const stands = told.state === 'returned' ? '等职工补正' : '正在办'
  return (
    <article className="panel told" aria-label={`受理号${told.receiptNumber}`}>
      <header>
        <b className="num">{told.receiptNumber}</b>
        <Status kind={statusOfState(told.state)}>{told.stateTitle}</Status>
        <span>
          {told.levelTitle}，{told.occupationName}，{yuan(told.amountFen)}
        </span>
        <span className="mut">{moment(told.receivedAt, today)}收到</span>
      </header>
      {person && (
        <p className="ink2">
          {person.name}　身份证 <span className="num">{person.idNumber}</span>　手机{' '}
          <span className="num">{person.phone}</span>
        </p>
      )}
      <div>
        <p className="answer">
          {holder.name === '你' ? '在职工本人手里' : `在${holder.name}`}
          {holder.dueOn && `，到${dayWithWeekday(holder.dueOn, today)}`}
        </p>
        <p>{holder.says}</p>
      </div>
      <section>
        <h3>职工接下来可以做什么</h3>
        <ul className="next">
          {told.next.map((each) => (
            <li key={each}>
              <Icon name="forward" />
              {each}
            </li>
          ))}
        </ul>
      </section>
      {told.reasons.length > 0 && (
        <section>
          <h3>{told.state === 'declined' ? '为什么没有通过' : '为什么退回'}</h3>
          <ul>
            {told.reasons.map((reason) => (
              <li key={reason.text}>
                {reason.text}
                <Clause id={reason.clause} quote={reason.quote} target="_blank" />
              </li>
            ))}
          </ul>
          {person?.words && <p className="ink2">给职工的话：{person.words}</p>}
        </section>
      )}
      <section>
        <h3>办理过程</h3>
        <ol className="way-of-case">
          {told.steps.map((step) => (
            <li key={step.title} {...(step.status === 'current' && { 'aria-current': 'step' as const })}>
              <Icon name={step.status === 'done' ? 'checkCircle' : step.status === 'current' ? 'half' : 'ring'} />
              <b>{step.title}</b>
              <span className="mut">{step.holder}</span>
              <span>
                {step.doneAt !== undefined
                  ? `${day(dateOf(step.doneAt), today)}办完`
                  : step.dueOn
                    ? `最迟${day(step.dueOn, today)}`
                    : step.status === 'current'
                      ? stands
                      : ''}{' '}
                <ClauseNumber id={step.clause} target="_blank" />
              </span>
            </li>
          ))}
        </ol>
      </section>
      <Calls call={call} told={told} />
    </article>
  )
}

function Calls({ call, told }: { call: string; told: Told }) {
  const today = useToday()
  const [asked, setAsked] = useState('')
  const [answered, setAnswered] = useState('')
  const write = useWrite<WriteCallNote, ConsultationView>((id) => `/consultations/${call}/notes/${id}`)
  const why = asked.trim().length < 2 ? '先写问了什么' : answered.trim().length < 2 ? '再写怎么答的' : undefined
  const press = () =>
    write.send({ applicationId: told.applicationId, asked: asked.trim(), answered: answered.trim() }, () => {
      setAsked('')
      setAnswered('')
      say('来电已记下，随这件申报保存')
    })
  return (
    <section aria-label="来电记录">
      <h3>来电记录</h3>
      {told.notes.length > 0 ? (
        <ol className="calls">
          {told.notes.map((note) => (
            <li key={note.id}>
              <p className="mut sm">
                {note.by} {moment(note.at, today)}
                {note.here && '，这一通'}
              </p>
              <p>问：{note.asked}</p>
              <p>答：{note.answered}</p>
            </li>
          ))}
        </ol>
      ) : (
        <p className="mut sm">{told.person ? '还没有来电记录' : '核对本人后才显示以前的来电'}</p>
      )}
      <div className="stack tight">
        <Field label="问了什么">
          {(aria) => (
            <Input {...aria} maxLength={300} value={asked} onChange={(event) => setAsked(event.target.value)} />
          )}
        </Field>
        <Field label="怎么答的">
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={2}
              maxLength={600}
              value={answered}
              onChange={(event) => setAnswered(event.target.value)}
            />
          )}
        </Field>
        <Refusal problem={write.problem} />
        <Press why={why} pending={write.pending} onPress={press}>
          记下这次来电
        </Press>
      </div>
    </section>
  )
}
