/** 记账凭证: what came to an organisation and left it in a month, day by day, with subjects, debit and credit. */
import { Button, Input, Select } from 'antd'
import type { Voucher, Vouchers as VouchersView } from '../../../contract/books.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, dayWithWeekday, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { useUrlState } from '../parts/url.ts'
import { useServer, useStaff, useToday } from '../query.ts'
import './oversight.css'
import './pages.css'
import './vouchers.css'

const monthForm = /^\d{4}-(0[1-9]|1[0-2])$/
const inWords = (month: string) => `${month.slice(0, 4)}年${Number(month.slice(5))}月`
const sumOf = (vouchers: readonly Voucher[], side: 'debitFen' | 'creditFen') =>
  vouchers.reduce((sum, { lines }) => sum + lines.reduce((each, line) => each + line[side], 0), 0)

export default function Vouchers() {
  const [values] = useUrlState()
  const thisMonth = useToday().slice(0, 7)
  const month = monthForm.test(values.month ?? '') ? values.month! : thisMonth
  const asked = new URLSearchParams({ month, ...(values.union && { organisationId: values.union }) }).toString()
  const path = `/books/vouchers?${asked}`
  const answer = useServer<VouchersView>(path)
  const { role } = useStaff()
  // Asked for by itself, so that the choice stays while another organisation's vouchers are read.
  const all = useServer<VouchersView>(
    `/books/vouchers?month=${thisMonth}`,
    role !== 'cityFinance' && role !== 'auditor',
  )
  return (
    <Page
      title="记账凭证"
      rule="每张凭证由当天的分录加出来，借方合计 = 贷方合计。日子过去以后不再变"
      actions={
        <>
          <Button className="not-on-paper" onClick={() => window.print()}>
            打印
          </Button>
          <Button className="not-on-paper" href={`/api/v1/books/vouchers.csv?${asked}`}>
            下载表格
          </Button>
        </>
      }
    >
      <Choices organisations={all.data?.organisations ?? []} month={month} own={all.data?.organisationId} />
      <Loaded query={answer} path={path}>
        {(view) => <OfMonth view={view} />}
      </Loaded>
    </Page>
  )
}

function Choices({
  organisations,
  month,
  own,
}: {
  organisations: VouchersView['organisations']
  month: string
  own: string | undefined
}) {
  const [values, change] = useUrlState()
  const thisMonth = useToday().slice(0, 7)
  return (
    <div className="filters not-on-paper" role="group" aria-label="范围">
      {organisations.length > 0 && (
        <Select
          aria-label="单位"
          value={values.union ?? own}
          onChange={(union) => change({ union })}
          popupMatchSelectWidth={false}
          style={{ width: 220 }}
          options={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <label className="row">
        月份
        <Input
          type="month"
          style={{ width: 150 }}
          max={thisMonth}
          value={month}
          onChange={({ target }) =>
            change({ month: target.value === '' || target.value === thisMonth ? undefined : target.value })
          }
        />
      </label>
    </div>
  )
}

function OfMonth({ view }: { view: VouchersView }) {
  const { vouchers } = view
  const [debit, credit] = [sumOf(vouchers, 'debitFen'), sumOf(vouchers, 'creditFen')]
  const days = [...Map.groupBy(vouchers, ({ day }) => day)]
  const hasCode = vouchers.some(({ lines }) => lines.some(({ code }) => code !== undefined))
  return (
    <>
      <Figures
        figures={[
          { label: '凭证', value: counted(vouchers.length), after: `张，${counted(days.length)}天` },
          { label: '借方合计', value: yuanColumn(debit), after: '元' },
          { label: '贷方合计', value: yuanColumn(credit), after: '元' },
        ]}
      />
      <section className="panel" aria-label={`${view.organisation}${inWords(view.month)}的凭证`}>
        <div className="cap">
          <h2>
            {view.organisation} <small className="mut">{inWords(view.month)}</small>
          </h2>
        </div>
        {vouchers.length === 0 ? (
          <Empty title="这个月没有凭证" next="资金到账、划拨、发放或退回后，当天就有。可以换一个月看" />
        ) : (
          <div className="table-box">
            <table className="t tight vouchers">
              <Head
                columns={[
                  '凭证号',
                  '摘要',
                  '科目',
                  { right: '借方（元）' },
                  { right: '贷方（元）' },
                  { right: '笔数' },
                  { right: '附件（张）' },
                ]}
              />
              {days.map(([day, ofDay]) => (
                <Day key={day} day={day} vouchers={ofDay} />
              ))}
              <tfoot>
                <tr className="sum">
                  <td colSpan={3}>合计</td>
                  <td className="r">{yuanColumn(debit)}</td>
                  <td className="r">{yuanColumn(credit)}</td>
                  <td colSpan={2} />
                </tr>
              </tfoot>
            </table>
          </div>
        )}
      </section>
      {vouchers.length > 0 && (
        <p className="footnotes">
          <Status kind={debit === credit ? 'met' : 'overdue'} plain>
            {debit === credit ? '借贷平衡' : '借贷不平，先不入账，告诉审计管理员'}
          </Status>
          {!hasCode && <span>科目编号由财务按本单位的账套填，填好后显示在科目前面</span>}
        </p>
      )}
    </>
  )
}

function Day({ day, vouchers }: { day: string; vouchers: readonly Voucher[] }) {
  return (
    <tbody>
      <tr className="group">
        <th colSpan={3} scope="rowgroup">
          {dayWithWeekday(day)}，{counted(vouchers.length)}张
        </th>
        <td className="r">{yuanColumn(sumOf(vouchers, 'debitFen'))}</td>
        <td className="r">{yuanColumn(sumOf(vouchers, 'creditFen'))}</td>
        <td colSpan={2} />
      </tr>
      {vouchers.map(({ number, summary, lines, count, attachments }) =>
        lines.map(({ subject, code, debitFen, creditFen }, place) => (
          <tr key={`${number} ${place}`} className={place > 0 ? 'credit' : undefined}>
            {place === 0 && (
              <>
                <td rowSpan={lines.length}>{number}</td>
                <td rowSpan={lines.length}>{summary}</td>
              </>
            )}
            <td className={debitFen === 0 ? 'credited' : undefined}>
              {debitFen === 0 ? '贷：' : '借：'}
              {code && <span className="code">{code} </span>}
              {subject}
            </td>
            <td className="r">{debitFen > 0 && yuanColumn(debitFen)}</td>
            <td className="r">{creditFen > 0 && yuanColumn(creditFen)}</td>
            {place === 0 && (
              <>
                <td rowSpan={lines.length} className="r">
                  {counted(count)}
                </td>
                <td rowSpan={lines.length} className="r">
                  {counted(attachments)}
                </td>
              </>
            )}
          </tr>
        )),
      )}
    </tbody>
  )
}
