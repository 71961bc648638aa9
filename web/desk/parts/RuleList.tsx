/** The rules beside a conversation: each with the words of the notice it rests on. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { CommonAnswers } from '../../../contract/feedback.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Empty, Failed, Loading } from '../Page.tsx'
import { usePolicy, useServer } from '../query.ts'
import { FindBox } from './FindBox.tsx'
import { conditionGroups, stepGroups } from './policyRows.ts'

export function RuleList() {
  const policy = usePolicy()
  const answers = useServer<CommonAnswers>('/common-answers')
  const [find, setFind] = useState('')
  if (policy.isPending) return <Loading />
  if (policy.isError) return <Failed error={policy.error} retry={() => void policy.refetch()} />
  const fits = (...texts: readonly string[]) => texts.some((text) => text.includes(find.trim()))
  const groups = [...conditionGroups(policy.data), ...stepGroups(policy.data)]
    .map((group) => ({ ...group, rows: group.rows.filter((row) => fits(row.rule, row.value, row.quote)) }))
    .filter((group) => group.rows.length > 0)
  const common = (answers.data?.answers ?? []).filter(({ question, answer }) => fits(question, answer))
  return (
    <section className="panel" aria-label="规则">
      <div className="cap">
        <h2>规则</h2>
        <span className="sp" />
        <Link to="/policy">通知全文</Link>
      </div>
      <div className="pad">
        <FindBox value={find} onChange={setFind} label="在规则里找" placeholder="金额、时间、材料、证书" />
      </div>
      <div className="rule-list" tabIndex={0} role="region" aria-label="规则和原文">
        {common.length > 0 && (
          <>
            <h3>常见答复</h3>
            <ul>
              {common.map((each) => (
                <li key={each.id}>
                  <b>{each.question}</b>
                  <p>{each.answer}</p>
                </li>
              ))}
            </ul>
          </>
        )}
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <ul>
              {group.rows.map((row) => (
                <li key={row.id}>
                  <b>{row.rule}</b>　{row.value}
                  <Clause id={row.clause} quote={row.quote} target="_blank" />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && common.length === 0 && <Empty title="规则里没有这样的话" next="换个词再找" />}
      </div>
    </section>
  )
}
