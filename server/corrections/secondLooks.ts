/** What somebody made or proposed of money, and what stands still until another person looks (四.三). */
import { confirms, correctionKinds } from '../../domain/correction.ts'
import type { Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { finance } from '../organisations/receivingAccount.ts'
import { countSecondLooks } from './sql.ts'

/**
 * What waits for the word of this person, who made none of it.
 * @param limit up to which each is counted
 * @returns nothing for who gives no second look to money
 */
export async function secondLooks(trx: Trx, { accountId, organisation, role }: Viewer, limit: number) {
  const paysOut = finance.some((each) => each === role)
  if (!paysOut && role !== 'approver') return undefined
  return countSecondLooks(
    trx,
    {
      accountId,
      // An approver confirms corrections of every payer, and handles no money.
      organisationId: paysOut ? organisation!.id : undefined,
      corrections: correctionKinds.filter((kind) => confirms(kind, role)),
    },
    limit,
  )
}
