/** One photo or PDF: taken, shown, taken again. The server keeps it; the phone keeps nothing. */
import { lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react'
import './file.css'
import { fileLimits } from '../../../contract/fileLimits.ts'
import type { FormFiles } from '../../../contract/form.ts'
import { filePageUrl, newId, Problem, sendFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import type { DraftKeeper } from '../draft.ts'
import { Field } from '../fields.tsx'
import type { Described } from '../fields.tsx'

const PictureSheet = lazy(async () => ({ default: (await import('../sheets/PictureSheet.tsx')).PictureSheet }))

type Sending = { readonly share: number; readonly preview: string | undefined }

/** What can be said before anything is sent. */
function problemOf(file: File): string | undefined {
  if (file.size > fileLimits.bytes) return `${Math.ceil(file.size / 1024 / 1024)}MB，超过10MB。请重拍一张。`
  if (file.size === 0) return '这个文件里什么也没有。请重新选一个，或拍照上传。'
  return undefined
}

/** A file that did not arrive: it goes again under its id, by a press or when the network is back. */
type Unsent = { readonly id: string; readonly file: File }

/** Sends a file and hangs it on the draft. */
function useUpload(keeper: DraftKeeper, purpose: keyof FormFiles) {
  const [sending, setSending] = useState<Sending>()
  const [problem, setProblem] = useState<string>()
  const [preview, setPreview] = useState<string>()
  const [unsent, setUnsent] = useState<Unsent>()
  useEffect(() => () => void (preview && URL.revokeObjectURL(preview)), [preview])
  const send = async ({ id, file }: Unsent) => {
    const wrong = problemOf(file)
    setProblem(wrong)
    setUnsent(undefined)
    if (wrong) return
    const shown = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined
    setSending({ share: 0, preview: shown })
    try {
      // The file hangs on the draft, which the server must know first.
      if (keeper.snapshot().version === 0) await keeper.save()
      const { version, problem: unsaved } = keeper.snapshot()
      if (version === 0) throw unsaved ?? new Problem('network', '没有传上去：申请表还没有保存。看一下信号，再传一次。')
      const stored = await sendFile(id, purpose, { draftId: keeper.id }, file, (share) =>
        setSending({ share, preview: shown }),
      )
      setPreview(shown)
      keeper.set({ files: { ...keeper.snapshot().form.files, [purpose]: stored.id } })
    } catch (cause) {
      const refused = cause instanceof Problem && cause.status >= 400 && cause.status < 500
      if (!refused) setUnsent({ id, file })
      setProblem(refused ? cause.title : '没有传上去，照片还在这里。有信号时会再传，也可以点“再传一次”。')
      if (shown) URL.revokeObjectURL(shown)
    } finally {
      setSending(undefined)
    }
  }
  const again = useEffectEvent(() => void (unsent && send(unsent)))
  useEffect(() => {
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  return {
    sending,
    problem,
    preview: sending?.preview ?? preview,
    send: (file: File | undefined) => void (file && send({ id: newId(), file })),
    ...(unsent && { again: () => void send(unsent) }),
  }
}

/** A button that opens the camera or the phone's files. */
function Take({
  described,
  word,
  label,
  className,
  accept,
  camera,
  onFile,
}: {
  described?: Described
  word: string
  label: string
  className: string
  accept: string
  camera?: boolean
  onFile: (file: File | undefined) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        className="unseen"
        tabIndex={-1}
        aria-hidden
        accept={accept}
        {...(camera && { capture: 'environment' as const })}
        onChange={(event) => {
          onFile(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <button
        {...described}
        type="button"
        className={className}
        onClick={() => input.current?.click()}
        aria-label={`${word}：${label}`}
      >
        {camera && className !== 'link' && <Icon name="camera" />}
        {word}
      </button>
    </>
  )
}

function Uploaded({ hint }: { hint: string | undefined }) {
  return (
    <>
      <p className="tone-ok">
        <Icon name="check" /> 已上传
      </p>
      {hint && <p className="muted">{hint}</p>}
    </>
  )
}

function Uploading({ share }: { share: number }) {
  return (
    <p role="status" className="tone-act">
      正在上传 {Math.round(share * 100)}%
      <progress value={share} max={1} aria-hidden />
    </p>
  )
}

function Picture({ src, label, fileId }: { src: string | undefined; label: string; fileId: string | undefined }) {
  const [looking, setLooking] = useState(false)
  return (
    <>
      <button type="button" className="picture" onClick={() => setLooking(true)} aria-label={`看大图：${label}`}>
        {src && <img src={src} alt="" />}
      </button>
      {looking && fileId && (
        <Suspense fallback={null}>
          <PictureSheet title={label} fileId={fileId} onClose={() => setLooking(false)} />
        </Suspense>
      )}
    </>
  )
}

/** `missing`: said when one goes on without it. */
export function FileField({
  purpose,
  label,
  hint,
  fileId,
  keeper,
  missing,
}: {
  purpose: keyof FormFiles
  label: string
  hint: string | undefined
  fileId: string | undefined
  keeper: DraftKeeper
  missing: string | undefined
}) {
  const { sending, problem, preview, send, again } = useUpload(keeper, purpose)
  const there = fileId !== undefined
  const take = { label, onFile: send }
  return (
    <Field
      id={`files.${purpose}`}
      label={label}
      hint={there || sending ? undefined : hint}
      problem={problem ?? (there ? undefined : missing)}
      group
    >
      {(described) => (
        <div className="file">
          {(there || sending) && (
            <Picture src={preview ?? (fileId && filePageUrl(fileId, 1))} label={label} fileId={fileId} />
          )}
          <div className="grow">
            {sending ? <Uploading share={sending.share} /> : there && <Uploaded hint={hint} />}
            {!sending && (
              <p className="take">
                {again && (
                  <button type="button" className="button line" onClick={again} aria-label={`再传一次：${label}`}>
                    再传一次
                  </button>
                )}
                <Take
                  {...take}
                  described={described}
                  word={there ? '重拍' : '拍照'}
                  className={there ? 'link' : 'button choice'}
                  accept="image/jpeg,image/png"
                  camera
                />
                <Take
                  {...take}
                  word={there ? '另选一张' : '相册或文件'}
                  className={there ? 'link' : 'button line'}
                  accept={fileLimits.mediaTypes.join(',')}
                />
              </p>
            )}
          </div>
        </div>
      )}
    </Field>
  )
}
