/** Where the send log and the database differ, and after a restore: no release until two people agree on each. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { after, test } from 'node:test'
import { bankAt } from '../../connectors/bank.ts'
import type {
  PayoutBatchDetail,
  PayoutBatches,
  SendLogSeen,
  SentBatchAnswered,
  SentBefore,
} from '../../contract/payouts.ts'
import { type Instant, instant, plainDate } from '../../domain/dates.ts'
import { markOut } from '../../server/bank/order.ts'
import { openSendLog, readSent, type SentLine } from '../../server/bank/sendLog.ts'
import { releaseBatch as release } from '../../server/payouts/batch.ts'
import { inScope } from '../../server/db/open.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { openCity, type Who } from '../payments/city.ts'
import { answersTo, linesOf, makeBatch, releaseBatch, sendBatch, toUnion, uploadAnswers } from '../payments/paying.ts'
import { instruction } from '../sandbox/bankDesk.ts'

const sandbox = await startSandbox()
after(() => sandbox.close())
const city = await openCity(sandbox.bank)
const { get, put, done, refused } = city
const clerks = ['cityFinance', 'cityFinance2'] as const
const words = '向银行柜台查询，有回单'
const id = () => randomUUID() as string

const sentLine = (reference: string, changes: Partial<SentLine> = {}): SentLine => ({
  ...{ reference, amountFen: 100_000, batch: id(), route: 'file', claims: [], at: Date.now() as Instant },
  ...changes,
})
async function logged(...lines: SentLine[]): Promise<void> {
  const log = openSendLog(city.deps.config.sendLog)
  await log.appendSent(lines)
  await log.close()
}
const compared = () => done<SendLogSeen>(put('cityFinance', '/send-log/comparison'))
const listed = () => done<SentBefore>(get('cityFinance', '/sent-before'))
const answer = (who: Who, reference: string, said: string) =>
  put(who, `/sent-before/${reference}/answer`, { answer: said, words })
async function answerAll(said: string): Promise<void> {
  for (const { reference } of (await listed()).references)
    for (const who of clerks) await done(answer(who, reference, said))
}

test('a reference that only the send log knows pauses releases, in every union', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician'])
  await logged(sentLine('JSLOST1'))
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jiading'))
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  const other = await done<PayoutBatchDetail>(makeBatch(city, 'minhang'))
  await refused(releaseBatch(city, 'minhang2', other.id), 'money.paused')
  const paused = async () => [
    (await done<PayoutBatches>(get('minhang', '/payout-batches'))).paused,
    (await done<PayoutBatchDetail>(get('minhang', `/payout-batches/${other.id}`))).paused,
  ]
  assert.deepEqual(await paused(), [true, true])

  const { references } = await listed()
  assert.deepEqual(
    references.map(({ reference, amountFen, answer: said }) => [reference, amountFen, said]),
    [['JSLOST1', 100_000, undefined]],
  )
  await refused(get('jiading', '/sent-before'), 'forbidden')
  const lost = (who: Who, said: string) => answer(who, 'JSLOST1', said)
  await refused(lost('jiading', 'settled'), 'forbidden')
  assert.deepEqual(await done(lost('cityFinance', 'notSent')), { agreed: false })
  assert.deepEqual(await done(lost('cityFinance', 'settled')), { agreed: false })
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  await refused(lost('cityFinance2', 'notSent'), 'money.same-answer')
  assert.deepEqual(await done(lost('cityFinance2', 'settled')), { agreed: true })
  assert.deepEqual(await done(lost('cityFinance2', 'settled')), { agreed: true })
  await refused(lost('cityFinance2', 'failed'), 'money.done')
  assert.equal((await listed()).open, 0)
  assert.deepEqual(await paused(), [false, false])
  // what two people agreed on stays, whoever writes
  await assert.rejects(
    inScope(city.app, { kind: 'city', accountId: city.viewers.cityFinance.accountId }, (trx) =>
      trx.updateTable('sent_before').set({ answer: 'notSent' }).where('reference', '=', 'JSLOST1').execute(),
    ),
    /two people agreed/,
  )
  await done(releaseBatch(city, 'jiading2', batch.id))
  await done(releaseBatch(city, 'minhang2', other.id))
})

test('what others send while the log is read does not count as lost', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician'])
  const [own, others] = [
    await done<PayoutBatchDetail>(makeBatch(city, 'jiading')),
    await done<PayoutBatchDetail>(makeBatch(city, 'minhang')),
  ]
  await done(releaseBatch(city, 'minhang2', others.id))
  const { rows: payouts } = await city.owner.query<{ id: string; reference: string; amount_fen: number }>(
    'select id, reference, amount_fen from payout where batch_id = $1',
    [others.id],
  )
  // a pipe that is read last: whoever reads the log waits there
  const pipe = path.join(city.deps.config.sendLog, 'z.sent')
  execFileSync('mkfifo', [pipe])
  const releasing = releaseBatch(city, 'jiading2', own.id)
  const end = await open(pipe, 'w')
  const { accountId, organisation } = city.viewers.minhang
  await inScope(city.app, { kind: 'union', accountId, organisationId: organisation!.id }, (trx) =>
    markOut(trx, city.deps, others.id, payouts),
  )
  await end.close()
  await done(releasing)
  rmSync(pipe)
})

test('without the send log, or with one that lacks what was sent, nothing is released until two people explain it', async () => {
  await toUnion(city, 'jidian', ['technician', 'technician'])
  const { lines } = await sendBatch(city, ['jidian', 'jidian2'])
  await toUnion(city, 'jidian', ['technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jidian'))
  const { sendLog } = city.deps.config
  renameSync(sendLog, `${sendLog}.away`)
  await logged(...Array.from({ length: 20 }, (_, n) => sentLine(`JSOTHER${n}`)))
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.send-log-lost')
  const { missing, references } = await listed()
  assert.ok(missing >= lines.length)
  const gone = references.filter((each) => each.missing).map(({ reference }) => reference)
  assert.ok(lines.every(({ reference }) => gone.includes(reference)))
  await refused(answer('cityFinance', gone[0]!, 'notSent'), 'money.bank-says-otherwise')

  // put back, it lacks nothing any more
  rmSync(sendLog, { recursive: true })
  renameSync(`${sendLog}.away`, sendLog)
  await compared()
  assert.equal((await listed()).missing, 0)
  await answerAll('failed')
  await done(releaseBatch(city, 'jidian2', batch.id))
})

test('one damaged character stops releases, is listed with what it hides, and two people explain both', async () => {
  await toUnion(city, 'jidian', ['technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'jidian'))
  const folder = city.deps.config.sendLog
  const file = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .find((name) => /"batch"/.test(readFileSync(name, 'utf8')) && !readFileSync(name, 'utf8').includes('JSLOST1'))!
  const hidden = /"reference":"(JS[^"]+)"/.exec(readFileSync(file, 'utf8'))![1]!
  const damaged = `JS${hidden[2] === '0' ? '1' : '0'}${hidden.slice(3)}`
  writeFileSync(file, readFileSync(file, 'utf8').replace(hidden, damaged))
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.send-log-lost')
  const open = new Map((await listed()).references.map((each) => [each.reference, each]))
  assert.deepEqual([open.get(hidden)?.missing, open.get(damaged)?.missing, open.size], [true, false, 2])
  for (const who of clerks) await done(answer(who, hidden, 'explained'))
  await refused(releaseBatch(city, 'jidian2', batch.id), 'money.paused')
  for (const who of clerks) await done(answer(who, damaged, 'failed'))
  await done(releaseBatch(city, 'jidian2', batch.id))
})

test('thousands are paged, open ones only, and answered by batch', async () => {
  const [one, other] = [id(), id()].toSorted() as [string, string]
  await logged(...Array.from({ length: 1200 }, (_, n) => sentLine(`JSMANY${n}`, { batch: n < 1000 ? one : other })))
  await compared()
  const first = await listed()
  assert.deepEqual([first.open, first.references.length], [1200, 50])
  const seen = new Set<string>()
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const query: string = cursor && `?cursor=${encodeURIComponent(cursor)}`
    const page: SentBefore = await done<SentBefore>(get('cityFinance', `/sent-before${query}`))
    for (const { reference } of page.references) seen.add(reference)
    cursor = page.nextCursor
  }
  assert.equal(seen.size, 1200)
  const ofBatch = (who: Who, batch: string, said: string) =>
    done<SentBatchAnswered>(put(who, `/sent-before/batches/${batch}/answer`, { answer: said, words }))
  await refused(put('jiading', `/sent-before/batches/${one}/answer`, { answer: 'settled', words }), 'forbidden')
  await done(answer('cityFinance', 'JSMANY0', 'failed'))
  assert.deepEqual(await ofBatch('cityFinance2', one, 'settled'), { answered: 999, agreed: 0, open: 1000 })
  assert.deepEqual(await ofBatch('cityFinance', one, 'settled'), { answered: 1, agreed: 999, open: 1 })
  assert.deepEqual(await ofBatch('cityFinance2', one, 'settled'), { answered: 0, agreed: 1, open: 0 })
  for (const who of clerks) await ofBatch(who, other, 'notSent')
  assert.equal((await listed()).open, 0)
})

test('what went to the city’s bank is asked there: it was not sent only where the bank says so', async () => {
  const bank = bankAt(sandbox.bank.url, sandbox.bank.secret)
  const booked = instruction({ reference: 'JSBOOKED' })
  await bank.send([booked])
  const batch = id()
  await logged(
    sentLine('JSBOOKED', { route: 'bank', batch }),
    sentLine('JSNEVER', { route: 'bank', batch }),
    sentLine('JSELSE', { batch }),
  )
  await compared()
  const says = async () => new Map((await listed()).references.map((each) => [each.reference, each.bankSays]))
  assert.deepEqual([(await says()).get('JSNEVER'), (await says()).get('JSELSE')], ['neverSeen', undefined])
  await refused(answer('cityFinance', 'JSBOOKED', 'notSent'), 'money.bank-says-otherwise')
  await refused(answer('cityFinance', 'JSNEVER', 'settled'), 'money.bank-says-otherwise')
  await done(answer('cityFinance', 'JSNEVER', 'notSent'))
  // it arrives after all: the answer is taken back
  await bank.send([instruction({ reference: 'JSNEVER' })])
  await refused(answer('cityFinance2', 'JSNEVER', 'notSent'), 'money.bank-says-otherwise')
  while ([...(await says()).values()].some((word) => word === 'inProgress')) await compared()
  for (const who of clerks)
    await done(put(who, `/sent-before/batches/${batch}/answer`, { answer: 'asBankSays', words }))
  assert.deepEqual(
    (await listed()).references.map(({ reference }) => reference),
    ['JSELSE'],
  )
  await answerAll('notSent')
  const { rows } = await city.owner.query(`select answer from sent_before where reference in ('JSBOOKED', 'JSNEVER')`)
  assert.deepEqual(rows, [{ answer: 'settled' }, { answer: 'settled' }])
})

test('a restore pauses every release until two people have seen how far the send log reaches', async () => {
  await toUnion(city, 'jiading', ['technician'])
  await toUnion(city, 'minhang', ['technician'])
  const [batch, early] = [
    await done<PayoutBatchDetail>(makeBatch(city, 'jiading')),
    await done<PayoutBatchDetail>(makeBatch(city, 'minhang')),
  ]
  await done(releaseBatch(city, 'minhang2', early.id))
  const [line] = await linesOf(city, 'minhang', early.id)
  // sent after the backup was made; the clock of the machine that restores lags
  await logged(sentLine(line!.reference, { batch: early.id }))
  const restoration = id()
  await city.owner.query('insert into restoration (id, backup_made_at, restored_at) values ($1, 1, $2)', [
    restoration,
    Date.now() - 3_600_000,
  ])
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  assert.deepEqual(
    (await listed()).references.map(({ reference }) => reference),
    [line!.reference],
  )
  await answerAll('settled')
  await refused(releaseBatch(city, 'jiading2', batch.id), 'money.paused')
  assert.deepEqual(
    (await listed()).restorations.map((each) => each.id),
    [restoration],
  )

  const acknowledge = (who: Who, seen: object) => put(who, `/restorations/${restoration}/acknowledgement`, seen)
  const { references, lastLineAt } = await compared()
  await refused(acknowledge('jiading', { references, lastLineAt }), 'forbidden')
  await refused(acknowledge('cityFinance', { references: references + 1, lastLineAt }), 'money.send-log-changed')
  assert.deepEqual(await done(acknowledge('cityFinance', { references, lastLineAt })), { agreed: false })
  assert.deepEqual(await done(acknowledge('cityFinance', { references, lastLineAt })), { agreed: false })
  // a newer log is brought meanwhile: both look at that
  const soon = (Date.now() + 600_000) as Instant
  await logged(sentLine('JSNEWER', { at: soon }))
  const newer = { references: references + 1, lastLineAt: soon }
  await refused(acknowledge('cityFinance2', { references, lastLineAt }), 'money.send-log-changed')
  assert.deepEqual(await done(acknowledge('cityFinance2', newer)), { agreed: false })
  assert.deepEqual(await done(acknowledge('cityFinance', newer)), { agreed: true })
  await refused(acknowledge('cityFinance2', newer), 'money.done')
  await answerAll('settled')
  await done(releaseBatch(city, 'jiading2', batch.id))
  await city.download('jiading', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 })
  // whatever is sent from here on is later than all that the log held then, by whichever clock
  const [after] = await linesOf(city, 'jiading', batch.id)
  for await (const each of readSent(city.deps.config.sendLog))
    if (!('torn' in each) && each.reference === after!.reference) assert.ok(each.at > soon)
})

test('a certificate that was paid before a restore is not paid by another number', async () => {
  const noticeId = await toUnion(city, 'minhang', ['technician', 'technician'])
  const before = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  const [sent] = await linesOf(city, 'minhang', before.id)
  // sent, and put back to the moment before
  const releaser = city.viewers.minhang2
  const restored = inScope(
    city.app,
    { kind: 'union', accountId: releaser.accountId, organisationId: releaser.organisation!.id },
    async (trx): Promise<void> => {
      const { payoutId, reference, amountFen } = sent!
      await release(trx, city.deps, releaser, before.id, { code: '', accept: [] }, city.clock.now)
      await markOut(trx, city.deps, before.id, [{ id: payoutId, reference, amount_fen: amountFen }])
      throw new Error('put back')
    },
  )
  await assert.rejects(restored, /put back/)
  await done(put('minhang', `/payout-batches/${before.id}/drop`))
  await city.owner.query(
    `insert into certificate_number (space, number, certificate_id)
      select '00', '1', certificate_id from application where id = $1`,
    [sent!.applicationId],
  )
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  const lines = await linesOf(city, 'minhang', batch.id)
  const again = lines.find((line) => line.applicationId === sent!.applicationId)!
  assert.notEqual(again.reference, sent!.reference)
  await refused(releaseBatch(city, 'minhang2', batch.id), 'money.paused')
  await answerAll('settled')
  const { params } = await refused(releaseBatch(city, 'minhang2', batch.id), 'money.paid-before')
  assert.equal(params?.line, again.line)
  await done(put('minhang', `/payout-batches/${batch.id}/removals/${id()}`, { payoutIds: [again.payoutId] }))
  await done(releaseBatch(city, 'minhang2', batch.id))
})

/** Sends a batch that was made, and puts the database back to the moment before its release. */
async function sentAndPutBack(batchId: string): Promise<void> {
  const releaser = city.viewers.minhang2
  const payouts = (await linesOf(city, 'minhang', batchId)).map(({ payoutId, reference, amountFen }) => ({
    ...{ id: payoutId, reference, amount_fen: amountFen },
  }))
  const restored = inScope(
    city.app,
    { kind: 'union', accountId: releaser.accountId, organisationId: releaser.organisation!.id },
    async (trx): Promise<void> => {
      await release(trx, city.deps, releaser, batchId, { code: '', accept: [] }, city.clock.now)
      await markOut(trx, city.deps, batchId, payouts)
      throw new Error('put back')
    },
  )
  await assert.rejects(restored, /put back/)
}

