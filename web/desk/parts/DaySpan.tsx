/** From a day to a day, in the page's address; what narrows a page begins it anew. */
import { Input } from 'antd'
import { useToday } from '../query.ts'
import { useUrlState } from './url.ts'

export function DaySpan() {
  const [values, change] = useUrlState()
  const today = useToday()
  const set = (key: 'from' | 'to') => (value: string) =>
    change({ [key]: value === '' ? undefined : value, after: undefined, line: undefined })
  return (
    <>
      <label className="row">
        从
        <Input
          type="date"
          style={{ width: 150 }}
          max={values.to ?? today}
          value={values.from ?? ''}
          onChange={(event) => set('from')(event.target.value)}
        />
      </label>
      <label className="row">
        到
        <Input
          type="date"
          style={{ width: 150 }}
          min={values.from}
          value={values.to ?? ''}
          onChange={(event) => set('to')(event.target.value)}
        />
      </label>
    </>
  )
}
