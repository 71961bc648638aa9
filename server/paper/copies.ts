/**
 * Copies of form and certificate of 行业特有 and 苏浙皖 cases: sent on by district federations in numbered parcels, received
 * by the service centre, awaited by final approval as R17 is read (四.一.3).
 */
import { type Instant, plainDate, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { copiedOn, readingOf } from '../../domain/policy.ts'
import type { FilingAuthority, Level } from '../../domain/policy.ts'
import type { ApplicationView } from '../../contract/applications.ts'
import type {
  CopiesToSend,
  ReceiveCopies,
  SendCopies,
  TransmittalDetail,
  Transmittals,
  TransmittalsQuery,
  TransmittalView,
} from '../../contract/copies.ts'
import { Refused } from '../../contract/errors.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import { once, takenId } from '../commands.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { refusalOf, type Trx } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import * as rows from './sql.ts'

const mostLines = 200
const pageSize = 50

export type Copies = NonNullable<ApplicationView['copies']>

/** How the copies of one application stand; undefined where none are wanted. */
export async function copiesOf(
  trx: Trx,
  { id, filing_authority }: { readonly id: string; readonly filing_authority: string },
): Promise<Copies | undefined> {
  if (!copiedOn(filing_authority as FilingAuthority)) return undefined
  const row = await rows.selectCopies(trx, id)
  if (!row) return undefined
  const { number, sent_on, received_at, under_way, awaited } = row
  return {
    state: received_at !== null ? 'received' : under_way === null ? 'notSent' : under_way ? 'sent' : 'missing',
    awaited,
    ...(number && { number }),
    ...(sent_on && { sentOn: sent_on }),
    ...(received_at !== null && { receivedOn: shanghaiDate(received_at as Instant) }),
  }
}

type LineRow = {
  id: string
  receipt_number: string
  level: string
  occupation_name: string
  filing_authority: string
}
const lineOf = (row: LineRow, applicantName: string) => ({
  applicationId: row.id,
  receiptNumber: row.receipt_number,
  applicantName,
  level: row.level as Level,
  occupationName: row.occupation_name,
  filingAuthority: row.filing_authority as FilingAuthority,
})

/** @throws {Refused} copies.not-sent-by-you */
function districtOf(viewer: Viewer): string {
  if (viewer.organisation?.kind !== 'districtFederation') throw new Refused('copies.not-sent-by-you')
  return viewer.organisation.id
}

/** @throws {Refused} copies.not-sent-by-you */
export async function copiesToSend(deps: Deps, viewer: Viewer): Promise<CopiesToSend> {
  const districtId = districtOf(viewer)
  return inViewersScope(deps, viewer, async (trx) => {
    const found = await rows.selectToSend(trx, districtId, undefined, mostLines + 1)
    const page = found.slice(0, mostLines)
    const forms = await readForms(
      trx,
      deps,
      page.map((row) => row.id),
    )
    return {
      items: page.map((row) => ({
        ...lineOf(row, forms.get(row.id)!.name),
        ...(row.batch_number !== null && { batchNumber: row.batch_number }),
        missed: row.missed,
      })),
      more: found.length > mostLines,
      awaited: readingOf(await activePolicy(trx), 'R17').value === true,
    }
  })
}

/**
 * A parcel of copies goes to the centre under a number of its own.
 * @throws {Refused} copies.not-sent-by-you, copies.date, copies.not-wanted, not-found
 */
export async function sendCopies(
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: SendCopies,
  at: Instant,
): Promise<TransmittalDetail> {
  const districtId = districtOf(viewer)
  const { accountId } = viewer
  try {
    return await inViewersScope(deps, viewer, async (trx) => {
      await once(trx, deps, { id, kind: 'paper.send-copies', accountId, body, at }, async () => {
        const sentOn = plainDate(body.sentOn)
        if (!sentOn || sentOn > shanghaiDate(at)) throw new Refused('copies.date')
        const ids = [...new Set(body.applicationIds)]
        const lines = await rows.selectToSend(trx, districtId, ids, ids.length)
        if (lines.length !== ids.length) throw await notWanted(trx, districtId, ids, lines)
        await rows.insertTransmittal(trx, {
          id,
          number: `送件〔${yearOf(shanghaiDate(at))}〕${await rows.nextTransmittalNumber(trx)}号`,
          district_id: districtId,
          line_count: lines.length,
          sent_on: sentOn,
          sent_by: accountId,
          made_at: at,
        })
        await rows.insertTransmittalLines(trx, id, lines)
        await record(trx, deps.secrets, {
          kind: 'transmittal.made',
          objectKind: 'transmittal',
          objectId: id,
          accountId,
          at,
          detail: { lines: lines.length },
        })
        return { id }
      })
      return detail(trx, deps, id)
    })
  } catch (error) {
    if (refusalOf(error)?.constraint === 'transmittal_line_under_way') throw new Refused('copies.not-wanted')
    throw takenId(error)
  }
}

/** The first of them whose copies are not wanted now. */
async function notWanted(trx: Trx, districtId: string, ids: readonly string[], wanted: readonly { id: string }[]) {
  const id = ids.find((each) => !wanted.some((line) => line.id === each))!
  const [row] = await rows.selectPapersById(trx, districtId, [id])
  return row ? new Refused('copies.not-wanted', { receipt: row.receipt_number }) : new Refused('not-found')
}

const viewOf = (row: rows.TransmittalRow): TransmittalView => ({
  id: row.id,
  number: row.number,
  district: row.district,
  lineCount: row.line_count,
  received: row.received,
  missing: row.missing,
  sentOn: row.sent_on,
  sentBy: row.sent_by,
  ...(row.last_received_at !== null && { lastReceivedOn: shanghaiDate(row.last_received_at as Instant) }),
})

const cursorOf = (row: rows.TransmittalRow) => `${row.made_at}_${row.id}`
function afterCursor(cursor: string): NonNullable<rows.TransmittalFilter['after']> {
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match) throw new Refused('request.malformed')
  return { madeAt: Number(match[1]), id: match[2]! }
}

