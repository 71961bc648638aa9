/** One drawn case on one page, to read and to print: the form, every action, check and paper of the money, the verdict. */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button, Input, Radio } from 'antd'
import { useState } from 'react'
import type { GiveVerdict, SampledCase as Sampled, SampleDetail } from '../../../contract/oversight.ts'
import { roleTitles, sealTitles } from '../../../domain/roles.ts'
import { Finding } from '../../ui/Finding.tsx'
import { Status } from '../../ui/Status.tsx'
import { day, moment, momentToSecond, yuan } from '../../ui/words.ts'
import { Failed, Loading, Page } from '../Page.tsx'
import { CasePapers } from '../parts/CasePapers.tsx'
import { Field } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { verdictTitles } from '../parts/sampleWords.ts'
import { Pictures, Vouchers } from '../parts/Vouchers.tsx'
import { useWrite } from '../parts/write.ts'
import { usePolicy, useServer, useToday } from '../query.ts'
import { groupsOf } from '../review/FormPane.tsx'
import { say } from '../said.tsx'
import '../review/case.css'
import './oversight.css'
import './pages.css'

export default function SampledCase() {
  const { id, place } = useParams({ from: '/samples/$id/$place' })
  const path = `/audit-samples/${id}/cases/${place}`
  const found = useServer<Sampled>(path)
  const view = found.data
  const title = view ? `第${view.sample.number}号样本第${view.place}件　${view.application.receiptNumber}` : '样本'
  return (
    <Page
      title={title}
      rule="看和显示遮盖的内容都会记录；结论记在样本里，不进申报"
      actions={
        <span className="row not-on-paper">
          <Link to="/samples/$id" params={{ id }}>
            回到样本
          </Link>
          <Button onClick={() => window.print()}>打印这一页</Button>
        </span>
      }
    >
      <Loaded query={found} path={path}>
        {(detail) => <Chain key={path} found={detail} />}
      </Loaded>
    </Page>
  )
}

function Chain({ found }: { found: Sampled }) {
  const { application, chain, papers } = found
  return (
    <div className="chain">
      <section aria-label="概要">
        <div className="row wrap">
          <b>{application.form.name}</b>
          <span>
            {application.levelTitle}，{application.occupationName}，{yuan(application.amountFen)}
          </span>
          <Status kind={chain.broken ? 'unmet' : 'met'} plain>
            {chain.broken
              ? `操作链对不上：${chain.broken}`
              : `${chain.actions}次操作和申请表的摘要都对得上，没有被改过`}
          </Status>
        </div>
        <p className="mut">
          {application.stateTitle}
          {application.batchNumber !== undefined && `，第${application.batchNumber}批`}，{application.unions.district}
        </p>
      </section>
      <FiledForm found={found} />
      <Actions found={found} />
      <Seals found={found} />
      <Checks found={found} />
      <CasePapers papers={papers} />
      <Vouchers application={application} papers={papers} />
      <Verdict found={found} />
    </div>
  )
}

