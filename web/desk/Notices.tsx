/** What every desk shows at its top: how much news there is, and what concerns all of its open cases. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DeskNotices } from '../../contract/messages.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { Icon } from '../ui/icons.tsx'
import { dayWithWeekday, timeLeft } from '../ui/words.ts'
import { serverQuery, useToday } from './query.ts'

const money: readonly StaffRole[] = ['districtFinance', 'unionFinance', 'centreFinance', 'cityFinance']
const withMessages: readonly StaffRole[] = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer']

/** Anew each minute; absent for who has none. */
function useNotices(role: StaffRole): DeskNotices | undefined {
  const enabled = withMessages.includes(role) || money.includes(role) || role === 'verifier' || role === 'approver'
  return useQuery({ ...serverQuery<DeskNotices>('/desk/notices'), enabled, refetchInterval: 60_000 }).data
}

export function Bell({ role }: { role: StaffRole }) {
  const notices = useNotices(role)
  if (!withMessages.includes(role)) return null
  const unread = notices?.unread ?? 0
  return (
    <Link to="/messages" className="bell" aria-label={unread > 0 ? `消息，${unread}条未读` : '消息'}>
      <Icon name="bell" />
      {unread > 0 && (
        <span className="n" aria-hidden>
          {unread >= 100 ? '99+' : unread}
        </span>
      )}
    </Link>
  )
}

export function NoticeStrip({ role }: { role: StaffRole }) {
  const notices = useNotices(role)
  const today = useToday()
  if (!notices) return null
  const { lastBatch, calendarMissing, undelivered = 0, accountsToAnswer = 0, secondLooks } = notices
  const left = lastBatch && timeLeft(today, lastBatch.closesOn)
  return (
    <>
      {lastBatch && (
        <p className="notice-strip" role="status">
          <Icon name="clock" />
          <span>
            第{lastBatch.number}批是最后一批，计划{dayWithWeekday(lastBatch.closesOn, today)}截止
            {left && (
              <>
                ，<b>{left.says}</b>
              </>
            )}
            。{role === 'verifier' ? '还有没到复审的申报。' : '请在截止前把手里的办完。'}
          </span>
        </p>
      )}
      {calendarMissing !== undefined && (
        <p className="notice-strip" role="status">
          <Icon name="bang" />
          <span>{calendarMissing}年的工作日安排还没有录入，算不出提醒的日子，暂不提醒。请系统维护人员录入后再看。</span>
        </p>
      )}
      {accountsToAnswer > 0 && (
        <p className="notice-strip" role="status">
          <Icon name="lock" />
          <span>
            有{accountsToAnswer}份收款账户的登记等你核对。
            <Link to="/receiving-account">去核对</Link>
          </span>
        </p>
      )}
      {secondLooks && <SecondLooks looks={secondLooks} />}
      {undelivered > 0 && (
        <p className="notice-strip" role="status">
          <Icon name="phone" />
          <span>
            有{undelivered >= 100 ? '100条以上' : `${undelivered}条`}短信没有送达。
            <Link to="/undelivered">看是哪些</Link>
          </span>
        </p>
      )}
    </>
  )
}

type Looks = NonNullable<DeskNotices['secondLooks']>
const looksAt = [
  { of: 'batches', to: '/payouts', counter: '批', says: '发放要放行' },
  { of: 'payees', to: '/payee-changes', counter: '个', says: '收款账户要核对' },
  { of: 'corrections', to: '/corrections', counter: '件', says: '更正要确认' },
  { of: 'surplus', to: '/surplus', counter: '份', says: '结余退回要办' },
] as const

/** What others made or proposed stands still until this person looks: each with the way there. */
function SecondLooks({ looks }: { looks: Looks }) {
  const waiting = looksAt.filter(({ of }) => looks[of] > 0)
  if (waiting.length === 0) return null
  return (
    <p className="notice-strip" role="status">
      <Icon name="user" />
      <span>
        等你办：
        {waiting.map(({ of, to, counter, says }, place) => (
          <span key={of} className="nowrap">
            {place > 0 && '，'}
            <Link to={to}>
              {looks[of] >= 100 ? `100${counter}以上` : `${looks[of]}${counter}`}
              {says}
            </Link>
          </span>
        ))}
        。
      </span>
    </p>
  )
}
