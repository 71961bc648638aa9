/** The pictures of what was handed in. Originals are never served: every page is a re-encoded picture. */
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { useKeys } from '../keys.tsx'
import { Empty } from '../Page.tsx'
import { MaskedPage } from './MaskedPage.tsx'

type PageOfFile = {
  readonly fileId: string
  readonly page: number
  readonly title: string
  /** Shown for a reason only. */
  readonly masked: boolean
}
export type CaseDocument = {
  readonly id: 'certificate' | 'idCard' | 'card' | 'stampedForm' | 'consent' | 'evidence' | 'further'
  readonly title: string
  readonly pages: readonly PageOfFile[]
}

const parts: readonly { id: CaseDocument['id']; title: string; purposes: { readonly [purpose: string]: string } }[] = [
  { id: 'certificate', title: '证书', purposes: { certificate: '证书' } },
  { id: 'idCard', title: '身份证', purposes: { idFront: '身份证人像面', idBack: '身份证国徽面' } },
  { id: 'card', title: '收款卡', purposes: { card: '收款卡' } },
  { id: 'stampedForm', title: '盖章件', purposes: { stampedForm: '盖章件' } },
  { id: 'consent', title: '同意书', purposes: { consent: '同意书' } },
  { id: 'evidence', title: '官网截图', purposes: { registerEvidence: '官网截图', inquiryReply: '回函' } },
  { id: 'further', title: '补充照片', purposes: { objectionEvidence: '补充照片' } },
]

/** Certificate and ID card as 1 and 2, whether handed in or not; then the card and evidence, where one may see them. */
export function documentsOf(application: ApplicationView): readonly CaseDocument[] {
  return parts
    .map(({ id, title, purposes }) => ({
      id,
      title,
      pages: Object.entries(purposes).flatMap(([purpose, name]) =>
        application.files
          .filter((file) => file.purpose === purpose)
          .flatMap((file) =>
            Array.from({ length: file.pageCount }, (_, page) => ({
              fileId: file.id,
              page: page + 1,
              title: file.pageCount > 1 ? `${name}第${page + 1}页` : name,
              masked: file.masked ?? false,
            })),
          ),
      ),
    }))
    .filter((document) => document.id === 'certificate' || document.id === 'idCard' || document.pages.length > 0)
}

const zooms = [1, 1.75, 3]

export function FilesPane({
  documents,
  shown,
  onShow,
  seen,
  verifying,
}: {
  documents: readonly CaseDocument[]
  /** From 1; 0 is the comparison of the verifier. */
  shown: number
  onShow: (doc: number) => void
  seen: string
  verifying: boolean
}) {
  const [zoom, setZoom] = useState(0)
  const [turns, setTurns] = useState(0)
  const viewer = useRef<HTMLDivElement>(null)
  const size = useSize(viewer)
  const document = documents[shown - 1]
  const enlarge = () => setZoom((now) => (now + 1) % zooms.length)
  const turn = () => setTurns((now) => (now + 1) % 4)
  useKeys([
    { key: 'z', says: '放大、还原', press: enlarge },
    { key: 'r', says: '转90度', press: turn },
  ])
  return (
    <section className="pane files-pane" aria-label="材料">
      <DocTabs documents={documents} shown={shown} onShow={onShow} verifying={verifying} />
      <div ref={viewer} className="viewer" tabIndex={0} role="region" aria-label={`${document?.title ?? ''}图片`}>
        {document && document.pages.length > 0 ? (
          document.pages.map((page) => {
            const Shown = page.masked ? MaskedPicture : PlainPicture
            const height = size.height / Math.min(2, document.pages.length) - 5
            const room = { width: size.width, height }
            return (
              <Shown key={`${page.fileId} ${page.page}`} page={page} zoom={zooms[zoom]!} turns={turns} room={room} />
            )
          })
        ) : (
          <div className="panel">
            <Empty title={`没有${document?.title ?? '这份材料'}`} next="你这一步看不到，或申请人没有交。" />
          </div>
        )}
      </div>
      <div className="row tools">
        <Button onClick={enlarge} aria-pressed={zoom > 0}>
          <Icon name="plus" />
          {zoom === zooms.length - 1 ? '还原' : '放大'} <kbd>Z</kbd>
        </Button>
        <Button onClick={turn}>
          <Icon name="rotate" />
          旋转 <kbd>R</kbd>
        </Button>
        <span className="sp" />
        <span className="sm ink2 nb">
          <Icon name="eye" /> {seen}
        </span>
      </div>
      <Thumbs documents={documents} shown={shown} onShow={onShow} />
    </section>
  )
}

