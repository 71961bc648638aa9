/** 待办、退回补正、已办、全部: what waits for this desk, nearest due date first, fifty at a time. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { BatchList, QueueItem, QueuePage, QueueQuery } from '../../../contract/applications.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Icon } from '../../ui/icons.tsx'
import { yuan } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { menuOf } from '../menu.ts'
import { Empty, Failed, Figures, Loading, Page } from '../Page.tsx'
import type { Figure } from '../Page.tsx'
import { usePolicy, useServer, useStaff } from '../query.ts'
import type { QueueSearch } from '../router.tsx'
import { countsKnown, keepPicked, queueFilter, useQueue } from './queueQuery.ts'
import { QueueTable } from './QueueTable.tsx'
import { findingTitles, kindTitles, paidLevels, stepOfRole } from './titles.ts'
import './review.css'

type BatchView = BatchList['batches'][number]

export default function Queue() {
  const search = useSearch({ from: '/queue' })
  const navigate = useNavigate({ from: '/queue' })
  const staff = useStaff()
  const filter = queueFilter(search)
  const filterKey = JSON.stringify(filter)
  const queue = useQueue(filter)
  const items = useMemo(() => queue.data?.pages.flatMap((page) => page.items) ?? [], [queue.data])
  const counts = queue.data?.pages[0]?.counts
  useEffect(() => {
    if (counts) countsKnown(counts)
  }, [counts])

  const [at, setAt] = useState(search.at)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => setPicked(new Set()), [filterKey])
  // A browser limits how often an address may change; the row follows when the keys rest.
  useEffect(() => {
    if (at === search.at) return
    const timer = setTimeout(() => void navigate({ search: (now) => ({ ...now, at }), replace: true }), 400)
    return () => clearTimeout(timer)
  }, [at, search.at, navigate])

  const place = Math.max(
    0,
    items.findIndex((item) => item.id === at),
  )
  const current = items[place]
  const openCase = (item: QueueItem, only?: 'picked') =>
    void navigate({
      to: '/cases/$id',
      params: { id: item.id },
      search: { ...filter, ...(only && { picked: 1 as const }) },
    })
  const move = (by: 1 | -1) => {
    const next = items[place + (at ? by : 0)]
    if (next) setAt(next.id)
    else if (by === 1 && queue.hasNextPage && !queue.isFetchingNextPage) void queue.fetchNextPage()
  }
  const pick = (id: string) => {
    const next = new Set(picked)
    if (!next.delete(id)) next.add(id)
    setPicked(next)
  }
  const chosen = items.filter((item) => picked.has(item.id))
  const openPicked = () => {
    const [first] = chosen
    if (!first) return
    keepPicked(chosen)
    openCase(first, 'picked')
  }
  useKeys([
    { key: 'j', says: '下一行', repeats: true, press: () => move(1) },
    { key: 'k', says: '上一行', repeats: true, press: () => move(-1) },
    { key: 'ArrowDown', says: '下一行', hidden: true, repeats: true, press: () => move(1) },
    { key: 'ArrowUp', says: '上一行', hidden: true, repeats: true, press: () => move(-1) },
    { key: ' ', says: '选中这一行', press: () => current && pick(current.id) },
    { key: 'Enter', says: '打开', press: () => current && openCase(current) },
    { key: 'b', says: '依次看选中的', press: openPicked },
    { key: 'Escape', says: '取消选择', press: () => setPicked(new Set()) },
  ])

  const policy = usePolicy().data
  const step = stepOfRole(policy, staff.role)
  const title = menuOf(staff.role)[0]!.items.find((item) => item.view === search.view)?.title ?? '全部'
  const filtered = Boolean(filter.kind || filter.level || filter.finding || filter.batch !== undefined || filter.find)
  const clear = () => void navigate({ search: { view: filter.view }, replace: true })
  const batches = useBatches()

  return (
    <Page
      title={title}
      fills
      {...(step && {
        rule: `${step.says}${step.dueDaysAfterBatchClose ? `，批次截止后${step.dueDaysAfterBatchClose}天内完成，逾期只提醒` : ''}`,
        clause: step.clause,
      })}
      figures={<QueueFigures counts={counts} batch={batches[0]} todoTitle={menuOf(staff.role)[0]!.items[0]!.title} />}
    >
      <Filters search={search} batches={batches} onClear={filtered ? clear : undefined} />
      <section className="panel table-box queue" aria-label={title}>
        {queue.isPending ? (
          <QueueTable items={[]} view={filter.view} picked={picked}>
            <Loading />
          </QueueTable>
        ) : queue.isError && items.length === 0 ? (
          <QueueTable items={[]} view={filter.view} picked={picked}>
            <Failed error={queue.error} retry={() => void queue.refetch()} />
          </QueueTable>
        ) : items.length === 0 ? (
          <QueueTable items={[]} view={filter.view} picked={picked}>
            <NothingHere filter={filter} filtered={filtered} counts={counts} onClear={clear} title={title} />
          </QueueTable>
        ) : (
          <>
            <QueueTable
              items={items}
              view={filter.view}
              current={current?.id}
              picked={picked}
              onPick={pick}
              onPickAll={(all) => setPicked(new Set(all ? items.map(({ id }) => id) : []))}
              onOpen={openCase}
              onPoint={setAt}
            />
            <div className="queue-foot mut sm">
              <span>
                {queue.hasNextPage ? `已列出${items.length}件` : `共${items.length}件`}
                {queue.isError && `，后面的没有读出来：${queue.error.message}`}
              </span>
              {queue.hasNextPage && (
                <Button loading={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
                  再列50件
                </Button>
              )}
            </div>
          </>
        )}
      </section>
      {chosen.length > 0 && (
        <div className="pick-bar" role="region" aria-label="选中的">
          <b>已选{chosen.length}件</b>
          <span className="ink2">资助合计{yuan(chosen.reduce((sum, item) => sum + item.amountFen, 0))}</span>
          <span className="sp" />
          <Button onClick={() => setPicked(new Set())}>
            取消选择 <kbd>Esc</kbd>
          </Button>
          <Button type="primary" onClick={openPicked}>
            依次看这{chosen.length}件 <kbd>B</kbd>
          </Button>
        </div>
      )}
    </Page>
  )
}

/** Newest first; empty where this desk does not work by batches. */
function useBatches(): readonly BatchView[] {
  const { role } = useStaff()
  const list = useServer<BatchList>('/filing-batches', role !== 'districtReviewer' && role !== 'verifier')
  return [...(list.data?.batches ?? [])].sort((a, b) => b.number - a.number)
}

