/** Kinds of organisation in words, and what may stand below what. */
import type { OrganisationKind } from '../../../domain/roles.ts'

export const kindTitles: { readonly [K in OrganisationKind]: string } = {
  cityFederation: '市总工会',
  serviceCentre: '服务中心',
  districtFederation: '区总工会',
  bureauUnion: '局（产业）工会',
  lowerUnion: '下级工会',
  baseUnion: '基层工会',
  unit: '单位',
  filingPoint: '基层申报点',
}

const underUnion: readonly OrganisationKind[] = ['baseUnion', 'lowerUnion', 'filingPoint']
export const childKinds: { readonly [K in OrganisationKind]: readonly OrganisationKind[] } = {
  cityFederation: ['districtFederation', 'bureauUnion', 'serviceCentre'],
  serviceCentre: [],
  districtFederation: underUnion,
  bureauUnion: underUnion,
  lowerUnion: underUnion,
  baseUnion: ['unit'],
  unit: [],
  filingPoint: [],
}
