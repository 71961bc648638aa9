/** A document that carries money, made on the spot to be signed and sealed by hand. */
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import type { NoticeView } from '../../../contract/payments.ts'
import { requestFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { saysOf } from '../query.ts'
import { savePdf } from './savePdf.ts'

const papers = {
  notice: { title: '划拨通知', address: 'paper' },
  confirmation: { title: '发放确认单', address: 'confirmation-paper' },
} as const

export function PrintPaper({ notice, paper }: { notice: NoticeView; paper: keyof typeof papers }) {
  const { title, address } = papers[paper]
  const printing = useMutation({
    mutationFn: () => requestFile(`/allocation-notices/${notice.id}/${address}`),
    onSuccess: (pdf) => savePdf(pdf, `${title} ${notice.number}`, `${title}已下载，打开就可以打印`),
  })
  return (
    <span className="print-paper">
      <Button loading={printing.isPending} onClick={() => printing.mutate()}>
        <Icon name="doc" />
        打印{title}
      </Button>
      {printing.isError && (
        <span className="err sm" role="alert">
          <Icon name="bang" /> {saysOf(printing.error)}
        </span>
      )}
    </span>
  )
}
