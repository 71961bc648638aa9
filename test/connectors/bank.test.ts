/** The city's bank over real HTTP: what is known of a payment, and what nobody may take for the bank's word. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, beforeEach, test } from 'node:test'
import { BankError, type BankResult, bankAt, CallbackRefused, perOrder } from '../../connectors/bank.ts'
import { fen } from '../../domain/money.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { bankDeskAt, instruction, postBox, until } from '../sandbox/bankDesk.ts'

const sandbox = await startSandbox()
const box = await postBox()
after(async () => {
  await sandbox.close()
  box.close()
})
const { url, secret } = sandbox.bank
const bank = bankAt(url, secret)
const desk = bankDeskAt(url)
/** Where the bank's clock starts. */
const start = Date.parse('2026-08-20T10:00:00+08:00')
await desk.settings({ callbackUrl: box.url, now: start })
beforeEach(() => desk.script({}))

const failsWith = (outcome: BankError['outcome']) => (error: unknown) =>
  error instanceof BankError && error.outcome === outcome && !/陆文|6224/.test(error.message)
const stateOf = async (reference: string) => (await bank.ask([reference]))[0]?.state
/** What has arrived at our address about a payment, oldest first. */
const told = (reference: string): BankResult[] =>
  box.arrived
    .flatMap((callback) => bank.readCallback(callback, Date.now()))
    .filter((result) => result.reference === reference)

test('what is ordered is accepted, and settled with amount, serial and day', async () => {
  const [one, other] = [instruction(), instruction({ amountFen: fen(80_001), bankName: '上海农商银行' })]
  assert.deepEqual(await bank.send([one, other]), [
    { reference: one.reference, taken: 'accepted' },
    { reference: other.reference, taken: 'accepted' },
  ])
  const result = (await bank.ask([other.reference]))[0]!
  assert.ok(result.state === 'settled')
  assert.equal(result.amountFen, 80_001)
  assert.match(result.serial, /^B\d{12}$/)
  assert.equal(result.on, '2026-08-20')
})

test('a lost order was never seen, a lost answer was an order, and nobody knows which of them it is', async () => {
  const [lost, taken, late] = [instruction(), instruction(), instruction()]
  await desk.script({ loseOrders: 1 })
  await assert.rejects(bank.send([lost]), failsWith('unknown'))
  assert.equal(await stateOf(lost.reference), 'neverSeen')
  await desk.script({ loseAnswers: 1 })
  await assert.rejects(bank.send([taken]), failsWith('unknown'))
  assert.equal(await stateOf(taken.reference), 'settled')
  // ordered again before the first order arrives: it is one payment
  await desk.script({ delayOrders: 1, delayMs: 200 })
  await assert.rejects(bank.send([late]), failsWith('unknown'))
  await bank.send([late])
  await until(async () => (await desk.booked(late.reference))?.orders === 2)
  assert.equal((await desk.books()).filter(({ reference }) => reference === late.reference).length, 1)
})

test('a question without an answer is no answer, and late books are asked again', async () => {
  const sent = instruction()
  await bank.send([sent])
  await desk.script({ loseQueries: 1, inProgressAnswers: 1, neverSeenAnswers: 1 })
  await assert.rejects(bank.ask([sent.reference]), failsWith('unknown'))
  const said = [await stateOf(sent.reference), await stateOf(sent.reference)]
  assert.deepEqual(said, ['neverSeen', 'settled'])
})

test('one reference is one payment, and refused with other content', async () => {
  const sent = instruction()
  const takenTwice = [await bank.send([sent]), await bank.send([sent])].flat()
  assert.deepEqual(
    takenTwice.map(({ taken }) => taken),
    ['accepted', 'accepted'],
  )
  for (const change of [{ amountFen: fen(200_001) }, { account: '6224270000000020' }, { name: '陆文轩' }]) {
    const [again] = await bank.send([{ ...sent, ...change }])
    assert.deepEqual(again, { reference: sent.reference, taken: 'refused', failure: 'duplicate', code: 'F10' })
  }
  const { amountFen, orders, contradictions } = (await desk.booked(sent.reference))!
  assert.deepEqual([amountFen, orders, contradictions], [200_000, 2, 3])
})

