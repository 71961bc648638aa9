/** Who acts, at which level of the organisation tree, and which duty an act makes a person hold. */
import type { StepKind } from './policy.ts'

export const organisationKinds = [
  'cityFederation', // 市总工会
  'serviceCentre', // 市职工技协服务中心
  'districtFederation', // 区总工会: sends copies on to the centre (四.一.3)
  'bureauUnion', // 局（产业）工会: the same level, sends none (R17)
  'lowerUnion', // between district and base union; any depth
  'baseUnion', // 基层工会
  'unit', // the employer, under its base union
  'filingPoint', // 基层申报点: serves several base unions
] as const
export type OrganisationKind = (typeof organisationKinds)[number]

export const roles = [
  'worker',
  'hrOfficer',
  'unionOfficer',
  'filingPoint',
  'districtReviewer',
  'districtFinance',
  'unionFinance', // of a union below the district, which the money was passed to
  'verifier',
  'centreFinance',
  'approver',
  'cityFinance',
  'consultant',
  'auditor',
  'systemAdministrator',
  'securityAdministrator',
  'auditAdministrator',
] as const
export type Role = (typeof roles)[number]
export type StaffRole = Exclude<Role, 'worker'>

export const roleTitles: { readonly [R in Role]: string } = {
  worker: '职工',
  hrOfficer: '人力资源部门',
  unionOfficer: '基层工会',
  filingPoint: '基层申报点',
  districtReviewer: '复审',
  districtFinance: '区局工会财务',
  unionFinance: '工会财务',
  verifier: '审核',
  centreFinance: '服务中心财务',
  approver: '终审',
  cityFinance: '市总工会财务',
  consultant: '咨询',
  auditor: '经审',
  systemAdministrator: '系统管理员',
  securityAdministrator: '安全管理员',
  auditAdministrator: '审计管理员',
}

/** At which kinds of organisation a role can be held. */
export const roleHome: { readonly [R in StaffRole]: readonly OrganisationKind[] } = {
  hrOfficer: ['unit'],
  unionOfficer: ['baseUnion'],
  filingPoint: ['filingPoint'],
  districtReviewer: ['districtFederation', 'bureauUnion'],
  districtFinance: ['districtFederation', 'bureauUnion'],
  unionFinance: ['lowerUnion', 'baseUnion'],
  verifier: ['serviceCentre'],
  centreFinance: ['serviceCentre'],
  approver: ['cityFederation'],
  cityFinance: ['cityFederation'],
  consultant: ['serviceCentre'],
  auditor: ['cityFederation'],
  systemAdministrator: ['cityFederation'],
  securityAdministrator: ['cityFederation'],
  auditAdministrator: ['cityFederation'],
}

/** The role whose task a step is. `roster` and `automaticChecks` belong to channels without desk reviewers before them. */
export const stepRole: { readonly [S in StepKind]: StaffRole } = {
  hrOpinion: 'hrOfficer',
  firstReview: 'unionOfficer',
  forwarding: 'filingPoint',
  secondReview: 'districtReviewer',
  automaticChecks: 'verifier',
  roster: 'verifier',
  verification: 'verifier',
  finalApproval: 'approver',
}

/** Per application a person holds one duty (four eyes); the database refuses a second. */
export const duties = ['firstReview', 'secondReview', 'verification', 'approval', 'payment'] as const
export type Duty = (typeof duties)[number]

export const dutyTitles: { readonly [D in Duty]: string } = {
  firstReview: '初审',
  secondReview: '复审',
  verification: '审核',
  approval: '终审',
  payment: '发放',
}

/**
 * HR departments and base unions may act on paper by their seal alone, without an account: who passes the step then
 * records whose seal, and of which day. A district reviewer at a base union's step decides in its place (standing in).
 */
export const recordsSeal = (step: StepKind | undefined, role: Role): boolean =>
  (step === 'hrOpinion' && role !== 'hrOfficer') || (step === 'firstReview' && role === 'filingPoint')

/** Seals that are recorded from paper. R24: where the unit has no HR seal, its own stands for it. */
export const sealKinds = ['hrSeal', 'unitSeal', 'unionSeal'] as const
export type SealKind = (typeof sealKinds)[number]
export const sealTitles: { readonly [K in SealKind]: string } = {
  hrSeal: '人力资源部门章',
  unitSeal: '单位公章',
  unionSeal: '工会章',
}
export const sealKindsAt = (step: StepKind): readonly SealKind[] =>
  step === 'hrOpinion' ? ['hrSeal', 'unitSeal'] : step === 'firstReview' ? ['unionSeal'] : []

/** The duty a decision at a step takes on. Forwarding decides nothing, nor does recording a seal on paper: neither takes one. */
export function dutyOf(step: StepKind, role: Role): Duty | undefined {
  switch (step) {
    case 'hrOpinion':
    case 'firstReview':
      return recordsSeal(step, role) ? undefined : 'firstReview'
    case 'secondReview':
      return 'secondReview'
    case 'automaticChecks':
    case 'roster':
    case 'verification':
      return 'verification'
    case 'finalApproval':
      return 'approval'
    case 'forwarding':
      return undefined
  }
}
