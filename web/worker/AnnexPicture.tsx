/** The annex as a picture of one A4 page: it can be kept by a long press, also where no PDF opens. */
import './annex.css'
import { useState } from 'react'
import { type AnnexOf, annexUrl, Problem } from '../ui/api.ts'
import { Loading, Trouble } from './states.tsx'

const unread = new Problem('network', '申请表的图没有读出来，你填的内容都在。看一下信号，再试一次。')

export function AnnexPicture({ of, alt }: { of?: AnnexOf; alt: string }) {
  const [state, setState] = useState<'reading' | 'there' | 'failed'>('reading')
  const [attempt, setAttempt] = useState(0)
  if (state === 'failed')
    return (
      <Trouble
        problem={unread}
        onRetry={() => {
          setAttempt(attempt + 1)
          setState('reading')
        }}
      />
    )
  return (
    <>
      {state === 'reading' && <Loading />}
      <img
        className={state === 'there' ? 'annex-picture' : 'annex-picture unread'}
        src={`${annexUrl('png', of)}${attempt ? `?again=${attempt}` : ''}`}
        width={1652}
        height={2336}
        alt={alt}
        onLoad={() => setState('there')}
        onError={() => setState('failed')}
      />
    </>
  )
}
