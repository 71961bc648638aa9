/** `kill -9` under filing load: every filing that was acknowledged is there afterwards. On a database with fsync on. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DraftView, Filed } from '../../contract/applications.ts'
import { draft, file, view } from '../applications/claim.ts'
import type { Client } from '../app.ts'
import { browserAt, signInWorker } from '../app.ts'
import { answersHealthy, startServer } from '../serverProcess.ts'

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-killed-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))
const postmaster = () => Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

const workers = 4
const draftsEach = 6

type Load = { readonly worker: Client; readonly drafts: readonly DraftView[] }

async function prepare(url: string, round: number): Promise<Load[]> {
  const loads = Array.from({ length: workers }, async (_, index) => {
    const worker = await signInWorker(browserAt(url), `1380000${round}${String(index).padStart(3, '0')}`)
    const drafts: DraftView[] = []
    for (let n = 0; n < draftsEach; n++) drafts.push(await draft(worker, round * 1000 + index * 100 + n))
    return { worker, drafts }
  })
  return Promise.all(loads)
}

/** Files everything as fast as it goes; what was acknowledged before the end of the world. */
async function fileUntilKilled(loads: readonly Load[], kill: () => void): Promise<{ worker: Client; filed: Filed }[]> {
  const acknowledged: { worker: Client; filed: Filed }[] = []
  const isTime = () => acknowledged.length >= (workers * draftsEach) / 3
  let killed = false
  await Promise.all(
    loads.map(async ({ worker, drafts }) => {
      for (const each of drafts) {
        const answer = await file(worker, each).catch(() => undefined)
        if (answer?.status === 200) acknowledged.push({ worker, filed: answer.body })
        else if (killed) return
        if (isTime() && !killed) {
          killed = true
          kill()
        }
      }
    }),
  )
  assert.ok(killed && acknowledged.length < workers * draftsEach, 'it was killed in the middle')
  return acknowledged
}

async function allThere(acknowledged: readonly { worker: Client; filed: Filed }[], at: (worker: Client) => Client) {
  for (const { worker, filed } of acknowledged) {
    const seen = await view(at(worker), filed.id)
    assert.equal(seen.receiptNumber, filed.receiptNumber)
    assert.equal(seen.receivedAt, filed.receivedAt)
    assert.equal(seen.files.length, 4)
  }
}

test('the server is killed under load: every acknowledged filing is there, and lost answers are repeated safely', async () => {
  const server = await startServer({ DATA_DIR: dataDir })
  const loads = await prepare(server.url, 1)
  const acknowledged = await fileUntilKilled(loads, () => server.child.kill('SIGKILL'))
  const again = await startServer({ DATA_DIR: dataDir })
  const at = (worker: Client): Client => Object.assign(browserAt(again.url), { cookie: worker.cookie })
  await allThere(acknowledged, at)
  for (const { worker, drafts } of loads) {
    for (const each of drafts)
      assert.equal((await file(at(worker), each)).status, 200, 'every draft can be filed, again or for the first time')
  }
  await again.stop()
})

test('the database is killed under load: every acknowledged filing is there', async () => {
  const server = await startServer({ DATA_DIR: dataDir })
  const loads = await prepare(server.url, 2)
  const acknowledged = await fileUntilKilled(loads, () => process.kill(postmaster(), 'SIGKILL'))
  for (const end = Date.now() + 30_000; !(await answersHealthy(server.url)); await sleep(50))
    assert.ok(Date.now() < end)
  await allThere(acknowledged, (worker) => worker)
  await server.stop()
})
