/** One application: form, material, assessment side by side, and the decision always in view. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import type { Kin } from '../../../contract/desk.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { moment } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { Failed, Loading, useTitle } from '../Page.tsx'
import { businessTimeAt, client, serverQuery, usePolicy, useSession, useStaff, useToday } from '../query.ts'
import { AskCentre } from './AskCentre.tsx'
import { AssessmentPane } from './AssessmentPane.tsx'
import { DecisionBar } from './DecisionBar.tsx'
import { Assignee, DeskStrip, ObjectionStrip } from './DeskStrip.tsx'
import { DocTabs, documentsOf, FilesPane } from './FilesPane.tsx'
import { FormPane } from './FormPane.tsx'
import { Due } from './Due.tsx'
import { BothSides, ReReviewBar } from './ReReview.tsx'
import { useNeighbours } from './neighbours.ts'
import { kinPath } from './Kin.tsx'
import { kindOf, kindTitles } from './titles.ts'
import { Verification } from './Verification.tsx'
import './case.css'
import './review.css'

export const caseQuery = (id: string) => serverQuery<ApplicationView>(`/applications/${id}`)

export default function Case() {
  const { id } = useParams({ from: '/cases/$id' })
  const found = useQuery(caseQuery(id))
  const policy = usePolicy()
  if (found.isPending || policy.isPending) return <Loading />
  if (found.isError) return <Unread error={found.error} retry={() => void found.refetch()} />
  if (policy.isError) return <Unread error={policy.error} retry={() => void policy.refetch()} />
  // Another case is another desk: nothing picked or turned on the last one stays.
  return <Desk key={id} application={found.data} seenAt={found.dataUpdatedAt} />
}

function Unread({ error, retry }: { error: unknown; retry: () => void }) {
  const { back } = useLeave()
  return (
    <div className="page">
      <Failed error={error} title="这一件没有打开" retry={retry} />
      <p>
        <Button onClick={back}>回到列表</Button>
      </p>
    </div>
  )
}

/** Back to where the case was opened from, and on to the next one. */
function useLeave() {
  const navigate = useNavigate({ from: '/cases/$id' })
  const { id } = useParams({ from: '/cases/$id' })
  const { doc: _doc, picked: _picked, view, ...filter } = useSearch({ from: '/cases/$id' })
  return {
    fromQueue: view !== undefined,
    back: () => {
      if (view) void navigate({ to: '/queue', search: { ...filter, view, at: id } })
      else if (history.length > 1) history.back()
      else void navigate({ to: '/' })
    },
    go: (to: string) =>
      void navigate({ to: '/cases/$id', params: { id: to }, search: (now) => ({ ...now, doc: undefined }) }),
  }
}

function Desk({ application, seenAt }: { application: ApplicationView; seenAt: number }) {
  useTitle(`${application.form.name ?? ''} ${application.receiptNumber}`)
  const search = useSearch({ from: '/cases/$id' })
  const navigate = useNavigate({ from: '/cases/$id' })
  const session = useSession().data!
  const staff = useStaff()
  const leave = useLeave()
  const neighbours = useNeighbours(application.id, leave.fromQueue)
  const verifying = application.step === 'verification' && staff.role === 'verifier'
  const again = application.state === 'reReview'
  const documents = documentsOf(application)
  const shown = search.doc ?? (verifying ? 0 : 1)
  // After the last one that was drawn one goes back to the others.
  const forward = () => {
    if (neighbours.next) leave.go(neighbours.next)
    else if (search.lot) leave.back()
  }
  const onDone = () => {
    const next = neighbours.next ?? neighbours.first
    if (next) leave.go(next)
    else leave.back()
  }
  const show = (doc: number) =>
    void navigate({ search: (now) => ({ ...now, doc: doc === 0 ? undefined : doc }), replace: true })

  useEffect(() => {
    // What the machine drew is read when it is looked at: being read ahead is not being looked at.
    if (neighbours.next && !search.lot) void prepare(neighbours.next)
  }, [neighbours.next, search.lot])
  useKeys([
    { key: 'j', says: '下一件', press: forward },
    { key: 'k', says: '上一件', press: () => neighbours.previous && leave.go(neighbours.previous) },
    { key: 'Escape', says: '回到列表', press: leave.back },
    ...documents.map((document, place) => ({
      key: String(place + 1),
      says: document.title,
      press: () => show(place + 1),
    })),
    ...(verifying ? [{ key: '0', says: '与登记系统对照', press: () => show(0) }] : []),
  ])
  const seen = `${staff.name} ${moment(businessTimeAt(session, seenAt))} 查看，已记录`
  const files = <FilesPane documents={documents} shown={shown} onShow={show} seen={seen} verifying={verifying} />

  return (
    <div className={again ? 'case again' : 'case'}>
      <Head application={application} leave={leave} neighbours={neighbours} />
      <BothSides application={application} />
      <DeskStrip application={application} lot={search.lot} />
      <ObjectionStrip application={application} />
      {verifying ? (
        <Verification
          application={application}
          comparing={shown === 0}
          files={files}
          tabs={<DocTabs documents={documents} shown={0} onShow={show} verifying />}
        />
      ) : (
        <div className="cols">
          <FormPane application={application} documents={documents} onShow={show} />
          {files}
          <AssessmentPane application={application} />
        </div>
      )}
      {again ? (
        <ReReviewBar application={application} onDone={onDone} />
      ) : (
        <DecisionBar
          application={application}
          onDone={onDone}
          onReopen={() => leave.go(application.id)}
          hasNext={neighbours.next !== undefined}
        />
      )}
    </div>
  )
}

