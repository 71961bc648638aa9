/** 账号: the system administrator makes them top-down, the security administrator disables and unlocks them. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { AccountList, AccountView } from '../../../contract/people.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, day, moment } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { FindBox } from '../parts/FindBox.tsx'
import { Head } from '../parts/Head.tsx'
import { AppointForm, MakeAccountForm } from '../parts/MakeAccount.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

export default function Accounts() {
  const staff = useStaff()
  const [{ at }, change] = useUrlState()
  const accounts = useInfiniteQuery({
    queryKey: ['/accounts'],
    queryFn: ({ pageParam, signal }) =>
      request<AccountList>(
        'GET',
        pageParam ? `/accounts?cursor=${encodeURIComponent(pageParam)}` : '/accounts',
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const maker = staff.role === 'systemAdministrator'
  const rows = accounts.data?.pages.flatMap((page) => page.accounts) ?? []
  const current = at === 'new' ? undefined : rows.find((account) => account.id === at)
  return (
    <Page
      title="账号"
      rule="一人一号，由上级开给自己和下级单位；停用的不删除"
      actions={
        maker && (
          <Button type="primary" onClick={() => change({ at: 'new' })}>
            开一个账号
          </Button>
        )
      }
    >
      {accounts.isPending ? (
        <Loading />
      ) : accounts.isError && rows.length === 0 ? (
        <Failed error={accounts.error} retry={() => void accounts.refetch()} />
      ) : (
        <div className={current || at === 'new' ? 'master' : undefined}>
          <List
            rows={rows}
            current={current}
            more={accounts.hasNextPage ? () => void accounts.fetchNextPage() : undefined}
            loading={accounts.isFetchingNextPage}
            onPick={(id) => change({ at: id })}
          />
          {at === 'new' && maker ? (
            <MakeAccountForm onBack={() => change({ at: undefined })} />
          ) : (
            current && <One key={current.id} account={current} onBack={() => change({ at: undefined })} />
          )}
        </div>
      )}
    </Page>
  )
}

const fits = (account: AccountView, wanted: string) =>
  [account.loginName, account.name, ...account.appointments.flatMap((a) => [a.organisationName, a.roleTitle])].some(
    (text) => text.toLowerCase().includes(wanted),
  )

function List({
  rows,
  current,
  more,
  loading,
  onPick,
}: {
  rows: readonly AccountView[]
  current: AccountView | undefined
  more: (() => void) | undefined
  loading: boolean
  onPick: (id: string) => void
}) {
  const [find, setFind] = useUrl('q', '')
  const wanted = find.trim().toLowerCase()
  const shown = wanted ? rows.filter((account) => fits(account, wanted)) : rows
  return (
    <section className="panel">
      <div className="cap">
        <FindBox value={find} onChange={setFind} label="在列出的账号里找" placeholder="账号名、姓名、单位、岗位" />
        <span className="mut sm">
          已列出{counted(rows.length)}个{more && '，还有'}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty
          title={rows.length === 0 ? '还没有账号' : '列出的账号里没有'}
          next={
            rows.length === 0 ? '点“开一个账号”，先给下级单位开' : more ? '可以再列100个找，或换个词' : '换个词再找'
          }
          action={wanted && <Button onClick={() => setFind('')}>清除查找</Button>}
        />
      ) : (
        <div className="table-box">
          <table className="t clickable">
            <Head columns={['账号名', '姓名', '任职', '开号', '状态']} />
            <tbody>
              {shown.map((account) => (
                <Row key={account.id} account={account} isCurrent={account === current} onPick={onPick} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <div className="pager">
          <Button loading={loading} onClick={more}>
            再列100个
          </Button>
        </div>
      )}
    </section>
  )
}

function Row({
  account,
  isCurrent,
  onPick,
}: {
  account: AccountView
  isCurrent: boolean
  onPick: (id: string) => void
}) {
  const today = useToday()
  return (
    <tr className={isCurrent ? 'picked' : account.disabled ? 'past' : undefined} onClick={() => onPick(account.id)}>
      <td>
        <button type="button" className="plain" onClick={() => onPick(account.id)}>
          {account.loginName}
        </button>
      </td>
      <td>{account.name}</td>
      <td className="wrap">
        {account.appointments.length === 0 ? (
          <span className="mut">没有任职</span>
        ) : (
          <>
            {account.appointments[0]!.organisationName}　{account.appointments[0]!.roleTitle}
            {account.appointments.length > 1 && <span className="mut sm">　等{account.appointments.length}个</span>}
          </>
        )}
      </td>
      <td className="mut">{moment(account.madeAt, today)}</td>
      <td>
        <AccountWord account={account} />
      </td>
    </tr>
  )
}

function AccountWord({ account }: { account: AccountView }) {
  if (account.disabled)
    return (
      <Status kind="paused" plain>
        已停用
      </Status>
    )
  if (account.lockedUntil !== undefined)
    return (
      <Status kind="overdue" plain>
        锁到{moment(account.lockedUntil)}
      </Status>
    )
  return (
    <Status kind="met" plain>
      在用
    </Status>
  )
}

function One({ account, onBack }: { account: AccountView; onBack: () => void }) {
  const staff = useStaff()
  const today = useToday()
  return (
    <section className="panel sign" aria-label={account.name}>
      <div className="row">
        <h2>{account.name}</h2>
        <span className="mut">{account.loginName}</span>
        <span className="sp" />
        <button type="button" className="plain sm" onClick={onBack}>
          收起
        </button>
      </div>
      <dl className="facts">
        <dt>状态</dt>
        <dd>
          <AccountWord account={account} />
          {account.failedAttempts > 0 && <span className="mut sm">　连续输错{account.failedAttempts}次</span>}
        </dd>
        <dt>开号</dt>
        <dd>{moment(account.madeAt, today)}</dd>
        <dt>任职</dt>
        <dd>
          {account.appointments.map((appointment) => (
            <p key={`${appointment.organisationId}${appointment.role}`}>
              {appointment.organisationName}　{appointment.roleTitle}
              {appointment.validTo && <span className="mut">　到{day(appointment.validTo, today)}</span>}
            </p>
          ))}
        </dd>
      </dl>
      <hr />
      {staff.role === 'systemAdministrator' && <Appoint account={account} />}
      {staff.role === 'securityAdministrator' && <Security account={account} />}
    </section>
  )
}

function Appoint({ account }: { account: AccountView }) {
  const [open, setOpen] = useState(false)
  if (open) return <AppointForm account={account} onBack={() => setOpen(false)} />
  return (
    <>
      <Press block why={account.disabled ? '账号已停用，不能加任职' : undefined} onPress={() => setOpen(true)}>
        加一个任职
      </Press>
      <p className="mut sm">停用和解锁由安全管理员办。</p>
    </>
  )
}

function Security({ account }: { account: AccountView }) {
  const staff = useStaff()
  const [asking, setAsking] = useState(false)
  const unlock = useWrite<Record<never, never>, void>(() => `/accounts/${account.id}/unlock`, { method: 'POST' })
  const disable = useWrite<Record<never, never>, void>(() => `/accounts/${account.id}/disable`, { method: 'POST' })
  return (
    <>
      <Press
        primary
        block
        pending={unlock.pending}
        why={account.lockedUntil === undefined ? '没有锁，不用解' : undefined}
        onPress={() => unlock.send({}, () => say(`${account.name}的账号已解锁`))}
      >
        解锁
      </Press>
      <Press
        block
        why={
          account.disabled
            ? '已经停用'
            : account.id === staff.id
              ? '不能停用自己的账号，请另一位安全管理员办'
              : undefined
        }
        onPress={() => setAsking(true)}
      >
        停用…
      </Press>
      <SecondStep
        open={asking}
        title={`停用${account.name}的账号`}
        go="停用"
        back="先不停"
        pending={disable.pending}
        problem={disable.problem}
        onBack={() => {
          disable.clear()
          setAsking(false)
        }}
        onGo={() =>
          disable.send({}, () => {
            setAsking(false)
            say(`${account.name}的账号已停用，登录全部结束`)
          })
        }
      >
        <p>停用后不能再登录，正在用的登录马上结束，不能恢复。办过的事情仍记在他名下。</p>
      </SecondStep>
    </>
  )
}
