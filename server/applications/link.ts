/** A worker takes up a claim that a filing point entered: the phone on the form, its receipt number, its ID number. */
import type { Instant } from '../../domain/dates.ts'
import { normaliseIdentityNumber } from '../../domain/identityNumber.ts'
import type { Linked, LinkClaim } from '../../contract/entries.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import * as rows from './sql.ts'

/**
 * Links the claim to who is signed in, for good; the same again answers the same. The answer never tells which of the
 * three was wrong, nor whether there is such a claim. What is counted stays counted, so the refusal is thrown after its
 * transaction is committed.
 * @throws {Refused} link.mismatch, link.locked
 */
export async function linkClaim(deps: Deps, viewer: Viewer, message: LinkClaim, now: Instant): Promise<Linked> {
  const { accountId } = viewer
  const receiptNumber = message.receiptNumber.normalize('NFKC').replace(/\s/g, '').toUpperCase()
  const idIndex = deps.secrets.blindIndex('idNumber', normaliseIdentityNumber(message.idNumber))
  const answer = await inViewersScope(deps, viewer, async (trx): Promise<Linked | Refused> => {
    const { outcome, application_id: id, tries_left: left } = await rows.linkEntered(trx, receiptNumber, idIndex, now)
    const isLinked = outcome === 'linked' && id !== null
    await record(trx, deps.secrets, {
      kind: isLinked ? 'application.linked' : 'application.link-refused',
      ...(isLinked ? { objectKind: 'application', objectId: id } : { objectKind: 'account', objectId: accountId }),
      accountId,
      at: now,
    })
    if (isLinked) return { id }
    return outcome === 'locked' || left === 0 ? new Refused('link.locked') : new Refused('link.mismatch', { left })
  })
  if (answer instanceof Refused) throw answer
  return answer
}
