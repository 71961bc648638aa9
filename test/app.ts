/** The real application on a database of its own, asked as a browser asks it. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { DemoAccounts, SandboxInbox } from '../contract/people.ts'
import type { Problem } from '../contract/problem.ts'
import { instant } from '../domain/dates.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { buildApp } from '../server/app.ts'
import type { Config } from '../server/config.ts'
import type { Deps } from '../server/context.ts'
import { loadDemo } from '../server/demo/demo.ts'
import { openPolicy } from '../server/policies/policy.ts'
import { openSecrets } from '../server/secrets.ts'
import { type TestDatabase, withDatabase } from './database.ts'

export type Answer<Body> = { readonly status: number; readonly body: Body; readonly headers: Record<string, unknown> }
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

/** One browser: it keeps its cookie. */
export type Client = {
  ask<Body = Problem>(method: Method, address: string, body?: unknown): Promise<Answer<Body>>
  /** Sends a picture as it is. */
  send(address: string, content: Buffer, mediaType?: string): Promise<Answer<Problem>>
  cookie: string | undefined
}

export type TestApp = {
  readonly app: FastifyInstance
  readonly deps: Deps
  readonly database: TestDatabase
  /** A browser without a sign-in. */
  client(): Client
  /** A browser in which a member of the demonstration's staff has signed in. */
  staff(loginName: string): Promise<Client>
  /** A browser in which a worker has signed in by the code of the sandbox's text message. */
  worker(phone: string): Promise<Client>
}

const key = () => randomBytes(32).toString('base64')

/** The demonstration, its clock starting at `from`. */
export async function withApp(from = '2026-07-15T09:00:00+08:00'): Promise<TestApp> {
  const database = await withDatabase()
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-app-'))
  const sandbox = await startSandbox()
  const config: Config = {
    mode: 'demo',
    host: '127.0.0.1',
    port: 0,
    dataDir,
    clockStart: instant(from)!,
    smsUrl: sandbox.smsUrl,
    bank: sandbox.bank,
    sendLog: path.join(dataDir, 'send-log'),
  }
  const secrets = openSecrets({ demo: true, current: 'k1', keys: { k1: key() }, indexKey: key(), macKey: key() })
  const deps: Deps = { config, db: database.app, secrets }
  await loadDemo(deps)
  await openPolicy(deps.db, path.join(import.meta.dirname, '../policies/2026'), false, instant(from)!)
  const app = await buildApp(deps)
  await app.ready()
  after(async () => {
    await app.close()
    await sandbox.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const client = () =>
    browser(async ({ method, address, headers, payload }) => {
      const response = await app.inject({ method, url: address, headers, ...(payload && { payload }) })
      const cookies = response.cookies.map(({ name, value }) => `${name}=${value}`)
      return { status: response.statusCode, text: response.body, cookies, headers: response.headers }
    })

  return {
    app,
    deps,
    database,
    client,
    async staff(loginName) {
      const browser = client()
      // A code is good once; tests do not wait half a minute for the next.
      await database.owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
      const { body } = await browser.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
      const { password, code } = body.accounts.find((account) => account.loginName === loginName)!
      const answer = await browser.ask('POST', '/api/v1/sign-in/staff', { loginName, password, code })
      if (answer.status !== 200) throw new Error(`${loginName}: ${answer.status} ${answer.body.title}`)
      return browser
    },
    worker: (phone) => signInWorker(client(), phone),
  }
}

type Request = { method: Method; address: string; headers: Record<string, string>; payload?: string | Buffer }
type Response = { status: number; text: string; cookies: string[]; headers: Record<string, unknown> }

function browser(reach: (request: Request) => Promise<Response>): Client {
  async function go<Body>(method: Method, address: string, payload?: string | Buffer, type?: string) {
    const headers = {
      'x-jiangsheng': '1',
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/150.0',
      ...(self.cookie && { cookie: self.cookie }),
      ...(type && { 'content-type': type }),
    }
    const {
      status,
      text,
      cookies,
      headers: answered,
    } = await reach({ method, address, headers, ...(payload && { payload }) })
    if (cookies[0]) self.cookie = cookies[0]
    const isMessage = String(answered['content-type']).includes('json')
    return { status, body: (isMessage ? JSON.parse(text) : undefined) as Body, headers: answered }
  }
  const self: Client = {
    cookie: undefined,
    ask: (method, address, body) =>
      body === undefined ? go(method, address) : go(method, address, JSON.stringify(body), 'application/json'),
    send: (address, content, mediaType = 'image/jpeg') => go('PUT', address, content, mediaType),
  }
  return self
}

/** A browser at a server process that runs by itself. */
export const browserAt = (url: string): Client =>
  browser(async ({ method, address, headers, payload }) => {
    const response = await fetch(`${url}${address}`, { method, headers, ...(payload && { body: payload as BodyInit }) })
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!)
    return {
      status: response.status,
      text: await response.text(),
      cookies,
      headers: Object.fromEntries(response.headers),
    }
  })

export async function signInWorker(client: Client, phone: string): Promise<Client> {
  const asked = await client.ask('POST', '/api/v1/sign-in/codes', { phone })
  if (asked.status !== 200) throw new Error(`${asked.status} ${asked.body.title}`)
  const code = await sentCode(client, phone)
  const answer = await client.ask('POST', '/api/v1/sign-in/worker', { phone, code })
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.title}`)
  return client
}

/** The code in the newest text message to the phone. */
export async function sentCode(browser: Client, phone: string): Promise<string> {
  const { body } = await browser.ask<SandboxInbox>('GET', '/api/v1/demo/inbox')
  return (
    /\d{6}/.exec(
      body.messages.find(({ phone: to, text }) => to === phone && text.includes('验证码'))?.text ?? '',
    )?.[0] ?? ''
  )
}
