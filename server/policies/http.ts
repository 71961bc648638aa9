import type { FastifyInstance } from 'fastify'
import type { Deps } from '../context.ts'
import { inScope } from '../db/open.ts'
import { activePolicy } from './policy.ts'

/** Public: the notice and its rules, no sign-in. */
export async function routes(app: FastifyInstance, deps: Deps) {
  app.get(
    '/api/v1/policy',
    { schema: { summary: 'The policy in force: notice, clauses, rules, form, readings', tags: ['public'] } },
    async (_, reply) => {
      const policy = await inScope(deps.db, { kind: 'job', job: 'public' }, activePolicy)
      return reply.header('cache-control', 'public, max-age=60').send(policy)
    },
  )
}
