import { Link } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import type { QueueItem, QueueQuery } from '../../../contract/applications.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { dateOf, day, moment } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { Due } from './Due.tsx'
import { findingTitles, kindOf, kindTitles } from './titles.ts'

type Rows = {
  readonly items: readonly QueueItem[]
  readonly view: QueueQuery['view']
  readonly picked: ReadonlySet<string>
  readonly current?: string | undefined
  readonly onPick?: (id: string) => void
  readonly onPickAll?: (all: boolean) => void
  /** Everything that can be passed together. */
  readonly onPickClean?: () => void
  readonly onOpen?: (item: QueueItem) => void
  /** A row is pointed at: it becomes the current one. */
  readonly onPoint?: (id: string) => void
  /** What stands below the head where there are no rows. */
  readonly children?: ReactNode
}

export function QueueTable({
  items,
  view,
  picked,
  current,
  onPick,
  onPickAll,
  onPickClean,
  onOpen,
  onPoint,
  children,
}: Rows) {
  const all = items.length > 0 && items.every((item) => picked.has(item.id))
  return (
    <>
      <table className="t">
        <thead>
          <tr>
            <th className="tick">
              <Checkbox
                aria-label="全部选中"
                disabled={items.length === 0}
                checked={all}
                indeterminate={!all && picked.size > 0}
                onChange={(event) => onPickAll?.(event.target.checked)}
              />
            </th>
            <th>受理号</th>
            <th>申请人</th>
            <th>等级</th>
            <th>职业（工种）</th>
            <th>类型</th>
            <th className="wide">单位</th>
            <th>
              评估{' '}
              {onPickClean && items.length > 0 && (
                <button type="button" className="plain sm" onClick={onPickClean}>
                  选中全部干净的 <kbd>C</kbd>
                </button>
              )}
            </th>
            {view !== 'todo' && <th>环节</th>}
            <th className="received">收到</th>
            <th>期限</th>
            <th>经办</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row
              key={item.id}
              item={item}
              view={view}
              picked={picked.has(item.id)}
              current={item.id === current}
              onPick={onPick}
              onOpen={onOpen}
              onPoint={onPoint}
            />
          ))}
        </tbody>
      </table>
      {children}
    </>
  )
}

function Row({
  item,
  view,
  picked,
  current,
  onPick,
  onOpen,
  onPoint,
}: {
  item: QueueItem
  view: QueueQuery['view']
  picked: boolean
  current: boolean
} & { [K in 'onPick' | 'onOpen' | 'onPoint']: Rows[K] | undefined }) {
  const row = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <tr
      ref={row}
      className={[picked && 'on', current && 'cur'].filter(Boolean).join(' ') || undefined}
      aria-current={current || undefined}
      onClick={(event) => {
        onPoint?.(item.id)
        if (!(event.target as HTMLElement).closest('.tick, a')) onOpen?.(item)
      }}
    >
      <td className="tick">
        <Checkbox
          aria-label={`选中${item.receiptNumber}`}
          checked={picked}
          tabIndex={-1}
          onChange={() => onPick?.(item.id)}
        />
      </td>
      <Cells item={item} view={view} />
    </tr>
  )
}

function Cells({ item, view }: { item: QueueItem; view: QueueQuery['view'] }) {
  const today = useToday()
  const kind = kindOf(item.filingAuthority)
  const finding = findingTitles[item.finding]
  return (
    <>
      <td>
        <Link
          to="/cases/$id"
          params={{ id: item.id }}
          search={(now) => ({ ...now, view, at: undefined })}
          preload={false}
        >
          {item.receiptNumber}
        </Link>
      </td>
      <td className="name" title={item.applicantName}>
        {item.applicantName}
      </td>
      <td>{levelTitles[item.level]}</td>
      <td className="occupation" title={item.occupationName}>
        {item.occupationName}
      </td>
      <td>
        {kind === 'common' ? (
          <span className="mut">{kindTitles[kind]}</span>
        ) : (
          <span className="tag">{kindTitles[kind]}</span>
        )}
      </td>
      <td className="cut" title={item.employer}>
        {item.employer}
      </td>
      <td>
        <span className={finding.kind === 'person' ? 'amber' : undefined}>
          <Status kind={finding.kind} plain>
            {finding.says}
          </Status>
        </span>
      </td>
      {view !== 'todo' && (
        <td>
          <Status kind={statusOfState(item.state)}>{item.stepTitle}</Status>
        </td>
      )}
      <td className="mut received" title={moment(item.receivedAt, today)}>
        {day(dateOf(item.receivedAt), today)}
      </td>
      <td>
        {item.state === 'reReview' && view === 'todo' ? (
          <Status kind="active" plain>
            复核
          </Status>
        ) : (
          <>
            <Due dueOn={item.dueOn} today={today} />
            {item.sentBack && (
              <Status kind="returned" plain>
                终审退回
              </Status>
            )}
          </>
        )}
      </td>
      <td className="nb">
        {item.held && (
          <Status kind="paused" plain>
            暂缓
          </Status>
        )}{' '}
        {item.assignee?.name ?? <span className="mut">未分配</span>}
      </td>
    </>
  )
}
