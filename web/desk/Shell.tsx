/** The frame of the desk: top bar, menu by role, and whatever page stands; or the sign-in, where nobody has. */
import { Link, Outlet, useMatchRoute, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Dropdown, Input } from 'antd'
import type { InputRef } from 'antd'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { FeedbackCounts } from '../../contract/feedback.ts'
import type { SessionView } from '../../contract/session.ts'
import { request } from '../ui/api.ts'
import { Icon, Mark } from '../ui/icons.tsx'
import { counted, dateOf, dayWithYear, time } from '../ui/words.ts'
import { useKeys } from './keys.tsx'
import { Bell, NoticeStrip } from './Notices.tsx'
import { hasQueue, menuOf } from './menu.ts'
import type { MenuItem } from './menu.ts'
import { Failed, Loading } from './Page.tsx'
import { businessTimeAt, client, saysOf, setSession, staffOf, useServer, useSession, useSessionEnded } from './query.ts'
import type { Staff } from './query.ts'
import { useQueueCounts } from './review/queueQuery.ts'
import { SaidLine, say } from './said.tsx'
import { SignInPage } from './SignIn.tsx'

const SignInAgain = lazy(() => import('./SignInAgain.tsx'))
const KeyList = lazy(() => import('./KeyList.tsx'))
const DemoClock = lazy(() => import('./DemoClock.tsx'))

export function Shell() {
  const session = useSession()
  const ended = useSessionEnded()
  if (session.isPending) return <Loading />
  if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />
  const staff = staffOf(session.data)
  if (!staff) return <SignInPage session={session.data} />
  return (
    <>
      <Frame session={session.data} staff={staff} />
      {ended && (
        <Suspense>
          <SignInAgain session={session.data} staff={staff} />
        </Suspense>
      )}
    </>
  )
}

function Frame({ session, staff }: { session: SessionView; staff: Staff }) {
  const matches = useMatchRoute()
  const inCase = Boolean(matches({ to: '/cases/$id' }))
  const [keysOpen, setKeysOpen] = useState(false)
  useKeys([{ key: '?', says: '列出按键', press: () => setKeysOpen(true) }])
  return (
    <div className="app">
      <Top session={session} staff={staff} onKeys={() => setKeysOpen(true)} />
      <div className={inCase ? 'main bare' : 'main'}>
        {!inCase && <Menu staff={staff} />}
        <main className="body">
          {!inCase && <NoticeStrip role={staff.role} />}
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <SaidLine />
      {keysOpen && (
        <Suspense>
          <KeyList onClose={() => setKeysOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

function Top({ session, staff, onKeys }: { session: SessionView; staff: Staff; onKeys: () => void }) {
  const { find = '' } = useSearch({ strict: false })
  return (
    <header className="top">
      <Link to="/" className="mark" aria-label="匠升，回到我的第一页">
        <Mark />
        匠升
      </Link>
      <span className="org">
        {staff.appointment.organisationName}　{staff.appointment.roleTitle}
      </span>
      {hasQueue(staff.role) && <Search key={find} find={find} />}
      <span className="sp" />
      {session.mode === 'demo' && <DemoChip session={session} staff={staff} />}
      <Bell role={staff.role} />
      <Person staff={staff} onKeys={onKeys} />
    </header>
  )
}

function Search({ find }: { find: string }) {
  const navigate = useNavigate()
  const [text, setText] = useState(find)
  const box = useRef<InputRef>(null)
  useKeys([{ key: '/', says: '查找', press: () => box.current?.focus({ cursor: 'all' }) }])
  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = text.trim()
        void navigate({ to: '/queue', search: wanted ? { view: 'all', find: wanted } : { view: 'todo' } })
      }}
    >
      <Input
        ref={box}
        value={text}
        maxLength={40}
        aria-label="按受理号、证书编号后六位查找"
        placeholder="受理号、编号后六位"
        prefix={<Icon name="find" />}
        suffix={<kbd aria-hidden>/</kbd>}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && box.current?.blur()}
      />
    </form>
  )
}

function DemoChip({ session, staff }: { session: SessionView; staff: Staff }) {
  const [now, setNow] = useState(() => businessTimeAt(session, Date.now()))
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const tick = () => setNow(businessTimeAt(session, Date.now()))
    tick()
    const timer = setInterval(tick, 10_000)
    return () => clearInterval(timer)
  }, [session])
  const words = (
    <>
      演示环境　业务时间 {dayWithYear(dateOf(now))} {time(now)}
    </>
  )
  if (staff.role !== 'systemAdministrator') return <span className="demo">{words}</span>
  return (
    <>
      <button type="button" className="demo" onClick={() => setOpen(true)}>
        {words}
      </button>
      {open && (
        <Suspense>
          <DemoClock now={now} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

function Person({ staff, onKeys }: { staff: Staff; onKeys: () => void }) {
  const navigate = useNavigate()
  const others = staff.appointments.filter((appointment) => appointment.id !== staff.appointment.id)
  const change = async (next: Promise<SessionView>) => {
    try {
      const session = await next
      client.clear()
      setSession(session)
      await navigate({ to: '/' })
    } catch (error) {
      say(saysOf(error))
    }
  }
  const leave = async () => {
    try {
      await request('DELETE', '/session')
    } catch {
      // An ended session is what was asked for.
    }
    location.assign('/desk/')
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          ...others.map((appointment) => ({
            key: appointment.id,
            label: `换到 ${appointment.organisationName} ${appointment.roleTitle}`,
            onClick: () =>
              void change(request<SessionView>('PUT', '/session/appointment', { appointmentId: appointment.id })),
          })),
          ...(others.length > 0 ? [{ type: 'divider' as const }] : []),
          { key: 'sessions', label: '我的登录', onClick: () => void navigate({ to: '/my-sessions' }) },
          { key: 'keys', label: '按键', onClick: onKeys },
          { type: 'divider' as const },
          { key: 'leave', label: '退出登录', onClick: () => void leave() },
        ],
      }}
    >
      <Button type="text" className="who" icon={<Icon name="user" />}>
        {staff.name}
        <Icon name="down" />
      </Button>
    </Dropdown>
  )
}

function Menu({ staff }: { staff: Staff }) {
  const counts = useQueueCounts(hasQueue(staff.role))
  const letters = useServer<FeedbackCounts>('/feedback/counts').data
  const waiting = letters && letters.unread + letters.open
  return (
    <nav className="side" aria-label="主导航">
      {menuOf(staff.role, staff.appointment.organisationKind).map((group) => (
        <section key={group.title}>
          <h3>{group.title}</h3>
          {group.items.map((item) => (
            <MenuLink
              key={item.title}
              item={item}
              count={item.letters ? waiting || undefined : item.count && counts?.[item.count]}
              more={counts?.more}
            />
          ))}
        </section>
      ))}
    </nav>
  )
}

function MenuLink({ item, count, more }: { item: MenuItem; count: number | undefined; more: boolean | undefined }) {
  const matches = useMatchRoute()
  const search = useSearch({ strict: false })
  const here = Boolean(matches({ to: item.to, fuzzy: true })) && (!item.view || search.view === item.view)
  return (
    <Link
      to={item.to}
      title={item.title}
      {...(item.view && { search: { view: item.view } })}
      {...(here && { 'aria-current': 'page' as const })}
    >
      <Icon name={item.icon} />
      <span className="t">{item.title}</span>
      {count !== undefined && (
        <span className="n">
          {counted(count)}
          {more && count >= 1000 ? '+' : ''}
        </span>
      )}
    </Link>
  )
}
