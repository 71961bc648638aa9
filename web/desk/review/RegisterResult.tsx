/** The outcome of a look at the register, in four plain choices, with its source and the page as it was seen. */
import { Button, Input, Radio } from 'antd'
import { useRef } from 'react'
import type { Acted, ApplicationView } from '../../../contract/applications.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { Field } from '../parts/Field.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { Upload } from '../parts/Upload.tsx'
import { useChange } from '../query.ts'
import { say } from '../said.tsx'
import { outcomeWords, shownOf, whyNotOutcome, whyNotRecord } from './register.ts'
import type { Look, Outcome } from './register.ts'
import '../pages/pages.css'

const outcomes: readonly Outcome[] = ['pass', 'fail', 'noData', 'unavailable']

export function RegisterResult({
  application,
  look,
  onChange,
  onDone,
  onCancel,
}: {
  application: ApplicationView
  look: Look
  onChange: (part: Partial<Look>) => void
  onDone: () => void
  onCancel: (() => void) | undefined
}) {
  const record = useRecord(application, look, () => {
    say('查询结果已记录')
    onDone()
  })
  return (
    <div className="result">
      <h2>审核结果</h2>
      <Outcomes application={application} look={look} onChange={(outcome) => onChange({ outcome })} />
      <div className="stack result-fields">
        <Field label="在哪里查的">
          {(aria) => (
            <Input
              {...aria}
              maxLength={80}
              value={look.source}
              onChange={(event) => onChange({ source: event.target.value })}
            />
          )}
        </Field>
        <Field label="官网页面的截图">
          {(aria) => (
            <Upload
              purpose="registerEvidence"
              home={{ applicationId: application.id }}
              value={look.evidence}
              onChange={(evidence) => onChange({ evidence })}
              aria={aria}
              choose="选截图"
            />
          )}
        </Field>
        <Refusal problem={record.error instanceof Problem ? record.error : undefined} />
        <div className="row">
          <Press
            primary
            why={whyNotRecord(application, look)}
            pending={record.isPending}
            onPress={() => record.mutate()}
          >
            记录查询结果
          </Press>
          {onCancel && <Button onClick={onCancel}>不再查了</Button>}
        </div>
      </div>
    </div>
  )
}

function Outcomes({
  application,
  look,
  onChange,
}: {
  application: ApplicationView
  look: Look
  onChange: (outcome: Outcome) => void
}) {
  return (
    <Radio.Group
      className="outcomes"
      aria-label="审核结果"
      value={look.outcome}
      onChange={(event) => onChange(event.target.value as Outcome)}
    >
      {outcomes.map((outcome) => {
        const off = whyNotOutcome(application, outcome, look.typed)
        return (
          <Radio key={outcome} value={outcome} className={outcome === look.outcome ? 'on' : ''} disabled={Boolean(off)}>
            {outcomeWords[outcome].title}
            <p className={off ? 'warn' : ''}>
              {off && <Icon name="bang" />} {off ?? outcomeWords[outcome].says}
            </p>
          </Radio>
        )
      })}
    </Radio.Group>
  )
}

/**
 * The look's id is made here and kept until it has arrived, so that a repeat is harmless. `onArrived` runs before the
 * case is read again, which takes this form away.
 */
function useRecord(application: ApplicationView, look: Look, onArrived: () => void) {
  const checkId = useRef(newId())
  return useChange(async () => {
    const { outcome, typed, source, evidence } = look
    const found = outcome === 'pass' || outcome === 'fail'
    const answer = await request<Acted>('PUT', `/applications/${application.id}/checks/${checkId.current}`, {
      source: source.trim(),
      outcome,
      shown: found ? shownOf(typed) : {},
      ...(evidence && { evidenceFileId: evidence.id }),
    })
    checkId.current = newId()
    onArrived()
    return answer
  }, [`/applications/${application.id}`])
}
