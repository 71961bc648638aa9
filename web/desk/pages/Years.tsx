/** 年度结账: proposed by one of the city's finance, confirmed by another; a closed year is shown as it was closed. */
import { useState } from 'react'
import type { ProposeClose, YearClose, Years as YearsView } from '../../../contract/years.ts'
import type { Identity } from '../../../contract/payments.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import './oversight.css'
import './pages.css'

type OneYear = YearsView['years'][number]
const keptYears = 30

export default function Years() {
  const answer = useServer<YearsView>('/books/years')
  return (
    <Page title="年度结账" rule="一位财务提出，另一位确认。结账后不能再记进那一年，以后发现的差错记到办理当天的年度">
      <Loaded query={answer} path="/books/years">
        {({ years }) =>
          years.length === 0 ? (
            <section className="panel">
              <Empty title="还没有账" next="终审批准第一份清单后，这里按年度列出" />
            </section>
          ) : (
            <ByYear years={years} />
          )
        }
      </Loaded>
    </Page>
  )
}

function ByYear({ years }: { years: readonly OneYear[] }) {
  const usual = years.find(({ state }) => state !== 'running') ?? years[0]!
  const [picked, pick] = useUrl('year', String(usual.year))
  const shown = years.find(({ year }) => String(year) === String(picked)) ?? usual
  return (
    <>
      <section className="panel" aria-label={`${shown.year}年`}>
        <Tabs
          label="年度"
          value={String(shown.year)}
          onChange={pick}
          tabs={years.map(({ year }) => ({ id: String(year), title: `${year}年` }))}
        />
        <Standing key={shown.year} shown={shown} />
      </section>
      {shown.close && <Closed year={shown.year} close={shown.close} />}
    </>
  )
}

/** How it stands, and what whoever looks can do. */
function Standing({ shown: { year, state, close } }: { shown: OneYear }) {
  const staff = useStaff()
  const today = useToday()
  const acts = staff.role === 'cityFinance'
  if (state === 'closed')
    return (
      <div className="cap">
        <Status kind="met">已结账</Status>
        <span>
          {close!.proposedBy}
          {moment(close!.proposedAt, today)}提出，{close!.confirmedBy}
          {moment(close!.confirmedAt!, today)}确认
        </span>
      </div>
    )
  if (state === 'proposed')
    return (
      <div className="cap">
        <Status kind="active">等确认</Status>
        <span>
          {close!.proposedBy}
          {moment(close!.proposedAt, today)}提出结账，另一位财务确认后才算
        </span>
        <span className="sp" />
        {acts && <Answering year={year} close={close!} />}
      </div>
    )
  return (
    <div className="cap">
      <Status kind={state === 'open' ? 'dueSoon' : 'waiting'}>{state === 'open' ? '可以结账' : '还没有过完'}</Status>
      <span>
        {state === 'open'
          ? '提出时会把全部分录、对账单和银行对账重算一遍，合不上就不能结'
          : `${year + 1}年1月1日起可以提出结账`}
      </span>
      <span className="sp" />
      {acts && state === 'open' && <Proposing year={year} />}
    </div>
  )
}

const consequence = (year: number) => (
  <p>
    结账后不能再记进{year}年，也不能撤销。银行后来的退票、以后的更正和追回，都记到办理当天的年度，{year}年的数不变。
  </p>
)

function Proposing({ year }: { year: number }) {
  const [asking, setAsking] = useState(false)
  const propose = useWrite<ProposeClose, YearsView>((id) => `/books/years/${id}`)
  return (
    <>
      <Press primary onPress={() => setAsking(true)}>
        提出结账…
      </Press>
      <SecondStep
        open={asking}
        title={`提出${year}年结账`}
        go="核对账目，提出结账"
        back="先不提出"
        pending={propose.pending}
        problem={propose.problem}
        onBack={() => {
          propose.clear()
          setAsking(false)
        }}
        onGo={() =>
          propose.send({ year }, () => {
            setAsking(false)
            say(`${year}年的账合得上，等另一位财务确认结账`)
          })
        }
      >
        {consequence(year)}
        <p className="mut">先把当年的账核对一遍，分录多的时候要几分钟，可以离开这一页。</p>
      </SecondStep>
    </>
  )
}

