/** Words the review pages share. */
import type { QueueItem, QueueQuery } from '../../../contract/applications.ts'
import { certificateKind } from '../../../domain/policy.ts'
import type { CertificateKind, FilingAuthority, Level, Policy, StepKind } from '../../../domain/policy.ts'
import { stepRole } from '../../../domain/roles.ts'
import type { StaffRole } from '../../../domain/roles.ts'
import type { StatusKind } from '../../ui/Status.tsx'

export const kindTitles: { readonly [K in CertificateKind]: string } = {
  common: '通用',
  neighbourProvince: '苏浙皖',
  industrySpecific: '行业特有',
  other: '其他',
}
export const kindOf = (authority: FilingAuthority): CertificateKind => certificateKind(authority)

/** Levels the notice pays, as the policy has them. */
export const paidLevels = (policy: Policy): readonly Level[] =>
  (Object.keys(policy.amounts.byLevel) as Level[]).filter((level) => policy.amounts.byLevel[level] !== undefined)

export const findingTitles: {
  readonly [F in QueueItem['finding']]: { readonly says: string; readonly kind: StatusKind }
} = {
  allMet: { says: '全部符合', kind: 'met' },
  unknown: { says: '有待核', kind: 'person' },
  unmet: { says: '有不符合', kind: 'unmet' },
}

/** The paper that a case needs: the stamped form, and copies for the centre. */
export const materialsTitles: { readonly [M in NonNullable<QueueQuery['materials']>]: string } = {
  complete: '已到齐',
  lacking: '还缺',
}

/** The word on the button that passes a step. */
export const passTitles: { readonly [S in StepKind]: string } = {
  hrOpinion: '同意申报',
  firstReview: '同意申报',
  forwarding: '报送区局工会',
  secondReview: '同意申报',
  automaticChecks: '审核通过',
  roster: '审核通过',
  verification: '审核通过',
  finalApproval: '终审通过',
}

/** The step of the policy that a role works at. */
export const stepOfRole = (policy: Policy | undefined, role: StaffRole) =>
  policy?.channels.find(({ id }) => id === 'unit')?.steps.find(({ kind }) => stepRole[kind] === role)
