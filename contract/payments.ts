/** Approval list, allocation, confirmation, transfer, receipt, ledger. All sums in fen. */
import { z } from 'zod'
import { lineExceptions } from '../domain/lineExceptions.ts'
import { failureCodes, payoutStates } from '../domain/payout.ts'
import { levels } from '../domain/policy.ts'
import { Id } from './id.ts'

export const Identity = z.object({
  approvedFen: z.int(),
  awaitingFen: z.int(),
  inPaymentFen: z.int(),
  paidFen: z.int(),
  bouncedFen: z.int(),
  cancelledFen: z.int(),
  awards: z.int(),
})
export type Identity = z.infer<typeof Identity>

export const ApprovalCandidates = z.object({
  count: z.int(),
  totalFen: z.int(),
  byLevel: z.array(z.object({ level: z.enum(levels), count: z.int(), totalFen: z.int() })),
  /** Left out: verified, and the district federation's copies are not at the centre yet (R17). */
  awaitingCopies: z.array(z.object({ district: z.string(), count: z.int(), underWay: z.int() })),
  /** Left out: an objection to the certificate has no answer yet. */
  objected: z.int(),
  /** Left out: the centre holds it to be the certificate of another claim that is alive or paid. */
  same: z.int(),
})
export const ApprovalLine = z.object({
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  occupationName: z.string(),
  district: z.string(),
  category: z.string(),
  finding: z.enum(['allMet', 'unknown', 'unmet']),
  /** Why it is looked at before the others. */
  exceptions: z.array(z.enum(lineExceptions)),
  amountFen: z.int(),
})
export type ApprovalLine = z.infer<typeof ApprovalLine>
export const TransferView = z.object({
  id: z.uuid(),
  kind: z.enum(['funding', 'allocation']),
  amountFen: z.int(),
  voucherNumber: z.string(),
  madeBy: z.string(),
  madeAt: z.int(),
  releasedBy: z.string().optional(),
  releasedAt: z.int().optional(),
  /** Of the account it was made for. */
  accountTail: z.string().optional(),
  /** The union has another account since: it is made anew before it is released. */
  accountChanged: z.literal(true).optional(),
})
export type TransferView = z.infer<typeof TransferView>

export const ApprovalListView = z.object({
  id: z.uuid(),
  number: z.string(),
  /** fromCity: the city pays the workers itself; it is neither funded nor noticed (四.二.3). */
  route: z.enum(['viaUnions', 'fromCity']),
  lineCount: z.int(),
  totalFen: z.int(),
  madeBy: z.string(),
  madeAt: z.int(),
  documentNumber: z.string().optional(),
  approvedBy: z.string().optional(),
  approvedAt: z.int().optional(),
  funded: z.enum(['no', 'made', 'released']),
  /** The city's transfer for it; its id is needed by whoever releases it. */
  funding: TransferView.optional(),
  /** What the city has still to give for it: all at first, without what was cancelled; later what was granted once more. */
  unfundedFen: z.int(),
  /** Allocation notices that were issued for it. */
  notices: z.int(),
  /** Approved, and in no notice yet; of these, somebody objects to so many, and they wait for the answer. */
  toIssue: z.int(),
  disputed: z.int(),
})
export type ApprovalListView = z.infer<typeof ApprovalListView>
export const ApprovalLists = z.object({ candidates: ApprovalCandidates, lists: z.array(ApprovalListView) })
export type ApprovalLists = z.infer<typeof ApprovalLists>
const Totals = z.object({ count: z.int(), totalFen: z.int() })
/** `GET /approval-lists/:id/lines`: 100 a page, in order of receipt. */
export const ApprovalLinesQuery = z.object({
  /** In receipt number, occupation or district. */
  find: z.string().trim().max(40).optional(),
  cursor: z.string().max(20).optional(),
})
export type ApprovalLinesQuery = z.infer<typeof ApprovalLinesQuery>
export const ApprovalLines = z.object({ lines: z.array(ApprovalLine), nextCursor: z.string().optional() })
export type ApprovalLines = z.infer<typeof ApprovalLines>
export const ApprovalListDetail = ApprovalListView.extend({
  /** The first page; the totals are of all. */
  lines: z.array(ApprovalLine),
  nextCursor: z.string().optional(),
  /** The first 200 of them, with whom they concern. */
  exceptions: z.array(ApprovalLine),
  exceptionCount: z.int(),
  byDistrict: z.array(Totals.extend({ district: z.string() })),
  byLevel: z.array(Totals.extend({ level: z.enum(levels) })),
  byCategory: z.array(Totals.extend({ category: z.string() })),
  /** Lines that were sent back from it. */
  sentBack: Totals,
})
export type ApprovalListDetail = z.infer<typeof ApprovalListDetail>
/** `PUT /approval-lists/:id` makes one of all that wait for final approval; `PUT /approval-lists/:id/approval` approves it. */
export const Approve = z.object({ documentNumber: z.string().trim().min(2).max(40) })
export type Approve = z.infer<typeof Approve>
/** `PUT /approval-lists/:id/returns/:returnId` takes lines off an unapproved list, back to who verified them. */
export const SendBackLines = z.object({
  applicationIds: z.array(Id).min(1).max(50),
  words: z.string().trim().min(2).max(500),
})
export type SendBackLines = z.infer<typeof SendBackLines>

