/** A picture that the task in hand does not show: for a reason, for a while. */
import { Button } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { requestFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { Empty } from '../Page.tsx'
import { AskReason, ForAWhile } from './Unmask.tsx'
import './case.css'

export function MaskedPage({
  fileId,
  page,
  title,
  children,
}: {
  fileId: string
  /** From 1. */
  page: number
  title: string
  children: (src: string, cover: () => void) => ReactNode
}) {
  const [asking, setAsking] = useState(false)
  const [src, setSrc] = useState<string>()
  useEffect(() => (src ? () => URL.revokeObjectURL(src) : undefined), [src])
  const cover = useCallback(() => setSrc(undefined), [])
  if (src)
    return (
      <div className="for-a-while">
        {children(src, cover)}
        <ForAWhile onOver={cover} />
      </div>
    )
  return (
    <div className="panel">
      <Empty
        title={`${title}已遮住`}
        next="查看需写明理由"
        action={
          <Button aria-label={`写理由查看${title}`} onClick={() => setAsking(true)}>
            <Icon name="eye" />
            写理由查看
          </Button>
        }
      />
      {asking && (
        <AskReason
          title={title}
          ask={(reason) => requestFile(`/files/${fileId}/pages/${page}`, { reason })}
          onClose={() => setAsking(false)}
          onShown={(picture) => {
            setSrc(URL.createObjectURL(picture))
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}
