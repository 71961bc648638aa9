/** The filing batches that the service centre opens and closes (四.一.3). */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { addDays, shanghaiDate } from '../../domain/dates.ts'
import type { Policy } from '../../domain/policy.ts'
import { channelRules } from '../../domain/policy.ts'
import type { BatchList } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import { announcedClosings } from '../messages/announcement.ts'
import { activePolicy } from '../policies/policy.ts'
import * as rows from './sql.ts'

const reviewDays = (policy: Policy) =>
  channelRules(policy, 'unit').steps.find((step) => step.kind === 'secondReview')?.dueDaysAfterBatchClose

export async function listBatches(deps: Deps, viewer: Viewer): Promise<BatchList> {
  return inViewersScope(deps, viewer, async (trx) => ({ batches: await batchViews(trx, viewer) }))
}

/** No further than this is counted: a batch of the whole city may hold a hundred thousand. */
const countLimit = 20_000

async function batchViews(trx: Trx, viewer: Viewer): Promise<BatchList['batches']> {
  const policy = await activePolicy(trx)
  const batches = await rows.selectBatches(trx, policy.id)
  const progress = await rows.batchProgress(
    trx,
    batches.map((batch) => batch.id),
    viewer.role === 'districtReviewer' ? viewer.organisation!.id : undefined,
    countLimit,
  )
  const days = reviewDays(policy)
  const closings = await announcedClosings(
    trx,
    batches.map((batch) => batch.id),
  )
  return batches.map((batch) => {
    const lastClosesOn = closings.get(batch.id)
    const counts = progress.find((each) => each.batch_id === batch.id)
    return {
      id: batch.id,
      number: batch.number,
      openedOn: batch.opened_on,
      ...(batch.closed_on && { closedOn: batch.closed_on }),
      ...(lastClosesOn && { lastClosesOn }),
      ...(batch.closed_on && days !== undefined && { reviewDueOn: addDays(batch.closed_on as PlainDate, days) }),
      applications: counts?.applications ?? 0,
      reviewed: counts?.reviewed ?? 0,
    }
  })
}

type BatchView = BatchList['batches'][number]

/** Opens the next batch; its id makes a repeat harmless. @throws {Refused} batch.already-open */
export async function openBatch(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<BatchView> {
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      const batches = await batchViews(trx, viewer)
      const already = batches.find((batch) => batch.id === id)
      if (already) return already
      if (batches.some((batch) => !batch.closedOn)) throw new Refused('batch.already-open')
      const policy = await activePolicy(trx)
      await rows.insertBatch(trx, {
        id,
        policyId: policy.id,
        number: (batches[0]?.number ?? 0) + 1,
        openedOn: shanghaiDate(now),
        openedBy: viewer.accountId,
      })
      await rows.adoptForwarded(trx, policy.id, id)
      await record(trx, deps.secrets, {
        kind: 'batch.opened',
        objectKind: 'filing_batch',
        objectId: id,
        accountId: viewer.accountId,
        at: now,
      })
      return (await batchViews(trx, viewer)).find((batch) => batch.id === id)!
    })
  } catch (error) {
    const constraint = refusalOf(error)?.constraint
    if (constraint === 'filing_batch_one_open' || constraint === 'filing_batch_policy_id_number_key')
      throw new Refused('batch.already-open')
    throw error
  }
}

/** Closes a batch: the two weeks of second review run from this day. Closing twice changes nothing. */
export async function closeBatch(deps: Deps, viewer: Viewer, id: string, now: Instant): Promise<BatchView> {
  return inViewersScope(deps, viewer, async (trx) => {
    const batch = await rows.selectBatch(trx, id)
    if (!batch) throw new Refused('not-found')
    if (!batch.closed_on) {
      await rows.closeBatch(trx, id, shanghaiDate(now), viewer.accountId)
      await record(trx, deps.secrets, {
        kind: 'batch.closed',
        objectKind: 'filing_batch',
        objectId: id,
        accountId: viewer.accountId,
        at: now,
      })
    }
    return (await batchViews(trx, viewer)).find((each) => each.id === id)!
  })
}
