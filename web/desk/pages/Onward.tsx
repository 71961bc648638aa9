/** 收到转拨资金: what the union above passed on; its receipt opens the two weeks in which this union pays (四.一.5). */
import { Link } from '@tanstack/react-router'
import type { Onward as View, OnwardTransfer } from '../../../contract/transfers.ts'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Onward as PassOn, OnwardStatus, ReceiptLink } from '../parts/Onward.tsx'
import { PickableRow } from '../parts/PickableRow.tsx'
import { Receipt } from '../parts/Receipt.tsx'
import { useUrl } from '../parts/url.ts'
import { usePolicy, useServer, useToday } from '../query.ts'
import './pages.css'

const path = '/onward-transfers'
const sum = (transfers: readonly OnwardTransfer[]) => transfers.reduce((total, each) => total + each.totalFen, 0)

export default function Onward() {
  const onward = useServer<View>(path)
  const payment = usePolicy().data?.channels.find((channel) => channel.id === 'unit')?.payment
  return (
    <Page
      title="收到转拨资金"
      rule={payment && <span className="quote">{payment.quote}</span>}
      {...(payment && { clause: payment.clause })}
    >
      <Loaded query={onward} path={path}>
        {({ transfers }) => <Incoming transfers={transfers.filter((transfer) => transfer.incoming)} />}
      </Loaded>
    </Page>
  )
}

function Incoming({ transfers }: { transfers: readonly OnwardTransfer[] }) {
  const today = useToday()
  const [picked, pick] = useUrl('transfer', '')
  const toReceive = transfers.filter((transfer) => !transfer.receivedOn)
  const toPay = transfers.filter((transfer) => transfer.receivedOn && transfer.paidCount < transfer.lineCount)
  const current = transfers.find((transfer) => transfer.id === picked) ?? toReceive[0] ?? transfers[0]
  if (!current)
    return (
      <section className="panel">
        <Empty title="还没有转拨来的资金" next="上级工会转拨并放行后，在这里登记收据，再去发放" />
      </section>
    )
  return (
    <>
      <Figures
        figures={[
          { label: '要登记收据', value: counted(toReceive.length), after: `笔，${yuan(sum(toReceive))}` },
          {
            label: '要发放',
            value: counted(toPay.reduce((n, each) => n + each.lineCount - each.paidCount, 0)),
            after: `人，${counted(toPay.length)}笔`,
          },
        ]}
      />
      <div className="master">
        <section className="panel">
          <div className="table-box">
            <table className="t finance clickable">
              <Head columns={['转出', '放行', '凭证', { right: '张' }, { right: '金额（元）' }, '到哪一步']} />
              <tbody>
                {transfers.map((transfer) => (
                  <PickableRow
                    key={transfer.id}
                    name={transfer.from}
                    picked={transfer === current}
                    pick={() => pick(transfer.id)}
                  >
                    <td>{transfer.releasedAt !== undefined && moment(transfer.releasedAt, today)}</td>
                    <td>{transfer.voucherNumber}</td>
                    <td className="r">{counted(transfer.lineCount)}</td>
                    <td className="r b">{yuanColumn(transfer.totalFen)}</td>
                    <td>
                      <OnwardStatus transfer={transfer} />
                    </td>
                  </PickableRow>
                ))}
              </tbody>
            </table>
          </div>
        </section>
        <One key={current.id} transfer={current} />
      </div>
      <PassOn />
    </>
  )
}

function One({ transfer }: { transfer: OnwardTransfer }) {
  if (!transfer.receivedOn)
    return (
      <Receipt
        path={`/onward-transfers/${transfer.id}/receipt`}
        amountFen={transfer.totalFen}
        voucherNumber={transfer.voucherNumber}
        releasedAt={transfer.releasedAt}
      />
    )
  return (
    <section className="panel sign">
      <h2>{transfer.from}转拨</h2>
      <p>
        {yuan(transfer.totalFen)}，<ReceiptLink transfer={transfer} />
      </p>
      <OnwardStatus transfer={transfer} />
      {transfer.paidCount < transfer.lineCount && <Link to="/payouts">去发放</Link>}
    </section>
  )
}
