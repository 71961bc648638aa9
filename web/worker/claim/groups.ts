/** Numbers in groups for the eye, whatever spaces and widths were typed. */
import { normaliseAccount } from '../../../domain/bankCard.ts'
import { normaliseNumber } from '../../../domain/certificateNumber.ts'
import { normaliseIdentityNumber } from '../../../domain/identityNumber.ts'
import { mobile } from '../../../domain/phone.ts'
import { accountGroups, certificateGroups, identityGroups, phoneGroups } from '../../ui/words.ts'

/** By the box of the form. */
export const groupsOf: { readonly [key: string]: (typed: string) => string[] } = {
  idNumber: (typed) => identityGroups(normaliseIdentityNumber(typed)),
  phone: (typed) => phoneGroups(mobile(typed) ?? typed),
  certificateNumber: (typed) => certificateGroups(normaliseNumber(typed)),
  accountNumber: (typed) => accountGroups(normaliseAccount(typed)),
}
