/** `npm test`: the checks, then every `*.test.ts` on a database cluster of this run's own. `npm test -- walls` runs some. */
import { globSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { runChecks } from './checks.ts'
import { clusterVariable, startCluster } from './cluster.ts'

const wanted = process.argv.slice(2)
/** Those that take minutes begin first, so that none of them is left alone at the end. */
const long = /^torture|tenThousand|^backup/
const files = globSync('**/*.test.ts', { cwd: import.meta.dirname })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .toSorted((a, b) => Number(long.test(b)) - Number(long.test(a)) || (a < b ? -1 : 1))
  .map((file) => path.join(import.meta.dirname, file))

/** A skipped or unfinished test proves nothing, so it counts as failed. */
async function runTests(): Promise<{ passed: number; failed: number }> {
  const tests = run({ files, concurrency: os.availableParallelism(), timeout: 600_000 })
  let passed = 0
  let failed = 0
  tests.on('test:summary', ({ file, counts }) => {
    if (file !== undefined) return
    passed = counts.passed
    failed = counts.tests - counts.passed
  })
  for await (const text of tests.compose(spec)) process.stdout.write(String(text))
  return { passed, failed }
}

const checks = wanted.length > 0 ? { passed: 0, failed: 0 } : runChecks()
const cluster = await startCluster()
let stopping = false
async function stop(exitCode: number): Promise<never> {
  if (!stopping) {
    stopping = true
    await cluster.stop()
  }
  return process.exit(exitCode)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(130))
process.on('disconnect', () => void stop(130))
process.channel?.unref()
process.env[clusterVariable] = cluster.socketDir

const tests = await runTests()
const failed = checks.failed + tests.failed
// written before the cluster stops: nothing may follow this line
await cluster.stop()
stopping = true
console.log(`${checks.passed + tests.passed} passed, ${failed} failed`)
process.exit(failed > 0 || files.length === 0 ? 1 : 0)
