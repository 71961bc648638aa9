import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { confined } from '../../server/files/rasterise.ts'

/** What a PDF that took over the engine would try; prints the names of what was let through. */
const attempts = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { Worker } from 'node:worker_threads'
const [folder] = process.argv.slice(2)
const heard = (emitter, event) => new Promise((yes, no) => emitter.on(event, yes).on('error', no))
const tries = {
  read: () => readFileSync('/etc/passwd'),
  list: () => readdirSync(folder),
  write: () => writeFileSync(folder + '/written', 'x'),
  spawn: () => spawnSync('id'),
  thread: () => new Worker('1', { eval: true }),
  connect: () => heard(connect(9, '127.0.0.1'), 'connect').catch((error) => { if (error.code === 'ERR_ACCESS_DENIED') throw error }),
  environment: () => { if (!('SECRET' in process.env)) throw new Error('none') },
}
for (const [name, attempt] of Object.entries(tries))
  try { await attempt(); console.log(name) } catch {}
try { console.log('memory ' + new WebAssembly.Memory({ initial: 5000 }).buffer.byteLength) } catch {}
console.log('done')
process.exit()
`

test('the process that renders PDFs may read nothing, write nothing, reach nobody', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), '匠升 渲染-'))
  try {
    const script = path.join(folder, 'attempts.mjs')
    await writeFile(script, attempts)
    const [program, parameters] = confined(script, folder)
    const { stdout, stderr } = spawnSync(program, parameters, { env: {}, encoding: 'utf8' })
    assert.equal(stdout, 'done\n', stderr)
    assert.ok(!existsSync(path.join(folder, 'written')))
    const free = spawnSync(process.execPath, [script, folder], { env: { SECRET: 'x' }, encoding: 'utf8' })
    assert.match(
      free.stdout,
      /^read\nlist\nwrite\nspawn\nthread\nconnect\nenvironment\nmemory \d+\ndone\n$/,
      'unconfined, all of it works',
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
