/** 收款账户: registered by one person with a fresh code, confirmed by another; and what a transfer was made for. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { DeskNotices } from '../../contract/messages.ts'
import type { NoticeDetail } from '../../contract/payments.ts'
import type { ReceivingAccount, ReceivingAccountChangeDetail } from '../../contract/receivingAccounts.ts'
import type { Onward } from '../../contract/transfers.ts'
import { inScope, type Scope } from '../../server/db/open.ts'
import { nth, openCity, type Who } from './city.ts'
import { makeBatch } from './paying.ts'
import { approvedList, confirmNotice, detailOf, makeAllocation, noticesOf } from './steps.ts'

const city = await openCity()
const { put, get, done, refused } = city
const id = () => randomUUID() as string
const finance = ['jiading', 'jidian', 'base', 'centreFinance', 'cityFinance'] as const

const register = async (who: Who, accountNumber: string, change = id(), code?: string) =>
  put(who, `/receiving-account-changes/${change}`, { accountNumber, code: code ?? (await city.code(who)) })
const registered = async (who: Who, accountNumber: string): Promise<string> =>
  (await done<{ id: string }>(register(who, accountNumber))).id
const answer = (who: Who, change: string, step: string, body: object = {}) =>
  put(who, `/receiving-account-changes/${change}/${step}`, body)
const viewOf = (who: Who) => done<ReceivingAccount>(get(who, '/receiving-account'))
const changeOf = (who: Who, change: string) =>
  done<ReceivingAccountChangeDetail>(get(who, `/receiving-account-changes/${change}`))
const waits = async (who: Who) => (await done<DeskNotices>(get(who, '/desk/notices'))).accountsToAnswer
const run = (scope: Scope, text: string) =>
  inScope(city.app, scope, (trx) => sql.raw(text).execute(trx)).catch(
    (error: { code: string; constraint?: string }) => error.constraint ?? error.code,
  )
const unionScope = (who: Who): Scope => {
  const { accountId, organisation } = city.viewers[who]
  return { kind: 'union', accountId, organisationId: organisation!.id }
}
/** One finance person is left at an organisation. */
const alone = (who: Who) =>
  city.owner.query(`update appointment set valid_to = '2020-01-02' where account_id = $1`, [
    city.viewers[who].accountId,
  ])

test('only who handles money registers or answers, for their own organisation', async () => {
  for (const who of ['officer', 'verifier', 'approver', 'auditor', 'worker'] as const) {
    await refused(get(who, '/receiving-account'), 'forbidden')
    await refused(put(who, `/receiving-account-changes/${id()}`, { accountNumber: '1', code: '1' }), 'forbidden')
    for (const step of ['confirmation', 'withdrawal']) await refused(answer(who, id(), step), 'forbidden')
    await refused(answer(who, id(), 'refusal', { words: '不对' }), 'forbidden')
  }
  const change = await registered('jiading', '31050000000000002001')
  // another union, the union below, the centre and the city: the district has a second person
  for (const who of ['minhang', 'base', 'centreFinance', 'cityFinance'] as const) {
    await refused(get(who, `/receiving-account-changes/${change}`), 'not-found')
    assert.deepEqual((await viewOf(who)).toAnswer, [])
  }
  for (const who of ['minhang', 'base'] as const) await refused(answer(who, change, 'confirmation'), 'not-found')
  for (const who of ['centreFinance', 'cityFinance'] as const)
    await refused(answer(who, change, 'confirmation'), 'forbidden')
  await refused(answer('jiading', change, 'confirmation'), 'account.same-person')
  await refused(answer('jiading', change, 'refusal', { words: '不对' }), 'account.same-person')
  await refused(answer('jiading2', change, 'withdrawal'), 'not-found')
  assert.equal((await viewOf('jiading')).tail, '1001')
  await done(answer('jiading', change, 'withdrawal'))
})

test('the database lets nobody write it alone, whatever the server does', async () => {
  const { accountId, organisation } = city.viewers.jiading
  const own = unionScope('jiading')
  for (const scope of [own, { kind: 'city', accountId } as const, { kind: 'job', job: 'people', accountId } as const])
    assert.equal(await run(scope, `update organisation set receiving_account_tail = '6666'`), '42501')
  const insert = (by: string, at: string) =>
    `insert into receiving_account_change (id, organisation_id, account, account_tail, proposed_by, proposed_at)
      values (gen_random_uuid(), '${at}', '{}', '6666', '${by}', ${city.clock.now})`
  assert.equal(await run(own, insert(city.viewers.jiading2.accountId, organisation!.id)), 'action_by_oneself')
  assert.equal(await run(own, insert(accountId, city.districts.minhang.id)), 'receiving_account_by_whom')
  const change = await registered('jiading', '31050000000000002002')
  const set = (by: string) =>
    `update receiving_account_change set confirmed_by = '${by}', confirmed_at = ${city.clock.now} where id = '${change}'`
  assert.equal(await run(own, set(accountId)), 'receiving_account_by_another')
  assert.equal(await run(own, set(city.viewers.jiading2.accountId)), 'action_by_oneself')
  const cityFinance = city.viewers.cityFinance.accountId
  assert.equal(await run({ kind: 'city', accountId: cityFinance }, set(cityFinance)), 'receiving_account_by_whom')
  assert.equal(await run(unionScope('jiading2'), `update receiving_account_change set account_tail = '6666'`), '42501')
  await done(answer('jiading', change, 'withdrawal'))
  assert.equal(await run(unionScope('jiading2'), set(city.viewers.jiading2.accountId)), 'receiving_account_answered')
  assert.equal((await viewOf('jiading')).tail, '1001')
})