/** What was read ahead so lately is not read again when one only walks to and fro. */
const aheadMs = 5000
const picturesAhead = 2
/**
 * Reads what a page will ask for before it does. The server knows that nobody looks yet: once the page stands it shows
 * this at once and asks for itself, and that is the look which is recorded.
 */
async function readAhead<Answer>({ queryKey }: ReturnType<typeof serverQuery<Answer>>): Promise<void> {
  const ahead = serverQuery<Answer>(`${queryKey[0]}?ahead=1`)
  const answer = await client.fetchQuery({ ...ahead, staleTime: aheadMs })
  const updatedAt = client.getQueryState(ahead.queryKey)!.dataUpdatedAt
  if ((client.getQueryState(queryKey)?.dataUpdatedAt ?? 0) < updatedAt)
    client.setQueryData(queryKey, answer, { updatedAt })
}
/** The next case, what lies beside it and its first pictures are read while this one is looked at. */
async function prepare(id: string): Promise<void> {
  await Promise.allSettled([readAhead(caseQuery(id)), readAhead(serverQuery<Kin>(kinPath(id)))])
  const next = client.getQueryData(caseQuery(id).queryKey)
  const pictures = next ? documentsOf(next).slice(0, picturesAhead) : []
  for (const { pages } of pictures)
    if (pages[0] && !pages[0].masked) new Image().src = filePageUrl(pages[0].fileId, pages[0].page)
}

function Head({
  application,
  leave,
  neighbours,
}: {
  application: ApplicationView
  leave: ReturnType<typeof useLeave>
  neighbours: ReturnType<typeof useNeighbours>
}) {
  const today = useToday()
  const heading = useRef<HTMLHeadingElement>(null)
  // Each case is a page of its own: readers begin with whose it is, unless a dialog stands over it already.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  const kind = kindOf(application.filingAuthority)
  const step = application.steps.find(({ status }) => status === 'current')
  const inReview = application.state === 'inReview'
  return (
    <header className="case-head">
      <Button type="text" onClick={leave.back} icon={<Icon name="back" />}>
        {leave.fromQueue ? '列表' : '返回'}
      </Button>
      <h1 ref={heading} tabIndex={-1}>
        {application.form.name}
      </h1>
      <Status kind={statusOfState(application.state)}>{inReview && step ? step.title : application.stateTitle}</Status>
      <span className="tag">
        {kind === 'common' || kind === 'industrySpecific' ? `${kindTitles[kind]}工种` : kindTitles[kind]}
      </span>
      <span className="mut num">{application.receiptNumber}</span>
      {inReview && step?.dueOn && <Due dueOn={step.dueOn} today={today} before />}
      {application.returnedUntil && <Due dueOn={application.returnedUntil} today={today} before />}
      <span className="sp" />
      <Assignee application={application} />
      <AskCentre receiptNumber={application.receiptNumber} />
      {neighbours.count > 0 && (
        <>
          <span className="mut nb">
            {neighbours.place > 0 ? `第${neighbours.place}件，` : ''}共{neighbours.count}
            {neighbours.more && '+'}件
          </span>
          <Button disabled={!neighbours.previous} onClick={() => neighbours.previous && leave.go(neighbours.previous)}>
            <Icon name="back" />
            上一件 <kbd>K</kbd>
          </Button>
          <Button disabled={!neighbours.next} onClick={() => neighbours.next && leave.go(neighbours.next)}>
            下一件 <kbd>J</kbd>
            <Icon name="forward" />
          </Button>
        </>
      )}
    </header>
  )
}
