/** The city pays by its bank: every award once, whatever becomes of orders, answers and callbacks. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { bankAt } from '../../connectors/bank.ts'
import type { Reconciliation } from '../../contract/books.ts'
import type { PayoutBatchDetail } from '../../contract/payouts.ts'
import { shanghaiDate } from '../../domain/dates.ts'
import { fen } from '../../domain/money.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { tellDue } from '../../server/bank/teller.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import { openCity } from '../payments/city.ts'
import { linesOf, makeBatch, releaseBatch } from '../payments/paying.ts'
import { bankDeskAt } from '../sandbox/bankDesk.ts'

const sandbox = await startSandbox()
const city = await openCity(sandbox.bank)
const desk = bankDeskAt(sandbox.bank.url)
const bank = bankAt(sandbox.bank.url, sandbox.bank.secret)
const { put, done, refused } = city
const id = () => randomUUID() as string
after(() => sandbox.close())

const levels = ['technician', 'seniorWorker', 'technician', 'seniorTechnician'] as const
/** A list of the city's own, approved. */
async function approved(count: number, account?: string): Promise<void> {
  await city.waitingDirect(
    Array.from({ length: count }, (_, at) => levels[at % levels.length]!),
    account,
  )
  const list = id()
  await done(put('verifier', `/approval-lists/${list}`))
  await done(
    put('approver', `/approval-lists/${list}/approval`, { documentNumber: `沪工〔2026〕${list.slice(0, 4)}号` }),
  )
}
async function released(): Promise<PayoutBatchDetail> {
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'cityFinance', { route: 'bank' }))
  return done<PayoutBatchDetail>(releaseBatch(city, 'cityFinance2', batch.id))
}
/** The teller works as if time passed: everything is due at once, so many times. */
async function work(rounds = 12): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
    while (await tellDue(city.deps, bank, city.clock.now));
  }
}
const states = async (batchId: string) => (await linesOf(city, 'cityFinance', batchId)).map((line) => line.state)
const verified = () => inScope(city.worker, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, city.secrets))

/** Each of our payouts that was not taken back stands in the bank's books at most once, and everything settled there is settled here. */
async function booksAgree(): Promise<void> {
  const books = await desk.books()
  const { rows } = await city.owner.query(`select reference, state, amount_fen from payout where batch_id in (
    select id from payout_batch where route = 'bank') and state <> 'cancelled'`)
  for (const { reference, state, amount_fen: amountFen } of rows) {
    const booked = books.filter((each) => each.reference === reference)
    assert.ok(booked.length <= 1)
    if (booked.length > 0) assert.equal(booked[0]!.amountFen, amountFen)
    if (state === 'settled') assert.equal(booked[0]?.state, 'settled')
    if (booked[0]?.state === 'settled') assert.ok(state === 'settled', `${reference} is ${state}`)
  }
  const sound = await verified()
  assert.ok('total' in sound, JSON.stringify(sound))
}

test('the city pays its own lists, without notices and transfers', async () => {
  await approved(5)
  await refused(
    put('cityFinance', `/transfers/${id()}`, { kind: 'funding', subjectId: id(), voucherNumber: 'F' }),
    'not-found',
  )
  const batch = await released()
  assert.deepEqual([batch.lineCount, batch.route], [5, 'bank'])
  await work(2)
  assert.deepEqual(new Set(await states(batch.id)), new Set(['settled']))
  await booksAgree()
})

for (const [what, script] of [
  ['lost on the way in', { loseOrders: 2 }],
  ['answers lost after the bank took it', { loseAnswers: 2 }],
  ['answers late', { delayAnswers: 1, delayMs: 50 }],
  ['orders that arrive long after the line broke', { delayOrders: 2, delayMs: 100 }],
  ['questions without an answer', { loseAnswers: 1, loseQueries: 3 }],
  ['a bank that says for long that it is under way', { inProgressAnswers: 20 }],
  ['a bank that first says it never saw it', { loseAnswers: 1, neverSeenAnswers: 4 }],
] as const)
  test(`paid once each: ${what}`, async () => {
    await approved(6)
    await desk.script(script)
    const batch = await released()
    await work(14)
    await new Promise((resolve) => setTimeout(resolve, 150))
    await work(4)
    await desk.script({})
    await work(2)
    assert.deepEqual(new Set(await states(batch.id)), new Set(['settled']))
    await booksAgree()
  })

