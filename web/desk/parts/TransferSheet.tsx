/** The next several of the order on one sheet: made together by one person, released together by another. */
import { Input } from 'antd'
import { useState } from 'react'
import type { MakeTransfers, NoticeView, ReleaseTransfers } from '../../../contract/payments.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { counted, yuan, yuanColumn } from '../../ui/words.ts'
import { useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Head } from './Head.tsx'
import { Press } from './Press.tsx'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

const most = 50
const sum = (notices: readonly NoticeView[]) => notices.reduce((total, notice) => total + notice.totalFen, 0)

/** From the first on, as long as it holds: nobody is passed over. */
function whileTrue<T>(all: readonly T[], holds: (each: T) => boolean): readonly T[] {
  const end = all.findIndex((each) => !holds(each))
  return (end < 0 ? all : all.slice(0, end)).slice(0, most)
}

/** `waiting`: confirmed or made, not yet released, in the order. */
export function TransferSheet({ waiting }: { waiting: readonly NoticeView[] }) {
  const staff = useStaff()
  const [open, setOpen] = useState<'make' | 'release'>()
  const toMake = whileTrue(
    waiting.filter(({ stage }) => stage === 'confirmed'),
    ({ funded }) => funded,
  )
  const toRelease = whileTrue(
    waiting,
    ({ stage, transfer }) => stage === 'made' && transfer?.madeBy !== staff.name && !transfer?.accountChanged,
  )
  const close = () => setOpen(undefined)
  return (
    <>
      {toMake.length > 1 && <Press onPress={() => setOpen('make')}>接下来{counted(toMake.length)}家一起制单…</Press>}
      {toRelease.length > 1 && (
        <Press onPress={() => setOpen('release')}>前{counted(toRelease.length)}家一起放行…</Press>
      )}
      {open === 'make' && <Make notices={toMake} onClose={close} />}
      {open === 'release' && <Release notices={toRelease} onClose={close} />}
    </>
  )
}

function Sheet({ notices }: { notices: readonly NoticeView[] }) {
  return (
    <>
      <div className="table-box sheet-lines">
        <table className="t tight">
          <Head columns={['位次', '区局（产业）工会', '收款账户', { right: '金额（元）' }]} />
          <tbody>
            {notices.map((notice) => (
              <tr key={notice.id}>
                <td>{notice.place}</td>
                <td>{notice.district}</td>
                <td>尾号 {notice.transfer?.accountTail ?? notice.accountTailNow ?? notice.accountTail}</td>
                <td className="r">{yuanColumn(notice.totalFen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <dl className="facts">
        <dt>合计</dt>
        <dd>
          <b>{yuanColumn(sum(notices))} 元</b>，{counted(notices.length)}家
        </dd>
        <dt>大写</dt>
        <dd>{moneyInCapitals(fen(sum(notices)))}</dd>
      </dl>
    </>
  )
}

function Make({ notices, onClose }: { notices: readonly NoticeView[]; onClose: () => void }) {
  const [voucherNumber, setVoucherNumber] = useState('')
  const [missed, setMissed] = useState(false)
  const make = useWrite<MakeTransfers, unknown>((id) => `/transfer-sheets/${id}`)
  const typed = voucherNumber.trim()
  const go = () => {
    setMissed(!typed)
    if (typed)
      make.send({ noticeIds: notices.map(({ id }) => id), voucherNumber: typed }, () => {
        onClose()
        say(`${counted(notices.length)}家${yuan(sum(notices))}已制单，等另一位财务放行`)
      })
  }
  return (
    <SecondStep
      open
      title={`接下来${counted(notices.length)}家一起制单`}
      go="制单，送放行"
      back="先不制"
      width={560}
      pending={make.pending}
      problem={make.problem}
      onBack={onClose}
      onGo={go}
    >
      <Sheet notices={notices} />
      <Field
        label="凭证号"
        hint="一张凭证，每家一笔"
        wrong={fieldSays(make.problem, 'voucherNumber') ?? (missed && !typed ? '还没有填凭证号。' : undefined)}
      >
        {(aria) => (
          <Input
            {...aria}
            maxLength={40}
            value={voucherNumber}
            onChange={(event) => setVoucherNumber(event.target.value)}
          />
        )}
      </Field>
    </SecondStep>
  )
}

function Release({ notices, onClose }: { notices: readonly NoticeView[]; onClose: () => void }) {
  const release = useWrite<ReleaseTransfers, unknown>(() => '/transfer-sheets/release')
  const transferIds = notices.flatMap(({ transfer }) => (transfer ? [transfer.id] : []))
  return (
    <SecondStep
      open
      title={`前${counted(notices.length)}家一起放行`}
      go={`放行${yuan(sum(notices))}`}
      back="先不放行"
      width={560}
      pending={release.pending}
      problem={release.problem}
      onBack={onClose}
      onGo={() =>
        release.send({ transferIds }, () => {
          onClose()
          say(`${counted(notices.length)}家${yuan(sum(notices))}已放行`)
        })
      }
    >
      <Sheet notices={notices} />
      <p>按次序一笔一笔放行，记入账目，不能收回。有一笔不能放行，就一笔也不放行。</p>
    </SecondStep>
  )
}
