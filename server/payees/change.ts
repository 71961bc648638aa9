/**
 * Another account for an award, or the same once more (四.一.5, 四.二.3; R26): the worker proposes it with a code of their
 * phone, or the payer's finance for one without an account; another of the payer's finance confirms or refuses it. The
 * award, its amount and its place stay; what was paid to the old account is never sent again before the bank gave it back.
 */
import { randomUUID } from 'node:crypto'
import { type ErrorCode, type FieldError, Refused } from '../../contract/errors.ts'
import type {
  ConfirmPayee,
  ProposedAccount,
  ProposeOwnPayee,
  ProposePayee,
  RefusePayee,
} from '../../contract/payees.ts'
import type { ApplicationState } from '../../domain/application.ts'
import { accountTail, bankNameProblem, readAccount } from '../../domain/bankCard.ts'
import type { Instant } from '../../domain/dates.ts'
import { failed, payerMayPropose, type Proposable, workerMayPropose } from '../../domain/payee.ts'
import { isLive, wantsAnotherAccount } from '../../domain/payout.ts'
import { type Channel, channelRules, type Payee } from '../../domain/policy.ts'
import { appendActions } from '../applications/actions.ts'
import { record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { inPayments } from '../payments/inPayments.ts'
import { openPayee, type PayeeSnapshot, sealSnapshot } from '../payments/payee.ts'
import { requireOwnCode } from '../people/textCode.ts'
import { policyOf } from '../policies/policy.ts'
import { lastOf, refusalPlace } from './standing.ts'
import {
  countShared,
  hasPaper,
  insertChange,
  isProposed,
  lockChange,
  selectChange,
  selectStanding,
  type Standing,
  standingOfAward,
  updateChange,
} from './sql.ts'

export const wordsPlace = (changeId: string) => ({ table: 'payee_change', column: 'words', row: changeId })

const wrong = (...fields: FieldError[]) => new Refused('request.malformed', {}, fields)

/** Why the one that was proposed is not wanted. */
function notWanted(standing: Standing, account: ProposedAccount['account']): ErrorCode {
  const last = lastOf(standing)
  if (standing.open_id !== null) return 'payee.not-wanted'
  if (last && isLive(last.state) && last.state !== 'made') return 'payee.on-its-way'
  const never = last && failed(last) && wantsAnotherAccount(last.code ?? 'other')
  return account === 'same' && never ? 'payee.same-account' : 'payee.not-wanted'
}

/**
 * The account that is proposed, read as the form reads it; its name stays the form's.
 * @throws {Refused} payee.*, request.malformed
 */
function accountOf(current: PayeeSnapshot, kinds: readonly Payee[], standing: Standing, body: ProposedAccount) {
  if (body.account === 'same') return current
  if (!kinds.includes(body.payee)) throw new Refused('payee.kind')
  const read = readAccount(body.accountNumber)
  if (!read.ok) throw wrong({ field: 'accountNumber', says: read.says })
  const bankName = body.payee === 'bankCard' ? body.bankName : undefined
  if (body.payee === 'bankCard' && !bankName) throw wrong({ field: 'bankName', says: '还没有填银行名称，写到支行。' })
  const unwritable = bankName && bankNameProblem(bankName)
  if (unwritable) throw wrong({ field: 'bankName', says: unwritable })
  if (read.number === current.accountNumber) {
    const last = lastOf(standing)
    if (last && failed(last) && wantsAnotherAccount(last.code ?? 'other')) throw new Refused('payee.same-account')
    if (bankName === current.bankName && body.payee === current.kind) throw new Refused('payee.unchanged')
  }
  return {
    name: current.name,
    kind: body.payee,
    accountNumber: read.number,
    ...(bankName && { bankName }),
  } satisfies PayeeSnapshot
}

/** What stands and what would. @throws {Refused} payee.*, request.malformed */
async function proposed(trx: Trx, deps: Deps, standing: Standing, may: Proposable, body: ProposedAccount) {
  if (!may[body.account]) throw new Refused(notWanted(standing, body.account))
  const policy = await policyOf(trx, standing.policy_id, standing.policy_revision)
  const kinds = channelRules(policy, standing.channel as Channel).payees
  return accountOf(openPayee(deps, standing.award_id, standing.payee), kinds, standing, body)
}

async function write(
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  standing: Standing,
  payee: PayeeSnapshot,
  change: { id: string; same: boolean; words?: string; paperFileId?: string },
  at: Instant,
): Promise<void> {
  const { id, same, words, paperFileId } = change
  const last = lastOf(standing)
  await insertChange(trx, {
    id,
    award_id: standing.award_id,
    payout_id: last && failed(last) ? standing.payout_id : null,
    same_account: same,
    payee: sealSnapshot(deps, standing.award_id, payee).payee,
    payee_tail: accountTail(payee.accountNumber),
    account_index: deps.secrets.blindIndex('account', payee.accountNumber),
    replaces: JSON.stringify(standing.payee),
    replaces_tail: standing.payee_tail!,
    words: words === undefined ? null : JSON.stringify(deps.secrets.seal(wordsPlace(id), words)),
    proof_file_id: paperFileId ?? null,
    proposed_by: accountId,
    proposed_at: at,
  })
  const entry = { kind: 'payee-change.proposed', objectKind: 'payee_change', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { same } })
}

