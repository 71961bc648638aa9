/** Cancelling an award: where its money lies then, its application's last action, and whose its certificate is. */
import { randomUUID } from 'node:crypto'
import type { CancelCause, MoneyPlace } from '../../domain/correction.ts'
import type { Instant } from '../../domain/dates.ts'
import { appendActions } from '../applications/actions.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { type LedgerAccount, post } from '../ledger/ledger.ts'
import { freeForWhoObjected } from '../objections/objection.ts'
import { serviceCentreId, type SubjectRow } from './sql.ts'

/** Where what is cancelled lies then: with whoever has the money; once the city has it, nowhere more. */
async function leftWith(trx: Trx, award: SubjectRow): Promise<LedgerAccount> {
  const [place, organisationId] = award.stands_on.split(':') as [MoneyPlace, string | undefined]
  switch (place) {
    case 'committed':
      return 'cancelled'
    case 'serviceCentre':
      return `surplus:${await serviceCentreId(trx)}`
    case 'union':
      return `surplus:${organisationId!}`
    default:
      return award.payer_kind === 'cityFederation' ? 'cancelled' : `surplus:${award.payer_id}`
  }
}

/**
 * Takes an award back, by a correction or once its money was paid back: its certificate is free, first of all for who
 * objected.
 * @throws {Refused} objection.calendar-missing
 */
export async function takeBack(
  trx: Trx,
  deps: Deps,
  viewer: Pick<Viewer, 'accountId' | 'role'>,
  award: SubjectRow,
  cause: { readonly kind: 'cancel' | 'recovery'; readonly id: string; readonly reason: CancelCause },
  at: Instant,
): Promise<void> {
  await post(trx, deps.secrets, [
    {
      ...{ awardId: award.id, amountFen: award.amount_fen, causeKind: cause.kind, causeId: cause.id, at },
      ...{ from: award.stands_on as LedgerAccount, to: await leftWith(trx, award) },
    },
  ])
  const { accountId, role } = viewer
  await appendActions(trx, deps, [
    {
      applicationId: award.application_id,
      id: randomUUID(),
      kind: 'cancel',
      accountId,
      role,
      at,
      reasons: [cause.reason],
    },
  ])
  if (award.displaced) {
    const claim = { id: award.application_id, policyId: award.policy_id, policyRevision: award.policy_revision }
    await freeForWhoObjected(trx, claim, at)
  }
}
