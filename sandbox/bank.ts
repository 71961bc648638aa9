/**
 * Stands in for the city's bank: takes orders over HTTP, books each reference at most once, says what became of each and
 * calls back (`docs/sandbox.md`). What goes wrong is written into its script with `PUT …/script`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Booking, openBooks, type Result } from './bankBooks.ts'
import { openCallbacks } from './bankCallbacks.ts'
import { type BankScript, bankScript, failureOf, happens, scripting } from './bankScript.ts'

export type BankSettings = {
  /** Shared with whoever orders. */
  readonly secret: string
  /** Where the books are kept as well; absent: it forgets everything when it stops. */
  readonly books?: string
  /** Where results are posted; absent: nowhere, until it is told. */
  readonly callbackUrl?: string
}

/** An order that is booked and gets no answer, while its line is open. */
export type HeldOrder = { references: string[] }

const perOrder = 500
const freshForMs = 5 * 60_000
const bouncedCode = 'F03'
const noFunds = 'F09'
const contradicted = 'F10'

const reference = z.string().regex(/^[A-Za-z0-9]{1,32}$/)
const instruction = z.strictObject({
  reference,
  account: z.string().regex(/^\d{6,32}$/),
  name: z.string().min(1).max(120),
  amountFen: z.int().positive(),
  bankName: z.string().max(120).optional(),
  purpose: z.string().max(120),
})
const orderForm = z.strictObject({ instructions: z.array(instruction).max(perOrder) })
const queryForm = z.strictObject({ references: z.array(reference).max(perOrder) })

/** The line breaks before an answer. */
function breakOff(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}

/** Answers in the bank's name, and takes what bears the signature of who shares its secret. */
function signing(secret: string) {
  const sign = (kind: 'request' | 'answer' | 'callback', stamp: string, body: string) =>
    createHmac('sha256', secret).update(`${kind}\n${stamp}\n${body}`).digest('hex')
  const header = ({ headers }: FastifyRequest, name: string) => String(headers[name] ?? '')

  function answer(request: FastifyRequest, reply: FastifyReply, status: number, message: object): FastifyReply {
    const body = JSON.stringify(message)
    const signature = sign('answer', header(request, 'bank-signature'), body)
    return reply.code(status).header('bank-signature', signature).type('application/json').send(body)
  }
  /** What was asked, or undefined where the request is refused and has its answer. */
  function read<Message>(request: FastifyRequest, reply: FastifyReply, form: z.ZodType<Message>): Message | undefined {
    const body = request.body as string
    const [stamp, said] = [header(request, 'bank-timestamp'), Buffer.from(header(request, 'bank-signature'))]
    const signature = Buffer.from(sign('request', stamp, body))
    const fresh = Math.abs(Date.now() - Number(stamp) * 1000) <= freshForMs
    if (said.length !== signature.length || !timingSafeEqual(said, signature) || !fresh) {
      answer(request, reply, 401, { refused: 'signature' })
      return undefined
    }
    let asked: unknown
    try {
      asked = JSON.parse(body)
    } catch {
      asked = undefined
    }
    const message = form.safeParse(asked)
    if (!message.success) answer(request, reply, 400, { refused: 'form' })
    return message.data
  }
  return { sign, answer, read }
}

/** The bank behind its counter: books, clock and callbacks, as the script has it. */
function openBank(script: BankScript, { secret, books: file, callbackUrl }: BankSettings) {
  const books = openBooks(file)
  const { sign } = signing(secret)
  let address = callbackUrl
  const callbacks = openCallbacks({ script, books, address: () => address }, (stamp, body) =>
    sign('callback', stamp, body),
  )
  /** Taken, and their result not yet told; of those to bounce at once, so. */
  const untold = new Map(books.inProgress().map((each) => [each, { bounces: false }]))
  let next: NodeJS.Timeout | undefined

  function bounce(each: string, code: string): boolean {
    if (!books.bounce(each, code)) return false
    callbacks.announce([books.result(each)])
    return true
  }
  /** Tells what has its result by now, and comes again when the next will have it. */
  function tellDue(): void {
    clearTimeout(next)
    const due = [...untold].filter(([each]) => books.dueAt(each) <= books.now())
    callbacks.announce(due.map(([each]) => books.result(each)))
    for (const [each, { bounces }] of due) {
      untold.delete(each)
      if (bounces) bounce(each, bouncedCode)
    }
    // a timer takes no more than 24 days
    let waitMs = 60_000
    for (const each of untold.keys()) waitMs = Math.min(waitMs, books.dueAt(each) - books.now())
    if (untold.size > 0) next = setTimeout(tellDue, Math.max(waitMs, 1))
  }

  return {
    books,
    callbacks,
    bounce,
    settings({ now, callbackUrl: to }: { now?: number; callbackUrl?: string }): void {
      if (to !== undefined) address = to
      if (now !== undefined) books.setClock(now)
      tellDue()
    },
    order(instructions: readonly z.infer<typeof instruction>[]) {
      const results = instructions.map((each) => {
        const refused = (code: string) => ({ reference: each.reference, accepted: false, code })
        const isNew = !books.has(each.reference)
        if (isNew && happens(script, 'refuseForFunds')) return refused(noFunds)
        if (!books.take(each, script.settleAfterMs, failureOf(script, each.account))) return refused(contradicted)
        if (isNew) untold.set(each.reference, { bounces: happens(script, 'bounceAtOnce') })
        return { reference: each.reference, accepted: true }
      })
      tellDue()
      return results
    },
    ask(references: readonly string[]): Result[] {
      return [...new Set(references)].map((each) => {
        books.count('asks', each)
        if (happens(script, 'inProgressAnswers')) return { reference: each, state: 'inProgress' }
        if (happens(script, 'neverSeenAnswers')) return { reference: each, state: 'neverSeen' }
        return books.result(each)
      })
    },
    close(): void {
      clearTimeout(next)
      callbacks.close()
      books.close()
    },
  }
}

