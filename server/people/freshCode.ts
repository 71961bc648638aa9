/** A second factor asked once more before money leaves: a code of this minute, used once, counted like a sign-in's. */
import { Refused } from '../../contract/errors.ts'
import type { Instant } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inScope } from '../db/open.ts'
import { stepOfCode } from './password.ts'
import { lockLimits, lockedUntil, totpPlace } from './signIn.ts'
import { lockStaff, setAttempts } from './sql.ts'
import { signInScope } from './session.ts'

/**
 * In a transaction of its own, so that what is counted stays counted; a code that was right is used up.
 * @param at machine time
 * @throws {Refused} sign-in.second-factor, sign-in.locked
 */
export async function requireFreshCode(
  deps: Deps,
  { accountId }: Viewer,
  code: string,
  { at, now }: { readonly at: number; readonly now: Instant },
): Promise<void> {
  const refusal = await inScope(deps.db, signInScope, async (trx): Promise<Refused | undefined> => {
    const counted = await lockStaff(trx, accountId)
    if ((counted.locked_until ?? 0) > at) return lockedUntil(counted.locked_until!)
    const step = stepOfCode(deps.secrets.openText(totpPlace(accountId), counted.totp_secret), code, at)
    if (step !== undefined && step > counted.totp_step) {
      await setAttempts(trx, accountId, { failed_attempts: 0, locked_until: null, totp_step: step })
      return undefined
    }
    const failed = (counted.locked_until === null ? counted.failed_attempts : 0) + 1
    const until = failed < lockLimits.attempts ? null : at + lockLimits.minutes * 60_000
    await setAttempts(trx, accountId, { failed_attempts: failed, locked_until: until })
    const kind = until === null ? 'sign-in.failed' : 'sign-in.locked'
    await record(trx, deps.secrets, { kind, objectKind: 'account', objectId: accountId, accountId, at: now })
    return until === null ? new Refused('sign-in.second-factor') : lockedUntil(until)
  })
  if (refusal) throw refusal
}
