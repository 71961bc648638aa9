/** Stands in for the text message gateway: takes messages over HTTP and shows them. It forgets them when it stops. */
import type { FastifyInstance } from 'fastify'
import type { SandboxInbox } from '../contract/people.ts'

const kept = 200

type Message = SandboxInbox['messages'][number]
type Incoming = { reference: string; phone: string; text: string }

const incoming = {
  type: 'object',
  required: ['reference', 'phone', 'text'],
  properties: { reference: { type: 'string' }, phone: { type: 'string' }, text: { type: 'string' } },
}

export async function smsSandbox(app: FastifyInstance): Promise<void> {
  /** Newest first. */
  const messages: Message[] = []

  app.post<{ Body: Incoming }>('/sandbox/sms', { schema: { body: incoming } }, async (request, reply) => {
    const { reference, phone, text } = request.body
    if (!messages.some(({ id }) => id === reference)) messages.unshift({ id: reference, phone, text, at: Date.now() })
    messages.length = Math.min(messages.length, kept)
    return reply.code(202).send({ reference })
  })
  app.get('/sandbox/sms', async (): Promise<SandboxInbox> => ({ messages }))
}
