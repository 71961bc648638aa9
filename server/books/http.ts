import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  BankQuestion,
  Reconciliation,
  ReconciliationQuery,
  Statements,
  StatementsPage,
  StatementsQuery,
  Vouchers,
  VouchersQuery,
  WorkerStatement,
  WorkerStatementQuery,
} from '../../contract/books.ts'
import { ById } from '../../contract/id.ts'
import type { Role } from '../../domain/roles.ts'
import { type Deps, inViewersScope, requireViewer } from '../context.ts'
import { exportAwards } from './awards.ts'
import { byteOrderMark } from './csv.ts'
import { askBank, reconciliation } from './reconciliation.ts'
import { statements, statementsFile } from './statement.ts'
import { vouchers, vouchersFile } from './voucher.ts'
import { workerStatement } from './workerStatement.ts'

const tags = ['books']
const readers = ['approver', 'cityFinance', 'centreFinance', 'districtFinance', 'unionFinance', 'auditor'] as const
const exporters: readonly Role[] = ['cityFinance', 'districtFinance', 'auditor']
const csv = 'text/csv; charset=utf-8'

/** 对账单 and exports. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  statementRoutes(app, deps)
  bankRoutes(app, deps)
  voucherRoutes(app, deps)
}

function statementRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/books/statements',
    {
      schema: {
        tags,
        summary: 'Statements by district union, base union, batch or day, each from its postings',
        querystring: StatementsPage,
        response: { 200: Statements },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...readers)
      return inViewersScope(deps, viewer, (trx) => statements(trx, viewer, request.query))
    },
  )
  api.get(
    '/api/v1/books/statements.csv',
    {
      schema: { tags, summary: 'The same as a file, all lines', querystring: StatementsQuery, produces: [csv] },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...readers)
      const file = await inViewersScope(deps, viewer, (trx) => statementsFile(trx, viewer, request.query))
      return reply
        .type(csv)
        .header('content-disposition', named(`statements-${request.query.by}`))
        .send(byteOrderMark + file)
    },
  )
  api.get(
    '/api/v1/books/statements/worker',
    {
      schema: {
        tags,
        summary: 'Every award and posting of the worker whose receipt number it is; recorded',
        querystring: WorkerStatementQuery,
        response: { 200: WorkerStatement },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...readers)
      return inViewersScope(deps, viewer, (trx) =>
        workerStatement(trx, deps, viewer, request.query.receiptNumber, request.now),
      )
    },
  )
  api.get(
    '/api/v1/books/awards.csv',
    {
      schema: {
        tags,
        summary: 'One row an award, no names and no accounts; recorded',
        querystring: z.object({}),
        produces: [csv],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...exporters)
      const file = new PassThrough({ highWaterMark: 1 << 20 })
      await exportAwards(deps, viewer, request.now, file)
      return reply.type(csv).header('content-disposition', named('awards')).send(file)
    },
  )
}

function bankRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/books/reconciliation',
    {
      schema: {
        tags,
        summary: "The bank's word against what is posted, differences first",
        querystring: ReconciliationQuery,
        response: { 200: Reconciliation },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance', 'districtFinance', 'unionFinance')
      return inViewersScope(deps, viewer, (trx) => reconciliation(trx, viewer, request.query, request.now))
    },
  )
  api.put(
    '/api/v1/books/batches/:id/question',
    {
      schema: {
        tags,
        summary: "Asks the city's bank for every reference of a batch and compares; records nothing by itself",
        params: ById,
        response: { 200: BankQuestion },
      },
    },
    (request) => askBank(deps, requireViewer(request, 'cityFinance'), request.params.id, request.now),
  )
}

function voucherRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  const keepers = ['cityFinance', 'centreFinance', 'districtFinance', 'unionFinance', 'auditor'] as const
  api.get(
    '/api/v1/books/vouchers',
    {
      schema: {
        tags,
        summary: "An organisation's vouchers of one month",
        querystring: VouchersQuery,
        response: { 200: Vouchers },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...keepers)
      return inViewersScope(deps, viewer, (trx) => vouchers(trx, viewer, request.query))
    },
  )
  api.get(
    '/api/v1/books/vouchers.csv',
    { schema: { tags, summary: 'The same as a file', querystring: VouchersQuery, produces: [csv] } },
    async (request, reply) => {
      const viewer = requireViewer(request, ...keepers)
      const file = await inViewersScope(deps, viewer, (trx) => vouchersFile(trx, viewer, request.query))
      return reply
        .type(csv)
        .header('content-disposition', named(`vouchers-${request.query.month}`))
        .send(byteOrderMark + file)
    },
  )
}

const named = (name: string) => `attachment; filename="${name}.csv"`
