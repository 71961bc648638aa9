/** How far an allocation notice has come. */
import type { NoticeView } from '../../../contract/payments.ts'
import { Status } from '../../ui/Status.tsx'
import type { StatusKind } from '../../ui/Status.tsx'
import { dateOf, day, timeLeft } from '../../ui/words.ts'
import { useToday } from '../query.ts'

function saysOf(notice: NoticeView, turn: boolean, today: string): readonly [StatusKind, string] {
  switch (notice.stage) {
    case 'issued':
      return ['waiting', '等确认单']
    case 'confirmed':
      return turn ? ['active', '轮到划拨'] : ['waiting', '等划拨']
    case 'superseded':
      return ['paused', notice.replacedBy ? '已重发，作废' : '全部移出，作废']
    case 'made':
      return ['active', '已制单，等放行']
    case 'transferred': {
      const at = notice.transfer?.releasedAt
      return ['active', at === undefined ? '已划拨' : `已划拨 ${day(dateOf(at), today)}`]
    }
    case 'received': {
      if (notice.unpaidCount === 0) return ['met', notice.cancelledCount > 0 ? '应发的已发放' : '已全部发放']
      const left = notice.payDueOn ? timeLeft(today, notice.payDueOn) : undefined
      const progress = `发放${notice.paidCount}/${notice.paidCount + notice.unpaidCount}`
      return left && left.kind !== 'active' ? [left.kind, `${progress}，${left.says}`] : ['active', progress]
    }
  }
}

/** `turn`: the next in the order 先到先发. */
export function NoticeStatus({ notice, turn }: { notice: NoticeView; turn: boolean }) {
  const [kind, says] = saysOf(notice, turn, useToday())
  return (
    <Status kind={kind} plain>
      {says}
    </Status>
  )
}
