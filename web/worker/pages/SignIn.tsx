/** Sign-in by phone and one-time code. In the demonstration the sandbox's inbox stands below. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { CodeSent, SessionView } from '../../../contract/session.ts'
import { mobile } from '../../../domain/phone.ts'
import { Problem, request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { phoneGroups } from '../../ui/words.ts'
import { draftsBelongTo } from '../draft.ts'
import { TextField } from '../fields.tsx'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useSession } from '../queries.ts'
import { Trouble } from '../states.tsx'
import { Inbox, useCountdown } from '../TextCode.tsx'

type Sent = (typeof CodeSent)['_output']

function nextPage(): string {
  const next = new URLSearchParams(location.search).get('next') ?? '/mine'
  return next.startsWith('/') && !next.startsWith('//') ? next : '/mine'
}

function useSigningIn() {
  const [left, wait] = useCountdown()
  const ask = useMutation({
    mutationFn: (phone: string) => request<Sent>('POST', '/sign-in/codes', { phone }),
    onSuccess: (rules) => {
      wait(rules.resendAfterSeconds)
      void queryClient.invalidateQueries({ queryKey: keys.inbox })
      document.getElementById('code')?.focus()
    },
    // One was sent a moment ago: it still counts.
    onError: (problem) => {
      if (problem instanceof Problem && problem.code === 'sign-in.code-wait') wait(Number(problem.params.seconds ?? 0))
    },
  })
  const enter = useMutation({
    mutationFn: (proof: { phone: string; code: string }) => request<SessionView>('POST', '/sign-in/worker', proof),
    onSuccess: (view) => {
      if (view.account) draftsBelongTo(view.account.id)
      queryClient.clear()
      queryClient.setQueryData(keys.session, { ...view, askedAt: performance.now() })
      goTo(nextPage(), true)
    },
  })
  return { left, ask, enter }
}

function Buttons({
  ready,
  entering,
  left,
  again,
  onAsk,
}: {
  ready: boolean
  entering: boolean
  left: number
  again: boolean
  onAsk: () => void
}) {
  const askWords = left > 0 ? `${left}秒后可重新获取` : again || ready ? '重新获取验证码' : '获取验证码'
  return (
    <div className="stack after">
      {ready && (
        <button type="submit" className="button" aria-disabled={entering}>
          {entering ? '正在登录' : '登录'}
        </button>
      )}
      <button type="button" className={ready ? 'link' : 'button'} aria-disabled={left > 0} onClick={onAsk}>
        {askWords}
      </button>
    </div>
  )
}

function Ended() {
  if (!new URLSearchParams(location.search).has('ended')) return null
  return (
    <div className="calm warn" role="status">
      <Icon name="clock" />
      <p>登录已结束，重新登录后接着填，内容还在。</p>
    </div>
  )
}

function Assurance() {
  return (
    <div className="calm grey">
      <Icon name="lock" />
      <p>
        只用来登录。
        <br />
        <small>不收任何费用，没有人会向你要验证码。</small>
      </p>
    </div>
  )
}

export default function SignIn() {
  const session = useSession().data
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const [wrongPhone, setWrongPhone] = useState(false)
  const { left, ask, enter } = useSigningIn()
  const number = mobile(phone)
  const askForCode = () => {
    setWrongPhone(!number)
    if (number) ask.mutate(number)
    else document.getElementById('phone')?.focus()
  }
  const ready = number !== undefined && code.trim().length >= 4
  const submit = () => {
    if (number && ready && !enter.isPending) enter.mutate({ phone: number, code: code.trim() })
    else askForCode()
  }
  return (
    <Page title="登录">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Ended />
        <section className="sheet-of-fields">
          <TextField
            id="phone"
            label="手机号码"
            value={phone}
            onChange={(value) => {
              setPhone(value)
              setWrongPhone(false)
            }}
            onLeave={() => setWrongPhone(phone !== '' && !number)}
            groups={phoneGroups}
            inputMode="tel"
            autoComplete="tel"
            maxLength={20}
            problem={wrongPhone ? '手机号是11位数字，1开头，请再看一遍。' : undefined}
          />
          <TextField
            id="code"
            label="短信验证码"
            value={code}
            onChange={(value) => setCode(value.normalize('NFKC').replace(/\D/g, ''))}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={8}
            hint={ask.data && `验证码已发出，${Math.round(ask.data.validSeconds / 60)}分钟内有效`}
          />
        </section>
        {(enter.error ?? ask.error) && <Trouble problem={enter.error ?? ask.error} />}
        <Buttons
          ready={ready}
          entering={enter.isPending}
          left={left}
          again={ask.data !== undefined}
          onAsk={() => left === 0 && !ask.isPending && askForCode()}
        />
      </form>
      <Assurance />
      {session?.mode === 'demo' && <Inbox number={number} onCode={setCode} />}
    </Page>
  )
}
