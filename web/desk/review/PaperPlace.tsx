/** Where the paper of a case is: the original at the district, the copies on their way to the centre. */
import { Fragment } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { day } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { Block } from './Block.tsx'

export function PaperPlace({ application }: { application: ApplicationView }) {
  const today = useToday()
  const { copies, original } = application
  if (!copies && !original) return null
  const facts = [
    ...(original ? [['原件', originalWords(original, today)] as const] : []),
    ...(copies ? [['复印件', copiesWords(copies, today)] as const] : []),
  ]
  return (
    <Block title="纸质材料" {...(copies?.awaited && copies.state !== 'received' && { aside: '收到复印件后才能报批' })}>
      <dl className="evidence-facts">
        {facts.map(([label, value]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Block>
  )
}

function originalWords({ arrivedOn, sealedOn, box }: NonNullable<ApplicationView['original']>, today: string): string {
  const come = `${day(arrivedOn, today)}收到`
  return sealedOn ? `${come}，${day(sealedOn, today)}盖章，在${box}盒` : `${come}，还没有盖章`
}

function copiesWords(copies: NonNullable<ApplicationView['copies']>, today: string): string {
  const { state, number, sentOn, receivedOn } = copies
  const parcel = [number, sentOn && `${day(sentOn, today)}送出`].filter(Boolean).join('，')
  switch (state) {
    case 'notSent':
      return '未送'
    case 'sent':
      return `已送，${parcel}`
    case 'missing':
      return `${parcel}，收件时没有找到`
    case 'received':
      return `已收到，${receivedOn ? day(receivedOn, today) : ''}`
  }
}
