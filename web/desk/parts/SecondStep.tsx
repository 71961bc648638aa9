/** The second step before what cannot be taken back: says what will happen, and is named by it. */
import { Modal } from 'antd'
import type { ReactNode } from 'react'
import type { Problem } from '../../ui/api.ts'
import { Refusal } from './Refusal.tsx'

export function SecondStep({
  open,
  title,
  go,
  back = '先不办',
  pending,
  problem,
  onGo,
  onBack,
  width = 480,
  children,
}: {
  open: boolean
  title: string
  /** What the button does, in its own words. */
  go: string
  back?: string
  pending: boolean
  problem: Problem | undefined
  onGo: () => void
  onBack: () => void
  width?: number
  children: ReactNode
}) {
  return (
    <Modal
      open={open}
      title={title}
      width={width}
      okText={go}
      cancelText={back}
      confirmLoading={pending}
      onOk={onGo}
      onCancel={onBack}
      mask={{ closable: false }}
      destroyOnHidden
    >
      <div className="second-step">
        {children}
        <Refusal problem={problem} />
      </div>
    </Modal>
  )
}
