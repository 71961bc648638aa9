/** A masked value or picture: shown on request, with a reason, for thirty seconds; every look is logged. */
import { useMutation } from '@tanstack/react-query'
import { Input, Modal, Radio } from 'antd'
import { useEffect, useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { Problem, request } from '../../ui/api.ts'
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
  if (application.clear.includes(field)) return <Grouped groups={groupsOf[field](masked)} />
  if (value !== undefined) return <InClear field={field} value={value} onOver={() => setValue(undefined)} />
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
          title={titles[field]}
          ask={(reason) =>
            request<{ value: string }>('POST', `/applications/${application.id}/unmask`, { field, reason })
          }
          onClose={() => setAsking(false)}
          onShown={(shown) => {
            setValue(shown.value)
            setAsking(false)
          }}
        />
      )}
    </>
  )
}

function InClear({ field, value, onOver }: { field: Field; value: string; onOver: () => void }) {
  return (
    <>
      <Grouped groups={groupsOf[field](value)} /> <ForAWhile onOver={onOver} />
    </>
  )
}

/** Says for how long it is still shown. */
export function ForAWhile({ onOver }: { onOver: () => void }) {
  const [left, setLeft] = useState(shownSeconds)
  useEffect(() => {
    const timer = left > 0 ? setTimeout(() => setLeft(left - 1), 1000) : setTimeout(onOver)
    return () => clearTimeout(timer)
  }, [left, onOver])
  return (
    <span className="tag amber-tag">
      <Icon name="eye" /> 明文，{left}秒后遮回
    </span>
  )
}

/** `ask` sends the reason; what it brings is handed to `onShown`. */
export function AskReason<Shown>({
  title,
  ask,
  onClose,
  onShown,
}: {
  title: string
  ask: (reason: string) => Promise<Shown>
  onClose: () => void
  onShown: (shown: Shown) => void
}) {
  const [chosen, setChosen] = useState(reasons[0]!)
  const [words, setWords] = useState('')
  const other = chosen === '其他'
  const unmask = useMutation({
    mutationFn: async (reason: string) => {
      if (reason.length < 2) throw new Problem('act.reason-missing', '写明为什么要看，至少两个字。')
      return ask(reason)
    },
    onSuccess: onShown,
  })
  // React sends what happens in the dialog up to the row it stands in; the row has its own use for a press.
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Modal
        open
        title={`显示${title}`}
        width={400}
        onCancel={onClose}
        okText={`显示${shownSeconds}秒`}
        cancelText="不看了"
        confirmLoading={unmask.isPending}
        onOk={() => unmask.mutate(other ? words.trim() : chosen)}
      >
        <div className="stack">
          {unmask.isError && <Note tone="err">{saysOf(unmask.error)}</Note>}
          <fieldset>
            <legend className="sm ink2">为什么要看，这次查看会记录</legend>
            <Radio.Group
              className="mask-reasons"
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
