/** 代录: a filing point types what stands on workers' paper forms, many at a time, union by union. */
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Filed } from '../../../contract/applications.ts'
import type { EntryList, ServedUnions } from '../../../contract/entries.ts'
import type { SessionView } from '../../../contract/session.ts'
import type { Policy } from '../../../domain/policy.ts'
import type { Instant } from '../../../domain/dates.ts'
import { counted } from '../../ui/words.ts'
import { Empty, Note, Page } from '../Page.tsx'
import { businessTimeAt, refresh, usePolicy, useServer, useSession, useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import { columnsOf } from './columns.ts'
import { Entered } from './Entered.tsx'
import { Grid } from './Grid.tsx'
import { judged, twins } from './judged.ts'
import { RowPanel } from './RowPanel.tsx'
import type { Sheet } from './sheet.ts'
import { sheetOf, useRows } from './sheet.ts'
import '../pages/pages.css'
import './entry.css'

type Union = ServedUnions['unions'][number]

export default function Entry() {
  const unions = useServer<ServedUnions>('/entries/unions')
  const policy = usePolicy()
  return (
    <Page title="代录" rule="职工交来纸质申请表和签过的同意书，替他录入；申报时间以这里提交的时间为准（R2）" fills>
      <Loaded query={unions} path="/entries/unions">
        {(served) => (
          <Loaded query={policy} path="/policy">
            {(rules) => <Desk unions={served.unions} policy={rules} />}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}

/** More of them are found by a word of their names. */
const unionsAtOnce = 8

function Desk({ unions, policy }: { unions: readonly Union[]; policy: Policy }) {
  const [{ union }, change] = useUrlState()
  const [find, setFind] = useState('')
  const chosen = unions.find(({ id }) => id === union)
  if (unions.length === 0) {
    return <Empty title="还没有登记你这个申报点服务的基层工会" next="请系统管理员在“组织”里登记，登记后在这里录入" />
  }
  const shown = unions.filter(
    (each) =>
      each.id === union || unions.length <= unionsAtOnce || `${each.name}${each.unit ?? ''}`.includes(find.trim()),
  )
  return (
    <div className="entry">
      <nav className="entry-unions" aria-label="基层工会和单位">
        {unions.length > unionsAtOnce && (
          <Input
            value={find}
            allowClear
            aria-label="找工会或单位"
            placeholder={`在${unions.length}家里找`}
            onChange={({ target }) => setFind(target.value)}
          />
        )}
        {shown.slice(0, 24).map((each) => (
          <button
            key={each.id}
            type="button"
            aria-pressed={each.id === union}
            title={each.name}
            onClick={() => change({ union: each.id, tab: undefined })}
          >
            {each.unit ?? each.name}
            {each.rows > 0 && <span className="n">{counted(each.rows)}行</span>}
          </button>
        ))}
      </nav>
      {chosen ? (
        <OfUnion key={chosen.id} union={chosen} policy={policy} />
      ) : (
        <Empty title="选一家单位" next="选好后，单位的情况自动带出，只录职工自己的内容。换单位时，录到一半的都在" />
      )}
    </div>
  )
}

function OfUnion({ union, policy }: { union: Union; policy: Policy }) {
  const path = `/entries?union=${union.id}`
  const list = useServer<EntryList>(path)
  const staff = useStaff()
  const [tab, setTab] = useUrl('tab', 'rows')
  const sheet = sheetOf(`${staff.id} ${staff.appointment.organisationId}`, union)
  const known = list.data?.rows
  useLayoutEffect(() => {
    if (known) sheet.load(known)
  }, [sheet, known])
  return (
    <Loaded query={list} path={path}>
      {({ entered }) => (
        <>
          <UnitLine union={union} />
          <Tabs
            label="代录"
            value={tab}
            onChange={setTab}
            tabs={[
              { id: 'rows', title: '录入' },
              { id: 'entered', title: '已提交', count: entered.length },
            ]}
          />
          {tab === 'entered' ? (
            <Entered entered={entered} />
          ) : (
            <Rows sheet={sheet} policy={policy} onFiled={() => void refresh(['/entries'])} />
          )}
        </>
      )}
    </Loaded>
  )
}

/** What the union keeps of its unit goes into every row by itself. */
function UnitLine({ union }: { union: Union }) {
  return (
    <div className="unit-line">
      <b>{union.name}</b>
      <span className="mut">{union.district}</span>
      {union.facts ? (
        <span className="mut">
          带出：{union.facts.employer}，{union.facts.employerAddress}，{union.facts.postcode}
        </span>
      ) : (
        <span className="warn">这家的单位信息还没有填，先填一次，每一行会自动带出</span>
      )}
      <Link to="/unit-facts" search={{ union: union.id }}>
        {union.facts ? '改单位信息' : '填单位信息'}
      </Link>
    </div>
  )
}

type Outcome = { readonly filed: readonly (Filed & { readonly name: string })[]; readonly failed: number }

function useFiling(sheet: Sheet, onFiled: () => void) {
  const [progress, setProgress] = useState<{ done: number; of: number }>()
  const [outcome, setOutcome] = useState<Outcome>()
  const running = useRef(false)
  /** One after the other, each a request of its own: one that is refused leaves the others as they are. */
  async function file(ids: readonly string[]) {
    if (running.current || ids.length === 0) return
    running.current = true
    const filed: (Filed & { name: string })[] = []
    setOutcome(undefined)
    for (const [done, id] of ids.entries()) {
      setProgress({ done, of: ids.length })
      const name = sheet.find(id)?.form.name ?? ''
      const answer = await sheet.file(id)
      if (answer) filed.push({ ...answer, name })
    }
    setProgress(undefined)
    setOutcome({ filed, failed: ids.length - filed.length })
    running.current = false
    if (filed.length > 0) onFiled()
  }
  return { progress, outcome, file }
}

/** Business time by the minute, which is enough for what the rules say of a row. */
function useMinute(): Instant {
  const session = useSession().data!
  const [now, setNow] = useState(() => minuteOf(session))
  useEffect(() => {
    const timer = setInterval(() => setNow(minuteOf(session)), 20_000)
    return () => clearInterval(timer)
  }, [session])
  return now
}
const minuteOf = (session: SessionView): Instant =>
  (Math.floor(businessTimeAt(session, Date.now()) / 60_000) * 60_000) as Instant

function Rows({ sheet, policy, onFiled }: { sheet: Sheet; policy: Policy; onFiled: () => void }) {
  const rows = useRows(sheet)
  const now = useMinute()
  const [active, setActive] = useState<string | undefined>(() => sheet.place?.row)
  const [dropped, setDropped] = useState<{ row: string; files: readonly File[] }>()
  const { progress, outcome, file } = useFiling(sheet, onFiled)
  const twin = twins(rows)
  const written = rows.filter((row) => !sheet.isBlank(row))
  const ready = written.filter((row) => judged(row, policy, now, twin.get(row.id)).ready)
  const here = rows.find(({ id }) => id === active) ?? rows[0]
  const unsaved = written.filter(({ phase }) => phase !== 'saved').length
  return (
    <>
      {outcome && <Said outcome={outcome} />}
      <datalist id="entry-occupations">
        {policy.occupations.map(({ code, name }) => (
          <option key={code} value={`${code} ${name}`} />
        ))}
      </datalist>
      <div className="entry-work">
        <Grid
          sheet={sheet}
          policy={policy}
          now={now}
          active={here?.id}
          onActive={setActive}
          onFiles={(row, files) => {
            setActive(row)
            if (files.length > 0) setDropped({ row, files })
          }}
          onFile={(row) => void file([row])}
        />
        {here && (
          <RowPanel
            key={here.id}
            row={here}
            sheet={sheet}
            policy={policy}
            now={now}
            twin={twin.get(here.id)}
            dropped={dropped?.row === here.id ? dropped.files : undefined}
            onDropped={() => setDropped(undefined)}
            onFile={() => void file([here.id])}
          />
        )}
      </div>
      <footer className="entry-bar">
        <span className="mut sm" role="status">
          {written.length}行{unsaved > 0 ? `，${unsaved}行还没有存上` : written.length > 0 && '，都已保存'}
        </span>
        <span className="mut sm">
          从表格复制一块，点一格粘贴；<kbd>Enter</kbd>下一行　<kbd>Tab</kbd>下一格　<kbd>Ctrl Enter</kbd>提交这一行
        </span>
        <Button onClick={() => void copyHeader(policy)}>复制表头</Button>
        <span className="sp" />
        <Press
          primary
          large
          pending={progress !== undefined}
          why={ready.length === 0 ? (written.length === 0 ? '还没有录' : '没有一行填好，看各行的状态') : undefined}
          onPress={() => void file(ready.map(({ id }) => id))}
        >
          {progress ? `正在提交第${progress.done + 1}件，共${progress.of}件` : `提交填好的${ready.length}行`}
        </Press>
      </footer>
    </>
  )
}

async function copyHeader(policy: Policy) {
  const header = columnsOf(policy)
    .map(({ label }) => label)
    .join('\t')
  try {
    await navigator.clipboard.writeText(header)
    say('表头已复制。粘到表格第一行，号码的列先设成“文本”，填好后连表头一起贴回来')
  } catch {
    say('浏览器没有让复制，请照网格的表头建表格')
  }
}

function Said({ outcome: { filed, failed } }: { outcome: Outcome }) {
  return (
    <Note tone={failed > 0 ? 'warn' : 'act'}>
      {filed.length > 0 && (
        <>
          已提交{filed.length}件：{filed.map(({ name, receiptNumber }) => `${name} ${receiptNumber}`).join('、')}。{' '}
          <Link to="/slips" search={{ ids: filed.map(({ id }) => id).join(',') }}>
            打印回执
          </Link>
        </>
      )}
      {failed > 0 && ` ${failed}件没有交上，原因在那一行的右侧，内容还在。`}
    </Note>
  )
}
