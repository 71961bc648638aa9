/** 银行对账: the bank's word against ours, differences first; the city's bank asked anew for a batch. */
import { Button, Select } from 'antd'
import type { BankQuestion, Doubt, Reconciliation as View } from '../../../contract/books.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, dayWithYear, moment, yuanColumn } from '../../ui/words.ts'
import { Empty, Failed, Figures, Note, Page } from '../Page.tsx'
import { DaySpan } from '../parts/DaySpan.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { stateTitles } from '../parts/payoutWords.ts'
import { useUrl, useUrlState } from '../parts/url.ts'
import { useChange, useServer } from '../query.ts'
import './pages.css'

const whyTitles: { readonly [W in Doubt['why']]: (days: number) => string } = {
  amountDiffers: () => '银行报的金额和送出的不同',
  contradicts: () => '银行现在说的和记下的不同',
  notPosted: () => '银行的结果没有记账',
  unheard: (days) => `放行超过${days}天没有结果`,
}
const nextSteps: { readonly [W in Doubt['why']]: string } = {
  amountDiffers: '停办这一笔，打电话问银行',
  contradicts: '向银行要书面结果，再按更正办',
  notPosted: '停办划拨，告诉审计管理员',
  unheard: '问银行，或上传回盘文件',
}
const bankTitles: { readonly [S in BankQuestion['differences'][number]['banks']]: string } = {
  ...{ neverSeen: '没有收到过', inProgress: '在办', settled: '已到账', failed: '没有付成', bounced: '退票' },
  silent: '没有回答',
}

export default function Reconciliation() {
  const [{ from, to }, change] = useUrlState()
  const asked = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString()
  const path = `/books/reconciliation${asked && `?${asked}`}`
  const answer = useServer<View>(path)
  return (
    <Page title="银行对账" rule="银行说的和账上记的逐笔比，不同的排在前面。看这一页不会改动记录">
      <div className="filters not-on-paper" role="group" aria-label="银行日期">
        银行日期
        <DaySpan />
        {(from ?? to) && (
          <Button type="link" onClick={() => change({ from: undefined, to: undefined })}>
            清除筛选
          </Button>
        )}
      </div>
      <Loaded query={answer} path={path}>
        {(view) => <Compared view={view} />}
      </Loaded>
    </Page>
  )
}

function Compared({ view }: { view: View }) {
  const differing = view.days.filter(({ agrees }) => !agrees).length
  return (
    <>
      {view.sentBefore > 0 && (
        <Note tone="err">
          有{counted(view.sentBefore)}
          笔付款在恢复备份之前送出，账上没有。到“发放”逐笔向银行查清，两人说的相同后才能再放行。
        </Note>
      )}
      <Figures
        figures={[
          {
            label: '要查的付款',
            value: counted(view.doubtCount),
            after: '笔',
            ...(view.doubtCount > 0 && { tone: 'err' as const }),
          },
          {
            label: '合不上的日子',
            value: counted(differing),
            after: `天，共${counted(view.days.length)}天`,
            ...(differing > 0 && { tone: 'err' as const }),
          },
        ]}
      />
      <Doubts view={view} />
      <Days view={view} />
      {view.batches.length > 0 && <AskBank batches={view.batches} />}
    </>
  )
}

