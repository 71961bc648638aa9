/** 收入问卷: how often each answer was given, by level and by sector. What is few is not shown, nor to be worked out. */
import type { SurveyTables } from '../../../contract/survey.ts'
import { levelTitles } from '../../../domain/policy.ts'
import type { Level, SurveyQuestion } from '../../../domain/policy.ts'
import { counted } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { usePolicy, useServer } from '../query.ts'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import './pages.css'

const sectors: { readonly [sector: string]: string } = {
  primary: '第一产业',
  secondary: '第二产业',
  tertiary: '第三产业',
}
const sides = [
  { id: 'level', title: '按等级' },
  { id: 'sector', title: '按产业' },
] as const

export default function Survey() {
  const tables = useServer<SurveyTables>('/survey')
  const policy = usePolicy().data
  const [side, setSide] = useUrl('tab', 'level')
  return (
    <Page title="收入问卷" rule={<span className="quote">{policy?.survey.intro}</span>} clause="附件">
      <section className="panel">
        <Tabs label="怎么分" value={side} onChange={setSide} tabs={sides} />
        <p className="pad mut sm">
          自愿填写，不记名、不记时间，同一等级、同一产业满10份一起计入，不满的先不计。少于10人的格子不显示（—），为了不让人从合计推算，旁边的格子也可能不显示。
        </p>
        <Loaded query={tables} path="/survey">
          {({ questions }) =>
            questions.map((question, place) => (
              <Counts
                key={question.id}
                place={place + 1}
                question={policy?.survey.questions.find(({ id }) => id === question.id)}
                table={question}
                lines={
                  side === 'sector'
                    ? question.bySector.map(({ line, counts }) => ({ name: sectors[line]!, counts }))
                    : question.byLevel.map(({ line, counts }) => ({ name: levelTitles[line as Level], counts }))
                }
              />
            ))
          }
        </Loaded>
      </section>
    </Page>
  )
}

/** 5,000—7,999: pay is kept in whole thousands. */
function bandTitle(from: string, next: string | undefined): string {
  if (!next) return `${counted(Number(from))}以上`
  return from === '0' ? `不到${counted(Number(next))}` : `${counted(Number(from))}—${counted(Number(next) - 1)}`
}

function Counts({
  place,
  question,
  table,
  lines,
}: {
  place: number
  question: SurveyQuestion | undefined
  table: SurveyTables['questions'][number]
  lines: readonly { readonly name: string; readonly counts: readonly (number | null)[] }[]
}) {
  const { answers } = table
  const isPay = question?.kind === 'yuanPerMonth'
  const titles = answers.map((answer, index) => (isPay ? bandTitle(answer, answers[index + 1]) : answer))
  return (
    <div className="survey-table">
      <h2>
        {place}. {question?.text}
        {isPay && <span className="mut sm">（元/月）</span>}
      </h2>
      <table className="t tight">
        <Head columns={['', ...titles.map((title) => ({ right: title }))]} />
        <tbody>
          {lines.map(({ name, counts }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts.map((n, index) => (
                <td key={answers[index]} className="r">
                  {n === null ? <span className="mut">—</span> : counted(n)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
