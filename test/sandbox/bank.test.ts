/** The sandbox's bank as a torture uses it: its books outlive it, and it tells what it took from whoever was killed. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { bankAt, BankError } from '../../connectors/bank.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { bankDeskAt, instruction, postBox, until } from './bankDesk.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-bank-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const books = path.join(folder, 'deep', 'books.jsonl')
const secret = 's'.repeat(44)
const start = Date.parse('2026-08-20T10:00:00+08:00')

async function open(callbackUrl?: string) {
  const sandbox = await startSandbox({ bank: { secret, books, ...(callbackUrl && { callbackUrl }) } })
  after(() => sandbox.close())
  return { sandbox, bank: bankAt(sandbox.bank.url, secret), desk: bankDeskAt(sandbox.bank.url) }
}
const unknown = (error: unknown) => error instanceof BankError && error.outcome === 'unknown'

test('books in a file outlive the bank, and a line that was cut off was never answered', async () => {
  const first = await open()
  await first.desk.settings({ now: start })
  const [paid, failed, unsettled, returned] = [
    instruction(),
    instruction({ account: '6224270000990001' }),
    instruction(),
    instruction(),
  ]
  await first.bank.send([paid, failed, returned])
  await first.bank.send([paid])
  await first.desk.bounce(returned.reference, 'F05')
  await first.desk.script({ settleAfterMs: 86_400_000 })
  await first.bank.send([unsettled])
  const before = await first.desk.books()
  await first.sandbox.close()
  appendFileSync(books, '{"booked":{"reference":"JS99","amountFen":1')
  assert.doesNotMatch(readFileSync(books, 'utf8'), /陆文|6224/)

  const box = await postBox()
  after(() => box.close())
  const again = await open(box.url)
  assert.deepEqual(
    await again.desk.books(),
    before.map((booking) => ({ ...booking, asks: 0, callbacks: 0 })),
  )
  assert.deepEqual(
    before.map(({ state, code, orders }) => [state, code, orders]),
    [
      ['settled', undefined, 2],
      ['failed', 'F01', 1],
      ['bounced', 'F05', 1],
      ['inProgress', undefined, 1],
    ],
  )
  assert.equal((await again.bank.ask(['JS99']))[0]!.state, 'neverSeen')
  assert.equal((await again.bank.send([{ ...paid, name: '别人' }]))[0]!.taken, 'refused')
  await again.bank.send([instruction()])
  // what was in progress has its result told by the one that runs now
  await again.desk.settings({ now: start + 2 * 86_400_000 })
  await until(async () => (await again.desk.booked(unsettled.reference))!.callbacks === 1)
  await again.sandbox.close()
  const third = await open()
  assert.equal((await third.desk.books()).length, 5)
  await third.sandbox.close()
})

test('it shows what it took from whoever is killed while waiting for the answer', async () => {
  const { bank, desk, sandbox } = await open()
  await desk.script({ killAfterAccept: 1 })
  const held = instruction()
  const waiting = assert.rejects(bank.send([held]), unknown)
  await until(async () => (await desk.held()).length === 1)
  assert.deepEqual(await desk.held(), [{ references: [held.reference] }])
  assert.equal((await desk.booked(held.reference))!.state, 'settled')
  await desk.script({})
  await waiting
  await until(async () => (await desk.held()).length === 0)

  await desk.script({ breakAllAfter: 2, killAfterAccept: 1 })
  const [early, last] = [instruction(), instruction()]
  const both = [assert.rejects(bank.send([early]), unknown)]
  await until(async () => (await desk.booked(early.reference)) !== undefined)
  both.push(assert.rejects(bank.send([last]), unknown))
  await Promise.all(both)
  assert.ok(await desk.booked(last.reference))
  await sandbox.close()
})

test('what is posted and not taken is posted again', async () => {
  let status = 503
  const box = await postBox(() => status)
  after(() => box.close())
  const { bank, sandbox } = await open(box.url)
  const sent = instruction()
  await bank.send([sent])
  await until(() => box.arrived.length === 1)
  status = 204
  await until(() => box.arrived.length === 2)
  assert.deepEqual(
    box.arrived.flatMap((callback) => bank.readCallback(callback, Date.now())).map(({ reference }) => reference),
    [sent.reference, sent.reference],
  )
  await sandbox.close()
})