/** A bank whose answer to an order stays on its way until it is let through. */
function slowBank() {
  const answered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const slow: typeof bank = {
    ...bank,
    async send(instructions) {
      const taken = await bank.send(instructions)
      answered.resolve()
      await gate.promise
      return taken
    },
  }
  return { slow, answered: answered.promise, letThrough: () => gate.resolve() }
}

test('a refusal that arrives late, after another process handed the same order over: only the books count', async () => {
  await approved(1)
  await desk.script({ refuseForFunds: 1 })
  const batch = await released()
  const { slow, answered, letThrough } = slowBank()
  const first = tellDue(city.deps, slow, city.clock.now)
  await answered
  await desk.script({})
  await work(3)
  assert.deepEqual(await states(batch.id), ['settled'])
  letThrough()
  await first
  await work(2)
  assert.deepEqual(await states(batch.id), ['settled'])
  await booksAgree()

  // the other one has not been heard yet
  await approved(1)
  await desk.script({ refuseForFunds: 1 })
  const next = await released()
  const again = slowBank()
  const early = tellDue(city.deps, again.slow, city.clock.now)
  await again.answered
  await desk.script({ settleAfterMs: 600 })
  await work(2)
  again.letThrough()
  await early
  assert.deepEqual(await states(next.id), ['sent'])
  await desk.script({})
  await new Promise((resolve) => setTimeout(resolve, 700))
  await work(2)
  assert.deepEqual(await states(next.id), ['settled'])
  await booksAgree()
})

test('a bank that settles after all what it refused: the award is not paid again, and two people put it right', async () => {
  await approved(1)
  const batch = await released()
  // as if the bank had taken its word back
  const turned: typeof bank = {
    ...bank,
    ask: async (references) =>
      (await bank.ask(references)).map((result) =>
        result.state === 'settled'
          ? { ...result, state: 'failed' as const, failure: 'payerFunds' as const, code: 'F09' }
          : result,
      ),
  }
  await tellDue(city.deps, bank, city.clock.now)
  await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
  while (await tellDue(city.deps, turned, city.clock.now));
  assert.deepEqual(await states(batch.id), ['failed'])
  await work(1)
  assert.deepEqual(await states(batch.id), ['failed'])
  await refused(makeBatch(city, 'cityFinance', { route: 'bank' }), 'money.no-payable')
  const [line] = await linesOf(city, 'cityFinance', batch.id)
  const { rows } = await city.owner.query('select award_id from payout where id = $1', [line!.payoutId])
  const correction = id()
  const body = { awardId: rows[0].award_id, kind: 'recordedWrongly', words: '银行查明已付' }
  await done(put('cityFinance', `/corrections/${correction}`, body))
  await done(put('cityFinance2', `/corrections/${correction}/confirmation`))
  await work(1)
  assert.deepEqual(await states(batch.id), ['settled'])
  await refused(put('cityFinance', `/corrections/${id()}`, body), 'correction.bank-route')
  await booksAgree()
})

test('of another amount once: asked again, and settled when the bank says what was sent', async () => {
  await approved(1)
  const batch = await released()
  const odd: typeof bank = {
    ...bank,
    ask: async (references) =>
      (await bank.ask(references)).map((result) => ('amountFen' in result ? { ...result, amountFen: fen(1) } : result)),
  }
  await tellDue(city.deps, bank, city.clock.now)
  await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
  while (await tellDue(city.deps, odd, city.clock.now));
  assert.deepEqual(await states(batch.id), ['sent'])
  const trouble = async () => {
    const text = 'select o.trouble from bank_order o join payout p on p.id = o.payout_id where p.batch_id = $1'
    return (await city.owner.query(text, [batch.id])).rows[0].trouble
  }
  assert.equal(await trouble(), 'amountDiffers')
  await work(1)
  assert.deepEqual([await states(batch.id), await trouble()], [['settled'], null])
})

