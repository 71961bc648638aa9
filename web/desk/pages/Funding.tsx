/** 资金到位: the city's finance makes and releases the money of an approved list. */
import { Link } from '@tanstack/react-router'
import type { ApprovalLists, ApprovalListView } from '../../../contract/payments.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Note, Page } from '../Page.tsx'
import { Budget } from '../parts/Budget.tsx'
import { Head } from '../parts/Head.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { PickableRow } from '../parts/PickableRow.tsx'
import { Transfer } from '../parts/Transfer.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

type Stage = 'no' | 'made' | 'again' | 'released'
/** `again`: funded, and something of it was cancelled and granted once more since. */
const stageOf = ({ funded, unfundedFen }: ApprovalListView): Stage =>
  funded === 'released' && unfundedFen > 0 ? 'again' : funded
/** What is or was asked of the city: the transfer's own sum, or what it has still to give. */
const fenOf = (list: ApprovalListView): number =>
  stageOf(list) === 'again' || !list.funding ? list.unfundedFen : list.funding.amountFen
const sum = (lists: readonly ApprovalListView[]) => lists.reduce((total, list) => total + fenOf(list), 0)

export default function Funding() {
  const lists = useServer<ApprovalLists>('/approval-lists')
  return (
    <Page title="资金到位" rule="终审批准的清单，由市总工会财务一人制单、另一人放行，资金到服务中心后才能划拨">
      <Budget />
      <Loaded query={lists} path="/approval-lists">
        {({ lists: all }) => (
          <Overview lists={all.filter((list) => list.documentNumber && list.route === 'viaUnions')} />
        )}
      </Loaded>
    </Page>
  )
}

function Overview({ lists }: { lists: readonly ApprovalListView[] }) {
  const [picked, pick] = useUrl('list', '')
  const of = (...stages: Stage[]) => lists.filter((list) => stages.includes(stageOf(list)))
  const order: readonly Stage[] = ['no', 'again', 'made', 'released']
  const sorted = lists.toSorted((a, b) => order.indexOf(stageOf(a)) - order.indexOf(stageOf(b)) || b.madeAt - a.madeAt)
  const current = lists.find((list) => list.id === picked) ?? sorted[0]
  return (
    <>
      <Figures
        figures={[
          { label: '等制单', value: counted(of('no', 'again').length), after: `份，${yuan(sum(of('no', 'again')))}` },
          { label: '等放行', value: counted(of('made').length), after: `份，${yuan(sum(of('made')))}` },
          { label: '已到位', value: counted(of('released').length), after: `份` },
        ]}
      />
      {!current ? (
        <section className="panel">
          <Empty title="还没有终审过的清单" next="市总工会终审批准后，在这里为它拨资金" />
        </section>
      ) : (
        <div className="master">
          <section className="panel">
            <div className="table-box">
              <table className="t finance clickable">
                <Head columns={['清单', '终审文号', { right: '张' }, { right: '金额（元）' }, '资金']} />
                <tbody>
                  {sorted.map((list) => (
                    <PickableRow key={list.id} name={list.number} picked={list === current} pick={() => pick(list.id)}>
                      <td>{list.documentNumber}</td>
                      <td className="r">{counted(list.lineCount)}</td>
                      <td className="r b">{yuanColumn(list.totalFen)}</td>
                      <td>
                        <FundingWord list={list} />
                      </td>
                    </PickableRow>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
          <One list={current} />
        </div>
      )}
    </>
  )
}

function FundingWord({ list }: { list: ApprovalListView }) {
  const [kind, says] = (
    {
      no: ['waiting', '等制单'],
      again: ['waiting', '恢复的等制单'],
      made: ['active', '等放行'],
      released: ['met', '已到位'],
    } as const
  )[stageOf(list)]
  return (
    <Status kind={kind} plain>
      {says}
    </Status>
  )
}

function One({ list }: { list: ApprovalListView }) {
  const staff = useStaff()
  const today = useToday()
  const notFinance = staff.role === 'cityFinance' ? undefined : '由市总工会财务办'
  const again = stageOf(list) === 'again'
  return (
    <section className="panel sign" aria-label={`${list.number}的资金`}>
      <h2>{list.number}</h2>
      <dl className="facts">
        <dt>终审</dt>
        <dd>
          {list.documentNumber}，{list.approvedBy}，{list.approvedAt !== undefined && moment(list.approvedAt, today)}
        </dd>
        <dt>明细</dt>
        <dd>
          {counted(list.lineCount)}张{' '}
          <Link to="/approval-lists/$id" params={{ id: list.id }}>
            看清单
          </Link>
        </dd>
        {again && list.funding && (
          <>
            <dt>已到位</dt>
            <dd>
              {yuan(list.funding.amountFen)}，凭证{list.funding.voucherNumber}
              {list.funding.releasedAt !== undefined && `，${moment(list.funding.releasedAt, today)}放行`}
            </dd>
          </>
        )}
      </dl>
      {again && <Note>取消后又恢复的资助，资金已退回市总工会，要再拨{yuan(list.unfundedFen)}。</Note>}
      <hr />
      <Transfer
        kind="funding"
        subjectId={list.id}
        amountFen={fenOf(list)}
        to="市职工技协服务中心"
        transfer={again ? undefined : list.funding}
        whyNotMake={notFinance}
        whyNotRelease={notFinance}
      />
    </section>
  )
}
