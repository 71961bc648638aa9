/** The last filing batch and its planned closing day: announced by the centre to all who still hold open cases (四.一.3). */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { Refused } from '../../contract/errors.ts'
import type { DeskNotices } from '../../contract/messages.ts'
import { record } from '../audit/audit.ts'
import { refuseTakenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import * as rows from './sql.ts'
import { readLexicon } from './words.ts'

/** The planned closing day of each batch that is announced as the last. */
export async function announcedClosings(trx: Trx, batchIds: readonly string[]): Promise<Map<string, string>> {
  const found = await rows.selectAnnouncements(trx, batchIds)
  return new Map(found.map((row) => [row.batch_id, row.closes_on]))
}

/**
 * Announces an open batch as the last. Another day is another announcement; the same day again changes nothing.
 * @throws {Refused} not-found, batch.closed, batch.closing-past, request.reused-id
 */
export function announceLastBatch(
  deps: Deps,
  viewer: Viewer,
  batchId: string,
  id: string,
  closesOn: PlainDate,
  now: Instant,
): Promise<{ closesOn: string }> {
  return inViewersScope(deps, viewer, async (trx) => {
    await rows.lockBatch(trx, batchId)
    const batch = await rows.selectBatch(trx, batchId)
    if (!batch) throw new Refused('not-found')
    if ((await announcedClosings(trx, [batchId])).get(batchId) === closesOn) return { closesOn }
    if (batch.closed_on) throw new Refused('batch.closed')
    if (closesOn < shanghaiDate(now)) throw new Refused('batch.closing-past')
    const { accountId } = viewer
    await rows.insertAnnouncement(trx, {
      id,
      batch_id: batchId,
      closes_on: closesOn,
      announced_by: accountId,
      announced_at: now,
    })
    await record(trx, deps.secrets, {
      kind: 'batch.announced',
      objectKind: 'filing_batch',
      objectId: batchId,
      accountId,
      at: now,
      detail: { closesOn },
    })
    return { closesOn }
  }).catch(refuseTakenId)
}

const deskColumn = {
  hrOfficer: 'unit_id',
  unionOfficer: 'base_union_id',
  filingPoint: 'filing_point_id',
  districtReviewer: 'district_id',
} as const satisfies { readonly [R in StaffRole]?: string }

/** The announcement in force, for a desk that holds cases which are not in second review yet. */
export async function lastBatchFor(trx: Trx, { role, organisation }: Viewer): Promise<DeskNotices['lastBatch']> {
  const column = deskColumn[role as keyof typeof deskColumn]
  if (!column && role !== 'verifier') return undefined
  const announced = await rows.selectInForce(trx)
  if (!announced) return undefined
  const desk = column && { column, organisationId: organisation!.id }
  if (!(await rows.holdsOpenCases(trx, announced.policy_id, desk))) return undefined
  return { number: announced.number, closesOn: announced.closes_on }
}

/**
 * Tells those concerned of one announcement, all at once or not at all.
 * @returns whether there was one
 */
export async function tellAnnouncement(trx: Trx, at: number): Promise<boolean> {
  const untold = await rows.lockUntold(trx)
  if (!untold) return false
  const batch = (await rows.selectBatch(trx, untold.batch_id))!
  const { newest } = await readLexicon(trx)
  const announcement = {
    id: untold.id,
    policyId: batch.policy_id,
    at: untold.announced_at,
    onDay: shanghaiDate(untold.announced_at as Instant),
    about: { batch: batch.number, closesOn: untold.closes_on },
    words: newest,
  }
  await rows.tellReturned(trx, announcement)
  await rows.tellHolders(trx, announcement)
  await rows.setTold(trx, untold.id, at)
  return true
}
