/** The outcome of a look at the register, in four plain choices, with its source and the page as it was seen. */
import { Button, Input, Radio, Select } from 'antd'
import { useRef } from 'react'
import type { Acted, ApplicationView } from '../../../contract/applications.ts'
import { basesFor, basisTitles } from '../../../domain/certificateEvidence.ts'
import type { EvidenceBasis } from '../../../domain/certificateEvidence.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Field } from '../parts/Field.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { Upload } from '../parts/Upload.tsx'
import { useChange } from '../query.ts'
import { say } from '../said.tsx'
import { dateFrom, outcomeWords, shownOf, sourceFor, whyNotOutcome, whyNotRecord } from './register.ts'
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
        <Basis application={application} look={look} onChange={onChange} />
        {look.basis === 'inquiry' && <Reply application={application} look={look} onChange={onChange} />}
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
        {look.basis !== 'copies' && (
          <Field label={look.basis === 'inquiry' ? '回函' : '官网页面的截图'}>
            {(aria) => (
              <Upload
                purpose={look.basis === 'inquiry' ? 'inquiryReply' : 'registerEvidence'}
                home={{ applicationId: application.id }}
                value={look.evidence}
                onChange={(evidence) => onChange({ evidence })}
                aria={aria}
                choose={look.basis === 'inquiry' ? '选回函' : '选截图'}
              />
            )}
          </Field>
        )}
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

type Part = { application: ApplicationView; look: Look; onChange: (part: Partial<Look>) => void }

/** What it is decided on; a certificate of the city is looked up on the site. */
function Basis({ application, look, onChange }: Part) {
  const possible = basesFor(application.filingAuthority)
  return (
    <fieldset>
      <legend className="sm ink2">凭什么定</legend>
      <Radio.Group
        aria-label="凭什么定"
        value={look.basis}
        onChange={(event) => {
          const basis = event.target.value as EvidenceBasis
          onChange({ basis, source: sourceFor(application, basis), evidence: undefined })
        }}
        options={possible.map((basis) => ({ value: basis, label: basisTitles[basis] }))}
      />
      {!possible.includes('copies') && (
        <p className="mut sm">
          上海备案的证书要查官网，只凭复印件不够 <ClauseNumber id="四.一.4" target="_blank" />
        </p>
      )}
    </fieldset>
  )
}

function Reply({ application, look, onChange }: Part) {
  return (
    <>
      <Field label="哪一封函">
        {(aria) => (
          <Select
            {...aria}
            placeholder={application.inquiries.length === 0 ? '先登记发出的函' : '选一封'}
            value={look.inquiryId ?? null}
            onChange={(inquiryId: string) => onChange({ inquiryId })}
            options={application.inquiries.map(({ id, letterNumber, addressedTo }) => ({
              value: id,
              label: `${letterNumber}　${addressedTo}`,
            }))}
          />
        )}
      </Field>
      <Field label="回函日期">
        {(aria) => (
          <Input
            {...aria}
            maxLength={12}
            placeholder="2026-07-14"
            value={look.repliedOn ?? ''}
            onChange={(event) => onChange({ repliedOn: event.target.value })}
          />
        )}
      </Field>
    </>
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
    const { outcome, typed, source, evidence, basis, inquiryId, repliedOn } = look
    const found = outcome === 'pass' || outcome === 'fail'
    const answer = await request<Acted>('PUT', `/applications/${application.id}/checks/${checkId.current}`, {
      basis,
      ...(basis === 'inquiry' && { inquiry: { id: inquiryId, repliedOn: dateFrom(repliedOn ?? '') } }),
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
