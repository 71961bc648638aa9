/** Allocation notices issued anew: somebody is taken off, nobody is ever added (四.一.5). */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { Reissue, Reissued } from '../../contract/transfers.ts'
import type { Instant } from '../../domain/dates.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { lotsOf } from '../ledger/ledger.ts'
import { noticeOf, requireCurrent } from '../payments/notice.ts'
import { endNotice, freeAwards, insertRevision, lockNotice, moveLines, type NamedAward, selectNamed } from './sql.ts'

/** `…5号` and `…5号第2版` are one notice. */
const numberOf = (number: string, revision: number): string => `${number.replace(/第\d+版$/, '')}第${revision}版`

/**
 * Takes awards off a notice for which no transfer is made: they are finally approved as before and may stand in a later
 * notice. The rest stand in a new revision, which is to be confirmed for its own place; where nobody is left, the notice
 * ends. What was cancelled since is taken off too.
 * @throws {Refused} not-found, money.superseded, money.transfer-made, money.done where one is not in it, request.reused-id
 */
export function reissue(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, newId }: { id: string; newId: string },
  body: Reissue,
  at: Instant,
): Promise<Reissued> {
  const { accountId } = viewer
  const command = { id: newId, kind: 'transfers.reissue', accountId, body: { id, ...body }, at }
  return once(trx, deps, command, async () => {
    const transfer = await lockNotice(trx, id)
    const notice = await noticeOf(trx, id)
    requireCurrent(notice)
    if (transfer !== undefined) throw new Refused('money.transfer-made')
    const named = await selectNamed(trx, id)
    const wanted = new Set(body.takeOff)
    if (named.filter((award) => wanted.has(award.id)).length !== wanted.size) throw new Refused('money.done')
    const takenOff = named.filter((award) => wanted.has(award.id) || award.cancelled)
    const rest = named.filter((award) => !takenOff.includes(award))
    const detail = { taken: takenOff.length, left: rest.length, revision: notice.revision + 1 }
    if (rest.length === 0) await endNotice(trx, id, at)
    else {
      await insertRevision(trx, {
        id: newId,
        policy_id: notice.policy_id,
        number: numberOf(notice.number, detail.revision),
        revision: detail.revision,
        replaces: id,
        approval_list_id: notice.approval_list_id,
        district_id: notice.district_id,
        line_count: rest.length,
        total_fen: rest.reduce((sum, award) => sum + award.amount_fen, 0),
        receiving_account_tail: notice.tail_now ?? notice.receiving_account_tail,
        issued_by: accountId,
        issued_at: at,
      })
      await moveLines(
        trx,
        id,
        newId,
        takenOff.map((award) => award.id),
      )
    }
    await takeOff(trx, deps, viewer, takenOff, body.words, at)
    const entry = { kind: 'allocation-notice.reissued', objectKind: 'allocation_notice', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail })
    return rest.length > 0 ? { noticeId: newId } : {}
  })
}

async function takeOff(
  trx: Trx,
  deps: Deps,
  { accountId, role }: Viewer,
  awards: readonly NamedAward[],
  words: string,
  at: Instant,
): Promise<void> {
  for (const lot of lotsOf(awards.filter((award) => !award.cancelled)))
    await appendActions(
      trx,
      deps,
      lot.map((award) => ({
        applicationId: award.application_id,
        id: randomUUID(),
        kind: 'takeOff' as const,
        accountId,
        role,
        at,
        words,
      })),
    )
  await freeAwards(
    trx,
    awards.map((award) => award.id),
  )
}
