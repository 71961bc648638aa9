/** Own words and pictures, as a re-review and an objection ask for them. */
import { useRef, useState } from 'react'
import './claim/file.css'
import { fileLimits } from '../../contract/fileLimits.ts'
import { filePageUrl, newId, Problem, sendFile } from '../ui/api.ts'
import { Icon } from '../ui/icons.tsx'
import { Field } from './fields.tsx'

/** What is written so far; `ids` name the request and its object, so that sending it again repeats it. */
export type Written = { readonly words: string; readonly files: readonly string[]; readonly id: string }
export const nothingWritten = (): Written => ({ words: '', files: [], id: newId() })

const mostWords = 500
const mostFiles = 5

export function OwnWords({
  label,
  hint,
  value,
  problem,
  onChange,
}: {
  label: string
  hint: string
  value: string
  problem: string | undefined
  onChange: (value: string) => void
}) {
  return (
    <Field id="words" label={label} hint={`${hint}已写${value.length}字，最多${mostWords}字。`} problem={problem}>
      {(described) => (
        <textarea
          {...described}
          className="own-words"
          rows={5}
          maxLength={mostWords}
          value={value}
          placeholder="点这里写"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Sent as soon as it is taken; the server keeps it. */
function useSending(files: readonly string[], onChange: (files: readonly string[]) => void) {
  const [share, setShare] = useState<number>()
  const [problem, setProblem] = useState<string>()
  const [unsent, setUnsent] = useState<{ id: string; file: File }>()
  const send = async (file: File | undefined) => {
    if (!file) return
    setProblem(undefined)
    if (file.size > fileLimits.bytes)
      return setProblem(`${Math.ceil(file.size / 1024 / 1024)}MB，超过10MB。请重拍一张。`)
    const sending = unsent?.file === file ? unsent : { id: newId(), file }
    setUnsent(sending)
    setShare(0)
    try {
      const stored = await sendFile(sending.id, 'objectionEvidence', {}, file, setShare)
      setUnsent(undefined)
      onChange([...files, stored.id])
    } catch (cause) {
      setProblem(cause instanceof Problem ? cause.title : '没有传上去。看一下信号，再传一次。')
    } finally {
      setShare(undefined)
    }
  }
  const again = () => void send(unsent?.file)
  return { share, problem, send, again, canRepeat: problem !== undefined && unsent !== undefined }
}

export function Pictures({
  label,
  hint,
  files,
  missing,
  optional = false,
  onChange,
}: {
  label: string
  hint: string
  files: readonly string[]
  missing?: string | undefined
  optional?: boolean
  onChange: (files: readonly string[]) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const { share, problem, send, again, canRepeat } = useSending(files, onChange)
  return (
    <Field id="files" label={label} hint={hint} problem={problem ?? missing} optional={optional} group>
      {(described) => (
        <>
          {files.map((id, place) => (
            <div key={id} className="file">
              <span className="picture">
                <img src={filePageUrl(id, 1)} alt={`${label}第${place + 1}张`} />
              </span>
              <p className="grow tone-ok">
                <Icon name="check" /> 已上传
              </p>
              <button
                type="button"
                className="link"
                aria-label={`去掉第${place + 1}张`}
                onClick={() => onChange(files.filter((other) => other !== id))}
              >
                去掉
              </button>
            </div>
          ))}
          <input
            ref={input}
            type="file"
            className="unseen"
            tabIndex={-1}
            aria-hidden
            accept={fileLimits.mediaTypes.join(',')}
            onChange={(event) => {
              void send(event.target.files?.[0])
              event.target.value = ''
            }}
          />
          {share !== undefined && (
            <p role="status" className="tone-act">
              正在上传 {Math.round(share * 100)}%
            </p>
          )}
          {canRepeat && (
            <button type="button" className="button line" onClick={again}>
              再传一次
            </button>
          )}
          {share === undefined && files.length < mostFiles && (
            <button {...described} type="button" className="button line" onClick={() => input.current?.click()}>
              <Icon name="camera" />
              {files.length === 0 ? '拍照或选照片' : '再加一张'}
            </button>
          )}
        </>
      )}
    </Field>
  )
}
