/**
 * The outbox read in order: what was written becomes text messages to send and news for the unions. The rows are written
 * by the database in the transaction of the action, so a message exists exactly when its action does. The cursor moves in
 * the transaction of what was made of them: each row is read once, whenever a process is killed. Another reader, such as
 * signed webhooks, is another row of `outbox_cursor`.
 *
 * Why no job queue (pg-boss): a queue would want a second row per action, from the request's own connection, with its own
 * bookkeeping on the hot path. Here an action costs one insert inside the statement that appends it, and the state a text
 * message is in (handed over, no answer known) is the very thing a generic queue does not know.
 */
import { randomUUID } from 'node:crypto'
import { reportedToUnions } from '../../domain/messages.ts'
import type { Instant } from '../../domain/dates.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import type { Db, Scope, Trx } from '../db/open.ts'
import { inScope } from '../db/open.ts'
import { tellAnnouncement } from './announcement.ts'
import type { OfficeCase } from './sql.ts'
import { addOfficeCases, insertSms, lockCursor, moveCursor, nextMessages } from './sql.ts'
import { readLexicon } from './words.ts'

export const messagesScope: Scope = { kind: 'job', job: 'messages' }

const reader = 'messages'
const lotSize = 500

/** `texts`: a gateway is there, none is (messages stay in the app, and say so), or what was told needs no text messages. */
export type Texts = 'gateway' | 'noGateway' | 'untold'

/**
 * Reads the next lot of the outbox.
 * @param at machine time
 * @returns how many it read; 0 also where another process is reading
 */
export function distribute(workerDb: Db, texts: Texts, at: number): Promise<number> {
  return inScope(workerDb, messagesScope, async (trx) => {
    await tellAnnouncement(trx, at)
    const cursor = await lockCursor(trx, reader)
    if (!cursor) return 0
    const found = await nextMessages(trx, cursor, lotSize)
    const last = found.at(-1)
    if (!last) return 0
    const lexicon = await readLexicon(trx)
    if (texts !== 'untold') {
      const letters = found.filter((row) => lexicon.at(row.kind, row.words_revision)?.sms !== undefined)
      const state = texts === 'gateway' ? 'waiting' : 'noGateway'
      const each = letters.map((row) => ({ messageId: row.id, reference: randomUUID() }))
      await insertSms(trx, each, state, at)
    }
    await tellUnions(trx, found, lexicon.newest)
    await moveCursor(trx, reader, { txid: last.txid, id: last.id })
    return found.length
  })
}

/**
 * Results of the centre and the city go back to the unions that had the case (四.一.4). And a union hears of it where the
 * filing point records its seal: one that has an account can object.
 */
async function tellUnions(
  trx: Trx,
  found: Awaited<ReturnType<typeof nextMessages>>,
  wordsRevision: number,
): Promise<void> {
  const cases = found.flatMap((row): OfficeCase[] => {
    if (!row.application_id || !row.base_union_id || !row.district_id) return []
    const about = { onDay: shanghaiDate(row.at as Instant), applicationId: row.application_id, at: row.at }
    if (row.kind === 'pass.firstReview' && row.role === 'filingPoint' && row.union_reads)
      return [{ ...about, kind: 'office.sealRecorded', organisationId: row.base_union_id, role: 'unionOfficer' }]
    const kind = reportedToUnions(row.kind, row.step)
    if (!kind) return []
    const told = { kind, ...about }
    return [
      { ...told, organisationId: row.base_union_id, role: 'unionOfficer' },
      ...(row.filing_point_id ? [{ ...told, organisationId: row.filing_point_id, role: 'filingPoint' }] : []),
      { ...told, organisationId: row.district_id, role: 'districtReviewer' },
    ]
  })
  await addOfficeCases(trx, cases, wordsRevision)
}
