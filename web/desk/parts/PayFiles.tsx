/** The bank's files of a released batch: what each holds, its digest, who has taken it. */
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { PayoutBatchDetail } from '../../../contract/payouts.ts'
import { newId, takeFile } from '../../ui/api.ts'
import type { Problem } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { counted, moment, yuanColumn } from '../../ui/words.ts'
import { refresh, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { pausedSays, withdrawnOf } from './payoutWords.ts'
import { Press } from './Press.tsx'
import { Refusal } from './Refusal.tsx'

type File = PayoutBatchDetail['files'][number]

function save(bytes: Blob, name: string) {
  const address = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Each is put on record under an id made here; pressed again after a lost answer it is the same one. */
function useDownload(batchId: string) {
  const [id, setId] = useState(newId)
  return useMutation<{ name: string; bytes: Blob }, Problem, number>({
    mutationFn: (part) => takeFile(`/payout-batches/${batchId}/downloads/${id}`, { part }),
    onSuccess: ({ name, bytes }) => {
      save(bytes, name)
      say(`${name}已下载，谁什么时候下载的已记录`)
      setId(newId())
      return refresh(['/payout-batches'])
    },
    onError: ({ status }) => {
      if (status > 0 && status < 500) setId(newId())
    },
  })
}

export function PayFiles({ batch }: { batch: PayoutBatchDetail }) {
  const download = useDownload(batch.id)
  const { files } = batch
  const atHome = batch.byState.released?.count ?? 0
  const withdrawn = withdrawnOf(batch).count
  const why = batch.paused ? pausedSays : undefined
  if (files.length === 0) {
    return (
      <section className="panel sign" aria-label="银行文件">
        <h2>下载银行文件</h2>
        <p>
          {counted(atHome)}笔已放行，还没有送出
          {withdrawn > 0 && `；另外${counted(withdrawn)}笔已撤回，不在文件里`}
          。下载文件，传给银行付款；从下载起，这些钱算已送出，只等银行的结果。
        </p>
        <Refusal problem={download.error ?? undefined} />
        <div>
          <Press primary large why={why} pending={download.isPending} onPress={() => download.mutate(1)}>
            下载文件
          </Press>
        </div>
      </section>
    )
  }
  return (
    <section className="panel" aria-label="银行文件">
      <div className="cap">
        <h2>银行文件</h2>
        <span className="mut sm">{counted(files.length)}个</span>
      </div>
      <Refusal problem={download.error ?? undefined} />
      <ul className="pay-files">
        {files.map((file) => (
          <OneFile
            key={file.part}
            file={file}
            pending={download.isPending && download.variables === file.part}
            onPress={() => download.mutate(file.part)}
          />
        ))}
      </ul>
      {atHome > 0 && (
        <div className="pad">
          <p>还有{counted(atHome)}笔没有送出：有人对证书提出异议，先留着。异议不成立后，在这里生成下一个文件。</p>
          <Press why={why} pending={download.isPending} onPress={() => download.mutate(files.length + 1)}>
            生成下一个文件
          </Press>
        </div>
      )}
    </section>
  )
}

function OneFile({ file, pending, onPress }: { file: File; pending: boolean; onPress: () => void }) {
  const today = useToday()
  const last = file.downloads.at(-1)
  return (
    <li>
      <Icon name="doc" />
      <div>
        <p className="b long-name">{file.name}</p>
        <p className="ink2 sm">
          {counted(file.lineCount)}笔，{yuanColumn(file.totalFen)}元 <Digest hex={file.sha256} />
        </p>
        <p className="mut sm">
          {last
            ? `${last.by} ${moment(last.at, today)}下载${file.downloads.length > 1 ? `，共下载过${counted(file.downloads.length)}次` : ''}`
            : '还没有人下载'}
        </p>
      </div>
      <Press primary={!last} large pending={pending} onPress={onPress}>
        {last ? '再下载一次' : '下载'}
      </Press>
    </li>
  )
}

/** The first and last figures; pressed, the whole is copied. */
export function Digest({ hex }: { hex: string }) {
  return (
    <Button
      type="link"
      size="small"
      className="digest"
      title={hex}
      aria-label={`复制SHA-256校验值 ${hex}`}
      onClick={() => {
        navigator.clipboard.writeText(hex).then(
          () => say('校验值已复制'),
          () => say(`没能复制。校验值是${hex}`),
        )
      }}
    >
      SHA-256 {hex.slice(0, 8)}…{hex.slice(-4)}
    </Button>
  )
}
