import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { bankAt, CallbackRefused } from '../../connectors/bank.ts'
import { Refused } from '../../contract/errors.ts'
import { ById } from '../../contract/id.ts'
import {
  AcknowledgeRestoration,
  AnswerSentBatch,
  AnswerSentBefore,
  SendLogSeen,
  SentBatchAnswered,
  SentBefore,
  SentBeforeQuery,
} from '../../contract/payouts.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import {
  acknowledgeRestoration,
  answerSentBatch,
  answerSentBefore,
  askBank,
  findSentBefore,
  sentBefore,
} from './sentBefore.ts'
import { wake } from './teller.ts'

/** Where the bank's messages arrive. */
export const bankCallbacks = '/api/v1/bank/callbacks'

const tags = ['payouts']
const Agreed = z.object({ agreed: z.boolean() })

/** The bank's messages, and what was sent before a restore. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  sentBeforeRoutes(app, deps)
  answerRoutes(app, deps)
  await app.register(async (own) => bankRoutes(own, deps))
}

function sentBeforeRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/sent-before',
    {
      schema: {
        tags,
        summary: 'Where the send log and the database differ, 50 a page',
        querystring: SentBeforeQuery,
        response: { 200: SentBefore },
      },
    },
    (request) => inPayments(deps, requireViewer(request, 'cityFinance'), (trx) => sentBefore(trx, request.query)),
  )
  api.put(
    '/api/v1/send-log/comparison',
    {
      schema: {
        tags,
        summary: 'Compare the send log with the database, and ask the bank',
        response: { 200: SendLogSeen },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      const log = await inPayments(deps, viewer, (trx) => findSentBefore(trx, deps, request.now))
      await askBank(deps, viewer, request.now)
      return log
    },
  )
  api.put(
    '/api/v1/restorations/:id/acknowledgement',
    {
      schema: {
        tags,
        summary: 'After a restore: the send log is the newest; a second person says the same',
        params: ById,
        body: AcknowledgeRestoration,
        response: { 200: Agreed },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      const log = await inPayments(deps, viewer, (trx) => findSentBefore(trx, deps, request.now))
      return inPayments(deps, viewer, (trx) =>
        acknowledgeRestoration(trx, deps, viewer, request.params.id, request.body, log, request.now),
      )
    },
  )
}

function answerRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/sent-before/:reference/answer',
    {
      schema: {
        tags,
        summary: 'What became of it; a second person says the same',
        params: z.object({ reference: z.string().regex(/^[A-Za-z0-9]{1,40}$/) }),
        body: AnswerSentBefore,
        response: { 200: Agreed },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      const { reference } = request.params
      await askBank(deps, viewer, request.now, { reference })
      return inPayments(deps, viewer, (trx) =>
        answerSentBefore(trx, deps, viewer, reference, request.body, request.now),
      )
    },
  )
  api.put(
    '/api/v1/sent-before/batches/:id/answer',
    {
      schema: {
        tags,
        summary: 'What became of all that is open of a batch; a second person says the same',
        params: ById,
        body: AnswerSentBatch,
        response: { 200: SentBatchAnswered },
      },
    },
    async (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      const { id } = request.params
      await askBank(deps, viewer, request.now, { batchId: id })
      return inPayments(deps, viewer, (trx) => answerSentBatch(trx, deps, viewer, id, request.body, request.now))
    },
  )
}

/** The bank's own messages: signed over their bytes, so read as they are. Nobody is signed in. */
function bankRoutes(app: FastifyInstance, deps: Deps): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post(bankCallbacks, { schema: { hide: true } }, async (request, reply) => {
    const { bank } = deps.config
    if (!bank) throw new Refused('not-found')
    try {
      const results = bankAt(bank.url, bank.secret).readCallback(
        {
          timestamp: request.headers['bank-timestamp'] as string | undefined,
          signature: request.headers['bank-signature'] as string | undefined,
          body: request.body as Buffer,
        },
        Date.now(),
      )
      await wake(
        deps,
        results.map((result) => result.reference),
      )
      return await reply.code(204).send()
    } catch (error) {
      if (error instanceof CallbackRefused) throw new Refused('forbidden')
      throw error
    }
  })
}
