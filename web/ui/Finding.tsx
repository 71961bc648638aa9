/** One finding of the assessment: shape · our sentence · 你填 · citation · 怎么办. */
import type { Finding as AssessmentFinding } from '../../domain/facts.ts'
import { Clause } from './Clause.tsx'
import { Icon } from './icons.tsx'
import { statusIcon, statusTone } from './Status.tsx'
import type { StatusKind } from './Status.tsx'
import { Unbroken } from './Unbroken.tsx'

/** What the screens need of a finding; those of the domain and of the wire both fit. */
export type FindingLike = Pick<AssessmentFinding, 'condition' | 'outcome' | 'says' | 'clause' | 'quote'> & {
  readonly consequence?: AssessmentFinding['consequence'] | undefined
  readonly advice?: string | undefined
  readonly reading?: string | undefined
}

/** A finding not met that merely comes later, waits or asks a person is grey: nobody did anything wrong. */
export function findingKind(finding: FindingLike): StatusKind {
  if (finding.outcome === 'met') return 'met'
  if (finding.consequence === 'person') return 'person'
  if (finding.outcome === 'unmet' && (finding.consequence === 'refuse' || finding.consequence === 'return'))
    return 'unmet'
  return 'waiting'
}

const words: { readonly [K in StatusKind]?: string } = {
  met: '符合',
  unmet: '不符合',
  person: '要人判断',
  waiting: '还不能定',
}

/**
 * `filled`: what the person wrote, where it helps. `onReading`: opens what reading R… says; without it the tag is text.
 * `clauseTarget`: where the clause opens.
 */
export function Finding({
  finding,
  filled,
  onReading,
  clauseTarget,
}: {
  finding: FindingLike
  filled?: string | undefined
  onReading?: (id: string) => void
  clauseTarget?: '_blank'
}) {
  const kind = findingKind(finding)
  const { reading } = finding
  return (
    <div className={`finding ${finding.outcome === 'unmet' && kind === 'unmet' ? 'unmet' : finding.outcome}`}>
      <Icon name={statusIcon(kind)} label={words[kind] ?? ''} className={`tone-${statusTone(kind)}`} />
      <div>
        <p className="says">
          <Unbroken>{finding.says}</Unbroken>
          {reading &&
            (onReading ? (
              <button
                type="button"
                className="reading"
                aria-label={`${reading}，看通知没写明处的读法`}
                onClick={() => onReading(reading)}
              >
                {reading}
              </button>
            ) : (
              <span className="reading">{reading}</span>
            ))}
        </p>
        {filled && <p className="filled">你填：{filled}</p>}
        <Clause id={finding.clause} quote={finding.quote} {...(clauseTarget && { target: clauseTarget })} />
        {finding.outcome !== 'met' && finding.advice && (
          <p className="advice">
            <b>怎么办</b>
            <span>
              <Unbroken>{finding.advice}</Unbroken>
            </span>
          </p>
        )}
      </div>
    </div>
  )
}
