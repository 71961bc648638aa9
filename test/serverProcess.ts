import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type ServerProcess = {
  readonly child: ChildProcess
  readonly url: string
  /** All that it has written so far. */
  readonly output: () => string
  /** @returns its exit code */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

const main = path.join(import.meta.dirname, '../server/main.ts')

/** Runs the server as `npm start` does, with nothing in its environment but what is given; any free port. */
export function spawnServer(environment: Readonly<Record<string, string>>): {
  child: ChildProcess
  output: () => string
} {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PORT: '0',
      NO_COLOR: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (written += text.toString()))
  return { child, output: () => written }
}

/** @throws Error with what the server wrote, where it ends before it is ready */
export async function startServer(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const { child, output } = spawnServer(environment)
  const ended = once(child, 'exit')
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0]
    if (url && (await answersHealthy(url))) {
      const stop: ServerProcess['stop'] = async (signal = 'SIGINT') => {
        child.kill(signal)
        await ended
        return child.exitCode
      }
      return { child, url, output, stop }
    }
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended:\n${output()}`)
    await sleep(20)
  }
}

export async function answersHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).status === 200
  } catch {
    return false
  }
}
