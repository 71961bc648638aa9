/** Rows that a filing point of the demonstration is typing: one that lacks its pictures, one with a slip of the pen, one begun. */
import type { DraftForm } from '../../contract/form.ts'
import type { Instant } from '../../domain/dates.ts'
import { saveEntry } from '../applications/entry.ts'
import type { Deps } from '../context.ts'
import { demoId } from './demo.ts'
import { staffViewer } from './offices.ts'
import { demoFacts } from './organisations.ts'

type TypedRow = { readonly union: string; readonly form: DraftForm; readonly consentedOn?: string }
export const demoRows: readonly TypedRow[] = [
  {
    union: 'hengchuan',
    consentedOn: '2026-07-13',
    form: {
      name: '钟国强',
      idNumber: '310114198609078530',
      phone: '13800006151',
      education: 'secondaryVocational',
      professionalTitle: 'none',
      migrant: 'no',
      filingAuthority: 'shanghai',
      level: 'technician',
      occupationCode: '6-18-01-01',
      occupationName: '车工',
      certificateNumber: 'Y000031000217252601907',
      issuedOn: '2025-10-22',
      previousLevel: 'seniorWorker',
      payee: 'memberCard',
      accountNumber: '6224780000000012',
      declared: true,
      consents: ['processing', 'sensitive'],
    },
  },
  {
    union: 'hengchuan',
    form: {
      name: '祝红英',
      idNumber: '310113199205124623',
      phone: '13800006152',
      education: 'juniorCollege',
      professionalTitle: 'technical',
      migrant: 'no',
      filingAuthority: 'shanghai',
      level: 'technician',
      occupationCode: '6-18-02-04',
      occupationName: '焊工',
      certificateNumber: 'Y000031000217253601944',
      issuedOn: '2025-06-18',
    },
  },
  { union: 'yunzhan', form: { name: '管志成', phone: '13800006153' } },
]

/** Saves them as the point's officer would. Again it changes nothing. */
export async function plantRows(deps: Deps, at: Instant): Promise<void> {
  const officer = staffViewer('gongyequ.shenbao')
  for (const [place, { union, form, consentedOn }] of demoRows.entries()) {
    const whole = { baseUnionId: demoId('organisation', union), ...factsOf(union), ...form }
    const message = { version: 0, place, form: whole, paper: consentedOn ? { consentedOn } : {} }
    await saveEntry(deps, officer, demoId('entry', form.name!), message, at)
  }
}

const factsOf = (union: string) => demoFacts.find(({ key }) => key === union)!.facts
