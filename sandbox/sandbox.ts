/** The outside world of a demonstration, on a loopback port of its own. */
import { randomBytes } from 'node:crypto'
import fastify from 'fastify'
import { bankSandbox, type BankSettings } from './bank.ts'
import { smsSandbox } from './sms.ts'

/** What is left out is chosen by the sandbox: any free port, a secret of its own, books in memory. */
export type SandboxSettings = { readonly port?: number; readonly bank?: BankSettings }

export type Sandbox = {
  readonly smsUrl: string
  readonly bank: { readonly url: string; readonly secret: string }
  readonly port: number
  close(): Promise<void>
}

export async function startSandbox({ port = 0, bank }: SandboxSettings = {}): Promise<Sandbox> {
  const app = fastify()
  const settings = bank ?? { secret: randomBytes(32).toString('base64') }
  await app.register(smsSandbox)
  await app.register(bankSandbox, settings)
  const address = await app.listen({ host: '127.0.0.1', port })
  return {
    smsUrl: `${address}/sandbox/sms`,
    bank: { url: `${address}/sandbox/bank`, secret: settings.secret },
    port: Number(new URL(address).port),
    close: () => app.close(),
  }
}
