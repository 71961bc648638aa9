/** Keeps connections busy: over HTTP with as little as it takes, so that the server has its core; and bare, with SQL. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import pg from 'pg'
import { type ConnectionConfig, databaseTypes } from '../server/db/open.ts'
import type { House } from './house.ts'

export type Request = {
  readonly method: 'GET' | 'PUT'
  readonly address: string
  /** Of the session that asks. */
  readonly token: string
  readonly body?: object
}

export const headersOf = ({ token }: Request) => ({ 'x-jiangsheng': '1', cookie: `jiangsheng=${token}` })

function onTheWire(request: Request): Buffer {
  const { method, address, body } = request
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = {
    host: '127.0.0.1',
    ...headersOf(request),
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([`${method} ${address} HTTP/1.1`, ...lines, '', text].join('\r\n'))
}

/** A round ends after so long, done or not: a busy machine makes figures of fewer requests, not a longer wait. */
const roundMs = 3000

function* inTime<Item>(items: readonly Item[]) {
  const from = performance.now()
  for (const item of items) {
    if (performance.now() - from > roundMs) return
    yield item
  }
}

/** `cpuMs`: of the server process, a request. */
export type Pace = { readonly perSecond: number; readonly cpuMs: number }

/** Sends each request once, over so many connections. @throws Error with the first answer that is not 200 */
export async function driveHttp(house: House, connections: number, requests: readonly Request[]): Promise<Pace> {
  const wires = requests.map(onTheWire)
  const [cpuBefore, from] = [house.cpuSeconds(), performance.now()]
  const waiting = inTime(wires)
  const counts = await Promise.all(Array.from({ length: connections }, () => sendOverOne(house.port, waiting)))
  const [count, seconds] = [sum(counts), (performance.now() - from) / 1000]
  return { perSecond: count / seconds, cpuMs: ((house.cpuSeconds() - cpuBefore) * 1000) / count }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

/** One connection: the next request when the last one is answered, until none waits. @returns how many */
function sendOverOne(port: number, waiting: Iterator<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    let received: Buffer = Buffer.alloc(0)
    const send = () => {
      const { value, done } = waiting.next()
      if (done) {
        socket.end(() => resolve(count))
        return
      }
      count++
      socket.write(value)
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const head = received.toString('latin1', 0, headEnd)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
      if (received.length < headEnd + 4 + length) return
      const answer = received
      received = Buffer.alloc(0)
      if (head.startsWith('HTTP/1.1 200')) send()
      else reject(new Error(answer.toString()))
    })
  })
}

/** A statement as it goes to the database. */
export type Sent = { readonly text: string; readonly name?: string; readonly values?: unknown[] }

/** A connection prepares a statement once and plans it anew five times: what the server's have done long ago. */
const untilPlanned = 6

/**
 * Sends the statements of each request over bare connections: all of one request in one packet, the next request when
 * all has answered. What the server has to wait for before it can go on, this does not: it is the limit.
 * @returns requests a second
 */
export async function driveBare(
  connection: ConnectionConfig,
  connections: number,
  requests: readonly (readonly Sent[])[],
): Promise<number> {
  const clients = Array.from(
    { length: connections },
    () => new pg.Client({ ...connection, pipeline: true, types: databaseTypes } as pg.ClientConfig),
  )
  for (const client of clients) await client.connect()
  const early = requests.slice(0, connections * untilPlanned).values()
  await Promise.all(
    clients.map(async (client) => {
      for (const request of early) await sendBare(client, request)
    }),
  )
  const [from, waiting] = [performance.now(), inTime(requests.slice(connections * untilPlanned))]
  const counts = await Promise.all(
    clients.map(async (client) => {
      let count = 0
      for (; ; count++) {
        const { value, done } = waiting.next()
        if (done) return count
        await sendBare(client, value)
      }
    }),
  )
  const seconds = (performance.now() - from) / 1000
  for (const client of clients) await client.end()
  return sum(counts) / seconds
}

/** @throws Error where a transaction was not committed */
async function sendBare(client: pg.Client, statements: readonly Sent[]): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.cork()
  const answers = statements.map((statement) => client.query(statement))
  stream.uncork()
  for (const [at, { text }] of statements.entries()) {
    const { command } = await answers[at]!
    if (text === 'commit' && command !== 'COMMIT') throw new Error('a bare transaction was rolled back')
  }
}
