/** An allocation notice as paper, and the confirmation that answers it: printed, sealed by hand, scanned, sent back. */
import { createHash } from 'node:crypto'
import { accountTail } from '../../domain/bankCard.ts'
import { type Instant, shanghaiDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import {
  allocationNoticePaper,
  confirmationPaper,
  type NoticeLine,
  type NoticeOnPaper,
} from '../../domain/moneyPaper.ts'
import type { Level, Policy } from '../../domain/policy.ts'
import { Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { receivingAccountOf } from '../organisations/organisation.ts'
import { noticeOf } from '../payments/notice.ts'
import { openPayee } from '../payments/payee.ts'
import { policyOf } from '../policies/policy.ts'
import type { Printed } from './annex.ts'
import { pool } from './pool.ts'
import { selectLinesOfNotice, selectServiceCentre } from './sql.ts'

/** Tells at a glance whether two papers stand for the same lines: 3F2A 91BC 07DE 44A1. */
const checkCodeOf = (lines: readonly NoticeLine[]): string =>
  createHash('sha256')
    .update(canonicalJson(lines))
    .digest('hex')
    .slice(0, 16)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1 ')

const inGroups = (account: string): string => account.replace(/(.{4})(?=.)/g, '$1 ')

type Read = { readonly policy: Policy; readonly notice: NoticeOnPaper }

/** @throws Refused not-found */
async function readNotice(trx: Trx, deps: Deps, id: string): Promise<Read & { districtId: string; tail: string }> {
  const row = await noticeOf(trx, id)
  const awards = await selectLinesOfNotice(trx, id)
  const [first] = awards
  if (!first) throw new Refused('not-found')
  const [policy, issuer] = await Promise.all([
    policyOf(trx, first.policy_id, first.policy_revision),
    selectServiceCentre(trx),
  ])
  const lines = awards.map((award): NoticeLine => {
    const { name, kind, accountNumber } = openPayee(deps, award.id, award.payee)
    return {
      name,
      receiptNumber: award.receipt_number,
      level: award.level as Level,
      amountFen: fen(award.amount_fen),
      payeeKind: kind,
      payeeTail: accountTail(accountNumber),
    }
  })
  const tail = row.receiving_account_tail
  const notice = {
    number: row.number,
    issuedOn: shanghaiDate(row.issued_at as Instant),
    issuer: issuer.name,
    union: row.district,
    documentNumber: row.document_number ?? '',
    account: `尾号${tail}`,
    people: new Set(awards.map((award) => award.applicant_index.toString('hex'))).size,
    totalFen: fen(row.total_fen),
    checkCode: checkCodeOf(lines),
    lines,
  }
  return { policy, notice, districtId: row.district_id, tail }
}

/** 划拨通知, with accounts by their last four digits. @throws Refused not-found, paper.busy, paper.failed */
export async function printNotice(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<Printed> {
  const { policy, notice } = await inViewersScope(deps, viewer, async (trx) => {
    const read = await readNotice(trx, deps, id)
    await recordPrint(trx, deps, viewer, 'allocation-notice.printed', id, at)
    return read
  })
  return { bytes: await pool.moneyPaper(allocationNoticePaper(policy, notice)), name: `划拨通知 ${notice.number}` }
}

/**
 * 发放确认单, with the union's own account whole, as it is what the union answers for; an account that was changed since
 * is not the one of the notice, and is not printed.
 * @throws Refused not-found, paper.busy, paper.failed
 */
export async function printConfirmation(deps: Deps, viewer: Viewer, id: string, at: Instant): Promise<Printed> {
  const { policy, notice } = await inViewersScope(deps, viewer, async (trx) => {
    const { districtId, tail, ...read } = await readNotice(trx, deps, id)
    const account = await receivingAccountOf(trx, deps.secrets, districtId)
    await recordPrint(trx, deps, viewer, 'confirmation.printed', id, at)
    return account?.tail === tail ? { ...read, notice: { ...read.notice, account: inGroups(account.number) } } : read
  })
  return { bytes: await pool.moneyPaper(confirmationPaper(policy, notice)), name: `发放确认单 ${notice.number}` }
}

const recordPrint = (
  trx: Trx,
  deps: Deps,
  { accountId }: Viewer,
  kind: 'allocation-notice.printed' | 'confirmation.printed',
  objectId: string,
  at: Instant,
) => record(trx, deps.secrets, { kind, objectKind: 'allocation_notice', objectId, accountId, at })