function QueueFigures({
  counts,
  batch,
  todoTitle,
}: {
  counts: QueuePage['counts'] | undefined
  batch: BatchView | undefined
  todoTitle: string
}) {
  const figure = (n: number | undefined) =>
    n === undefined ? '—' : `${n.toLocaleString('zh-CN')}${counts?.more && n >= 1000 ? '+' : ''}`
  const figures: Figure[] = [
    { label: todoTitle, value: figure(counts?.todo) },
    { label: '逾期', value: figure(counts?.overdue), ...(counts?.overdue ? { tone: 'err' as const } : {}) },
    { label: '退回补正中', value: figure(counts?.returned) },
  ]
  if (batch) {
    const share = batch.applications === 0 ? 0 : (batch.reviewed / batch.applications) * 100
    figures.unshift({
      label: `第${batch.number}批进度`,
      value: (
        <span className="progress">
          {batch.applications.toLocaleString('zh-CN')}
          <small>件中已复审 {batch.reviewed.toLocaleString('zh-CN')}</small>
          <span className="bar" role="img" aria-label={`已复审${Math.round(share)}%`}>
            <i style={{ width: `${share}%` }} />
          </span>
        </span>
      ),
    })
  }
  return <Figures figures={figures} />
}

const everything = ''
type Choice = { readonly value: string; readonly label: string }

