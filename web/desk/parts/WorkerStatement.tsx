/** 对账单 of one worker, found by a receipt number: each of their awards with every posting of it. */
import { Link } from '@tanstack/react-router'
import { Input } from 'antd'
import type { WorkerStatement as View } from '../../../contract/books.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Problem } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { causeTitles } from './causeTitles.ts'
import { Head } from './Head.tsx'
import { Loaded } from './Loaded.tsx'
import { placeTitles } from './placeTitles.ts'
import { useUrlState } from './url.ts'

export function WorkerStatement() {
  const [{ receipt }, change] = useUrlState()
  const path = `/books/statements/worker?receiptNumber=${encodeURIComponent(receipt ?? '')}`
  const answer = useServer<View>(path, !receipt)
  return (
    <>
      <div className="pad not-on-paper">
        <Input.Search
          key={receipt}
          style={{ width: 320 }}
          maxLength={40}
          defaultValue={receipt}
          aria-label="职工的受理号"
          placeholder="任意一件的受理号，写全"
          enterButton="查对账单"
          onSearch={(value) => change({ receipt: value.trim() || undefined })}
        />
      </div>
      {isUnknown(answer.error) ? (
        <Empty title={`没有查到${receipt}`} next="这个受理号没有资助，或不归你查。核对受理号再查" />
      ) : receipt ? (
        <Loaded query={answer} path={path}>
          {(view) => <Awards view={view} />}
        </Loaded>
      ) : (
        <Empty
          title="按受理号查一位职工"
          next="输入这位职工任意一件的受理号，列出各张证书的每一笔分录。查看会留下记录"
        />
      )}
    </>
  )
}

const isUnknown = (error: Error | null) => error instanceof Problem && error.code === 'books.no-award'

function Awards({ view: { name, awards, closing, agrees } }: { view: View }) {
  return (
    <section aria-label={`${name ?? '职工'}的对账单`}>
      <div className="pad">
        <h2 className="long-name">{name ?? '职工'}</h2>
        <p className="row wrap ink2">
          {counted(awards.length)}张，批准{yuan(closing.approvedFen)}，已发放{yuan(closing.paidFen)}
          <Status kind={agrees ? 'met' : 'overdue'} plain>
            {agrees ? '与总账相等' : '与总账不等'}
          </Status>
        </p>
      </div>
      {awards.map((award) => (
        <Postings key={award.applicationId} award={award} />
      ))}
    </section>
  )
}

function Postings({ award }: { award: View['awards'][number] }) {
  const today = useToday()
  const { role } = useStaff()
  const pays = role === 'cityFinance' || role === 'districtFinance' || role === 'unionFinance'
  return (
    <div className="table-box">
      <h3 className="pad" style={{ margin: 0, fontSize: 14 }}>
        {award.receiptNumber}　{levelTitles[award.level]}　{yuan(award.amountFen)}
        <small className="mut">　现在{placeTitles[award.stands]}</small>
      </h3>
      <table className="t tight">
        <Head columns={['时间', '事由', '从', '到', { right: '金额（元）' }, '参考号', '发放批次']} />
        <tbody>
          {award.postings.map(({ at, cause, from, to, fen, reference, batch }) => (
            <tr key={`${at} ${cause} ${from} ${to}`}>
              <td>{moment(at, today)}</td>
              <td>{causeTitles[cause] ?? cause}</td>
              <td>{placeTitles[from]}</td>
              <td>{placeTitles[to]}</td>
              <td className="r">{yuanColumn(fen)}</td>
              <td className="mut sm">{reference ?? '—'}</td>
              <td>
                {batch === undefined ? (
                  <span className="mut">—</span>
                ) : pays ? (
                  <Link to="/payouts/$id" params={{ id: batch.id }}>
                    {batch.number}
                  </Link>
                ) : (
                  batch.number
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
