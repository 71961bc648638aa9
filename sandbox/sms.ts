/**
 * Stands in for the text message gateway: takes messages over HTTP, shows them, and says what became of each. What goes
 * wrong is written into its script with `PUT …/script`. It forgets everything when it stops.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { SandboxInbox } from '../contract/people.ts'

const kept = 200

type Message = SandboxInbox['messages'][number]
type Incoming = { reference: string; phone: string; text: string }
/** Counts are used up one by one. */
export type SmsScript = {
  /** Before each answer. */
  latencyMs: number
  /** A message is on its phone so long after it was taken. */
  deliverAfterMs: number
  /** Messages that are taken, but the answer is lost. */
  loseAnswers: number
  /** Messages that are lost on the way in. */
  loseMessages: number
  /** Messages that are taken and cannot be delivered. */
  failDeliveries: number
  /** Messages that are refused. */
  refuse: number
  /** Questions for a state that get no answer. */
  loseReceipts: number
}
/** What the sandbox knows of a message: how often it was handed over and asked for. */
export type SmsFate = {
  reference: string
  phone: string
  text: string
  takenAt: number
  fails: boolean
  posts: number
  asks: number
}

const incoming = {
  type: 'object',
  required: ['reference', 'phone', 'text'],
  properties: { reference: { type: 'string' }, phone: { type: 'string' }, text: { type: 'string' } },
}
const noMischief: SmsScript = {
  latencyMs: 0,
  deliverAfterMs: 0,
  loseAnswers: 0,
  loseMessages: 0,
  failDeliveries: 0,
  refuse: 0,
  loseReceipts: 0,
}
const scripting = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(Object.keys(noMischief).map((name) => [name, { type: 'integer', minimum: 0 }])),
}

/** The line breaks before an answer. */
function breakOff(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}

export async function smsSandbox(app: FastifyInstance): Promise<void> {
  /** Newest first. */
  const messages: Message[] = []
  const fates = new Map<string, SmsFate>()
  const script = { ...noMischief }
  const happens = (mischief: Exclude<keyof SmsScript, 'latencyMs' | 'deliverAfterMs'>) => {
    if (script[mischief] === 0) return false
    script[mischief]--
    return true
  }

  app.post<{ Body: Incoming }>('/sandbox/sms', { schema: { body: incoming } }, async (request, reply) => {
    const { reference, phone, text } = request.body
    if (happens('loseMessages')) return breakOff(reply)
    if (happens('refuse')) return reply.code(422).send({ reference })
    const known = fates.get(reference)
    if (known) known.posts++
    else {
      const fails = happens('failDeliveries')
      fates.set(reference, { reference, phone, text, takenAt: Date.now(), fails, posts: 1, asks: 0 })
      messages.unshift({ id: reference, phone, text, at: Date.now() })
      messages.length = Math.min(messages.length, kept)
    }
    await sleep(script.latencyMs)
    if (happens('loseAnswers')) return breakOff(reply)
    return reply.code(202).send({ reference })
  })
  app.get<{ Params: { reference: string } }>('/sandbox/sms/:reference', async (request, reply) => {
    const fate = fates.get(request.params.reference)
    if (fate) fate.asks++
    await sleep(script.latencyMs)
    if (happens('loseReceipts')) return breakOff(reply)
    if (!fate) return reply.code(404).send({})
    if (Date.now() < fate.takenAt + script.deliverAfterMs) return { state: 'accepted' }
    return { state: fate.fails ? 'failed' : 'delivered' }
  })
  app.get('/sandbox/sms', async (): Promise<SandboxInbox> => ({ messages }))
  app.get('/sandbox/sms/fates', async (): Promise<SmsFate[]> => [...fates.values()])
  app.put<{ Body: Partial<SmsScript> }>('/sandbox/sms/script', { schema: { body: scripting } }, async (request) =>
    Object.assign(script, noMischief, request.body),
  )
}
