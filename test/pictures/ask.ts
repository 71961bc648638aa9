import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'

export const id = () => randomUUID() as string

/** What the pages of whoever is signed in there ask of the server. @throws Error with its refusal */
export async function ask<Body>(page: Page, method: 'GET' | 'PUT', address: string, body?: object): Promise<Body> {
  const data = method === 'PUT' ? { data: body ?? {} } : {}
  const answer = await page.request.fetch(`/api/v1${address}`, { method, headers: { 'x-jiangsheng': '1' }, ...data })
  if (!answer.ok()) throw new Error(`${address}: ${await answer.text()}`)
  return (await answer.json()) as Body
}
