import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById, Id } from '../../contract/id.ts'
import { Done } from '../../contract/payments.ts'
import {
  DownloadPayFile,
  MakeBatch,
  PayoutBatchDetail,
  PayoutBatches,
  PayoutLines,
  PayoutLinesQuery,
  RecordResult,
  ReleaseBatch,
  RemoveLines,
  ResultsTaken,
  UploadResultFile,
} from '../../contract/payouts.ts'
import { findSentBefore } from '../bank/sentBefore.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { requireFreshCode } from '../people/freshCode.ts'
import { dropBatch, makeBatch, releaseBatch, releasedBy, removeLines } from './batch.ts'
import { batchDetail, batches, batchLines } from './batchView.ts'
import { recordResult } from './outcome.ts'
import { downloadPayFile } from './payFile.ts'
import { takeResultFile } from './resultFile.ts'

const tags = ['payouts']
const Nothing = z.object({})
/** Who pays workers: a district, a union below it, the city. */
const payers = ['districtFinance', 'unionFinance', 'cityFinance'] as const
const resultFileLimit = 8 * 1024 * 1024

/** Batches of payouts, their files and results. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  makingRoutes(app, deps)
  changingRoutes(app, deps)
  releaseRoutes(app, deps)
  resultRoutes(app, deps)
}

function makingRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/payout-batches',
    { schema: { tags, summary: 'Batches, and what can be paid now', response: { 200: PayoutBatches } } },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => batches(trx, deps, viewer))
    },
  )
  api.get(
    '/api/v1/payout-batches/:id',
    { schema: { tags, summary: 'One batch', params: ById, response: { 200: PayoutBatchDetail } } },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => batchDetail(trx, deps, viewer, request.params.id, request.now))
    },
  )
  api.get(
    '/api/v1/payout-batches/:id/lines',
    {
      schema: {
        tags,
        summary: 'Lines of a batch in the order of its file, 100 a page',
        params: ById,
        querystring: PayoutLinesQuery,
        response: { 200: PayoutLines },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) =>
        batchLines(trx, deps, viewer, request.params.id, request.query, request.now),
      )
    },
  )
  api.put(
    '/api/v1/payout-batches/:id',
    {
      schema: {
        tags,
        summary: 'Make a batch of what can be paid',
        params: ById,
        body: MakeBatch,
        response: { 200: PayoutBatchDetail },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await makeBatch(trx, deps, viewer, request.params.id, request.body, request.now)
        return batchDetail(trx, deps, viewer, id, request.now)
      })
    },
  )
}

function changingRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/payout-batches/:id/removals/:removalId',
    {
      schema: {
        tags,
        summary: 'Take lines out of a batch that is not released',
        params: ById.extend({ removalId: Id }),
        body: RemoveLines,
        response: { 200: PayoutBatchDetail },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, async (trx) => {
        const { id } = await removeLines(trx, deps, viewer, request.params, request.body, request.now)
        return batchDetail(trx, deps, viewer, id, request.now)
      })
    },
  )
  api.put(
    '/api/v1/payout-batches/:id/drop',
    {
      schema: {
        tags,
        summary: 'Give up a batch that is not released',
        params: ById,
        body: Nothing,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => dropBatch(trx, deps, viewer, request.params.id, request.now))
    },
  )
}

function releaseRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/payout-batches/:id/release',
    {
      schema: {
        tags,
        summary: 'Release a batch that another person made, with a fresh code',
        params: ById,
        body: ReleaseBatch,
        response: { 200: PayoutBatchDetail },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, ...payers)
      const { id } = request.params
      if (!(await inPayments(deps, viewer, (trx) => releasedBy(trx, id, viewer)))) {
        await requireFreshCode(deps, viewer, request.body.code, { at: Date.now(), now: request.now })
        await inPayments(deps, viewer, (trx) => findSentBefore(trx, deps, request.now))
        await inPayments(deps, viewer, (trx) => releaseBatch(trx, deps, viewer, id, request.body, request.now))
      }
      return inPayments(deps, viewer, (trx) => batchDetail(trx, deps, viewer, id, request.now))
    },
  )
  api.put(
    '/api/v1/payout-batches/:id/downloads/:downloadId',
    {
      schema: {
        tags,
        summary: 'The bytes of one of the bank files of a released batch',
        params: ById.extend({ downloadId: Id }),
        body: DownloadPayFile,
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...payers)
      await inPayments(deps, viewer, (trx) => findSentBefore(trx, deps, request.now))
      const { name, bytes } = await inPayments(deps, viewer, (trx) =>
        downloadPayFile(trx, deps, viewer, request.params, request.body, request.now),
      )
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .type('application/octet-stream')
        .send(bytes)
    },
  )
}

function resultRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/payout-batches/:id/results/:fileId',
    {
      bodyLimit: resultFileLimit,
      schema: {
        tags,
        summary: "The bank's result file of a batch: all of its rows, or none",
        params: ById.extend({ fileId: Id }),
        body: UploadResultFile,
        response: { 200: ResultsTaken },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) =>
        takeResultFile(trx, deps, viewer, request.params, request.body, request.now),
      )
    },
  )
  api.put(
    '/api/v1/payouts/:id/results/:resultId',
    {
      schema: {
        tags,
        summary: 'What the bank said of one payout, typed in',
        params: ById.extend({ resultId: Id }),
        body: RecordResult,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) =>
        recordResult(trx, deps, viewer, request.params, request.body, request.now),
      )
    },
  )
}
