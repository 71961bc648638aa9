/** Many at once: what the machine drew must have been looked at; then all are passed, each by itself. */
import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { Lot, LotPassed } from '../../../contract/desk.ts'
import { Status } from '../../ui/Status.tsx'
import { Failed, Loading } from '../Page.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import { client, useServer } from '../query.ts'
import { LeftOut } from './AssignDialog.tsx'
import { leftKey, lotPath } from './desk.ts'
import { useCtrlEnter } from './dialogs.tsx'
import { passTitles } from './titles.ts'

export default function LotDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const lot = useServer<Lot>(lotPath(id))
  const pass = useWrite<{ membershipConfirmed?: boolean }, LotPassed>(() => `${lotPath(id)}/passing`)
  const [answer, setAnswer] = useState<LotPassed>()
  const [members, setMembers] = useState(false)
  const leftOut = client.getQueryData<Lot['leftOut']>(leftKey(id)) ?? []
  const seen = lot.data?.sample.every((each) => each.opened) ?? false
  const asks = lot.data?.step === 'firstReview'
  const ready = lot.data !== undefined && seen && (!asks || members) && !answer
  const go = () => {
    if (ready) pass.send(asks ? { membershipConfirmed: true } : {}, setAnswer)
  }
  useCtrlEnter(answer ? onClose : go)
  const title = lot.data ? passTitles[lot.data.step] : ''
  const count = lot.data?.cases.length ?? 0
  return (
    <Modal
      open
      title={answer ? `已${title}${answer.passed.length}件` : `先抽看，再${title}${count}件`}
      width={600}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        answer ? (
          <Button size="large" type="primary" autoFocus onClick={onClose}>
            回到列表
          </Button>
        ) : (
          [
            <Button key="no" size="large" onClick={onClose}>
              先不办
            </Button>,
            <Button
              key="yes"
              size="large"
              type={ready ? 'primary' : 'default'}
              loading={pass.pending}
              className={ready ? '' : 'off'}
              {...(!ready && { 'aria-disabled': true, 'aria-describedby': 'lot-why' })}
              onClick={go}
            >
              {title}
              {count}件 <kbd>Ctrl 回车</kbd>
            </Button>,
          ]
        )
      }
    >
      <div className="stack dialog" aria-live="polite">
        {lot.isPending && <Loading />}
        {lot.isError && <Failed error={lot.error} retry={() => void lot.refetch()} />}
        {lot.data && !answer && (
          <>
            <p className="ink2" id="lot-why">
              {seen
                ? '抽看的都看过了。每件各记一条，能各自撤销。'
                : `系统从${count}件里随机抽了${lot.data.sample.length}件，逐件打开看过，才能一起办。`}
            </p>
            <Sample lot={lot.data} />
            {asks && (
              <Checkbox checked={members} onChange={(event) => setMembers(event.target.checked)}>
                这{count}件的申请人都是本市工会会员，已逐人核对
              </Checkbox>
            )}
            {leftOut.length > 0 && <LeftOut leftOut={leftOut} title={`${leftOut.length}件没有放进来`} />}
          </>
        )}
        {answer && (
          <>
            <Status kind="met" plain bold>
              {answer.passed.length}件已{title}
            </Status>
            {answer.leftOut.length > 0 && (
              <LeftOut leftOut={answer.leftOut} title={`${answer.leftOut.length}件没有办`} />
            )}
          </>
        )}
        <Refusal problem={pass.problem} />
      </div>
    </Modal>
  )
}

function Sample({ lot }: { lot: Lot }) {
  const list = useRef<HTMLUListElement>(null)
  // With the keyboard alone: Enter opens the first that was not looked at.
  useEffect(() => {
    list.current?.querySelector<HTMLElement>('a[data-next]')?.focus()
  }, [])
  const next = lot.sample.find((each) => !each.opened) ?? lot.sample[0]
  return (
    <ul ref={list} className="sample" aria-label="抽看的">
      {lot.sample.map((each) => (
        <li key={each.id}>
          <Link
            to="/cases/$id"
            params={{ id: each.id }}
            search={(now) => ({ ...now, at: undefined, lot: lot.id })}
            preload={false}
            data-next={each === next || undefined}
          >
            {each.receiptNumber}
          </Link>
          <Status kind={each.opened ? 'met' : 'waiting'} plain>
            {each.opened ? '看过了' : '还没有看'}
          </Status>
        </li>
      ))}
    </ul>
  )
}
