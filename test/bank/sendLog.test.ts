/** The log of what may have left the house: whatever was acknowledged is read again, whatever happened to the writer. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Instant } from '../../domain/dates.ts'
import { openSendLog, readSent, type SentLine, type TornLine } from '../../server/bank/sendLog.ts'

const root = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-sent-'))
after(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const fresh = () => path.join(root, 'deep', `log${++folders}`)
const batch = '0192f0c4-8f6e-7c8e-9d1a-2b3c4d5e6f70'
const line = (serial: number): SentLine => ({
  reference: `JS${String(serial).padStart(20, '0')}`,
  amountFen: 200_000 + serial,
  batch,
  route: 'file',
  claims: ['00112233445566778899aabbccddeeff'],
  at: 1_787_191_200_000 as Instant,
})
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, i) => line(from + i))

async function read(folder: string): Promise<{ whole: SentLine[]; torn: TornLine[] }> {
  const whole: SentLine[] = []
  const torn: TornLine[] = []
  for await (const each of readSent(folder))
    if ('torn' in each) torn.push(each)
    else whole.push(each)
  return { whole, torn }
}
const files = (folder: string) => readdirSync(folder).map((name) => path.join(folder, name))

test('what was appended is read again, in one file of its writer’s own, for its owner only', async () => {
  const folder = fresh()
  assert.deepEqual(await read(folder), { whole: [], torn: [] })
  const log = openSendLog(folder)
  await log.appendSent(lines(10_000))
  await Promise.all([log.appendSent(lines(3, 10_000)), log.appendSent(lines(2, 10_003)), log.appendSent([])])
  await log.close()
  assert.deepEqual(await read(folder), { whole: lines(10_005), torn: [] })
  const [file, ...more] = files(folder)
  assert.deepEqual([more.length, statSync(file!).mode & 0o777, statSync(folder).mode & 0o777], [0, 0o600, 0o700])
})

test('what is no reference is refused before anything is written', async () => {
  const folder = fresh()
  const log = openSendLog(folder)
  for (const reference of ['', 'JS 1', 'JS\n1', 'J'.repeat(33), '陆文轩'])
    await assert.rejects(log.appendSent([line(1), { ...line(2), reference }]), RangeError)
  assert.deepEqual((await read(folder)).whole, [])
})

test('cut off at any byte, every line before is whole, and of the last all that can be read counts', async () => {
  const folder = fresh()
  const log = openSendLog(folder)
  await log.appendSent(lines(3))
  await log.close()
  const [file] = files(folder)
  const text = readFileSync(file!, 'utf8')
  const { length } = text.split('\n')[0]!
  for (let cut = 0; cut <= length; cut++) {
    writeFileSync(file!, text.slice(0, 2 * (length + 1) + cut))
    const { whole, torn } = await read(folder)
    // but for its line break the last line is whole
    const complete = cut === length ? 3 : 2
    assert.deepEqual(whole, lines(complete))
    assert.equal(torn.length, cut === 0 || complete === 3 ? 0 : 1)
    for (const { references, line: number, at } of torn) {
      // not the present: after a restore it would count as written since
      assert.deepEqual([number, at], [3, line(1).at])
      const { reference } = line(2)
      assert.deepEqual(references, cut > '{"reference":"'.length + reference.length ? [reference] : [])
    }
  }
})

test('a damaged line is told and its references count; the others are read', async () => {
  const folder = fresh()
  const log = openSendLog(folder)
  await log.appendSent(lines(4))
  await log.close()
  const [file] = files(folder)
  const written = readFileSync(file!, 'utf8').split('\n')
  written[1] = written[1]!.replace('200001', '900001')
  // the rest of one line and the next in one
  written.splice(2, 1, written[2]!.slice(0, 60) + written[3]!)
  written.splice(3, 1)
  writeFileSync(file!, written.join('\n'))
  appendFileSync(file!, '\0'.repeat(40))
  const { whole, torn } = await read(folder)
  assert.deepEqual(whole, [line(0)])
  assert.deepEqual(
    torn.map(({ line: at, references }) => [at, references]),
    [
      [2, [line(1).reference]],
      [3, [line(2).reference, line(3).reference]],
      [4, []],
    ],
  )
})

/** A process that appends lots of 40 lines without end, and says how many are acknowledged. */
function writer(folder: string, from: number) {
  const log = JSON.stringify(path.join(import.meta.dirname, '../../server/bank/sendLog.ts'))
  const program = `
    const { openSendLog } = await import(${log})
    const log = openSendLog(${JSON.stringify(folder)})
    for (let next = ${from}; ; next += 40) {
      await log.appendSent(Array.from({ length: 40 }, (_, i) => (
        { reference: 'JS' + String(next + i).padStart(20, '0'), amountFen: 200000 + next + i, batch: '${batch}', route: 'file', claims: ['00112233445566778899aabbccddeeff'], at: 1787191200000 }
      )))
      console.log(next + 40)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  /** Up to which serial number lines are acknowledged; what the kill cut off is not. */
  const acknowledged = () => Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1) || from)
  return { child, acknowledged }
}

test('writers at once that are killed: every acknowledged line is there, each in the file of its writer', async () => {
  const folder = fresh()
  const writers = [writer(folder, 0), writer(folder, 1_000_000), writer(folder, 2_000_000)]
  await Promise.all(
    writers.map(async ({ child, acknowledged }, i) => {
      while (acknowledged() < i * 1_000_000 + 400) await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
    }),
  )
  assert.equal(files(folder).length, 3)
  const { whole } = await read(folder)
  const known = new Map(whole.map((each) => [each.reference, each]))
  for (const [i, { acknowledged }] of writers.entries())
    for (const each of lines(acknowledged() - i * 1_000_000, i * 1_000_000))
      assert.deepEqual(known.get(each.reference), each)

  // the next process begins a file of its own, and leaves theirs as they are
  const log = openSendLog(folder)
  await log.appendSent([line(9_000_000)])
  await log.close()
  assert.equal(files(folder).length, 4)
  assert.equal((await read(folder)).whole.length, whole.length + 1)
})
