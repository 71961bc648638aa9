/** One objection: both claims side by side, line by line and picture by picture, and the decision between them. */
import { Link, useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import type { DraftForm } from '../../../contract/form.ts'
import type { DecideObjection, ObjectionCase, ObjectionDecided } from '../../../contract/objections.ts'
import { filingAuthorityTitles, levelTitles } from '../../../domain/policy.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { certificateGroups, dateOf, day, dayWithYear, moment } from '../../ui/words.ts'
import { Failed, Note, Page } from '../Page.tsx'
import { usePolicy, useServer, useToday } from '../query.ts'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useWrite } from '../parts/write.ts'
import { say } from '../said.tsx'
import { Unmaskable } from '../review/Unmask.tsx'
import { objectionStatus } from './Objections.tsx'
import './pages.css'

export default function Objection() {
  const { id } = useParams({ from: '/objections/$id' })
  const path = `/objection-desk/${id}`
  const found = useServer<ObjectionCase>(path)
  return (
    <Page title={found.data ? `异议 ${found.data.receiptNumber}` : '异议'}>
      <p>
        <Link to="/objections">回到异议列表</Link>
      </p>
      <Loaded query={found} path={path}>
        {(objection) => <Both key={objection.id} objection={objection} />}
      </Loaded>
    </Page>
  )
}

function Both({ objection }: { objection: ObjectionCase }) {
  const today = useToday()
  const { claim } = objection
  const other = useServer<ApplicationView>(`/applications/${claim?.id ?? ''}`, !claim)
  return (
    <>
      <section className="panel objection-words">
        <div className="cap">
          <h2>提出异议的理由</h2>
          <Status kind={objectionStatus[objection.state]}>{objection.stateTitle}</Status>
          <span className="mut sm">{moment(objection.raisedAt, today)}</span>
        </div>
        <p className="their-words">“{objection.words}”</p>
        {claim && (
          <p className="sm">
            {claim.sameHolder
              ? '两份申报填的是同一个身份证号：可能是单位先替本人申报了。'
              : '两份申报填的身份证号不同。'}
          </p>
        )}
      </section>
      {other.isError && <Failed error={other.error} retry={() => void other.refetch()} />}
      <section className="panel table-box">
        <SideBySide objection={objection} other={other.data} />
      </section>
      {objection.state === 'open' ? <Deciding objection={objection} /> : <Decided objection={objection} />}
    </>
  )
}

type Side = { readonly form: DraftForm; readonly at: number }
const lines: readonly { title: string; of: (side: Side) => ReactNode; plain: (side: Side) => string | undefined }[] = [
  { title: '姓名', of: ({ form }) => form.name, plain: ({ form }) => form.name },
  { title: '单位', of: ({ form }) => form.employer, plain: ({ form }) => form.employer },
  {
    title: '证书编号',
    of: ({ form }) => <Grouped groups={certificateGroups(form.certificateNumber ?? '')} />,
    plain: ({ form }) => form.certificateNumber,
  },
  { title: '等级', of: ({ form }) => form.level && levelTitles[form.level], plain: ({ form }) => form.level },
  { title: '职业（工种）', of: ({ form }) => form.occupationName, plain: ({ form }) => form.occupationName },
  {
    title: '发证日期',
    of: ({ form }) => form.issuedOn && dayWithYear(form.issuedOn),
    plain: ({ form }) => form.issuedOn,
  },
  {
    title: '备案部门',
    of: ({ form }) => form.filingAuthority && filingAuthorityTitles[form.filingAuthority],
    plain: ({ form }) => form.filingAuthority,
  },
]

function SideBySide({ objection, other }: { objection: ObjectionCase; other: ApplicationView | undefined }) {
  const today = useToday()
  const { claim } = objection
  const mine = { form: objection.form, at: objection.raisedAt }
  const theirs = other && { form: other.form, at: other.receivedAt }
  const register = other?.checks.filter(({ name }) => name === 'certificateRegister').at(-1)
  return (
    <table className="t objection-sides">
      <thead>
        <tr>
          <th>项目</th>
          <th>提出异议的人</th>
          <th>
            原来的申报{' '}
            {claim && (
              <Link to="/cases/$id" params={{ id: claim.id }}>
                {claim.receiptNumber}
              </Link>
            )}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ title, of, plain }) => {
          const differs = theirs !== undefined && plain(mine) !== plain(theirs)
          return (
            <tr key={title} className={differs ? 'differs' : ''}>
              <Item title={title} differs={differs} />
              <td>{of(mine)}</td>
              <td>{theirs ? of(theirs) : '—'}</td>
            </tr>
          )
        })}
        <tr className={claim && !claim.sameHolder ? 'differs' : ''}>
          <Item title="身份证号" differs={claim?.sameHolder === false} />
          <td className="num">{objection.form.idNumber}</td>
          <td>
            {other?.form.idNumber ? (
              <Unmaskable application={other} field="idNumber" masked={other.form.idNumber} />
            ) : (
              '—'
            )}
          </td>
        </tr>
        <tr>
          <th scope="row">时间</th>
          <td>{moment(mine.at, today)} 提出异议</td>
          <td>{theirs ? `${moment(theirs.at, today)} 申报` : '—'}</td>
        </tr>
        <tr>
          <th scope="row">到哪一步</th>
          <td className="mut">还没有申报</td>
          <td>{claim?.stateTitle ?? '没有在办的申报'}</td>
        </tr>
        <tr>
          <th scope="row">登记系统</th>
          <td className="mut">按上面的编号在官网查，看持证人是谁</td>
          <td>{register ? `${moment(register.at, today)} ${register.by ?? ''}查过` : '还没有查过'}</td>
        </tr>
        <tr>
          <th scope="row">照片</th>
          <td>
            <Shots files={objection.files} />
          </td>
          <td>
            <Shots files={other?.files.filter(({ purpose }) => purpose === 'certificate') ?? []} />
          </td>
        </tr>
      </tbody>
    </table>
  )
}

