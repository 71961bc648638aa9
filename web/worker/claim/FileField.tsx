/** One photo or PDF: taken, shown, taken again. The server keeps it; the phone keeps nothing. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
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

/** Sends a file and hangs it on the draft. */
function useUpload(keeper: DraftKeeper, purpose: keyof FormFiles) {
  const [sending, setSending] = useState<Sending>()
  const [problem, setProblem] = useState<string>()
  const [preview, setPreview] = useState<string>()
  useEffect(() => () => void (preview && URL.revokeObjectURL(preview)), [preview])
  const send = async (file: File | undefined) => {
    if (!file) return
    const wrong = problemOf(file)
    setProblem(wrong)
    if (wrong) return
    const shown = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined
    setSending({ share: 0, preview: shown })
    try {
      // The file hangs on the draft, which the server must know first.
      if (keeper.snapshot().version === 0) await keeper.save()
      const { version, problem: unsaved } = keeper.snapshot()
      if (version === 0) throw unsaved ?? new Problem('network', '没有传上去：申请表还没有保存。看一下信号，再传一次。')
      const stored = await sendFile(newId(), purpose, { draftId: keeper.id }, file, (share) =>
        setSending({ share, preview: shown }),
      )
      setPreview(shown)
      keeper.set({ files: { ...keeper.snapshot().form.files, [purpose]: stored.id } })
    } catch (cause) {
      setProblem(cause instanceof Problem ? cause.title : '没有传上去。看一下信号，再传一次。')
      if (shown) URL.revokeObjectURL(shown)
    } finally {
      setSending(undefined)
    }
  }
  return { sending, problem, preview: sending?.preview ?? preview, send }
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
  const { sending, problem, preview, send } = useUpload(keeper, purpose)
  const there = fileId !== undefined
  const take = { label, onFile: (file: File | undefined) => void send(file) }
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
