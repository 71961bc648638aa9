/** The life of the server process: configuration, database, migrations, web, listening; and all of it back again. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { AddressInfo } from 'node:net'
import type { Instant } from '../domain/dates.ts'
import type { BankSettings } from '../sandbox/bank.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { buildApp } from './app.ts'
import { runBeside } from './beside.ts'
import { type Config, ConfigRefused, openKeys, readConfig } from './config.ts'
import type { Deps } from './context.ts'
import { DataDirInUse, RestoreUnfinished } from './dataDir.ts'
import { businessNow } from './db/clock.ts'
import { connectDatabase, type Database } from './db/connect.ts'
import { MigrationRefused } from './db/migrate.ts'
import { loadClaims } from './demo/claims.ts'
import { demoLines, loadDemo } from './demo/demo.ts'
import { distribute } from './messages/outbox.ts'
import { openPolicy, PolicyRefused } from './policies/policy.ts'
import { openSecrets } from './secrets.ts'

/** The web could not be built; the build has said why. */
class WebNotBuilt extends Error {}

const policyFolder = path.join(import.meta.dirname, '../policies/2026')

const log = (line: string) => console.log(line)

/** What was started, in order; stopped in the opposite one. */
const started: { readonly name: string; readonly stop: () => Promise<unknown> }[] = []

const stopping = new AbortController()
const gracePeriodMs = 10_000

/** Resolves when `ending` does, at the latest after the grace period: what never ends holds nobody up. */
const inTime = (ending: Promise<unknown>): Promise<unknown> =>
  Promise.race([ending, new Promise((resolve) => setTimeout(resolve, gracePeriodMs).unref())])

/** Ends the process. A terminal's Ctrl-C arrives twice (from the terminal and from the launcher), so again is nothing new. */
async function stop(exitCode: number): Promise<void> {
  if (stopping.signal.aborted) return
  stopping.abort()
  // what is about to be there has to be ended too
  await inTime(Promise.allSettled([starting]))
  while (started.length > 0) {
    const { name, stop: stopIt } = started.pop()!
    try {
      await stopIt()
    } catch (error) {
      console.error(`${name} did not stop cleanly: ${(error as Error).message}`)
    }
  }
  process.exit(exitCode)
}

/** Answers what has begun. A connection that falls idle only after the closing began would be waited for: it is swept. */
async function closeHttp(app: Awaited<ReturnType<typeof buildApp>>): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
  await inTime(app.close())
  clearInterval(sweep)
}

/** The web build runs in a process of its own: the server does not load what only building needs. */
function buildWeb(): Promise<void> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../cli/build.ts')], {
    stdio: 'inherit',
    signal: stopping.signal,
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new WebNotBuilt('the web could not be built'))))
  })
}

/** Has the database running and migrated, and the web built, both at once. */
async function prepare(config: Config): Promise<Database> {
  const [database, web] = await Promise.allSettled([
    connectDatabase(config, { log, signal: stopping.signal }),
    buildWeb(),
  ])
  if (database.status === 'rejected') throw database.reason
  started.push({ name: 'database', stop: database.value.stop })
  if (web.status === 'rejected') throw web.reason
  for (const name of database.value.migrated) log(`migrated: ${name}`)
  return database.value
}

/** Where the bank posts its results. */
const bankCallbacks = '/api/v1/bank/callbacks'

type Played = {
  readonly config: Config
  /** Tells the bank that the sandbox plays, where it does, which day it is and where to post its results. */
  readonly tellBank: (serverUrl: string, now: Instant) => Promise<unknown>
}

/** A demonstration's outside world is played by the sandbox, as far as none is configured. */
async function withSandbox(config: Config): Promise<Played> {
  if (config.mode === 'production' || (config.smsUrl && config.bank))
    return { config, tellBank: () => Promise.resolve() }
  const books = path.join(config.dataDir, 'sandbox', 'bank.jsonl')
  const settings: { port: number; bank: BankSettings } = {
    port: 0,
    bank: { secret: randomBytes(32).toString('base64'), books },
  }
  // one that is started again is found where it was
  const sandbox = runBeside(path.join(import.meta.dirname, '../sandbox/main.ts'), () => settings, log)
  started.push({ name: 'sandbox', stop: sandbox.stop })
  const { smsUrl, bank, port } = (await sandbox.said) as Sandbox
  settings.port = port
  const own = config.bank ? undefined : bank
  return {
    config: { ...config, smsUrl: config.smsUrl ?? smsUrl, bank: own ?? config.bank! },
    async tellBank(serverUrl, now) {
      if (!own) return
      const callbackUrl = `${serverUrl}${bankCallbacks}`
      settings.bank = { ...settings.bank, callbackUrl }
      const headers = { 'content-type': 'application/json' }
      const told = { method: 'PUT', headers, body: JSON.stringify({ callbackUrl, now }) }
      await fetch(`${own.url}/settings`, told).catch(() => log('the sandbox is being started again'))
    },
  }
}

async function start(): Promise<void> {
  const settings = readConfig()
  // nothing is made with keys that are refused; a demonstration makes its own in a folder that is known to be free
  if (settings.mode === 'production') openKeys(settings)
  log(`data in ${settings.dataDir}`)
  const database = await prepare(settings)
  const { config, tellBank } = await withSandbox(settings)
  const secrets = openSecrets(openKeys(config))
  const open = (role: 'app' | 'worker') => {
    const db = database.open(role)
    started.push({ name: `${role} connections`, stop: () => inTime(db.close()) })
    return db
  }
  const deps: Deps = { config, db: open('app'), secrets }

  if (config.mode === 'demo') await loadDemo(deps)
  await openPolicy(deps.db, policyFolder, false, await businessNow(config, deps.db))
  const worker = open('worker')
  if (config.mode === 'demo' && (await loadClaims(deps, stopping.signal))) {
    // The story's people were told at the time: the unions find their news, and no phone rings now.
    while ((await distribute(worker, 'untold', Date.now())) > 0);
  }
  const jobs = runBeside(path.join(import.meta.dirname, 'jobs.ts'), () => config, log)
  started.push({ name: 'jobs', stop: jobs.stop })

  const app = await buildApp(deps)
  started.push({ name: 'HTTP server', stop: () => closeHttp(app) })
  stopping.signal.throwIfAborted()
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  await tellBank(`http://${host}:${port}`, await businessNow(config, deps.db))
  log(`worker http://${host}:${port}/`)
  log(`desk   http://${host}:${port}/desk/`)
  if (config.mode === 'demo') for (const line of demoLines()) log(line)
  log(`ready after ${(performance.now() / 1000).toFixed(1)} s`)
}

/** 2: the configuration is refused; 3: the data folder belongs to another process; 1: anything else. */
function explain(error: unknown): number {
  const explained = [ConfigRefused, DataDirInUse, RestoreUnfinished, MigrationRefused, PolicyRefused, WebNotBuilt]
  if (explained.some((kind) => error instanceof kind)) console.error((error as Error).message)
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') console.error('the port is taken: give another PORT')
  else console.error(error)
  if (error instanceof ConfigRefused) return 2
  return error instanceof DataDirInUse ? 3 : 1
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
// the launcher died: nobody is left who could stop this process
process.on('disconnect', () => void stop(0))
process.channel?.unref()
process.on('uncaughtException', (error) => {
  console.error(error)
  void stop(1)
})

const starting = start()
starting.catch((error: unknown) => {
  if (!stopping.signal.aborted) void stop(explain(error))
})
