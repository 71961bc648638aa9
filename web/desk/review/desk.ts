/** What is done about a case besides deciding it: whose it is, and whether it is held. */
import type { ApplicationView, QueueItem } from '../../../contract/applications.ts'
import type { Assigned, Colleagues, Lot } from '../../../contract/desk.ts'
import { request } from '../../ui/api.ts'
import { useWrite } from '../parts/write.ts'
import { client, serverQuery, useServer } from '../query.ts'

export const useColleagues = (wanted: boolean) => useServer<Colleagues>('/colleagues', !wanted).data?.colleagues ?? []

type Assignment = { readonly to: string | null; readonly cases: readonly { id: string; from: string | null }[] }
export const useAssign = () => useWrite<Assignment, Assigned>((id) => `/assignments/${id}`)

export const useHold = (application: ApplicationView) =>
  useWrite<{ reason: string }, unknown>((id) => `/applications/${application.id}/holds/${id}`)
export const useRelease = (application: ApplicationView) =>
  useWrite<{ word?: string }, unknown>(
    () => `/applications/${application.id}/holds/${application.desk?.hold?.id ?? ''}/release`,
  )

/** Can go with others, as far as the list tells; the server looks at the rest. */
export const isClean = (item: QueueItem, ownId: string): boolean =>
  item.finding === 'allMet' && !item.held && item.state === 'inReview' && (!item.assignee || item.assignee.id === ownId)

export const mostInLot = 200

/** A lot is asked for by its id; asking again gets the same draw. */
export const drawLot = (id: string, cases: readonly string[]) => request<Lot>('PUT', `/review-lots/${id}`, { cases })
export const lotPath = (id: string) => `/review-lots/${id}`
export const leftKey = (id: string) => ['lot-left-out', id]
/** What the draw left out is told once; the lot itself is asked for again. */
export function lotDrawn(lot: Lot): void {
  client.setQueryData(serverQuery<Lot>(lotPath(lot.id)).queryKey, lot)
  client.setQueryData(leftKey(lot.id), lot.leftOut)
}
