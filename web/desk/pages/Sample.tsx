/** One sample: how it was drawn, its cases with their verdicts, and the sum of it. */
import { Link, useParams } from '@tanstack/react-router'
import type { SampleDetail } from '../../../contract/oversight.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuanColumn } from '../../ui/words.ts'
import { Figures, Page } from '../Page.tsx'
import { Head } from '../parts/Head.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { filterInWords, methodInWords, verdictTitles } from '../parts/sampleWords.ts'
import { useServer, useToday } from '../query.ts'
import './oversight.css'
import './pages.css'

export default function Sample() {
  const { id } = useParams({ from: '/samples/$id' })
  const path = `/audit-samples/${id}`
  const sample = useServer<SampleDetail>(path)
  const today = useToday()
  const view = sample.data
  return (
    <Page
      title={view ? `第${view.number}号样本` : '样本'}
      rule={view && `${view.drawnBy}抽，${moment(view.drawnAt, today)}，抽好后不能换件`}
      actions={<Link to="/samples">全部样本</Link>}
    >
      <Loaded query={sample} path={path}>
        {(detail) => <Detail sample={detail} />}
      </Loaded>
    </Page>
  )
}

function Detail({ sample }: { sample: SampleDetail }) {
  const { counts } = sample
  const next = sample.cases.find((each) => !each.verdict)
  return (
    <>
      <Figures
        figures={[
          { label: '范围内', value: counted(sample.frameSize), after: `件，${yuanColumn(sample.frameFen)}元` },
          { label: '抽出', value: counted(counts.drawn), after: `件，${yuanColumn(sample.drawnFen)}元` },
          { label: '无问题', value: counted(counts.clear), after: '件' },
          {
            label: '有问题',
            value: counted(counts.problem),
            after: '件',
            ...(counts.problem > 0 && { tone: 'err' as const }),
          },
          { label: '没看', value: counted(counts.open), after: '件' },
        ]}
      />
      <section className="panel pad" aria-label="抽法">
        <dl className="facts">
          <dt>范围</dt>
          <dd>{filterInWords(sample)}</dd>
          <dt>抽法</dt>
          <dd>{methodInWords(sample)}</dd>
          {sample.seed !== undefined && (
            <>
              <dt>种子</dt>
              <dd className="digest num">{sample.seed}</dd>
            </>
          )}
          <dt>范围摘要</dt>
          <dd className="digest num">
            {sample.frameDigest}
            <p className="mut sm">
              范围内的受理号按序一行一个，取SHA-256。
              {sample.seed !== undefined &&
                '每个受理号取“种子 受理号”的SHA-256，从小到大取前几件，任何人都能重抽一遍。'}
            </p>
          </dd>
        </dl>
      </section>
      <section className="panel">
        <div className="cap">
          <h2>抽出的件</h2>
          <span className="sp" />
          {next && (
            <Link to="/samples/$id/$place" params={{ id: sample.id, place: String(next.place) }}>
              看下一件没看的
            </Link>
          )}
        </div>
        <Cases sample={sample} />
      </section>
    </>
  )
}

function Cases({ sample }: { sample: SampleDetail }) {
  return (
    <div className="table-box">
      <table className="t">
        <Head
          columns={['序', '受理号', '等级，职业（工种）', '区局（产业）工会', '状态', { right: '金额（元）' }, '结论']}
        />
        <tbody>
          {sample.cases.map((each) => (
            <tr key={each.place}>
              <td>{each.place}</td>
              <td>
                <Link to="/samples/$id/$place" params={{ id: sample.id, place: String(each.place) }}>
                  {each.receiptNumber}
                </Link>
              </td>
              <td>
                {levelTitles[each.level]}，{each.occupationName}
              </td>
              <td>{each.district}</td>
              <td>
                {each.stateTitle}
                {each.moved && <span className="mut sm">　抽出后又办过</span>}
              </td>
              <td className="r">{yuanColumn(each.amountFen)}</td>
              <td className="wrap">
                {each.verdict ? (
                  <>
                    <Status kind={each.verdict.outcome === 'clear' ? 'met' : 'unmet'} plain>
                      {verdictTitles[each.verdict.outcome]}
                    </Status>
                    {each.verdict.words && <p className="sm ink2">{each.verdict.words}</p>}
                  </>
                ) : (
                  <Status kind="waiting" plain>
                    没看
                  </Status>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
