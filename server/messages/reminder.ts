/**
 * Reminders: what waits at HR, the base union or the filing point for longer than the policy says. The office that has it
 * is told once for each wait, the district sees it from then on and may take over, the worker is told both. Nothing is
 * decided by the clock.
 */
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { shanghaiDate, startOfDay } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import { belowDistrict, channelRules, overdueAt } from '../../domain/policy.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { roleAt } from '../applications/standing.ts'
import type { Db, Trx } from '../db/open.ts'
import { inScope } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import { messagesScope } from './outbox.ts'
import type { OfficeCase } from './sql.ts'
import {
  addOfficeCases,
  insertMessages,
  insertReminders,
  isDayDone,
  selectOfficers,
  selectWaiting,
  setDayDone,
} from './sql.ts'
import { readLexicon } from './words.ts'

const lotSize = 500

/**
 * Reminds of the next lot; a business day is gone through once, as what becomes overdue does so at midnight.
 * @param now business time
 * @returns how many cases somebody was reminded of
 */
export function remindDue(workerDb: Db, now: Instant): Promise<number> {
  const today = shanghaiDate(now)
  return inScope(workerDb, messagesScope, async (trx) => {
    if (await isDayDone(trx, today)) return 0
    const policy = await activePolicy(trx)
    for (const step of channelRules(policy, 'unit').steps) {
      const rule = belowDistrict.includes(step.kind) ? overdueAt(policy.calendar, step, today) : undefined
      if (!rule || !('waitsSinceBefore' in rule)) continue
      const waiting = await selectWaiting(trx, step.kind, startOfDay(rule.waitsSinceBefore), lotSize)
      if (waiting.length > 0) return remind(trx, waiting, today, now)
    }
    await setDayDone(trx, today, now)
    return 0
  })
}

type Waiting = Awaited<ReturnType<typeof selectWaiting>>[number]

async function remind(trx: Trx, waiting: readonly Waiting[], today: PlainDate, now: Instant): Promise<number> {
  const marks = waiting.map((row) => ({ application_id: row.id, version: row.version, step: row.step!, at: now }))
  const fresh = await insertReminders(trx, marks)
  const reminded = waiting.filter((row) => fresh.has(row.id))
  const { newest } = await readLexicon(trx)
  const officeOf = await officesOf(trx, reminded, today)
  const cases = reminded.flatMap((row): OfficeCase[] => {
    const told = { onDay: today, applicationId: row.id, at: now }
    const { organisationId, role } = officeOf(row)
    const below = role === 'districtReviewer' ? [] : [{ ...told, organisationId, role, kind: 'office.reminder' }]
    return [
      ...below,
      { ...told, organisationId: row.district_id, role: 'districtReviewer', kind: 'office.overdueBelow' },
    ]
  })
  await addOfficeCases(trx, cases, newest)
  await insertMessages(
    trx,
    reminded.map((row) => ({
      kind: 'overdue',
      at: now,
      application_id: row.id,
      cause_id: row.action_id,
      account_id: row.account_id,
    })),
    newest,
  )
  // what another process was faster with is found no more: there may be others behind it
  return waiting.length
}

type Office = { readonly organisationId: string; readonly role: StaffRole }

/** Whose desk each case lies on, by the rule of `standing.ts`: who stands in for an office without anybody else. */
async function officesOf(trx: Trx, waiting: readonly Waiting[], today: PlainDate): Promise<(row: Waiting) => Office> {
  const places = waiting.flatMap((row) => [row.unit_id, row.base_union_id, row.filing_point_id])
  const ids = [...new Set(places.filter((id) => id !== null))]
  const officers = ids.length === 0 ? [] : await selectOfficers(trx, ids, today)
  return (row) => {
    const holders = (organisationId: string | null, role: StaffRole) =>
      officers.filter((each) => each.organisation_id === organisationId && each.role === role)
    const has = (organisationId: string | null, role: StaffRole) =>
      holders(organisationId, role).some(
        (each) => each.id !== row.account_id && !each.id_number_index?.equals(row.applicant_index),
      )
    const role = roleAt(row.step as StepKind, {
      hr: has(row.unit_id, 'hrOfficer'),
      union: has(row.base_union_id, 'unionOfficer'),
      point: has(row.filing_point_id, 'filingPoint'),
      unionOnPaper: holders(row.base_union_id, 'unionOfficer').length === 0,
    })
    const at: { readonly [R in StaffRole]?: string | null } = {
      hrOfficer: row.unit_id,
      unionOfficer: row.base_union_id,
      filingPoint: row.filing_point_id,
    }
    return { organisationId: at[role] ?? row.district_id, role: at[role] ? role : 'districtReviewer' }
  }
}
