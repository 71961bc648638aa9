/** What was picked on the queue, and what can be done with all of it. */
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { QueueItem } from '../../../contract/applications.ts'
import { stepRole } from '../../../domain/roles.ts'
import type { StaffRole } from '../../../domain/roles.ts'
import { Icon } from '../../ui/icons.tsx'
import { newId } from '../../ui/api.ts'
import { yuan } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { saysOf, useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { AssignDialog } from './AssignDialog.tsx'
import { drawLot, isClean, lotDrawn } from './desk.ts'
import { PrintPicked } from './Print.tsx'
import { keepPicked } from './queueQuery.ts'
import { kindOf, kindTitles } from './titles.ts'

const inLots: readonly StaffRole[] = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer']

export function PickBar({ chosen, clear }: { chosen: readonly QueueItem[]; clear: () => void }) {
  const staff = useStaff()
  const navigate = useNavigate({ from: '/queue' })
  const [assigning, setAssigning] = useState(false)
  const [drawing, setDrawing] = useState(false)
  const clean = chosen.length > 0 && chosen.every((item) => isClean(item, staff.id))
  const together =
    clean && inLots.includes(staff.role) && chosen.every((item) => item.step && isOwnStep(item, staff.role))
  const walk = () => {
    keepPicked(chosen)
    void navigate({
      to: '/cases/$id',
      params: { id: chosen[0]!.id },
      search: (now) => ({ ...now, at: undefined, picked: 1 }),
    })
  }
  const draw = async () => {
    setDrawing(true)
    try {
      const lot = await drawLot(
        newId(),
        chosen.map(({ id }) => id),
      )
      lotDrawn(lot)
      void navigate({ search: (now) => ({ ...now, lot: lot.id }), replace: true })
    } catch (error) {
      say(saysOf(error))
    } finally {
      setDrawing(false)
    }
  }
  const go = () => {
    if (chosen.length === 0 || drawing) return
    if (together) void draw()
    else walk()
  }
  useKeys([
    { key: 'b', says: '先抽看，再一起同意；不能一起办的依次看', press: go },
    { key: 'g', says: '领取或分配选中的', press: () => chosen.length > 0 && setAssigning(true) },
  ])
  if (chosen.length === 0) return null
  return (
    <div className="pick-bar" role="region" aria-label="选中的">
      <b>已选{chosen.length}件</b>
      <span className="ink2">
        资助合计{yuan(chosen.reduce((sum, item) => sum + item.amountFen, 0))}　{likeness(chosen, clean)}
      </span>
      <span className="sp" />
      <Button onClick={clear}>
        取消选择 <kbd>Esc</kbd>
      </Button>
      <Button onClick={() => setAssigning(true)}>
        <Icon name="user" />
        分配… <kbd>G</kbd>
      </Button>
      <PrintPicked chosen={chosen} />
      {together ? (
        <Button type="primary" loading={drawing} onClick={go}>
          先抽看{sampleOf(chosen.length)}件，再一起同意 <kbd>B</kbd>
        </Button>
      ) : (
        <Button type="primary" onClick={walk}>
          依次看这{chosen.length}件 <kbd>B</kbd>
        </Button>
      )}
      {assigning && <AssignDialog cases={chosen} onClose={() => setAssigning(false)} />}
    </div>
  )
}

/** As the server draws: one in twenty, at least three. */
const sampleOf = (count: number) => Math.min(count, Math.max(3, Math.ceil(count * 0.05)))
const isOwnStep = (item: QueueItem, role: StaffRole) => stepRole[item.step!] === role

function likeness(chosen: readonly QueueItem[], clean: boolean): string {
  const kinds = new Set(chosen.map((item) => kindOf(item.filingAuthority)))
  const [kind] = kinds
  const one = kinds.size === 1 ? `${kindTitles[kind!]}，` : ''
  return clean ? `${one}评估全部符合` : `${one}有要单独看的`
}
