/**
 * Batches of payouts (发放): one finance clerk makes one of what the organisation owes, another releases it (四.一.5, 四.二.3,
 * 四.三). Released, it never changes; what became of each line is the bank's to say (`outcome.ts`).
 */
import { randomUUID } from 'node:crypto'
import { Refused } from '../../contract/errors.ts'
import type { MakeBatch, ReleaseBatch, RemoveLines } from '../../contract/payouts.ts'
import { accountTail, normaliseAccount } from '../../domain/bankCard.ts'
import { type Instant, plainDate, shanghaiDate, yearOf } from '../../domain/dates.ts'
import { mayBeAccepted } from '../../domain/payout.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { handOver, keepBack, requireUnpaid } from '../bank/order.ts'
import { requireKnown } from '../bank/sentBefore.ts'
import { canonicalJson } from '../canonicalJson.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { lotsOf, post } from '../ledger/ledger.ts'
import { receivingAccountOf } from '../organisations/organisation.ts'
import { openPayee } from '../payments/payee.ts'
import { formats, requireWritable } from './payFile.ts'
import {
  cancelPayouts,
  insertAccepted,
  insertBatch,
  insertPayouts,
  lockBatch,
  type MadeRow,
  type NewPayout,
  nextBatchNumber,
  releasePayouts,
  selectBatches,
  selectMade,
  selectReleased,
  selectStops,
  selectToPay,
  type ToPay,
  updateBatch,
  withdrawPayout,
} from './sql.ts'

/** Whose money it is: the organisation at which the viewer finances. */
const payerOf = ({ organisation }: Viewer): string => organisation!.id

/**
 * What a bank knows an attempt by. It follows from whose certificate it is for and how often it came back, and from nothing
 * that the database gave: one that was put back to an earlier moment makes the same again, even for a claim that has to be
 * filed anew, and no bank pays one reference twice.
 */
const referenceOf = ({ secrets }: Deps, { applicant_index, certificate, tries }: ToPay): string => {
  const text = canonicalJson([applicant_index.toString('hex'), certificate, tries])
  return `JS${secrets.mac('payout reference', text).toString('hex').slice(0, 26).toUpperCase()}`
}

/** Who is paid and at which bank, as the file says it. */
function namesOf(deps: Deps, line: Pick<MadeRow, 'award_id' | 'payee'>): readonly string[] {
  const { name, bankName } = openPayee(deps, line.award_id, line.payee)
  return [name, bankName ?? '']
}

const digestOf = (deps: Deps, lines: readonly MadeRow[]): Buffer =>
  deps.secrets.mac(
    'payout batch',
    canonicalJson(
      lines.map((line) => [
        ...namesOf(deps, line),
        line.certificate_id,
        line.line,
        line.id,
        line.reference,
        line.award_id,
        line.amount_fen,
        line.account_index!.toString('hex'),
        line.applicant_index!.toString('hex'),
      ]),
    ),
  )

function payoutOf(deps: Deps, award: ToPay, line: number): NewPayout {
  const payee = openPayee(deps, award.id, award.payee)
  const account = normaliseAccount(payee.accountNumber)
  return {
    id: randomUUID(),
    reference: referenceOf(deps, award),
    award_id: award.id,
    line,
    attempt: award.attempt,
    follows: award.follows,
    amount_fen: award.amount_fen,
    payee: JSON.stringify(award.payee),
    payee_tail: accountTail(account),
    account_index: deps.secrets.blindIndex('account', account),
    applicant_index: award.applicant_index,
  }
}

/**
 * Makes a batch of all that the viewer's organisation can pay now, of one notice, or of the named awards. Nothing moves
 * before somebody else releases it.
 * @throws {Refused} money.no-payable, money.not-payable, money.no-format, money.no-bank, money.no-account, request.malformed,
 * act.four-eyes, act.own-application, request.reused-id
 */
