/** What tests do to the sandbox's bank and see of it, and an address at which its callbacks arrive. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Callback, Instruction } from '../../connectors/bank.ts'
import { fen } from '../../domain/money.ts'
import type { HeldOrder } from '../../sandbox/bank.ts'
import type { Booking } from '../../sandbox/bankBooks.ts'
import type { BankScript } from '../../sandbox/bankScript.ts'

export function bankDeskAt(url: string) {
  async function ask<Answer>(method: string, where: string, body?: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/${where}`, { method, ...(body && { headers, body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status}`)
    return (await response.json()) as Answer
  }
  return {
    script: (script: Partial<BankScript>) => ask('PUT', 'script', script),
    settings: (settings: { now?: number; callbackUrl?: string }) => ask('PUT', 'settings', settings),
    bounce: (reference: string, code?: string) => ask('POST', 'bounce', { reference, ...(code && { code }) }),
    release: () => ask('POST', 'callbacks/release', {}),
    held: () => ask<HeldOrder[]>('GET', 'held'),
    books: () => ask<Booking[]>('GET', 'books'),
    booked: async (reference: string) =>
      (await ask<Booking[]>('GET', 'books')).find((booking) => booking.reference === reference),
  }
}

let serial = 0
/** A payment of 2,000 yuan to somebody, under a reference of its own. */
export function instruction(changes: Partial<Instruction> = {}): Instruction {
  const reference = `JS${String(++serial).padStart(20, '0')}`
  const payee = { account: '6224270000000012', name: '陆文𬸚' }
  return { reference, ...payee, amountFen: fen(200_000), purpose: '职工技能晋级资助', ...changes }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10)
}

/** Takes whatever is posted to it. @param status what it answers */
export async function postBox(status: () => number = () => 204) {
  const arrived: Required<Callback>[] = []
  const server = createServer((request, response) => {
    const header = (name: string) => String(request.headers[name])
    void text(request).then((body) => {
      arrived.push({ timestamp: header('bank-timestamp'), signature: header('bank-signature'), body })
      response.writeHead(status()).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, arrived, close: () => server.close() }
}