test('each of the bank’s codes is one of our failures; an unknown one is another reason, with its code', async () => {
  const endings = [...Array.from({ length: 10 }, (_, i) => i + 1), 99].map((n) => `9900${String(n).padStart(2, '0')}`)
  const sent = endings.map((ending) => instruction({ account: `6224270000${ending}` }))
  await bank.send(sent)
  const byReference = new Map(
    (await bank.ask(sent.map((each) => each.reference))).map((each) => [each.reference, each]),
  )
  assert.deepEqual(
    sent.map(({ reference }) => {
      const result = byReference.get(reference)!
      return result.state === 'failed' ? result.failure : result.state
    }),
    [
      ...['nameMismatch', 'noSuchAccount', 'accountClosed', 'notActivated', 'accountBlocked', 'limitExceeded'],
      ...['idMismatch', 'bankNumberWrong', 'payerFunds', 'duplicate', 'other'],
    ],
  )
  await desk.script({ failing: { '0012': 'Z42' } })
  const strange = instruction()
  await bank.send([strange])
  const [result] = await bank.ask([strange.reference])
  assert.ok(result?.state === 'failed')
  assert.deepEqual([result.failure, result.code], ['other', 'Z42'])
})

test('refused as a whole means that nothing was taken', async () => {
  const [good, nameless] = [instruction(), instruction({ name: '' })]
  await assert.rejects(bank.send([good, nameless]), failsWith('refused'))
  assert.equal(await stateOf(good.reference), 'neverSeen')
  const many = Array.from({ length: perOrder + 1 }, () => instruction())
  await assert.rejects(bank.send(many), RangeError)
  await assert.rejects(bank.ask(many.map(({ reference }) => reference)), RangeError)
})

test('want of the payer’s funds refuses one payment, which may be ordered again', async () => {
  await desk.script({ refuseForFunds: 1 })
  const [poor, fine] = [instruction(), instruction()]
  assert.deepEqual(await bank.send([poor, fine]), [
    { reference: poor.reference, taken: 'refused', failure: 'payerFunds', code: 'F09' },
    { reference: fine.reference, taken: 'accepted' },
  ])
  assert.equal(await stateOf(poor.reference), 'neverSeen')
  assert.equal((await bank.send([poor]))[0]!.taken, 'accepted')
})

test('an order in another’s name is not taken, and whoever answers without the secret is not the bank', async () => {
  const sent = instruction()
  await assert.rejects(bankAt(url, 'x'.repeat(44)).send([sent]), failsWith('unknown'))
  assert.equal(await stateOf(sent.reference), 'neverSeen')
  await assert.rejects(bankAt('http://127.0.0.1:9/bank', secret).send([sent]), failsWith('unknown'))
})

