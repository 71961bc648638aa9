/** What a file of browser tests needs: a server as `npm start` runs it, over a database of its own, and one browser. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Config, openKeys } from '../../server/config.ts'
import type { Deps } from '../../server/context.ts'
import { openSecrets } from '../../server/secrets.ts'
import { launchBrowser } from '../browser.ts'
import type { Client } from '../app.ts'
import { type TestDatabase, withDatabase } from '../database.ts'
import { type ServerProcess, startServer } from '../serverProcess.ts'
import { desk, phone, phoneOf, type Visit } from './people.ts'

export type Ended = { readonly code: number | null; readonly out: string; readonly errors: string }

export type House = {
  readonly url: string
  readonly browser: Browser
  readonly database: TestDatabase
  /** The server's keys over its database, to plant what a test does not type in. */
  readonly deps: Deps
  /** A phone whose owner has signed in; it stays until the file ends. */
  phone(number: string): Promise<Visit>
  /** The phone of somebody whose client has signed in: a second code would have to wait. */
  phoneOf(client: Client): Promise<Visit>
  /** The desk of a member of staff, who signs in once: a code is good once. */
  desk(loginName: string): Promise<Visit>
  /** Runs `cli/<name>.ts` beside the server, in its environment. */
  command(name: string): Promise<Ended>
}

/** @param clock where the demonstration's business time starts */
export async function withHouse(clock = '2026-07-15T09:00:00+08:00'): Promise<House> {
  const visits = new Map<string, Visit>()
  const standing: { browser?: Browser; server?: ServerProcess } = {}
  // before the database has its own: while pages are open and the server runs, it is needed
  after(async () => {
    const closed = await Promise.allSettled([...visits.values()].map((visit) => visit.close()))
    await standing.browser?.close()
    await standing.server?.stop()
    rmSync(dataDir, { recursive: true, force: true })
    for (const each of closed) if (each.status === 'rejected') throw each.reason
  })
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-house-'))
  const database = await withDatabase()
  const environment = { ...database.environment, DATA_DIR: dataDir, APP_CLOCK: clock }
  const [server, browser] = await Promise.all([startServer(environment), launchBrowser()])
  Object.assign(standing, { server, browser })
  const config: Config = { mode: 'demo', host: '127.0.0.1', port: 0, dataDir, sendLog: path.join(dataDir, 'send-log') }
  const deps: Deps = { config, db: database.app, secrets: openSecrets(openKeys(config)) }
  const kept = async (key: string, open: () => Promise<Visit>) => {
    const known = visits.get(key)
    if (known) return known
    const fresh = await open()
    visits.set(key, fresh)
    return fresh
  }
  return {
    url: server.url,
    browser,
    database,
    deps,
    phone: (number) => kept(number, () => phone(browser, server.url, number)),
    phoneOf: (client) => kept(client.cookie!, () => phoneOf(browser, server.url, client)),
    desk: (loginName) => kept(loginName, () => desk(browser, server.url, loginName)),
    async command(name) {
      const program = path.join(import.meta.dirname, `../../cli/${name}.ts`)
      const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, ...environment } })
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
      const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
      return { out, errors, code }
    },
  }
}
