/** The worker's own base union, found by a part of its or the unit's name. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { UnionOptions } from '../../../contract/people.ts'
import { request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { SearchBox } from '../SearchBox.tsx'
import { Sheet } from '../Sheet.tsx'
import { Loading, Trouble } from '../states.tsx'

export type ChosenUnion = UnionOptions['unions'][number]

export function UnionSheet({
  chosenId,
  onChoose,
  onClose,
}: {
  chosenId: string | undefined
  onChoose: (union: ChosenUnion) => void
  onClose: () => void
}) {
  const [find, setFind] = useState('')
  const wanted = useDeferredValue(find.trim())
  const unions = useQuery({
    queryKey: ['unions', wanted],
    queryFn: ({ signal }) =>
      request<UnionOptions>('GET', `/unions?find=${encodeURIComponent(wanted)}`, undefined, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Sheet title="单位工会" tall onClose={onClose}>
      <SearchBox label="找单位工会" placeholder="单位名称里的几个字" find={find} onFind={setFind} />
      <div className="sheet-scroll">
        {unions.isPending && <Loading />}
        {unions.error && <Trouble problem={unions.error} onRetry={() => void unions.refetch()} />}
        <ul className="options">
          {unions.data?.unions.map((union) => (
            <li key={union.id}>
              <button type="button" aria-pressed={union.id === chosenId} onClick={() => onChoose(union)}>
                <span className="grow">
                  {union.name}
                  <span className="muted block">
                    {union.district}
                    {!union.hasOfficer && '，初审由上级工会代办'}
                  </span>
                </span>
                {union.id === chosenId && <Icon name="check" />}
              </button>
            </li>
          ))}
        </ul>
        {unions.data?.unions.length === 0 && (
          <p role="status">没有名称里含“{wanted}”的工会。换几个字再找，或问单位工会的全称。</p>
        )}
      </div>
      <div className="sheet-tip">
        <p>还是找不到？打55885659，问清你单位的工会归哪一家。</p>
      </div>
    </Sheet>
  )
}
