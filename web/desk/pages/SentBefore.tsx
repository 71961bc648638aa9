/** 恢复前送出的付款: what was sent and the restored database does not know; two people say what became of each. */
import { Input, Radio } from 'antd'
import { useState } from 'react'
import type { AnswerSentBefore, SentBefore as Sent } from '../../../contract/payouts.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './payouts.css'

type Reference = Sent['references'][number]
type Answer = AnswerSentBefore['answer']
const answers = ['settled', 'failed', 'bounced', 'notSent'] as const satisfies readonly Answer[]
const answerTitles: { readonly [A in Answer]: string } = {
  settled: '已到账',
  failed: '没付成',
  bounced: '付了，又退回来',
  notSent: '银行没有收到过',
}

export default function SentBefore() {
  const path = '/sent-before'
  const sent = useServer<Sent>(path)
  return (
    <Page
      title="恢复前送出的付款"
      rule="数据恢复到了早些时候，这些付款那以后已经送出，本系统不认得。按参考号向银行逐笔查，两个人查到的一样，才能再放行。"
    >
      <Loaded query={sent} path={path}>
        {({ references }) => <List references={references} />}
      </Loaded>
    </Page>
  )
}

function List({ references }: { references: readonly Reference[] }) {
  const today = useToday()
  const staff = useStaff()
  const [asked, setAsked] = useState<Reference>()
  const { shown, pager } = usePage(references)
  if (references.length === 0) {
    return (
      <section className="panel">
        <Empty title="没有要查的" next="没有恢复过数据，或者恢复前送出的都认得，放行照常" />
      </section>
    )
  }
  const open = references.filter(({ agreedBy }) => agreedBy === undefined)
  const first = open.filter(({ answer }) => answer === undefined)
  return (
    <>
      <Figures
        figures={[
          { label: '等第一个人', value: counted(first.length), after: '笔' },
          { label: '等第二个人', value: counted(open.length - first.length), after: '笔' },
          { label: '查清了', value: counted(references.length - open.length), after: '笔' },
        ]}
      />
      <section className="panel">
        <div className="table-box">
          <table className="t finance">
            <Head columns={['参考号', '送出', { right: '金额（元）' }, '第一个人查到', '第二个人', '']} />
            <tbody>
              {shown.map((each) => (
                <tr key={each.reference} className={each.agreedBy === undefined ? undefined : 'past'}>
                  <td>{each.reference}</td>
                  <td>{each.sentAt === 0 ? '记录不全' : moment(each.sentAt, today)}</td>
                  <td className="r b">{each.amountFen === 0 ? '—' : yuanColumn(each.amountFen)}</td>
                  <td>
                    {each.answer ? (
                      `${answerTitles[each.answer]}，${each.answeredBy}`
                    ) : (
                      <Status kind="waiting" plain>
                        等查
                      </Status>
                    )}
                  </td>
                  <td>
                    <Second reference={each} />
                  </td>
                  <td className="r">
                    {each.agreedBy === undefined && (
                      <button
                        type="button"
                        className="plain"
                        aria-label={`登记${each.reference}`}
                        onClick={() => setAsked(each)}
                      >
                        {each.answeredBy === staff.name ? '改我登记的…' : '登记查到的…'}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {pager}
      </section>
      {asked && <Answering reference={asked} onBack={() => setAsked(undefined)} />}
    </>
  )
}

function Second({ reference: { answer, agreedBy } }: { reference: Reference }) {
  if (agreedBy !== undefined)
    return (
      <Status kind="met" plain>
        一样，{agreedBy}
      </Status>
    )
  if (!answer) return <span className="mut">—</span>
  return (
    <Status kind="active" plain>
      等另一位财务
    </Status>
  )
}

function Answering({ reference: { reference, amountFen }, onBack }: { reference: Reference; onBack: () => void }) {
  const [answer, setAnswer] = useState<Answer>()
  const [words, setWords] = useState('')
  const [missing, setMissing] = useState<'answer' | 'words'>()
  const write = useWrite<AnswerSentBefore, { agreed: boolean }>(() => `/sent-before/${reference}/answer`)
  const send = () => {
    const lacking = !answer ? 'answer' : words.trim().length < 2 ? 'words' : undefined
    setMissing(lacking)
    if (!answer || lacking) return
    write.send({ answer, words: words.trim() }, ({ agreed }) => {
      say(agreed ? '两个人查到的一样，这一笔查清了' : '已登记，等另一位财务自己查一遍')
      onBack()
    })
  }
  return (
    <SecondStep
      open
      title="向银行查到的结果"
      go="登记"
      pending={write.pending}
      problem={write.problem}
      onBack={onBack}
      onGo={send}
    >
      <p className="long-name">
        参考号 {reference}
        {amountFen > 0 && `，${yuanColumn(amountFen)}元`}
      </p>
      <Field label="银行说" wrong={missing === 'answer' ? '选一个结果。' : undefined}>
        {(aria) => (
          <Radio.Group
            {...aria}
            aria-label="银行说"
            className="column"
            value={answer}
            onChange={(event) => setAnswer(event.target.value as Answer)}
          >
            {answers.map((each) => (
              <Radio key={each} value={each}>
                {answerTitles[each]}
              </Radio>
            ))}
          </Radio.Group>
        )}
      </Field>
      <Field
        label="怎么查的"
        hint="例如 7月15日电话问网点，回单号0715-3"
        wrong={missing === 'words' ? '写上怎么查的。' : undefined}
      >
        {(aria) => (
          <Input.TextArea
            {...aria}
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={500}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Field>
    </SecondStep>
  )
}
