/** Findings in the manner of the phone: one sheet for each that stands in the way, the rest in a list. */
import { lazy, Suspense, useState } from 'react'
import './findings.css'
import type { Policy } from '../../domain/policy.ts'
import { Clause, ClauseNumber } from '../ui/Clause.tsx'
import { Finding, findingKind } from '../ui/Finding.tsx'
import type { FindingLike } from '../ui/Finding.tsx'
import { Icon } from '../ui/icons.tsx'
import { statusIcon, statusTone } from '../ui/Status.tsx'
import { sorted } from './verdict.ts'
import { Unbroken } from '../ui/Unbroken.tsx'

const ReadingSheet = lazy(async () => ({ default: (await import('./sheets/ReadingSheet.tsx')).ReadingSheet }))

function ReadingTag({ id, policy }: { id: string; policy: Policy }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="reading"
        aria-haspopup="dialog"
        aria-label={`${id}，通知没有写明的地方怎么读`}
        onClick={() => setOpen(true)}
      >
        {id}
      </button>
      {open && (
        <Suspense fallback={null}>
          <ReadingSheet id={id} policy={policy} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

/** A finding that stands in the way, with what to do below it. */
function Obstacle({ finding, filled, policy }: { finding: FindingLike; filled?: string | undefined; policy: Policy }) {
  const kind = findingKind(finding)
  return (
    <section className="obstacle">
      <div>
        <Icon
          name={kind === 'unmet' ? 'cross' : statusIcon(kind)}
          className={`tone-${statusTone(kind)}`}
          label={kind === 'unmet' ? '不符合' : '还不能定'}
        />
        <div>
          <h3>
            <Unbroken>{finding.says}</Unbroken>
            {finding.reading && <ReadingTag id={finding.reading} policy={policy} />}
          </h3>
          {filled && <p className="filled">你填：{filled}</p>}
          <Clause id={finding.clause} quote={finding.quote} />
        </div>
      </div>
      {finding.advice && (
        <p className="advice">
          <b>怎么办</b>
          <span>
            <Unbroken>{finding.advice}</Unbroken>
          </span>
        </p>
      )}
    </section>
  )
}

/** `filled`: what the person wrote, by condition. */
export function Findings({
  findings,
  policy,
  filled = {},
  short,
}: {
  findings: readonly FindingLike[]
  policy: Policy
  filled?: Readonly<Record<string, string | undefined>>
  /** Met ones as one line each: where something else matters more. */
  short?: boolean
}) {
  const { unmet, open, met } = sorted(findings)
  return (
    <>
      {[...unmet, ...open].map((finding) => (
        <Obstacle key={finding.condition} finding={finding} filled={filled[finding.condition]} policy={policy} />
      ))}
      {met.length > 0 && (
        <>
          <h2 className="heading">
            {short ? `符合的${met.length}项` : '为什么可以'}
            {!short && <small>逐条对照通知</small>}
          </h2>
          <ul className="card findings">
            {met.map((finding) =>
              short ? (
                <li key={finding.condition} className="line">
                  <Icon name="check" label="符合" className="tone-ok" />
                  <span className="grow">
                    <Unbroken>{finding.says}</Unbroken>
                  </span>
                  {finding.reading && <ReadingTag id={finding.reading} policy={policy} />}
                  <ClauseNumber id={finding.clause} />
                </li>
              ) : (
                <li key={finding.condition}>
                  <FindingWithReading finding={finding} policy={policy} />
                </li>
              ),
            )}
          </ul>
        </>
      )}
    </>
  )
}

function FindingWithReading({ finding, policy }: { finding: FindingLike; policy: Policy }) {
  const [open, setOpen] = useState<string>()
  return (
    <>
      <Finding finding={finding} onReading={setOpen} />
      {open && (
        <Suspense fallback={null}>
          <ReadingSheet id={open} policy={policy} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  )
}
