/** 待办、退回补正、已办、全部: what waits for this desk, nearest due date first, fifty at a time. */
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { BatchList, QueueCounts, QueueItem, QueueQuery } from '../../../contract/applications.ts'
import { useKeys } from '../keys.tsx'
import { menuOf } from '../menu.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { refresh, saysOf, usePolicy, useServer, useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { isClean, mostInLot } from './desk.ts'
import { PickBar } from './PickBar.tsx'
import { QueueFigures, TakenFromMe } from './queueFigures.tsx'
import { QueueFilters } from './QueueFilters.tsx'
import { queueFilter, useQueue, useQueueCounts } from './queueQuery.ts'
import type { QueueFilter } from './queueQuery.ts'
import { QueueTable } from './QueueTable.tsx'
import { kindOf, stepOfRole } from './titles.ts'
import './review.css'

const LotDialog = lazy(() => import('./LotDialog.tsx'))

type BatchView = BatchList['batches'][number]

export default function Queue() {
  const search = useSearch({ from: '/queue' })
  const navigate = useNavigate({ from: '/queue' })
  const staff = useStaff()
  const filter = queueFilter(search)
  const queue = useQueue(filter)
  const items = useMemo(() => queue.data?.pages.flatMap((page) => page.items) ?? [], [queue.data])
  const counts = useQueueCounts(true)
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
  const closeLot = () => {
    walk.clear()
    void refresh(['/queue', '/filing-batches'])
    void navigate({ search: (now) => ({ ...now, lot: undefined }), replace: true })
  }
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
      figures={<QueueFigures counts={counts} batch={underReview(batches)} todoTitle={views[0]!.title} />}
    >
      {counts && <TakenFromMe taken={counts.taken} />}
      <QueueFilters search={search} batches={[...batches]} onClear={filtered ? clear : undefined} />
      <section className="panel table-box queue" aria-label={title}>
        <QueueTable
          items={items}
          view={view}
          current={walk.current?.id}
          picked={walk.picked}
          onPick={walk.pick}
          onPickAll={walk.pickAll}
          onPickClean={walk.pickClean}
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
      <PickBar chosen={walk.chosen} clear={walk.clear} />
      <Suspense>{search.lot && <LotDialog id={search.lot} onClose={closeLot} />}</Suspense>
    </Page>
  )
}

/** Which row is the current one, which are picked, and the keys that move, pick and open. */
function useWalk(items: readonly QueueItem[], filter: QueueFilter, queue: ReturnType<typeof useQueue>) {
  const router = useRouter()
  const search = useSearch({ from: '/queue' })
  const navigate = useNavigate({ from: '/queue' })
  const [at, setAt] = useState(search.at)
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
      const { latestLocation, state } = router
      if (latestLocation.pathname !== state.resolvedLocation?.pathname) return
      void navigate({ search: (now) => ({ ...now, at }), replace: true })
    }
    const timer = setTimeout(follow, 400)
    return () => clearTimeout(timer)
  }, [at, search.at, navigate, router])

  const place = Math.max(
    0,
    items.findIndex((item) => item.id === at),
  )
  const current = items[place]
  const chosen = items.filter((item) => picked.has(item.id))
  const open = (item: QueueItem) => {
    void navigate({
      to: '/cases/$id',
      params: { id: item.id },
      search: filter,
    })
  }
  const move = (by: 1 | -1) => {
    const next = items[place + by]
    if (next) setAt(next.id)
    else if (by === 1 && queue.hasNextPage && !queue.isFetchingNextPage) void queue.fetchNextPage()
  }
  const pick = (id: string) => setPicked(picked.has(id) ? [...picked].filter((each) => each !== id) : [...picked, id])
  const pickClean = usePickClean(items, queue, setPicked)
  const clear = () => setPicked([])
  useKeys([
    { key: 'j', says: '下一行', repeats: true, press: () => move(1) },
    { key: 'k', says: '上一行', repeats: true, press: () => move(-1) },
    { key: 'ArrowDown', says: '下一行', hidden: true, repeats: true, press: () => move(1) },
    { key: 'ArrowUp', says: '上一行', hidden: true, repeats: true, press: () => move(-1) },
    { key: ' ', says: '选中这一行', press: () => current && pick(current.id) },
    { key: 'Enter', says: '打开', press: () => current && open(current) },
    { key: 'c', says: '选中全部干净的', press: () => void pickClean() },
    { key: 'Escape', says: '取消选择', press: clear },
  ])
  const pickAll = (all: boolean) => setPicked(all ? items.map(({ id }) => id) : [])
  return {
    current,
    picked,
    chosen,
    pick,
    pickAll,
    pickClean: () => void pickClean(),
    point: setAt,
    open,
    clear,
  }
}

/** Picks what can go together: the first clean one sets step and kind; reads on until there are enough. */
function usePickClean(
  items: readonly QueueItem[],
  queue: ReturnType<typeof useQueue>,
  setPicked: (ids: Iterable<string>) => void,
) {
  const staff = useStaff()
  return async () => {
    let listed = items
    let more = queue.hasNextPage
    const together = () => {
      const clean = listed.filter((item) => isClean(item, staff.id))
      const [first] = clean
      const like = (item: QueueItem) =>
        item.step === first!.step && kindOf(item.filingAuthority) === kindOf(first!.filingAuthority)
      return clean.filter(like).slice(0, mostInLot)
    }
    for (let pages = 0; more && together().length < mostInLot && pages < mostPages; pages++) {
      const next = await queue.fetchNextPage()
      listed = next.data?.pages.flatMap((page) => page.items) ?? listed
      more = next.hasNextPage
    }
    const chosen = together()
    setPicked(chosen.map(({ id }) => id))
    say(chosen.length > 0 ? `选中了${chosen.length}件，评估全部符合，同一类型` : '列出的里面没有评估全部符合的')
  }
}
const mostPages = 8

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

/** The batch whose time is running: the earliest that has closed and is not done, or else the newest. */
const underReview = (batches: readonly BatchView[]) =>
  batches.findLast((batch) => batch.closedOn && batch.reviewed < batch.applications) ?? batches[0]

/** Newest first; empty where this desk does not work by batches. */
function useBatches(): readonly BatchView[] {
  const { role } = useStaff()
  const list = useServer<BatchList>('/filing-batches', role !== 'districtReviewer' && role !== 'verifier')
  return [...(list.data?.batches ?? [])].sort((a, b) => b.number - a.number)
}

const nothing: { readonly [V in QueueQuery['view']]: { readonly title: string; readonly next: string } } = {
  mine: { title: '你手里没有申报', next: '在列表里选中，按 G 领取；或等同事交给你。' },
  held: { title: '没有暂缓的申报', next: '在一件里按 H 暂缓，写明等什么。' },
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
  counts: QueueCounts | undefined
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
