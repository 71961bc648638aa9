/** 移出并重发: takes people off a notice that is not transferred yet; the rest stand in its next revision. */
import { useNavigate } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { NoticeDetail } from '../../../contract/payments.ts'
import type { Reissue as Body, Reissued } from '../../../contract/transfers.ts'
import { counted, yuan } from '../../ui/words.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

export function Reissue({
  notice,
  picked,
  onDone,
}: {
  notice: NoticeDetail
  /** Award ids. */
  picked: ReadonlySet<string>
  onDone: () => void
}) {
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const [words, setWords] = useState('')
  const reissue = useWrite<Body, Reissued>((newId) => `/allocation-notices/${notice.id}/reissue/${newId}`)
  const off = notice.lines.filter((line) => picked.has(line.awardId))
  const left = notice.lineCount - off.length
  const offFen = off.reduce((sum, line) => sum + line.amountFen, 0)
  const go = () => {
    if (words.trim().length < 2) return
    reissue.send({ takeOff: [...picked], words: words.trim() }, ({ noticeId }) => {
      setAsking(false)
      setWords('')
      onDone()
      say(noticeId ? `已移出${counted(off.length)}张，第${notice.revision + 1}版已发出` : '全部移出，这份通知作废')
      if (noticeId) void navigate({ to: '/notices/$id', params: { id: noticeId } })
    })
  }
  return (
    <div className="row">
      <Press why={picked.size === 0 ? '先在下面勾选要移出的行' : undefined} onPress={() => setAsking(true)}>
        移出{picked.size > 0 ? `${counted(picked.size)}张` : ''}，重发通知…
      </Press>
      <SecondStep
        open={asking}
        title={`移出${counted(off.length)}张，${left > 0 ? `重发第${notice.revision + 1}版` : '通知作废'}`}
        go={left > 0 ? '移出，重发通知' : '移出，通知作废'}
        back="先不移出"
        pending={reissue.pending}
        problem={reissue.problem}
        onBack={() => {
          reissue.clear()
          setAsking(false)
        }}
        onGo={go}
      >
        <dl className="facts">
          <dt>移出</dt>
          <dd>
            {counted(off.length)}张，{yuan(offFen)}
          </dd>
          <dt>留下</dt>
          <dd>
            {counted(left)}张，{yuan(notice.totalFen - offFen)}
          </dd>
        </dl>
        <p>
          {notice.place !== undefined &&
            `原来的确认单和第${notice.place}位作废${left > 0 ? '，按新一版的确认单收到时间重新排位' : ''}。`}
          {left > 0 && '只能移出，不能加人。'}移出的回到“终审通过”，可以放进以后的通知。
        </p>
        <Field
          label="为什么移出"
          hint="经办的工会和经审看得到，职工看不到"
          wrong={fieldSays(reissue.problem, 'words') ?? (words && words.trim().length < 2 ? '至少写两个字' : undefined)}
        >
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={2}
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
      </SecondStep>
    </div>
  )
}
