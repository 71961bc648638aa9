/** The bank's files of a released batch: each line in one of them, kept to the byte, on record each time they are given out. */
import { createHash, randomUUID } from 'node:crypto'
import path from 'node:path'
import { buildPayFiles, type PayFile, PayFileRefused } from '../../connectors/payFile/payFile.ts'
import { readPayFormats } from '../../connectors/payFile/formatFile.ts'
import { Refused } from '../../contract/errors.ts'
import { normaliseAccount } from '../../domain/bankCard.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { record } from '../audit/audit.ts'
import { heldOf, keepBack, markOut, requireUnpaid } from '../bank/order.ts'
import { requireKnown } from '../bank/sentBefore.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { receivingAccountOf } from '../organisations/organisation.ts'
import { openPayee } from '../payments/payee.ts'
import {
  type BatchRow,
  countFilesOfDay,
  insertDownload,
  insertPayFiles,
  lockBatch,
  selectPayees,
  selectPayerName,
  selectPayFile,
  selectPayFiles,
} from './sql.ts'

/** Pay file formats by name. */
export const formats = readPayFormats()

const place = (batchId: string, part: number) => ({ table: 'pay_file', column: 'body', row: `${batchId} ${part}` })

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Why a line does not fit a bank's file, in words. */
const whyUnfit: Readonly<Record<string, string>> = {
  account: '账号不是数字，或太长',
  name: '姓名里有这家银行的文件写不出的字，或太长',
  bankName: '开户行名称太长，或有写不出的字',
}

/**
 * Builds the files of a batch: the same lines give the same bytes. What was sent before the database was put back to an
 * earlier moment is left out: it is asked for, never sent again.
 * @throws {Refused} money.line-unfit
 */
async function build(
  trx: Trx,
  deps: Deps,
  batch: BatchRow,
  rows: Awaited<ReturnType<typeof selectPayees>>,
): Promise<readonly PayFile[]> {
  const [payer, name] = await Promise.all([
    receivingAccountOf(trx, deps.secrets, batch.payer_id),
    selectPayerName(trx, batch.payer_id),
  ])
  try {
    return buildPayFiles(formats.get(batch.format)!, {
      number: batch.number,
      payer: {
        // What banks give each customer is not known to us: ours is the organisation's own.
        code: batch.payer_id.slice(0, 8).toUpperCase(),
        account: payer?.number ?? '',
        name,
      },
      businessDate: batch.pay_on as PlainDate,
      serial: (await countFilesOfDay(trx, batch.payer_id, batch.pay_on)) + 1,
      purpose: '技能晋升资助',
      lines: rows.map((row) => {
        const payee = openPayee(deps, row.award_id, row.payee)
        const account = normaliseAccount(payee.accountNumber)
        if (!row.account_index?.equals(deps.secrets.blindIndex('account', account)))
          throw new Error(`payout ${row.id} bears another account than it was made with`)
        return {
          line: row.line!,
          reference: row.reference,
          account,
          name: payee.name,
          amountFen: fen(row.amount_fen),
          bankName: payee.bankName ?? '',
        }
      }),
    })
  } catch (error) {
    if (!(error instanceof PayFileRefused)) throw error
    const [first] = error.problems
    const why = whyUnfit[first?.field ?? ''] ?? '内容写不进文件'
    throw new Refused('money.line-unfit', { line: first?.line ?? '', why })
  }
}

/**
 * Looks whether the bank's files of a batch that is about to be released can be written: later nothing leaves it any more.
 * @throws {Refused} money.line-unfit
 */
export async function requireWritable(trx: Trx, deps: Deps, batch: BatchRow): Promise<void> {
  await build(trx, deps, batch, await selectPayees(trx, batch.id, 'made'))
}

/**
 * Gives out one file of a released batch. What is held (`heldOf`) stays out of it: once nothing holds it any more, it stands
 * in a file of its own, the next. From the first time on its payments count as sent: they stand in
 * the send log on disk before anybody has the bytes.
 * @throws {Refused} not-found, money.not-released, money.bank-route, money.line-unfit, money.disputed, money.paid-before,
 * money.paused, money.send-log-lost, request.reused-id
 */
export async function downloadPayFile(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, downloadId }: { id: string; downloadId: string },
  { part }: { part: number },
  at: Instant,
): Promise<{ name: string; bytes: Buffer }> {
  const { accountId } = viewer
  const batch = await lockBatch(trx, id)
  if (!batch || batch.payer_id !== viewer.organisation!.id) throw new Refused('not-found')
  if (batch.released_at === null) throw new Refused('money.not-released')
  if (batch.route === 'bank') throw new Refused('money.bank-route')
  const command = { id: downloadId, kind: 'payouts.download', accountId, body: { id, part }, at }
  await once(trx, deps, command, async () => {
    if (!(await selectPayFile(trx, id, part))) await giveOut(trx, deps, batch, part, at)
    return { id: downloadId }
  })
  const file = await selectPayFile(trx, id, part)
  if (!file) throw new Refused('not-found')
  // Each time: a repeated command changes nothing, but the bytes leave once more.
  await insertDownload(trx, { id: randomUUID(), batch_id: id, part, account_id: accountId, at })
  const entry = { kind: 'pay-file.downloaded', objectKind: 'payout_batch', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { part } })
  return { name: file.name, bytes: deps.secrets.openBytes(place(id, part), file.body) }
}

/**
 * Makes the next files of a batch, of what is at home and may leave; none where nothing is left.
 * @throws {Refused} not-found where the one that is wanted is not among them
 */
async function giveOut(trx: Trx, deps: Deps, batch: BatchRow, part: number, at: Instant): Promise<void> {
  await requireKnown(trx)
  await keepBack(trx, await selectPayees(trx, batch.id, 'released'))
  const released = await selectPayees(trx, batch.id, 'released')
  if (released.length === 0) return
  const held = await heldOf(
    trx,
    deps,
    released.map(({ id }) => id),
  )
  const rows = released.filter(({ id }) => !held.has(id))
  if (rows.length === 0) {
    await requireUnpaid(trx, deps, released)
    throw new Refused('money.disputed')
  }
  const before = (await selectPayFiles(trx, batch.id)).length
  const files = await build(trx, deps, batch, rows)
  // Nothing counts as sent of which nobody gets the bytes.
  if (part > before + files.length) throw new Refused('not-found')
  await insertPayFiles(
    trx,
    files.map((file, index) => ({
      ...{ batch_id: batch.id, part: before + index + 1, name: path.basename(file.name), line_count: file.count },
      ...{ total_fen: file.totalFen, byte_size: file.bytes.byteLength, sha256: sha256(file.bytes) },
      body: deps.secrets.sealBytes(place(batch.id, before + index + 1), Buffer.from(file.bytes)),
      made_at: at,
    })),
  )
  await markOut(trx, deps, batch.id, rows)
}
