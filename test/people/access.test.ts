import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { AccountList, OrganisationList } from '../../contract/people.ts'
import type { SessionView } from '../../contract/session.ts'
import { withApp } from '../app.ts'

const world = await withApp()

const staffOnly = [
  ['GET', '/api/v1/organisations'],
  ['PUT', `/api/v1/organisations/${randomUUID()}`],
  ['GET', '/api/v1/accounts'],
  ['PUT', `/api/v1/accounts/${randomUUID()}`],
  ['POST', `/api/v1/accounts/${randomUUID()}/disable`],
  ['POST', `/api/v1/accounts/${randomUUID()}/unlock`],
  ['GET', '/api/v1/security'],
  ['DELETE', `/api/v1/security/sessions/${randomUUID()}`],
  ['GET', '/api/v1/audit-events'],
  ['PUT', `/api/v1/unions/${randomUUID()}/unit-facts`],
  ['PUT', '/api/v1/demo/clock'],
] as const

const bodies: Record<string, unknown> = {
  organisations: { parentId: randomUUID(), kind: 'unit', name: '某公司', validFrom: '2026-07-01' },
  accounts: {
    ...{ loginName: 'someone', name: '某人', idNumber: '310114197001010218', password: 'correct-horse-battery' },
    ...{ role: 'verifier', organisationId: randomUUID() },
  },
  unions: {
    ...{ employer: '某公司', employerNature: 'limited', employerAddress: '某路1号', postcode: '200000' },
    ...{ employerPhone: '02100000000', industry: 'C', sector: 'secondary' },
  },
  demo: { to: Date.now() },
}
const bodyFor = (method: string, address: string) =>
  method === 'PUT' ? bodies[address.split('/')[3]!] : method === 'POST' ? {} : undefined

