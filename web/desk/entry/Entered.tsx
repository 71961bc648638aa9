/** What was entered for a union last: to look at, and to print the slip of. */
import { Link } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { useState } from 'react'
import type { EntryList } from '../../../contract/entries.ts'
import { stateTitles } from '../../../domain/application.ts'
import { Status, statusOfState } from '../../ui/Status.tsx'
import { momentToSecond } from '../../ui/words.ts'
import { Empty } from '../Page.tsx'

export function Entered({ entered }: { entered: EntryList['entered'] }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  if (entered.length === 0) return <Empty title="这家还没有提交过" next="在“录入”里填好一行，提交后在这里打印回执" />
  const toggle = (id: string, on: boolean) => {
    const next = new Set(picked)
    if (on) next.add(id)
    else next.delete(id)
    setPicked(next)
  }
  return (
    <section className="panel entered">
      <div className="cap row">
        <Checkbox
          checked={picked.size === entered.length}
          indeterminate={picked.size > 0 && picked.size < entered.length}
          onChange={({ target }) => setPicked(new Set(target.checked ? entered.map(({ id }) => id) : []))}
        >
          全选
        </Checkbox>
        <span className="mut sm">最近50件</span>
        <span className="sp" />
        {picked.size > 0 && (
          <Link to="/slips" search={{ ids: [...picked].join(',') }}>
            打印{picked.size}张回执
          </Link>
        )}
      </div>
      <table className="t">
        <thead>
          <tr>
            <th scope="col">选</th>
            <th scope="col">姓名</th>
            <th scope="col">受理号</th>
            <th scope="col">申报时间</th>
            <th scope="col">现在</th>
            <th scope="col">回执</th>
          </tr>
        </thead>
        <tbody>
          {entered.map(({ id, name, receiptNumber, receivedAt, state }) => (
            <tr key={id}>
              <td>
                <Checkbox
                  aria-label={`选${name}`}
                  checked={picked.has(id)}
                  onChange={({ target }) => toggle(id, target.checked)}
                />
              </td>
              <td>{name}</td>
              <td className="num">
                <Link to="/cases/$id" params={{ id }}>
                  {receiptNumber}
                </Link>
              </td>
              <td className="num">{momentToSecond(receivedAt)}</td>
              <td>
                <Status kind={statusOfState(state)} plain>
                  {stateTitles[state]}
                </Status>
              </td>
              <td>
                {state === 'returned' ? (
                  <Link to="/entry/$id" params={{ id }}>
                    代职工补正
                  </Link>
                ) : (
                  <Link to="/slips" search={{ ids: id }}>
                    打印回执
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
