/** 结余退回: what lies here and is nobody's any more goes back to where it came from; what comes from below is received. */
import { Input } from 'antd'
import { useState } from 'react'
import type {
  MakeSurplusTransfer,
  ReceiveSurplusTransfer,
  ReleaseSurplusTransfer,
  Surplus as Answer,
  SurplusTransferView,
} from '../../../contract/corrections.ts'
import { cancelCauseTitles } from '../../../domain/correction.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, counted, dateOf, day, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { PickableRow } from '../parts/PickableRow.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

const sum = (all: readonly { amountFen: number }[]) => all.reduce((total, each) => total + each.amountFen, 0)
const totalOf = (all: readonly SurplusTransferView[]) => all.reduce((total, each) => total + each.totalFen, 0)

export default function Surplus() {
  const surplus = useServer<Answer>('/surplus')
  return (
    <Page title="结余退回" rule="取消的资助，钱从哪里来退回哪里去，一级一级退到市总工会。制单和放行要两个人">
      <Loaded query={surplus} path="/surplus">
        {(view) => <Overview view={view} />}
      </Loaded>
    </Page>
  )
}

function Overview({ view: { held, transfers } }: { view: Answer }) {
  const { role } = useStaff()
  const [picked, pick] = useUrl('at', '')
  const out = transfers.filter(({ side, stage }) => side === 'gives' && (stage === 'made' || stage === 'released'))
  const coming = transfers.filter(({ side, stage }) => side === 'receives' && stage === 'released')
  const current = transfers.find(({ id }) => id === picked) ?? [...coming, ...out, ...transfers][0]
  return (
    <>
      <Figures
        figures={[
          ...(role === 'cityFinance'
            ? []
            : [
                { label: '要退的结余', value: counted(held.length), after: `笔，${yuan(sum(held))}` },
                { label: '在办的退回单', value: counted(out.length), after: `份，${yuan(totalOf(out))}` },
              ]),
          { label: '下级退来，等登记', value: counted(coming.length), after: `份，${yuan(totalOf(coming))}` },
        ]}
      />
      <div className={current ? 'master' : 'stack'}>
        <div className="stack">
          {role !== 'cityFinance' && <Held held={held} />}
          <Transfers transfers={transfers} current={current?.id} pick={pick} />
        </div>
        {current && <One key={current.id} transfer={current} />}
      </div>
    </>
  )
}

