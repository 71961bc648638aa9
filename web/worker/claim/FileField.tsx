/** One photo or PDF: taken, shown, taken again. The server keeps it; the phone keeps nothing. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import './file.css'
import { fileLimits } from '../../../contract/fileLimits.ts'
import type { FormFiles } from '../../../contract/form.ts'
import { filePageUrl, newId, Problem, sendFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import type { DraftKeeper } from '../draft.ts'
import { Field } from '../fields.tsx'

const PictureSheet = lazy(async () => ({ default: (await import('../sheets/PictureSheet.tsx')).PictureSheet }))

type Sending = { readonly share: number; readonly preview: string | undefined }

/** What can be said before anything is sent. */
function problemOf(file: File): string | undefined {
  if (file.size > fileLimits.bytes) return `${Math.ceil(file.size / 1024 / 1024)}MB，超过10MB。请重拍一张。`
  if (file.size === 0) return '这个文件里什么也没有。请重新选一个，或拍照上传。'
  return undefined
}

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
  /** Said when one goes on without it. */
  missing: string | undefined
}) {
  const [sending, setSending] = useState<Sending>()
  const [problem, setProblem] = useState<string>()
  const [looking, setLooking] = useState(false)
  const [preview, setPreview] = useState<string>()
  const camera = useRef<HTMLInputElement>(null)
  const album = useRef<HTMLInputElement>(null)
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
      const { phase, problem: unsaved } = keeper.snapshot()
      if (keeper.snapshot().version === 0)
        throw unsaved ?? new Problem('network', `没有上传：申请表还没有保存（${phase}）。再试一次。`)
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
  const picker = (input: typeof camera, accept: string, capture?: 'environment') => (
    <input
      ref={input}
      type="file"
      className="unseen"
      tabIndex={-1}
      aria-hidden
      accept={accept}
      {...(capture && { capture })}
      onChange={(event) => {
        void send(event.target.files?.[0])
        event.target.value = ''
      }}
    />
  )
  const picture = sending?.preview ?? preview ?? (fileId && filePageUrl(fileId, 1))
  return (
    <Field
      id={`files.${purpose}`}
      label={label}
      hint={fileId || sending ? undefined : hint}
      problem={problem ?? (fileId ? undefined : missing)}
      group
    >
      {(described) => (
        <div className="file">
          {picker(camera, 'image/jpeg,image/png', 'environment')}
          {picker(album, fileLimits.mediaTypes.join(','))}
          {(fileId || sending) && (
            <button
              type="button"
              className="picture"
              onClick={() => fileId && setLooking(true)}
              aria-label={`看大图：${label}`}
            >
              {picture && <img src={picture} alt="" />}
            </button>
          )}
          <div className="grow">
            {sending && (
              <p role="status" className="tone-act">
                正在上传 {Math.round(sending.share * 100)}%
                <progress value={sending.share} max={1} aria-hidden />
              </p>
            )}
            {fileId && !sending && (
              <>
                <p className="tone-ok">
                  <Icon name="check" /> 已上传
                </p>
                {hint && <p className="muted">{hint}</p>}
              </>
            )}
            {!sending && (
              <p className="take">
                <button
                  {...described}
                  type="button"
                  className={fileId ? 'link' : 'button choice'}
                  onClick={() => camera.current?.click()}
                  aria-label={`${fileId ? '重拍' : '拍照'}：${label}`}
                >
                  {!fileId && <Icon name="camera" />}
                  {fileId ? '重拍' : '拍照'}
                </button>
                <button
                  type="button"
                  className={fileId ? 'link' : 'button line'}
                  onClick={() => album.current?.click()}
                  aria-label={`从相册或文件选：${label}`}
                >
                  {fileId ? '另选一张' : '相册或文件'}
                </button>
              </p>
            )}
          </div>
          {looking && fileId && (
            <Suspense fallback={null}>
              <PictureSheet title={label} fileId={fileId} onClose={() => setLooking(false)} />
            </Suspense>
          )}
        </div>
      )}
    </Field>
  )
}
