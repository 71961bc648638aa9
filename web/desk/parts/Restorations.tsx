/** After a restore: two people look how far the send log reaches, and say that it is the newest one. */
import { Button } from 'antd'
import { useState } from 'react'
import type { AcknowledgeRestoration, SendLogSeen, SentBefore } from '../../../contract/payouts.ts'
import { counted, moment } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

type Restoration = SentBefore['restorations'][number]

export function Restorations({ restorations }: { restorations: readonly Restoration[] }) {
  const today = useToday()
  const staff = useStaff()
  const [seen, setSeen] = useState<{ restoration: Restoration; log: SendLogSeen }>()
  const compare = useWrite<Restoration, SendLogSeen>(() => '/send-log/comparison', { message: () => ({}) })
  return (
    <>
      {restorations.map((restoration) => (
        <Note key={restoration.id} tone="err">
          数据在{moment(restoration.restoredAt, today)}恢复过，恢复到{moment(restoration.backupMadeAt, today)}
          的备份，放行已停。两位财务各自核对送出记录簿是不是最新的一本。
          {restoration.acknowledgedBy !== undefined && `${restoration.acknowledgedBy}已核对。`}{' '}
          <Button
            size="small"
            loading={compare.pending}
            onClick={() => compare.send(restoration, (log) => setSeen({ restoration, log }))}
          >
            {restoration.acknowledgedBy === staff.name ? '再核对一遍' : '核对记录簿'}
          </Button>
        </Note>
      ))}
      {compare.problem && <Refusal problem={compare.problem} />}
      {seen && <Acknowledging {...seen} onBack={() => setSeen(undefined)} />}
    </>
  )
}

function Acknowledging({
  restoration,
  log,
  onBack,
}: {
  restoration: Restoration
  log: SendLogSeen
  onBack: () => void
}) {
  const today = useToday()
  const write = useWrite<AcknowledgeRestoration, { agreed: boolean }>(
    () => `/restorations/${restoration.id}/acknowledgement`,
  )
  const { references, lastLineAt, damagedLines } = log
  const send = () =>
    write.send({ references, lastLineAt }, ({ agreed }) => {
      say(agreed ? '两个人核对的一样' : '已登记，等另一位财务自己核对一遍')
      onBack()
    })
  return (
    <SecondStep
      open
      title="核对送出记录簿"
      go="是最新的一本"
      pending={write.pending}
      problem={write.problem}
      onBack={onBack}
      onGo={send}
    >
      <p>
        最后一行：<b>{lastLineAt === 0 ? '没有' : moment(lastLineAt, today)}</b>
        <br />
        一共：<b>{counted(references)}</b>个参考号
        {damagedLines > 0 && `，另有${counted(damagedLines)}行不完整`}
      </p>
      <p>
        恢复以前最后一次付款是什么时候，看付款回单或银行流水。记录簿的最后一行比它早，就不是最新的一本：请系统管理员找回最新的，不要登记。
      </p>
    </SecondStep>
  )
}
