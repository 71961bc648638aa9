/**
 * The send log and the database do not say the same: after a restore to an earlier moment the log knows references that
 * the database does not, after damage it lacks some. Until two people say the same of each, nothing is released; nor
 * before two people have seen, after a restore, that the log is the newest one.
 */
import { bankAt, BankError, perOrder } from '../../connectors/bank.ts'
import { Refused } from '../../contract/errors.ts'
import type {
  AcknowledgeRestoration,
  AnswerSentBatch,
  AnswerSentBefore,
  SendLogSeen,
  SentBatchAnswered,
  SentBefore,
} from '../../contract/payouts.ts'
import type { Instant } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { readSent, type SentLine } from './sendLog.ts'
import {
  countOpen,
  countOpenOfBatches,
  lockRestoration,
  lockSentBefore,
  type Place,
  selectKnown,
  selectOpenRestorations,
  selectOpenSentBefore,
  selectSent,
  selectToAsk,
  updateRestoration,
  type Which,
  writeAnswer,
  writeBankWords,
  writeFound,
  writeMissing,
} from './sql.ts'

const lotSize = 1000
const pageSize = 50
const noBatch = '00000000-0000-0000-0000-000000000000'

type Found = Pick<SentLine, 'amountFen' | 'batch' | 'claims' | 'at'> & { readonly route: SentLine['route'] | null }

/**
 * Compares the send log with the database and writes down where they differ: every release looks first, in a transaction
 * of its own, as a refusal takes back what its own one wrote.
 * @returns what whoever acknowledges a restore has to have seen
 */
export async function findSentBefore(trx: Trx, deps: Deps, at: Instant): Promise<SendLogSeen> {
  // Read first: whatever counts as sent by now stands in the log already, and more may be sent while it is read.
  const missing = await selectSent(trx)
  const seen = new Set<string>()
  let [lastLineAt, damagedLines] = [0, 0]
  let lot = new Map<string, Found>()
  const flush = async () => {
    const known = await selectKnown(trx, [...lot])
    const unknown = [...lot].filter(([reference]) => !known.has(reference))
    if (unknown.length > 0)
      await writeFound(
        trx,
        unknown.map(([reference, { amountFen, batch, route, claims, at: sentAt }]) => ({
          ...{ reference, amount_fen: amountFen, batch_id: batch, route, claims: [...claims], sent_at: sentAt },
        })),
        at,
      )
    lot = new Map()
  }
  const found = async (reference: string, line: Found) => {
    seen.add(reference)
    missing.delete(reference)
    const other = lot.get(reference)
    if (!other || other.at <= line.at) lot.set(reference, line)
    if (lot.size >= lotSize) await flush()
  }
  for await (const line of readSent(deps.config.sendLog))
    if ('torn' in line) {
      damagedLines++
      const rest = { amountFen: 0, batch: noBatch, route: null, claims: [], at: line.at as Instant }
      for (const reference of line.references) await found(reference, rest)
    } else {
      lastLineAt = Math.max(lastLineAt, line.at)
      await found(line.reference, line)
    }
  if (lot.size > 0) await flush()
  await writeMissing(trx, [...missing], at)
  return { references: seen.size, lastLineAt, damagedLines }
}

/** While something is not explained, or a restore not acknowledged. */
export async function isPaused(trx: Trx): Promise<boolean> {
  const { open, restorations } = await countOpen(trx)
  return open > 0 || restorations > 0
}

/** @throws {Refused} money.paused, money.send-log-lost */
export async function requireKnown(trx: Trx): Promise<void> {
  const { open, missing, restorations } = await countOpen(trx)
  if (missing > 0) throw new Refused('money.send-log-lost', { count: missing })
  if (open > 0 || restorations > 0) throw new Refused('money.paused')
}

const placeOf = (cursor: string | undefined): Place | undefined => {
  const [batchId, reference] = cursor?.split(' ') ?? []
  return batchId !== undefined && reference !== undefined ? { batchId, reference } : undefined
}

/** What is open, a page of it, and which restores wait to be acknowledged. */
export async function sentBefore(trx: Trx, { cursor }: { cursor?: string | undefined }): Promise<SentBefore> {
  const { open, unanswered, missing } = await countOpen(trx)
  const rows = await selectOpenSentBefore(trx, placeOf(cursor), pageSize + 1)
  const shown = rows.slice(0, pageSize)
  const ids = [...new Set(shown.map((row) => row.batch_id))].filter((id) => id !== noBatch)
  const batches = ids.length === 0 ? [] : await countOpenOfBatches(trx, ids)
  const last = shown.at(-1)
  return {
    ...{ open, unanswered, missing },
    restorations: (await selectOpenRestorations(trx)).map((row) => ({
      ...{ id: row.id, backupMadeAt: row.backup_made_at, restoredAt: row.restored_at },
      ...(row.acknowledged_by !== null && { acknowledgedBy: row.acknowledger ?? '' }),
    })),
    batches: batches.map((row) => ({ batchId: row.batch_id, missing: row.missing, open: row.n })),
    references: shown.map((row) => ({
      ...{ reference: row.reference, batchId: row.batch_id, amountFen: row.amount_fen, sentAt: row.sent_at },
      missing: row.missing,
      ...(row.route !== null && { route: row.route as SentLine['route'] }),
      ...(row.bank_word !== null && {
        bankSays: row.bank_word as SentBefore['references'][number]['bankSays'] & string,
      }),
      ...(row.answer !== null && { answer: row.answer as AnswerSentBefore['answer'], answeredBy: row.answerer ?? '' }),
    })),
    ...(rows.length > pageSize && last && { nextCursor: `${last.batch_id} ${last.reference}` }),
  }
}

