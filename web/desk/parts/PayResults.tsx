/** 登记结果: the bank's result file (回盘文件) goes in whole, or not at all; single ones are typed in at their line. */
import { Button } from 'antd'
import { useId, useRef, useState } from 'react'
import type { PayoutBatchDetail, ResultsTaken, UploadResultFile } from '../../../contract/payouts.ts'
import { Icon } from '../../ui/icons.tsx'
import { counted, moment } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { useToday } from '../query.ts'
import { Digest } from './PayFiles.tsx'
import { outOf } from './payoutWords.ts'
import { Refusal } from './Refusal.tsx'
import { useWrite } from './write.ts'

const maxMegabytes = 5

/** Bytes as they are, in base64. */
async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const pieces: string[] = []
  for (let from = 0; from < bytes.length; from += 0x8000)
    pieces.push(String.fromCharCode(...bytes.subarray(from, from + 0x8000)))
  return btoa(pieces.join(''))
}

function saysOf(name: string, { counts }: ResultsTaken): string {
  const { settled = 0, failed = 0, bounced = 0, unknown = 0 } = counts
  const parts = [
    `到账${counted(settled)}笔`,
    `没付成${counted(failed)}笔`,
    ...(bounced > 0 ? [`退票${counted(bounced)}笔`] : []),
    `银行还不确定${counted(unknown)}笔`,
  ]
  return `${name}已登记：${parts.join('，')}。`
}

export function PayResults({ batch }: { batch: PayoutBatchDetail }) {
  const today = useToday()
  const upload = useWrite<UploadResultFile, ResultsTaken>((id) => `/payout-batches/${batch.id}/results/${id}`)
  const [said, setSaid] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const out = outOf(batch.byState)
  const take = async (file: File | undefined) => {
    setSaid(undefined)
    setWrong(undefined)
    upload.clear()
    if (!file) return
    if (file.size > maxMegabytes * 1024 * 1024) {
      setWrong(`${file.name}超过${maxMegabytes}MB，不像回盘文件。看一下选的是不是银行给的那个。`)
      return
    }
    const content = await base64Of(file)
    upload.send({ name: file.name, content }, (taken) => setSaid(saysOf(file.name, taken)))
  }
  return (
    <section className="panel sign" aria-label="登记结果">
      <div className="row">
        <h2>登记结果</h2>
        <span className="mut sm">
          {out.count > 0 ? `还有${counted(out.count)}笔等结果` : '各笔都有结果。以后银行退票，也在这里登记'}
        </span>
      </div>
      <DropBox primary={out.count > 0} pending={upload.pending} onFile={(file) => void take(file)} />
      {said && <Note tone="act">{said}</Note>}
      {wrong && <Note tone="err">{wrong}</Note>}
      <Refusal problem={upload.problem} />
      {batch.results.length > 0 && (
        <ul className="result-files">
          {batch.results.map((file) => (
            <li key={file.id}>
              <Icon name="check" className="tone-ok" />
              <span className="long-name">{file.name}</span>
              <span className="mut sm">
                {counted(file.rowCount)}行，{file.by} {moment(file.at, today)}
              </span>
              <Digest hex={file.sha256} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function DropBox({
  primary,
  pending,
  onFile,
}: {
  primary: boolean
  pending: boolean
  onFile: (file: File | undefined) => void
}) {
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
        onFile(event.dataTransfer.files[0])
      }}
    >
      <label htmlFor={id} className="unseen">
        选回盘文件
      </label>
      <input
        id={id}
        ref={input}
        type="file"
        className="unseen"
        onChange={(event) => {
          onFile(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button
        type={primary ? 'primary' : 'default'}
        size="large"
        tabIndex={-1}
        loading={pending}
        onClick={() => input.current?.click()}
      >
        <Icon name="up" />
        选回盘文件
      </Button>
      <span className="mut">
        或者把银行给的文件拖到这里。全部登记，或者一行也不登记。没有文件的，在下面明细里逐笔登记。
      </span>
    </div>
  )
}
