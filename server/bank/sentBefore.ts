/**
 * After the database was put back to an earlier moment: the send log outside it knows references that it does not know.
 * Until the bank has been asked about each, and two people say the same, nothing is released.
 */
import { Refused } from '../../contract/errors.ts'
import type { AnswerSentBefore, SentBefore } from '../../contract/payouts.ts'
import type { Instant } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { readSent } from './sendLog.ts'
import {
  countSent,
  insertSentBefore,
  lockSentBefore,
  selectKnown,
  selectSentBeforeAll,
  countOpenSentBefore,
  updateSentBefore,
} from './sql.ts'

const lotSize = 1000
const noBatch = '00000000-0000-0000-0000-000000000000'

/**
 * Writes down what the send log has and the database does not know: every release looks first, in a transaction of its
 * own, as a refusal takes back what its own one wrote.
 * @throws {Refused} money.send-log-lost
 */
export async function findSentBefore(trx: Trx, deps: Deps, at: Instant): Promise<void> {
  // Counted first: whatever counts as sent by now stands in the log already, and more may be sent while it is read.
  const sent = await countSent(trx)
  const found = new Set<string>()
  let lot = new Map<string, { amountFen: number; batch: string; at: number }>()
  const flush = async () => {
    const rows = await selectKnown(trx, [...lot])
    for (const row of rows) if (row.is_sent) found.add(row.reference)
    const known = new Set(rows.map((row) => row.reference))
    const unknown = [...lot].filter(([reference]) => !known.has(reference))
    if (unknown.length > 0)
      await insertSentBefore(
        trx,
        unknown.map(([reference, line]) => ({
          ...{ reference, amount_fen: line.amountFen, batch_id: line.batch, sent_at: line.at, found_at: at },
        })),
      )
    lot = new Map()
  }
  for await (const line of readSent(deps.config.sendLog)) {
    // Of a line that was cut off whatever can be read counts as sent.
    if ('torn' in line)
      for (const reference of line.references) lot.set(reference, { amountFen: 0, batch: noBatch, at: Date.now() })
    else lot.set(line.reference, line)
    if (lot.size >= lotSize) await flush()
  }
  if (lot.size > 0) await flush()
  // The other way round: a log that lacks what was sent is not the log.
  if (found.size < sent) throw new Refused('money.send-log-lost')
}

/** While something that was sent is not explained. */
export const isPaused = async (trx: Trx): Promise<boolean> => (await countOpenSentBefore(trx)) > 0

/** @throws {Refused} money.paused, while something that was sent is not explained */
export async function requireKnown(trx: Trx): Promise<void> {
  if (await isPaused(trx)) throw new Refused('money.paused')
}

export async function sentBefore(trx: Trx): Promise<SentBefore> {
  return {
    references: (await selectSentBeforeAll(trx)).map((row) => ({
      reference: row.reference,
      amountFen: row.amount_fen,
      sentAt: row.sent_at,
      ...(row.answer !== null && { answer: row.answer as AnswerSentBefore['answer'], answeredBy: row.answerer ?? '' }),
      ...(row.agreed_at !== null && { agreedBy: row.agreer ?? '' }),
    })),
  }
}

/**
 * The first person says what the bank says of a reference, the second the same; then it no longer stands in the way. What
 * was sent is never sent again; what the bank never saw may be.
 * @throws {Refused} not-found, money.done, money.same-person, money.same-answer
 */
export function answerSentBefore(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  reference: string,
  body: AnswerSentBefore,
  at: Instant,
): Promise<{ agreed: boolean }> {
  const kind = 'payouts.answer-sent-before'
  const command = { id: commandId(deps, kind, reference, { accountId, ...body }), kind, accountId, body, at }
  return once(trx, deps, command, async () => {
    const row = await lockSentBefore(trx, reference)
    if (!row) throw new Refused('not-found')
    if (row.agreed_by !== null) throw new Refused('money.done')
    const words = JSON.stringify(
      deps.secrets.seal({ table: 'sent_before', column: 'words', row: reference }, body.words),
    )
    const detail = { answer: body.answer }
    const entry = { kind: 'sent-before.answered', objectKind: 'sent_before', objectId: reference } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail })
    if (row.answered_by === null || row.answered_by === accountId) {
      await updateSentBefore(trx, reference, { answer: body.answer, answered_by: accountId, answered_at: at, words })
      return { agreed: false }
    }
    if (row.answer !== body.answer) throw new Refused('money.same-answer')
    await updateSentBefore(trx, reference, { agreed_by: accountId, agreed_at: at })
    return { agreed: true }
  })
}
