/**
 * The annex on one A4 page, box for box. Seals are never drawn: their boxes stay empty, as does the survey; nobody
 * signs, as the annex asks for no signature.
 */
import { useLayoutEffect, useRef, useState } from 'react'
import './annex.css'
import type { Policy } from '../../domain/policy.ts'

/** What is written into boxes, by the box's id, and which printed options are marked. */
export type AnnexEntries = {
  readonly text: Readonly<Record<string, string | undefined>>
  readonly marked: Readonly<Record<string, readonly string[] | undefined>>
}

const paperWidth = 794

function Box({ on }: { on?: boolean | undefined }) {
  return <i className={on ? 'tick on' : 'tick'} role="img" aria-label={on ? '已选' : '未选'} />
}

function Marks({ policy, id, entries, lines }: { policy: Policy; id: string; entries: AnnexEntries; lines?: boolean }) {
  const options = policy.form.boxes.find((box) => box.id === id)?.options ?? []
  return (
    <span className={lines ? 'marks lines' : 'marks'}>
      {options.map((option) => (
        <span key={option}>
          <Box on={entries.marked[id]?.includes(option)} /> {option}
        </span>
      ))}
    </span>
  )
}

function Seal({ words, note }: { words?: string; note?: string }) {
  return (
    <div className="seal">
      <p>{note ?? words}</p>
      <p>盖章：</p>
      <p className="date">年　　月　　日</p>
    </div>
  )
}

function PersonRows({ policy, entries }: { policy: Policy; entries: AnnexEntries }) {
  const { text } = entries
  const [isMigrant, isNot] = policy.form.boxes.find(({ id }) => id === 'migrant')?.options ?? []
  return (
    <>
      <tr>
        <th>姓名</th>
        <td>{text.name}</td>
        <th>性别</th>
        <td>{text.sex}</td>
        <th>手机号码</th>
        <td>{text.phone}</td>
      </tr>
      <tr>
        <th>所属行业</th>
        <td>{text.industry}</td>
        <th>学历</th>
        <td>{text.education}</td>
        <th>工种</th>
        <td>{text.trade}</td>
      </tr>
      <tr>
        <th>职称</th>
        <td colSpan={5}>
          <Marks policy={policy} id="professionalTitle" entries={entries} />
        </td>
      </tr>
      <tr>
        <th>工作单位</th>
        <td colSpan={3}>{text.workplace}</td>
        <th>单位性质</th>
        <td>{text.unitNature}</td>
      </tr>
      <tr>
        <th>单位地址</th>
        <td>{text.unitAddress}</td>
        <th>邮编</th>
        <td>{text.postcode}</td>
        <th>单位电话</th>
        <td>{text.unitPhone}</td>
      </tr>
      <tr>
        <th>所属产业</th>
        <td colSpan={5}>
          <Marks policy={policy} id="sector" entries={entries} />
        </td>
      </tr>
      <tr>
        <th>外来务工</th>
        <td colSpan={5}>
          <span className="marks">
            <span>
              <Box on={entries.marked.migrant?.includes(isMigrant ?? '')} /> 是（户籍地：
              <u>{text.hometown}</u>，来沪年限：<u className="short">{text.yearsInShanghai}</u>年）
            </span>
            <span>
              <Box on={entries.marked.migrant?.includes(isNot ?? '')} /> 否
            </span>
          </span>
        </td>
      </tr>
    </>
  )
}

