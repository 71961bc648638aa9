import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Statements, StatementsPage, StatementsQuery } from '../../contract/books.ts'
import type { Role } from '../../domain/roles.ts'
import { type Deps, inViewersScope, requireViewer } from '../context.ts'
import { exportAwards } from './awards.ts'
import { byteOrderMark } from './csv.ts'
import { statements, statementsFile } from './statement.ts'

const tags = ['books']
const readers = ['approver', 'cityFinance', 'centreFinance', 'districtFinance', 'unionFinance', 'auditor'] as const
const exporters: readonly Role[] = ['cityFinance', 'districtFinance', 'auditor']
const csv = 'text/csv; charset=utf-8'

/** 对账单 and exports. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
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

const named = (name: string) => `attachment; filename="${name}.csv"`
