/** Whose the cases are from now on: mine, a colleague's, or anybody's. A colleague's case says so and is asked once more. */
import { Button, Modal, Radio } from 'antd'
import { useState } from 'react'
import type { Assigned } from '../../../contract/desk.ts'
import { Note } from '../Page.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { useAssign, useColleagues } from './desk.ts'
import { useCtrlEnter } from './dialogs.tsx'

type Case = { readonly id: string; readonly assignee?: { readonly id: string; readonly name: string } | undefined }
const nobody = ''

export function AssignDialog({ cases, onClose }: { cases: readonly Case[]; onClose: () => void }) {
  const staff = useStaff()
  const colleagues = useColleagues(true)
  const assign = useAssign()
  const [to, setTo] = useState<string>(staff.id)
  const [leftOut, setLeftOut] = useState<Assigned['leftOut']>([])
  const others = cases.filter((each) => each.assignee && each.assignee.id !== staff.id)
  const names = [...new Set(others.map((each) => each.assignee!.name))].join('、')
  const name = to === nobody ? '' : (colleagues.find((each) => each.id === to)?.name ?? '')
  const go = () =>
    assign.send(
      {
        to: to === nobody ? null : to,
        cases: cases.map((each) => ({ id: each.id, from: each.assignee?.id ?? null })),
      },
      (answer) => {
        if (answer.assigned.length > 0)
          say(
            to === nobody
              ? `${answer.assigned.length}件已放回，谁都可以办`
              : `${answer.assigned.length}件由${name}经办`,
          )
        if (answer.leftOut.length > 0) setLeftOut(answer.leftOut)
        else onClose()
      },
    )
  useCtrlEnter(go)
  return (
    <Modal
      open
      title={cases.length === 1 ? '这件由谁办' : `这${cases.length}件由谁办`}
      width={480}
      onCancel={onClose}
      footer={[
        <Button key="no" size="large" onClick={onClose}>
          先不动
        </Button>,
        <Button key="yes" size="large" type="primary" loading={assign.pending} onClick={go}>
          {to === staff.id ? '领取' : to === nobody ? '放回' : `交给${name}`} <kbd>Ctrl 回车</kbd>
        </Button>,
      ]}
    >
      <div className="stack dialog">
        {others.length > 0 && (
          <Note>
            {others.length === 1 ? '这件' : `其中${others.length}件`}现在在{names}
            手里。接过来，对方的页面上会写明是谁、几点。
          </Note>
        )}
        <Radio.Group className="people" value={to} onChange={(event) => setTo(event.target.value as string)}>
          <Radio value={staff.id} autoFocus>
            领取，由我（{staff.name}）办
          </Radio>
          {colleagues
            .filter((each) => each.id !== staff.id)
            .map((each) => (
              <Radio key={each.id} value={each.id}>
                交给{each.name}
              </Radio>
            ))}
          <Radio value={nobody}>放回，谁都可以办</Radio>
        </Radio.Group>
        {leftOut.length > 0 && <LeftOut leftOut={leftOut} title={`${leftOut.length}件没有分配`} />}
        <Refusal problem={assign.problem} />
      </div>
    </Modal>
  )
}

/** What did not go through, each with its reason. */
export function LeftOut({ leftOut, title }: { leftOut: Assigned['leftOut']; title: string }) {
  return (
    <section className="left-out" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {leftOut.map((each) => (
          <li key={each.id}>
            <span className="num">{each.receiptNumber}</span> {each.says}
          </li>
        ))}
      </ul>
    </section>
  )
}