/** A district's own; the centre's all. */
export async function transmittals(deps: Deps, viewer: Viewer, query: TransmittalsQuery): Promise<Transmittals> {
  const filter = {
    ...(viewer.role === 'districtReviewer' && { districtId: viewer.organisation!.id }),
    ...(query.stage !== 'all' && { stage: query.stage }),
    ...(query.cursor && { after: afterCursor(query.cursor) }),
  }
  return inViewersScope(deps, viewer, async (trx) => {
    const found = await rows.selectTransmittals(trx, filter, pageSize + 1)
    const page = found.slice(0, pageSize)
    return {
      transmittals: page.map(viewOf),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
    }
  })
}

/** @throws {Refused} not-found */
export const transmittal = (deps: Deps, viewer: Viewer, id: string): Promise<TransmittalDetail> =>
  inViewersScope(deps, viewer, (trx) => detail(trx, deps, id))

async function detail(trx: Trx, deps: Deps, id: string): Promise<TransmittalDetail> {
  const [row] = await rows.selectTransmittals(trx, { id }, 1)
  if (!row) throw new Refused('not-found')
  const lines = await rows.selectTransmittalLines(trx, id)
  const forms = await readForms(
    trx,
    deps,
    lines.map((line) => line.id),
  )
  return {
    ...viewOf(row),
    lines: lines.map((line) => ({
      ...lineOf(line, forms.get(line.id)!.name),
      state: line.received_at !== null ? 'received' : line.missing_at !== null ? 'missing' : 'underWay',
      ...(line.received_at !== null && { receivedOn: shanghaiDate(line.received_at as Instant) }),
    })),
  }
}

/**
 * The centre opened a parcel: all that is open has come, but for the missing ones, which stay open.
 * @throws {Refused} not-found, copies.nothing-open, copies.not-on-list
 */
export async function receiveCopies(
  deps: Deps,
  viewer: Viewer,
  { id, receiptId }: { readonly id: string; readonly receiptId: string },
  body: ReceiveCopies,
  at: Instant,
): Promise<TransmittalDetail> {
  const { accountId } = viewer
  const command = { id: receiptId, kind: 'paper.receive-copies', accountId, body: { id, ...body }, at }
  return inViewersScope(deps, viewer, async (trx) => {
    await once(trx, deps, command, async () => {
      await rows.lockTransmittal(trx, id)
      const lines = await rows.selectTransmittalLines(trx, id)
      if (lines.length === 0) throw new Refused('not-found')
      const open = lines.filter((line) => line.received_at === null).map((line) => line.id)
      if (open.length === 0) throw new Refused('copies.nothing-open')
      if (!body.missing.every((each) => open.includes(each))) throw new Refused('copies.not-on-list')
      const come = open.filter((each) => !body.missing.includes(each))
      await rows.receiveLines(trx, id, come, accountId, at)
      await rows.missLines(trx, id, body.missing, accountId, at)
      await record(trx, deps.secrets, {
        kind: 'transmittal.received',
        objectKind: 'transmittal',
        objectId: id,
        accountId,
        at,
        detail: { received: come.length, missing: body.missing.length },
      })
      return { received: come.length }
    })
    return detail(trx, deps, id)
  })
}
