/** A button that may not be pressed stays readable and focusable, and says why beside it. */
import { Button } from 'antd'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icons.tsx'

export function Press({
  why,
  pending = false,
  primary = false,
  large = false,
  block = false,
  onPress,
  children,
}: {
  /** Why it may not be pressed now, and what to do; absent: it may. */
  why?: string | undefined
  pending?: boolean
  primary?: boolean
  large?: boolean
  block?: boolean
  onPress: () => void
  children: ReactNode
}) {
  const whyId = useId()
  return (
    <span className={block ? 'press block' : 'press'}>
      <Button
        type={primary && !why ? 'primary' : 'default'}
        size={large ? 'large' : 'middle'}
        block={block}
        loading={pending}
        {...(why && { 'aria-disabled': true, 'aria-describedby': whyId, className: 'off' })}
        onClick={() => {
          if (!why && !pending) onPress()
        }}
      >
        {children}
      </Button>
      {why && (
        <span id={whyId} className="why">
          <Icon name="lock" /> {why}
        </span>
      )}
    </span>
  )
}
