/** A page of the desk: title and rule line, figures, content; and the states every content can be in. */
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { ClauseNumber } from '../ui/Clause.tsx'
import { Icon } from '../ui/icons.tsx'
import type { Tone } from '../ui/Status.tsx'
import { numberOf, saysOf } from './query.ts'

/**
 * `rule`: the sentence the page works by, with the `clause` it rests on. `fills`: the content scrolls inside, the page
 * does not.
 */
export function Page({
  title,
  rule,
  clause,
  actions,
  figures,
  fills,
  children,
}: {
  title: string
  rule?: ReactNode
  clause?: string
  actions?: ReactNode
  figures?: ReactNode
  fills?: boolean
  children: ReactNode
}) {
  useTitle(title)
  return (
    <div className={fills ? 'page fills' : 'page'}>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {rule && (
            <p className="mut sm">
              {rule} {clause && <ClauseNumber id={clause} target="_blank" />}
            </p>
          )}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {figures}
      {children}
    </div>
  )
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · 匠升`
  }, [title])
}

export type Figure = {
  readonly label: string
  readonly value: ReactNode
  readonly tone?: Tone
  /** Small words after the figure. */
  readonly after?: ReactNode
}
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className="figures">
      {figures.map(({ label, value, tone, after }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={tone && `tone-${tone}`}>
            {value}
            {after && <small>{after}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Nothing here: why, what comes next, at most one useful button. */
export function Empty({ title, next, action }: { title: string; next?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <b>{title}</b>
      {next && <span className="mut">{next}</span>}
      {action}
    </div>
  )
}

/** Shows after 0.3 s; after 8 s it says that it takes longer than usual. */
export function Loading({ onCancel }: { onCancel?: () => void }) {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 8000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="bones" role="status">
      <span className="unseen">正在读取</span>
      {[92, 78, 86, 64].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
      {slow && (
        <p className="mut sm">
          比平时慢，仍在读取{' '}
          {onCancel && (
            <button type="button" className="plain" onClick={onCancel}>
              取消
            </button>
          )}
        </p>
      )}
    </div>
  )
}

/** What happened, what is safe, what to do, and the number to tell on the phone. */
export function Failed({
  error,
  title = '没有读取成功',
  retry,
  retryTitle = '再读一次',
}: {
  error: unknown
  title?: string
  retry?: () => void
  retryTitle?: string
}) {
  const number = numberOf(error)
  return (
    <div className="pad">
      <div className="note err" role="alert">
        <Icon name="bang" />
        <span>
          <b>{title}</b>
          <br />
          {saysOf(error)}
        </span>
      </div>
      {(retry || number) && (
        <div className="row" style={{ marginTop: 12 }}>
          {retry && (
            <Button type="primary" onClick={retry}>
              {retryTitle}
            </Button>
          )}
          {number && <span className="mut sm">错误号 {number}，咨询时报给工作人员</span>}
        </div>
      )}
    </div>
  )
}

/** A strip inside a page. */
export function Note({ tone = 'warn', children }: { tone?: 'warn' | 'err' | 'act'; children: ReactNode }) {
  return (
    <div className={tone === 'warn' ? 'note' : `note ${tone}`} role={tone === 'act' ? 'status' : 'alert'}>
      <Icon name={tone === 'act' ? 'checkCircle' : 'bang'} />
      <span>{children}</span>
    </div>
  )
}
