/** 我的申报: what was filed and where it is, what is still being written, and a new one. */
import type { ReactNode } from 'react'
import './mine.css'
import type { MyApplications } from '../../../contract/applications.ts'
import type { MyObjections } from '../../../contract/objections.ts'
import { levelTitles } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { newId } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { day, dayWithWeekday, moment, timeLeft, yuan } from '../../ui/words.ts'
import { draftKeeper } from '../draft.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { useApplications, useDrafts, useNow, useObjections, usePolicy, useUnread } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Empty, Loading, Trouble } from '../states.tsx'

type Mine = MyApplications['applications'][number]

/** What the list says under a claim: only what its person needs next. */
function nextWords(mine: Mine, today: string | undefined): ReactNode {
  if (mine.state === 'returned' && mine.returnedUntil) {
    const left = today && timeLeft(today, mine.returnedUntil)
    return (
      <>
        <span className="nowrap">{dayWithWeekday(mine.returnedUntil, today)}</span>
        <span className="nowrap">24:00前补交{left && '，'}</span>
        {left && <span className="nowrap">{left.says}</span>}
      </>
    )
  }
  if (mine.state === 'inReview') {
    return (
      <>
        在{mine.holder.name}
        {mine.holder.dueOn && (
          <>
            ，<span className="nowrap">{day(mine.holder.dueOn)}前</span>
          </>
        )}
      </>
    )
  }
  return mine.holder.says
}

/** Asked back, it still counts as paid until the money is there. */
function Stands({ mine: { state, stateTitle, takenBack } }: { mine: Mine }) {
  if (takenBack?.paidBackOn) return <Status kind="active">等核对</Status>
  if (takenBack?.payBackTo) return <Status kind="bounced">要你退回</Status>
  return <Status kind={statusOfState(state)}>{stateTitle}</Status>
}

function Filed({ mine, today }: { mine: Mine; today: string | undefined }) {
  return (
    <a href={`/applications/${mine.id}`} className="card claim">
      <div>
        <p className="row">
          <b>
            {mine.levelTitle} · {mine.occupationName}
          </b>
          <Stands mine={mine} />
        </p>
        <p className="next">{nextWords(mine, today)}</p>
        <p className="muted num">
          {yuan(mine.amountFen)} · 受理号 {mine.receiptNumber}
        </p>
      </div>
      <Icon name="forward" className="chevron" />
    </a>
  )
}

const objectionStatus = { open: 'active', granted: 'met', rejected: 'unmet' } as const

function Objected({ objection }: { objection: MyObjections['objections'][number] }) {
  return (
    <a href={`/objections/${objection.id}`} className="card claim">
      <div>
        <p className="row">
          <b>
            异议：{levelTitles[objection.level]} · {objection.occupationName}
          </b>
          <Status kind={objectionStatus[objection.state]}>{objection.stateTitle}</Status>
        </p>
        <p className="next">{objection.says}</p>
        <p className="muted num">异议号 {objection.receiptNumber}</p>
      </div>
      <Icon name="forward" className="chevron" />
    </a>
  )
}

function beginDraft(): void {
  const id = newId()
  draftKeeper(id).begin()
  goTo(`/drafts/${id}/person`)
}

function Start({ policy, now }: { policy: Policy | undefined; now: number | undefined }) {
  const closed = policy && now !== undefined && now >= policy.window.closedAt
  return (
    <>
      {closed && <p className="why">{day(policy.window.closesOn)}24:00已截止，不再收新的申报</p>}
      <button type="button" className="button" aria-disabled={closed} onClick={() => !closed && beginDraft()}>
        填一份申请表
      </button>
    </>
  )
}

/** What was told, with how much of it is new. */
function Told() {
  const unread = useUnread(true).data?.unread ?? 0
  return (
    <div className="card rows">
      <a href="/messages">
        <Icon name="bell" className="hand" />
        <span className="grow">消息</span>
        {unread > 0 && <span className="unread num">{unread >= 100 ? '99+' : unread}条未读</span>}
        <Icon name="forward" className="chevron" />
      </a>
    </div>
  )
}

function Lists({ today }: { today: string | undefined }) {
  const applications = useApplications(true)
  const drafts = useDrafts(true)
  const objections = useObjections()
  useSignInWhen(applications.error ?? drafts.error)
  const filed = applications.data?.applications
  const written = drafts.data?.drafts.filter(({ correcting }) => !correcting)
  if (applications.error) return <Trouble problem={applications.error} onRetry={() => void applications.refetch()} />
  if (!filed || (!written && !drafts.error)) return <Loading />
  return (
    <>
      {filed.length > 0 && <Told />}
      {filed.length === 0 && written?.length === 0 && (
        <Empty title="还没有申报">
          <p className="muted">一张证书填一份，填一半也会保存。先测一测能不能申请也可以。</p>
          <a href="/check" className="button line">
            测一测
          </a>
        </Empty>
      )}
      {filed.map((mine) => (
        <Filed key={mine.id} mine={mine} today={today} />
      ))}
      {objections.data?.objections.map((objection) => (
        <Objected key={objection.id} objection={objection} />
      ))}
      {drafts.error && <Trouble problem={drafts.error} onRetry={() => void drafts.refetch()} />}
      {written && written.length > 0 && (
        <>
          <h2 className="heading">
            没有填完的<small>还没有交，填完再提交</small>
          </h2>
          <div className="card rows">
            {written.map((draft) => (
              <a key={draft.id} href={`/drafts/${draft.id}/person`}>
                <Icon name="doc" className="hand" />
                <span className="grow">
                  {draft.level ? levelTitles[draft.level] : '申请表'}
                  {draft.occupationName && ` · ${draft.occupationName}`}
                  <span className="muted num block">{moment(draft.updatedAt, today)} 保存</span>
                </span>
                <Icon name="forward" className="chevron" />
              </a>
            ))}
          </div>
        </>
      )}
      <div className="card rows">
        <a href="/paper-claim">
          <Icon name="find" className="hand" />
          <span className="grow">
            纸上交的申报，在这里查
            <span className="muted block">交给申报点、由他们录入的</span>
          </span>
          <Icon name="forward" className="chevron" />
        </a>
        <a href="/devices">
          <Icon name="lock" className="hand" />
          <span className="grow">登录的设备</span>
          <Icon name="forward" className="chevron" />
        </a>
      </div>
    </>
  )
}

export default function MinePage() {
  const now = useNow()
  const policy = usePolicy()
  return (
    <Page title="我的申报" bar={<Start policy={policy.data} now={now?.now} />}>
      <SignedIn>
        <Lists today={now?.today} />
      </SignedIn>
    </Page>
  )
}
