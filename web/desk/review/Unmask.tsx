/** A masked value: shown on request, with a reason, for thirty seconds; every look is logged. */
import { Button, Input, Modal, Radio } from 'antd'
import { useEffect, useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { request } from '../../ui/api.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { accountGroups, identityGroups, phoneGroups } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { saysOf } from '../query.ts'

const titles = { idNumber: '身份证号', phone: '手机号', accountNumber: '卡号' }
const groupsOf = { idNumber: identityGroups, phone: phoneGroups, accountNumber: accountGroups }
const reasons = ['与材料对照', '打电话给申请人核实', '与会员登记对照', '其他']
const shownSeconds = 30

type Field = keyof typeof titles

export function Unmaskable({
  application,
  field,
  masked,
}: {
  application: ApplicationView
  field: Field
  masked: string
}) {
  const [asking, setAsking] = useState(false)
  const [value, setValue] = useState<string>()
  const [left, setLeft] = useState(shownSeconds)
  useEffect(() => {
    if (value === undefined) return
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000)
    return () => clearInterval(timer)
  }, [value])
  useEffect(() => {
    if (left > 0) return
    setValue(undefined)
    setLeft(shownSeconds)
  }, [left])

  if (application.clear.includes(field)) return <Grouped groups={groupsOf[field](masked)} />
  if (value !== undefined)
    return (
      <>
        <Grouped groups={groupsOf[field](value)} />{' '}
        <span className="tag amber-tag">
          <Icon name="eye" /> 明文，{left}秒后遮回
        </span>
      </>
    )
  return (
    <>
      <span className="num">{masked}</span>{' '}
      <button
        type="button"
        className="plain sm nb"
        aria-label={`显示${titles[field]}`}
        onClick={(event) => {
          event.stopPropagation()
          setAsking(true)
        }}
      >
        <Icon name="eye" />
        显示
      </button>
      {asking && (
        <AskReason
          application={application}
          field={field}
          onClose={() => setAsking(false)}
          onShown={(shown) => {
            setLeft(shownSeconds)
            setValue(shown)
            setAsking(false)
          }}
        />
      )}
    </>
  )
}

function AskReason({
  application,
  field,
  onClose,
  onShown,
}: {
  application: ApplicationView
  field: Field
  onClose: () => void
  onShown: (value: string) => void
}) {
  const [chosen, setChosen] = useState(reasons[0]!)
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const other = chosen === '其他'
  async function show() {
    const reason = other ? words.trim() : chosen
    if (reason.length < 2) {
      setWrong('写明为什么要看，至少两个字。')
      return
    }
    setBusy(true)
    try {
      onShown(
        (await request<{ value: string }>('POST', `/applications/${application.id}/unmask`, { field, reason })).value,
      )
    } catch (error) {
      setWrong(saysOf(error))
      setBusy(false)
    }
  }
  // React sends what happens in the dialog up to the row it stands in; the row has its own use for a press.
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Modal
        open
        title={`显示${titles[field]}`}
        width={400}
        onCancel={onClose}
        footer={[
          <Button key="no" onClick={onClose}>
            不看了
          </Button>,
          <Button key="yes" type="primary" loading={busy} onClick={() => void show()}>
            显示30秒
          </Button>,
        ]}
      >
        <div className="stack">
          {wrong && <Note tone="err">{wrong}</Note>}
          <fieldset>
            <legend className="sm ink2">为什么要看，这次查看会记录</legend>
            <Radio.Group
              className="choices"
              value={chosen}
              onChange={(event) => setChosen(event.target.value as string)}
              options={reasons.map((reason) => ({ value: reason, label: reason }))}
            />
          </fieldset>
          {other && (
            <Input
              aria-label="理由"
              autoFocus
              maxLength={100}
              value={words}
              placeholder="写明理由"
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </div>
      </Modal>
    </span>
  )
}