function CertificateRows({ policy, entries }: { policy: Policy; entries: AnnexEntries }) {
  const { text } = entries
  const [memberCard, bankCard] = policy.form.boxes.find(({ id }) => id === 'payee')?.options ?? []
  return (
    <>
      <tr>
        <th>
          原有最高
          <br />
          技能等级
        </th>
        <td colSpan={3}>
          <Marks policy={policy} id="previousLevel" entries={entries} />
        </td>
        <th>发证日期</th>
        <td>{text.previousIssuedOn}</td>
      </tr>
      <tr>
        <th>现晋升的技能等级</th>
        <td colSpan={3}>
          <Marks policy={policy} id="newLevel" entries={entries} />
        </td>
        <th>发证日期</th>
        <td>{text.newIssuedOn}</td>
      </tr>
      <tr>
        <th>证书类型</th>
        <td colSpan={5}>
          <Marks policy={policy} id="certificateKind" entries={entries} lines />
        </td>
      </tr>
      <tr>
        <th>职业资格证书编号</th>
        <td colSpan={2}>{text.certificateNumber}</td>
        <th>身份证号码</th>
        <td colSpan={2}>{text.idNumber}</td>
      </tr>
      <tr>
        <th colSpan={2} className="left">
          <Box on={entries.marked.payee?.includes(memberCard ?? '')} /> {memberCard}
          <br />
          <Box on={entries.marked.payee?.includes(bankCard ?? '')} /> {bankCard}
        </th>
        <th>（2选1）</th>
        <td colSpan={3}>{text.payee}</td>
      </tr>
    </>
  )
}

/** Their boxes print empty: nobody draws a seal. */
function SealRows() {
  return (
    <>
      <tr className="seals">
        <th>基层单位人力资源部门意见</th>
        <td colSpan={2}>
          <Seal note="通用工种无需盖章。" />
        </td>
        <th>基层工会意见</th>
        <td colSpan={2}>
          <Seal words="同意申报。" />
        </td>
      </tr>
      <tr className="seals">
        <th>区局（产业）工会意见</th>
        <td colSpan={5}>
          <Seal words="同意申报。" />
        </td>
      </tr>
    </>
  )
}

function SurveyRow({ policy }: { policy: Policy }) {
  return (
    <tr>
      <td colSpan={6} className="survey">
        <p>　　{policy.survey.intro}</p>
        <ol>
          {policy.survey.questions.map((question, place) => (
            <li key={question.id}>
              {place + 1}.{question.text}：
              {question.kind === 'yuanPerMonth' ? (
                <>
                  <u className="short" /> 元/月
                </>
              ) : (
                question.choices?.map((choice) => (
                  <span key={choice}>
                    <Box /> {choice}
                  </span>
                ))
              )}
            </li>
          ))}
        </ol>
      </td>
    </tr>
  )
}

function Paper({ policy, entries }: { policy: Policy; entries: AnnexEntries }) {
  return (
    <div className="paper">
      <h2>{policy.form.title}</h2>
      <p className="above">
        <span>所属区局（产业）工会：{entries.text.districtUnion}</span>
        <span>填表日期：{entries.text.filledOn}</span>
      </p>
      <table>
        <colgroup>
          {[13, 22, 11, 19, 12, 23].map((width, place) => (
            <col key={place} style={{ width: `${width}%` }} />
          ))}
        </colgroup>
        <tbody>
          <PersonRows policy={policy} entries={entries} />
          <CertificateRows policy={policy} entries={entries} />
          <SealRows />
          <SurveyRow policy={policy} />
        </tbody>
      </table>
    </div>
  )
}

/** The page shrunk to the phone's width; printed, it is A4. */
export function Annex({ policy, entries }: { policy: Policy; entries: AnnexEntries }) {
  const frame = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ scale: 0.42, height: 0 })
  useLayoutEffect(() => {
    const box = frame.current
    const paper = box?.firstElementChild
    if (!box || !(paper instanceof HTMLElement)) return
    const measure = () => setSize({ scale: Math.min(1, box.clientWidth / paperWidth), height: paper.offsetHeight })
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    watch.observe(paper)
    return () => watch.disconnect()
  }, [])
  return (
    <div ref={frame} className="paper-frame" style={{ height: size.height * size.scale }}>
      <div className="paper-scale" style={{ transform: `scale(${size.scale})` }}>
        <Paper policy={policy} entries={entries} />
      </div>
    </div>
  )
}
