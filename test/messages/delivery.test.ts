/** Text messages against a real gateway over HTTP: sent means delivered, and nothing is sent twice unknowingly. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Undelivered } from '../../contract/messages.ts'
import { pace } from '../../server/messages/delivery.ts'
import { distribute } from '../../server/messages/outbox.ts'
import { type Client, withApp } from '../app.ts'
import { filed, view } from '../applications/claim.ts'
import { messenger, mine } from './desk.ts'

const office = await withApp()
const { script, fates, distributed, deliver } = messenger(office)
let worker: Client, verifier: Client

before(async () => {
  worker = await office.worker('13800006021')
  verifier = await office.staff('zhongxin.shenhe1')
})

/** Files, and has the message of it ready to be sent. */
async function claim(serial: number): Promise<{ id: string; tail: string }> {
  const id = await filed(worker, serial)
  await distributed()
  return { id, tail: (await view(worker, id)).receiptNumber.slice(-4) }
}
const sms = async (id: string) => (await mine(worker, id)).at(-1)!.sms
const soon = () => Date.now()
/** Later than any message is due. */
const later = (hours = 2) => Date.now() + hours * 3_600_000
const givenUp = async () => (await verifier.ask<Undelivered>('GET', '/api/v1/undelivered')).body.messages

test('delivered is what the gateway has confirmed, and the text says nothing of the person', async () => {
  await script({ deliverAfterMs: 3_600_000 })
  const { id, tail } = await claim(901)
  assert.equal(await sms(id), 'onItsWay')
  await deliver(soon())
  await deliver(later())
  assert.equal(await sms(id), 'onItsWay', 'taken is not delivered')
  await script({})
  await deliver(later(4))
  assert.equal(await sms(id), 'delivered')
  const [fate, ...more] = await fates(tail)
  assert.deepEqual([more.length, fate!.posts, fate!.phone], [0, 1, '13800006021'])
  assert.match(fate!.text, new RegExp(`^【匠升】你的申报已收到，受理号尾号${tail}。`))
  assert.doesNotMatch(fate!.text, /陆文轩|310101|6224|启衡|13800006021/)
  const { asks } = fate!
  await deliver(later(40))
  assert.equal((await fates(tail))[0]!.asks, asks, 'what is delivered is not looked at again')
})

test('a lost answer is asked for, not sent again', async () => {
  await script({ loseAnswers: 1 })
  const { id, tail } = await claim(902)
  await deliver(soon())
  assert.equal(await sms(id), 'onItsWay')
  await deliver(later())
  assert.equal(await sms(id), 'delivered')
  assert.deepEqual(
    (await fates(tail)).map(({ posts }) => posts),
    [1],
  )
})

test('what was lost on the way in is handed over again, under the same reference', async () => {
  await script({ loseMessages: 2 })
  const { id, tail } = await claim(903)
  for (let hours = 0; hours < 4; hours++) await deliver(later(hours))
  await deliver(later(9))
  assert.equal(await sms(id), 'delivered')
  assert.deepEqual(
    (await fates(tail)).map(({ posts }) => posts),
    [1],
  )
})

test('several processes at once: each message is taken by one, and asked for by one', async () => {
  await script({ latencyMs: 30 })
  const claims = [await claim(904), await claim(905), await claim(906)]
  await Promise.all([1, 2, 3, 4].map(() => deliver(soon())))
  const at = later()
  await Promise.all([1, 2, 3, 4].map(() => deliver(at)))
  for (const { id, tail } of claims) {
    assert.equal(await sms(id), 'delivered')
    const found = await fates(tail)
    assert.deepEqual([found.length, found[0]!.posts, found[0]!.asks], [1, 1, 1])
  }
})

test('a message that fails goes out anew a few times, is then given up, and the centre can try again', async () => {
  await script({ failDeliveries: pace.failures })
  const { id, tail } = await claim(907)
  for (let hours = 0; hours < 12; hours++) await deliver(later(hours))
  assert.equal(await sms(id), 'notDelivered')
  const all = await fates(tail)
  assert.deepEqual([all.length, new Set(all.map(({ reference }) => reference)).size], [pace.failures, pace.failures])
  const [listed] = await givenUp()
  assert.deepEqual([listed!.applicationId, listed!.why], [id, 'refused'])

  const again = await verifier.ask('PUT', `/api/v1/undelivered/${listed!.id}/again`)
  assert.equal(again.status, 204)
  assert.equal((await verifier.ask('PUT', `/api/v1/undelivered/${listed!.id}/again`)).status, 204)
  await deliver(later(13))
  await deliver(later(15))
  assert.equal(await sms(id), 'delivered')
  assert.equal((await givenUp()).length, 0)
})

test('a gateway that is away is looked for less and less often, then the message is given up', async () => {
  const { id, tail } = await claim(908)
  const away = 'http://127.0.0.1:9/sms'
  for (let tries = 0; tries < pace.silences; tries++) {
    assert.equal(await deliver(later(tries * 2), away), 1)
    assert.equal(await deliver(later(tries * 2), away), 0, 'not before it is due')
  }
  assert.equal(await deliver(later(100), away), 0)
  const [listed] = await givenUp()
  assert.deepEqual([listed!.applicationId, listed!.why], [id, 'unreachable'])
  await verifier.ask('PUT', `/api/v1/undelivered/${listed!.id}/again`)
  await script({ refuse: 1 })
  for (const hours of [101, 103, 105]) await deliver(later(hours))
  assert.equal(await sms(id), 'delivered')
  assert.equal((await fates(tail))[0]!.posts, 1)
})

test('without a gateway the message stays in the app, and says so', async () => {
  const id = await filed(worker, 909)
  const left = async () => (await mine(worker, id))[0]!.sms === undefined
  while (await left()) await distribute(office.database.worker, 'noGateway', Date.now())
  assert.equal(await sms(id), 'notSent')
  assert.equal(await deliver(later(200)), 0)
})