test('a fresh code, another account, and one at a time; a slip uses up no code', async () => {
  const code = await city.code('jidian')
  const one = id()
  assert.equal(
    (await refused(register('jidian', '12', one, code), 'request.malformed')).fields?.[0]?.field,
    'accountNumber',
  )
  await refused(register('jidian', '3105-0000-0000-0000-0100３', one, code), 'account.unchanged')
  await refused(register('jidian', '3105000000000003003', one, '000000'), 'sign-in.second-factor')
  await done(register('jidian', '3105000000000003003', one, code))
  // the same request again, with the code it had
  await done(register('jidian', '3105000000000003003', one, code))
  await refused(register('jidian', '3105000000000003004', one, code), 'request.reused-id')
  await refused(register('jidian2', '3105000000000003004'), 'account.open')
  await refused(answer('jidian2', one, 'refusal', { words: '' }), 'request.malformed')
  await done(answer('jidian2', one, 'refusal', { words: '开户资料上末四位是3005' }))
  const { answered, open, tail } = await viewOf('jidian')
  assert.deepEqual(
    [tail, open, answered.map((each) => [each.state, each.tail, each.words, each.answeredBy])],
    ['1003', undefined, [['refused', '3003', '开户资料上末四位是3005', 'jidian2']]],
  )
  await refused(answer('jidian2', one, 'confirmation'), 'money.done')
})

test('confirmed by another person, it is where money goes; the old one stays by its tail, and nothing stands in clear', async () => {
  for (const [at, who] of finance.entries()) {
    const other = `${who}2` as Who
    const number = `31050000000000070${at}${at}`
    const before = (await viewOf(who)).tail
    const change = await registered(who, number)
    assert.deepEqual([await waits(who), await waits(other)], [0, 1])
    const seen = await changeOf(other, change)
    assert.deepEqual([seen.accountNumber, seen.clear, seen.state, seen.replacesTail], [number, true, 'open', before])
    const own = await changeOf(who, change)
    assert.deepEqual([own.accountNumber, own.clear], [`尾号${number.slice(-4)}`, false])
    await done(answer(other, change, 'confirmation'))
    await done(answer(other, change, 'confirmation'))
    assert.equal(await waits(other), 0)
    const { tail, answered } = await viewOf(who)
    assert.equal(tail, number.slice(-4))
    assert.deepEqual(
      [nth(answered, 0).state, nth(answered, 0).replacesTail, nth(answered, 0).answeredBy],
      ['confirmed', before, other],
    )
    assert.equal((await changeOf(other, change)).clear, false)
    await refused(register(who, number), 'account.unchanged')
    const { rows } = await city.owner.query(
      `select (select string_agg(c::text, '') from receiving_account_change c)
        || (select string_agg(o::text, '') from organisation o) || (select string_agg(e::text, '') from audit_event e)
        || (select string_agg(d::text, '') from command d) as everything`,
    )
    assert.ok(!rows[0].everything.includes(number))
  }
  const { rows } = await city.owner.query(
    `select kind, count(*)::int as count from audit_event where kind like 'receiving-account.%' group by 1 order by 1`,
  )
  assert.deepEqual(
    rows.map(({ kind }) => kind.split('.')[1]),
    ['confirmed', 'proposed', 'refused', 'viewed', 'withdrawn'],
  )
})

test('where nobody else handles money, the nearest above answers; nobody is left: it waits, and says so', async () => {
  await alone('base2')
  const change = await registered('base', '3105000000000008004')
  assert.equal((await viewOf('base')).answeredAt, '嘉定区总工会')
  assert.deepEqual(
    (await viewOf('jiading')).toAnswer.map(({ organisation, tail }) => [organisation, tail]),
    [['某厂工会', '8004']],
  )
  await refused(answer('minhang', change, 'confirmation'), 'not-found')
  await refused(answer('cityFinance', change, 'confirmation'), 'forbidden')
  assert.equal((await changeOf('jiading', change)).accountNumber, '3105000000000008004')
  await done(answer('jiading', change, 'confirmation'))
  assert.equal((await viewOf('base')).tail, '8004')

  await alone('minhang2')
  const ofMinhang = await registered('minhang', '3105000000000008002')
  assert.equal(nth((await viewOf('cityFinance')).toAnswer, 0).id, ofMinhang)
  await done(answer('cityFinance', ofMinhang, 'refusal', { words: '先补开户资料' }))

  await alone('cityFinance2')
  await alone('twoHatsCityFinance')
  assert.equal((await viewOf('cityFinance')).answeredAt, undefined)
  await city.owner.query(`update appointment set valid_to = null`)
})

