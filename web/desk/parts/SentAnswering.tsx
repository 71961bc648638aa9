/** One person says what became of a payment that the send log or the database does not know, or of a whole batch. */
import { Input, Radio } from 'antd'
import { useState } from 'react'
import type { AnswerSentBatch, SentBatchAnswered, SentBefore } from '../../../contract/payouts.ts'
import { counted, yuanColumn } from '../../ui/words.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

type Reference = SentBefore['references'][number]
type Answer = AnswerSentBatch['answer']
export type Asked =
  | { readonly reference: Reference }
  | { readonly batchId: string; readonly open: number; readonly like: Reference }

export const answerTitles: { readonly [A in Answer]: string } = {
  asBankSays: '每一笔照银行说的',
  settled: '已到账',
  failed: '没付成',
  bounced: '付了，又退回来',
  notSent: '银行没有收到过',
  explained: '知道记录簿里为什么少',
}

/** What the server takes: of what went to the city's bank, what that says. */
function answersTo(asked: Asked): readonly Answer[] {
  const { missing, route, bankSays } = 'reference' in asked ? asked.reference : asked.like
  if (missing) return ['explained']
  const out = ['settled', 'failed', 'bounced'] as const
  if (!('reference' in asked)) return route === 'bank' ? ['asBankSays', ...out] : [...out, 'notSent']
  if (bankSays === 'neverSeen' && route === 'bank') return ['notSent']
  if (bankSays === 'inProgress' || (route === 'bank' && bankSays === undefined)) return out
  return bankSays === undefined || bankSays === 'neverSeen' ? [...out, 'notSent'] : [bankSays]
}

export function SentAnswering({ asked, onBack }: { asked: Asked; onBack: () => void }) {
  const answers = answersTo(asked)
  const [answer, setAnswer] = useState<Answer | undefined>(answers.length === 1 ? answers[0] : undefined)
  const [words, setWords] = useState('')
  const [lacking, setLacking] = useState<'answer' | 'words'>()
  const isOne = 'reference' in asked
  const missing = isOne ? asked.reference.missing : asked.like.missing
  const write = useWrite<AnswerSentBatch, Partial<SentBatchAnswered> | { agreed: boolean }>(() =>
    isOne ? `/sent-before/${asked.reference.reference}/answer` : `/sent-before/batches/${asked.batchId}/answer`,
  )
  const send = () => {
    const without = !answer ? 'answer' : words.trim().length < 2 ? 'words' : undefined
    setLacking(without)
    if (!answer || without) return
    write.send({ answer, words: words.trim() }, (done) => {
      if ('open' in done) {
        const agreed = Number(done.agreed)
        say(`登记了${counted(done.answered ?? 0)}笔，两个人说的一样、查清了${counted(agreed)}笔`)
      } else say(done.agreed ? '两个人说的一样，这一笔查清了' : '已登记，等另一位财务自己查一遍')
      onBack()
    })
  }
  const label = missing ? '查明了什么' : '银行说'
  return (
    <SecondStep
      open
      title={missing ? '记录簿里少的付款' : '向银行查到的结果'}
      go="登记"
      pending={write.pending}
      problem={write.problem}
      onBack={onBack}
      onGo={send}
    >
      <p className="long-name">
        {isOne
          ? `参考号 ${asked.reference.reference}${asked.reference.amountFen > 0 ? `，${yuanColumn(asked.reference.amountFen)}元` : ''}`
          : `同一批送出、还没有查清的${counted(asked.open)}笔，一起登记。另一位财务登记得不一样的不动。`}
      </p>
      <Field label={label} wrong={lacking === 'answer' ? '选一个结果。' : undefined}>
        {(aria) => (
          <Radio.Group
            {...aria}
            aria-label={label}
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
        label={missing ? '为什么少' : '怎么查的'}
        hint={missing ? '例如 7月15日磁盘坏了一块，这一行没有救回来' : '例如 7月15日电话问网点，回单号0715-3'}
        wrong={lacking === 'words' ? '写上你查到的。' : undefined}
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
