/** The occupations whose 高级工 certificates count. */
import { useState } from 'react'
import { Clause, ClauseNumber } from '../../ui/Clause.tsx'
import { Page } from '../Page.tsx'
import { SearchBox } from '../SearchBox.tsx'
import { usePolicy } from '../queries.ts'
import { Await, Empty } from '../states.tsx'
import type { Policy } from '../../../domain/policy.ts'

function List({ policy }: { policy: Policy }) {
  const [find, setFind] = useState('')
  const wanted = find.normalize('NFKC').trim()
  const hits = policy.occupations.filter(({ name, code }) => name.includes(wanted) || code.includes(wanted))
  const free = policy.categories.find((category) => !category.listedOccupationsOnly && !category.competition)
  return (
    <>
      <section className="card">
        <p>只有高级工要看这{policy.occupations.length}个工种。</p>
        <Clause id={policy.occupationsCitation.clause} quote={policy.occupationsCitation.quote} />
        <p className="muted">技师及以上不限工种 {free && <ClauseNumber id={free.clause} />}</p>
      </section>
      <SearchBox label="找工种" placeholder="工种名称或编码" find={find} onFind={setFind} />
      {hits.length === 0 ? (
        <Empty title={`没有名称里含“${wanted}”的工种`}>
          <button type="button" className="button line" onClick={() => setFind('')}>
            清除
          </button>
        </Empty>
      ) : (
        <ol className="card rows">
          {hits.map((occupation) => (
            <li key={occupation.code}>
              <span className="grow">
                {occupation.name}
                <span className="muted num block">{occupation.code}</span>
              </span>
              {occupation.addedThisYear && <span className="status tone-act">{policy.year}年新增</span>}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

export default function Occupations() {
  const policy = usePolicy()
  return (
    <Page title={policy.data ? `${policy.data.occupations.length}个工种` : '工种'}>
      <Await query={policy}>{(known) => <List policy={known} />}</Await>
    </Page>
  )
}
