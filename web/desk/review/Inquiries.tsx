/** 函询: letters that ask an authority about the certificate. Sent and not answered is an open fact, never a no. */
import { Input } from 'antd'
import { useState } from 'react'
import type { Acted, ApplicationView, SendInquiry } from '../../../contract/applications.ts'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { day } from '../../ui/words.ts'
import { Field } from '../parts/Field.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'

export function Inquiries({ application }: { application: ApplicationView }) {
  const today = useToday()
  const [sending, setSending] = useState(false)
  return (
    <section className="case-block" aria-label="函询">
      <div className="row">
        <h2>函询</h2>
        <span className="sp" />
        {!sending && (
          <button type="button" className="plain" onClick={() => setSending(true)}>
            <Icon name="doc" /> 登记发函
          </button>
        )}
      </div>
      {application.inquiries.length === 0 && !sending && (
        <p className="mut sm">登记系统里查不了的，发函问备案部门，回函后再定。</p>
      )}
      <ul>
        {application.inquiries.map((inquiry) => (
          <li key={inquiry.id}>
            <Status kind={inquiry.repliedOn ? 'met' : 'waiting'} plain>
              已函询 {day(inquiry.sentOn, today)}，{inquiry.repliedOn ? `${day(inquiry.repliedOn, today)}回函` : '未复'}
            </Status>
            <p className="mut sm">
              {inquiry.letterNumber}，致{inquiry.addressedTo}，{inquiry.by}登记
            </p>
          </li>
        ))}
      </ul>
      {sending && <SendForm application={application} onBack={() => setSending(false)} />}
    </section>
  )
}

function SendForm({ application, onBack }: { application: ApplicationView; onBack: () => void }) {
  const today = useToday()
  const [typed, setTyped] = useState<SendInquiry>({ letterNumber: '', addressedTo: '', sentOn: today })
  const send = useWrite<SendInquiry, Acted>((id) => `/applications/${application.id}/inquiries/${id}`)
  const why =
    typed.letterNumber.trim().length < 2
      ? '先填函号'
      : typed.addressedTo.trim().length < 2
        ? '再填发给谁'
        : !/^\d{4}-\d{2}-\d{2}$/.test(typed.sentOn)
          ? '发函日期按2026-07-14这样写'
          : undefined
  const field = (key: keyof SendInquiry, label: string, most: number) => (
    <Field label={label} wrong={fieldSays(send.problem, key)}>
      {(aria) => (
        <Input
          {...aria}
          maxLength={most}
          value={typed[key]}
          onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <div className="stack tight">
      {field('letterNumber', '函号', 40)}
      {field('addressedTo', '发给哪个部门', 60)}
      {field('sentOn', '发函日期', 10)}
      <Refusal problem={send.problem} />
      <div className="row">
        <Press
          why={why}
          pending={send.pending}
          onPress={() =>
            send.send(typed, () => {
              say('函已登记，未复前一直挂着')
              onBack()
            })
          }
        >
          登记这封函
        </Press>
        <button type="button" className="plain" onClick={onBack}>
          先不登记
        </button>
      </div>
    </div>
  )
}
