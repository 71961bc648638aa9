/** Where an award is paid: the account as approved, sealed with the award; never read again from the form. */
import type { Form } from '../../contract/form.ts'
import { accountTail, normaliseAccount } from '../../domain/bankCard.ts'
import type { Payee } from '../../domain/policy.ts'
import type { Deps } from '../context.ts'
import type { Envelope } from '../secrets.ts'

export type PayeeSnapshot = {
  readonly name: string
  readonly kind: Payee
  readonly accountNumber: string
  readonly bankName?: string
}

const place = (awardId: string) => ({ table: 'award', column: 'payee', row: awardId })

/** The envelope as JSON text, and the last four digits, which may be shown. */
export const sealPayee = (deps: Deps, awardId: string, form: Form): { payee: string; payeeTail: string } =>
  sealSnapshot(deps, awardId, {
    name: form.name,
    kind: form.payee,
    accountNumber: normaliseAccount(form.accountNumber),
    ...(form.bankName !== undefined && { bankName: form.bankName }),
  })

/** @param snapshot its account number normalised */
export const sealSnapshot = ({ secrets }: Deps, awardId: string, snapshot: PayeeSnapshot) => ({
  payee: JSON.stringify(secrets.seal(place(awardId), JSON.stringify(snapshot))),
  payeeTail: accountTail(snapshot.accountNumber),
})

/** @throws SealBroken */
export const openPayee = ({ secrets }: Deps, awardId: string, payee: unknown): PayeeSnapshot =>
  JSON.parse(secrets.openText(place(awardId), payee as Envelope)) as PayeeSnapshot
