/** 回盘文件: the bank's answer to a batch, taken whole or not at all. */
import { createHash } from 'node:crypto'
import { asWritten } from '../../connectors/payFile/payFile.ts'
import { parseResultFile, ResultFileRefused, type ResultRow } from '../../connectors/payFile/resultFile.ts'
import { Refused } from '../../contract/errors.ts'
import type { ResultsTaken, UploadResultFile } from '../../contract/payouts.ts'
import { normaliseAccount } from '../../domain/bankCard.ts'
import { type Instant, type PlainDate, shanghaiDate } from '../../domain/dates.ts'
import { afterOutcome, type PayoutState } from '../../domain/payout.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { firstDayOf, hear, isTakenOn, type Word } from './outcome.ts'
import { formats } from './payFile.ts'
import { insertResultFile, lockBatch, lockPayouts, type Paying } from './sql.ts'

const place = (id: string) => ({ table: 'result_file', column: 'body', row: id })

/** Why a file cannot be read, in words. */
const whyUnreadable: Readonly<Record<string, string>> = {
  empty: '文件是空的',
  notInEncoding: '文字编码不对',
  columns: '列数不对',
  heading: '不是这家银行的格式',
  missing: '缺内容',
  repeated: '同一笔出现了两次',
  totals: '合计与各行不等',
}

function rowsOf(format: string, bytes: Buffer): readonly ResultRow[] {
  try {
    return parseResultFile(formats.get(format)!, bytes).rows
  } catch (error) {
    if (!(error instanceof ResultFileRefused)) throw error
    const [first] = error.problems
    const why = whyUnreadable[first?.problem ?? ''] ?? '内容不对'
    throw new Refused('money.file-unreadable', { why: first?.row === undefined ? why : `第${first.row}行${why}` })
  }
}

/** Why a row is not what we sent, or cannot be any more; nothing where it may be taken. */
function whyRefused(
  deps: Deps,
  format: string,
  row: ResultRow,
  payout: Paying | undefined,
  seen: Set<string>,
): string | undefined {
  if (!payout) return '这一批里没有这笔'
  if (seen.has(payout.id)) return '这笔出现了两次'
  seen.add(payout.id)
  const payee = openPayee(deps, payout.award_id, payout.payee)
  const written = asWritten(formats.get(format)!, payee.name)
  if (row.amountFen !== payout.amount_fen) return '金额不是送出的金额'
  if (row.account !== normaliseAccount(payee.accountNumber)) return '账号不是送出的账号'
  if (row.name !== payee.name && row.name !== written) return '户名不是送出的户名'
  const after = afterOutcome(payout.state as PayoutState, row.outcome)
  // not known still: nothing new, and nothing wrong
  if (after === undefined && row.outcome === 'unknown') return undefined
  if (after === undefined || after === 'refused') return '这笔已经登记过结果'
  if (isTakenOn(payout)) return '这笔资助已经追回或取消，让银行把这一行去掉；职工自己退过的钱怎么还，问市总工会财务'
  return undefined
}

/**
 * Takes the bank's file of a batch: every row is one of its payouts, unaltered, once, and still open; otherwise nothing
 * changes, and the answer says which row.
 * @throws {Refused} not-found, money.not-sent, money.bank-route, money.file-unreadable, money.file-differs, money.done,
 * request.reused-id, act.four-eyes, act.own-application
 */
export function takeResultFile(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, fileId }: { id: string; fileId: string },
  { name, content }: UploadResultFile,
  at: Instant,
): Promise<ResultsTaken> {
  const { accountId } = viewer
  const bytes = Buffer.from(content, 'base64')
  const sha256 = createHash('sha256').update(bytes).digest()
  const body = { id, sha256: sha256.toString('hex') }
  return once(trx, deps, { id: fileId, kind: 'payouts.take-result-file', accountId, body, at }, async () => {
    const batch = await lockBatch(trx, id)
    if (!batch || batch.payer_id !== viewer.organisation!.id) throw new Refused('not-found')
    if (batch.route === 'bank') throw new Refused('money.bank-route')
    if (batch.released_at === null) throw new Refused('money.not-sent')
    const rows = rowsOf(batch.format, bytes)
    const payouts = await lockPayouts(trx, { references: rows.map((row) => row.reference) })
    const own = new Map(payouts.filter(({ batch_id }) => batch_id === id).map((payout) => [payout.reference, payout]))
    const seen = new Set<string>()
    const words = new Map<string, Word>()
    for (const row of rows) {
      const payout = own.get(row.reference)
      const why =
        whyRefused(deps, batch.format, row, payout, seen) ??
        whyNotThatDay(row.on, firstDayOf(payout!, batch.released_at), at)
      if (why !== undefined) throw new Refused('money.file-differs', { row: row.row, why })
      words.set(payout!.id, wordOf(row, at))
    }
    await insertResultFile(trx, {
      ...{ id: fileId, batch_id: id, name, sha256, byte_size: bytes.length, row_count: rows.length },
      ...{ body: deps.secrets.sealBytes(place(fileId), bytes), uploaded_by: accountId, uploaded_at: at },
    })
    const { contradicted } = await hear(trx, deps, viewer, { kind: 'file', id: fileId }, [...own.values()], words, at)
    if (contradicted.length > 0) throw new Error(`result file ${fileId} contradicts what was looked at under lock`)
    const counts = Object.fromEntries(
      [...Map.groupBy(rows, (row) => row.outcome)].map(([outcome, of]) => [outcome, of.length]),
    )
    const entry = { kind: 'result-file.taken', objectKind: 'payout_batch', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail: { rows: rows.length } })
    return { id: fileId, counts }
  })
}

/** A bank's day lies between the release and today. */
function whyNotThatDay(on: PlainDate | undefined, first: PlainDate, at: Instant): string | undefined {
  if (on === undefined) return undefined
  if (on < first) return '日期早于放行的那一天'
  return on > shanghaiDate(at) ? '日期晚于今天' : undefined
}

const wordOf = (row: ResultRow, at: Instant): Word => ({
  outcome: row.outcome,
  ...(row.code !== undefined && { code: row.code }),
  ...(row.bankCode !== undefined && { bankCode: row.bankCode }),
  ...(row.serial !== undefined && { serial: row.serial }),
  on: row.on ?? shanghaiDate(at),
})
