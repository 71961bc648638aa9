/** A code by text message: the wait before another one, and in the demonstration the sandbox's inbox. */
import { useEffect, useState } from 'react'
import { useInbox } from './queries.ts'

/** Seconds until one may ask again, counted down. */
export function useCountdown(): [left: number, start: (seconds: number) => void] {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1000)
    return () => clearTimeout(timer)
  }, [left])
  return [left, setLeft]
}

/** The latest code to this phone; the inbox names phones by their last digits. `holds`: what its text says beside. */
export function Inbox({
  number,
  holds = '验证码',
  onCode,
}: {
  number: string | undefined
  holds?: string
  onCode: (code: string) => void
}) {
  const inbox = useInbox(true)
  const latest = inbox.data?.messages
    .filter((message) => message.text.includes(holds) && message.phone.slice(-4) === number?.slice(-4))
    .toSorted((a, b) => b.at - a.at)[0]
  return (
    <section className="card demo-inbox">
      <p className="muted">演示环境：短信不会真的发出，内容在这里</p>
      {latest ? (
        <>
          <p data-inbox>{latest.text}</p>
          <p className="muted num">发给 {latest.phone}</p>
          <button
            type="button"
            className="button choice"
            onClick={() => onCode(/\d{4,8}/.exec(latest.text)?.[0] ?? '')}
          >
            填入这个验证码
          </button>
        </>
      ) : (
        <p className="muted">还没有发给这个号码的短信</p>
      )}
    </section>
  )
}
