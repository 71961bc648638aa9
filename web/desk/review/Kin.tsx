/** The same person's other claims, and certificates that may be one: side by side, with the answer that was given. */
import { Link } from '@tanstack/react-router'
import { Button, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import type { Compare, Kin } from '../../../contract/desk.ts'
import type { DraftForm } from '../../../contract/form.ts'
import { filingAuthorityTitles, levelTitles } from '../../../domain/policy.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { dateOf, day, dayWithYear, moment } from '../../ui/words.ts'
import { useKeys } from '../keys.tsx'
import { Note } from '../Page.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { useWrite } from '../parts/write.ts'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { useCtrlEnter } from './dialogs.tsx'

type Beside = Kin['alike'][number]
type Answer = NonNullable<Beside['answer']>
export const kinPath = (id: string) => `/applications/${id}/kin`

export function KinPanel({ application }: { application: ApplicationView }) {
  const path = kinPath(application.id)
  const kin = useServer<Kin>(path)
  const [open, setOpen] = useState<string>()
  const alike = kin.data?.alike ?? []
  const first = alike.find((each) => !each.answer) ?? alike[0]
  useKeys(first ? [{ key: 'c', says: '并排比对相像的证书', press: () => setOpen(first.id) }] : [])
  const none = kin.data && kin.data.samePerson.length + alike.length + kin.data.outside === 0
  const beside = alike.find((each) => each.id === open)
  return (
    <section className="case-block" aria-label="同人同证">
      <div className="row">
        <h2>同人同证</h2>
        <span className="sp" />
        {none && <span className="mut sm">没有其他申报</span>}
      </div>
      <Loaded query={kin} path={path}>
        {({ samePerson, outside, outsideAnswers }) => (
          <ul className="kin">
            {alike.map((each) => (
              <li key={each.id}>
                <Status kind={each.answer ? (each.answer.answer === 'same' ? 'unmet' : 'met') : 'person'} plain>
                  {each.answer ? answerTitles[each.answer.answer] : '可能是同一张证书'}
                </Status>{' '}
                <CaseLink beside={each} />
                {each.answer && <Said answer={each.answer} />}
                <Button onClick={() => setOpen(each.id)}>并排比对 {each.id === first?.id && <kbd>C</kbd>}</Button>
              </li>
            ))}
            {outside > 0 && (
              <li>
                <Status kind="unknown" plain>
                  另有{outside}件不在你的范围，由服务中心比对
                </Status>
                {outsideAnswers.map((answer) => (
                  <Said key={answer.at} answer={answer} />
                ))}
              </li>
            )}
            {samePerson
              .filter((each) => !alike.some(({ id }) => id === each.id))
              .map((each) => (
                <li key={each.id}>
                  <Status kind={statusOfState(each.state)} plain>
                    {each.stateTitle}
                  </Status>{' '}
                  <CaseLink beside={each} />
                </li>
              ))}
          </ul>
        )}
      </Loaded>
      {beside && <Comparing application={application} beside={beside} onClose={() => setOpen(undefined)} />}
    </section>
  )
}

const answerTitles = { same: '是同一证', different: '不是同一证' }

function CaseLink({ beside }: { beside: Kin['samePerson'][number] }) {
  const today = useToday()
  return (
    <span className="sm">
      <Link to="/cases/$id" params={{ id: beside.id }} preload={false}>
        {beside.receiptNumber}
      </Link>{' '}
      {beside.levelTitle}，{beside.occupationName}，{day(dateOf(beside.receivedAt), today)}收到
    </span>
  )
}

function Said({ answer }: { answer: Answer }) {
  const today = useToday()
  const by = answer.role === 'verifier' ? `服务中心${answer.by}` : answer.by
  return (
    <p className="sm ink2">
      {by} {moment(answer.at, today)} 比对：{answerTitles[answer.answer]}
      {answer.words && <q>{answer.words}</q>}
    </p>
  )
}

const lines = [
  ['name', '姓名'],
  ['idNumber', '身份证'],
  ['level', '等级'],
  ['occupationName', '职业（工种）'],
  ['certificateNumber', '证书编号'],
  ['issuedOn', '发证日期'],
  ['filingAuthority', '备案'],
  ['employer', '单位'],
] as const
function worded(form: DraftForm, key: (typeof lines)[number][0]): string {
  if (key === 'level') return form.level ? levelTitles[form.level] : ''
  if (key === 'filingAuthority') return form.filingAuthority ? filingAuthorityTitles[form.filingAuthority] : ''
  if (key === 'issuedOn') return form.issuedOn ? dayWithYear(form.issuedOn) : ''
  return form[key] ?? ''
}

function Comparing({
  application,
  beside,
  onClose,
}: {
  application: ApplicationView
  beside: Beside
  onClose: () => void
}) {
  const { role } = useStaff()
  const [answer, setAnswer] = useState<Compare['answer']>()
  const [words, setWords] = useState('')
  const [wrong, setWrong] = useState<string>()
  const write = useWrite<Compare, unknown>((id) => `/applications/${application.id}/comparisons/${id}`)
  const asks = (role === 'unionOfficer' || role === 'districtReviewer' || role === 'verifier') && !beside.closed
  const go = () => {
    if (!asks) return onClose()
    if (!answer || !words.trim()) return setWrong('选一个结论，并写一句看到了什么。')
    setWrong(undefined)
    write.send({ other: beside.id, answer, words: words.trim() }, () => {
      say(`已记下：${answerTitles[answer]}，以后打开这两件都看得到`)
      onClose()
    })
  }
  useCtrlEnter(go)
  const own = application.files.find((file) => file.purpose === 'certificate')?.id
  return (
    <Modal
      open
      title={`并排比对：${application.receiptNumber} 和 ${beside.receiptNumber}`}
      width={1200}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="no" size="large" onClick={onClose}>
          {asks ? '先不答' : '看完了'}
        </Button>,
        asks && (
          <Button key="yes" size="large" type="primary" loading={write.pending} onClick={go}>
            记下结论 <kbd>Ctrl 回车</kbd>
          </Button>
        ),
      ]}
    >
      <div className="stack dialog">
        {beside.answer && <Said answer={beside.answer} />}
        <div className="side-by-side">
          <table className="t against">
            <thead>
              <tr>
                <th>项目</th>
                <th>这一件</th>
                <th>
                  {beside.receiptNumber}（{beside.baseUnion}，{beside.stateTitle}）
                </th>
                <th>比对</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(([key, title]) => (
                <tr key={key} className={beside.differs.includes(key) ? 'bad' : ''}>
                  <th scope="row">{title}</th>
                  <td className="num">{worded(application.form, key)}</td>
                  <td className="num">{worded(beside.form, key)}</td>
                  <td>
                    <Status kind={beside.differs.includes(key) ? 'unmet' : 'met'} plain>
                      {beside.differs.includes(key) ? '不同' : '相同'}
                    </Status>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="two-pictures">
            {[own, beside.certificateFile].map((file, place) => (
              <figure key={file ?? place}>
                {file ? (
                  <img
                    src={filePageUrl(file, 1)}
                    alt={place === 0 ? '这一件的证书' : `${beside.receiptNumber}的证书`}
                  />
                ) : (
                  <p className="mut">没有证书图片</p>
                )}
              </figure>
            ))}
          </div>
        </div>
        {beside.closed && <Note tone="act">{beside.closed}</Note>}
        {asks && (
          <Verdict answer={answer} onAnswer={setAnswer} words={words} onWords={setWords} wrong={wrong} role={role} />
        )}
        <Refusal problem={write.problem} />
      </div>
    </Modal>
  )
}

function Verdict({
  answer,
  onAnswer,
  words,
  onWords,
  wrong,
  role,
}: {
  answer: Compare['answer'] | undefined
  onAnswer: (answer: Compare['answer']) => void
  words: string
  onWords: (words: string) => void
  wrong: string | undefined
  role: string
}) {
  return (
    <>
      <fieldset>
        <legend className="b">看下来</legend>
        <Radio.Group value={answer ?? ''} onChange={(event) => onAnswer(event.target.value as Compare['answer'])}>
          <Radio value="different" autoFocus>
            {answerTitles.different}
          </Radio>
          <Radio value="same">{answerTitles.same}</Radio>
        </Radio.Group>
        <p className="mut sm">
          {role === 'verifier'
            ? '认定是同一证，两件都不能同意，办结一件后另一件放开。'
            : '你的结论会留给后面的环节；是同一证的，由服务中心定。'}
        </p>
      </fieldset>
      <Field label={<b>看到了什么</b>} wrong={wrong}>
        {(aria) => (
          <Input.TextArea
            {...aria}
            rows={2}
            maxLength={500}
            value={words}
            onChange={(event) => onWords(event.target.value)}
          />
        )}
      </Field>
    </>
  )
}
