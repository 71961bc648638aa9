/** What a granted objection gives: its claim counts as received when the objection was raised, once. */
import type { Instant } from '../../domain/dates.ts'
import { certificateNumber } from '../../domain/certificateNumber.ts'
import type { DraftForm } from '../../contract/form.ts'
import { numberKey } from '../applications/forms.ts'
import type { Trx } from '../db/open.ts'
import { certificateObjectedTo, selectGrants, updateObjection } from './sql.ts'

export type Grant = { readonly id: string; readonly raisedAt: Instant }

type Grants = Awaited<ReturnType<typeof selectGrants>>

/** What was granted to the account and not used yet; mostly nothing. */
export const openGrants = (trx: Trx, accountId: string, now: Instant): Promise<Grants> =>
  selectGrants(trx, accountId, now)

/** The one of them for the certificate in this form. */
export async function grantFor(
  trx: Trx,
  grants: Grants,
  draft: { readonly id: string; readonly form: DraftForm },
): Promise<Grant | undefined> {
  const { certificateNumber: typed, filingAuthority } = draft.form
  if (grants.length === 0 || !typed || !filingAuthority || !certificateNumber(typed)) return undefined
  const { space, number } = numberKey(typed, filingAuthority)
  const known = await certificateObjectedTo(trx, space, number, draft.id)
  const grant = grants.find((each) => each.certificate_id === known?.certificate_id)
  return grant && { id: grant.id, raisedAt: grant.raised_at as Instant }
}

/** The application that was filed on it, in the same transaction; the database refuses a second one. */
export const useUpGrant = (trx: Trx, grant: Grant, applicationId: string) =>
  updateObjection(trx, grant.id, { filed_as: applicationId })
