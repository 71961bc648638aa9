/** A due date and how far off it is. It only says so: the clock decides nothing. */
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { day, timeLeft } from '../../ui/words.ts'

export function Due({ dueOn, today, before }: { dueOn: string | undefined; today: string; before?: boolean }) {
  if (!dueOn) return <span className="mut">—</span>
  const left = timeLeft(today, dueOn)
  if (!left) return <span>{dueOn}</span>
  if (left.kind === 'overdue')
    return (
      <Status kind="overdue" plain>
        {left.says}
      </Status>
    )
  if (left.says === '今天到期')
    return (
      <Status kind="dueSoon" plain bold>
        {left.says}
      </Status>
    )
  return (
    <span className="due">
      <Icon name="clock" className="tone-idle" />
      {day(dueOn, today)}
      {before && '前'}
      <span className={left.kind === 'dueSoon' ? 'warn' : 'mut'}>{left.says}</span>
    </span>
  )
}
