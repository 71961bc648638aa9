/** The figures over the queue, and what colleagues took from one's desk. */
import { Link } from '@tanstack/react-router'
import type { BatchList, QueueCounts } from '../../../contract/applications.ts'
import { counted, moment } from '../../ui/words.ts'
import { Icon } from '../../ui/icons.tsx'
import { Figures } from '../Page.tsx'
import type { Figure } from '../Page.tsx'
import { useToday } from '../query.ts'

export function QueueFigures({
  counts,
  batch,
  todoTitle,
}: {
  counts: QueueCounts | undefined
  batch: BatchList['batches'][number] | undefined
  todoTitle: string
}) {
  const figure = (n: number | undefined) =>
    n === undefined ? '—' : `${counted(n)}${counts?.more && n >= 1000 ? '+' : ''}`
  const figures: Figure[] = [
    { label: todoTitle, value: figure(counts?.todo) },
    { label: '3天内到期', value: figure(counts?.dueSoon), ...(counts?.dueSoon ? { tone: 'warn' as const } : {}) },
    { label: '逾期', value: figure(counts?.overdue), ...(counts?.overdue ? { tone: 'err' as const } : {}) },
    { label: '评估全部符合', value: figure(counts?.clean) },
  ]
  if (batch) {
    const share = batch.applications === 0 ? 0 : (batch.reviewed / batch.applications) * 100
    figures.unshift({
      label: `第${batch.number}批进度`,
      value: (
        <span className="batch-progress">
          {counted(batch.applications)}
          <small>件中已复审 {counted(batch.reviewed)}</small>
          <span className="batch-bar" role="img" aria-label={`已复审${Math.round(share)}%`}>
            <i style={{ width: `${share}%` }} />
          </span>
        </span>
      ),
    })
  }
  return <Figures figures={figures} />
}

/** 周岚 10:06 接走了 JS26-0048217: whoever had it learns it here, without looking for it. */
export function TakenFromMe({ taken }: { taken: QueueCounts['taken'] }) {
  const today = useToday()
  if (taken.length === 0) return null
  return (
    <div className="note act" role="status">
      <Icon name="user" />
      <span>
        {taken.map((each) => (
          <span key={`${each.id} ${each.at}`} className="taken">
            {each.by} {moment(each.at, today)} 接走了你手里的{' '}
            <Link to="/cases/$id" params={{ id: each.id }}>
              {each.receiptNumber}
            </Link>
          </span>
        ))}
      </span>
    </div>
  )
}
