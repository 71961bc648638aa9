import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { migrate, MigrationRefused } from '../../server/db/migrate.ts'
import { withDatabase } from '../database.ts'

const { connection, owner } = await withDatabase()
await owner.query('drop schema public cascade; create schema public authorization jiangsheng_owner')

/** Migrates with a folder that holds exactly these files. */
function migrateWith(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-migrations-'))
  after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return migrate(connection('jiangsheng_owner'), undefined, folder)
}
const refused = (says: RegExp) => (error: unknown) => error instanceof MigrationRefused && says.test(error.message)

const first = { '0001-a.sql': 'create table a (id int)' }
const both = { ...first, '0002-b.sql': 'create table b (id int)' }

test('each file is applied once, by one of several who start at the same time', async () => {
  const applied = await Promise.all([migrateWith(first), migrateWith(first), migrateWith(first)])
  assert.deepEqual(applied.flat(), ['0001-a.sql'])
  assert.deepEqual(await migrateWith(both), ['0002-b.sql'])
  assert.deepEqual(await migrateWith(both), [])
})

test('a file that was changed, left out or put before is refused', async () => {
  await assert.rejects(
    migrateWith({ ...both, '0001-a.sql': 'create table a (id text)' }),
    refused(/0001-a.sql was changed/),
  )
  await assert.rejects(migrateWith(first), refused(/newer version/))
  await assert.rejects(migrateWith({ ...both, '0000-early.sql': '' }), refused(/higher number/))
  await assert.rejects(migrateWith({ ...both, '0002-twice.sql': '' }), refused(/no number is given twice/))
})

test('a file that fails leaves nothing behind and names its line', async () => {
  const wrong = 'create table c (id int);\ncreate table d (id nonsense);'
  await assert.rejects(migrateWith({ ...both, '0003-c.sql': wrong }), refused(/0003-c.sql: line 2/))
  const { rows } = await owner.query("select to_regclass('c') found")
  assert.equal(rows[0].found, null)
  assert.deepEqual(await migrateWith({ ...both, '0003-c.sql': 'create table c (id int)' }), ['0003-c.sql'])
})
