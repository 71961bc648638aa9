/** 暂缓 with a reason, and letting go: the holder as they like, a colleague with a word. */
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { Field } from '../parts/Field.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { Note } from '../Page.tsx'
import { useStaff } from '../query.ts'
import { useHold, useRelease } from './desk.ts'
import { useCtrlEnter } from './dialogs.tsx'

export function HoldDialog({
  application,
  onClose,
  onDone,
}: {
  application: ApplicationView
  onClose: () => void
  onDone: (done: 'held' | 'released') => void
}) {
  const held = application.desk?.hold
  const own = held?.byId === useStaff().id
  const [words, setWords] = useState('')
  const [wrong, setWrong] = useState<string>()
  const hold = useHold(application)
  const release = useRelease(application)
  const go = () => {
    const said = words.trim()
    if (!held && !said) return setWrong('写明为什么暂缓，等什么。')
    if (held && !own && !said) return setWrong(errorSays('hold.word-missing'))
    setWrong(undefined)
    if (held) release.send(said ? { word: said } : {}, () => onDone('released'))
    else hold.send({ reason: said }, () => onDone('held'))
  }
  useCtrlEnter(go)
  const title = held ? '解除暂缓' : '暂缓'
  return (
    <Modal
      open
      title={`${title}：${application.form.name ?? application.receiptNumber}`}
      width={560}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="no" size="large" onClick={onClose}>
          先不动
        </Button>,
        <Button key="yes" size="large" type="primary" loading={hold.pending || release.pending} onClick={go}>
          {title} <kbd>Ctrl 回车</kbd>
        </Button>,
      ]}
    >
      <div className="stack dialog">
        {wrong && <Note tone="err">{wrong}</Note>}
        <p className="ink2">
          {held
            ? own
              ? '解除后可以照常办。'
              : `这是${held.by}暂缓的，理由：${held.reason}`
            : '暂缓的不会和别的一起同意，期限照算。申请人看不到这里写的。'}
        </p>
        <Field label={<b>{held ? '说一句为什么解除' : '暂缓的理由'}</b>}>
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={3}
              autoFocus
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
        <Refusal problem={hold.problem ?? release.problem} />
      </div>
    </Modal>
  )
}
