/** 制单: what is paid, in which bank's format, on which day. Nothing moves before another person releases it. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Input, Radio, Select } from 'antd'
import { useState } from 'react'
import type { MakeBatch, Payable, PayoutBatchDetail, PayoutBatches } from '../../../contract/payouts.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { counted, yuan } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useUrlState } from './url.ts'
import { useWrite } from './write.ts'

const all = ''
const titleOf = ({ noticeNumber, count, totalFen }: Payable) =>
  `${noticeNumber ?? '市总工会直接发放'}，${counted(count)}笔，${yuan(totalFen)}`

export function MakePayoutBatch({
  view: { payable, formats, batches, bank },
  totalFen,
  onBack,
}: {
  view: PayoutBatches
  totalFen: number
  onBack: () => void
}) {
  const today = useToday()
  const navigate = useNavigate()
  const [{ notice: wanted }] = useUrlState()
  const choices = payable.filter(({ count }) => count > 0)
  const only = choices.length === 1 ? choices[0]!.noticeId : undefined
  const [notice, setNotice] = useState(choices.find(({ noticeId }) => noticeId === wanted)?.noticeId ?? only ?? all)
  const [route, setRoute] = useState<MakeBatch['route']>(bank ? 'bank' : 'file')
  const [format, setFormat] = useState(batches[0]?.format ?? formats[0]?.name ?? '')
  const [payOn, setPayOn] = useState(today)
  const make = useWrite<MakeBatch, PayoutBatchDetail>((id) => `/payout-batches/${id}`)
  const one = choices.find(({ noticeId }) => noticeId === notice)
  const sum = one?.totalFen ?? totalFen
  const count = one?.count ?? choices.reduce((total, each) => total + each.count, 0)
  const send = () =>
    make.send({ ...(notice !== all && { noticeId: notice }), route, format, payOn }, ({ id, number }) => {
      say(`${number}已制单，等另一位财务放行`)
      void navigate({ to: '/payouts/$id', params: { id } })
    })
  return (
    <SecondStep
      open
      title="制单"
      go={`制单，${counted(count)}笔`}
      back="先不制"
      width={520}
      pending={make.pending}
      problem={make.problem}
      onBack={onBack}
      onGo={send}
    >
      <Field label="发哪些">
        {(aria) => (
          <Select
            {...aria}
            value={notice}
            onChange={setNotice}
            options={[
              ...(only === undefined ? [{ value: all, label: `全部，${yuan(totalFen)}` }] : []),
              ...choices.flatMap((each) => (each.noticeId ? [{ value: each.noticeId, label: titleOf(each) }] : [])),
            ]}
          />
        )}
      </Field>
      {bank && (
        <Field label="怎么送">
          {(aria) => (
            <Radio.Group
              {...aria}
              aria-label="怎么送"
              className="column"
              value={route}
              onChange={(event) => setRoute(event.target.value as typeof route)}
            >
              <Radio value="bank">由系统送银行，结果自动回来</Radio>
              <Radio value="file">下载银行文件，自己传给银行</Radio>
            </Radio.Group>
          )}
        </Field>
      )}
      {route === 'file' && (
        <Field label="银行文件格式" wrong={fieldSays(make.problem, 'format')}>
          {(aria) => (
            <Select
              {...aria}
              value={format}
              onChange={setFormat}
              options={formats.map(({ name, title }) => ({ value: name, label: title }))}
            />
          )}
        </Field>
      )}
      <Field
        label="付款日期"
        hint={route === 'file' ? '写在银行文件上的日期，从今天起' : '从今天起'}
        wrong={fieldSays(make.problem, 'payOn')}
      >
        {(aria) => (
          <Input {...aria} type="date" min={today} value={payOn} onChange={(event) => setPayOn(event.target.value)} />
        )}
      </Field>
      {make.problem?.code === 'money.no-account' && (
        <p>
          <Link to="/receiving-account">去登记收款账户</Link>
        </p>
      )}
      <dl className="facts">
        <dt>合计</dt>
        <dd>
          <b>{yuan(sum)}</b>，{counted(count)}笔
        </dd>
        <dt>大写</dt>
        <dd>{moneyInCapitals(fen(sum))}</dd>
      </dl>
      <p className="mut sm">
        制单不动钱。另一位财务看过、输动态码放行后，{route === 'file' ? '才能下载银行文件' : '系统才送银行'}。
      </p>
    </SecondStep>
  )
}
