/** One drawn case with its whole chain: what was filed, who did what, and every paper of the money, down to the ledger. */
import { Refused } from '../../contract/errors.ts'
import type { CasePapers, SampledCase } from '../../contract/oversight.ts'
import type { TransferView } from '../../contract/payments.ts'
import type { Instant } from '../../domain/dates.ts'
import { verifyChain } from '../applications/actions.ts'
import { everyCheck, viewApplication } from '../applications/view.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { postingsOfAward } from '../ledger/ledger.ts'
import { sampleRow, verdictsOf } from './sample.ts'
import * as rows from './sql.ts'

/** The view of the application is logged by itself. @throws {Refused} not-found */
export async function readSampledCase(
  deps: Deps,
  viewer: Viewer,
  id: string,
  place: number,
  at: Instant,
): Promise<SampledCase> {
  const around = await inViewersScope(deps, viewer, async (trx) => {
    const sample = await sampleRow(trx, id)
    const cases = await rows.selectSampleCases(trx, id)
    const drawn = cases.find((each) => each.place === place)
    if (!drawn) throw new Refused('not-found')
    return {
      sample: {
        id,
        number: sample.number,
        drawnBy: sample.drawnBy,
        drawnAt: sample.drawnAt,
        places: cases.length,
      },
      applicationId: drawn.application_id,
      checks: await everyCheck(trx, drawn.application_id),
      papers: await papersOf(trx, drawn.application_id),
      chain: await verifyChain(trx, deps.secrets, drawn.application_id),
      verdicts: await verdictsOf(trx, deps, id, place),
    }
  })
  const { applicationId, ...rest } = around
  return { ...rest, place, application: await viewApplication(deps, viewer, applicationId, at) }
}

type TransferRow = Awaited<ReturnType<typeof rows.selectTransfers>>[number]
const transferOf = (row: TransferRow): TransferView => ({
  id: row.id,
  kind: row.kind as TransferView['kind'],
  amountFen: row.amount_fen,
  voucherNumber: row.voucher_number,
  madeBy: row.maker ?? '',
  madeAt: row.made_at,
  ...(row.releaser !== null && { releasedBy: row.releaser }),
  ...(row.released_at !== null && { releasedAt: row.released_at }),
})

async function papersOf(trx: Trx, applicationId: string): Promise<CasePapers> {
  const [list, award] = [await rows.selectList(trx, applicationId), await rows.selectAwardPapers(trx, applicationId)]
  const transfers = list ? await rows.selectTransfers(trx, list.id) : []
  const funding = transfers.find((row) => row.kind === 'funding')
  const allocation = transfers.find((row) => row.notice_id !== null && row.notice_id === award?.notice_id)
  return {
    ...(list && {
      list: {
        number: list.number,
        madeBy: list.maker ?? '',
        madeAt: list.made_at,
        lineCount: list.line_count,
        totalFen: list.total_fen,
        ...(list.document_number !== null && { documentNumber: list.document_number }),
        ...(list.approver !== null && { approvedBy: list.approver }),
        ...(list.approved_at !== null && { approvedAt: list.approved_at }),
      },
    }),
    ...(funding && { funding: transferOf(funding) }),
    ...(award && unionPapers(award)),
    ...(allocation && { allocation: transferOf(allocation) }),
    accountChanges: award ? (await rows.selectAccountChanges(trx, award.id)).map(accountChangeOf) : [],
    postings: award ? await postingsOfAward(trx, award.id) : [],
  }
}

type AccountChange = Awaited<ReturnType<typeof rows.selectAccountChanges>>[number]
const accountChangeOf = (row: AccountChange): CasePapers['accountChanges'][number] => ({
  replacesTail: row.replaces_tail,
  tail: row.payee_tail,
  proposedBy: row.proposer ?? '职工本人',
  proposedAt: row.proposed_at,
  state: row.confirmed_by
    ? 'confirmed'
    : !row.refused_by
      ? 'open'
      : row.refused_by === row.proposed_by
        ? 'withdrawn'
        : 'refused',
  ...(row.answered_at !== null && { answeredBy: row.answerer ?? '职工本人', answeredAt: row.answered_at }),
})

type AwardPapers = NonNullable<Awaited<ReturnType<typeof rows.selectAwardPapers>>>

/** What went to and came back from the district union. */
function unionPapers(
  row: AwardPapers,
): Omit<CasePapers, 'list' | 'funding' | 'allocation' | 'accountChanges' | 'postings'> {
  return {
    ...(row.number !== null && {
      notice: {
        number: row.number,
        issuedBy: row.issuer ?? '',
        issuedAt: row.issued_at!,
        lineCount: row.line_count!,
        totalFen: row.total_fen!,
        accountTail: row.receiving_account_tail!,
      },
    }),
    ...(row.place !== null && {
      confirmation: {
        place: row.place,
        by: row.confirmer ?? '',
        at: row.confirmed_at!,
        scan: { fileId: row.scan_file_id!, pages: row.scan_pages ?? 1 },
      },
    }),
    ...(row.received_on !== null && {
      receipt: {
        receivedOn: row.received_on,
        receiptNumber: row.receipt_number!,
        by: row.receiver ?? '',
        at: row.recorded_at!,
        ...(row.receipt_file_id !== null && {
          scan: { fileId: row.receipt_file_id, pages: row.receipt_pages ?? 1 },
        }),
      },
    }),
    ...(row.paid_on !== null &&
      row.paid_at !== null && {
        payout: {
          paidOn: row.paid_on,
          ...(row.bank_serial !== null && { bankSerial: row.bank_serial }),
          payeeTail: row.paid_tail ?? '',
          by: row.payer ?? '',
          at: row.paid_at,
          ...(row.proof_file_id !== null && { proof: { fileId: row.proof_file_id, pages: row.proof_pages ?? 1 } }),
        },
      }),
  }
}
