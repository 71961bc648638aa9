/** 转拨: what a union has received goes on to the unions below, by union; one makes it, another releases it. */
import { Input } from 'antd'
import { useState } from 'react'
import { errorSays } from '../../../contract/errors.ts'
import type { MakeOnward, Onward as View, OnwardGroup, OnwardTransfer } from '../../../contract/transfers.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, counted, dateOf, day, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Head } from './Head.tsx'
import { Loaded } from './Loaded.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

/** Of one notice, or of all that the viewer's union holds. Nothing where nothing was or can be passed on. */
export function Onward({ noticeId }: { noticeId?: string }) {
  const path = noticeId ? `/onward-transfers?noticeId=${noticeId}` : '/onward-transfers'
  const onward = useServer<View>(path)
  return (
    <Loaded query={onward} path={path}>
      {({ groups, transfers }) => {
        const outgoing = transfers.filter((transfer) => !transfer.incoming)
        return groups.length + outgoing.length > 0 && <Outgoing groups={groups} transfers={outgoing} />
      }}
    </Loaded>
  )
}

function Outgoing({ groups, transfers }: { groups: readonly OnwardGroup[]; transfers: readonly OnwardTransfer[] }) {
  const [making, setMaking] = useState<OnwardGroup>()
  return (
    <section className="panel" aria-label="转拨到下级工会">
      <div className="cap">
        <h2>转拨到下级工会</h2>
        <span className="sp" />
        <span className="mut sm">不转拨的由本单位直接发放</span>
      </div>
      <div className="table-box">
        <table className="t finance">
          <Head columns={['下级工会', '收款账户、凭证', { right: '张' }, { right: '金额（元）' }, '到哪一步', '']} />
          <tbody>
            {groups.map((group) => (
              <tr key={group.unionId}>
                <td>{group.union}</td>
                <td>{group.accountTail ? `尾号 ${group.accountTail}` : '没有登记'}</td>
                <td className="r">{counted(group.count)}</td>
                <td className="r b">{yuanColumn(group.totalFen)}</td>
                <td className="mut">还在本单位</td>
                <td className="r">
                  <Press
                    why={group.accountTail ? undefined : errorSays('money.no-account', { union: group.union })}
                    onPress={() => setMaking(group)}
                  >
                    转拨…
                  </Press>
                </td>
              </tr>
            ))}
            {transfers.map((transfer) => (
              <Row key={transfer.id} transfer={transfer} />
            ))}
          </tbody>
        </table>
      </div>
      {making && <Make key={making.unionId} group={making} onClose={() => setMaking(undefined)} />}
    </section>
  )
}

export function OnwardStatus({ transfer }: { transfer: OnwardTransfer }) {
  const today = useToday()
  const { droppedAt, releasedAt, receivedOn, paidCount, lineCount } = transfer
  if (droppedAt !== undefined)
    return (
      <Status kind="paused" plain>
        已撤销
      </Status>
    )
  if (releasedAt === undefined)
    return (
      <Status kind="active" plain>
        {transfer.madeBy}制单，等放行
      </Status>
    )
  if (!receivedOn)
    return (
      <Status kind="active" plain>
        {moment(releasedAt, today)}放行，等收据
      </Status>
    )
  return paidCount >= lineCount ? (
    <Status kind="met" plain>
      已全部发放
    </Status>
  ) : (
    <Status kind="active" plain>
      {day(receivedOn, today)}收到，发放{counted(paidCount)}/{counted(lineCount)}
      {transfer.payDueOn && `，${day(transfer.payDueOn, today)}前`}
    </Status>
  )
}

/** The receipt's number, with its scan. */
export const ReceiptLink = ({ transfer }: { transfer: OnwardTransfer }) =>
  transfer.receiptScanFileId ? (
    <a href={filePageUrl(transfer.receiptScanFileId, 1)} target="_blank" rel="noreferrer">
      收据{transfer.receiptNumber}
    </a>
  ) : null

function Row({ transfer }: { transfer: OnwardTransfer }) {
  const staff = useStaff()
  const [asking, setAsking] = useState(false)
  const path = `/onward-transfers/${transfer.id}`
  const release = useWrite<Record<never, never>, { id: string }>(() => `${path}/release`)
  const drop = useWrite<Record<never, never>, { id: string }>(() => `${path}/drop`)
  const open = transfer.releasedAt === undefined && transfer.droppedAt === undefined
  const why = transfer.accountChanged
    ? '制单以后，对方的收款账户改过。撤销后按新账户重新转拨'
    : transfer.madeBy === staff.name
      ? errorSays('money.same-person')
      : undefined
  return (
    <tr className={transfer.droppedAt === undefined ? undefined : 'past'}>
      <td>{transfer.to}</td>
      <td>
        {transfer.accountTail && `尾号 ${transfer.accountTail}，`}凭证{transfer.voucherNumber}
      </td>
      <td className="r">{counted(transfer.lineCount)}</td>
      <td className="r">{yuanColumn(transfer.totalFen)}</td>
      <td>
        <OnwardStatus transfer={transfer} />
        <Refusal problem={drop.problem} />
      </td>
      <td className="r">
        {open && (
          <span className="row">
            <Press pending={drop.pending} onPress={() => drop.send({}, () => say('转拨单已撤销，钱还在本单位'))}>
              撤销
            </Press>
            <Press primary why={why} onPress={() => setAsking(true)}>
              放行…
            </Press>
          </span>
        )}
        <ReceiptLink transfer={transfer} />
        <SecondStep
          open={asking}
          title={`放行转拨给${transfer.to}`}
          go={`放行${yuan(transfer.totalFen)}`}
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
              say(`${transfer.to} ${yuan(transfer.totalFen)}已放行，等对方登记收据`)
            })
          }
        >
          <Sum count={transfer.lineCount} totalFen={transfer.totalFen} />
          <p>
            制单{transfer.madeBy}，{dateOf(transfer.madeAt)}。放行后记入账目，由{transfer.to}发放。
          </p>
        </SecondStep>
      </td>
    </tr>
  )
}

const Sum = ({ count, totalFen }: { count: number; totalFen: number }) => (
  <dl className="facts">
    <dt>合计</dt>
    <dd>
      <b>{yuanColumn(totalFen)} 元</b>，{counted(count)}张
    </dd>
    <dt>大写</dt>
    <dd>{moneyInCapitals(fen(totalFen))}</dd>
  </dl>
)

function Make({ group, onClose }: { group: OnwardGroup; onClose: () => void }) {
  const [voucherNumber, setVoucherNumber] = useState('')
  const make = useWrite<MakeOnward, { id: string }>((id) => `/onward-transfers/${id}`)
  const typed = voucherNumber.trim()
  const go = () => {
    if (!typed) return
    const { unionId, awardIds } = group
    make.send({ unionId, awardIds, voucherNumber: typed }, () => {
      onClose()
      say(`转拨给${group.union}已制单，等另一位财务放行`)
    })
  }
  return (
    <SecondStep
      open
      title={`转拨给${group.union}`}
      go="制单，送放行"
      back="先不转拨"
      pending={make.pending}
      problem={make.problem}
      onBack={onClose}
      onGo={go}
    >
      <Sum count={group.awardIds.length} totalFen={group.totalFen} />
      <p>
        汇到{group.union}的收款账户
        {group.receivingAccount && (
          <b className="long">
            <Grouped groups={accountGroups(group.receivingAccount)} />
          </b>
        )}
        。放行后由它登记收据并发放，从它收到那天另算两周。
      </p>
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
    </SecondStep>
  )
}
