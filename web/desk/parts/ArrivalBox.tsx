/** A hand scanner types the number and presses Enter; so may a person. What has come is listed below, newest first. */
import { Input } from 'antd'
import type { InputRef } from 'antd'
import { useRef, useState } from 'react'
import type { Arrive, Arrived } from '../../../contract/originals.ts'
import { Status } from '../../ui/Status.tsx'
import { day } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { useWrite } from './write.ts'

const shownScans = 5

export function ArrivalBox() {
  const today = useToday()
  const box = useRef<InputRef>(null)
  const [typed, setTyped] = useState('')
  const [come, setCome] = useState<readonly Arrived[]>([])
  const arrival = useWrite<Arrive, Arrived>(() => '/originals/arrivals')
  const send = () => {
    const scanned = typed.trim()
    if (!scanned) return
    arrival.send({ scanned }, (arrived) => {
      setCome([arrived, ...come.filter(({ item }) => item.receiptNumber !== arrived.item.receiptNumber)])
      setTyped('')
      box.current?.focus()
    })
  }
  const wordsOf = ({ item, already }: Arrived) =>
    item.stage === 'sealed'
      ? `已盖章，在${item.box}盒`
      : already
        ? `早已登记，${day(item.arrivedOn!, today)}收到`
        : item.reviewed
          ? '已登记收到，可以盖章'
          : `已登记收到，${item.whereabouts}通过后盖章`
  return (
    <section className="panel arrival">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Field
          label={<b>登记收到原件</b>}
          hint="光标在框里时，用扫码枪扫申请表上的二维码；没有二维码的，输受理号后按回车。"
          wrong={arrival.problem?.title}
        >
          {(aria) => (
            <span className="row">
              <Input
                {...aria}
                ref={box}
                autoFocus
                autoComplete="off"
                size="large"
                maxLength={500}
                placeholder="JS26-0000123"
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value)
                  arrival.clear()
                }}
              />
              <Press
                large
                primary
                why={typed.trim() ? undefined : '先扫码或输受理号'}
                pending={arrival.pending}
                onPress={send}
              >
                登记收到
              </Press>
            </span>
          )}
        </Field>
      </form>
      <ul className="come" aria-live="polite" aria-label="刚登记的">
        {come.slice(0, shownScans).map((arrived) => (
          <li key={arrived.item.receiptNumber}>
            <Status kind={arrived.already ? 'waiting' : 'met'} plain>
              {arrived.item.receiptNumber} {arrived.item.applicantName}
            </Status>
            <span className="mut">{wordsOf(arrived)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
