/**
 * What a worker and an office have been told. Workers read one message a turn. Offices read one message a day and kind,
 * with the number of cases in it and each case behind it: a message for every officer and case would be millions of rows
 * that nobody reads, and an officer who joins tomorrow would find none. What each account has read is kept by account.
 */
import type { OfficeMessageKind, PlaceholderValues } from '../../domain/messages.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { inChineseWithoutYear, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { fen, yuanInSentence } from '../../domain/money.ts'
import { failureTold } from '../../domain/payee.ts'
import { failureCodes } from '../../domain/payout.ts'
import { channelRules, levelTitles, stepDueOn } from '../../domain/policy.ts'
import type { Level } from '../../domain/policy.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { Refused } from '../../contract/errors.ts'
import type {
  DeskNotices,
  MyMessages,
  OfficeMessageCases,
  OfficeMessages,
  ReadOfficeMessages,
  Unread,
} from '../../contract/messages.ts'
import { secondLooks } from '../corrections/secondLooks.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { finance, receivingAccountsToAnswer } from '../organisations/receivingAccount.ts'
import { activePolicy } from '../policies/policy.ts'
import { lastBatchFor } from './announcement.ts'
import type { Cursor, Office } from './sql.ts'
import * as rows from './sql.ts'
import { fill, readLexicon } from './words.ts'

const pageSize = 50
const countLimit = 100

export const cursorOf = ({ at, id }: Cursor): string => Buffer.from(`${at}.${id}`).toString('base64url')
/** @throws {Refused} request.malformed */
export function readCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined
  const match = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  )
  if (!match) throw new Refused('request.malformed')
  return { at: Number(match[1]), id: match[2]! }
}

const inWords = (day: string) => inChineseWithoutYear(day as PlainDate)

type About = { readonly batch?: number; readonly closesOn?: string } | null

/** What the words of a message about one claim are filled with, as far as a text message may know it. */
export function claimValues(row: {
  receipt_number: string
  returned_until: string | null
  about: unknown
}): PlaceholderValues {
  const about = row.about as About
  return {
    receipt: row.receipt_number,
    tail: row.receipt_number.slice(-4),
    ...(row.returned_until && { until: inWords(row.returned_until) }),
    ...(about?.batch !== undefined && { batch: String(about.batch) }),
    ...(about?.closesOn && { closesOn: inWords(about.closesOn) }),
  }
}

/** Why the bank did not pay, and what to do: in the app only. */
function causeValues(reasons: readonly string[] | null): PlaceholderValues {
  const code = failureCodes.find((each) => each === reasons?.[0]) ?? 'other'
  const { cause, todo } = failureTold(code)
  return { cause, todo }
}

type SmsShown = NonNullable<MyMessages['messages'][number]['sms']>
const smsShown: { readonly [state: string]: SmsShown } = {
  waiting: 'onItsWay',
  sending: 'onItsWay',
  accepted: 'onItsWay',
  delivered: 'delivered',
  givenUp: 'notDelivered',
  noGateway: 'notSent',
}

export async function myMessages(deps: Deps, viewer: Viewer, cursor: string | undefined): Promise<MyMessages> {
  const before = readCursor(cursor)
  return inViewersScope(deps, viewer, async (trx) => {
    const [found, lexicon] = await Promise.all([
      rows.selectMine(trx, viewer.accountId, before, pageSize + 1),
      readLexicon(trx),
    ])
    const page = found.slice(0, pageSize)
    return {
      messages: page.flatMap((row) => {
        const words = lexicon.at(row.kind, row.words_revision)
        if (!words) return []
        const values: PlaceholderValues = {
          ...claimValues(row),
          ...(row.level && { level: levelTitles[row.level as Level] }),
          ...(row.amount_fen !== null && { amount: yuanInSentence(fen(row.amount_fen)) }),
          ...(row.union_name && { union: row.union_name }),
          ...(row.district_name && { district: row.district_name }),
          ...(row.document_number && { document: row.document_number }),
          ...(row.kind === 'bounce' && causeValues(row.reasons)),
        }
        return {
          id: row.id,
          at: row.at,
          ...fill(words, values),
          ...(row.application_id && { applicationId: row.application_id }),
          ...(row.objection_id && { objectionId: row.objection_id }),
          receiptNumber: row.receipt_number,
          read: row.read_at !== null,
          ...(row.sms && { sms: smsShown[row.sms]! }),
        }
      }),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
    }
  })
}

export const myUnread = (deps: Deps, viewer: Viewer): Promise<Unread> =>
  inViewersScope(deps, viewer, async (trx) => ({ unread: await rows.countUnread(trx, viewer.accountId, countLimit) }))

