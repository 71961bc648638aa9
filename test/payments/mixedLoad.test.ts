/** Several people at once, each doing anything: whoever reads the identity meanwhile always sees it hold. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { inScope, openDatabase } from '../../server/db/open.ts'
import { holds, identities, verifyLedger } from '../../server/ledger/ledger.ts'
import { anyStep, take } from './anyStep.ts'
import { openCity } from './city.ts'
import { everythingAddsUp } from './model.ts'

const sandbox = await startSandbox()
after(() => sandbox.close())
const city = await openCity(undefined, sandbox.smsUrl)

/** Reads from another connection, once a second, until told to stop; kept totals and postings alike. */
async function watchIdentity(until: AbortSignal): Promise<number> {
  const own = openDatabase({ connection: city.connection('jiangsheng_app'), max: 1 })
  let reads = 0
  while (!until.aborted) {
    for (const sums of ['kept', 'posted'] as const) {
      const scope = { kind: 'city' as const, accountId: city.viewers.auditor.accountId }
      const { total, disagrees } = await inScope(own, scope, (trx) => identities(trx, sums))
      assert.ok(holds(total) && disagrees === undefined, `${sums}: ${JSON.stringify(total)}`)
    }
    reads++
    await sleep(1000)
  }
  await own.close()
  return reads
}

test('the identity is read once a second while six people do anything', async () => {
  const load = new AbortController()
  const watching = watchIdentity(load.signal)
  const answers: Record<string, number> = {}
  const person = async () => {
    for (const step of fc.sample(anyStep, 120)) {
      const answer = await take(city, step)
      assert.ok(!answer || answer.status < 500, JSON.stringify(answer))
      if (answer?.status === 200) answers[step.step] = (answers[step.step] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 6 }, person)).finally(() => load.abort())
  const reads = await watching
  assert.ok(reads > 1 && answers.due! > 50, JSON.stringify({ reads, answers }))
  await everythingAddsUp(city)
  const verified = await inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))
  assert.ok('total' in verified, JSON.stringify(verified))
})