type Own = { readonly id: string; readonly changeId: string }

/** @throws {Refused} not-found, payee.*, request.malformed */
async function ownProposal(trx: Trx, deps: Deps, { accountId }: Viewer, { id }: Own, body: ProposedAccount) {
  const standing = await selectStanding(trx, id)
  if (!standing || standing.account_id !== accountId) throw new Refused('not-found')
  const may = workerMayPropose(standing.state as ApplicationState, lastOf(standing), standing.open_id !== null)
  return { standing, payee: await proposed(trx, deps, standing, may, body) }
}

/** That a code may be sent: something can be proposed. @throws {Refused} not-found, payee.* */
export const requireWanted = (deps: Deps, viewer: Viewer, id: string): Promise<void> =>
  inPayments(deps, viewer, async (trx) => {
    const standing = await selectStanding(trx, id)
    if (!standing || standing.account_id !== viewer.accountId) throw new Refused('not-found')
    const may = workerMayPropose(standing.state as ApplicationState, lastOf(standing), standing.open_id !== null)
    if (!may.another && !may.same) throw new Refused(notWanted(standing, 'another'))
  })

/**
 * By the worker whose award it is. The code is tried only where the proposal itself can stand, so that none is used up by
 * a slip; a repeat needs no new one.
 * @param at machine time
 * @throws {Refused} not-found, payee.*, request.malformed, sign-in.code-wrong, sign-in.code-expired, request.reused-id
 */
export async function proposeOwn(
  deps: Deps,
  viewer: Viewer,
  own: Own,
  { code, ...body }: ProposeOwnPayee,
  { at, now }: { readonly at: number; readonly now: Instant },
): Promise<{ id: string }> {
  const { accountId } = viewer
  const isRepeat = await inPayments(deps, viewer, async (trx) => {
    if (await isProposed(trx, own.changeId)) return true
    await ownProposal(trx, deps, viewer, own, body)
    return false
  })
  if (!isRepeat) await requireOwnCode(deps, viewer, code, at)
  const command = { id: own.changeId, kind: 'payees.propose-own', accountId, body: { ...body, of: own.id }, at: now }
  return inPayments(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const { standing, payee } = await ownProposal(trx, deps, viewer, own, body)
      await write(trx, deps, viewer, standing, payee, { id: own.changeId, same: body.account === 'same' }, now)
      return { id: own.changeId }
    }),
  )
}

/** By the worker who proposed it, until somebody has answered. @throws {Refused} not-found, money.done */
export function withdrawOwn(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { id, changeId }: Own,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payees.withdraw-own'
  const command = { id: commandId(deps, kind, changeId, accountId), kind, accountId, body: { of: id }, at }
  return once(trx, deps, command, async () => {
    const [change, standing] = [await selectChange(trx, changeId), await selectStanding(trx, id)]
    if (!change || change.proposed_by !== accountId || change.award_id !== standing?.award_id)
      throw new Refused('not-found')
    if (change.confirmed_by !== null || change.refused_by !== null) throw new Refused('money.done')
    await updateChange(trx, changeId, { refused_by: accountId, refused_at: at })
    const entry = { kind: 'payee-change.withdrawn', objectKind: 'payee_change', objectId: changeId } as const
    await record(trx, deps.secrets, { ...entry, accountId, at })
    return { id: changeId }
  })
}