/** What tests and people do to the bank, and see of it. */
function controls(
  app: FastifyInstance,
  script: BankScript,
  bank: ReturnType<typeof openBank>,
  held: ReadonlyMap<FastifyReply, HeldOrder>,
): void {
  app.put<{ Body: Partial<BankScript> }>('/sandbox/bank/script', { schema: { body: scripting } }, async (request) => {
    for (const reply of held.keys()) reply.raw.destroy()
    return Object.assign(script, bankScript(), request.body)
  })
  const setting = {
    type: 'object',
    additionalProperties: false,
    properties: { now: { type: 'integer' }, callbackUrl: { type: 'string', format: 'uri' } },
  }
  app.put<{ Body: { now?: number; callbackUrl?: string } }>(
    '/sandbox/bank/settings',
    { schema: { body: setting } },
    async (request) => {
      bank.settings(request.body)
      return request.body
    },
  )
  const bouncing = {
    type: 'object',
    required: ['reference'],
    properties: { reference: { type: 'string' }, code: { type: 'string', pattern: '^[A-Za-z0-9]{1,16}$' } },
  }
  app.post<{ Body: { reference: string; code?: string } }>(
    '/sandbox/bank/bounce',
    { schema: { body: bouncing } },
    async ({ body }, reply) =>
      bank.bounce(body.reference, body.code ?? bouncedCode)
        ? body
        : reply.code(409).send({ reference: body.reference }),
  )
  app.post('/sandbox/bank/callbacks/release', async () => {
    bank.callbacks.release()
    return {}
  })
  app.get('/sandbox/bank/held', async (): Promise<HeldOrder[]> => [...held.values()])
  app.get('/sandbox/bank/books', async (): Promise<Booking[]> => bank.books.list())
}

export async function bankSandbox(app: FastifyInstance, settings: BankSettings): Promise<void> {
  const script = bankScript()
  const bank = openBank(script, settings)
  const { answer, read } = signing(settings.secret)
  const held = new Map<FastifyReply, HeldOrder>()
  app.addHook('preClose', async () => {
    for (const reply of held.keys()) reply.raw.destroy()
  })
  const closing = new AbortController()
  app.addHook('onClose', async () => {
    closing.abort()
    bank.close()
  })

  await app.register(async (counter) => {
    // signatures are over the bytes
    counter.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    counter.post('/sandbox/bank/orders', async (request, reply) => {
      if (happens(script, 'loseOrders')) return breakOff(reply)
      const asked = read(request, reply, orderForm)
      if (!asked) return reply
      if (happens(script, 'delayOrders')) {
        const late = sleep(script.delayMs, undefined, { signal: closing.signal })
        void late.then(() => bank.order(asked.instructions)).catch(() => {})
        return breakOff(reply)
      }
      const results = bank.order(asked.instructions)
      if (script.breakAllAfter > 0 && --script.breakAllAfter === 0) {
        app.server.closeAllConnections()
        return breakOff(reply)
      }
      if (happens(script, 'killAfterAccept')) {
        reply.hijack()
        held.set(reply, { references: asked.instructions.map((each) => each.reference) })
        reply.raw.once('close', () => held.delete(reply))
        return reply
      }
      if (happens(script, 'loseAnswers')) return breakOff(reply)
      await sleep(script.latencyMs + (happens(script, 'delayAnswers') ? script.delayMs : 0))
      return answer(request, reply, 200, { results })
    })
    counter.post('/sandbox/bank/queries', async (request, reply) => {
      const asked = read(request, reply, queryForm)
      if (!asked) return reply
      const results = bank.ask(asked.references)
      await sleep(script.latencyMs)
      if (happens(script, 'loseQueries')) return breakOff(reply)
      return answer(request, reply, 200, { results })
    })
  })
  controls(app, script, bank, held)
}
