/** 复印件报送: a district federation lists and sends copies of 行业特有 and 苏浙皖 cases to the centre (四.一.3). */
import { Link } from '@tanstack/react-router'
import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import type { CopiesToSend, SendCopies, TransmittalDetail } from '../../../contract/copies.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status } from '../../ui/Status.tsx'
import { counted } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { kindOf, kindTitles } from '../review/titles.ts'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { SecondStep } from '../parts/SecondStep.tsx'
import { TransmittalTable } from '../parts/TransmittalTable.tsx'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './paper.css'

const begins = '各区总工会须'
/** The sentence of the clause that sends copies on; the whole clause where another notice words it otherwise. */
function useCopiedQuote(): string | undefined {
  const text = usePolicy().data?.clauses.find(({ id }) => id === '四.一.3')?.text
  return text?.slice(Math.max(0, text.indexOf(begins)))
}

export default function Copies() {
  const isBureau = useStaff().appointment.organisationKind !== 'districtFederation'
  const quote = useCopiedQuote()
  const toSend = useServer<CopiesToSend>('/copies/to-send', isBureau)
  return (
    <Page title="复印件报送" rule={quote && <span className="quote">{quote}</span>} clause="四.一.3">
      {isBureau ? (
        <section className="panel">
          <Empty title="局（产业）工会不用送复印件" next="以扫描件为准，终审不等复印件。" />
        </section>
      ) : (
        <>
          <Loaded query={toSend} path="/copies/to-send">
            {(view) => <ToSend view={view} />}
          </Loaded>
          <TransmittalTable title="送件清单" usual="all" />
        </>
      )}
    </Page>
  )
}

function ToSend({ view: { items, more, awaited } }: { view: CopiesToSend }) {
  // All go unless somebody takes one out.
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [making, setMaking] = useState(false)
  const chosen = items.filter(({ applicationId }) => !left.has(applicationId))
  const toggle = (id: string) => {
    const next = new Set(left)
    if (!next.delete(id)) next.add(id)
    setLeft(next)
  }
  return (
    <section className="panel">
      <div className="cap">
        <h2>要送的{items.length > 0 && `，${counted(items.length)}${more ? '件以上' : '件'}`}</h2>
        {awaited && (
          <span className="mut sm">
            服务中心收到以后才能报批 <span className="reading">R17</span>
          </span>
        )}
        <span className="sp" />
        {items.length > 0 && (
          <Press primary why={chosen.length === 0 ? '先勾上要送的' : undefined} onPress={() => setMaking(true)}>
            编送件清单，{counted(chosen.length)}件…
          </Press>
        )}
      </div>
      {items.length === 0 ? (
        <Empty title="没有要送的复印件" next="行业特有、苏浙皖的申报复审通过后，列在这里。" />
      ) : (
        <div className="table-box">
          <table className="t">
            <thead>
              <tr>
                <th className="tick">
                  <Checkbox
                    aria-label="全部选中"
                    checked={chosen.length === items.length}
                    indeterminate={chosen.length > 0 && chosen.length < items.length}
                    onChange={(event) =>
                      setLeft(new Set(event.target.checked ? [] : items.map((item) => item.applicationId)))
                    }
                  />
                </th>
                {['受理号', '申请人', '等级', '职业（工种）', '类型', '批次', ''].map((title) => (
                  <th key={title}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.applicationId}>
                  <td className="tick">
                    <Checkbox
                      aria-label={`选中${item.receiptNumber}`}
                      checked={!left.has(item.applicationId)}
                      onChange={() => toggle(item.applicationId)}
                    />
                  </td>
                  <td>
                    <Link to="/cases/$id" params={{ id: item.applicationId }}>
                      {item.receiptNumber}
                    </Link>
                  </td>
                  <td>{item.applicantName}</td>
                  <td>{levelTitles[item.level]}</td>
                  <td>{item.occupationName}</td>
                  <td>
                    <span className="tag">{kindTitles[kindOf(item.filingAuthority)]}</span>
                  </td>
                  <td>{item.batchNumber ? `第${item.batchNumber}批` : '—'}</td>
                  <td>
                    {item.missed && (
                      <Status kind="returned" plain>
                        上次没有收到，再送
                      </Status>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {making && <Making ids={chosen.map((item) => item.applicationId)} onClose={() => setMaking(false)} />}
    </section>
  )
}

function Making({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const today = useToday()
  const [sentOn, setSentOn] = useState(today)
  const make = useWrite<SendCopies, TransmittalDetail>((id) => `/transmittals/${id}`)
  return (
    <SecondStep
      open
      title="编送件清单"
      go={`编好，${counted(ids.length)}件`}
      pending={make.pending}
      problem={make.problem}
      onBack={onClose}
      onGo={() =>
        make.send({ applicationIds: [...ids], sentOn }, (list) => {
          say(`${list.number}已编好，共${counted(list.lineCount)}件`)
          onClose()
        })
      }
    >
      <p>每件附申请表和证书的复印件各一份，清单打印一份放在里面。编好就固定，不能增减。</p>
      <Field label="送出日期">
        {(aria) => (
          <Input {...aria} type="date" max={today} value={sentOn} onChange={(event) => setSentOn(event.target.value)} />
        )}
      </Field>
    </SecondStep>
  )
}