/**
 * By the payer's finance: for a worker without an account, on a paper; or once the bank has said that what it took for a
 * repetition was never paid.
 * @throws {Refused} not-found, payee.*, request.malformed, act.four-eyes, act.own-application, request.reused-id
 */
export function propose(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  body: ProposePayee,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  return once(trx, deps, { id, kind: 'payees.propose', accountId, body, at }, async () => {
    const { applicationId, words, paperFileId } = body
    const standing = await selectStanding(trx, applicationId)
    if (!standing || standing.payer_id !== viewer.organisation!.id) throw new Refused('not-found')
    const has = standing.account_id !== null
    const may = payerMayPropose(lastOf(standing), standing.open_id !== null, has)
    if (has && !may.same && !may.another) throw new Refused('payee.worker-proposes')
    const payee = await proposed(trx, deps, standing, may, body)
    const isPaper = paperFileId !== undefined && (await hasPaper(trx, paperFileId, accountId))
    if (!isPaper && (body.account === 'another' || paperFileId !== undefined)) throw new Refused('payee.paper-missing')
    const same = body.account === 'same'
    await write(trx, deps, viewer, standing, payee, { id, same, words, ...(paperFileId && { paperFileId }) }, at)
    return { id }
  })
}

/** @throws {Refused} not-found, money.done, payee.same-person */
async function lockOpen(trx: Trx, { organisation, accountId }: Viewer, id: string) {
  const change = await lockChange(trx, id)
  const standing = change && (await standingOfAward(trx, change.award_id))
  if (!change || !standing || standing.payer_id !== organisation!.id) throw new Refused('not-found')
  if (change.confirmed_by !== null || change.refused_by !== null) throw new Refused('money.done')
  if (change.proposed_by === accountId) throw new Refused('payee.same-person')
  return { change, standing }
}

/** Why a proposal cannot be confirmed as the award stands now. */
export function notNow(standing: Pick<Standing, 'payout_state' | 'payout_code'>): ErrorCode | undefined {
  const last = lastOf(standing)
  if (!last || !isLive(last.state)) return undefined
  return last.state === 'made' ? 'payee.in-batch' : 'payee.on-its-way'
}

/**
 * The award's account is the proposed one from here, and it may be paid again.
 * @throws {Refused} not-found, money.done, payee.same-person, payee.in-batch, payee.on-its-way, payee.shared,
 * act.four-eyes, act.own-application
 */
export function confirm(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  { words }: ConfirmPayee,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId, role } = viewer
  const kind = 'payees.confirm'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const { standing } = await lockOpen(trx, viewer, id)
    const why = notNow(standing)
    if (why) throw new Refused(why)
    const count = words === undefined ? await countShared(trx, id) : 0
    if (count > 0) throw new Refused('payee.shared', { count })
    await updateChange(trx, id, { confirmed_by: accountId, confirmed_at: at })
    const base = { applicationId: standing.application_id, id: randomUUID(), accountId, role, at }
    await appendActions(trx, deps, [{ ...base, kind: 'correctAccount', ...(words !== undefined && { words }) }])
    const entry = { kind: 'payee-change.confirmed', objectKind: 'payee_change', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at, detail: { shared: words !== undefined } })
    return { id }
  })
}

/** @throws {Refused} not-found, money.done, payee.same-person, act.four-eyes, act.own-application */
export function refuse(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  { words }: RefusePayee,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'payees.refuse'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    await lockOpen(trx, viewer, id)
    const sealed = JSON.stringify(deps.secrets.seal(refusalPlace(id), words))
    await updateChange(trx, id, { refused_by: accountId, refused_at: at, refused_words: sealed })
    const entry = { kind: 'payee-change.refused', objectKind: 'payee_change', objectId: id } as const
    await record(trx, deps.secrets, { ...entry, accountId, at })
    return { id }
  })
}
