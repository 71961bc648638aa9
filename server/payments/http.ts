import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  ApprovalLines,
  ApprovalLinesQuery,
  ApprovalListDetail,
  ApprovalLists,
  Approve,
  Confirm,
  Confirmed,
  Done,
  IssueNotices,
  MakeTransfer,
  MakeTransfers,
  NoticeDetail,
  Notices,
  RecordReceipt,
  ReleaseTransfers,
  RenewTransfer,
  TransfersDone,
  SendBackLines,
  TransferView,
} from '../../contract/payments.ts'
import { ById, Id } from '../../contract/id.ts'
import { type Deps, requireViewer } from '../context.ts'
import { approvalLists, approveList, makeList, sendLinesBack } from './approval.ts'
import { approvalLines, approvalList } from './approvalList.ts'
import { inPayments } from './inPayments.ts'
import { atCentre, confirm, issueNotices, noticeDetail, notices, recordReceipt } from './notice.ts'
import {
  makeTransfer,
  makeTransfers,
  releaseTransfer,
  releaseTransfers,
  renewTransfer,
  transferView,
} from './transfer.ts'

const Nothing = z.object({})
const tags = ['payments']

/** Approval lists, transfers, allocation notices. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  approvalRoutes(app, deps)
  lineRoutes(app, deps)
  transferRoutes(app, deps)
  noticeRoutes(app, deps)
  sheetRoutes(app, deps)
  answerRoutes(app, deps)
}

function approvalRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/approval-lists',
    { schema: { tags, summary: 'Approval lists, and what a new one would hold', response: { 200: ApprovalLists } } },
    (request) =>
      inPayments(deps, requireViewer(request, 'verifier', 'approver', 'centreFinance', 'cityFinance'), approvalLists),
  )
  api.get(
    '/api/v1/approval-lists/:id',
    {
      schema: { tags, summary: 'One approval list, line by line', params: ById, response: { 200: ApprovalListDetail } },
    },
    (request) => {
      const viewer = requireViewer(request, 'verifier', 'approver', 'centreFinance', 'cityFinance')
      return inPayments(deps, viewer, (trx) => approvalList(trx, deps, viewer, request.params.id, request.now))
    },
  )
  api.put(
    '/api/v1/approval-lists/:id',
    {
      schema: {
        tags,
        summary: 'List all that wait for final approval',
        params: ById,
        body: Nothing,
        response: { 200: ApprovalListDetail },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'verifier')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await makeList(trx, deps, viewer, request.params.id, request.now)
        return approvalList(trx, deps, viewer, id, request.now)
      })
    },
  )
  api.put(
    '/api/v1/approval-lists/:id/approval',
    {
      schema: {
        tags,
        summary: 'Final approval by document number',
        params: ById,
        body: Approve,
        response: { 200: ApprovalListDetail },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'approver')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await approveList(trx, deps, viewer, request.params.id, request.body, request.now)
        return approvalList(trx, deps, viewer, id, request.now)
      })
    },
  )
}

function lineRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/approval-lists/:id/lines',
    {
      schema: {
        tags,
        summary: 'Lines of a list in order of receipt, 100 a page',
        params: ById,
        querystring: ApprovalLinesQuery,
        response: { 200: ApprovalLines },
      },
    },
    (request) =>
      inPayments(deps, requireViewer(request, 'verifier', 'approver', 'centreFinance', 'cityFinance'), (trx) =>
        approvalLines(trx, deps, request.params.id, request.query),
      ),
  )
  api.put(
    '/api/v1/approval-lists/:id/returns/:returnId',
    {
      schema: {
        tags,
        summary: 'Takes lines off an unapproved list, back to who verified them',
        params: ById.extend({ returnId: Id }),
        body: SendBackLines,
        response: { 200: ApprovalListDetail },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'approver')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await sendLinesBack(trx, deps, viewer, request.params, request.body, request.now)
        return approvalList(trx, deps, viewer, id, request.now)
      })
    },
  )
}

function noticeRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/approval-lists/:id/allocation',
    {
      schema: {
        tags,
        summary: 'Issue one allocation notice for each district union, or for what was left out before',
        params: ById,
        body: IssueNotices,
        response: { 200: Notices },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance')
      return inPayments(deps, viewer, async (trx) => {
        const { listId } = await issueNotices(trx, deps, viewer, request.params.id, request.body, request.now)
        return notices(trx, listId)
      })
    },
  )
  api.get(
    '/api/v1/allocation-notices',
    { schema: { tags, summary: 'Allocation notices in order of place', response: { 200: Notices } } },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance', 'districtFinance', 'cityFinance', 'approver')
      return inPayments(deps, viewer, async (trx) => ({
        ...(await notices(trx)),
        ...(viewer.role === 'centreFinance' && { atCentreFen: await atCentre(trx) }),
      }))
    },
  )
  api.get(
    '/api/v1/allocation-notices/:id',
    { schema: { tags, summary: 'One notice, line by line', params: ById, response: { 200: NoticeDetail } } },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance', 'districtFinance')
      return inPayments(deps, viewer, (trx) => noticeDetail(trx, deps, viewer, request.params.id, request.now))
    },
  )
}

function transferRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/transfers/:id',
    {
      schema: {
        tags,
        summary: 'Make a transfer: the city funds a list, the centre allocates',
        params: ById,
        body: MakeTransfer,
        response: { 200: TransferView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance', 'centreFinance')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await makeTransfer(trx, deps, viewer, request.params.id, request.body, request.now)
        return transferView(trx, id)
      })
    },
  )
  api.put(
    '/api/v1/transfers/:id/renewal',
    {
      schema: {
        tags,
        summary: 'Make a transfer anew for the account that the union has now',
        params: ById,
        body: RenewTransfer,
        response: { 200: TransferView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await renewTransfer(trx, deps, viewer, request.params.id, request.body, request.now)
        return transferView(trx, id)
      })
    },
  )
  api.put(
    '/api/v1/transfers/:id/release',
    {
      schema: {
        tags,
        summary: 'Release a transfer that another person made',
        params: ById,
        body: Nothing,
        response: { 200: TransferView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance', 'centreFinance')
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await releaseTransfer(trx, deps, viewer, request.params.id, request.now)
        return transferView(trx, id)
      })
    },
  )
}

/** The next several of the order at once. */
function sheetRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/transfer-sheets/:id',
    {
      schema: {
        tags,
        summary: 'Make the transfers of several confirmed notices, in their order',
        params: ById,
        body: MakeTransfers,
        response: { 200: TransfersDone },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance')
      const { params, body, now } = request
      return inPayments(deps, viewer, (trx) => makeTransfers(trx, deps, viewer, params.id, body, now))
    },
  )
  api.put(
    '/api/v1/transfer-sheets/release',
    {
      schema: {
        tags,
        summary: 'Release several transfers that another person made, in their order',
        body: ReleaseTransfers,
        response: { 200: TransfersDone },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance')
      return inPayments(deps, viewer, (trx) => releaseTransfers(trx, deps, viewer, request.body, request.now))
    },
  )
}

/** What a district union answers. */
function answerRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/allocation-notices/:id/confirmation',
    {
      schema: {
        tags,
        summary: 'The disbursement confirmation, equal to the notice',
        params: ById,
        body: Confirm,
        response: { 200: Confirmed },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance')
      return inPayments(deps, viewer, (trx) => confirm(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
  api.put(
    '/api/v1/allocation-notices/:id/receipt',
    {
      schema: { tags, summary: 'The union has the money', params: ById, body: RecordReceipt, response: { 200: Done } },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance')
      return inPayments(deps, viewer, (trx) =>
        recordReceipt(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
}
