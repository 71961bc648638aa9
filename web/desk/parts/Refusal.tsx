/** What the server refused and what to do; what was typed stays where it is. */
import { useEffect, useRef } from 'react'
import type { Problem } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'

export function Refusal({ problem }: { problem: Problem | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!problem) return
    // To the first thing to mend, then so that the reason is in view.
    box.current?.closest('form, section')?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [problem])
  if (!problem) return null
  return (
    <div className="note err" role="alert" ref={box}>
      <Icon name="bang" />
      <div>
        <b>{problem.title}</b>
        {problem.fields.map((field) => (
          <p key={field.field}>{field.says}</p>
        ))}
        {problem.instance && <p className="sm">错误号 {problem.instance}，咨询时报给工作人员</p>}
      </div>
    </div>
  )
}

/** What is wrong with one field, from the last refusal. */
export const fieldSays = (problem: Problem | undefined, field: string): string | undefined =>
  problem?.fields.find((known) => known.field === field)?.says