test('what somebody objects to after its release waits at home', async () => {
  await approved(2)
  const batch = await released()
  const { rows } = await city.owner.query(
    `select a.certificate_id from payout p join award w on w.id = p.award_id join application a on a.id = w.application_id
      where p.batch_id = $1 order by p.line`,
    [batch.id],
  )
  const objection = id()
  const objects = `insert into objection (id, receipt_number, policy_id, policy_revision, account_id, applicant_index,
      certificate_id, draft_id, body, raised_at, state) values ($1, 'YY26-1', '2026', 1, $2, $3, $4, $5, '{}', 1, 'open')`
  // planted: how one is raised is tested elsewhere
  await city.owner.query('alter table objection disable trigger user')
  const who = [city.viewers.stranger.accountId, Buffer.alloc(32)]
  await city.owner.query(objects, [objection, ...who, rows[0].certificate_id, id()])
  await work(3)
  assert.deepEqual(await states(batch.id), ['released', 'settled'])
  await city.owner.query('delete from objection where id = $1', [objection])
  await city.owner.query('alter table objection enable trigger user')
  await work(3)
  assert.deepEqual(await states(batch.id), ['settled', 'settled'])
  await booksAgree()
})

test('what may be taken back waits at home; taken back and granted anew, it is paid once, under the same reference', async () => {
  await approved(1)
  const batch = await released()
  const [line] = await linesOf(city, 'cityFinance', batch.id)
  const { rows } = await city.owner.query('select award_id from payout where id = $1', [line!.payoutId])
  const corrected = async (who: 'cityFinance' | 'approver', body: object) => {
    const correction = id()
    await done(put(who, `/corrections/${correction}`, { awardId: rows[0].award_id, ...body }))
    await work(2)
    await done(put('approver2', `/corrections/${correction}/confirmation`))
  }
  await corrected('cityFinance', { kind: 'cancel', cause: 'certificateRevoked', words: '证书撤销了' })
  await work(2)
  assert.deepEqual(await states(batch.id), ['cancelled'])
  assert.ok(!(await desk.books()).some(({ reference }) => reference === line!.reference))
  await corrected('approver', { kind: 'reinstate', words: '来函有误' })
  const again = await released()
  await work()
  const [paid] = await linesOf(city, 'cityFinance', again.id)
  // the first one never left, so this is the first time
  assert.deepEqual([paid!.state, paid!.reference, paid!.attempt], ['settled', line!.reference, 1])
  assert.deepEqual(await states(batch.id), ['cancelled'])
  assert.equal((await desk.books()).filter(({ reference }) => reference === line!.reference).length, 1)
  const troubled = await city.owner.query(
    'select count(*)::int as n from bank_order o join payout p on p.id = o.payout_id where o.trouble is not null and p.reference = $1',
    [line!.reference],
  )
  assert.equal(troubled.rows[0].n, 0)
})

test('an order that is on its way still: that the same one is refused meanwhile does not make it failed', async () => {
  await approved(1)
  await desk.script({ delayOrders: 1, delayMs: 1500 })
  const batch = await released()
  await tellDue(city.deps, bank, city.clock.now)
  await desk.script({ refuseForFunds: 5 })
  await work(3)
  assert.deepEqual(await states(batch.id), ['sent'])
  await desk.script({})
  await new Promise((resolve) => setTimeout(resolve, 1600))
  await work(3)
  assert.deepEqual(await states(batch.id), ['settled'])
  await booksAgree()
})

test('two tellers at once send each order once', async () => {
  await approved(8)
  const batch = await released()
  await city.owner.query('update bank_order set due_at = 0 where due_at is not null')
  await Promise.all([1, 2, 3].map(() => tellDue(city.deps, bank, city.clock.now)))
  await work(3)
  assert.deepEqual(new Set(await states(batch.id)), new Set(['settled']))
  const references = (await linesOf(city, 'cityFinance', batch.id)).map((line) => line.reference)
  for (const booked of await desk.books()) if (references.includes(booked.reference)) assert.equal(booked.orders, 1)
  await booksAgree()
})

