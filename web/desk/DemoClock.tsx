/** The demonstration's business time, moved forward by its system administrator. */
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { instant } from '../../domain/dates.ts'
import { request } from '../ui/api.ts'
import { dateOf, dayAfter, dayWithYear, time } from '../ui/words.ts'
import { Note } from './Page.tsx'
import { client, saysOf } from './query.ts'
import { say } from './said.tsx'

const dayMs = 86_400_000

export default function DemoClock({ now, onClose }: { now: number; onClose: () => void }) {
  const [text, setText] = useState(`${dayAfter(dateOf(now), 1)} ${time(now)}`)
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function move(to: number | undefined) {
    if (to === undefined) {
      setWrong('按 2026-08-11 09:00 这样写。')
      return
    }
    setBusy(true)
    try {
      await request('PUT', '/demo/clock', { to })
      await client.invalidateQueries()
      say(`业务时间已调到${dayWithYear(dateOf(to))} ${time(to)}`)
      onClose()
    } catch (error) {
      setWrong(saysOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal
      open
      title="业务时间"
      onCancel={onClose}
      okText="调到这个时间"
      cancelText="不调了"
      confirmLoading={busy}
      onOk={() => void move(instant(`${text.trim().replace(/\s+/, 'T')}:00+08:00`))}
      width={440}
    >
      <div className="stack">
        <p className="ink2">
          现在是{dayWithYear(dateOf(now))} {time(now)}，只能往后调，所有人一起变。
        </p>
        {wrong && <Note tone="err">{wrong}</Note>}
        <div className="row">
          {[1, 7, 14, 30].map((days) => (
            <Button key={days} disabled={busy} onClick={() => void move(now + days * dayMs)}>
              往后{days}天
            </Button>
          ))}
        </div>
        <div className="field">
          <label htmlFor="clockTo">或调到</label>
          <Input id="clockTo" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
      </div>
    </Modal>
  )
}