function Doubts({ view }: { view: View }) {
  return (
    <section className="panel" aria-label="要查的付款">
      <h2 className="pad">要查的付款</h2>
      {view.doubts.length === 0 ? (
        <Empty title="没有要查的付款" next={`放行超过${view.unheardAfterDays}天没有结果的，会列在这里`} />
      ) : (
        <div className="table-box">
          <table className="t finance">
            <Head
              columns={[
                '为什么',
                '付款编号',
                '受理号',
                '批次',
                '付款单位',
                { right: '金额（元）' },
                '账上',
                '放行',
                '怎么办',
              ]}
            />
            <tbody>
              {view.doubts.map((doubt) => (
                <tr key={doubt.payoutId}>
                  <td>
                    <Status kind={doubt.why === 'unheard' ? 'dueSoon' : 'overdue'} plain>
                      {whyTitles[doubt.why](view.unheardAfterDays)}
                    </Status>
                  </td>
                  <td>{doubt.reference}</td>
                  <td>{doubt.receiptNumber}</td>
                  <td>{doubt.batchNumber}</td>
                  <td>{doubt.payer}</td>
                  <td className="r">{yuanColumn(doubt.amountFen)}</td>
                  <td>{stateTitles[doubt.state]}</td>
                  <td>{moment(doubt.releasedAt)}</td>
                  <td className="mut">{nextSteps[doubt.why]}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {view.doubtCount > view.doubts.length && (
            <p className="mut sm pad">先列{counted(view.doubts.length)}笔，查清后下面的会排上来</p>
          )}
        </div>
      )}
    </section>
  )
}

function Days({ view }: { view: View }) {
  const [{ from, to }] = useUrlState()
  const isNarrowed = Boolean(from ?? to)
  return (
    <section className="panel" aria-label="按银行日期">
      <h2 className="pad">按银行日期</h2>
      {view.days.length === 0 ? (
        <Empty
          title={isNarrowed ? '这段时间银行没有结果' : '银行还没有结果'}
          next={isNarrowed ? '换一段时间再看' : '上传回盘文件，或银行接口有了结果后，这里按日列出'}
        />
      ) : (
        <div className="table-box">
          <table className="t finance">
            <Head
              columns={[
                '日期',
                ...['银行到账', '账上发放', '银行退回', '账上退票'].flatMap((title) => [
                  { right: `${title}（笔）` },
                  { right: '金额（元）' },
                ]),
                '校验',
              ]}
            />
            <tbody>
              {view.days.map((day) => (
                <tr key={day.day}>
                  <td>{dayWithYear(day.day)}</td>
                  {[day.settled, day.paid, day.returned, day.bounced].flatMap(({ count, fen }, place) => [
                    <td key={`${place} count`} className="r">
                      {counted(count)}
                    </td>,
                    <td key={`${place} fen`} className="r">
                      {yuanColumn(fen)}
                    </td>,
                  ])}
                  <td>
                    <Status kind={day.agrees ? 'met' : 'overdue'} plain>
                      {day.agrees ? '相等' : '不等'}
                    </Status>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function AskBank({ batches }: { batches: View['batches'] }) {
  const [picked, pick] = useUrl('batch', batches[0]!.id)
  const question = useChange(() => request<BankQuestion>('PUT', `/books/batches/${picked}/question`))
  return (
    <section className="panel" aria-label="向银行再问一次">
      <div className="pad">
        <h2>向银行再问一次</h2>
        <p className="mut sm">按付款编号逐笔问。这里只比不改；不同的由银行接口再查，查到什么记什么</p>
        <div className="filters below">
          <Select
            aria-label="批次"
            value={picked}
            onChange={(id) => {
              question.reset()
              pick(id)
            }}
            popupMatchSelectWidth={false}
            style={{ minWidth: 220 }}
            options={batches.map(({ id, number }) => ({ value: id, label: number }))}
          />
          <Button loading={question.isPending} onClick={() => question.mutate(undefined)}>
            问银行
          </Button>
        </div>
      </div>
      {question.isError && <Failed error={question.error} title="没有问到" />}
      {question.data && <Answer answer={question.data} />}
    </section>
  )
}

function Answer({ answer }: { answer: BankQuestion }) {
  if (answer.differenceCount === 0)
    return (
      <div className="pad" role="status">
        <Status kind="met" plain>
          问了{counted(answer.asked)}笔，银行说的和账上全部相同
        </Status>
      </div>
    )
  return (
    <div className="table-box">
      <p className="pad" role="status">
        问了{counted(answer.asked)}笔，{counted(answer.differenceCount)}笔不同
        {answer.silent > 0 && `，其中${counted(answer.silent)}笔银行没有回答`}
      </p>
      <table className="t finance">
        <Head
          columns={['付款编号', '受理号', '账上', { right: '账上金额（元）' }, '银行', { right: '银行金额（元）' }]}
        />
        <tbody>
          {answer.differences.map((line) => (
            <tr key={line.reference}>
              <td>{line.reference}</td>
              <td>{line.receiptNumber}</td>
              <td>{stateTitles[line.ours]}</td>
              <td className="r">{yuanColumn(line.ourFen)}</td>
              <td>{bankTitles[line.banks]}</td>
              <td className="r">{line.bankFen === undefined ? '—' : yuanColumn(line.bankFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