function Filters({
  search,
  batches,
  onClear,
}: {
  search: QueueSearch
  batches: readonly BatchView[]
  onClear: (() => void) | undefined
}) {
  const navigate = useNavigate({ from: '/queue' })
  const policy = usePolicy().data
  const set = (key: 'kind' | 'level' | 'finding' | 'batch') => (value: string) =>
    void navigate({
      search: (now) => ({ ...now, at: undefined, [key]: value === everything ? undefined : value }) as QueueSearch,
      replace: true,
    })
  return (
    <div className="filters" role="group" aria-label="筛选">
      <Filter
        title="类型"
        value={search.kind}
        onChange={set('kind')}
        choices={Object.entries(kindTitles).map(([value, label]) => ({ value, label }))}
      />
      <Filter
        title="等级"
        value={search.level}
        onChange={set('level')}
        choices={(policy ? paidLevels(policy) : []).map((value) => ({ value, label: levelTitles[value] }))}
      />
      <Filter
        title="评估"
        value={search.finding}
        onChange={set('finding')}
        choices={Object.entries(findingTitles).map(([value, { says }]) => ({ value, label: says }))}
      />
      {batches.length > 0 && (
        <Filter
          title="批次"
          value={search.batch === undefined ? undefined : String(search.batch)}
          onChange={set('batch')}
          choices={batches.map(({ number }) => ({ value: String(number), label: `第${number}批` }))}
        />
      )}
      {search.find && (
        <span className="pill on">
          <Icon name="find" />
          {search.find}
        </span>
      )}
      {onClear && (
        <button type="button" className="plain" onClick={onClear}>
          清除筛选
        </button>
      )}
      <span className="sp" />
      <span className="mut sm nb" aria-hidden>
        <kbd>J</kbd> <kbd>K</kbd> 移动　<kbd>空格</kbd> 选中　<kbd>回车</kbd> 打开　<kbd>?</kbd> 按键
      </span>
    </div>
  )
}

function Filter({
  title,
  value,
  choices,
  onChange,
}: {
  title: string
  value: string | undefined
  choices: readonly Choice[]
  onChange: (value: string) => void
}) {
  const box = useRef<HTMLSpanElement>(null)
  return (
    <span ref={box} className={value ? 'filter on' : 'filter'}>
      <Select
        aria-label={title}
        prefix={title}
        value={value ?? everything}
        onChange={onChange}
        popupMatchSelectWidth={false}
        options={[{ value: everything, label: '全部' }, ...choices]}
      />
    </span>
  )
}

const nothing: { readonly [V in QueueQuery['view']]: { readonly title: string; readonly next: string } } = {
  todo: { title: '都办完了', next: '新的申报到你这一步，就会出现在这里。' },
  returned: { title: '没有退回补正中的申报', next: '退回后等申请人补好，会回到待办。' },
  done: { title: '你还没有办过申报', next: '办过的会留在这里，可以再看。' },
  all: { title: '还没有申报', next: '职工提交后，会出现在这里。' },
}

function NothingHere({
  filter,
  filtered,
  counts,
  title,
  onClear,
}: {
  filter: Pick<QueueQuery, 'view' | 'find'>
  filtered: boolean
  counts: QueuePage['counts'] | undefined
  title: string
  onClear: () => void
}) {
  const navigate = useNavigate({ from: '/queue' })
  if (filtered)
    return (
      <Empty
        title={filter.find ? `没有找到“${filter.find}”` : '没有符合筛选的申报'}
        next={filter.find ? '可以查完整的受理号，或证书编号的后六位。' : '放宽一个条件再看。'}
        action={<Button onClick={onClear}>清除筛选</Button>}
      />
    )
  const { title: says, next } = nothing[filter.view]
  const returned = filter.view === 'todo' ? (counts?.returned ?? 0) : 0
  return (
    <Empty
      title={filter.view === 'todo' ? `${title}的${says}` : says}
      next={next}
      action={
        returned > 0 && (
          <Button onClick={() => void navigate({ search: { view: 'returned' } })}>看退回补正中的{returned}件</Button>
        )
      }
    />
  )
}
