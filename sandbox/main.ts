/** The sandbox as a process of its own: is told its settings and tells its address, and ends with whoever started it. */
import { once } from 'node:events'
import { type SandboxSettings, startSandbox } from './sandbox.ts'

process.on('disconnect', () => process.exit(1))
// Ctrl-C reaches the whole group; whoever started this says when it is over
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
const [settings] = (await once(process, 'message')) as [SandboxSettings | 'stop']
if (settings === 'stop') process.exit()
const starting = startSandbox(settings)
process.on(
  'message',
  (message) => message === 'stop' && void starting.then((sandbox) => sandbox.close()).then(() => process.exit()),
)
const { smsUrl, bank, port } = await starting
process.send!({ smsUrl, bank, port })
