/** Says that payments are paused, since a restore or by what the send log says; the city's finance can end it. */
import { Link } from '@tanstack/react-router'
import type { SentBefore } from '../../../contract/payouts.ts'
import { counted } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { useServer, useStaff } from '../query.ts'

export function SentBeforeNote() {
  const isCity = useStaff().role === 'cityFinance'
  const before = useServer<SentBefore>('/sent-before', !isCity)
  if (!isCity)
    return (
      <Note tone="err">放行已停：市总工会财务正在核对已经送出的付款，查清以后照常放行。做好的批次留着，不用重做。</Note>
    )
  if (!before.data) return null
  const { open, restorations } = before.data
  return (
    <Note tone="err">
      {restorations.length > 0 && '放行已停：数据恢复过，由两位财务各自核对送出记录簿。'}
      {open > 0 &&
        `${restorations.length > 0 ? '' : '放行已停：'}有${counted(open)}笔付款，送出记录簿和本系统说的不一样，由两个人各自查清。`}{' '}
      <Link to="/sent-before">去查清</Link>
    </Note>
  )
}
