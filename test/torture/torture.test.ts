/** The small torture: what is paid twice, missing or unbalanced is nothing. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'

test('killed twenty times while it pays, and put back once', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'run.ts'), '--small', '--json'],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  const result = JSON.parse(stdout)
  assert.deepEqual([result.kills, result.doubles, result.missing, result.unbalanced], [20, 0, 0, 0])
  assert.ok(result.payments > 50 && result.identityReads > 5 && result.restore.paused, stdout)
})
