/** 通知与规则: every rule with its clause, its literal words, and how it is read. */
import type { Policy, Reading } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { dayWithYear } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { usePolicy } from '../query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { NoticeText } from '../parts/NoticeText.tsx'
import { conditionGroups, materialGroups, readingGroups, stepGroups } from '../parts/policyRows.ts'
import type { Group, Row } from '../parts/policyRows.ts'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrlState } from '../parts/url.ts'
import './pages.css'

export default function PolicyPage() {
  const policy = usePolicy()
  return (
    <Page
      fills
      title={policy.data?.title ?? '通知与规则'}
      rule="规则的每一条都引自通知原文，引文逐字核对"
      actions={policy.data && <Facts policy={policy.data} />}
    >
      <Loaded query={policy} path="/policy">
        {(loaded) => <Rules policy={loaded} />}
      </Loaded>
    </Page>
  )
}

function Facts({ policy }: { policy: Policy }) {
  return (
    <>
      <Status kind="met">生效中　第{policy.revision}版</Status>
      <Status kind="met">
        {policy.issuer}，{dayWithYear(policy.issuedOn)}
      </Status>
      <Status kind="met">样例{policy.examples.length}个，全部通过</Status>
    </>
  )
}

function Rules({ policy }: { policy: Policy }) {
  const [{ tab = 'rules', row: rowId, reading: readingId }, change] = useUrlState()
  const groups =
    tab === 'steps'
      ? stepGroups(policy)
      : tab === 'materials'
        ? materialGroups(policy)
        : tab === 'readings'
          ? readingGroups(policy)
          : conditionGroups(policy)
  const rows = groups.flatMap((group) => group.rows)
  const listed = tab === 'occupations' || tab === 'contacts'
  const row = listed ? undefined : (rows.find((candidate) => candidate.id === rowId) ?? rows[0])
  const citation =
    tab === 'occupations'
      ? policy.occupationsCitation
      : tab === 'contacts'
        ? { clause: '联系', quote: '联系人及联系方式' }
        : row
  const clause = policy.clauses.find((candidate) => candidate.id === citation?.clause)
  const reading = policy.readings.find((candidate) => candidate.id === (readingId ?? row?.readings[0]))
  const pick = (id: string, shown?: string) => change({ row: id, reading: shown })
  return (
    <div className="rules">
      <section className="panel">
        <Tabs
          label="规则"
          value={tab}
          onChange={(next) => change({ tab: next === 'rules' ? undefined : next, row: undefined, reading: undefined })}
          tabs={[
            { id: 'rules', title: '条件与金额' },
            { id: 'steps', title: '环节与期限' },
            { id: 'occupations', title: `${policy.occupations.length}个工种` },
            { id: 'materials', title: '材料' },
            { id: 'readings', title: '读法', count: policy.readings.length },
            { id: 'contacts', title: '咨询' },
          ]}
        />
        <div className="table-box">
          {tab === 'occupations' ? (
            <Occupations policy={policy} />
          ) : tab === 'contacts' ? (
            <Contacts policy={policy} />
          ) : (
            <RuleTable policy={policy} groups={groups} row={row} readings={tab === 'readings'} onPick={pick} />
          )}
        </div>
      </section>
      <section className="panel source">
        <NoticeText
          notice={policy.notice}
          annex={policy.clauses.find((candidate) => candidate.id === '附件')}
          clause={clause}
          quote={citation?.quote || clause?.text}
        />
        {reading && !listed && <ReadingFoot reading={reading} />}
      </section>
    </div>
  )
}

function ReadingFoot({ reading }: { reading: Reading }) {
  return (
    <div className="reading-foot">
      <div className="row">
        <b>读法 {reading.id}</b>
        <ClauseNumber id={reading.clause} target="_blank" />
      </div>
      <dl className="facts">
        <dt>问题</dt>
        <dd>{reading.question}</dd>
        <dt>现在</dt>
        <dd>{reading.answer}</dd>
        <dt>谁能改</dt>
        <dd>{reading.decidedBy}；改了只影响之后收到的申报</dd>
      </dl>
    </div>
  )
}

function RuleTable({
  policy,
  groups,
  row: current,
  readings,
  onPick,
}: {
  policy: Policy
  groups: readonly Group[]
  row: Row | undefined
  /** The table of readings itself. */
  readings: boolean
  onPick: (id: string, reading?: string) => void
}) {
  return (
    <table className="t clickable rule-table">
      <thead>
        <tr>
          <th>条款</th>
          <th>{readings ? '问题' : '规则'}</th>
          <th>{readings ? '现在这样读' : '取值'}</th>
          <th>读法</th>
          {readings ? <th>谁能改</th> : <th className="r">引文</th>}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.title}>
          <tr className="group">
            <td colSpan={5}>{group.title}</td>
          </tr>
          {group.rows.map((row) => (
            <RuleRow
              key={row.id}
              row={row}
              isCurrent={row.id === current?.id}
              policy={policy}
              readings={readings}
              onPick={onPick}
            />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function RuleRow({
  row,
  isCurrent,
  policy,
  readings,
  onPick,
}: {
  row: Row
  isCurrent: boolean
  policy: Policy
  readings: boolean
  onPick: (id: string, reading?: string) => void
}) {
  return (
    <tr
      className={isCurrent ? 'picked' : undefined}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={() => onPick(row.id)}
    >
      <td>
        <ClauseNumber id={row.clause} target="_blank" />
      </td>
      <td className="wrap">
        <button type="button" className="plain say" onClick={() => onPick(row.id)}>
          {row.rule}
        </button>
      </td>
      <td className="wrap">{row.value}</td>
      <td>
        {row.readings
          .filter((id) => policy.readings.some((reading) => reading.id === id))
          .map((id) => (
            <button
              key={id}
              type="button"
              className="reading"
              aria-label={`${id}，看通知没写明处的读法`}
              onClick={(event) => {
                event.stopPropagation()
                onPick(row.id, id)
              }}
            >
              {id}
            </button>
          ))}
      </td>
      {readings ? (
        <td>{policy.readings.find((reading) => reading.id === row.id)?.decidedBy}</td>
      ) : (
        <td className="r">
          {policy.notice.includes(row.quote) ? (
            <Icon name="check" label="与原文逐字一致" className="tone-ok" />
          ) : (
            <Icon name="bang" label="原文里没有这句话" className="tone-err" />
          )}
        </td>
      )}
    </tr>
  )
}

function Occupations({ policy }: { policy: Policy }) {
  return (
    <table className="t">
      <thead>
        <tr>
          <th className="r" style={{ width: 60 }}>
            序号
          </th>
          <th>职业代码</th>
          <th>职业（工种）</th>
          <th>本年度</th>
        </tr>
      </thead>
      <tbody>
        {policy.occupations.map((occupation, place) => (
          <tr key={occupation.code}>
            <td className="r mut">{place + 1}</td>
            <td>{occupation.code}</td>
            <td>{occupation.name}</td>
            <td>{occupation.addedThisYear ? '新增' : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Contacts({ policy }: { policy: Policy }) {
  const titles = new Map(policy.channels.map((channel) => [channel.id, channel.title]))
  return (
    <table className="t">
      <Head columns={['渠道', '联系人', '电话', '地址']} />
      <tbody>
        {policy.contacts.map((contact) => (
          <tr key={contact.phone}>
            <td>{contact.channels.map((channel) => titles.get(channel)).join('、')}</td>
            <td>{contact.names}</td>
            <td>
              {contact.phone}
              {contact.extension && `转${contact.extension}`}
            </td>
            <td>{contact.address ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