/**
 * One person has seen how far the send log reaches, a second the same; then a restore no longer stands in the way.
 * @param log as it is now
 * @throws {Refused} not-found, money.done, money.send-log-changed where the log is not what was seen
 */
export async function acknowledgeRestoration(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  id: string,
  seen: AcknowledgeRestoration,
  log: SendLogSeen,
  at: Instant,
): Promise<{ agreed: boolean }> {
  const row = await lockRestoration(trx, id)
  if (!row) throw new Refused('not-found')
  if (row.agreed_by === accountId) return { agreed: true }
  if (row.agreed_by !== null) throw new Refused('money.done')
  if (seen.references !== log.references || seen.lastLineAt !== log.lastLineAt)
    throw new Refused('money.send-log-changed')
  const entry = { kind: 'restoration.acknowledged', objectKind: 'restoration', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { ...log } })
  const isSame = row.reference_count === log.references && row.last_line_at === log.lastLineAt
  const agreed = isSame && row.acknowledged_by !== accountId
  await updateRestoration(
    trx,
    id,
    agreed
      ? { agreed_by: accountId, agreed_at: at }
      : {
          ...{ acknowledged_by: accountId, acknowledged_at: at },
          ...{ last_line_at: log.lastLineAt, reference_count: log.references },
        },
  )
  return { agreed }
}

/**
 * Asks the city's bank by reference about what is open and may have gone to it, and writes its word beside. Where the bank
 * does not answer, nothing is written.
 */
export async function askBank(deps: Deps, viewer: Viewer, at: Instant, which?: Which): Promise<void> {
  if (!deps.config.bank) return
  const bank = bankAt(deps.config.bank.url, deps.config.bank.secret)
  for (let after = ''; ;) {
    const references = await inViewersScope(deps, viewer, (trx) => selectToAsk(trx, which, after, perOrder))
    const last = references.at(-1)
    if (last === undefined) return
    after = last
    try {
      const words = await bank.ask(references)
      await inViewersScope(deps, viewer, (trx) => writeBankWords(trx, words, at))
    } catch (error) {
      if (!(error instanceof BankError)) throw error
      return
    }
  }
}

const sealed = (deps: Deps, row: string, words: string): string =>
  JSON.stringify(deps.secrets.seal({ table: 'sent_before', column: 'words', row }, words))

/**
 * The first person says what became of a reference, the second the same; then it no longer stands in the way. What was
 * sent is never sent again; what the bank never saw may be. The same again changes nothing.
 * @throws {Refused} not-found, money.done, money.same-answer, money.bank-says-otherwise
 */
export async function answerSentBefore(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  reference: string,
  { answer, words }: AnswerSentBefore,
  at: Instant,
): Promise<{ agreed: boolean }> {
  const row = await lockSentBefore(trx, reference)
  if (!row) throw new Refused('not-found')
  if (row.agreed_by === accountId && row.answer === answer) return { agreed: true }
  if (row.agreed_by !== null) throw new Refused('money.done')
  const said = { answer, accountId, at, words: sealed(deps, row.batch_id, words) }
  const { answered, agreed } = await writeAnswer(trx, { reference }, said)
  if (answered + agreed === 0) {
    const differs = row.answer !== null && row.answered_by !== accountId && row.answer !== answer
    throw new Refused(differs ? 'money.same-answer' : 'money.bank-says-otherwise')
  }
  const entry = { kind: 'sent-before.answered', objectKind: 'sent_before', objectId: reference } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { answer } })
  return { agreed: agreed > 0 }
}

/** One person's answer to all that is open of one batch. @returns what it did; what another says otherwise of is left */
export async function answerSentBatch(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  batchId: string,
  { answer, words }: AnswerSentBatch,
  at: Instant,
): Promise<SentBatchAnswered> {
  const done = await writeAnswer(trx, { batchId }, { answer, accountId, at, words: sealed(deps, batchId, words) })
  const entry = { kind: 'sent-before.answered', objectKind: 'payout_batch', objectId: batchId } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { answer, ...done } })
  const left = (await countOpenOfBatches(trx, [batchId])).reduce((sum, { n }) => sum + n, 0)
  return { ...done, open: left }
}
