/** 盖章件扫描: stamped forms go in as scans, many at a time; each finds its application by the code on it. */
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { PageMatch, ScanList, ScanMatch } from '../../../contract/scans.ts'
import { errorSays } from '../../../contract/errors.ts'
import { fileLimits } from '../../../contract/fileLimits.ts'
import { filePageUrl, newId, request, sendFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { moment } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { refresh, saysOf, useServer, useToday } from '../query.ts'
import './pages.css'

type Scan = {
  readonly id: string
  readonly name: string
  /** Undefined once it is on the server. */
  readonly file?: File | undefined
  readonly share: number
  readonly match?: PageMatch | undefined
  /** Why it was not taken. */
  readonly wrong?: string | undefined
}

const atOnce = 2

/** Sends what was chosen, a few at a time, and asks of each where it belongs. */
function useScanning() {
  const [scans, setScans] = useState<readonly Scan[]>([])
  const waiting = useRef<Scan[]>([])
  const running = useRef(0)
  const change = (id: string, part: Partial<Scan>) =>
    setScans((all) => all.map((scan) => (scan.id === id ? { ...scan, ...part } : scan)))

  /** What was said of a scan; one of several forms becomes a scan for each page. */
  const found = (id: string, match: ScanMatch) =>
    setScans((all) =>
      all.flatMap((scan): Scan[] => {
        if (scan.id !== id) return [scan]
        if (match.outcome !== 'several') return [{ ...scan, match }]
        return match.pages.map((each) => ({
          ...{ id: each.scanId, name: `${scan.name} 第${each.page}页`, share: 1 },
          match: each.match,
        }))
      }),
    )

  async function take({ id, file }: Scan) {
    if (!file) return
    try {
      if (file.size > fileLimits.bytes) throw new TooLarge(Math.ceil((file.size / 1024 / 1024) * 10) / 10)
      await sendFile(id, 'stampedForm', {}, file, (share) => change(id, { share }))
      change(id, { file: undefined, share: 1 })
      found(id, await request<ScanMatch>('PUT', `/scans/${id}`, {}))
    } catch (error) {
      change(id, { wrong: error instanceof TooLarge ? error.message : saysOf(error) })
    }
  }
  async function work() {
    if (running.current >= atOnce) return
    running.current++
    for (let next = waiting.current.shift(); next; next = waiting.current.shift()) await take(next)
    running.current--
    if (running.current === 0) await refresh(['/scans'])
  }
  const start = (...added: Scan[]) => {
    waiting.current.push(...added)
    for (let lane = 0; lane < atOnce; lane++) void work()
  }
  return {
    scans,
    add(files: readonly File[]) {
      const added = files.map((file) => ({ id: newId(), name: file.name, file, share: 0 }))
      setScans((all) => [...added, ...all])
      start(...added)
    },
    again(scan: Scan) {
      const fresh = { ...scan, wrong: undefined, share: 0 }
      change(scan.id, fresh)
      if (fresh.file) start(fresh)
      else
        request<ScanMatch>('PUT', `/scans/${scan.id}`, {}).then(
          (match) => found(scan.id, match),
          (error: unknown) => change(scan.id, { wrong: saysOf(error) }),
        )
    },
    matched: found,
    remove: (id: string) => setScans((all) => all.filter((scan) => scan.id !== id)),
  }
}

class TooLarge extends Error {
  constructor(megabytes: number) {
    super(errorSays('file.too-large', { megabytes }))
  }
}

export default function Scans() {
  const scanning = useScanning()
  const { scans } = scanning
  const list = useServer<ScanList>('/scans')
  const earlier = list.data?.scans.filter(({ id }) => !scans.some((scan) => scan.id === id))
  const count = (outcome: PageMatch['outcome']) => scans.filter(({ match }) => match?.outcome === outcome).length
  const under = scans.filter(({ match, wrong }) => !match && !wrong).length
  return (
    <Page
      title="盖章件扫描"
      rule="盖好章的申请表扫描或拍照传上来，按二维码自动归到申报里。一个PDF里有几个人的，按页分开归。"
      clause="四.一.2"
    >
      <Figures
        figures={[
          { label: '已归入', value: count('matched') },
          { label: '要输受理号', value: count('unreadable'), ...(count('unreadable') && { tone: 'warn' as const }) },
          {
            label: '没有收下',
            value: count('outside') + scans.filter(({ wrong }) => wrong).length,
            ...(count('outside') && { tone: 'err' as const }),
          },
          { label: '在传', value: under },
        ]}
      />
      <Drop onFiles={(files) => scanning.add(files)} />
      {scans.length > 0 && (
        <section className="panel" aria-label="这次传的">
          <ul className="scans" aria-live="polite">
            {scans.map((scan) => (
              <Sent key={scan.id} scan={scan} scanning={scanning} />
            ))}
          </ul>
        </section>
      )}
      <section className={earlier?.length === 0 && scans.length > 0 ? 'unseen' : 'panel'} aria-label="以前传的">
        <Loaded query={list} path="/scans">
          {() => <Earlier scans={earlier ?? []} />}
        </Loaded>
      </section>
    </Page>
  )
}

function Drop({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const id = useId()
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
    >
      <label htmlFor={id} className="unseen">
        选盖章件
      </label>
      <input
        id={id}
        ref={input}
        type="file"
        multiple
        accept={fileLimits.mediaTypes.join(',')}
        className="unseen"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Button type="primary" tabIndex={-1} onClick={() => input.current?.click()}>
        <Icon name="up" />
        选照片或PDF，可以多选
      </Button>
      <span className="mut">或者把文件拖到这里。JPG、PNG、PDF，每个不超过10MB；二维码要拍全。</span>
    </div>
  )
}

function Row({ name, href, children }: { name: string; href?: string | undefined; children: ReactNode }) {
  return (
    <li>
      {href ? (
        <a className="file" href={href} target="_blank" rel="noreferrer">
          {name}
        </a>
      ) : (
        <span className="file">{name}</span>
      )}
      <div className="outcome">{children}</div>
    </li>
  )
}

function Sent({ scan, scanning }: { scan: Scan; scanning: ReturnType<typeof useScanning> }) {
  const { id, name, match, wrong, share, file } = scan
  return (
    <Row name={name} href={file ? undefined : filePageUrl(id, 1)}>
      {wrong ? (
        <>
          <span className="err">
            <Icon name="crossCircle" /> {wrong}
          </span>
          <Button size="small" onClick={() => scanning.again(scan)}>
            再试一次
          </Button>
        </>
      ) : !match ? (
        <span className="mut">{share < 1 || file ? `在传 ${Math.round(share * 100)}%` : '在读二维码'}</span>
      ) : match.outcome === 'matched' ? (
        <Found {...match} />
      ) : (
        <Typed
          id={id}
          says={
            match.outcome === 'unreadable'
              ? '没有读到二维码，看着纸上输受理号。'
              : '这个受理号没有，或不在你们单位的范围里。号码错了就改；不是你们的，交给所属的工会，并从这里删除。'
          }
          tone={match.outcome === 'unreadable' ? 'warn' : 'err'}
          onMatch={(found) => scanning.matched(id, found)}
          onRemoved={() => scanning.remove(id)}
        />
      )}
    </Row>
  )
}

function Found({
  applicationId,
  receiptNumber,
  applicantName,
  withoutCode,
}: {
  applicationId: string
  receiptNumber: string
  applicantName?: string
  withoutCode?: readonly number[] | undefined
}) {
  return (
    <span>
      <span className="ok">
        <Icon name="check" /> 已归入
      </span>{' '}
      <Link to="/cases/$id" params={{ id: applicationId }}>
        {receiptNumber}
      </Link>{' '}
      {applicantName}
      {withoutCode && <span className="mut">　第{withoutCode.join('、')}页没有二维码，跟着归入</span>}
    </span>
  )
}

/** The number, typed from the paper; or the scan goes. */
function Typed({
  id,
  says,
  tone,
  onMatch,
  onRemoved,
}: {
  id: string
  says: string
  tone: 'warn' | 'err' | 'mut'
  onMatch: (match: ScanMatch) => void
  onRemoved: () => void
}) {
  const [number, setNumber] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const why = useId()
  async function go(work: () => Promise<void>) {
    setBusy(true)
    setWrong(undefined)
    try {
      await work()
    } catch (error) {
      setWrong(saysOf(error))
    } finally {
      setBusy(false)
    }
  }
  const match = () =>
    go(async () => {
      if (!number.trim()) throw new TypeError()
      onMatch(await request<ScanMatch>('PUT', `/scans/${id}`, { receiptNumber: number.trim() }))
    })
  const remove = () =>
    go(async () => {
      await request('DELETE', `/files/${id}`)
      onRemoved()
    })
  return (
    <form
      className="typed"
      onSubmit={(event) => {
        event.preventDefault()
        if (number.trim()) void match()
      }}
    >
      <span id={why} className={tone}>
        {tone !== 'mut' && <Icon name="bang" />} {says}
      </span>
      <Input
        aria-label="纸上的受理号"
        aria-describedby={why}
        placeholder="JS26-0000123"
        value={number}
        maxLength={40}
        onChange={(event) => setNumber(event.target.value)}
      />
      <Button htmlType="submit" loading={busy}>
        归入
      </Button>
      <Button disabled={busy} onClick={() => void remove()}>
        删除
      </Button>
      {wrong && (
        <span className="err sm" role="alert">
          {wrong}
        </span>
      )}
    </form>
  )
}

function Earlier({ scans }: { scans: ScanList['scans'] }) {
  const today = useToday()
  if (scans.length === 0)
    return <Empty title="以前没有传过盖章件" next="传过的会列在这里，最近的50件；归入的在申报的“盖章件”里看。" />
  return (
    <ul className="scans">
      {scans.map(({ id, uploadedAt, pageCount, match }) => (
        <Row key={id} name={`${moment(uploadedAt, today)}传，${pageCount}页`} href={filePageUrl(id, 1)}>
          {match ? <Found {...match} /> : <EarlierTyped id={id} />}
        </Row>
      ))}
    </ul>
  )
}

function EarlierTyped({ id }: { id: string }) {
  const [outside, setOutside] = useState(false)
  return (
    <Typed
      id={id}
      says={outside ? '这个受理号没有，或不在你们单位的范围里。' : '还没有归入'}
      tone={outside ? 'err' : 'mut'}
      onMatch={(match) => (match.outcome === 'matched' ? void refresh(['/scans']) : setOutside(true))}
      onRemoved={() => void refresh(['/scans'])}
    />
  )
}
