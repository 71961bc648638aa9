/** What stands where a page cannot: an address that is none, and a page that broke. */
import { useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { Empty, Failed } from './Page.tsx'

export function NotHere() {
  const router = useRouter()
  return (
    <Empty
      title="没有这一页"
      next="地址可能写错了。"
      action={<Button onClick={() => void router.navigate({ to: '/' })}>回到我的待办</Button>}
    />
  )
}

export function Crashed({ error }: { error: unknown }) {
  return (
    <div className="page">
      <Failed error={error} title="这一页没有打开" retry={() => location.reload()} retryTitle="刷新" />
    </div>
  )
}
