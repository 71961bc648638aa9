/** Staff sign-in: login name, password, six-digit code. The demonstration lists its accounts beside it. */
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import type { InputRef } from 'antd'
import { useRef, useState } from 'react'
import type { DemoAccounts } from '../../contract/people.ts'
import type { SessionView } from '../../contract/session.ts'
import { Problem, request } from '../ui/api.ts'
import { Mark } from '../ui/icons.tsx'
import { dateOf, dayWithYear, time } from '../ui/words.ts'
import { Field } from './parts/Field.tsx'
import { Failed, Loading, Note, useTitle } from './Page.tsx'
import { saysOf, signedIn, useServer } from './query.ts'
import type { Staff } from './query.ts'

type DemoAccount = DemoAccounts['accounts'][number]
const blank = { loginName: '', password: '', code: '' }

/** `before`: who was signed in until now; they go on where they were. */
export function SignInForm({ filled, before }: { filled?: DemoAccount | undefined; before?: Staff }) {
  const router = useRouter()
  const [typed, setTyped] = useState(blank)
  const [taken, setTaken] = useState<DemoAccount>()
  const first = useRef<InputRef>(null)
  if (filled && filled !== taken) {
    setTaken(filled)
    setTyped({ loginName: filled.loginName, password: filled.password, code: filled.code })
  }
  const signIn = useMutation({
    mutationFn: (message: typeof blank) => {
      const complete = message.loginName.trim() && message.password && /^\d{6}$/.test(message.code.trim())
      if (!complete) throw new Problem('sign-in.wrong', '账号、密码和6位动态码都要填，动态码看手机上的验证器。')
      return request<SessionView>('POST', '/sign-in/staff', message)
    },
    onSuccess: async (session) => {
      signedIn(session, before)
      if (!before) await router.invalidate()
    },
    onError: () => {
      setTyped((now) => ({ ...now, code: '' }))
      first.current?.focus()
    },
  })
  const field = (key: keyof typeof blank) => ({
    size: 'large' as const,
    value: typed[key],
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [key]: event.target.value }),
  })
  return (
    <form
      className="stack sign-in-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate(typed)
      }}
    >
      {signIn.isError && <Note tone="err">{saysOf(signIn.error)}</Note>}
      <Field label="账号">
        {(aria) => <Input {...aria} {...field('loginName')} ref={first} autoFocus autoComplete="username" />}
      </Field>
      <Field label="密码">
        {(aria) => <Input {...aria} {...field('password')} type="password" autoComplete="current-password" />}
      </Field>
      <Field label="动态码（6位，30秒一换）">
        {(aria) => (
          <Input {...aria} {...field('code')} inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
        )}
      </Field>
      <Button type="primary" htmlType="submit" size="large" loading={signIn.isPending}>
        {before ? '登录，接着办' : '登录'}
      </Button>
    </form>
  )
}

export function SignInPage({ session }: { session: SessionView }) {
  useTitle('登录')
  const [filled, setFilled] = useState<DemoAccount>()
  const demo = session.mode === 'demo'
  return (
    <div className={demo ? 'sign-in with-demo' : 'sign-in'}>
      <main className="panel sign-in-box">
        <p className="sign-in-mark">
          <Mark />
          匠升
        </p>
        <h1>工会工作台</h1>
        <p className="mut sm">职工申报在手机上办，不用在这里登录。</p>
        {session.account?.kind === 'worker' && (
          <p className="sm">这个浏览器里登录的是职工 {session.account.name}，在这里登录后那边会退出。</p>
        )}
        <SignInForm filled={filled} />
      </main>
      {demo && (
        <aside className="panel demo-accounts" aria-label="演示账号">
          <div className="row">
            <h2>演示账号</h2>
            <span className="mut sm">点一行，填到左边</span>
            <span className="sp" />
            <span className="demo">
              业务时间 {dayWithYear(dateOf(session.now))} {time(session.now)}
            </span>
          </div>
          <DemoAccountTable onPick={setFilled} picked={filled?.loginName} />
        </aside>
      )}
    </div>
  )
}

/** Codes are read again on each pick: one that is shown may have run out. */
export function DemoAccountTable({
  onPick,
  picked,
}: {
  onPick: (account: DemoAccount) => void
  picked?: string | undefined
}) {
  const demo = useServer<DemoAccounts>('/demo/accounts')
  const pick = async (account: DemoAccount) => {
    const fresh = (await demo.refetch()).data?.accounts
    onPick({ ...(fresh?.find(({ loginName }) => loginName === account.loginName) ?? account) })
  }
  if (demo.isPending) return <Loading />
  if (demo.isError) return <Failed error={demo.error} retry={() => void demo.refetch()} />
  return (
    <div className="table-box">
      <table className="t">
        <thead>
          <tr>
            <th>岗位</th>
            <th>单位</th>
            <th>姓名</th>
            <th>账号</th>
          </tr>
        </thead>
        <tbody>
          {demo.data.accounts.map((account) => (
            <tr
              key={account.loginName}
              className={account.loginName === picked ? 'picked' : undefined}
              onClick={() => void pick(account)}
            >
              <td>
                <button type="button" className="plain">
                  {account.roleTitle}
                </button>
              </td>
              <td className="cut" title={account.organisationName}>
                {account.organisationName}
              </td>
              <td>{account.name}</td>
              <td className="num">{account.loginName}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