/** Somebody who answers every order and question with one thing. @param key signs it, if there is one */
async function impostor(status: number, answer: object, key?: string) {
  const server = createServer((request, response) => {
    void text(request).then(() => {
      const body = JSON.stringify(answer)
      const stamp = String(request.headers['bank-signature'])
      const signature = key && createHmac('sha256', key).update(`answer\n${stamp}\n${body}`).digest('hex')
      response.writeHead(status, { ...(signature && { 'bank-signature': signature }) }).end(body)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => server.close())
  return bankAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, secret)
}

test('only a signed answer to what was asked is believed', async () => {
  const sent = instruction()
  const { reference } = sent
  const settled = { reference, state: 'settled', amountFen: 200_000, serial: 'B1', on: '2026-08-20' }
  const doubtful: [number, object, string?][] = [
    [200, { results: [settled] }],
    [200, { results: [settled] }, 'y'.repeat(44)],
    [400, { refused: 'form' }],
    [500, { refused: 'form' }, secret],
    [200, { results: [settled, settled] }, secret],
    [200, { results: [{ ...settled, reference: 'JS9' }] }, secret],
    [200, { results: [{ ...settled, amountFen: 2000.5 }] }, secret],
    [200, { results: [{ ...settled, on: '2026-02-30' }] }, secret],
    [200, { results: [{ ...settled, state: 'paid' }] }, secret],
  ]
  for (const answer of doubtful)
    await assert.rejects((await impostor(...answer)).ask([reference]), failsWith('unknown'), JSON.stringify(answer))
  await assert.rejects((await impostor(400, { refused: 'form' }, secret)).send([sent]), failsWith('refused'))
  assert.equal((await (await impostor(200, { results: [settled] }, secret)).ask([reference]))[0]!.state, 'settled')

  const silent = await impostor(200, { results: [] }, secret)
  assert.deepEqual(await silent.send([sent]), [{ reference, taken: 'unknown' }])
  assert.deepEqual(await silent.ask([reference]), [])
})

test('results are posted when they are new: settled, failed, and weeks later bounced', async () => {
  await desk.script({ settleAfterMs: 3_600_000 })
  const [paid, failed] = [instruction(), instruction({ account: '6224270000990004' })]
  await bank.send([paid, failed])
  assert.equal(await stateOf(paid.reference), 'inProgress')
  assert.deepEqual(told(paid.reference), [])
  await desk.settings({ now: start + 2 * 3_600_000 })
  await until(() => told(failed.reference).length === 1)
  assert.equal(told(paid.reference)[0]!.state, 'settled')
  const [result] = told(failed.reference)
  assert.ok(result?.state === 'failed')
  assert.equal(result.failure, 'notActivated')

  await desk.settings({ now: start + 20 * 86_400_000 })
  await desk.bounce(paid.reference, 'F03')
  await until(() => told(paid.reference).length === 2)
  const bounced = told(paid.reference)[1]!
  assert.ok(bounced.state === 'bounced')
  assert.deepEqual([bounced.failure, bounced.on], ['accountClosed', '2026-09-09'])
  assert.equal(await stateOf(paid.reference), 'bounced')
  await assert.rejects(desk.bounce(failed.reference), /409/)
})

test('callbacks come twice, in another order, late, or not at all', async () => {
  await desk.script({ repeatCallbacks: 1 })
  const [twice, never, back, late] = [instruction(), instruction(), instruction(), instruction()]
  await bank.send([twice])
  await until(() => told(twice.reference).length === 2)
  assert.deepEqual(told(twice.reference)[0], told(twice.reference)[1])
  await desk.script({ loseCallbacks: 1 })
  await bank.send([never])
  await desk.script({ reorderCallbacks: 2, bounceAtOnce: 1 })
  await bank.send([back])
  await until(() => told(back.reference).length === 2)
  assert.deepEqual(
    told(back.reference).map(({ state }) => state),
    ['bounced', 'settled'],
  )
  await desk.script({ delayCallbacks: 1, delayMs: 50 })
  await bank.send([late])
  await until(() => told(late.reference).length === 1)
  assert.deepEqual(told(never.reference), [])
  assert.equal(await stateOf(never.reference), 'settled')
  assert.deepEqual((await desk.booked(twice.reference))!.callbacks, 2)
})

test('a callback that is not the bank’s, altered, old or unreadable says nothing; one that comes again says the same', async () => {
  const sent = instruction()
  await bank.send([sent])
  await until(() => told(sent.reference).length === 1)
  const good = box.arrived.at(-1)!
  const at = Number(good.timestamp) * 1000
  assert.deepEqual(
    bank.readCallback(good, at),
    bank.readCallback({ ...good, body: Buffer.from(good.body) }, at + 299_000),
  )

  const refusedAs = (reason: CallbackRefused['reason']) => (error: unknown) =>
    error instanceof CallbackRefused && error.reason === reason
  const altered = [
    { ...good, body: String(good.body).replace('200000', '200001') },
    { ...good, timestamp: String(Number(good.timestamp) + 1) },
    { ...good, signature: good.signature!.replace(/^./, (first) => (first === '0' ? '1' : '0')) },
    { ...good, signature: '' },
    { ...good, signature: '匠'.repeat(64) },
    { ...good, signature: undefined },
    { ...good, timestamp: undefined },
  ]
  for (const callback of altered) assert.throws(() => bank.readCallback(callback, at), refusedAs('signature'))
  assert.throws(() => bankAt(url, 'x'.repeat(44)).readCallback(good, at), refusedAs('signature'))
  for (const now of [at + 301_000, at - 301_000]) assert.throws(() => bank.readCallback(good, now), refusedAs('stale'))

  const signed = (body: string, stamp = good.timestamp!, kind = 'callback') => ({
    ...{ body, timestamp: stamp },
    signature: createHmac('sha256', secret).update(`${kind}\n${stamp}\n${body}`).digest('hex'),
  })
  assert.throws(() => bank.readCallback(signed('{"results":[{}]}'), at), refusedAs('form'))
  assert.throws(() => bank.readCallback(signed('no'), at), refusedAs('form'))
  assert.throws(() => bank.readCallback(signed(String(good.body), 'soon'), at), refusedAs('stale'))
  // what we sign ourselves does not come back as the bank's word
  const reflected = signed(String(good.body), good.timestamp!, 'request')
  assert.throws(() => bank.readCallback(reflected, at), refusedAs('signature'))
})
