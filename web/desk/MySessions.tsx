/** Where I am signed in; any of them can be ended. */
import { Button } from 'antd'
import type { SessionList } from '../../contract/session.ts'
import { request } from '../ui/api.ts'
import { dateOf, dayWithYear, time } from '../ui/words.ts'
import { Failed, Loading, Note, Page } from './Page.tsx'
import { saysOf, useChange, useServer } from './query.ts'

const when = (at: number) => `${dayWithYear(dateOf(at))} ${time(at)}`

export default function MySessions() {
  const list = useServer<SessionList>('/sessions')
  const end = useChange((id: string) => request<void>('DELETE', `/sessions/${id}`), ['/sessions'])
  return (
    <Page title="我的登录" rule="不认得的登录，先结束，再请安全管理员查。时间是机器时间，与业务时间无关。">
      {end.isError && <Note tone="err">{saysOf(end.error)}</Note>}
      <section className="panel table-box">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : (
          <table className="t">
            <thead>
              <tr>
                <th>设备</th>
                <th>登录</th>
                <th>最近使用</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {list.data.sessions.map((session) => (
                <tr key={session.id}>
                  <td>{session.device}</td>
                  <td>{when(session.startedAt)}</td>
                  <td>{when(session.lastSeenAt)}</td>
                  <td className="r">
                    {session.current ? (
                      <span className="mut">就是这里</span>
                    ) : (
                      <Button size="small" loading={end.isPending} onClick={() => end.mutate(session.id)}>
                        结束
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </Page>
  )
}
