/** What the notice leaves open, how it is read now, and who may read it otherwise. */
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Sheet } from '../Sheet.tsx'

export function ReadingSheet({ id, policy, onClose }: { id: string; policy: Policy; onClose: () => void }) {
  const reading = policy.readings.find((candidate) => candidate.id === id)
  return (
    <Sheet title="通知没有写明的地方" closeWord="关闭" onClose={onClose}>
      <div className="sheet-scroll">
        {reading && (
          <dl className="pairs">
            <dt>问题</dt>
            <dd>
              {reading.question} <ClauseNumber id={reading.clause} />
            </dd>
            <dt>现在这样办</dt>
            <dd>{reading.answer}</dd>
            <dt>谁能改</dt>
            <dd>{reading.decidedBy}</dd>
            <dt>编号</dt>
            <dd>{reading.id}</dd>
          </dl>
        )}
      </div>
    </Sheet>
  )
}
