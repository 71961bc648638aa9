/** A titled part of the pane beside a case. */
import type { ReactNode } from 'react'

export function Block({ title, aside, children }: { title: string; aside?: ReactNode; children?: ReactNode }) {
  return (
    <section className="case-block">
      <div className="row">
        <h2>{title}</h2>
        <span className="sp" />
        {aside && <span className="mut sm">{aside}</span>}
      </div>
      {children}
    </section>
  )
}
