/** Any order of steps by any people: the money always adds up, and no rule is ever passed over. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { anyStep, take } from './anyStep.ts'
import { openCity } from './city.ts'
import { everythingAddsUp } from './model.ts'

const sandbox = await startSandbox()
after(() => sandbox.close())
const city = await openCity(undefined, sandbox.smsUrl)

/** The straight way once, so that what comes after in any order always finds money at every place. */
const straight: readonly [step: string, who: number][] = [
  ['file', 0],
  ['list', 1],
  ['approve', 0],
  ['fund', 0],
  ['releaseFunding', 1],
  ['issue', 0],
  ['takeOff', 0],
  ['issue', 0],
  ['confirm', 0],
  ['confirm', 0],
  ['allocate', 0],
  ['allocate', 0],
  ['releaseAllocation', 1],
  ['releaseAllocation', 1],
  ['receive', 0],
  ['receive', 0],
  // one is passed on to the union below, the other is paid by the district
  ['passOn', 0],
  ['releaseOnward', 0],
  ['receiveOnward', 0],
  ['batch', 0],
  ['releaseBatch', 0],
  ['download', 0],
  ['results', 0],
  ['batch', 0],
  ['releaseBatch', 0],
  ['download', 0],
  // given back, another account, and paid again
  ['result', 1],
  ['proposeAccount', 0],
  ['answerAccount', 0],
  ['batch', 0],
  ['releaseBatch', 0],
  ['download', 0],
  ['results', 0],
  ...['propose', 'confirmCorrection', 'recordRecovery', 'confirmRecovery'].map((step) => [step, 0] as [string, number]),
  ...Array<[string, number][]>(3)
    .fill([
      ['makeSurplus', 0],
      ['releaseSurplus', 0],
      ['receiveSurplus', 0],
    ])
    .flat(),
]

test('any order of steps by any people', async () => {
  for (const [step, who] of straight) {
    const answer = await take(city, { step, who, stranger: false, at: 0, spoilt: false })
    assert.ok(!answer || answer.status === 200, `${step}: ${JSON.stringify(answer)}`)
    await everythingAddsUp(city)
  }
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 60, maxLength: 60 }), async (steps) => {
      for (const step of steps) {
        const answer = await take(city, step)
        assert.ok(!answer || answer.status < 500, JSON.stringify(answer))
        await everythingAddsUp(city)
      }
      const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) =>
        verifyLedger(trx, city.secrets),
      )
      assert.ok('total' in verified, JSON.stringify(verified))
    }),
    // one history that goes on: a smaller one would not repeat what went wrong
    { numRuns: 6, endOnFailure: true },
  )
  // what was reached, whatever became of it then
  const { rows } = await city.owner.query<{ outcome: string }>('select distinct outcome from payout_result')
  const heard = rows.map(({ outcome }) => outcome)
  for (const outcome of ['settled', 'failed']) assert.ok(heard.includes(outcome), JSON.stringify(heard))
})