test('a refusal is a failure with its cause; what bounces later is open again', async () => {
  await approved(2, '6224780000990004')
  await approved(2)
  const batch = await done<PayoutBatchDetail>(makeBatch(city, 'cityFinance', { route: 'bank' }))
  // the two have one account between them
  await refused(releaseBatch(city, 'cityFinance2', batch.id), 'money.stopped')
  const accept = batch.stopped.flatMap(({ payoutId, stops }) =>
    stops.map((stop) => ({ payoutId, stop, words: '夫妻共用，已打电话核实' })),
  )
  assert.equal(accept.length, 2)
  await done(releaseBatch(city, 'cityFinance2', batch.id, accept))
  await work(3)
  const lines = await linesOf(city, 'cityFinance', batch.id)
  assert.deepEqual(lines.map(({ state, code }) => [state, code]).toSorted(), [
    ['failed', 'notActivated'],
    ['failed', 'notActivated'],
    ['settled', undefined],
    ['settled', undefined],
  ])
  const settled = lines.find(({ state }) => state === 'settled')!
  await desk.bounce(settled.reference, 'F03')
  await work(1)
  const after = (await linesOf(city, 'cityFinance', batch.id)).find(({ payoutId }) => payoutId === settled.payoutId)!
  assert.deepEqual([after.state, after.code], ['bounced', 'accountClosed'])
  await booksAgree()
})

test("the bank's messages: believed when signed, and only as a reason to ask", async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { 'bank-timestamp': stamp, 'bank-signature': signature } = request.headers
      const headers = {
        'content-type': 'application/json',
        'bank-timestamp': String(stamp),
        'bank-signature': String(signature),
      }
      const body = Buffer.concat(chunks)
      void city
        .inject({ method: 'POST', url: '/api/v1/bank/callbacks', headers, payload: body })
        .then(async (answer) => {
          heard.push(answer.statusCode)
          const forged = await city.inject({
            method: 'POST',
            url: '/api/v1/bank/callbacks',
            headers: {
              ...headers,
              'bank-signature': headers['bank-signature'].replace(/^./, (c) => (c === '0' ? '1' : '0')),
            },
            payload: body,
          })
          heard.push(forged.statusCode)
          response.writeHead(answer.statusCode).end()
        })
    })
  })
  const heard: number[] = []
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await desk.settings({ callbackUrl })
  await desk.script({ settleAfterMs: 300 })
  await approved(1)
  const batch = await released()
  while (await tellDue(city.deps, bank, city.clock.now));
  assert.deepEqual(await states(batch.id), ['sent'])
  while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  server.close()
  assert.deepEqual(heard.slice(0, 2), [204, 403])
  const { rows } = await city.owner.query(
    'select due_at from bank_order o join payout p on p.id = o.payout_id where p.batch_id = $1',
    [batch.id],
  )
  assert.ok(rows.every((row) => row.due_at <= Date.now()))
  while (await tellDue(city.deps, bank, city.clock.now));
  assert.deepEqual(await states(batch.id), ['settled'])
})

test('what the bank gives back of an award that was paid back is a contradiction that stands in the reconciliation', async () => {
  await desk.settings({})
  await desk.script({})
  await approved(2)
  const batch = await released()
  await work(3)
  const [gone, other] = await linesOf(city, 'cityFinance', batch.id)
  const paid = 'select award_id, paid_on::text as on from payout where id = $1'
  const { rows } = await city.owner.query(paid, [gone!.payoutId])
  // the sandbox bank's day is the machine's
  const receivedOn = [rows[0].on, shanghaiDate(city.clock.now)].toSorted()[1]!
  await city.setClock(`${receivedOn}T20:00:00+08:00`)
  const correction = id()
  const cancel = { kind: 'cancel', cause: 'certificateRevoked', words: '证书核发部门来函，证书已撤销' }
  await done(put('cityFinance', `/corrections/${correction}`, { awardId: rows[0].award_id, ...cancel }))
  await done(put('approver', `/corrections/${correction}/confirmation`))
  const recovery = await city.owner.query('select id from recovery where award_id = $1', [rows[0].award_id])
  const scanFileId = await city.scan('cityFinance', 'payoutProof')
  const back = { receivedOn, voucherNumber: 'V', scanFileId }
  await done(put('cityFinance', `/recoveries/${recovery.rows[0].id}/receipts/${id()}`, back))
  await done(put('cityFinance2', `/recoveries/${recovery.rows[0].id}/confirmation`))

  await desk.bounce(gone!.reference, 'F03')
  await desk.bounce(other!.reference, 'F03')
  await work(2)
  assert.deepEqual(await states(batch.id), ['settled', 'bounced'])
  const { doubts } = await done<Reconciliation>(city.get('cityFinance', '/books/reconciliation'))
  assert.deepEqual(
    doubts.filter(({ reference }) => reference === gone!.reference).map(({ why }) => why),
    ['contradicts'],
  )
  const sound = await verified()
  assert.ok('total' in sound, JSON.stringify(sound))
})
