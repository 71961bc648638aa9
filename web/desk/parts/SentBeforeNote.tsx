/** Says that payments are paused since the database was restored: for the city's finance, who can end it. */
import { Link } from '@tanstack/react-router'
import type { SentBefore } from '../../../contract/payouts.ts'
import { counted } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { useServer, useStaff } from '../query.ts'

export function SentBeforeNote() {
  const { role } = useStaff()
  const before = useServer<SentBefore>('/sent-before', role !== 'cityFinance')
  const open = before.data?.references.filter(({ agreedBy }) => agreedBy === undefined).length ?? 0
  if (open === 0) return null
  return (
    <Note tone="err">
      放行已停：数据恢复过，有{counted(open)}笔已经送出的付款本系统不认得。向银行逐笔查清，由两个人各自登记。{' '}
      <Link to="/sent-before">去查清</Link>
    </Note>
  )
}
