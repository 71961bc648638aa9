/**
 * What nobody waits for, in a process of its own: messages are told and delivered, people reminded, the audit log
 * sealed. Any number may run at once. Started by a server, which hands over its configuration (`beside.ts`).
 */
import { once } from 'node:events'
import { startSealing } from './audit/audit.ts'
import { type Config, openKeys } from './config.ts'
import { connectDatabase } from './db/connect.ts'
import { startMessenger } from './messages/messenger.ts'
import { startTeller } from './bank/teller.ts'
import { openSecrets } from './secrets.ts'

/** What was started, in order; stopped in the opposite one. */
const started: (() => Promise<unknown>)[] = []
async function finish() {
  while (started.length > 0) await started.pop()!().catch(tell)
  process.exit()
}
const tell = (error: unknown) => console.error(error)

process.on('message', (message) => message === 'stop' && void finish())
process.on('disconnect', () => process.exit(1))
// Ctrl-C reaches the whole group; the server says when it is over
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

const [config] = (await once(process, 'message')) as [Config]
const database = await connectDatabase(config, { log: (line) => console.log(line), borrow: true })
const [db, worker] = [database.open('app'), database.open('worker')]
const deps = { config, db, secrets: openSecrets(openKeys(config)) }
started.push(
  database.stop,
  () => db.close(),
  () => worker.close(),
)
started.push(startSealing(worker, deps.secrets, tell), startMessenger(worker, deps, tell), startTeller(deps, tell))
