/** 转送: the claim was filed under the wrong union; it goes to the right one and keeps its place. */
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import type { UnionOptions } from '../../../contract/people.ts'
import { Field } from '../parts/Field.tsx'
import { saysOf, serverQuery } from '../query.ts'
import { useWritten } from './decide.ts'
import type { Decision } from './decide.ts'
import { Dialog, Words } from './dialogs.tsx'
import type { Shared } from './dialogs.tsx'

export function RedirectDialog({
  onSend,
  ...shared
}: Shared & { readonly onSend: (decision: Extract<Decision, { kind: 'redirect' }>) => void }) {
  const [written, write] = useWritten(shared.application, 'redirect')
  const [find, setFind] = useState('')
  const [union, setUnion] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const unions = useQuery({
    ...serverQuery<UnionOptions>(`/unions?find=${encodeURIComponent(find)}`),
    placeholderData: (before) => before,
  })
  const send = () => {
    if (!union || !written.words.trim()) return setWrong('选一家工会，并写明为什么转送。')
    setWrong(undefined)
    onSend({ kind: 'redirect', baseUnionId: union, words: written.words.trim() })
  }
  const options = (unions.data?.unions ?? []).map(({ id, name, district }) => ({
    value: id,
    label: `${name}（${district}）`,
  }))
  return (
    <Dialog {...shared} title="转送" go="转送" words={written.words} wrong={wrong} onGo={send}>
      <p>
        现在在{shared.application.unions.baseUnion}
        。转送后从那家工会的第一步重新办，申报时间不变；不归你们的，你就看不到了。
      </p>
      <Field label={<b>转给哪家基层工会</b>} hint="按工会、单位或区局的名称找。">
        {(aria) => (
          <Select<string | null>
            {...aria}
            style={{ width: '100%' }}
            showSearch={{ filterOption: false, onSearch: setFind }}
            placeholder="输入名称找"
            value={union ?? null}
            options={options}
            notFoundContent={unions.isError ? saysOf(unions.error) : '没有找到，换个名称'}
            onChange={(value) => setUnion(value ?? undefined)}
          />
        )}
      </Field>
      <Field label={<b>为什么转送</b>} hint="申请人和接手的工会会原样看到。">
        {(aria) => <Words {...aria} value={written.words} onChange={(words) => write({ ...written, words })} />}
      </Field>
    </Dialog>
  )
}