function Held({ held }: { held: Answer['held'] }) {
  const today = useToday()
  const { shown, pager } = usePage(held)
  const make = useWrite<MakeSurplusTransfer, unknown>((id) => `/surplus-transfers/${id}`)
  const to = held[0]?.to
  const all = held.filter((each) => each.to === to)
  return (
    <section className="panel" aria-label="要退的结余">
      <div className="cap">
        <h2>要退的结余</h2>
        <span className="sp" />
        {held.length > 0 && (
          <Press
            primary
            pending={make.pending}
            onPress={() => make.send({}, () => say(`退给${to}${yuan(sum(all))}已制单，等另一位财务放行`))}
          >
            退给{to}
            {yuan(sum(all))}，制单
          </Press>
        )}
      </div>
      <Refusal problem={make.problem} />
      {held.length === 0 ? (
        <Empty title="没有要退的结余" next="资助取消或追回到账后，钱列在这里" />
      ) : (
        <div className="table-box">
          <table className="t">
            <Head columns={['受理号', '等级', '取消的原因', '取消', '退给', { right: '金额（元）' }]} />
            <tbody>
              {shown.map((each) => (
                <tr key={each.awardId}>
                  <td>{each.receiptNumber}</td>
                  <td>{levelTitles[each.level]}</td>
                  <td>{each.cause ? cancelCauseTitles[each.cause] : '—'}</td>
                  <td className="mut">{day(dateOf(each.since), today)}</td>
                  <td>{each.to}</td>
                  <td className="r">{yuanColumn(each.amountFen)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
    </section>
  )
}

const stages = {
  made: ['waiting', '等放行'],
  released: ['active', '等对方收到'],
  received: ['met', '已收到'],
  dropped: ['paused', '已撤销'],
} as const

function Stage({ transfer: { stage, side } }: { transfer: SurplusTransferView }) {
  const [kind, says] = stages[stage]
  return (
    <Status kind={kind} plain>
      {stage === 'released' && side === 'receives' ? '等你登记' : says}
    </Status>
  )
}

function Transfers({
  transfers,
  current,
  pick,
}: {
  transfers: readonly SurplusTransferView[]
  current: string | undefined
  pick: (id: string) => void
}) {
  const { shown, pager } = usePage(transfers)
  return (
    <section className="panel" aria-label="退回单">
      <div className="cap">
        <h2>退回单</h2>
      </div>
      {transfers.length === 0 ? (
        <Empty title="还没有退回单" next="自己制的和下级退来的列在这里" />
      ) : (
        <div className="table-box">
          <table className="t clickable">
            <Head columns={['退回单', '从', '退给', { right: '笔' }, { right: '金额（元）' }, '到哪一步']} />
            <tbody>
              {shown.map((each) => (
                <PickableRow key={each.id} name={each.number} picked={each.id === current} pick={() => pick(each.id)}>
                  <td>{each.from}</td>
                  <td>{each.to}</td>
                  <td className="r">{counted(each.lineCount)}</td>
                  <td className="r">{yuanColumn(each.totalFen)}</td>
                  <td>
                    <Stage transfer={each} />
                  </td>
                </PickableRow>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
    </section>
  )
}

function One({ transfer }: { transfer: SurplusTransferView }) {
  const today = useToday()
  return (
    <section className="panel sign" aria-label={`退回单${transfer.number}`}>
      <div className="row">
        <h2>{transfer.number}</h2>
        <span className="sp" />
        <Stage transfer={transfer} />
      </div>
      <dl className="facts">
        <dt>从</dt>
        <dd>{transfer.from}</dd>
        <Goes transfer={transfer} />
        <dt>明细</dt>
        <dd>
          {transfer.lines.slice(0, 5).map(({ awardId, receiptNumber, level, amountFen }) => (
            <div key={awardId}>
              {receiptNumber}　{levelTitles[level]}　{yuan(amountFen)}
            </div>
          ))}
          {transfer.lines.length > 5 && <div className="mut sm">共{counted(transfer.lineCount)}笔</div>}
        </dd>
        <dt>制单</dt>
        <dd>
          {transfer.madeBy}，{moment(transfer.madeAt, today)}
        </dd>
        {transfer.releasedAt !== undefined && (
          <>
            <dt>放行</dt>
            <dd>
              {transfer.releasedBy}，{moment(transfer.releasedAt, today)}，凭证{transfer.voucherNumber}
            </dd>
          </>
        )}
        {transfer.receivedOn !== undefined && (
          <>
            <dt>收到</dt>
            <dd>
              {day(transfer.receivedOn, today)}，收据{transfer.receiptNumber}，{transfer.receivedBy}登记
            </dd>
          </>
        )}
      </dl>
      {transfer.stage === 'made' && transfer.side === 'gives' && <Release transfer={transfer} />}
      {transfer.stage === 'released' && transfer.side === 'receives' && <Receive transfer={transfer} />}
      {transfer.stage === 'released' && transfer.side === 'gives' && (
        <p className="mut sm">钱已付出，等{transfer.to}登记收到，你不用做什么。</p>
      )}
    </section>
  )
}

/** To whom, into which account while it is on its way there, and how much. */
function Goes({ transfer }: { transfer: SurplusTransferView }) {
  const { to, toAccount, accountChanged, side, stage, totalFen, lineCount } = transfer
  return (
    <>
      <dt>退给</dt>
      <dd>{to}</dd>
      {side === 'gives' && (stage === 'made' || stage === 'released') && (
        <>
          <dt>汇到</dt>
          <dd className="num">
            {toAccount && <Grouped groups={accountGroups(toAccount)} />}
            {accountChanged && '，制单以后改过'}
          </dd>
        </>
      )}
      <dt>合计</dt>
      <dd>
        <b className="num">{yuanColumn(totalFen)}</b> 元，{counted(lineCount)}笔
      </dd>
      <dt>大写</dt>
      <dd>{moneyInCapitals(fen(totalFen))}</dd>
    </>
  )
}

/** Released after a second look: what has left is only received, or comes back as money of its own. */
function Release({ transfer }: { transfer: SurplusTransferView }) {
  const [asking, setAsking] = useState(false)
  const [voucherNumber, setVoucherNumber] = useState('')
  const release = useWrite<ReleaseSurplusTransfer, unknown>(() => `/surplus-transfers/${transfer.id}/release`)
  const drop = useWrite<Record<never, never>, unknown>(() => `/surplus-transfers/${transfer.id}/drop`)
  const typed = voucherNumber.trim()
  const why = transfer.accountChanged
    ? '制单以后，对方的收款账户改过。撤销后重新制单'
    : transfer.own
      ? '这份是你制的单。制单和放行要两个人，请另一位财务放行'
      : typed
        ? undefined
        : '先填付款的凭证号'
  const press = () => {
    if (!why) setAsking(true)
  }
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      {!transfer.own && (
        <Field label="凭证号" wrong={fieldSays(release.problem, 'voucherNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={60}
              value={voucherNumber}
              onChange={(event) => setVoucherNumber(event.target.value)}
            />
          )}
        </Field>
      )}
      <Refusal problem={asking ? undefined : drop.problem} />
      <Press primary block why={why} onPress={press}>
        放行 {yuan(transfer.totalFen)}…
      </Press>
      <Press block pending={drop.pending} onPress={() => drop.send({}, () => say(`${transfer.number}已撤销`))}>
        撤销这份退回单
      </Press>
      <SecondStep
        open={asking}
        title={`放行${transfer.number}`}
        go={`放行${yuan(transfer.totalFen)}`}
        back="先不放行"
        pending={release.pending}
        problem={release.problem}
        onBack={() => {
          release.clear()
          setAsking(false)
        }}
        onGo={() =>
          release.send({ voucherNumber: typed }, () => say(`退给${transfer.to}${yuan(transfer.totalFen)}已放行`))
        }
      >
        <dl className="facts">
          <Goes transfer={transfer} />
          <dt>凭证号</dt>
          <dd className="long-name">{typed}</dd>
        </dl>
        <p className="mut sm">放行后不能撤销，等对方登记收到。</p>
      </SecondStep>
    </form>
  )
}

function Receive({ transfer }: { transfer: SurplusTransferView }) {
  const today = useToday()
  const [receivedOn, setReceivedOn] = useState(today)
  const [receiptNumber, setReceiptNumber] = useState('')
  const receive = useWrite<ReceiveSurplusTransfer, unknown>(() => `/surplus-transfers/${transfer.id}/receipt`)
  const typed = receiptNumber.trim()
  const why = typed ? undefined : '先填收据号'
  const press = () => {
    if (!why) receive.send({ receivedOn, receiptNumber: typed }, () => say(`已登记收到${yuan(transfer.totalFen)}`))
  }
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <Field label="收到日期" wrong={fieldSays(receive.problem, 'receivedOn')}>
        {(aria) => (
          <Input
            {...aria}
            type="date"
            min={dateOf(transfer.releasedAt!)}
            max={today}
            value={receivedOn}
            onChange={(event) => setReceivedOn(event.target.value)}
          />
        )}
      </Field>
      <Field label="收据号" wrong={fieldSays(receive.problem, 'receiptNumber')}>
        {(aria) => (
          <Input
            {...aria}
            maxLength={60}
            value={receiptNumber}
            onChange={(event) => setReceiptNumber(event.target.value)}
          />
        )}
      </Field>
      <Refusal problem={receive.problem} />
      <Press primary block why={why} pending={receive.pending} onPress={press}>
        登记收到{yuan(transfer.totalFen)}
      </Press>
    </form>
  )
}
