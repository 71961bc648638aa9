/** A movement of money between unions: one person makes it with its voucher number, another one releases it. */
import { Input } from 'antd'
import { useState } from 'react'
import type { MakeTransfer, RenewTransfer, TransferView } from '../../../contract/payments.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { Icon } from '../../ui/icons.tsx'
import { moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Note } from '../Page.tsx'
import { useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

export function Transfer({
  kind,
  subjectId,
  amountFen,
  to,
  transfer,
  whyNotMake,
  whyNotRelease,
}: {
  kind: MakeTransfer['kind']
  /** The approval list (funding) or the allocation notice (allocation). */
  subjectId: string
  amountFen: number
  /** Who receives it. */
  to: string
  transfer: TransferView | undefined
  /** Why it may not be made, or released, apart from what this part knows itself. */
  whyNotMake: string | undefined
  whyNotRelease: string | undefined
}) {
  const staff = useStaff()
  const ownWhy =
    transfer && transfer.madeBy === staff.name ? '这笔是你制的单。制单和放行要两个人，请另一位财务放行' : undefined
  return (
    <div className="transfer">
      <Facts amountFen={amountFen} to={to} transfer={transfer} />
      {transfer?.accountChanged ? (
        <Renew key={transfer.id} transfer={transfer} to={to} />
      ) : !transfer ? (
        <Make key={subjectId} kind={kind} subjectId={subjectId} amountFen={amountFen} to={to} why={whyNotMake} />
      ) : transfer.releasedAt === undefined ? (
        <Release key={transfer.id} transfer={transfer} to={to} why={ownWhy ?? whyNotRelease} />
      ) : null}
    </div>
  )
}

function Facts({ amountFen, to, transfer }: { amountFen: number; to: string; transfer: TransferView | undefined }) {
  const today = useToday()
  return (
    <dl className="facts">
      <dt>收款</dt>
      <dd>{to}</dd>
      <dt>合计</dt>
      <dd>
        <b className="num">{yuanColumn(amountFen)}</b> 元
      </dd>
      <dt>大写</dt>
      <dd>{moneyInCapitals(fen(amountFen))}</dd>
      {transfer && (
        <>
          <dt>凭证号</dt>
          <dd>{transfer.voucherNumber}</dd>
          {transfer.accountTail && (
            <>
              <dt>汇到</dt>
              <dd>
                尾号 {transfer.accountTail}
                {transfer.accountChanged && '，制单以后改过'}
              </dd>
            </>
          )}
        </>
      )}
      <dt>制单</dt>
      <dd>
        {transfer ? (
          <>
            <Icon name="check" className="tone-ok" /> {transfer.madeBy}，{moment(transfer.madeAt, today)}
          </>
        ) : (
          <>
            <Icon name="ring" className="tone-idle" /> 还没有制单
          </>
        )}
      </dd>
      <dt>放行</dt>
      <dd>
        {transfer?.releasedAt !== undefined ? (
          <>
            <Icon name="check" className="tone-ok" /> {transfer.releasedBy}，{moment(transfer.releasedAt, today)}
          </>
        ) : (
          <>
            <Icon name="ring" className="tone-idle" /> 须另一人放行
          </>
        )}
      </dd>
    </dl>
  )
}

function Make({
  kind,
  subjectId,
  amountFen,
  to,
  why,
}: {
  kind: MakeTransfer['kind']
  subjectId: string
  amountFen: number
  to: string
  why: string | undefined
}) {
  const [voucherNumber, setVoucherNumber] = useState('')
  const make = useWrite<MakeTransfer, TransferView>((id) => `/transfers/${id}`)
  const typed = voucherNumber.trim()
  const press = () =>
    make.send({ kind, subjectId, voucherNumber: typed }, () => say(`${to} ${yuan(amountFen)}已制单，等另一位财务放行`))
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        if (!why && typed) press()
      }}
    >
      {!why && (
        <Field label="凭证号" wrong={fieldSays(make.problem, 'voucherNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={40}
              value={voucherNumber}
              onChange={(event) => setVoucherNumber(event.target.value)}
            />
          )}
        </Field>
      )}
      <Refusal problem={make.problem} />
      <Press primary block why={why ?? (typed ? undefined : '先填凭证号')} pending={make.pending} onPress={press}>
        制单，送放行
      </Press>
    </form>
  )
}

/** The union has another account since it was made: it is looked at, and made anew for it. */
function Renew({ transfer, to }: { transfer: TransferView; to: string }) {
  const renew = useWrite<RenewTransfer, TransferView>(() => `/transfers/${transfer.id}/renewal`)
  return (
    <section className="stack tight" aria-label="账户改过">
      <Note tone="err">
        制单以后，{to}的收款账户改过，这笔不能放行。在通知明细里看清新的账户，再按它重新制单，由另一人放行。
      </Note>
      <Refusal problem={renew.problem} />
      <Press
        primary
        block
        pending={renew.pending}
        onPress={() => renew.send({ madeAt: transfer.madeAt }, () => say(`${to}已按新账户重新制单，等另一位财务放行`))}
      >
        按新账户重新制单
      </Press>
    </section>
  )
}

function Release({ transfer, to, why }: { transfer: TransferView; to: string; why: string | undefined }) {
  const [asking, setAsking] = useState(false)
  const release = useWrite<Record<never, never>, TransferView>(() => `/transfers/${transfer.id}/release`)
  return (
    <>
      <Press primary block why={why} onPress={() => setAsking(true)}>
        放行 {yuan(transfer.amountFen)}…
      </Press>
      <SecondStep
        open={asking}
        title={`放行给${to}`}
        go={`放行${yuan(transfer.amountFen)}`}
        back="先不放行"
        pending={release.pending}
        problem={release.problem}
        onBack={() => {
          release.clear()
          setAsking(false)
        }}
        onGo={() =>
          release.send({}, () => {
            setAsking(false)
            say(`${to} ${yuan(transfer.amountFen)}已放行`)
          })
        }
      >
        <dl className="facts">
          <dt>合计</dt>
          <dd>
            <b>{yuanColumn(transfer.amountFen)} 元</b>
          </dd>
          <dt>大写</dt>
          <dd>{moneyInCapitals(fen(transfer.amountFen))}</dd>
          <dt>凭证号</dt>
          <dd>{transfer.voucherNumber}</dd>
          {transfer.accountTail && (
            <>
              <dt>汇到</dt>
              <dd>尾号 {transfer.accountTail}</dd>
            </>
          )}
          <dt>制单</dt>
          <dd>{transfer.madeBy}</dd>
        </dl>
        <p>放行后记入账目，不能收回。</p>
      </SecondStep>
    </>
  )
}
