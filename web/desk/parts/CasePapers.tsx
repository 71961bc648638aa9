/** The money of one case from the approval list to the last posting, each with who and when. */
import type { ReactNode } from 'react'
import type { CasePapers as Papers } from '../../../contract/oversight.ts'
import type { TransferView } from '../../../contract/payments.ts'
import { day, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { causeTitles } from './causeTitles.ts'
import { Head } from './Head.tsx'

const answers = { open: '', confirmed: '确认', refused: '退回', withdrawn: '撤回' } as const

export function CasePapers({ papers }: { papers: Papers }) {
  const today = useToday()
  const at = (instant: number) => moment(instant, today)
  const { list, funding, notice, confirmation, allocation, receipt, payout, accountChanges } = papers
  if (!list)
    return (
      <section aria-label="资金">
        <h2>资金</h2>
        <p className="mut">没有列入报批清单，没有动过资金。</p>
      </section>
    )
  return (
    <section aria-label="资金">
      <h2>资金</h2>
      <dl className="facts">
        <Paper title="报批清单">
          {list.number}，{list.lineCount}行，{yuan(list.totalFen)}；{list.madeBy}编，{at(list.madeAt)}
        </Paper>
        <Paper title="终审">
          {list.documentNumber && `${list.documentNumber}，${list.approvedBy}批准，${at(list.approvedAt!)}`}
        </Paper>
        <Paper title="资金到位">{funding && moved(funding, at)}</Paper>
        <Paper title="划拨通知">
          {notice &&
            `${notice.number}，${notice.lineCount}人，${yuan(notice.totalFen)}，收款账户尾号${notice.accountTail}；${notice.issuedBy}发，${at(notice.issuedAt)}`}
        </Paper>
        <Paper title="发放确认单">
          {confirmation && `第${confirmation.place}位；${confirmation.by}提交，${at(confirmation.at)}`}
        </Paper>
        <Paper title="划拨">{allocation && moved(allocation, at)}</Paper>
        <Paper title="收到资金">
          {receipt &&
            `${day(receipt.receivedOn, today)}，${receipt.receiptNumber}；${receipt.by}登记，${at(receipt.at)}`}
        </Paper>
        {accountChanges.map((change) => (
          <Paper key={change.proposedAt} title="改收款账户">
            尾号{change.replacesTail} → {change.tail}；{change.proposedBy}提出，{at(change.proposedAt)}；
            {change.answeredAt === undefined
              ? '还没有核对'
              : `${change.answeredBy}${answers[change.state]}，${at(change.answeredAt)}`}
          </Paper>
        ))}
        <Paper title="发放">
          {payout &&
            `${day(payout.paidOn, today)}${payout.bankSerial ? `，${payout.bankSerial}` : ''}，收款卡尾号${payout.payeeTail}；${payout.by}登记，${at(payout.at)}`}
        </Paper>
      </dl>
      <h2>记账</h2>
      <div className="table-box">
        <table className="t">
          <Head columns={['序号', '时间', '事由', '从', '到', { right: '金额（元）' }]} />
          <tbody>
            {papers.postings.map((posting) => (
              <tr key={posting.seq}>
                <td>{posting.seq}</td>
                <td>{at(posting.at)}</td>
                <td>{causeTitles[posting.cause] ?? posting.cause}</td>
                <td>{posting.debit}</td>
                <td>{posting.credit}</td>
                <td className="r">{yuanColumn(posting.amountFen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Paper({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children || <span className="mut">还没有</span>}</dd>
    </>
  )
}

function moved(transfer: TransferView, at: (instant: number) => string): string {
  const { voucherNumber, amountFen, madeBy, madeAt, releasedBy, releasedAt } = transfer
  const released = releasedAt === undefined ? '还没有放行' : `${releasedBy}放行，${at(releasedAt)}`
  return `${voucherNumber}，${yuan(amountFen)}；${madeBy}制单，${at(madeAt)}；${released}`
}
