/** The forms behind the demonstration's claims and objections. */
import { claimFilePurposes } from '../../contract/fileLimits.ts'
import type { DraftForm, FormFiles } from '../../contract/form.ts'
import { numberProblem } from '../../contract/formCheck.ts'
import type { Instant } from '../../domain/dates.ts'
import type { Level, Policy } from '../../domain/policy.ts'
import { applicants } from './applicants.ts'
import type { DemoClaim } from './deeds.ts'
import { demoId } from './demo.ts'
import { demoFacts } from './organisations.ts'

/** Somebody and the certificate they say is theirs. */
export type Certified = Omit<DemoClaim, 'filedAt' | 'deeds' | 'enteredBy'>

const previousLevel: { readonly [L in Level]?: DraftForm['previousLevel'] } = {
  seniorWorker: 'intermediateWorker',
  technician: 'seniorWorker',
  seniorTechnician: 'technician',
  specialTechnician: 'seniorTechnician',
  chiefTechnician: 'seniorTechnician',
}
const filesOf = ({ applicant, certificateNumber }: Certified): FormFiles =>
  Object.fromEntries(
    claimFilePurposes.map((purpose) => [purpose, demoId('file', `${applicant} ${certificateNumber} ${purpose}`)]),
  ) as FormFiles

const factsOfUnit = new Map(demoFacts.map(({ key, facts }) => [key, facts]))
const byName = new Map(applicants.map((applicant) => [applicant.name, applicant]))

/** The whole form as its applicant would have filled it in. */
export function formOf(claim: Certified, policy: Policy): DraftForm {
  const { name, idNumber, phone, education, account, bankName, from, years } = byName.get(claim.applicant)!
  const { union, authority, level, occupationCode, occupationName, certificateNumber, issuedOn } = claim
  const printed = {
    filingAuthority: authority,
    level,
    ...(occupationCode && { occupationCode }),
    occupationName,
    certificateNumber,
    issuedOn,
  }
  return {
    name,
    idNumber,
    phone,
    education,
    professionalTitle: 'none',
    ...(from ? { migrant: 'yes', hometown: from, yearsInShanghai: years } : { migrant: 'no' }),
    baseUnionId: demoId('organisation', union),
    ...factsOfUnit.get(union)!,
    ...printed,
    ...(numberProblem(printed).length > 0 && { numberAsPrinted: true }),
    previousLevel: previousLevel[level],
    ...(bankName ? { payee: 'bankCard', bankName } : { payee: 'memberCard' }),
    accountNumber: account,
    files: filesOf(claim),
    declared: true,
    consents: policy.form.consents.map(({ id }) => id),
  }
}

/** The pictures that such a form names, to be handed in for its draft. */
export const picturesOf = (form: DraftForm, draftId: string, at: Instant) =>
  (Object.entries(form.files!) as [keyof FormFiles, string][]).map(([purpose, id]) => ({ id, purpose, draftId, at }))
