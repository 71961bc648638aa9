/** A real installation that is killed again and again, its people, and the bank that it pays by, which lives on. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { DemoAccounts } from '../../contract/people.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { type Config, openKeys } from '../../server/config.ts'
import type { Deps } from '../../server/context.ts'
import { businessNow } from '../../server/db/clock.ts'
import { type ConnectionConfig, databaseTypes, type Db, openDatabase } from '../../server/db/open.ts'
import { borrowPostgres } from '../../server/db/postgres.ts'
import { openSecrets } from '../../server/secrets.ts'
import { browserAt, type Client } from '../app.ts'
import { runCommand } from '../command.ts'
import { bankDeskAt } from '../sandbox/bankDesk.ts'
import { type ServerProcess, startServer } from '../serverProcess.ts'

/** A port that is free now: the bank posts to one address, whichever process answers there. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise((closed) => server.close(closed))
  return port
}

export async function openTortured() {
  const root = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-torture-'))
  const dataDir = path.join(root, 'data')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const sandbox = await startSandbox({
    bank: { secret: 'a secret between the bank and the city', callbackUrl: `${url}/api/v1/bank/callbacks` },
  })
  const environment = {
    ...{ DATA_DIR: dataDir, PORT: String(port), SMS_URL: sandbox.smsUrl },
    ...{ BANK_URL: sandbox.bank.url, BANK_SECRET: sandbox.bank.secret, APP_CLOCK: '2026-10-12' },
  }
  let server: ServerProcess = await startServer(environment)
  let connection: ((role: string) => ConnectionConfig) | undefined
  let db: Db
  let worker: Db
  let owner: pg.Pool
  const settings: Config = {
    mode: 'demo',
    host: '127.0.0.1',
    port: 0,
    dataDir,
    sendLog: path.join(dataDir, 'send-log'),
  }
  const secrets = openSecrets(openKeys(settings))
  let sessions = new Map<string, Client>()

  async function connect() {
    const postgres = await borrowPostgres({ dataDir, log: () => {} })
    connection = (role) => postgres.connection(role as 'jiangsheng_app')
    db = openDatabase({ connection: connection('jiangsheng_app'), max: 4 })
    worker = openDatabase({ connection: connection('jiangsheng_worker'), max: 2 })
    owner = new pg.Pool({ ...connection('postgres'), types: databaseTypes, max: 2 })
    owner.on('error', () => {})
    owner.on('connect', (client) => client.on('error', () => {}))
  }
  await connect()

  /** Again and again until it is done: whoever works here sees the server die and presses once more. */
  async function persist<T>(work: () => Promise<T>, what: string): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (tries > 200) throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
        await sleep(100)
      }
    }
  }

  async function signIn(loginName: string): Promise<Client> {
    const browser = browserAt(url)
    await owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
    const { body } = await browser.ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
    const { password, code } = body.accounts.find((account) => account.loginName === loginName)!
    const answer = await browser.ask('POST', '/api/v1/sign-in/staff', { loginName, password, code })
    if (answer.status !== 200) throw new Error(`${loginName}: ${answer.status} ${answer.body.title}`)
    return browser
  }
  async function freshCode(loginName: string): Promise<string> {
    await owner.query('update account set totp_step = 0 where login_name = $1', [loginName])
    const { body } = await browserAt(url).ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
    return body.accounts.find((account) => account.loginName === loginName)!.code
  }

  /** Asks until the server answers; what it refuses comes back, a fault of a dying server is asked again. */
  const ask = <Body>(
    loginName: string,
    method: 'GET' | 'PUT',
    address: string,
    body?: () => Promise<object> | object,
  ) =>
    persist(async () => {
      const client = sessions.get(loginName) ?? (await signIn(loginName))
      sessions.set(loginName, client)
      const answer = await client.ask<Body & { code?: string }>(method, `/api/v1${address}`, await body?.())
      if (answer.status >= 500 || answer.status === 401) {
        if (answer.status === 401) sessions.delete(loginName)
        throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      }
      return answer
    }, `${loginName} ${method} ${address}`)

  const disconnect = async () => {
    await Promise.all([db.close(), worker.close(), owner.end()].map((closing) => closing.catch(() => {})))
  }

  return {
    desk: bankDeskAt(sandbox.bank.url),
    url,
    ask,
    freshCode,
    persist,
    get deps(): Deps {
      return { config: settings, db, secrets }
    },
    get worker() {
      return worker
    },
    get owner() {
      return owner
    },
    now: () => persist(() => businessNow(settings, db), 'the clock'),
    /** The application, and with it its jobs, ends at once; then it starts again over what it left. */
    async killApplication() {
      await server.stop('SIGKILL')
      server = await startServer(environment)
    },
    /** The database ends at once; the application has it back by itself. */
    async killDatabase() {
      // one that was killed before may not have been started again yet
      await persist(async () => {
        const pid = Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
        process.kill(pid, 'SIGKILL')
      }, 'killing the database')
      await persist(async () => {
        if ((await fetch(`${url}/healthz`)).status !== 200) throw new Error(`not yet: ${server.output().slice(-2000)}`)
      }, 'the database')
    },
    async backup(): Promise<string> {
      const folder = path.join(root, `backup-${Date.now()}`)
      const { code, errors } = await runCommand('backup', environment, folder)
      if (code !== 0) throw new Error(`backup: ${errors}`)
      return folder
    },
    async restore(folder: string) {
      await server.stop()
      await disconnect()
      const { code, errors } = await runCommand('restore', environment, folder)
      if (code !== 0) throw new Error(`restore: ${errors}`)
      server = await startServer(environment)
      await connect()
      sessions = new Map()
    },
    async close() {
      await server.stop()
      await disconnect()
      await sandbox.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
export type Tortured = Awaited<ReturnType<typeof openTortured>>
