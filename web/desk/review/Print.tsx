/** The annex on paper, from a case or for all that are picked. */
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ApplicationView, QueueItem } from '../../../contract/applications.ts'
import type { PrintAnnexes } from '../../../contract/annex.ts'
import type { StaffRole } from '../../../domain/roles.ts'
import { mayPrint } from '../../../domain/visibility.ts'
import { requestFile } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { savePdf } from '../parts/savePdf.ts'
import { saysOf, useStaff } from '../query.ts'

/** As many as one PDF takes. */
const togetherAtMost = 100

/** Of those who can hold a task with everything in clear; whether one holds it now is another question. */
const prints = (role: StaffRole) => mayPrint(role, true)

const usePrinting = () =>
  useMutation({
    mutationFn: ({ ids }: { ids: PrintAnnexes['ids']; name: string }) => requestFile('/annexes', { ids }),
    onSuccess: (pdf, { ids, name }) => savePdf(pdf, name, `${ids.length}张申请表已下载，打开就可以打印`),
  })

export function PrintCase({ application }: { application: ApplicationView }) {
  const { role } = useStaff()
  const printing = usePrinting()
  if (!prints(role)) return null
  const now = mayPrint(role, application.permissions.pass?.allowed ?? false)
  const press = () => printing.mutate({ ids: [application.id], name: `申请表 ${application.receiptNumber}` })
  return (
    <div className="print-case">
      <Button
        loading={printing.isPending}
        aria-disabled={!now}
        {...(!now && { className: 'refused', 'aria-describedby': 'print-why' })}
        onClick={() => now && press()}
      >
        <Icon name="doc" />
        打印申请表
      </Button>
      <span id="print-why" className="mut sm">
        {now ? '号码全部印出，打印会记录。' : '此件不在你办的环节，号码是遮盖的，轮到你办时再打。'}
      </span>
      {printing.isError && (
        <span className="err sm" role="alert">
          <Icon name="bang" /> {saysOf(printing.error)}
        </span>
      )}
    </div>
  )
}

export function PrintPicked({ chosen }: { chosen: readonly QueueItem[] }) {
  const { role } = useStaff()
  const printing = usePrinting()
  if (!prints(role)) return null
  const tooMany = chosen.length > togetherAtMost
  return (
    <>
      {(tooMany || printing.isError) && (
        <span className="err sm" role="alert" id="print-picked-why">
          <Icon name="bang" /> {tooMany ? `一次最多打印${togetherAtMost}张，少选一些。` : saysOf(printing.error)}
        </span>
      )}
      <Button
        loading={printing.isPending}
        aria-disabled={tooMany}
        {...(tooMany && { 'aria-describedby': 'print-picked-why' })}
        onClick={() =>
          tooMany || printing.mutate({ ids: chosen.map(({ id }) => id), name: `申请表 ${chosen.length}张` })
        }
      >
        <Icon name="doc" />
        打印所选{chosen.length}张
      </Button>
    </>
  )
}
