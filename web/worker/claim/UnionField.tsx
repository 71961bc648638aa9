/** The worker's base union. Choosing it brings the unit's own facts, kept once by the union. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { UnitFactsView } from '../../../contract/people.ts'
import { request } from '../../ui/api.ts'
import type { DraftKeeper } from '../draft.ts'
import { Field, Opener } from '../fields.tsx'
import { queryClient } from '../queries.ts'

const UnionSheet = lazy(async () => ({ default: (await import('../sheets/UnionSheet.tsx')).UnionSheet }))

const unitFacts = (id: string) => ({
  queryKey: ['unit-facts', id],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    request<UnitFactsView>('GET', `/unions/${id}/unit-facts`, undefined, signal),
  staleTime: 600_000,
})

export const useUnion = (id: string | undefined) => useQuery({ ...unitFacts(id ?? ''), enabled: id !== undefined })

export function UnionField({
  label,
  hint,
  unionId,
  keeper,
  problem,
}: {
  label: string
  hint: string | undefined
  unionId: string | undefined
  keeper: DraftKeeper
  problem: string | undefined
}) {
  const [choosing, setChoosing] = useState(false)
  const union = useUnion(unionId)
  const choose = async (id: string) => {
    setChoosing(false)
    keeper.set({ baseUnionId: id })
    const { facts, unitId } = await queryClient
      .fetchQuery(unitFacts(id))
      .catch(() => ({ facts: undefined, unitId: undefined }))
    if (keeper.snapshot().form.baseUnionId !== id) return
    keeper.set({ ...facts, unitId })
  }
  const filled = union.data?.facts !== undefined
  return (
    <Field
      id="baseUnionId"
      label={label}
      hint={unionId ? undefined : hint}
      problem={problem}
      note={union.data && `${union.data.district}${filled ? '，单位情况已带出，请核对' : ''}`}
    >
      {(described) => (
        <>
          <Opener
            described={described}
            shown={union.data?.name ?? (unionId ? '已选' : undefined)}
            empty="点这里找"
            onOpen={() => setChoosing(true)}
          />
          {choosing && (
            <Suspense fallback={null}>
              <UnionSheet
                chosenId={unionId}
                onChoose={({ id }) => void choose(id)}
                onClose={() => setChoosing(false)}
              />
            </Suspense>
          )}
        </>
      )}
    </Field>
  )
}
