/** 追回: how long the money has been asked back, and what the payer's two clerks do once it is there. */
import { Input } from 'antd'
import { useState } from 'react'
import type { RecordRecovery, RecoveryView } from '../../../contract/corrections.ts'
import { cancelCauseTitles } from '../../../domain/correction.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { dateOf, day, daysLeft, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Head } from './Head.tsx'
import { PickableRow } from './PickableRow.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { Upload, type Uploaded } from './Upload.tsx'
import { useWrite } from './write.ts'

/** 第3天 */
const age = (today: string, openedAt: number): string => `第${1 - (daysLeft(today, dateOf(openedAt)) ?? 0)}天`

function RecoveryStatus({ recovery }: { recovery: RecoveryView }) {
  const today = useToday()
  if (recovery.confirmedAt !== undefined) {
    return (
      <Status kind="met" plain>
        已追回
      </Status>
    )
  }
  return (
    <Status kind={recovery.recordedBy === undefined ? 'waiting' : 'active'} plain>
      {recovery.recordedBy === undefined ? '等职工退回' : '已登记，等确认'}，{age(today, recovery.openedAt)}
    </Status>
  )
}

export function Recoveries({
  recoveries,
  current,
  pick,
}: {
  recoveries: readonly RecoveryView[]
  current: string
  pick: (id: string) => void
}) {
  const today = useToday()
  return (
    <section className="panel" aria-label="追回">
      <div className="cap">
        <h2>追回</h2>
        <span className="mut sm">钱退回前，账上仍是已发放</span>
      </div>
      <div className="table-box">
        <table className="t clickable">
          <Head columns={['受理号', '职工', '原因', '开始追回', '到哪一步', { right: '金额（元）' }]} />
          <tbody>
            {recoveries.map((each) => (
              <PickableRow
                key={each.id}
                name={each.receiptNumber}
                picked={each.id === current}
                pick={() => pick(each.id)}
              >
                <td>{each.applicantName}</td>
                <td>{cancelCauseTitles[each.cause]}</td>
                <td className="mut">{day(dateOf(each.openedAt), today)}</td>
                <td>
                  <RecoveryStatus recovery={each} />
                </td>
                <td className="r">{yuanColumn(each.amountFen)}</td>
              </PickableRow>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

export function RecoveryPanel({ recovery }: { recovery: RecoveryView }) {
  const today = useToday()
  return (
    <section className="panel sign" aria-label={`${recovery.receiptNumber}的追回`}>
      <h2>追回{yuan(recovery.amountFen)}</h2>
      <dl className="facts">
        <dt>职工</dt>
        <dd>
          {recovery.applicantName}　{recovery.receiptNumber}
        </dd>
        <dt>原因</dt>
        <dd>{cancelCauseTitles[recovery.cause]}</dd>
        <dt>退给</dt>
        <dd>{recovery.payer}</dd>
        <dt>开始</dt>
        <dd>{moment(recovery.openedAt, today)}</dd>
        {recovery.recordedBy !== undefined && (
          <>
            <dt>到账</dt>
            <dd>
              {day(recovery.receivedOn!, today)}，凭证{recovery.voucherNumber}{' '}
              <a href={filePageUrl(recovery.scanFileId!, 1)} target="_blank" rel="noreferrer">
                看回单
              </a>
            </dd>
            <dt>登记</dt>
            <dd>{recovery.recordedBy}</dd>
          </>
        )}
        {recovery.confirmedAt !== undefined && (
          <>
            <dt>确认</dt>
            <dd>
              {recovery.confirmedBy}，{moment(recovery.confirmedAt, today)}
            </dd>
          </>
        )}
      </dl>
      {recovery.may === 'confirm' && <Confirming recovery={recovery} />}
      {recovery.may === 'record' && <Recording recovery={recovery} />}
      {!recovery.may && recovery.confirmedAt === undefined && (
        <p className="mut sm">由{recovery.payer}的财务登记，两个人办。</p>
      )}
    </section>
  )
}

function Confirming({ recovery }: { recovery: RecoveryView }) {
  const [asking, setAsking] = useState(false)
  const confirm = useWrite<Record<never, never>, unknown>(() => `/recoveries/${recovery.id}/confirmation`)
  return (
    <>
      <Press primary block onPress={() => setAsking(true)}>
        确认已追回{yuan(recovery.amountFen)}…
      </Press>
      <SecondStep
        open={asking}
        title="确认钱已退回"
        go="确认已追回"
        pending={confirm.pending}
        problem={confirm.problem}
        onBack={() => {
          confirm.clear()
          setAsking(false)
        }}
        onGo={() => confirm.send({}, () => say(`${recovery.receiptNumber}已追回，钱在结余里`))}
      >
        <p>
          {recovery.recordedBy}登记{day(recovery.receivedOn!)}到账{yuan(recovery.amountFen)}，凭证
          {recovery.voucherNumber}。对过银行流水再确认。
        </p>
        <p>确认后这笔资助取消，钱作为结余逐级退回。</p>
      </SecondStep>
    </>
  )
}

function Recording({ recovery }: { recovery: RecoveryView }) {
  const today = useToday()
  const [receivedOn, setReceivedOn] = useState(recovery.receivedOn ?? today)
  const [voucherNumber, setVoucherNumber] = useState(recovery.voucherNumber ?? '')
  const [scan, setScan] = useState<Uploaded>()
  const record = useWrite<RecordRecovery, unknown>((id) => `/recoveries/${recovery.id}/receipts/${id}`)
  const why = !voucherNumber.trim() ? '先填凭证号' : !scan ? '先上传银行回单' : undefined
  const press = () => {
    if (why || !scan) return
    record.send({ receivedOn, voucherNumber: voucherNumber.trim(), scanFileId: scan.id }, () =>
      say('已登记，等另一位财务确认'),
    )
  }
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <Field label="到账日期" wrong={fieldSays(record.problem, 'receivedOn')}>
        {(aria) => (
          <Input
            {...aria}
            type="date"
            max={today}
            value={receivedOn}
            onChange={(event) => setReceivedOn(event.target.value)}
          />
        )}
      </Field>
      <Field label="凭证号" wrong={fieldSays(record.problem, 'voucherNumber')}>
        {(aria) => (
          <Input
            {...aria}
            maxLength={60}
            value={voucherNumber}
            onChange={(event) => setVoucherNumber(event.target.value)}
          />
        )}
      </Field>
      <Field label="银行回单" wrong={fieldSays(record.problem, 'scanFileId')}>
        {(aria) => <Upload purpose="payoutProof" value={scan} onChange={setScan} aria={aria} />}
      </Field>
      <Refusal problem={record.problem} />
      <Press primary block why={why} pending={record.pending} onPress={press}>
        {recovery.recordedBy === undefined ? '登记钱已退回' : '重新登记'}
      </Press>
    </form>
  )
}
