/** 回盘文件: every row is a payout of the batch, unaltered and open, or nothing at all is recorded. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type BankAnswer, resultFileFor } from '../../connectors/payFile/resultFile.ts'
import type { PayoutBatchDetail, ResultsTaken } from '../../contract/payouts.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { failureCodes } from '../../domain/payout.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { nth, openCity } from '../payments/city.ts'
import {
  answersTo,
  formats,
  linesOf,
  makeBatch,
  releaseBatch,
  sendBatch,
  toUnion,
  uploadAnswers,
} from '../payments/paying.ts'

const city = await openCity()
const { put, done, refused } = city
const id = () => randomUUID() as string
const on = shanghaiDate(city.clock.now)
const clerks = ['jiading', 'jiading2'] as const
const standing = async () =>
  (
    await city.owner
      .query(`select (select count(*) from payout_result) as results, (select count(*) from result_file) as files,
      (select count(*) from posting) as postings, (select json_agg(state order by id) from payout) as states`)
  ).rows[0]
const verified = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))

for (const format of ['csv-utf8', 'pipe-gb18030'])
  test(`a row that is not ours, in ${format}`, async (each) => {
    await toUnion(city, 'jiading', ['technician', 'seniorWorker', 'technician'])
    await toUnion(city, 'minhang', ['technician'])
    const { batch, lines } = await sendBatch(city, clerks, { format })
    const other = await sendBatch(city, ['minhang', 'minhang2'], { format })
    const good = await answersTo(city, lines, () => ({ on }))
    const foreign = await answersTo(city, other.lines, () => ({ on }))
    const upload = (answers: readonly BankAnswer[], who: 'jiading' | 'minhang' = 'jiading') =>
      uploadAnswers(city, who, batch.id, answers, format)
    const first = nth(good, 0)
    const spoilt: [string, BankAnswer[]][] = [
      ['of another union', [...good, ...foreign]],
      ['that nobody knows', [...good, { ...first, reference: 'JS0000000000000000000000' }]],
      ['with another amount', [{ ...first, amountFen: fen(first.amountFen + 1) }, ...good.slice(1)]],
      ['with another account', [{ ...first, account: nth(good, 1).account }, ...good.slice(1)]],
      ['with another name', [{ ...first, name: '别人' }, ...good.slice(1)]],
    ]
    const before = await standing()
    for (const [what, answers] of spoilt)
      await each.test(what, async () => {
        const problem = await refused(upload(answers), 'money.file-differs')
        assert.match(problem.title, /第\d+行/)
        assert.deepEqual(await standing(), before)
      })
    await each.test('twice', async () => {
      await refused(upload([...good, first]), 'money.file-unreadable')
      assert.deepEqual(await standing(), before)
    })
    await each.test('cut short', async () => {
      const bytes = resultFileFor(formats.get(format)!, good)
      const content = Buffer.from(bytes.slice(0, bytes.length - 40)).toString('base64')
      const url = `/payout-batches/${batch.id}/results/${id()}`
      await refused(put('jiading', url, { name: 'x', content }), 'money.file-unreadable')
      assert.deepEqual(await standing(), before)
    })
    await each.test('by another union', async () => {
      await refused(upload(good, 'minhang'), 'not-found')
    })
    await each.test('some of them leave the rest open; a settled one is not taken twice', async () => {
      const fileId = id()
      const some = good.slice(0, 1)
      const once = await done<ResultsTaken>(uploadAnswers(city, 'jiading', batch.id, some, format, fileId))
      assert.deepEqual(once.counts, { settled: 1 })
      assert.deepEqual(await done(uploadAnswers(city, 'jiading', batch.id, some, format, fileId)), once)
      assert.deepEqual(
        (await linesOf(city, 'jiading', batch.id)).map(({ state }) => state),
        ['settled', 'sent', 'sent'],
      )
      const partly = await standing()
      await refused(upload(good), 'money.file-differs')
      assert.deepEqual(await standing(), partly)
      assert.deepEqual((await done<ResultsTaken>(upload(good.slice(1)))).counts, { settled: 2 })
    })
  })

test('every failure with its cause, an unknown, and what is given back later', async () => {
  await toUnion(
    city,
    'jidian',
    Array.from({ length: failureCodes.length + 2 }, () => 'technician' as const),
  )
  const { batch, lines } = await sendBatch(city, ['jidian', 'jidian2'])
  const answers = await answersTo(city, lines, ({ line }) => {
    const code = failureCodes[line - 1]
    if (code) return { outcome: 'failed', code, on }
    return { outcome: line === lines.length ? 'unknown' : 'settled', on }
  })
  const { counts } = await done<ResultsTaken>(uploadAnswers(city, 'jidian', batch.id, answers))
  assert.deepEqual(counts, { failed: failureCodes.length, settled: 1, unknown: 1 })
  const after = await linesOf(city, 'jidian', batch.id)
  assert.deepEqual(
    after.map(({ code }) => code),
    [...failureCodes, undefined, undefined],
  )
  // weeks later
  await city.setClock('2026-09-10T10:00:00+08:00')
  const late = shanghaiDate(city.clock.now)
  const back = await answersTo(
    city,
    after.filter(({ state }) => state === 'settled'),
    () => ({
      ...{ outcome: 'bounced' as const, code: 'accountClosed' as const, on: late },
    }),
  )
  assert.deepEqual((await done<ResultsTaken>(uploadAnswers(city, 'jidian', batch.id, back))).counts, { bounced: 1 })
  // the bank's unknown is asked, never paid again; of the others only the payer's own failure needs nobody
  const made = await done<PayoutBatchDetail>(makeBatch(city, 'jidian'))
  assert.equal(made.lineCount, 1)
  const sound = await verified()
  assert.ok('total' in sound, JSON.stringify(sound))
  assert.equal(sound.total.bouncedFen, (failureCodes.length + 1) * 100_000)
  await done(releaseBatch(city, 'jidian2', made.id))
  const [again] = await linesOf(city, 'jidian', made.id)
  assert.equal(again!.attempt, 2)
  assert.notEqual(again!.reference, after.find(({ code }) => code === 'payerFunds')!.reference)
})
