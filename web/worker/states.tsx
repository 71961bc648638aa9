/** Loading, failed, empty: each says what is going on, what is safe, and what to do. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Problem } from '../ui/api.ts'
import { Icon } from '../ui/icons.tsx'

/** A skeleton after 0.3 s; after 8 s it says so and can be left. */
export function Loading({ onCancel }: { onCancel?: () => void }) {
  const [phase, setPhase] = useState<'quiet' | 'skeleton' | 'slow'>('quiet')
  useEffect(() => {
    const timers = [setTimeout(() => setPhase('skeleton'), 300), setTimeout(() => setPhase('slow'), 8000)]
    return () => timers.forEach(clearTimeout)
  }, [])
  if (phase === 'quiet') return <div aria-busy />
  return (
    <div aria-busy className="loading" role="status">
      <span className="unseen">正在读取</span>
      {[70, 100, 45, 90].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
      {phase === 'slow' && (
        <p className="muted">
          比平时慢，仍在读取。
          <button type="button" className="link" onClick={onCancel ?? (() => location.reload())}>
            {onCancel ? '取消' : '重新打开'}
          </button>
        </p>
      )}
    </div>
  )
}

export const problemTitle = (problem: unknown): string =>
  problem instanceof Problem ? problem.title : '这一页出了问题，填的内容还在。刷新再试；还不行，打55885659。'

/** What happened, in words, with the error number to tell on the phone. */
export function Trouble({
  problem,
  onRetry,
  children,
}: {
  problem: unknown
  onRetry?: () => void
  children?: ReactNode
}) {
  // What the person can mend alone needs no number.
  const number = problem instanceof Problem && problem.status >= 500 ? problem.instance : ''
  return (
    <div className="trouble" role="alert">
      <Icon name="bang" className="tone-err" />
      <div>
        <p>{problemTitle(problem)}</p>
        {number && <p className="muted num">错误编号 {number}</p>}
        {onRetry && (
          <button type="button" className="button line" onClick={onRetry}>
            再试一次
          </button>
        )}
        {children}
      </div>
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name="doc" className="tone-idle" />
      <p>{title}</p>
      {children}
    </div>
  )
}

/** Shows what a query holds, or where it stands. */
export function Await<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  children: (known: T) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Trouble problem={query.error} onRetry={() => void query.refetch()} />
  return <Loading />
}
