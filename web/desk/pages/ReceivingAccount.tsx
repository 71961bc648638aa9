/** 收款账户: where one's own organisation receives money, what was registered before, and what others wait for one to check. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { Fragment, useState } from 'react'
import type { ReactNode } from 'react'
import type {
  ProposeReceivingAccount,
  ReceivingAccount as Answer,
  ReceivingAccountChange,
} from '../../../contract/receivingAccounts.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment } from '../../ui/words.ts'
import { Empty, Failed, Figures, Loading, Note, Page } from '../Page.tsx'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './payouts.css'

const path = '/receiving-account'

export default function ReceivingAccount() {
  const found = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ pageParam, signal }) =>
      request<Answer>('GET', `${path}${pageParam && `?cursor=${pageParam}`}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const [view] = found.data?.pages ?? []
  return (
    <Page title="收款账户" rule="划拨、转拨和结余退回都汇到这个账户，发放也从它付出。财务一人登记，另一人核对后才用">
      {found.isPending && <Loading />}
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {view && (
        <>
          <Figures
            figures={[
              { label: view.organisation, value: view.tail ? `尾号 ${view.tail}` : '没有登记' },
              {
                label: '等另一人核对',
                value: view.open ? `尾号 ${view.open.tail}` : '—',
              },
              {
                label: '等你核对',
                value: counted(view.toAnswer.length),
                after: '份',
                ...(view.toAnswer.length > 0 && { tone: 'warn' as const }),
              },
            ]}
          />
          {view.toAnswer.length > 0 && <ToAnswer changes={view.toAnswer} />}
          <div className="master">
            <History
              changes={found.data!.pages.flatMap((page) => page.answered)}
              more={
                found.hasNextPage && (
                  <div className="pager">
                    <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                      再看50份
                    </Button>
                  </div>
                )
              }
            />
            {view.open ? <Waiting view={view} change={view.open} /> : <Register view={view} />}
          </div>
        </>
      )}
    </Page>
  )
}

const tails = ({ tail, replacesTail }: ReceivingAccountChange) =>
  replacesTail ? `尾号 ${replacesTail} → ${tail}` : `尾号 ${tail}，首次登记`

function ToAnswer({ changes }: { changes: readonly ReceivingAccountChange[] }) {
  const today = useToday()
  return (
    <section className="panel" aria-label="等你核对">
      <div className="cap">
        <h2>等你核对</h2>
      </div>
      <div className="table-box">
        <table className="t finance">
          <Head columns={['单位', '账户', '登记', '登记时间', '']} />
          <tbody>
            {changes.map((change) => (
              <tr key={change.id}>
                <td>{change.organisation}</td>
                <td className="num">{tails(change)}</td>
                <td>{change.proposedBy}</td>
                <td className="mut">{moment(change.proposedAt, today)}</td>
                <td className="r">
                  <Link
                    to="/receiving-account/$id"
                    params={{ id: change.id }}
                    aria-label={`核对${change.organisation}的收款账户`}
                  >
                    核对
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

export const changeStates = {
  open: { kind: 'active', title: '等核对' },
  confirmed: { kind: 'met', title: '已确认' },
  refused: { kind: 'returned', title: '已退回' },
  withdrawn: { kind: 'paused', title: '已撤回' },
} as const

function WhoWhen({ who, at }: { who: string; at: number }) {
  const today = useToday()
  return (
    <span className="who-when">
      <span>{who}</span>
      <span className="mut">{moment(at, today)}</span>
    </span>
  )
}

function History({ changes, more }: { changes: readonly ReceivingAccountChange[]; more: ReactNode }) {
  return (
    <section className="panel" aria-label="登记过的">
      <div className="cap">
        <h2>登记过的</h2>
        <span className="sp" />
        <span className="mut sm">新的在前，原来的账户只留尾号</span>
      </div>
      {changes.length === 0 ? (
        <Empty title="还没有登记过" next="登记并由另一人核对后，列在这里" />
      ) : (
        <div className="table-box">
          <table className="t finance">
            <Head columns={['账户', '登记', '结果', '核对']} />
            <tbody>
              {changes.map((change) => (
                <Fragment key={change.id}>
                  <tr className={change.state === 'confirmed' ? undefined : 'past'}>
                    <td className="num">{tails(change)}</td>
                    <td>
                      <WhoWhen who={change.proposedBy} at={change.proposedAt} />
                    </td>
                    <td>
                      <Status kind={changeStates[change.state].kind} plain>
                        {changeStates[change.state].title}
                      </Status>
                    </td>
                    <td>
                      <WhoWhen who={change.answeredBy ?? ''} at={change.answeredAt ?? change.proposedAt} />
                    </td>
                  </tr>
                  {change.words && (
                    <tr className="past">
                      <td colSpan={4} className="answer-words">
                        <p className="their-words sm">“{change.words}”</p>
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more}
    </section>
  )
}

/** Who answers what the viewer registers, in words. */
const whoAnswers = ({ answeredAt, organisation }: Answer) =>
  answeredAt === organisation ? '本单位另一位财务' : `本单位没有第二位财务，由${answeredAt}的财务`

