/** How far a batch of payouts, or one payout, has come: shape and word. */
import type { PayoutBatchView, PayoutLine } from '../../../contract/payouts.ts'
import { Status } from '../../ui/Status.tsx'
import { useToday } from '../query.ts'
import { saysOfLine, stageOf } from './payoutWords.ts'

export function PayoutStage({ batch }: { batch: PayoutBatchView }) {
  const [kind, says] = stageOf(batch)
  return (
    <Status kind={kind} plain>
      {says}
    </Status>
  )
}

export function PayoutStatus({ line }: { line: Pick<PayoutLine, 'state' | 'code' | 'paidOn' | 'withdrawnAt'> }) {
  const [kind, says] = saysOfLine(line, useToday())
  return (
    <Status kind={kind} plain>
      {says}
    </Status>
  )
}
