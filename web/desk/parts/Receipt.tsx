/** 收据: that a transfer has come, with the receipt's number and scan. The two weeks run from that day (四.一.5). */
import { Input } from 'antd'
import { useState } from 'react'
import type { RecordReceipt } from '../../../contract/payments.ts'
import { Clause } from '../../ui/Clause.tsx'
import { dateOf, day, yuan } from '../../ui/words.ts'
import { usePolicy, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { Upload } from './Upload.tsx'
import type { Uploaded } from './Upload.tsx'
import { useWrite } from './write.ts'

export function PaymentClause() {
  const payment = usePolicy().data?.channels.find((channel) => channel.id === 'unit')?.payment
  return payment ? <Clause id={payment.clause} quote={payment.quote} target="_blank" /> : null
}

/** `path`: where the receipt of this transfer is recorded. */
export function Receipt({
  path,
  amountFen,
  voucherNumber,
  releasedAt,
}: {
  path: string
  amountFen: number
  voucherNumber: string | undefined
  releasedAt: number | undefined
}) {
  const today = useToday()
  const [receivedOn, setReceivedOn] = useState(today)
  const [receiptNumber, setReceiptNumber] = useState('')
  const [scan, setScan] = useState<Uploaded>()
  const record = useWrite<RecordReceipt, { id: string }>(() => path)
  const why = !receivedOn
    ? '先填收到日期'
    : !receiptNumber.trim()
      ? '先填收据号'
      : scan
        ? undefined
        : '先上传收据扫描件'
  const press = () => {
    if (why || !scan) return
    const body = { receivedOn, receiptNumber: receiptNumber.trim(), scanFileId: scan.id }
    record.send(body, () => say('已登记收款，可以制单发放了'))
  }
  return (
    <section className="panel sign">
      <h2>登记收到资金</h2>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault()
          press()
        }}
      >
        <p className="ink2 sm">
          {releasedAt !== undefined && `${day(dateOf(releasedAt), today)}放行`}
          {yuan(amountFen)}，凭证{voucherNumber}。从收到那天算两周，到期只提醒。
        </p>
        <Field label="收到日期" wrong={fieldSays(record.problem, 'receivedOn')}>
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              {...(releasedAt !== undefined && { min: dateOf(releasedAt) })}
              value={receivedOn}
              onChange={(event) => setReceivedOn(event.target.value)}
            />
          )}
        </Field>
        <Field label="收据号" wrong={fieldSays(record.problem, 'receiptNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={40}
              value={receiptNumber}
              onChange={(event) => setReceiptNumber(event.target.value)}
            />
          )}
        </Field>
        <Field label="收据扫描件" wrong={fieldSays(record.problem, 'scanFileId')}>
          {(aria) => <Upload aria={aria} purpose="receiptScan" value={scan} onChange={setScan} />}
        </Field>
        <PaymentClause />
        <Refusal problem={record.problem} />
        <Press primary large block why={why} pending={record.pending} onPress={press}>
          登记收到{yuan(amountFen)}
        </Press>
      </form>
    </section>
  )
}
