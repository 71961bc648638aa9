/** The outside world of a demonstration, on a loopback port of its own. */
import fastify from 'fastify'
import { smsSandbox } from './sms.ts'

export type Sandbox = { readonly smsUrl: string; close(): Promise<void> }

export async function startSandbox(): Promise<Sandbox> {
  const app = fastify()
  await app.register(smsSandbox)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return { smsUrl: `${address}/sandbox/sms`, close: () => app.close() }
}