function Answering({ year, close }: { year: number; close: YearClose }) {
  const staff = useStaff()
  const [asking, setAsking] = useState(false)
  const confirm = useWrite<Record<never, never>, YearsView>(() => `/books/years/${close.id}/confirmation`)
  const drop = useWrite<Record<never, never>, YearsView>(() => `/books/years/${close.id}/drop`)
  const why = close.proposedBy === staff.name ? '这是你提出的，请另一位财务确认' : undefined
  return (
    <>
      <Press pending={drop.pending} onPress={() => drop.send({}, () => say(`${year}年的结账已撤回，可以重新提出`))}>
        撤回
      </Press>
      <Press primary why={why} onPress={() => setAsking(true)}>
        确认结账…
      </Press>
      <SecondStep
        open={asking}
        title={`确认${year}年结账`}
        go={`结${year}年的账`}
        back="先不结账"
        pending={confirm.pending}
        problem={confirm.problem}
        onBack={() => {
          confirm.clear()
          setAsking(false)
        }}
        onGo={() =>
          confirm.send({}, () => {
            setAsking(false)
            say(`${year}年已结账`)
          })
        }
      >
        {consequence(year)}
        <dl className="facts">
          <dt>分录</dt>
          <dd>{counted(close.postings)}笔</dd>
          <dt>年末已批准</dt>
          <dd>{yuanColumn(close.closing.approvedFen)}元</dd>
          <dt>其中已发放</dt>
          <dd>{yuanColumn(close.closing.paidFen)}元</dd>
          <dt>还没有发完</dt>
          <dd>
            {yuanColumn(close.closing.awaitingFen + close.closing.inPaymentFen + close.closing.bouncedFen)}
            元，转到下一年
          </dd>
        </dl>
      </SecondStep>
    </>
  )
}

const standings = [
  ['awaitingFen', '待发放'],
  ['inPaymentFen', '发放中'],
  ['paidFen', '已发放'],
  ['bouncedFen', '退票待重发'],
  ['cancelledFen', '已取消'],
] as const satisfies readonly (readonly [keyof Identity, string])[]

const openKeys = ['unheard', 'corrections', 'recoveries', 'surplus'] as const
const openTitles = {
  unheard: '付款没有结果',
  corrections: '更正没有答复',
  recoveries: '追回没有到账',
  surplus: '结余在路上',
}

function Closed({ year, close }: { year: number; close: YearClose }) {
  const { opening, closing, openItems } = close
  return (
    <>
      <Figures
        figures={[
          { label: '分录', value: counted(close.postings), after: '笔' },
          { label: '年末已批准', value: yuanColumn(closing.approvedFen), after: `元，${counted(closing.awards)}张` },
          { label: '年末已发放', value: yuanColumn(closing.paidFen), after: '元' },
          {
            label: '转到下一年',
            value: yuanColumn(closing.awaitingFen + closing.inPaymentFen + closing.bouncedFen),
            after: '元',
          },
        ]}
      />
      <section className="panel" aria-label={`${year}年末的账`}>
        <div className="pair statement">
          <div className="table-box">
            <table className="t tight">
              <Head columns={['钱在哪里', { right: '年初（元）' }, { right: '年末（元）' }, { right: '变动（元）' }]} />
              <tbody>
                {standings.map(([key, title]) => (
                  <tr key={key}>
                    <td>{title}</td>
                    <td className="r">{yuanColumn(opening[key])}</td>
                    <td className="r">{yuanColumn(closing[key])}</td>
                    <td className="r">{yuanColumn(closing[key] - opening[key])}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr className="sum">
                  <td>已批准</td>
                  <td className="r">{yuanColumn(opening.approvedFen)}</td>
                  <td className="r">{yuanColumn(closing.approvedFen)}</td>
                  <td className="r">{yuanColumn(closing.approvedFen - opening.approvedFen)}</td>
                </tr>
              </tfoot>
            </table>
          </div>
          <div className="table-box">
            <table className="t tight">
              <Head columns={['账户', { right: '张' }, { right: '年末（元）' }]} />
              <tbody>
                {close.accounts.map(({ account, title, awards, fen }) => (
                  <tr key={account}>
                    <td>{title}</td>
                    <td className="r">{counted(awards)}</td>
                    <td className="r">{yuanColumn(fen)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
        <dl className="facts pad">
          {openItems && (
            <>
              <dt>结账时还开着</dt>
              <dd>
                {openKeys
                  .filter((key) => openItems[key] > 0)
                  .map((key) => `${openTitles[key]}${counted(openItems[key])}件`)
                  .join('，') || '没有'}
              </dd>
            </>
          )}
          <dt>分录摘要</dt>
          <dd className="digest">{close.digest}</dd>
          {close.auditHash && (
            <>
              <dt>审计日志</dt>
              <dd className="digest">
                到第{counted(close.auditLot!)}段：{close.auditHash}
              </dd>
            </>
          )}
          {close.confirmedAt !== undefined && (
            <>
              <dt>会计档案</dt>
              <dd>
                请系统管理员按运行手册编出文件，保管{keptYears}年，到{year + keptYears}年12月31日
              </dd>
            </>
          )}
        </dl>
      </section>
    </>
  )
}
