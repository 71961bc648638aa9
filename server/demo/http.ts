import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Refused } from '../../contract/errors.ts'
import { DemoAccounts, SandboxInbox } from '../../contract/people.ts'
import { AdvanceClock, ClockView } from '../../contract/session.ts'
import type { Instant } from '../../domain/dates.ts'
import { type Deps, requireViewer } from '../context.ts'
import { demoAccounts, moveClock } from './demo.ts'

/** The demonstration's own pages; production does not mount them. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const tags = ['demo']

  http.get(
    '/api/v1/demo/accounts',
    { schema: { tags, summary: 'Accounts to sign in with, with present codes', response: { 200: DemoAccounts } } },
    () => demoAccounts(deps),
  )
  http.get(
    '/api/v1/demo/inbox',
    { schema: { tags, summary: 'Text messages the sandbox took', response: { 200: SandboxInbox } } },
    () => readInbox(deps),
  )
  http.put(
    '/api/v1/demo/clock',
    { schema: { tags, summary: 'Moves business time forward', body: AdvanceClock, response: { 200: ClockView } } },
    (request) => moveClock(deps, requireViewer(request, 'systemAdministrator'), request.body.to as Instant),
  )
}

/** The sandbox shows under the address it takes messages at; a real gateway shows nothing. */
async function readInbox({ config }: Deps): Promise<SandboxInbox> {
  if (!config.smsUrl) return { messages: [] }
  const response = await fetch(config.smsUrl, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
  const inbox = SandboxInbox.safeParse(await response?.json().catch(() => undefined))
  if (!inbox.success) throw new Refused('unavailable')
  return inbox.data
}