function FiledForm({ found: { application } }: { found: Sampled }) {
  const policy = usePolicy()
  const today = useToday()
  if (policy.isPending) return <Loading />
  if (policy.isError) return <Failed error={policy.error} retry={() => void policy.refetch()} />
  return (
    <section aria-label="申请表">
      <h2>申请表</h2>
      {groupsOf(application, policy.data, today).map((group) => (
        <div key={group.title}>
          <h3 className="mut sm">{group.title}</h3>
          <dl className="columns">
            {group.rows.map((row) => (
              <div key={row.label}>
                <dt>{row.label}</dt>
                <dd>{row.value}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  )
}

function Actions({ found: { application } }: { found: Sampled }) {
  const today = useToday()
  return (
    <section aria-label="每次操作">
      <h2>每次操作</h2>
      <div className="table-box">
        <table className="t">
          <Head columns={['序', '做了什么', '谁', '岗位', '时间', '写明']} />
          <tbody>
            {application.history.map((entry) => (
              <tr key={entry.seq}>
                <td>{entry.seq}</td>
                <td>{entry.title}</td>
                <td>{entry.by}</td>
                <td>{roleTitles[entry.role]}</td>
                <td>{momentToSecond(entry.at, today)}</td>
                <td className="wrap">
                  {[entry.documentNumber && `文号${entry.documentNumber}`, entry.words].filter(Boolean).join('；')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** What stands for a step by a seal on paper: whose, of which day, and the scan that shows it. Looking at it is recorded. */
function Seals({ found: { application } }: { found: Sampled }) {
  const today = useToday()
  const sealed = application.history.flatMap((entry) => (entry.seal ? [{ entry, seal: entry.seal }] : []))
  if (sealed.length === 0) return null
  const pagesOf = (fileId: string) => application.files.find(({ id }) => id === fileId)?.pageCount ?? 1
  return (
    <section aria-label="纸上的章">
      <h2>纸上的章</h2>
      <ul className="sealed">
        {sealed.map(({ entry, seal }) => (
          <li key={entry.seq}>
            <dl className="columns">
              {sealFacts(application, entry, seal, today).map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            <Pictures id={seal.fileId} title={`${seal.whose}盖章的申请表`} pages={pagesOf(seal.fileId)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type Entry = Sampled['application']['history'][number]
const sealFacts = (
  { steps }: Sampled['application'],
  { step, title, by, at }: Entry,
  { kind, whose, sealedOn, counts }: NonNullable<Entry['seal']>,
  today: string,
) =>
  [
    ['环节', steps.find((each) => each.kind === step)?.title ?? title],
    ['谁的章', `${whose}（${sealTitles[kind]}）`],
    ['盖章日期', day(sealedOn, today)],
    ['登记', `${by} ${moment(at, today)}`],
    ['算不算数', counts ? '算数' : '不再算数：表改过，或这一步已撤销'],
  ] as const

const outcomes = { pass: '相符', fail: '不相符', noData: '没有登记', unavailable: '对方系统不可用' } as const

function Checks({ found: { application, checks } }: { found: Sampled }) {
  const today = useToday()
  return (
    <section aria-label="核验和评估">
      <h2>核验</h2>
      <div className="table-box">
        <table className="t">
          <Head columns={['核验项', '结果', '在哪里查的', '谁', '时间']} />
          <tbody>
            {checks.map((check) => (
              <tr key={check.id}>
                <td>{check.title}</td>
                <td>{outcomes[check.outcome]}</td>
                <td className="wrap">{check.source}</td>
                <td>{check.by ?? '系统'}</td>
                <td>{moment(check.at, today)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>评估</h2>
      <ul>
        {application.assessment.findings.map((finding) => (
          <li key={`${finding.condition} ${finding.clause}`}>
            <Finding finding={finding} clauseTarget="_blank" />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Verdict({ found }: { found: Sampled }) {
  const { sample, place, verdicts } = found
  const today = useToday()
  const navigate = useNavigate()
  const [outcome, setOutcome] = useState<GiveVerdict['outcome']>()
  const [words, setWords] = useState('')
  const give = useWrite<GiveVerdict, SampleDetail>((id) => `/audit-samples/${sample.id}/cases/${place}/verdicts/${id}`)
  const why = !outcome
    ? '先选无问题或有问题'
    : outcome === 'problem' && words.trim() === ''
      ? '写明是什么问题'
      : undefined
  const press = () => {
    if (!outcome) return
    give.send({ outcome, ...(words.trim() && { words: words.trim() }) }, ({ cases }) => {
      say(`第${place}件：${verdictTitles[outcome]}，已记在样本里`)
      const next = cases.find((each) => !each.verdict)
      if (next) void navigate({ to: '/samples/$id/$place', params: { id: sample.id, place: String(next.place) } })
      else void navigate({ to: '/samples/$id', params: { id: sample.id } })
    })
  }
  return (
    <section aria-label="结论">
      <h2>结论</h2>
      {verdicts.length === 0 && <p className="mut">还没有结论</p>}
      <ul>
        {verdicts.map((verdict) => (
          <li key={verdict.id}>
            <Status kind={verdict.outcome === 'clear' ? 'met' : 'unmet'} plain>
              {verdictTitles[verdict.outcome]}
            </Status>{' '}
            <span className="mut">
              {verdict.by} {moment(verdict.at, today)}
            </span>
            {verdict.words && <p className="said-words">{verdict.words}</p>}
          </li>
        ))}
      </ul>
      <div className="stack tight not-on-paper">
        <Radio.Group
          aria-label="结论"
          value={outcome}
          onChange={(event) => setOutcome(event.target.value as GiveVerdict['outcome'])}
          options={Object.entries(verdictTitles).map(([value, label]) => ({ value, label }))}
        />
        <Field label="写明" hint="有问题的一定要写">
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={2}
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
        <Refusal problem={give.problem} />
        <Press primary why={why} pending={give.pending} onPress={press}>
          记下结论，看下一件
        </Press>
      </div>
    </section>
  )
}
