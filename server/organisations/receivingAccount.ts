/**
 * 收款账户: an organisation's finance proposes where it receives money, with a fresh code; another of its finance confirms
 * it, or where nobody else is there, one of the nearest above it. The database lets nobody write it alone.
 */
import type {
  ReceivingAccount,
  ReceivingAccountChange,
  ReceivingAccountChangeDetail,
} from '../../contract/receivingAccounts.ts'
import { Refused } from '../../contract/errors.ts'
import { accountTail, maskAccount, readOrganisationAccount } from '../../domain/bankCard.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import type { StaffRole } from '../../domain/roles.ts'
import { type AuditKind, record } from '../audit/audit.ts'
import { commandId, once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import { receivingAccountOf, receivingAccountPlace } from './organisation.ts'
import * as rows from './sql.ts'

/** Who handles an organisation's money. */
export const finance = [
  'districtFinance',
  'unionFinance',
  'centreFinance',
  'cityFinance',
] as const satisfies StaffRole[]

const pageSize = 50
const wordsPlace = (changeId: string) => ({ table: 'receiving_account_change', column: 'refused_words', row: changeId })
const ownOf = ({ organisation }: Viewer): string => organisation!.id

/** @throws {Refused} request.malformed */
function readNumber(text: string): string {
  const reading = readOrganisationAccount(text)
  if (reading.ok) return reading.number
  throw new Refused('request.malformed', {}, [{ field: 'accountNumber', says: reading.says }])
}

/** The number, if it can be proposed now. @throws {Refused} request.malformed, account.unchanged, account.open */
async function proposable(trx: Trx, deps: Deps, viewer: Viewer, text: string, at: Instant): Promise<string> {
  const number = readNumber(text)
  const current = await receivingAccountOf(trx, deps.secrets, ownOf(viewer))
  if (current?.number === number) throw new Refused('account.unchanged')
  if (await rows.openChange(trx, ownOf(viewer), shanghaiDate(at))) throw new Refused('account.open')
  return number
}

/**
 * Whether a code is asked: a repeat needs no new one, and none is used up by a slip.
 * @throws {Refused} request.malformed, account.unchanged, account.open
 */
export async function wantsCode(trx: Trx, deps: Deps, viewer: Viewer, id: string, text: string, at: Instant) {
  if (await rows.changeById(trx, id, shanghaiDate(at))) return false
  await proposable(trx, deps, viewer, text, at)
  return true
}

const note = (trx: Trx, { secrets }: Deps, kind: AuditKind, objectId: string, { accountId }: Viewer, at: Instant) =>
  record(trx, secrets, { kind, objectKind: 'receiving_account_change', objectId, accountId, at })

/**
 * Proposes an account for the viewer's own organisation; nothing changes before another person confirms it.
 * @throws {Refused} request.malformed, account.unchanged, account.open, forbidden, request.reused-id
 */
export function proposeReceivingAccount(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  accountNumber: string,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const command = { id, kind: 'receiving-account.propose', accountId, body: { accountNumber }, at }
  return once(trx, deps, command, async () => {
    const number = await proposable(trx, deps, viewer, accountNumber, at)
    await rows.insertChange(trx, {
      id,
      organisation_id: ownOf(viewer),
      account: JSON.stringify(deps.secrets.seal(receivingAccountPlace(ownOf(viewer)), number)),
      account_tail: accountTail(number),
      proposed_by: accountId,
      proposed_at: at,
    })
    await note(trx, deps, 'receiving-account.proposed', id, viewer, at)
    return { id }
  })
}

/** Nobody has answered it. @throws {Refused} not-found, money.done */
async function lockOpen(trx: Trx, id: string) {
  const change = await rows.lockChange(trx, id)
  if (!change) throw new Refused('not-found')
  if (change.confirmed_by !== null || change.refused_by !== null) throw new Refused('money.done')
  return change
}

/** And the viewer is the one to answer it. @throws {Refused} not-found, money.done, account.same-person, forbidden */
async function lockToAnswer(trx: Trx, viewer: Viewer, id: string, at: Instant): Promise<void> {
  const { proposed_by } = await lockOpen(trx, id)
  if (proposed_by === viewer.accountId) throw new Refused('account.same-person')
  const change = await rows.changeById(trx, id, shanghaiDate(at))
  if (change?.answered_at_id !== ownOf(viewer)) throw new Refused('forbidden')
}

/** From here on money goes there. @throws {Refused} not-found, money.done, account.same-person, forbidden */
export function confirmReceivingAccount(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant) {
  const { accountId } = viewer
  const kind = 'receiving-account.confirm'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    await lockToAnswer(trx, viewer, id, at)
    await rows.updateChange(trx, id, { confirmed_by: accountId, confirmed_at: at })
    await note(trx, deps, 'receiving-account.confirmed', id, viewer, at)
    return { id }
  })
}

