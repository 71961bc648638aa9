import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { bankAt, CallbackRefused } from '../../connectors/bank.ts'
import { Refused } from '../../contract/errors.ts'
import { AnswerSentBefore, SentBefore } from '../../contract/payouts.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { answerSentBefore, sentBefore } from './sentBefore.ts'
import { wake } from './teller.ts'

/** Where the bank's messages arrive. */
export const bankCallbacks = '/api/v1/bank/callbacks'

const tags = ['payouts']

/** The bank's messages, and what was sent before a restore. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  sentBeforeRoutes(app, deps)
  await app.register(async (own) => bankRoutes(own, deps))
}

function sentBeforeRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/sent-before',
    { schema: { tags, summary: 'What was sent before the database was restored', response: { 200: SentBefore } } },
    (request) => inPayments(deps, requireViewer(request, 'cityFinance'), (trx) => sentBefore(trx)),
  )
  api.put(
    '/api/v1/sent-before/:reference/answer',
    {
      schema: {
        tags,
        summary: "The bank's word on it; a second person says the same",
        params: z.object({ reference: z.string().regex(/^[A-Za-z0-9]{1,40}$/) }),
        body: AnswerSentBefore,
        response: { 200: z.object({ agreed: z.boolean() }) },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'cityFinance')
      return inPayments(deps, viewer, (trx) =>
        answerSentBefore(trx, deps, viewer, request.params.reference, request.body, request.now),
      )
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
