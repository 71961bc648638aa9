import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { describeTables } from '../../cli/tables.ts'
import { withDatabase } from '../database.ts'

const database = await withDatabase()

test('server/db/tables.ts is what the migrated schema says', async () => {
  const written = readFileSync(path.join(import.meta.dirname, '../../server/db/tables.ts'), 'utf8')
  const current = await describeTables(database.connection('jiangsheng_owner'))
  assert.equal(written, current, 'run npm run tables')
})
