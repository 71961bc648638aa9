/** How an award stands with its account, as its worker sees it. */
import type { ApplicationView } from '../../contract/applications.ts'
import type { ApplicationState } from '../../domain/application.ts'
import { type LastAttempt, workerMayPropose } from '../../domain/payee.ts'
import type { FailureCode, PayoutState } from '../../domain/payout.ts'
import { type Channel, channelRules } from '../../domain/policy.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { policyOf } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import { selectAttempts, selectLastChange, selectStanding, type Standing } from './sql.ts'

export const refusalPlace = (changeId: string) => ({ table: 'payee_change', column: 'refused_words', row: changeId })

export const lastOf = ({ payout_state, payout_code }: Pick<Standing, 'payout_state' | 'payout_code'>) =>
  payout_state === null
    ? undefined
    : ({
        state: payout_state as PayoutState,
        ...(payout_code !== null && { code: payout_code as FailureCode }),
      } satisfies LastAttempt)

/** Before final approval nothing. */
export async function ownPayee(trx: Trx, deps: Deps, applicationId: string): Promise<Pick<ApplicationView, 'payee'>> {
  const found = await selectStanding(trx, applicationId)
  if (!found) return {}
  const [attempts, change, policy] = await Promise.all([
    selectAttempts(trx, found.award_id),
    selectLastChange(trx, found.award_id),
    policyOf(trx, found.policy_id, found.policy_revision),
  ])
  const rules = channelRules(policy, found.channel as Channel)
  const current = openPayee(deps, found.award_id, found.payee)
  return {
    payee: {
      kind: current.kind,
      tail: found.payee_tail ?? '',
      kinds: [...rules.payees],
      clause: rules.payment.clause,
      payer: found.payer,
      may: workerMayPropose(found.state as ApplicationState, lastOf(found), found.open_id !== null),
      attempts: attempts.map((attempt) => ({
        id: attempt.id,
        state: attempt.state as PayoutState,
        tail: attempt.payee_tail,
        ...(attempt.code !== null && { code: attempt.code as FailureCode }),
        ...(attempt.heard_at !== null && { heardAt: attempt.heard_at }),
        ...(attempt.paid_on !== null && { paidOn: attempt.paid_on }),
      })),
      // What the worker took back is as if it had not been.
      ...(change &&
        change.refused_by !== change.proposed_by && {
          change: {
            id: change.id,
            mayWithdraw:
              change.confirmed_by === null && change.refused_by === null && change.proposed_by === found.account_id,
            state: change.confirmed_by ? 'confirmed' : change.refused_by ? 'refused' : 'open',
            // What was agreed on before a later attempt has been used up by it.
            current: change.payout_id === (attempts.at(-1)?.id ?? null),
            sameAccount: change.same_account,
            tail: change.payee_tail,
            at: change.proposed_at,
            ...(change.refused_words !== null && {
              words: deps.secrets.openText(refusalPlace(change.id), change.refused_words as Envelope),
            }),
          },
        }),
    },
  }
}
