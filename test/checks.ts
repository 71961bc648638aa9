/** What needs no running program: types, lint with the walls, format, dead code, the web within its budget. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const checkout = path.join(import.meta.dirname, '..')
const program = (file: string) => path.join(checkout, 'node_modules', file)

const checks: readonly { name: string; command: readonly string[] }[] = [
  { name: 'types', command: [program('typescript/bin/tsc'), '-b'] },
  { name: 'lint and walls', command: [program('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', command: [program('oxfmt/bin/oxfmt'), '--check'] },
  { name: 'dead code', command: [program('knip/bin/knip.js'), '--no-progress'] },
  { name: 'web within its budget', command: [path.join(checkout, 'cli/build.ts')] },
]

/** Runs every check, whatever the others say. */
export function runChecks(): { passed: number; failed: number } {
  let passed = 0
  for (const { name, command } of checks) {
    const from = performance.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: checkout, encoding: 'utf8' })
    const seconds = ((performance.now() - from) / 1000).toFixed(1)
    if (status === 0) passed++
    console.log(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)`)
    if (status !== 0) console.log(`${stdout}${stderr}`.trimEnd())
  }
  return { passed, failed: checks.length - passed }
}

if (import.meta.main) process.exitCode = runChecks().failed > 0 ? 1 : 0
