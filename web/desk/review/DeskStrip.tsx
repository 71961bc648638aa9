/** Over a case: whose it is, what it waits for, and who took it from whom. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { moment } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { useStaff, useToday } from '../query.ts'
import { AssignDialog } from './AssignDialog.tsx'

/** In the head: 经办 and the key to change it. */
export function Assignee({ application }: { application: ApplicationView }) {
  const [open, setOpen] = useState(false)
  const { role } = useStaff()
  const assignable = application.state === 'inReview' && role !== 'approver' && application.desk !== undefined
  const assignee = application.desk?.assignee
  useKeys(assignable ? [{ key: 'g', says: '领取或分配', press: () => setOpen(true) }] : [])
  if (!assignable) return null
  return (
    <>
      <Button type="text" className="assignee" onClick={() => setOpen(true)}>
        <Icon name="user" />
        {assignee ? `${assignee.name}经办` : '未分配'} <kbd>G</kbd>
      </Button>
      {open && <AssignDialog cases={[{ id: application.id, assignee }]} onClose={() => setOpen(false)} />}
    </>
  )
}

export function DeskStrip({ application, lot }: { application: ApplicationView; lot: string | undefined }) {
  const today = useToday()
  const { id } = useStaff()
  const { desk } = application
  if (!desk) return null
  const { hold, assignee, turns } = desk
  const taken = turns.find((turn) => turn.from && turn.by !== turn.from)
  const another = assignee && assignee.id !== id && application.state === 'inReview'
  if (!hold && !taken && !another && !lot) return null
  return (
    <div className="desk-strip" role="status">
      {lot && (
        <span>
          <Icon name="eye" /> 抽看的一件。没有问题就按 <kbd>J</kbd>
          ，看完回到列表一起同意；有问题在这里退回，其余的要重新抽。
        </span>
      )}
      {hold && (
        <span>
          <Status kind="paused" plain bold>
            暂缓
          </Status>{' '}
          {hold.by} {moment(hold.at, today)}：<q>{hold.reason}</q>
        </span>
      )}
      {another && <span>此件在{assignee.name}手里，你来办要再确认一次，对方会看到。</span>}
      {taken && (
        <span className="ink2">
          {taken.by} {moment(taken.at, today)}{' '}
          {taken.to === taken.by ? '接走了此件' : `把此件交给了${taken.to ?? '大家'}`}
          （原来在{taken.from}手里）
        </span>
      )}
    </div>
  )
}

/** Whoever has the case knows why it will wait; by whom it is, only the centre. */
export function ObjectionStrip({ application: { objection } }: { application: ApplicationView }) {
  const today = useToday()
  if (!objection) return null
  return (
    <div className="desk-strip" role="status">
      <span>
        <Status kind="person" plain bold>
          异议核实中
        </Status>{' '}
        {moment(objection.since, today)}有人对这张证书提出异议，服务中心在核实。这里照常办理，答复之前不报批。
      </span>
      {objection.id && (
        <Link to="/objections/$id" params={{ id: objection.id }}>
          看异议
        </Link>
      )}
    </div>
  )
}
