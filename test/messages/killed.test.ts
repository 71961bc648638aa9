/** `kill -9` of a server while it hands a text message over: whoever comes next asks for it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { browserAt, signInWorker } from '../app.ts'
import { filed, view } from '../applications/claim.ts'
import { withDatabase } from '../database.ts'
import { startServer } from '../serverProcess.ts'
import { gatewayAt } from './desk.ts'

const database = await withDatabase()
const sandbox = await startSandbox()
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-messenger-'))
after(async () => {
  await sandbox.close()
  rmSync(dataDir, { recursive: true, force: true })
})
const settings = {
  ...database.environment,
  DATA_DIR: dataDir,
  SMS_URL: sandbox.smsUrl,
  APP_CLOCK: '2026-06-16T09:00:00+08:00',
}
const { script, fates } = gatewayAt(sandbox.smsUrl)

const state = async (id: string) =>
  (
    await database.owner.query<{ state: string }>(
      'select s.state from sms s join message m on m.id = s.message_id where m.application_id = $1',
      [id],
    )
  ).rows[0]?.state
const claimAt = async (url: string, serial: number) => {
  const worker = await signInWorker(browserAt(url), `1370000${String(serial).padStart(4, '0')}`)
  await script({ latencyMs: 3000, ...(serial === 2 && { loseMessages: 1 }) })
  const id = await filed(worker, serial)
  return { id, tail: (await view(worker, id)).receiptNumber.slice(-4) }
}

test('killed after handing over, before any answer: asked for by another process, not sent again', async () => {
  const server = await startServer(settings)
  const { id, tail } = await claimAt(server.url, 1)
  while ((await fates(tail)).length === 0) await sleep(20)
  await server.stop('SIGKILL')
  assert.equal(await state(id), 'sending')
  await script({})
  // the dead process's lease ends
  await database.owner.query("update sms set due_at = 0 where state = 'sending'")
  const again = await startServer(settings)
  while ((await state(id)) !== 'delivered') await sleep(20)
  assert.deepEqual(
    (await fates(tail)).map(({ posts }) => posts),
    [1],
  )
  await again.stop()
})

test('killed after claiming, and the gateway never saw it: handed over once by another process', async () => {
  const server = await startServer(settings)
  const { id, tail } = await claimAt(server.url, 2)
  while ((await state(id)) !== 'sending') await sleep(20)
  await server.stop('SIGKILL')
  await script({})
  await database.owner.query("update sms set due_at = 0 where state = 'sending'")
  const again = await startServer(settings)
  while ((await state(id)) !== 'delivered') await sleep(20)
  assert.deepEqual(
    (await fates(tail)).map(({ posts }) => posts),
    [1],
  )
  await again.stop()
})
