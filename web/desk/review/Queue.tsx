/** 待办、退回补正、已办、全部: what waits for this desk, nearest due date first, fifty at a time. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { BatchList, QueueItem, QueuePage, QueueQuery } from '../../../contract/applications.ts'
import { counted, yuan } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { menuOf } from '../menu.ts'
import { Empty, Failed, Figures, Loading, Page } from '../Page.tsx'
import type { Figure } from '../Page.tsx'
import { saysOf, usePolicy, useServer, useStaff } from '../query.ts'
import { PrintPicked } from './Print.tsx'
import { QueueFilters } from './QueueFilters.tsx'
import { countsKnown, keepPicked, queueFilter, useQueue } from './queueQuery.ts'
import type { QueueFilter } from './queueQuery.ts'
import { QueueTable } from './QueueTable.tsx'
import { stepOfRole } from './titles.ts'
import './review.css'

type BatchView = BatchList['batches'][number]

export default function Queue() {
  const search = useSearch({ from: '/queue' })
  const navigate = useNavigate({ from: '/queue' })
  const staff = useStaff()
  const filter = queueFilter(search)
  const queue = useQueue(filter)
  const items = useMemo(() => queue.data?.pages.flatMap((page) => page.items) ?? [], [queue.data])
  const counts = queue.data?.pages[0]?.counts
  useEffect(() => {
    if (counts) countsKnown(counts)
  }, [counts])
  const walk = useWalk(items, filter, queue)
  const step = stepOfRole(usePolicy().data, staff.role)
  const views = menuOf(staff.role)[0]!.items
  const title =
    menuOf(staff.role)
      .flatMap(({ items }) => items)
      .find((item) => item.view === search.view)?.title ?? '全部'
  const { view, ...narrowing } = filter
  const filtered = Object.keys(narrowing).length > 0
  const clear = () => void navigate({ search: { view }, replace: true })
  const batches = useBatches()
  const due = step?.dueDaysAfterBatchClose
  return (
    <Page
      title={title}
      fills
      {...(view === 'overdueBelow'
        ? { rule: '下级过了5个工作日没有办，已经提醒；你可以代办，原单位也还能办。代办初审的人不能再复审同一件' }
        : step && {
            rule: `${step.says}${due ? `，批次截止后${due}天内完成，逾期只提醒` : ''}`,
            clause: step.clause,
          })}
      figures={<QueueFigures counts={counts} batch={batches[0]} todoTitle={views[0]!.title} />}
    >
      <QueueFilters search={search} batches={[...batches]} onClear={filtered ? clear : undefined} />
      <section className="panel table-box queue" aria-label={title}>
        <QueueTable
          items={items}
          view={view}
          current={walk.current?.id}
          picked={walk.picked}
          onPick={walk.pick}
          onPickAll={walk.pickAll}
          onOpen={walk.open}
          onPoint={walk.point}
        >
          {queue.isPending ? (
            <Loading />
          ) : queue.isError && items.length === 0 ? (
            <Failed error={queue.error} retry={() => void queue.refetch()} />
          ) : items.length === 0 ? (
            <NothingHere filter={filter} filtered={filtered} counts={counts} onClear={clear} title={title} />
          ) : (
            <Foot count={items.length} queue={queue} />
          )}
        </QueueTable>
      </section>
      <PickBar walk={walk} />
    </Page>
  )
}

/** Which row is the current one, which are picked, and the keys that move, pick and open. */
function useWalk(items: readonly QueueItem[], filter: QueueFilter, queue: ReturnType<typeof useQueue>) {
  const search = useSearch({ from: '/queue' })
  const navigate = useNavigate({ from: '/queue' })
  const [at, setAt] = useState(search.at)
  const leaving = useRef(false)
  const key = JSON.stringify(filter)
  const [choice, setChoice] = useState<{ key: string; ids: ReadonlySet<string> }>({ key, ids: new Set() })
  // What was picked under another filter is not picked any more.
  const picked = choice.key === key ? choice.ids : new Set<string>()
  const setPicked = (ids: Iterable<string>) => setChoice({ key, ids: new Set(ids) })
  // A browser limits how often an address may change; the row follows when the keys rest.
  useEffect(() => {
    if (at === search.at) return
    const follow = () => {
      // While the case is being loaded this page still stands; it must not call the person back.
      if (!leaving.current) void navigate({ search: (now) => ({ ...now, at }), replace: true })
    }
    const timer = setTimeout(follow, 400)
    return () => clearTimeout(timer)
  }, [at, search.at, navigate])

  const place = Math.max(
    0,
    items.findIndex((item) => item.id === at),
  )
  const current = items[place]
  const chosen = items.filter((item) => picked.has(item.id))
  const open = (item: QueueItem, only?: 'picked') => {
    leaving.current = true
    void navigate({
      to: '/cases/$id',
      params: { id: item.id },
      search: { ...filter, ...(only && { picked: 1 as const }) },
    })
  }
  const move = (by: 1 | -1) => {
    const next = items[place + by]
    if (next) setAt(next.id)
    else if (by === 1 && queue.hasNextPage && !queue.isFetchingNextPage) void queue.fetchNextPage()
  }
  const pick = (id: string) => setPicked(picked.has(id) ? [...picked].filter((each) => each !== id) : [...picked, id])
  const openPicked = () => {
    if (!chosen[0]) return
    keepPicked(chosen)
    open(chosen[0], 'picked')
  }
  const clear = () => setPicked([])
  useKeys([
    { key: 'j', says: '下一行', repeats: true, press: () => move(1) },
    { key: 'k', says: '上一行', repeats: true, press: () => move(-1) },
    { key: 'ArrowDown', says: '下一行', hidden: true, repeats: true, press: () => move(1) },
    { key: 'ArrowUp', says: '上一行', hidden: true, repeats: true, press: () => move(-1) },
    { key: ' ', says: '选中这一行', press: () => current && pick(current.id) },
    { key: 'Enter', says: '打开', press: () => current && open(current) },
    { key: 'b', says: '依次看选中的', press: openPicked },
    { key: 'Escape', says: '取消选择', press: clear },
  ])
  const pickAll = (all: boolean) => setPicked(all ? items.map(({ id }) => id) : [])
  return {
    current,
    picked,
    chosen,
    pick,
    pickAll,
    point: setAt,
    open: (item: QueueItem) => open(item),
    openPicked,
    clear,
  }
}

