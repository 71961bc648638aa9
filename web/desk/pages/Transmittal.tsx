/** 送件清单: one parcel line by line; the centre says what has come and what is missing. */
import { Link, useParams } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import type { ReceiveCopies, TransmittalDetail } from '../../../contract/copies.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, day } from '../../ui/words.ts'
import { Figures, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { kindOf, kindTitles } from '../review/titles.ts'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { PrintSheet } from '../parts/PrintSheet.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { TransmittalStage } from '../parts/TransmittalTable.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './paper.css'

export default function Transmittal() {
  const { id } = useParams({ strict: false })
  const path = `/transmittals/${id ?? ''}`
  const found = useServer<TransmittalDetail>(path)
  const [printing, setPrinting] = useState(false)
  return (
    <Page
      title={found.data?.number ?? '送件清单'}
      rule="申请表和证书的复印件，由区总工会送市职工技协服务中心"
      clause="四.一.3"
      actions={
        <Button disabled={!found.data} onClick={() => setPrinting(true)}>
          打印送件清单
        </Button>
      }
    >
      <Loaded query={found} path={path}>
        {(list) => (
          <>
            <Parcel list={list} />
            {printing && <Printed list={list} onPrinted={() => setPrinting(false)} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Parcel({ list }: { list: TransmittalDetail }) {
  const today = useToday()
  const isCentre = useStaff().role === 'verifier'
  const open = list.lines.filter(({ state }) => state !== 'received')
  const [absent, setAbsent] = useState<ReadonlySet<string>>(new Set())
  const missing = open.filter(({ applicationId }) => absent.has(applicationId))
  const come = open.length - missing.length
  const receipt = useWrite<ReceiveCopies, TransmittalDetail>(
    (receiptId) => `/transmittals/${list.id}/receipts/${receiptId}`,
  )
  const toggle = (id: string) => {
    const next = new Set(absent)
    if (!next.delete(id)) next.add(id)
    setAbsent(next)
  }
  const send = () =>
    receipt.send({ missing: missing.map(({ applicationId }) => applicationId) }, (now) => {
      setAbsent(new Set())
      say(now.received === now.lineCount ? `${now.number}已收齐` : `已登记收件，还缺${now.lineCount - now.received}件`)
    })
  return (
    <>
      <Figures
        figures={[
          { label: '送件的', value: list.district, after: list.sentBy },
          { label: '送出', value: day(list.sentOn, today) },
          { label: '已收', value: counted(list.received), after: `件，共${counted(list.lineCount)}件` },
          { label: '到哪一步', value: <TransmittalStage list={list} /> },
        ]}
      />
      <section className="panel">
        <Lines list={list} absent={absent} onAbsent={isCentre && open.length > 0 ? toggle : undefined} />
        {isCentre && open.length > 0 && (
          <div className="cap pick-line">
            <span className="ink2">对着实物看一遍，袋里没有的勾上“没有”，其余登记收到</span>
            <span className="sp" />
            <Press primary large pending={receipt.pending} onPress={send}>
              {missing.length === 0
                ? `登记收到${counted(come)}件`
                : come === 0
                  ? `登记${counted(missing.length)}件没有收到`
                  : `登记收到${counted(come)}件，缺${counted(missing.length)}件`}
            </Press>
          </div>
        )}
        <Refusal problem={receipt.problem} />
      </section>
    </>
  )
}

function Lines({
  list,
  absent,
  onAbsent,
}: {
  list: TransmittalDetail
  absent: ReadonlySet<string>
  onAbsent: ((id: string) => void) | undefined
}) {
  const today = useToday()
  return (
    <div className="table-box">
      <table className="t finance">
        <Head columns={['受理号', '申请人', '等级', '职业（工种）', '类型', '复印件', ...(onAbsent ? ['袋里'] : [])]} />
        <tbody>
          {list.lines.map((line) => (
            <tr key={line.applicationId}>
              <td>
                <Link to="/cases/$id" params={{ id: line.applicationId }}>
                  {line.receiptNumber}
                </Link>
              </td>
              <td>{line.applicantName}</td>
              <td>{levelTitles[line.level]}</td>
              <td>{line.occupationName}</td>
              <td>
                <span className="tag">{kindTitles[kindOf(line.filingAuthority)]}</span>
              </td>
              <td>
                {line.state === 'received' ? (
                  <Status kind="met" plain>
                    {day(line.receivedOn!, today)}收到
                  </Status>
                ) : line.state === 'missing' ? (
                  <Status kind="dueSoon" plain>
                    收件时没有
                  </Status>
                ) : (
                  <Status kind="waiting" plain>
                    等收件
                  </Status>
                )}
              </td>
              {onAbsent && (
                <td>
                  {line.state !== 'received' && (
                    <Checkbox
                      aria-label={`${line.receiptNumber}没有`}
                      checked={absent.has(line.applicationId)}
                      onChange={() => onAbsent(line.applicationId)}
                    >
                      没有
                    </Checkbox>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Printed({ list, onPrinted }: { list: TransmittalDetail; onPrinted: () => void }) {
  const under = `${list.district}送市职工技协服务中心，${day(list.sentOn)}，${counted(list.lineCount)}件。每件：申请表复印件、证书复印件。`
  return (
    <PrintSheet title={list.number} under={under} onPrinted={onPrinted}>
      <table>
        <Head columns={['', '受理号', '申请人', '等级', '职业（工种）', '类型', '收到']} />
        <tbody>
          {list.lines.map((line, place) => (
            <tr key={line.applicationId}>
              <td>{place + 1}</td>
              <td>{line.receiptNumber}</td>
              <td>{line.applicantName}</td>
              <td>{levelTitles[line.level]}</td>
              <td>{line.occupationName}</td>
              <td>{kindTitles[kindOf(line.filingAuthority)]}</td>
              <td className="room" />
            </tr>
          ))}
        </tbody>
      </table>
    </PrintSheet>
  )
}
