/** 问题和建议 out of a case: the letter names its receipt number and nothing else of it. */
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { Icon } from '../../ui/icons.tsx'
import { WriteFeedback } from '../parts/WriteFeedback.tsx'
import { useStaff } from '../query.ts'

export function AskCentre({ receiptNumber }: { receiptNumber: string }) {
  const [open, setOpen] = useState(false)
  const { role } = useStaff()
  // The centre does not write to itself.
  if (role === 'verifier') return null
  const title = '问题和建议'
  return (
    <>
      <Button
        type="text"
        title={title}
        aria-label={title}
        icon={<Icon name="question" />}
        onClick={() => setOpen(true)}
      />
      {open && (
        <Modal open title={title} footer={null} onCancel={() => setOpen(false)}>
          <WriteFeedback about={receiptNumber} onSent={() => setOpen(false)} />
        </Modal>
      )}
    </>
  )
}
