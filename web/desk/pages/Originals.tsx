/** 待盖章清单: originals as they come, are sealed after second review, and are kept in boxes (四.一.2, 四.一.3). */
import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Select } from 'antd'
import { useId, useState } from 'react'
import type { BatchList } from '../../../contract/applications.ts'
import type { OriginalsPage, PaperItem } from '../../../contract/originals.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { counted, day } from '../../ui/words.ts'
import { Empty, Failed, Figures, Loading, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { ArrivalBox } from '../parts/ArrivalBox.tsx'
import { FindBox } from '../parts/FindBox.tsx'
import { More, useGrowing } from '../parts/growing.tsx'
import { Head } from '../parts/Head.tsx'
import { PrintSheet } from '../parts/PrintSheet.tsx'
import { SealOriginalsStep } from '../parts/SealOriginalsStep.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrlState } from '../parts/url.ts'
import './pages.css'
import './paper.css'

const stages = ['waiting', 'arrived', 'sealed'] as const
type Stage = PaperItem['stage']
const stageTitles: { readonly [S in Stage]: string } = { waiting: '等原件', arrived: '已到，等盖章', sealed: '已盖章' }

/** Which list is open stands in the address. */
function useChoice() {
  const [{ batch, tab, q }, change] = useUrlState()
  const stage = stages.find((each) => each === tab) ?? 'waiting'
  const query = new URLSearchParams({ stage, ...(batch && { batch }), ...(q && { find: q }) })
  return { stage, find: q ?? '', path: `/originals?${query}`, change }
}

export default function Originals() {
  const { stage, find, path, change } = useChoice()
  const step = usePolicy()
    .data?.channels.find(({ id }) => id === 'unit')
    ?.steps.find(({ kind }) => kind === 'secondReview')
  const list = useGrowing<OriginalsPage>(path)
  const first = list.data?.pages[0]
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const [printing, setPrinting] = useState(false)
  return (
    <Page
      title="待盖章清单"
      rule="复审通过后在申请表原件上盖章，原件长期由本会保管"
      {...(step && { clause: step.clause })}
      actions={
        <Button disabled={items.length === 0} onClick={() => setPrinting(true)}>
          打印这张清单
        </Button>
      }
    >
      <ArrivalBox />
      {first && <StageFigures page={first} />}
      <div className="filters">
        <BatchChoice current={first?.batch?.id} onChange={(batch) => change({ batch, q: undefined })} />
        <FindBox
          value={find}
          onChange={(q) => change({ q: q || undefined })}
          label="按受理号或盒号找"
          placeholder="受理号、盒号"
        />
      </div>
      <section className="panel">
        {find ? (
          <div className="cap">
            <h2>受理号或盒号是“{find}”的</h2>
          </div>
        ) : (
          <Tabs
            label="原件到哪一步"
            value={stage}
            onChange={(tab) => change({ tab })}
            tabs={stages.map((id) => ({ id, title: stageTitles[id], ...(first && { count: first.counts[id] }) }))}
          />
        )}
        {list.isPending ? (
          <Loading />
        ) : list.isError && items.length === 0 ? (
          <Failed error={list.error} retry={() => void list.refetch()} />
        ) : items.length === 0 ? (
          <Nothing stage={stage} find={find} batch={first?.batch?.number} onClear={() => change({ q: undefined })} />
        ) : (
          <>
            <PaperTable key={path} items={items} />
            <More count={items.length} unit="件" list={list} />
          </>
        )}
      </section>
      {printing && <Printed path={path} stage={stage} find={find} onPrinted={() => setPrinting(false)} />}
    </Page>
  )
}

function StageFigures({ page: { counts, batch } }: { page: OriginalsPage }) {
  const after = counts.more ? '件以上' : '件'
  return (
    <Figures
      figures={[
        { label: '批次', value: batch ? `第${batch.number}批` : '还没有' },
        { label: '等原件', value: counted(counts.waiting), after },
        { label: '已到，等盖章', value: counted(counts.arrived), after },
        { label: '已盖章入盒', value: counted(counts.sealed), after },
      ]}
    />
  )
}

function BatchChoice({ current, onChange }: { current: string | undefined; onChange: (id: string) => void }) {
  const label = useId()
  const { data } = useServer<BatchList>('/filing-batches')
  return (
    <span className="row">
      <span id={label} className="mut">
        批次
      </span>
      <Select
        aria-labelledby={label}
        style={{ width: 120 }}
        value={current ?? null}
        disabled={!data || data.batches.length === 0}
        options={(data?.batches ?? []).map(({ id, number }) => ({ value: id, label: `第${number}批` }))}
        onChange={onChange}
      />
    </span>
  )
}

function Nothing({
  stage,
  find,
  batch,
  onClear,
}: {
  stage: Stage
  find: string
  batch: number | undefined
  onClear: () => void
}) {
  if (find)
    return (
      <Empty
        title={`没有找到“${find}”`}
        next="受理号要输完整；盒号照盒上写的输。"
        action={<Button onClick={onClear}>清除筛选</Button>}
      />
    )
  if (batch === undefined) return <Empty title="还没有批次" next="服务中心开了批次，申报点报送的申报会列在这里。" />
  const says = {
    waiting: { title: `第${batch}批没有等原件的`, next: '申报点报送后，还没有收到原件的列在这里。' },
    arrived: { title: `第${batch}批没有等盖章的`, next: '扫一下原件上的二维码登记收到，就会列在这里。' },
    sealed: { title: `第${batch}批还没有盖章的`, next: '收到原件、复审通过后，在“已到，等盖章”里登记盖章。' },
  }[stage]
  return <Empty title={says.title} next={says.next} />
}

function PaperTable({ items }: { items: readonly PaperItem[] }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<'seal' | 'move'>()
  const chosen = items.filter(({ applicationId }) => picked.has(applicationId))
  const doing = chosen.every(({ stage }) => stage === 'sealed') ? 'move' : 'seal'
  const pick = (id: string) => {
    const next = new Set(picked)
    if (!next.delete(id)) next.add(id)
    setPicked(next)
  }
  // Papers of one kind are worked on together: those to be sealed, or those that change their box.
  const kindPicked = chosen[0]?.stage
  const mayPick = (item: PaperItem) =>
    kindPicked ? item.stage === kindPicked && isReady(item) : item.stage !== 'waiting' && isReady(item)
  const ready = items.filter(mayPick)
  const all = ready.length > 0 && ready.every(({ applicationId }) => picked.has(applicationId))
  return (
    <>
      <div className="table-box">
        <table className="t">
          <thead>
            <tr>
              <th className="tick">
                {ready.length > 0 && (
                  <Checkbox
                    aria-label="全部选中"
                    checked={all}
                    indeterminate={!all && chosen.length > 0}
                    onChange={(event) =>
                      setPicked(new Set(event.target.checked ? ready.map((item) => item.applicationId) : []))
                    }
                  />
                )}
              </th>
              {['受理号', '申请人', '等级', '职业（工种）', '单位工会', '复审', '原件', '盒号'].map((title) => (
                <th key={title}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <PaperRow
                key={item.applicationId}
                item={item}
                picked={picked.has(item.applicationId)}
                onPick={mayPick(item) ? () => pick(item.applicationId) : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      {chosen.length > 0 && (
        <div className="cap pick-line" role="region" aria-label="选中的">
          <b>已选{counted(chosen.length)}件</b>
          <span className="sp" />
          <Button onClick={() => setPicked(new Set())}>取消选择</Button>
          <Button type="primary" onClick={() => setAsked(doing)}>
            {doing === 'seal' ? '登记盖章、入盒…' : '换一个盒…'}
          </Button>
        </div>
      )}
      {asked && (
        <SealOriginalsStep
          kind={asked}
          items={chosen}
          onClose={(done) => {
            setAsked(undefined)
            if (done) setPicked(new Set())
          }}
        />
      )}
    </>
  )
}

/** Second review has passed it: only then is it sealed, and only what is sealed has a box. */
const isReady = (item: PaperItem) => item.stage === 'sealed' || item.reviewed

function PaperRow({ item, picked, onPick }: { item: PaperItem; picked: boolean; onPick: (() => void) | undefined }) {
  const today = useToday()
  return (
    <tr className={picked ? 'picked' : undefined}>
      <td className="tick">
        {onPick && <Checkbox aria-label={`选中${item.receiptNumber}`} checked={picked} onChange={onPick} />}
      </td>
      <td>
        <Link to="/cases/$id" params={{ id: item.applicationId }}>
          {item.receiptNumber}
        </Link>
      </td>
      <td>{item.applicantName}</td>
      <td>{levelTitles[item.level]}</td>
      <td>{item.occupationName}</td>
      <td>{item.baseUnion}</td>
      <td>
        {item.reviewed ? (
          <Status kind="met" plain>
            {item.reviewedOn ? `${day(item.reviewedOn, today)}通过` : '已通过'}
          </Status>
        ) : (
          <Status kind={statusOfState(item.state)} plain>
            {item.whereabouts}
          </Status>
        )}
      </td>
      <td>{originalWords(item, today)}</td>
      <td>{item.box ?? '—'}</td>
    </tr>
  )
}

function originalWords({ arrivedOn, sealedOn }: PaperItem, today: string): string {
  if (sealedOn) return `${day(sealedOn, today)}盖章`
  return arrivedOn ? `${day(arrivedOn, today)}收到` : '没有收到'
}

/** Up to 500 lines on paper, with room for a tick. */
function Printed({
  path,
  stage,
  find,
  onPrinted,
}: {
  path: string
  stage: Stage
  find: string
  onPrinted: () => void
}) {
  const today = useToday()
  const staff = useStaff()
  const whole = useServer<OriginalsPage>(`${path}&whole=yes`)
  if (!whole.data) return null
  const { items, batch } = whole.data
  const title = find ? `原件：${find}` : `第${batch?.number ?? ''}批申请表原件清单（${stageTitles[stage]}）`
  return (
    <PrintSheet
      title={title}
      under={`${staff.appointment.organisationName}，${day(today)}，${counted(items.length)}件`}
      onPrinted={onPrinted}
    >
      <table>
        <Head columns={['', '受理号', '申请人', '等级', '单位工会', '原件', '盒号', '备注']} />
        <tbody>
          {items.map((item, place) => (
            <tr key={item.applicationId}>
              <td>{place + 1}</td>
              <td>{item.receiptNumber}</td>
              <td>{item.applicantName}</td>
              <td>{levelTitles[item.level]}</td>
              <td>{item.baseUnion}</td>
              <td>{originalWords(item, today)}</td>
              <td>{item.box ?? ''}</td>
              <td className="room" />
            </tr>
          ))}
        </tbody>
      </table>
    </PrintSheet>
  )
}
