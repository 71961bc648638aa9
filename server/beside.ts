/** Programs that run in processes of their own beside the server's, and end with it, however it ends. */
import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const gracePeriodMs = 10_000
const restartAfterMs = 1000

export type Beside = {
  /** The first message that it sent. */
  readonly said: Promise<unknown>
  /** Waits until it has ended; what does not end in time is killed. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a program, and again whenever it has ended by itself. It is sent `first`, and `stop` when it is to finish; when
 * its channel closes without that, the server has died, and it ends at once.
 * @param first asked for anew each time it starts
 * @param tell that it ended, and how
 */
export function runBeside(program: string, first: () => Serializable, tell: (line: string) => void): Beside {
  let stopping = false
  let child: ChildProcess
  const { promise: said, resolve: heard } = Promise.withResolvers<unknown>()
  const start = () => {
    child = fork(program, { stdio: 'inherit' })
    child.on('message', heard)
    child.on('error', (error) => tell(`${program}: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (stopping) return
      tell(`${program} ended (${signal ?? code}) and is started again`)
      void sleep(restartAfterMs).then(() => !stopping && start())
    })
    child.send(first())
  }
  start()
  return {
    said,
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.connected) child.send('stop')
      const late = setTimeout(() => child.kill('SIGKILL'), gracePeriodMs)
      await ended
      clearTimeout(late)
    },
  }
}
