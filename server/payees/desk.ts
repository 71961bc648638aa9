/** 收款账户更正 as the payer's finance sees it: what waits, what the bank refused and nobody mended, what was answered. */
import { errorSays, Refused } from '../../contract/errors.ts'
import type { PayeeChangeDetail, PayeeChangeItem, PayeeChanges, PayeeChangesQuery } from '../../contract/payees.ts'
import { maskAccount } from '../../domain/bankCard.ts'
import type { Instant } from '../../domain/dates.ts'
import { payerMayPropose } from '../../domain/payee.ts'
import type { FailureCode } from '../../domain/payout.ts'
import { type Channel, channelRules, type Level, type Policy } from '../../domain/policy.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { openPayee } from '../payments/payee.ts'
import { policyOf } from '../policies/policy.ts'
import type { Envelope } from '../secrets.ts'
import { notNow, wordsPlace } from './change.ts'
import { lastOf, refusalPlace } from './standing.ts'
import {
  countShared,
  type ItemRow,
  type Place,
  selectAnswered,
  selectOpen,
  selectPaper,
  selectProposal,
  selectWanted,
  standingOfAward,
} from './sql.ts'

const pageSize = 50

/** @throws {Refused} request.malformed */
function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match) throw new Refused('request.malformed')
  return { at: Number(match[1]), id: match[2]! }
}

const stateOf = (row: ItemRow): PayeeChangeItem['state'] => {
  if (row.id === null) return 'wanted'
  if (row.confirmed_by) return 'confirmed'
  if (!row.refused_by) return 'open'
  return row.refused_by === row.proposed_by ? 'withdrawn' : 'refused'
}

const itemOf = (deps: Deps, viewer: Viewer, row: ItemRow, policy: Policy): PayeeChangeItem => ({
  ...(row.id !== null && { id: row.id }),
  applicationId: row.application_id,
  receiptNumber: row.receipt_number,
  applicantName: openPayee(deps, row.award_id, row.current_payee).name,
  level: row.level as Level,
  amountFen: row.amount_fen,
  ...(row.code !== null && { cause: row.code as FailureCode }),
  since: row.since,
  tail: row.tail,
  ...(row.new_tail !== null && { newTail: row.new_tail, sameAccount: row.same_account! }),
  state: stateOf(row),
  ...(row.proposed_by !== null && { proposedBy: row.proposer ?? '职工本人' }),
  mine: row.proposed_by === viewer.accountId,
  ...(row.answered_at !== null && { answeredBy: row.answerer ?? '职工本人', answeredAt: row.answered_at }),
  ...(row.id === null && {
    may: payerMayPropose(
      lastOf({ payout_state: row.payout_state, payout_code: row.code }),
      false,
      row.account_id !== null,
    ),
  }),
  kinds: [...channelRules(policy, row.channel as Channel).payees],
})

/** Policies of a page: mostly one. */
async function policiesOf(trx: Trx, rows: readonly ItemRow[]): Promise<(row: ItemRow) => Policy> {
  const keyOf = (row: ItemRow) => `${row.policy_id} ${row.policy_revision}`
  const firsts = [...Map.groupBy(rows, keyOf).entries()]
  const found = await Promise.all(
    firsts.map(async ([key, [row]]) => [key, await policyOf(trx, row!.policy_id, row!.policy_revision)] as const),
  )
  const known = new Map(found)
  return (row) => known.get(keyOf(row))!
}

/** @throws {Refused} request.malformed */
export async function payeeChanges(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  { view, cursor }: PayeeChangesQuery,
): Promise<PayeeChanges> {
  const read = { open: selectOpen, wanted: selectWanted, answered: selectAnswered }[view]
  const found = await read(trx, viewer.organisation!.id, readCursor(cursor), pageSize + 1)
  const page = found.slice(0, pageSize)
  const policy = await policiesOf(trx, page)
  const last = found.length > pageSize ? page.at(-1) : undefined
  return {
    items: page.map((row) => itemOf(deps, viewer, row, policy(row))),
    ...(last && { nextCursor: `${view === 'answered' ? last.answered_at : last.since}_${last.key}` }),
  }
}

/** In the confirmer's task the proposed account stands in clear; the look is logged. @throws {Refused} not-found */
export async function payeeChange(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<PayeeChangeDetail> {
  const row = await selectProposal(trx, id, viewer.organisation!.id)
  if (!row) throw new Refused('not-found')
  const [policy, standing, shared, paper] = await Promise.all([
    policiesOf(trx, [row]),
    standingOfAward(trx, row.award_id),
    countShared(trx, id),
    row.proof_file_id === null ? undefined : selectPaper(trx, row.proof_file_id),
  ])
  const item = itemOf(deps, viewer, row, policy(row))
  const clear = item.state === 'open' && !item.mine
  const [current, proposed] = [row.current_payee, row.payee].map((payee) => openPayee(deps, row.award_id, payee))
  const shown = ({ kind, accountNumber, bankName }: NonNullable<typeof current>, inClear: boolean) => ({
    kind,
    accountNumber: inClear ? accountNumber : maskAccount(accountNumber),
    ...(bankName !== undefined && { bankName }),
  })
  const why = item.mine ? 'payee.same-person' : standing && notNow(standing)
  const { accountId } = viewer
  const entry = { kind: 'payee-change.viewed', objectKind: 'payee_change', objectId: id } as const
  await record(trx, deps.secrets, { ...entry, accountId, at, detail: { clear: clear ? 'accountNumber' : '' } })
  return {
    ...item,
    id,
    current: shown(current!, false),
    proposed: shown(proposed!, clear),
    clear,
    ...(row.words !== null && { words: deps.secrets.openText(wordsPlace(id), row.words as Envelope) }),
    ...(row.refused_words !== null && {
      refusal: deps.secrets.openText(refusalPlace(id), row.refused_words as Envelope),
    }),
    ...(paper && { paper: { fileId: paper.id, pages: paper.page_count } }),
    shared,
    ...(item.state === 'open' && why && { why: errorSays(why) }),
  }
}
