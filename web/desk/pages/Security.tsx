/** 登录与锁定: limits in force, locked accounts, open sessions. Machine time throughout. */
import { useState } from 'react'
import type { SecurityView } from '../../../contract/people.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { useServer, useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { FindBox } from '../parts/FindBox.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

type Locked = SecurityView['locked'][number]
type Session = SecurityView['sessions'][number]
export default function Security() {
  const security = useServer<SecurityView>('/security')
  return (
    <Page title="登录与锁定" rule="限额现在这样生效。时间是真实时间，不是演示的业务时间">
      <Loaded query={security} path="/security">
        {(view) => <Overview view={view} />}
      </Loaded>
    </Page>
  )
}

function Overview({ view }: { view: SecurityView }) {
  const { limits, locked, sessions } = view
  const [tab, setTab] = useUrl('tab', 'locked')
  return (
    <>
      <Figures
        figures={[
          { label: '连续输错就锁', value: limits.attempts, after: `次，锁${limits.lockMinutes}分钟` },
          { label: '工会不操作就退出', value: limits.staffIdleMinutes, after: `分钟，最长${limits.staffHours}小时` },
          { label: '职工不操作就退出', value: limits.workerIdleMinutes, after: `分钟，最长${limits.workerHours}小时` },
          { label: '短信验证码有效', value: limits.codeMinutes, after: '分钟' },
        ]}
      />
      <section className="panel">
        <Tabs
          label="锁定和登录"
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'locked', title: '锁定的账号', count: locked.length },
            { id: 'sessions', title: '正在用的登录', count: sessions.length },
          ]}
        />
        {tab === 'sessions' ? <Sessions sessions={sessions} /> : <LockedAccounts locked={locked} />}
      </section>
    </>
  )
}

function LockedAccounts({ locked }: { locked: readonly Locked[] }) {
  if (locked.length === 0) return <Empty title="没有锁定的账号" next="连续输错的账号会列在这里，到时间自己解开" />
  return (
    <div className="table-box">
      <table className="t finance">
        <Head columns={['账号名', '姓名', { right: '连续输错（次）' }, '锁到', '']} />
        <tbody>
          {locked.map((account) => (
            <LockedRow key={account.accountId} account={account} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function LockedRow({ account }: { account: Locked }) {
  const staff = useStaff()
  const unlock = useWrite<Record<never, never>, void>(() => `/accounts/${account.accountId}/unlock`, { method: 'POST' })
  return (
    <tr>
      <td>{account.loginName}</td>
      <td>{account.name}</td>
      <td className="r">{account.failedAttempts}</td>
      <td>
        <Status kind="overdue" plain>
          {moment(account.lockedUntil)}
        </Status>
      </td>
      <td className="r">
        <Refusal problem={unlock.problem} />
        <Press
          pending={unlock.pending}
          why={staff.role === 'securityAdministrator' ? undefined : '由安全管理员解锁'}
          onPress={() => unlock.send({}, () => say(`${account.name}的账号已解锁`))}
        >
          解锁
        </Press>
      </td>
    </tr>
  )
}

const minutesAgo = (at: number) => {
  const minutes = Math.max(0, Math.floor((Date.now() - at) / 60_000))
  return minutes === 0 ? '刚刚' : minutes < 60 ? `${minutes}分钟前` : moment(at)
}

function Sessions({ sessions }: { sessions: readonly Session[] }) {
  const [find, setFind] = useUrl('q', '')
  const [ending, setEnding] = useState<Session>()
  const wanted = find.trim()
  const found = wanted
    ? sessions.filter((session) => `${session.who}${session.role}${session.device}`.includes(wanted))
    : sessions
  const { shown, pager } = usePage(found.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt))
  return (
    <>
      <div className="cap">
        <FindBox value={find} onChange={setFind} label="在登录里找姓名、岗位或设备" placeholder="姓名、岗位、设备" />
      </div>
      {shown.length === 0 ? (
        <Empty
          title="没有这样的登录"
          next="换个词再找"
          action={
            <button type="button" className="plain" onClick={() => setFind('')}>
              清除查找
            </button>
          }
        />
      ) : (
        <div className="table-box">
          <table className="t">
            <Head columns={['谁', '岗位', '设备', '登录', '最近操作', '']} />
            <tbody>
              {shown.map((session) => (
                <tr key={session.id}>
                  <td>{session.who}</td>
                  <td>{session.role}</td>
                  <td>{session.device}</td>
                  <td>{moment(session.startedAt)}</td>
                  <td>{minutesAgo(session.lastSeenAt)}</td>
                  <td className="r">
                    <button type="button" className="plain" onClick={() => setEnding(session)}>
                      结束登录…
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
      <p className="quiet">共{counted(sessions.length)}个。结束后要重新登录，填到一半的内容还在他那一页。</p>
      <Ending session={ending} onDone={() => setEnding(undefined)} />
    </>
  )
}

function Ending({ session, onDone }: { session: Session | undefined; onDone: () => void }) {
  const revoke = useWrite<undefined, void>(() => `/security/sessions/${session?.id ?? ''}`, { method: 'DELETE' })
  return (
    <SecondStep
      open={session !== undefined}
      title={`结束${session?.who ?? ''}的登录`}
      go="结束登录"
      back="先不结束"
      pending={revoke.pending}
      problem={revoke.problem}
      onBack={() => {
        revoke.clear()
        onDone()
      }}
      onGo={() =>
        revoke.send(undefined, () => {
          onDone()
          say('登录已结束')
        })
      }
    >
      <p>
        {session?.role}，{session?.device}，{session && minutesAgo(session.lastSeenAt)}还在用。
      </p>
    </SecondStep>
  )
}