test('a transfer keeps the account it was made with; another since stops the release until it is made anew', async () => {
  await city.waiting('jiading', ['technician', 'seniorWorker'])
  const [notice] = await noticesOf(city, await approvedList(city))
  await done(confirmNotice(city, 'jiading', notice!))
  const change = async (who: Who, number: string) =>
    done(answer(`${who}2` as Who, await registered(who, number), 'confirmation'))

  // before the transfer: it goes to the account of its day, and everybody sees that it is another
  await change('jiading', '3105000000000009001')
  const before = await detailOf(city, 'centreFinance', notice!.id)
  assert.deepEqual([before.accountTail, before.accountTailNow], [notice!.accountTail, '9001'])
  const transfer = id()
  await done(makeAllocation(city, notice!.id, transfer))
  const made = await detailOf(city, 'centreFinance', notice!.id)
  assert.deepEqual([made.transfer?.accountTail, made.receivingAccount], ['9001', '3105000000000009001'])

  // between making and release, with the same last four digits
  await change('jiading', '3105000000000119001')
  const stopped = await detailOf(city, 'centreFinance', notice!.id)
  assert.deepEqual([stopped.transfer?.accountChanged, stopped.receivingAccount], [true, '3105000000000119001'])
  const release = (who: Who) => put(who, `/transfers/${transfer}/release`)
  await refused(release('centreFinance2'), 'money.account-changed')
  assert.equal(
    await run(
      { kind: 'city', accountId: city.viewers.centreFinance2.accountId },
      `update transfer set released_by = '${city.viewers.centreFinance2.accountId}', released_at = 1 where id = '${transfer}'`,
    ),
    'transfer_account_changed',
  )
  const renew = (who: Who, madeAt: number) => put(who, `/transfers/${transfer}/renewal`, { madeAt })
  const { madeAt } = stopped.transfer!
  for (const who of ['jiading', 'cityFinance', 'verifier'] as const) await refused(renew(who, madeAt), 'forbidden')
  await refused(renew('centreFinance2', madeAt - 1), 'money.done')
  await done(renew('centreFinance2', madeAt))
  await done(renew('centreFinance2', madeAt))
  await refused(renew('centreFinance', madeAt), 'money.done')
  // who made it anew is its maker
  await refused(release('centreFinance2'), 'money.same-person')
  const renewed = await detailOf(city, 'centreFinance', notice!.id)
  assert.deepEqual(
    [renewed.transfer?.accountChanged, renewed.receivingAccount, renewed.transfer?.madeBy],
    [undefined, '3105000000000119001', 'centreFinance2'],
  )
  await refused(renew('centreFinance', renewed.transfer!.madeAt), 'money.done')
  await done(release('centreFinance'))
  // released, it stays what it was
  await change('jiading', '3105000000000009003')
  const after = await detailOf(city, 'centreFinance', notice!.id)
  assert.deepEqual(
    [after.transfer?.accountTail, after.transfer?.accountChanged, after.receivingAccount],
    ['9001', undefined, '3105000000000119001'],
  )
  await done(put('jiading', `/allocation-notices/${notice!.id}/receipt`, await city.receipt('jiading')))

  // and passed on to the union below
  const onward = id()
  const awardIds = after.lines.slice(0, 1).map((line) => line.awardId)
  const pass = (transferId: string) =>
    put('jiading', `/onward-transfers/${transferId}`, {
      ...{ unionId: city.organisations.base.id, awardIds, voucherNumber: 'Z' },
    })
  await done(pass(onward))
  await change('base', '3105000000000009004')
  await refused(put('jiading2', `/onward-transfers/${onward}/release`), 'money.account-changed')
  const [listed] = (await done<Onward>(get('jiading2', '/onward-transfers'))).transfers
  assert.deepEqual([listed?.accountChanged, listed?.accountTail], [true, '8004'])
  await done(put('jiading', `/onward-transfers/${onward}/drop`))
  const again = id()
  await done(pass(again))
  await done(put('jiading2', `/onward-transfers/${again}/release`))
})

test('who has no account is named in the refusal, registers one, and it goes on', async () => {
  await city.owner.query('update organisation set receiving_account = null, receiving_account_tail = null')
  const problem = await refused(makeBatch(city, 'jiading'), 'money.no-account')
  assert.match(problem.title, /^嘉定区总工会还没有登记收款账户。由它的财务在“收款账户”里登记/)
  await city.waiting('minhang', ['technician'])
  const list = await approvedList(city)
  const noAccount = put('centreFinance', `/approval-lists/${list}/allocation`, { issuedBefore: 0 })
  assert.match((await refused(noAccount, 'money.no-account')).title, /^闵行区总工会/)
  const change = await registered('minhang', '3105000000000010002')
  assert.equal((await viewOf('minhang')).open?.replacesTail, undefined)
  await done(answer('minhang2', change, 'confirmation'))
  const [notice] = await noticesOf(city, list)
  const detail = await done<NoticeDetail>(get('centreFinance', `/allocation-notices/${notice!.id}`))
  assert.equal(detail.receivingAccount, '3105000000000010002')
})