test('that it was not sent is said of one sending: what was sent after it, and forgotten again, is asked again', async () => {
  const noticeId = await toUnion(city, 'minhang', ['technician'])
  const first = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  await sentAndPutBack(first.id)
  await done(put('minhang', `/payout-batches/${first.id}/drop`))
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  await refused(releaseBatch(city, 'minhang2', batch.id), 'money.paused')
  await answerAll('notSent')
  await compared()
  assert.equal((await listed()).open, 0)

  await sentAndPutBack(batch.id)
  await refused(releaseBatch(city, 'minhang2', batch.id), 'money.paused')
  const { references } = await listed()
  assert.deepEqual(
    references.map((each) => [each.reference, each.batchId, each.answer]),
    [[(await linesOf(city, 'minhang', batch.id))[0]!.reference, batch.id, undefined]],
  )
  await answerAll('settled')
  await done(releaseBatch(city, 'minhang2', batch.id))
  await refused(put('minhang', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 }), 'not-found')
  const [line] = await linesOf(city, 'minhang', batch.id)
  assert.equal(line!.state, 'sent')

  // and answers are people's: nobody writes one beside the question
  await assert.rejects(
    inScope(city.app, { kind: 'city', accountId: city.viewers.cityFinance.accountId }, (trx) =>
      trx
        .insertInto('sent_before')
        .values({ reference: 'JSOWN', amount_fen: 1, batch_id: batch.id, route: 'file', sent_at: 1, found_at: 1 })
        .execute(),
    ),
    /permission denied/,
  )
})

