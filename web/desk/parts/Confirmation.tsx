/** 发放确认单: filled in from the sealed paper; taken only where it equals the notice (R12). */
import { Input } from 'antd'
import { useState } from 'react'
import type { Confirm, Confirmed, NoticeDetail } from '../../../contract/payments.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import type { Problem } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, yuan, yuanColumn } from '../../ui/words.ts'
import { say } from '../said.tsx'
import { Head } from './Head.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { PrintPaper } from './PrintPaper.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { Upload } from './Upload.tsx'
import type { Uploaded } from './Upload.tsx'
import { fenOf } from './typedYuan.ts'
import { useWrite } from './write.ts'

type Typed = { readonly lineCount: string; readonly total: string; readonly accountTail: string }

export function Confirmation({ notice }: { notice: NoticeDetail }) {
  const [typed, setTyped] = useState<Typed>({ lineCount: '', total: '', accountTail: '' })
  const [scan, setScan] = useState<Uploaded>()
  const [refused, setRefused] = useState<Confirm>()
  const confirm = useWrite<Confirm, Confirmed>(() => `/allocation-notices/${notice.id}/confirmation`)
  const set = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const lineCount = /^\d{1,6}$/.test(typed.lineCount.trim()) ? Number(typed.lineCount.trim()) : undefined
  const totalFen = fenOf(typed.total)
  const tail = typed.accountTail.trim()
  const why =
    lineCount === undefined
      ? '先填张数'
      : totalFen === undefined
        ? '先填合计，单位是元'
        : !/^\d{4}$/.test(tail)
          ? '先填收款账户的最后四位'
          : !scan
            ? '先上传盖章扫描件'
            : undefined
  const press = () => {
    if (why || lineCount === undefined || totalFen === undefined || !scan) return
    const body = { lineCount, totalFen, accountTail: tail, scanFileId: scan.id }
    setRefused(body)
    confirm.send(body, ({ place }) => say(`确认单已收下，排第${place}位`))
  }
  const differs = confirm.problem?.code === 'money.confirmation-differs' ? refused : undefined
  return (
    <section className="panel sign">
      <h2>交发放确认单</h2>
      <ol className="by-hand">
        <li>
          核对明细后 <PrintPaper notice={notice} paper="confirmation" />
        </li>
        <li>经办、复核、负责人签名，盖章</li>
        <li>扫描，照纸上填下面三项</li>
        <li>交确认单。与通知一致、扫描件齐了才收下，收下的时间决定位次</li>
      </ol>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault()
          press()
        }}
      >
        <Figures typed={typed} totalFen={totalFen} problem={confirm.problem} onChange={set} />
        <Field label="盖章扫描件" wrong={fieldSays(confirm.problem, 'scanFileId')}>
          {(aria) => <Upload aria={aria} purpose="confirmationScan" value={scan} onChange={setScan} />}
        </Field>
        {differs && <Differences notice={notice} given={differs} />}
        <Refusal problem={confirm.problem} />
        <Press primary large block why={why} pending={confirm.pending} onPress={press}>
          交确认单
        </Press>
      </form>
    </section>
  )
}

/** The three figures of the paper. */
function Figures({
  typed,
  totalFen,
  problem,
  onChange,
}: {
  typed: Typed
  totalFen: number | undefined
  problem: Problem | undefined
  onChange: (part: Partial<Typed>) => void
}) {
  return (
    <>
      <div className="pair">
        <Field label="张数" wrong={fieldSays(problem, 'lineCount')}>
          {(aria) => (
            <Input
              {...aria}
              inputMode="numeric"
              autoFocus
              maxLength={6}
              value={typed.lineCount}
              onChange={(event) => onChange({ lineCount: event.target.value })}
            />
          )}
        </Field>
        <Field label="收款账户最后四位" wrong={fieldSays(problem, 'accountTail')}>
          {(aria) => (
            <Input
              {...aria}
              inputMode="numeric"
              maxLength={4}
              value={typed.accountTail}
              onChange={(event) => onChange({ accountTail: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field
        label="合计（元）"
        hint={totalFen ? moneyInCapitals(fen(totalFen)) : undefined}
        wrong={fieldSays(problem, 'totalFen')}
      >
        {(aria) => (
          <Input
            {...aria}
            inputMode="decimal"
            maxLength={16}
            value={typed.total}
            onChange={(event) => onChange({ total: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

/** Line by line what the confirmation said and what the notice says. */
function Differences({ notice, given }: { notice: NoticeDetail; given: Confirm }) {
  const more = (difference: number, words: string) =>
    difference === 0 ? undefined : `${difference > 0 ? '多' : '少'}${words}`
  const rows = [
    {
      name: '张数',
      notice: counted(notice.lineCount),
      given: counted(given.lineCount),
      differs: more(given.lineCount - notice.lineCount, counted(Math.abs(given.lineCount - notice.lineCount))),
    },
    {
      name: '金额（元）',
      notice: yuanColumn(notice.totalFen),
      given: yuanColumn(given.totalFen),
      differs: more(given.totalFen - notice.totalFen, yuan(Math.abs(given.totalFen - notice.totalFen))),
    },
    {
      name: '收款账户',
      notice: `尾号 ${notice.accountTail}`,
      given: `尾号 ${given.accountTail}`,
      differs: given.accountTail === notice.accountTail ? undefined : '不是同一个',
    },
  ]
  return (
    <table className="t tight compare">
      <Head columns={['', { right: '通知' }, { right: '确认单' }, '']} />
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} className={row.differs ? 'differs' : undefined}>
            <td>{row.name}</td>
            <td className="r">{row.notice}</td>
            <td className={row.differs ? 'r b' : 'r'}>{row.given}</td>
            <td>
              <Status kind={row.differs ? 'unmet' : 'met'} plain>
                {row.differs ?? '一致'}
              </Status>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
