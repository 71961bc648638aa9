/** Where one is signed in, and how to end it there. */
import { useMutation } from '@tanstack/react-query'
import { request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { moment } from '../../ui/words.ts'
import { forgetAllDrafts } from '../draft.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useSession, useSessions } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'

function List() {
  const sessions = useSessions()
  const me = useSession().data?.account
  useSignInWhen(sessions.error)
  const revoke = useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/sessions/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sessions }),
  })
  const leave = useMutation({
    mutationFn: () => request<void>('DELETE', '/session'),
    onSuccess: () => {
      forgetAllDrafts()
      queryClient.clear()
      goTo('/', true)
    },
  })
  return (
    <Await query={sessions}>
      {({ sessions: open }) => (
        <>
          <p className="muted after">{me?.name} 登录的设备。不认识的，点“退出”。</p>
          <ul className="card rows">
            {open.map((session) => (
              <li key={session.id}>
                <Icon name="user" className="tone-idle" />
                <span className="grow">
                  {session.device}
                  {session.current && '（这台）'}
                  <span className="muted num block">最近使用 {moment(session.lastSeenAt)}</span>
                </span>
                {!session.current && (
                  <button
                    type="button"
                    className="link"
                    aria-disabled={revoke.isPending}
                    onClick={() => revoke.mutate(session.id)}
                    aria-label={`让${session.device}退出`}
                  >
                    退出
                  </button>
                )}
              </li>
            ))}
          </ul>
          {(revoke.error ?? leave.error) && <Trouble problem={revoke.error ?? leave.error} />}
          <div className="stack after">
            <button type="button" className="button line" onClick={() => leave.mutate()}>
              退出登录
            </button>
          </div>
        </>
      )}
    </Await>
  )
}

export default function Devices() {
  return (
    <Page title="登录的设备" parent="/mine">
      <SignedIn>
        <List />
      </SignedIn>
    </Page>
  )
}