/** @throws {Refused} not-found, money.done, account.same-person, forbidden */
export function refuseReceivingAccount(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  words: string,
  at: Instant,
): Promise<{ id: string }> {
  const { accountId } = viewer
  const kind = 'receiving-account.refuse'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    await lockToAnswer(trx, viewer, id, at)
    const refused_words = JSON.stringify(deps.secrets.seal(wordsPlace(id), words))
    await rows.updateChange(trx, id, { refused_by: accountId, refused_at: at, refused_words })
    await note(trx, deps, 'receiving-account.refused', id, viewer, at)
    return { id }
  })
}

/** Takes back one's own proposal that nobody has answered. @throws {Refused} not-found, money.done */
export function withdrawReceivingAccount(trx: Trx, deps: Deps, viewer: Viewer, id: string, at: Instant) {
  const { accountId } = viewer
  const kind = 'receiving-account.withdraw'
  return once(trx, deps, { id: commandId(deps, kind, id, accountId), kind, accountId, body: {}, at }, async () => {
    const change = await lockOpen(trx, id)
    if (change.proposed_by !== accountId) throw new Refused('not-found')
    await rows.updateChange(trx, id, { refused_by: accountId, refused_at: at, refused_words: null })
    await note(trx, deps, 'receiving-account.withdrawn', id, viewer, at)
    return { id }
  })
}

// What is shown ---------------------------------------------------------------------------------------------------------

function stateOf(row: rows.ChangeRow): ReceivingAccountChange['state'] {
  if (row.confirmed_by !== null) return 'confirmed'
  if (row.refused_by === null) return 'open'
  return row.refused_by === row.proposed_by ? 'withdrawn' : 'refused'
}

const itemOf = ({ secrets }: Deps, { accountId }: Viewer, row: rows.ChangeRow): ReceivingAccountChange => ({
  id: row.id,
  organisation: row.organisation,
  tail: row.account_tail,
  ...(row.replaces_tail !== null && { replacesTail: row.replaces_tail }),
  state: stateOf(row),
  proposedBy: row.proposer,
  proposedAt: row.proposed_at,
  mine: row.proposed_by === accountId,
  ...(row.answered_at !== null && { answeredBy: row.answerer ?? '', answeredAt: row.answered_at }),
  ...(row.refused_words !== null && { words: secrets.openText(wordsPlace(row.id), row.refused_words as Envelope) }),
})

/** @throws {Refused} request.malformed */
function readCursor(cursor: string | undefined): rows.Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match) throw new Refused('request.malformed')
  return { at: Number(match[1]), id: match[2]! }
}

/** @throws {Refused} request.malformed */
export async function receivingAccount(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  cursor: string | undefined,
  now: Instant,
): Promise<ReceivingAccount> {
  const own = ownOf(viewer)
  const { accountId } = viewer
  const today = shanghaiDate(now)
  const [organisation, answeredAt, open, answered, toAnswer] = await Promise.all([
    rows.organisationById(trx, own),
    rows.answersProposals(trx, own, accountId, today),
    rows.openChange(trx, own, today),
    rows.answeredChanges(trx, own, readCursor(cursor), pageSize + 1, today),
    rows.changesToAnswer(trx, own, accountId, today),
  ])
  const page = answered.slice(0, pageSize)
  const last = answered.length > pageSize ? page.at(-1) : undefined
  const tail = organisation?.receiving_account_tail
  const item = (row: rows.ChangeRow) => itemOf(deps, viewer, row)
  return {
    organisation: viewer.organisation!.name,
    ...(tail && { tail }),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(open && { open: item(open) }),
    answered: page.map(item),
    ...(last && { nextCursor: `${last.proposed_at}_${last.id}` }),
    toAnswer: toAnswer.map(item),
  }
}

/** In the task of who answers it the number stands in clear; the look is logged. @throws {Refused} not-found */
export async function receivingAccountChange(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  at: Instant,
): Promise<ReceivingAccountChangeDetail> {
  const row = await rows.changeById(trx, id, shanghaiDate(at))
  const own = ownOf(viewer)
  const answers = row?.answered_at_id === own && row.proposed_by !== viewer.accountId
  const answered = row && [row.confirmed_by, row.refused_by].includes(viewer.accountId)
  if (!row || !(row.organisation_id === own || answers || answered)) throw new Refused('not-found')
  await note(trx, deps, 'receiving-account.viewed', id, viewer, at)
  const number = deps.secrets.openText(receivingAccountPlace(row.organisation_id), row.account as Envelope)
  return {
    ...itemOf(deps, viewer, row),
    accountNumber: answers ? number : maskAccount(number),
    clear: answers,
    answers,
  }
}

/** How many proposals of others wait for the viewer; for the top of the desk. */
export const receivingAccountsToAnswer = (trx: Trx, { organisation, accountId }: Viewer, now: Instant) =>
  rows.countToAnswer(trx, organisation!.id, accountId, shanghaiDate(now))