export async function readMine(deps: Deps, viewer: Viewer, ids: readonly string[], now: Instant): Promise<Unread> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (ids.length > 0) await rows.setRead(trx, viewer.accountId, ids, now)
    return { unread: await rows.countUnread(trx, viewer.accountId, countLimit) }
  })
}

const officeOf = ({ organisation, role, accountId }: Viewer): Office => ({
  organisationId: organisation!.id,
  role,
  accountId,
})

/** The message of an announcement counts cases and lists none: they are the desk's own queue. */
const isListed = (kind: string) => kind !== 'office.lastBatch'

export async function officeMessages(deps: Deps, viewer: Viewer, cursor: string | undefined): Promise<OfficeMessages> {
  const before = readCursor(cursor)
  return inViewersScope(deps, viewer, async (trx) => {
    const [found, lexicon] = await Promise.all([
      rows.selectOffice(trx, officeOf(viewer), before, pageSize + 1),
      readLexicon(trx),
    ])
    const page = found.slice(0, pageSize)
    return {
      messages: page.flatMap((row) => {
        const words = lexicon.at(row.kind, row.words_revision)
        if (!words) return []
        const about = row.about as About
        const values: PlaceholderValues = {
          count: String(row.case_count),
          ...(about?.batch !== undefined && { batch: String(about.batch) }),
          ...(about?.closesOn && { closesOn: inWords(about.closesOn) }),
        }
        return {
          id: row.id,
          kind: row.kind as OfficeMessageKind,
          at: row.at,
          onDay: row.on_day,
          ...fill(words, values),
          caseCount: row.case_count,
          unreadCases: Math.max(0, row.unread_cases),
          listed: isListed(row.kind),
        }
      }),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
    }
  })
}

export async function officeMessageCases(
  deps: Deps,
  viewer: Viewer,
  id: string,
  after: string | undefined,
): Promise<OfficeMessageCases> {
  return inViewersScope(deps, viewer, async (trx) => {
    const found = await rows.selectOfficeCases(trx, officeOf(viewer), id, after, pageSize + 1)
    const page = found.slice(0, pageSize)
    return {
      cases: page.map((row) => ({ id: row.id, receiptNumber: row.receipt_number })),
      ...(found.length > pageSize && { nextCursor: page.at(-1)!.id }),
    }
  })
}

export async function readOffice(
  deps: Deps,
  viewer: Viewer,
  { seen }: ReadOfficeMessages,
  now: Instant,
): Promise<Unread> {
  return inViewersScope(deps, viewer, async (trx) => {
    if (seen.length > 0) await rows.setOfficeRead(trx, viewer.accountId, seen, now)
    return { unread: await rows.countOfficeUnread(trx, officeOf(viewer), countLimit) }
  })
}

const told: readonly StaffRole[] = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer']

/** What the top of a desk shows, in few bounded reads. */
export async function deskNotices(deps: Deps, viewer: Viewer, now: Instant): Promise<DeskNotices> {
  return inViewersScope(deps, viewer, async (trx) => {
    const [unread, lastBatch, missing, undelivered, accountsToAnswer, looks] = await Promise.all([
      told.includes(viewer.role as StaffRole) ? rows.countOfficeUnread(trx, officeOf(viewer), countLimit) : 0,
      lastBatchFor(trx, viewer),
      viewer.role === 'verifier' ? calendarMissing(trx, shanghaiDate(now)) : undefined,
      viewer.role === 'verifier' ? rows.countGivenUp(trx, countLimit) : undefined,
      finance.some((role) => role === viewer.role) ? receivingAccountsToAnswer(trx, viewer, now) : undefined,
      secondLooks(trx, viewer, countLimit),
    ])
    return {
      unread,
      ...(lastBatch && { lastBatch }),
      ...(missing !== undefined && { calendarMissing: missing }),
      ...(undelivered !== undefined && { undelivered }),
      ...(accountsToAnswer !== undefined && { accountsToAnswer }),
      ...(looks && { secondLooks: looks }),
    }
  })
}

/** The year into which a reminder of today would fall, where its working days are not known. */
async function calendarMissing(trx: Trx, today: PlainDate): Promise<number | undefined> {
  const policy = await activePolicy(trx)
  const reminded = channelRules(policy, 'unit').steps.filter((step) => step.remindAfterWorkingDays !== undefined)
  if (reminded.every((step) => stepDueOn(policy.calendar, step, today, undefined) !== undefined)) return undefined
  return policy.calendar[String(yearOf(today))] ? yearOf(today) + 1 : yearOf(today)
}