export function makeBatch(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: MakeBatch,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  return once(trx, deps, { id, kind: 'payouts.make-batch', accountId, body, at }, async () => {
    if (!formats.has(body.format)) throw new Refused('money.no-format')
    if (body.route === 'bank' && (viewer.role !== 'cityFinance' || !deps.config.bank))
      throw new Refused('money.no-bank')
    const payOn = plainDate(body.payOn)
    if (!payOn || payOn < shanghaiDate(at))
      throw new Refused('request.malformed', {}, [{ field: 'payOn', says: '付款日期从今天起，请再看一遍。' }])
    if (!(await receivingAccountOf(trx, deps.secrets, payerOf(viewer))))
      throw new Refused('money.no-account', { union: viewer.organisation!.name })
    const found = await selectToPay(trx, payerOf(viewer), body)
    if (body.awardIds && found.length !== new Set(body.awardIds).size) throw new Refused('money.not-payable')
    // One batch is of one policy: its money is one budget's.
    const awards = found.filter((award) => award.policy_id === found[0]!.policy_id)
    if (awards.length === 0) throw new Refused('money.no-payable')
    const lines = awards.map((award, index) => payoutOf(deps, award, index + 1))
    await insertBatch(trx, {
      id,
      number: `付〔${yearOf(shanghaiDate(at))}〕${await nextBatchNumber(trx)}号`,
      policy_id: awards[0]!.policy_id,
      payer_id: payerOf(viewer),
      route: body.route,
      format: body.format,
      pay_on: payOn,
      line_count: lines.length,
      total_fen: lines.reduce((sum, line) => sum + line.amount_fen, 0),
      digest: digestOf(
        deps,
        lines.map((line, index) => ({
          ...line,
          payee: awards[index]!.payee,
          certificate_id: awards[index]!.certificate_id,
        })),
      ),
      made_by: accountId,
      made_at: at,
    })
    for (const lot of lotsOf(lines)) await insertPayouts(trx, id, lot)
    // What the city pays itself is named in no allocation notice: here it is named.
    for (const lot of lotsOf(awards.filter((award) => award.state === 'approved')))
      await appendActions(
        trx,
        deps,
        lot.map(({ application_id: applicationId }) => ({
          ...{ applicationId, id: randomUUID(), kind: 'award' as const },
          ...{ accountId, role: viewer.role, at },
        })),
      )
    await recordOf(trx, deps, 'payout-batch.made', id, viewer, at, { lines: lines.length })
    return { id }
  })
}

type Kind = 'payout-batch.made' | 'payout-batch.changed' | 'payout-batch.dropped' | 'payout-batch.released'
const recordOf = (
  trx: Trx,
  { secrets }: Deps,
  kind: Kind,
  id: string,
  { accountId }: Viewer,
  at: Instant,
  detail: Record<string, number | string> = {},
) => record(trx, secrets, { kind, objectKind: 'payout_batch', objectId: id, accountId, at, detail })

/** @throws {Refused} not-found, money.done */
async function lockMade(trx: Trx, viewer: Viewer, id: string) {
  const batch = await lockBatch(trx, id)
  if (!batch || batch.payer_id !== payerOf(viewer)) throw new Refused('not-found')
  if (batch.released_at !== null || batch.dropped_at !== null) throw new Refused('money.done')
  return batch
}

/**
 * Takes lines out of a batch that nobody has released; they can be paid in another. The last line drops the batch.
 * @throws {Refused} not-found, money.done, request.reused-id
 */
export function removeLines(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, removalId }: { id: string; removalId: string },
  { payoutIds }: RemoveLines,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const body = { id, payoutIds }
  return once(trx, deps, { id: removalId, kind: 'payouts.remove-lines', accountId, body, at }, async () => {
    await lockMade(trx, viewer, id)
    const wanted = new Set(payoutIds)
    if ((await cancelPayouts(trx, id, [...wanted])) !== wanted.size) throw new Refused('money.done')
    const left = await selectMade(trx, id)
    if (left.length === 0) await updateBatch(trx, id, { dropped_by: accountId, dropped_at: at })
    else
      await updateBatch(trx, id, {
        line_count: left.length,
        total_fen: left.reduce((sum, line) => sum + line.amount_fen, 0),
        digest: digestOf(deps, left),
      })
    await recordOf(trx, deps, 'payout-batch.changed', id, viewer, at, { removed: wanted.size })
    return { id }
  })
}

