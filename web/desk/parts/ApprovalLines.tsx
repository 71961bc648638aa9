/** The lines of an approval list: exceptions first, then all page by page; and sending some back to who verified them. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import type { ApprovalLines, ApprovalListDetail, SendBackLines } from '../../../contract/payments.ts'
import { lineExceptionTitles } from '../../../domain/lineExceptions.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { request } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Failed, Loading } from '../Page.tsx'
import { usePolicy } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { FindBox } from './FindBox.tsx'
import { Head } from './Head.tsx'
import { Press } from './Press.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useUrl } from './url.ts'
import { useWrite } from './write.ts'

type Line = ApprovalListDetail['lines'][number]

/** Which lines are chosen to go back, where the viewer may send any. */
export type Pick = { readonly has: (id: string) => boolean; readonly toggle: (id: string) => void }

function Picker({ line, pick }: { line: Line; pick: Pick }) {
  return (
    <Checkbox
      aria-label={`选${line.receiptNumber}`}
      checked={pick.has(line.applicationId)}
      onChange={() => pick.toggle(line.applicationId)}
    />
  )
}

/** What makes a line an exception, in words; nothing where it is none. */
const exceptionsInWords = (line: Line) => line.exceptions.map((each) => lineExceptionTitles[each]).join('；')

export function Exceptions({ list, pick }: { list: ApprovalListDetail; pick: Pick | undefined }) {
  const lines = list.exceptions
  return (
    <section className="panel" aria-label="例外">
      <div className="cap">
        <h2>例外，先看这些</h2>
        {list.exceptionCount > lines.length && (
          <span className="mut sm">
            先列{counted(lines.length)}条，共{counted(list.exceptionCount)}条
          </span>
        )}
      </div>
      <div className="table-box">
        <table className="t">
          <tbody>
            {lines.map((line) => (
              <tr key={line.applicationId}>
                {pick && (
                  <td style={{ width: 36 }}>
                    <Picker line={line} pick={pick} />
                  </td>
                )}
                <td className="b">{line.receiptNumber}</td>
                <td>{line.applicantName}</td>
                <td>
                  {levelTitles[line.level]}，{line.occupationName}
                </td>
                <td className="wrap">
                  <Status kind={line.exceptions.includes('unmet') ? 'unmet' : 'person'} plain>
                    {exceptionsInWords(line)}
                  </Status>
                </td>
                <td>{line.district}</td>
                <td className="r">{yuan(line.amountFen)}</td>
                <td className="r">
                  <Link to="/cases/$id" params={{ id: line.applicationId }} search={{}}>
                    看依据
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const mostAtOnce = 50

/** 退回审核: the chosen lines leave the list, with words for who verified them. */
export function SendBack({
  list,
  picked,
  onDone,
}: {
  list: ApprovalListDetail
  picked: ReadonlySet<string>
  onDone: () => void
}) {
  const [asking, setAsking] = useState(false)
  const [words, setWords] = useState('')
  const reason = usePolicy().data?.reasons.find((each) => each.id === 'listIncorrect')
  const send = useWrite<SendBackLines, ApprovalListDetail>((id) => `/approval-lists/${list.id}/returns/${id}`)
  const why =
    picked.size === 0
      ? '先在下面勾选要退回的行'
      : picked.size > mostAtOnce
        ? `一次最多退${mostAtOnce}行，少选一些`
        : undefined
  const go = () => {
    if (words.trim().length < 2) return
    send.send({ applicationIds: [...picked], words: words.trim() }, () => {
      say(`${picked.size}行已退回审核，合计已更新`)
      setAsking(false)
      setWords('')
      onDone()
    })
  }
  return (
    <div className="row">
      <Press why={why} onPress={() => setAsking(true)}>
        退回{picked.size > 0 ? counted(picked.size) : '几'}行…
      </Press>
      <SecondStep
        open={asking}
        title={`把${picked.size}行退回审核`}
        go="退回审核"
        pending={send.pending}
        problem={send.problem}
        onGo={go}
        onBack={() => {
          send.clear()
          setAsking(false)
        }}
      >
        {reason && (
          <div>
            {reason.text}
            <Clause id={reason.clause} quote={reason.quote} target="_blank" />
          </div>
        )}
        <p>这几行离开清单，回到服务中心的待审核；其余各行照常终审。</p>
        <Field label="给审核人的话" wrong={words.trim().length < 2 ? '写明哪里不对、要怎么再核，再退回。' : undefined}>
          {(aria) => (
            <Input.TextArea
              {...aria}
              rows={3}
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
      </SecondStep>
    </div>
  )
}

export function Lines({ list, pick }: { list: ApprovalListDetail; pick: Pick | undefined }) {
  const [find, setFind] = useUrl('q', '')
  const wanted = useDeferredValue(find.trim())
  const path = `/approval-lists/${list.id}/lines`
  const pages = useInfiniteQuery({
    queryKey: [path, wanted],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ ...(wanted && { find: wanted }), ...(pageParam && { cursor: pageParam }) })
      return request<ApprovalLines>('GET', `${path}?${query}`, undefined, signal)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? []
  return (
    <section className="panel" aria-label="清单全文">
      <div className="cap">
        <h2>清单全文</h2>
        <span className="mut sm">{counted(list.lineCount)}行</span>
        <span className="sp" />
        <FindBox
          value={find}
          onChange={setFind}
          label="在清单里找受理号、工会或工种"
          placeholder="受理号、工会、工种"
        />
      </div>
      {pages.isPending ? (
        <Loading />
      ) : pages.isError && lines.length === 0 ? (
        <Failed error={pages.error} retry={() => void pages.refetch()} />
      ) : lines.length === 0 ? (
        <Empty
          title={wanted ? '清单里没有这样的行' : '各行都退回了'}
          next={wanted ? '换个词再找' : '等服务中心核好后重新编清单'}
          action={
            wanted && (
              <button type="button" className="plain" onClick={() => setFind('')}>
                清除查找
              </button>
            )
          }
        />
      ) : (
        <LineTable lines={lines} pick={pick} />
      )}
      {pages.hasNextPage && (
        <div className="pager">
          <span className="mut sm">已列{counted(lines.length)}行</span>
          <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            再列100行
          </Button>
        </div>
      )}
    </section>
  )
}

const columns = [
  '受理号',
  '申请人',
  '等级',
  '职业（工种）',
  '区局（产业）工会',
  '对象',
  '例外',
  { right: '金额（元）' },
]

function LineTable({ lines, pick }: { lines: readonly Line[]; pick: Pick | undefined }) {
  const policy = usePolicy().data
  return (
    <div className="table-box">
      <table className="t">
        <Head columns={pick ? ['', ...columns] : columns} />
        <tbody>
          {lines.map((line) => (
            <tr key={line.applicationId}>
              {pick && (
                <td style={{ width: 36 }}>
                  <Picker line={line} pick={pick} />
                </td>
              )}
              <td>
                <Link to="/cases/$id" params={{ id: line.applicationId }} search={{}}>
                  {line.receiptNumber}
                </Link>
              </td>
              <td>{line.applicantName}</td>
              <td>{levelTitles[line.level]}</td>
              <td>{line.occupationName}</td>
              <td>{line.district}</td>
              <td>{policy?.categories.find((known) => known.id === line.category)?.title ?? line.category}</td>
              <td className="wrap">
                {line.exceptions.length === 0 ? <span className="mut">没有</span> : exceptionsInWords(line)}
              </td>
              <td className="r">{yuanColumn(line.amountFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
