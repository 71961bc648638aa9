/** 暂缓: a case waits for something, with the reason in words, until its holder or a colleague with a word lets it go on. */
import { fold, mayAct } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Acted } from '../../contract/applications.ts'
import { Refused } from '../../contract/errors.ts'
import { actionOf } from '../applications/actions.ts'
import { standing } from '../applications/standing.ts'
import { record } from '../audit/audit.ts'
import { once, takenId } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import * as rows from './sql.ts'

export const holdSeal = (id: string, column: 'reason' | 'word') => ({ table: 'hold', column, row: id })

/** The application, where this viewer may send it back: who may not decide it may not keep it waiting either. */
async function decidable(trx: Trx, viewer: Viewer, id: string, now: Instant) {
  const found = await standing(trx, viewer, id, shanghaiDate(now))
  const permission = mayAct(fold(found.chain.map(actionOf)), found.actor, 'return')
  if (!permission.allowed) throw new Refused(permission.why, permission.holds ? { holds: permission.holds } : {})
  return found.row
}

const answer = (row: { id: string; version: number; state: string; step: string | null }) =>
  ({ id: row.id, version: row.version, state: row.state, ...(row.step && { step: row.step }) }) as Acted

/** Holds a case, once. @throws {Refused} not-found, act.*, hold.already, request.reused-id */
export async function hold(
  deps: Deps,
  viewer: Viewer,
  id: string,
  holdId: string,
  reason: string,
  now: Instant,
): Promise<Acted> {
  const { accountId } = viewer
  const command = { id: holdId, kind: 'desk.hold', accountId, body: { id, reason }, at: now }
  try {
    return await inViewersScope(deps, viewer, (trx) =>
      once(trx, deps, command, async () => {
        const row = await decidable(trx, viewer, id, now)
        if (row.hold_id) {
          const standing = await rows.selectHold(trx, row.hold_id)
          throw new Refused('hold.already', { who: standing?.name ?? '' })
        }
        await rows.insertHold(trx, {
          id: holdId,
          application_id: id,
          step: row.step!,
          held_by: accountId,
          held_at: now,
          reason: deps.secrets.seal(holdSeal(holdId, 'reason'), reason),
        })
        const entry = { objectKind: 'application', objectId: id, accountId, at: now } as const
        await record(trx, deps.secrets, { kind: 'application.held', ...entry })
        return answer(row)
      }),
    )
  } catch (error) {
    if (refusalOf(error)?.constraint === 'hold_one_open') throw new Refused('hold.already')
    throw takenId(error)
  }
}

/** Lets a case go on. Repeating it changes nothing. @throws {Refused} not-found, act.*, hold.over, hold.word-missing */
export async function release(
  deps: Deps,
  viewer: Viewer,
  id: string,
  holdId: string,
  word: string | undefined,
  now: Instant,
): Promise<Acted> {
  const { accountId } = viewer
  return inViewersScope(deps, viewer, async (trx) => {
    const row = await decidable(trx, viewer, id, now)
    const held = await rows.selectHold(trx, holdId)
    if (!held || held.application_id !== id) throw new Refused('not-found')
    if (held.ended === 'released') return answer(row)
    if (held.ended) throw new Refused('hold.over')
    if (held.held_by !== accountId && !word) throw new Refused('hold.word-missing')
    const sealed = word === undefined ? undefined : deps.secrets.seal(holdSeal(holdId, 'word'), word)
    await rows.releaseHold(trx, holdId, accountId, now, sealed)
    const entry = { objectKind: 'application', objectId: id, accountId, at: now } as const
    await record(trx, deps.secrets, { kind: 'application.released', ...entry })
    return answer(row)
  })
}
