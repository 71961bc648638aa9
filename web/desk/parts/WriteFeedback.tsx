/** A letter to the service centre (四.一.末), from its page or out of a case: then about that case. */
import { Input, Radio } from 'antd'
import { useState } from 'react'
import type { FeedbackView, WriteFeedback as Message } from '../../../contract/feedback.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { useWrite } from './write.ts'

export const feedbackKinds = { problem: '问题', suggestion: '建议' } as const

/** @param about the receipt number of the case it is written out of; nothing else of the case goes along */
export function WriteFeedback({ about, onSent }: { about?: string; onSent?: () => void }) {
  const [kind, setKind] = useState<Message['kind']>('problem')
  const [words, setWords] = useState('')
  const [receiptNumber, setReceiptNumber] = useState('')
  const write = useWrite<Message, FeedbackView>((id) => `/feedback/${id}`)
  const receipt = about ?? receiptNumber.trim()
  const press = () =>
    write.send({ kind, words: words.trim(), ...(receipt && { receiptNumber: receipt }) }, () => {
      setWords('')
      setReceiptNumber('')
      say(about ? '已送到服务中心，答复在“问题和建议”里' : '已送到服务中心，答复会在这里显示')
      onSent?.()
    })
  return (
    <form
      className={about ? 'stack' : 'panel sign'}
      aria-label="写给服务中心"
      onSubmit={(event) => {
        event.preventDefault()
      }}
    >
      {about ? (
        <p>
          说的是 <b className="num">{about}</b>，随信只带受理号
        </p>
      ) : (
        <h2>写给服务中心</h2>
      )}
      <Radio.Group
        aria-label="写什么"
        value={kind}
        onChange={(event) => setKind(event.target.value as Message['kind'])}
        options={Object.entries(feedbackKinds).map(([value, label]) => ({ value, label }))}
      />
      <Field label="内容" hint="不用写身份证号、卡号">
        {(aria) => (
          <Input.TextArea
            {...aria}
            rows={5}
            maxLength={1000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Field>
      {!about && (
        <Field label="受理号（可以不填）" hint="说的是哪一件申报" wrong={fieldSays(write.problem, 'receiptNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={20}
              value={receiptNumber}
              onChange={(event) => setReceiptNumber(event.target.value)}
            />
          )}
        </Field>
      )}
      <Refusal problem={write.problem} />
      <Press
        primary
        block
        why={words.trim().length < 4 ? '先写内容' : undefined}
        pending={write.pending}
        onPress={press}
      >
        送服务中心
      </Press>
    </form>
  )
}