/** `PUT /transfers/:id`: funding of an approved list by the city, or allocation of a confirmed notice by the centre. */
export const MakeTransfer = z.object({
  kind: z.enum(['funding', 'allocation']),
  /** The approval list (funding) or the allocation notice (allocation). */
  subjectId: Id,
  voucherNumber: z.string().trim().min(1).max(40),
})
export type MakeTransfer = z.infer<typeof MakeTransfer>

/** `PUT /transfer-sheets/:id`: the next several of the order at once, in that order, each a transfer of its own. */
export const MakeTransfers = z.object({
  noticeIds: z.array(Id).min(1).max(50),
  voucherNumber: z.string().trim().min(1).max(40),
})
export type MakeTransfers = z.infer<typeof MakeTransfers>
/** `PUT /transfer-sheets/release`: several that another person made, in the order. */
export const ReleaseTransfers = z.object({ transferIds: z.array(Id).min(1).max(50) })
export type ReleaseTransfers = z.infer<typeof ReleaseTransfers>
export const TransfersDone = z.object({ ids: z.array(z.uuid()) })

/** `PUT /transfers/:id/renewal`: an allocation anew for the account that the union has now; when it was made before. */
export const RenewTransfer = z.object({ madeAt: z.int() })
export type RenewTransfer = z.infer<typeof RenewTransfer>

/** `PUT /approval-lists/:id/allocation`: for what is in no notice yet, beside the notices that are out already. */
export const IssueNotices = z.object({ issuedBefore: z.int().min(0).default(0) })
export type IssueNotices = z.infer<typeof IssueNotices>

