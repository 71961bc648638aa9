/** 收款卡: another card for the award, or the same once more, with a code sent to the own phone. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import type { ProposeOwnPayee } from '../../../contract/payees.ts'
import type { CodeSent } from '../../../contract/session.ts'
import { readAccount } from '../../../domain/bankCard.ts'
import type { Payee as Kind } from '../../../domain/policy.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { accountGroups } from '../../ui/words.ts'
import { ChoiceField, Field, TextField } from '../fields.tsx'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useApplication, useSession } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'
import { Inbox, useCountdown } from '../TextCode.tsx'

type Own = NonNullable<ApplicationView['payee']>
type Sent = (typeof CodeSent)['_output']
type Typed = { readonly kind: Kind; readonly bankName: string; readonly number: string }
type Problems = { readonly bankName?: string; readonly accountNumber?: string }

const titles = { memberCard: '工会会员服务卡', bankCard: '本人银行卡' } as const

function problemsOf({ kind, bankName, number }: Typed): Problems {
  const read = readAccount(number)
  return {
    ...(kind === 'bankCard' && bankName.trim() === '' && { bankName: '还没有填银行名称，写到支行。' }),
    ...(!read.ok && { accountNumber: read.says }),
  }
}

/** The sentences beside the boxes that the server refused. */
const fieldsOf = (problem: unknown): Problems =>
  problem instanceof Problem ? Object.fromEntries(problem.fields.map(({ field, says }) => [field, says])) : {}

function useProposal(filed: ApplicationView) {
  const [changeId] = useState(newId)
  const [left, wait] = useCountdown()
  const base = `/applications/${filed.id}/payee-changes`
  const ask = useMutation({
    mutationFn: () => request<Sent>('POST', `${base}/codes`, {}),
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
  const send = useMutation({
    mutationFn: (proposal: ProposeOwnPayee) => request('PUT', `${base}/${changeId}`, proposal),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.application(filed.id) })
      void queryClient.invalidateQueries({ queryKey: keys.applications })
      goTo(`/applications/${filed.id}`, true)
    },
  })
  return { left, ask, send }
}

function Account({
  own,
  typed,
  problems,
  onType,
}: {
  own: Own
  typed: Typed
  problems: Problems
  onType: (typed: Typed) => void
}) {
  return (
    <>
      {own.kinds.length > 1 ? (
        <ChoiceField
          id="payee"
          label="收款的卡"
          value={typed.kind}
          options={own.kinds.map((kind) => ({ value: kind, label: titles[kind] }))}
          onChange={(kind) => onType({ ...typed, kind: kind as Kind })}
        />
      ) : (
        <Field label="收款的卡">{(described) => <p {...described}>{titles[typed.kind]}</p>}</Field>
      )}
      {typed.kind === 'bankCard' && (
        <TextField
          id="bankName"
          label="银行名称"
          hint="写到支行"
          value={typed.bankName}
          onChange={(bankName) => onType({ ...typed, bankName })}
          maxLength={60}
          problem={problems.bankName}
        />
      )}
      <TextField
        id="accountNumber"
        label="卡号"
        hint="本人名下的卡，看着卡填"
        value={typed.number}
        onChange={(number) => onType({ ...typed, number })}
        groups={accountGroups}
        inputMode="numeric"
        maxLength={24}
        problem={problems.accountNumber}
      />
    </>
  )
}

function Form({ filed, own }: { filed: ApplicationView; own: Own }) {
  const session = useSession().data
  const same = own.may.same && new URLSearchParams(location.search).has('same')
  const [typed, setTyped] = useState<Typed>({ kind: own.kinds[0]!, bankName: '', number: '' })
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const { left, ask, send } = useProposal(filed)
  useSignInWhen(send.error ?? ask.error)
  const wrong = same ? {} : problemsOf(typed)
  const problems: Problems = tried ? { ...fieldsOf(send.error), ...wrong } : {}
  const check = (): boolean => {
    setTried(true)
    const [first] = Object.keys(wrong)
    if (first) document.getElementById(first)?.focus()
    return first === undefined
  }
  const askForCode = () => {
    if (left === 0 && !ask.isPending && check()) ask.mutate()
  }
  const ready = code.trim().length >= 4
  const submit = () => {
    if (!ready) return askForCode()
    if (!check() || send.isPending) return
    const account = same
      ? ({ account: 'same' } as const)
      : {
          account: 'another' as const,
          payee: typed.kind,
          accountNumber: typed.number,
          ...(typed.kind === 'bankCard' && { bankName: typed.bankName.trim() }),
        }
    send.mutate({ code: code.trim(), ...account })
  }
  const phone = session?.account?.name
  const askWords = left > 0 ? `${left}秒后可重新获取` : ask.data ? '重新获取验证码' : '获取验证码'
  return (
    <Page
      title={same ? '重新发放' : '换收款卡'}
      parent={`/applications/${filed.id}`}
      bar={
        <button
          type="button"
          className="button"
          aria-disabled={send.isPending || (!ready && left > 0)}
          onClick={submit}
        >
          {send.isPending ? '正在提交' : ready || left > 0 ? `提交，请${own.payer}核对` : '获取验证码'}
        </button>
      }
    >
      {(send.error ?? ask.error) && <Trouble problem={send.error ?? ask.error} />}
      {same && (
        <section className="card">
          <dl className="pairs">
            <dt>收款卡</dt>
            <dd>
              {titles[own.kind]}，尾号{own.tail}
            </dd>
          </dl>
          <p className="muted">还发到这张卡。卡没有办好就提交，银行还会退回。</p>
        </section>
      )}
      <section className="sheet-of-fields">
        {!same && <Account own={own} typed={typed} problems={problems} onType={setTyped} />}
        <TextField
          id="code"
          label="短信验证码"
          value={code}
          onChange={(value) => setCode(value.normalize('NFKC').replace(/\D/g, ''))}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          hint={
            ask.data
              ? `验证码已发到${phone ?? '你的手机'}，${Math.round(ask.data.validSeconds / 60)}分钟内有效`
              : `发到你登录用的手机${phone ?? ''}`
          }
        />
      </section>
      {(ready || left > 0) && (
        <div className="stack after">
          <button type="button" className="link" aria-disabled={left > 0} onClick={askForCode}>
            {askWords}
          </button>
        </div>
      )}
      <p className="muted after">户名要和申请表上的姓名一样。提交后由{own.payer}另一个人核对，金额和申报时间不变。</p>
      {session?.mode === 'demo' && <Inbox number={phone} holds="核对收款卡" onCode={setCode} />}
    </Page>
  )
}

function Opened({ id }: { id: string }) {
  const application = useApplication(id)
  useSignInWhen(application.error)
  const filed = application.data
  if (filed?.payee && (filed.payee.may.same || filed.payee.may.another)) return <Form filed={filed} own={filed.payee} />
  return (
    <Page title="换收款卡" parent={`/applications/${id}`}>
      {filed ? (
        <section className="card">
          <p>现在不用改收款卡。</p>
          <p className="muted">{filed.holder.says}</p>
          <a className="button" href={`/applications/${id}`}>
            看申报进度
          </a>
        </section>
      ) : (
        <Await query={application}>{() => null}</Await>
      )}
    </Page>
  )
}

export default function Payee({ id }: { id: string }) {
  return (
    <SignedIn>
      <Opened id={id} />
    </SignedIn>
  )
}
