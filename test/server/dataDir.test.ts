/** The folder that holds data is private; those above it are passed through by the database's own user. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { holdDataDir } from '../../server/dataDir.ts'

test('of the folders that are made, the data folder alone is closed to others', (context) => {
  const base = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-data-'))
  context.after(() => rmSync(base, { recursive: true, force: true }))
  const [above, dataDir] = [path.join(base, 'above'), path.join(base, 'above/data')]
  holdDataDir(dataDir)()
  assert.equal(statSync(above).mode & 0o011, 0o011)
  assert.equal(statSync(dataDir).mode & 0o777, 0o700)
})
