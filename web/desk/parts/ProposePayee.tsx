/** What finance proposes: another account on a paper for a worker without an account of their own, or the same once more. */
import { Input, Radio } from 'antd'
import { useState } from 'react'
import type { PayeeChangeItem, ProposePayee as Proposal } from '../../../contract/payees.ts'
import { readAccount } from '../../../domain/bankCard.ts'
import { failureTold } from '../../../domain/payee.ts'
import type { Payee } from '../../../domain/policy.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { Upload, type Uploaded } from './Upload.tsx'
import { useWrite } from './write.ts'

const kinds: { readonly [K in Payee]: string } = { memberCard: '工会会员服务卡', bankCard: '本人银行卡' }

export function ProposePayee({ item, onClose }: { item: PayeeChangeItem; onClose: () => void }) {
  const may = item.may ?? { same: false, another: false }
  const [account, setAccount] = useState<'same' | 'another'>(may.another ? 'another' : 'same')
  const [payee, setPayee] = useState<Payee>(item.kinds[0]!)
  const [accountNumber, setNumber] = useState('')
  const [bankName, setBankName] = useState('')
  const [words, setWords] = useState('')
  const [paper, setPaper] = useState<Uploaded>()
  const [missed, setMissed] = useState(false)
  const write = useWrite<Proposal, { id: string }>((id) => `/payee-changes/${id}`)
  const read = readAccount(accountNumber)
  const isAnother = account === 'another'
  const wrong = {
    accountNumber: isAnother && !read.ok ? read.says : undefined,
    bankName: isAnother && payee === 'bankCard' && !bankName.trim() ? '还没有填银行名称，写到支行。' : undefined,
    words: words.trim().length < 2 ? '写明根据什么，一句话就行。' : undefined,
    paper: isAnother && !paper ? '上传职工签字的书面说明。' : undefined,
  }
  const go = () => {
    const incomplete = Object.values(wrong).some(Boolean)
    setMissed(incomplete)
    if (incomplete) return
    const about = {
      ...{ applicationId: item.applicationId, words: words.trim() },
      ...(paper && { paperFileId: paper.id }),
    }
    const body: Proposal = isAnother
      ? { ...about, account, payee, accountNumber, ...(payee === 'bankCard' && { bankName: bankName.trim() }) }
      : { ...about, account }
    write.send(body, () => {
      say(`${item.receiptNumber}已提出，请另一位财务核对`)
      onClose()
    })
  }
  return (
    <SecondStep
      open
      title={item.cause === 'duplicate' ? `${item.receiptNumber} 再发一次` : `代职工更正 ${item.receiptNumber}`}
      go="提出，请另一位财务核对"
      pending={write.pending}
      problem={write.problem}
      width={600}
      onGo={go}
      onBack={onClose}
    >
      <p>
        {item.applicantName}，原账户尾号{item.tail}。{item.cause && `${failureTold(item.cause).cause}。`}
      </p>
      {may.same && may.another && (
        <Radio.Group value={account} onChange={(event) => setAccount(event.target.value as 'same' | 'another')}>
          <Radio value="another">换一个账户</Radio>
          <Radio value="same">同一个账户再发</Radio>
        </Radio.Group>
      )}
      {isAnother && (
        <>
          {item.kinds.length > 1 && (
            <Radio.Group value={payee} onChange={(event) => setPayee(event.target.value as Payee)}>
              {item.kinds.map((kind) => (
                <Radio key={kind} value={kind}>
                  {kinds[kind]}
                </Radio>
              ))}
            </Radio.Group>
          )}
          {payee === 'bankCard' && (
            <Field label="银行名称" hint="写到支行" wrong={missed ? wrong.bankName : undefined}>
              {(aria) => (
                <Input
                  {...aria}
                  maxLength={60}
                  value={bankName}
                  onChange={(event) => setBankName(event.target.value)}
                />
              )}
            </Field>
          )}
          <Field
            label="卡号"
            wrong={missed ? (wrong.accountNumber ?? fieldSays(write.problem, 'accountNumber')) : undefined}
          >
            {(aria) => (
              <Input
                {...aria}
                className="num"
                inputMode="numeric"
                autoComplete="off"
                maxLength={24}
                value={accountNumber}
                onChange={(event) => setNumber(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <Field
        label={item.cause === 'duplicate' ? '银行怎么答复的' : '根据什么'}
        hint={item.cause === 'duplicate' ? '问清这笔钱确实没有付过，才能再发' : '谁、什么时候、怎么提出的'}
        wrong={missed ? wrong.words : undefined}
      >
        {(aria) => (
          <Input.TextArea
            {...aria}
            rows={2}
            maxLength={500}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Field>
      {isAnother && (
        <Field label="职工签字的书面说明" wrong={missed ? wrong.paper : undefined}>
          {(aria) => <Upload aria={aria} purpose="accountPaper" value={paper} onChange={setPaper} />}
        </Field>
      )}
    </SecondStep>
  )
}