function Register({ view }: { view: Answer }) {
  const [accountNumber, setAccountNumber] = useState('')
  const [code, setCode] = useState('')
  const propose = useWrite<ProposeReceivingAccount, unknown>((id) => `/receiving-account-changes/${id}`)
  const { problem } = propose
  const wrongCode = problem?.code === 'sign-in.second-factor' ? problem.title : undefined
  const why = !view.answeredAt
    ? '没有第二个人核对。请系统管理员给另一位财务开账号'
    : !accountNumber.trim()
      ? '先填账号'
      : /^\d{6}$/.test(code)
        ? undefined
        : '先输6位动态码'
  const press = () => {
    if (!why)
      propose.send({ accountNumber: accountNumber.trim(), code }, () => {
        setAccountNumber('')
        setCode('')
        say('已登记，等另一人核对。核对前还用现在的账户')
      })
  }
  return (
    <form
      className="panel sign stack tight"
      aria-label={view.tail ? '换一个账户' : '登记账户'}
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <h2>{view.tail ? '换一个账户' : '登记账户'}</h2>
      {view.answeredAt && <p>{whoAnswers(view)}核对后才用，核对前不变。已经制单的划拨要按新账户重新制单。</p>}
      <Field
        label="账号"
        hint={`${view.organisation}的单位账户，9到30位数字`}
        wrong={fieldSays(problem, 'accountNumber')}
      >
        {(aria) => (
          <Input
            {...aria}
            size="large"
            inputMode="numeric"
            autoComplete="off"
            maxLength={40}
            value={accountNumber}
            onChange={(event) => setAccountNumber(event.target.value)}
          />
        )}
      </Field>
      <Field label="动态码" hint="打开身份验证器，输现在的6位数字。登录用过的那个要等下一个" wrong={wrongCode}>
        {(aria) => (
          <Input
            {...aria}
            size="large"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={code}
            onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ''))}
          />
        )}
      </Field>
      {!wrongCode && <Refusal problem={problem} />}
      <Press primary block large why={why} pending={propose.pending} onPress={press}>
        登记，送另一人核对
      </Press>
    </form>
  )
}

function Waiting({ view, change }: { view: Answer; change: ReceivingAccountChange }) {
  const today = useToday()
  const withdraw = useWrite<Record<never, never>, unknown>(() => `/receiving-account-changes/${change.id}/withdrawal`)
  const forMe = view.toAnswer.some(({ id }) => id === change.id)
  return (
    <section className="panel sign stack tight" aria-label="等核对的账户">
      <h2>等核对的账户</h2>
      <dl className="facts">
        <dt>账户</dt>
        <dd className="num">{tails(change)}</dd>
        <dt>登记</dt>
        <dd>
          {change.proposedBy}，{moment(change.proposedAt, today)}
        </dd>
      </dl>
      {change.mine ? (
        <>
          {view.answeredAt ? (
            <p>{whoAnswers(view)}核对。核对前还用现在的账户。</p>
          ) : (
            <Note>没有第二个人核对。请系统管理员给另一位财务开账号。</Note>
          )}
          <Refusal problem={withdraw.problem} />
          <Press
            block
            pending={withdraw.pending}
            onPress={() => withdraw.send({}, () => say('已撤回，收款账户没有变'))}
          >
            撤回这份登记
          </Press>
        </>
      ) : forMe ? (
        <Link to="/receiving-account/$id" params={{ id: change.id }}>
          核对{change.proposedBy}登记的账户
        </Link>
      ) : (
        <p className="mut">这份由上级工会的财务核对，你现在不用做什么。</p>
      )}
    </section>
  )
}
