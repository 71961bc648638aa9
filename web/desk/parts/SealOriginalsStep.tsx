/** Many originals at once: sealed on a day and put in a box, or moved to another box. */
import { Input } from 'antd'
import { useState } from 'react'
import type { MoveOriginals, OriginalsDone, PaperItem, SealOriginals } from '../../../contract/originals.ts'
import { counted } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

const words = {
  seal: { title: '登记盖章、入盒', go: '登记盖章', done: '已登记盖章' },
  move: { title: '换一个盒', go: '换盒', done: '已换盒' },
}

export function SealOriginalsStep({
  kind,
  items,
  onClose,
}: {
  kind: 'seal' | 'move'
  items: readonly PaperItem[]
  onClose: (done: boolean) => void
}) {
  const today = useToday()
  const [sealedOn, setSealedOn] = useState(today)
  const [box, setBox] = useState('')
  const [wrong, setWrong] = useState<string>()
  const write = useWrite<SealOriginals | MoveOriginals, OriginalsDone>(
    (id) => `/originals/${kind === 'seal' ? 'sealings' : 'moves'}/${id}`,
  )
  const send = () => {
    if (!box.trim()) {
      setWrong('写上盒号，以后好找。')
      return
    }
    setWrong(undefined)
    const applicationIds = items.map(({ applicationId }) => applicationId)
    const body = { applicationIds, box: box.trim(), ...(kind === 'seal' && { sealedOn }) }
    write.send(body, ({ count }) => {
      say(`${counted(count)}件${words[kind].done}，在${box.trim()}盒`)
      onClose(true)
    })
  }
  return (
    <SecondStep
      open
      title={`${words[kind].title}：${counted(items.length)}件`}
      go={`${words[kind].go}${counted(items.length)}件`}
      pending={write.pending}
      problem={write.problem}
      onBack={() => onClose(false)}
      onGo={send}
    >
      {kind === 'seal' && (
        <Field label="盖章日期" hint="复审通过那天起，到今天为止">
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              value={sealedOn}
              onChange={(event) => setSealedOn(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label="盒号" hint="照档案盒上写的，例如 嘉26-07" wrong={wrong}>
        {(aria) => <Input {...aria} maxLength={20} value={box} onChange={(event) => setBox(event.target.value)} />}
      </Field>
    </SecondStep>
  )
}
