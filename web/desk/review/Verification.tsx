/** 审核: what the official register showed, side by side with what was filed, recorded with evidence (四.一.4). */
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { CallNotes } from './CallNotes.tsx'
import { Assessment, Checks, Decision, History, Money } from './AssessmentPane.tsx'
import { KinPanel } from './Kin.tsx'
import { Comparison } from './Comparison.tsx'
import { PaperPlace } from './PaperPlace.tsx'
import { registerCheck } from './decide.ts'
import { Evidence } from './Evidence.tsx'
import { Inquiries } from './Inquiries.tsx'
import { sourceFor, typedOf } from './register.ts'
import type { Look } from './register.ts'
import { RegisterResult } from './RegisterResult.tsx'

// What was typed for a case stays while one looks at its pictures or at another case.
const looks = new Map<string, Look>()

export function Verification({
  application,
  comparing,
  files,
  tabs,
}: {
  application: ApplicationView
  /** The comparison is open, not the pictures. */
  comparing: boolean
  files: ReactNode
  /** Between the comparison and the pictures. */
  tabs: ReactNode
}) {
  const recorded = registerCheck(application)
  const [look, setLook] = useState<Look>(
    () =>
      looks.get(application.id) ?? {
        basis: 'site',
        source: sourceFor(application),
        outcome: undefined,
        typed: {},
        evidence: undefined,
      },
  )
  const [again, setAgain] = useState(false)
  const change = (part: Partial<Look>) => {
    const next = { ...look, ...part }
    looks.set(application.id, next)
    setLook(next)
  }
  const editing = !recorded || again
  return (
    <div className="cols verification">
      {comparing ? (
        <section className="pane compare-pane" aria-label="与登记系统对照">
          {tabs}
          {editing ? (
            <Comparison application={application} typed={look.typed} onType={(typed) => change({ typed })} />
          ) : (
            <>
              <Comparison application={application} typed={typedOf(recorded.shown)} />
              <Evidence application={application} check={recorded} onAgain={() => setAgain(true)} />
            </>
          )}
        </section>
      ) : (
        files
      )}
      <section className="pane assessment-pane" aria-label="审核结果">
        {editing && (
          <RegisterResult
            application={application}
            look={look}
            onChange={change}
            onDone={() => {
              looks.delete(application.id)
              setAgain(false)
            }}
            onCancel={recorded && (() => setAgain(false))}
          />
        )}
        <Inquiries application={application} />
        <Assessment application={application} />
        <Decision application={application} />
        <Money application={application} />
        <PaperPlace application={application} />
        <Checks application={application} />
        <History application={application} />
        <CallNotes application={application} />
        <KinPanel application={application} />
      </section>
    </div>
  )
}
