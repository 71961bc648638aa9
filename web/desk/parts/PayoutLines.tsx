/** The lines of a batch in the order of its file, 100 a page. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { PayoutBatchDetail, PayoutLine, PayoutLines as Lines } from '../../../contract/payouts.ts'
import { payoutStates } from '../../../domain/payout.ts'
import { request } from '../../ui/api.ts'
import { counted, yuanColumn } from '../../ui/words.ts'
import { Empty, Failed, Loading } from '../Page.tsx'
import { FindBox } from './FindBox.tsx'
import { Head } from './Head.tsx'
import { PayoutStatus } from './PayoutStage.tsx'
import { outcomesFrom, stateTitles } from './payoutWords.ts'
import { RecordPayoutResult } from './RecordPayoutResult.tsx'
import { useUrlState } from './url.ts'

const anyState = ''
/** What the bank said of it can have been recorded wrongly. */
const heard: readonly string[] = ['settled', 'failed', 'bounced']

export function PayoutLines({ batch, isOwn }: { batch: PayoutBatchDetail; isOwn: boolean }) {
  const [{ state = anyState, q = '' }, change] = useUrlState()
  const path = `/payout-batches/${batch.id}/lines`
  const lines = useInfiniteQuery({
    queryKey: [path, state, q],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        ...(q && { find: q }),
        ...(state && { state }),
        ...(pageParam !== undefined && { after: String(pageParam) }),
      })
      return request<Lines>('GET', `${path}?${query}`, undefined, signal)
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ after }) => after,
  })
  const rows = lines.data?.pages.flatMap((page) => page.lines) ?? []
  const present = payoutStates.filter((each) => (batch.byState[each]?.count ?? 0) > 0)
  return (
    <section className="panel" aria-label="明细">
      <div className="cap">
        <h2>明细</h2>
        <span className="sp" />
        <Select
          aria-label="看哪些"
          style={{ width: 180 }}
          value={state}
          onChange={(value: string) => change({ state: value || undefined })}
          options={[
            { value: anyState, label: '全部' },
            ...present.map((each) => ({
              value: each,
              label: `${stateTitles[each]}　${counted(batch.byState[each]!.count)}笔`,
            })),
          ]}
        />
        <FindBox
          value={q}
          onChange={(value) => change({ q: value || undefined })}
          label="按受理号或参考号找"
          placeholder="受理号、参考号"
        />
      </div>
      {lines.isPending ? (
        <Loading />
      ) : lines.isError && rows.length === 0 ? (
        <Failed error={lines.error} retry={() => void lines.refetch()} />
      ) : rows.length === 0 ? (
        <Empty
          title={q ? `没有找到“${q}”` : '没有这样的'}
          next="受理号和参考号可以只输一段"
          action={<Button onClick={() => change({ q: undefined, state: undefined })}>看全部</Button>}
        />
      ) : (
        <>
          <LineTable rows={rows} batch={batch} isOwn={isOwn} />
          {lines.hasNextPage && (
            <div className="pager">
              <span className="mut sm">已列出{counted(rows.length)}笔</span>
              <Button loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>
                再列100笔
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  )
}

function LineTable({ rows, batch, isOwn }: { rows: readonly PayoutLine[]; batch: PayoutBatchDetail; isOwn: boolean }) {
  const hasActs = isOwn && batch.route === 'file' && batch.files.length > 0
  const [recording, setRecording] = useState<PayoutLine>()
  return (
    <div className="table-box">
      <table className="t">
        <Head
          columns={[
            { right: '序' },
            '受理号',
            '职工',
            '收款账户',
            { right: '金额（元）' },
            '参考号',
            '状态',
            '银行流水号',
            ...(hasActs ? [''] : []),
          ]}
        />
        <tbody>
          {rows.map((line) => (
            <tr key={line.payoutId} className={line.state === 'cancelled' ? 'past' : undefined}>
              <td className="r mut">{line.line}</td>
              <td>{line.receiptNumber}</td>
              <td className="long-name" title={line.applicantName}>
                {line.applicantName}
              </td>
              <td>
                尾号 {line.payeeTail}
                {line.attempt > 1 && <span className="mut sm">　第{line.attempt}次</span>}
              </td>
              <td className="r b">{yuanColumn(line.amountFen)}</td>
              <td className="mut sm">{line.reference}</td>
              <td>
                <PayoutStatus line={line} />
              </td>
              <td className="long-name" title={line.bankSerial}>
                {line.bankSerial ?? <span className="mut">—</span>}
              </td>
              {hasActs && (
                <td className="r">
                  {outcomesFrom(line.state).length > 0 && (
                    <button
                      type="button"
                      className="plain"
                      aria-label={`登记${line.applicantName}的结果`}
                      onClick={() => setRecording(line)}
                    >
                      {line.state === 'settled' ? '登记退票…' : '登记结果…'}
                    </button>
                  )}
                  {outcomesFrom(line.state).length > 0 && heard.includes(line.state) && '　'}
                  {heard.includes(line.state) && (
                    <Link
                      className="plain"
                      to="/corrections"
                      search={{ tab: 'propose', receipt: line.receiptNumber } as never}
                      aria-label={`更正${line.applicantName}的这一笔`}
                    >
                      更正…
                    </Link>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {recording && <RecordPayoutResult line={recording} batch={batch} onBack={() => setRecording(undefined)} />}
    </div>
  )
}
