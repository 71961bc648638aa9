/** What the bank said of one payout, typed in, where it gives no file. */
import { Input, Radio, Select } from 'antd'
import { useState } from 'react'
import type { PayoutBatchDetail, PayoutLine, RecordResult } from '../../../contract/payouts.ts'
import { failureCodes, failureTitles } from '../../../domain/payout.ts'
import type { FailureCode } from '../../../domain/payout.ts'
import { dateOf, yuan } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { outcomesFrom, outcomeTitles } from './payoutWords.ts'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { Upload } from './Upload.tsx'
import type { Uploaded } from './Upload.tsx'
import { useWrite } from './write.ts'

export function RecordPayoutResult({
  line,
  batch,
  onBack,
}: {
  line: PayoutLine
  batch: PayoutBatchDetail
  onBack: () => void
}) {
  const today = useToday()
  const outcomes = outcomesFrom(line.state)
  const [outcome, setOutcome] = useState<RecordResult['outcome'] | undefined>(
    outcomes.length === 1 ? outcomes[0] : undefined,
  )
  const [code, setCode] = useState<FailureCode>()
  const [on, setOn] = useState(today)
  const [bankSerial, setBankSerial] = useState('')
  const [proof, setProof] = useState<Uploaded>()
  const [missing, setMissing] = useState<'proof' | 'outcome' | 'code' | 'on'>()
  const record = useWrite<RecordResult, { id: string }>((id) => `/payouts/${line.payoutId}/results/${id}`)
  const failed = outcome === 'failed' || outcome === 'bounced'
  const serial = bankSerial.trim()
  const send = () => {
    const lacking = !proof ? 'proof' : !outcome ? 'outcome' : failed && !code ? 'code' : !on ? 'on' : undefined
    setMissing(lacking)
    if (!proof || !outcome || lacking) return
    record.send(
      {
        ...{ outcome, on, proofFileId: proof.id },
        ...(failed && code && { code }),
        ...(serial && { bankSerial: serial }),
      },
      () => {
        say(`${line.applicantName} ${yuan(line.amountFen)}已登记：${outcomeTitles[outcome]}`)
        onBack()
      },
    )
  }
  return (
    <SecondStep
      open
      title={`登记结果：${line.applicantName}，${yuan(line.amountFen)}`}
      go="登记"
      pending={record.pending}
      problem={record.problem}
      onBack={onBack}
      onGo={send}
    >
      <p className="mut sm long-name">
        尾号 {line.payeeTail}　参考号 {line.reference}
      </p>
      <ProofField
        proof={proof}
        onProof={setProof}
        wrong={
          missing === 'proof' && !proof ? '先传银行给的回单或通知，再登记。' : fieldSays(record.problem, 'proofFileId')
        }
      />
      <Field label="银行说" wrong={missing === 'outcome' ? '选一个结果。' : undefined}>
        {(aria) => (
          <Radio.Group
            {...aria}
            aria-label="银行说"
            className="column"
            value={outcome}
            onChange={(event) => setOutcome(event.target.value as typeof outcome)}
          >
            {outcomes.map((each) => (
              <Radio key={each} value={each}>
                {outcomeTitles[each]}
              </Radio>
            ))}
          </Radio.Group>
        )}
      </Field>
      {failed && (
        <Field
          label="银行给的原因"
          hint="职工在手机上看到这个原因和怎么办"
          wrong={missing === 'code' ? '选银行给的原因，职工要照着它办。' : fieldSays(record.problem, 'code')}
        >
          {(aria) => (
            <Select
              {...aria}
              placeholder="选一个原因"
              value={code ?? null}
              onChange={(value) => value && setCode(value)}
              options={failureCodes.map((each) => ({ value: each, label: failureTitles[each] }))}
            />
          )}
        </Field>
      )}
      <div className="pair">
        <Field label="银行的日期" wrong={missing === 'on' ? '填银行给的日期。' : fieldSays(record.problem, 'on')}>
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              {...(batch.releasedAt !== undefined && { min: dateOf(batch.releasedAt) })}
              value={on}
              onChange={(event) => setOn(event.target.value)}
            />
          )}
        </Field>
        <Field label="银行流水号（可以不填）" wrong={fieldSays(record.problem, 'bankSerial')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={60}
              value={bankSerial}
              onChange={(event) => setBankSerial(event.target.value)}
            />
          )}
        </Field>
      </div>
    </SecondStep>
  )
}

function ProofField({
  proof,
  onProof,
  wrong,
}: {
  proof: Uploaded | undefined
  onProof: (file: Uploaded | undefined) => void
  wrong: string | undefined
}) {
  return (
    <Field label="银行回单" hint="没付成和退票的，再发之前由放行的人对着它看" wrong={wrong}>
      {(aria) => <Upload aria={aria} purpose="payoutProof" value={proof} onChange={onProof} choose="选回单照片或PDF" />}
    </Field>
  )
}
