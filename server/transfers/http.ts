import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById, Id } from '../../contract/id.ts'
import { Done, RecordReceipt } from '../../contract/payments.ts'
import { MakeOnward, Onward, OnwardQuery, Reissue, Reissued, TransferQueue } from '../../contract/transfers.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { dropTransferOnward, makeOnward, onward, receiveOnward, releaseTransferOnward } from './onward.ts'
import { transferQueue } from './queue.ts'
import { reissue } from './reissue.ts'

const Nothing = z.object({})
const tags = ['payments']
/** Who holds money of awards between the centre and the workers. */
const unions = ['districtFinance', 'unionFinance'] as const

/** Notices issued anew, the order of transfers, money passed on to unions below. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  orderRoutes(app, deps)
  onwardRoutes(app, deps)
}

function orderRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/allocation-notices/:id/reissue/:newId',
    {
      schema: {
        tags,
        summary: 'Take awards off a notice and issue it anew without them',
        params: ById.extend({ newId: Id }),
        body: Reissue,
        response: { 200: Reissued },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance')
      return inPayments(deps, viewer, (trx) => reissue(trx, deps, viewer, request.params, request.body, request.now))
    },
  )
  api.get(
    '/api/v1/transfer-queue',
    {
      schema: { tags, summary: 'The order of transfers, and whether it was kept', response: { 200: TransferQueue } },
    },
    (request) => {
      const viewer = requireViewer(request, 'centreFinance', ...unions, 'cityFinance', 'approver', 'auditor')
      return inPayments(deps, viewer, (trx) => transferQueue(trx, viewer))
    },
  )
}

function onwardRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  const answer = { 200: Onward }
  api.get(
    '/api/v1/onward-transfers',
    {
      schema: {
        tags,
        summary: 'What can be passed on to unions below, and what was, from and to',
        querystring: OnwardQuery,
        response: answer,
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...unions)
      return inPayments(deps, viewer, (trx) => onward(trx, deps, viewer, request.query.noticeId))
    },
  )
  api.put(
    '/api/v1/onward-transfers/:id',
    {
      schema: {
        tags,
        summary: 'Make a transfer of named awards to a union below',
        params: ById,
        body: MakeOnward,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...unions)
      return inPayments(deps, viewer, (trx) =>
        makeOnward(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
  const steps = [
    ['release', 'Release a transfer that another person made', releaseTransferOnward],
    ['drop', 'Take back a transfer that nobody has released', dropTransferOnward],
  ] as const
  for (const [step, summary, does] of steps)
    api.put(
      `/api/v1/onward-transfers/:id/${step}`,
      { schema: { tags, summary, params: ById, body: Nothing, response: { 200: Done } } },
      (request) => {
        const viewer = requireViewer(request, ...unions)
        return inPayments(deps, viewer, (trx) => does(trx, deps, viewer, request.params.id, request.now))
      },
    )
  api.put(
    '/api/v1/onward-transfers/:id/receipt',
    {
      schema: {
        tags,
        summary: 'The union below has the money',
        params: ById,
        body: RecordReceipt,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'unionFinance')
      return inPayments(deps, viewer, (trx) =>
        receiveOnward(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
}