/** superseded: issued anew without somebody, or nobody is left in it; it counts no more, nor does its place. */
export const NoticeStage = z.enum(['issued', 'confirmed', 'made', 'transferred', 'received', 'superseded'])
export const NoticeView = z.object({
  id: z.uuid(),
  /** From the second revision on with its revision, `…5号第2版`. */
  number: z.string(),
  revision: z.int(),
  replaces: z.uuid().optional(),
  replacedBy: z.uuid().optional(),
  approvalListId: z.uuid(),
  documentNumber: z.string(),
  districtId: z.uuid(),
  district: z.string(),
  lineCount: z.int(),
  totalFen: z.int(),
  accountTail: z.string(),
  /** Of the union's account now, where it is another since. */
  accountTailNow: z.string().optional(),
  issuedAt: z.int(),
  stage: NoticeStage,
  /** Place in 先到先发 and when the complete confirmation was received. */
  place: z.int().optional(),
  confirmedAt: z.int().optional(),
  transfer: TransferView.optional(),
  receivedOn: z.string().optional(),
  receiptNumber: z.string().optional(),
  payDueOn: z.string().optional(),
  paidCount: z.int(),
  paidFen: z.int(),
  /** Neither paid nor cancelled. */
  unpaidCount: z.int(),
  cancelledCount: z.int(),
  cancelledFen: z.int(),
  /** The centre has the money of all that it names. */
  funded: z.boolean(),
})
export type NoticeView = z.infer<typeof NoticeView>
export const Notices = z.object({
  notices: z.array(NoticeView),
  /** What lies with the centre; for its finance. */
  atCentreFen: z.int().optional(),
})
export type Notices = z.infer<typeof Notices>
export const PayLine = z.object({
  awardId: z.uuid(),
  applicationId: z.uuid(),
  receiptNumber: z.string(),
  applicantName: z.string(),
  level: z.enum(levels),
  amountFen: z.int(),
  payeeKind: z.enum(['memberCard', 'bankCard']),
  payeeTail: z.string(),
  bankName: z.string().optional(),
  paidOn: z.string().optional(),
  bankSerial: z.string().optional(),
  /** How the last attempt to pay it stands; absent before the first. */
  state: z.enum(payoutStates).optional(),
  code: z.enum(failureCodes).optional(),
  batchId: z.uuid().optional(),
  /** Somebody objects to the certificate: it is not paid before that is settled. */
  disputed: z.literal(true).optional(),
  /** The union below that the money was passed to, and that pays it. */
  passedTo: z.string().optional(),
  /** It is not in the notice any more: another revision was issued without it. */
  takenOff: z.literal(true).optional(),
  /** The award was taken back. */
  cancelled: z.literal(true).optional(),
})
export type PayLine = z.infer<typeof PayLine>
export const NoticeDetail = NoticeView.extend({
  /** Where the district union was paid by its transfer, before that where it is paid now, whole: for the service centre's finance, whose task the transfer is. */
  receivingAccount: z.string().optional(),
  /** The sealed confirmation, once there. */
  scanFileId: z.uuid().optional(),
  /** The sealed receipt of the money. */
  receiptScanFileId: z.uuid().optional(),
  lines: z.array(PayLine),
})
export type NoticeDetail = z.infer<typeof NoticeDetail>

/** `PUT /allocation-notices/:id/confirmation`: equal to the notice in people, amounts and account, or refused (R12). */
export const Confirm = z.object({
  lineCount: z.int().min(0),
  totalFen: z.int().min(0),
  accountTail: z.string().regex(/^\d{4}$/),
  scanFileId: Id,
})
export type Confirm = z.infer<typeof Confirm>
export const Confirmed = z.object({ place: z.int(), confirmedAt: z.int() })
export type Confirmed = z.infer<typeof Confirmed>
export const RecordReceipt = z.object({
  receivedOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  receiptNumber: z.string().trim().min(1).max(40),
  /** The sealed receipt, handed in before as `receiptScan`. */
  scanFileId: Id,
})
export type RecordReceipt = z.infer<typeof RecordReceipt>
export const Done = z.object({ id: z.uuid() })

/** `GET /ledger`: the identity for the city or one's own union, by union, with the last postings. */
export const LedgerView = z.object({
  title: z.string(),
  identity: Identity,
  /** The same figures read from the awards' own records; they must agree. */
  records: Identity,
  byUnion: z.array(Identity.extend({ organisationId: z.uuid(), name: z.string() })),
  accounts: z.array(
    z.object({ account: z.string(), title: z.string(), debitFen: z.int(), creditFen: z.int(), balanceFen: z.int() }),
  ),
  postings: z.array(
    z.object({
      seq: z.int(),
      at: z.int(),
      debit: z.string(),
      credit: z.string(),
      amountFen: z.int(),
      cause: z.string(),
      receiptNumber: z.string().optional(),
    }),
  ),
})
export type LedgerView = z.infer<typeof LedgerView>
