import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'

/** Runs one of the programs in `cli/` to its end, with nothing in its environment but what is given. */
export async function runCommand(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ out: string; errors: string; code: number | null }> {
  const program = path.join(import.meta.dirname, `../cli/${name}.ts`)
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { out, errors, code }
}
