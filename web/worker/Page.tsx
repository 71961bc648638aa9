/** Frame of every page: demonstration strip, 返回 · title · 大字, one column, at most one bar at the bottom. */
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Icon } from '../ui/icons.tsx'
import { dayWithYear, time } from '../ui/words.ts'
import { goBack } from './navigation.ts'
import { useNow, useSession } from './queries.ts'
import { applyTextSize, useLargeText } from './textSize.ts'

export function DemoStrip() {
  const session = useSession().data
  const now = useNow()
  if (session?.mode !== 'demo' || !now) return null
  return (
    <p className="demo" role="note">
      <span>演示环境</span> · <span className="wide">数据为虚构 · </span>
      <span>
        {dayWithYear(now.today)} {time(now.now)}
      </span>
    </p>
  )
}

export function TextSizeSwitch() {
  const large = useLargeText()
  return (
    <button type="button" className="text-size" aria-pressed={large} onClick={() => applyTextSize(!large)}>
      <span>{large ? '标准字' : '大字'}</span>
    </button>
  )
}

/** `parent`: where 返回 leads when the page was opened directly. `leaving`: asked before going back. */
export function Page({
  title,
  parent = '/',
  bar,
  leaving,
  children,
}: {
  title: string
  parent?: string
  bar?: ReactNode
  leaving?: () => boolean
  children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · 匠升`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <div className={bar ? 'page has-bar' : 'page'}>
      <DemoStrip />
      <header className="top">
        <button type="button" className="back" onClick={() => (leaving?.() ?? true) && goBack(parent)}>
          <Icon name="back" />
          返回
        </button>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <TextSizeSwitch />
      </header>
      <main>{children}</main>
      {bar && <footer className="bar">{bar}</footer>}
    </div>
  )
}