test('what left before a restore bears the day on which the bank booked it', async () => {
  const noticeId = await toUnion(city, 'minhang', ['technician', 'technician'])
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'minhang', { noticeId }))
  const lines = await linesOf(city, 'minhang', batch.id)
  const left = instant('2026-08-20T09:00:00+08:00')!
  await logged(sentLine(lines[0]!.reference, { batch: batch.id, at: left }))
  await city.setClock('2026-08-24T10:00:00+08:00')
  await compared()
  await answerAll('settled')
  await done(releaseBatch(city, 'minhang2', batch.id))
  await city.download('minhang', `/payout-batches/${batch.id}/downloads/${id()}`, { part: 1 })
  const on = (day: string) => answersTo(city, lines, () => ({ on: plainDate(day)! }))
  const upload = async (day: string, from: number, to: number) =>
    uploadAnswers(city, 'minhang', batch.id, (await on(day)).slice(from, to))
  await refused(upload('2026-08-19', 0, 1), 'money.file-differs')
  await refused(upload('2026-08-20', 1, 2), 'money.file-differs')
  await done(upload('2026-08-20', 0, 1))
  await done(upload('2026-08-24', 1, 2))
  const { rows } = await city.owner.query('select paid_on from payout where batch_id = $1 order by line', [batch.id])
  assert.deepEqual(
    rows.map((row) => row.paid_on),
    ['2026-08-20', '2026-08-24'],
  )
})
