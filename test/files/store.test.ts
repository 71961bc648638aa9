import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { openFolderStore } from '../../server/files/store.ts'

const folder = await mkdtemp(path.join(tmpdir(), '匠升 files '))
after(() => rm(folder, { recursive: true }))
const store = openFolderStore(path.join(folder, 'files'))

test('what is written is read, replaced and removed, and leaves no temporary file', async () => {
  const id = randomUUID()
  const [first, second] = [randomBytes(300_000), randomBytes(10)]
  await store.write(id, 1, first)
  await store.write(id, 2, second)
  assert.deepEqual(await store.read(id, 1), first)
  await store.write(id, 1, second)
  assert.deepEqual(await store.read(id, 1), second)
  const shelf = path.join(folder, 'files', id.slice(-2))
  assert.deepEqual((await readdir(shelf)).sort(), [`${id}.1`, `${id}.2`])
  assert.equal((await stat(path.join(shelf, `${id}.1`))).mode & 0o777, 0o600)
  await store.remove(id, 1)
  await store.remove(id, 1)
  await assert.rejects(store.read(id, 1), { code: 'ENOENT' })
  assert.deepEqual(await store.read(id, 2), second)
})

test('many writers at once, also of the same page, each leave a whole page', async () => {
  const id = randomUUID()
  const contents = Array.from({ length: 20 }, () => randomBytes(100_000))
  await Promise.all(contents.map((content) => store.write(id, 1, content)))
  const kept = await store.read(id, 1)
  assert.ok(contents.some((content) => content.equals(kept)))
  assert.deepEqual(await readdir(path.join(folder, 'files', id.slice(-2))), [`${id}.1`])
})

test('nothing but an id and a page number makes a path', () => {
  const id = randomUUID()
  for (const [name, page] of [
    ['../../etc/passwd', 1],
    [`../${id}`, 1],
    [id.toUpperCase(), 1],
    [id, 0],
    [id, 1.5],
  ] as const)
    assert.throws(() => store.read(name, page), /not a file id/)
})