function Thumbs({
  documents,
  shown,
  onShow,
}: {
  documents: readonly CaseDocument[]
  shown: number
  onShow: (doc: number) => void
}) {
  return (
    <ul className="thumbs">
      {documents.flatMap((each, place) =>
        each.pages.map((page) => (
          <li key={`${page.fileId} ${page.page}`}>
            <button
              type="button"
              className={place + 1 === shown ? 'on' : undefined}
              onClick={() => onShow(place + 1)}
              aria-label={`看${page.title}`}
            >
              {page.masked ? (
                <span className="masked">
                  <Icon name="lock" />
                </span>
              ) : (
                <img src={filePageUrl(page.fileId, page.page)} alt="" loading="lazy" />
              )}
              {page.title}
            </button>
          </li>
        )),
      )}
    </ul>
  )
}

/** 1–4; the verifier's comparison is 0. */
export function DocTabs({
  documents,
  shown,
  onShow,
  verifying,
}: {
  documents: readonly CaseDocument[]
  shown: number
  onShow: (doc: number) => void
  verifying: boolean
}) {
  return (
    <div className="doc-tabs" role="group" aria-label="看哪一份">
      {verifying && <DocTab title="与登记系统对照" doc={0} shown={shown} onShow={onShow} />}
      {documents.map(({ id, title }, place) => (
        <DocTab key={id} title={title} doc={place + 1} shown={shown} onShow={onShow} />
      ))}
    </div>
  )
}

function DocTab({
  title,
  doc,
  shown,
  onShow,
}: {
  title: string
  doc: number
  shown: number
  onShow: (doc: number) => void
}) {
  return (
    <button type="button" aria-pressed={doc === shown} onClick={() => onShow(doc)}>
      {title} <kbd>{doc}</kbd>
    </button>
  )
}

type Size = { readonly width: number; readonly height: number }

/** Pixels inside an element, followed as it changes. */
function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useEffect(() => {
    const observed = element.current
    if (!observed) return
    const observer = new ResizeObserver(() => setSize({ width: observed.offsetWidth, height: observed.offsetHeight }))
    observer.observe(observed)
    return () => observer.disconnect()
  }, [element])
  return size
}

type Shown = { readonly page: PageOfFile; readonly zoom: number; readonly turns: number; readonly room: Size }

function PlainPicture({ page, ...rest }: Shown) {
  const [attempt, setAttempt] = useState(0)
  const src = `${filePageUrl(page.fileId, page.page)}${attempt ? `?again=${attempt}` : ''}`
  return <Picture key={attempt} title={page.title} src={src} {...rest} onAgain={() => setAttempt(attempt + 1)} />
}

function MaskedPicture({ page, ...rest }: Shown) {
  return (
    <MaskedPage fileId={page.fileId} page={page.page} title={page.title}>
      {(src, cover) => <Picture title={page.title} src={src} {...rest} onAgain={cover} />}
    </MaskedPage>
  )
}

/** Fits whole into its room at first. */
function Picture({
  title,
  src,
  zoom,
  turns,
  room,
  onAgain,
}: Omit<Shown, 'page'> & { readonly title: string; readonly src: string; readonly onAgain: () => void }) {
  const [ratio, setRatio] = useState(1.4)
  const [state, setState] = useState<'reading' | 'there' | 'failed'>('reading')
  const lying = turns % 2 === 1
  const boxRatio = lying ? 1 / ratio : ratio
  const width = Math.max(80, Math.min(room.width, room.height * boxRatio)) * zoom
  const height = width / boxRatio
  if (state === 'failed')
    return (
      <div className="panel">
        <Empty
          title={`${title}没有读出来`}
          next="图片还在，只是这次没有取到。"
          action={<Button onClick={onAgain}>再读一次</Button>}
        />
      </div>
    )
  return (
    <figure className={state === 'there' ? 'picture' : 'picture unread'} style={{ width, height }}>
      <img
        src={src}
        alt={title}
        style={{
          width: lying ? height : width,
          height: lying ? width : height,
          transform: `translate(-50%, -50%) rotate(${turns * 90}deg)`,
        }}
        onLoad={(event) => {
          setRatio(event.currentTarget.naturalWidth / event.currentTarget.naturalHeight || 1.4)
          setState('there')
        }}
        onError={() => setState('failed')}
      />
    </figure>
  )
}
