/** Status is always shape + word + colour, never colour alone. */
import type { ReactNode } from 'react'
import type { ApplicationState } from '../../domain/application.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

export type Tone = 'ok' | 'warn' | 'err' | 'act' | 'idle'

const kinds = {
  waiting: ['ring', 'idle'], // ○ 未开始、待核
  active: ['half', 'act'], // ◐ 办理中
  met: ['check', 'ok'], // ✓ 符合、一致
  unmet: ['crossCircle', 'err'], // ⓧ 不符合
  person: ['question', 'idle'], // ? 要人判断
  unknown: ['ring', 'idle'], // a silent register is grey, never orange
  dueSoon: ['clock', 'warn'],
  overdue: ['bang', 'err'], // △! 逾期
  bounced: ['bang', 'err'], // △! 退票
  returned: ['return', 'warn'], // ↩ 退回
  paused: ['pause', 'idle'], // ‖ 暂缓
} satisfies { readonly [kind: string]: readonly [IconName, Tone] }

export type StatusKind = keyof typeof kinds

export const statusIcon = (kind: StatusKind): IconName => kinds[kind][0]
export const statusTone = (kind: StatusKind): Tone => kinds[kind][1]

/** `plain`: without the tinted ground, inside running text or a table. */
export function Status({
  kind,
  plain,
  bold,
  children,
}: {
  kind: StatusKind
  plain?: boolean
  bold?: boolean
  children: ReactNode
}) {
  const classes = ['status', `tone-${statusTone(kind)}`, plain && 'plain', (bold ?? kind === 'overdue') && 'bold']
  return (
    <span className={classes.filter(Boolean).join(' ')}>
      <Icon name={statusIcon(kind)} />
      {children}
    </span>
  )
}

const ofState: { readonly [S in ApplicationState]: StatusKind } = {
  inReview: 'active',
  returned: 'returned',
  declined: 'unmet',
  reReview: 'active',
  withdrawn: 'paused',
  approved: 'active',
  awarded: 'active',
  paid: 'met',
  bounced: 'bounced',
  cancelled: 'paused',
}
export const statusOfState = (state: ApplicationState): StatusKind => ofState[state]