/** Gives a batch up that nobody has released. @throws {Refused} not-found, money.done */
export function dropBatch(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payouts.drop-batch'
  return once(trx, deps, { id: commandId(deps, kind, id, {}), kind, accountId, body: {}, at }, async () => {
    await lockMade(trx, viewer, id)
    await cancelPayouts(trx, id, null)
    await updateBatch(trx, id, { dropped_by: accountId, dropped_at: at })
    await recordOf(trx, deps, 'payout-batch.dropped', id, viewer, at)
    return { id }
  })
}

/** Whether this person has released it already: a repeat needs no new code. */
export async function releasedBy(trx: Trx, id: string, { accountId }: Viewer): Promise<boolean> {
  const [batch] = await selectBatches(trx, { id })
  return batch?.released_by === accountId
}

/**
 * Releases a batch that another person made; the caller has asked for a fresh code. From here each line is paid or
 * refused by the bank under its reference, and by no other.
 * @throws {Refused} not-found, money.done, money.same-person, money.stopped, money.line-unfit, money.paused, money.disputed,
 * money.bank-contradicts, money.paid-before, act.four-eyes, act.own-application
 */
export function releaseBatch(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  { accept }: ReleaseBatch,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payouts.release-batch'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const batch = await lockMade(trx, viewer, id)
    if (batch.made_by === accountId) throw new Refused('money.same-person')
    await requireKnown(trx)
    const stops = await selectStops(trx, id)
    const own = stops.filter((stop) => stop.typed_by === accountId).length
    if (own > 0) throw new Refused('money.typed-yourself', { count: own })
    const words = new Map(accept.map((each) => [`${each.payoutId} ${each.stop}`, each]))
    const accepted = stops.flatMap((stop) => {
      const said = words.get(`${stop.payout_id} ${stop.stop}`)
      return said && mayBeAccepted(said.stop) ? [said] : []
    })
    const open = stops.length - accepted.length
    if (open > 0) throw new Refused('money.stopped', { count: open })
    if (batch.route === 'file') await requireWritable(trx, deps, batch)
    const lines = await selectMade(trx, id)
    if (!digestOf(deps, lines).equals(batch.digest)) throw new Error(`batch ${id} is not what was made`)
    await requireUnpaid(trx, deps, lines)
    if (accepted.length > 0)
      await insertAccepted(
        trx,
        accepted.map(({ payoutId, stop, words }) => ({
          ...{ payout_id: payoutId, stop, accepted_by: accountId, accepted_at: at },
          words: JSON.stringify(deps.secrets.seal({ table: 'payout_accepted', column: 'words', row: payoutId }, words)),
        })),
      )
    await updateBatch(trx, id, { released_by: accountId, released_at: at })
    const released = await releasePayouts(trx, id)
    await post(
      trx,
      deps.secrets,
      released.map((payout) => ({
        awardId: payout.award_id,
        from: payout.stands_on as 'committed',
        to: `payment:${payout.award_id}` as const,
        amountFen: payout.amount_fen,
        causeKind: 'release' as const,
        causeId: payout.id,
        at,
      })),
    )
    await handOver(trx, batch.route, released)
    await recordOf(trx, deps, 'payout-batch.released', id, viewer, at, { lines: released.length })
    return { id }
  })
}

/**
 * Takes the released line of an award back, as a correction that two people agreed on says: its money lies again where the
 * release took it from. Its batch stays as it was released.
 * @throws {Refused} correction.on-its-way where it has left the house, money.paused, money.send-log-lost
 */
export async function withdrawLine(
  trx: Trx,
  deps: Deps,
  award: { readonly id: string; readonly amount_fen: number },
  at: Instant,
): Promise<void> {
  // After a restore what is only released here may have left before; it waits for the bank's word then.
  await requireKnown(trx)
  await keepBack(trx, await selectReleased(trx, award.id))
  const line = await withdrawPayout(trx, award.id, at)
  if (!line) throw new Refused('correction.on-its-way')
  await post(trx, deps.secrets, [
    {
      ...{ awardId: award.id, amountFen: award.amount_fen, causeKind: 'withdraw' as const, causeId: line.id, at },
      ...{ from: `payment:${award.id}` as const, to: line.took_from as 'committed' },
    },
  ])
}