function Item({ title, differs }: { title: string; differs: boolean }) {
  return (
    <th scope="row">
      {title}
      {differs && (
        <Status kind="unmet" plain>
          不同
        </Status>
      )}
    </th>
  )
}

const purposes: { readonly [purpose: string]: string } = { certificate: '证书', objectionEvidence: '证明' }

function Shots({ files }: { files: ObjectionCase['files'] }) {
  if (files.length === 0) return <span className="mut">没有</span>
  return (
    <ul className="shots">
      {files.flatMap(({ id, purpose, pageCount }) =>
        Array.from({ length: pageCount }, (_, page) => (
          <li key={`${id} ${page}`}>
            <a href={filePageUrl(id, page + 1)} target="_blank" rel="noreferrer">
              <img src={filePageUrl(id, page + 1)} alt={`${purposes[purpose] ?? '照片'}第${page + 1}页`} />
              {purposes[purpose] ?? '照片'}
            </a>
          </li>
        )),
      )}
    </ul>
  )
}

function Decided({ objection }: { objection: ObjectionCase }) {
  const today = useToday()
  return (
    <section className="panel objection-words">
      <div className="cap">
        <h2>{objection.stateTitle}</h2>
        <span className="mut sm">
          {objection.decidedBy}　{objection.decidedAt !== undefined && moment(objection.decidedAt, today)}
        </span>
      </div>
      <p className="their-words">“{objection.answer}”</p>
      {objection.approvedAlready && <Note>原来的申报先前已经终审，资助由追回另外办理。</Note>}
      {objection.fileBefore !== undefined && (
        <p className="sm">证书为提出异议的人留到{day(dateOf(objection.fileBefore - 1), today)}24:00。</p>
      )}
    </section>
  )
}

function Deciding({ objection }: { objection: ObjectionCase }) {
  const [asked, setAsked] = useState<'granted' | 'rejected'>()
  const [words, setWords] = useState('')
  const [toOther, setToOther] = useState('')
  const [missed, setMissed] = useState(false)
  const decide = useWrite<DecideObjection, ObjectionDecided>(
    (actionId) => `/objection-desk/${objection.id}/decisions/${actionId}`,
  )
  const { claim, permission } = objection
  const why = permission.allowed ? undefined : permission.says
  const needsOther = asked === 'granted' && claim?.ends === true
  const go = () => {
    const incomplete = !words.trim() || (needsOther && !toOther.trim())
    setMissed(incomplete)
    if (incomplete || !asked) return
    const message: DecideObjection =
      asked === 'granted'
        ? { kind: asked, words: words.trim(), ...(needsOther && { wordsToOther: toOther.trim() }) }
        : { kind: asked, words: words.trim() }
    decide.send(message, () => {
      setAsked(undefined)
      say(asked === 'granted' ? '异议成立，双方都能看到' : '异议不成立，已答复')
    })
  }
  return (
    <section className="panel decide-objection">
      <Press why={why} onPress={() => setAsked('rejected')}>
        不成立…
      </Press>
      <Press primary why={why} onPress={() => setAsked('granted')}>
        成立…
      </Press>
      <SecondStep
        open={asked !== undefined}
        title={asked === 'granted' ? '异议成立' : '异议不成立'}
        go={asked === 'granted' ? '认定异议成立' : '认定异议不成立'}
        pending={decide.pending}
        problem={decide.problem}
        width={600}
        onGo={go}
        onBack={() => {
          decide.clear()
          setAsked(undefined)
        }}
      >
        <Effect asked={asked} claim={claim} />
        <Words label="答复提出异议的人" value={words} missed={missed} onChange={setWords} />
        {needsOther && <Words label="告诉原来申报的人" value={toOther} missed={missed} onChange={setToOther} />}
        <p className="mut sm">不要写对方的姓名和单位。</p>
      </SecondStep>
    </section>
  )
}

function Effect({ asked, claim }: { asked: 'granted' | 'rejected' | undefined; claim: ObjectionCase['claim'] }) {
  const days = usePolicy().data?.ours.objectionFilingWorkingDays
  if (asked === 'rejected') return <p>原来的申报照常办理，提出异议的人看到你的答复。</p>
  if (!claim) return <p>现在没有在办的申报。证书为提出异议的人留{days}个工作日，申报时间按提出异议时算。</p>
  if (claim.ends)
    return <p>{claim.receiptNumber}就此停办，证书留给提出异议的人，申报时间按提出异议时算。作出后不能撤销。</p>
  return <Note>{claim.receiptNumber}已经终审。只记下认定，钱的追回另外办理，提出异议的人现在还不能申报。</Note>
}

function Words({
  label,
  value,
  missed,
  onChange,
}: {
  label: string
  value: string
  missed: boolean
  onChange: (value: string) => void
}) {
  return (
    <Field label={<b>{label}</b>} wrong={missed && !value.trim() ? '写明理由，一句话就行。' : undefined}>
      {(aria) => (
        <Input.TextArea
          {...aria}
          rows={3}
          maxLength={500}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
