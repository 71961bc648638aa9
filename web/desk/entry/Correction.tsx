/** 代职工补正: the filing point completes what was sent back on a claim that it entered. */
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import type { Act, Acted, ApplicationView } from '../../../contract/applications.ts'
import type { EntryView } from '../../../contract/entries.ts'
import type { DraftForm } from '../../../contract/form.ts'
import { formProblems, normalisedForm, typedProblems } from '../../../contract/formCheck.ts'
import type { PlainDate } from '../../../domain/dates.ts'
import type { Policy } from '../../../domain/policy.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { dayWithWeekday } from '../../ui/words.ts'
import { Failed, Loading, Note, Page } from '../Page.tsx'
import { refresh, saysOf, usePolicy, useServer, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Press } from '../parts/Press.tsx'
import type { RowPatch } from './columns.ts'
import { WholeForm } from './WholeForm.tsx'
import '../pages/pages.css'
import './entry.css'

export default function Correction() {
  const { id } = useParams({ strict: false })
  return <OfClaim key={id} id={id!} />
}

function OfClaim({ id }: { id: string }) {
  const claim = useServer<ApplicationView>(`/applications/${id}`)
  const policy = usePolicy()
  // Beginning a correction again gives the same unfinished one.
  const begun = useMutation({ mutationFn: () => request<EntryView>('POST', `/entries/${id}/correction`) })
  const { mutate } = begun
  useEffect(() => mutate(), [mutate])
  const error = begun.error ?? claim.error ?? policy.error
  return (
    <Page
      title={claim.data && claim.data.state !== 'returned' ? '改录入的内容' : '代职工补正'}
      rule={claim.data && `${claim.data.form.name ?? ''}　${claim.data.receiptNumber}`}
    >
      {error ? (
        <Failed error={error} retry={() => location.reload()} />
      ) : begun.data && claim.data && policy.data ? (
        <Boxes draft={begun.data} claim={claim.data} policy={policy.data} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Boxes({ draft, claim, policy }: { draft: EntryView; claim: ApplicationView; policy: Policy }) {
  const [form, setForm] = useState<DraftForm>(draft.form)
  const [version, setVersion] = useState(draft.version)
  const [actionId] = useState(newId)
  const today = useToday() as PlainDate
  const navigate = useNavigate()
  const kind = claim.state === 'returned' ? 'resubmit' : 'amend'
  const may = claim.permissions[kind]
  const normal = normalisedForm(form, today)
  const problems = formProblems(normal, policy, today)
  const send = useMutation({
    mutationFn: async () => {
      const message = { version, form, paper: draft.paper, place: draft.place }
      const saved = await request<EntryView>('PUT', `/entries/${claim.id}`, message)
      setVersion(saved.version)
      const act = { kind, draftVersion: saved.version, expectedVersion: claim.version } satisfies Act
      return request<Acted>('PUT', `/applications/${claim.id}/actions/${actionId}`, act)
    },
    onSuccess: async () => {
      await refresh(['/applications', '/entries', '/queue'])
      say(`${claim.form.name ?? ''}的${kind === 'resubmit' ? '补正' : '修改'}已提交`)
      void navigate({ to: '/cases/$id', params: { id: claim.id } })
    },
  })
  const answered = send.error instanceof Problem ? send.error.fields : []
  const shown = new Map([...answered, ...typedProblems(normal, today)].map(({ field, says }) => [field, says]))
  const change = ({ form: patch }: RowPatch) =>
    setForm((now) => {
      const next = Object.entries({ ...now, ...patch }).filter(([, value]) => value !== undefined)
      return Object.fromEntries(next) as DraftForm
    })
  // An unfinished correction of earlier may be filed as it is; a fresh one has to change something.
  const untouched = draft.version === 1 && form === draft.form
  const why = !may?.allowed
    ? (may?.says ?? '现在不能这样办')
    : untouched
      ? '还没有改动，先改好退回里说的地方'
      : problems[0]?.says
  return (
    <div className="correction">
      {claim.decision && (
        <section className="panel pad" aria-label="退回的理由">
          <h2>退回的理由</h2>
          <ul>
            {claim.decision.reasons.map(({ id, text }) => (
              <li key={id}>{text}</li>
            ))}
          </ul>
          <p>{claim.decision.words}</p>
          {claim.returnedUntil && (
            <p className="warn">{dayWithWeekday(claim.returnedUntil)}24:00前补好，保留原来的申报时间</p>
          )}
        </section>
      )}
      {send.isError && <Note tone="err">{saysOf(send.error)}</Note>}
      <section className="panel pad">
        <WholeForm
          id={claim.id}
          form={form}
          paper={draft.paper}
          policy={policy}
          problems={shown}
          onChange={change}
          withPaper={false}
        />
      </section>
      <div className="row">
        <Press primary large why={why} pending={send.isPending} onPress={() => send.mutate()}>
          {kind === 'resubmit' ? '重新提交' : '提交修改'}
        </Press>
        <Link to="/cases/$id" params={{ id: claim.id }}>
          不改了，回到此件
        </Link>
        <span className="sp" />
        <Withdraw claim={claim} />
      </div>
    </div>
  )
}

/** The worker no longer wants it: taken back for them, in two steps. */
function Withdraw({ claim }: { claim: ApplicationView }) {
  const [asked, setAsked] = useState(false)
  const [actionId] = useState(newId)
  const navigate = useNavigate()
  const withdraw = useMutation({
    mutationFn: () => {
      const act = { kind: 'withdraw', expectedVersion: claim.version } satisfies Act
      return request<Acted>('PUT', `/applications/${claim.id}/actions/${actionId}`, act)
    },
    onSuccess: async () => {
      await refresh(['/applications', '/entries', '/queue'])
      say(`${claim.form.name ?? ''}的申报已撤回`)
      void navigate({ to: '/cases/$id', params: { id: claim.id } })
    },
    onError: (error) => say(saysOf(error)),
  })
  if (!claim.permissions.withdraw?.allowed) return null
  return asked ? (
    <>
      <Button danger loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
        撤回，职工要再申报得重新录
      </Button>
      <Button onClick={() => setAsked(false)}>不撤回</Button>
    </>
  ) : (
    <Button onClick={() => setAsked(true)}>代职工撤回…</Button>
  )
}