function Foot({ count, queue }: { count: number; queue: ReturnType<typeof useQueue> }) {
  return (
    <div className="queue-foot mut sm">
      <span>
        {queue.hasNextPage ? `已列出${count}件` : `共${count}件`}
        {queue.isError && `，后面的没有读出来：${saysOf(queue.error)}`}
      </span>
      {queue.hasNextPage && (
        <Button loading={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
          再列50件
        </Button>
      )}
    </div>
  )
}

function PickBar({ walk: { chosen, clear, openPicked } }: { walk: ReturnType<typeof useWalk> }) {
  if (chosen.length === 0) return null
  return (
    <div className="pick-bar" role="region" aria-label="选中的">
      <b>已选{chosen.length}件</b>
      <span className="ink2">资助合计{yuan(chosen.reduce((sum, item) => sum + item.amountFen, 0))}</span>
      <span className="sp" />
      <Button onClick={clear}>
        取消选择 <kbd>Esc</kbd>
      </Button>
      <PrintPicked chosen={chosen} />
      <Button type="primary" onClick={openPicked}>
        依次看这{chosen.length}件 <kbd>B</kbd>
      </Button>
    </div>
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
    n === undefined ? '—' : `${counted(n)}${counts?.more && n >= 1000 ? '+' : ''}`
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
        <span className="batch-progress">
          {counted(batch.applications)}
          <small>件中已复审 {counted(batch.reviewed)}</small>
          <span className="batch-bar" role="img" aria-label={`已复审${Math.round(share)}%`}>
            <i style={{ width: `${share}%` }} />
          </span>
        </span>
      ),
    })
  }
  return <Figures figures={figures} />
}

const nothing: { readonly [V in QueueQuery['view']]: { readonly title: string; readonly next: string } } = {
  todo: { title: '都办完了', next: '新的申报到你这一步，就会出现在这里。' },
  returned: { title: '没有退回补正中的申报', next: '退回后等申请人补好，会回到待办。' },
  done: { title: '你还没有办过申报', next: '办过的会留在这里，可以再看。' },
  overdueBelow: { title: '下级没有逾期的申报', next: '过了5个工作日没有办的，会出现在这里，可以代办。' },
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
