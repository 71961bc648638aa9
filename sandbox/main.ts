/** The sandbox as a process of its own: tells its address to whoever started it, and ends with them. */
import { startSandbox } from './sandbox.ts'

const sandbox = await startSandbox()
process.on('message', (message) => message === 'stop' && void sandbox.close().then(() => process.exit()))
process.on('disconnect', () => process.exit(1))
// Ctrl-C reaches the whole group; whoever started this says when it is over
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
process.send!({ smsUrl: sandbox.smsUrl })
