/** One file handed in by a union: a sealed scan, a proof. It is sent as soon as it is chosen; its id is made here. */
import { useRef, useState } from 'react'
import { errorSays } from '../../../contract/errors.ts'
import { fileLimits } from '../../../contract/fileLimits.ts'
import type { FilePurpose } from '../../../contract/fileLimits.ts'
import { filePageUrl, newId, sendFile } from '../../ui/api.ts'
import type { FileHome } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { saysOf } from '../query.ts'
import type { FieldAria } from './Field.tsx'

type Sending = { readonly name: string; readonly share: number }
export type Uploaded = { readonly id: string; readonly name: string; readonly pages: number }

const accept = fileLimits.mediaTypes.join(',')
const maxMegabytes = fileLimits.bytes / 1024 / 1024

export function Upload({
  purpose,
  home = {},
  value,
  onChange,
  aria,
  choose = '选照片或PDF',
}: {
  purpose: FilePurpose
  /** The application it is evidence for, where it is for one. */
  home?: FileHome
  value: Uploaded | undefined
  onChange: (file: Uploaded | undefined) => void
  aria: FieldAria
  choose?: string
}) {
  const input = useRef<HTMLInputElement>(null)
  const [sending, setSending] = useState<Sending>()
  const [wrong, setWrong] = useState<string>()

  async function send(file: File) {
    setWrong(undefined)
    const megabytes = file.size / 1024 / 1024
    if (megabytes > maxMegabytes) {
      setWrong(errorSays('file.too-large', { megabytes: Math.ceil(megabytes * 10) / 10 }))
      return
    }
    setSending({ name: file.name, share: 0 })
    try {
      const record = await sendFile(newId(), purpose, home, file, (share) => setSending({ name: file.name, share }))
      onChange({ id: record.id, name: file.name, pages: record.pages.length })
    } catch (error) {
      setWrong(saysOf(error))
    } finally {
      setSending(undefined)
    }
  }

  return (
    <div className="upload">
      <input
        {...aria}
        ref={input}
        type="file"
        accept={accept}
        className="unseen"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void send(file)
        }}
      />
      <button
        type="button"
        className="choose"
        tabIndex={-1}
        disabled={Boolean(sending)}
        onClick={() => input.current?.click()}
      >
        <Icon name={value ? 'rotate' : 'up'} />
        {value ? '换一个文件' : choose}
      </button>
      <State sending={sending} value={value} />
      {wrong && (
        <span className="err sm" role="alert">
          <Icon name="bang" /> {wrong}
        </span>
      )}
    </div>
  )
}

function State({ sending, value }: { sending: Sending | undefined; value: Uploaded | undefined }) {
  return (
    <span aria-live="polite">
      {sending ? (
        <>
          {sending.name}　{Math.round(sending.share * 100)}%
        </>
      ) : value ? (
        <span className="ok">
          <Icon name="check" /> {value.name}，{value.pages}页{' '}
          <a href={filePageUrl(value.id, 1)} target="_blank" rel="noreferrer">
            看一眼
          </a>
        </span>
      ) : (
        <span className="mut sm">JPG、PNG、PDF，不超过{maxMegabytes}MB</span>
      )}
    </span>
  )
}