describe('who may ask for what', () => {
  test('nobody gets at a page of staff without signing in', async () => {
    for (const [method, address] of staffOnly) {
      const { status, body } = await world.client().ask(method, address, bodyFor(method, address))
      assert.deepEqual([status, body.code], [401, 'sign-in.required'], `${method} ${address}`)
    }
  })

  test('a worker gets at none of them', async () => {
    const worker = await world.worker('13900001111')
    for (const [method, address] of staffOnly) {
      const { status, body } = await worker.ask(method, address, bodyFor(method, address))
      assert.deepEqual([status, body.code], [403, 'forbidden'], `${method} ${address}`)
    }
  })

  test('a reviewer, and each administrator, stays at their own desk', async () => {
    const allowed: Record<string, readonly string[]> = {
      'jiading.fushen1': [],
      xitong: ['organisations', 'accounts', 'demo'],
      anquan: ['accounts', 'security'],
      shenji: ['audit-events'],
    }
    for (const [loginName, desks] of Object.entries(allowed)) {
      const browser = await world.staff(loginName)
      for (const [method, address] of staffOnly) {
        if (desks.includes(address.split('/')[3]!)) continue
        const { status } = await browser.ask(method, address, bodyFor(method, address))
        assert.equal(status, 403, `${loginName}: ${method} ${address}`)
      }
    }
    const system = await world.staff('xitong')
    assert.equal((await system.ask('POST', `/api/v1/accounts/${randomUUID()}/disable`, {})).status, 403)
    const security = await world.staff('anquan')
    assert.equal((await security.ask('PUT', `/api/v1/accounts/${randomUUID()}`, bodies.accounts)).status, 403)
  })

  test('a request that another site could have sent is refused', async () => {
    const browser = await world.staff('jiading.fushen2')
    const forged = await world.app.inject({
      method: 'DELETE',
      url: '/api/v1/session',
      headers: { cookie: browser.cookie! },
    })
    assert.deepEqual([forged.statusCode, forged.json().code], [403, 'request.forged'])
    const asForm = await world.app.inject({
      method: 'POST',
      url: '/api/v1/sign-in/codes',
      headers: { 'x-jiangsheng': '1', 'content-type': 'text/plain' },
      payload: '{"phone":"13900001112"}',
    })
    assert.equal(asForm.json().code, 'request.malformed')
    assert.equal((await browser.ask('GET', '/api/v1/sessions')).status, 200)
  })

  test('an address that is written another way is guarded like any other', async () => {
    const forged = await world.app.inject({
      method: 'POST',
      url: '/%61pi/v1/sign-in/codes',
      headers: { 'content-type': 'application/json' },
      payload: '{"phone":"13900001114"}',
    })
    assert.deepEqual([forged.statusCode, forged.json().code], [403, 'request.forged'])
    const browser = await world.staff('jiading.fushen1')
    const seen = await browser.ask<SessionView>('GET', '/%61pi/v1/session')
    assert.deepEqual([seen.body.account?.name, seen.headers['cache-control']], ['林知夏', 'no-store'])
  })

  test('what no address, no page and no text can be is refused without a fault, and not quoted', async () => {
    const [officer, system, auditor] = [
      await world.staff('jiading.fushen1'),
      await world.staff('xitong'),
      await world.staff('shenji'),
    ]
    const noId = '-'.repeat(36)
    for (const [browser, address] of [
      [officer, '/api/v1/queue?find=%00'],
      [officer, '/api/v1/queue?batch=99999999999'],
      [officer, `/api/v1/queue?cursor=${Buffer.from(`1.${noId}`).toString('base64url')}`],
      [officer, '/api/v1/unions?find=%00'],
      [system, '/api/v1/accounts?cursor=%00'],
    ] as const) {
      const { status, body } = await browser.ask('GET', address)
      assert.deepEqual([status, body.code], [400, 'request.malformed'], address)
    }
    // an unreadable place to go on from is the beginning
    assert.equal((await auditor.ask('GET', `/api/v1/audit-events?cursor=1_${noId}`)).status, 200)
    for (const loginName of ['a\0b', '\ud800']) {
      const typed = { loginName, password: 'x', code: '000000' }
      const { status } = await world.client().ask('POST', '/api/v1/sign-in/staff', typed)
      assert.equal(status, 400)
    }
    for (const url of ['//', '/\\', '///', '/%00', '/[']) {
      const { statusCode } = await world.app.inject({ method: 'GET', url: { pathname: url } })
      assert.ok(statusCode < 500, `${url} ${statusCode}`)
    }
    for (const url of ['/api/v1/<canary>%zz', `/api/v1/files/${'canary'.repeat(30)}`]) {
      const { statusCode, body, headers } = await world.app.inject({ method: 'GET', url: { pathname: url } })
      assert.ok(statusCode >= 400 && statusCode < 500, url)
      assert.doesNotMatch(body, /canary/)
      assert.match(String(headers['content-type']), /^application\/problem\+json/)
    }
  })

  test('nobody appoints themselves, and the database refuses it too', async () => {
    const system = await world.staff('xitong')
    const { account } = (await system.ask<SessionView>('GET', '/api/v1/session')).body
    const wish = { role: 'approver', organisationId: account!.appointment!.organisationId }
    const answer = await system.ask('PUT', `/api/v1/accounts/${account!.id}/appointments/${randomUUID()}`, wish)
    assert.deepEqual([answer.status, answer.body.code], [403, 'forbidden'])
    const insert = `insert into appointment (id, account_id, organisation_id, role, valid_from, made_by, made_at)
      values (gen_random_uuid(), $1, $2, 'approver', '2026-07-01', $1, 0)`
    await assert.rejects(world.database.owner.query(insert, [account!.id, wish.organisationId]), {
      constraint: 'appointed_by_another',
    })
  })

  test('unknown addresses, wrong methods and malformed bodies are problems in Chinese', async () => {
    const browser = world.client()
    const unknown = await browser.ask('GET', '/api/v1/nothing')
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'not-found'])
    assert.match(String(unknown.headers['content-type']), /^application\/problem\+json/)
    const wrongMethod = await browser.ask('PUT', '/api/v1/session', {})
    assert.deepEqual([wrongMethod.status, wrongMethod.headers.allow], [405, 'GET, HEAD, DELETE'])
    const malformed = await browser.ask('POST', '/api/v1/sign-in/worker', { phone: '13900001113' })
    assert.deepEqual([malformed.status, malformed.body.fields?.map(({ field }) => field)], [400, ['code']])
    const tooLarge = await browser.ask('POST', '/api/v1/sign-in/codes', { phone: '1'.repeat(1_100_000) })
    assert.deepEqual([tooLarge.status, tooLarge.body.code], [413, 'request.too-large'])
    const notJson = await world.app.inject({
      method: 'POST',
      url: '/api/v1/sign-in/codes',
      headers: { 'x-jiangsheng': '1', 'content-type': 'application/json' },
      payload: '{"phone":',
    })
    assert.deepEqual([notJson.statusCode, notJson.json().code], [400, 'request.malformed'])
  })

  test('the interface describes itself, and answers carry their protection', async () => {
    const { body, headers } = await world.client().ask<{ openapi: string; paths: object }>('GET', '/api/openapi.json')
    assert.match(body.openapi, /^3\.1/)
    for (const address of ['/api/v1/session', '/api/v1/accounts/{id}', '/api/v1/files/{id}', '/api/v1/queue'])
      assert.ok(address in body.paths, address)
    assert.match(JSON.stringify(body.paths['/api/v1/session' as never]), /application\/problem\+json/)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.doesNotMatch(String(headers['content-security-policy']), /script-src[^;]*unsafe/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal((await world.client().ask('GET', '/healthz')).status, 200)
  })

  test('accounts are made top-down, for a role that fits the organisation, once for each person', async () => {
    const system = await world.staff('xitong')
    const { organisations } = (await system.ask<OrganisationList>('GET', '/api/v1/organisations')).body
    const find = (name: string) => organisations.find((each) => each.name === name)!
    const wish = {
      ...{
        loginName: 'putuo.fushen1',
        name: '新来的',
        idNumber: '310112197805083858',
        password: 'correct-horse-battery',
      },
      ...{ role: 'districtReviewer', organisationId: find('普陀区总工会').id },
    }
    const make = (id: string, changed: object) => system.ask('PUT', `/api/v1/accounts/${id}`, { ...wish, ...changed })
    const code = async (changed: object) => (await make(randomUUID(), changed)).body.code

    assert.equal(await code({ role: 'verifier' }), 'people.role-home')
    assert.equal(await code({}), 'people.person-has-account')
    const own = { idNumber: '310114199003078039' }
    assert.equal(await code({ idNumber: '310114199003078031' }), 'request.malformed')
    assert.equal(await code({ ...own, password: 'gonghui-2026-gonghui' }), 'people.password-weak')
    assert.equal(await code({ ...own, password: 'putuo.fushen1putuo' }), 'people.password-weak')
    assert.equal(await code({ ...own, loginName: 'xitong' }), 'people.login-taken')
    assert.equal(await code({ ...own, loginName: '工会' }), 'request.malformed')

    const id = randomUUID()
    const made = await system.ask<{ totpUri: string }>('PUT', `/api/v1/accounts/${id}`, { ...wish, ...own })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    assert.match(made.body.totpUri, /^otpauth:\/\/totp\/.*putuo\.fushen1/)
    const again = await system.ask<{ totpUri: string }>('PUT', `/api/v1/accounts/${id}`, { ...wish, ...own })
    assert.equal(again.body.totpUri, made.body.totpUri)
    assert.equal((await make(id, { ...own, name: '另一人' })).body.code, 'request.reused-id')

    const { accounts } = (await system.ask<AccountList>('GET', '/api/v1/accounts?cursor=pudong.z')).body
    assert.equal(accounts[0]?.loginName, 'putuo.fushen1')
    assert.equal(accounts[0].appointments[0]?.organisationName, '普陀区总工会')
  })
})
